"""How health reports are refused. None of them says what was answered."""

from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing


class NoSuchHealthJob(Missing):
    """There is no such report, or it is not yours to see: look at the list again."""


class HealthJobUnfit(Invalid):
    """The report cannot be kept as it is: correct what the message names."""


class FormUnfit(Invalid):
    """The questions cannot be asked as they are: correct those that are named."""


class HealthJobChangedMeanwhile(Conflict):
    """Somebody else has changed the report since you opened it: open it again."""


class HealthJobStarted(Conflict):
    """The report has begun already."""


class HealthJobOver(Conflict):
    """The report has ended: copy it to ask again."""


class HealthJobNotRunning(Conflict):
    """The report has not begun, or has ended: there is nothing to be reminded of now."""


class NobodyAsked(Invalid):
    """The report asks nobody: name members, departments or tags."""


class TooManyHealthJobs(Conflict):
    """There are as many reports as may be: end those that nobody needs."""


class ReaderUnfit(Invalid):
    """A report's readers work here and hold the role of a health officer, and one at least stays: correct them."""


class NotAsked(Denied):
    """This report does not ask them, or they are not among those for whom you answer."""


class ReportNotOpen(Conflict):
    """It is not the time to answer this: look when it opens."""


class ReportClosed(Conflict):
    """The time to answer this is over: tell whoever asks in another way."""


class ReportAnswered(Conflict):
    """This was answered already, and cannot be changed."""


class FormChanged(Conflict):
    """The questions have changed since you opened them: look at them again."""


class AnswerUnfit(Invalid):
    """Some questions are not answered as they should be: correct those that are named."""


class AnswerTimeUnfit(Invalid):
    """An answer cannot be of a time to come: set the device's clock."""


class TooManyAnswers(Busy):
    """You have sent many answers in a short time: wait a while."""


class NoSuchHealthPhoto(Missing):
    """There is no such photo: it may have been erased."""


class TooManyHealthPhotos(Busy):
    """You have given many photos in a short time: wait a while."""


class TooManyHealthDays(Invalid):
    """At most 92 days are answered at once, and the first is not after the last: ask for fewer."""

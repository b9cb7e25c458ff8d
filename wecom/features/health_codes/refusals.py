"""How health codes are refused. None of them says what somebody's code is."""

from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing, Unauthenticated


class NoSuchHealthPolicy(Missing):
    """There is no such policy, or it is not yours to see: look at the list again."""


class PolicyUnfit(Invalid):
    """The policy cannot be kept as it is: correct what is named."""


class PolicyChangedMeanwhile(Conflict):
    """Somebody else has changed the policy since you opened it: open it again."""


class PolicyEnded(Conflict):
    """The policy has ended: nothing is changed by it any more."""


class TooManyPolicies(Conflict):
    """There are as many policies as may be: end those that nobody needs."""


class HealthOfficerUnfit(Invalid):
    """A policy's officers work here and hold the role of a health officer, and one at least stays: correct them."""


class NoHealthCode(Missing):
    """They have no code under this policy: it does not concern them."""


class HealthFactUnfit(Invalid):
    """A fact is of a kind that the policy names, and not of a time to come: correct it."""


class NoSuchHealthFact(Missing):
    """There is no such fact, or it was withdrawn already."""


class OverrideUnfit(Invalid):
    """An override has a reason, and ends within a year: correct it."""


class NoSuchOverride(Missing):
    """There is no such override, or it has ended already."""


class AboutOneself(Denied):
    """Nobody decides on their own code: ask another officer of the policy."""


class AppealWaits(Conflict):
    """You have said already that this is wrong: wait until an officer has answered."""


class NoSuchAppeal(Missing):
    """There is no such appeal, or it was answered already."""


class DeviceKeyUnfit(Invalid):
    """The device has not shown that it holds this key: open the page of your code again."""


class CodeOver(Conflict):
    """The code is being judged anew: ask again in a moment."""


class TooManyCertificates(Busy):
    """This device has asked for its code many times: wait a while."""


class NoSuchGate(Missing):
    """There is no such gate: it may have been taken out of use."""


class GateUnfit(Invalid):
    """A gate has a name and at least one policy of yours, with a level that it lets in: correct it."""


class TooManyGates(Conflict):
    """There are as many gates as may be: take those out of use that nobody needs."""


class EnrolmentOver(Denied):
    """This code was used, has been replaced or is too old: ask a health officer for another."""


class GateKeyWrong(Unauthenticated):
    """This gate is not known any more: a health officer sets it up anew."""


class TooManyTries(Busy):
    """That was tried many times: wait a while."""

"""How check-ins are refused."""

from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing, Unauthenticated


class NoSuchCheckinRule(Missing):
    """There is no such rule: it may have been deleted."""


class NotYourRule(Denied):
    """Only the app that made a rule may change it: change it there, or in the console."""


class CoveredElsewhere(Conflict):
    """Another rule covers the same members, departments or tags already: take them out of one of the two."""


class TooManyRules(Conflict):
    """There are as many rules as may be: delete one that nobody needs."""


class NothingToBeAt(Invalid):
    """A rule needs a place, a Wi-Fi or a network to check in at: add one of these."""


class RuleUnfit(Invalid):
    """The rule cannot be kept as it is: correct what the message names."""


class RuleChangedMeanwhile(Conflict):
    """Somebody else has changed the rule since you opened it: open it again."""


class KindStays(Conflict):
    """What kind of rule it is cannot be changed: make another."""


class NoSuchShift(Missing):
    """The rule has no such shift: choose one of its own."""


class NotByShifts(Conflict):
    """Only rules by shift have a schedule: choose such a rule."""


class NotUnderRule(Conflict):
    """Somebody is not under this rule on that date: change whom the rule covers first."""


class DatePassed(Conflict):
    """Only dates to come can be planned: leave out today and what is past."""


class SheetTooLong(Invalid):
    """A table has at most 5,000 lines here: split it."""


class ShiftsOverlap(Conflict):
    """Two shifts of somebody would overlap: leave time between them."""


class RestDay(Denied):
    """The rule does not let anybody check in on a day off."""


class OutOfTime(Denied):
    """It is not the time to check in: look when the next time is."""


class OutOfRange(Denied):
    """You are not where the rule wants you to check in: go there, or ask for work elsewhere to be approved."""


class PhotoMissing(Invalid):
    """The rule asks for a photo: take one."""


class ByMachine(Denied):
    """The rule lets nobody check in by phone: use the machine."""


class ClaimUnfit(Invalid):
    """A punch cannot be of a time to come, nor of one long past: set the device's clock."""


class TooManyPunches(Busy):
    """You have checked in many times in a short time: wait a while."""


class PunchUnfit(Invalid):
    """The punch cannot be kept as it is: correct what the message names."""


class NoSuchPoint(Missing):
    """Nothing was to be punched at that time on that date: look at the day again."""


class TooFarFromDay(Invalid):
    """The time given is not one that belongs to that day: correct it."""


class RestDayStays(Denied):
    """The rule does not let days off be corrected."""


class InTheFuture(Invalid):
    """What has not happened yet cannot be corrected."""


class MakeUpsSpent(Conflict):
    """There were as many make-ups in that month as the rule allows: HR may allow another."""


class MakeUpTooLate(Conflict):
    """It is too late to make up for that day, as the rule says: HR may allow it."""


class LapseStays(Denied):
    """The rule does not let this be made up for: HR may allow it."""


class FactUnfit(Invalid):
    """What was approved cannot be kept as it is: correct what the message names."""


class FactsOverlap(Conflict):
    """Leave, trips and work elsewhere of one person may not overlap: withdraw the other first."""


class NumberTwice(Conflict):
    """The same number was given for two times: give each part of what was approved a number of its own."""


class NoSuchCorrection(Missing):
    """There is no such correction, or it counts no more: what an approved make-up brought is withdrawn with that."""


class PunchWithoutDevice(Missing):
    """This punch was made with no device that could be the usual one."""


class NoSuchFact(Missing):
    """There is no such approved fact, or it was withdrawn already."""


class AlreadyClosed(Conflict):
    """The month is closed already."""


class NotClosed(Conflict):
    """The month is not closed."""


class MonthNotOver(Conflict):
    """A month is closed once its last day is over: wait until then."""


class MachineKeyWrong(Unauthenticated):
    """This is not the key of this machine: it was replaced, or the machine is in use no more."""


class MachineUnfit(Invalid):
    """A machine has a name of 1 to 64 characters, and a place of at most 200."""


class TooManyMachines(Conflict):
    """There are as many machines as may be: end those that are gone."""


class TooManyUploads(Busy):
    """The machine sends too often: let it send more at once."""


class NoSuchNumber(Missing):
    """Nobody is said to have this number here: look again."""


class NoSuchMachine(Missing):
    """There is no such machine, or it is in use no more."""


class HolidayUnfit(Invalid):
    """A holiday has a date, a kind and a short name: correct it."""


class ZoneUnknown(Invalid):
    """There is no such time zone: name one such as Asia/Shanghai."""

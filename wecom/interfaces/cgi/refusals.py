"""Refusals that only WeCom's API knows."""

from wecom.foundation.errors import Busy, Denied, Invalid, Missing


class TooFrequent(Busy):
    """This API is called more often than the company allows: wait a minute and call again."""


class NotOffered(Denied):
    """This API is not offered: the message says why."""


class NoSuchApi(Missing):
    """There is no such API: check the path."""


class PostRequired(Invalid):
    """This API takes POST: send the parameters as a JSON body."""


class AllInvalid(Invalid):
    """None of these members and departments exists, or none that the app sees: check the ids."""


class TooManyNamed(Invalid):
    """A call names at most 1,000 members and 100 departments: make several calls."""


class UseridListInvalid(Invalid):
    """Some of these userids do not exist: check them all; nothing was done."""


class UseridListSize(Invalid):
    """A call names 1 to 200 userids: make several calls."""


class NoSuchMobile(Missing):
    """No member that the app sees has this mobile number: check it."""


class NoSuchEmail(Missing):
    """No member that the app sees has this e-mail address: check it."""


class NoSuchBizMail(Missing):
    """No member that the app sees has this work e-mail address: check it."""


class InvalidAvatar(Invalid):
    """There is no material with this avatar_mediaid: upload the picture first."""


class InvalidCursor(Invalid):
    """The cursor is not one that this API gave: begin without one."""


class AnotherApp(Denied):
    """The agentid is another app's than the access token: use that app's secret."""


class InvalidTicketType(Invalid):
    """A ticket's type is agent_config: ask for that one."""


class InvalidMediaType(Invalid):
    """Material is of type image, voice, video or file: choose one of them."""


class InvalidReportLocation(Invalid):
    """report_location_flag is 0 or 1: choose one of them."""


class TooManyRecipients(Invalid):
    """At most 1,000 members are named at once: name departments, tags or @all instead."""


class TooManyRecipientDepartments(Invalid):
    """At most 100 departments are named at once: make several calls, or name one above them."""


class TooManyRecipientTags(Invalid):
    """At most 100 tags are named at once: make several calls."""


class ChatidMissing(Invalid):
    """Which chat is meant must be said: give its chatid."""


class ChatidTooLong(Invalid):
    """A chatid has at most 32 characters: shorten it."""


class ChatMembersMissing(Invalid):
    """A chat needs members: give a userlist."""


class NobodyToInvite(Invalid):
    """Nobody is named to be invited: name members, departments or tags."""


class InvalidSizeType(Invalid):
    """A size_type is 1, 2, 3 or 4: choose one of them."""


class ObsoleteRuleField(Invalid):
    """A field of the rule is one that was replaced: leave it out."""


class RuleIdsOutOfSight(Invalid):
    """The rule names members, departments or tags that the app does not see: leave them out."""


class CheckinUseridInvalid(Invalid):
    """A userid is unknown, or the app does not see its member: check them all; nothing was done."""


class CheckinUseridListSize(Invalid):
    """A call names 1 to 100 userids: make several calls."""


class CheckinTimeRange(Invalid):
    """The times do not lie one after the other within a month: correct them."""


class ScheduleInvalid(Invalid):
    """The plan names a month, a day, a shift or somebody that does not fit the rule: correct it."""


class RuleIdInvalid(Missing):
    """There is no rule of this groupid: it may have been deleted."""


class ScheduledTimeInvalid(Invalid):
    """Nothing was to be punched at schedule_checkin_time on that date: read the day's rule again."""


class ScheduledDateInvalid(Invalid):
    """The date of schedule_date_time cannot be corrected: give the midnight of a day that may be."""


class CheckinTimeInvalid(Invalid):
    """The checkin_time does not belong to that date, or has not come yet: correct it."""


class PunchInvalid(Invalid):
    """A record is not as it should be: correct what the message names; nothing was kept."""


class WrongDataType(Invalid):
    """An opencheckindatatype is 1, 2 or 3: choose one of them."""


class LateStays(Denied):
    """The rule lets nobody put coming late right."""


class EarlyStays(Denied):
    """The rule lets nobody put going early right."""


class MissingStays(Denied):
    """The rule lets nobody put a missing punch right."""


class OtherStays(Denied):
    """The rule lets nobody put right where, or with which device, a punch was made."""


class LateAndOtherStay(Denied):
    """The rule lets nobody put coming late right, nor where, or with which device, a punch was made."""


class EarlyAndOtherStay(Denied):
    """The rule lets nobody put going early right, nor where, or with which device, a punch was made."""


class NoHealthReader(Denied):
    """No health report names this app among its readers: name it there, in the console."""


class NoSuchReportJob(Missing):
    """There is no health report of this jobid that names the app among its readers: ask for the list."""


class ReportDateRange(Invalid):
    """Reports are told of the last 14 days, and their use of the last 30: name such a date."""


class ReportPage(Invalid):
    """The offset is not below 0, the limit from 1 to 100: correct them."""

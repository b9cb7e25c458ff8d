"""What clients hear of check-ins."""

from datetime import date
from typing import ClassVar

from wecom.foundation.instants import Instant
from wecom.foundation.streams import Event


class PunchAdded(Event):
    """The member checked in, or was checked in: ask for the day again."""

    kind: ClassVar[str] = "member.punch_added"
    punch_id: int
    date: date
    at: Instant


class DayChanged(Event):
    """A day of the member's was corrected, or something about it was approved: ask for it again."""

    kind: ClassVar[str] = "member.checkin_day_changed"
    date: date


class CheckinRuleChanged(Event):
    """The member is under another rule, or it changed: ask for what is expected again."""

    kind: ClassVar[str] = "member.checkin_rule_changed"

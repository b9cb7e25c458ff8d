"""A rule of check-ins on the wire: field by field what the feature keeps, within bounds."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.checkins.rules_model import Rule
from wecom.features.checkins.rules_stored import rule_body, rule_from

from ..wire import Id, Text

TimeOfDay = Annotated[
    int, Field(ge=-43200, le=172800, description="Seconds from midnight; 93600 is two, the day after.")
]
Length = Annotated[int, Field(ge=0, le=172800, description="Seconds.")]
Reminder = Annotated[int, Field(ge=-3600, le=21600, description="Seconds; null: nobody is reminded.")]
Weekday = Annotated[int, Field(ge=0, le=6, description="Sunday is 0.")]
Short = Annotated[Text, Field(max_length=128)]
Count = Annotated[int, Field(ge=0, le=10_000)]


class Part(BaseModel):
    """Of a rule."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class RuleRest(Part):
    """A pause that is not worked."""

    start: TimeOfDay
    end: TimeOfDay


class RuleSlot(Part):
    """A stretch of work: when to come, when to go, and when either may be punched."""

    id: int = Field(ge=1, le=99_998, description="Its own in the day.")
    start: TimeOfDay
    end: TimeOfDay
    earliest_start: TimeOfDay | None = None
    latest_start: TimeOfDay | None = None
    earliest_end: TimeOfDay | None = None
    latest_end: TimeOfDay | None = None
    needs_start: bool = True
    needs_end: bool = True
    rests: list[RuleRest] = Field(default_factory=list, max_length=10)
    remind_start: Reminder | None = Field(None, description="So much before its beginning.")
    remind_end: Reminder | None = Field(None, description="So much after its end.")


class RuleLateLeave(Part):
    """Who leaves so much after the end may come so much later on the day after."""

    left_after: Length
    may_come_later: Length


class RuleTimetable(Part):
    """The slots of a day, and how strictly they are meant."""

    slots: list[RuleSlot] = Field(default_factory=list, max_length=10)
    flexible: bool = Field(True, description="Without it graces and bands are kept and do not count.")
    late_grace: Length = Field(0, description="Who is later than it is late by all of it.")
    early_grace: Length = 0
    band_early: Length = Field(0, description="Who comes so much earlier leaves as much earlier.")
    band_late: Length = 0
    leaving_late_counts: bool = True
    late_leaves: list[RuleLateLeave] = Field(default_factory=list, max_length=20)
    ahead: Length | None = Field(None, description="So much before a slot coming may be punched.")
    after: Length | None = Field(None, description="So much after a slot going may be punched.")
    absent_if_late: Length | None = None
    absent_if_early: Length | None = None


class RuleWeek(Part):
    """Weekdays that are worked by one timetable; of every second week others, where that is wanted."""

    weekdays: list[Weekday] = Field(max_length=7)
    timetable: RuleTimetable = Field(default_factory=RuleTimetable)
    fortnightly: bool = False
    odd_weekdays: list[Weekday] = Field(default_factory=list, max_length=7)
    even_weekdays: list[Weekday] = Field(default_factory=list, max_length=7)


class RuleSpecialDays(Part):
    """Dates that are worked, or not, whatever the week says."""

    every: Literal["day", "range", "fortnight"]
    first: date
    last: date
    note: Short = ""
    slots: list[RuleSlot] = Field(default_factory=list, max_length=10)


class RuleShift(Part):
    """What a schedule plans for a date."""

    id: int = Field(0, ge=0, lt=2**31, description="0: a new one, which gets a number.")
    name: Short
    timetable: RuleTimetable


class RuleFreeHours(Part):
    """Coming and going as one likes."""

    apart: Length = Field(0, description="After coming, before going may be punched.")
    standard: Length | None = Field(None, description="What a day's work is, where that is said.")
    needs_end: bool = True


class RulePlace(Part):
    """A circle on the ground."""

    title: Short
    detail: Text = Field("", max_length=512)
    latitude: float = Field(ge=-90, le=90, description="WGS-84 degrees.")
    longitude: float = Field(ge=-180, le=180, description="WGS-84 degrees.")
    radius: int = Field(ge=1, le=100_000, description="Metres.")


class RuleWifi(Part):
    name: Short
    mac: Annotated[Text, Field(max_length=64)]


class RuleCovered(Part):
    """Whom it is for."""

    members: list[Id] = Field(default_factory=list, max_length=10_000)
    departments: list[Id] = Field(default_factory=list, max_length=1_000, description="With all under them.")
    tags: list[Id] = Field(default_factory=list, max_length=1_000)


class RuleReporters(Part):
    """Who gets summaries."""

    members: list[Id] = Field(default_factory=list, max_length=100)
    tags: list[Id] = Field(default_factory=list, max_length=100)


class RuleSummaries(Part):
    """How often reporters are told how it went."""

    daily: bool = Field(True, description="Of the day before.")
    weekly: bool = Field(True, description="On Mondays, of the week before.")
    monthly: bool = Field(True, description="On the first, of the month before.")
    at: int = Field(32400, ge=0, lt=86400, description="Seconds from midnight, in the rule's zone.")
    leaders: bool = Field(False, description="Whoever leads a department gets one of those in it, too.")


class RuleMakeUps(Part):
    """What may be put right by asking; null: no limit."""

    on_rest_days: bool = False
    a_month: Count | None = None
    within_days: Count | None = None
    until_next_month: Count | None = Field(None, description="The day of the month after until which one may ask.")
    not_for: list[Literal["missing", "late", "early", "other"]] = Field(default_factory=list, max_length=4)
    reminds: bool = False
    remind_day: Count = 28
    remind_next_month: bool = False


class RuleTier(Part):
    """Who has worked so long has rested so long."""

    worked: Length
    rest: Length


class RuleOvertimeRests(Part):
    """What of overtime is not counted."""

    windows: list[RuleRest] = Field(default_factory=list, max_length=10)
    tiers: list[RuleTier] = Field(default_factory=list, max_length=5)


class RuleOvertimePart(Part):
    """Overtime on one kind of day."""

    allowed: bool = False
    basis: Literal["overlap", "punches", "approval"] = "overlap"
    start_after: Length = 1800
    minimum: Length = 1800
    maximum: Length = 14400
    rests: RuleOvertimeRests = Field(default_factory=RuleOvertimeRests)
    becomes: Literal["time_off", "money"] | None = None
    ratio: int = Field(100, ge=0, le=3000, description="Hundredths of an hour off for an hour worked.")
    into_balance: bool = False
    stretch: Length = 0


class RuleOvertimeUnit(Part):
    """How overtime is shown: it is counted in seconds all the same."""

    unit: Literal["hour", "day"] = "hour"
    a_day: Length = 28800
    rounding: Literal["up", "down", "nearest"] = "down"
    decimals: int = Field(1, ge=0, le=6)
    step: float = Field(0, ge=0, le=24)


class RuleOvertime(Part):
    workday: RuleOvertimePart = Field(default_factory=RuleOvertimePart)
    restday: RuleOvertimePart = Field(default_factory=RuleOvertimePart)
    holiday: RuleOvertimePart = Field(default_factory=RuleOvertimePart)
    unit: RuleOvertimeUnit = Field(default_factory=RuleOvertimeUnit)


class CheckinRule(Part):
    """What a rule says. Of weeks, shifts and free hours it has what its kind asks for."""

    kind: Literal["fixed", "shift", "free"]
    name: Short
    zone: Annotated[Text, Field(max_length=64, description="Such as Asia/Shanghai.")]
    covered: RuleCovered = Field(default_factory=RuleCovered)
    exempt: list[Id] = Field(default_factory=list, max_length=10_000, description="Members whom it is not for.")
    reporters: RuleReporters = Field(default_factory=RuleReporters)
    summaries: RuleSummaries = Field(default_factory=RuleSummaries)
    means: Literal["phone", "machine", "both"] = "phone"
    weeks: list[RuleWeek] = Field(default_factory=list, max_length=10)
    shifts: list[RuleShift] = Field(default_factory=list, max_length=100)
    free: RuleFreeHours = Field(default_factory=RuleFreeHours)
    worked_days: list[RuleSpecialDays] = Field(default_factory=list, max_length=366)
    days_off: list[RuleSpecialDays] = Field(default_factory=list, max_length=366)
    holidays: bool = Field(True, description="Whether holidays by law are free.")
    country: Annotated[Text, Field(pattern="^[A-Z]{2}$")] = Field("CN", description="Whose holidays.")
    day_turns: Length = Field(14400, description="When a date begins that has no slots.")
    places: list[RulePlace] = Field(default_factory=list, max_length=1_000)
    wifi: list[RuleWifi] = Field(default_factory=list, max_length=1_000)
    networks: list[Annotated[Text, Field(max_length=64)]] = Field(
        default_factory=list,
        max_length=100,
        description="Of offices, as this server sees addresses that come from there: 203.0.113.0/24. As good as Wi-Fi.",
    )
    out_of_range: Literal["flag", "outside", "refuse"] = "flag"
    needs_photo: bool = False
    album: bool = True
    face: bool = False
    liveness: bool = False
    on_rest_days: bool = Field(True, description="Whether one may check in on days off.")
    make_ups: RuleMakeUps = Field(default_factory=RuleMakeUps)
    overtime: RuleOvertime = Field(default_factory=RuleOvertime)
    outside_counts: bool = Field(False, description="What is punched outside counts as coming and going.")
    approval_punches: bool = False
    method: int = Field(0, ge=0, le=1000)

    def said(self) -> Rule:
        """As the feature has it."""
        body = self.model_dump(mode="json")
        for slot in _slots(body):
            before, after = slot["remind_start"], slot["remind_end"]
            slot["remind_start"] = None if before is None else slot["start"] - before
            slot["remind_end"] = None if after is None else slot["end"] + after
        return rule_from(body)

    @classmethod
    def of(cls, rule: Rule) -> "CheckinRule":
        """What is kept is told as it is: nothing is looked at anew, so that no rule is ever too much to be read."""
        body = rule_body(rule)
        for slot in _slots(body):
            slot["remind_start"] = _apart(slot["remind_start"], slot["start"], -1)
            slot["remind_end"] = _apart(slot["remind_end"], slot["end"], 1)
        told: CheckinRule = _told(cls, body)
        return told


def _told(kind: type[Part], body: dict[str, Any]) -> Any:
    """Without the bounds of what may be said."""
    values = {name: _value(field.annotation, body[name]) for name, field in kind.model_fields.items()}
    return kind.model_construct(**values)


def _value(annotation: Any, value: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _told(annotation, value)
    if annotation is date:
        return date.fromisoformat(value)
    if isinstance(value, list):
        [each] = get_args(annotation)
        return [_value(each, one) for one in value]
    return value


def _slots(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All that a rule has anywhere."""
    for each in body["weeks"] + body["shifts"]:
        yield from each["timetable"]["slots"]
    for each in body["worked_days"] + body["days_off"]:
        yield from each["slots"]


def _apart(at: int | None, of: int, sign: int) -> int | None:
    """A reminder as it is written here; a time that has nothing to do with its slot reminds nobody."""
    apart = None if at is None else (at - of) * sign
    return apart if apart is not None and -3600 <= apart <= 21600 else None

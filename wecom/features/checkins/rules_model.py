"""What a rule of check-ins says, in plain words: one version of it, as it is stored and as it is judged by.

Times of day are seconds from the local midnight of the date and may pass 24 hours ("26:00" is two in the morning
after); lengths are seconds; weekdays count from Sunday, which is 0.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

HOUR = 3600
DAY = 24 * HOUR

RuleKind = Literal["fixed", "shift", "free"]
Means = Literal["phone", "machine", "both"]
OutOfRange = Literal["flag", "outside", "refuse"]
Lapse = Literal["missing", "late", "early", "other"]
OvertimeBasis = Literal["overlap", "punches", "approval"]
Becomes = Literal["time_off", "money"]


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause that is not worked."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of work: when to come, when to go, and when either may be punched."""

    id: int
    start: int
    end: int
    earliest_start: int | None = None
    latest_start: int | None = None
    earliest_end: int | None = None
    latest_end: int | None = None
    needs_start: bool = True
    needs_end: bool = True
    rests: tuple[Rest, ...] = ()
    remind_start: int | None = None
    remind_end: int | None = None


@dataclass(frozen=True, slots=True)
class LateLeave:
    """Who leaves this much after the end may come so much later on the day after."""

    left_after: int
    may_come_later: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """The slots of a day, and how strictly they are meant.

    A *grace* forgives: who is later than it is late by all of it. A *band* moves the day: who comes within it leaves as
    much earlier or later.
    """

    slots: tuple[Slot, ...] = ()
    flexible: bool = True
    """Without it graces and bands are kept and do not count."""
    late_grace: int = 0
    early_grace: int = 0
    band_early: int = 0
    band_late: int = 0
    leaving_late_counts: bool = True
    late_leaves: tuple[LateLeave, ...] = ()
    ahead: int | None = None
    """A slot's start may be punched this much before it, unless the slot says from when."""
    after: int | None = None
    """Its end this much after it, likewise."""
    absent_if_late: int | None = None
    """Who is later than this is absent."""
    absent_if_early: int | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """Weekdays that are worked by one timetable; of every second week others, where that is wanted.

    The week of Monday 2024-01-01 is the first, and so an odd one.
    """

    weekdays: tuple[int, ...]
    timetable: Timetable = Timetable()
    fortnightly: bool = False
    odd_weekdays: tuple[int, ...] = ()
    even_weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Dates that are worked, or not, whatever the week says."""

    every: Literal["day", "range", "fortnight"]
    """One date; all from the first to the last; or of these the first and each that is whole fortnights after it."""
    first: date
    last: date
    note: str = ""
    slots: tuple[Slot, ...] = ()
    """When they are worked otherwise than the week's timetable says."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What a schedule plans for a date."""

    id: int
    name: str
    timetable: Timetable = Timetable()


@dataclass(frozen=True, slots=True)
class FreeHours:
    """Coming and going as one likes."""

    apart: int = 0
    """Seconds after coming before going may be punched."""
    standard: int | None = None
    """What a day's work is, where that is said."""
    needs_end: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A circle on the ground, in WGS-84 degrees and metres."""

    title: str
    detail: str
    latitude: float
    longitude: float
    radius: int


@dataclass(frozen=True, slots=True)
class Wifi:
    name: str
    mac: str


@dataclass(frozen=True, slots=True)
class Covered:
    """Whom a rule is for: by ids."""

    members: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reporters:
    """Who gets summaries."""

    members: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Summaries:
    """How often reporters are told how it went, and from when on in the day."""

    daily: bool = True
    weekly: bool = True
    monthly: bool = True
    at: int = 9 * HOUR
    leaders: bool = False
    """Whoever leads a department gets one of those in it, too."""


@dataclass(frozen=True, slots=True)
class MakeUps:
    """What may be put right by asking; None: no limit."""

    on_rest_days: bool = False
    a_month: int | None = None
    within_days: int | None = None
    until_next_month: int | None = None
    """The day of the month after until which one may ask."""
    not_for: tuple[Lapse, ...] = ()
    reminds: bool = False
    remind_day: int = 28
    remind_next_month: bool = False


@dataclass(frozen=True, slots=True)
class Tier:
    """Who has worked so long has rested so long."""

    worked: int
    rest: int


@dataclass(frozen=True, slots=True)
class OvertimeRests:
    """What of overtime is not counted: stretches of the day, or by how much it was."""

    windows: tuple[Rest, ...] = ()
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class OvertimePart:
    """Overtime on one kind of day."""

    allowed: bool = False
    basis: OvertimeBasis = "overlap"
    start_after: int = 1800
    minimum: int = 1800
    maximum: int = 4 * HOUR
    rests: OvertimeRests = OvertimeRests()
    becomes: Becomes | None = None
    ratio: int = 100
    """Hundredths of an hour off for an hour worked."""
    into_balance: bool = False
    stretch: int = 0
    """WeCom's `ot_time_range`, kept as it was given."""


@dataclass(frozen=True, slots=True)
class OvertimeUnit:
    """How overtime is shown: it is counted in seconds all the same."""

    unit: Literal["hour", "day"] = "hour"
    a_day: int = 8 * HOUR
    rounding: Literal["up", "down", "nearest"] = "down"
    decimals: int = 1
    step: float = 0


@dataclass(frozen=True, slots=True)
class Overtime:
    workday: OvertimePart = OvertimePart()
    restday: OvertimePart = OvertimePart()
    holiday: OvertimePart = OvertimePart()
    unit: OvertimeUnit = OvertimeUnit()


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule. Of `weeks`, `shifts` and `free` it has what its kind asks for."""

    kind: RuleKind
    name: str
    zone: str
    covered: Covered = Covered()
    exempt: tuple[int, ...] = ()
    reporters: Reporters = Reporters()
    summaries: Summaries = Summaries()
    means: Means = "phone"
    weeks: tuple[Week, ...] = ()
    shifts: tuple[Shift, ...] = ()
    free: FreeHours = FreeHours()
    worked_days: tuple[SpecialDays, ...] = ()
    days_off: tuple[SpecialDays, ...] = ()
    holidays: bool = True
    country: str = "CN"
    day_turns: int = 4 * HOUR
    """Seconds after midnight at which a date begins that has no slots to go by."""
    places: tuple[Place, ...] = ()
    wifi: tuple[Wifi, ...] = ()
    networks: tuple[str, ...] = ()
    """Of offices, as addresses come from there: a browser tells no Wi-Fi."""
    out_of_range: OutOfRange = "flag"
    needs_photo: bool = False
    album: bool = True
    face: bool = False
    liveness: bool = False
    on_rest_days: bool = True
    make_ups: MakeUps = MakeUps()
    overtime: Overtime = Overtime()
    outside_counts: bool = False
    """What is punched outside counts as coming and going."""
    approval_punches: bool = False
    """WeCom's `open_sp_checkin`, kept as it was given."""
    method: int = 0
    """WeCom's `checkin_method_type`, kept as it was given."""

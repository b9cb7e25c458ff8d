"""What is judged, and what comes of it: punches, approved facts, plans and results of days and months.

Nothing here imports anything of the house, and `results` imports nothing but this: the same inputs give the same result
for ever. Instants are whole seconds since 1970. What is made by the hundred thousand is not frozen, which takes three
times as long, and is never changed all the same.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .rules_model import Becomes, OvertimeBasis, RuleKind, Tier

DayKind = Literal["work", "rest", "holiday"]
CalendarKind = Literal["holiday", "off", "workday"]
"""A holiday by law; a day off that was moved beside one; a day that is worked for it."""
Way = Literal["start", "end"]
Source = Literal["phone", "machine", "api", "correction"]
Where = Literal["normal", "outside", "place", "wifi"]
"""In range; outside, as the rule allows; or out of range, by place or by Wi-Fi."""
FactKind = Literal["leave", "trip", "out", "make_up", "overtime"]
Status = Literal["normal", "late", "early", "missing", "absent", "not_yet", "not_needed", "covered"]
ExceptionKind = Literal["late", "early", "missing", "absent", "place", "device", "late_received", "stray"]
"""Stray: a correction of a slot, or for a shift, that is not planned any more."""
OvertimeStatus = Literal["none", "ok", "short"]
Span = tuple[int, int]
"""From an instant up to another, which is not in it."""

EXCEPTIONS: tuple[ExceptionKind, ...] = (
    "late",
    "early",
    "missing",
    "absent",
    "place",
    "device",
    "late_received",
    "stray",
)
TOLD_ONLY: frozenset[ExceptionKind] = frozenset({"late_received"})
"""What is to be looked at, and makes no day irregular: a punch that counts by what a device said of its time."""
AWAY: tuple[FactKind, ...] = ("leave", "trip", "out")


@dataclass(frozen=True, slots=True)
class Offsets:
    """A zone's offsets from UTC as they were stored: a new edition of the zone database changes no past result."""

    zone: str
    first: int
    transitions: tuple[tuple[int, int], ...] = ()
    """The instant, and the offset from then on."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    kind: CalendarKind
    name: str


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What a schedule has for somebody on a date; 0 is rest."""

    shift_id: int


@dataclass(frozen=True, slots=True)
class Aim:
    """What a correction puts right: a point of a date, or the date as a whole."""

    date: date
    slot_id: int | None = None
    way: Way | None = None
    shift_id: int | None = None
    """For which shift it was made, 0 where there was none: slots of another are others. None: it was not kept then."""


@dataclass(slots=True)
class Punched:
    """A punch, as far as it is judged."""

    id: int
    at: int
    way: Way | None = None
    """What its person said it was; machines do not ask."""
    source: Source = "phone"
    outside: bool = False
    where: Where = "normal"
    strange_device: bool = False
    aim: Aim | None = None
    fact_id: int | None = None
    """The make-up by which it was put there."""
    late_received: bool = False
    """It came minutes after the time that its device says, and by which it counts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What was approved, from when until when. A make-up is a punch beside: the correction that it brought."""

    id: int
    kind: FactKind
    start: int
    end: int
    source: str = ""
    number: str = ""
    """The approval's, or whatever its source knows it by."""
    name: str = ""
    vacation: int = 0
    by_day: bool = False


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """A slot on the clock. What is punched from `opens` until `closes` is about it."""

    id: int
    start: int
    end: int
    opens: int
    closes: int
    earliest_start: int | None
    latest_start: int | None
    earliest_end: int | None
    latest_end: int | None
    needs_start: bool
    needs_end: bool
    rests: tuple[Span, ...]
    remind_start: int | None
    remind_end: int | None

    @property
    def length(self) -> int:
        """What is worked in it."""
        return self.end - self.start - sum(end - start for start, end in self.rests)


@dataclass(frozen=True, slots=True)
class PlannedOvertime:
    basis: OvertimeBasis
    start_after: int
    minimum: int
    maximum: int
    windows: tuple[Span, ...]
    tiers: tuple[Tier, ...]
    becomes: Becomes | None


@dataclass(frozen=True, slots=True, eq=False)
class DayPlan:
    """What is expected of whoever is under a rule on a date. What is punched from `opens` until `closes` is of it.

    Made once for all whom it concerns, and known by being the same one: what follows from it is remembered.
    """

    date: date
    rule_id: int | None
    rule_version: int | None
    rule_kind: RuleKind | None
    kind: DayKind
    name: str
    """The holiday's, or what a rule notes of the date."""
    shift_id: int | None
    shift_name: str
    begins: int
    ends: int
    """Its midnights."""
    opens: int
    closes: int
    slots: tuple[PlannedSlot, ...]
    late_grace: int
    early_grace: int
    band_early: int
    band_late: int
    late_leaves: tuple[tuple[int, int], ...]
    absent_if_late: int | None
    absent_if_early: int | None
    free_apart: int
    free_standard: int
    free_needs_end: bool
    outside_counts: bool
    overtime: PlannedOvertime | None


@dataclass(frozen=True, slots=True)
class DayInputs:
    """All that a result is made of."""

    plan: DayPlan
    punches: tuple[Punched, ...] = ()
    facts: tuple[Fact, ...] = ()
    left_late: int = 0
    """How long after its end the day before was left."""
    as_of: int | None = None
    """Known until then; None: for good."""


@dataclass(slots=True)
class Point:
    """One punch that was expected, and what came."""

    slot_id: int
    way: Way
    expected: int | None
    """By when, as the day turned out: leave, bands and late leaving count. None where one comes as one likes."""
    punched: int | None
    punch_id: int | None
    fact_id: int | None
    """The make-up by which it counts as punched."""
    status: Status
    seconds: int
    """How late, how early, how long absent."""
    source: Source | None
    where: Where
    strange_device: bool
    late_received: bool = False


@dataclass(frozen=True, slots=True)
class ExceptionCount:
    kind: ExceptionKind
    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Applied:
    """An approved fact's part of the day."""

    fact_id: int
    kind: FactKind
    name: str
    number: str
    vacation: int
    by_day: bool
    seconds: int
    """Of what was planned to be worked; of overtime, what was approved."""


@dataclass(frozen=True, slots=True)
class OvertimeResult:
    status: OvertimeStatus
    seconds: int
    short: int
    """What there was, where it is too little to count."""
    becomes: Becomes | None


@dataclass(slots=True)
class DayResult:
    date: date
    rule_id: int | None
    rule_version: int | None
    rule_kind: RuleKind | None
    kind: DayKind
    name: str
    shift_id: int | None
    shift_name: str
    points: tuple[Point, ...]
    exceptions: tuple[ExceptionCount, ...]
    punches: int
    earliest: int | None
    latest: int | None
    worked: int
    standard: int
    applied: tuple[Applied, ...]
    overtime: OvertimeResult
    left_late: int
    opens: int
    closes: int
    closed: bool
    """Whether it is for good; nobody is missing or absent before."""


@dataclass(slots=True)
class DaySum:
    """As much of a result as months are made of."""

    rule_id: int | None
    rule_kind: RuleKind | None
    kind: DayKind
    closed: bool
    worked: int
    standard: int
    exceptions: tuple[ExceptionCount, ...]
    applied: tuple[Applied, ...]
    overtime: OvertimeResult


@dataclass(frozen=True, slots=True)
class AppliedSum:
    kind: FactKind
    name: str
    vacation: int
    by_day: bool
    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class MonthResult:
    """Days, added up; nothing is judged anew."""

    days: int
    work_days: int
    regular_days: int
    """Of these, on which nothing was wrong."""
    exception_days: int
    rest_days: int
    open_days: int
    """Not for good yet."""
    worked: int
    standard: int
    exceptions: tuple[ExceptionCount, ...]
    applied: tuple[AppliedSum, ...]
    overtime: tuple[tuple[DayKind, Becomes | None, int], ...]


@dataclass(frozen=True, slots=True)
class MonthSum:
    """A month, and by whom its person was ruled last."""

    sums: MonthResult
    rule_id: int | None
    rule_kind: RuleKind | None

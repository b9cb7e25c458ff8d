"""What is kept: versions of rules, assignments, schedules, punches, facts, results, machines."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .model import CalendarKind, DayResult, FactKind, Source, Way, Where
from .rules_model import Rule

FactSource = Literal["approval", "hr", "import", "api"]


@dataclass(frozen=True, slots=True)
class RuleVersion:
    rule_id: int
    version: int
    effective_from: date
    ends: bool
    """From that date on the rule is no more."""
    rule: Rule
    app_id: int | None
    """Whose rule it is; None: the company's own."""
    made_by: int
    updated_by: int
    made_at: datetime
    """When the rule was made."""
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    member_id: int
    from_date: date
    rule_id: int | None


@dataclass(frozen=True, slots=True)
class ScheduledShift:
    member_id: int
    date: date
    rule_id: int
    shift_id: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a punch was made with, as its device says. Degrees are WGS-84, metres the accuracy."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    title: str = ""
    detail: str = ""
    wifi_name: str = ""
    wifi_mac: str = ""
    device_id: str = ""
    address: str = ""
    """From where it came, as the server sees it."""
    photo: bytes | None = None
    """Of a stored picture, its hash."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Punch:
    """A fact: it is never changed."""

    id: int
    member_id: int
    client_id: str
    at: datetime
    """What counts: when it was received, or what was claimed, where `late_received` says so."""
    received_at: datetime
    claimed_at: datetime | None
    late_received: bool
    way: Way | None
    source: Source
    outside: bool
    where: Where
    strange_device: bool
    rule_id: int | None
    evidence: Evidence
    machine_id: int | None
    aim_date: date | None
    aim_slot: int | None
    aim_way: Way | None
    fact_id: int | None
    made_by: int


@dataclass(frozen=True, slots=True)
class ApprovedFact:
    id: int
    member_id: int
    kind: FactKind
    starts_at: datetime
    ends_at: datetime
    source: FactSource
    number: str
    name: str
    vacation: int
    by_day: bool
    note: str
    made_by: int
    made_at: datetime
    withdrawn_by: int | None
    withdrawn_at: datetime | None
    withdrawn_why: str = ""


@dataclass(frozen=True, slots=True)
class StoredDay:
    member_id: int
    date: date
    digest: bytes
    result: DayResult


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a day of a closed month would be by now."""

    member_id: int
    date: date
    before: DayResult
    after: DayResult
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    month: date
    closed_by: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Machine:
    id: int
    name: str
    place: str
    way: Way | None
    made_by: int
    made_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None
    drift: int | None = None
    """Seconds by which its clock was ahead when it last said so."""
    taken: int = 0
    """How many of its punches were kept."""
    last_punch_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MachineNumber:
    """Whom a machine means by a number."""

    machine_id: int
    """0: every machine that says nothing else of this number."""
    number: str
    member_id: int
    set_by: int
    set_at: datetime


LeftOutWhy = Literal["unknown_person", "too_old", "future", "unfit"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a machine sent and was not kept."""

    machine_id: int
    record: str
    userid: str
    number: str
    at: datetime
    way: Way | None
    why: LeftOutWhy
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ListedFact:
    """What was approved, and the punch that it makes up for."""

    fact: ApprovedFact
    aim_date: date | None
    aim_slot: int | None
    aim_way: Way | None


@dataclass(frozen=True, slots=True)
class KeptHoliday:
    """What a date is, and what the law says it is."""

    date: date
    kind: CalendarKind | None
    name: str
    note: str
    law_kind: CalendarKind | None
    law_name: str
    changed_by: int | None
    changed_at: datetime | None

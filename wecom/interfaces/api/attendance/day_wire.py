"""Days and months of check-ins on the wire, and the people whose they are."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from wecom.features import directory
from wecom.features.checkins import DayResult, MonthResult, Point, Punch, Rulebook
from wecom.features.directory import EVERYTHING, Member
from wecom.foundation.db import Db
from wecom.foundation.instants import Instant

Kind = Literal["work", "rest", "holiday"]
Way = Literal["start", "end"]
Wrong = Literal["late", "early", "missing", "absent", "place", "device", "late_received", "stray"]
Status = Literal["normal", "late", "early", "missing", "absent", "not_yet", "not_needed", "covered"]
Where = Literal["normal", "outside", "place", "wifi"]
Source = Literal["phone", "machine", "api", "correction"]
FactKind = Literal["leave", "trip", "out", "make_up", "overtime"]
Becomes = Literal["time_off", "money"]


class AttendancePerson(BaseModel):
    """Whose it is."""

    id: int
    userid: str
    name: str
    avatar: str
    departments: list[int]
    left: bool = Field(description="Whether they have left the company.")

    @classmethod
    def of(cls, member: Member) -> "AttendancePerson":
        return cls(
            id=member.id,
            userid=member.userid,
            name=member.name,
            avatar=member.avatar,
            departments=list(member.department_ids),
            left=member.left_at is not None,
        )


class AttendancePoint(BaseModel):
    """One punch that was expected, and what came."""

    slot: int
    way: Way
    expected_at: Instant | None = Field(description="As the day turned out; null where one comes as one likes.")
    punched_at: Instant | None
    punch_id: int | None
    status: Status
    seconds: int = Field(description="How late, how early, how long absent.")
    source: Source | None
    where: Where = Field(description="In range, outside as allowed, or out of range by place or Wi-Fi.")
    strange_device: bool
    late_received: bool = Field(description="It came minutes after the time of its device, by which it counts.")

    @classmethod
    def of(cls, each: Point) -> "AttendancePoint":
        return cls(
            slot=each.slot_id,
            way=each.way,
            expected_at=at(each.expected),
            punched_at=at(each.punched),
            punch_id=each.punch_id,
            status=each.status,
            seconds=each.seconds,
            source=each.source,
            where=each.where,
            strange_device=each.strange_device,
            late_received=each.late_received,
        )


class AttendanceException(BaseModel):
    """What was wrong, how often and for how long."""

    kind: Wrong
    count: int
    seconds: int


class AppliedView(BaseModel):
    """What was approved and counts."""

    kind: FactKind
    name: str
    by_day: bool
    count: int
    seconds: int


class OvertimeView(BaseModel):
    """Overtime by the kind of day it was on, and what becomes of it."""

    on: Kind
    becomes: Becomes | None
    seconds: int


class AttendanceDay(BaseModel):
    """One day of one person."""

    date: date
    zone: str = Field(description="In which its times are told.")
    kind: Kind
    name: str = Field(description="The holiday's, or what the rule notes of the date.")
    rule_id: int | None
    rule_version: int | None
    shift: str = Field(description="What was planned, where the rule is by shift.")
    points: list[AttendancePoint]
    exceptions: list[AttendanceException]
    punches: int
    earliest_at: Instant | None
    latest_at: Instant | None
    worked: int = Field(description="Seconds.")
    standard: int = Field(description="Seconds that the plan asks for.")
    applied: list[AppliedView]
    overtime: int = Field(description="Seconds that count.")
    closed: bool = Field(description="Whether it is for good; nobody is missing or absent before.")
    closes_at: Instant

    @classmethod
    def of(cls, day: DayResult, book: Rulebook) -> "AttendanceDay":
        return cls(
            date=day.date,
            zone=book.zone_of(day.rule_id, day.date).zone,
            kind=day.kind,
            name=day.name,
            rule_id=day.rule_id,
            rule_version=day.rule_version,
            shift=day.shift_name,
            points=[AttendancePoint.of(each) for each in day.points],
            exceptions=[AttendanceException(kind=e.kind, count=e.count, seconds=e.seconds) for e in day.exceptions],
            punches=day.punches,
            earliest_at=at(day.earliest),
            latest_at=at(day.latest),
            worked=day.worked,
            standard=day.standard,
            applied=[
                AppliedView(kind=each.kind, name=each.name, by_day=each.by_day, count=1, seconds=each.seconds)
                for each in day.applied
            ],
            overtime=day.overtime.seconds,
            closed=day.closed,
            closes_at=datetime.fromtimestamp(day.closes, UTC),
        )


class AttendanceMonth(BaseModel):
    """Days added up."""

    days: int
    work_days: int
    regular_days: int = Field(description="Work days on which nothing was wrong.")
    exception_days: int
    rest_days: int
    open_days: int = Field(description="Not for good yet.")
    worked: int = Field(description="Seconds.")
    standard: int
    exceptions: list[AttendanceException]
    applied: list[AppliedView]
    overtime: list[OvertimeView]

    @classmethod
    def of(cls, sums: MonthResult) -> "AttendanceMonth":
        return cls(
            days=sums.days,
            work_days=sums.work_days,
            regular_days=sums.regular_days,
            exception_days=sums.exception_days,
            rest_days=sums.rest_days,
            open_days=sums.open_days,
            worked=sums.worked,
            standard=sums.standard,
            exceptions=[AttendanceException(kind=e.kind, count=e.count, seconds=e.seconds) for e in sums.exceptions],
            applied=[
                AppliedView(kind=e.kind, name=e.name, by_day=e.by_day, count=e.count, seconds=e.seconds)
                for e in sums.applied
            ],
            overtime=[OvertimeView(on=on, becomes=becomes, seconds=n) for on, becomes, n in sums.overtime],
        )


class AttendancePunch(BaseModel):
    """A punch: a fact that is never changed."""

    id: int
    at: Instant = Field(description="What counts.")
    received_at: Instant
    claimed_at: Instant | None
    late_received: bool = Field(description="It counts by what its device said.")
    way: Way | None
    source: Source
    outside: bool
    where: Where
    strange_device: bool
    latitude: float | None = Field(description="WGS-84.")
    longitude: float | None
    accuracy_m: float | None
    place: str
    wifi: str
    address: str = Field(description="From where it came, as the server saw it; empty: it was sent later.")
    note: str
    made_by: int
    corrects: date | None = Field(description="The day that this puts right.")
    fact_id: int | None = Field(description="The approved make-up with which it comes and goes.")
    has_photo: bool
    usual_now: bool = Field(description="Whether its device is the usual one by now.")

    @classmethod
    def of(cls, punch: Punch, usual: str | None) -> "AttendancePunch":
        seen = punch.evidence
        return cls(
            id=punch.id,
            at=punch.at,
            received_at=punch.received_at,
            claimed_at=punch.claimed_at,
            late_received=punch.late_received,
            way=punch.way,
            source=punch.source,
            outside=punch.outside,
            where=punch.where,
            strange_device=punch.strange_device,
            latitude=seen.latitude,
            longitude=seen.longitude,
            accuracy_m=seen.accuracy,
            place=" ".join(filter(None, (seen.title, seen.detail))),
            wifi=seen.wifi_name,
            address=seen.address,
            note=seen.note,
            made_by=punch.made_by,
            corrects=punch.aim_date,
            fact_id=punch.fact_id,
            usual_now=seen.device_id != "" and seen.device_id == usual,
            has_photo=seen.photo is not None,
        )


def at(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


async def people(db: Db, ids: Sequence[int]) -> dict[int, AttendancePerson]:
    """By id; those who have left too."""
    found: dict[int, AttendancePerson] = {}
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), 1000):
        for each in await directory.members_by_ids(
            db, ordered[start : start + 1000], seen_by=EVERYTHING, with_leavers=True
        ):
            found[each.id] = AttendancePerson.of(each)
    return found


async def narrowed(
    db: Db, ids: Collection[int], q: str, department_id: int | None, left: bool | None
) -> list[AttendancePerson]:
    """Of these, those in the department, of that name, and here or gone."""
    if department_id is not None:
        within = await directory.members_under(db, [department_id], [], [], seen_by=EVERYTHING)
        ids = set(ids) & set(within.member_ids)
    words = q.casefold().split()
    return [
        each
        for each in (await people(db, sorted(ids))).values()
        if left in (None, each.left) and all(word in f"{each.name} {each.userid}".casefold() for word in words)
    ]

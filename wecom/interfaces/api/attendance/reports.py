"""Days and months of many people, and what is behind one day of one of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins, directory
from wecom.features.accounts import Limiter, Personnel
from wecom.features.checkins import ApprovedFact, DayPlan, photos
from wecom.features.directory import EVERYTHING
from wecom.features.directory.refusals import NoSuchMember
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints, FileAnswer
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..checkins import OfPunch, photo_file
from ..wire import Id, OfMember, Text
from .day_wire import AttendanceDay, AttendanceMonth, AttendancePerson, AttendancePunch, FactKind, at, narrowed, people
from .stretch import Day, Stretch

endpoints = Endpoints("/api/attendance", tag="Attendance: reports")

MARGIN = timedelta(days=2)
SEEN_AGAIN = 600
"""Seconds."""


class Whom(BaseModel):
    """Whose days."""

    model_config = ConfigDict(extra="forbid")
    member_id: Id | None = Field(None, description="Only theirs, whatever else is asked for.")
    q: Annotated[Text, Field(max_length=64)] = Field("", description="As for searching members.")
    department_id: Id | None = Field(None, description="Only in this department and those under it.")
    rule_id: int | None = Field(None, ge=1, lt=2**31, description="Only who is under this rule on the last day.")
    left: bool = Field(False, description="Those who have left, instead of those who work here.")
    skip: int = Field(0, ge=0, lt=2**31, description="How many people to leave out: those of the pages before.")
    limit: int = Field(50, ge=1, le=100, description="How many people.")


class WhichDays(Stretch, Whom):
    """From one day to another, both within, 62 at most."""

    wrong: bool = Field(False, description="Only people and days with something wrong, as far as they were judged.")


class OfMonth(BaseModel):
    """Which month."""

    month: Annotated[Text, Field(pattern=r"^20(1[5-9]|[234]\d)-(0[1-9]|1[0-2])$")] = Field(description="2026-01")

    @property
    def first(self) -> date:
        return date.fromisoformat(f"{self.month}-01")

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class OfDay(OfMember):
    """Which day of whom."""

    date: Day


class PersonsDays(BaseModel):
    """Somebody's days."""

    person: AttendancePerson
    days: list[AttendanceDay] = Field(description="Days to come have none.")


class AttendanceDays(BaseModel):
    """A page of people."""

    people: list[PersonsDays]
    total: int


class PersonsMonth(BaseModel):
    """Somebody's month."""

    person: AttendancePerson
    rule_id: int | None = Field(description="The one they were under last.")
    sums: AttendanceMonth


class AttendanceMonths(BaseModel):
    """A page of people."""

    people: list[PersonsMonth]
    total: int


class PlannedSlotView(BaseModel):
    """A stretch of work on the clock."""

    slot: int
    starts_at: Instant
    ends_at: Instant
    needs_start: bool
    needs_end: bool


class AttendanceFact(BaseModel):
    """What was approved."""

    id: int
    member_id: int
    kind: FactKind
    starts_at: Instant
    ends_at: Instant
    source: str
    number: str
    name: str
    by_day: bool
    note: str
    made_by: int
    made_at: Instant

    @classmethod
    def of(cls, fact: ApprovedFact) -> "AttendanceFact":
        return cls(**{name: getattr(fact, name) for name in cls.model_fields})


class BehindDay(BaseModel):
    """All that one day was made of."""

    person: AttendancePerson
    zone: str
    rule: str = Field(description="Its name; empty: under none.")
    slots: list[PlannedSlotView]
    opens_at: Instant = Field(description="What is punched from then on is of this day.")
    day: AttendanceDay | None = Field(description="As it would be by now; null: it is to come.")
    punches: list[AttendancePunch]
    facts: list[AttendanceFact]
    closed_as: AttendanceDay | None = Field(
        description="What the closed month says, where it would be otherwise by now."
    )


async def chosen(db: Db, query: Whom, on: date, only: set[int] | None = None) -> tuple[list[AttendancePerson], int]:
    """A page of the people asked for, and how many there are; `only`: of these."""
    if query.member_id is not None:
        one = list((await people(db, [query.member_id])).values())
        return one[query.skip :], len(one)
    if query.rule_id is not None:
        of_rule = set(await checkins.members_of_rule(db, query.rule_id, on))
        only = of_rule if only is None else only & of_rule
    if only is not None:
        found = await narrowed(db, only, query.q, query.department_id, query.left)
        return found[query.skip : query.skip + query.limit], len(found)
    listed = await directory.listed(
        db,
        seen_by=EVERYTHING,
        text=query.q,
        standing="left" if query.left else "working",
        department_id=query.department_id,
        skip=query.skip,
        limit=query.limit,
    )
    return [AttendancePerson.of(each) for each in listed.members], listed.total


@endpoints.get("/days")
async def list_days(tx: Tx, me: Personnel, services: Services, query: WhichDays) -> AttendanceDays:
    """Days of a page of people, judged as of now."""
    now = services.clock()
    only = await checkins.members_with_something_wrong(tx, query.first, query.last) if query.wrong else None
    who, total = await chosen(tx, query, query.last, only)
    found = await checkins.day_reports(tx, [each.id for each in who], query.first, query.last, now=now)
    book = await checkins.rulebook(tx)
    return AttendanceDays(
        people=[
            PersonsDays(
                person=each,
                days=[AttendanceDay.of(day, book) for day in found[each.id] if day.exceptions or not query.wrong],
            )
            for each in who
        ],
        total=total,
    )


@endpoints.get("/months/{month}")
async def list_month(tx: Tx, me: Personnel, services: Services, path: OfMonth, query: Whom) -> AttendanceMonths:
    """A month of a page of people: their days added up, nothing judged anew."""
    who, total = await chosen(tx, query, path.last)
    ids = [each.id for each in who]
    made = await checkins.month_reports(tx, ids, path.first, path.last, now=services.clock())
    return AttendanceMonths(
        people=[
            PersonsMonth(person=person, rule_id=each.rule_id, sums=AttendanceMonth.of(each.sums))
            for person, each in zip(who, made, strict=True)
        ],
        total=total,
    )


@endpoints.get("/days/{member_id}/{date}")
async def look_behind_day(tx: Tx, me: Personnel, services: Services, path: OfDay) -> BehindDay:
    """What a day was made of: rule and version, plan, punches, what was approved, what was put right."""
    now = services.clock()
    who = await people(tx, [path.member_id])
    if path.member_id not in who:
        raise NoSuchMember
    on = path.date
    found = (await checkins.day_reports(tx, [path.member_id], on, on, now=now))[path.member_id]
    book = await checkins.rulebook(tx)
    standing = (await checkins.standings(tx, book, [path.member_id], on, on))[path.member_id]
    plan = standing.plan(on)
    version = book.in_force(plan.rule_id, on) if plan.rule_id is not None else None
    opens, closes = at(plan.opens), at(plan.closes)
    assert opens and closes
    start, end = opens - MARGIN, closes + MARGIN
    punches = await checkins.punches_of(tx, [path.member_id], start, end)
    usual = await checkins.usual_device(tx, path.member_id)
    adjusted = await checkins.adjustments(tx, on, on, [path.member_id])
    day = adjusted[0].after if adjusted else found[0] if found else None
    return BehindDay(
        person=who[path.member_id],
        zone=book.zone_of(plan.rule_id, on).zone,
        rule=version.rule.name if version else "",
        slots=_slots(plan),
        opens_at=opens,
        day=AttendanceDay.of(day, book) if day else None,
        punches=[
            AttendancePunch.of(each, usual)
            for each in punches
            if each.aim_date == on or (each.aim_date is None and opens <= each.at < closes)
        ],
        facts=[AttendanceFact.of(each) for each in await checkins.facts_between(tx, [path.member_id], opens, closes)],
        closed_as=AttendanceDay.of(adjusted[0].before, book) if adjusted else None,
    )


@endpoints.get("/punches/{punch_id}/photo")
async def look_at_photo(
    tx: Tx, me: Personnel, caller: Caller, services: Services, limiter: Limiter, path: OfPunch
) -> FileAnswer:
    """The photo that anybody's punch was made with. It leaves a record; of one who looks again soon, not another."""
    file = await photo_file(services, await photos.photo_of(tx, None, path.punch_id))
    if await limiter.allow(f"checkin-photo-seen:{me.id}:{path.punch_id}", 1, SEEN_AGAIN) is None:
        [punch] = await checkins.punches_by_ids(tx, [path.punch_id])
        subject = f"checkin_punch:{path.punch_id}"
        await audit.record(tx, me.id, "checkin_photo.see", subject, address=caller.address, member_id=punch.member_id)
    return file


def _slots(plan: DayPlan) -> list[PlannedSlotView]:
    return [
        PlannedSlotView(
            slot=each.id,
            starts_at=datetime.fromtimestamp(each.start, UTC),
            ends_at=datetime.fromtimestamp(each.end, UTC),
            needs_start=each.needs_start,
            needs_end=each.needs_end,
        )
        for each in plan.slots
    ]

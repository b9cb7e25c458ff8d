"""What HR decides: punches put right, what was approved, and months closed."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins
from wecom.features.accounts import Personnel
from wecom.features.checkins.closing import close_month, closed_months, must_be_over, reopen_month
from wecom.features.checkins.correcting import correct, take_back
from wecom.features.checkins.facts import approve_fact, withdraw_fact
from wecom.features.checkins.machines import make_usual
from wecom.features.directory.refusals import NoSuchMember
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..checkins import OfPunch
from ..wire import Id, Text, When
from .day_wire import AttendanceDay, AttendancePerson, Way, people
from .reports import AttendanceFact, OfMonth
from .stretch import Day

endpoints = Endpoints("/api/attendance", tag="Attendance: decisions")

Said = Annotated[Text, Field(max_length=128)]


class Correcting(BaseModel):
    """Which point of a day counts as punched when, and why."""

    model_config = ConfigDict(extra="forbid")
    member_id: Id
    date: Day
    at: When
    reason: Annotated[Text, Field(min_length=1, max_length=170)]
    slot: Annotated[int, Field(ge=1, le=99_998)] | None = Field(None, description="Null: the day has no slots.")
    way: Way | None = None


class TakingBack(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[Text, Field(min_length=1, max_length=170)]


class Approving(BaseModel):
    """What was approved for somebody."""

    model_config = ConfigDict(extra="forbid")
    member_id: Id
    kind: Literal["leave", "trip", "out", "overtime"]
    starts_at: When
    ends_at: When
    name: Said = Field("", description="What the company calls it: annual leave.")
    note: Said = ""
    by_day: bool = False


class OfFact(BaseModel):
    """Which."""

    fact_id: Id


class Withdrawing(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: Said = ""


class ClosedMonth(BaseModel):
    """A month whose results stay as they are."""

    month: str = Field(description="2026-01")
    closed_by: int
    closed_at: Instant


class ClosedMonths(BaseModel):
    """All that are closed."""

    months: list[ClosedMonth]


class AdjustmentView(BaseModel):
    """A day of a closed month that would be otherwise by now."""

    person: AttendancePerson
    before: AttendanceDay
    after: AttendanceDay
    made_at: Instant


class WhichAdjustments(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=100)


class Adjustments(BaseModel):
    """Of a month, a page of them."""

    adjustments: list[AdjustmentView]
    total: int


@endpoints.post("/corrections")
async def correct_punch(tx: Tx, me: Personnel, services: Services, caller: Caller, body: Correcting) -> AttendanceDay:
    """Let a point of a day count as punched at a time, with a reason.

    Answers with the day as it is then; of a closed month, as it was closed. Refused as NoSuchPoint (404), as
    TooFarFromDay and InTheFuture (400), and as RestDayStays (403).
    """
    if body.member_id not in await people(tx, [body.member_id]):
        raise NoSuchMember
    made = await correct(
        tx,
        me.id,
        body.member_id,
        body.date,
        body.at,
        body.reason,
        now=services.clock(),
        slot_id=body.slot,
        way=body.way,
        address=caller.address,
    )
    return AttendanceDay.of(made, await checkins.rulebook(tx))


@endpoints.delete("/corrections/{punch_id}")
async def take_correction_back(tx: Tx, me: Personnel, caller: Caller, path: OfPunch, query: TakingBack) -> None:
    """Let a correction count no more. Its day is judged again; of a closed month, as an adjustment.

    Refused as NoSuchCorrection (404), also for what an approved make-up brought.
    """
    await take_back(tx, me.id, path.punch_id, query.reason, address=caller.address)


@endpoints.post("/punches/{punch_id}/usual-device")
async def make_device_usual(tx: Tx, me: Personnel, caller: Caller, path: OfPunch) -> None:
    """Let the device with which somebody checked in be their usual one from now on, instead of the one before.

    What was kept stays as it was judged. Refused as PunchWithoutDevice (404).
    """
    await make_usual(tx, me.id, path.punch_id, address=caller.address)


@endpoints.post("/facts")
async def approve(tx: Tx, me: Personnel, services: Services, caller: Caller, body: Approving) -> AttendanceFact:
    """Write down what was approved: leave, a trip, work elsewhere, overtime. Its days are judged again.

    Refused as FactUnfit (400), and as FactsOverlap (409) where leave, trips and work elsewhere of one person overlap.
    """
    if body.member_id not in await people(tx, [body.member_id]):
        raise NoSuchMember
    made = await approve_fact(
        tx,
        me.id,
        body.member_id,
        body.kind,
        body.starts_at,
        body.ends_at,
        source="hr",
        name=body.name,
        note=body.note,
        by_day=body.by_day,
        now=services.clock(),
        address=caller.address,
    )
    return AttendanceFact.of(made)


@endpoints.delete("/facts/{fact_id}")
async def withdraw(tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfFact, query: Withdrawing) -> None:
    """Let what was approved count no more; the reason is kept beside it."""
    await withdraw_fact(tx, me.id, path.fact_id, now=services.clock(), why=query.reason, address=caller.address)


@endpoints.get("/closings")
async def list_closed_months(db: Db, me: Personnel) -> ClosedMonths:
    """The months that are closed."""
    return ClosedMonths(
        months=[
            ClosedMonth(month=f"{each.month:%Y-%m}", closed_by=each.closed_by, closed_at=each.closed_at)
            for each in await closed_months(db)
        ]
    )


@endpoints.post("/months/{month}/close")
async def close(pool: Pool, me: Personnel, services: Services, caller: Caller, path: OfMonth) -> None:
    """Keep a month's results as they are. Refused as MonthNotOver and AlreadyClosed (409)."""
    now = services.clock()
    await must_be_over(pool, path.first, now=now)
    under = await checkins.members_between(pool, path.first, path.last)
    await checkins.judge_beforehand(pool, under, path.first - timedelta(days=1), path.last, now=now)
    async with transaction(pool) as tx:
        await close_month(tx, me.id, path.first, now=now, address=caller.address)


@endpoints.post("/months/{month}/reopen")
async def reopen(tx: Tx, me: Personnel, caller: Caller, path: OfMonth) -> None:
    """Let a month's results follow what they are made of again. Refused as NotClosed (409)."""
    await reopen_month(tx, me.id, path.first, address=caller.address)


@endpoints.get("/months/{month}/adjustments")
async def list_adjustments(db: Db, me: Personnel, path: OfMonth, query: WhichAdjustments) -> Adjustments:
    """Days of a closed month that would be otherwise by now, with what they were closed as: a page, by date."""
    found = await checkins.adjustments(db, path.first, path.last, skip=query.skip, limit=query.limit)
    total = await checkins.count_adjustments(db, path.first, path.last)
    who = await people(db, [each.member_id for each in found])
    book = await checkins.rulebook(db)
    return Adjustments(
        adjustments=[
            AdjustmentView(
                person=who[each.member_id],
                before=AttendanceDay.of(each.before, book),
                after=AttendanceDay.of(each.after, book),
                made_at=each.made_at,
            )
            for each in found
            if each.member_id in who
        ],
        total=total,
    )

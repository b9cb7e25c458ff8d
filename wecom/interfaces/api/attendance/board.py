"""Who is in, late, missing or away: a date as it stands now."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins, directory
from wecom.features.accounts import Personnel
from wecom.features.checkins.board import Stands, standing_of
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import Tx
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant

from ..wire import Id
from .day_wire import AttendanceDay, AttendancePerson, people
from .stretch import Day

endpoints = Endpoints("/api/attendance", tag="Attendance: board")


class WhichBoard(BaseModel):
    """Which date, and of whom."""

    model_config = ConfigDict(extra="forbid")
    date: Day | None = Field(None, description="Null: the company's today.")
    department_id: Id | None = Field(None, description="Only of this department and those under it.")
    stands: Stands | None = Field(None, description="Only who stands so.")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(100, ge=1, le=200)


class StandsSo(BaseModel):
    """How many stand so."""

    stands: Stands
    members: int


class OnBoard(BaseModel):
    """Somebody, and how their day stands."""

    person: AttendancePerson
    stands: Stands
    late: int = Field(description="Seconds; 0: not late.")
    day: AttendanceDay


class Board(BaseModel):
    """A date as it stands."""

    date: Day
    as_of: Instant
    counts: list[StandsSo]
    rows: list[OnBoard]
    total: int = Field(description="Of whom `rows` is a page.")


ORDER: tuple[Literal["missing", "late", "expected", "in", "done", "away", "resting"], ...] = (
    "missing",
    "late",
    "expected",
    "in",
    "done",
    "away",
    "resting",
)


@endpoints.get("/board")
async def look_at_board(tx: Tx, me: Personnel, query: WhichBoard) -> Board:
    """Everybody who is under a rule on the date, by how they stand: those first of whom something is missing.

    missing: should have come, or did not go; late: came late and is there; expected: not due yet; in; done: went;
    away: on leave, a trip or at work elsewhere; resting.
    """
    now = datetime.now(UTC)
    await checkins.assign_if_moved(tx, now=now)
    on = query.date or await checkins.today_of(tx, now)
    ids = [id for id, _ in await checkins.members_under_rules(tx, on)]
    if query.department_id is not None:
        within = await directory.members_under(tx, [query.department_id], [], [], seen_by=EVERYTHING)
        ids = sorted(set(ids) & set(within.member_ids))
    days = await checkins.day_reports(tx, ids, on, on, now=now)
    stands = {id: standing_of(found[0], int(now.timestamp())) for id, found in days.items() if found}
    counts = {each: 0 for each in ORDER}
    for each in stands.values():
        counts[each] += 1
    wanted = sorted(
        (id for id, each in stands.items() if query.stands in (None, each)),
        key=lambda id: (ORDER.index(stands[id]), id),
    )
    page = wanted[query.skip : query.skip + query.limit]
    who, book = await people(tx, page), await checkins.rulebook(tx)
    return Board(
        date=on,
        as_of=now,
        counts=[StandsSo(stands=each, members=counts[each]) for each in ORDER],
        rows=[
            OnBoard(
                person=who[id],
                stands=stands[id],
                late=sum(each.seconds for each in days[id][0].exceptions if each.kind == "late"),
                day=AttendanceDay.of(days[id][0], book),
            )
            for id in page
            if id in who
        ],
        total=len(wanted),
    )

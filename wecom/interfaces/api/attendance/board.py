"""Who is in, late, missing or away: a date as it stands now."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins, directory
from wecom.features.accounts import Personnel
from wecom.features.checkins.board import Stands
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import Pool
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

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
async def look_at_board(pool: Pool, me: Personnel, services: Services, query: WhichBoard) -> Board:
    """Everybody who is under a rule on the date, by how they stand: those first of whom something is missing.

    missing: should have come, or did not go; late: came late and is there; expected: not due yet; in; done: went;
    away: on leave, a trip or at work elsewhere; resting.
    """
    look = await services.board.look(query.date)
    stands = look.stands
    if query.department_id is not None:
        within = await directory.members_under(pool, [query.department_id], [], [], seen_by=EVERYTHING)
        stands = {id: stands[id] for id in within.member_ids if id in stands}
    counts = {each: 0 for each in ORDER}
    for each in stands.values():
        counts[each] += 1
    wanted = sorted(
        (id for id, each in stands.items() if query.stands in (None, each)),
        key=lambda id: (ORDER.index(stands[id]), id),
    )
    page = wanted[query.skip : query.skip + query.limit]
    who, book = await people(pool, page), await checkins.rulebook(pool)
    return Board(
        date=look.date,
        as_of=look.at,
        counts=[StandsSo(stands=each, members=counts[each]) for each in ORDER],
        rows=[
            OnBoard(
                person=who[id],
                stands=stands[id],
                late=sum(each.seconds for each in look.days[id].exceptions if each.kind == "late"),
                day=AttendanceDay.of(look.days[id], book),
            )
            for id in page
            if id in who
        ],
        total=len(wanted),
    )

"""Plans as tables, to be filled in elsewhere and brought back; and who is on."""

from collections.abc import AsyncIterator
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins, directory, rosters
from wecom.features.accounts import Personnel
from wecom.features.checkins import duty, plan_tables
from wecom.features.checkins.refusals import NoSuchCheckinRule
from wecom.features.checkins.scheduling import fitting
from wecom.features.checkins.tables import Language
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import Tx
from wecom.foundation.http import Endpoints, StreamAnswer, Upload
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..console.exports import CSV, XLSX
from ..wire import Id
from .day_wire import AttendancePerson, people
from .rules import OfCheckinRule
from .schedules import OfPlan, Planned, read_plan
from .sheets import rows_of
from .stretch import Day

endpoints = Endpoints("/api/attendance", tag="Attendance: planning")

MARK = "\ufeff".encode()
MOST_NAMED = 200


class InWhichLanguage(BaseModel):
    """How heads and rest are called."""

    model_config = ConfigDict(extra="forbid")
    language: Language = "zh-CN"


class PlanProblemView(BaseModel):
    """What of a table cannot be planned."""

    line: int = Field(description="As a spreadsheet counts.")
    date: Day | None = Field(description="Of the cell; null: the line as a whole.")
    text: str = Field(description="What stands there.")
    why: plan_tables.Why


class PlanTable(BaseModel):
    """What a table would change."""

    cells: list[Planned] = Field(description="To be set as they are by PUT plans.")
    people: int = Field(description="How many people are in it.")
    same: int = Field(description="Cells that say what is planned already.")
    problems: list[PlanProblemView] = Field(description="The first 500; the rest of the table can be set.")
    problems_total: int


class WhichDuty(BaseModel):
    """Which date, and of whom."""

    model_config = ConfigDict(extra="forbid")
    date: Day | None = Field(None, description="Null: the company's today.")
    department_id: Id | None = Field(None, description="Only of this department and those under it.")


class DutyGroup(BaseModel):
    """People who work the same hours by the same rule."""

    rule_id: int
    rule: str
    shift_id: int | None = Field(description="Null: the rule is not by shift; 0: nobody planned it, or rest.")
    shift: str
    working: bool
    starts_at: Instant | None = Field(description="Null: off, or hours are free.")
    ends_at: Instant | None
    zone: str
    total: int
    people: list[AttendancePerson] = Field(description=f"The first {MOST_NAMED}.")


class Duty(BaseModel):
    """Who is on: by rule and shift, those who begin first before others, who is off last."""

    date: date
    working: int
    off: int
    groups: list[DutyGroup]


@endpoints.post("/rules/{rule_id}/plans/{month}/table")
async def look_at_plan_table(tx: Tx, me: Personnel, path: OfPlan, file: Upload) -> PlanTable:
    """What a table (.xlsx or .csv) would change of a month's plan. Nothing is changed by that.

    A line for each person by userid, a column for each date, in each cell the shift's name; an empty cell says nothing.
    What is exported is such a table.
    """
    rows = await rows_of(file)
    version = await _version(tx, path, path.last)
    members = await directory.member_ids(tx, plan_tables.userids_in(rows))
    shifts = {each.name: each.id for each in version.rule.shifts}
    read = plan_tables.read_plan(rows, members, shifts, path.first, path.last)
    cells, why = await fitting(tx, path.rule_id, read.cells)
    problems = [*read.problems]
    for (member_id, on), each in why.items():
        line, userid = read.lines[member_id]
        problems.append(plan_tables.PlanProblem(line, on, userid, each))
    problems.sort(key=lambda each: (each.line, each.date or path.first))
    return PlanTable(
        cells=[Planned(member_id=member_id, date=on, shift_id=shift_id) for member_id, on, shift_id in cells],
        people=len(read.lines),
        same=len(read.cells) - len(cells) - len(why),
        problems=[PlanProblemView(line=e.line, date=e.date, text=e.text, why=e.why) for e in problems[:500]],
        problems_total=len(problems),
    )


@endpoints.get("/exports/plans/{rule_id}/{month}.csv")
async def export_plan_as_csv(
    tx: Tx, me: Personnel, services: Services, path: OfPlan, query: InWhichLanguage
) -> StreamAnswer:
    """A month's plan as a table, which can be brought back."""
    rows = await _table(tx, me, services, path, query.language)
    harmless = [[rosters.harmless(cell) for cell in row] for row in rows]
    return StreamAnswer.of_pieces(f"plan-{path.month}.csv", CSV, _whole(MARK + rosters.csv_of(harmless)))


@endpoints.get("/exports/plans/{rule_id}/{month}.xlsx")
async def export_plan_as_workbook(
    tx: Tx, me: Personnel, services: Services, path: OfPlan, query: InWhichLanguage
) -> StreamAnswer:
    """The same as a workbook."""
    pages = _pages(await _table(tx, me, services, path, query.language))
    return StreamAnswer.of_pieces(f"plan-{path.month}.xlsx", XLSX, rosters.as_workbook(path.month, pages))


@endpoints.get("/duty")
async def who_is_on(tx: Tx, me: Personnel, services: Services, query: WhichDuty) -> Duty:
    """Who is to work on a date, by shift: as it is planned, whether they came or not."""
    now = services.clock()
    await checkins.assign_if_moved(tx, now=now)
    on = query.date or await checkins.today_of(tx, now)
    within: set[int] | None = None
    if query.department_id is not None:
        found = await directory.members_under(tx, [query.department_id], [], [], seen_by=EVERYTHING)
        within = set(found.member_ids)
    groups = await duty.on_duty(tx, on, within)
    who = await people(tx, [id for each in groups for id in each.member_ids[:MOST_NAMED]])
    return Duty(
        date=on,
        working=sum(len(each.member_ids) for each in groups if each.working),
        off=sum(len(each.member_ids) for each in groups if not each.working),
        groups=[_group(each, who) for each in groups],
    )


def _group(each: duty.OnDuty, who: dict[int, AttendancePerson]) -> DutyGroup:
    return DutyGroup(
        rule_id=each.rule_id,
        rule=each.rule,
        shift_id=each.shift_id,
        shift=each.shift,
        working=each.working,
        starts_at=each.starts_at,
        ends_at=each.ends_at,
        zone=each.zone,
        total=len(each.member_ids),
        people=[who[id] for id in each.member_ids[:MOST_NAMED] if id in who],
    )


async def _table(tx: Tx, me: Personnel, services: Services, path: OfPlan, language: Language) -> list[list[str]]:
    plan = await read_plan(tx, me, services, path)
    found = plan_tables.written_plan(
        [(each.id, each.userid, each.name) for each in plan.people],
        plan_tables.days_between(path.first, path.last),
        {(each.member_id, each.date): each.shift_id for each in plan.planned},
        {each.id: each.name for each in plan.shifts},
        language,
    )
    return list(found)


async def _pages(rows: list[list[str]]) -> AsyncIterator[list[list[str]]]:
    yield rows


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _version(tx: Tx, path: OfCheckinRule, on: date) -> checkins.RuleVersion:
    book = await checkins.rulebook(tx)
    version = book.in_force(path.rule_id, on) or book.newest(path.rule_id)
    if version is None:
        raise NoSuchCheckinRule
    return version

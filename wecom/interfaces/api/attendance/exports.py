"""Days and months as tables for payroll, with the columns of WeCom's own reports."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins, directory, rosters
from wecom.features.accounts import Personnel
from wecom.features.checkins import approving, tables
from wecom.features.checkins.tables import Cell, Language, Who
from wecom.features.directory import EVERYTHING, Member
from wecom.foundation import audit
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints, StreamAnswer

from ..console.exports import CSV, XLSX
from ..wire import Id, Text
from .day_wire import narrowed
from .reports import OfMonth
from .stretch import Stretch

endpoints = Endpoints("/api/attendance/exports", tag="Attendance: exports")

AT_ONCE = 200
"""People whose months are read at once."""
DAYS_AT_ONCE = 2000
MARK = "\ufeff".encode()
Pages = AsyncIterator[list[list[Cell]]]


class Whose(BaseModel):
    """Whose, and in which language the columns are called."""

    model_config = ConfigDict(extra="forbid")
    member_id: Id | None = Field(None, description="Only theirs.")
    q: Annotated[Text, Field(max_length=64)] = Field("", description="Only whose name or userid has these words.")
    left: bool | None = Field(None, description="Those who have left, or those who have not; null: all.")
    department_id: Id | None = Field(None, description="Only of this department and those under it.")
    rule_id: Annotated[int, Field(ge=1, lt=2**31)] | None = Field(
        None, description="Only who is under this rule on one of the days."
    )
    language: Language = "zh-CN"


class WhichDaysOfWhom(Stretch, Whose):
    """Which days of whom."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    pool: Pool
    ids: Sequence[int]
    first: date
    last: date
    language: Language
    leaves: Sequence[str]
    """What leave is called there: each has a column."""


@endpoints.get("/days.csv")
async def export_days_as_csv(tx: Tx, pool: Pool, me: Personnel, caller: Caller, query: WhichDaysOfWhom) -> StreamAnswer:
    """Days of everybody who was under a rule, a row each. It leaves a record."""
    wanted = await _wanted(tx, pool, me, caller, query, query.first, query.last, "days.csv")
    return StreamAnswer.of_pieces(f"days-{query.first}-{query.last}.csv", CSV, _csv(_days(wanted)))


@endpoints.get("/days.xlsx")
async def export_days_as_workbook(
    tx: Tx, pool: Pool, me: Personnel, caller: Caller, query: WhichDaysOfWhom
) -> StreamAnswer:
    """The same as a workbook."""
    wanted = await _wanted(tx, pool, me, caller, query, query.first, query.last, "days.xlsx")
    pieces = rosters.as_workbook("days", _days(wanted))
    return StreamAnswer.of_pieces(f"days-{query.first}-{query.last}.xlsx", XLSX, pieces)


@endpoints.get("/months/{month}.csv")
async def export_month_as_csv(
    tx: Tx, pool: Pool, me: Personnel, caller: Caller, path: OfMonth, query: Whose
) -> StreamAnswer:
    """A month of everybody who was under a rule, a row each. It leaves a record."""
    wanted = await _wanted(tx, pool, me, caller, query, path.first, path.last, "month.csv")
    return StreamAnswer.of_pieces(f"month-{path.month}.csv", CSV, _csv(_months(wanted)))


@endpoints.get("/months/{month}.xlsx")
async def export_month_as_workbook(
    tx: Tx, pool: Pool, me: Personnel, caller: Caller, path: OfMonth, query: Whose
) -> StreamAnswer:
    """The same as a workbook."""
    wanted = await _wanted(tx, pool, me, caller, query, path.first, path.last, "month.xlsx")
    pieces = rosters.as_workbook(path.month, _months(wanted))
    return StreamAnswer.of_pieces(f"month-{path.month}.xlsx", XLSX, pieces)


async def _wanted(
    tx: Tx, pool: Pool, me: Personnel, caller: Caller, query: Whose, first: date, last: date, kind: str
) -> _Wanted:
    """Who was under a rule on any of the days; that it was asked for leaves a record."""
    await audit.record(
        tx,
        me.id,
        "checkin_report.export",
        "checkin:reports",
        address=caller.address,
        content={"q": query.q} if query.q else None,
        kind=kind,
        first=first.isoformat(),
        last=last.isoformat(),
        department_id=query.department_id,
        rule_id=query.rule_id,
        member_id=query.member_id,
        left=query.left,
    )
    ids = set(await checkins.members_between(tx, first, last, query.rule_id))
    if query.member_id is not None:
        ids &= {query.member_id}
    if query.q or query.left is not None or query.department_id is not None:
        ids = {each.id for each in await narrowed(tx, ids, query.q, query.department_id, query.left)}
    leaves = await approving.leave_names(tx, first, last)
    return _Wanted(pool, sorted(ids), first, last, query.language, leaves)


async def _days(wanted: _Wanted) -> Pages:
    yield [tables.heads(tables.DAY, wanted.language, wanted.leaves)]
    await checkins.judge_beforehand(wanted.pool, wanted.ids, wanted.first, wanted.last, now=datetime.now(UTC))
    people = DAYS_AT_ONCE // ((wanted.last - wanted.first).days + 1)
    for start in range(0, len(wanted.ids), people):
        part = wanted.ids[start : start + people]
        async with transaction(wanted.pool) as tx:
            who = await _who(tx, part)
            book = await checkins.rulebook(tx)
            found = await checkins.day_reports(tx, part, wanted.first, wanted.last, now=datetime.now(UTC))
            rows = [
                tables.day_row(
                    _called(who[id], book, day.rule_id, day.date),
                    day,
                    book.zone_of(day.rule_id, day.date),
                    wanted.language,
                    wanted.leaves,
                )
                for id in part
                if id in who
                for day in found[id]
            ]
        yield rows


async def _months(wanted: _Wanted) -> Pages:
    yield [tables.heads(tables.MONTH, wanted.language, wanted.leaves)]
    await checkins.judge_beforehand(wanted.pool, wanted.ids, wanted.first, wanted.last, now=datetime.now(UTC))
    for start in range(0, len(wanted.ids), AT_ONCE):
        part = wanted.ids[start : start + AT_ONCE]
        async with transaction(wanted.pool) as tx:
            who = await _who(tx, part)
            book = await checkins.rulebook(tx)
            made = await checkins.month_reports(tx, part, wanted.first, wanted.last, now=datetime.now(UTC))
            rows = [
                tables.month_row(
                    _called(who[each.member_id], book, each.rule_id, wanted.last),
                    f"{wanted.first:%Y-%m}",
                    each.sums,
                    wanted.leaves,
                )
                for each in made
                if each.member_id in who
            ]
        yield rows


async def _csv(pages: Pages) -> AsyncIterator[bytes]:
    yield MARK
    async for rows in pages:
        yield rosters.csv_of([[rosters.harmless(c) if isinstance(c, str) else c for c in row] for row in rows])


@dataclass(frozen=True, slots=True)
class _Person:
    member: Member
    departments: str


async def _who(db: Db, ids: Sequence[int]) -> dict[int, _Person]:
    found = await directory.members_by_ids(db, ids, seen_by=EVERYTHING, with_leavers=True)
    wanted = sorted({id for each in found for id in each.department_ids})
    names = {each.id: each.name for each in await directory.departments_by_ids(db, wanted, seen_by=EVERYTHING)}
    return {each.id: _Person(each, ";".join(names.get(id, str(id)) for id in each.department_ids)) for each in found}


def _called(person: _Person, book: checkins.Rulebook, rule_id: int | None, on: date) -> Who:
    version = book.in_force(rule_id, on) or book.newest(rule_id) if rule_id is not None else None
    member = person.member
    return Who(member.name, member.userid, person.departments, member.position, version.rule.name if version else "")

"""Days and months as they are read: what waits to be judged of them is judged first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wecom.foundation.db import Db, Tx

from .model import DayResult, DaySum, MonthResult
from .queries import days as queries
from .queries import punches
from .recompute import AT_ONCE, refresh
from .records import Adjustment, Punch
from .results import fold


@dataclass(frozen=True, slots=True)
class Months:
    """One person's days, added up; and by whom they are ruled, as of the last of them."""

    member_id: int
    sums: MonthResult
    rule_id: int | None
    rule_kind: str | None


async def day_reports(
    tx: Tx, member_ids: Sequence[int], first: date, last: date, *, now: datetime
) -> dict[int, list[DayResult]]:
    """Each member's days, in order. Days to come have none."""
    await refresh(tx, member_ids, first, last, now=now)
    found: dict[int, list[DayResult]] = {id: [] for id in member_ids}
    for each in await queries.stored_days(tx, member_ids, first, last):
        found[each.member_id].append(each.result)
    return found


async def month_reports(tx: Tx, member_ids: Sequence[int], first: date, last: date, *, now: datetime) -> list[Months]:
    """The same, added up: in the order of the members."""
    await refresh(tx, member_ids, first, last, now=now)
    made = []
    for start in range(0, len(member_ids), AT_ONCE):
        part = member_ids[start : start + AT_ONCE]
        days: dict[int, list[DaySum]] = {id: [] for id in part}
        for id, day in await queries.day_sums(tx, part, first, last):
            days[id].append(day)
        for id in part:
            newest = next((day for day in reversed(days[id]) if day.rule_id is not None), None)
            rule = (newest.rule_id, newest.rule_kind) if newest else (None, None)
            made.append(Months(id, fold(days[id]), *rule))
    return made


async def members_with_something_wrong(db: Db, first: date, last: date) -> set[int]:
    """On one of these days, as far as they are judged."""
    return set(await queries.members_wrong_between(db, first, last))


async def adjustments(db: Db, first: date, last: date, member_ids: Sequence[int] | None = None) -> list[Adjustment]:
    """What closed days would be by now."""
    return await queries.adjustments(db, first, last, member_ids)


async def punches_of(
    db: Db, member_ids: Sequence[int], start: datetime, end: datetime, *, limit: int | None = None
) -> list[Punch]:
    """Punches, corrections included, oldest first."""
    return await punches.punches_between(db, member_ids, start, end, limit=limit)

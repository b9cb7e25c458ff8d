"""Days and months as they are read: what waits to be judged of them is judged first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wecom.foundation.db import Db, Tx

from .canon import month_json
from .closing import last_of
from .model import DayResult, DaySum, MonthResult, MonthSum
from .queries import closings, months, punches
from .queries import days as queries
from .recompute import AT_ONCE, refresh
from .records import Adjustment, Punch
from .results import month_of


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
    """The same, added up: in the order of the members. What whole months came to is kept."""
    await refresh(tx, member_ids, first, last, now=now)
    whole = first.day == 1 and last == last_of(first)
    made = []
    for start in range(0, len(member_ids), AT_ONCE):
        part = member_ids[start : start + AT_ONCE]
        kept = await months.kept_months(tx, part, first) if whole else {}
        lacking = [id for id in part if id not in kept]
        if lacking:
            kept |= await _added_up(tx, lacking, first, last, keep=whole)
        made += [Months(id, kept[id].sums, kept[id].rule_id, kept[id].rule_kind) for id in part]
    return made


async def _added_up(tx: Tx, member_ids: Sequence[int], first: date, last: date, *, keep: bool) -> dict[int, MonthSum]:
    """From their days; kept of those whose turn is free, so that no day is written meanwhile."""
    turns: list[int] = []
    if keep and await closings.share_closings_now(tx):
        turns = await queries.lock_free_turns(tx, member_ids)
    days: dict[int, list[DaySum]] = {id: [] for id in member_ids}
    for id, day in await queries.day_sums(tx, member_ids, first, last):
        days[id].append(day)
    made = {id: month_of(each) for id, each in days.items()}
    if turns:
        await months.put_months(tx, [(id, first, month_json(made[id]).decode()) for id in turns])
    return made


async def members_with_something_wrong(db: Db, first: date, last: date) -> set[int]:
    """On one of these days, as far as they are judged."""
    return set(await queries.members_wrong_between(db, first, last))


async def adjustments(
    db: Db,
    first: date,
    last: date,
    member_ids: Sequence[int] | None = None,
    *,
    skip: int = 0,
    limit: int | None = None,
) -> list[Adjustment]:
    """What closed days would be by now."""
    return await closings.adjustments(db, first, last, member_ids, skip, limit)


async def count_adjustments(db: Db, first: date, last: date) -> int:
    return await closings.count_adjustments(db, first, last)


async def punches_of(
    db: Db, member_ids: Sequence[int], start: datetime, end: datetime, *, limit: int | None = None
) -> list[Punch]:
    """Punches, corrections included, oldest first."""
    return await punches.punches_between(db, member_ids, start, end, limit=limit)

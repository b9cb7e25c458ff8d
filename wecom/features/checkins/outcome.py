"""What punches are about as the whole of their days tells, before these are judged and written: whoever has checked in
is answered at once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from wecom.foundation.db import Tx

from .judging import Days
from .model import Fact, Point, Punched
from .queries import closings as closing_queries
from .queries import days as day_queries
from .queries import punches as queries
from .results import judge
from .rulebook import DAY, Standing

BEFORE, AFTER = 2 * DAY, 4 * DAY

Asked = tuple[int, int, date]
"""A member, a punch of theirs, and its date."""


async def points_of(
    tx: Tx, there: dict[int, Standing], asked: Sequence[Asked], *, now: datetime
) -> dict[int, Point | None]:
    """By punch; None where another one counts, or nothing was expected. What comes too late for a month that is closed
    counts for nothing there."""
    if not asked:
        return {}
    members, dates = sorted({member_id for member_id, _, _ in asked}), [on for _, _, on in asked]
    first, last = min(dates), max(dates)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - BEFORE
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + AFTER
    punches = await queries.judged_punches(tx, members, start, end, first, last)
    facts = await queries.judged_facts(tx, members, start, end)
    plans = {(member_id, on): there[member_id].plan(on) for member_id, _, on in asked}
    known = {}
    if any(plan.late_leaves for plan in plans.values()):
        known = await day_queries.digests(tx, members, first - DAY, last)
    closed = set()
    if (first.year, first.month) < (now.year, now.month):
        closed = {(each.month.year, each.month.month) for each in await closing_queries.closings(tx)}
    found: dict[int, Point | None] = {id: None for _, id, _ in asked}
    for (member_id, on), plan in plans.items():
        if (on.year, on.month) in closed:
            continue
        mine = [Punched(*each) for each in punches.get(member_id, ())]
        approved = [Fact(*each) for each in facts.get(member_id, ())]
        before = known.get((member_id, on - DAY))
        inputs = Days(there[member_id], mine, approved).inputs(plan, before[1] if before else 0, int(now.timestamp()))
        found |= {each.punch_id: each for each in judge(inputs).points if each.punch_id in found}
    return found

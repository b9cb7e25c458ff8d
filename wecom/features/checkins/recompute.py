"""Judging days anew: those that somebody changed something about, and no others.

A day is written only where it was made of other things than before, as its digest tells. Of a month that is closed,
days stay as they were, and what they would be now is written beside them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from wecom.foundation.db import Tx

from .canon import result_json
from .judging import Days, Known, Wanted
from .queries import days as queries
from .queries import punches as punch_queries
from .rulebook import DAY, rulebook
from .standing import standings

BEFORE, AFTER = timedelta(days=2), timedelta(days=4)
AT_ONCE = 500
"""Members whose days are held in memory together."""


async def mark(tx: Tx, days: Iterable[Wanted]) -> None:
    """These days are to be judged again."""
    if pairs := sorted(set(days)):
        await queries.mark_dirty(tx, [member for member, _ in pairs], [on for _, on in pairs])


async def recompute_some(tx: Tx, limit: int, *, now: datetime) -> int:
    """Judge the days that wait of so many members whom nobody else judges; how many days there were."""
    await queries.share_closings(tx)
    waiting = await queries.waiting_members(tx, limit)
    await queries.ensure_turns(tx, waiting)
    taken = await queries.take_dirty(tx, await queries.lock_free_turns(tx, waiting))
    await recompute(tx, taken, now=now)
    return len(taken)


async def refresh(tx: Tx, member_ids: Sequence[int], first: date, last: date, *, now: datetime) -> int:
    """Judge what of these members' days waits, was never judged, or has come to its end since; how many changed."""
    changed = 0
    last = min(last, (now + DAY).date())
    ordered = sorted(set(member_ids))
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        await _turns(tx, part)
        wanted = set(await queries.take_dirty(tx, part, first, last))
        known = await queries.digests(tx, part, first, last)
        for member_id in part:
            on = first
            while on <= last:
                there = known.get((member_id, on))
                if there is None or (not there[2] and there[3] <= now):
                    wanted.add((member_id, on))
                on += DAY
        changed += await recompute(tx, sorted(wanted), now=now)
    return changed


async def recompute(tx: Tx, wanted: Sequence[Wanted], *, now: datetime) -> int:
    """Judge these days; how many are another than before."""
    changed = 0
    await _turns(tx, sorted({member for member, _ in wanted}))
    for part in _parts(wanted):
        changed += await _recompute(tx, part, now)
    return changed


async def _turns(tx: Tx, member_ids: list[int]) -> None:
    """Months before members, so that whoever closes one and whoever judges never wait for each other."""
    await queries.share_closings(tx)
    await queries.ensure_turns(tx, member_ids)
    await queries.lock_turns(tx, member_ids)


def _parts(wanted: Sequence[Wanted]) -> Iterable[list[Wanted]]:
    """By month, and so many members at once: what is read lies together."""
    months: dict[tuple[int, int], list[Wanted]] = {}
    for member_id, on in sorted(wanted):
        months.setdefault((on.year, on.month), []).append((member_id, on))
    for month in sorted(months):
        part: list[Wanted] = []
        members = 0
        for each in months[month]:
            members += not part or part[-1][0] != each[0]
            if members > AT_ONCE:
                yield part
                part, members = [], 1
            part.append(each)
        yield part


async def _recompute(tx: Tx, wanted: list[Wanted], now: datetime) -> int:
    member_ids = sorted({member for member, _ in wanted})
    first, last = min(on for _, on in wanted), max(on for _, on in wanted)
    book = await rulebook(tx)
    there = await standings(tx, book, member_ids, first, last)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - BEFORE
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + AFTER
    punches = await punch_queries.judged_punches(tx, member_ids, start, end, first, last)
    facts = await punch_queries.judged_facts(tx, member_ids, start, end)
    known = await queries.digests(tx, member_ids, first - DAY, last + DAY)
    rows: list[tuple[Any, ...]] = []
    followers: set[Wanted] = set()
    dates: dict[int, list[date]] = {}
    for member_id, on in wanted:
        dates.setdefault(member_id, []).append(on)
    seconds = int(now.timestamp())
    for member_id in member_ids:
        mine = Days(there[member_id], punches.get(member_id, []), facts.get(member_id, []))
        made = mine.judged(member_id, dates[member_id], known, seconds)
        rows += made
        followers |= mine.followers
    kept = await _put(tx, rows, known)
    if followers:
        await mark(tx, followers)
    return kept


async def _put(tx: Tx, rows: list[tuple[Any, ...]], known: Known) -> int:
    """Write results; of closed months only those that are not there, and beside the others what they would be."""
    if not rows:
        return 0
    closed = {(each.month.year, each.month.month) for each in await queries.closings(tx)}
    held = [row for row in rows if (row[1].year, row[1].month) in closed and (row[0], row[1]) in known]
    free = [row for row in rows if row not in held] if held else rows
    if free:
        await queries.put_days(tx, free)
    if held:
        await _put_beside(tx, held)
    return len(rows)


async def _put_beside(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    members, dates = [row[0] for row in rows], [row[1] for row in rows]
    stored = {
        (each.member_id, each.date): each.result
        for each in await queries.stored_days(tx, sorted(set(members)), min(dates), max(dates))
    }
    others, same = [], []
    for row in rows:
        before = result_json(stored[row[0], row[1]]).decode()
        if before == row[3]:
            same.append((row[0], row[1]))
        else:
            others.append((row[0], row[1], before, row[3]))
    if others:
        await queries.put_adjustments(tx, others)
    if same:
        await queries.delete_adjustments(tx, [member for member, _ in same], [on for _, on in same])

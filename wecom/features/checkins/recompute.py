"""Judging days anew: those that somebody changed something about, and no others.

A day is written only where it was made of other things than before, as its digest tells. Of a month that is closed,
days stay as they were, and what they would be now is written beside them.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from wecom.foundation.db import Tx

from . import judges
from .canon import result_json
from .judges import Judges, Judging
from .judging import Done, Known, Row, Wanted, Work, done
from .queries import assigning, calendar, months
from .queries import closings as closing_queries
from .queries import days as queries
from .queries import punches as punch_queries
from .rulebook import DAY, rulebook
from .standing import MARGIN

BEFORE, AFTER = timedelta(days=2), timedelta(days=4)
WITHOUT_RULES = timedelta(days=92)
AT_ONCE = 250
"""Members whose days are held in memory together."""
BRIEF = 500
"""Days that are judged before anything else has its turn."""


async def mark(tx: Tx, days: Iterable[Wanted], *, punched: bool = False) -> None:
    """These days are to be judged again."""
    if pairs := sorted(set(days)):
        await queries.mark_dirty(tx, [member for member, _ in pairs], [on for _, on in pairs], punched)


async def recompute_some(tx: Tx, limit: int, *, now: datetime, but: Sequence[int] = ()) -> int:
    """Judge the days that wait of so many members, except for these, whom nobody else judges; how many days there
    were."""
    return await recompute_of(tx, await queries.waiting_members(tx, limit, but), now=now)


async def recompute_of(tx: Tx, member_ids: Sequence[int], *, now: datetime) -> int:
    """The same, of these members."""
    await closing_queries.share_closings(tx)
    await queries.ensure_turns(tx, member_ids)
    taken = await queries.take_dirty(tx, await queries.lock_free_turns(tx, member_ids))
    await recompute(tx, taken, now=now)
    return len(taken)


async def refresh(
    tx: Tx, member_ids: Sequence[int], first: date, last: date, *, now: datetime, bench: Judges | None = None
) -> int:
    """Judge what of these members' days waits, was never judged, or has come to its end since; how many changed.
    `bench`: others who judge, where there are some already."""
    since, last = await there_are(tx, first, last, now)
    lacking = await queries.members_lacking(tx, sorted(set(member_ids)), first, since, last, now)
    async with judges.judges(0 if bench else sum(days for _, days in lacking)) as own:
        line = _Line(tx, bench or own, now)
        for start in range(0, len(lacking), AT_ONCE):
            part = [member_id for member_id, _ in lacking[start : start + AT_ONCE]]
            await _turns(tx, part)
            wanted = set(await queries.take_dirty(tx, part, first, last))
            wanted.update(await queries.lacking_days(tx, part, since, last, now))
            await line.judge(wanted)
        changed = await line.end()
        while followed := line.followed():
            await line.judge(await queries.take_dirty(tx, followed, first, last))
            changed = await line.end()
        return changed


async def there_are(tx: Tx, first: date, last: date, now: datetime) -> tuple[date, date]:
    """Of a stretch the dates of which there are days: from when a rule held, or for a while where none is, until one
    has come for anybody. A window may open the evening before: a day that is asked for alone is judged then, too."""
    book = await rulebook(tx)
    furthest = book.furthest(int(now.timestamp()))
    since = book.begins or furthest - WITHOUT_RULES
    return max(first, since), last if first == last <= furthest + DAY else min(last, furthest)


async def recompute(tx: Tx, wanted: Sequence[Wanted], *, now: datetime) -> int:
    """Judge these days; how many are another than before."""
    await _turns(tx, sorted({member for member, _ in wanted}))
    async with judges.judges(len(wanted)) as bench:
        line = _Line(tx, bench, now)
        await line.judge(wanted)
        return await line.end()


class _Line:
    """Days on their way: what the next ones are made of is read while those before are judged elsewhere."""

    def __init__(self, tx: Tx, bench: Judges | None, now: datetime) -> None:
        self._tx = tx
        self._bench = bench
        self._now = now
        self._under_way: deque[Judging] = deque()
        self._changed = 0
        self._followed: set[int] = set()

    def followed(self) -> list[int]:
        """Of whom days follow from what was written, since this was asked last."""
        members = sorted(self._followed)
        self._followed.clear()
        return members

    async def judge(self, wanted: Iterable[Wanted]) -> None:
        month = None
        for part in _parts(wanted):
            if month not in (None, part[0][1].replace(day=1)):
                await self.end()  # a month's first day may go by the last one of the month before
            month = part[0][1].replace(day=1)
            book = await rulebook(self._tx)
            work = await _read(self._tx, part, self._now)
            if self._bench:
                self._under_way.append(await self._bench.begin(book, work))
                while len(self._under_way) > self._bench.width:
                    await self._keep()
            elif len(part) < BRIEF:
                await self._write(done(book, work))
            else:
                await self._write(await asyncio.to_thread(done, book, work))

    async def end(self) -> int:
        """Until all is written; how many days are another than before."""
        while self._under_way:
            await self._keep()
        return self._changed

    async def _keep(self) -> None:
        await self._write(await self._under_way.popleft())

    async def _write(self, what: Done) -> None:
        self._changed += await _put(self._tx, what)
        if what.followers:
            await mark(self._tx, what.followers)
            self._followed.update(member_id for member_id, _ in what.followers)


async def _turns(tx: Tx, member_ids: list[int]) -> None:
    """Months before members, so that whoever closes one and whoever judges never wait for each other."""
    await closing_queries.share_closings(tx)
    await queries.ensure_turns(tx, member_ids)
    await queries.lock_turns(tx, member_ids)


def _parts(wanted: Iterable[Wanted]) -> Iterable[list[Wanted]]:
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


async def _read(tx: Tx, wanted: list[Wanted], now: datetime) -> Work:
    member_ids = sorted({member for member, _ in wanted})
    first, last = min(on for _, on in wanted), max(on for _, on in wanted)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - BEFORE
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + AFTER
    held = await assigning.assignments(tx, member_ids, first - MARGIN, last + MARGIN)
    planned = await calendar.scheduled(tx, member_ids, first - MARGIN, last + MARGIN)
    return Work(
        wanted,
        [(each.member_id, each.from_date, each.rule_id) for each in held],
        [(each.member_id, each.date, each.rule_id, each.shift_id) for each in planned],
        await punch_queries.judged_punches(tx, member_ids, start, end, first, last),
        await punch_queries.judged_facts(tx, member_ids, start, end),
        await _known(tx, member_ids, first - DAY, last + DAY),
        int(now.timestamp()),
    )


async def _known(tx: Tx, member_ids: list[int], first: date, last: date) -> Known:
    """How days were judged. A closed one that would be otherwise by now is known as that, for what follows from it; and
    is judged whatever it was made of, since it may be again what it was closed as."""
    known = await queries.digests(tx, member_ids, first, last)
    for day, left_late in (await closing_queries.left_late_beside(tx, member_ids, first, last)).items():
        if day in known:
            known[day] = (b"", left_late, *known[day][2:])
    return known


async def _put(tx: Tx, what: Done) -> int:
    """Write results; of closed months only those that are not there, and beside the others what they would be."""
    held: list[Row] = []
    free: list[Row] = []
    if what.changed:
        closed = {(each.month.year, each.month.month) for each in await closing_queries.closings(tx)}
        for row in what.changed:
            (held if closed and (row[1].year, row[1].month) in closed else free).append(row)
    if what.new:
        await queries.copy_days(tx, what.packed)
    if free:
        await queries.put_days(tx, free)
    if held:
        await _put_beside(tx, held)
    whole = {(member_id, month) for member_id, month, _ in what.months}
    written = {(id, on.replace(day=1)) for id, on in (*what.new, *((row[0], row[1]) for row in free))}
    if others := sorted(written - whole):
        await months.forget_months(tx, [member_id for member_id, _ in others], [month for _, month in others])
    if what.months:
        await months.put_months(tx, what.months)
    return len(what.changed) + len(what.new)


async def _put_beside(tx: Tx, rows: list[Row]) -> None:
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
        await closing_queries.put_adjustments(tx, others)
    if same:
        await closing_queries.delete_adjustments(tx, [member for member, _ in same], [on for _, on in same])

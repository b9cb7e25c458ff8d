"""How everybody's day stands at a moment, each in one word."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from wecom.foundation.db import Pool, transaction

from .assigning import assign_if_moved, today_of
from .beforehand import judge_beforehand
from .model import DayResult
from .queries import assigning
from .queries import days as queries

Stands = Literal["missing", "late", "expected", "in", "done", "away", "resting"]


def standing_of(day: DayResult, now: int) -> Stands:
    """What HR wants to know of a day that may still go on.

    A result calls nobody missing before its last window has closed; who should be there by now and is not, is missing
    here already.
    """
    if day.kind != "work" and not day.punches:
        return "resting"
    if not day.points:
        return "in" if day.punches and not day.closed else "done" if day.punches else "resting"
    if all(each.status == "covered" for each in day.points):
        return "away"
    wanted = [each for each in day.points if each.status not in ("covered", "not_needed")]
    if any(each.status in ("missing", "absent") and each.punched is None for each in wanted):
        return "missing"
    if any(each.punched is None and each.way == "start" and _due(each.expected, now) for each in wanted):
        return "missing"
    came = [each for each in wanted if each.way == "start" and each.punched is not None]
    waits = [each for each in wanted if each.punched is None]
    if not waits:
        return "done"
    if not came:
        return "expected" if any(each.way == "start" for each in waits) else "in"
    return "late" if any(each.status in ("late", "absent") for each in came) else "in"


def _due(expected: int | None, now: int) -> bool:
    return expected is not None and expected + 60 <= now


@dataclass(frozen=True, slots=True)
class Look:
    """A date as it stood at a moment: of everybody who is under a rule on it."""

    date: date
    at: datetime
    days: dict[int, DayResult]
    stands: dict[int, Stands]


class Board:
    """Looks at everybody's day. Whoever asks while it is being looked at, shares the next look with all who do."""

    DATES = 3
    """So many are remembered: of a date that was looked at before, only days that have changed are read."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._pool = pool
        self._clock = clock
        self._lock = asyncio.Lock()
        self._next: dict[date | None, asyncio.Task[Look]] = {}
        self._known: dict[date, dict[int, tuple[bytes, DayResult]]] = {}

    async def look(self, on: date | None = None) -> Look:
        """None: the company's today."""
        task = self._next.get(on)
        if task is None:
            task = self._next[on] = asyncio.create_task(self._in_turn(on))
        return await asyncio.shield(task)

    async def _in_turn(self, on: date | None) -> Look:
        async with self._lock:
            del self._next[on]
            return await self._look(on)

    async def _look(self, on: date | None) -> Look:
        now = self._clock()
        async with transaction(self._pool) as tx:
            await assign_if_moved(tx, now=now)
            on = on or await today_of(tx, now)
            ids = [id for id, _ in await assigning.members_under_rules(tx, on)]
        await judge_beforehand(self._pool, ids, on, on, now=now)  # nobody who checks in waits for all of them
        async with transaction(self._pool) as tx:
            known = self._known.pop(on, {})
            digests = [known[id][0] if id in known else b"" for id in ids]
            found = await queries.results_but(tx, ids, on, digests)
        held = {id: (digest, result or known[id][1]) for id, digest, result in found}
        while len(self._known) >= self.DATES:
            self._known.pop(next(iter(self._known)))
        self._known[on] = held
        days = {id: day for id, (_, day) in held.items()}
        seconds = int(now.timestamp())
        return Look(on, now, days, {id: standing_of(day, seconds) for id, day in days.items()})

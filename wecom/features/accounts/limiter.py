"""Counting what may happen only so often: in Redis, or here while Redis is away."""

import asyncio
import itertools
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from redis import asyncio as aioredis
from redis.exceptions import RedisError

from ...foundation.together import Together

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds to wait for Redis, and then to leave it alone."""

MOST_WINDOWS = 20_000

# Adds to counters that lapse a while after their first count; what each is now, and milliseconds until it lapses.
_ADD = """
local found = {}
for i, key in ipairs(KEYS) do
    local n = redis.call('INCRBY', key, ARGV[2 * i - 1])
    if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
    found[i] = {n, redis.call('PTTL', key)}
end
return found
"""

# Counters of many that are one key, and all lapse together: adds one to a field for each.
_ADD_EACH = """
local counts = {}
for i = 2, #ARGV do counts[i - 1] = redis.call('HINCRBY', KEYS[1], ARGV[i], 1) end
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return counts
"""


_Count = tuple[int, str, float, int]
"""A number of its own, the key, the window's seconds, and how many."""
_Counted = tuple[int, float]


@dataclass(slots=True)
class _Window:
    count: int
    ends: float


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0


class Limiter:
    """Fixed windows, each from its first count on.

    Without Redis each process counts for itself: limits then hold less tightly, but they hold, and
    nobody is kept out because a cache is down.
    """

    def __init__(self, redis: "aioredis.Redis | None", deployment: str = "") -> None:
        self._prefix = f"wecom:{deployment}:limit:"
        self._redis = redis
        self._add = redis.register_script(_ADD) if redis is not None else None
        self._add_each = redis.register_script(_ADD_EACH) if redis is not None else None
        self._turns: dict[str, _Turn] = {}
        self._here: dict[str, _Window] = {}
        self._away_until = 0.0
        self._counts: Together[_Count, _Counted] = Together(self._count_all)
        self._numbers = itertools.count()

    async def close(self) -> None:
        await self._counts.close()

    async def allow(self, key: str, limit: int, seconds: float, *, n: int = 1) -> float | None:
        """Count `n` under `key`; None while within `limit`, else the seconds until the window ends."""
        count, left = await self.count(key, seconds, n=n)
        return None if count <= limit else left

    async def allow_all(self, *limits: tuple[str, int, float], n: int = 1) -> float | None:
        """As `allow`, of several `(key, limit, seconds)` in one round trip; a limit of 0 holds nobody up."""
        counted = [(key, limit, seconds) for key, limit, seconds in limits if limit]
        found = await asyncio.gather(*(self.count(key, seconds, n=n) for key, _, seconds in counted))
        waits = [left for (_, limit, _), (count, left) in zip(counted, found, strict=True) if count > limit]
        return max(waits, default=None)

    async def over(self, key: str, each: Sequence[int], limit: int, seconds: float) -> set[int]:
        """Count each of these ids under `key`; those that are now over `limit`. Their windows end together."""
        if not limit or not each:
            return set()
        if self._add_each is not None and time.monotonic() >= self._away_until:
            arguments = [int(seconds * 1000), *each]
            answer = await self._ask(self._add_each(keys=[self._prefix + key], args=arguments))
            if answer is not None:
                return {id for id, count in zip(each, answer, strict=True) if int(count) > limit}
        return {id for id in each if self._count_here(f"{key}:{id}", seconds, 1)[0] > limit}

    async def wait_for(self, key: str, limit: int) -> float | None:
        """What `allow` would say to one more, without counting it."""
        count, left = await self._spent(key)
        return None if count < limit else left

    async def count(self, key: str, seconds: float, *, n: int = 1) -> tuple[int, float]:
        """Count `n` under `key`: the count now, and the seconds until its window ends."""
        if self._add is None:
            return self._count_here(key, seconds, n)
        counted = await self._counts.ask((next(self._numbers), key, seconds, n))
        assert counted
        return counted

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait until nobody else in this process has `key`'s turn."""
        turn = self._turns.setdefault(key, _Turn())
        turn.wanted += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[key]

    async def _count_all(self, counts: list[_Count]) -> dict[_Count, _Counted]:
        """All that are asked for at once, in one round trip."""
        if self._add is not None and time.monotonic() >= self._away_until:
            keys = [self._prefix + key for _, key, _, _ in counts]
            wanted = [each for _, _, seconds, n in counts for each in (n, int(seconds * 1000))]
            answers = await self._ask(self._add(keys=keys, args=wanted))
            if answers is not None:
                found = [(int(count), max(int(left), 0) / 1000) for count, left in answers]
                return dict(zip(counts, found, strict=True))
        return {each: self._count_here(*each[1:]) for each in counts}

    async def _spent(self, key: str) -> tuple[int, float]:
        if self._redis is not None and time.monotonic() >= self._away_until:
            both = self._redis.pipeline(transaction=False)
            both.get(self._prefix + key)
            both.pttl(self._prefix + key)
            answer = await self._ask(both.execute())
            if answer is not None:
                return int(answer[0] or 0), max(int(answer[1]), 0) / 1000
        return self._count_here(key, 0, 0)

    async def _ask(self, question: Any) -> Sequence[Any] | None:
        try:
            async with asyncio.timeout(PATIENCE):
                answer: Sequence[Any] = await question
                return answer
        except (RedisError, OSError, TimeoutError) as problem:
            self._away_until = time.monotonic() + PATIENCE
            log.warning("limits are counted in this process only: %s", problem)
            return None

    def _count_here(self, key: str, seconds: float, n: int) -> tuple[int, float]:
        now = time.monotonic()
        window = self._here.get(key)
        if window is None or window.ends <= now:
            if not n:
                return 0, 0.0
            if len(self._here) >= MOST_WINDOWS:
                self._forget(now)
            window = self._here[key] = _Window(0, now + seconds)
        window.count += n
        return window.count, window.ends - now

    def _forget(self, now: float) -> None:
        self._here = {key: window for key, window in self._here.items() if window.ends > now}
        if len(self._here) >= MOST_WINDOWS:  # All are live: whoever counts that much must not fill our memory too.
            self._here.clear()

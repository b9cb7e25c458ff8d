"""What may happen only so often, with Redis and without."""

import asyncio
from typing import Any

import pytest
from redis import asyncio as aioredis

from wecom.features.accounts import Limiter
from wecom.features.accounts import limiter as limiters


async def test_a_limit_is_a_window_from_the_first_count_on(redis: aioredis.Redis) -> None:
    limiter = Limiter(redis)
    assert [await limiter.allow("a", 2, 300) for _ in range(2)] == [None, None]
    left = await limiter.allow("a", 2, 300)
    assert left is not None and 299 < left <= 300
    assert await limiter.allow("b", 2, 300) is None
    await redis.pexpire("wecom::limit:a", 1)
    await asyncio.sleep(0.01)
    assert await limiter.allow("a", 2, 300) is None


async def test_several_are_counted_at_once(redis: aioredis.Redis) -> None:
    limiter = Limiter(redis)
    assert await limiter.allow("a", 10, 300, n=10) is None
    assert await limiter.allow("a", 10, 300) is not None


async def test_who_come_at_once_are_counted_in_one_round_trip_each_for_themselves(redis: aioredis.Redis) -> None:
    limiter = Limiter(redis)
    await limiter.count("before", 300)

    async def asked() -> int:
        return int((await redis.info("commandstats"))["cmdstat_evalsha"]["calls"])

    before = await asked()
    waits = await asyncio.gather(*(limiter.allow("a", 5, 300) for _ in range(8)), limiter.allow("b", 5, 300))
    assert [wait is None for wait in waits] == [True] * 5 + [False] * 3 + [True]
    assert await asked() == before + 1
    await limiter.close()


async def test_of_several_limits_the_one_that_is_over_for_the_longest_is_told(redis: aioredis.Redis) -> None:
    for limiter in (Limiter(redis), Limiter(None)):
        minute, hour = ("a", 2, 60), ("a:hour", 3, 3600)
        assert [await limiter.allow_all(minute, hour, ("free", 0, 60)) for _ in range(2)] == [None, None]
        wait = await limiter.allow_all(minute, hour)
        assert wait is not None and wait <= 60
        wait = await limiter.allow_all(minute, hour)
        assert wait is not None and wait > 60


async def test_each_of_many_is_counted_for_itself(redis: aioredis.Redis) -> None:
    for limiter in (Limiter(redis), Limiter(None)):
        assert await limiter.over("a", [1, 2], 1, 300) == set()
        assert await limiter.over("a", [2, 3], 1, 300) == {2}
        assert await limiter.over("a", [1, 2, 3], 0, 300) == set()
    assert 299_000 < await redis.pttl("wecom::limit:a") <= 300_000


async def test_looking_does_not_count(redis: aioredis.Redis) -> None:
    limiter = Limiter(redis)
    assert [await limiter.wait_for("a", 1) for _ in range(3)] == [None] * 3
    await limiter.count("a", 300)
    assert await limiter.wait_for("a", 1) is not None


async def test_processes_share_what_they_count(redis: aioredis.Redis) -> None:
    one, other = Limiter(redis), Limiter(redis)
    assert await one.allow("a", 1, 300) is None
    assert await other.allow("a", 1, 300) is not None


async def test_without_redis_a_process_counts_for_itself() -> None:
    nowhere: Any = aioredis.from_url("unix:///nowhere/redis.sock")
    limiter = Limiter(nowhere)
    assert await limiter.allow("a", 1, 300) is None
    assert await limiter.wait_for("a", 1) is not None
    assert await limiter.allow("a", 1, 300) is not None
    await nowhere.aclose()


async def test_windows_end_here_too_and_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = Limiter(None)
    assert await limiter.allow("a", 1, 0.01) is None
    await asyncio.sleep(0.02)
    assert await limiter.allow("a", 1, 300) is None
    monkeypatch.setattr(limiters, "MOST_WINDOWS", 100)
    for number in range(500):
        await limiter.allow(f"key {number}", 1, 300)
    assert len(limiter._here) <= 100


async def test_turns_are_taken_one_at_a_time_and_forgotten() -> None:
    limiter, inside, most = Limiter(None), 0, 0

    async def visit() -> None:
        nonlocal inside, most
        async with limiter.turn("a"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(visit() for _ in range(5)))
    assert most == 1 and not limiter._turns

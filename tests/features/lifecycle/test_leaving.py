"""Leaving the company: what is locked meanwhile, in which order, and who owns what leavers owned."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.world import World
from wecom.features import lifecycle, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.directory import own_directory
from wecom.foundation.db import Tx, transaction
from wecom.foundation.streams import lock_streams, locked_streams

Story = Callable[[Tx, int, int], Awaitable[None]]


async def meanwhile(world: World, story: Callable[[Tx], Awaitable[None]]) -> None:
    async with transaction(world.pool) as tx:
        await story(tx)


async def waiters(world: World) -> int:
    count: int = await world.pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return count


async def until_it_waits(world: World) -> None:
    async with asyncio.timeout(20):
        while not await waiters(world):
            await asyncio.sleep(0.02)


async def test_those_who_leave_together_lock_all_their_conversations_in_one_order(world: World) -> None:
    low = await world.direct("lisi", "wangwu")
    high = await world.direct("zhangsan", "wangwu")
    ids = [world["zhangsan"].id, world["lisi"].id]
    assert low < high and ids == sorted(ids)
    async with transaction(world.pool) as tx:
        await lock_streams(tx, [low])
        leaving = asyncio.create_task(
            meanwhile(world, lambda tx: lifecycle.leave_many(tx, world["admin"].id, ids, address=""))
        )
        await until_it_waits(world)
        assert await locked_streams(world.pool, [low, high]) == {low}, "what comes later is not held meanwhile"
    await leaving
    rows = await world.pool.fetch("SELECT actor_id FROM participants WHERE to_seq IS NULL")
    assert {row["actor_id"] for row in rows} == {world["wangwu"].id}


@pytest.mark.parametrize("story", [lifecycle.leave, lifecycle.disable])
async def test_who_waits_for_an_import_holds_nothing_up(world: World, story: Story) -> None:
    async with transaction(world.pool) as tx:
        await own_directory(tx)
        waiting = asyncio.create_task(meanwhile(world, lambda tx: story(tx, SYSTEM, world["lisi"].id)))
        await until_it_waits(world)
        assert await locked_streams(world.pool, [world.lunch]) == set()
        assert await world.pool.fetch("SELECT FROM role_grants FOR UPDATE NOWAIT")
        await world.say("zhangsan", world.lunch, "still here")
    await waiting


async def test_what_leavers_own_goes_to_somebody_who_stays(world: World) -> None:
    await world.add("sunliu")
    id = await world.conversation("zhangsan", "lisi", "wangwu", "sunliu")
    lisi, wangwu, zhangsan = (world[userid].id for userid in ("lisi", "wangwu", "zhangsan"))
    async with transaction(world.pool) as tx:
        for administrator in (lisi, wangwu):
            await messaging.set_role(tx, zhangsan, id, administrator, "administrator")
        head = await tx.fetchval("SELECT head FROM streams WHERE id = $1", id)
        assert await messaging.leave_everywhere(tx, [lisi, zhangsan], SYSTEM) == 2
    rows = await world.pool.fetch(
        "SELECT actor_id, role FROM participants WHERE conversation_id = $1 AND to_seq IS NULL", id
    )
    assert {row["actor_id"]: row["role"] for row in rows} == {wangwu: "owner", world["sunliu"].id: "member"}
    told = await world.pool.fetch(
        "SELECT seq, kind, refs FROM entries WHERE stream_id = $1 AND seq > $2 ORDER BY seq", id, head
    )
    assert [(row["seq"] - head, row["kind"]) for row in told] == [
        (1, "participant.role_changed"),
        (2, "participant.role_changed"),
        (3, "participants.removed"),
    ]
    assert sorted(told[2]["refs"]["actor_ids"]) == sorted([lisi, zhangsan])
    ends = await world.pool.fetch(
        "SELECT DISTINCT to_seq FROM participants WHERE conversation_id = $1 AND actor_id = ANY($2)",
        id,
        [lisi, zhangsan],
    )
    assert [row["to_seq"] for row in ends] == [head + 3]

"""Conversations that others hold: what waits for them, and what does not."""

import asyncio

import asyncpg
import pytest

from tests.world import World
from wecom.features.messaging import Draft, Mailroom, Posted, Text, mailroom
from wecom.foundation.db import Pool, transaction
from wecom.foundation.errors import Busy
from wecom.foundation.streams import lock_streams


def draft(world: World, conversation_id: int, words: str) -> Draft:
    return Draft(conversation_id, world["lisi"].id, words, Text(msgtype="text", content=words))


async def said(pool: Pool, conversation_id: int) -> list[str]:
    rows = await pool.fetch("SELECT client_id FROM messages WHERE conversation_id = $1 ORDER BY seq", conversation_id)
    return [row["client_id"] for row in rows]


async def test_a_locked_conversation_delays_only_what_is_meant_for_it(world: World) -> None:
    room, other = world.services.mailroom, await world.direct("lisi", "wangwu")
    async with transaction(world.pool) as tx:
        await lock_streams(tx, [world.lunch])
        waiting = [room.drop(draft(world, world.lunch, "1")), room.drop(draft(world, other, "a"))]
        await asyncio.wait_for(waiting[1], 15)
        waiting.append(room.drop(draft(world, world.lunch, "2")))
        for words in "bcd":
            await asyncio.wait_for(room.post(draft(world, other, words)), 10)
        assert [each.done() for each in waiting] == [False, True, False]
    answers = await asyncio.wait_for(asyncio.gather(*waiting, room.post(draft(world, world.lunch, "3"))), 15)
    assert all(isinstance(each, Posted) for each in answers)
    assert await said(world.pool, world.lunch) == ["1", "2", "3"]
    assert await said(world.pool, other) == ["a", "b", "c", "d"]


async def test_what_waits_too_long_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailroom, "PATIENCE", 0.5)
    room, other = Mailroom(world.pool), await world.direct("lisi", "wangwu")
    async with transaction(world.pool) as tx:
        await lock_streams(tx, [world.lunch])
        refused = room.drop(draft(world, world.lunch, "1"))
        with pytest.raises(Busy):
            await asyncio.wait_for(refused, 15)
    assert await said(world.pool, world.lunch) == []
    await asyncio.wait_for(room.post(draft(world, other, "a")), 15)
    await asyncio.wait_for(room.post(draft(world, world.lunch, "2")), 15)
    await room.close()


@pytest.mark.parametrize("problem", [asyncpg.DeadlockDetectedError, asyncpg.SerializationError])
async def test_whoever_another_transaction_stood_in_the_way_of_tries_again(
    world: World, monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    tries = []
    post_batch = mailroom.post_batch

    async def post_at_second_try(*given: object) -> object:
        tries.append(given)
        if len(tries) == 1:
            raise problem
        return await post_batch(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(mailroom, "post_batch", post_at_second_try)
    assert await world.say("lisi", world.lunch, "hello")
    assert len(tries) == 2

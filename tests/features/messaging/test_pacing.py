"""How fast a member may send, through however many processes."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis import asyncio as aioredis

from tests.world import World
from wecom.features.messaging import Draft, Mailroom, Text
from wecom.features.messaging.model import TooFast
from wecom.features.messaging.pacing import Paces, SharedPaces
from wecom.foundation.streams import Doorbell

RATE = 60

Say = Callable[[str, int], Awaitable[int]]


class Process:
    """What paces members in one web process."""

    def __init__(self, world: World, redis: "aioredis.Redis[bytes]") -> None:
        self.world = world
        self.doorbell = Doorbell(redis, "pacing")
        self.mailroom = Mailroom(world.pool, rate=RATE)
        self.paces = SharedPaces(self.mailroom.paces, self.doorbell)

    async def say(self, userid: str, times: int) -> int:
        """Say something so often; how much of it was taken."""
        taken = []
        for n in range(times):
            draft = Draft(self.world.lunch, self.world[userid].id, f"{id(self)}-{n}", Text(msgtype="text", content="x"))
            try:
                taken.append(self.mailroom.say(draft))
            except TooFast:
                break
        await asyncio.gather(*taken)
        return len(taken)


async def test_what_is_said_through_one_process_counts_in_the_others(
    world: World, redis: "aioredis.Redis[bytes]"
) -> None:
    one, other = Process(world, redis), Process(world, redis)
    listening = [asyncio.create_task(each.doorbell.listen()) for each in (one, other)]
    try:
        await asyncio.sleep(0.2)
        assert await one.say("zhangsan", 50) == 50
        await one.paces.share()
        await asyncio.sleep(0.2)
        assert await other.say("zhangsan", 50) == pytest.approx(RATE - 50, abs=2), (
            "10 are left, and a second brings one"
        )
        assert await other.say("lisi", 50) == 50, "of others nothing is taken"
        await other.paces.share()
        await asyncio.sleep(0.2)
        assert await one.say("zhangsan", 50) <= 3
        assert await one.say("lisi", 50) == pytest.approx(RATE - 50, abs=2)
    finally:
        for task in listening:
            task.cancel()
        await asyncio.wait(listening)


async def test_what_was_told_is_not_told_again(world: World, redis: "aioredis.Redis[bytes]") -> None:
    process, heard = Process(world, redis), []
    process.doorbell.listeners.append(heard.extend)
    await process.say("zhangsan", 5)
    for _ in range(3):
        await process.paces.share()
    assert len(heard) == 1
    await process.say("zhangsan", 1)
    await process.paces.share()
    assert len(heard) == 2


async def test_what_was_not_told_yet_is_told_though_others_are_heard_meanwhile() -> None:
    paces = Paces(RATE)
    for _ in range(10):
        paces.take(1)
    paces.take_off({1: 20})
    assert paces.untold() == {1: 10}
    assert paces.untold() == {}
    taken = 0
    with pytest.raises(TooFast):
        while True:
            paces.take(1)
            taken += 1
    assert taken == pytest.approx(RATE - 30, abs=1)

"""Passwords are hashed slowly, elsewhere than on the event loop, and alike for everybody."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from wecom.features.accounts import Hasher, TooManySignIns
from wecom.features.accounts.hasher import LONGEST_QUEUE, TODAYS


@pytest.fixture
async def hasher() -> AsyncIterator[Hasher]:
    hasher = Hasher(1)
    yield hasher
    hasher.close()


async def test_a_hash_is_recognised_by_its_password_only(hasher: Hasher) -> None:
    kept = await hasher.hash("Kranich")
    assert kept.startswith(TODAYS) and kept != await hasher.hash("Kranich")
    assert await hasher.verify(kept, "Kranich")
    assert not await hasher.verify(kept, "kranich")
    assert not await hasher.verify(None, "Kranich")
    assert not await hasher.verify("not a hash", "Kranich")


async def test_keyboards_that_write_an_umlaut_differently_write_one_password(hasher: Hasher) -> None:
    assert await hasher.verify(await hasher.hash("M\u00f6we"), "Mo\u0308we")


async def test_older_parameters_are_told_from_todays(hasher: Hasher) -> None:
    assert not hasher.is_outdated(await hasher.hash("Kranich"))
    assert hasher.is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c2FsdA$aGFzaA")


async def test_no_account_takes_as_long_as_a_wrong_password(hasher: Hasher) -> None:
    kept = await hasher.hash("Kranich")

    async def quickest(stored: str | None) -> float:
        took = []
        for _ in range(5):
            started = time.perf_counter()
            await hasher.verify(stored, "Reiher")
            took.append(time.perf_counter() - started)
        return min(took)

    wrong, nobody = await quickest(kept), await quickest(None)
    assert 0.4 < wrong / nobody < 2.5


async def test_the_loop_goes_on_while_hashes_are_made(hasher: Hasher) -> None:
    hashing = [asyncio.create_task(hasher.hash("Kranich")) for _ in range(4)]
    turns = 0
    while not all(task.done() for task in hashing):
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 10


async def test_a_queue_that_is_too_long_is_refused_and_not_kept_waiting(hasher: Hasher) -> None:
    hashing = [asyncio.create_task(hasher.hash("Kranich")) for _ in range(LONGEST_QUEUE)]
    await asyncio.sleep(0)
    with pytest.raises(TooManySignIns):
        await hasher.hash("Kranich")
    for task in hashing:
        task.cancel()
    await asyncio.gather(*hashing, return_exceptions=True)
    assert await hasher.hash("Kranich")

"""Questions that come at once: one query for all, none answered by what was read before it was put."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest

from wecom.interfaces.realtime.together import MOST, Together


class Reading:
    """Reads that end when they are told to."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.known: dict[str, int] = {}
        self.go = asyncio.Event()
        self.problem: Exception | None = None

    async def read(self, keys: list[str]) -> dict[str, int]:
        self.asked.append(keys)
        found = dict(self.known)
        await self.go.wait()
        if self.problem:
            raise self.problem
        return found


@pytest.fixture
async def tasks() -> AsyncIterator[set["asyncio.Task[None]"]]:
    owned: set[asyncio.Task[None]] = set()
    yield owned
    for task in owned:
        task.cancel()


@pytest.fixture
async def reading() -> Reading:
    return Reading()


@pytest.fixture
async def together(reading: Reading, tasks: set["asyncio.Task[None]"]) -> Together[str, int]:
    def own(work: Awaitable[None]) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        tasks.add(task)
        return task

    return Together(reading.read, own)


async def test_those_who_come_at_once_share_a_query(reading: Reading, together: Together[str, int]) -> None:
    reading.known = {"a": 1, "b": 2}
    reading.go.set()
    assert await asyncio.gather(*map(together.ask, "abca")) == [1, 2, None, 1]
    assert reading.asked == [["a", "b", "c"]]


async def test_a_crowd_is_read_a_few_hundred_at_a_time(reading: Reading, together: Together[str, int]) -> None:
    reading.go.set()
    await asyncio.gather(*(together.ask(str(n)) for n in range(MOST + 1)))
    assert [len(keys) for keys in reading.asked] == [MOST, 1]


async def test_what_was_read_before_the_question_does_not_answer_it(
    reading: Reading, together: Together[str, int]
) -> None:
    reading.known = {"a": 1}
    first = asyncio.create_task(together.ask("a"))
    while not reading.asked:
        await asyncio.sleep(0)
    reading.known = {}
    second = asyncio.create_task(together.ask("a"))
    await asyncio.sleep(0)
    reading.go.set()
    assert await asyncio.gather(first, second) == [1, None]
    assert reading.asked == [["a"], ["a"]]


async def test_one_who_gives_up_takes_nobody_along(reading: Reading, together: Together[str, int]) -> None:
    reading.known = {"a": 1}
    impatient, patient = (asyncio.create_task(together.ask("a")) for _ in range(2))
    while not reading.asked:
        await asyncio.sleep(0)
    impatient.cancel()
    reading.go.set()
    assert await patient == 1


async def test_a_failed_read_is_everybodys_and_the_next_is_a_new_one(
    reading: Reading, together: Together[str, int]
) -> None:
    reading.problem = ConnectionError("the database went away")
    reading.go.set()
    answers = await asyncio.gather(together.ask("a"), together.ask("b"), return_exceptions=True)
    assert answers == [reading.problem, reading.problem]
    reading.problem, reading.known = None, {"a": 1}
    assert await together.ask("a") == 1


async def test_a_reader_that_is_stopped_leaves_nobody_waiting(
    reading: Reading, together: Together[str, int], tasks: set["asyncio.Task[None]"]
) -> None:
    asked = asyncio.create_task(together.ask("a"))
    while not reading.asked:
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asked, 5)

"""Questions that come at once: one query for all, none answered by what was read before it was put."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from wecom.foundation import together as module
from wecom.foundation.together import MOST, Together


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
async def reading() -> Reading:
    return Reading()


@pytest.fixture
async def together(reading: Reading) -> AsyncIterator[Together[str, int]]:
    made = Together(reading.read)
    yield made
    await made.close()


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


async def test_an_answer_that_does_not_come_keeps_nobody_else_waiting(
    reading: Reading, together: Together[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLOW", 0.01)
    stuck = asyncio.create_task(together.ask("a"))
    while not reading.asked:
        await asyncio.sleep(0)
    gone, reading.go = reading.go, asyncio.Event()
    reading.go.set()
    reading.known = {"a": 1}
    await asyncio.sleep(0.02)
    assert await together.ask("a") == 1 and not stuck.done()
    gone.set()
    assert await stuck is None


async def test_closing_leaves_nobody_waiting(reading: Reading, together: Together[str, int]) -> None:
    first = asyncio.create_task(together.ask("a"))
    while not reading.asked:
        await asyncio.sleep(0)
    asked = [first, asyncio.create_task(together.ask("b"))]
    await asyncio.sleep(0)
    await together.close()
    done, _ = await asyncio.wait(asked, timeout=20)
    assert len(done) == 2 and all(each.cancelled() for each in done)


async def test_whoever_asks_while_the_reader_ends_is_answered() -> None:
    async def read(keys: list[int]) -> dict[int, int]:
        return {key: key for key in keys}

    for steps in range(12):
        together = Together(read)
        first = asyncio.create_task(together.ask(1))
        for _ in range(steps):
            await asyncio.sleep(0)
        assert await asyncio.wait_for(together.ask(2), 20) == 2
        assert await first == 1

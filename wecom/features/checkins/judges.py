"""Other processes that judge, for as long as there is much of it: a month of ten thousand is more than a core's work.

They are handed plain values over their standard input and answer with rows; they reach no database and no network. If
one goes away, what it was handed is judged here.
"""

import asyncio
import contextlib
import os
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

from .judging import Done, Work, done
from .rulebook import Rulebook

MANY = 60_000
"""Days: for fewer, starting a process takes longer than it saves."""
MOST = 4
CHILD = Path(__file__).with_name("judges_child.py")
ROOT = Path(__file__).parents[3]
GONE = (asyncio.IncompleteReadError, ConnectionError, RuntimeError)
LENGTH = 8

Judging = Awaitable[Done]


class Judges:
    """Some processes, which are handed work in turn."""

    def __init__(self, processes: list[Process]) -> None:
        self.processes = processes
        self._books: list[Rulebook | None] = [None] * len(processes)
        self._next = 0
        self._before: list[asyncio.Task[Done] | None] = [None] * len(processes)
        self.width = len(processes) + 1
        """So much at once keeps all of them busy."""

    async def begin(self, book: Rulebook, work: Work) -> Judging:
        """Hand it to the next of them."""
        n, self._next = self._next, (self._next + 1) % len(self.processes)
        process = self.processes[n]
        known = self._books[n] is book
        self._books[n] = book
        said = pickle.dumps((None if known else book.made_of, work), protocol=5)
        task = asyncio.create_task(_answer(process, said, book, work, self._before[n]))
        self._before[n] = task
        return task

    def forget(self) -> None:
        """What nobody waits for any more."""
        for each in self._before:
            if each:
                each.cancel()


async def _answer(
    process: Process, said: bytes, book: Rulebook, work: Work, before: "asyncio.Task[Done] | None"
) -> Done:
    assert process.stdin and process.stdout
    if before:
        await asyncio.wait([before])
    try:
        process.stdin.write(len(said).to_bytes(LENGTH) + said)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(LENGTH))
        answer: Done = pickle.loads(await process.stdout.readexactly(length))  # it is our own
    except GONE:
        return await asyncio.to_thread(done, book, work)
    return answer


@asynccontextmanager
async def judges(days: int) -> AsyncIterator[Judges | None]:
    """As many processes as there are cores, where there are so many days; gone afterwards. None: judge them here."""
    if days < MANY:
        yield None
        return
    async with contextlib.AsyncExitStack() as stack:
        processes = []
        for _ in range(min(MOST, os.cpu_count() or 1)):
            process = await _started()
            stack.push_async_callback(_ended, process)
            processes.append(process)
        bench = Judges(processes)
        stack.callback(bench.forget)
        yield bench


async def _started() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-s", "-B", "-P", str(CHILD)),
        stdin=PIPE,
        stdout=PIPE,
        limit=1 << 20,
        env={"PYTHONPATH": str(ROOT)},
        cwd="/",
        start_new_session=True,
    )


async def _ended(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await asyncio.shield(process.wait())

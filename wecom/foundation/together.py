"""Questions that come at once share one query."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 200
"""Questions that share one query at most."""
SLOW = 1.0
"""Seconds after which those who ask wait no longer for an answer that is on its way: its connection may be dead."""


class Together(Generic[K, V]):
    """Asks for all who came while the last answer was on its way.

    A question never gets an answer that was read before it was put, so that what was revoked is not let in.
    """

    def __init__(self, read: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._read = read
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._readers: set[asyncio.Task[None]] = set()
        self._since = 0.0

    async def ask(self, key: K) -> V | None:
        """The answer to `key`; None when there is none."""
        loop = asyncio.get_running_loop()
        answer = self._waiting.get(key)
        if answer is None:
            answer = self._waiting[key] = loop.create_future()
        if not self._readers or loop.time() - self._since > SLOW:
            self._since = loop.time()
            reader = asyncio.create_task(self._read_all())
            self._readers.add(reader)
            reader.add_done_callback(self._readers.discard)  # one that ended before it began
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Nobody is answered any more."""
        while readers := list(self._readers):
            for reader in readers:
                reader.cancel()
            await asyncio.wait(readers, timeout=0.2)
        for answer in self._waiting.values():
            answer.cancel()
        self._waiting.clear()

    async def _read_all(self) -> None:
        try:
            await self._read_on()
        finally:
            # At once, and not when its callbacks run: who asks in between would rely on a reader that reads no more.
            if reader := asyncio.current_task():
                self._readers.discard(reader)

    async def _read_on(self) -> None:
        while self._waiting:
            batch = dict(list(self._waiting.items())[:MOST])
            for key in batch:
                del self._waiting[key]
            self._since = asyncio.get_running_loop().time()
            try:
                found = await self._read(list(batch))
            except asyncio.CancelledError:
                for answer in batch.values():
                    answer.cancel()
                raise
            except Exception as problem:
                for answer in batch.values():
                    answer.set_exception(problem)
            else:
                for key, answer in batch.items():
                    answer.set_result(found.get(key))

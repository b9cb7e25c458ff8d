"""Questions that come at once share one query."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 200
"""Questions that share one query at most."""


class Together(Generic[K, V]):
    """Asks for all who came while the last answer was on its way.

    A question never gets an answer that was read before it was put, so that what was revoked is not let in.
    """

    def __init__(
        self,
        read: Callable[[list[K]], Awaitable[Mapping[K, V]]],
        own: Callable[[Awaitable[None]], "asyncio.Task[None]"],
    ) -> None:
        self.read = read
        self.own = own
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def ask(self, key: K) -> V | None:
        """The answer to `key`; None when there is none."""
        answer = self._waiting.get(key)
        if answer is None:
            answer = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._reader is None or self._reader.done():
                self._reader = self.own(self._read_all())
        return await asyncio.shield(answer)

    async def _read_all(self) -> None:
        while self._waiting:
            batch = dict(list(self._waiting.items())[:MOST])
            for key in batch:
                del self._waiting[key]
            try:
                found = await self.read(list(batch))
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

"""Turns that go round: whoever has much to be done does not keep those waiting who have little."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Turns:
    """So many at once. Of those who wait, each comes in turn, with what they asked for first."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}
        """By who waits, in the order in which their turns come."""

    @asynccontextmanager
    async def taken(self, whose: Hashable) -> AsyncIterator[None]:
        """Wait for one's turn, and have it."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(whose)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, whose: Hashable) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(whose, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._leave(whose, turn)
            else:  # it was given in the same moment
                self._pass_on()
            raise

    def _leave(self, whose: Hashable, turn: asyncio.Future[None]) -> None:
        queue = self._waiting.get(whose, deque())
        if turn in queue:  # unless it was passed over already
            queue.remove(turn)
            if not queue:
                del self._waiting[whose]

    def _pass_on(self) -> None:
        while self._waiting:
            whose = next(iter(self._waiting))
            queue = self._waiting.pop(whose)
            turn = queue.popleft()
            if queue:
                self._waiting[whose] = queue  # behind all others
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

"""How fast a member may send, over all processes together.

The mailroom paces members in its own process, which costs a send next to nothing. Once a second each process tells the
others who said how much through it, in one whisper, and they take it off what these members may still say there. So a
member who sends through several processes is at most a second ahead of the limit; without Redis each process limits
alone.
"""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence

import orjson

from ...foundation.streams import Change, Doorbell, Whisper
from .model import TooFast

TOPIC = "paces"
EVERY = 1.0
FORGOTTEN_AFTER = 60.0
"""Seconds in which whoever says nothing may say everything again."""


class Paces:
    """What each member may still say in this process: so many messages in a minute, in bursts of as many."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._left: dict[int, tuple[float, float]] = {}
        """What may still be said at once, and when that was so."""
        self._untold: dict[int, int] = {}

    def change(self, rate: int) -> None:
        """Let members say so much from now on. All begin anew: at another rate, what they owe would last for hours."""
        if rate != self.rate:
            self.rate, self._left = rate, {}

    def take(self, member_id: int) -> None:
        """Count a message. Raises `TooFast` past the rate, and counts nothing then."""
        now = time.monotonic()
        left = self._now_left(member_id, now)
        if left < 1:
            raise TooFast(retry_after=round((1 - left) * 60 / self.rate, 2))
        self._left[member_id] = (left - 1, now)
        self._untold[member_id] = self._untold.get(member_id, 0) + 1

    def take_off(self, said: Mapping[int, int]) -> None:
        """Count what members said elsewhere, at most until they must wait for a whole minute."""
        now = time.monotonic()
        for id, n in said.items():
            self._left[id] = (max(self._now_left(id, now) - n, -float(self.rate)), now)

    def untold(self) -> dict[int, int]:
        """Who said how much here since this was last asked. Whoever is quiet is forgotten."""
        now = time.monotonic()
        self._left = {id: pace for id, pace in self._left.items() if now - pace[1] < FORGOTTEN_AFTER or pace[0] < 0}
        untold, self._untold = self._untold, {}
        return untold

    def _now_left(self, member_id: int, now: float) -> float:
        left, at = self._left.get(member_id, (float(self.rate), now))
        return min(self.rate, left + (now - at) * self.rate / 60)


class SharedPaces:
    """Tells what was said here, and takes off what was said elsewhere."""

    def __init__(self, paces: Paces, doorbell: Doorbell) -> None:
        self._paces = paces
        self._doorbell = doorbell
        self._me = os.urandom(6).hex()
        doorbell.listeners.append(self.hear)

    async def share_for_ever(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.share()

    async def share(self) -> None:
        """Tell what was said here since the last time."""
        if said := self._paces.untold():
            await self._doorbell.ring([Whisper(TOPIC, orjson.dumps([self._me, list(said.items())]))])

    def hear(self, changes: Sequence[Change | Whisper]) -> None:
        for each in changes:
            if isinstance(each, Whisper) and each.topic == TOPIC:
                teller, said = orjson.loads(each.body)
                if teller != self._me:
                    self._paces.take_off(dict(said))

"""How fast a member may send, over all processes together.

The mailroom paces members in its own process, which costs a send nothing. Once a second each process tells the others
who said how much through it, in one whisper, and they take it off what these members may still say there. So a member
who sends through several processes is at most a second ahead of the limit; without Redis each process limits alone.
"""

import asyncio
import os
import time
from collections.abc import Sequence

import orjson

from ...foundation.streams import Change, Doorbell, Whisper
from .mailroom import Mailroom

TOPIC = "paces"
EVERY = 1.0

Pace = tuple[float, float]
"""What may still be said at once, and when that was so."""


class SharedPaces:
    """Tells what was said here, and takes off what was said elsewhere."""

    def __init__(self, mailroom: Mailroom, doorbell: Doorbell) -> None:
        self._mailroom = mailroom
        self._doorbell = doorbell
        self._me = os.urandom(6).hex()
        self._told: dict[int, Pace] = {}
        doorbell.listeners.append(self.hear)

    async def share_for_ever(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.share()

    async def share(self) -> None:
        """Tell what was said here since the last time."""
        paces = self._mailroom._paces
        said = {id: n for id, pace in paces.items() if (n := self._said(id, pace))}
        self._told = dict(paces)
        if said:
            await self._doorbell.ring([Whisper(TOPIC, orjson.dumps([self._me, list(said.items())]))])

    def hear(self, changes: Sequence[Change | Whisper]) -> None:
        for each in changes:
            if isinstance(each, Whisper) and each.topic == TOPIC:
                teller, said = orjson.loads(each.body)
                if teller != self._me:
                    self._take_off(dict(said))

    def _said(self, id: int, pace: Pace) -> int:
        rate = self._mailroom.rate
        left, at = pace
        before, then = self._told.get(id, (float(rate), at))
        return max(0, round(min(rate, before + (at - then) * rate / 60) - left))

    def _take_off(self, said: dict[int, int]) -> None:
        """Off what each may still say here, at most until they must wait for a whole minute."""
        rate, paces, now = self._mailroom.rate, self._mailroom._paces, time.monotonic()
        for id, n in said.items():
            left, at = paces.get(id, (float(rate), now))
            left = min(rate, left + (now - at) * rate / 60)
            paces[id] = self._told[id] = (max(left - n, -float(rate)), now)

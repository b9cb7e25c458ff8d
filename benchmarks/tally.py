"""Counting: when each message was sent, acknowledged and heard by each member."""

import asyncio
import re
import time
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .peers.peer import Session

now = time.perf_counter

PADDING = "x" * 88
WORDS = re.compile(rb"pb:([0-9]{8}):")


def words(number: int) -> str:
    """The text of a message, 100 bytes long."""
    return f"pb:{number:08d}:{PADDING}"


class Tally:
    """What every session tells what it hears."""

    def __init__(self) -> None:
        self.sent_at: dict[int, float] = {}
        self.senders: dict[int, Session] = {}
        self.number = 0
        self.reset()

    def reset(self) -> None:
        """Begin anew; what was sent before counts no more."""
        self.first = self.number
        self.heard = array("d")
        self.acknowledged = array("d")
        self.last = now()

    def hear(self, session: "Session", number: int) -> None:
        if number >= self.first and self.senders[number] is not session:
            at = now()
            self.heard.append(at - self.sent_at[number])
            self.last = at

    async def send(self, session: "Session", room: Any, due: float | None = None) -> None:
        """Say something and wait until it is acknowledged."""
        number, self.number = self.number, self.number + 1
        self.sent_at[number], self.senders[number] = due or now(), session
        await session.send(room, number)
        self.acknowledged.append(now() - self.sent_at[number])

    async def all_heard(self, wanted: int, patience: float) -> None:
        """Wait for deliveries that are on their way."""
        end = now() + patience
        while len(self.heard) < wanted and now() < end:
            await asyncio.sleep(0.02)

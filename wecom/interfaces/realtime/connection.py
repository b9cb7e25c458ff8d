"""One socket of a member: what is written to it, and when it is given up.

Frames are handed to the transport as they are: the event loop's transport gathers what is written in
one turn into one system call, so there is no queue and no writer task for each socket. What the
transport could not send yet is the bounded queue: past a first mark typing and presence are dropped,
past a second the socket is closed and its client connects again and catches up.
"""

from typing import TYPE_CHECKING, Protocol

from wecom.features.accounts import Me
from wecom.foundation.http import metrics

from .frames import BINARY_REFUSED, Asked, said
from .websocket import WebSocket

if TYPE_CHECKING:
    from .hub import Channel

SHED_HINTS = 64 * 1024
GIVE_UP = 4 * 1024 * 1024

BURST = 30.0
PER_SECOND = 5.0
RESTED = (BURST, 0.0)

SESSION_ENDED = 4401
TOO_MANY = 4409
RESTARTING = 1012


class Heeds(Protocol):
    """Who acts on what a connection says, and is told of its end."""

    def heed(self, connection: "Connection", text: bytes) -> None: ...
    def forget(self, connection: "Connection") -> None: ...


class Connection(WebSocket):
    """A member's socket on one device."""

    __slots__ = (
        "asked",
        "gateway",
        "heard",
        "member_id",
        "ordinal",
        "restricted",
        "session_id",
        "tokens",
        "typed_at",
        "watching",
    )

    def __init__(self, gateway: Heeds, me: Me) -> None:
        super().__init__()
        self.gateway = gateway
        self.member_id = me.id
        self.ordinal = me.ordinal
        self.session_id = me.session_id
        self.restricted = True
        """Until it is known that the member sees the whole directory."""
        self.heard: list[Channel] = []
        """What it listens to, or did."""
        self.asked: list[Asked] | None = None
        """What it asked for and has not been answered; None while nothing is being answered."""
        self.typed_at = 0.0
        self.watching: tuple[int, ...] = ()
        self.tokens = RESTED

    def may_ask(self, now: float) -> bool:
        """Whether another frame that costs a query is taken: a few at once, then so many a second."""
        left, at = self.tokens
        left = min(BURST, left + (now - at) * PER_SECOND)
        self.tokens = (left - 1 if left >= 1 else left, now)
        return left >= 1

    def listen(self) -> None:
        """Begin to hear the other side."""
        if not self.closing:
            self.transport.set_write_buffer_limits(high=SHED_HINTS)
            self.transport.resume_reading()

    def push(self, frame: bytes) -> None:
        """Hand over a frame that must arrive; a socket that cannot keep up is closed instead."""
        if self.closing:
            return
        try:
            self.transport.write(frame)
        except RuntimeError:  # The transport was closed and has not said so yet.
            self.closing = True
            return
        if self.full and self.transport.get_write_buffer_size() > GIVE_UP:
            metrics.shed.inc()
            self.abort()

    def hint(self, frame: bytes) -> None:
        """Hand over a frame that may be lost."""
        if not self.full:
            self.write(frame)

    async def end(self, code: int, reason: str) -> None:
        """Say goodbye and close, waiting a little for the other side."""
        if not self.closing:
            self.write(said({"type": "bye", "reason": reason}))
            self.close(code, reason)
            await self.gone()

    def heard_text(self, text: bytes) -> None:
        self.gateway.heed(self, text)

    def heard_binary(self) -> None:
        self.push(BINARY_REFUSED)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.gateway.forget(self)

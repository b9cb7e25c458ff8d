"""One socket: what is written to it, and when it is given up.

Frames are handed to the transport as they are: the event loop's transport gathers what is written in
one turn into one system call, so there is no queue and no writer task for each socket. What the
transport could not send yet is the bounded queue: past a first mark typing and presence are dropped,
past a second the socket is closed and its client connects again and catches up.
"""

import asyncio

from aiohttp import web

from wecom.features.accounts import Me
from wecom.foundation.http import metrics

from .frames import said

SHED_HINTS = 64 * 1024
GIVE_UP = 4 * 1024 * 1024

BURST = 30.0
PER_SECOND = 5.0

SESSION_ENDED = 4401
TOO_MANY = 4409
RESTARTING = 1012


class Connection:
    """A member's socket on one device."""

    __slots__ = (
        "__weakref__",
        "alive",
        "closing",
        "member_id",
        "ordinal",
        "restricted",
        "session_id",
        "streams",
        "tokens",
        "transport",
        "typed_at",
        "watching",
        "ws",
    )

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport, me: Me) -> None:
        self.ws = ws
        self.transport = transport
        self.member_id = me.id
        self.ordinal = me.ordinal
        self.session_id = me.session_id
        self.restricted = False
        self.streams: set[int] = set()
        self.alive = True
        self.closing = False
        self.typed_at = 0.0
        self.watching: tuple[int, ...] = ()
        self.tokens = (BURST, 0.0)

    def may_ask(self, now: float) -> bool:
        """Whether another frame that costs a query is taken: a few at once, then so many a second."""
        left, at = self.tokens
        left = min(BURST, left + (now - at) * PER_SECOND)
        self.tokens = (left - 1 if left >= 1 else left, now)
        return left >= 1

    @property
    def gone(self) -> bool:
        """Whether nothing can be written any more; a transport that is closed refuses with an exception."""
        return self.closing or self.transport.is_closing()

    def push(self, frame: bytes) -> None:
        """Hand over a frame that must arrive; a socket that cannot keep up is closed instead."""
        if self.gone:
            return
        self.transport.write(frame)
        if self.transport.get_write_buffer_size() > GIVE_UP:
            metrics.shed.inc()
            self.closing = True
            self.transport.abort()

    def hint(self, frame: bytes) -> None:
        """Hand over a frame that may be lost."""
        if not self.gone and self.transport.get_write_buffer_size() < SHED_HINTS:
            self.transport.write(frame)

    async def end(self, code: int, reason: str) -> None:
        """Say goodbye and close, waiting a little for the other side."""
        if self.gone:
            return
        self.transport.write(said({"type": "bye", "reason": reason}))
        self.closing = True
        try:
            async with asyncio.timeout(2):
                await self.ws.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError, RuntimeError):
            self.transport.abort()


def transport_of(request: web.Request) -> asyncio.Transport:
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("the client went away")
    return transport

"""The server's side of RFC 6455, as our sockets need it: frames in, bytes out, no extensions.

aiohttp reads the request and looks at its headers; then the transport is taken over from it. What aiohttp keeps
for an open socket (request, response, reader, a task and its coroutines) is 10 of its 16 KiB and goes with the
request; and a frame that came in is heeded in the turn of the loop that read it, without waking a task.

Text that is not UTF-8 ends nothing: whoever reads the message refuses it, as any other that is no JSON. What a client
sends before it was answered, which the RFC forbids, is dropped.
"""

import asyncio
import base64
import hashlib
from typing import Any, Final

from aiohttp import web

MAX_MESSAGE = 64 * 1024
PATIENCE = 2.0
"""Seconds in which the other side may say goodbye too."""

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL = 0x80
CONTROL = 0x8

NORMAL, PROTOCOL_ERROR, TOO_BIG = 1000, 1002, 1009

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Broken(Exception):
    """What came breaks the protocol; `code` says how, in the RFC's numbers."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class WebSocket(asyncio.Protocol):
    """One open socket. A subclass says what is to be done with what is heard."""

    __slots__ = ("_kind", "_message", "_rest", "_wanted", "alive", "closing", "full", "transport", "waiter")

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.alive = True
        """Whether anything was heard since this was last set to false."""
        self.closing = False
        self.full = False
        """Whether the other side takes less than it is sent: what is written waits here."""
        self.waiter: asyncio.Future[None] | None = None
        """Whoever waits until the transport is closed."""
        self._rest: bytearray | None = None
        self._wanted = 0
        self._kind = CONTINUED
        self._message: bytearray | None = None

    def heard_text(self, text: bytes) -> None:
        """A whole message came; whether it is UTF-8 is for its reader to say."""
        raise NotImplementedError

    def heard_binary(self) -> None:
        """A message came that is not text."""
        raise NotImplementedError

    def write(self, frame: bytes) -> None:
        """Hand over a frame; on a socket that is closing it is dropped."""
        if self.closing:
            return
        try:
            self.transport.write(frame)
        except RuntimeError:  # The transport was closed and has not said so yet.
            self.closing = True

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Say goodbye, and hang up when the other side has too, or does not within `PATIENCE`."""
        if self.closing:
            return
        self.write(_close_frame(code, reason))
        self.closing = True
        self._abort_late()

    def abort(self) -> None:
        """Hang up."""
        self.closing = True
        self.transport.abort()

    async def gone(self) -> None:
        """Wait until the transport is closed; only for who has just closed it."""
        self.waiter = asyncio.get_running_loop().create_future()
        await self.waiter

    def connection_lost(self, exc: Exception | None) -> None:
        self.closing = True
        if self.waiter and not self.waiter.done():
            self.waiter.set_result(None)

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False

    def data_received(self, data: bytes) -> None:
        if self._rest is not None:
            self._rest += data
            if len(self._rest) < self._wanted:
                return
            data, self._rest = bytes(self._rest), None
        at = 0
        try:
            while at < len(data):
                wanted, head, payload = read_frame(data, at)
                if payload is None:
                    self._rest, self._wanted = bytearray(data[at:]), wanted
                    return
                at += wanted
                self._take(head, payload)
        except Broken as problem:
            self.write(_close_frame(problem.code, ""))
            self._hang_up()

    def _hang_up(self) -> None:
        """Close once all is sent; whoever does not take it is not waited for."""
        self.closing = True
        self.transport.close()
        self._abort_late()

    def _abort_late(self) -> None:
        asyncio.get_running_loop().call_later(PATIENCE, self.transport.abort)

    def _take(self, head: int, payload: bytes) -> None:
        self.alive = True
        if head == FINAL | TEXT and self._message is None:
            self._hear(TEXT, payload)
        elif head & CONTROL:
            self._obey(head & 0xF, payload)
        else:
            self._join(head, payload)

    def _hear(self, kind: int, payload: bytes) -> None:
        if self.closing:
            return
        if kind == TEXT:
            self.heard_text(payload)
        else:
            self.heard_binary()

    def _obey(self, kind: int, payload: bytes) -> None:
        if kind == PING:
            self.write(frame(PONG, payload))
        elif kind == CLOSE:
            if payload and not _may_be_sent(int.from_bytes(payload[:2], "big"), len(payload)):
                raise Broken(PROTOCOL_ERROR)
            self.write(frame(CLOSE, payload[:2]))
            self._hang_up()
        elif kind != PONG:
            raise Broken(PROTOCOL_ERROR)

    def _join(self, head: int, payload: bytes) -> None:
        kind = head & 0xF
        if kind not in (CONTINUED, TEXT, BINARY) or (kind == CONTINUED) is (self._message is None):
            raise Broken(PROTOCOL_ERROR)
        if self._message is None:
            self._kind, self._message = kind, bytearray()
        self._message += payload
        if len(self._message) > MAX_MESSAGE:
            raise Broken(TOO_BIG)
        if head & FINAL:
            whole, self._message = bytes(self._message), None
            self._hear(self._kind, whole)


def read_frame(data: bytes, at: int) -> tuple[int, int, bytes | None]:
    """The frame that begins at `at`: its size, its first byte and its payload, unmasked.

    Where more must come first, the payload is None and the size as much as is known to be needed.
    """
    there = len(data) - at
    if there < 2:
        return 2, 0, None
    head, second = data[at], data[at + 1]
    if head & 0x70 or not second & 0x80:
        raise Broken(PROTOCOL_ERROR)  # no extension was agreed on; clients mask
    length, start = second & 0x7F, 2
    if head & CONTROL and (length > 125 or not head & FINAL):
        raise Broken(PROTOCOL_ERROR)
    if length > 125:
        start = 4 if length == 126 else 10
        if there < start:
            return start, head, None
        length = int.from_bytes(data[at + 2 : at + start], "big")
        if length > MAX_MESSAGE:
            raise Broken(TOO_BIG)
    size = start + 4 + length
    if there < size:
        return size, head, None
    begin = at + start + 4
    return size, head, _unmasked(data[begin - 4 : begin], data[begin : begin + length])


def _unmasked(mask: bytes, payload: bytes) -> bytes:
    size = len(payload)
    mask = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(mask, "little")).to_bytes(size, "little")


def frame(kind: int, payload: bytes) -> bytes:
    """An unmasked, unfragmented frame, as servers send them."""
    size = len(payload)
    if size < 126:
        return bytes((FINAL | kind, size)) + payload
    if size < 65536:
        return bytes((FINAL | kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((FINAL | kind, 127)) + size.to_bytes(8, "big") + payload


def _may_be_sent(code: int, size: int) -> bool:
    """Whether a goodbye may carry this code (RFC 6455, 7.4)."""
    return size > 1 and ((1000 <= code <= 1014 and code not in (1004, 1005, 1006)) or 3000 <= code <= 4999)


def _close_frame(code: int, reason: str) -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason.encode()[:123])


class Taken(web.StreamResponse):
    """What a handler returns whose connection is no longer aiohttp's: nothing is left to be written, and aiohttp
    is told to forget the connection."""

    def __init__(self, http: web.RequestHandler) -> None:
        super().__init__(status=101)
        self.http = http

    async def prepare(self, request: web.BaseRequest) -> Any:
        return None

    async def write_eof(self, data: Any = b"") -> None:
        self.http.connection_lost(None)


def may_upgrade(request: web.Request) -> bool:
    """Whether this request opens a socket, by its headers."""
    return web.WebSocketResponse().can_prepare(request).ok


def take_over(request: web.Request, socket: WebSocket) -> Taken:
    """Answer the opening handshake and make the connection the socket's. It hears nothing until reading is resumed."""
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("the client went away")
    request.protocol.transport = None  # so that it neither writes nor closes
    key = request.headers["Sec-WebSocket-Key"].encode()
    accept = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
    socket.transport = transport
    transport.set_protocol(socket)
    transport.pause_reading()
    transport.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    return Taken(request.protocol)

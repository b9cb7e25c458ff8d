"""Clients that cost the driver little: a WebSocket and an HTTP connection on plain asyncio."""

import asyncio
import base64
import os
from typing import Any, cast

import orjson


class Socket(asyncio.Protocol):
    """A WebSocket: unfragmented text frames, masked with zeros. Subclasses say what a frame means."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.opened: asyncio.Future[None]
        self.waiting: dict[int, asyncio.Future[None]] = {}
        """Who waits for the acknowledgement of which message."""
        self._rest = b""
        self._shaken = False

    def on_text(self, data: bytes, start: int, end: int) -> None:
        """A text frame: `data[start:end]`."""
        raise NotImplementedError

    async def open(self, host: str, port: int, path: str, headers: str = "") -> None:
        loop = asyncio.get_running_loop()
        self.opened = loop.create_future()
        await loop.create_connection(lambda: self, host, port)
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            (
                f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
            ).encode()
        )
        await asyncio.wait_for(self.opened, 60)

    def write_text(self, payload: bytes) -> None:
        self._write(1, payload)

    async def acknowledgement(self, number: int, payload: bytes) -> None:
        """Send `payload` and wait until `acknowledge(number)`."""
        answer = self.waiting[number] = asyncio.get_running_loop().create_future()
        self._write(1, payload)
        await answer

    def acknowledge(self, number: int, problem: Exception | None = None) -> bool:
        answer = self.waiting.pop(number, None)
        if answer is None or answer.done():
            return False
        if problem:
            answer.set_exception(problem)
        else:
            answer.set_result(None)
        return True

    async def close(self) -> None:
        self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        for answer in (self.opened, *self.waiting.values()):
            if not answer.done():
                answer.set_exception(ConnectionError(f"the socket was closed: {exc}"))

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        at = 0 if self._shaken else self._shake(data)
        size = len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length >= 126:
                start = at + (4 if length == 126 else 10)
                length = int.from_bytes(data[at + 2 : start], "big") if size >= start else size
            end = start + length
            if end > size:
                break
            kind = data[at] & 15
            at = end
            if kind == 1:
                self.on_text(data, start, end)
            elif kind == 9:
                self._write(10, data[start:end])
            elif kind == 8:
                self.transport.close()
        self._rest = data[at:]

    def _shake(self, data: bytes) -> int:
        """How long the answer to the handshake is; 0 while it is not whole."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return len(data) if not data else 0
        self._shaken = True
        if data.startswith(b"HTTP/1.1 101"):
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionError(data[:300].decode(errors="replace")))
            self.transport.close()
        return end + 4

    def _write(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = bytes((128 | kind, 128 | size))
        elif size < 65536:
            head = bytes((128 | kind, 254)) + size.to_bytes(2, "big")
        else:
            head = bytes((128 | kind, 255)) + size.to_bytes(8, "big")
        self.transport.write(head + b"\0\0\0\0" + payload)


class Http:
    """One HTTP connection, kept alive: a request at a time."""

    def __init__(self, host: str, port: int, headers: str = "") -> None:
        self.host, self.port, self.headers = host, port, headers
        self.busy = False
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer, decoded; raises `ConnectionError` for any status but 200."""
        return orjson.loads(await self.read(path, method, body))

    async def read(self, path: str, method: str = "GET", body: Any = None) -> bytes:
        """The answer as it comes."""
        self.busy = True
        try:
            return await self._read(method, path, body)
        finally:
            self.busy = False

    async def _read(self, method: str, path: str, body: Any) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port, limit=1 << 24)
        reader, writer = self._streams
        content = b"" if body is None else orjson.dumps(body)
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n{self.headers}\r\n".encode()
            + content
        )
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
        if fields.get(b"transfer-encoding") == b"chunked":
            answer = await _chunks(reader)
        else:
            answer = await reader.readexactly(int(fields[b"content-length"]))
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(f"{method} {path}: {(head + answer)[:400].decode(errors='replace')}")
        return answer

    async def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """A body that comes in chunks, without trailers."""
    body = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body

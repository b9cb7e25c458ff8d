"""The socket's own protocol, byte by byte: RFC 6455 as a client may write it, and as it may not."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator

import pytest

from tests.world import World
from wecom.interfaces.realtime import websocket
from wecom.interfaces.realtime.gateway import GATEWAY, Gateway
from wecom.interfaces.realtime.websocket import (
    BINARY,
    CLOSE,
    CONTINUED,
    FINAL,
    MAX_MESSAGE,
    PING,
    PONG,
    TEXT,
    Broken,
    frame,
    read_frame,
)

ASK = b'{"type":"ping"}'
ANSWER = b'{"type":"pong"}'


def masked(head: int, payload: bytes) -> bytes:
    """A frame as clients write it."""
    mask, size = os.urandom(4), len(payload)
    if size < 126:
        start = bytes((head, 0x80 | size))
    elif size < 65536:
        start = bytes((head, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        start = bytes((head, 0x80 | 127)) + size.to_bytes(8, "big")
    return start + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))


class Raw:
    """A socket opened by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gateway: Gateway) -> None:
        self.reader = reader
        self.writer = writer
        self.gateway = gateway

    async def read(self) -> tuple[int, bytes]:
        """The next frame's kind and payload, but for what the server says by itself."""
        async with asyncio.timeout(20):
            head, size = await self.reader.readexactly(2)
            if size == 126:
                size = int.from_bytes(await self.reader.readexactly(2), "big")
            return head & 0xF, await self.reader.readexactly(size)

    async def closed_with(self) -> int:
        """The code the server said goodbye with, after which it hangs up."""
        while (frame := await self.read())[0] != CLOSE:
            pass
        async with asyncio.timeout(20):
            assert await self.reader.read() == b""
        return int.from_bytes(frame[1][:2], "big")


@contextlib.asynccontextmanager
async def opened(world: World, **headers: str) -> AsyncIterator[Raw]:
    server = await world.server()
    reader, writer = await asyncio.open_connection(server.host, server.port)
    asked = {
        "Host": f"{server.host}:{server.port}",
        "Upgrade": "websocket",
        "Connection": "keep-alive, Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Authorization": f"Bearer {await world.token('lisi')}",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
    writer.write(f"GET /api/socket HTTP/1.1\r\n{lines}\r\n".encode())
    try:
        yield Raw(reader, writer, server.app[GATEWAY])
    finally:
        writer.close()


@contextlib.asynccontextmanager
async def welcomed(world: World) -> AsyncIterator[Raw]:
    async with opened(world) as raw:
        head = await raw.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head  # the RFC's own example
        kind, payload = await raw.read()
        assert (kind, json.loads(payload)["type"]) == (TEXT, "welcome")
        yield raw


async def test_a_message_may_come_byte_by_byte_in_pieces_with_a_ping_between(world: World) -> None:
    async with welcomed(world) as raw:
        frames = masked(TEXT, ASK[:4]) + masked(FINAL | PING, b"?") + masked(CONTINUED, b"") + masked(FINAL, ASK[4:])
        for n in range(len(frames)):
            raw.writer.write(frames[n : n + 1])
            await raw.writer.drain()
            await asyncio.sleep(0)
        assert await raw.read() == (PONG, b"?")
        assert await raw.read() == (TEXT, ANSWER)


async def test_several_messages_may_come_at_once(world: World) -> None:
    async with welcomed(world) as raw:
        raw.writer.write(masked(FINAL | TEXT, ASK) * 20)
        assert [await raw.read() for _ in range(20)] == [(TEXT, ANSWER)] * 20


async def test_a_message_as_large_as_may_be_is_read_and_answered(world: World) -> None:
    async with welcomed(world) as raw:
        raw.writer.write(masked(FINAL | TEXT, ASK + b" " * (MAX_MESSAGE - len(ASK))))
        assert await raw.read() == (TEXT, ANSWER)


async def test_goodbye_is_answered_and_the_server_hangs_up(world: World) -> None:
    async with welcomed(world) as raw:
        raw.writer.write(masked(FINAL | CLOSE, (1001).to_bytes(2, "big") + b"going away") + masked(FINAL | TEXT, ASK))
        assert await raw.closed_with() == 1001


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (b"\x81\x02hi", 1002),
        (masked(FINAL | 0x40 | TEXT, ASK), 1002),
        (masked(FINAL | 0x3, b""), 1002),
        (masked(FINAL | 0xB, b""), 1002),
        (masked(PING, b""), 1002),
        (masked(FINAL | PING, b"x" * 126), 1002),
        (masked(FINAL | CONTINUED, b"x"), 1002),
        (masked(TEXT, b"a") + masked(FINAL | TEXT, b"b"), 1002),
        (masked(FINAL | CLOSE, b"x"), 1002),
        (masked(FINAL | CLOSE, (1005).to_bytes(2, "big")), 1002),
        (masked(FINAL | TEXT, b"x" * (MAX_MESSAGE + 1))[:14], 1009),
        (masked(BINARY, b"x" * MAX_MESSAGE) + masked(FINAL, b"x"), 1009),
    ],
    ids=[
        "unmasked",
        "reserved bit",
        "reserved kind",
        "reserved control",
        "ping in pieces",
        "long ping",
        "continues nothing",
        "begins inside another",
        "half a code",
        "a code for nobody",
        "too long",
        "too long in pieces",
    ],
)
async def test_what_breaks_the_protocol_is_told_why_and_hung_up(world: World, broken: bytes, code: int) -> None:
    async with welcomed(world) as raw:
        raw.writer.write(broken)
        assert await raw.closed_with() == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"Upgrade": "h2c"},
        {"Connection": "keep-alive"},
        {"Sec_WebSocket_Version": "12"},
        {"Sec_WebSocket_Key": "c2hvcnQ="},
    ],
)
async def test_what_opens_no_websocket_is_refused_as_http(world: World, wrong: dict[str, str]) -> None:
    async with opened(world, **wrong) as raw:
        assert (await raw.reader.readline()).startswith(b"HTTP/1.1 400 ")


async def test_a_client_that_vanishes_while_it_is_welcomed_leaves_nothing(world: World) -> None:
    async with opened(world) as raw:
        raw.writer.write(masked(FINAL | TEXT, b'{"type":"watch","member_ids":[%d]}' % world["zhangsan"].id))
        await raw.reader.readuntil(b"\r\n\r\n")
    gateway = raw.gateway
    async with asyncio.timeout(20):
        while gateway.connections or gateway.hub.members or gateway.hub.channels or gateway.ephemeral.watchers:
            await asyncio.sleep(0.02)


async def test_who_says_goodbye_and_reads_nothing_is_hung_up_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "PATIENCE", 0.2)
    async with welcomed(world) as raw:
        [[connection]] = raw.gateway.connections.values()
        for _ in range(60):
            connection.push(frame(TEXT, b"x" * 60_000))
        raw.reader._transport.pause_reading()
        raw.writer.write(masked(FINAL | CLOSE, b""))
        async with asyncio.timeout(20):
            while raw.gateway.hub.members:
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, MAX_MESSAGE])
def test_a_frame_cut_anywhere_says_how_much_is_needed(size: int) -> None:
    payload = os.urandom(size)
    whole = masked(FINAL | TEXT, payload)
    assert read_frame(b"zz" + whole + b"next", 2) == (len(whole), FINAL | TEXT, payload)
    for part in [whole[:n] for n in (*range(min(14, len(whole))), len(whole) - 1)]:
        wanted, _, nothing = read_frame(part, 0)
        assert nothing is None and len(part) < wanted <= len(whole)


def test_a_length_that_nobody_may_send_is_refused_before_it_comes() -> None:
    with pytest.raises(Broken) as refused:
        read_frame(b"\x81\xff" + b"\xff" * 8, 0)
    assert refused.value.code == 1009

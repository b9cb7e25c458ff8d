"""The doorbell: after a commit, say what changed, locally at once and over Redis to the others.

A ring carries the entries already encoded, so that the whole system encodes a change once. What is
rung is never the truth: it may be lost, come twice or out of order, and listeners check numbers.

Redis answers how many heard a ring. Where nobody else did, nothing is sent for a second: a process that is all
there is pays for no ring. Who begins to listen rings once, and whoever hears that is no longer alone.

One ring, one PUBLISH: the ringer's id (8 bytes), the layout's version (1), then for each change a header
and its bytes. The channel is the deployment's own: ids are not, so hearing another company's rings
would hand its messages to our members.
"""

import asyncio
import logging
import os
import struct
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from redis import asyncio as aioredis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

VERSION = b"\x01"
"""Of a ring's layout: processes of another version are not understood, and need not be."""

DEAF = 2.0
"""Seconds in which a process's own ring comes back to it, over a connection that is not dead. Many a network forgets
idle connections without a word."""

ALONE = 1.0
"""Seconds for which nothing is sent after nobody else was there to hear it."""

HEADER = struct.Struct(">BqqqHII")
EPHEMERAL = 0xFF


@dataclass(frozen=True, slots=True)
class Change:
    """Entries `(since, to]` of a stream, encoded as `{"seq":…},{"seq":…}` without the brackets.

    `kinds` names the kinds inside when a gateway must act on one of them (membership), else "".
    `audience`: member ordinals as bits, lowest first; empty for everyone who hears the stream.
    """

    stream_id: int
    since: int
    to: int
    entries: bytes
    kinds: str = ""
    audience: bytes = b""

    @classmethod
    def of(cls, stream_id: int, seq: int, kind: str, body: bytes, audience: bytes = b"") -> "Change":
        """One entry as a change."""
        entry = b'{"seq":%d,"kind":"%s","body":%s}' % (seq, kind.encode(), body)
        return cls(stream_id, seq - 1, seq, entry, kind, audience)


@dataclass(frozen=True, slots=True)
class Whisper:
    """Something for those listening now, kept nowhere: typing, presence."""

    topic: str
    body: bytes


Heard = Callable[[list[Change | Whisper]], None]


class Doorbell:
    """Rings for this process's commits, and hears those of the others."""

    def __init__(self, redis: "aioredis.Redis | None", deployment: str = "") -> None:
        self.redis = redis
        self.channel = f"wecom:{deployment}:doorbell".encode()
        self.me = os.urandom(8)
        self.listeners: list[Heard] = []
        self.lost = 0
        self._alone_until = 0.0
        self._hearing = 0
        """How many of the listeners that Redis counts are this one."""
        self._echo_due = 0.0
        """When a ring of ours should have come back at the latest; 0 while none is under way."""
        self._waiting: list[bytes] = []
        self._sending: asyncio.Task[None] | None = None

    async def ring(self, changes: Sequence[Change | Whisper]) -> None:
        """Tell this process now and the others soon; never waits for Redis."""
        self._hear(list(changes))
        if self.redis is not None and time.monotonic() >= self._alone_until:
            self._publish(b"".join(map(_pack, changes)))

    def _publish(self, ring: bytes) -> None:
        self._waiting.append(ring)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def listen(self) -> None:
        """Hear the other processes for ever; reconnects by itself. Runs until cancelled."""
        while self.redis is not None:
            try:
                async for ring in self._rings(self.redis):
                    self._alone_until = 0.0
                    self._hear(self._understood(ring))
            except (RedisError, OSError, TimeoutError) as problem:
                self._hearing, self._alone_until, self._echo_due = 0, 0.0, 0.0
                log.warning("the doorbell cannot hear; changes come by polling until it can: %s", problem)
                await asyncio.sleep(0.5)

    def _understood(self, ring: bytes) -> list[Change | Whisper]:
        """What a ring says; nothing where it is mangled, since the next one must still be heard."""
        try:
            return list(_unpack(ring))
        except (struct.error, UnicodeDecodeError):
            log.warning("a ring of %s bytes could not be understood", len(ring))
            return []

    async def close(self) -> None:
        if self._sending and not self._sending.done():
            await asyncio.wait([self._sending], timeout=1)
            self._sending.cancel()

    def _hear(self, changes: list[Change | Whisper]) -> None:
        for hear in self.listeners:
            try:
                hear(changes)
            except Exception:  # One that fails must not keep the others, or all later rings, from being heard.
                log.exception("a listener failed")

    async def _send(self) -> None:
        """Publish what waits, as one ring, over a connection taken for as long as there is something to say.

        Not `redis.publish`: its way through retries, spans and parsers costs 190 µs of processor for
        each ring, this 60.
        """
        assert self.redis is not None
        pool = self.redis.connection_pool
        try:
            async with asyncio.timeout(2):
                connection = await pool.get_connection()  # type: ignore[no-untyped-call]
        except (RedisError, OSError, TimeoutError):
            self.lost += len(self._waiting)
            self._waiting.clear()
            return
        try:
            while self._waiting:
                rings, self._waiting = self._waiting, []
                if self._hearing and not self._echo_due:  # before it is sent: it may be back before the answer
                    self._echo_due = time.monotonic() + DEAF
                command = connection.pack_command("PUBLISH", self.channel, self.me + VERSION + b"".join(rings))
                async with asyncio.timeout(2):
                    await connection.send_packed_command(command, check_health=False)
                    heard = int(await connection.read_response())
                self._alone_until = 0.0 if heard > self._hearing else time.monotonic() + ALONE
        except (RedisError, OSError, TimeoutError):
            self.lost += 1
            self._echo_due = 0.0
            await connection.disconnect(nowait=True)
        finally:
            await pool.release(connection)
        if self._waiting:
            await self._send()

    async def _rings(self, redis: "aioredis.Redis") -> AsyncIterator[bytes]:
        async with redis.pubsub() as pubsub:
            await pubsub.subscribe(self.channel)
            while True:
                message = await pubsub.get_message(timeout=DEAF)
                if self._echo_due and time.monotonic() > self._echo_due and message is None:
                    raise RedisConnectionError("nothing comes back of what is rung")
                if message is None:
                    continue
                self._echo_due = 0.0
                if message["type"] == "subscribe":
                    self._hearing = 1
                    self._publish(b"")
                    continue
                data: bytes = message["data"]
                if data[:8] != self.me and data[8:9] == VERSION:
                    yield data


def _pack(change: Change | Whisper) -> bytes:
    if isinstance(change, Whisper):
        topic = change.topic.encode()
        return HEADER.pack(EPHEMERAL, 0, 0, 0, len(topic), 0, len(change.body)) + topic + change.body
    kinds = change.kinds.encode()
    sizes = (len(kinds), len(change.audience), len(change.entries))
    return HEADER.pack(0, change.stream_id, change.since, change.to, *sizes) + kinds + change.audience + change.entries


def _unpack(ring: bytes) -> Iterator[Change | Whisper]:
    at = 9
    while at < len(ring):
        flag, stream_id, since, to, a, b, c = HEADER.unpack_from(ring, at)
        at += HEADER.size
        first, second, third = ring[at : at + a], ring[at + a : at + a + b], ring[at + a + b : at + a + b + c]
        at += a + b + c
        if flag == EPHEMERAL:
            yield Whisper(first.decode(), third)
        else:
            yield Change(stream_id, since, to, third, first.decode(), second)

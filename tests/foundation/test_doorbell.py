"""The doorbell: heard at once here and soon elsewhere, and never missed when it cannot ring."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import asyncio as aioredis

from wecom.foundation.db import Pool, transaction
from wecom.foundation.embedded import EmbeddedValkey
from wecom.foundation.streams import Change, Doorbell, create_streams, doorbell, tell

from .test_streams import Said

Redis = "aioredis.Redis[bytes]"
Rung = doorbell.Change | doorbell.Whisper

numbers = st.integers(0, 2**62)
changes = st.builds(
    Change,
    stream_id=numbers,
    since=numbers,
    to=numbers,
    entries=st.binary(max_size=200),
    kinds=st.text(max_size=40),
    audience=st.binary(max_size=40),
)
whispers = st.builds(doorbell.Whisper, topic=st.text(max_size=40), body=st.binary(max_size=40))


@given(st.lists(changes | whispers, max_size=6))
def test_what_is_rung_is_what_is_heard(rung: list[Rung]) -> None:
    packed = b"".join(map(doorbell._pack, rung))
    assert list(doorbell._unpack(b"12345678" + doorbell.VERSION + packed)) == rung


@asynccontextmanager
async def listening(redis: "aioredis.Redis[bytes]") -> AsyncIterator[tuple[Doorbell, list[Rung]]]:
    bell, heard = Doorbell(redis), list[Rung]()
    bell.listeners.append(heard.extend)
    hearing = asyncio.create_task(bell.listen())
    try:
        await until(lambda: redis.pubsub_numsub(bell.channel))
        yield bell, heard
    finally:
        while not hearing.done():
            hearing.cancel()
            await asyncio.wait([hearing], timeout=0.2)
        await bell.close()


async def until(asked: Callable[[], object]) -> None:
    """Until it is so; asking a server is part of it where the answer must be awaited."""
    async with asyncio.timeout(15):
        while True:
            answer = asked()
            if asyncio.iscoroutine(answer):
                answer = dict(await answer).get(Doorbell(None).channel)
            if answer:
                return
            await asyncio.sleep(0.005)


async def test_another_process_hears_a_commit_and_this_one_hears_it_once(
    pool: Pool, redis: "aioredis.Redis[bytes]"
) -> None:
    await create_streams(pool, [1001])
    async with listening(redis) as (here, heard_here):
        other = Doorbell(redis)
        heard_there: list[Rung] = []
        other.listeners.append(heard_there.extend)
        hearing = asyncio.create_task(other.listen())
        await both_hear(redis, here)
        pool.committed = here.ring
        async with transaction(pool) as tx:
            tell(tx, 1001, Said(word="午饭?"))
            assert heard_here == []
        expected = [Change.of(1001, 1, "test.said", '{"by":0,"word":"午饭?"}'.encode())]
        assert heard_here == expected
        await until(lambda: heard_there)
        hearing.cancel()
        await asyncio.wait([hearing])
    assert heard_there == expected
    assert heard_here == expected


async def both_hear(redis: "aioredis.Redis[bytes]", bell: Doorbell) -> None:
    """Until another listens and this one knows that it is not alone."""
    await until(lambda: subscribers(redis, 2))
    await until(lambda: not bell._alone_until)


async def subscribers(redis: "aioredis.Redis[bytes]", wanted: int) -> dict[bytes, bool]:
    return {name: count >= wanted for name, count in await redis.pubsub_numsub(Doorbell(None).channel)}


async def test_a_refused_story_is_not_rung(pool: Pool, redis: "aioredis.Redis[bytes]") -> None:
    await create_streams(pool, [1001])
    async with listening(redis) as (bell, heard):
        pool.committed = bell.ring
        with pytest.raises(LookupError):
            async with transaction(pool) as tx:
                tell(tx, 1001, Said())
                raise LookupError
        assert heard == []


async def test_a_listener_that_fails_keeps_nobody_else_from_hearing(
    pool: Pool, redis: "aioredis.Redis[bytes]", caplog: pytest.LogCaptureFixture
) -> None:
    def fail(rung: list[Rung]) -> None:
        raise LookupError("a bug in a listener")

    async with listening(redis) as (bell, _), listening(redis) as (other, heard):
        await both_hear(redis, bell)
        bell.listeners.insert(0, fail)
        other.listeners.insert(0, fail)
        for seq in (1, 2):
            await bell.ring([Change.of(1001, seq, "test.said", b"{}")])
        await until(lambda: len(heard) == 2)
    assert "a bug in a listener" in caplog.text


async def test_who_is_alone_rings_for_nobody_until_another_begins_to_listen(redis: "aioredis.Redis[bytes]") -> None:
    async with listening(redis) as (bell, _):
        await until(lambda: bell._alone_until)
        await bell.ring([Change.of(1001, 1, "test.said", b"{}")])
        assert bell._sending is None or bell._sending.done()
        async with listening(redis) as (_, heard):
            await until(lambda: not bell._alone_until)
            await bell.ring([Change.of(1001, 2, "test.said", b"{}")])
            await until(lambda: heard)
    assert heard == [Change.of(1001, 2, "test.said", b"{}")]


async def test_without_redis_this_process_still_hears(pool: Pool) -> None:
    bell, heard = Doorbell(None), list[Rung]()
    bell.listeners.append(heard.extend)
    await bell.ring([Change.of(1001, 1, "test.said", b"{}")])
    await bell.listen()
    await bell.close()
    assert len(heard) == 1


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path, durable=False)
    await server.start()
    yield server
    await server.stop()


async def test_a_ring_that_cannot_be_rung_is_counted_and_the_next_is_heard(valkey: EmbeddedValkey) -> None:
    redis: aioredis.Redis[bytes] = aioredis.from_url(valkey.url, socket_connect_timeout=1)
    async with listening(redis) as (bell, _), listening(redis) as (_, heard):
        await both_hear(redis, bell)
        await bell.ring([Change.of(1001, 1, "test.said", b"{}")])
        await until(lambda: heard)
        await valkey.kill()
        await bell.ring([Change.of(1001, 2, "test.said", b"{}")])
        await until(lambda: bell.lost == 1)
        await valkey.start()
        await both_hear(redis, bell)
        await bell.ring([Change.of(1001, 3, "test.said", b"{}")])
        await until(lambda: len(heard) > 1)
    assert [change.to for change in heard if isinstance(change, Change)] == [1, 3]
    await redis.aclose()


async def test_rings_while_redis_is_away_are_counted_and_nobody_waits_for_them(valkey: EmbeddedValkey) -> None:
    await valkey.kill()
    redis: aioredis.Redis[bytes] = aioredis.from_url(valkey.url, socket_connect_timeout=1)
    bell, heard = Doorbell(redis), list[Rung]()
    bell.listeners.append(heard.extend)
    await bell.ring([Change.of(1001, 1, "test.said", b"{}")])
    assert len(heard) == 1
    await until(lambda: bell.lost == 1)
    await bell.close()
    await redis.aclose()


async def test_what_waits_behind_a_ring_that_is_lost_is_heard(valkey: EmbeddedValkey) -> None:
    redis: aioredis.Redis[bytes] = aioredis.from_url(valkey.url, socket_connect_timeout=1)
    async with listening(redis) as (bell, _), listening(redis) as (_, heard):
        await both_hear(redis, bell)
        os.kill(valkey.pid, signal.SIGSTOP)
        try:
            await bell.ring([Change.of(1001, 1, "test.said", b"{}")])
            await asyncio.sleep(0.1)
            await bell.ring([Change.of(1001, 2, "test.said", b"{}")])
            await until(lambda: bell.lost == 1)
        finally:
            os.kill(valkey.pid, signal.SIGCONT)
        await until(lambda: any(isinstance(change, Change) and change.to == 2 for change in heard))
    await redis.aclose()


class Forgetful:
    """A network between Redis and a process, which forgets subscriptions without telling the process."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.subscribed: list[asyncio.StreamWriter] = []

    async def between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_unix_connection(self.path)

        async def answers() -> None:
            while data := await from_redis.read(4096):
                writer.write(data)

        answering = asyncio.create_task(answers())
        try:
            while data := await reader.read(4096):
                if b"SUBSCRIBE" in data:
                    self.subscribed.append(to_redis)
                to_redis.write(data)
        finally:
            to_redis.close()
            writer.close()
            answering.cancel()

    def forget(self) -> None:
        for each in self.subscribed:
            each.transport.abort()
        self.subscribed.clear()


async def test_a_subscription_that_died_without_a_word_is_noticed_by_its_own_rings(
    redis: "aioredis.Redis[bytes]", redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "DEAF", 0.2)
    network = Forgetful(unquote(redis_url.removeprefix("unix://")))
    server = await asyncio.start_server(network.between, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    far: aioredis.Redis[bytes] = aioredis.from_url(f"redis://127.0.0.1:{port}")
    async with server, listening(redis) as (_, heard), listening(far) as (bell, _):
        await until(lambda: subscribers(redis, 2))
        await until(lambda: network.subscribed and not bell._echo_due)
        network.forget()
        seq = 0
        async with asyncio.timeout(15):
            while not network.subscribed:
                seq += 1
                await bell.ring([Change.of(1001, seq, "test.said", b"{}")])
                await asyncio.sleep(0.05)
        await both_hear(redis, bell)
        before = len(heard)
        await bell.ring([Change.of(1001, seq + 1, "test.said", b"{}")])
        await until(lambda: len(heard) > before)
        await far.aclose()

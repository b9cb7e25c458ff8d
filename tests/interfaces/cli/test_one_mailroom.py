"""One mailroom commits for all web processes, and each for itself when that one is not there."""

import asyncio
import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.world import World
from wecom.features import media
from wecom.features.messaging import Draft, Mailroom, NoSuchConversation, NoSuchMessage, Posted, Text
from wecom.features.messaging.bodies import FileUpload
from wecom.features.messaging.changes import catch_up
from wecom.foundation.db import Pool, transaction
from wecom.interfaces.cli import one_mailroom
from wecom.interfaces.cli.one_mailroom import places, shared


@pytest.fixture
def two() -> Iterator[tuple[one_mailroom.Place, one_mailroom.Place]]:
    with tempfile.TemporaryDirectory(prefix="wecom-") as directory:
        first, second = places(Path(directory), 2)
        yield first, second
        assert isinstance(first, socket.socket)
        first.close()


@contextlib.asynccontextmanager
async def opened(pool: Pool, place: one_mailroom.Place) -> AsyncIterator[Mailroom]:
    mailroom = Mailroom(pool)
    async with shared(mailroom, place):
        yield mailroom
    await mailroom.close()


def draft(world: World, words: str, *, by: str = "zhangsan", reply_to: int | None = None) -> Draft:
    return Draft(world.lunch, world[by].id, words, Text(msgtype="text", content=words), reply_to)


async def until_shared(world: World, mailroom: Mailroom) -> None:
    """Until drafts go to the first process."""
    async with asyncio.timeout(30):
        n = 0
        while True:
            n += 1
            answer = mailroom.drop(draft(world, f"try-{n}"))
            if not mailroom._busy:
                await answer
                return
            await answer


async def said(world: World) -> list[str]:
    member = world["lisi"]
    [caught] = await catch_up(world.pool, member.id, member.ordinal, {world.lunch: 0})
    return [entry.split('"content":')[2].split('"')[1] for entry in caught.entries if "message.sent" in entry]


async def test_what_is_said_in_another_process_is_committed_by_the_first(
    world: World, two: tuple[one_mailroom.Place, one_mailroom.Place]
) -> None:
    async with opened(world.pool, two[0]) as first, opened(world.pool, two[1]) as second:
        await until_shared(world, second)
        before = await said(world)
        answers = [second.drop(draft(world, f"w{n}")) for n in range(40)]
        assert not second._busy and not first._busy
        posted = await asyncio.gather(*answers)
        assert [p.seq for p in posted] == list(range(posted[0].seq, posted[0].seq + 40))
        again = await second.post(draft(world, "w7"))
    assert again == Posted(posted[7].seq, posted[7].sent_at, repeated=True)
    assert await said(world) == before + [f"w{n}" for n in range(40)]


async def test_refusals_come_back_as_they_are(world: World, two: tuple[one_mailroom.Place, one_mailroom.Place]) -> None:
    async with opened(world.pool, two[0]), opened(world.pool, two[1]) as second:
        await until_shared(world, second)
        with pytest.raises(NoSuchConversation):
            await second.post(draft(world, "?", by="wangwu"))
        with pytest.raises(NoSuchMessage, match="this one answers"):
            await second.post(draft(world, "re", reply_to=10**9))
        async with transaction(world.pool) as tx:
            limits = media.Limits(file=100, waiting=100)
            half = await media.begin(tx, world.services.blobs, world["zhangsan"].id, "x", 100, limits)
        with pytest.raises(media.UploadIncomplete) as incomplete:
            await second.post(Draft(world.lunch, world["zhangsan"].id, "f", FileUpload(msgtype="file", upload=half.id)))
        assert incomplete.value.facts == {"received": 0, "size": 100}


async def test_when_the_first_process_ends_nothing_is_lost_or_said_twice(
    world: World, two: tuple[one_mailroom.Place, one_mailroom.Place]
) -> None:
    words = [f"w{n}" for n in range(300)]
    async with opened(world.pool, two[1]) as second:
        async with opened(world.pool, two[0]):
            await until_shared(world, second)
            before = await said(world)
            answers = []
            for each in words[:200]:
                answers.append(second.drop(draft(world, each)))
                await asyncio.sleep(0)
        answers += [second.drop(draft(world, each)) for each in words[200:]]
        await asyncio.gather(*answers)
        async with opened(world.pool, two[0]):
            await until_shared(world, second)
    assert [each for each in (await said(world))[len(before) :] if not each.startswith("try")] == words


async def test_a_first_process_that_says_nothing_is_given_up(
    world: World, two: tuple[one_mailroom.Place, one_mailroom.Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_mailroom, "SILENT", 0.3)
    listener = two[0]
    assert isinstance(listener, socket.socket)
    pid = os.fork()
    if pid == 0:  # It says that it is there, and then never again anything.
        peer, _ = listener.accept()
        peer.sendall(one_mailroom.HERE + b"\n")
        signal.pause()
    try:
        async with opened(world.pool, two[1]) as second:
            answer = second.drop(draft(world, "first"))
            async with asyncio.timeout(30):
                while second._busy or answer.done():
                    await answer
                    answer = second.drop(draft(world, os.urandom(4).hex()))
                assert not (await answer).repeated
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_a_place_whose_name_is_too_long_leaves_each_to_itself(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    assert places(deep, 3) == [None] * 3
    assert places(tmp_path, 1) == [None]

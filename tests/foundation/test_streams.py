"""The change log: numbers without gaps, in the order of commits, whatever happens at the same time."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import orjson
import pytest

from wecom.foundation import streams
from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.streams import Slice, queries
from wecom.foundation.streams.queries import Followed


class Said(streams.Event):
    """Something to be told in a test."""

    kind: ClassVar[str] = "test.said"
    by: int = 0
    word: str = ""


async def numbers(pool: Pool, stream_id: int) -> list[int]:
    heads = await streams.heads(pool, [stream_id])
    return seqs(await streams.since(pool, stream_id, 0, to=heads[stream_id]))


def seqs(slice: Slice) -> list[int]:
    return [orjson.loads(entry)["seq"] for entry in slice.entries]


async def words(pool: Pool, stream_id: int) -> list[str]:
    rows = await pool.fetch("SELECT refs FROM entries WHERE stream_id = $1 ORDER BY seq", stream_id)
    return [row["refs"]["word"] for row in rows]


async def test_ten_writers_and_one_reader_agree_on_the_order(pool: Pool) -> None:
    await streams.create_streams(pool, [1001, 1002])
    writers, each, seen = 10, 40, list[int]()

    async def write(number: int) -> None:
        for _ in range(each):
            async with transaction(pool) as tx:
                streams.tell(tx, 1002, Said(by=number))
                streams.tell(tx, 1001, Said(by=number))

    async def read() -> None:
        cursor = 0
        async with asyncio.timeout(60):
            while len(seen) < writers * each:
                head = (await streams.heads(pool, [1001]))[1001]
                slice = await streams.since(pool, 1001, cursor, to=head, limit=7)
                assert slice.since == cursor
                seen.extend(seqs(slice))
                assert len(slice.entries) == slice.to - slice.since
                cursor = slice.to

    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        for number in range(writers):
            group.create_task(write(number))
    assert seen == list(range(1, writers * each + 1))
    assert await numbers(pool, 1002) == seen


async def test_a_number_that_was_refused_is_given_to_the_next(pool: Pool) -> None:
    await streams.create_streams(pool, [1001])
    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            await streams.advance(tx, 1001, Said(word="never"))
            raise LookupError
    async with transaction(pool) as tx:
        assert await streams.advance(tx, 1001, Said(word="ever")) == 1
    assert await words(pool, 1001) == ["ever"]


async def test_what_is_told_keeps_its_order_within_a_stream(pool: Pool) -> None:
    await streams.create_streams(pool, [1001, 1002])
    async with transaction(pool) as tx:
        for word in "cab":
            streams.tell(tx, 1002, Said(word=word))
            streams.tell(tx, 1001, Said(word=word.upper()))
        assert await streams.heads(tx, [1001, 1002]) == {1001: 0, 1002: 0}
    assert await words(pool, 1001) == ["C", "A", "B"]
    assert await words(pool, 1002) == ["c", "a", "b"]
    assert await streams.heads(pool, [1001, 1002]) == {1001: 3, 1002: 3}


async def test_what_is_told_as_the_transaction_ends_is_told_too(pool: Pool) -> None:
    await streams.create_streams(pool, [1001])

    async def afterthought(tx: Tx) -> None:
        streams.tell(tx, 1001, Said(word="second"))

    async with transaction(pool) as tx:
        streams.tell(tx, 1001, Said(word="first"))
        tx.before_commit.append(afterthought)
    assert await words(pool, 1001) == ["first", "second"]


async def test_stories_that_tell_the_same_streams_in_any_order_never_deadlock(pool: Pool) -> None:
    ids = list(range(1001, 1009))
    await streams.create_streams(pool, ids)

    async def tell_all(order: list[int]) -> None:
        for _ in range(10):
            async with transaction(pool) as tx:
                for id in order:
                    streams.tell(tx, id, Said())

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for turn in range(8):
            group.create_task(tell_all(ids[turn:] + ids[:turn] if turn % 2 else ids[::-1]))
    assert set((await streams.heads(pool, ids)).values()) == {80}


async def test_a_stream_that_does_not_exist_is_a_mistake_and_leaves_nothing(pool: Pool) -> None:
    await streams.create_streams(pool, [1001])
    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            await streams.advance(tx, 4711, Said())
    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            streams.tell(tx, 1001, Said())
            streams.tell(tx, 4711, Said())
    assert await streams.heads(pool, [1001, 4711]) == {1001: 0}


async def test_a_slice_stops_at_its_limit_and_says_so(pool: Pool) -> None:
    await streams.create_streams(pool, [1001])
    async with transaction(pool) as tx:
        for word in "abcde":
            streams.tell(tx, 1001, Said(word=word))
    first = await streams.since(pool, 1001, 0, to=5, limit=2)
    assert (first.since, first.to, first.more, len(first.entries)) == (0, 2, True, 2)
    rest = await streams.since(pool, 1001, 2, to=5)
    assert (rest.since, rest.to, rest.more, len(rest.entries)) == (2, 5, False, 3)
    ahead = await streams.since(pool, 1001, 9, to=5)
    assert (ahead.since, ahead.to, ahead.entries) == (9, 9, [])


async def test_what_was_not_meant_for_a_viewer_leaves_no_stall(pool: Pool) -> None:
    await insert_conversation(pool, 1001)
    for seq, audience in enumerate((b"\x01", b"\x02", None, b"\x00\x80", b""), start=1):
        await insert_message(pool, 1001, seq, audience)

    async def seen(ordinal: int | None) -> list[int]:
        slice = await streams.since(pool, 1001, 0, to=5, ordinal=ordinal)
        assert slice.to == 5
        return seqs(slice)

    assert await seen(0) == [1, 3]
    assert await seen(1) == [2, 3]
    assert await seen(15) == [3, 4]
    assert await seen(16) == [3]
    assert await seen(None) == [1, 2, 3, 4, 5]


async def test_asking_what_moved_never_misses_who_commits_late(pool: Pool) -> None:
    await streams.create_streams(pool, [1001, 1002])
    start = await queries.current_xmin(pool)
    async with transaction(pool) as slow:
        await streams.advance(slow, 1001, Said(word="late"))
        async with transaction(pool) as quick:
            await streams.advance(quick, 1002, Said(word="early"))
        asked, moved = await streams.moved_since(pool, start)
        assert moved == {1002: 1}
    asked_again, moved = await streams.moved_since(pool, asked)
    assert moved == {1001: 1, 1002: 1}
    assert (await streams.moved_since(pool, asked_again))[1] == {}


async def test_messages_move_their_conversation(pool: Pool) -> None:
    await insert_conversation(pool, 1001)
    asked = await queries.current_xmin(pool)
    await insert_message(pool, 1001, 1, None)
    await insert_message(pool, 1001, 2, None)
    async with transaction(pool) as tx:
        await pool.execute("UPDATE streams SET head = 2 WHERE id = 1001")
        await streams.advance(tx, 1001, Said())
    assert (await streams.moved_since(pool, asked))[1] == {1001: 3}


async def test_polling_while_many_write_sees_every_stream_move(pool: Pool) -> None:
    ids = list(range(1001, 1021))
    await streams.create_streams(pool, ids)
    asked, known, done = await queries.current_xmin(pool), dict[int, int](), asyncio.Event()

    async def write(id: int) -> None:
        for _ in range(10):
            async with transaction(pool) as tx:
                await streams.advance(tx, id, Said())
                await asyncio.sleep(0)

    async def poll() -> None:
        nonlocal asked
        while not done.is_set():
            asked, moved = await streams.moved_since(pool, asked)
            assert all(seq >= known.get(id, 0) for id, seq in moved.items())
            known.update(moved)

    polling = asyncio.create_task(poll())
    async with asyncio.TaskGroup() as group:
        for id in ids:
            group.create_task(write(id))
    done.set()
    await polling
    known.update((await streams.moved_since(pool, asked))[1])
    assert known == dict.fromkeys(ids, 10)


async def test_a_follower_waits_for_whoever_began_earlier(pool: Pool) -> None:
    await streams.create_streams(pool, [1001, 1002])
    heard: list[tuple[int, int]] = []

    async def hear(tx: Tx, changes: Sequence[Followed]) -> None:
        heard.extend((change.stream_id, change.seq) for change in changes)

    async with transaction(pool) as slow:
        await streams.advance(slow, 1001, Said())
        async with transaction(pool) as quick:
            await streams.advance(quick, 1002, Said())
        assert await streams.follow(pool, "search", hear) == 0
    assert await streams.follow(pool, "search", hear) == 2
    assert heard == [(1001, 1), (1002, 1)]
    assert await streams.follow(pool, "search", hear) == 0
    assert await streams.follow(pool, "another", hear) == 2


async def test_a_follower_that_fails_hears_the_same_again(pool: Pool) -> None:
    await streams.create_streams(pool, [1001])
    async with transaction(pool) as tx:
        for word in "ab":
            streams.tell(tx, 1001, Said(word=word))
    heard: list[object] = []

    async def fail(tx: Tx, changes: Sequence[Followed]) -> None:
        await tx.execute("INSERT INTO streams (id) VALUES (1002)")
        raise LookupError

    async def hear(tx: Tx, changes: Sequence[Followed]) -> None:
        heard.extend(change.body["word"] for change in changes)

    with pytest.raises(LookupError):
        await streams.follow(pool, "search", fail)
    assert await streams.heads(pool, [1002]) == {}
    assert await streams.follow(pool, "search", hear, limit=1) == 1
    assert await streams.follow(pool, "search", hear, limit=1) == 1
    assert heard == ["a", "b"]


async def test_one_follower_runs_in_one_place_at_a_time(pool: Pool) -> None:
    await streams.create_streams(pool, [1001])
    async with transaction(pool) as tx:
        streams.tell(tx, 1001, Said())
    hearing, go_on = asyncio.Event(), asyncio.Event()

    async def nothing(tx: Tx, changes: Sequence[Followed]) -> None:
        raise AssertionError("heard twice")

    async def hear(tx: Tx, changes: Sequence[Followed]) -> None:
        hearing.set()
        await go_on.wait()

    await pool.execute("INSERT INTO followers (name, xid, stream_id, seq) VALUES ('search', '0', 0, 0)")
    first = asyncio.create_task(streams.follow(pool, "search", hear))
    await hearing.wait()
    assert await streams.follow(pool, "search", nothing) == 0
    go_on.set()
    assert await first == 1


async def test_followers_hear_everything_once_while_many_write(pool: Pool) -> None:
    ids = [1001, 1002, 1003]
    await streams.create_streams(pool, ids)
    heard: list[tuple[int, int]] = []
    done = asyncio.Event()

    async def hear(tx: Tx, changes: Sequence[Followed]) -> None:
        heard.extend((change.stream_id, change.seq) for change in changes)

    async def write(number: int) -> None:
        for turn in range(20):
            async with transaction(pool) as tx:
                streams.tell(tx, ids[(number + turn) % 3], Said(by=number))
                streams.tell(tx, ids[number % 3], Said(by=number))

    async def follow() -> None:
        while await streams.follow(pool, "search", hear, limit=9) or not done.is_set():
            await asyncio.sleep(0)

    following = [asyncio.create_task(follow()) for _ in range(2)]
    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(write(number))
    done.set()
    await asyncio.gather(*following)
    while await streams.follow(pool, "search", hear, limit=9):  # what each kept from the other while it looked
        pass
    heads = await streams.heads(pool, ids)
    assert sorted(heard) == [(id, seq) for id in ids for seq in range(1, heads[id] + 1)]


async def insert_conversation(pool: Pool, id: int) -> None:
    await streams.create_streams(pool, [id])
    await pool.execute("INSERT INTO conversations (id, kind, chatid) VALUES ($1, 'group', $1::bigint::text)", id)


async def insert_message(pool: Pool, conversation_id: int, seq: int, audience: bytes | None) -> None:
    await pool.execute(
        """
        INSERT INTO messages (conversation_id, seq, sender_id, client_id, body, audience)
        VALUES ($1, $2, 2, $2::bigint::text, '{}', $3)
        """,
        conversation_id,
        seq,
        audience,
    )

"""Saying things: once, in order, by those who take part."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from tests.world import World
from wecom.features import media, messaging
from wecom.features.messaging import Draft, FileUpload, Mailroom, Markdown, NoSuchConversation, NoSuchMessage, Text
from wecom.features.messaging.changes import catch_up
from wecom.features.messaging.events import MessageSent
from wecom.features.messaging.model import TooFast
from wecom.features.messaging.post import post_batch, post_to_audience
from wecom.features.messaging.queries import conversations as queries
from wecom.foundation.db import transaction
from wecom.foundation.errors import WecomError
from wecom.foundation.streams import Change


def words(text: str, **more: object) -> Text:
    return Text(msgtype="text", content=text, **more)


async def heard(world: World, userid: str, conversation_id: int, since: int = 0) -> list[dict]:
    member = world[userid]
    [caught] = await catch_up(world.pool, member.id, member.ordinal, {conversation_id: since})
    return [orjson.loads(entry) for entry in caught.entries]


async def said(world: World, userid: str, conversation_id: int) -> list[str]:
    entries = await heard(world, userid, conversation_id)
    return [e["body"]["content"]["content"] for e in entries if e["kind"] == "message.sent"]


async def test_a_message_reaches_everybody_in_the_conversation(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "午饭? 🍜")

    assert await said(world, "lisi", world.lunch) == ["午饭? 🍜"]
    [*_, entry] = await heard(world, "lisi", world.lunch)
    assert entry["seq"] == posted.seq
    assert entry["body"]["sender_id"] == world["zhangsan"].id


async def test_what_is_rung_is_what_is_read_afterwards(world: World) -> None:
    rung: list[Change] = []
    world.services.doorbell.listeners.append(lambda heard: rung.extend(c for c in heard if isinstance(c, Change)))
    first = await world.say("zhangsan", world.lunch, 'Grüße "und" \\ 午饭 \u2028 <b>')
    await world.services.mailroom.post(
        Draft(world.lunch, world["lisi"].id, "r", words("?", mentions=(world["zhangsan"].id,)), reply_to=first.seq)
    )

    read = (await heard(world, "lisi", world.lunch))[-2:]
    assert [orjson.loads(change.entries) for change in rung] == read
    assert all(MessageSent.model_validate_json(orjson.dumps(entry["body"])) for entry in read)


async def test_sending_twice_says_it_once(world: World) -> None:
    first = await world.say("zhangsan", world.lunch, "hallo", client_id="one")
    again = await world.say("zhangsan", world.lunch, "hallo", client_id="one")

    assert (again.seq, again.repeated) == (first.seq, True)
    assert await said(world, "lisi", world.lunch) == ["hallo"]


async def test_the_same_client_id_of_two_people_is_two_messages(world: World) -> None:
    one = await world.say("zhangsan", world.lunch, "a", client_id="x")
    other = await world.say("lisi", world.lunch, "b", client_id="x")

    assert other.seq == one.seq + 1


async def test_outsiders_cannot_speak(world: World) -> None:
    with pytest.raises(NoSuchConversation):
        await world.say("wangwu", world.lunch, "?")
    assert await said(world, "lisi", world.lunch) == []


async def test_a_refused_draft_does_not_fail_its_neighbours(world: World) -> None:
    zhangsan, wangwu = world["zhangsan"].id, world["wangwu"].id
    drafts = [
        Draft(world.lunch, zhangsan, "1", words("first")),
        Draft(world.lunch, wangwu, "2", words("outsider")),
        Draft(world.lunch, zhangsan, "3", words("to nothing"), reply_to=999),
        Draft(world.lunch, zhangsan, "1", words("first")),
        Draft(987_654_321, zhangsan, "4", words("nowhere")),
        Draft(world.lunch, zhangsan, "5", words("last")),
    ]
    async with transaction(world.pool) as tx:
        first, outsider, to_nothing, again, nowhere, last = await post_batch(tx, drafts)

    assert not isinstance(first, WecomError) and not isinstance(last, WecomError)
    assert last.seq == first.seq + 1
    assert not isinstance(again, WecomError) and (again.seq, again.repeated) == (first.seq, True)
    assert isinstance(outsider, NoSuchConversation) and isinstance(nowhere, NoSuchConversation)
    assert isinstance(to_nothing, NoSuchMessage)
    assert await said(world, "lisi", world.lunch) == ["first", "last"]


async def test_a_file_that_one_message_may_not_carry_is_there_for_the_next(world: World) -> None:
    zhangsan = world["zhangsan"].id
    services = world.services

    async def chunks() -> AsyncIterator[bytes]:
        yield b"minutes of the meeting"

    upload = await media.take_whole(services.pool, services.blobs, services.decoder, zhangsan, "m.txt", chunks())
    file = FileUpload(msgtype="file", upload=upload.id)
    drafts = [
        Draft(987_654_321, zhangsan, "1", file),
        Draft(world.lunch, zhangsan, "2", file, reply_to=999),
        Draft(world.lunch, zhangsan, "3", file),
        Draft(world.lunch, zhangsan, "4", file),
        Draft(world.lunch, zhangsan, "5", words("and a word")),
    ]
    async with transaction(world.pool) as tx:
        nowhere, to_nothing, said_once, again, word = await post_batch(tx, drafts)
    assert isinstance(nowhere, NoSuchConversation) and isinstance(to_nothing, NoSuchMessage)
    assert not isinstance(said_once, WecomError) and not isinstance(word, WecomError)
    assert isinstance(again, media.UploadUsed)
    entries = await heard(world, "lisi", world.lunch)
    assert sorted(each["seq"] for each in entries[-2:]) == sorted((said_once.seq, word.seq))


async def test_a_draft_that_the_database_refuses_fails_alone(world: World) -> None:
    mailroom = Mailroom(world.pool)
    zhangsan = world["zhangsan"].id
    bad = Draft(world.lunch, zhangsan, "bad", Text.model_construct(msgtype="text", content="\x00"))
    results = await asyncio.gather(
        mailroom.post(Draft(world.lunch, zhangsan, "a", words("a"))),
        mailroom.post(bad),
        mailroom.post(Draft(world.lunch, zhangsan, "b", words("b"))),
        return_exceptions=True,
    )
    assert isinstance(results[1], Exception)
    assert await said(world, "lisi", world.lunch) == ["a", "b"]


async def test_two_processes_saying_the_same_say_it_once(world: World) -> None:
    rooms = [Mailroom(world.pool) for _ in range(4)]
    drafts = [Draft(world.lunch, world["zhangsan"].id, f"{n}", words(f"{n}")) for n in range(60)]
    answers = await asyncio.gather(*(room.post(draft) for draft in drafts for room in rooms))

    seqs = {draft.client_id: {a.seq for a in answers[n * 4 : n * 4 + 4]} for n, draft in enumerate(drafts)}
    assert all(len(found) == 1 for found in seqs.values())
    assert sorted(await said(world, "lisi", world.lunch), key=int) == [f"{n}" for n in range(60)]


async def test_numbers_have_no_gaps_whoever_writes(world: World) -> None:
    rooms = [Mailroom(world.pool) for _ in range(3)]

    async def speak(room: Mailroom, userid: str, n: int) -> None:
        await room.post(Draft(world.lunch, world[userid].id, f"{userid}{n}", words(f"{n}")))

    async def rename(n: int) -> None:
        async with transaction(world.pool) as tx:
            await messaging.rename(tx, world["zhangsan"].id, world.lunch, f"午饭 {n}")

    await asyncio.gather(
        *(
            speak(room, userid, n * 3 + k)
            for n in range(20)
            for k, room in enumerate(rooms)
            for userid in ("zhangsan", "lisi")
        ),
        *(rename(n) for n in range(10)),
    )
    entries = await heard(world, "lisi", world.lunch)
    assert [entry["seq"] for entry in entries] == list(range(entries[0]["seq"], entries[-1]["seq"] + 1))
    assert len(entries) >= 130


async def test_mentions_are_noted_only_of_those_who_take_part(world: World) -> None:
    ids = (world["lisi"].id, world["wangwu"].id)
    await world.services.mailroom.post(Draft(world.lunch, world["zhangsan"].id, "m", words("@", mentions=ids)))
    [mine] = [c for c in await queries.list_conversations(world.pool, world["lisi"].id) if c.id == world.lunch]
    noted = await world.pool.fetch("SELECT member_id FROM mentions")

    assert (mine.unread, mine.mentioned) == (1, True)
    assert [row["member_id"] for row in noted] == [world["lisi"].id]


async def test_members_cannot_flood(world: World) -> None:
    mailroom = Mailroom(world.pool, rate=5)

    def draft(n: int) -> Draft:
        return Draft(world.lunch, world["zhangsan"].id, f"{n}", Markdown(msgtype="markdown", content="x"))

    for n in range(5):
        await mailroom.say(draft(n))
    with pytest.raises(TooFast) as refused:
        mailroom.say(draft(6))
    assert refused.value.retry_after and refused.value.retry_after > 0
    await mailroom.say(Draft(world.lunch, world["lisi"].id, "mine", words("others may")))


async def test_an_app_speaks_to_an_audience_in_one_row(world: World) -> None:
    lisi, wangwu = world["lisi"], world["wangwu"]
    async with transaction(world.pool) as tx:
        app_id = await tx.fetchval("INSERT INTO actors (kind) VALUES ('app') RETURNING id")
        await tx.execute(
            "INSERT INTO apps (id, kind, agentid, name, secret_hash) VALUES ($1, 'app', 7, 'App', '\\x00')", app_id
        )
        channel = await messaging.open_app_conversation(tx, app_id)
        audience = (1 << lisi.ordinal).to_bytes(lisi.ordinal // 8 + 1, "little")
        one = await post_to_audience(tx, channel, app_id, "1", words("for lisi"), audience)
        again = await post_to_audience(tx, channel, app_id, "1", words("for lisi"), audience)
        await post_to_audience(tx, channel, app_id, "2", words("for all"), None)

    assert again.repeated and again.seq == one.seq
    assert await said(world, "lisi", channel) == ["for lisi", "for all"]
    assert await said(world, "wangwu", channel) == ["for all"]
    listed = await queries.list_conversations(world.pool, wangwu.id)
    assert [(c.name, c.unread) for c in listed if c.id == channel] == [("App", 1)]
    async with transaction(world.pool) as tx:
        assert await messaging.mark_read(tx, wangwu.id, channel, 99) == 2
        assert await messaging.mark_read(tx, wangwu.id, channel, 1) is None
    assert [c.unread for c in await queries.list_conversations(world.pool, wangwu.id) if c.id == channel] == [0]

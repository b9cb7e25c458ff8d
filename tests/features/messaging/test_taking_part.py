"""Coming, going, leading; and that who is outside hears nothing, by any way of reading."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from tests.features.messaging.test_saying import heard, said
from tests.world import World
from wecom.features import messaging
from wecom.features.messaging import NoSuchConversation, NoSuchMessage, NotAllowedHere
from wecom.features.messaging.changes import catch_up
from wecom.features.messaging.model import (
    ChatidTaken,
    NameTooLong,
    NoSuchParticipant,
    NotAGroup,
    TalkingToOneself,
    TooLateToRecall,
)
from wecom.features.messaging.queries import conversations as queries
from wecom.features.messaging.queries import messages, preferences
from wecom.foundation import audit
from wecom.foundation.db import transaction


async def roles(world: World, conversation_id: int) -> dict[str, str]:
    names = {member.id: userid for userid, member in world.cast.items()}
    return {names[p.actor_id]: p.role for p in await queries.participants(world.pool, conversation_id)}


async def test_there_is_one_conversation_between_two(world: World) -> None:
    assert await world.direct("zhangsan", "lisi") == await world.direct("lisi", "zhangsan")
    with pytest.raises(TalkingToOneself):
        await world.direct("lisi", "lisi")


async def test_newcomers_see_nothing_earlier(world: World) -> None:
    await world.say("zhangsan", world.lunch, "before")
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["lisi"].id, world.lunch, [world["wangwu"].id])
    await world.say("zhangsan", world.lunch, "after")

    assert await said(world, "wangwu", world.lunch) == ["after"]
    assert (await heard(world, "wangwu", world.lunch))[0]["kind"] == "participants.added"
    standing = await queries.standing(world.pool, world.lunch, world["wangwu"].id)
    assert standing
    page = await messages.messages_before(world.pool, world.lunch, 2**60, 50, from_seq=standing.from_seq)
    assert [m.content["content"] for m in page if m.content] == ["after"]


async def test_someone_removed_hears_nothing_at_all(world: World) -> None:
    lisi = world["lisi"]
    await world.say("zhangsan", world.lunch, "before")
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [lisi.id])
    await world.say("zhangsan", world.lunch, "after")

    [caught] = await catch_up(world.pool, lisi.id, lisi.ordinal, {world.lunch: 0})
    assert (caught.gone, list(caught.entries)) == (True, [])
    assert await queries.standing(world.pool, world.lunch, lisi.id) is None
    assert world.lunch not in [c.id for c in await queries.list_conversations(world.pool, lisi.id)]
    with pytest.raises(NoSuchConversation):
        await world.say("lisi", world.lunch, "?")
    with pytest.raises(NoSuchConversation):
        async with transaction(world.pool) as tx:
            await messaging.mark_read(tx, lisi.id, world.lunch, 1)


async def test_who_comes_back_begins_anew(world: World) -> None:
    lisi, zhangsan = world["lisi"].id, world["zhangsan"].id
    await world.say("zhangsan", world.lunch, "first time")
    async with transaction(world.pool) as tx:
        await messaging.leave(tx, lisi, world.lunch)
    await world.say("zhangsan", world.lunch, "away")
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, zhangsan, world.lunch, [lisi])
    await world.say("zhangsan", world.lunch, "again")

    assert await said(world, "lisi", world.lunch) == ["again"]


async def test_their_own_stream_tells_members_where_they_belong(world: World) -> None:
    wangwu = world["wangwu"]
    id = await world.conversation("zhangsan", "wangwu", name="新群")
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, id, [wangwu.id])

    [caught] = await catch_up(world.pool, wangwu.id, wangwu.ordinal, {wangwu.id: 0})
    kinds = [(e["kind"], e["body"]["conversation_id"]) for e in map(orjson.loads, caught.entries)]
    assert kinds == [("conversation.joined", id), ("conversation.left", id)]


async def test_only_those_who_lead_put_others_out(world: World) -> None:
    id = await world.conversation("zhangsan", "lisi", "wangwu")
    lisi, wangwu, zhangsan = (world[u].id for u in ("lisi", "wangwu", "zhangsan"))
    with pytest.raises(NotAllowedHere):
        async with transaction(world.pool) as tx:
            await messaging.remove_participants(tx, lisi, id, [wangwu])
    async with transaction(world.pool) as tx:
        await messaging.set_role(tx, zhangsan, id, lisi, "administrator")
    with pytest.raises(NotAllowedHere):
        async with transaction(world.pool) as tx:
            await messaging.remove_participants(tx, lisi, id, [zhangsan])
    async with transaction(world.pool) as tx:
        assert await messaging.remove_participants(tx, lisi, id, [wangwu]) == [wangwu]
    with pytest.raises(NoSuchParticipant):
        async with transaction(world.pool) as tx:
            await messaging.remove_participants(tx, zhangsan, id, [wangwu])


async def test_an_owner_who_leaves_passes_the_group_on(world: World) -> None:
    id = await world.conversation("zhangsan", "lisi", "wangwu")
    async with transaction(world.pool) as tx:
        await messaging.set_role(tx, world["zhangsan"].id, id, world["wangwu"].id, "administrator")
        await messaging.leave(tx, world["zhangsan"].id, id)
    assert await roles(world, id) == {"lisi": "member", "wangwu": "owner"}
    async with transaction(world.pool) as tx:
        await messaging.transfer(tx, world["wangwu"].id, id, world["lisi"].id)
    assert await roles(world, id) == {"lisi": "owner", "wangwu": "member"}
    with pytest.raises(NotAllowedHere):
        async with transaction(world.pool) as tx:
            await messaging.transfer(tx, world["wangwu"].id, id, world["wangwu"].id)


async def test_a_dissolved_group_is_over_for_everybody(world: World) -> None:
    with pytest.raises(NotAllowedHere):
        async with transaction(world.pool) as tx:
            await messaging.dissolve(tx, world["lisi"].id, world.lunch)
    async with transaction(world.pool) as tx:
        await messaging.dissolve(tx, world["zhangsan"].id, world.lunch)
    for userid in ("zhangsan", "lisi"):
        with pytest.raises(NoSuchConversation):
            await world.say(userid, world.lunch, "?")


async def test_leaving_everywhere_leaves_nothing(world: World) -> None:
    direct = await world.direct("lisi", "wangwu")
    async with transaction(world.pool) as tx:
        assert await messaging.leave_everywhere(tx, [world["lisi"].id]) == 2
    assert await queries.list_conversations(world.pool, world["lisi"].id) == []
    assert await roles(world, direct) == {"wangwu": "member"}


async def test_a_direct_conversation_is_no_group(world: World) -> None:
    id = await world.direct("zhangsan", "lisi")
    for attempt in (
        lambda tx: messaging.rename(tx, world["lisi"].id, id, "x"),
        lambda tx: messaging.add_participants(tx, world["lisi"].id, id, [world["wangwu"].id]),
        lambda tx: messaging.leave(tx, world["lisi"].id, id),
    ):
        with pytest.raises(NotAGroup):
            async with transaction(world.pool) as tx:
                await attempt(tx)


@pytest.mark.parametrize("name", ["", "  ", "x" * 51])
async def test_a_groups_name_has_its_limits(world: World, name: str) -> None:
    with pytest.raises(NameTooLong):
        async with transaction(world.pool) as tx:
            await messaging.rename(tx, world["zhangsan"].id, world.lunch, name)


async def test_a_chatid_is_taken_once(world: World) -> None:
    async with transaction(world.pool) as tx:
        app_id = await tx.fetchval("INSERT INTO actors (kind) VALUES ('app') RETURNING id")
        await tx.execute(
            "INSERT INTO apps (id, kind, agentid, name, secret_hash) VALUES ($1, 'app', 7, 'App', '\\x00')", app_id
        )
        ids = [world[u].id for u in ("zhangsan", "lisi")]
        id, chatid = await messaging.create_appchat(tx, app_id, "mychat", "运维", ids[0], ids)
        assert chatid == "mychat"
    with pytest.raises(ChatidTaken):
        async with transaction(world.pool) as tx:
            await messaging.create_appchat(tx, app_id, "mychat", "", ids[0], ids)
    assert await queries.by_chatid(world.pool, "mychat") == (id, "appchat", app_id)


async def test_a_message_is_taken_back_by_its_sender_in_time(world: World) -> None:
    posted = await world.say("lisi", world.lunch, "geheim")
    async with transaction(world.pool) as tx:
        await messaging.recall(tx, world["lisi"].id, world.lunch, posted.seq, window=timedelta(minutes=2))

    sent, recalled = [e for e in await heard(world, "zhangsan", world.lunch) if e["kind"].startswith("message")]
    assert (sent["body"]["recalled"], sent["body"]["content"]) == (True, None)
    assert recalled["body"]["message_seq"] == posted.seq
    again = await world.say("lisi", world.lunch, "geheim", client_id="world-1")
    assert again.repeated or again.seq > posted.seq


async def test_a_message_is_not_taken_back_too_late_nor_by_anybody(world: World) -> None:
    lisis = await world.say("lisi", world.lunch, "x")
    zhangsans = await world.say("zhangsan", world.lunch, "y")
    with pytest.raises(TooLateToRecall):
        async with transaction(world.pool) as tx:
            await messaging.recall(tx, world["lisi"].id, world.lunch, lisis.seq, window=timedelta(0))
    with pytest.raises(NotAllowedHere):
        async with transaction(world.pool) as tx:
            await messaging.recall(tx, world["lisi"].id, world.lunch, zhangsans.seq, window=timedelta(1))
    with pytest.raises(NoSuchConversation):
        async with transaction(world.pool) as tx:
            await messaging.recall(tx, world["wangwu"].id, world.lunch, lisis.seq, window=timedelta(1))
    with pytest.raises(NoSuchMessage):
        async with transaction(world.pool) as tx:
            await messaging.recall(tx, world["lisi"].id, world.lunch, 999, window=timedelta(1))


async def test_what_was_taken_back_stays_in_the_audit_log(world: World) -> None:
    posted = await world.say("lisi", world.lunch, "das Original")
    async with transaction(world.pool) as tx:
        await messaging.withdraw(tx, world["admin"].id, world.lunch, posted.seq, address="10.0.0.1")
        await messaging.withdraw(tx, world["admin"].id, world.lunch, posted.seq)

    [kept] = await audit.records(world.pool, before=None, limit=10, action="message.recall")
    assert kept.actor_id == world["admin"].id and kept.object == f"message:{world.lunch}:{posted.seq}"
    async with transaction(world.pool) as tx:
        original = await audit.read_content(tx, world["auditor"].id, kept.id, "Beschwerde 12")
    assert "das Original" in str(original)
    assert kept.details["sender_id"] == world["lisi"].id


async def test_reading_moves_on_and_never_back(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "1")
    async with transaction(world.pool) as tx:
        assert await messaging.mark_read(tx, world["lisi"].id, world.lunch, 10**9) == posted.seq
    async with transaction(world.pool) as tx:
        assert await messaging.mark_read(tx, world["lisi"].id, world.lunch, 1) is None
    readers = {r.actor_id: r.read_seq for r in await messages.readers(world.pool, world.lunch, posted.seq)}
    assert readers == {world["lisi"].id: posted.seq}


@pytest.mark.parametrize("everywhere", [False, True])
async def test_who_is_put_out_while_they_type_takes_what_they_typed_along(
    world: World, everywhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhangsan, lisi = world.members("zhangsan", "lisi")
    group = await world.conversation("zhangsan", "lisi", name="g")
    async with transaction(world.pool) as tx:
        await messaging.keep_draft(tx, lisi.id, group, "eins", None, [])
    begun = asyncio.Event()

    draft_of = preferences.draft_of

    async def slowly(*given: int) -> int | None:
        begun.set()
        await asyncio.sleep(0.3)
        return await draft_of(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(preferences, "draft_of", slowly)

    async def type_on() -> None:
        async with transaction(world.pool) as tx:
            await messaging.keep_draft(tx, lisi.id, group, "zwei", None, [])

    async def put_out() -> None:
        await begun.wait()
        async with transaction(world.pool) as tx:
            if everywhere:
                await messaging.leave_everywhere(tx, [lisi.id])
            else:
                await messaging.remove_participants(tx, zhangsan.id, group, [lisi.id])

    await asyncio.gather(type_on(), put_out())
    assert await world.pool.fetchval("SELECT count(*) FROM unsent_drafts") == 0
    told = str(await world.pool.fetch("SELECT refs FROM entries WHERE kind = 'draft.changed'"))
    assert "eins" not in told and "zwei" not in told


async def test_who_is_being_put_out_keeps_neither_draft_nor_wish_there(world: World) -> None:
    zhangsan, lisi = world.members("zhangsan", "lisi")
    group = await world.conversation("zhangsan", "lisi", name="g")
    removed = asyncio.Event()

    async def put_out() -> None:
        async with transaction(world.pool) as tx:
            await messaging.remove_participants(tx, zhangsan.id, group, [lisi.id])
            removed.set()
            await asyncio.sleep(0.3)

    async def wish(kind: str) -> None:
        await removed.wait()
        async with transaction(world.pool) as tx:
            if kind == "draft":
                await messaging.keep_draft(tx, lisi.id, group, "zu spät", None, [])
            else:
                await messaging.prefer(tx, lisi.id, group, {"pinned": True})

    answers = await asyncio.gather(put_out(), wish("draft"), wish("pin"), return_exceptions=True)
    assert [type(each) for each in answers[1:]] == [NoSuchConversation] * 2
    for table in ("unsent_drafts", "conversation_preferences"):
        assert await world.pool.fetchval(f"SELECT count(*) FROM {table} WHERE member_id = $1", lisi.id) == 0

"""The socket, by the protocol that its package promises."""

import asyncio
import re
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from tests.interfaces.realtime.phone import Phone
from tests.world import World
from wecom.features import accounts, messaging
from wecom.features.messaging.post import post_to_audience
from wecom.foundation import instants
from wecom.foundation.db import transaction
from wecom.interfaces.realtime.hub import Hub


async def changes(phone: Phone, *since: str) -> list[dict[str, Any]]:
    response = await phone.client.get("/api/changes", params=[("since", each) for each in since])
    assert response.status == 200, await response.text()
    found: list[dict[str, Any]] = (await response.json())["streams"]
    return found


async def test_everybody_connected_hears_and_the_sender_too(world: World) -> None:
    zhangsan, lisi, tablet = [await Phone.of(world, u) for u in ("zhangsan", "lisi", "lisi")]
    answer = await zhangsan.say(world.lunch, "午饭? 🍜")

    assert answer["type"] == "sent" and answer["seq"] == zhangsan.heads[f"conversation:{world.lunch}"] + 1
    heard = await zhangsan.entry("message.sent")
    assert heard["body"]["content"]["content"] == "午饭? 🍜"
    assert heard["body"]["sent_at"] == answer["sent_at"] and re.match(instants.PATTERN, answer["sent_at"])
    for phone in (lisi, tablet):
        assert await phone.words() == "午饭? 🍜"


async def test_frames_carry_on_from_the_welcomed_heads(world: World) -> None:
    await world.say("zhangsan", world.lunch, "early")
    lisi = await Phone.of(world, "lisi")
    await world.say("zhangsan", world.lunch, "late")
    entry = await lisi.entry("message.sent")

    assert entry["from"] == lisi.heads[entry["stream"]] == entry["seq"] - 1


async def test_outsiders_hear_nothing_and_cannot_speak(world: World) -> None:
    wangwu = await Phone.of(world, "wangwu")
    await world.say("zhangsan", world.lunch, "geheim")
    refused = await wangwu.say(world.lunch, "?")

    assert (refused["type"], refused["error"]) == ("refused", "NoSuchConversation")
    await wangwu.silence()
    [stretch] = await changes(wangwu, f"conversation:{world.lunch}@0")
    assert stretch["gone"] and stretch["entries"] == []


async def test_nobody_reads_anothers_own_stream(world: World) -> None:
    wangwu = await Phone.of(world, "wangwu")
    response = await wangwu.client.get("/api/changes", params={"since": f"member:{world['lisi'].id}@0"})
    assert response.status == 400
    [stretch] = await changes(wangwu, f"conversation:{world['lisi'].id}@0")
    assert stretch["gone"]


async def test_sending_again_gets_the_first_number(world: World) -> None:
    zhangsan = await Phone.of(world, "zhangsan")
    first = await zhangsan.say(world.lunch, "x", "same")
    again = await zhangsan.say(world.lunch, "x", "same")
    assert (again["seq"], again["repeated"]) == (first["seq"], True)


async def test_someone_brought_in_hears_from_then_on(world: World) -> None:
    wangwu = await Phone.of(world, "wangwu")
    await world.say("zhangsan", world.lunch, "before")
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["lisi"].id, world.lunch, [world["wangwu"].id])
    joined = await wangwu.entry("conversation.joined")
    await wangwu.hear(lambda f: f.get("type") == "heads" and f"conversation:{world.lunch}" in f["heads"])
    await world.say("zhangsan", world.lunch, "after")

    assert await wangwu.words() == "after"
    [stretch] = await changes(wangwu, f"conversation:{world.lunch}@{joined['body']['from_seq']}")
    assert [e["kind"] for e in stretch["entries"]] == ["participants.added", "message.sent"]


async def test_someone_removed_hears_that_and_nothing_more(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    await world.say("zhangsan", world.lunch, "after")

    assert (await lisi.entry("participants.removed"))["stream"] == f"conversation:{world.lunch}"
    assert (await lisi.entry("conversation.left"))["body"]["conversation_id"] == world.lunch
    await lisi.silence()


async def test_a_lost_doorbell_costs_a_second_and_no_message(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    ring = world.services.pool.committed
    world.services.pool.committed = None
    try:
        await world.say("zhangsan", world.lunch, "unheard")
        await world.say("zhangsan", world.lunch, "unheard too")
    finally:
        world.services.pool.committed = ring
    assert await lisi.words(timeout=2.5) == "unheard"
    await world.say("zhangsan", world.lunch, "heard")
    frame = await lisi.hear(lambda f: "entries" in f)
    assert frame["entries"][-1]["body"]["content"]["content"] == "heard"


async def test_a_lost_doorbell_before_a_removal_leaks_nothing(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    ring = world.services.pool.committed
    world.services.pool.committed = None
    try:
        async with transaction(world.pool) as tx:
            await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    finally:
        world.services.pool.committed = ring
    await world.say("zhangsan", world.lunch, "geheim")
    await lisi.entry("participants.removed", timeout=2.5)
    await lisi.entry("conversation.left")
    await lisi.silence(1.2)


@pytest.mark.parametrize("redis_gone", [False, True])
async def test_a_revoked_session_loses_its_socket_within_two_seconds(world: World, redis_gone: bool) -> None:
    lisi, other = await Phone.of(world, "lisi"), await Phone.of(world, "zhangsan")
    if redis_gone:
        await world.services.redis.aclose()
        world.services.redis.connection_pool.connection_kwargs["path"] = "/nowhere"
    async with transaction(world.pool) as tx:
        await accounts.end_sessions(tx, world["lisi"].id, "revoked")

    assert await lisi.closed(timeout=2) == 4401
    assert lisi.frames[-1]["type"] == "bye"
    response = await lisi.client.get("/api/conversations")
    assert response.status == 401
    assert (await other.say(world.lunch, "still here"))["type"] == "sent"


async def test_an_app_message_reaches_its_audience_only(world: World) -> None:
    lisi, wangwu = await Phone.of(world, "lisi"), await Phone.of(world, "wangwu")
    async with transaction(world.pool) as tx:
        app_id = await tx.fetchval("INSERT INTO actors (kind) VALUES ('app') RETURNING id")
        await tx.execute(
            "INSERT INTO apps (id, kind, agentid, name, secret_hash) VALUES ($1, 'app', 7, 'App', '\\x00')", app_id
        )
        channel = await messaging.open_app_conversation(tx, app_id)
    lisi, wangwu = await Phone.of(world, "lisi"), await Phone.of(world, "wangwu")
    ordinal = world["lisi"].ordinal
    audience = (1 << ordinal).to_bytes(ordinal // 8 + 1, "little")
    async with transaction(world.pool) as tx:
        for n in range(2):
            body = messaging.Text(msgtype="text", content=f"for lisi {n}")
            await post_to_audience(tx, channel, app_id, f"{n}", body, audience)
        await post_to_audience(tx, channel, app_id, "a", messaging.Text(msgtype="text", content="for all"), None)

    assert [await lisi.words() for _ in range(3)] == ["for lisi 0", "for lisi 1", "for all"]
    entry = await wangwu.entry("message.sent")
    assert (entry["body"]["content"]["content"], entry["from"]) == ("for all", wangwu.heads[entry["stream"]])
    await wangwu.silence()
    async with transaction(world.pool) as tx:
        await messaging.withdraw(tx, app_id, channel, 1)
        await post_to_audience(tx, channel, app_id, "n", messaging.Text(msgtype="text", content="nobody"), b"")
    recalled = await lisi.entry("message.recalled")
    assert recalled["body"]["message_seq"] == 1
    await wangwu.silence()
    [stretch] = await changes(wangwu, f"conversation:{channel}@0")
    assert [(e["kind"], e["seq"]) for e in stretch["entries"]] == [("message.sent", 3)]


async def test_typing_reaches_the_others_and_presence_those_who_watch(world: World) -> None:
    zhangsan = await Phone.of(world, "zhangsan")
    await zhangsan.write({"type": "watch", "member_ids": [world["lisi"].id]})
    first = await zhangsan.hear(lambda f: f.get("type") == "presence")
    lisi = await Phone.of(world, "lisi")
    second = await zhangsan.hear(lambda f: f.get("type") == "presence")
    await lisi.write({"type": "typing", "conversation_id": world.lunch})
    typing = await zhangsan.hear(lambda f: f.get("type") == "typing")
    await lisi.ws.close()
    third = await zhangsan.hear(lambda f: f.get("type") == "presence")

    key = str(world["lisi"].id)
    assert [f["members"][key] for f in (first, second, third)] == [False, True, False]
    assert typing["member_id"] == world["lisi"].id


async def test_reading_is_known_on_ones_other_devices(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "x")
    phone, tablet, zhangsan = [await Phone.of(world, u) for u in ("lisi", "lisi", "zhangsan")]
    await phone.client.post(f"/api/conversations/{world.lunch}/read", json={"seq": posted.seq})

    assert (await tablet.entry("read.moved"))["body"] == {"conversation_id": world.lunch, "read_seq": posted.seq}
    await zhangsan.hear(lambda f: f.get("type") == "reads")


async def test_hello_says_what_differs(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    name = f"conversation:{world.lunch}"
    await lisi.write({"type": "hello", "cursors": lisi.heads | {name: 0, "conversation:999": 4}})
    answer = await lisi.hear(lambda f: f.get("type") == "heads")
    assert (answer["heads"], answer["gone"]) == ({name: lisi.heads[name]}, ["conversation:999"])
    await lisi.write({"type": "ack", "cursors": {name: 1, "conversation:999": 4, "nonsense": 1}})
    await lisi.write({"type": "ping"})
    await lisi.hear(lambda f: f.get("type") == "pong")
    rows = await world.pool.fetch("SELECT stream_id, seq FROM device_cursors")
    assert [tuple(row) for row in rows] == [(world.lunch, 1)]


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "[]",
        '"x"',
        '{"type": "nothing"}',
        '{"type": "send", "conversation_id": "x", "client_id": "a", "body": {}}',
        '{"type": "send", "conversation_id": 1, "client_id": "a b", "body": {"msgtype": "text", "content": "x"}}',
        '{"type": "send", "conversation_id": 1, "client_id": "a", "body": {"msgtype": "text", "content": "\\u0000"}}',
        '{"type": "send", "conversation_id": 1, "client_id": "a", "body": {"msgtype": "text", "content": "\\ud800"}}',
        '{"type": "send", "conversation_id": 99999999999999999999, "client_id": "a", "body": {"msgtype": "text"}}',
        "[" * 5000 + "]" * 5000,
        '{"type": "watch", "member_ids": ' + str(list(range(1, 600))) + "}",
    ],
)
async def test_a_malformed_frame_is_refused_and_the_socket_goes_on(world: World, frame: str) -> None:
    lisi = await Phone.of(world, "lisi")
    await lisi.ws.send_str(frame)
    refused = await lisi.hear(lambda f: f.get("type") == "refused")
    assert refused["error"] == "Invalid" and refused["message"]
    assert (await lisi.say(world.lunch, "still here"))["type"] == "sent"


async def test_a_binary_frame_is_refused_and_a_huge_one_ends_the_socket(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    await lisi.ws.send_bytes(b"\xff\xfe")
    await lisi.hear(lambda f: f.get("type") == "refused")
    await lisi.ws.send_str("x" * 70_000)
    assert await lisi.closed() == 1009


async def test_a_socket_needs_a_session_and_a_page_of_our_own(world: World) -> None:
    nobody = await world.client(None)
    with pytest.raises(WSServerHandshakeError) as refused:
        await nobody.ws_connect("/api/socket")
    assert refused.value.status == 401
    token = await world.token("lisi")
    with pytest.raises(WSServerHandshakeError) as refused:
        await nobody.ws_connect(
            "/api/socket", headers={"Cookie": f"wecom_session={token}", "Origin": "https://evil.example"}
        )
    assert refused.value.status in (401, 403)


async def test_who_arrives_while_others_talk_misses_nothing(world: World) -> None:
    """Connecting races with sending: what is not in the welcomed heads must come by itself."""
    zhangsan = await Phone.of(world, "zhangsan")
    stop = False

    async def chatter() -> int:
        n = 0
        while not stop:
            n += 1
            await zhangsan.say(world.lunch, f"{n}")
        return n

    talking = asyncio.create_task(chatter())
    phones = []
    for _ in range(12):
        phones.append(await Phone.of(world, "lisi"))
        await asyncio.sleep(0.02)
    stop = True
    await talking
    last = (await changes(zhangsan, f"conversation:{world.lunch}@0"))[0]["head"]
    for phone in phones:
        cursor = phone.heads[f"conversation:{world.lunch}"]
        while cursor < last:
            frame = await phone.hear(lambda f: f.get("stream") == f"conversation:{world.lunch}")
            assert frame["from"] == cursor
            cursor = frame["to"]


async def test_rings_heard_the_wrong_way_round_are_put_in_order_without_asking(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    kept: list[Any] = []
    listeners = world.services.doorbell.listeners
    [hear] = [listen for listen in listeners if isinstance(getattr(listen, "__self__", None), Hub)]
    at = listeners.index(hear)
    listeners[at] = kept.append
    for word in ("one", "two", "three"):
        await world.say("zhangsan", world.lunch, word)
    listeners[at] = hear
    for ring in reversed(kept):
        hear(ring)

    frames = [await lisi.hear(lambda f: "entries" in f) for _ in range(3)]
    assert [f["entries"][0]["body"]["content"]["content"] for f in frames] == ["one", "two", "three"]
    assert [f["from"] for f in frames[1:]] == [f["to"] for f in frames[:-1]]

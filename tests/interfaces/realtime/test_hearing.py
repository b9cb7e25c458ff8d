"""Who hears what when the company changes around an open socket."""

import asyncio
import time

import orjson
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.interfaces.realtime.phone import Phone
from tests.world import World
from wecom.features import apps, directory, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.directory import Place
from wecom.features.messaging.post import post_to_audience
from wecom.foundation.db import transaction
from wecom.foundation.streams import Change, Doorbell
from wecom.foundation.streams.doorbell import VERSION
from wecom.interfaces.realtime import ephemeral, gateway


def _gateway_of(phone: Phone) -> gateway.Gateway:
    return phone.client.server.app[gateway.GATEWAY]


async def limit(world: World, department: int) -> None:
    async with transaction(world.pool) as tx:
        await directory.add_rule(tx, SYSTEM, "limit", subject_departments=[department])


async def test_a_new_app_reaches_sockets_that_were_open_before_it(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "通知", visible_departments=[1])
        channel = await messaging.open_app_conversation(tx, app.id)
    await lisi.hear(lambda f: f.get("type") == "heads" and f"conversation:{channel}" in f["heads"])
    async with transaction(world.pool) as tx:
        await post_to_audience(tx, channel, app.id, "1", messaging.Text(msgtype="text", content="hallo"), None)

    assert await lisi.words() == "hallo"


async def test_presence_of_those_one_may_not_see_is_not_told(world: World) -> None:
    await limit(world, 3)
    wangwu, _ = await Phone.of(world, "wangwu"), await Phone.of(world, "lisi")
    await wangwu.write({"type": "watch", "member_ids": [world["lisi"].id, world["wangwu"].id]})
    told = await wangwu.hear(lambda f: f.get("type") == "presence")

    assert told["members"] == {str(world["wangwu"].id): True}


async def test_somebody_moved_under_a_rule_hears_less_at_once(world: World) -> None:
    await limit(world, 3)
    lisi = await Phone.of(world, "lisi")
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["lisi"].id, departments=[Place(3)])
    await lisi.entry("directory.member_changed")
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["zhangsan"].id, position="x")

    assert (await lisi.entry("directory.changed"))["body"] == {}


async def test_robots_and_apps_are_not_put_out_as_members_are(world: World) -> None:
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "通知", visible_departments=[1])
        ids = [world[u].id for u in ("zhangsan", "lisi")]
        chat, _ = await messaging.create_appchat(tx, app.id, "", "群", ids[0], ids)
    client = await world.client("zhangsan")
    refused = await client.delete(f"/api/conversations/{chat}/participants/{app.id}")
    assert (refused.status, (await refused.json())["error"]) == (404, "NoSuchParticipant")


async def test_one_session_has_only_so_many_sockets(world: World) -> None:
    client = await world.client("lisi")
    sockets = []
    for _ in range(12):
        sockets.append(await client.ws_connect("/api/socket"))
        assert orjson.loads(await sockets[-1].receive_str())["type"] == "welcome"

    async def told(socket: ClientWebSocketResponse) -> bool:
        message = await socket.receive()
        return message.type is WSMsgType.TEXT and bool(orjson.loads(message.data)["type"] == "bye")

    hearing = [asyncio.create_task(told(each)) for each in sockets]
    async with asyncio.timeout(30):
        while sum(each.done() for each in hearing) < 2:
            await asyncio.wait(hearing, timeout=0.1)
    await asyncio.wait(hearing, timeout=0.5)
    heard = [each.result() for each in hearing if each.done()]
    for each in hearing:
        each.cancel()
    assert heard == [True, True], "nothing is said to the ten others"


async def test_frames_that_cost_a_query_are_taken_only_so_fast(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    for _ in range(40):
        await lisi.write({"type": "hello", "cursors": {}})
    refused = await lisi.hear(lambda f: f.get("type") == "refused")
    assert refused["error"] == "TooFast"
    assert (await lisi.say(world.lunch, "sending goes on"))["type"] == "sent"


async def test_a_mangled_ring_ends_nothing_and_anothers_is_not_heard(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    doorbell, redis = world.services.doorbell, world.services.redis
    await redis.publish(doorbell.channel, b"x" * 8 + VERSION + b"\xff\xff\xff")
    await redis.publish(doorbell.channel, b"x" * 8 + b"\x7f" + b"another layout")
    head = lisi.heads[f"conversation:{world.lunch}"]
    entry = b'{"seq":%d,"kind":"message.sent","body":{}}' % (head + 1)
    stranger = Doorbell(redis, "another company")
    await stranger.ring([Change(world.lunch, head, head + 1, entry)])
    await stranger.close()
    await lisi.silence()
    colleague = Doorbell(redis, world.services.company.epoch)
    await colleague.ring([Change(world.lunch, head, head + 1, entry)])
    await colleague.close()
    await lisi.entry("message.sent")


async def test_a_device_that_only_listens_stays_signed_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "KEEP_EVERY", 0.05)
    lisi = await Phone.of(world, "lisi")
    session = lisi.welcome["session_id"]
    await world.pool.execute(
        "UPDATE sessions SET seen_at = now() - interval '1 day', expires_at = now() + interval '1 minute'"
    )
    async with asyncio.timeout(20):
        while await world.pool.fetchval(
            "SELECT expires_at < now() + interval '1 day' FROM sessions WHERE id = $1", session
        ):
            await asyncio.sleep(0.02)


async def test_two_devices_that_come_at_once_are_one_member_who_is_here(world: World) -> None:
    zhangsan, client = await Phone.of(world, "zhangsan"), await world.client("lisi")
    await zhangsan.write({"type": "watch", "member_ids": [world["lisi"].id]})
    await zhangsan.hear(lambda f: f.get("type") == "presence")
    await asyncio.gather(*(client.ws_connect("/api/socket") for _ in range(3)))
    told = await zhangsan.hear(lambda f: f.get("type") == "presence")
    assert told["members"] == {str(world["lisi"].id): True}


async def test_presence_that_was_never_told_is_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ephemeral, "EVERY", 0.05)
    zhangsan = await Phone.of(world, "zhangsan")
    await zhangsan.write({"type": "watch", "member_ids": [world["lisi"].id]})
    await zhangsan.hear(lambda f: f.get("type") == "presence")
    kept, until = _gateway_of(zhangsan).ephemeral, time.time() + 60
    killed = {f"{world['lisi'].id}:another": until}
    await world.services.redis.zadd(kept.here, killed)
    await world.services.redis.zadd(kept.gateways, {"another": until})
    assert (await zhangsan.hear(lambda f: f.get("type") == "presence"))["members"] == {str(world["lisi"].id): True}
    await world.services.redis.zrem(kept.here, *killed)
    assert (await zhangsan.hear(lambda f: f.get("type") == "presence"))["members"] == {str(world["lisi"].id): False}


async def test_who_leaves_while_it_asks_is_not_kept(world: World) -> None:
    lisi = await Phone.of(world, "lisi")
    here = _gateway_of(lisi)
    async with world.pool.connections.acquire() as other, other.transaction():
        await other.execute("LOCK visibility_rules IN ACCESS EXCLUSIVE MODE")
        await lisi.write({"type": "watch", "member_ids": [world["zhangsan"].id]})
        await asyncio.sleep(0.1)
        [connection] = here.connections[lisi.welcome["session_id"]]
        assert connection.asked is not None
        await lisi.ws.close()
        async with asyncio.timeout(20):
            while here.hub.members:
                await asyncio.sleep(0.02)
    async with asyncio.timeout(20):
        while connection.asked is not None:
            await asyncio.sleep(0.02)
    assert not here.ephemeral.watchers


async def test_a_client_that_cannot_keep_up_for_a_while_is_pinged_still(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lisi = await Phone.of(world, "lisi")
    [[connection]] = _gateway_of(lisi).connections.values()
    connection.full = True
    for _ in range(3):
        gateway._ping(connection)
        async with asyncio.timeout(20):
            await lisi.write({"type": "ping"})
            await lisi.hear(lambda f: f.get("type") == "pong")
        assert connection.alive and not connection.closing

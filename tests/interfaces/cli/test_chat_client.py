"""The client's side of the wire: cuts, gaps, refusals, and that what was said is said once."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aiohttp import web

from tests.world import World
from wecom.features import apps, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.messaging import Draft, Text
from wecom.foundation.db import transaction
from wecom.interfaces.cli.chat import naming
from wecom.interfaces.cli.chat.client import Client
from wecom.interfaces.cli.chat.follow import follow
from wecom.interfaces.cli.chat.keep import Account, Keep
from wecom.interfaces.cli.chat.outbox import Outbox, Pending
from wecom.interfaces.cli.chat.wire import BackOff, Wire


async def until(holds: Callable[[], object], timeout: float = 30) -> None:
    async with asyncio.timeout(timeout):
        while not holds():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def connected(world: World, userid: str, outbox: Path | None = None) -> AsyncIterator[Client]:
    wire = Wire(str((await world.server()).make_url("/")), await world.token(userid))
    client = Client(wire, Outbox(outbox))
    running = asyncio.ensure_future(client.run())
    try:
        await until(client.ready.is_set)
        yield client
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await wire.close()


def spoken(client: Client, conversation_id: int) -> list[str]:
    held = client.state.conversations.get(conversation_id) if client.state else None
    return [naming.one_line(each.content) for each in (held.messages or {}).values()] if held else []


async def said_in(world: World, conversation_id: int) -> list[str]:
    rows = await world.pool.fetch("SELECT body FROM messages WHERE conversation_id = $1 ORDER BY seq", conversation_id)
    return [row["body"]["content"] for row in rows]


async def test_what_is_said_while_cut_off_is_said_once_and_in_order(world: World, tmp_path: Path) -> None:
    async with connected(world, "zhangsan", tmp_path / "outbox.json") as client:
        client.open(world.lunch)
        assert client._ws
        client._ws._response.connection.transport.abort()  # type: ignore[union-attr]
        words = [f"{n}" for n in range(20)]
        for each in words:
            client.say(world.lunch, each)
        await until(lambda: not client.outbox.pending and client.ready.is_set())
        assert await said_in(world, world.lunch) == words == spoken(client, world.lunch)
        assert json.loads((tmp_path / "outbox.json").read_text()) == []


async def test_a_robot_is_shown_under_its_name_and_its_new_one(world: World) -> None:
    async with transaction(world.pool) as tx:
        robot, _ = await apps.create_robot(tx, SYSTEM, world.lunch, "小助手")
    draft = Draft(world.lunch, robot.id, "r", Text(msgtype="text", content="开饭"))
    await world.services.mailroom.post(draft)
    async with connected(world, "zhangsan") as client:

        def called() -> str:
            held = client.state.conversations.get(world.lunch) if client.state else None
            return naming.sender_name(client.state, held, robot.id) if client.state and held else ""

        client.look_up(robot.id)
        await until(lambda: called() == "小助手")
        async with transaction(world.pool) as tx:
            await apps.change_robot(tx, SYSTEM, world.lunch, robot.id, name="大助手")
        await until(lambda: called() == "大助手")


async def test_an_answer_that_was_lost_does_not_double_what_was_said(world: World) -> None:
    async with connected(world, "zhangsan") as client:
        client.open(world.lunch)
        pending = Pending(world.lunch, {"msgtype": "text", "content": "einmal"})
        await world.say("zhangsan", world.lunch, "einmal", client_id=pending.client_id)
        client.outbox.add(pending)
        client._wake()
        await until(lambda: not client.outbox.pending)
        assert await said_in(world, world.lunch) == ["einmal"] == spoken(client, world.lunch)


async def test_what_is_missed_while_cut_off_is_caught_up_with(world: World) -> None:
    async with connected(world, "lisi") as client:
        client.open(world.lunch)
        await until(lambda: client.state and client.state.conversations[world.lunch].known_from is not None)
        assert client._ws
        client.ready.clear()
        await client._ws.close()
        other = await world.conversation("zhangsan", "lisi", name="新的")
        for n in range(30):
            await world.say("zhangsan", world.lunch, f"{n}")
        await world.say("zhangsan", other, "hier auch")
        await until(lambda: client.state and other in client.state.conversations and client.ready.is_set())
        await until(lambda: spoken(client, world.lunch) == [f"{n}" for n in range(30)])
        await until(lambda: client.state and client.state.conversations[other].unread == 1)
        async with transaction(world.pool) as tx:
            await messaging.remove_participants(tx, world["zhangsan"].id, other, [world["lisi"].id])
        await until(lambda: client.state and other not in client.state.conversations)


async def test_a_refused_message_fails_and_its_neighbours_do_not(world: World) -> None:
    async with connected(world, "zhangsan") as client:
        bad = client.say(10**9, "nirgendwo")
        client.say(world.lunch, "irgendwo")
        await until(lambda: bad.failed and not client.outbox.waiting)
        assert await said_in(world, world.lunch) == ["irgendwo"]
        assert client.outbox.of(10**9) == [bad]


async def test_following_gives_each_message_once_across_cuts(world: World) -> None:
    wire = Wire(str((await world.server()).make_url("/")), await world.token("lisi"))
    client, heard = Client(wire, Outbox()), list[str]()
    await world.say("zhangsan", world.lunch, "vorher")

    async def listen() -> None:
        async for _, message in follow(client):
            heard.append(naming.one_line(message.content))

    listening = asyncio.ensure_future(listen())
    try:
        await until(client.ready.is_set)
        for n in range(5):
            await world.say("zhangsan", world.lunch, f"{n}")
            if n % 2 and client._ws:
                await client._ws.close()
        new = await world.conversation("zhangsan", "lisi")
        await world.say("zhangsan", new, "neu")
        await until(lambda: len(heard) >= 6)
        await asyncio.sleep(0.2)
        assert sorted(heard) == ["0", "1", "2", "3", "4", "neu"]
        assert [each for each in heard if each != "neu"] == ["0", "1", "2", "3", "4"]
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await wire.close()


async def test_a_server_that_is_away_is_tried_again_with_pauses_that_grow_and_vary(world: World) -> None:
    pauses = [BackOff().pause() for _ in range(50)]
    assert len(set(pauses)) == 50 and max(pauses) <= 1
    tired = BackOff(longest=30)
    assert all(tired.pause() <= 30 for _ in range(40)) and tired.failures == 40


async def test_a_page_that_is_no_server_of_ours_is_told_apart(world: World) -> None:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    wire = Wire(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        await wire.sign_in("zhangsan", "x", "test")
    except Exception as problem:
        assert "is not a server that this client knows" in str(problem)
    finally:
        await wire.close()
        await runner.cleanup()


def test_tokens_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    keep = Keep.of({"XDG_STATE_HOME": str(tmp_path)})
    one, other = Account("http://a", "zhangsan", "t1"), Account("http://b", "lisi", "t2")
    keep.remember(one)
    keep.remember(other)
    assert keep.file.stat().st_mode & 0o777 == 0o600 and keep.place.stat().st_mode & 0o777 == 0o700
    keep.file.chmod(0o644)
    assert keep.account("", "") == other and keep.account("http://a", "ZhangSan") == one
    assert keep.file.stat().st_mode & 0o777 == 0o600
    keep.forget(other)
    assert keep.account("", "") == one and keep.account("http://b", "") is None


def test_the_longest_name_that_fits_is_called_on() -> None:
    people = [("王五", 1), ("王五一", 2), ("Ann", 3), ("Anna Berg", 4)]
    assert naming.mentions("@王五一 @Anna Berg, kommt", people) == {"mentions": [2, 4]}
    assert naming.mentions("@王五，来", people) == {"mentions": [1]}
    assert naming.mentions("mail@Annabel.example @所有人", people) == {"everyone": True}

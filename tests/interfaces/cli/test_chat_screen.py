"""`wecom chat` as two people use it, each before a terminal of 80 columns and 24 lines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prompt_toolkit.utils import get_cwidth

from tests.features.messaging.searching.asking import index
from tests.interfaces.cli.terminal import CTRL_N, CTRL_Q, ENTER, ESCAPE, F1, F2, F3, F4, TAB, UP, Terminal, terminal
from tests.world import World
from wecom.features import accounts
from wecom.foundation.db import transaction
from wecom.interfaces.cli.chat.wire import SignedOut


async def url_of(world: World) -> str:
    return str((await world.server()).make_url("/"))


@asynccontextmanager
async def two_terminals(world: World, one: str, other: str) -> AsyncIterator[tuple[Terminal, Terminal]]:
    url = await url_of(world)
    async with terminal(url, await world.token(one)) as first, terminal(url, await world.token(other)) as second:
        yield first, second


async def test_two_talk_and_see_each_other_read_and_type(world: World) -> None:
    async with two_terminals(world, "zhangsan", "lisi") as (zhangsan, lisi):
        await zhangsan.sees("午饭", "2 members")
        await zhangsan.type("十二点在一楼见?", ENTER)
        await lisi.sees("张三", "十二点在一楼见?")
        await zhangsan.sees("read by 1 of 1")
        await lisi.type("好")
        await zhangsan.sees("李四 is typing…")
        await lisi.type(ENTER)
        await zhangsan.sees("  好")
        await zhangsan.sees_no("is typing")


async def test_every_line_has_the_width_of_the_screen_whatever_the_script(world: World) -> None:
    await world.say("lisi", world.lunch, "你好，世界！" * 30 + " and a tail of plain words " * 5 + "👍🏽 é")
    async with terminal(await url_of(world), await world.token("zhangsan")) as zhangsan:
        text = await zhangsan.sees("and a tail", "你好")
        assert all(get_cwidth(line) <= 80 for line in text.splitlines())
        bars = {get_cwidth(line.partition("│")[0]) for line in text.splitlines() if "│" in line}
        assert len(bars) == 1, "the line between the panes is straight"


async def test_what_would_steer_the_terminal_is_not_shown(world: World) -> None:
    await world.say("lisi", world.lunch, "red \x1b[31m bell \x07 \u202eturned \x9b31m end")
    async with terminal(await url_of(world), await world.token("zhangsan")) as zhangsan:
        text = await zhangsan.sees("red [31m bell")
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(text)


async def test_answering_calling_on_somebody_and_taking_back(world: World) -> None:
    await world.say("lisi", world.lunch, "谁订位?")
    async with two_terminals(world, "zhangsan", "lisi") as (zhangsan, lisi):
        await zhangsan.sees("谁订位?", "the beginning of what you can see")
        await zhangsan.type(UP)
        await zhangsan.sees("answering the marked message")
        await zhangsan.until(lambda _: bool(zhangsan.screen.here()[1].participants), "to know who takes part")
        await zhangsan.type("@lis")
        await zhangsan.sees("李四   lisi")
        await zhangsan.type(TAB, ENTER, "我来", ENTER)
        await lisi.sees("┆ 李四: 谁订位?", "@李四 我来")
        page = await world.services.pool.fetch("SELECT member_id FROM mentions")
        assert [row["member_id"] for row in page] == [world["lisi"].id]
        await zhangsan.sees("read by 1 of 1")
        await zhangsan.type(UP, F3)
        await zhangsan.sees("Read by 1", "✓ 李四")
        await zhangsan.type(ESCAPE)
        await zhangsan.sees_no("Read by 1")
        await zhangsan.type(UP, F4)
        await lisi.sees("(taken back)")
        await lisi.sees_no("我来")


async def test_people_are_found_by_pinyin_and_talked_to(world: World) -> None:
    async with two_terminals(world, "zhangsan", "wangwu") as (zhangsan, other):
        await zhangsan.type(F2, "wangw")
        await zhangsan.sees("People", "王五  wangwu")
        await zhangsan.type(ENTER)
        await zhangsan.sees("王五  ● here")
        await zhangsan.type("在吗?", ENTER)
        await other.sees("张三", "在吗?")


async def test_a_group_is_started_named_and_left(world: World) -> None:
    async with two_terminals(world, "zhangsan", "wangwu") as (zhangsan, other):
        await zhangsan.type("/group 爬山", ENTER)
        await zhangsan.sees("People for '爬山'")
        for name in ("lisi", "wangwu"):
            await zhangsan.type("\x15", name)
            await zhangsan.sees(f"  {name}")
            await zhangsan.type(TAB)
        await zhangsan.sees("People for '爬山': 李四, 王五")
        await zhangsan.type(ENTER)
        await zhangsan.sees("爬山  3 members")
        await other.sees("爬山")
        await zhangsan.type("/name 登山", ENTER)
        await other.sees("登山")
        await other.type("/leave", ENTER)
        await other.sees_no("登山")
        await zhangsan.sees("登山  2 members")


async def test_a_refusal_is_told_and_help_is_there(world: World) -> None:
    async with terminal(await url_of(world), await world.token("lisi")) as lisi:
        await lisi.sees("午饭")
        await lisi.type("/end", ENTER)
        await lisi.sees("Only the group's owner or one of its administrators may do this")
        await lisi.type("/nonsense", ENTER)
        await lisi.sees("There is no /nonsense")
        await lisi.type(F1)
        await lisi.sees("Keys and commands", "find people: by name, pinyin")


async def test_messages_are_searched_in_all_conversations(world: World) -> None:
    await world.say("lisi", world.lunch, "去上海饭店")
    await index(world.pool)
    async with terminal(await url_of(world), await world.token("zhangsan")) as zhangsan:
        await zhangsan.sees("午饭")
        await zhangsan.type("/search 上海", ENTER)
        await zhangsan.sees("1 found", "李四: 去[上海]饭店")
        await zhangsan.type("/search ？", ENTER)
        await zhangsan.sees("There is nothing to look for")


async def test_history_is_read_back_as_one_scrolls(world: World) -> None:
    for n in range(120):
        await world.say("lisi", world.lunch, f"nummer-{n:03}")
    async with terminal(await url_of(world), await world.token("zhangsan")) as zhangsan:
        await zhangsan.sees("  nummer-119", "  nummer-115")
        async with asyncio.timeout(30):
            while "the beginning of what you can see" not in zhangsan.text:
                await zhangsan.type("\x1b[5~")
        await zhangsan.sees("nummer-000")


async def test_another_conversation_keeps_what_was_being_written_here(world: World) -> None:
    other = await world.conversation("zhangsan", "wangwu", name="第二个群")
    await world.say("wangwu", other, "早")
    async with terminal(await url_of(world), await world.token("zhangsan")) as zhangsan:
        await zhangsan.sees("午饭  2 members")
        await zhangsan.type("halb fertig", CTRL_N)
        await zhangsan.sees("第二个群  2 members", "早")
        await zhangsan.sees_no("halb fertig")
        await zhangsan.type(CTRL_N)
        await zhangsan.sees("halb fertig")


async def test_being_signed_out_ends_it(world: World) -> None:
    with pytest.raises(SignedOut):
        async with terminal(await url_of(world), await world.token("zhangsan")) as zhangsan:
            async with transaction(world.pool) as tx:
                await accounts.end_sessions(tx, world["zhangsan"].id, "revoked")
            await zhangsan.until(lambda _: zhangsan.running.done(), "to be signed out")


async def test_leaving_keeps_what_waits(world: World, tmp_path: Path) -> None:
    url, token, outbox = await url_of(world), await world.token("zhangsan"), tmp_path / "outbox.json"
    async with terminal(url, token, outbox) as zhangsan:
        await zhangsan.sees("午饭")
        await _offline(zhangsan)
        await zhangsan.type("nicht verloren", ENTER)
        await zhangsan.sees("… waiting", "1 waiting")
        await zhangsan.type(CTRL_Q)
    assert (outbox.stat().st_mode & 0o777) == 0o600
    async with terminal(url, token, outbox) as zhangsan:
        await zhangsan.sees("nicht verloren")
        await zhangsan.sees_no("waiting")
    said = await world.services.pool.fetchval("SELECT count(*) FROM messages WHERE conversation_id = $1", world.lunch)
    assert said == 1


async def _offline(shown: Terminal) -> None:
    """The network is gone: nothing is reached any more, and the socket is cut."""
    client = shown.screen.client
    client.wire.url = "http://127.0.0.1:9"
    assert client._ws
    await client._ws.close()
    await shown.sees("reconnecting")

"""The web client keeps up with the server whatever becomes of the network, the page and the browser."""

import pytest

from .conftest import People
from .person import Person
from .site import Site
from .stores import Chat, lines

pytestmark = pytest.mark.asyncio(loop_scope="session")


KEPT = "new Promise((then) => setTimeout(() => then(true), 1500))"


def text(content: str) -> dict[str, str]:
    return {"msgtype": "text", "content": content}


async def chat_of(who: Person, account: str, group: int) -> Chat:
    """Somebody who looks at a conversation."""
    await who.sign_in(account)
    chat = Chat(who)
    await chat.live()
    await chat.do("open", group)
    await chat.until(f"chat.loaded({group})")
    return chat


async def test_two_browsers_hold_a_conversation_live(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("周五的演示", "lisi")
    async with people() as zhangsan, people() as lisi:
        one, other = await chat_of(zhangsan, "zhangsan", group), await chat_of(lisi, "lisi", group)
        await one.do("send", group, text("午饭?"))
        await other.until(f'{lines(group)}.at(-1)?.content.content === "午饭?"')
        await other.do("send", group, text("好"))
        await one.until(f"{lines(group)}.filter((each) => each.seq).length === 2")
        assert await one.said(group) == ["午饭?", "好"]
        assert await one.know(f"chat.conversation({group}).unread") == 1
        unread = await one.know("chat.badge")
        await one.do("read", group, await one.know(f"chat.conversation({group}).last.seq"))
        assert await one.know(f"chat.conversation({group}).unread") == 0
        assert await one.know("chat.badge") == unread - 1


async def test_what_is_written_offline_is_said_once_and_in_order_when_the_network_is_back(
    people: People, site: Site
) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("出差", "lisi")
    async with people() as zhangsan:
        chat = await chat_of(zhangsan, "zhangsan", group)
        await zhangsan.offline(True)
        await chat.until('chat.connection === "offline"')
        for word in ("一", "二", "三"):
            await chat.do("send", group, text(word))
        assert await chat.know(f"{lines(group)}.map((each) => each.pending)") == ["waiting"] * 3
        async with site.client("lisi") as lisi:
            await lisi.say(group, "你在吗")
        await zhangsan.offline(False)
        await chat.until(f"{lines(group)}.filter((each) => each.seq).length === 4", within=40)
        assert await chat.said(group) == ["你在吗", "一", "二", "三"]
        assert await chat.know(f"{lines(group)}.some((each) => each.pending)") is False


async def test_what_waits_to_be_sent_survives_the_page_and_what_was_read_is_there_before_the_network_is(
    people: People, site: Site
) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("山里", "lisi")
        await caller.say(group, "从这里开始")
    async with people() as zhangsan:
        chat = await chat_of(zhangsan, "zhangsan", group)
        await chat.until(KEPT)
        await zhangsan.page.route("**/api/**", lambda route: route.abort("internetdisconnected"))
        await zhangsan.page.route_web_socket("**/api/socket", lambda socket: socket.close())
        zhangsan.forgiven += ["ERR_INTERNET_DISCONNECTED", "WebSocket connection"]
        await zhangsan.page.reload()
        await chat.until("chat.conversations.length")
        await chat.do("open", group)
        await chat.do("send", group, text("从隧道里"))
        await zhangsan.page.reload()
        await chat.until("chat.conversations.length")
        await chat.do("open", group)
        await chat.until(f"{lines(group)}.length === 2")
        assert await chat.said(group) == ["从这里开始", "从隧道里"]
        await zhangsan.page.unroute("**/api/**")
        await zhangsan.page.route_web_socket("**/api/socket", lambda socket: socket.connect_to_server())
        await chat.until(f"{lines(group)}.filter((each) => each.seq).length === 2", within=40)
    async with site.client("lisi") as caller:
        page = await caller.ask("GET", f"/api/conversations/{group}/messages")
        assert [each["content"]["content"] for each in page["messages"]] == ["从这里开始", "从隧道里"]

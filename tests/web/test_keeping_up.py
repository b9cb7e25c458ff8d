"""The web client keeps up with the server whatever becomes of the network, the page and the browser."""

import pytest
from playwright.async_api import Request, expect

from .conftest import People
from .person import SIGN_IN, Person
from .site import DEMO_PASSWORD, Site
from .stores import Chat, lines

pytestmark = pytest.mark.asyncio(loop_scope="session")


DATABASES = (
    "indexedDB.databases().then((all) => all.map((each) => each.name).filter((name) => name.startsWith('wecom')))"
)
LARGE = 20 << 20
SEND_LARGE = """async ([group, size]) => {
  const chat = document.querySelector("#page").__vue_app__.config.globalProperties.$pinia._s.get("chat");
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  await chat.sendFile(group, new File([bytes], "large.bin"), "file");
}"""


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
        await chat.kept("从这里开始")
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


async def test_a_page_says_nothing_in_the_name_of_who_signed_in_beside_it(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("独一份", "lisi")
    async with people() as zhangsan:
        zhangsan.forgiven += ["403", "401"]
        chat = await chat_of(zhangsan, "zhangsan", group)
        beside = await zhangsan.context.new_page()
        await beside.goto(site.url + "/about")
        assert await beside.evaluate(SIGN_IN, {"account": "lisi", "password": DEMO_PASSWORD, "kind": "cookie"}) == 200
        await chat.do("send", group, text("我是张三"))
        await chat.until('chat.me?.userid === "lisi"')
    async with site.client("lisi") as caller:
        page = await caller.ask("GET", f"/api/conversations/{group}/messages")
        assert page["messages"] == []


async def test_two_pages_of_one_account_say_each_thing_once_and_in_order(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("两个标签页", "lisi")
    async with people() as zhangsan:
        chat = await chat_of(zhangsan, "zhangsan", group)
        other = Person(await zhangsan.context.new_page(), zhangsan.context, zhangsan.url)
        await other.open("/app/")
        beside = Chat(other)
        await beside.live()
        await beside.do("open", group)
        await zhangsan.offline(True)
        await chat.until('chat.connection === "offline"')
        for n in range(6):
            await (chat, beside)[n % 2].do("send", group, text(str(n)))
        await zhangsan.offline(False)
        said = [str(n) for n in range(6)]
        for each in (chat, beside):
            await each.until(f"{lines(group)}.filter((each) => each.seq && !each.pending).length === 6", within=40)
            assert await each.said(group) == said
    async with site.client("lisi") as caller:
        page = await caller.ask("GET", f"/api/conversations/{group}/messages")
        assert [each["content"]["content"] for each in page["messages"]] == said


async def test_an_upload_goes_on_where_it_was_when_the_page_is_opened_again(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("大文件", "lisi")
    async with people() as zhangsan:
        chat = await chat_of(zhangsan, "zhangsan", group)
        session = await zhangsan.context.new_cdp_session(zhangsan.page)
        slow = {"offline": False, "latency": 20, "downloadThroughput": 8e6, "uploadThroughput": 3e6}
        await session.send("Network.emulateNetworkConditions", slow)
        await zhangsan.page.evaluate(SEND_LARGE, [group, LARGE])
        await chat.until(f"{lines(group)}.at(-1)?.progress > 0.4", within=60)
        offsets: list[tuple[str, int]] = []
        zhangsan.page.on("request", lambda asked: _note(offsets, asked))
        await zhangsan.page.reload()
        await session.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
        await chat.until("chat.state")
        await chat.do("open", group)
        await chat.until(f"{lines(group)}.at(-1)?.seq", within=60)
    assert [method for method, _ in offsets if method == "POST"] == []
    patched = [offset for method, offset in offsets if method == "PATCH"]
    assert patched and min(patched) >= 8 << 20, offsets


def _note(offsets: list[tuple[str, int]], asked: Request) -> None:
    if "/api/uploads" in asked.url:
        offsets.append((asked.method, int(asked.headers.get("upload-offset", "0"))))


async def test_signing_out_leaves_nothing_on_the_device(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("机密", "lisi")
        await caller.say(group, "看完就没了")
    async with people(language="en") as zhangsan:
        chat = await chat_of(zhangsan, "zhangsan", group)
        await chat.kept("看完就没了")
        assert await zhangsan.page.evaluate(DATABASES) != []
        await zhangsan.open("/app/me")
        await zhangsan.page.get_by_role("button", name="Sign out").click()
        await zhangsan.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
        await expect(zhangsan.page.get_by_role("textbox", name="Account")).to_be_visible()
        assert await zhangsan.page.evaluate(DATABASES) == []
        assert await zhangsan.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('account'))") == []

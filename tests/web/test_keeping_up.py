"""The web client keeps up with the server whatever becomes of the network, the page and the browser."""

import pytest

from .conftest import People
from .site import Site
from .stores import Chat

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_browsers_hold_a_conversation_live(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("周五的演示", "lisi")
    async with people() as zhangsan, people() as lisi:
        await zhangsan.sign_in("zhangsan")
        await lisi.sign_in("lisi")
        one, other = Chat(zhangsan), Chat(lisi)
        for chat in (one, other):
            await chat.live()
            await chat.do("open", group)
            await chat.until(f"chat.loaded({group})")
        await one.do("send", group, {"msgtype": "text", "content": "午饭?"})
        await other.until(f'chat.messages({group}).value.at(-1)?.content.content === "午饭?"')
        await one.until(f"chat.messages({group}).value.at(-1)?.seq")
        assert await one.said(group) == ["午饭?"]

"""Pages are signed by Tencent's own package, `@wecom/crypto` under Node, and taken for what they are."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.journeys.sdk import Sdk
from tests.world import World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction

SCRIPT = Path(__file__).parents[1] / "javascript/sign_pages.cjs"
PAGES = (
    "https://oa.e.cn",
    "https://oa.e.cn/",
    "https://oa.e.cn/leave?a=1&b=%E5%A5%BD",
    "https://oa.e.cn/请假?谁=张三 李四",
    "http://oa.e.cn:80/x?noncestr=y&timestamp=0&url=z",
)


async def signed_by_tencent(*pages: dict[str, Any]) -> list[dict[str, Any]]:
    """What `getJsApiSignature` makes of these options."""
    node = Path(sys.prefix) / "bin/node"
    process = await asyncio.create_subprocess_exec(
        node, SCRIPT, Path(sys.prefix) / "javascript", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate(orjson.dumps(pages))
    assert process.returncode == 0, "`make dev` installs Node and the package"
    signed: list[dict[str, Any]] = orjson.loads(said)
    return signed


@pytest.fixture
async def oa(notices: Sdk) -> Sdk:
    """An app at oa.e.cn that everybody sees."""
    await notices.call(lambda c: c.agent.set(notices.app.agentid, redirect_domain="oa.e.cn"))
    return notices


async def test_a_page_is_signed_here_as_by_tencents_own_package(oa: Sdk) -> None:
    tickets = [
        await oa.call(lambda c: c.jsapi.get_jsapi_ticket()),
        await oa.call(lambda c: c.jsapi.get_agent_jsapi_ticket()),
    ]
    pages = [
        {"url": url, "ticket": ticket, "nonceStr": "Wm3WZYTPz0wzccnW", "timestamp": 1414587457}
        for url in PAGES
        for ticket in tickets
    ]
    for page, signed in zip(pages, await signed_by_tencent(*pages), strict=True):
        ours = apps.page_signature(page["ticket"], page["nonceStr"], "1414587457", page["url"])
        assert ours == signed["signature"], page
        assert ours == apps.page_signature(page["ticket"], page["nonceStr"], "1414587457", page["url"] + "#/x")


async def test_a_client_learns_whose_page_it_shows(world: World, oa: Sdk) -> None:
    client, agentid = await world.client("zhangsan"), oa.app.agentid
    company = await oa.call(lambda c: c.jsapi.get_jsapi_ticket())
    own = await oa.call(lambda c: c.jsapi.get_agent_jsapi_ticket())
    url = "https://oa.e.cn/leave?who=张三"
    of_company, of_app = await signed_by_tencent({"url": url, "ticket": company}, {"url": url, "ticket": own})

    async def check(signed: dict[str, Any], **other: Any) -> tuple[int, Any]:
        said = {"url": url, "nonce": signed["nonceStr"], "timestamp": str(signed["timestamp"])}
        answer = await client.post("/api/page-signatures/check", json=said | {"signature": signed["signature"]} | other)
        body = await answer.json()
        return answer.status, body.get("error") or [each["agentid"] for each in body["apps"]]

    assert await check(of_company) == (200, [agentid])
    assert await check(of_company, url=url + "#/there") == (200, [agentid])
    assert await check(of_company, signature=of_company["signature"].upper()) == (200, [agentid])
    assert await check(of_app, agentid=agentid) == (200, [agentid])
    unsigned = (403, "PageNotSigned")
    assert await check(of_company, agentid=agentid) == unsigned, "another ticket is for agentConfig"
    assert await check(of_app) == unsigned
    assert await check(of_company, url=url + "&x=1") == unsigned
    assert await check(of_company, nonce="other") == unsigned
    assert await check(of_company, timestamp="1414587457") == unsigned
    assert await check(of_company, url="https://evil.example.com/") == (403, "RedirectNotTrusted")
    assert await check(of_company, url="https://oa.e.cn.evil.example.com/") == (403, "RedirectNotTrusted")
    assert await check(of_company, agentid=7) == (404, "NoSuchApp")
    assert (await check(of_company, signature="x"))[0] == 400
    assert (await (await world.client(None)).post("/api/page-signatures/check", json={})).status == 401

    await world.pool.execute("UPDATE page_tickets SET issued_at = issued_at - interval '2 hours' WHERE app_id IS NULL")
    assert await check(of_company) == unsigned, "its ticket is no longer valid"
    async with transaction(world.pool) as tx:
        await apps.rotate_secret(tx, SYSTEM, oa.app.id)
    assert await check(of_app, agentid=agentid) == unsigned
    async with transaction(world.pool) as tx:
        await apps.set_visible_range(tx, SYSTEM, oa.app.id, members=[], departments=[3], tags=[])
    assert await check(of_company) == (403, "NotShownToYou")


async def test_before_any_ticket_was_asked_for_no_page_is_signed(world: World, oa: Sdk) -> None:
    client = await world.client("zhangsan")
    for agentid in (None, oa.app.agentid):
        said = {"url": "https://oa.e.cn/", "nonce": "n", "timestamp": "1", "signature": "0" * 40, "agentid": agentid}
        answer = await client.post("/api/page-signatures/check", json=said)
        assert (answer.status, (await answer.json())["error"]) == (403, "PageNotSigned")

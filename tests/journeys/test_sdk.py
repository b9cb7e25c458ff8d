"""Clients written for Tencent's cloud, unchanged: wechatpy and Apprise, with only their host redirected."""

import asyncio
from datetime import timedelta
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

import aiohttp
import apprise
import pytest
import requests

from tests.interfaces.realtime.phone import Phone
from tests.journeys.sdk import TENCENT, Redirecting, Sdk
from tests.world import PASSWORD, World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction

OPEN_PLATFORM = "https://open.weixin.qq.com"


def test_the_sdk_is_the_one_that_is_promised() -> None:
    assert version("wechatpy") == "2.0.0a26"


async def test_contacts_as_wechatpy_keeps_them(contacts: Sdk) -> None:
    made = await contacts.call(lambda c: c.department.create("广州研发中心", parent_id=1, order=7))
    id = made["id"]
    await contacts.call(lambda c: c.department.update(id, name="广州研发", order=8))
    assert (await contacts.call(lambda c: c.department.get(id)))["name"] == "广州研发"
    assert id in [each["id"] for each in await contacts.call(lambda c: c.department.list())]
    assert {"id": id, "parentid": 1, "order": 8} in await contacts.call(lambda c: c.department.simple_list())

    created = await contacts.call(
        lambda c: c.user.create("miwei", "米薇", department=[id], mobile="13888888888", gender=2, position="产品经理")
    )
    assert created["errmsg"].startswith("created")
    await contacts.call(lambda c: c.user.update("miwei", position="总监", email="miwei@example.com", enable=1))
    member = await contacts.call(lambda c: c.user.get("MiWei"))
    assert (member["name"], member["position"], member["department"]) == ("米薇", "总监", [id])
    listed = await contacts.call(lambda c: c.user.list(id))
    assert [each["userid"] for each in listed] == ["miwei"]
    below = await contacts.call(lambda c: c.department.get_users(1, fetch_child=1))
    assert {"zhangsan", "miwei"} <= {each["userid"] for each in below}
    assert (await contacts.call(lambda c: c.department.get_map_users(id)))["米薇"] == "miwei"
    assert (await contacts.call(lambda c: c.user.getuserid("13888888888"))) == "miwei"

    tag = (await contacts.call(lambda c: c.tag.create("UI", 12)))["tagid"]
    await contacts.call(lambda c: c.tag.update(tag, "UI design"))
    await contacts.call(lambda c: c.tag.add_users(tag, user_ids=["miwei", "lisi"], department_ids=[id]))
    await contacts.call(lambda c: c.tag.delete_users(tag, user_ids=["lisi"]))
    on = await contacts.call(lambda c: c.tag.get_users(tag))
    assert [each["userid"] for each in on["userlist"]] == ["miwei"] and on["partylist"] == [id]
    assert {"tagid": tag, "tagname": "UI design"} in await contacts.call(lambda c: c.tag.list())
    await contacts.call(lambda c: c.tag.delete(tag))

    assert await contacts.refused(lambda c: c.department.delete(id)) == 60005
    await contacts.call(lambda c: c.user.delete("miwei"))
    assert await contacts.refused(lambda c: c.user.get("miwei")) == 60111
    await contacts.call(lambda c: c.department.delete(id))
    await contacts.call(lambda c: c.user.batch_delete(["wangwu"]))


async def test_messages_as_wechatpy_sends_them(world: World, notices: Sdk) -> None:
    id = notices.app.agentid
    lisi, wangwu = await Phone.of(world, "lisi"), await Phone.of(world, "wangwu")
    sent = await notices.call(lambda c: c.message.send_text(id, ["lisi", "nobody"], "出差申请已批准"))
    assert sent["invaliduser"] == "nobody" and sent["msgid"]
    heard = await lisi.entry("message.sent")
    assert heard["body"]["content"] == {"msgtype": "text", "content": "出差申请已批准"}
    await notices.call(lambda c: c.message.send_text(id, "lisi", "机密", safe=1))
    assert (await lisi.entry("message.sent"))["body"]["content"]["confidential"] is True
    await notices.call(lambda c: c.message.send_text_card(id, "lisi", "领奖通知", "恭喜", "https://e.cn"))
    card = {"msgtype": "textcard", "title": "领奖通知", "description": "恭喜", "url": "https://e.cn", "button": "详情"}
    assert (await lisi.entry("message.sent"))["body"]["content"] == card
    article = {"title": "中秋节", "description": "礼品", "url": "https://e.cn/1", "image": "https://e.cn/1.png"}
    await notices.call(lambda c: c.message.send_articles(id, ["lisi"], [article]))
    assert (await lisi.entry("message.sent"))["body"]["content"]["articles"][0]["picture"] == "https://e.cn/1.png"
    await wangwu.silence()
    await notices.call(lambda c: c.message.send_markdown(id, "", "**会议室**", party_ids=["3"]))
    assert await wangwu.words() == "**会议室**"
    await lisi.silence()
    await notices.call(lambda c: c.message.send_text(id, "@all", "全体"))
    assert [await phone.words() for phone in (lisi, wangwu)] == ["全体", "全体"]
    for later in (
        lambda c: c.message.send_image(id, "lisi", "MEDIA"),
        lambda c: c.message.send_voice(id, "lisi", "MEDIA"),
        lambda c: c.message.send_file(id, "lisi", "MEDIA"),
    ):
        assert await notices.refused(later) == 40007
    assert await notices.refused(lambda c: c.message.send_text(id + 1, "lisi", "x")) == 40056


async def test_apps_and_their_chats_as_wechatpy_keeps_them(world: World, notices: Sdk) -> None:
    id = notices.app.agentid
    assert [each["agentid"] for each in await notices.call(lambda c: c.agent.list())] == [id]
    await notices.call(lambda c: c.agent.set(id, name="公告栏", description="公司公告", redirect_domain="e.cn"))
    agent = await notices.call(lambda c: c.agent.get(id))
    assert (agent["name"], agent["isreportenter"], agent["allow_partys"]) == ("公告栏", 1, {"partyid": [1]})

    zhangsan, wangwu = await Phone.of(world, "zhangsan"), await Phone.of(world, "wangwu")
    made = await notices.call(lambda c: c.appchat.create("CHATID", "项目", "zhangsan", ["zhangsan", "lisi"]))
    assert made["chatid"] == "CHATID"
    await notices.call(lambda c: c.appchat.send_text("CHATID", "你们好"))
    assert await zhangsan.words() == "你们好"
    await notices.call(lambda c: c.appchat.send("CHATID", "markdown", content="*好*"))
    assert await zhangsan.words() == "*好*"
    await notices.call(lambda c: c.appchat.send("CHATID", "textcard", title="t", description="d", url="https://e.cn"))
    news = [{"title": "t", "description": "d", "url": "https://e.cn", "picurl": "https://e.cn/p"}]
    await notices.call(lambda c: c.appchat.send("CHATID", "news", articles=news))
    kinds = [(await zhangsan.entry("message.sent"))["body"]["content"]["msgtype"] for _ in range(2)]
    assert kinds == ["textcard", "news"]
    await wangwu.silence()
    await notices.call(lambda c: c.appchat.update("CHATID", name="项目二", owner="lisi", add_user_list=["wangwu"]))
    await notices.call(lambda c: c.appchat.update("CHATID", del_user_list=["zhangsan"]))
    chat = await notices.call(lambda c: c.appchat.get("CHATID"))
    assert (chat["name"], chat["owner"], chat["userlist"]) == ("项目二", "lisi", ["lisi", "wangwu"])


async def test_members_sign_in_to_an_app_as_wechatpy_sends_them(world: World, here: str, notices: Sdk) -> None:
    await notices.call(lambda c: c.agent.set(notices.app.agentid, redirect_domain="oa.e.cn"))
    link = notices.client.oauth.authorize_url("http://oa.e.cn/cb?a=1", "STATE")
    assert link.startswith(OPEN_PLATFORM) and link.endswith("#wechat_redirect")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await browser.post(f"{here}/api/session", json={"account": "zhangsan", "password": PASSWORD})
        answer = await browser.get(here + link.removeprefix(OPEN_PLATFORM), allow_redirects=False)
    going = urlsplit(answer.headers["Location"])
    query = parse_qs(going.query)
    assert (going.scheme, going.netloc, going.path) == ("http", "oa.e.cn", "/cb")
    assert (query["a"], query["state"]) == (["1"], ["STATE"])
    who = await notices.call(lambda c: c.oauth.get_user_info(query["code"][0]))
    assert who["UserId"] == "zhangsan" and who["DeviceId"]
    assert await notices.refused(lambda c: c.oauth.get_user_info(query["code"][0])) == 42022


async def test_pages_are_signed_as_wechatpy_signs_them(notices: Sdk, contacts: Sdk) -> None:
    ticket = await notices.call(lambda c: c.jsapi.get_jsapi_ticket())
    assert await notices.call(lambda c: c.jsapi.get_jsapi_ticket()) == ticket
    assert await contacts.call(lambda c: c.jsapi.get_jsapi_ticket()) == ticket
    own = await notices.call(lambda c: c.jsapi.get_agent_jsapi_ticket())
    assert own != ticket
    url = "https://oa.e.cn/?a=好"
    signed = notices.client.jsapi.get_jsapi_signature("nonce", own, "1414587457", url)
    assert apps.page_signature(own, "nonce", "1414587457", url) == signed
    await contacts.call(lambda c: c.user.verify("zhangsan"))


async def test_a_token_that_is_no_longer_good_is_fetched_anew(world: World, notices: Sdk) -> None:
    client, services = notices.client, world.services
    client.session.set(client.access_token_key, "nonsense")
    assert await notices.call(lambda c: c.agent.list())
    good = client.session.get(client.access_token_key)
    past = services.clock() - timedelta(hours=3)
    old = await apps.issue_token(world.pool, services.key, client.secret, address="127.0.0.1", now=past)
    assert old.token != good
    client.session.set(client.access_token_key, old.token)
    assert await notices.call(lambda c: c.agent.list())
    renewed = client.session.get(client.access_token_key)
    assert renewed not in (old.token, "nonsense")
    await notices.call(lambda c: c.fetch_access_token())
    assert client.session.get(client.access_token_key) == renewed, "the same token while it is valid"
    async with transaction(world.pool) as tx:
        await apps.rotate_secret(tx, SYSTEM, notices.app.id)
    assert await notices.refused(lambda c: c.agent.list()) == 40001


async def test_apprise_posts_to_a_group_robot(world: World, here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with transaction(world.pool) as tx:
        _, key = await apps.create_robot(tx, world["zhangsan"].id, world.lunch, "报警")
    phone = await Phone.of(world, "lisi")
    begin = requests.Session.__init__

    def redirected(session: requests.Session) -> None:
        begin(session)
        session.mount(TENCENT, Redirecting(here))

    monkeypatch.setattr(requests.Session, "__init__", redirected)
    told = apprise.Apprise()
    assert told.add(f"wecombot://{key}")
    assert await asyncio.to_thread(told.notify, body="磁盘满了", title="")
    assert await phone.words() == "磁盘满了"
    assert told.add(f"{TENCENT}/cgi-bin/webhook/send?key={key}"), "and by the address as it is copied"

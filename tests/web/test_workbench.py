"""Apps of the company inside the employee app: who they are told came, and what their pages may do."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image
from playwright.async_api import FrameLocator, Page, expect

from .conftest import People
from .person import PHONE
from .site import Caller, Site
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = """<!doctype html><title>请假单</title><body>
<p id="who">%(who)s</p><p id="said"></p><button id="go">go</button>
<script src="%(chat)s/open/js/jweixin-1.2.0.js"></script>
<script src="/page.js"></script>"""

SCRIPT = """
const say = (text) => { document.getElementById("said").textContent = text; };
const here = encodeURIComponent(location.href.split("#")[0]);
fetch("/signed?url=" + here).then((answer) => answer.json()).then((signed) => {
  wx.ready(() => { say("ready"); });
  wx.error((said) => say(said.errMsg));
  wx.config({ ...signed, jsApiList: [
    "closeWindow", "openUserProfile", "startRecord", "getContext", "getLocation", "shareAppMessage",
    "chooseImage", "uploadImage", "downloadImage", "previewImage", "getLocalImgData",
  ] });
});
document.getElementById("go").onclick = () => wx.scanQRCode({ fail: (one) => wx.startRecord({ fail: (two) => {
  wx.getContext({ success: (three) => { say([one.errMsg, two.errMsg, three.entry].join(" ")); } }); } }) });
"""


@dataclass
class App:
    """A web app as a company would write it against WeCom: it signs its pages, and asks who came."""

    admin: Caller
    chat: str
    id: int = 0
    corpid: str = ""
    agentid: int = 0
    token: str = ""
    url: str = ""
    signs_wrongly: bool = False
    came: list[str] = field(default_factory=list)

    async def cgi(self, path: str, **query: str) -> Any:
        told = await self.admin.ask("GET", f"/cgi-bin/{path}?{urlencode(query)}")
        assert told["errcode"] == 0, told
        return told

    def authorize(self) -> str:
        query = {
            "appid": self.corpid,
            "redirect_uri": f"{self.url}/cb",
            "response_type": "code",
            "scope": "snsapi_base",
        }
        return f"{self.chat}/connect/oauth2/authorize?{urlencode(query | {'agentid': self.agentid})}#wechat_redirect"

    async def home(self, request: web.Request) -> web.Response:
        script = f"<script>location.href = {self.authorize()!r}</script>"
        return web.Response(text=script, content_type="text/html")

    async def entered(self, request: web.Request) -> web.Response:
        found = await self.cgi("auth/getuserinfo", access_token=self.token, code=request.query["code"])
        self.came.append(found["userid"])
        page = PAGE % {"who": found["userid"], "chat": self.chat}
        return web.Response(text=page, content_type="text/html", headers={"Referrer-Policy": "no-referrer"})

    async def script(self, request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def signed(self, request: web.Request) -> web.Response:
        ticket = (await self.cgi("get_jsapi_ticket", access_token=self.token))["ticket"]
        said = f"jsapi_ticket={ticket}&noncestr=abc&timestamp=1700000000&url={request.query['url']}"
        signature = hashlib.sha1(said.encode()).hexdigest() if not self.signs_wrongly else "0" * 40
        return web.json_response(
            {"appId": self.corpid, "nonceStr": "abc", "timestamp": 1700000000, "signature": signature}
        )


@asynccontextmanager
async def an_app(site: Site, name: str) -> AsyncIterator[App]:
    async with site.client("admin") as admin:
        app = App(admin, site.url)
        served = web.Application()
        routes: dict[str, Callable[[web.Request], Awaitable[web.Response]]] = {
            "/": app.home, "/cb": app.entered, "/page.js": app.script, "/signed": app.signed,
        }  # fmt: skip
        for path, handler in routes.items():
            served.router.add_get(path, handler)
        async with TestServer(served) as server:
            app.url = str(server.make_url("")).rstrip("/")
            made = await admin.ask("POST", "/api/company-apps", json={"name": name, "visible": {"department_ids": [1]}})
            app.id, app.agentid = made["app"]["id"], made["app"]["agentid"]
            about = {"home_url": f"{app.url}/", "redirect_domains": [app.url]}
            await admin.ask("PATCH", f"/api/company-apps/{app.id}", json=about)
            app.corpid = site.server.facts["corpid"]
            token = await app.cgi("gettoken", corpid=app.corpid, corpsecret=made["secret"])
            app.token = token["access_token"]
            yield app


async def opened(page: Page, name: str) -> None:
    await page.get_by_role("main").get_by_role("link", name=name).click()


async def test_a_web_app_opens_inside_knows_who_came_and_gets_what_it_signed_for(people: People, site: Site) -> None:
    async with an_app(site, "请假") as app, people(size=PHONE) as lisi:
        # Chromium says so of every page of our own in such a frame; ours does not try.
        lisi.forgiven.append("can escape its sandboxing")
        await lisi.sign_in("lisi")
        await lisi.open("/app/workbench")
        page = lisi.page
        await opened(page, "请假")
        inside = page.frame_locator("iframe")
        await expect(inside.locator("#who")).to_have_text("lisi")
        await expect(inside.locator("#said")).to_have_text("ready")
        await expect(page.get_by_role("heading", name="请假单")).to_be_visible()
        assert app.came == ["lisi"]
        await inside.locator("#go").click()
        said = "scanQRCode:permission denied startRecord:function not exist normal"
        await expect(inside.locator("#said")).to_have_text(said)
        assert await lisi.violations() == []
        await inside.locator("body").evaluate("wx.openUserProfile({ type: 1, userid: 'zhangsan' })")
        await expect(page.get_by_role("heading", name="张三").first).to_be_visible()


async def test_a_page_that_is_not_signed_by_its_app_gets_nothing(people: People, site: Site) -> None:
    async with an_app(site, "假的") as app, people() as lisi:
        app.signs_wrongly = True
        lisi.forgiven += ["page-signatures/check", "403"]
        # Chromium says so of every page of our own in such a frame; ours does not try.
        lisi.forgiven.append("can escape its sandboxing")
        await lisi.sign_in("lisi")
        await lisi.open("/app/workbench")
        page = lisi.page
        await opened(page, "假的")
        inside = page.frame_locator("iframe")
        await expect(inside.locator("#said")).to_have_text("config:invalid signature")
        await inside.locator("body").evaluate("wx.closeWindow()")
        await expect(page.get_by_role("heading", name="假的")).to_be_visible()


ASK = "(page, [name, args]) => new Promise((told) => wx.invoke(name, args, told))"


async def ask(inside: FrameLocator, name: str, **args: Any) -> dict[str, Any]:
    return dict(await inside.locator("body").evaluate(ASK, [name, args]))


async def test_a_picture_chosen_in_a_page_goes_to_its_app_and_comes_back(
    people: People, site: Site, tmp_path: Path
) -> None:
    receipt = tmp_path / "票.png"
    Image.effect_noise((640, 480), 60).save(receipt)
    async with an_app(site, "报销") as app, people(language="en") as lisi:
        lisi.forgiven.append("can escape its sandboxing")
        await lisi.sign_in("lisi")
        await lisi.open("/app/workbench")
        page = lisi.page
        await opened(page, "报销")
        inside = page.frame_locator("iframe")
        await expect(inside.locator("#said")).to_have_text("ready")
        choose = "wx.chooseImage({ count: 1, success: ({ localIds }) => { globalThis.own = localIds[0]; } })"
        await inside.locator("body").evaluate(f"() => {{ go.onclick = () => {choose} }}")
        async with page.expect_file_chooser() as chosen:
            await inside.locator("#go").click()
        await (await chosen.value).set_files(receipt)
        own = await until(lambda: inside.locator("body").evaluate("globalThis.own"))

        given = await ask(inside, "uploadImage", localId=own)
        assert given["err_msg"] == "uploadImage:ok"
        query = {"access_token": app.token, "media_id": given["serverId"]}
        async with app.admin.http.get(f"{site.url}/cgi-bin/media/get", params=query) as answer:
            assert await answer.read() == receipt.read_bytes()

        again = await ask(inside, "downloadImage", serverId=given["serverId"])
        data = await ask(inside, "getLocalImgData", localId=again["localId"])
        assert data["localData"].startswith("data:image/png;base64,")
        assert (await ask(inside, "downloadImage", serverId="x" * 44))["err_msg"].startswith("downloadImage:fail")
        lisi.forgiven.append("404")

        assert (await ask(inside, "previewImage", urls=[own], current=own))["err_msg"] == "previewImage:ok"
        shown = page.get_by_role("dialog").get_by_role("img")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("(each) => each.decode().then(() => each.naturalWidth)") == 640
        assert await lisi.violations() == []


async def test_a_page_learns_where_one_is_by_leave_and_is_passed_on_to_a_conversation(
    people: People, site: Site
) -> None:
    beijing = {"latitude": 39.908823, "longitude": 116.39747}
    about: dict[str, Any] = {"permissions": ["geolocation"], "geolocation": beijing, "size": PHONE, "language": "en"}
    async with an_app(site, "外勤") as app, site.client("lisi") as caller, people(**about) as lisi:
        group = await caller.group("Field work", "zhangsan")
        lisi.forgiven.append("can escape its sandboxing")
        await lisi.sign_in("lisi")
        await lisi.open("/app/workbench")
        page = lisi.page
        await opened(page, "外勤")
        inside = page.frame_locator("iframe")
        await expect(inside.locator("#said")).to_have_text("ready")

        asked = asyncio.create_task(ask(inside, "getLocation", type="gcj02"))
        await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        assert (await asked)["err_msg"] == "getLocation:cancel"
        asked = asyncio.create_task(ask(inside, "getLocation", type="gcj02"))
        await page.get_by_role("dialog").get_by_role("button", name="Allow").click()
        there = await asked
        assert (round(there["latitude"], 3), round(there["longitude"], 3)) == (39.910, 116.404)
        plain = await ask(inside, "getLocation")  # allowed for as long as the app is open
        assert (plain["latitude"], plain["longitude"]) == (beijing["latitude"], beijing["longitude"])

        link = f"{app.url}/visits/42"
        asked = asyncio.create_task(ask(inside, "shareAppMessage", title="拜访 42", desc="A client", link=link))
        await page.get_by_role("searchbox", name="Find a conversation").fill("field")
        await page.get_by_role("button", name="Field work").click()
        assert await lisi.violations() == []
        await page.get_by_role("button", name="Send").click()
        assert (await asked)["err_msg"] == "shareAppMessage:ok"
        told = await until(lambda: caller.ask("GET", f"/api/conversations/{group}/messages"), lambda it: it["messages"])
        assert [each["content"]["content"] for each in told["messages"]] == [f"拜访 42\nA client\n{link}"]

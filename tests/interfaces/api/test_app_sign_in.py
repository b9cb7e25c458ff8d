"""Signing in to apps in a browser: with a session, by consent, by a picture that another device scans."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from tests.house.source import import_everything, subclasses
from tests.world import CORPID, PASSWORD, World
from wecom.features import accounts, apps
from wecom.features.accounts import COOKIE, SYSTEM, Recognised, csrf_token
from wecom.features.apps import logins, sign_in
from wecom.foundation.db import transaction
from wecom.foundation.errors import WecomError
from wecom.interfaces.api.app_words import REASONS, WORDS

CALLBACK = "https://oa.example.com/cb"
AUTHORIZE = "/connect/oauth2/authorize"
LOGIN = "/wwlogin/sso/login"


class Browser:
    """Somebody's browser; nobody's is not signed in."""

    def __init__(self, client: "TestClient[Any, Any]", csrf: str) -> None:
        self.client, self.csrf = client, csrf

    async def open(self, path: str, **query: object) -> ClientResponse:
        said = {name: str(value) for name, value in query.items()}
        return await self.client.get(path, params=said, allow_redirects=False)

    async def authorize(self, agentid: object = "", redirect_uri: str = CALLBACK, **also: object) -> ClientResponse:
        link = {"appid": CORPID, "redirect_uri": redirect_uri, "response_type": "code", "scope": "snsapi_base"}
        return await self.open(AUTHORIZE, **link | {"state": "STATE", "agentid": agentid} | also)

    async def post(self, path: str, **body: object) -> tuple[int, dict[str, Any]]:
        return await self.call("POST", path, body)

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        answer = await self.client.request(method, path, json=body, headers={"X-CSRF-Token": self.csrf})
        return answer.status, await answer.json()


class Office:
    """A server, an app at oa.example.com that 研发部 and 王五 may use, and browsers."""

    def __init__(self, world: World, server: TestServer, app: apps.AppProfile) -> None:
        self.world, self.server, self.app = world, server, app

    async def browser(self, userid: str | None) -> Browser:
        cookies, csrf = {}, ""
        if userid:
            hash = await self.world.pool.fetchval("SELECT hash FROM passwords LIMIT 1")
            who = Recognised(self.world[userid].id, userid, hash, None, False)
            async with transaction(self.world.pool) as tx:
                session = await accounts.start_session(tx, who, "cookie", days=1)
            cookies, csrf = {COOKIE: session.token}, csrf_token(self.world.services.key, session.token)
        client = await self.world.clients.enter_async_context(TestClient(self.server, cookies=cookies))
        return Browser(client, csrf)

    async def trust(self, *domains: str) -> None:
        async with transaction(self.world.pool) as tx:
            await apps.change_app(tx, SYSTEM, self.app.id, redirect_domains=domains)

    async def brought(self, going: str) -> apps.SignedInMember:
        """Who the app learns came with the code in this address."""
        async with transaction(self.world.pool) as tx:
            app = apps.SpeakingApp(
                self.app.id, "app", self.app.agentid, self.app.name, await apps.sight_of(tx, self.app)
            )
            code = parse_qs(urlsplit(going).query)["code"][0]
            return await apps.redeem_code(tx, self.world.services.key, app, code)

    async def recorded(self, *actions: str) -> list[str]:
        rows = await self.world.pool.fetch(
            "SELECT action FROM audit_records WHERE action = ANY($1::text[]) ORDER BY id", list(actions)
        )
        return [row["action"] for row in rows]


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    async with transaction(world.pool) as tx:
        made, _ = await apps.create_app(
            tx, SYSTEM, "请假 <b>", visible_departments=[2], visible_members=[world["wangwu"].id]
        )
        app = await apps.change_app(tx, SYSTEM, made.id, redirect_domains=["oa.example.com", "oa.example.com:8443"])
    yield Office(world, await world.server(), app)


async def test_who_is_signed_in_goes_on_at_once(office: Office) -> None:
    browser = await office.browser("zhangsan")
    for agentid in (office.app.agentid, ""):
        answer = await browser.authorize(agentid)
        going = answer.headers["Location"]
        assert answer.status == 302 and re.fullmatch(r"https://oa\.example\.com/cb\?code=[\w-]{43}&state=STATE", going)
        assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
        found = await office.brought(going)
        assert (found.member.userid, found.private) == ("zhangsan", False)


async def test_who_is_not_signed_in_does_so_first_and_then_goes_on(office: Office) -> None:
    browser = await office.browser(None)
    page = await browser.authorize(office.app.agentid, lang="en")
    text = await page.text()
    assert page.status == 200 and "Location" not in page.headers
    assert "Sign in to 请假 &lt;b&gt;" in text and "oa.example.com" in text and "<b>" not in text
    status, _ = await browser.post("/api/session", account="zhangsan", password=PASSWORD)
    assert status == 200
    answer = await browser.authorize(office.app.agentid)
    assert (await office.brought(answer.headers["Location"])).member.userid == "zhangsan"


async def test_a_bearer_token_or_a_password_that_must_change_signs_nobody_in_to_an_app(office: Office) -> None:
    bearer = await office.world.client("zhangsan")
    link = f"{AUTHORIZE}?appid={CORPID}&redirect_uri={CALLBACK}&response_type=code&scope=snsapi_base"
    assert (await bearer.get(link, allow_redirects=False)).status == 200
    browser = await office.browser("zhangsan")
    assert (await browser.authorize()).status == 302
    await office.world.pool.execute("UPDATE passwords SET must_change = true")
    assert (await browser.authorize()).status == 200


WRONG_ADDRESSES = (
    "https://evil.example/cb",
    "https://oa.example.com.evil.example/",
    "https://oa.example.com@evil.example/",
    "https://evil.example\\@oa.example.com/",
    "https://oа.example.com/",
    "//oa.example.com/",
    "javascript:alert(1)//oa.example.com",
    "https://oa.example.com:444/cb",
    "https://oa.example.com\r\nLocation: https://evil.example/",
    "",
)


async def test_nobody_is_sent_where_no_app_is(office: Office) -> None:
    browser = await office.browser("zhangsan")
    for address in WRONG_ADDRESSES:
        for agentid in (office.app.agentid, ""):
            answer = await browser.authorize(agentid, address)
            assert answer.status in (400, 403) and "Location" not in answer.headers, address
            assert "错误码 50001" in await answer.text(), address
        answer = await browser.open(LOGIN, appid=CORPID, agentid=office.app.agentid, redirect_uri=address)
        assert answer.status in (400, 403) and re.search("错误码 -310(35|39)", await answer.text()), address
    assert not await office.world.pool.fetchval("SELECT count(*) FROM app_codes")


WRONG_LINKS: tuple[tuple[dict[str, object], str], ...] = (
    ({"appid": "ww0000000000000000"}, "错误码 40013"),
    ({"response_type": "token"}, "response_type"),
    ({"scope": "snsapi_everything"}, "scope"),
    ({"scope": "snsapi_privateinfo", "agentid": ""}, "agentid"),
    ({"agentid": 1}, "错误码 40056"),
    ({"agentid": "x"}, "错误码 40056"),
    ({"agentid": "9" * 40}, "错误码 40056"),
    ({"state": "a" * 129}, "128"),
    ({"state": "a\r\nb"}, "state"),
)


async def test_a_link_that_is_wrong_says_so_on_a_page(office: Office) -> None:
    browser = await office.browser("zhangsan")
    for wrong, says in WRONG_LINKS:
        answer = await browser.authorize(**{"agentid": office.app.agentid} | wrong)
        assert answer.status in (400, 404) and "Location" not in answer.headers, wrong
        assert says in await answer.text(), wrong


async def test_whom_the_app_is_not_shown_to_get_no_further(office: Office) -> None:
    browser = await office.browser("auditor")
    for answer in (await browser.authorize(office.app.agentid), await browser.authorize()):
        assert answer.status == 403 and REASONS["NotShownToYou"] in await answer.text()
    async with transaction(office.world.pool) as tx:
        await apps.set_app_enabled(tx, SYSTEM, office.app.id, False)
    disabled = await (await office.browser("zhangsan")).authorize(office.app.agentid)
    assert disabled.status == 403 and REASONS["AppDisabled"] in await disabled.text()
    assert not await office.world.pool.fetchval("SELECT count(*) FROM app_codes")


async def test_what_is_private_takes_consent_which_can_be_taken_back(office: Office) -> None:
    browser, agentid, scope = await office.browser("lisi"), office.app.agentid, "snsapi_privateinfo"
    page = await browser.authorize(agentid, scope=scope)
    text = await page.text()
    assert page.status == 200 and "手机号" in text and "请假 &lt;b&gt;" in text and "oa.example.com" in text
    assert 'href="https://oa.example.com/cb?state=STATE"' in text, "who refuses goes back without a code"
    path = f"/api/me/app-consents/{office.app.id}"
    foreign = await browser.client.put(path)
    assert (foreign.status, (await foreign.json())["error"]) == (403, "CsrfMissing")
    assert (await browser.call("PUT", path))[0] == 200
    going = (await browser.authorize(agentid, scope=scope)).headers["Location"]
    assert (await office.brought(going)).private
    assert not (await office.brought((await browser.authorize(agentid)).headers["Location"])).private
    [consent] = (await browser.call("GET", "/api/me/app-consents"))[1]["consents"]
    assert consent["app_id"] == office.app.id
    listed = await (await browser.open("/app-consents")).text()
    assert "请假 &lt;b&gt;" in listed and f'data-app="{office.app.id}"' in listed and "李四" in listed
    assert (await browser.call("DELETE", path))[0] == 200
    assert "data-app" not in await (await browser.open("/app-consents")).text()
    assert (await browser.call("DELETE", path))[1]["error"] == "NoSuchConsent"
    assert (await browser.authorize(agentid, scope=scope)).status == 200
    assert await office.recorded("app.consent", "app.withdraw_consent") == ["app.consent", "app.withdraw_consent"]
    stranger = await office.browser("auditor")
    assert (await stranger.call("PUT", path))[1]["error"] == "NotShownToYou"
    assert (await stranger.call("PUT", "/api/me/app-consents/1"))[1]["error"] == "NoSuchApp"


async def begun(office: Office, browser: Browser, **other: object) -> tuple[int, dict[str, Any]]:
    link = {"appid": CORPID, "agentid": office.app.agentid, "redirect_uri": CALLBACK, "state": "web@1"}
    return await browser.post("/api/app-logins", **link | other)


async def test_one_device_signs_in_by_confirming_on_another(office: Office) -> None:
    desk, phone = await office.browser(None), await office.browser("lisi")
    page = await desk.open(LOGIN, login_type="CorpApp", appid=CORPID, agentid=office.app.agentid, redirect_uri=CALLBACK)
    assert page.status == 200 and WORDS["zh"]["scan"] in await page.text()
    status, login = await begun(office, desk)
    assert status == 200 and login["picture"].startswith("data:image/svg+xml")
    shown, asking = login["link"].partition("/app-login#")[2], login["asking"]
    assert shown and asking not in login["link"]
    assert (await desk.post("/api/app-logins/outcome", asking=asking))[1] == {"outcome": "waiting", "go_to": None}
    assert (await desk.post("/api/app-logins/outcome", asking=shown))[1]["error"] == "NoSuchLogin"
    _, seen = await phone.post("/api/app-logins/look", shown=shown)
    assert (seen["app"], seen["domain"], seen["address"]) == ("请假 <b>", "oa.example.com", "127.0.0.1")
    assert (await desk.post("/api/app-logins/outcome", asking=asking))[1]["outcome"] == "looked_at"
    assert (await phone.post("/api/app-logins/confirm", shown=shown))[0] == 200
    answers = await asyncio.gather(*(desk.post("/api/app-logins/outcome", asking=asking) for _ in range(4)))
    [going] = [answer["go_to"] for status, answer in answers if status == 200]
    assert going.startswith(f"{CALLBACK}?code=") and going.endswith("&state=web%401")
    assert (await office.brought(going)).member.userid == "lisi"
    assert (await phone.post("/api/app-logins/confirm", shown=shown))[1]["error"] == "NoSuchLogin"
    assert await office.recorded("app.confirm_login", "app.sign_in") == ["app.confirm_login", "app.sign_in"]


async def test_who_refuses_sends_the_other_device_back_without_a_code(office: Office) -> None:
    desk, phone = await office.browser(None), await office.browser("lisi")
    _, login = await begun(office, desk)
    assert (await phone.post("/api/app-logins/refuse", shown=login["link"].partition("#")[2]))[0] == 200
    _, answer = await desk.post("/api/app-logins/outcome", asking=login["asking"])
    assert answer == {"outcome": "refused", "go_to": f"{CALLBACK}?state=web%401"}
    assert await office.recorded("app.refuse_login") == ["app.refuse_login"]


async def test_a_login_is_confirmed_by_who_looked_first_with_our_own_page_and_while_it_lasts(office: Office) -> None:
    desk, phone = await office.browser(None), await office.browser("lisi")
    _, login = await begun(office, desk)
    shown = login["link"].partition("#")[2]
    assert (await desk.post("/api/app-logins/confirm", shown=shown))[1]["error"] == "NotSignedIn"
    assert (await (await office.browser("auditor")).post("/api/app-logins/look", shown=shown))[1][
        "error"
    ] == "NotShownToYou"
    await phone.post("/api/app-logins/look", shown=shown)
    other = await office.browser("zhangsan")
    for step in ("look", "confirm", "refuse"):
        assert (await other.post(f"/api/app-logins/{step}", shown=shown))[1]["error"] == "NoSuchLogin"
    forged = await phone.client.post("/api/app-logins/confirm", json={"shown": shown})
    assert (await forged.json())["error"] == "CsrfMissing"
    await office.world.pool.execute("UPDATE app_logins SET expires_at = now()")
    assert (await phone.post("/api/app-logins/confirm", shown=shown))[1]["error"] == "NoSuchLogin"
    assert (await desk.post("/api/app-logins/outcome", asking=login["asking"]))[1]["error"] == "NoSuchLogin"


async def test_a_login_leads_nowhere_once_its_domain_or_its_member_is_gone(office: Office) -> None:
    desk, phone = await office.browser(None), await office.browser("lisi")
    _, first = await begun(office, desk)
    _, second = await begun(office, desk)
    for login in (first, second):
        assert (await phone.post("/api/app-logins/confirm", shown=login["link"].partition("#")[2]))[0] == 200
    await office.trust("elsewhere.example.com")
    assert (await desk.post("/api/app-logins/outcome", asking=first["asking"]))[1]["error"] == "RedirectNotTrusted"
    await office.trust("oa.example.com")
    async with transaction(office.world.pool) as tx:
        await apps.set_visible_range(tx, SYSTEM, office.app.id, departments=[3])
    assert (await desk.post("/api/app-logins/outcome", asking=first["asking"]))[1]["error"] == "NotShownToYou"
    async with transaction(office.world.pool) as tx:
        await accounts.end_sessions(tx, office.world["lisi"].id, "revoked")
        await apps.set_visible_range(tx, SYSTEM, office.app.id, departments=[2])
    _, answer = await desk.post("/api/app-logins/outcome", asking=second["asking"])
    with pytest.raises(apps.CodeInvalid):
        await office.brought(answer["go_to"])


async def test_logins_are_begun_for_our_own_apps_and_only_so_often(office: Office) -> None:
    desk = await office.browser(None)
    assert (await begun(office, desk, appid="ww0000000000000000"))[1]["error"] == "AnotherCompany"
    assert (await begun(office, desk, agentid=1))[1]["error"] == "NoSuchApp"
    assert (await begun(office, desk, redirect_uri="https://evil.example/"))[1]["error"] == "RedirectNotTrusted"
    await office.world.services.limiter.count("logins:127.0.0.1", 60, n=logins.MOST_PER_MINUTE - 4)
    assert [(await begun(office, desk))[0] for _ in range(2)] == [200, 429]


async def test_secrets_of_a_login_are_kept_as_hashes(office: Office) -> None:
    _, login = await begun(office, await office.browser(None))
    [row] = await office.world.pool.fetch("SELECT app_logins::text AS row FROM app_logins")
    assert login["asking"] not in row["row"] and login["link"].partition("#")[2] not in row["row"]


async def test_the_login_page_may_stand_in_a_frame_of_the_apps_own_the_others_in_none(
    office: Office,
) -> None:
    browser, about = await office.browser("zhangsan"), {"appid": CORPID, "agentid": office.app.agentid}
    for path in (LOGIN, "/wwopen/sso/qrConnect"):
        answer = await browser.open(path, redirect_uri=CALLBACK, **about)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors https://oa.example.com http://oa.example.com https://oa.example.com:8443 " in policy
        assert "X-Frame-Options" not in answer.headers
        text = await answer.text()
        assert "张三（zhangsan）" in text and 'name="password"' not in text
        [onward] = re.findall(r'class="button" href="(/connect[^"]+)"', text)
        going = await browser.client.get(onward.replace("&amp;", "&"), allow_redirects=False)
        assert (await office.brought(going.headers["Location"])).member.userid == "zhangsan"
    stranger = await office.browser(None)
    ours = [await stranger.open(path) for path in ("/app-login", "/app-consents")]
    inside = [await stranger.authorize(), await browser.authorize("x")]
    for answers, around, frames in ((ours, "'none'", "DENY"), (inside, "'self'", "SAMEORIGIN")):
        for answer in answers:
            assert f"frame-ancestors {around}" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Frame-Options"] == frames and answer.headers["Referrer-Policy"] == "no-referrer"
    refused = await browser.open(LOGIN, redirect_uri=CALLBACK, login_type="ServiceApp", **about)
    assert refused.status == 400 and "错误码 -31040" in await refused.text()


async def test_pages_speak_the_browsers_language_and_the_links(office: Office) -> None:
    browser = await office.browser(None)
    asked = {"appid": CORPID, "redirect_uri": CALLBACK, "response_type": "code", "scope": "snsapi_base"}

    async def heading(accept: str, **query: str) -> str:
        answer = await browser.client.get(AUTHORIZE, params=asked | query, headers={"Accept-Language": accept})
        return (await answer.text()).split("<h1>")[1].split(" ")[0]

    assert [await heading(each) for each in ("", "zh-CN,en;q=0.8", "en-GB", "de")] == ["登录", "登录", "Sign", "登录"]
    assert [await heading("en", lang="zh"), await heading("zh", lang="en")] == ["登录", "Sign"]
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    import_everything()
    assert set(REASONS) <= {each.__name__ for each in subclasses(WecomError)}, "each translates a refusal there is"


async def test_a_page_that_asks_in_a_circle_is_stopped(office: Office) -> None:
    browser = await office.browser("zhangsan")
    await office.world.services.limiter.count(f"codes:{office.world['zhangsan'].id}", 60, n=sign_in.MOST_PER_MINUTE - 1)
    assert [(await browser.authorize()).status for _ in range(2)] == [302, 429]

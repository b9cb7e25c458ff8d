"""Signing in to apps as people do it: in a real browser, with what the pages' own script does."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.browser import Browser
from tests.world import CORPID, PASSWORD, World
from wecom.features import accounts, apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction

SITE = "http://oa.example.com"
NEW_PASSWORD = "Reiher-am-Teich-31"


@dataclass
class Office:
    """A server, and an app at oa.example.com that everybody may use."""

    world: World
    url: str
    agentid: int

    def authorize(self, scope: str = "snsapi_base") -> str:
        said = {"redirect_uri": f"{SITE}/cb", "response_type": "code", "scope": scope, "state": "S"}
        return f"{self.url}/connect/oauth2/authorize?" + urlencode({"appid": CORPID, "agentid": self.agentid} | said)

    def login(self) -> str:
        said = {"login_type": "CorpApp", "appid": CORPID, "agentid": self.agentid}
        return f"{self.url}/wwlogin/sso/login?" + urlencode(said | {"redirect_uri": f"{SITE}/cb", "state": "S"})

    async def who_came(self, page: Page) -> apps.SignedInMember:
        """Whom the app meets, once the browser has come to it with a code."""
        await page.wait_for_url(f"{SITE}/cb?**")
        query = parse_qs(urlsplit(page.url).query)
        assert query["state"] == ["S"]
        async with transaction(self.world.pool) as tx:
            found = await apps.profile_of_agentid(tx, self.agentid)
            assert found
            app = apps.SpeakingApp(found.id, "app", found.agentid, found.name, await apps.sight_of(tx, found))
            return await apps.redeem_code(tx, self.world.services.key, app, query["code"][0])


@pytest.fixture
async def office(world: World, browser: Browser) -> Office:
    browser.sites["oa.example.com"] = "the app"
    async with transaction(world.pool) as tx:
        made, _ = await apps.create_app(tx, SYSTEM, "请假 <b>", visible_departments=[1])
        app = await apps.change_app(tx, SYSTEM, made.id, redirect_domains=["oa.example.com"])
    assert app.agentid
    return Office(world, str((await world.server()).make_url("")).rstrip("/"), app.agentid)


async def sign_in(page: Page, userid: str, password: str = PASSWORD) -> None:
    await page.get_by_label("Userid").fill(userid)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_password_leads_on_to_the_app_and_a_wrong_one_is_told(office: Office, browser: Browser) -> None:
    async with browser.person(width=390, height=844) as phone:
        await phone.goto(office.authorize())
        await sign_in(phone, "zhangsan", "wrong")
        await expect(phone.get_by_role("alert")).not_to_be_empty()
        await expect(phone.get_by_role("button", name="Sign in")).to_be_enabled()
        assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await sign_in(phone, "zhangsan")
        assert (await office.who_came(phone)).member.userid == "zhangsan"
    browser.forgive("401")


async def test_who_must_choose_another_password_does_so_on_the_way(office: Office, browser: Browser) -> None:
    async with transaction(office.world.pool) as tx:
        hash = await office.world.services.hasher.hash(PASSWORD)
        await accounts.set_password(tx, office.world["lisi"].id, hash, must_change=True)
    async with browser.person() as person:
        await person.goto(office.authorize())
        await sign_in(person, "lisi")
        await person.get_by_label("New password").fill(NEW_PASSWORD)
        await person.get_by_role("button", name="Sign in").click()
        assert (await office.who_came(person)).member.userid == "lisi"


async def test_consent_is_asked_for_once_and_can_be_taken_back(office: Office, browser: Browser) -> None:
    async with browser.person() as page:
        await page.goto(office.authorize("snsapi_privateinfo"))
        await sign_in(page, "wangwu")
        await expect(page.get_by_role("heading")).to_contain_text("请假 <b>")
        await page.get_by_role("button", name="Allow").click()
        assert (await office.who_came(page)).private
        await page.goto(office.authorize("snsapi_privateinfo"))
        assert (await office.who_came(page)).private
        await page.goto(f"{office.url}/app-consents")
        await page.get_by_role("button").click()
        await expect(page.get_by_role("button")).to_have_count(0)
        await page.goto(office.authorize("snsapi_privateinfo"))
        await expect(page.get_by_role("button", name="Allow")).to_be_visible()
        await page.get_by_role("link", name="Refuse").click()
        await page.wait_for_url(f"{SITE}/cb?state=S")


async def scanned(waiting: Page, office: Office) -> str:
    """The address in the picture that a screen shows, as a phone's camera reads it."""
    async with waiting.expect_response("**/api/app-logins") as begun:
        await waiting.goto(office.login())
    link: str = (await (await begun.value).json())["link"]
    await expect(waiting.get_by_role("img")).to_be_visible()
    return link


async def test_a_phone_confirms_what_a_screen_shows(office: Office, browser: Browser) -> None:
    async with browser.person() as desk, browser.person(width=390, height=844) as phone:
        link = await scanned(desk, office)
        await phone.goto(link)
        await sign_in(phone, "lisi")
        await expect(phone.get_by_role("heading")).to_contain_text("请假 <b>")
        await expect(desk.locator("#state")).to_contain_text("Scanned")
        await phone.get_by_role("button", name="Sign in there").click()
        assert (await office.who_came(desk)).member.userid == "lisi"
        assert "#" not in phone.url, "the address is of no more use, and is not kept"
    browser.forgive("401")


async def test_a_phone_refuses_and_the_screen_goes_back_without_a_code(office: Office, browser: Browser) -> None:
    async with browser.person() as desk, browser.person(width=390, height=844) as phone:
        link = await scanned(desk, office)
        await phone.goto(link)
        await sign_in(phone, "lisi")
        await phone.get_by_role("button", name="Refuse").click()
        await desk.wait_for_url(f"{SITE}/cb?state=S")
    browser.forgive("401")


FRAMING = "<script>onmessage = (e) => { document.title = e.data; origin_ = e.origin; }</script><iframe src='%s'>"


async def test_framed_by_its_app_it_takes_no_password_and_tells_where_to_go(office: Office, browser: Browser) -> None:
    browser.sites["oa.example.com"] = FRAMING % office.login()
    async with browser.person() as desk, browser.person() as phone:
        async with desk.expect_response("**/api/app-logins") as begun:
            await desk.goto(SITE + "/")
        frame = desk.frame_locator("iframe")
        await expect(frame.get_by_role("img")).to_be_visible()
        await expect(frame.get_by_label("Password", exact=True)).to_be_hidden()
        await phone.goto((await (await begun.value).json())["link"])
        await sign_in(phone, "lisi")
        await phone.get_by_role("button", name="Sign in there").click()
        await expect(desk).to_have_title(re.compile(rf"^{SITE}/cb\?code=[\w-]+&state=S$"))
        assert await desk.evaluate("origin_") == office.url
        await expect(frame.get_by_role("link", name="Go on")).to_be_visible()
    browser.forgive("401")


async def test_a_stranger_may_not_frame_it(office: Office, browser: Browser) -> None:
    browser.sites["evil.example.com"] = FRAMING % office.login()
    async with browser.person() as person:
        await person.goto("http://evil.example.com/")
        assert await person.frame_locator("iframe").get_by_role("img").count() == 0
    browser.forgive("frame-ancestors")

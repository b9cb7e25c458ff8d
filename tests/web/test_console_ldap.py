"""LDAP in the console, with a directory that is really there: checked, looked at, done, and what goes wrong said."""

import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.features.directory.sync.conftest import config_text
from tests.features.directory.sync.slapd import PASSWORD, PEOPLE, READER_PASSWORD, Slapd, slapd

from .person import DESKTOP, PHONE, Person, person
from .site import Site, open_chromium, open_site

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Place:
    """A company that is kept in LDAP."""

    site: Site
    server: Slapd
    config: Path


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="wecom-") as name:
        where = Path(name)
        with slapd(where / "slapd") as server:
            config = where / "ldap.toml"
            config.write_text(config_text(server, head='incremental = "off"'))
            secured = {"WECOM_LDAP_CONFIG": str(config), "WECOM_LDAP_BIND_PASSWORD": READER_PASSWORD}
            with open_site(where, **secured) as site:
                yield Place(site, server, config)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(place: Place) -> AsyncIterator[Browser]:
    async with open_chromium(place.site.key_hash) as chromium:
        yield chromium


async def enter(admin: Person) -> None:
    await admin.sign_in("admin", None)
    await admin.open("/console/ldap")


async def close(admin: Person) -> None:
    await admin.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expect(admin.page.get_by_role("dialog")).to_have_count(0)


async def test_ldap_is_checked_looked_at_and_done_as_it_was_looked_at(place: Place, browser: Browser) -> None:
    async with person(browser, place.site.url, language="en") as admin:
        await enter(admin)
        page = admin.page
        await expect(page.get_by_text(place.server.url)).to_be_visible()
        # What the server read by itself when it started.
        await expect(page.get_by_role("row", name=re.compile("Sync Done People added: 6"))).to_be_visible()
        await page.get_by_role("button", name="Check", exact=True).click()
        sheet = page.get_by_role("dialog")
        await expect(sheet.get_by_text("sunwukong").first).to_be_visible()
        await expect(sheet.get_by_text("研发部").first).to_be_visible()
        assert await admin.violations() == []
        await close(admin)

        where = f"uid=bailongma,ou=研发部,{PEOPLE}"
        known = {"cn": "白龙马", "sn": "白", "mail": "bailongma@haiqiao.example"}
        place.server.add(where, objectClass="inetOrgPerson", uid="bailongma", **known)
        await page.get_by_role("button", name="Preview a sync").click()
        await expect(sheet.get_by_text(re.compile(r"^\+ bailongma 白龙马"))).to_be_visible()
        assert await admin.violations() == []
        await sheet.get_by_role("button", name="Do exactly this").click()
        asking = page.get_by_role("alertdialog")
        await expect(asking).to_contain_text("People added: 1")
        await asking.get_by_role("button", name="Do exactly this").click()
        await expect(sheet.get_by_role("heading", name="What it does")).to_be_visible()
        await close(admin)
        await expect(page.get_by_role("row", name=re.compile("Sync Done.*People added: 1"))).to_be_visible()
        assert await admin.violations() == []

        await admin.open("/console/people?q=bailongma")
        await page.get_by_role("button", name="白龙马", exact=True).click()
        await sheet.get_by_label("Name", exact=True).fill("小白龙")
        admin.forgiven += ["403"]
        await sheet.get_by_role("button", name="Save").click()
        await expect(sheet.get_by_role("alert")).to_contain_text("LDAP")


async def test_who_is_in_ldap_signs_in_by_the_password_there_and_is_told_of_a_wrong_one(
    place: Place, browser: Browser
) -> None:
    async with person(browser, place.site.url, language="de", size=PHONE) as tangseng:
        tangseng.forgiven += ["401"]
        await tangseng.open("/app/")
        page = tangseng.page
        await page.get_by_label("Konto").fill("tangseng")
        password = page.get_by_label("Passwort", exact=True)
        await password.fill("falsch")
        await password.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("Konto oder Passwort")
        assert await tangseng.violations() == []
        await password.fill(PASSWORD)
        await password.press("Enter")
        await expect(page.get_by_role("navigation").first).to_be_visible()
        await expect(password).to_have_count(0)


async def test_too_much_at_once_is_done_only_by_whoever_has_looked(place: Place, browser: Browser) -> None:
    development = f"ou=研发部,{PEOPLE}"
    for who in ("uid=sunwukong", "uid=bailongma", "uid=zhubajie,ou=前端组", "uid=shaseng,ou=前端组"):
        place.server.delete(f"{who},{development}")
    place.server.delete(f"uid=tangseng,ou=市场部,{PEOPLE}")
    async with person(browser, place.site.url, language="zh-CN", size=PHONE, theme="dark") as admin:
        await enter(admin)
        page = admin.page
        await page.get_by_role("button", name="预览同步").click()
        sheet = page.get_by_role("dialog")
        await expect(sheet.get_by_role("alert")).to_contain_text("LDAP 返回 2 人，而上次为 7 人")
        do = sheet.get_by_role("button", name=re.compile("按此执行"))
        await expect(do).to_be_disabled()
        assert await admin.violations() == []
        assert await admin.overflow() <= 0
        await sheet.get_by_role("checkbox").check()
        await do.click()
        asking = page.get_by_role("alertdialog")
        await expect(asking).to_contain_text("禁用成员: 5")
        await asking.get_by_role("button", name=re.compile("按此执行")).click()
        await expect(sheet.get_by_role("heading", name="变更明细")).to_be_visible()
        await admin.open("/console/people?q=sunwukong&standing=disabled")
        await expect(page.get_by_role("button", name="孙悟空", exact=True)).to_be_visible()


async def test_what_was_looked_at_and_is_no_longer_so_is_not_done(place: Place, browser: Browser) -> None:
    async with person(browser, place.site.url, language="en") as admin:
        await enter(admin)
        page = admin.page
        jgross = f"uid=jgross,ou=Vertrieb,{PEOPLE}"
        place.server.set(jgross, title="Vertriebsleiter")
        await page.get_by_role("button", name="Preview a sync").click()
        sheet = page.get_by_role("dialog")
        await expect(sheet.get_by_text(re.compile("^~ jgross"))).to_be_visible()
        place.server.set(jgross, title="Prokurist", mobile="+49 170 1234567")
        await sheet.get_by_role("button", name="Do exactly this").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Do exactly this").click()
        await expect(sheet.get_by_text("Refused", exact=True)).to_be_visible()
        await expect(sheet.get_by_text(re.compile("^~ jgross.*mobile"))).to_be_visible()
        await sheet.get_by_role("button", name="Do exactly this").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Do exactly this").click()
        await expect(sheet.get_by_text("Done", exact=True)).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_server_that_is_away_is_said_to_be(place: Place, browser: Browser, size: dict[str, int]) -> None:
    place.server.stop()
    try:
        async with person(browser, place.site.url, language="de", size=size) as admin:
            await enter(admin)
            await admin.page.get_by_role("button", name="Prüfen", exact=True).click()
            sheet = admin.page.get_by_role("dialog")
            await expect(sheet.get_by_role("alert")).to_contain_text("Kein LDAP-Server antwortet")
            assert await admin.violations() == []
            assert await admin.overflow() <= 0
    finally:
        place.server.start()

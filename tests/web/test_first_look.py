"""Signing in, in both clients."""

import asyncpg
import pytest
from playwright.async_api import expect

from .conftest import People
from .person import PHONE
from .site import DEMO_PASSWORD, Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("client", "account"), [("app", "zhangsan"), ("console", "admin")])
async def test_signing_in_shows_who_one_is(people: People, client: str, account: str) -> None:
    async with people() as somebody:
        await somebody.open(f"/{client}/")
        page = somebody.page
        await page.get_by_label("账号").fill(account)
        await page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert await somebody.violations() == []


async def test_a_phone_lets_a_desktop_in_by_the_picture_that_it_shows(people: People) -> None:
    async with people() as desk, people(size=PHONE) as phone:
        async with desk.page.expect_response("**/api/session/qr") as begun:
            await desk.open("/app/")
        ticket = (await (await begun.value).json())["ticket"]
        assert await desk.violations() == []
        await phone.sign_in("lisi")
        await phone.open(f"/app/scan/{ticket}")
        await expect(phone.page.get_by_text("Chrome · Linux")).to_be_visible()
        assert await phone.violations() == []
        await phone.page.get_by_role("button", name="确认登录").click()
        await expect(desk.page.get_by_role("link", name="通讯录")).to_be_visible()
        await desk.open("/app/me")
        await expect(desk.page.get_by_text("李四").first).to_be_visible()


@pytest.mark.parametrize("client", ["app", "console"])
async def test_a_browser_that_is_too_old_is_told_so(people: People, client: str) -> None:
    async with people(size=PHONE) as somebody:
        await somebody.context.add_init_script("delete AbortSignal.any")
        await somebody.open(f"/{client}/")
        await expect(somebody.page.get_by_text("Firefox 125")).to_have_count(2)
        assert await somebody.violations() == []


async def test_a_password_that_was_given_is_replaced_before_anything_else(people: People, site: Site) -> None:
    database = await asyncpg.connect(site.database)
    given = "SELECT id FROM members WHERE userid = 'qinxiaolan'"
    await database.execute(f"UPDATE passwords SET must_change = true WHERE member_id = ({given})")
    await database.close()
    async with people(size=PHONE, language="en") as somebody:
        page = somebody.page
        somebody.forgiven.append("403")  # what is asked for early, before it is known who came
        await somebody.sign_in("qinxiaolan", "app")
        await expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
        await somebody.open("/app/contacts")
        await expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
        assert await somebody.violations() == [] and await somebody.too_small() == []
        await page.get_by_label("The password you were given").fill(DEMO_PASSWORD)
        await page.get_by_label("New password", exact=True).fill("Zugvogel-im-Herbst-8")
        await page.get_by_label("New password once more").fill("Zugvogel-im-Herbst-8")
        await page.get_by_role("button", name="Change the password").click()
        await expect(page.get_by_role("link", name="Contacts")).to_be_visible()

"""The directory in the employee app: its tree, its people, who they are, and talking to them."""

import re

import pytest
from playwright.async_api import expect

from .conftest import People
from .person import DESKTOP, PHONE
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_somebody_is_found_by_initials_and_written_to(people: People) -> None:
    async with people(size=PHONE) as lisi:
        await lisi.sign_in("lisi")
        await lisi.open("/app/contacts")
        page = lisi.page
        await page.get_by_role("searchbox").fill("zs")
        await page.get_by_role("link", name="张三").click()
        await expect(page.get_by_role("link", name="13800000001")).to_have_attribute("href", "tel:13800000001")
        assert await lisi.violations() == []
        assert await lisi.overflow() <= 0
        await page.get_by_role("button", name="发消息").click()
        await expect(page).to_have_url(re.compile(r"/app/messages/\d+$"))


async def test_the_tree_is_walked_with_the_arrow_keys(people: People) -> None:
    async with people(size=DESKTOP, language="en") as lisi:
        await lisi.sign_in("lisi")
        await lisi.open("/app/contacts")
        page = lisi.page
        company = page.get_by_role("treeitem").first
        await company.focus()
        await page.keyboard.press("ArrowDown")
        shanghai = page.get_by_role("treeitem", name="上海总部")
        await expect(shanghai).to_be_focused()
        await page.keyboard.press("ArrowRight")
        await expect(shanghai).to_have_attribute("aria-expanded", "true")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="研发中心")).to_be_visible()
        await page.get_by_role("main").get_by_role("link", name="欧阳静").click()
        await expect(page.get_by_role("complementary", name="欧阳静")).to_be_visible()
        assert await lisi.violations() == []


async def test_whoever_comes_into_a_department_stands_there_at_once(people: People, site: Site) -> None:
    async with people() as lisi, site.client("admin") as admin:
        await lisi.sign_in("lisi")
        await lisi.open("/app/contacts/d/19")
        page = lisi.page
        await expect(page.get_by_role("main").locator(".person").first).to_be_visible()
        somebody = {
            "userid": "xinren",
            "name": "新人甲",
            "mobile": "13712340001",
            "departments": [{"department_id": 19}],
        }
        made = await admin.ask("POST", "/api/members", json=somebody)
        await expect(page.get_by_role("link", name="新人甲")).to_be_visible()
        await admin.ask("PATCH", f"/api/members/{made['id']}", json={"name": "新人乙"})
        await expect(page.get_by_role("link", name="新人乙")).to_be_visible()


async def test_people_who_were_looked_at_are_there_without_a_network(people: People) -> None:
    async with people() as lisi:
        await lisi.sign_in("lisi")
        await lisi.open("/app/contacts/d/10")
        page = lisi.page
        await expect(page.get_by_role("link", name="欧阳静")).to_be_visible()
        await lisi.offline(True)
        await page.get_by_role("searchbox").fill("Ouyang")
        await expect(page.get_by_role("navigation").get_by_role("link", name="欧阳静")).to_be_visible()
        await lisi.offline(False)


async def test_pinyin_is_marked_on_the_characters_that_it_reads(people: People) -> None:
    async with people(size=PHONE) as lisi:
        await lisi.sign_in("lisi")
        await lisi.open("/app/contacts")
        page = lisi.page
        for typed, marked in (("zhangs", ["张三"]), ("san", ["三"])):
            await page.get_by_role("searchbox").fill(typed)
            found = page.get_by_role("link").filter(has_text=re.compile("^张三"))
            await expect(found.locator(".name mark")).to_have_text(marked)
        assert await lisi.violations() == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_nothing_moves_while_the_directory_comes_in(people: People, size: dict[str, int]) -> None:
    for address in ("/app/contacts", "/app/contacts/d/1", "/app/contacts/d/10", "/app/contacts/groups", "/app/me"):
        async with people(size=size) as lisi:  # who has nothing of it yet
            await lisi.sign_in("lisi", None)
            await lisi.open(address)
            await lisi.settled()
            assert await lisi.shift() < 0.02, address

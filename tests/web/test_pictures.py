"""Pictures in the employee app: while they are on their way, as large as the screen, and beside one's own name."""

import asyncio
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, Route, expect

from .conftest import People
from .person import PHONE
from .site import Site
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCALE = "(image) => new DOMMatrix(getComputedStyle(image).transform).a"


def drawn(path: Path, color: str) -> Path:
    Image.new("RGB", (900, 600), color).save(path)
    return path


async def swipe_right(page: Page) -> None:
    touch = await page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 80), ("touchMove", 200), ("touchMove", 330), ("touchEnd", 330)):
        points = [] if kind == "touchEnd" else [{"x": x, "y": 400}]
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


async def test_pictures_are_seen_while_they_are_sent_and_leafed_through_and_enlarged(
    people: People, site: Site, tmp_path: Path
) -> None:
    both = [drawn(tmp_path / "red.png", "crimson"), drawn(tmp_path / "green.png", "seagreen")]
    async with site.client("zhangsan") as caller:
        group = await caller.group("Gallery", "lisi")
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    async with people(language="en") as zhangsan, people(language="en", size=PHONE) as lisi:
        await zhangsan.sign_in("zhangsan")
        await zhangsan.open(f"/app/c/{group}")
        page = zhangsan.page
        await page.route("**/api/uploads", hold)
        async with page.expect_file_chooser() as chosen:
            await page.get_by_role("button", name="Send pictures or files").click()
        await (await chosen.value).set_files(both)
        await page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_role("feed").locator("img[src^='blob:']")).to_have_count(2)
        assert await zhangsan.violations() == []
        let_go.set()

        await lisi.sign_in("lisi")
        await lisi.open(f"/app/c/{group}")
        shown = lisi.page.get_by_role("feed").get_by_role("button", name="Open the picture")
        await expect(shown).to_have_count(2)
        await shown.last.click()
        viewer = lisi.page.get_by_role("dialog")
        image = viewer.get_by_role("img").first
        await expect(viewer.get_by_text("2 / 2")).to_be_visible()
        assert await lisi.too_small() == []

        await swipe_right(lisi.page)
        await expect(viewer.get_by_text("1 / 2")).to_be_visible()

        await viewer.get_by_role("button", name="Larger").click()
        await expect(image).to_have_attribute("src", re.compile(r"/file\?inline=1$"))  # all that there is of it
        await until(lambda: image.evaluate(SCALE), lambda scale: scale > 1)
        await lisi.page.keyboard.press("0")
        await until(lambda: image.evaluate(SCALE), lambda scale: scale == 1)
        await lisi.page.keyboard.press("ArrowRight")
        await expect(viewer.get_by_text("2 / 2")).to_be_visible()
        await lisi.page.keyboard.press("Escape")
        await expect(shown.last).to_be_focused()


async def test_one_chooses_ones_own_picture_and_takes_it_away(people: People, site: Site, tmp_path: Path) -> None:
    portrait = drawn(tmp_path / "me.png", "goldenrod")
    async with people(language="en", size=PHONE) as somebody, site.client("zhaoliu") as caller:
        page = somebody.page
        await somebody.sign_in("zhaoliu")
        await somebody.open("/app/me/profile")
        async with page.expect_file_chooser() as chosen:
            await page.get_by_role("button", name="Choose a picture").click()
        await (await chosen.value).set_files(portrait)
        assert await somebody.violations() == []
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        away = page.get_by_role("button", name="Remove")
        await expect(away).to_be_visible()
        own = f"/api/members/{await caller.member('zhaoliu')}"
        await until(lambda: caller.ask("GET", own), lambda me: me["avatar"])
        await away.click()
        await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        await expect(away).to_have_count(0)
        await until(lambda: caller.ask("GET", own), lambda me: not me["avatar"])

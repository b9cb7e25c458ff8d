"""Two people hold a conversation in two browsers, whatever becomes of the network between them."""

import asyncio
import hashlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, expect

from .conftest import People
from .person import PHONE
from .site import Site
from .stores import Chat

pytestmark = pytest.mark.asyncio(loop_scope="session")


def feed(page: Page) -> Locator:
    return page.get_by_role("feed")


async def say(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Message to").fill(words)
    await page.get_by_role("button", name="Send", exact=True).click()


async def test_what_one_writes_the_other_reads_answers_and_sees_taken_back(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        await caller.group("Launch", "lisi")
    async with people(language="en") as zhangsan, people(language="en", size=PHONE) as lisi:
        await zhangsan.sign_in("zhangsan")
        await lisi.sign_in("lisi")
        await lisi.page.get_by_role("link", name="Launch").click()
        await zhangsan.page.get_by_role("link", name="Launch").click()
        await zhangsan.page.get_by_role("textbox", name="Message to").press_sequentially("上线了吗? 🚀", delay=20)
        await expect(lisi.page.get_by_text("writing…")).to_be_visible()
        await zhangsan.page.keyboard.press("Enter")
        heard = feed(lisi.page).get_by_text("上线了吗? 🚀")
        await expect(heard).to_be_visible()
        await expect(zhangsan.page.get_by_text("Everybody has read it")).to_be_visible()

        await heard.click(button="right")
        await lisi.page.get_by_role("menuitem", name="Answer").click()
        await say(lisi.page, "<b>十分钟后</b> & 好的")
        await expect(feed(zhangsan.page).get_by_text("<b>十分钟后</b> & 好的")).to_be_visible()
        await expect(feed(zhangsan.page).get_by_text("上线了吗? 🚀")).to_have_count(2)  # itself, and quoted

        await say(zhangsan.page, "wrong window, sorry")
        await expect(feed(lisi.page).get_by_text("wrong window, sorry")).to_be_visible()
        await feed(zhangsan.page).get_by_text("wrong window, sorry").click(button="right")
        await zhangsan.page.get_by_role("menuitem", name="Take back").click()
        await expect(feed(lisi.page).get_by_text("wrong window, sorry")).to_have_count(0)
        await expect(feed(lisi.page).get_by_text("taken back")).to_be_visible()
        assert await zhangsan.violations() == [] and await lisi.violations() == []


async def test_offline_one_reads_writes_and_is_heard_once(people: People, site: Site) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Underground", "zhangsan")
        for number in range(30):
            await caller.say(group, f"before {number}")
        async with people(language="en", size=PHONE) as zhangsan:
            page = zhangsan.page
            await zhangsan.sign_in("zhangsan")
            await page.get_by_role("link", name="Underground").click()
            await expect(feed(page).get_by_text("before 29", exact=True)).to_be_visible()
            await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            await Chat(zhangsan).kept("before 29")
            await zhangsan.offline(True)
            await say(page, "written in the tunnel")
            await expect(feed(page).get_by_text("written in the tunnel")).to_be_visible()
            for number in range(3):
                await caller.say(group, f"meanwhile {number}")
            await page.reload()  # as a phone does that needs the memory
            await expect(feed(page).get_by_text("before 29", exact=True)).to_be_visible()
            await expect(feed(page).get_by_text("written in the tunnel")).to_be_visible()
            await expect(page.get_by_text("No connection").first).to_be_visible()
            await zhangsan.offline(False)
            await expect(feed(page).get_by_text("meanwhile 2")).to_be_visible()
            await expect(feed(page).get_by_text("written in the tunnel")).to_have_count(1)
            await expect(page.get_by_text("No connection")).to_have_count(0)
        told = await caller.ask("GET", f"/api/conversations/{group}/messages")
        said = [each["content"]["content"] for each in told["messages"] if each["content"]]
        assert said[-4:] == ["meanwhile 0", "meanwhile 1", "meanwhile 2", "written in the tunnel"]


async def test_a_picture_and_a_file_arrive_whole(people: People, site: Site, tmp_path: Path) -> None:
    picture, table = tmp_path / "鹤.png", tmp_path / "Zahlen 2026.bin"
    with io.BytesIO() as drawn:
        Image.effect_noise((1200, 800), 60).convert("RGB").save(drawn, "PNG")
        picture.write_bytes(drawn.getvalue())
    table.write_bytes(os.urandom(3 << 20))
    async with site.client("zhangsan") as caller:
        group = await caller.group("Files", "lisi")
    async with people(language="en") as zhangsan, people(language="en", accept_downloads=True) as lisi:
        await zhangsan.sign_in("zhangsan")
        await zhangsan.open(f"/app/c/{group}")
        await lisi.sign_in("lisi")
        await lisi.open(f"/app/c/{group}")
        async with zhangsan.page.expect_file_chooser() as chosen:
            await zhangsan.page.get_by_role("button", name="Send pictures or files").click()
        await (await chosen.value).set_files([picture, table])
        sheet = zhangsan.page.get_by_role("dialog")
        assert await zhangsan.violations() == []
        await sheet.get_by_role("button", name="Send", exact=True).click()

        shown = feed(lisi.page).get_by_role("button", name="Open the picture")
        await expect(shown).to_be_visible()
        await shown.click()
        seen = lisi.page.get_by_role("dialog").get_by_role("img").first
        await expect(seen).to_be_visible()
        await expect(lisi.page.get_by_role("dialog").get_by_text("鹤.png").first).to_be_visible()
        assert await lisi.violations() == []
        await lisi.page.keyboard.press("Escape")
        file = feed(lisi.page).get_by_role("link", name="Zahlen")
        await expect(file).to_be_visible()
        async with lisi.page.expect_download() as saving:
            await file.click()
        saved = await (await saving.value).path()
        assert hashlib.sha256(saved.read_bytes()).digest() == hashlib.sha256(table.read_bytes()).digest()


async def test_what_was_said_is_found_and_shown_where_it_was_said(people: People, site: Site) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Archive", "zhangsan")
        await caller.say(group, "机房的门禁密码下周更换")
        for number in range(120):
            await caller.say(group, f"later {number}")
        while not (await caller.ask("GET", "/api/search/messages", params={"q": "门禁"}))["hits"]:
            await asyncio.sleep(0.5)  # the index follows
    async with people(language="en") as zhangsan:
        page = zhangsan.page
        await zhangsan.sign_in("zhangsan")
        await expect(page.get_by_role("link", name="Archive")).to_be_visible()
        await page.get_by_role("link", name="Workbench", exact=True).click()
        await page.keyboard.press("Control+k")  # wherever one is
        field = page.get_by_role("searchbox")
        await field.fill("门禁")
        hit = page.get_by_role("search").get_by_role("link", name="门禁")
        await expect(hit).to_be_visible()
        await expect(hit.locator("mark")).to_have_text("门禁")
        assert await zhangsan.violations() == []
        await hit.click()
        await expect(feed(page).get_by_text("机房的门禁密码下周更换")).to_be_in_viewport()
        await expect(feed(page).get_by_text("later 119")).to_have_count(0)
        await page.get_by_role("button", name="To the newest").click()
        await expect(feed(page).get_by_text("later 119")).to_be_in_viewport()

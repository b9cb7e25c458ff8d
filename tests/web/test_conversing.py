"""What one does in a conversation besides writing: calling on people, sending what one holds, and keeping a group."""

import base64
import io

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from .conftest import People
from .person import PHONE
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

HAND_OVER = """([encoded, name, type, how]) => {
  const bytes = Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type }));
  const about = { bubbles: true, cancelable: true };
  const field = document.querySelector("textarea");
  if (how === "paste") field.dispatchEvent(new ClipboardEvent("paste", { ...about, clipboardData: files }));
  else for (const each of ["dragenter", "dragover", "drop"]) {
    field.closest("main").dispatchEvent(new DragEvent(each, { ...about, dataTransfer: files }));
  }
}"""
"""A file from the clipboard or from another window, which Playwright has no hands for."""


def picture() -> str:
    drawn = io.BytesIO()
    Image.new("RGB", (320, 200), (30, 120, 90)).save(drawn, "PNG")
    return base64.b64encode(drawn.getvalue()).decode()


async def keep(page: Page, other: Page) -> None:
    """The group: pinned, muted, called otherwise, a robot, somebody in and somebody out, and another owner."""
    theirs = other.get_by_role("feed")
    await page.get_by_role("button", name="About this conversation").click()
    pane = page.get_by_role("complementary")
    await pane.get_by_role("switch", name="Pin to the top").click()
    await pane.get_by_role("combobox", name="Notify me").select_option("none")
    await pane.get_by_role("button", name="Name of the group").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Workbench")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(other.get_by_role("heading", name="Workbench")).to_be_visible()
    await pane.get_by_role("button", name="Robots").click()
    await page.get_by_role("textbox", name="Name of the robot").fill("Duty")
    await page.get_by_role("button", name="Add robot").click()
    await expect(page.get_by_role("dialog").get_by_text("/cgi-bin/webhook/send?key=")).to_be_visible()
    await page.keyboard.press("Escape")
    await pane.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_role("dialog").get_by_role("searchbox").fill("zhaoliu")
    await page.get_by_role("checkbox", name="赵六").click()
    await page.get_by_role("button", name="Bring in 1").click()
    await expect(theirs.get_by_text("赵六 to the group")).to_be_visible()
    await pane.get_by_role("button", name="Members").click()
    await page.get_by_role("button", name="王五").click()
    await page.get_by_role("menuitem", name="Take out of the group").click()
    sure = page.get_by_role("dialog", name="Take 王五 out of the group?")
    await sure.get_by_role("button", name="Take out of the group").click()
    await expect(theirs.get_by_text("took 王五 out of the group")).to_be_visible()
    await page.get_by_role("button", name="李四").click()
    await page.get_by_role("menuitem", name="Hand the group over").click()
    sure = page.get_by_role("dialog", name="Hand the group over to 李四?")
    await sure.get_by_role("button", name="Hand the group over").click()
    await expect(theirs.get_by_text("handed the group over")).to_be_visible()


async def test_one_calls_on_somebody_sends_what_one_holds_and_keeps_the_group(people: People, site: Site) -> None:
    async with site.client("zhangsan") as caller:
        group = await caller.group("Workshop", "lisi", "wangwu")
    async with people(language="en") as zhangsan, people(language="en") as lisi:
        await zhangsan.sign_in("zhangsan", None)
        await lisi.sign_in("lisi", None)
        await zhangsan.open(f"/app/messages/{group}")
        await lisi.open(f"/app/messages/{group}")
        page, theirs = zhangsan.page, lisi.page.get_by_role("feed")
        field = page.get_by_role("textbox", name="Message to")

        # Somebody is called on, with the keyboard alone, and a smile after it.
        await field.press_sequentially("@李")
        await expect(page.get_by_role("option", name="李四")).to_be_visible()
        await field.press("Enter")
        await expect(field).to_have_value("@李四 ")
        await page.get_by_role("button", name="Emoji", exact=True).click()
        await page.get_by_role("searchbox", name="Search emoji").fill("rocket")
        await page.get_by_role("dialog", name="Emoji").get_by_role("button", name="rocket").first.click()
        await expect(field).to_have_value("@李四 🚀")
        await page.keyboard.press("Escape")
        await field.press("Enter")
        await expect(theirs.locator(".mention.me")).to_have_text("@李四")

        # Markdown is seen before it is said.
        await page.get_by_role("button", name="Markdown").click()
        await field.fill("**bold** as it will be")
        await expect(page.get_by_role("region", name="How it will look").locator("strong")).to_have_text("bold")
        await field.press("Enter")
        await expect(theirs.locator("strong")).to_have_text("bold")
        await page.get_by_role("button", name="Markdown").click()

        # What is in the clipboard, and what is dropped, is shown before it is sent.
        for name, how in (("pasted.png", "paste"), ("dropped.png", "drop")):
            await page.evaluate(HAND_OVER, [picture(), name, "image/png", how])
            await page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
            await expect(theirs.get_by_role("button", name=name)).to_be_visible()

        # Who has read it.
        await page.get_by_role("button", name="1 has not read it").click()
        await expect(page.get_by_role("tab", name="Unread (1)")).to_be_visible()
        await page.get_by_role("tab", name="Unread (1)").press("ArrowRight")
        await expect(page.get_by_role("tabpanel").get_by_text("李四").last).to_be_visible()
        assert await zhangsan.violations() == []
        await page.keyboard.press("Escape")

        await keep(page, lisi.page)
    async with site.client("zhangsan") as caller:
        listed = (await caller.ask("GET", "/api/conversations"))["conversations"]
        kept = next(each for each in listed if each["id"] == group)
        assert kept["pinned_at"] and kept["notify"] == "none"


async def test_what_sends_is_chosen_and_half_a_thought_is_on_ones_other_device(people: People, site: Site) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Two devices", "wangwu")
    async with people(language="en") as desktop, people(language="en", size=PHONE) as phone:
        await desktop.sign_in("lisi", None)
        await phone.sign_in("lisi", None)
        await desktop.open("/app/me/general")
        await desktop.page.get_by_role("radio", name="Ctrl+Enter").check()
        await desktop.open(f"/app/messages/{group}")
        await phone.open(f"/app/messages/{group}")
        field = desktop.page.get_by_role("textbox", name="Message to")
        there = phone.page.get_by_role("textbox", name="Message to")
        await field.press_sequentially("half a thought")
        await expect(there).to_have_value("half a thought")
        await field.press("Enter")
        await field.press_sequentially("and the other half")
        await expect(there).to_have_value("half a thought\nand the other half")
        await expect(desktop.page.get_by_role("article").get_by_text("half a thought")).to_have_count(0)
        await field.press("Control+Enter")
        await expect(phone.page.get_by_role("article").get_by_text("and the other half")).to_be_visible()
        await expect(there).to_have_value("")

"""What opens over the employee app: nothing wrong for axe, nothing wider than the screen."""

import pytest
from playwright.async_api import Page, expect

from .conftest import People
from .person import DESKTOP, PHONE
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHEETS = ("Name of the group", "Members", "Add", "Robots")


async def _open(page: Page, name: str) -> None:
    await page.get_by_role("complementary").get_by_role("button", name=name, exact=name == "Add").first.click()
    await expect(page.get_by_role("dialog").last).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["desktop", "phone"])
async def test_every_sheet_of_a_group_stands_what_axe_asks(
    people: People, site: Site, size: dict[str, int], theme: str
) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Sheets", "wangwu", "zhaoliu")
        await caller.say(group, "Who has read this?")
    async with people(size=size, theme=theme, language="en") as lisi:
        await lisi.sign_in("lisi", None)
        page, wrong = lisi.page, []
        for name in SHEETS:
            await lisi.open(f"/app/messages/{group}/details")
            await _open(page, name)
            await lisi.settled()
            wrong += [f"{name}: {each}" for each in await lisi.violations()]
            wrong += [f"{name}: wider than the screen"] if await lisi.overflow() > 0 else []
        await lisi.open(f"/app/messages/{group}")
        await page.get_by_role("button", name="have not read it").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        wrong += [f"readers: {each}" for each in await lisi.violations()]
        await page.keyboard.press("Escape")
        await page.get_by_role("textbox", name="Message to").press_sequentially("@")
        await expect(page.get_by_role("listbox")).to_be_visible()
        wrong += [f"whom to call on: {each}" for each in await lisi.violations()]
        assert not wrong, "\n".join(wrong)

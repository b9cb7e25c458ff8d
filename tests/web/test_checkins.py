"""Checking in on a telephone: where one stands, what comes of it, work elsewhere, no network, and the days behind."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import expect

from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Rule
from wecom.features.checkins.rules_model import Covered, Place, Slot, Timetable, Week
from wecom.foundation.db import open_pool, transaction

from .conftest import People
from .person import PHONE
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR = 3600
TOWER = {"latitude": 31.2305, "longitude": 121.4738}
FAR = {"latitude": 31.2405, "longitude": 121.4738}
EARLIER = """{
  const real = Date.now.bind(Date);
  globalThis.earlier = 0;
  Date.now = () => real() - globalThis.earlier;
}"""


def ten_o_clock() -> str:
    """A zone in which it is between ten and eleven now, whenever this runs."""
    ahead = 10 - datetime.now(UTC).hour
    ahead = ahead if ahead >= -12 else ahead + 24
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def a_rule(site: Site, member_id: int) -> None:
    """From nine, or as late as eleven, for nine hours, every day, at the tower."""
    every_day = Week((0, 1, 2, 3, 4, 5, 6), Timetable((Slot(1, 9 * HOUR, 18 * HOUR),), band_late=2 * HOUR))
    rule = Rule(
        kind="fixed",
        name="总部",
        zone=ten_o_clock(),
        covered=Covered(members=(member_id,)),
        weeks=(every_day,),
        places=(Place("海桥大厦", "", 31.2304, 121.4737, 300),),
        holidays=False,
    )
    pool = await open_pool(site.database, size=1)
    try:
        async with transaction(pool) as tx:
            since = datetime.now(UTC) - timedelta(days=3)
            await checkins.add_rule(tx, SYSTEM, rule, now=since, effective_now=True)
    finally:
        await pool.close()


async def test_a_day_is_checked_in_to_from_a_telephone(people: People, site: Site, tmp_path: Path) -> None:
    picture = tmp_path / "现场.jpg"
    Image.effect_noise((640, 480), 60).convert("RGB").save(picture)
    async with site.client("lisi") as caller:
        await a_rule(site, await caller.member("lisi"))
    about: dict[str, Any] = {"permissions": ["geolocation"], "geolocation": TOWER, "size": PHONE, "language": "en"}
    async with people(**about) as lisi:
        page = lisi.page
        await page.add_init_script(EARLIER)
        await lisi.sign_in("lisi", None)
        await lisi.open("/app/workbench")
        await page.get_by_role("main").get_by_role("link", name="Check in").click()
        expected = page.get_by_role("list", name="Today")
        await expect(expected.get_by_role("listitem").first).to_contain_text("11:00")
        await expect(page.get_by_text("In range: 海桥大厦")).to_be_visible()
        assert await lisi.violations() == []
        await page.get_by_role("button", name="Check in", exact=True).click()
        await expect(page.get_by_text("on time").first).to_be_visible()
        await expect(page.get_by_text("Done at 10:")).to_be_visible()

        await lisi.context.set_geolocation(FAR)
        await page.get_by_role("button", name="Locate again").click()
        await expect(page.get_by_text("from 海桥大厦")).to_be_visible()
        await page.get_by_role("button", name="Check out").click()
        await expect(page.get_by_text("out of range").last).to_be_visible()
        await expect(expected.get_by_role("listitem").last).to_contain_text("early")
        assert await lisi.violations() == []

        await page.get_by_role("button", name="Work elsewhere").click()
        sheet = page.get_by_role("dialog", name="Work elsewhere")
        await sheet.locator("input[type=file]").set_input_files(picture)
        await sheet.get_by_role("textbox").fill("客户现场 🏗")
        assert await lisi.violations() == []
        await sheet.get_by_role("button", name="Work elsewhere").click()
        await expect(page.get_by_text("Noted at 10:")).to_be_visible()
        await expect(page.get_by_text("客户现场 🏗")).to_be_visible()

        await lisi.context.set_geolocation(TOWER)
        await lisi.offline(True)
        await page.evaluate("globalThis.earlier = 180000")
        await page.get_by_role("button", name="Check out again").click()
        await expect(page.get_by_role("heading", name="Waiting for a connection")).to_be_visible()
        assert await lisi.violations() == []
        await page.evaluate("globalThis.earlier = 0")
        await asyncio.sleep(0.3)
        await lisi.offline(False)
        await expect(page.get_by_role("heading", name="Waiting for a connection")).to_have_count(0)
        await expect(page.get_by_text("sent later").last).to_be_visible()

        await page.get_by_role("button", name="My days").click()
        await expect(page.get_by_role("heading", name="This month")).to_be_visible()
        today = page.locator("[aria-current=date]")
        await expect(today).to_have_attribute("aria-pressed", "true")
        await expect(page.get_by_role("link", name="See the photo")).to_be_visible()
        assert await lisi.violations() == []
        assert await lisi.overflow() <= 0

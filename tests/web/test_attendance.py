"""HR's day in the console, beside an employee's on a telephone: from making a rule to the table for payroll."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from PIL import Image
from playwright.async_api import Page, expect

from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Claim, Rule
from wecom.features.checkins.rules_model import Covered, Place, Slot, Timetable, Week
from wecom.foundation.db import open_pool, transaction

from .conftest import People
from .person import PHONE, Person
from .site import Caller, Site
from .test_checkins import FAR, TOWER
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR = 3600
MINUTE = timedelta(minutes=1)
ANY_DAY = (0, 1, 2, 3, 4, 5, 6)


def a_long_day() -> datetime:
    """Now, in a zone in which it is of the company's own date and past five in the morning: what began an hour ago
    began today, whenever this runs."""
    here = datetime.now(ZoneInfo("Asia/Shanghai"))
    return here if here.hour >= 12 else here.astimezone(ZoneInfo("Pacific/Kiritimati"))


async def late_last_month(site: Site, member_id: int) -> date:
    """Somebody who came half an hour late on a day of the month that can be closed."""
    rule = Rule(
        kind="fixed",
        name="测试组",
        zone="Asia/Shanghai",
        covered=Covered(members=(member_id,)),
        weeks=(Week(ANY_DAY, Timetable((Slot(1, 9 * HOUR, 18 * HOUR),))),),
        places=(Place("海桥大厦", "", 31.2304, 121.4737, 300),),
        holidays=False,
    )
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().replace(day=1) - timedelta(days=1)
    pool = await open_pool(site.database, size=1)
    try:
        async with transaction(pool) as tx:
            since = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) - timedelta(days=2)
            await checkins.add_rule(tx, SYSTEM, rule, now=since, effective_now=True)
            for n, at in enumerate((datetime.min + timedelta(hours=1.5), datetime.min + timedelta(hours=10))):
                punched = datetime.combine(day, at.time(), UTC)
                await checkins.punch(tx, Claim(member_id, f"{n}", member_id, claimed_at=punched), now=punched)
    finally:
        await pool.close()
    return day


async def make_the_rule(page: Page, name: str, began: datetime) -> None:
    """Hours that began a little while ago, at a place."""
    await page.get_by_role("button", name="New rule").first.click()
    sheet = page.get_by_role("dialog", name="New rule")
    await sheet.get_by_label("Name", exact=True).fill("客服早班")
    await sheet.get_by_label(re.compile("^Kind")).select_option("shift")
    await sheet.get_by_label(re.compile("^Time zone")).select_option(str(began.tzinfo))
    await sheet.get_by_role("combobox", name="Members").first.fill(name)
    await sheet.get_by_role("option", name=name).first.click()
    await expect(sheet.get_by_text("For one member")).to_be_visible()
    await sheet.get_by_label("The shift's name").fill("早班")
    await sheet.get_by_label("from", exact=True).fill(f"{began:%H:%M}")
    await sheet.get_by_label("until", exact=True).fill(f"{began + timedelta(hours=6):%H:%M}")
    await sheet.get_by_role("button", name="Save").click()
    await expect(sheet.get_by_text("needs a place").last).to_be_in_viewport()
    await sheet.get_by_role("button", name="Add a place").click()
    await sheet.get_by_label("Place", exact=True).fill("海桥大厦")
    await sheet.get_by_label("Latitude, longitude").fill("31.2304, 121.4737")
    await sheet.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="客服早班", exact=True)).to_be_visible()


async def plan_today(page: Page, name: str, day: date) -> None:
    await page.get_by_label(re.compile("^Rule")).select_option(label="客服早班")
    await page.get_by_role("button", name=f"{name}, {day:%a}, {day:%m/%d}: not planned").click()
    await page.get_by_role("button", name="Save 1 days").click()
    await expect(page.get_by_role("button", name=f"{name}, {day:%a}, {day:%m/%d}: 早班")).to_be_visible()


async def come_late_and_work_elsewhere(somebody: Person, picture: Path) -> None:
    page = somebody.page
    await somebody.open("/app/checkins")
    await expect(page.get_by_text("In range: 海桥大厦")).to_be_visible()
    await page.get_by_role("button", name="Check in", exact=True).click()
    await expect(page.get_by_text("late").first).to_be_visible()
    await somebody.context.set_geolocation(FAR)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Work elsewhere").click()
    sheet = page.get_by_role("dialog", name="Work elsewhere")
    await sheet.locator("input[type=file]").set_input_files(picture)
    await sheet.get_by_role("textbox").fill("客户现场 🏗")
    await sheet.get_by_role("button", name="Work elsewhere").click()
    await expect(page.get_by_text("客户现场 🏗")).to_be_visible()


async def put_right(page: Page, name: str, reason: str) -> None:
    """In the sheet of the day: coming counts as it was expected."""
    sheet = page.get_by_role("dialog", name=re.compile(name))
    await sheet.get_by_label(re.compile("^Reason")).fill(reason)
    await sheet.get_by_role("button", name="Correct").click()
    await expect(page.get_by_text("Corrected", exact=True)).to_be_visible()
    await page.keyboard.press("Escape")


async def wrong_of(office: Caller, month: str, userid: str) -> dict[str, int]:
    told = await office.ask("GET", f"/api/attendance/months/{month}", params={"q": userid})
    [mine] = [each for each in told["people"] if each["person"]["userid"] == userid]
    return {each["kind"]: each["count"] for each in mine["sums"]["exceptions"]}


async def test_hr_plans_sees_puts_right_closes_and_exports(people: People, site: Site, tmp_path: Path) -> None:
    picture = tmp_path / "现场.jpg"
    Image.effect_noise((640, 480), 60).convert("RGB").save(picture)
    async with site.client("admin") as office:
        hr_id, tester = await office.member("cuixue"), await office.member("wangfang")
        await office.ask("POST", "/api/roles", json={"member_id": hr_id, "role": "hr"})
        closing = await late_last_month(site, tester)
        now = a_long_day()
        day, month = now.date(), f"{now:%Y-%m}"
        about: dict[str, Any] = {"permissions": ["geolocation"], "geolocation": TOWER, "size": PHONE}
        async with people(language="en") as hr, people(language="en", **about) as shihui:
            await hr.sign_in("cuixue", None)
            await shihui.sign_in("shihui", None)
            page = hr.page
            hr.forgiven += ["400"]

            await hr.open("/console/attendance/rules")
            await make_the_rule(page, "石慧", now - 70 * MINUTE)
            await hr.open(f"/console/attendance/plans?month={month}")
            await plan_today(page, "石慧", day)
            await come_late_and_work_elsewhere(shihui, picture)

            await hr.open(f"/console/attendance?date={day}")
            await expect(page.get_by_role("row").filter(has_text="石慧")).to_contain_text("late")
            await until(lambda: wrong_of(office, month, "shihui"), lambda wrong: wrong.get("late") == 1)
            await page.get_by_role("button", name="石慧").click()
            sheet = page.get_by_role("dialog", name=re.compile("石慧"))
            await expect(sheet.get_by_role("link", name=re.compile("^The photo of"))).to_be_visible()
            seen = "img => img.decode().then(() => img.naturalWidth)"
            assert await sheet.locator(".photo img").evaluate(seen) == 640
            assert await hr.violations() == []
            await put_right(page, "石慧", "门禁故障")
            await until(lambda: wrong_of(office, month, "shihui"), lambda wrong: "late" not in wrong)
            await hr.open(f"/console/attendance/reports?month={month}&q=shihui")
            row = page.get_by_role("row").filter(has_text="石慧")
            await expect(row.get_by_role("cell").nth(6)).to_have_text("")

            await closes_and_exports(hr, office, closing, tmp_path)


async def closes_and_exports(hr: Person, office: Caller, day: date, tmp_path: Path) -> None:
    """The month of that day; what is put right afterwards stands beside it."""
    page, month = hr.page, f"{day:%Y-%m}"
    await hr.open(f"/console/attendance/reports?month={month}&q=wangfang")
    await expect(page.get_by_text("1 × · 30 min")).to_be_visible()
    await page.get_by_role("button", name="Close the month").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Close the month").click()
    await expect(page.get_by_text("Closed", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Export").click()
    async with page.expect_download() as coming:
        await page.get_by_role("menuitem", name="Workbook (xlsx)").click()
    place = tmp_path / "month.xlsx"
    await (await coming.value).save_as(place)
    sheet = openpyxl.load_workbook(place).active
    assert sheet
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    table = {str(row[heads.index("Userid")]): dict(zip(heads, row, strict=True)) for row in rows}
    told = (await office.ask("GET", f"/api/attendance/months/{month}", params={"q": "wangfang"}))["people"][0]["sums"]
    mine = table["wangfang"]
    late = next(each for each in told["exceptions"] if each["kind"] == "late")
    assert (mine["Late"], mine["Minutes late"]) == (late["count"], late["seconds"] // 60) == (1, 30)
    assert mine["Hours worked"] == round(told["worked"] / HOUR, 2)
    assert mine["Standard hours"] == round(told["standard"] / HOUR, 2)
    assert mine["Work days"] == told["work_days"]

    await hr.open(f"/console/attendance/reports?part=days&from={day}&to={day}&q=wangfang")
    await page.get_by_role("button", name=f"{day:%m/%d}").click()
    await put_right(page, "王芳", "忘记打卡")
    await hr.open(f"/console/attendance/reports?month={month}&q=wangfang")
    await expect(page.get_by_text("1 × · 30 min")).to_be_visible()
    await page.get_by_text("One adjustment").click()
    await expect(page.get_by_text(re.compile("^王芳.*by now"))).to_be_visible()
    assert await hr.violations() == []
    await office.ask("POST", f"/api/attendance/months/{month}/reopen")

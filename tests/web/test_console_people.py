"""People and departments in the console: pictures, many at once, dragging, and what is not lost by going elsewhere."""

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import expect

from .conftest import People
from .person import PHONE
from .site import Caller, Site
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def newcomer(office: Caller, userid: str, name: str, department: int = 1) -> int:
    number = f"1366666{abs(hash(userid)) % 10_000:04}"
    departments = [{"department_id": department}]
    body = {"userid": userid, "name": name, "mobile": number, "departments": departments}
    return int((await office.ask("POST", "/api/members", json=body))["id"])


async def department(office: Caller, name: str, under: int = 1) -> int:
    return int((await office.ask("POST", "/api/departments", json={"name": name, "parent_id": under}))["id"])


async def read(office: Caller, id: int) -> dict[str, Any]:
    found: dict[str, Any] = await office.ask("GET", f"/api/members/{id}")
    return found


async def test_a_picture_is_cut_to_a_square_and_colleagues_see_it_at_once(
    people: People, site: Site, tmp_path: Path
) -> None:
    photo = tmp_path / "hochkant.png"
    image = Image.new("RGB", (400, 1200), "gold")
    image.paste("navy", (0, 600, 400, 1200))
    image.save(photo)
    async with (
        people(language="en") as admin,
        people(size=PHONE, language="en") as lisi,
        site.client("admin") as office,
    ):
        member = await newcomer(office, "bildlich", "画像")
        await lisi.sign_in("lisi", None)
        await lisi.open(f"/app/contacts/m/{member}")
        await expect(lisi.page.get_by_text("画像").first).to_be_visible()
        await admin.sign_in("admin", None)
        await admin.open(f"/console/people?member={member}")
        page = admin.page
        sheet = page.get_by_role("dialog", name="画像", exact=True)
        await sheet.get_by_label("Position", exact=True).fill("摄影师")
        await sheet.locator("input[type=file]").set_input_files(photo)
        cutting = page.get_by_role("dialog", name="Picture of 画像")
        await cutting.get_by_role("slider", name="Nearer").fill("2")
        stage = cutting.get_by_role("application")
        await stage.focus()
        for _ in range(30):
            await page.keyboard.press("ArrowUp")  # the picture moves up under the square: its lower half is shown
        assert await admin.violations() == []
        await cutting.get_by_role("button", name="Save").click()
        await expect(cutting).to_have_count(0)
        await expect(sheet.locator(".portrait img")).to_be_visible()
        await expect(sheet.get_by_label("Position", exact=True)).to_have_value("摄影师")
        shown = lisi.page.locator(".avatar img").first
        await expect(shown).to_have_js_property("naturalWidth", 512)
        seen = await read(office, member)
        assert seen["avatar"].startswith("/api/avatars/") and seen["position"] == ""

        broken = tmp_path / "kein-bild.jpg"
        broken.write_bytes(b"not a picture")
        await sheet.locator("input[type=file]").set_input_files(broken)
        await expect(page.get_by_text("This cannot be read as a picture")).to_be_visible()
        await sheet.get_by_role("button", name="Remove the picture").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Remove the picture").click()
        await expect(sheet.locator(".portrait img")).to_have_count(0)
        await until(lambda: read(office, member), lambda seen: seen["avatar"] == "")
        await expect(shown).to_have_count(0)


async def test_several_are_moved_tagged_and_disabled_at_once_and_the_numbers_are_said_before(
    people: People, site: Site
) -> None:
    async with people(language="en") as admin, site.client("admin") as office:
        goal = await department(office, "批量部")
        both = [await newcomer(office, f"batch{n}", f"批量{n}") for n in (1, 2)]
        await admin.sign_in("admin", None)
        page = admin.page

        async def select() -> None:
            await admin.open("/console/people?q=batch")
            await page.get_by_role("checkbox", name="Select all on this page").check()
            await expect(page.get_by_text("2 selected")).to_be_visible()

        await select()
        await page.get_by_role("button", name="Move to a department").click()
        moving = page.get_by_role("dialog", name="Move 2 members")
        await moving.get_by_role("combobox", name="Below").fill("批量部")
        await moving.get_by_role("option", name="批量部").click()
        assert await admin.violations() == []
        await moving.get_by_role("button", name="Go ahead").click()
        agreeing = page.get_by_role("alertdialog", name="Move 2 members to 批量部?")
        await expect(agreeing).to_contain_text("2 of them are no longer in")
        await agreeing.get_by_role("button", name="Move", exact=True).click()
        await expect(moving.get_by_text("Done for 2 of 2")).to_be_visible()
        await moving.get_by_role("button", name="Done").click()
        assert [[place["department_id"] for place in (await read(office, each))["departments"]] for each in both] == [
            [goal],
            [goal],
        ]

        await office.ask("POST", "/api/tags", json={"name": "批量签"})
        await select()
        await page.get_by_role("button", name="Put a tag on").click()
        tagging = page.get_by_role("dialog", name="Tag 2 members")
        await tagging.get_by_role("combobox").select_option("批量签")
        await tagging.get_by_role("button", name="Go ahead").click()
        await expect(tagging).to_have_count(0)

        await select()
        await page.get_by_role("button", name="Disable").click()
        asking = page.get_by_role("alertdialog", name="Disable 2 members?")
        await expect(asking).to_contain_text("signed out within two seconds")
        await asking.get_by_role("button", name="Cancel").click()
        assert (await read(office, both[0]))["enabled"]
        await page.get_by_role("button", name="Disable").click()
        await asking.get_by_role("button", name="Disable").click()
        await expect(page.get_by_text("Done for 2 of 2")).to_be_visible()
        assert not (await read(office, both[0]))["enabled"] and not (await read(office, both[1]))["enabled"]


async def test_departments_are_moved_by_dragging_and_by_keyboard_and_it_is_said_who_moves_along(
    people: People, site: Site
) -> None:
    async with people(language="en") as admin, site.client("admin") as office:
        above = await department(office, "拖动甲")
        moved = await department(office, "拖动乙")
        await newcomer(office, "mitgezogen", "随行", moved)
        await admin.sign_in("admin", None)
        await admin.open("/console/people")
        page = admin.page
        tree = page.get_by_role("tree")
        await tree.get_by_role("treeitem", name="拖动乙").drag_to(tree.get_by_role("treeitem", name="拖动甲"))
        asking = page.get_by_role("alertdialog", name="Move 拖动乙 below 拖动甲?")
        await expect(asking).to_contain_text("1 members")
        await asking.get_by_role("button", name="Move", exact=True).click()
        await expect(tree.get_by_role("treeitem", name="拖动甲")).to_have_attribute("aria-expanded", "false")

        item = tree.get_by_role("treeitem", name="拖动甲")
        await item.focus()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowDown")
        await expect(tree.get_by_role("treeitem", name="拖动乙")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="More for 拖动乙").click()
        await page.get_by_role("menuitem", name="Rename or move").click()
        form = page.get_by_role("dialog", name="拖动乙")
        below = form.get_by_role("combobox", name="Below")
        await expect(below).to_have_value("拖动甲")
        await below.click()
        await expect(form.get_by_role("option", name="拖动乙")).to_have_count(0)
        await page.keyboard.press("Home")
        await below.fill("海桥")
        await page.keyboard.press("Enter")
        assert await admin.violations() == []
        await form.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("alertdialog")).to_contain_text("1 members")
        await page.get_by_role("alertdialog").get_by_role("button", name="Move", exact=True).click()
        await expect(form).to_have_count(0)
        found = {each["id"]: each for each in (await office.ask("GET", "/api/directory"))["departments"]}
        assert found[moved]["parent_id"] == 1 and found[above]["parent_id"] == 1


async def test_what_was_typed_is_not_lost_by_going_back_or_to_another_place(people: People, site: Site) -> None:
    async with people(language="en") as admin, site.client("admin") as office:
        member = await newcomer(office, "vergesslich", "健忘")
        await admin.sign_in("admin", None)
        await admin.open("/console/tags")
        page = admin.page
        await page.get_by_role("link", name="People").click()
        await page.get_by_role("searchbox", name="Search members").fill("vergesslich")
        await page.get_by_role("button", name="健忘", exact=True).click()
        position = page.get_by_label("Position", exact=True)
        await position.fill("半截")
        await page.evaluate("history.back()")
        await page.get_by_role("button", name="Go on editing").click()
        await expect(position).to_have_value("半截")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert (await read(office, member))["position"] == "半截"


async def test_departments_can_be_kept_on_a_telephone(people: People, site: Site) -> None:
    async with people(size=PHONE, language="zh-CN") as admin, site.client("admin") as office:
        await department(office, "掌上部")
        await admin.sign_in("admin", None)
        await admin.open("/console/people")
        page = admin.page
        await page.get_by_role("combobox", name="部门").fill("掌上")
        await page.get_by_role("option", name=re.compile("掌上部")).click()
        await page.get_by_role("button", name=re.compile("掌上部")).click()
        await page.get_by_role("menuitem", name="删除部门").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="删除").click()
        await expect(page.get_by_text("完成", exact=True)).to_be_visible()
        names = [each["name"] for each in (await office.ask("GET", "/api/directory"))["departments"]]
        assert "掌上部" not in names
        assert await admin.overflow() <= 0

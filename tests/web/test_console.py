"""The console in a browser: people are added, moved in bulk, imported and let go; and who is shown what."""

import csv
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from .conftest import People
from .person import DESKTOP, PHONE
from .site import Site

ACCEPT = """async (body) => {
  const headers = { "Content-Type": "application/json" };
  return (await fetch("/api/invitations/accept", { method: "POST", headers, body: JSON.stringify(body) })).status;
}"""

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_somebody_is_added_and_invited_and_signs_in_at_once(people: People) -> None:
    async with people(language="en") as admin:
        await admin.sign_in("admin", None)
        await admin.open("/console/people")
        page = admin.page
        await page.get_by_role("button", name="Add a member").click()
        sheet = page.get_by_role("dialog")
        await sheet.get_by_label("Name", exact=True).fill("欧阳小鱼 🐟")
        await sheet.get_by_label("Userid").fill("xiaoyu")
        await sheet.get_by_label("Mobile").fill("13700001111")
        await sheet.get_by_role("button", name="Add and invite").click()
        link = await page.get_by_role("textbox", name=re.compile("Hand this to")).input_value()
        assert await admin.violations() == []
        await page.get_by_role("button", name="Done").click()
        await page.get_by_role("searchbox", name="Search members").fill("oyxy")
        await expect(page.get_by_role("button", name="欧阳小鱼 🐟", exact=True)).to_be_visible()
        await expect(page.get_by_text("Never signed in").last).to_be_visible()
        assert "q=oyxy" in page.url

    async with people(language="en") as newcomer:
        await newcomer.open("/about")
        body = {"token": link.partition("#")[2], "password": "Zugvogel-im-Herbst-8"}
        assert await newcomer.page.evaluate(ACCEPT, body) == 200
        await newcomer.open("/app/")
        await expect(newcomer.page).not_to_have_url(re.compile("sign-in"))


async def test_what_was_typed_is_not_lost_by_escape(people: People) -> None:
    async with people(language="en") as admin:
        await admin.sign_in("admin", None)
        await admin.open("/console/people?q=zhangsan")
        page = admin.page
        person = page.get_by_role("button", name="张三", exact=True)
        await person.click()
        await page.get_by_label("Position", exact=True).fill("首席工程师")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Go on editing").click()
        await expect(page.get_by_label("Position", exact=True)).to_have_value("首席工程师")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Discard", exact=True).last.click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(person).to_be_focused()


async def test_a_table_is_looked_at_line_by_line_before_it_is_applied(people: People, tmp_path: Path) -> None:
    table = tmp_path / "newcomers.csv"
    with table.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["userid", "name", "mobile", "departments"])
        rows.writerow(["tabelle1", "表格一", "13700002221", "101"])
        rows.writerow(["tabelle2", "表格二", "", "101"])
    async with people(language="en") as admin:
        await admin.sign_in("admin", None)
        await admin.open("/console/imports")
        page = admin.page
        await page.locator("input[type=file]").set_input_files(table)
        sheet = page.get_by_role("dialog", name="newcomers.csv")
        await expect(sheet.get_by_role("heading", name="What it would do")).to_be_visible()
        await expect(sheet.get_by_role("row", name=re.compile("tabelle1.*Added"))).to_be_visible()
        await expect(sheet.get_by_role("row", name=re.compile("tabelle2.*Refused.*mobile"))).to_be_visible()
        assert await admin.violations() == []
        await sheet.get_by_role("button", name="Apply").click()
        await expect(page.get_by_role("alertdialog")).to_contain_text("1 lines add")
        await page.get_by_role("alertdialog").get_by_role("button", name="Apply").click()
        await expect(sheet.get_by_role("heading", name="What it did")).to_be_visible()
        await admin.open("/console/people?q=tabelle1")
        await expect(page.get_by_role("button", name="表格一", exact=True)).to_be_visible()


async def test_a_role_opens_what_it_is_for_and_is_taken_back(people: People) -> None:
    async with people(language="en") as admin, people(language="en") as lisi:
        await lisi.sign_in("lisi", None)
        await lisi.open("/console/")
        await expect(lisi.page.get_by_text("You hold no role")).to_be_visible()
        await admin.sign_in("admin", None)
        await admin.open("/console/roles")
        page = admin.page
        await page.get_by_role("button", name="Give a role").click()
        await page.get_by_role("combobox", name="To whom").fill("lisi")
        await page.get_by_role("option", name=re.compile("李四")).click()
        await page.get_by_role("dialog").locator("select").first.select_option("auditor")
        await page.get_by_role("dialog").get_by_role("button", name="Give a role").click()
        row = page.get_by_role("row", name=re.compile("lisi"))
        await expect(row).to_be_visible()
        await lisi.page.reload()
        navigation = lisi.page.get_by_role("navigation", name="Sections")
        await expect(navigation.get_by_role("link", name="Audit log")).to_be_visible()
        await expect(navigation.get_by_role("link", name="People")).to_have_count(0)
        await row.get_by_role("button", name=re.compile("Take back")).click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Take back").click()
        await expect(row).to_have_count(0)
        await lisi.open("/console/audit")
        await expect(lisi.page.get_by_text("You hold no role")).to_be_visible()


async def test_the_log_of_a_time_is_shown_kept_in_the_address_and_exported(people: People) -> None:
    async with people(language="en") as admin:
        await admin.sign_in("admin", None)
        await admin.open("/console/audit?from=2020-02-01")
        page = admin.page
        records = page.get_by_role("table", name="Audit log").get_by_role("row")
        await expect(records.nth(1)).to_be_visible()
        await page.get_by_label("Up to and with").fill("2020-02-29")
        await page.get_by_label("Up to and with").press("Tab")
        await expect(page.get_by_text("No records match this")).to_be_visible()
        assert "from=2020-02-01&to=2020-02-29" in page.url
        assert await admin.violations() == []
        await page.get_by_role("button", name="Export …").click()
        await page.get_by_role("menuitem", name="Export as CSV").click()
        async with page.expect_download() as awaited:
            await page.get_by_role("alertdialog").get_by_role("button", name="Export").click()
        table = (await (await awaited.value).path()).read_text("utf-8-sig")
        assert [each["id"] for each in csv.DictReader(table.splitlines())] == []
        await page.get_by_label("Up to and with").fill("")
        await page.get_by_label("Up to and with").press("Tab")
        await expect(records.nth(1)).to_be_visible()


async def test_who_leaves_is_named_first_and_hands_their_groups_over(people: People, site: Site) -> None:
    somebody = {"userid": "geht", "name": "江离别", "mobile": "13700003331"}
    async with people(language="en") as admin, site.client("admin") as office, site.client("zhangsan") as zhangsan:
        made = await office.ask("POST", "/api/members", json=somebody)
        heir = (await office.ask("GET", "/api/members/search?q=wangwu"))["members"][0]
        new = {"name": "交接", "member_ids": [made["id"], heir["id"]]}
        group = await zhangsan.ask("POST", "/api/conversations", json=new)
        await zhangsan.ask(
            "PUT", f"/api/conversations/{group['id']}/participants/{made['id']}/role", json={"role": "owner"}
        )
        await admin.sign_in("admin", None)
        await admin.open("/console/people?q=geht")
        page = admin.page
        await page.get_by_role("button", name="江离别", exact=True).click()
        await page.get_by_role("button", name="Leaves the company").click()
        leaving = page.get_by_role("dialog", name=re.compile("江离别 leaves"))
        await expect(leaving).to_contain_text("1 groups that 江离别 owns get another owner")
        await leaving.get_by_role("combobox", name="Hand the groups over to").fill("wangwu")
        await leaving.get_by_role("option", name=re.compile("王五")).click()
        end = leaving.get_by_role("button", name="End their time here")
        await expect(end).to_be_disabled()
        assert await admin.violations() == []
        await leaving.get_by_label(re.compile("Type geht")).fill("geht")
        await end.click()
        await expect(page.get_by_text("Nobody matches this")).to_be_visible()
        taking = (await zhangsan.ask("GET", f"/api/conversations/{group['id']}/participants"))["participants"]
        assert {each["actor_id"]: each["role"] for each in taking}[heir["id"]] == "owner"


async def test_several_leave_and_each_group_goes_to_whom_it_was_meant_for(people: People, site: Site) -> None:
    async with people(language="en") as admin, site.client("admin") as office, site.client("zhangsan") as zhangsan:
        groups = {}
        for n, name in enumerate(("梅离一", "梅离二", "梅离三")):
            made = await office.ask(
                "POST", "/api/members", json={"userid": f"mei{n}", "name": name, "mobile": f"1370000444{n}"}
            )
            if n < 2:
                groups[name] = await zhangsan.group(f"组{n}", f"mei{n}", "wangwu")
                owner = f"/api/conversations/{groups[name]}/participants/{made['id']}/role"
                await zhangsan.ask("PUT", owner, json={"role": "owner"})
        heirs = {"梅离一": await office.member("wangwu"), "梅离二": await office.member("lisi")}
        await admin.sign_in("admin", None)
        await admin.open("/console/people?q=梅离")
        page = admin.page
        await page.get_by_role("checkbox", name="Select all").check()
        await page.get_by_role("button", name="Leave the company …").click()
        leaving = page.get_by_role("dialog", name="3 members leave the company")
        await expect(leaving).to_contain_text("2 groups get another owner")
        for label, userid in (
            ("Hand all their groups over to", "wangwu"),
            ("Hand the groups of 梅离二 over to", "lisi"),
        ):
            if userid == "lisi":
                await leaving.get_by_role("button", name="Somebody else for these: 梅离二").click()
            await leaving.get_by_role("combobox", name=label).fill(userid)
            await leaving.get_by_role("option", name=re.compile(userid)).click()
        end = leaving.get_by_role("button", name="End their time here")
        await leaving.get_by_label(re.compile("^Type 3")).fill("2")
        await expect(end).to_be_disabled()
        assert await admin.violations() == []
        await leaving.get_by_label(re.compile("^Type 3")).fill("3")
        await end.click()
        await expect(leaving).to_contain_text("Done for 3 of 3")
        await leaving.get_by_role("button", name="Done").click()
        await expect(page.get_by_text("Nobody matches this")).to_be_visible()
        for name, id in groups.items():
            taking = (await zhangsan.ask("GET", f"/api/conversations/{id}/participants"))["participants"]
            assert [each["actor_id"] for each in taking if each["role"] == "owner"] == [heirs[name]]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_an_app_is_made_and_its_secret_is_shown_once(people: People, size: dict[str, int]) -> None:
    async with people(size=size, language="de", theme="dark") as admin:
        await admin.sign_in("admin", None)
        await admin.open("/console/apps")
        page = admin.page
        name = f"Probe {size['width']}"
        await page.get_by_role("button", name="Neue App").first.click()
        await page.get_by_label("Name", exact=True).fill(name)
        await page.get_by_role("button", name="Hinzufügen").click()
        shown = page.get_by_role("dialog", name=f"Schlüssel von {name}")
        secret = await shown.get_by_role("textbox").input_value()
        assert len(secret) > 30
        await page.get_by_role("button", name="Erledigt").click()
        await expect(page.get_by_text(secret)).to_have_count(0)
        await page.get_by_role("button", name=name).click()
        await page.get_by_role("button", name="Testnachricht senden").click()
        await page.get_by_role("button", name="Senden", exact=True).click()
        await expect(page.get_by_text("Gesendet")).to_be_visible()
        assert await admin.violations() == []
        assert await admin.overflow() <= 0

"""What administrators do in the console now and then: to an app, to a device, to a setting, to jobs, in the log."""

import csv
import re

import asyncpg
import pytest
from playwright.async_api import expect

from .conftest import People
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

GIVEN_UP = """
INSERT INTO jobs (kind, args, attempt, error, due_at, failed_at)
VALUES ('ForgetCodes', '{}', 8, 'OSError(28)', now() - interval '1 hour', now())
"""


async def test_apps_devices_settings_and_jobs_are_seen_to(people: People, site: Site) -> None:
    database = await asyncpg.connect(site.database)
    await database.execute(GIVEN_UP)
    await database.close()
    async with people(language="en") as admin, people(language="en") as wangwu:
        await admin.sign_in("admin", None)
        await wangwu.sign_in("wangwu", None)
        page, alert = admin.page, admin.page.get_by_role("alertdialog")

        await admin.open("/console/apps")
        await page.get_by_role("button", name="公告助手", exact=True).click()
        sheet = page.get_by_role("dialog", name="公告助手")
        await sheet.get_by_label("Description").fill("公告与通知，人人可见")
        await sheet.get_by_role("button", name="Send a test message").click()
        testing = page.get_by_role("dialog", name="Send a test message")
        await testing.get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_text("Sent: look in the app")).to_be_visible()
        await sheet.get_by_role("button", name="Disable").click()
        await alert.get_by_role("button", name="Disable").click()
        await sheet.get_by_role("button", name="Enable", exact=True).click()
        await expect(sheet.get_by_role("button", name="Disable")).to_be_visible()
        await expect(sheet.get_by_label("Description")).to_have_value("公告与通知，人人可见")
        await sheet.get_by_role("button", name="Save").click()
        await expect(sheet.get_by_role("button", name="Save")).to_be_disabled()
        await sheet.get_by_role("button", name="New secret").click()
        await expect(alert).to_contain_text("refused at once")
        await alert.get_by_role("button", name="New secret").click()
        await expect(page.get_by_text("This is shown only this once")).to_be_visible()

        await admin.open("/console/people?q=wangwu")
        await page.get_by_role("button", name="王五", exact=True).click()
        await page.get_by_role("tab", name="Devices").click()
        await page.get_by_role("button", name=re.compile("^Sign out:")).first.click()
        await expect(page.get_by_text("1 devices were signed out")).to_be_visible()
        wangwu.forgiven += ["401"]
        await wangwu.open("/app/")
        await expect(wangwu.page).to_have_url(re.compile("sign-in"))

        await admin.open("/console/settings")
        await page.get_by_role("button", name="Change: recall_minutes").click()
        setting = page.get_by_role("dialog", name="recall_minutes")
        await setting.get_by_role("spinbutton").fill("77")
        await setting.get_by_role("button", name="Save").click()
        row = page.get_by_role("row", name=re.compile("recall_minutes"))
        await expect(row).to_contain_text("77")
        await expect(row).to_contain_text("Changed here")

        await admin.open("/console/jobs?failed=1")
        await page.get_by_role("button", name="Try again: Forget sign-in codes that have run out").click()
        await expect(page.get_by_text("It is tried again")).to_be_visible()
        await expect(page.get_by_text("Nothing was given up")).to_be_visible()


async def test_the_log_is_narrowed_by_what_was_done_read_and_exported(people: People, site: Site) -> None:
    async with site.client("admin") as office:
        tag = await office.ask("POST", "/api/tags", json={"name": "日志签"})
        await office.ask("DELETE", f"/api/tags/{tag['id']}")
    async with people(language="en") as admin:
        await admin.sign_in("admin", None)
        await admin.open("/console/audit")
        page = admin.page
        action = page.get_by_label("Action", exact=True)
        await action.fill("tag")
        await action.press("Enter")
        await expect(page.get_by_text("No single action is called that")).to_be_visible()
        await action.fill("tag deleted")
        await action.press("Enter")
        await expect(page).to_have_url(re.compile(r"action=tag\.delete"))
        table = page.get_by_role("table", name="Audit log")
        row = table.get_by_role("row", name=re.compile(f"Tag deleted.*tag:{tag['id']}"))
        await expect(row).to_contain_text("日志签")
        await expect(table.get_by_role("row", name=re.compile("Signed in|Audit log read"))).to_have_count(0)

        await page.get_by_role("button", name="Export …").click()
        async with page.expect_download() as coming:
            await page.get_by_role("menuitem", name="Export as CSV").click()
            await page.get_by_role("alertdialog").get_by_role("button", name="Export").click()
        with open(await (await coming.value).path(), encoding="utf-8-sig", newline="") as file:
            exported = list(csv.DictReader(file))
        assert {each["action"] for each in exported} == {"tag.delete"}
        assert f"tag:{tag['id']}" in {each["object"] for each in exported}

        await row.get_by_role("button").first.click()
        await expect(page.get_by_role("dialog")).to_contain_text("tag.delete")
        assert await admin.violations() == []

"""The console as those see it who are not administrators of the company: their places, all of which open."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from .conftest import People
from .person import DESKTOP, PHONE
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

RESEARCH = 10
PLACES = {
    "hr": {
        *("People", "Joining", "Import and export", "Today", "Reports", "Shift plan", "Who is on"),
        *("Leave and overtime", "Check-in rules", "Holidays", "Machines"),
    },
    "department_administrator": {"People", "Joining", "Tags"},
    "auditor": {"Roles", "Audit log"},
    "health_reader": {"Gates", "Passages"},
}


@pytest.mark.parametrize("role", PLACES)
async def test_each_role_is_shown_its_places_and_nothing_in_them_is_refused(
    people: People, site: Site, role: str
) -> None:
    userid = f"rolle_{role}"
    async with site.client("admin") as office:
        number = 13500000001 + len(role)
        body = {"userid": userid, "name": f"角色{role}", "mobile": str(number), "departments": [{"department_id": 1}]}
        made = await office.ask("POST", "/api/members", json=body)
        grant = {"member_id": made["id"], "role": role}
        grant |= {"department_id": RESEARCH} if role == "department_administrator" else {}
        await office.ask("POST", "/api/roles", json=grant)
        link = (await office.ask("POST", f"/api/members/{made['id']}/invitation"))["link"]
        accepted = {"token": link.partition("#")[2], "password": "haiqiao-2026"}
        await office.ask("POST", "/api/invitations/accept", json=accepted)
    # On both at once: much of the time is waiting for a page to be at rest.
    await asyncio.gather(*(_nothing_is_refused(people, userid, PLACES[role], size) for size in (DESKTOP, PHONE)))


async def _nothing_is_refused(people: People, userid: str, places: set[str], size: dict[str, int]) -> None:
    async with people(size=size, language="en") as holder:
        await holder.sign_in(userid, None)
        await holder.open("/console/")
        page = holder.page
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        links = page.get_by_role("navigation", name="Sections", include_hidden=True).get_by_role(
            "link", include_hidden=True
        )
        assert set(await links.all_inner_texts() if size is DESKTOP else places) == places
        for address in [await each.get_attribute("href") for each in await links.all()]:
            assert address
            await holder.open(address)
            await holder.settled()
            await expect(page.get_by_role("alert")).to_have_count(0)
            assert await holder.violations() == []
            assert await holder.shift() <= 0.02, (address, await holder.shifted())
        for shut in ("settings", "apps", "overview"):
            await holder.open(f"/console/{shut}")
            await expect(page).not_to_have_url(re.compile(shut))


async def test_an_administrator_of_a_department_changes_their_own_and_looks_at_the_others(
    people: People, site: Site
) -> None:
    async with people(language="en") as holder, site.client("admin") as office:
        await holder.sign_in("ouyangjing", None)
        page = holder.page
        mine = (await office.ask("GET", f"/api/console/members?department_id={RESEARCH}"))["members"]
        everybody = (await office.ask("GET", "/api/console/members?limit=200"))["members"]
        own = next(each for each in mine if each["userid"] == "zhangsan")
        below = {each["id"] for each in mine}
        other = next(each for each in everybody if each["id"] not in below and each["userid"] != "admin")
        await holder.open(f"/console/people?member={own['id']}")
        sheet = page.get_by_role("dialog")
        await expect(sheet.get_by_label("Position", exact=True)).to_be_editable()
        await expect(sheet.get_by_role("button", name="Choose a picture")).to_be_visible()
        await holder.open(f"/console/people?member={other['id']}")
        await expect(sheet.get_by_text(other["userid"]).first).to_be_visible()
        await expect(sheet.get_by_label("Position", exact=True)).to_have_count(0)
        await expect(sheet.get_by_role("button", name="Disable")).to_have_count(0)
        await page.keyboard.press("Escape")
        tree = page.get_by_role("tree")
        await tree.get_by_role("treeitem").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name=re.compile("More for"))).to_have_count(0)

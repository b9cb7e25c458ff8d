"""Every sheet and dialog of the console, opened: nothing wrong for axe, nothing wider than the screen."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from .conftest import People
from .person import DESKTOP, PHONE, Person
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

LISTED = "/api/attendance/rules"


@dataclass(frozen=True)
class Opened:
    """What is pressed, one after the other, to have a sheet."""

    address: str
    presses: tuple[str, ...]


SHEETS = (
    Opened("people", ("button:Add a member",)),
    Opened("people?q=zhangsan", ("button:张三",)),
    Opened("people?q=zhangsan", ("button:张三", "tab:Devices")),
    Opened("people?q=zhangsan", ("button:张三", "button:Disable")),
    Opened("people?q=zhangsan", ("button:张三", "button:Leaves the company …")),
    Opened("people?q=zhangsan", ("button:张三", "button:Reset the password")),
    Opened("people?q=lisi", ("checkbox:Select all on this page", "button:Put a tag on")),
    Opened("people?q=lisi", ("checkbox:Select all on this page", "button:Make invitations")),
    Opened("people?q=lisi", ("checkbox:Select all on this page", "button:Disable …")),
    Opened("tags", ("button:New tag",)),
    Opened("attributes", ("button:New attribute",)),
    Opened("visibility", ("button:New rule",)),
    Opened("joining", ("button:QR code",)),
    Opened("apps", ("button:New app",)),
    Opened("apps", ("button:公告助手",)),
    Opened("roles", ("button:Give a role",)),
    Opened("audit", ("button:Verify",)),
    Opened("audit", ("button:Export …", "menuitem:Export as CSV")),
    Opened("attendance", ("button:单依云",)),
    Opened("attendance/plans", ("button:Copy days",)),
    Opened("attendance/plans", ("button:Rotate shifts",)),
    Opened("attendance/rules", ("button:New rule",)),
    Opened("attendance/rules", ("button:测试排班",)),
    Opened("attendance/rules", ("button:More for 测试排班", "menuitem:Versions")),
    Opened("attendance/plans", ("button:Plan as a table",)),
    Opened("attendance/facts", ("button:Write down",)),
    Opened("attendance/facts", ("button:From a table",)),
    Opened("attendance/facts?from=2026-03-01&to=2026-03-31", ("button:Withdraw: 单依云",)),
    Opened("attendance/holidays?year=2026&country=DE", ("button:25: Fri, 12/25, Holiday, Erster Weihnachtstag",)),
    Opened("attendance/machines", ("button:Add a machine",)),
    Opened("attendance/machines", ("button:测试门",)),
    Opened("attendance/machines", ("button:测试门", "button:Edit")),
    Opened("settings", ("button:Change: session_days",)),
)


async def a_shift_rule(site: Site) -> None:
    """Somebody who works by shifts, and was on leave; a machine that does not know whom it sees."""
    async with site.client("admin") as office:
        if any(each["rule"]["name"] == "测试排班" for each in (await office.ask("GET", LISTED))["rules"]):
            return
        timetable = {"slots": [{"id": 1, "start": 28_800, "end": 57_600}]}
        rule = {
            "kind": "shift",
            "name": "测试排班",
            "zone": "Asia/Shanghai",
            "covered": {"members": [await office.member("shanyiyun")]},
            "shifts": [{"name": "早班", "timetable": timetable}],
            "places": [{"title": "海桥大厦", "latitude": 31.2304, "longitude": 121.4737, "radius": 300}],
        }
        await office.ask("POST", LISTED, json={"rule": rule, "effective_now": True})
        machine = await office.ask("POST", "/api/attendance/machines", json={"name": "测试门", "place": "东门"})
        sent = {"punches": [{"record": "1", "number": "4711", "at": datetime.now(UTC).isoformat()}]}
        inside = f"/api/attendance/machines/{machine['machine']['id']}/punches"
        key = {"Authorization": f"Bearer {machine['key']}"}
        async with office.http.post(office.url + inside, json=sent, headers=key) as answer:
            assert answer.status == 200
        leave = {"member_id": rule["covered"]["members"][0], "kind": "leave", "by_day": True, "number": "1"}  # type: ignore[index]
        leave |= {"starts_at": "2026-03-01T16:00:00Z", "ends_at": "2026-03-02T16:00:00Z"}
        await office.ask("POST", "/api/attendance/facts/batch", json={"facts": [leave]})


async def press(somebody: Person, what: str) -> None:
    role, _, name = what.partition(":")
    await somebody.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
async def test_every_sheet_stands_what_axe_asks(people: People, site: Site, size: dict[str, int], theme: str) -> None:
    await a_shift_rule(site)

    async def wrong_in(sheets: Sequence[Opened]) -> list[str]:
        async with people(size=size, theme=theme, language="en") as admin:
            await admin.sign_in("admin", None)
            return [said for opened in sheets for said in await _wrong_with(admin, opened)]

    # By two at once: much of the time is waiting for a page to be at rest.
    first, second = await asyncio.gather(wrong_in(SHEETS[::2]), wrong_in(SHEETS[1::2]))
    assert not first + second, "\n".join(first + second)


async def _wrong_with(admin: Person, opened: Opened) -> list[str]:
    await admin.open(f"/console/{opened.address}")
    for what in opened.presses:
        await press(admin, what)
    await expect(admin.page.locator("dialog[open]").last).to_be_visible()
    await admin.settled()
    wrong = [f"{opened}: {each}" for each in await admin.violations()]
    if await admin.overflow() > 0:
        wrong.append(f"{opened}: wider than the screen")
    return wrong

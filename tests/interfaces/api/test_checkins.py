"""Checking in as an employee does: what is expected, doing it, and what became of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import aiohttp
import pytest

from tests.features.checkins.company import NINE_TO_SIX, add, local, office
from tests.pictures import SECRET, photo
from tests.world import Client, World
from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Turnstile
from wecom.features.checkins.punching import MOST_PER_HOUR
from wecom.features.checkins.rules_model import Shift, Slot, Timetable
from wecom.foundation import audit
from wecom.foundation.db import transaction
from wecom.foundation.streams import heads, since

TOWER = {"latitude": 31.2305, "longitude": 121.4738, "accuracy_m": 12}
FAR = {"latitude": 31.0, "longitude": 121.0, "accuracy_m": 30}
PHONE = {"id": "phone-1", "name": "Android"}

At = Callable[[str], None]


@pytest.fixture
def at(world: World) -> At:
    """Sets the server's clock."""
    times = [local("2026-03-03 08:00")]

    def clock() -> Any:
        return times[0]

    world.services = replace(world.services, clock=clock, turnstile=Turnstile(world.pool, clock=clock))
    return lambda when: times.__setitem__(0, local(when))


async def ask(client: Client, path: str, status: int = 200) -> Any:
    async with client.get(f"/api/checkins/{path}") as answer:
        told = await answer.json()
        assert answer.status == status, told
        return told


async def punch(client: Client, client_id: str, status: int = 200, **about: Any) -> Any:
    body = {"client_id": client_id, "place": TOWER, "device": PHONE} | about
    async with client.post("/api/checkins", json=body) as answer:
        told = await answer.json()
        assert answer.status == status, told
        return told


async def test_a_day_from_what_is_expected_to_what_became_of_it(world: World, at: At) -> None:
    await add(world, office(world, "lisi"))
    lisi = await world.client("lisi")
    now = await ask(lisi, "now")
    assert (now["date"], now["zone"], now["day"]) == ("2026-03-03", "Asia/Shanghai", "work")
    assert now["until"] == "2026-03-03T21:00:00.000000Z"
    assert now["next"]["kind"] == "on" and now["next"]["expected_at"] == "2026-03-03T01:00:00.000000Z"
    assert [each["title"] for each in now["rule"]["places"]] == ["海桥大厦"]

    at("2026-03-03 09:05")
    [before] = (await heads(world.pool, [world["lisi"].id])).values()
    came = await punch(lisi, "one", way="on")
    assert (came["outcome"]["status"], came["outcome"]["seconds"]) == ("late", 300)
    assert came["outcome"]["exceptions"] == ["time"]
    heard = await since(world.pool, world["lisi"].id, before, to=before + 1)
    assert b'"member.punch_added"' in heard.entries[0]
    at("2026-03-03 10:00")
    again = await punch(lisi, "one", way="on")
    assert again["punch"] == came["punch"] and again["outcome"]["point"] == came["outcome"]["point"]
    second = await punch(lisi, "two", way="on")
    assert (second["outcome"]["status"], second["outcome"]["point"]) == ("not_counted", None)

    at("2026-03-03 18:10")
    assert (await ask(lisi, "now"))["next"]["kind"] == "off"
    gone = await punch(lisi, "three", way="off", place=FAR, device={"id": "phone-2"})
    assert gone["outcome"]["status"] == "normal"
    assert gone["outcome"]["exceptions"] == ["place", "device"]

    at("2026-03-05 12:00")
    days = (await ask(lisi, "days?from=2026-03-03&to=2026-03-31"))["days"]
    assert [each["date"] for each in days] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    first = days[0]
    assert [each["status"] for each in first["points"]] == ["late", "normal"]
    assert [each["id"] for each in first["punches"]] == [
        came["punch"]["id"],
        second["punch"]["id"],
        gone["punch"]["id"],
    ]
    assert first["worked_s"] == (8 * 60 + 5) * 60
    month = await ask(lisi, "months/2026-03")
    assert (month["month"], month["worked_s"]) == ("2026-03", first["worked_s"])
    assert {"kind": "late", "count": 1, "seconds": 300} in month["exceptions"]


async def test_what_waited_for_a_network_counts_by_what_it_says_and_is_marked(world: World, at: At) -> None:
    await add(world, office(world, "lisi"))
    lisi = await world.client("lisi")
    at("2026-03-03 11:00")
    told = await punch(lisi, "queued", way="on", claimed_at="2026-03-03T00:55:00Z")
    assert (told["outcome"]["status"], told["outcome"]["exceptions"]) == ("normal", ["late_received"])
    assert told["punch"]["at"] == "2026-03-03T00:55:00.000000Z" and told["punch"]["late_received"]
    assert told["punch"]["received_at"] == "2026-03-03T03:00:00.000000Z"
    refused = await punch(lisi, "to come", 400, claimed_at="2026-03-03T09:00:00Z")
    assert refused["error"] == "ClaimUnfit"


async def test_work_elsewhere_has_a_photo_that_says_nothing_of_its_place_and_is_ones_own(world: World, at: At) -> None:
    await add(world, office(world, "lisi", needs_photo=True))
    lisi, wangwu = await world.client("lisi"), await world.client("wangwu")
    at("2026-03-03 08:58")
    assert (await punch(lisi, "bare", 400, way="on"))["error"] == "PhotoMissing"
    form = aiohttp.FormData()
    form.add_field("media", photo(), filename="现场.jpg")
    async with lisi.post("/api/checkins/photos", data=form) as answer:
        given = (await answer.json())["photo"]
    told = await punch(lisi, "visit", kind="outside", place=FAR, photo=given, note="客户现场 🏗")
    assert (told["punch"]["kind"], told["punch"]["note"], told["punch"]["has_photo"]) == ("outside", "客户现场 🏗", True)
    assert (await punch(lisi, "visit", kind="outside", photo="gone"))["punch"] == told["punch"]
    assert (await punch(lisi, "another", 404, photo="x" * 44))["error"] == "NoSuchMedia"
    where = f"punches/{told['punch']['id']}/photo"
    async with lisi.get(f"/api/checkins/{where}") as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert SECRET not in await answer.read()
    assert (await ask(wangwu, where, 404))["error"] == "NoSuchPhoto"
    hr = await world.client("admin")
    for _ in range(2):
        async with hr.get(f"/api/attendance/{where}") as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
    seen = [
        each for each in await audit.records(world.pool, before=None, limit=20) if each.action == "checkin_photo.see"
    ]
    assert [each.details for each in seen] == [{"member_id": world["lisi"].id}]
    assert [each["status"] for each in (await ask(lisi, "now"))["points"]] == ["not_yet", "not_yet"]


async def test_whoever_is_under_no_rule_may_check_in_and_nobody_expects_it(world: World, at: At) -> None:
    wangwu = await world.client("wangwu")
    now = await ask(wangwu, "now")
    assert (now["rule"], now["next"], now["points"]) == (None, None, [])
    told = await punch(wangwu, "free", place=None, device=None)
    assert told["outcome"] == {
        "date": "2026-03-03",
        "point": None,
        "status": "not_counted",
        "seconds": 0,
        "exceptions": [],
    }
    assert len((await ask(wangwu, "now"))["punches"]) == 1


async def test_a_stretch_of_days_is_one_that_can_be_answered(world: World) -> None:
    lisi = await world.client("lisi")
    for path in ("days?from=2026-03-01&to=2026-05-02", "days?from=2026-03-02&to=2026-03-01"):
        assert (await ask(lisi, path, 400))["error"] == "TooManyDays"
    for path in ("days?from=1999-03-02&to=1999-03-03", "months/2026-13"):
        assert (await ask(lisi, path, 400))["error"] == "Misread"


async def test_the_offices_network_is_as_good_as_a_place_but_not_for_what_was_sent_later(world: World, at: At) -> None:
    await add(world, office(world, "lisi", networks=("127.0.0.9/8",)))
    await add(world, office(world, "wangwu", networks=("203.0.113.0/24",), places=()))
    lisi, wangwu = await world.client("lisi"), await world.client("wangwu")
    now = await ask(lisi, "now")
    assert (now["in_office"], now["rule"]["networks"]) == (True, True)
    assert (await ask(wangwu, "now"))["in_office"] is False
    at("2026-03-03 08:50")
    assert (await punch(lisi, "one", place=None))["outcome"]["exceptions"] == []
    assert (await punch(wangwu, "one", place=None))["outcome"]["exceptions"] == ["wifi"]
    later = await punch(lisi, "two", place=None, claimed_at="2026-03-03T00:40:00Z")
    assert later["outcome"]["exceptions"] == ["place", "late_received"]
    hr = await world.client("admin")
    async with hr.get(f"/api/attendance/days/{world['lisi'].id}/2026-03-03") as answer:
        assert sorted(each["address"] for each in (await answer.json())["punches"]) == ["", "127.0.0.1"]


async def test_a_device_hears_how_well_it_is_known(world: World, at: At) -> None:
    await add(world, office(world, "lisi"))
    lisi = await world.client("lisi")
    assert (await ask(lisi, "now"))["device"] is None
    at("2026-03-03 08:50")
    assert (await ask(lisi, "now?device=phone-1"))["device"] == {"usual": False, "known": False, "first": True}
    await punch(lisi, "one")
    assert (await ask(lisi, "now?device=phone-1"))["device"] == {"usual": True, "known": True, "first": False}
    assert (await ask(lisi, "now?device=phone-2"))["device"] == {"usual": False, "known": False, "first": False}
    await punch(lisi, "two", device={"id": "phone-2"})
    assert (await ask(lisi, "now?device=phone-2"))["device"] == {"usual": False, "known": True, "first": False}


async def test_what_a_phone_calls_a_punch_is_in_nobodys_way_and_nobody_checks_in_without_end(
    world: World, at: At
) -> None:
    await add(world, office(world, "lisi"))
    lisi, id = await world.client("lisi"), world["lisi"].id
    at("2026-03-03 08:58")
    first = await punch(lisi, "fact-1", way="on")
    longest = await punch(lisi, "x" * 64, way="on")
    assert longest["outcome"]["status"] == "not_counted"
    assert (await punch(lisi, "x" * 64, way="on"))["punch"] == longest["punch"]
    kept = await world.pool.fetch("SELECT client_id FROM checkin_punches WHERE member_id = $1", id)
    assert len(kept) == 2 and all(row["client_id"].startswith("p-") for row in kept)
    await world.services.limiter.allow(f"checkins:{id}", 1, 3600, n=MOST_PER_HOUR)
    assert (await punch(lisi, "more", 429))["error"] == "TooManyPunches"
    assert (await punch(lisi, "fact-1", way="on"))["punch"] == first["punch"]


async def test_what_comes_too_late_for_a_closed_month_is_answered_though_it_counts_for_nothing(
    world: World, at: At
) -> None:
    shifts = (Shift(0, "早", NINE_TO_SIX), Shift(0, "夜", Timetable((Slot(1, 22 * 3600, 31 * 3600),))))
    made = await add(world, office(world, "lisi", kind="shift", weeks=(), shifts=shifts))
    night, now = made.rule.shifts[1].id, local("2026-04-01 12:00")
    async with transaction(world.pool) as tx:
        await checkins.close_month(tx, SYSTEM, date(2026, 3, 1), now=now)
    async with transaction(world.pool) as tx:
        cells = [(world["lisi"].id, date(2026, 3, 31), night)]
        await checkins.set_schedule(tx, SYSTEM, made.rule_id, cells, now=now, from_today=True)
    at("2026-04-01 12:10")
    told = await punch(await world.client("lisi"), "late", way="off", claimed_at="2026-03-31T23:05:00Z")
    assert (told["outcome"]["date"], told["outcome"]["status"]) == ("2026-03-31", "not_counted")
    assert told["punch"]["at"] == "2026-03-31T23:05:00.000000Z"

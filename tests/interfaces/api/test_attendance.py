"""HR's side of check-ins: rules, plans, who is in, days, months and tables of them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

from tests.world import Client, World
from wecom.features import checkins, directory
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Claim, Rule
from wecom.features.checkins.rules_model import Covered, Shift, Slot, Timetable
from wecom.foundation.db import transaction
from wecom.interfaces.api.attendance.rule_wire import CheckinRule

HOUR = 3600
OFFICE = {"title": "海桥大厦", "detail": "外滩 1 号", "latitude": 31.2397, "longitude": 121.4998, "radius": 300}
SLOT = {"id": 1, "start": 9 * HOUR, "end": 18 * HOUR, "rests": [{"start": 12 * HOUR, "end": 13 * HOUR}]}
EVERY_DAY = {"weekdays": [0, 1, 2, 3, 4, 5, 6], "timetable": {"slots": [SLOT]}}
Json = dict[str, Any]


def rule(**said: Any) -> Json:
    plain: Json = {
        "kind": "fixed",
        "name": "朝九晚六",
        "zone": "Asia/Shanghai",
        "covered": {"departments": [2]},
        "weeks": [EVERY_DAY],
        "places": [OFFICE],
        "holidays": False,
    }
    return {"rule": plain | said, "effective_now": True}


async def ask(client: Client, method: str, path: str, status: int = 200, **how: Any) -> Any:
    async with client.request(method, f"/api/attendance/{path}", **how) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json() if answer.content_type == "application/json" else await answer.read()


async def ids(world: World, *userids: str) -> list[int]:
    found = [await directory.member_by_userid(world.pool, userid) for userid in userids]
    return [each.id for each in found if each]


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


async def punched(world: World, member_id: int, at: datetime, client_id: str) -> None:
    async with transaction(world.pool) as tx:
        claim = Claim(member_id, client_id, member_id, source="api", claimed_at=at)
        await checkins.punch(tx, claim, now=at)


async def test_a_rule_is_made_changed_and_ended_and_every_version_is_kept(world: World) -> None:
    hr = await world.client("admin")
    made = await ask(hr, "POST", "rules", json=rule())
    assert (made["version"], made["effective_from"]) == (1, today().isoformat())
    assert made["rule"]["weeks"][0]["timetable"]["slots"][0]["start"] == 9 * HOUR
    changed = await ask(hr, "PUT", f"rules/{made['rule_id']}", json=rule(name="弹性") | {"effective_now": False})
    assert (changed["version"], changed["effective_from"]) == (2, (today() + timedelta(1)).isoformat())
    [listed] = (await ask(hr, "GET", "rules"))["rules"]
    assert (listed["rule"]["name"], listed["holds"], listed["members"]) == ("弹性", False, 2)
    await ask(hr, "DELETE", f"rules/{made['rule_id']}?effective_now=true")
    assert (await ask(hr, "GET", "rules"))["rules"] == []
    kept = (await ask(hr, "GET", f"rules/{made['rule_id']}"))["versions"]
    assert [(each["version"], each["ends"]) for each in kept] == [(1, False), (2, False), (3, True)]


async def test_what_a_rule_lacks_is_said_and_two_rules_do_not_name_the_same_department(world: World) -> None:
    hr = await world.client("admin")
    assert (await ask(hr, "POST", "rules", 400, json=rule(places=[])))["error"] == "NothingToBeAt"
    assert (await ask(hr, "POST", "rules", 400, json=rule(zone="Mars/Olympus")))["error"] == "ZoneUnknown"
    assert (await ask(hr, "POST", "rules", 400, json=rule(weeks=[])))["error"] == "RuleUnfit"
    said = (await ask(hr, "POST", "rules", 400, json=rule(networks=["office"])))["facts"]
    assert (said["field"], said["why"]) == ("networks", "network")
    wide = rule(places=[{"title": "地球", "latitude": 0, "longitude": 0, "radius": 10**6}])
    [wrong] = (await ask(hr, "POST", "rules", 400, json=wide))["facts"]["problems"]
    assert (wrong["at"], wrong["why"], wrong["bound"]) == ("body.rule.places.0.radius", "less_than_equal", 100_000)
    first = await ask(hr, "POST", "rules", json=rule())
    refused = await ask(hr, "POST", "rules", 409, json=rule(name="又一个"))
    assert (refused["error"], refused["facts"]["rules"]) == ("CoveredElsewhere", [first["rule_id"]])


async def test_who_would_be_covered_is_told_before_it_is_so(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    made = await ask(hr, "POST", "rules", json=rule())
    body = {"covered": {"departments": [2]}, "exempt": [lisi]}
    told = await ask(hr, "POST", "rules/preview", json=body)
    assert (told["total"], told["members"]) == (1, [zhangsan])
    assert told["elsewhere"] == [{"rule_id": made["rule_id"], "name": "朝九晚六", "members": 1}]
    mine = await ask(hr, "POST", "rules/preview", json=body | {"rule_id": made["rule_id"]})
    assert mine["elsewhere"] == []


async def test_only_hr_and_administrators_come_in(world: World) -> None:
    for userid in ("zhangsan", "auditor"):
        client = await world.client(userid)
        for path in ("rules", "board", "months/2026-01", "exports/months/2026-01.csv"):
            assert (await ask(client, "GET", path, 403))["error"] == "RoleMissing"


async def test_the_board_the_day_and_what_is_behind_it_agree_on_a_punch(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, _ = await ids(world, "zhangsan", "lisi")
    made = await ask(hr, "POST", "rules", json=rule())
    now = datetime.now(UTC)
    await punched(world, zhangsan, now, "one")
    board = await ask(hr, "GET", "board")
    assert {each["person"]["userid"] for each in board["rows"]} == {"zhangsan", "lisi"}
    assert sum(each["members"] for each in board["counts"]) == board["total"] == 2
    [mine] = [each for each in board["rows"] if each["person"]["id"] == zhangsan]
    behind = await ask(hr, "GET", f"days/{zhangsan}/{mine['day']['date']}")
    assert behind["rule"] == "朝九晚六" and behind["zone"] == "Asia/Shanghai"
    assert behind["day"]["rule_id"] == made["rule_id"]
    around = [await ask(hr, "GET", f"days/{zhangsan}/{today() + timedelta(n)}") for n in (-1, 0)]
    assert sum(len(each["punches"]) for each in around) == 1


async def test_who_was_under_a_rule_for_a_part_of_a_month_is_in_its_tables_and_its_plan(world: World) -> None:
    """From the tenth until the nineteenth; neither on the first day nor on the last."""
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    slots = Timetable((Slot(1, 9 * HOUR, 18 * HOUR),))
    common = dict(kind="shift", name="三班", zone="Asia/Shanghai", shifts=(Shift(0, "早", slots),), means="machine")
    async with transaction(world.pool) as tx:
        for day, covered in ((10, zhangsan), (20, lisi)):
            made = Rule(**common, covered=Covered(members=(covered,)))  # type: ignore[arg-type]
            now = datetime(2026, 3, day, 4, tzinfo=UTC)
            if day == 10:
                there = await checkins.add_rule(tx, SYSTEM, made, now=now, effective_now=True)
            else:
                await checkins.change_rule(tx, SYSTEM, there.rule_id, made, now=now, effective_now=True)
    for query in ("", f"?rule_id={there.rule_id}"):
        written = (await ask(hr, "GET", f"exports/months/2026-03.csv{query}")).decode("utf-8-sig")
        assert {row[2] for row in csv.reader(io.StringIO(written))} >= {"zhangsan", "lisi"}
    plan = await ask(hr, "GET", f"rules/{there.rule_id}/plans/2026-03")
    assert {each["id"] for each in plan["people"]} == {zhangsan, lisi}


async def test_a_month_is_its_days_added_up_and_its_tables_say_the_same_numbers(world: World) -> None:
    hr = await world.client("admin")
    await ask(hr, "POST", "rules", json=rule())
    month = f"{today():%Y-%m}"
    found = await ask(hr, "GET", f"months/{month}?department_id=2")
    days = await ask(hr, "GET", f"days?first={month}-01&last={today()}&department_id=2")
    for sums, each in zip(found["people"], days["people"], strict=True):
        assert sums["sums"]["worked"] == sum(day["worked"] for day in each["days"])
        assert sums["sums"]["standard"] == sum(day["standard"] for day in each["days"])
    query = f"exports/months/{month}.xlsx?language=en"
    sheet = openpyxl.load_workbook(io.BytesIO(await ask(hr, "GET", query))).active
    assert sheet
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    by_userid = {each["person"]["userid"]: each["sums"] for each in found["people"]}
    assert {row[heads.index("Userid")] for row in rows} == set(by_userid)
    for row in rows:
        told = by_userid[str(row[heads.index("Userid")])]
        assert row[heads.index("Standard hours")] == round(told["standard"] / HOUR, 2)
        assert row[heads.index("Work days")] == told["work_days"]
    written = (await ask(hr, "GET", f"exports/days.csv?first={today()}&last={today()}")).decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(written)))
    assert {each["账号"] for each in table} == {"zhangsan", "lisi"}
    assert {each["所属规则"] for each in table} == {"朝九晚六"}


async def test_shifts_are_planned_copied_and_take_turns(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    night = {"id": 1, "start": 22 * HOUR, "end": 30 * HOUR}
    shifts = [
        {"name": "早班", "timetable": {"slots": [SLOT]}},
        {"name": "夜班", "timetable": {"slots": [night]}},
    ]
    made = await ask(hr, "POST", "rules", json=rule(kind="shift", weeks=[], shifts=shifts))
    early, late = [each["id"] for each in made["rule"]["shifts"]]
    first = today() + timedelta(1)
    where = f"rules/{made['rule_id']}/plans"
    cell = {"member_id": zhangsan, "date": first.isoformat(), "shift_id": early}
    assert (await ask(hr, "PUT", where, json={"cells": [cell]})) == {"changed": 1}
    assert (await ask(hr, "PUT", where, json={"cells": [cell]})) == {"changed": 0}
    following = cell | {"date": (first + timedelta(1)).isoformat()}
    both = [cell | {"shift_id": late}, following | {"shift_id": early}]
    assert (await ask(hr, "PUT", where, json={"cells": both})) == {"changed": 2}
    turns = {
        "members": [zhangsan, lisi],
        "first": first.isoformat(),
        "last": (first + timedelta(6)).isoformat(),
        "pattern": [early, late, 0],
        "shifted_by": 1,
    }
    assert (await ask(hr, "POST", f"{where}/rotate", json=turns))["changed"] > 10
    week = {"members": [zhangsan], "first": turns["first"], "last": turns["last"]}
    onto = first + timedelta(7)
    await ask(hr, "POST", f"{where}/copy", json=week | {"onto": onto.isoformat()})
    plans = [await ask(hr, "GET", f"{where}/{on:%Y-%m}") for on in {first.replace(day=1), onto.replace(day=1)}]
    planned = {(each["member_id"], each["date"]): each["shift_id"] for plan in plans for each in plan["planned"]}
    assert planned[zhangsan, onto.isoformat()] == planned[zhangsan, first.isoformat()] == early
    assert (await ask(hr, "PUT", where, 404, json={"cells": [cell | {"shift_id": 999}]}))["error"] == "NoSuchShift"
    [wangwu] = await ids(world, "wangwu")
    refused = await ask(hr, "PUT", where, 409, json={"cells": [cell | {"member_id": wangwu}]})
    assert refused["error"] == "NotUnderRule"


async def test_a_holiday_is_said_and_unsaid(world: World) -> None:
    hr = await world.client("admin")
    await ask(hr, "PUT", "holidays/CN/2030-05-04", json={"kind": "holiday", "name": "青年节"})
    year = await ask(hr, "GET", "holidays?country=CN&year=2030")
    [said] = year["holidays"]
    assert (said["date"], said["kind"], said["name"]) == ("2030-05-04", "holiday", "青年节")
    await ask(hr, "PUT", "holidays/CN/2030-05-04", json={"kind": None})
    assert (await ask(hr, "GET", "holidays?country=CN&year=2030"))["holidays"] == []


async def test_hr_puts_a_punch_right_closes_the_month_and_later_changes_stand_beside_it(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, _ = await ids(world, "zhangsan", "lisi")
    async with transaction(world.pool) as tx:
        said = CheckinRule.model_validate(rule()["rule"]).said()
        await checkins.add_rule(tx, zhangsan, said, now=datetime(2026, 3, 1, 1, tzinfo=UTC), effective_now=True)
    await punched(world, zhangsan, datetime(2026, 3, 3, 2, tzinfo=UTC), "late")
    behind = await ask(hr, "GET", f"days/{zhangsan}/2026-03-03")
    assert [each["status"] for each in behind["day"]["points"]] == ["late", "missing"]
    put = {"member_id": zhangsan, "date": "2026-03-03", "slot": 1, "reason": "门禁故障"}
    await ask(hr, "POST", "corrections", json=put | {"way": "start", "at": "2026-03-03T01:00:00Z"})
    day = await ask(hr, "POST", "corrections", json=put | {"way": "end", "at": "2026-03-03T10:00:00Z"})
    assert ([each["status"] for each in day["points"]], day["worked"]) == (["normal", "normal"], 8 * HOUR)
    assert (await ask(hr, "POST", "corrections", 404, json=put | {"at": "2026-03-03T01:00:00Z"}))[
        "error"
    ] == "NoSuchPoint"
    await ask(hr, "POST", "months/2026-03/close")
    assert (await ask(hr, "POST", "months/2026-03/close", 409))["error"] == "AlreadyClosed"
    leave = {
        "member_id": zhangsan,
        "kind": "leave",
        "starts_at": "2026-03-04T00:00:00Z",
        "ends_at": "2026-03-05T00:00:00Z",
    }
    fact = await ask(hr, "POST", "facts", json=leave | {"name": "年假"})
    kept = await ask(hr, "GET", f"days/{zhangsan}/2026-03-04")
    assert [each["status"] for each in kept["closed_as"]["points"]] == ["absent", "absent"]
    assert [each["status"] for each in kept["day"]["points"]] == ["covered", "covered"]
    changed = (await ask(hr, "GET", "months/2026-03/adjustments"))["adjustments"]
    assert [(each["after"]["date"], each["after"]["applied"][0]["name"]) for each in changed] == [
        ("2026-03-04", "年假")
    ]
    await ask(hr, "DELETE", f"facts/{fact['id']}")
    await ask(hr, "POST", "months/2026-03/reopen")
    assert (await ask(hr, "GET", "closings"))["months"] == []

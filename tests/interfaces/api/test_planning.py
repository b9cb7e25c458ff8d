"""Plans as tables that go out and come back, and who is on."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
from aiohttp import FormData

from tests.interfaces.api.test_attendance import HOUR, SLOT, ask, ids, rule, today
from tests.world import Client, World

NIGHT = {"id": 1, "start": 22 * HOUR, "end": 30 * HOUR}
SHIFTS = [{"name": "早班", "timetable": {"slots": [SLOT]}}, {"name": "=夜班", "timetable": {"slots": [NIGHT]}}]


def next_month() -> date:
    return (today().replace(day=1) + timedelta(days=32)).replace(day=1)


async def made(hr: Client) -> dict[str, Any]:
    return await ask(hr, "POST", "rules", json=rule(kind="shift", weeks=[], shifts=SHIFTS))  # type: ignore[no-any-return]


async def looked(hr: Client, where: str, data: bytes, name: str) -> Any:
    form = FormData()
    form.add_field("media", data, filename=name)
    return await ask(hr, "POST", where, data=form)


async def test_a_plan_goes_out_as_a_table_and_comes_back_as_it_was(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    rule_id, shifts = (found := await made(hr))["rule_id"], found["rule"]["shifts"]
    first, month = next_month(), f"{next_month():%Y-%m}"
    table = f"rules/{rule_id}/plans/{month}/table"
    filled = "账号,姓名,1,2日,%s\nzhangsan,张三,早班,=夜班,休\nLISI,李四,,早班,\n" % (first + timedelta(days=2))
    told = await looked(hr, table, filled.encode("gb18030"), "plan.csv")
    assert (told["people"], told["same"], told["problems"], len(told["cells"])) == (2, 0, [], 4)
    assert {each["member_id"] for each in told["cells"]} == {zhangsan, lisi}
    assert (await ask(hr, "GET", f"rules/{rule_id}/plans/{month}"))["planned"] == [], "looking changes nothing"
    assert await ask(hr, "PUT", f"rules/{rule_id}/plans", json={"cells": told["cells"]}) == {"changed": 4}
    for kind in ("xlsx", "csv"):
        out = await ask(hr, "GET", f"exports/plans/{rule_id}/{month}.{kind}?language=de")
        again = await looked(hr, table, out, f"plan.{kind}")
        assert (again["cells"], again["same"], again["problems"]) == ([], 4, [])
    sheet = openpyxl.load_workbook(io.BytesIO(await ask(hr, "GET", f"exports/plans/{rule_id}/{month}.xlsx"))).active
    assert sheet
    rows = {row[0]: list(row[2:5]) for row in sheet.iter_rows(values_only=True)}
    assert rows["zhangsan"] == ["早班", "=夜班", "休"] and shifts[1]["name"] == "=夜班"


async def test_what_of_a_table_cannot_be_planned_is_said_by_line_and_the_rest_can(world: World) -> None:
    hr = await world.client("admin")
    rule_id, month = (await made(hr))["rule_id"], f"{next_month():%Y-%m}"
    table = f"rules/{rule_id}/plans/{month}/table"
    lines = ["userid,1,2", "zhangsan,=夜班,早班", "niemand,早班,早班", "lisi,晚班,休", "lisi,休,休", "wangwu,早班,"]
    told = await looked(hr, table, "\n".join(lines).encode(), "plan.csv")
    assert [(each["line"], each["why"]) for each in told["problems"]] == [
        (3, "unknown_person"),
        (4, "unknown_shift"),
        (5, "twice"),
        (6, "not_under_rule"),
    ]
    assert len(told["cells"]) == 3
    long = [{**SHIFTS[0], "name": "早班"}, {"name": "长夜", "timetable": {"slots": [{**NIGHT, "end": 36 * HOUR}]}}]
    await ask(hr, "PUT", f"rules/{rule_id}", json=rule(kind="shift", weeks=[], shifts=long))
    told = await looked(hr, table, "userid,1,2,3\nzhangsan,长夜,早班,早班".encode(), "plan.csv")
    assert [(each["date"][8:], each["why"]) for each in told["problems"]] == [("01", "overlap")]
    assert len(told["cells"]) == 2
    for text, why in (("name,1\n张三,早班", "no_userids"), ("userid,x\nlisi,早班", "no_dates")):
        assert [each["why"] for each in (await looked(hr, table, text.encode(), "p.csv"))["problems"]] == [why]
    form = FormData()
    form.add_field("media", b"PK\x03\x04 no workbook", filename="p.xlsx")
    assert (await ask(hr, "POST", table, 400, data=form))["error"] == "UnreadableWorkbook"


async def test_who_is_on_is_told_by_shift(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    found = await made(hr)
    early, late = [each["id"] for each in found["rule"]["shifts"]]
    on = (today() + timedelta(days=1)).isoformat()
    cells = [{"member_id": zhangsan, "date": on, "shift_id": late}]
    await ask(hr, "PUT", f"rules/{found['rule_id']}/plans", json={"cells": cells})
    told = await ask(hr, "GET", f"duty?date={on}")
    assert [(g["shift_id"], g["working"], [p["id"] for p in g["people"]]) for g in told["groups"]] == [
        (late, True, [zhangsan]),
        (0, False, [lisi]),
    ]
    assert (told["working"], told["off"]) == (1, 1) and told["groups"][0]["starts_at"] and early
    assert (await ask(hr, "GET", f"duty?date={on}&department_id=3"))["groups"] == []
    assert (await ask(await world.client("zhangsan"), "GET", "duty", 403))["error"] == "RoleMissing"

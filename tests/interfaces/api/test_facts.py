"""What was approved: for many at once, from tables, listed and withdrawn."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import FormData

from tests.interfaces.api.test_attendance import ask, ids, rule, today
from tests.world import Client, World

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
Json = dict[str, Any]


def leave(member_id: int, **said: Any) -> Json:
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    plain = {"member_id": member_id, "kind": "leave", "name": "年假"}
    return plain | {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=9)).isoformat()} | said


async def looked(hr: Client, data: bytes, name: str = "facts.csv") -> Any:
    form = FormData()
    form.add_field("media", data, filename=name)
    return await ask(hr, "POST", "facts/table", data=form)


async def listed(hr: Client, **said: Any) -> Any:
    query = {"first": "2026-03-01", "last": "2026-03-31"} | said
    return await ask(hr, "GET", "facts", params=query)


async def test_many_are_approved_at_once_and_what_is_refused_keeps_nothing_from_the_others(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    body = {"facts": [leave(lisi, number="1"), leave(zhangsan, number="1"), leave(lisi, number="2")]}
    told = (await ask(hr, "POST", "facts/batch", json=body))["answers"]
    assert [each["error"] for each in told] == ["", "", "FactsOverlap"]
    assert [each["fact"]["member_id"] for each in told[:2]] == [lisi, zhangsan]
    again = (await ask(hr, "POST", "facts/batch", json={"facts": body["facts"][:2]}))["answers"]
    assert [each["fact"]["id"] for each in again] == [each["fact"]["id"] for each in told[:2]], "counted once"
    assert (await listed(hr))["total"] == 2 and (await listed(hr, q="zhang"))["total"] == 1
    assert (await listed(hr, kind="trip"))["total"] == (await listed(hr, department_id="3"))["total"] == 0
    assert (await ask(hr, "POST", "facts/batch", 404, json={"facts": [leave(10**9)]}))["error"] == "NoSuchMember"
    assert (await ask(await world.client("lisi"), "POST", "facts/batch", 403, json=body))["error"] == "RoleMissing"


async def test_what_is_withdrawn_says_why_and_by_whom(world: World) -> None:
    hr = await world.client("admin")
    lisi, _ = await ids(world, "lisi", "zhangsan")
    [told] = (await ask(hr, "POST", "facts/batch", json={"facts": [leave(lisi)]}))["answers"]
    await ask(hr, "DELETE", f"facts/{told['fact']['id']}?reason=日期写错")
    assert (await listed(hr))["facts"] == []
    [fact] = (await listed(hr, withdrawn="true"))["facts"]
    assert (fact["withdrawn_why"], fact["withdrawn_by"]) == ("日期写错", world["admin"].id)
    assert fact["withdrawn_at"] and fact["person"]["userid"] == "lisi"


async def test_a_punch_that_everybody_missed_is_made_up_for_all(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    await ask(hr, "POST", "rules", json=rule())
    on = today()
    at = datetime.combine(on, datetime.min.time(), UTC) + timedelta(hours=1)  # nine in Shanghai
    asked = [
        {
            "member_id": id,
            "kind": "make_up",
            "starts_at": at.isoformat(),
            "makes_up": on.isoformat(),
            "note": "门禁坏了",
        }
        for id in (zhangsan, lisi)
    ]
    told = (await ask(hr, "POST", "facts/batch", json={"facts": asked}))["answers"]
    assert [each["error"] for each in told] == ["", ""]
    behind = await ask(hr, "GET", f"days/{lisi}/{on}")
    [coming] = [each for each in behind["day"]["points"] if each["way"] == "start"]
    assert coming["status"] == "normal" and coming["source"] == "correction"
    [fact] = (await listed(hr, first=str(on - DAY), last=str(on + DAY), q="lisi"))["facts"]
    assert (fact["makes_up"], fact["slot"], fact["way"], fact["zone"]) == (str(on), 1, "start", "Asia/Shanghai")
    far = [asked[0] | {"starts_at": (at + 3 * DAY).isoformat()}]
    assert (await ask(hr, "POST", "facts/batch", json={"facts": far}))["answers"][0]["error"] == "TooFarFromDay"


async def test_a_table_is_looked_at_line_by_line_and_brought_twice_counts_once(world: World) -> None:
    hr = await world.client("admin")
    lisi, _ = await ids(world, "lisi", "zhangsan")
    lines = [
        "账号,姓名,类型,开始时间,结束时间,名称,事由",
        "lisi,李四,请假,2026-03-02,2026-03-03,年假,回家",
        "LISI,李四,加班,2026/3/7 09:30,2026/3/7 24:00,,",
        "lisi,李四,出差,2026-03-03 10:00,2026-03-04,,",
        "niemand,,请假,2026-03-02,2026-03-03,,",
        "lisi,,病,2026-03-02,2026-03-03,,",
        "lisi,,请假,昨天,2026-03-03,,",
        "lisi,,请假,2026-03-09 10:00,2026-03-09 09:00,,",
        "lisi,,请假,2026-02-30,2026-03-03,,",
    ]
    told = await looked(hr, "\n".join(lines).encode())
    assert [(each["line"], each["why"]) for each in told["lines"]] == [
        (2, None),
        (3, None),
        (4, "overlaps"),
        (5, "unknown_person"),
        (6, "unknown_kind"),
        (7, "no_time"),
        (8, "not_after"),
        (9, "no_time"),
    ]
    first, second = told["lines"][:2]
    assert (first["starts_at"], first["ends_at"], first["by_day"]) == (
        "2026-03-01T16:00:00.000000Z",
        "2026-03-03T16:00:00.000000Z",
        True,
    )
    assert second["ends_at"] == "2026-03-07T16:00:00.000000Z" and not second["by_day"]
    taken = ("kind", "starts_at", "ends_at", "number", "name", "note", "by_day")
    facts = [{"member_id": lisi} | {name: each[name] for name in taken} for each in (first, second)]
    for _ in range(2):
        answers = (await ask(hr, "POST", "facts/batch", json={"facts": facts, "source": "import"}))["answers"]
        assert [each["error"] for each in answers] == ["", ""]
    assert (await listed(hr))["total"] == 2
    assert [each["why"] for each in (await looked(hr, "\n".join(lines[:3]).encode()))["lines"]] == [None, None]
    assert (await looked(hr, b"userid,start\nlisi,2026-03-02"))["missing"] == ["kind", "ends"]


async def test_payrolls_table_has_a_column_for_whatever_leave_is_called(world: World) -> None:
    hr = await world.client("admin")
    await ask(hr, "POST", "rules", json=rule())
    [lisi] = await ids(world, "lisi")
    day = today()
    for hour, name in ((10, "年假"), (14, "病假")):
        at = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        fact = {"member_id": lisi, "kind": "leave", "name": name, "starts_at": at.isoformat()}
        fact["ends_at"] = (at + timedelta(hours=2)).isoformat()
        [told] = (await ask(hr, "POST", "facts/batch", json={"facts": [fact]}))["answers"]
        assert told["fact"]
    written = (await ask(hr, "GET", f"exports/days.csv?first={day}&last={day}")).decode("utf-8-sig")
    [row] = [each for each in csv.DictReader(io.StringIO(written)) if each["账号"] == "lisi"]
    assert (row["请假(小时)"], row["请假·年假(小时)"], row["请假·病假(小时)"]) == ("4.0", "2.0", "2.0")
    month = (await ask(hr, "GET", f"exports/months/{day:%Y-%m}.csv")).decode("utf-8-sig")
    assert month.splitlines()[0].endswith("请假·年假(小时),请假·病假(小时)")

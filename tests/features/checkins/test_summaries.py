"""What managers are told: once, in their language, with the numbers of the report."""

import asyncio
import re
from dataclasses import replace
from typing import Any

from tests.features.checkins.company import add, local, office, punch
from tests.world import World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import jobs
from wecom.features.checkins.model import ExceptionCount, MonthResult
from wecom.features.checkins.rules_model import Reporters, Summaries
from wecom.features.checkins.summary_words import Persons, lines
from wecom.foundation.db import transaction


async def at(world: World, when: str) -> None:
    """As a worker does it, twice at once."""
    services = replace(world.services, clock=lambda: local(when))
    services = replace(services, settings=services.settings.model_copy(update={"public_url": "https://work.example"}))
    await jobs.look_for_summaries(services, jobs.LookForSummaries())
    rows = await world.pool.fetch("DELETE FROM jobs WHERE kind = 'SendSummary' RETURNING args")
    for row in rows:
        args = jobs.SendSummary(**row["args"])
        await asyncio.gather(*(jobs.send_summary(services, args) for _ in range(2)))


async def told(world: World, userid: str) -> list[dict[str, Any]]:
    """What the app for check-ins said to somebody."""
    client = await world.client(userid)
    listed = (await (await client.get("/api/conversations")).json())["conversations"]
    found = [each["id"] for each in listed if each["kind"] == "app" and each["name"] == "打卡"]
    if not found:
        return []
    answer = await client.get(f"/api/conversations/{found[0]}/messages")
    return [each["content"] for each in (await answer.json())["messages"]]


async def test_reporters_hear_of_the_day_before_once_and_in_their_language(world: World) -> None:
    reporters = Reporters(members=(world["zhangsan"].id, world["admin"].id))
    await add(world, office(world, "lisi", "wangwu", reporters=reporters))
    client = await world.client("zhangsan")
    await client.patch("/api/me/settings", json={"language": "en"})
    await punch(world, "lisi", "2026-03-03 09:20")
    await punch(world, "lisi", "2026-03-03 18:00")
    await at(world, "2026-03-04 08:59")
    assert await told(world, "zhangsan") == []
    await at(world, "2026-03-04 09:00")
    await at(world, "2026-03-04 09:05")
    [english] = await told(world, "zhangsan")
    assert english["content"].splitlines() == [
        "总部 · Attendance of the day 2026-03-03",
        "2 expected, 0 without exceptions, 2 with, 0 off",
        "Late: 1× by 1, 20 min (李四)",
        "Absent: 1× by 1 (王五)",
        "Worked 7.67 h of 16 h",
    ]
    [card] = await told(world, "admin")
    assert (card["msgtype"], card["title"]) == ("textcard", "总部 · 考勤日报 2026-03-03")
    assert card["url"] == "https://work.example/console/attendance/reports"
    assert "迟到 1 人 1 次，共 20 分钟：李四" in card["description"]
    assert await told(world, "lisi") == []


async def test_leaders_hear_of_their_own_people_and_weeks_and_months_have_their_days(world: World) -> None:
    summaries = Summaries(daily=False, leaders=True, at=8 * 3600)
    await add(world, office(world, "lisi", "wangwu", summaries=summaries), "2026-02-20 12:00")
    await world.pool.execute("UPDATE department_members SET is_leader = (member_id = $1)", world["lisi"].id)
    await at(world, "2026-03-03 09:00")
    assert await told(world, "lisi") == []
    await at(world, "2026-03-09 09:00")
    await at(world, "2026-04-01 09:00")
    week, month = sorted((each["content"] for each in await told(world, "lisi")), key=lambda text: "月报" in text)
    assert "考勤周报 2026-03-02 – 2026-03-08" in week and "考勤月报 2026-03" in month
    assert "应出勤" in week and await told(world, "wangwu") == []


async def test_managers_are_told_the_numbers_of_the_month_report(world: World) -> None:
    reporters = Reporters(members=(world["admin"].id,))
    summaries = Summaries(daily=False, weekly=False)
    await add(world, office(world, "lisi", "wangwu", reporters=reporters, summaries=summaries))
    for userid, at_once in (("lisi", ("03 09:20", "03 18:00", "04 08:55", "04 17:30")), ("wangwu", ("03 09:05",))):
        for moment in at_once:
            await punch(world, userid, f"2026-03-{moment}")
    await at(world, "2026-04-01 09:00")
    hr = await world.client("admin")
    rule_id = await world.pool.fetchval("SELECT id FROM checkin_rules")
    report = await (await hr.get(f"/api/attendance/months/2026-03?rule_id={rule_id}")).json()
    sums = [each["sums"] for each in report["people"]]
    [card] = await told(world, "admin")
    said = card["description"]

    def wrong(kind: str) -> tuple[int, int, int]:
        found = [each for one in sums for each in one["exceptions"] if each["kind"] == kind]
        return len(found), sum(each["count"] for each in found), sum(each["seconds"] for each in found) // 60

    for kind, word in (("late", "迟到"), ("early", "早退")):
        people, count, minutes = wrong(kind)
        assert people and f"{word} {people} 人 {count} 次，共 {minutes} 分钟" in said
    for kind, word in (("absent", "旷工"), ("missing", "缺卡")):
        people, count, _ = wrong(kind)
        assert people and f"{word} {people} 人 {count} 次" in said
    hours = re.search(r"实际工作 ([\d.]+) 小时，标准 ([\d.]+) 小时", said)
    assert hours and len(sums) == 2
    told_of = [sum(each[name] for each in sums) / 3600 for name in ("worked", "standard")]
    assert [round(each, 2) for each in told_of] == [float(each) for each in hours.groups()]


async def test_an_app_that_was_disabled_says_nothing(world: World) -> None:
    await add(world, office(world, "lisi", reporters=Reporters(members=(world["zhangsan"].id,))))
    await at(world, "2026-03-03 09:00")
    app_id = await world.pool.fetchval("SELECT app_id FROM checkin_state")
    async with transaction(world.pool) as tx:
        await apps.set_app_enabled(tx, SYSTEM, app_id, False)
    await at(world, "2026-03-04 09:00")
    assert len(await told(world, "zhangsan")) == 1
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_summaries") == 2


def test_no_more_than_some_names_are_said_and_every_language_has_a_word_for_all() -> None:
    late = MonthResult(1, 1, 0, 1, 0, 1, 3600, 7200, (ExceptionCount("late", 1, 60),), (), (("work", None, 1800),))
    people = [Persons(f"n{n}", late) for n in range(12)]
    for language in ("zh-CN", "en", "de"):
        said = lines(people, language)  # type: ignore[arg-type]
        assert len(said) == 5 and "n9" in said[1] and "n10" not in said[1]
        assert "12" in said[4] and "6" in said[2]

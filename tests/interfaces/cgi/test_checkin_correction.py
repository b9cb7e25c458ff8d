"""补卡: what may be put right, and by which number the rest is refused."""

from typing import Any

import pytest

from tests.features.checkins.company import ELSEWHERE, add, local, office, punch
from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features.checkins.rules_model import FreeHours, MakeUps, Slot, Timetable, Week

NOW = local("2026-03-10 12:00")
COMING, GOING = 32400, 64800


@pytest.fixture(autouse=True)
def clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(world.services), "clock", property(lambda _: lambda: NOW), raising=False)


def at(text: str) -> int:
    return int(local(text).timestamp())


def correction(day: str, point: int | None, clock: str, **other: Any) -> dict[str, Any]:
    body = {"userid": "lisi", "schedule_date_time": at(f"{day} 00:00"), "checkin_time": at(f"{day} {clock}")}
    return body | ({} if point is None else {"schedule_checkin_time": point}) | {"remark": "忘记打卡"} | other


async def test_a_missing_punch_is_put_right(world: World, everyone: CgiClient) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:00", way="start")
    assert await everyone.post("checkin/punch_correction", **correction("2026-03-03", GOING, "18:00")) == {
        "errcode": 0,
        "errmsg": "ok",
    }
    midnight = at("2026-03-03 00:00")
    ask = {"starttime": midnight, "endtime": midnight, "useridlist": ["lisi"]}
    [day] = (await everyone.post("checkin/getcheckin_daydata", **ask))["datas"]
    assert (day["exception_infos"], day["summary_info"]["regular_work_sec"]) == ([], 8 * 3600)
    ask = {"opencheckindatatype": 3, "starttime": midnight, "endtime": midnight + 86_399, "useridlist": ["lisi"]}
    _, put = (await everyone.post("checkin/getcheckindata", **ask))["checkindata"]
    assert (put["checkin_type"], put["exception_type"], put["notes"]) == ("下班打卡", "", "忘记打卡")
    assert put["sch_checkin_time"] == put["checkin_time"] == at("2026-03-03 18:00")


async def test_what_cannot_be_put_right(world: World, everyone: CgiClient, market: CgiClient) -> None:
    await add(world, office(world, "lisi"))
    for body, number in (
        (correction("2026-03-03", 32460, "09:00"), 301080),
        (correction("2026-03-03", None, "09:00"), 301080),
        (correction("2026-03-08", COMING, "09:00"), 301080),
        (correction("2026-03-03", COMING, "09:00", checkin_time=at("2026-03-06 09:00")), 301081),
        (correction("2026-03-03", COMING, "09:00", checkin_time=0), 301081),
        (correction("2026-03-08", None, "09:00"), 301082),
        (correction("2026-03-03", COMING, "09:00", schedule_date_time=-5), 301082),
        (correction("2026-03-10", GOING, "18:00"), 301083),
        (correction("2026-03-03", COMING, "09:00", remark="长" * 171), 301083),
        (correction("2026-03-03", COMING, "09:00", userid="nobody"), 301021),
    ):
        answer = await everyone.post("checkin/punch_correction", **body)
        assert answer["errcode"] == number, (body, answer)
    assert (await market.post("checkin/punch_correction", **correction("2026-03-03", COMING, "09:00")))[
        "errcode"
    ] == 301021


async def test_a_rule_may_keep_lapses_as_they_are(world: World, everyone: CgiClient) -> None:
    await add(world, office(world, "lisi", make_ups=MakeUps(not_for=("missing", "late", "early", "other"))))
    await punch(world, "lisi", "2026-03-02 09:20", way="start")
    await punch(world, "lisi", "2026-03-02 17:20", way="end")
    await punch(world, "lisi", "2026-03-03 09:20", ELSEWHERE, way="start")
    await punch(world, "lisi", "2026-03-03 17:20", ELSEWHERE, way="end")
    await punch(world, "lisi", "2026-03-04 09:00", ELSEWHERE, way="start")
    await punch(world, "lisi", "2026-03-05 09:00", way="start")
    for day, point, clock, number in (
        ("2026-03-10", COMING, "09:00", 301102),
        ("2026-03-02", COMING, "09:00", 301099),
        ("2026-03-02", GOING, "18:00", 301101),
        ("2026-03-04", GOING, "18:00", 301102),
        ("2026-03-04", COMING, "09:00", 301103),
        ("2026-03-03", COMING, "09:00", 301104),
        ("2026-03-03", GOING, "18:00", 301105),
        ("2026-03-05", COMING, "09:01", 0),
    ):
        answer = await everyone.post("checkin/punch_correction", **correction(day, point, clock))
        assert answer["errcode"] == number, (day, point, answer)


async def test_days_off_are_put_right_where_the_rule_allows_it(world: World, everyone: CgiClient) -> None:
    await add(world, office(world, "lisi", make_ups=MakeUps(on_rest_days=True)))
    answer = await everyone.post("checkin/punch_correction", **correction("2026-03-08", None, "10:00"))
    assert answer["errcode"] == 0
    midnight = at("2026-03-08 00:00")
    ask = {"starttime": midnight, "endtime": midnight, "useridlist": ["lisi"]}
    [day] = (await everyone.post("checkin/getcheckin_daydata", **ask))["datas"]
    assert day["summary_info"]["earliest_time"] == 36000


async def test_where_one_slot_ends_as_the_next_begins_both_are_put_right(world: World, everyone: CgiClient) -> None:
    touching = Timetable((Slot(1, 9 * 3600, 12 * 3600), Slot(2, 12 * 3600, 18 * 3600)))
    await add(world, office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), touching),)))
    await punch(world, "lisi", "2026-03-03 09:00", way="start")
    await punch(world, "lisi", "2026-03-03 18:00", way="end")
    for _ in range(2):
        body = correction("2026-03-03", 12 * 3600, "12:00")
        assert (await everyone.post("checkin/punch_correction", **body))["errcode"] == 0
    midnight = at("2026-03-03 00:00")
    ask = {"starttime": midnight, "endtime": midnight, "useridlist": ["lisi"]}
    [day] = (await everyone.post("checkin/getcheckin_daydata", **ask))["datas"]
    assert (day["exception_infos"], day["summary_info"]["regular_work_sec"]) == ([], 9 * 3600)


async def test_what_a_rule_keeps_as_it_is_holds_for_free_hours_too(world: World, everyone: CgiClient) -> None:
    free = FreeHours(standard=8 * 3600)
    kept = MakeUps(not_for=("missing",))
    await add(world, office(world, "lisi", kind="free", weeks=(Week((1, 2, 3, 4, 5)),), free=free, make_ups=kept))
    await punch(world, "lisi", "2026-03-03 09:00")
    answer = await everyone.post("checkin/punch_correction", **correction("2026-03-03", None, "18:00"))
    assert answer["errcode"] == 301102

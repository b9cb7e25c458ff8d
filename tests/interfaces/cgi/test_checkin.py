"""打卡: records, days, months and rules as apps read them, unit by unit; whom and how much a call may name."""

from datetime import datetime
from typing import Any

import pytest

from tests.features.checkins.company import AT_TOWER, ELSEWHERE, add, local, office, punch
from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features.checkins.rules_model import Overtime, OvertimePart

LATER = local("2026-06-01 00:00")
DAY = 86_400


@pytest.fixture
def later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is June 2026, and what the tests are about is over."""
    monkeypatch.setattr(type(world.services), "clock", property(lambda _: lambda: LATER), raising=False)


def at(text: str) -> int:
    return int(local(text).timestamp())


async def test_records_say_what_was_punched_and_what_was_not(world: World, everyone: CgiClient, later: None) -> None:
    rule = await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:05", way="start")
    await punch(world, "lisi", "2026-03-03 12:00", AT_TOWER, way="start", outside=True)
    await punch(world, "lisi", "2026-03-04 18:01", ELSEWHERE, way="end")
    ask = {"starttime": at("2026-03-03 00:00"), "endtime": at("2026-03-04 23:59"), "useridlist": ["LISI"]}
    answer = await everyone.post("checkin/getcheckindata", opencheckindatatype=3, **ask)
    assert (answer["errcode"], answer["errmsg"]) == (0, "ok")
    came, outside, left, missed, gone = answer["checkindata"]
    assert came == {
        "userid": "lisi",
        "groupid": rule.rule_id,
        "groupname": "总部",
        "checkin_type": "上班打卡",
        "exception_type": "时间异常",
        "checkin_time": at("2026-03-03 09:05"),
        "sch_checkin_time": at("2026-03-03 09:00"),
        "location_title": "",
        "location_detail": "",
        "wifiname": "",
        "wifimac": "",
        "notes": "",
        "mediaids": [],
        "lat": 31228558,
        "lng": 121478323,
        "deviceid": "phone-1",
        "schedule_id": 0,
        "timeline_id": 1,
    }
    assert outside["checkin_type"] == "外出打卡"
    assert (left["checkin_type"], left["exception_type"], left["checkin_time"]) == (
        "下班打卡",
        "未打卡",
        at("2026-03-03 18:00"),
    )
    assert (missed["checkin_type"], missed["exception_type"]) == ("上班打卡", "未打卡")
    assert (gone["checkin_type"], gone["exception_type"]) == ("下班打卡", "地点异常")
    work = (await everyone.post("checkin/getcheckindata", opencheckindatatype=1, **ask))["checkindata"]
    assert work == [came, left, missed, gone]
    assert (await everyone.post("checkin/getcheckindata", opencheckindatatype=2, **ask))["checkindata"] == [outside]


async def test_a_day_and_its_month_add_up(world: World, everyone: CgiClient, later: None) -> None:
    paid = OvertimePart(allowed=True, basis="punches", becomes="money", start_after=0, minimum=0)
    rule = await add(world, office(world, "lisi", overtime=Overtime(workday=paid, restday=paid)))
    await punch(world, "lisi", "2026-03-03 09:10", way="start")
    await punch(world, "lisi", "2026-03-03 19:00", ELSEWHERE, way="end")
    await punch(world, "lisi", "2026-03-04 09:00", way="start")
    ask = {"starttime": at("2026-03-03 00:00"), "endtime": at("2026-03-07 00:00"), "useridlist": ["lisi"]}
    answer = await everyone.post("checkin/getcheckin_daydata", **ask)
    tuesday, wednesday, thursday, friday, saturday = answer["datas"]
    assert tuesday["base_info"] == {
        "date": at("2026-03-03 00:00"),
        "record_type": 1,
        "name": "李四",
        "name_ex": "",
        "departs_name": "海桥科技/研发部",
        "acctid": "lisi",
        "rule_info": {
            "groupid": rule.rule_id,
            "groupname": "总部",
            "scheduleid": 0,
            "schedulename": "",
            "checkintime": [{"work_sec": 32400, "off_work_sec": 64800}],
        },
        "day_type": 0,
    }
    assert tuesday["summary_info"] == {
        "checkin_count": 2,
        "regular_work_sec": 8 * 3600 + 50 * 60,
        "standard_work_sec": 8 * 3600,
        "earliest_time": 33000,
        "lastest_time": 68400,
    }
    assert tuesday["exception_infos"] == [
        {"exception": 1, "count": 1, "duration": 600},
        {"exception": 5, "count": 1},
    ]
    over = tuesday["ot_info"]
    assert (over["ot_status"], over["ot_duration"], over["workday_over_as_money"]) == (1, 3600, 3600)
    assert wednesday["exception_infos"] == [{"exception": 3, "count": 1}]
    assert (
        thursday["exception_infos"] == [{"exception": 4, "count": 1, "duration": 8 * 3600}] == friday["exception_infos"]
    )
    assert (saturday["base_info"]["day_type"], saturday["exception_infos"]) == (1, [])

    [month] = (await everyone.post("checkin/getcheckin_monthdata", **ask))["datas"]
    days = answer["datas"]
    assert month["summary_info"] == {
        "work_days": 4,
        "regular_days": 0,
        "except_days": 4,
        "rest_days": 1,
        "regular_work_sec": sum(day["summary_info"]["regular_work_sec"] for day in days),
        "standard_work_sec": sum(day["summary_info"]["standard_work_sec"] for day in days),
    }
    assert month["base_info"]["rule_info"] == {"groupid": rule.rule_id, "groupname": "总部"}
    assert month["exception_infos"][-2:] == [
        {"exception": 4, "count": 2, "duration": 16 * 3600},
        {"exception": 5, "count": 1},
    ]
    assert month["overwork_info"]["workday_over_sec"] == 3600 == month["overwork_info"]["workdays_over_as_money"]


async def test_a_day_is_reported_once_it_is_over(
    world: World, everyone: CgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:10", way="start")
    noon: datetime = local("2026-03-03 12:00")
    monkeypatch.setattr(type(world.services), "clock", property(lambda _: lambda: noon), raising=False)
    ask = {"starttime": at("2026-03-02 00:00"), "endtime": at("2026-03-03 00:00"), "useridlist": ["lisi"]}
    told = (await everyone.post("checkin/getcheckin_daydata", **ask))["datas"]
    assert [each["base_info"]["date"] for each in told] == [at("2026-03-02 00:00")]
    [month] = (await everyone.post("checkin/getcheckin_monthdata", **ask))["datas"]
    assert month["summary_info"]["work_days"] == 1


async def test_who_is_under_no_rule_has_days_of_their_own(world: World, everyone: CgiClient, later: None) -> None:
    await punch(world, "wangwu", "2026-03-03 09:10")
    ask = {"starttime": at("2026-03-03 00:00"), "endtime": at("2026-03-03 00:00"), "useridlist": ["wangwu"]}
    [day] = (await everyone.post("checkin/getcheckin_daydata", **ask))["datas"]
    assert (day["base_info"]["record_type"], day["base_info"]["rule_info"]["groupid"]) == (7, 0)
    assert day["summary_info"]["earliest_time"] == 33000
    assert (await everyone.post("checkin/getcheckinoption", datetime=ask["starttime"], useridlist=["wangwu"]))[
        "info"
    ] == []


async def test_rules_are_read_by_date_and_as_a_whole(world: World, everyone: CgiClient, market: CgiClient) -> None:
    rule = await add(world, office(world, "lisi", departments=(3,)))
    ask = {"datetime": at("2026-03-03 00:00"), "useridlist": ["lisi", "wangwu", "zhangsan"]}
    answer = await everyone.post("checkin/getcheckinoption", **ask)
    assert [(each["userid"], each["group"]["groupid"]) for each in answer["info"]] == [
        ("lisi", rule.rule_id),
        ("wangwu", rule.rule_id),
    ]
    before = ask | {"datetime": at("2026-02-27 00:00")}
    assert (await everyone.post("checkin/getcheckinoption", **before))["info"] == []
    [whole] = (await everyone.post("checkin/getcorpcheckinoption"))["group"]
    assert whole == answer["info"][0]["group"]
    assert whole["range"] == {"userid": ["lisi"], "party_id": [3], "partyid": [3], "tagid": []}
    [narrow] = (await market.post("checkin/getcorpcheckinoption"))["group"]
    assert narrow["range"]["userid"] == [] and narrow["range"]["party_id"] == [3]


async def test_a_rule_of_nobody_whom_an_app_sees_is_not_told_it(
    world: World, everyone: CgiClient, market: CgiClient
) -> None:
    await add(world, office(world, "lisi"))
    assert len((await everyone.post("checkin/getcorpcheckinoption"))["group"]) == 1
    assert (await market.post("checkin/getcorpcheckinoption"))["group"] == []


SPAN = {"starttime": 1772467200, "endtime": 1772467200 + 30 * DAY}


@pytest.mark.parametrize(
    ("path", "body", "number"),
    [
        ("getcheckindata", {"opencheckindatatype": 3, "useridlist": ["lisi"]} | SPAN, 0),
        (
            "getcheckindata",
            {"opencheckindatatype": 3, "useridlist": ["lisi"]} | SPAN | {"endtime": SPAN["endtime"] + 1},
            301024,
        ),
        ("getcheckindata", {"opencheckindatatype": 3, "useridlist": ["lisi"], "starttime": 9, "endtime": 8}, 301024),
        ("getcheckindata", {"opencheckindatatype": 3, "useridlist": ["lisi"]}, 301024),
        (
            "getcheckindata",
            {"opencheckindatatype": 3, "useridlist": ["lisi"], "starttime": 2**40, "endtime": 2**40},
            301024,
        ),
        ("getcheckindata", {"opencheckindatatype": 4, "useridlist": ["lisi"]} | SPAN, 40058),
        ("getcheckindata", {"useridlist": ["lisi"]} | SPAN, 40058),
        ("getcheckindata", {"opencheckindatatype": 3, "useridlist": []} | SPAN, 301023),
        ("getcheckindata", {"opencheckindatatype": 3, "useridlist": ["lisi"] * 101} | SPAN, 301023),
        ("getcheckindata", {"opencheckindatatype": 3, "useridlist": ["lisi", "nobody"]} | SPAN, 301021),
        ("getcheckin_daydata", {"useridlist": ["lisi"]} | SPAN, 0),
        ("getcheckin_daydata", {"useridlist": ["lisi"], "starttime": 0, "endtime": 32 * DAY}, 301024),
        ("getcheckin_daydata", {"useridlist": ["lisi", "ghost"]} | SPAN, 301021),
        ("getcheckin_monthdata", {"useridlist": ["x"] * 101} | SPAN, 301023),
        ("getcheckin_monthdata", {"useridlist": ["lisi"]}, 301024),
        ("getcheckinoption", {"useridlist": ["lisi"]}, 301024),
        ("getcheckinoption", {"useridlist": [], "datetime": 1772467200}, 301023),
        ("getcheckinschedulist", {"useridlist": ["lisi"]} | SPAN, 0),
        ("getcheckinschedulist", {"useridlist": ["nobody"]} | SPAN, 301021),
    ],
)
async def test_what_may_be_asked(everyone: CgiClient, path: str, body: dict[str, Any], number: int) -> None:
    assert (await everyone.post(f"checkin/{path}", **body))["errcode"] == number


async def test_an_app_asks_for_whom_it_sees_and_the_contacts_secret_for_nobody(
    market: CgiClient, contacts: CgiClient
) -> None:
    for path in ("getcheckin_daydata", "getcheckin_monthdata", "getcheckinschedulist"):
        assert (await market.post(f"checkin/{path}", useridlist=["wangwu"], **SPAN))["errcode"] == 0
        assert (await market.post(f"checkin/{path}", useridlist=["wangwu", "lisi"], **SPAN))["errcode"] == 301021
        assert (await contacts.post(f"checkin/{path}", useridlist=["wangwu"], **SPAN))["errcode"] == 48002

"""管理打卡规则, 排班, 添加打卡记录: what apps write, and who may."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.interfaces.cgi.documented_rule import DOCUMENTED
from tests.pictures import png
from tests.world import World
from wecom.features import checkins, directory
from wecom.features.accounts import SYSTEM
from wecom.features.checkins.rules_model import Slot, Timetable, Week
from wecom.foundation.db import transaction

RULE = DOCUMENTED | {
    "range": {"userid": ["lisi"]},
    "white_users": [],
    "reporterinfo": {"reporters": [{"userid": "zhangsan"}]},
}
PNG = png()
SHIFTS = [
    {"schedule_id": 0, "schedule_name": "休息"},
    {"schedule_name": "早班", "time_section": [{"time_id": 1, "work_sec": 28800, "off_work_sec": 57600}]},
    {"schedule_name": "夜班", "time_section": [{"time_id": 1, "work_sec": 79200, "off_work_sec": 108000}]},
]


def by_shift(userid: str) -> dict[str, Any]:
    body = {name: RULE[name] for name in RULE.keys() - {"checkindate"}}
    return body | {"grouptype": 2, "groupname": "门店", "schedulelist": SHIFTS, "range": {"userid": [userid]}}


async def test_what_is_written_is_read_and_holds_from_tomorrow_or_at_once(world: World, everyone: CgiClient) -> None:
    made = await everyone.post("checkin/add_checkin_option", group=RULE)
    assert (made["errcode"], made["errmsg"]) == (0, "ok")
    [read] = (await everyone.post("checkin/getcorpcheckinoption"))["group"]
    assert read["groupid"] == made["groupid"]
    for name in ("groupname", "loc_infos", "need_photo", "buka_remind", "allow_apply_bk_cnt", "sync_out_checkin"):
        assert read[name] == RULE[name], name
    today = int(world.services.clock().timestamp())
    for day, count in ((today, 0), (today + 86_400, 1)):
        answer = await everyone.post("checkin/getcheckinoption", datetime=day, useridlist=["lisi"])
        assert len(answer["info"]) == count
    at_once = {"group": {"groupid": made["groupid"], "need_photo": False}, "effective_now": True}
    assert (await everyone.post("checkin/update_checkin_option", **at_once))["errcode"] == 0
    [now] = (await everyone.post("checkin/getcheckinoption", datetime=today, useridlist=["lisi"]))["info"]
    assert not now["group"]["need_photo"] and now["group"]["loc_infos"] == RULE["loc_infos"]
    ended = await everyone.post("checkin/del_checkin_option", groupid=made["groupid"], effective_now=True)
    assert ended["errcode"] == 0
    assert (await everyone.post("checkin/getcorpcheckinoption"))["group"] == []
    again = await everyone.post("checkin/del_checkin_option", groupid=made["groupid"], effective_now=True)
    assert again["errcode"] == 301089


async def test_lists_are_cleared_but_never_place_and_wifi_both(everyone: CgiClient) -> None:
    off = [{"timestamp": 1798732800, "notes": "盘点"}]
    groupid = (await everyone.post("checkin/add_checkin_option", group=RULE | {"spe_offdays": off}))["groupid"]
    cleared = await everyone.post("checkin/clear_checkin_option_array_field", groupid=groupid, clear_field=[2, 3])
    assert cleared["errcode"] == 0
    [read] = (await everyone.post("checkin/getcorpcheckinoption"))["group"]
    assert (read["spe_offdays"], read["wifimac_infos"], len(read["loc_infos"])) == ([], [], 1)
    both = await everyone.post("checkin/clear_checkin_option_array_field", groupid=groupid, clear_field=[4])
    assert both["errcode"] == 301097
    for wrong in ([], [5]):
        answer = await everyone.post("checkin/clear_checkin_option_array_field", groupid=groupid, clear_field=wrong)
        assert answer["errcode"] == 301093


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        ({"grouptype": 9}, 301093),
        ({"groupname": "长" * 41}, 301093),
        ({"checkindate": "每天"}, 301093),
        ({"checkindate": [{"workdays": [7], "checkintime": DOCUMENTED["checkindate"][0]["checkintime"]}]}, 301093),
        ({"checkindate": [{"workdays": [1], "checkintime": [], "flex_time": 1}]}, 301094),
        ({"ot_info": {"type": 1}}, 301094),
        ({"range": {"userid": ["nobody"]}}, 301090),
        ({"range": {"party_id": [99]}}, 301090),
        ({"range": {"tagid": [99]}}, 301090),
        ({"range": {}}, 301093),
        ({"white_users": ["nobody"]}, 301090),
        ({"loc_infos": [], "wifimac_infos": []}, 301097),
    ],
)
async def test_what_no_rule_can_be(everyone: CgiClient, wrong: dict[str, Any], number: int) -> None:
    answer = await everyone.post("checkin/add_checkin_option", group=RULE | wrong)
    assert answer["errcode"] == number, answer
    assert (await everyone.post("checkin/getcorpcheckinoption"))["group"] == []


async def test_each_app_changes_its_own_rules_and_covers_whom_it_sees(everyone: CgiClient, market: CgiClient) -> None:
    groupid = (await everyone.post("checkin/add_checkin_option", group=RULE))["groupid"]
    change = {"groupid": groupid, "need_photo": False}
    assert (await market.post("checkin/update_checkin_option", group=change))["errcode"] == 301092
    assert (await market.post("checkin/del_checkin_option", groupid=groupid))["errcode"] == 301092
    clear = {"groupid": groupid, "clear_field": [3]}
    assert (await market.post("checkin/clear_checkin_option_array_field", **clear))["errcode"] == 301092
    assert (await market.post("checkin/add_checkin_option", group=RULE))["errcode"] == 301090
    assert (await everyone.post("checkin/add_checkin_option", group=RULE))["errcode"] == 301091
    assert (await everyone.post("checkin/update_checkin_option", group={"need_photo": True}))["errcode"] == 301089
    assert (await everyone.post("checkin/update_checkin_option", group={"groupid": 77}))["errcode"] == 301089
    other = await everyone.post("checkin/update_checkin_option", group={"groupid": groupid, "grouptype": 3})
    assert other["errcode"] == 301093


async def test_an_app_covers_nobody_through_a_tag_whom_it_does_not_see(world: World, market: CgiClient) -> None:
    async with transaction(world.pool) as tx:
        far, near = [(await directory.add_tag(tx, SYSTEM, name)).id for name in ("全员", "市场的")]
        await directory.put_tag_on(tx, SYSTEM, far, department_ids=[1])
        await directory.put_tag_on(tx, SYSTEM, near, member_ids=[world["zhangsan"].id])
    for tag, number in ((far, 301090), (near, 0)):
        body = RULE | {"range": {"tagid": [tag]}, "reporterinfo": {"reporters": []}}
        assert (await market.post("checkin/add_checkin_option", group=body))["errcode"] == number
        told = RULE | {"range": {"userid": ["zhangsan"]}, "reporterinfo": {"reporters": [{"tagid": tag}]}}
        assert (await market.post("checkin/add_checkin_option", group=told))["errcode"] == number


async def test_what_apps_cannot_write_stays_when_they_change_hours(world: World, everyone: CgiClient) -> None:
    strict = Timetable((Slot(1, 9 * 3600, 18 * 3600),), ahead=3600, after=7200, absent_if_late=1800)
    groupid = (await everyone.post("checkin/add_checkin_option", group=RULE))["groupid"]
    now = world.services.clock()
    weeks = (Week((1, 2, 3, 4, 5), strict),)
    async with transaction(world.pool) as tx:
        [made] = await checkins.newest_rules(tx)
        await checkins.change_rule(tx, SYSTEM, groupid, replace(made.rule, weeks=weeks), now=now)
    hours = {"workdays": [5, 4, 3, 2, 1], "checkintime": [{"time_id": 1, "work_sec": 28800, "off_work_sec": 61200}]}
    answer = await everyone.post("checkin/update_checkin_option", group={"groupid": groupid, "checkindate": [hours]})
    assert answer["errcode"] == 0
    [changed] = await checkins.newest_rules(world.pool)
    table = changed.rule.weeks[0].timetable
    assert table.slots[0].start == 28800
    assert (table.ahead, table.after, table.absent_if_late) == (3600, 7200, 1800)


async def test_shifts_are_planned_for_days_to_come_and_read_by_month(world: World, everyone: CgiClient) -> None:
    made = await everyone.post("checkin/add_checkin_option", group=by_shift("lisi"))
    groupid = made["groupid"]
    [rule] = (await everyone.post("checkin/getcorpcheckinoption"))["group"]
    early, night = rule["schedulelist"]
    now = world.services.clock().astimezone(ZoneInfo("Asia/Shanghai"))
    first = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    month = first.year * 100 + first.month

    async def plan(day: int, shift: int, **other: Any) -> int:
        items = [{"userid": other.pop("userid", "LISI"), "day": day, "schedule_id": shift}]
        body = {"groupid": groupid, "yearmonth": month, "items": items} | other
        number: int = (await everyone.post("checkin/setcheckinschedulist", **body))["errcode"]
        return number

    assert await plan(1, early["schedule_id"]) == 0
    assert await plan(2, night["schedule_id"]) == 0
    assert await plan(3, 0) == 0
    ask = {"starttime": int(first.timestamp()), "endtime": int(first.timestamp()) + 27 * 86_400, "useridlist": ["lisi"]}
    answer = await everyone.post("checkin/getcheckinschedulist", **ask)
    section = {
        "id": 1,
        "work_sec": 28800,
        "off_work_sec": 57600,
        "remind_work_sec": 28800,
        "remind_off_work_sec": 57600,
    }
    [planned] = answer["schedule_list"]
    assert (planned["userid"], planned["yearmonth"]) == ("lisi", month)
    assert (planned["groupid"], planned["groupname"]) == (groupid, "门店")
    days = planned["schedule"]["scheduleList"]
    assert days[0] == {
        "day": 1,
        "schedule_info": {"schedule_id": early["schedule_id"], "schedule_name": "早班", "time_section": [section]},
    }
    assert days[2]["schedule_info"] == {"schedule_id": 0, "schedule_name": "休息", "time_section": []}
    assert await plan(1, 999) == 301075
    assert await plan(32, 0) == 301075
    assert await plan(1, 0, yearmonth=202613) == 301075
    assert await plan(1, 0, items=[]) == 301075
    assert await plan(1, 0, groupid=999) == 301089
    assert await plan(1, 0, userid="nobody") == 301021
    assert await plan(1, 0, userid="wangwu") == 301075
    assert await plan(1, 0, yearmonth=202501) == 301073
    assert await plan(3, early["schedule_id"]) == 0
    assert (
        len(
            (await everyone.post("checkin/getcheckinschedulist", **ask))["schedule_list"][0]["schedule"]["scheduleList"]
        )
        == 3
    )


async def test_records_from_elsewhere_are_kept_once_and_as_a_whole(world: World, everyone: CgiClient) -> None:
    now = int(world.services.clock().timestamp())
    record = {
        "userid": "lisi",
        "checkin_time": now - 3600,
        "location_title": "东门",
        "location_detail": "滨江路 1 号",
        "notes": "🙂",
        "device_type": 1,
        "lat": 30547030,
        "lng": 104062890,
        "device_detail": "闸机-1",
        "wifiname": "Haiqiao",
        "wifimac": "AA:BB:CC:DD:EE:FF",
    }
    for _ in range(2):
        assert (await everyone.post("checkin/add_checkin_record", records=[record]))["errcode"] == 0
    ask = {"opencheckindatatype": 3, "starttime": now - 7200, "endtime": now, "useridlist": ["lisi"]}
    [kept] = (await everyone.post("checkin/getcheckindata", **ask))["checkindata"]
    for name in ("userid", "checkin_time", "location_title", "location_detail", "notes", "lat", "lng", "wifiname"):
        assert kept[name] == record[name], name
    assert (kept["deviceid"], kept["wifimac"]) == ("闸机-1", "aa:bb:cc:dd:ee:ff")
    for wrong, number in (
        ({"userid": "nobody"}, 301021),
        ({"checkin_time": now + 600}, 301081),
        ({"checkin_time": 0}, 301081),
        ({"device_type": 4}, 301083),
        ({"device_detail": "长" * 41}, 301083),
        ({"notes": "长" * 1025}, 301083),
        ({"lat": 90_000_001}, 301083),
        ({"lat": None}, 301083),
        ({"wifimac": "aabbccddeeff"}, 301083),
        ({"wifimac": ""}, 301083),
    ):
        good = record | {"checkin_time": now - 60}
        answer = await everyone.post("checkin/add_checkin_record", records=[good, record | wrong])
        assert answer["errcode"] == number, (wrong, answer)
    many = [record | {"checkin_time": now - 60 - n} for n in range(201)]
    assert (await everyone.post("checkin/add_checkin_record", records=many))["errcode"] == 301083
    assert (await everyone.post("checkin/add_checkin_record"))["errcode"] == 301083
    assert len((await everyone.post("checkin/getcheckindata", **ask))["checkindata"]) == 1


async def test_a_records_photo_is_shown_to_whom_may_see_its_member(
    world: World, everyone: CgiClient, market: CgiClient, contacts: CgiClient
) -> None:
    upload = aiohttp.FormData()
    upload.add_field("media", PNG, filename="tor.png")
    query = {"access_token": everyone.token, "type": "image"}
    async with everyone.client.post("/cgi-bin/media/upload", params=query, data=upload) as answered:
        photo = (await answered.json())["media_id"]
    now = int(world.services.clock().timestamp())
    record = {"userid": "lisi", "checkin_time": now - 60, "location_title": "", "location_detail": ""}
    record |= {"device_type": 3, "device_detail": "程序", "mediaids": [photo]}
    assert (await everyone.post("checkin/add_checkin_record", records=[record]))["errcode"] == 0
    ask = {"opencheckindatatype": 3, "starttime": now - 7200, "endtime": now, "useridlist": ["lisi"]}
    [kept] = (await everyone.post("checkin/getcheckindata", **ask))["checkindata"]
    [mediaid] = kept["mediaids"]
    for token in (everyone.token, contacts.token):
        query = {"access_token": token, "media_id": mediaid}
        async with everyone.client.get("/cgi-bin/media/get", params=query) as answered:
            assert await answered.read() == PNG
    assert (await market.get("media/get", media_id=mediaid))["errcode"] == 40007
    assert (await everyone.get("media/get", media_id=mediaid[:-1] + "é"))["errcode"] == 40007
    assert (await everyone.get("media/get", media_id=mediaid[:-2] + "AA"))["errcode"] == 40007
    gone = record | {"checkin_time": now - 30, "mediaids": ["none"]}
    assert (await everyone.post("checkin/add_checkin_record", records=[gone]))["errcode"] == 40007
    two = record | {"checkin_time": now - 30, "mediaids": [photo, photo]}
    assert (await everyone.post("checkin/add_checkin_record", records=[two]))["errcode"] == 301083


async def test_faces_are_not_kept(everyone: CgiClient) -> None:
    answer = await everyone.post("checkin/addcheckinuserface", userid="lisi", userface="aGk=")
    assert answer["errcode"] == 48002 and "recognises no faces" in answer["errmsg"]


async def test_what_an_app_writes_the_console_reads_and_too_much_is_refused(world: World, everyone: CgiClient) -> None:
    slot = DOCUMENTED["checkindate"][0]["checkintime"][0] | {"remind_work_sec": 35400, "remind_off_work_sec": 0}
    weeks = [{"workdays": [1], "checkintime": [slot]}]
    made = await everyone.post("checkin/add_checkin_option", group=RULE | {"checkindate": weeks})
    hr = await world.client("admin")
    async with hr.get(f"/api/attendance/rules/{made['groupid']}") as answer:
        assert answer.status == 200, await answer.text()
        [version] = (await answer.json())["versions"]
    [read] = version["rule"]["weeks"][0]["timetable"]["slots"]
    assert (read["remind_start"], read["remind_end"]) == (slot["work_sec"] - 35400, None)
    body = {"rule": version["rule"], "effective_now": True}
    async with hr.put(f"/api/attendance/rules/{made['groupid']}", json=body) as answer:
        assert answer.status == 200, await answer.text()
    [kept] = (await everyone.post("checkin/getcorpcheckinoption"))["group"]
    assert kept["checkindate"][0]["checkintime"][0]["remind_work_sec"] == 35400
    place = RULE["loc_infos"][0]
    for wrong in (
        {"loc_infos": [place | {"loc_title": "长" * 129}]},
        {"wifimac_infos": [{"wifiname": "长" * 129, "wifimac": "aa:bb:cc:dd:ee:ff"}]},
        {"checkindate": [{"workdays": [1], "checkintime": [slot | {"remind_work_sec": 10**9}]}]},
        {"checkindate": [{"workdays": [1], "checkintime": [slot]}] * 11},
        {"range": {"tagid": [], "userid": ["lisi"]}, "reporterinfo": {"reporters": [{"tagid": -1}]}},
    ):
        refused = await everyone.post("checkin/update_checkin_option", group={"groupid": made["groupid"]} | wrong)
        assert refused["errcode"] in (301093, 301090), wrong


async def test_a_rule_that_is_more_than_may_be_said_now_is_read_all_the_same(world: World, everyone: CgiClient) -> None:
    made = await everyone.post("checkin/add_checkin_option", group=RULE)
    async with transaction(world.pool) as tx:
        await tx.execute(
            """
            UPDATE checkin_rule_versions
            SET body = jsonb_set(body, '{name}', to_jsonb(repeat('长', 500))) || '{"exempt": [-1]}'
            """
        )
        await tx.execute("UPDATE checkin_state SET revision = gen_random_uuid()")
    hr = await world.client("admin")
    for path in ("rules", f"rules/{made['groupid']}"):
        async with hr.get(f"/api/attendance/{path}") as answer:
            assert answer.status == 200 and "长" * 500 in await answer.text()

"""The check-in chapter as wechatpy calls it."""

import time
from datetime import datetime, timedelta

from tests.features.checkins.company import add, office
from tests.journeys.sdk import Sdk
from tests.world import World

DAY = 86_400


async def test_check_ins_as_wechatpy_reads_them(world: World, notices: Sdk) -> None:
    now = int(time.time())
    rule = await add(world, office(world, "lisi"), at=f"{datetime.now() - timedelta(days=30):%Y-%m-%d} 12:00")
    body = {
        "records": [
            {
                "userid": "lisi",
                "checkin_time": now - 60,
                "location_title": "东门",
                "location_detail": "滨江路",
                "device_type": 2,
                "device_detail": "考勤机",
            }
        ]
    }
    await notices.call(lambda c: c.post("checkin/add_checkin_record", data=body))
    records = (await notices.call(lambda c: c.oa.get_checkin_data(3, now - DAY, now, ["lisi"])))["checkindata"]
    assert [each["deviceid"] for each in records if each["checkin_time"] == now - 60] == ["考勤机"]
    days = (await notices.call(lambda c: c.oa.get_checkin_daydata(now - 7 * DAY, now - 3 * DAY, ["lisi"])))["datas"]
    assert {each["base_info"]["rule_info"]["groupid"] for each in days} == {rule.rule_id} and len(days) == 5
    [month] = (await notices.call(lambda c: c.oa.get_checkin_monthdata(now - 7 * DAY, now - 3 * DAY, ["lisi"])))[
        "datas"
    ]
    assert month["summary_info"]["work_days"] + month["summary_info"]["rest_days"] == 5
    [whole] = (await notices.call(lambda c: c.oa.get_corp_checkin_option()))["group"]
    [mine] = (await notices.call(lambda c: c.oa.get_checkin_option(now, ["lisi"])))["info"]
    assert mine["group"] == whole
    assert (await notices.call(lambda c: c.oa.get_checkin_schedu_list(now, now + DAY, ["lisi"])))["schedule_list"] == []
    cell = {"userid": "lisi", "day": 1, "schedule_id": 0}
    assert await notices.refused(lambda c: c.oa.set_checkin_schedu_list(rule.rule_id, [cell], 203001)) == 301075
    assert await notices.refused(lambda c: c.oa.add_checkin_userface("lisi", "aGk=")) == 48002
    assert await notices.refused(lambda c: c.oa.get_checkin_option(now, ["ghost"])) == 301021

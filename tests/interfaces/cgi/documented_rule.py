"""A check-in rule as it is documented to be written."""

from typing import Any

DOCUMENTED: dict[str, Any] = {
    "grouptype": 1,
    "groupname": "打卡规则1",
    "checkindate": [
        {
            "workdays": [1, 2, 3, 4, 5],
            "checkintime": [
                {
                    "time_id": 1,
                    "work_sec": 36000,
                    "off_work_sec": 43200,
                    "remind_work_sec": 35400,
                    "remind_off_work_sec": 43200,
                    "earliest_work_sec": 35040,
                    "latest_work_sec": 37020,
                    "earliest_off_work_sec": 43140,
                    "latest_off_work_sec": 43800,
                }
            ],
            "flex_on_duty_time": 0,
            "flex_off_duty_time": 0,
        }
    ],
    "sync_holidays": True,
    "need_photo": True,
    "note_can_use_local_pic": False,
    "wifimac_infos": [{"wifiname": "Office-1", "wifimac": "C0:7B:BC:37:F8:D3"}],
    "allow_checkin_offworkday": True,
    "allow_apply_offworkday": True,
    "loc_infos": [
        {"lat": 30547030, "lng": 104062890, "loc_title": "成都大厦", "loc_detail": "天府三街", "distance": 300}
    ],
    "range": {"party_id": [2], "userid": ["james"], "tagid": [3]},
    "white_users": ["PAUL"],
    "type": 0,
    "reporterinfo": {"reporters": [{"userid": "paul"}, {"tagid": 3}]},
    "ot_info_v2": {"workdayconf": {"allow_ot": True, "type": 0}},
    "allow_apply_bk_cnt": -1,
    "option_out_range": 0,
    "use_face_detect": True,
    "allow_apply_bk_day_limit": -1,
    "open_face_live_detect": True,
    "buka_limit_next_month": -1,
    "sync_out_checkin": True,
    "buka_remind": {"open_remind": True, "buka_remind_day": 28, "buka_remind_month": 0},
    "buka_restriction": 0,
}

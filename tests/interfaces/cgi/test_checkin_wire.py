"""A check-in rule as WeCom writes it, and as it reads it: field by field, unit by unit."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.interfaces.cgi.documented_rule import DOCUMENTED
from wecom.features.checkins.checking import checked
from wecom.features.checkins.records import RuleVersion
from wecom.features.checkins.refusals import RuleUnfit
from wecom.features.checkins.rules_model import LateLeave, Rest, Rule, Tier
from wecom.interfaces.cgi.checkin_rule_in import Named, rule_from_wire
from wecom.interfaces.cgi.checkin_rule_out import Reading, rule_view
from wecom.interfaces.cgi.checkin_rule_wire import RuleBody
from wecom.interfaces.cgi.refusals import ObsoleteRuleField

ZONE = "Asia/Shanghai"
MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMED = Named({"james": 7, "paul": 8})
READING = Reading({7: "james", 8: "Paul", 1: "boss"}, frozenset({2}), ZONE)


def _rule(body: dict[str, Any], before: Rule | None = None) -> Rule:
    return checked(rule_from_wire(RuleBody.model_validate(body), before, NAMED, ZONE))


def _read(rule: Rule, zone: str = ZONE) -> dict[str, Any]:
    version = RuleVersion(69, 1, date(2026, 3, 3), False, rule, 5, 1, 8, MADE, MADE)
    return rule_view(version, replace(READING, zone=zone)).model_dump(mode="json", exclude_none=True)


def test_what_is_documented_is_written_and_read() -> None:
    read = _read(_rule(DOCUMENTED))
    for name in DOCUMENTED.keys() - {
        "checkindate",
        "range",
        "white_users",
        "reporterinfo",
        "ot_info_v2",
        "wifimac_infos",
    }:
        assert read[name] == DOCUMENTED[name], name
    [slot], wanted = read["checkindate"][0]["checkintime"], DOCUMENTED["checkindate"][0]["checkintime"][0]
    assert slot == wanted | {"allow_rest": False, "no_need_checkon": False, "no_need_checkoff": False}
    assert read["wifimac_infos"] == [{"wifiname": "Office-1", "wifimac": "c0:7b:bc:37:f8:d3"}]
    assert read["range"] == {"userid": ["james"], "party_id": [2], "partyid": [2], "tagid": [3]}
    assert read["white_users"] == ["Paul"]
    assert read["reporterinfo"] == {"reporters": [{"userid": "Paul"}, {"tagid": 3}], "updatetime": 1772442000}
    assert (read["groupid"], read["create_userid"], read["update_userid"]) == (69, "boss", "Paul")
    assert read["create_time"] == 1772442000
    work = read["ot_info_v2"]["workdayconf"]
    assert work["allow_ot"] and work["type"] == 0
    assert {name: work["applycheckin"][name] for name in ("ot_time_start", "ot_time_min", "ot_time_max")} == {
        "ot_time_start": 1800,
        "ot_time_min": 1800,
        "ot_time_max": 14400,
    }
    assert read["ot_info"]["type"] == 0 and read["ot_info"]["allow_ot_workingday"]


@pytest.mark.parametrize(("lat", "lng"), [(30547030, 104062890), (39908823, 116397470), (52520008, 13404954), (-1, 1)])
def test_degrees_times_a_million_come_back_to_the_last_digit(lat: int, lng: int) -> None:
    place = {"lat": lat, "lng": lng, "distance": 100}
    rule = _rule(DOCUMENTED | {"loc_infos": [place]})
    [read] = _read(rule)["loc_infos"]
    assert (read["lat"], read["lng"]) == (lat, lng)
    moved = abs(rule.places[0].latitude * 1_000_000 - lat)
    assert (moved > 500) == (lng in (104062890, 116397470))  # kept in WGS-84, which is elsewhere in China alone


def test_seconds_are_read_as_seconds_and_what_was_milliseconds_as_milliseconds() -> None:
    week = DOCUMENTED["checkindate"][0] | {"flex_on_duty_time": 300, "flex_off_duty_time": 600}
    rule = _rule(DOCUMENTED | {"checkindate": [week]})
    table = rule.weeks[0].timetable
    assert (table.late_grace, table.early_grace) == (300, 600)
    ahead = replace(rule, weeks=(replace(rule.weeks[0], timetable=replace(table, ahead=10_800)),))
    read = _read(ahead)["checkindate"][0]
    assert (read["flex_on_duty_time"], read["flex_off_duty_time"]) == (300, 600)
    assert (read["flex_time"], read["limit_aheadtime"]) == (300_000, 10_800_000)


def test_shifts_bands_late_leaving_and_rests_come_back() -> None:
    night = {
        "schedule_name": "夜班",
        "time_section": [
            {
                "work_sec": 79200,
                "off_work_sec": 108000,
                "allow_rest": True,
                "rest_begin_time": 93600,
                "rest_end_time": 97200,
                "no_need_checkoff": True,
            }
        ],
        "max_allow_arrive_early": 600,
        "max_allow_arrive_late": 900,
        "late_rule": {
            "allow_offwork_after_time": True,
            "timerules": [{"offwork_after_time": 3600, "onwork_flex_time": 1800}],
        },
    }
    rest = {"schedule_id": 0, "schedule_name": "休息"}
    body = {name: DOCUMENTED[name] for name in DOCUMENTED.keys() - {"checkindate"}}
    rule = _rule(body | {"grouptype": 2, "schedulelist": [rest, night]})
    [shift] = rule.shifts
    assert shift.timetable.slots[0].rests == (Rest(93600, 97200),)
    assert shift.timetable.late_leaves == (LateLeave(3600, 1800),)
    [read] = _read(rule)["schedulelist"]
    for name in night.keys() - {"time_section"}:
        assert read[name] == night[name], name
    section = read["time_section"][0]
    assert section["rest_times"] == [{"rest_begin_time": 93600, "rest_end_time": 97200}]
    assert section["no_need_checkoff"] and read["noneed_offwork"] and not section["no_need_checkon"]
    assert (section["time_id"], section["off_work_sec"]) == (1, 108000)


def test_special_days_are_midnights_of_the_company() -> None:
    off = {"timestamp": 1512057600, "notes": "不需要打卡的日期"}
    away = {"type": 1, "begtime": 1790784000, "endtime": 1791302400, "notes": "年假"}
    often = {"type": 2, "begtime": 1790784000, "endtime": 1798732800}
    rule = _rule(DOCUMENTED | {"spe_offdays": [off, away], "spe_workdays": [often]})
    assert [(each.every, each.first, each.last) for each in rule.days_off] == [
        ("day", date(2017, 12, 1), date(2017, 12, 1)),
        ("range", date(2026, 10, 1), date(2026, 10, 7)),
    ]
    read = _read(rule)
    assert read["spe_offdays"][0] == off | {"type": 0, "checkintime": []}
    assert read["spe_offdays"][1] == away | {"timestamp": 1790784000, "checkintime": []}
    assert read["spe_workdays"][0]["type"] == 2 and read["spe_workdays"][0]["endtime"] == 1798732800


def test_overtime_by_punches_and_by_approval() -> None:
    part = {
        "allow_ot": True,
        "type": 1,
        "checkin": {
            "ot_time_start": 600,
            "ot_time_min": 1200,
            "ot_time_max": 7200,
            "restinfo": {"type": 2, "cal_ottime_rule": {"items": [{"ot_time": 3600, "rest_time": 600}]}},
        },
        "ot_trans_enable": True,
        "ot_trans_type": 1,
        "vacation": {"trans_ratio": 150, "sync_vacation": True},
        "ot_time_range": 1,
    }
    windows = [{"fix_time_begin_sec": 43200, "fix_time_end_sec": 46800}]
    other = {"allow_ot": True, "type": 2, "apply": {"restinfo": {"type": 1, "fix_time_rule_list": windows}}}
    unit = {
        "ot_time_unit": 3,
        "perday_duration_secs": 27000,
        "rounding_method": 3,
        "rounding_precision": 0,
        "step_size": 0.5,
    }
    v2 = {"workdayconf": part, "restdayconf": other, "time_unit_config": unit}
    rule = _rule(DOCUMENTED | {"ot_info_v2": v2})
    assert rule.overtime.workday.rests.tiers == (Tier(3600, 600),)
    read = _read(rule)
    back = read["ot_info_v2"]
    assert {name: back["workdayconf"][name] for name in part.keys() - {"checkin"}} == {
        name: part[name] for name in part.keys() - {"checkin"}
    }
    assert back["restdayconf"]["apply"]["restinfo"]["fix_time_rule_list"] == windows
    assert back["time_unit_config"] == unit
    old = read["ot_info"]
    assert old["type"] == 1 and old["otcheckinfo"]["ot_workingday_time_start"] == 600
    assert old["otcheckinfo"]["ot_workingday_restinfo"]["cal_ottime_rule"]["items"] == [
        {"ot_time": 3600, "rest_time": 600}
    ]
    assert old["otapplyinfo"]["ot_nonworkingday_restinfo"]["fix_time_rule"] == windows[0]
    again = _rule({"ot_info_v2": {"restdayconf": {"allow_ot": False}}}, rule)
    assert again.overtime.workday == rule.overtime.workday and not again.overtime.restday.allowed


def test_make_ups_and_free_hours_and_what_is_only_kept() -> None:
    body = DOCUMENTED | {
        "grouptype": 3,
        "allow_apply_bk_cnt": 3,
        "allow_apply_bk_day_limit": 30,
        "buka_limit_next_month": 5,
        "buka_restriction": 0b0110,
        "buka_remind": {"open_remind": True, "buka_remind_day": 3, "buka_remind_month": 1},
        "offwork_interval_time": 300,
        "span_day_time": 18000,
        "standard_work_duration": 27000,
        "checkin_method_type": 2,
        "open_sp_checkin": True,
        "option_out_range": 2,
        "type": 3,
    }
    read = _read(_rule(body))
    for name in ("buka_remind", "buka_restriction", "span_day_time", "standard_work_duration", "offwork_interval_time"):
        assert read[name] == body[name], name
    assert [read[each] for each in ("allow_apply_bk_cnt", "allow_apply_bk_day_limit", "buka_limit_next_month")] == [
        3,
        30,
        5,
    ]
    assert [read[each] for each in ("checkin_method_type", "open_sp_checkin", "option_out_range", "type")] == [
        2,
        True,
        2,
        3,
    ]


def test_what_is_absent_or_empty_stays_and_what_is_given_replaces() -> None:
    rule = _rule(DOCUMENTED)
    assert _rule({}, rule) == rule
    assert _rule({"loc_infos": [], "white_users": [], "checkindate": []}, rule) == rule
    wider = _rule({"groupname": "另一条", "wifimac_infos": [{"wifimac": "70:10:5c:7d:f6:d5"}]}, rule)
    assert (wider.name, len(wider.wifi), wider.places) == ("另一条", 1, rule.places)


@pytest.mark.parametrize("field", ["flex_time", "limit_aheadtime", "noneed_offwork"])
def test_what_was_replaced_is_refused_by_name(field: str) -> None:
    week = DOCUMENTED["checkindate"][0] | {field: 0}
    with pytest.raises(ObsoleteRuleField, match=field):
        _rule(DOCUMENTED | {"checkindate": [week]})
    with pytest.raises(ObsoleteRuleField, match="ot_info"):
        _rule(DOCUMENTED | {"ot_info": {}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"grouptype": 4},
        {"groupname": ""},
        {"range": None},
        {"type": 1},
        {"option_out_range": 3},
        {"buka_restriction": 16},
        {"checkin_method_type": 3},
        {"loc_infos": [{"lat": 90_000_001, "lng": 0, "distance": 100}]},
        {"loc_infos": [{"lat": 0, "lng": 0, "distance": 0}]},
        {"spe_offdays": [{"type": 1, "begtime": 1790784000}]},
        {"spe_offdays": [{"timestamp": -1}]},
        {"checkindate": [DOCUMENTED["checkindate"][0] | {"max_allow_arrive_late": 301}]},
        {"checkindate": [DOCUMENTED["checkindate"][0] | {"max_allow_arrive_late": 300, "flex_on_duty_time": 60}]},
        {"checkindate": [DOCUMENTED["checkindate"][0] | {"flex_on_duty_time": 21660}]},
        {"ot_info_v2": {"workdayconf": {"type": 3}}},
        {"ot_info_v2": {"workdayconf": {"type": 1, "checkin": {"ot_time_max": 43260}}}},
        {"buka_remind": {"open_remind": True, "buka_remind_day": 27, "buka_remind_month": 1}},
    ],
)
def test_what_no_rule_can_say(wrong: dict[str, Any]) -> None:
    with pytest.raises(RuleUnfit):
        _rule(DOCUMENTED | wrong)

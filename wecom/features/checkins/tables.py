"""Days and months as rows of a table, with the columns of WeCom's own reports, for payroll.

Hours are hours with two digits, minutes are whole: what a result has in seconds is rounded here and nowhere else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from .model import TOLD_ONLY, Applied, AppliedSum, DayResult, ExceptionCount, MonthResult, Offsets

Language = Literal["zh-CN", "en", "de"]
Cell = str | int | float

PERSON = ("name", "userid", "departments", "position", "rule")
SUMS = (
    "standard",
    "worked",
    "wrong",
    "late",
    "late_minutes",
    "early",
    "early_minutes",
    "absent",
    "absent_minutes",
    "missing",
    "place",
    "device",
    "late_received",
)
ABSENCES = ("leave", "out", "trip", "make_up")
OVERTIME = ("overtime", "overtime_workday", "overtime_restday", "overtime_holiday", "as_time_off", "as_money")
DAY = ("date", *PERSON, "shift", "kind", "earliest", "latest", "punches", *SUMS, *ABSENCES, *OVERTIME, "final")
MONTH = (
    "month",
    *PERSON,
    "work_days",
    "regular_days",
    "exception_days",
    "rest_days",
    *SUMS,
    *ABSENCES,
    *OVERTIME,
    "open",
)

TITLES: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "date": "日期",
        "month": "月份",
        "name": "姓名",
        "userid": "账号",
        "departments": "部门",
        "position": "职务",
        "rule": "所属规则",
        "shift": "班次",
        "kind": "日期类型",
        "earliest": "最早打卡",
        "latest": "最晚打卡",
        "punches": "打卡次数",
        "work_days": "应打卡天数",
        "regular_days": "正常天数",
        "exception_days": "异常天数",
        "rest_days": "休息天数",
        "standard": "标准工作时长(小时)",
        "worked": "实际工作时长(小时)",
        "wrong": "异常合计(次)",
        "late": "迟到次数",
        "late_minutes": "迟到时长(分钟)",
        "early": "早退次数",
        "early_minutes": "早退时长(分钟)",
        "absent": "旷工次数",
        "absent_minutes": "旷工时长(分钟)",
        "missing": "缺卡次数",
        "place": "地点异常(次)",
        "device": "设备异常(次)",
        "late_received": "按设备时间补传(次)",
        "leave": "请假(小时)",
        "leave_of": "请假·{name}(小时)",
        "out": "外出(小时)",
        "trip": "出差(小时)",
        "make_up": "补卡(次)",
        "overtime": "加班总时长(小时)",
        "overtime_workday": "工作日加班(小时)",
        "overtime_restday": "休息日加班(小时)",
        "overtime_holiday": "节假日加班(小时)",
        "as_time_off": "计为调休(小时)",
        "as_money": "计为加班费(小时)",
        "final": "是否定稿",
        "open": "未定稿天数",
        "yes": "是",
        "no": "否",
        "work": "工作日",
        "rest": "休息日",
        "holiday": "节假日",
    },
    "en": {
        "date": "Date",
        "month": "Month",
        "name": "Name",
        "userid": "Userid",
        "departments": "Departments",
        "position": "Position",
        "rule": "Rule",
        "shift": "Shift",
        "kind": "Kind of day",
        "earliest": "First punch",
        "latest": "Last punch",
        "punches": "Punches",
        "work_days": "Work days",
        "regular_days": "Regular days",
        "exception_days": "Days with exceptions",
        "rest_days": "Days off",
        "standard": "Standard hours",
        "worked": "Hours worked",
        "wrong": "Exceptions",
        "late": "Late",
        "late_minutes": "Minutes late",
        "early": "Left early",
        "early_minutes": "Minutes early",
        "absent": "Absent",
        "absent_minutes": "Minutes absent",
        "missing": "Punches missing",
        "place": "Out of range",
        "device": "Other device",
        "late_received": "Counted by device's clock",
        "leave": "Leave (hours)",
        "leave_of": "Leave: {name} (hours)",
        "out": "Work elsewhere (hours)",
        "trip": "Trips (hours)",
        "make_up": "Make-ups",
        "overtime": "Overtime (hours)",
        "overtime_workday": "Overtime on work days (hours)",
        "overtime_restday": "Overtime on days off (hours)",
        "overtime_holiday": "Overtime on holidays (hours)",
        "as_time_off": "As time off (hours)",
        "as_money": "As pay (hours)",
        "final": "Final",
        "open": "Days not final",
        "yes": "yes",
        "no": "no",
        "work": "work",
        "rest": "off",
        "holiday": "holiday",
    },
    "de": {
        "date": "Datum",
        "month": "Monat",
        "name": "Name",
        "userid": "Benutzer-ID",
        "departments": "Abteilungen",
        "position": "Position",
        "rule": "Regel",
        "shift": "Schicht",
        "kind": "Art des Tages",
        "earliest": "Erste Stempelung",
        "latest": "Letzte Stempelung",
        "punches": "Stempelungen",
        "work_days": "Arbeitstage",
        "regular_days": "Tage ohne Abweichung",
        "exception_days": "Tage mit Abweichung",
        "rest_days": "Freie Tage",
        "standard": "Sollstunden",
        "worked": "Arbeitsstunden",
        "wrong": "Abweichungen",
        "late": "Verspätet",
        "late_minutes": "Minuten verspätet",
        "early": "Zu früh gegangen",
        "early_minutes": "Minuten zu früh",
        "absent": "Unentschuldigt",
        "absent_minutes": "Minuten unentschuldigt",
        "missing": "Fehlende Stempelungen",
        "place": "Außerhalb des Bereichs",
        "device": "Anderes Gerät",
        "late_received": "Zählt nach Geräteuhr",
        "leave": "Abwesenheit (Stunden)",
        "leave_of": "Abwesenheit: {name} (Stunden)",
        "out": "Außer Haus (Stunden)",
        "trip": "Dienstreise (Stunden)",
        "make_up": "Nachträge",
        "overtime": "Überstunden",
        "overtime_workday": "Überstunden an Arbeitstagen",
        "overtime_restday": "Überstunden an freien Tagen",
        "overtime_holiday": "Überstunden an Feiertagen",
        "as_time_off": "Als Freizeit (Stunden)",
        "as_money": "Als Geld (Stunden)",
        "final": "Endgültig",
        "open": "Tage noch offen",
        "yes": "ja",
        "no": "nein",
        "work": "Arbeitstag",
        "rest": "frei",
        "holiday": "Feiertag",
    },
}


@dataclass(frozen=True, slots=True)
class Who:
    """What a row says of its person."""

    name: str
    userid: str
    departments: str
    position: str
    rule: str


def heads(columns: Sequence[str], language: Language, leaves: Sequence[str] = ()) -> list[Cell]:
    """`leaves`: what leave is called; each has a column after all others."""
    words = TITLES[language]
    return [*(words[each] for each in columns), *(words["leave_of"].format(name=each) for each in leaves)]


def day_row(who: Who, day: DayResult, offsets: Offsets, language: Language, leaves: Sequence[str] = ()) -> list[Cell]:
    """In the order of `DAY`; times are of the rule's zone."""
    words = TITLES[language]
    overtime: dict[tuple[str, str | None], int] = {}
    if day.overtime.seconds:
        overtime[day.kind, day.overtime.becomes] = day.overtime.seconds
    applied: dict[str, tuple[int, int]] = {}
    for each in day.applied:
        count, seconds = applied.get(each.kind, (0, 0))
        applied[each.kind] = count + 1, seconds + each.seconds
    return [
        day.date.isoformat(),
        *_person(who),
        day.shift_name,
        words[day.kind] + (f" {day.name}" if day.name else ""),
        clock(day.earliest, offsets),
        clock(day.latest, offsets),
        day.punches,
        *_sums(day.standard, day.worked, day.exceptions),
        *_absences(applied),
        *_overtime(overtime),
        words["yes" if day.closed else "no"],
        *_leaves(day.applied, leaves),
    ]


def month_row(who: Who, month: str, sums: MonthResult, leaves: Sequence[str] = ()) -> list[Cell]:
    """In the order of `MONTH`."""
    applied: dict[str, tuple[int, int]] = {}
    for each in sums.applied:
        count, seconds = applied.get(each.kind, (0, 0))
        applied[each.kind] = count + each.count, seconds + each.seconds
    return [
        month,
        *_person(who),
        sums.work_days,
        sums.regular_days,
        sums.exception_days,
        sums.rest_days,
        *_sums(sums.standard, sums.worked, sums.exceptions),
        *_absences(applied),
        *_overtime({(on, becomes): seconds for on, becomes, seconds in sums.overtime}),
        sums.open_days,
        *_leaves(sums.applied, leaves),
    ]


def clock(at: int | None, offsets: Offsets) -> str:
    """The date and time that the clock showed there."""
    if at is None:
        return ""
    offset = offsets.first
    for since, each in offsets.transitions:
        if since > at:
            break
        offset = each
    return (datetime.fromtimestamp(at, UTC) + timedelta(seconds=offset)).strftime("%Y-%m-%d %H:%M")


def _person(who: Who) -> list[Cell]:
    return [who.name, who.userid, who.departments, who.position, who.rule]


def _sums(standard: int, worked: int, exceptions: Iterable[ExceptionCount]) -> list[Cell]:
    by = {each.kind: each for each in exceptions}

    def count(kind: str) -> int:
        return by[kind].count if kind in by else 0

    def minutes(kind: str) -> int:
        return by[kind].seconds // 60 if kind in by else 0

    return [
        _hours(standard),
        _hours(worked),
        sum(each.count for each in by.values() if each.kind not in TOLD_ONLY),
        count("late"),
        minutes("late"),
        count("early"),
        minutes("early"),
        count("absent"),
        minutes("absent"),
        count("missing"),
        count("place"),
        count("device"),
        count("late_received"),
    ]


def _absences(applied: dict[str, tuple[int, int]]) -> list[Cell]:
    hours: list[Cell] = [_hours(applied.get(kind, (0, 0))[1]) for kind in ("leave", "out", "trip")]
    return [*hours, applied.get("make_up", (0, 0))[0]]


def _leaves(applied: Iterable[Applied | AppliedSum], leaves: Sequence[str]) -> list[Cell]:
    by = dict.fromkeys(leaves, 0)
    for each in applied:
        if each.kind == "leave" and each.name in by:
            by[each.name] += each.seconds
    return [_hours(seconds) for seconds in by.values()]


def _overtime(sums: dict[tuple[str, str | None], int]) -> list[Cell]:
    def on(kind: str) -> float:
        return _hours(sum(seconds for (each, _), seconds in sums.items() if each == kind))

    def becoming(what: str) -> float:
        return _hours(sum(seconds for (_, each), seconds in sums.items() if each == what))

    whole = _hours(sum(sums.values()))
    return [whole, on("work"), on("rest"), on("holiday"), becoming("time_off"), becoming("money")]


def _hours(seconds: int) -> float:
    return round(seconds / 3600, 2)

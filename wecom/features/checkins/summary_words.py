"""What summaries say, in the languages of those who read them. Hours and minutes are rounded as tables round them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .model import ExceptionKind, MonthResult
from .tables import Language

Period = Literal["day", "week", "month"]
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Persons:
    """Somebody's days of the period, added up."""

    name: str
    sums: MonthResult


WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "day": "考勤日报",
        "week": "考勤周报",
        "month": "考勤月报",
        "people": "应出勤 {expected} 人，正常 {regular} 人，异常 {wrong} 人，休息 {resting} 人",
        "late": "迟到 {people} 人 {count} 次，共 {minutes} 分钟",
        "early": "早退 {people} 人 {count} 次，共 {minutes} 分钟",
        "absent": "旷工 {people} 人 {count} 次",
        "missing": "缺卡 {people} 人 {count} 次",
        "place": "地点异常 {people} 人 {count} 次",
        "device": "设备异常 {people} 人 {count} 次",
        "stray": "更正未生效 {people} 人 {count} 次",
        "leave": "请假 {people} 人，{hours} 小时",
        "trip": "出差 {people} 人，{hours} 小时",
        "out": "外出 {people} 人，{hours} 小时",
        "overtime": "加班 {people} 人，{hours} 小时",
        "worked": "实际工作 {hours} 小时，标准 {standard} 小时",
        "open": "有 {count} 个人日尚未定稿",
        "named": "{line}：{names}",
        "more": "等",
        "comma": "、",
    },
    "en": {
        "day": "Attendance of the day",
        "week": "Attendance of the week",
        "month": "Attendance of the month",
        "people": "{expected} expected, {regular} without exceptions, {wrong} with, {resting} off",
        "late": "Late: {count}× by {people}, {minutes} min",
        "early": "Left early: {count}× by {people}, {minutes} min",
        "absent": "Absent: {count}× by {people}",
        "missing": "Punches missing: {count} of {people}",
        "place": "Out of range: {count}× by {people}",
        "device": "Other device: {count}× by {people}",
        "stray": "Corrections without a shift: {count} of {people}",
        "leave": "Leave: {people}, {hours} h",
        "trip": "Trips: {people}, {hours} h",
        "out": "Work elsewhere: {people}, {hours} h",
        "overtime": "Overtime: {people}, {hours} h",
        "worked": "Worked {hours} h of {standard} h",
        "open": "Days that are not final: {count}",
        "named": "{line} ({names})",
        "more": " …",
        "comma": ", ",
    },
    "de": {
        "day": "Anwesenheit des Tages",
        "week": "Anwesenheit der Woche",
        "month": "Anwesenheit des Monats",
        "people": "{expected} erwartet, {regular} ohne Abweichung, {wrong} mit, {resting} frei",
        "late": "Verspätet: {people}, {count}-mal, {minutes} Min.",
        "early": "Zu früh gegangen: {people}, {count}-mal, {minutes} Min.",
        "absent": "Unentschuldigt: {people}, {count}-mal",
        "missing": "Fehlende Stempelungen: {count} von {people}",
        "place": "Außerhalb des Bereichs: {people}, {count}-mal",
        "device": "Anderes Gerät: {people}, {count}-mal",
        "stray": "Berichtigungen ohne Schicht: {people}, {count}-mal",
        "leave": "Abwesenheit: {people}, {hours} Std.",
        "trip": "Dienstreisen: {people}, {hours} Std.",
        "out": "Außer Haus: {people}, {hours} Std.",
        "overtime": "Überstunden: {people}, {hours} Std.",
        "worked": "{hours} von {standard} Std. gearbeitet",
        "open": "Noch nicht endgültige Tage: {count}",
        "named": "{line} ({names})",
        "more": " …",
        "comma": ", ",
    },
}
WRONG: tuple[ExceptionKind, ...] = ("late", "early", "absent", "missing", "place", "device", "stray")
AWAY = ("leave", "trip", "out")


def title(rule: str, period: Period, first: date, last: date, language: Language) -> str:
    on = first.isoformat() if period == "day" else f"{first:%Y-%m}" if period == "month" else f"{first} – {last}"
    return f"{rule} · {WORDS[language][period]} {on}"


def lines(people: Sequence[Persons], language: Language) -> list[str]:
    """What a report over these people says, with the names of some for whom something was wrong."""
    words = WORDS[language]
    wrong = [each for each in people if each.sums.exception_days]
    expected = [each for each in people if each.sums.work_days]
    said = [
        words["people"].format(
            expected=len(expected),
            regular=len([each for each in expected if not each.sums.exception_days]),
            wrong=len(wrong),
            resting=len(people) - len(expected),
        )
    ]
    for kind in WRONG:
        found = [(p.name, e) for p in people for e in p.sums.exceptions if e.kind == kind and e.count]
        if found:
            seconds = sum(each.seconds for _, each in found)
            line = words[kind].format(
                people=len(found), count=sum(each.count for _, each in found), minutes=seconds // 60
            )
            said.append(_named(line, [name for name, _ in found], words))
    for away in AWAY:
        gone = [(p.name, a.seconds) for p in people for a in p.sums.applied if a.kind == away]
        if gone:
            names = list(dict.fromkeys(name for name, _ in gone))
            line = words[away].format(people=len(names), hours=_hours(sum(seconds for _, seconds in gone)))
            said.append(_named(line, names, words))
    over = [sum(seconds for _, _, seconds in each.sums.overtime) for each in people]
    if any(over):
        said.append(words["overtime"].format(people=len([each for each in over if each]), hours=_hours(sum(over))))
    worked, standard = sum(p.sums.worked for p in people), sum(p.sums.standard for p in people)
    said.append(words["worked"].format(hours=_hours(worked), standard=_hours(standard)))
    if unsure := sum(each.sums.open_days for each in people):
        said.append(words["open"].format(count=unsure))
    return said


def _named(line: str, names: Sequence[str], words: dict[str, str]) -> str:
    more = words["more"] if len(names) > MOST_NAMED else ""
    return words["named"].format(line=line, names=words["comma"].join(names[:MOST_NAMED]) + more)


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".")

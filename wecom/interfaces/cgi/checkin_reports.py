"""Days and months as WeCom's reports tell them.

Lengths are seconds; what was granted by the day is told as the part of a day that it took, times 86,400. A month is
told by adding up what its days tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from wecom.features.checkins import ApprovedFact, DayResult, Rulebook, RuleVersion
from wecom.features.checkins.model import Applied, DayKind, ExceptionKind, FactKind, OvertimeStatus
from wecom.features.checkins.results import fold, wall
from wecom.features.checkins.rules_model import Becomes, RuleKind
from wecom.features.directory import Member

from .checkin_rule_out import DAY, midnight
from .wire import Answer

RECORD_TYPES: dict[RuleKind, int] = {"fixed": 1, "shift": 3, "free": 4}
OVERTIME_RECORD, NO_RULE = 5, 7
EXCEPTIONS: dict[ExceptionKind, int] = {"late": 1, "early": 2, "missing": 3, "absent": 4, "place": 5, "device": 6}
LASTING = frozenset({"late", "early", "absent"})
OVERTIME: dict[OvertimeStatus, int] = {"none": 0, "ok": 1, "short": 2}
ITEMS: dict[FactKind, int] = {"leave": 1, "make_up": 2, "trip": 3, "out": 4}
CALLED: dict[FactKind, str] = {"leave": "请假", "make_up": "补卡", "trip": "出差", "out": "外出", "overtime": "加班"}
FIELD_WORK, FIELD_WORK_CALLED = 100, "外勤次数"
BY_DAY, BY_HOUR = 0, 1


class HoursView(Answer):
    work_sec: int
    off_work_sec: int


class DayRuleView(Answer):
    groupid: int
    groupname: str
    scheduleid: int
    schedulename: str
    checkintime: list[HoursView]


class DayBaseView(Answer):
    date: int
    record_type: int
    name: str
    name_ex: str
    departs_name: str
    acctid: str
    rule_info: DayRuleView
    day_type: int


class DaySummaryView(Answer):
    checkin_count: int
    regular_work_sec: int
    standard_work_sec: int
    earliest_time: int
    lastest_time: int


class TextView(Answer):
    lang: str = "zh_CN"
    text: str


class TextsView(Answer):
    data: list[TextView]


class ApprovalView(Answer):
    sp_number: str
    sp_title: TextsView
    sp_description: TextsView


class ItemView(Answer):
    type: int
    vacation_id: int
    name: str
    time_type: int
    count: int
    duration: int


class ExceptionView(Answer):
    exception: int
    count: int
    duration: int | None


class DayOvertimeView(Answer):
    ot_status: int
    ot_duration: int
    exception_duration: list[int]
    workday_over_as_vacation: int
    workday_over_as_money: int
    restday_over_as_vacation: int
    restday_over_as_money: int
    holiday_over_as_vacation: int
    holiday_over_as_money: int


class DayView(Answer):
    base_info: DayBaseView
    summary_info: DaySummaryView
    holiday_infos: list[ApprovalView]
    exception_infos: list[ExceptionView]
    ot_info: DayOvertimeView
    sp_items: list[ItemView]


class MonthRuleView(Answer):
    groupid: int
    groupname: str


class MonthBaseView(Answer):
    record_type: int
    name: str
    name_ex: str
    departs_name: str
    acctid: str
    rule_info: MonthRuleView


class MonthSummaryView(Answer):
    work_days: int
    regular_days: int
    except_days: int
    rest_days: int
    regular_work_sec: int
    standard_work_sec: int


class OverworkView(Answer):
    workday_over_sec: int
    restdays_over_sec: int
    holidays_over_sec: int
    workdays_over_as_vacation: int
    workdays_over_as_money: int
    restdays_over_as_vacation: int
    restdays_over_as_money: int
    holidays_over_as_vacation: int
    holidays_over_as_money: int


class MonthView(Answer):
    base_info: MonthBaseView
    summary_info: MonthSummaryView
    exception_infos: list[ExceptionView]
    sp_items: list[ItemView]
    overwork_info: OverworkView


@dataclass(frozen=True, slots=True)
class Reported:
    """Days of some members, and all that is told with them."""

    members: Sequence[Member]
    days: Mapping[int, list[DayResult]]
    book: Rulebook
    departments: Mapping[int, str]
    facts: Mapping[int, ApprovedFact]


def day_view(member: Member, day: DayResult, of: Reported) -> DayView:
    version = _version(day, of.book)
    return DayView(
        base_info=DayBaseView(
            date=midnight(day.date, of.book.zone),
            record_type=_record_type(day),
            name=member.name,
            name_ex=member.alias,
            departs_name=of.departments[member.id],
            acctid=member.userid,
            rule_info=DayRuleView(
                groupid=version.rule_id if version else 0,
                groupname=version.rule.name if version else "",
                scheduleid=day.shift_id or 0,
                schedulename=day.shift_name,
                checkintime=_hours(day, of.book),
            ),
            day_type=0 if day.kind == "work" else 1,
        ),
        summary_info=DaySummaryView(
            checkin_count=day.punches,
            regular_work_sec=day.worked,
            standard_work_sec=day.standard,
            earliest_time=_clock(day.earliest, day, of.book),
            lastest_time=_clock(day.latest, day, of.book),
        ),
        holiday_infos=[_approval(each, of) for each in day.applied],
        exception_infos=exceptions((day,)),
        ot_info=_day_overtime(day),
        sp_items=items((day,)),
    )


def month_view(member: Member, days: Sequence[DayResult], of: Reported) -> MonthView:
    sums = fold(days)
    ruled = [day for day in days if day.rule_id is not None]
    version = _version(ruled[-1], of.book) if ruled else None
    return MonthView(
        base_info=MonthBaseView(
            record_type=RECORD_TYPES[version.rule.kind] if version else NO_RULE,
            name=member.name,
            name_ex=member.alias,
            departs_name=of.departments[member.id],
            acctid=member.userid,
            rule_info=MonthRuleView(
                groupid=version.rule_id if version else 0, groupname=version.rule.name if version else ""
            ),
        ),
        summary_info=MonthSummaryView(
            work_days=sums.work_days,
            regular_days=sums.regular_days,
            except_days=sums.exception_days,
            rest_days=sums.rest_days,
            regular_work_sec=sums.worked,
            standard_work_sec=sums.standard,
        ),
        exception_infos=exceptions(days),
        sp_items=items(days),
        overwork_info=_overwork(sums.overtime),
    )


def exceptions(days: Iterable[DayResult]) -> list[ExceptionView]:
    """What was wrong, by kind; how long only of what lasts."""
    return [
        ExceptionView(
            exception=EXCEPTIONS[each.kind],
            count=each.count,
            duration=each.seconds if each.kind in LASTING else None,
        )
        for each in fold(days).exceptions
        if each.kind in EXCEPTIONS
    ]


def items(days: Iterable[DayResult]) -> list[ItemView]:
    """What was approved, by kind and name; and how often somebody was elsewhere."""
    sums: dict[tuple[int, int, str, int], list[int]] = {}
    for day in days:
        for each in day.applied:
            if each.kind in ITEMS:
                time_type = BY_DAY if each.by_day else BY_HOUR
                key = (ITEMS[each.kind], each.vacation, each.name or CALLED[each.kind], time_type)
                _add(sums, key, _lasted(each, day))
        for point in day.points:
            if point.where == "outside" and point.punched is not None:
                _add(sums, (FIELD_WORK, 0, FIELD_WORK_CALLED, BY_DAY), 0)
    return [
        ItemView(type=type, vacation_id=vacation, name=name, time_type=time_type, count=count, duration=duration)
        for (type, vacation, name, time_type), (count, duration) in sorted(sums.items())
    ]


def _add(sums: dict[tuple[int, int, str, int], list[int]], key: tuple[int, int, str, int], seconds: int) -> None:
    one = sums.setdefault(key, [0, 0])
    one[0] += 1
    one[1] += seconds


def _lasted(applied: Applied, day: DayResult) -> int:
    """Seconds that were worked otherwise; of what goes by the day, its part of the day."""
    if applied.kind == "make_up":
        return 0
    if not applied.by_day or not day.standard:
        return applied.seconds
    return min(DAY, round(applied.seconds / day.standard * DAY))


def _record_type(day: DayResult) -> int:
    if day.rule_kind is None:
        return NO_RULE
    overtime = day.kind != "work" and day.overtime.status != "none"
    return OVERTIME_RECORD if overtime else RECORD_TYPES[day.rule_kind]


def _version(day: DayResult, book: Rulebook) -> RuleVersion | None:
    return book.in_force(day.rule_id, day.date) if day.rule_id is not None else None


def _hours(day: DayResult, book: Rulebook) -> list[HoursView]:
    """By which the day was judged, whatever was planned since: its slots, and where there is no such slot any more,
    when one was expected."""
    laid = book.shape(book.key(day.rule_id, day.date, day.shift_id))
    slots = {slot.id: (laid.at(slot.start), laid.at(slot.end)) for slot in laid.slots}
    made = []
    for came, went in zip(day.points[::2], day.points[1::2], strict=True):
        start, end = slots.get(came.slot_id, (came.expected, went.expected))
        if start is not None:
            made.append(HoursView(work_sec=_clock(start, day, book), off_work_sec=_clock(end, day, book)))
    return made


def _clock(at: int | None, day: DayResult, book: Rulebook) -> int:
    """What the clock shows, in seconds after the date's midnight; past 86,400 on the day after."""
    if at is None:
        return 0
    shown_on, seconds = wall(book.zone_of(day.rule_id, day.date), at)
    return (shown_on - day.date).days * DAY + seconds


def _approval(applied: Applied, of: Reported) -> ApprovalView:
    fact = of.facts.get(applied.fact_id)
    zone = ZoneInfo(of.book.zone)
    title, description = applied.name or CALLED[applied.kind], ""
    if fact:
        start, end = fact.starts_at.astimezone(zone), fact.ends_at.astimezone(zone)
        description = f"{start:%m/%d %H:%M}~{end:%m/%d %H:%M}"
        if applied.kind != "make_up":
            title += _length(fact, (end.date() - start.date()).days)
    return ApprovalView(
        sp_number=applied.number,
        sp_title=TextsView(data=[TextView(text=title)]),
        sp_description=TextsView(data=[TextView(text=description)]),
    )


def _length(fact: ApprovedFact, nights: int) -> str:
    seconds = (fact.ends_at - fact.starts_at).total_seconds()
    return f"{round(seconds / DAY, 1) or nights}天" if fact.by_day else f"{round(seconds / 3600, 1)}小时"


def _day_overtime(day: DayResult) -> DayOvertimeView:
    over = day.overtime
    sums = {(day.kind, over.becomes): over.seconds}
    return DayOvertimeView(
        ot_status=OVERTIME[over.status],
        ot_duration=over.seconds,
        exception_duration=[over.short] if over.status == "short" else [],
        workday_over_as_vacation=sums.get(("work", "time_off"), 0),
        workday_over_as_money=sums.get(("work", "money"), 0),
        restday_over_as_vacation=sums.get(("rest", "time_off"), 0),
        restday_over_as_money=sums.get(("rest", "money"), 0),
        holiday_over_as_vacation=sums.get(("holiday", "time_off"), 0),
        holiday_over_as_money=sums.get(("holiday", "money"), 0),
    )


def _overwork(overtime: Iterable[tuple[DayKind, Becomes | None, int]]) -> OverworkView:
    sums: dict[tuple[DayKind, Becomes | None], int] = {(kind, becomes): n for kind, becomes, n in overtime}

    def whole(wanted: DayKind) -> int:
        return sum(seconds for (kind, _), seconds in sums.items() if kind == wanted)

    return OverworkView(
        workday_over_sec=whole("work"),
        restdays_over_sec=whole("rest"),
        holidays_over_sec=whole("holiday"),
        workdays_over_as_vacation=sums.get(("work", "time_off"), 0),
        workdays_over_as_money=sums.get(("work", "money"), 0),
        restdays_over_as_vacation=sums.get(("rest", "time_off"), 0),
        restdays_over_as_money=sums.get(("rest", "money"), 0),
        holidays_over_as_vacation=sums.get(("holiday", "time_off"), 0),
        holidays_over_as_money=sums.get(("holiday", "money"), 0),
    )

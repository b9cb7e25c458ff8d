"""Days that other systems judged wrongly, and the days that docs/check-ins.md tells of."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wecom.features.checkins.model import Aim, CalendarDay, DayInputs, DayResult, Fact, Punched, Scheduled, Way
from wecom.features.checkins.results import fold, judge, plan, shape
from wecom.features.checkins.rules_model import (
    FreeHours,
    LateLeave,
    Overtime,
    OvertimePart,
    OvertimeRests,
    Rest,
    Rule,
    Shift,
    Slot,
    Tier,
    Timetable,
    Week,
)
from wecom.features.checkins.zones import offsets_of

HOUR = 3600
MONDAY = date(2026, 3, 2)
WEEKDAYS = (1, 2, 3, 4, 5)


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    """'2 18:05' is the second of March 2026 at 18:05; hours may pass 24."""
    day, clock = text.split()
    hours, minutes = clock.split(":")
    midnight = datetime(2026, 3, int(day), tzinfo=ZoneInfo(zone))
    return int((midnight + timedelta(hours=int(hours), minutes=int(minutes))).timestamp())


def punches(*texts: str, way: Way | None = None) -> tuple[Punched, ...]:
    return tuple(Punched(n + 1, at(text), way) for n, text in enumerate(texts))


def fixed(*slots: Slot, weekdays: tuple[int, ...] = WEEKDAYS, overtime: Overtime | None = None, **times: Any) -> Rule:
    timetable = Timetable(slots or (Slot(1, 9 * HOUR, 18 * HOUR),), **times)
    return Rule("fixed", "规则", "Asia/Shanghai", weeks=(Week(weekdays, timetable),), overtime=overtime or Overtime())


NIGHT = Slot(1, 22 * HOUR, 30 * HOUR)
NIGHTS = fixed(NIGHT, weekdays=(0, 1, 2, 3, 4, 5, 6))


def day_of(rule: Rule, day: int, there: tuple[Punched, ...] = (), **more: Any) -> DayResult:
    """That day of March 2026."""
    calendar = more.pop("calendar", {})
    scheduled = more.pop("scheduled", {})
    dates = [date(2026, 3, day) + timedelta(n) for n in (-1, 0, 1)]
    shapes = [
        shape(rule, offsets_of(rule.zone), each, calendar.get(each.day), scheduled.get(each.day)) for each in dates
    ]
    return judge(DayInputs(plan(*shapes), there, **more))


def said(result: DayResult) -> list[tuple[str, int]]:
    return [(point.status, point.seconds // 60) for point in result.points]


def wrong(result: DayResult) -> dict[str, tuple[int, int]]:
    return {each.kind: (each.count, each.seconds // 60) for each in result.exceptions}


def test_going_home_from_the_night_shift_is_not_the_next_days_coming() -> None:
    """horilla-hr 358."""
    there = punches("2 21:55", "3 06:04", "3 21:58", "4 06:01")
    monday, tuesday = day_of(NIGHTS, 2, there), day_of(NIGHTS, 3, there)
    assert [point.punched for point in monday.points] == [at("2 21:55"), at("3 06:04")]
    assert [point.punched for point in tuesday.points] == [at("3 21:58"), at("4 06:01")]
    assert not monday.exceptions and not tuesday.exceptions
    assert monday.worked == 8 * HOUR + 9 * 60


def test_going_home_is_of_its_own_shift_also_when_the_next_day_has_one() -> None:
    """frappe/hrms 3298: a night, and a morning shift ten hours later."""
    rule = Rule(
        "shift",
        "排班",
        "Asia/Shanghai",
        shifts=(
            Shift(1, "夜", Timetable((NIGHT,))),
            Shift(2, "中", Timetable((Slot(1, 16 * HOUR, 24 * HOUR),))),
        ),
    )
    scheduled = {2: Scheduled(1), 3: Scheduled(2), 4: Scheduled(0)}
    there = punches("2 22:00", "3 06:10", "3 15:50", "4 00:03")
    monday, tuesday = (day_of(rule, day, there, scheduled=scheduled) for day in (2, 3))
    assert said(monday) == said(tuesday) == [("normal", 0), ("normal", 0)]
    assert tuesday.points[1].punched == at("4 00:03")


def test_a_forgotten_going_is_not_closed_by_the_next_mornings_coming() -> None:
    """odoo 29645."""
    there = punches("2 08:55", "3 08:58", "3 18:02")
    monday, tuesday = day_of(fixed(), 2, there), day_of(fixed(), 3, there)
    assert said(monday) == [("normal", 0), ("missing", 0)] and monday.worked == 0
    assert said(tuesday) == [("normal", 0), ("normal", 0)]
    insisted = (*there[:1], Punched(9, at("3 08:58"), "end"))
    assert said(day_of(fixed(), 2, insisted)) == [("normal", 0), ("missing", 0)]


def test_a_day_may_end_at_twenty_four_hours() -> None:
    """adfinis/timed 462."""
    result = day_of(fixed(Slot(1, 16 * HOUR, 24 * HOUR)), 2, punches("2 15:50", "3 00:00"))
    assert not result.exceptions and result.worked == 8 * HOUR + 600


def test_nobody_is_absent_before_the_last_window_has_closed() -> None:
    """frappe/hrms 714 and 1703."""
    rule = fixed(Slot(1, 18 * HOUR, 26 * HOUR))
    assert said(day_of(rule, 2, as_of=at("3 02:30"))) == [("not_yet", 0), ("not_yet", 0)]
    closes = day_of(rule, 2).closes
    assert closes > at("3 02:30")
    assert wrong(day_of(rule, 2, as_of=closes - 1)) == {}
    assert wrong(day_of(rule, 2, as_of=closes)) == {"absent": (1, 480)}


def test_two_punches_within_a_minute_are_one_coming() -> None:
    there = (Punched(1, at("2 08:59") + 5, source="machine"), Punched(2, at("2 08:59") + 40, source="machine"))
    assert said(day_of(fixed(), 2, there)) == [("normal", 0), ("missing", 0)]


def test_the_first_coming_and_the_last_going_count() -> None:
    there = punches("2 08:50", "2 09:20", "2 11:59", "2 17:30", "2 18:40")
    result = day_of(fixed(), 2, there)
    assert [point.punch_id for point in result.points] == [1, 5] and not result.exceptions


def test_overtime_past_midnight_is_of_the_evening_before() -> None:
    part = OvertimePart(allowed=True, basis="punches", start_after=1800, maximum=12 * HOUR, becomes="money")
    rule = fixed(overtime=Overtime(workday=part))
    result = day_of(rule, 2, punches("2 09:00", "3 02:00"))
    assert (result.overtime.seconds, result.overtime.becomes) == (int(7.5 * HOUR), "money")
    assert day_of(rule, 3, punches("2 09:00", "3 02:00")).punches == 0


def test_the_clocks_minute_counts_and_not_its_seconds() -> None:
    there = (Punched(1, at("2 09:00") + 59), Punched(2, at("2 18:00")))
    assert not day_of(fixed(), 2, there).exceptions
    assert wrong(day_of(fixed(), 2, (Punched(1, at("2 09:01")), Punched(2, at("2 17:59") + 59)))) == {
        "late": (1, 1),
        "early": (1, 1),
    }


def test_whoever_says_what_a_punch_is_is_believed() -> None:
    result = day_of(fixed(), 2, (Punched(1, at("2 09:00"), "start"), Punched(2, at("2 11:00"), "end")))
    assert said(result) == [("normal", 0), ("early", 420)]
    assert said(day_of(fixed(), 2, (Punched(1, at("2 15:00"), "start"),))) == [("late", 360), ("missing", 0)]


def test_grace_forgives_and_beyond_it_all_of_it_is_late() -> None:
    rule = fixed(late_grace=15 * 60, absent_if_late=2 * HOUR)
    assert said(day_of(rule, 2, punches("2 09:15", "2 18:00")))[0] == ("normal", 0)
    assert said(day_of(rule, 2, punches("2 09:16", "2 18:00")))[0] == ("late", 16)
    assert said(day_of(rule, 2, punches("2 11:01", "2 18:00")))[0] == ("absent", 121)


def test_a_band_moves_the_day_both_ways() -> None:
    rule = fixed(band_early=HOUR, band_late=HOUR)
    assert said(day_of(rule, 2, punches("2 08:20", "2 17:20"))) == [("normal", 0), ("normal", 0)]
    assert said(day_of(rule, 2, punches("2 09:40", "2 18:30"))) == [("normal", 0), ("early", 10)]
    assert said(day_of(rule, 2, punches("2 10:10", "2 19:00"))) == [("late", 10), ("normal", 0)]


def test_who_leaves_late_may_come_late() -> None:
    rule = fixed(late_leaves=(LateLeave(2 * HOUR, HOUR), LateLeave(4 * HOUR, 2 * HOUR)))
    monday = day_of(rule, 2, punches("2 09:00", "2 20:05"))
    assert monday.left_late == 2 * HOUR + 300
    tuesday = punches("3 10:00", "3 18:00")
    assert not day_of(rule, 3, tuesday, left_late=monday.left_late).exceptions
    assert wrong(day_of(rule, 3, tuesday)) == {"late": (1, 60)}


def test_several_slots_and_an_absent_afternoon() -> None:
    rule = fixed(Slot(1, 9 * HOUR, 12 * HOUR), Slot(2, 13 * HOUR, 18 * HOUR))
    result = day_of(rule, 2, punches("2 08:59", "2 12:10"))
    assert said(result) == [("normal", 0), ("normal", 0), ("absent", 300), ("absent", 0)]
    assert wrong(result) == {"absent": (1, 300)} and result.standard == 8 * HOUR
    typed = (*punches("2 08:59"), Punched(2, at("2 12:40"), "end"), Punched(3, at("2 12:50"), "start"))
    assert [point.punch_id for point in day_of(rule, 2, typed).points] == [1, 2, 3, None]


def test_no_check_out_needed() -> None:
    slot = Slot(1, 9 * HOUR, 18 * HOUR, needs_end=False, rests=(Rest(12 * HOUR, 13 * HOUR),))
    result = day_of(fixed(slot), 2, punches("2 08:57"))
    assert said(result) == [("normal", 0), ("not_needed", 0)]
    assert result.worked == 8 * HOUR + 180 and result.standard == 8 * HOUR


def test_leave_covers_the_morning_and_is_not_work() -> None:
    slot = Slot(1, 9 * HOUR, 18 * HOUR, rests=(Rest(12 * HOUR, 13 * HOUR),))
    leave = Fact(7, "leave", at("2 09:00"), at("2 12:00"), number="202603020001", name="年假")
    result = day_of(fixed(slot), 2, punches("2 13:05", "2 18:00"), facts=(leave,))
    assert said(result) == [("late", 5), ("normal", 0)]
    assert [(each.number, each.seconds) for each in result.applied] == [("202603020001", 3 * HOUR)]
    whole = Fact(8, "leave", at("2 00:00"), at("2 24:00"))
    away = day_of(fixed(slot), 2, facts=(whole,))
    assert said(away) == [("covered", 0), ("covered", 0)] and not away.exceptions
    assert day_of(fixed(slot), 3, facts=(whole,)).applied == ()


def test_a_day_of_leave_of_who_works_by_night_is_of_the_night_that_begins_on_it() -> None:
    day_off = Fact(1, "leave", at("3 00:00"), at("3 24:00"), name="年假", by_day=True)
    there = punches("2 21:50", "3 06:00")
    before, on, after = (day_of(NIGHTS, day, there, facts=(day_off,)) for day in (2, 3, 4))
    assert (before.worked, before.applied, before.exceptions) == (8 * HOUR + 600, (), ())
    assert said(on) == [("covered", 0), ("covered", 0)] and [each.seconds for each in on.applied] == [8 * HOUR]
    assert after.applied == () and wrong(after) == {"absent": (1, 480)}
    hours = Fact(1, "leave", at("3 02:00"), at("3 06:00"))
    assert [each.seconds for each in day_of(NIGHTS, 2, there, facts=(hours,)).applied] == [4 * HOUR]


def test_leave_takes_the_band_only_from_the_side_that_it_moved() -> None:
    rule = fixed(band_early=HOUR, band_late=HOUR)
    evening = Fact(1, "leave", at("2 16:00"), at("2 18:00"))
    assert said(day_of(rule, 2, punches("2 09:40", "2 16:00"), facts=(evening,))) == [("normal", 0), ("normal", 0)]
    morning = Fact(1, "leave", at("2 09:00"), at("2 11:00"))
    assert said(day_of(rule, 2, punches("2 11:20", "2 18:00"), facts=(morning,)))[0] == ("late", 20)


def test_what_was_approved_is_never_worked_as_well() -> None:
    out = Fact(1, "out", at("2 10:00"), at("2 16:00"))
    result = day_of(fixed(), 2, punches("2 09:00", "2 18:00"), facts=(out,))
    assert (result.worked, result.applied[0].seconds, result.exceptions) == (3 * HOUR, 6 * HOUR, ())


def test_a_correction_counts_and_the_last_one_most() -> None:
    there = (
        *punches("2 09:00"),
        Punched(5, at("2 17:00"), source="correction", aim=Aim(MONDAY, 1, "end")),
        Punched(6, at("2 18:00"), source="correction", aim=Aim(MONDAY, 1, "end"), fact_id=3),
    )
    result = day_of(fixed(), 2, there)
    assert not result.exceptions
    assert (result.points[1].source, result.points[1].fact_id) == ("correction", 3)


def test_where_one_was_is_another_question_than_when() -> None:
    there = (
        Punched(1, at("2 09:10"), where="place", strange_device=True),
        Punched(2, at("2 18:00"), where="outside"),
    )
    result = day_of(fixed(), 2, there)
    assert wrong(result) == {"late": (1, 10), "place": (1, 0), "device": (1, 0)}
    assert result.points[1].where == "outside"


def test_holidays_days_off_for_them_and_days_worked_for_them() -> None:
    calendar = {2: CalendarDay("holiday", "春节"), 3: CalendarDay("off", "春节"), 7: CalendarDay("workday", "春节")}
    assert [day_of(fixed(), day, calendar=calendar).kind for day in (2, 3, 4, 7, 8)] == [
        "holiday",
        "rest",
        "work",
        "work",
        "rest",
    ]


def test_overtime_on_a_holiday_is_told_apart_and_its_rests_are_taken_off() -> None:
    tiers = OvertimeRests(tiers=(Tier(4 * HOUR, HOUR),))
    part = OvertimePart(allowed=True, basis="overlap", maximum=8 * HOUR, rests=tiers, becomes="time_off")
    rule = fixed(overtime=Overtime(holiday=part))
    approved = Fact(1, "overtime", at("2 10:00"), at("2 16:00"))
    calendar = {2: CalendarDay("holiday", "节")}
    result = day_of(rule, 2, punches("2 09:30", "2 15:00"), facts=(approved,), calendar=calendar)
    assert result.overtime.seconds == 4 * HOUR and result.kind == "holiday"
    short = day_of(rule, 2, punches("2 09:30", "2 10:20"), facts=(approved,), calendar=calendar)
    assert (short.overtime.status, short.overtime.short) == ("short", 1200)


def test_free_hours_need_time_between_coming_and_going() -> None:
    free = FreeHours(apart=HOUR, standard=8 * HOUR)
    rule = Rule("free", "自由", "Asia/Shanghai", weeks=(Week(WEEKDAYS),), free=free)
    assert said(day_of(rule, 2, punches("2 10:00", "2 10:30"))) == [("normal", 0), ("missing", 0)]
    result = day_of(rule, 2, punches("2 10:00", "3 01:00"))
    assert not result.exceptions and result.worked == 15 * HOUR
    assert wrong(day_of(rule, 2)) == {"absent": (1, 480)}


def test_free_hours_that_say_no_number_are_absent_all_the_same() -> None:
    rule = Rule("free", "自由", "Asia/Shanghai", weeks=(Week(WEEKDAYS),), free=FreeHours())
    assert wrong(day_of(rule, 2)) == {"absent": (1, 0)}
    assert fold([day_of(rule, day) for day in (2, 3, 7)]).regular_days == 0


def test_hours_of_leave_are_owed_no_more_on_a_free_day() -> None:
    rule = Rule("free", "自由", "Asia/Shanghai", weeks=(Week(WEEKDAYS),), free=FreeHours(standard=8 * HOUR))
    morning = Fact(1, "leave", at("2 09:00"), at("2 13:00"))
    result = day_of(rule, 2, facts=(morning,))
    assert wrong(result) == {"absent": (1, 240)} and result.applied[0].seconds == 4 * HOUR
    came = day_of(rule, 2, punches("2 09:00", "2 18:00"), facts=(morning,))
    assert (came.worked, came.exceptions) == (5 * HOUR, ())
    rest = Fact(2, "trip", at("2 14:00"), at("2 18:00"))
    assert said(day_of(rule, 2, facts=(morning, rest))) == [("covered", 0), ("covered", 0)]


def test_a_night_in_which_clocks_change_lasts_as_long_as_it_lasts() -> None:
    timetable = Timetable((Slot(1, 22 * HOUR, 30 * HOUR),))
    rule = Rule("fixed", "Nacht", "Europe/Berlin", weeks=(Week(tuple(range(7)), timetable),))
    there = (
        Punched(1, int(datetime(2026, 3, 28, 21, tzinfo=UTC).timestamp())),
        Punched(2, int(datetime(2026, 3, 29, 4, tzinfo=UTC).timestamp())),
    )
    result = day_of(rule, 28, there)
    assert not result.exceptions and result.worked == result.standard == 7 * HOUR

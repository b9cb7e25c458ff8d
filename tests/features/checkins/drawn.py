"""Cases drawn at random: rules, shifts, zones, nights when clocks change, and what people do.

Everything is drawn as numbers by strategies that are made once: making one costs more than judging a day.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.features.checkins.reference_days import Case
from wecom.features.checkins.model import Aim, CalendarDay, Fact, Punched, Scheduled
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
    SpecialDays,
    Tier,
    Timetable,
    Week,
)

T = TypeVar("T")
HOUR = 3600
ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
]
TURNS = ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-09-06"]
"""Days on which clocks change in one of these."""
USUAL = [(9, 18), (22, 30), (0, 24), (8, 12, 13, 17), (6, 14), (18, 26), (9, 12, 13, 15, 16, 19), (14, 22)]
RESTS = [
    OvertimeRests(),
    OvertimeRests(windows=(Rest(18 * HOUR, 19 * HOUR), Rest(12 * HOUR, 13 * HOUR))),
    OvertimeRests(windows=(Rest(23 * HOUR, 27 * HOUR),)),
    OvertimeRests(tiers=(Tier(2 * HOUR, 1800), Tier(4 * HOUR, HOUR))),
]


@cache
def between(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


class Drawing:
    """Draws numbers, and what is made of them."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def number(self, low: int, high: int) -> int:
        return int(self.draw(between(low, high)))

    def one_of(self, values: Sequence[T]) -> T:
        return values[self.number(0, len(values) - 1)]

    def yes(self, out_of: int = 2) -> bool:
        return self.number(1, out_of) == out_of

    def quarters(self, low: int, high: int) -> int:
        """Seconds: a multiple of a quarter of an hour, from hour to hour."""
        return 900 * self.number(4 * low, 4 * high)

    def some(self, values: Sequence[T]) -> tuple[T, ...]:
        chosen = self.number(0, 2 ** len(values) - 1)
        return tuple(value for n, value in enumerate(values) if chosen >> n & 1)


@st.composite
def cases(draw: Any) -> Case:
    one = Drawing(draw)
    day = date.fromisoformat(one.one_of(TURNS)) + timedelta(one.number(-2, 1))
    if one.yes():
        day = date(2025, 1, 1) + timedelta(one.number(0, 1000))
    kinds = [None] * 5 + [CalendarDay(kind, "节") for kind in ("holiday", "off", "workday")]
    planned = [Scheduled(1), Scheduled(1), Scheduled(2), Scheduled(3), Scheduled(0), None]
    rule = rule_on(one, day)
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(rule.zone)).timestamp())
    marks = [mark for each in timetables(rule) for slot in each.slots for mark in marks_of(slot)]
    return Case(
        rule,
        day,
        (one.one_of(kinds), one.one_of(kinds), one.one_of(kinds)),
        (one.one_of(planned), one.one_of(planned), one.one_of(planned)),
        tuple(punch_near(one, n, day, midnight, marks) for n in range(one.number(0, 7))),
        tuple(fact_near(one, n, midnight) for n in range(one.one_of([0, 0, 1, 2, 3]))),
        one.one_of([0, 0, 1800, 3600, 7200, 10000]),
        midnight + 60 * one.number(-600, 2880) if one.yes(3) else None,
    )


def timetables(rule: Rule) -> list[Timetable]:
    return [each.timetable for each in (*rule.weeks, *rule.shifts)]


def marks_of(slot: Slot) -> list[int]:
    """Where something turns."""
    marks = [slot.start, slot.end, slot.earliest_start, slot.latest_start, slot.earliest_end, slot.latest_end]
    return [mark for mark in marks if mark is not None] + [slot.start, slot.end, (slot.start + slot.end) // 2]


def rule_on(one: Drawing, day: date) -> Rule:
    kind = one.one_of(["fixed", "fixed", "shift", "shift", "free"])
    common: dict[str, Any] = {
        "kind": kind,
        "name": "规则",
        "zone": one.one_of(ZONES),
        "overtime": Overtime(overtime(one), overtime(one), overtime(one)),
        "day_turns": one.quarters(0, 8),
        "outside_counts": one.yes(),
    }
    if kind == "shift":
        return Rule(**common, shifts=tuple(Shift(n, f"班{n}", timetable(one)) for n in (1, 2, 3)))
    days = range(7)
    week = Week(
        one.one_of([(1, 2, 3, 4, 5), tuple(days), one.some(days)]),
        timetable(one),
        fortnightly=one.yes(3),
        odd_weekdays=one.some(days),
        even_weekdays=one.some(days),
    )
    return Rule(
        **common,
        weeks=(week, Week((6,), timetable(one))),
        worked_days=(special(one, day),) if one.yes(5) else (),
        days_off=(special(one, day),) if one.yes(5) else (),
        free=FreeHours(one.quarters(0, 3), one.one_of([None, one.quarters(1, 10)]), one.yes()),
    )


def special(one: Drawing, day: date) -> SpecialDays:
    first = day + timedelta(one.number(-15, 1))
    every = one.one_of(["day", "range", "fortnight"])
    return SpecialDays(every, first, first + timedelta(one.number(0, 16)), "特", slots(one) if one.yes() else ())


def timetable(one: Drawing) -> Timetable:
    grace, band = one.one_of([(0, 0), (1, 0), (0, 1)])
    return Timetable(
        slots=slots(one),
        flexible=not one.yes(3),
        late_grace=300 * one.number(0, 8) * grace,
        early_grace=300 * one.number(0, 8) * grace,
        band_early=300 * one.number(0, 8) * band,
        band_late=300 * one.number(0, 8) * band,
        leaving_late_counts=one.yes(),
        late_leaves=one.one_of([(), (LateLeave(3600, 1800), LateLeave(7200, 5400))]),
        ahead=one.quarters(0, 3) if one.yes() else None,
        after=one.quarters(0, 4) if one.yes() else None,
        absent_if_late=300 * one.number(0, 8) if one.yes() else None,
        absent_if_early=300 * one.number(0, 8) if one.yes() else None,
    )


def slots(one: Drawing) -> tuple[Slot, ...]:
    if one.yes():
        marks = [hour * HOUR for hour in one.one_of(USUAL)]
    else:
        drawn = sorted({900 * one.number(0, 4 * 38) for _ in range(2 * one.number(1, 3))})
        marks = (drawn if len(drawn) % 2 == 0 else drawn[1:]) or [9 * HOUR, 18 * HOUR]
        if marks[0] >= 24 * HOUR:
            marks = [mark - 14 * HOUR for mark in marks]
    return tuple(slot(one, n // 2 + 1, marks[n], marks[n + 1]) for n in range(0, len(marks), 2))


def slot(one: Drawing, id: int, start: int, end: int) -> Slot:
    rests: tuple[Rest, ...] = ()
    if end - start > 4 * HOUR and one.yes():
        pause = start + one.quarters(0, 3)
        rests = (Rest(pause, pause + one.quarters(0, 2) + 900),)
    minutes = (end - start) // 60
    windowed = one.yes()
    needs = one.one_of([(True, True)] * 5 + [(True, False), (False, True), (False, False)])
    return Slot(
        id,
        start,
        end,
        earliest_start=start - one.quarters(0, 3) if windowed and one.yes() else None,
        latest_start=start + 60 * one.number(0, minutes) if windowed and one.yes() else None,
        earliest_end=end - 60 * one.number(0, minutes) if windowed and one.yes() else None,
        latest_end=end + one.quarters(0, 4) if windowed and one.yes() else None,
        needs_start=needs[0],
        needs_end=needs[1],
        rests=rests,
    )


def overtime(one: Drawing) -> OvertimePart:
    return OvertimePart(
        allowed=not one.yes(3),
        basis=one.one_of(["overlap", "punches", "approval"]),
        start_after=one.one_of([0, 1800]),
        minimum=one.one_of([0, 1800, 3600]),
        maximum=one.one_of([2 * HOUR, 4 * HOUR]),
        rests=one.one_of(RESTS),
        becomes=one.one_of([None, "time_off", "money"]),
    )


def punch_near(one: Drawing, n: int, day: date, midnight: int, marks: list[int]) -> Punched:
    aim = None
    at = midnight + 60 * one.number(-1200, 3360)
    if marks and not one.yes(3):
        nights = one.one_of([-1, 0, 0, 0, 0, 1])
        at = (
            midnight + 24 * HOUR * nights + one.one_of(marks) + 300 * one.number(-9, 9) + 60 * one.one_of([-1, 0, 0, 1])
        )
    if one.yes(7):
        on = day + timedelta(one.one_of([0, 0, 1]))
        aim = Aim(
            on, one.one_of([1, 1, 2, 9, None]), one.one_of(["start", "end", None]), one.one_of([None, None, 0, 1])
        )
    return Punched(
        id=100 - n if one.yes() else 200 + n,
        at=at + one.number(0, 59),
        way=one.one_of([None, None, "start", "end"]),
        source="correction" if aim else one.one_of(["phone", "machine"]),
        outside=one.yes(8),
        where=one.one_of(["normal", "normal", "outside", "place", "wifi"]),
        strange_device=one.yes(6),
        aim=aim,
        late_received=one.yes(8),
    )


def fact_near(one: Drawing, n: int, midnight: int) -> Fact:
    start = midnight + one.quarters(-6, 36)
    length = 30 * HOUR if one.yes(5) else one.quarters(0, 8) + 900
    kind = one.one_of(["leave", "trip", "out", "overtime", "overtime"])
    if kind != "overtime" and one.yes(3):  # days, which need not begin when this rule's do
        start = midnight + 24 * HOUR * one.number(-1, 1) + one.one_of([0, 0, 0, -HOUR, 12 * HOUR])
        return Fact(n, kind, start, start + 24 * HOUR * one.number(1, 2), by_day=True)
    return Fact(n, kind, start, start + length)

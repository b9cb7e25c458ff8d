"""What is asked of a day, for the second judge: minute by minute, from docs/check-ins.md.

It looks at every minute of six days and asks of each what the clock shows and whose day it is. Zones come from the zone
database itself.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from wecom.features.checkins.model import CalendarDay, Fact, Punched, Scheduled
from wecom.features.checkins.rules_model import Rule, Slot, Timetable

Asked = tuple[str, Timetable, tuple[Slot, ...]]


@dataclass(frozen=True)
class Case:
    """A day and the two beside it."""

    rule: Rule
    day: date
    calendar: tuple[CalendarDay | None, CalendarDay | None, CalendarDay | None]
    scheduled: tuple[Scheduled | None, Scheduled | None, Scheduled | None]
    punches: tuple[Punched, ...]
    facts: tuple[Fact, ...]
    left_late: int
    as_of: int | None


class Clock:
    """What a clock on the wall shows in each minute of some days."""

    def __init__(self, zone: str, day: date) -> None:
        begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
        there = ZoneInfo(zone)
        self.minutes = range(int(begins.timestamp()) // 60, int(begins.timestamp()) // 60 + 6 * 24 * 60)
        self.latest_shown: list[int] = []
        """In each minute, what the clock has shown at the latest: it shows less again once it is put back."""
        latest = 0
        for minute in self.minutes:
            local = datetime.fromtimestamp(60 * minute, there)
            latest = max(latest, (local.toordinal() * 24 + local.hour) * 60 + local.minute)
            self.latest_shown.append(latest)

    def first(self, day: date, minute_of_day: int) -> int:
        """The first minute in which it shows that, or later."""
        return self.minutes[bisect_left(self.latest_shown, day.toordinal() * 24 * 60 + minute_of_day)]


@lru_cache(maxsize=256)
def clock_of(zone: str, day: date) -> Clock:
    return Clock(zone, day)


def asked_of(rule: Rule, day: date, calendar: CalendarDay | None, scheduled: Scheduled | None) -> Asked:
    nothing: Asked = ("rest", Timetable(), ())
    if rule.kind == "shift":
        for shift in rule.shifts:
            if scheduled is not None and shift.id == scheduled.shift_id and shift.timetable.slots:
                return "work", shift.timetable, shift.timetable.slots
        return nothing
    for off in rule.days_off:
        if day in _dates(off):
            return nothing
    weekday = {"Sunday": 0, "Monday": 1, "Tuesday": 2, "Wednesday": 3, "Thursday": 4, "Friday": 5, "Saturday": 6}[
        day.strftime("%A")
    ]
    mine = None
    for week in rule.weeks:
        listed = week.weekdays
        if week.fortnightly:
            monday = day - timedelta(days=day.weekday())
            listed = week.odd_weekdays if (monday - date(2024, 1, 1)).days % 14 == 0 else week.even_weekdays
        if weekday in listed and mine is None:
            mine = week.timetable
    usual = mine or (rule.weeks[0].timetable if rule.weeks else Timetable())
    for special in rule.worked_days:
        if day in _dates(special):
            return "work", usual, special.slots or usual.slots
    if rule.holidays and calendar:
        if calendar.kind == "workday":
            return "work", usual, usual.slots
        return "holiday" if calendar.kind == "holiday" else "rest", Timetable(), ()
    return ("work", mine, mine.slots) if mine else nothing


def _dates(special) -> set[date]:
    if special.every == "day":
        return {special.first}
    step = 1 if special.every == "range" else 14
    made, day = set(), special.first
    while day <= special.last:
        made.add(day)
        day += timedelta(days=step)
    return made


class Slotted:
    """One slot of a day, in minutes."""

    def __init__(self, clock: Clock, day: date, slot: Slot, timetable: Timetable) -> None:
        def at(seconds: int | None) -> int | None:
            return None if seconds is None else clock.first(day, seconds // 60)

        self.slot = slot
        self.start, self.end = at(slot.start), at(slot.end)
        self.earliest_start, self.latest_start = at(slot.earliest_start), at(slot.latest_start)
        self.earliest_end, self.latest_end = at(slot.earliest_end), at(slot.latest_end)
        if self.earliest_start is None and timetable.ahead is not None:
            self.earliest_start = self.start - timetable.ahead // 60
        if self.latest_end is None and timetable.after is not None:
            self.latest_end = self.end + timetable.after // 60
        self.resting = {
            minute
            for rest in slot.rests
            for minute in range(at(rest.start), at(rest.end))
            if self.start <= minute < self.end
        }
        self.begins, self.goes = self.start, self.end
        self.needed = {m for m in range(self.start, self.end) if m not in self.resting}

    def lessen(self, minutes: set[int]) -> None:
        """Leave, trips and work elsewhere need no presence."""
        away = minutes & set(range(self.start, self.end))
        if not away:
            return
        self.needed -= away
        if self.needed and self.start in away:
            self.begins = min(self.needed)
        if self.needed and self.end - 1 in away:
            self.goes = max(self.needed) + 1

    def half(self) -> int:
        """The first minute of its second half, by what its windows say."""
        latest = self.latest_start if self.begins == self.start else None
        earliest = self.earliest_end if self.goes == self.end else None
        if latest is None and earliest is None:
            return (self.begins + self.goes) // 2
        if latest is None:
            return earliest
        if earliest is None or latest < earliest:
            return latest + 1
        return (earliest + latest) // 2

    def may_come(self, minute: int) -> bool:
        latest = self.latest_start if self.begins == self.start else None
        return (self.earliest_start is None or minute >= self.earliest_start) and (latest is None or minute <= latest)

    def may_go(self, minute: int) -> bool:
        earliest = self.earliest_end if self.goes == self.end else None
        return (earliest is None or minute >= earliest) and (self.latest_end is None or minute <= self.latest_end)


def away_in(facts: Iterable[Fact], calendar_day: range, slots: list[Slotted]) -> set[int]:
    """The minutes for which somebody is on leave, on a trip or at work elsewhere, as far as they are of this date.

    Hours are of any slot into which they fall. Days are the calendar's: they take minutes of the date that the calendar
    shows, and what its slots have before it goes with its beginning, what they have after it with its end.
    """
    found: set[int] = set()
    hanging_before = {m for each in slots for m in range(each.start, each.end) if m < calendar_day.start}
    hanging_after = {m for each in slots for m in range(each.start, each.end) if m >= calendar_day.stop}
    for fact in facts:
        if fact.kind not in ("leave", "trip", "out"):
            continue
        minutes = set(range(fact.start // 60, fact.end // 60))
        if not fact.by_day:
            found |= minutes
        elif minutes & set(calendar_day):
            found |= minutes
            if calendar_day.start in minutes:
                found |= hanging_before
            if calendar_day.stop - 1 in minutes:
                found |= hanging_after
    return found


def belongs_to_later(minute: int, before: Slotted, after: Slotted) -> bool:
    """Between two slots: whether this minute is already the later one's."""
    end, start = before.end, after.start
    if end >= start:
        return minute >= start
    if minute < end or minute >= start:
        return minute >= start
    earliest, latest = after.earliest_start, before.latest_end
    if earliest is None:
        return (
            minute >= (end + start) // 2 and minute >= start - 240 and (latest is None or minute >= min(latest, start))
        )
    earliest = min(max(earliest, end), start)
    if latest is None or min(max(latest, end), start) <= earliest:
        return minute >= earliest
    return minute >= (earliest + min(latest, start)) // 2


def day_begins(clock: Clock, rule: Rule, day: date, before: list[Slotted], mine: list[Slotted]) -> int:
    if mine and before:
        for minute in clock.minutes:
            if minute >= min(before[-1].end, mine[0].start) and belongs_to_later(minute, before[-1], mine[0]):
                return minute
    if mine:
        first = mine[0]
        return first.start - 240 if first.earliest_start is None else min(first.earliest_start, first.start)
    turn = clock.first(day, rule.day_turns // 60)
    if before:
        last = before[-1]
        return max(turn, last.end + 240 if last.latest_end is None else last.latest_end)
    return turn

"""Laying a rule on a date: what is expected, and from when until when a punch is of that date.

A day's stretch of time ends where the next day's begins, so that each punch is of one date. Where slots follow one
another the line between them lies where their windows say; where they say nothing, half way, but no more than four
hours before the later one. So whoever goes home at two in the morning closes yesterday, and whoever comes at eight
opens today, also when yesterday was never closed.
"""

from dataclasses import dataclass
from datetime import date

from ..model import CalendarDay, DayKind, DayPlan, Offsets, PlannedOvertime, PlannedSlot, Scheduled, Span
from ..rules_model import DAY, HOUR, Rule, Slot, SpecialDays, Timetable, Week
from .clock import instant

REACH = 4 * HOUR
FIRST_MONDAY = date(2024, 1, 1).toordinal()
NO_TIMETABLE = Timetable()


@dataclass(frozen=True, slots=True)
class Shape:
    """A date under a rule, its neighbours unknown."""

    date: date
    rule_id: int | None
    rule_version: int | None
    rule: Rule | None
    offsets: Offsets
    kind: DayKind
    name: str
    shift_id: int | None
    shift_name: str
    timetable: Timetable
    slots: tuple[Slot, ...]

    def at(self, seconds: int) -> int:
        return instant(self.offsets, self.date, seconds)

    @property
    def turns(self) -> int:
        return self.at(self.rule.day_turns if self.rule else 4 * HOUR)


def shape(
    rule: Rule | None,
    offsets: Offsets,
    day: date,
    calendar: CalendarDay | None = None,
    scheduled: Scheduled | None = None,
    *,
    rule_id: int | None = None,
    rule_version: int | None = None,
) -> Shape:
    """What a rule asks of a date; nothing, where there is none."""
    if rule is None:
        return Shape(day, None, None, None, offsets, "rest", "", None, "", NO_TIMETABLE, ())
    if rule.kind == "shift":
        kind, name, timetable, slots = _shifted(rule, scheduled)
        shift_id = scheduled.shift_id if scheduled else None
        return Shape(day, rule_id, rule_version, rule, offsets, kind, "", shift_id, name, timetable, slots)
    kind, name, timetable, slots = _weekly(rule, day, calendar if rule.holidays else None)
    if rule.kind == "free" or kind != "work":
        slots = ()
    return Shape(day, rule_id, rule_version, rule, offsets, kind, name, None, "", timetable, slots)


def plan(before: Shape, day: Shape, after: Shape) -> DayPlan:
    """A date between its neighbours."""
    opens = _line(before, day)
    closes = max(opens, _line(day, after))
    rule, timetable = day.rule, day.timetable
    bent = timetable.flexible
    of_free = day.kind == "work" and rule is not None and rule.kind == "free"
    return DayPlan(
        date=day.date,
        rule_id=day.rule_id,
        rule_version=day.rule_version,
        rule_kind=rule.kind if rule else None,
        kind=day.kind,
        name=day.name,
        shift_id=day.shift_id,
        shift_name=day.shift_name,
        begins=day.at(0),
        ends=day.at(DAY),
        opens=opens,
        closes=closes,
        slots=tuple(_slots(day, opens, closes)),
        late_grace=timetable.late_grace if bent else 0,
        early_grace=timetable.early_grace if bent else 0,
        band_early=timetable.band_early if bent else 0,
        band_late=timetable.band_late if bent else 0,
        late_leaves=tuple((each.left_after, each.may_come_later) for each in timetable.late_leaves)
        if timetable.leaving_late_counts
        else (),
        absent_if_late=timetable.absent_if_late,
        absent_if_early=timetable.absent_if_early,
        free_apart=rule.free.apart if rule and of_free else 0,
        free_standard=(rule.free.standard or 0) if rule and of_free else 0,
        free_needs_end=rule.free.needs_end if rule and of_free else True,
        outside_counts=rule.outside_counts if rule else False,
        overtime=_overtime(day),
    )


def _shifted(rule: Rule, scheduled: Scheduled | None) -> tuple[DayKind, str, Timetable, tuple[Slot, ...]]:
    planned = next((each for each in rule.shifts if scheduled and each.id == scheduled.shift_id), None)
    if planned is None or not planned.timetable.slots:
        return "rest", planned.name if planned else "", NO_TIMETABLE, ()
    return "work", planned.name, planned.timetable, planned.timetable.slots


def _weekly(rule: Rule, day: date, calendar: CalendarDay | None) -> tuple[DayKind, str, Timetable, tuple[Slot, ...]]:
    for special in rule.days_off:
        if _falls_on(special, day):
            return "rest", special.note, NO_TIMETABLE, ()
    week = next((each for each in rule.weeks if _works(each, day)), None)
    timetable = (week or rule.weeks[0]).timetable if rule.weeks else NO_TIMETABLE
    for special in rule.worked_days:
        if _falls_on(special, day):
            return "work", special.note, timetable, special.slots or timetable.slots
    if calendar and calendar.kind == "workday":
        return "work", calendar.name, timetable, timetable.slots
    if calendar:
        return "holiday" if calendar.kind == "holiday" else "rest", calendar.name, NO_TIMETABLE, ()
    if week:
        return "work", "", timetable, timetable.slots
    return "rest", "", NO_TIMETABLE, ()


def _works(week: Week, day: date) -> bool:
    weekday = day.isoweekday() % 7
    if not week.fortnightly:
        return weekday in week.weekdays
    odd = (day.toordinal() - FIRST_MONDAY) // 7 % 2 == 0
    return weekday in (week.odd_weekdays if odd else week.even_weekdays)


def _falls_on(special: SpecialDays, day: date) -> bool:
    if special.every == "day":
        return day == special.first
    if not special.first <= day <= special.last:
        return False
    return special.every == "range" or (day - special.first).days % 14 == 0


def _line(before: Shape, after: Shape) -> int:
    """Where one date ends and the next begins."""
    end, latest = _last(before)
    if not after.slots:
        if end is None:
            return after.turns
        return max(after.turns, end + REACH if latest is None else latest)
    first = after.slots[0]
    start, earliest = after.at(first.start), _earliest(after, first)
    if end is None:
        return start - REACH if earliest is None else min(earliest, start)
    return _between(end, latest, start, earliest)[1]


def _last(before: Shape) -> tuple[int | None, int | None]:
    if not before.slots:
        return None, None
    last = before.slots[-1]
    return before.at(last.end), _latest(before, last)


def _between(end: int, latest: int | None, start: int, earliest: int | None) -> tuple[int, int]:
    """Until when is about an end, and from when about the start after it."""
    if end >= start:
        return start, start
    latest = None if latest is None else min(max(latest, end), start)
    if earliest is None:
        line = max(_half(end, start), start - REACH)
        return (line, line) if latest is None else (latest, max(line, latest))
    earliest = min(max(earliest, end), start)
    if latest is None:
        return earliest, earliest
    if latest <= earliest:
        return latest, earliest
    line = _half(earliest, latest)
    return line, line


def _half(one: int, other: int) -> int:
    middle = (one + other) // 2
    return middle - middle % 60


def _earliest(day: Shape, slot: Slot) -> int | None:
    if slot.earliest_start is not None:
        return day.at(slot.earliest_start)
    return None if day.timetable.ahead is None else day.at(slot.start) - day.timetable.ahead


def _latest(day: Shape, slot: Slot) -> int | None:
    if slot.latest_end is not None:
        return day.at(slot.latest_end)
    return None if day.timetable.after is None else day.at(slot.end) + day.timetable.after


def _slots(day: Shape, opens: int, closes: int) -> list[PlannedSlot]:
    made: list[PlannedSlot] = []
    for n, slot in enumerate(day.slots):
        start, end = day.at(slot.start), day.at(slot.end)
        until = closes
        if n + 1 < len(day.slots):
            following = day.slots[n + 1]
            until = _between(end, _latest(day, slot), day.at(following.start), _earliest(day, following))[1]
        made.append(
            PlannedSlot(
                id=slot.id,
                start=start,
                end=end,
                opens=opens,
                closes=until,
                earliest_start=_earliest(day, slot),
                latest_start=_at(day, slot.latest_start),
                earliest_end=_at(day, slot.earliest_end),
                latest_end=_latest(day, slot),
                needs_start=slot.needs_start,
                needs_end=slot.needs_end,
                rests=_spans(day, [(rest.start, rest.end) for rest in slot.rests], (start, end)),
                remind_start=_at(day, slot.remind_start),
                remind_end=_at(day, slot.remind_end),
            )
        )
        opens = until
    return made


def _at(day: Shape, seconds: int | None) -> int | None:
    return None if seconds is None else day.at(seconds)


def _spans(day: Shape, pieces: list[tuple[int, int]], within: Span) -> tuple[Span, ...]:
    """On the clock, cut to what they are within, and without what is said twice."""
    made: list[Span] = []
    for start, end in sorted((day.at(start), day.at(end)) for start, end in pieces):
        start, end = max(start, within[0], made[-1][1] if made else start), min(end, within[1])
        if start < end:
            made.append((start, end))
    return tuple(made)


def _overtime(day: Shape) -> PlannedOvertime | None:
    if day.rule is None:
        return None
    overtime = day.rule.overtime
    part = {"work": overtime.workday, "rest": overtime.restday, "holiday": overtime.holiday}[day.kind]
    if not part.allowed:
        return None
    windows = [(rest.start, rest.end) for rest in part.rests.windows]
    return PlannedOvertime(
        basis=part.basis,
        start_after=part.start_after if day.kind == "work" else 0,
        minimum=part.minimum,
        maximum=part.maximum,
        windows=_spans(day, windows, (day.at(-DAY), day.at(3 * DAY))),
        tiers=tuple(sorted(part.rests.tiers, key=lambda tier: tier.worked)),
        becomes=part.becomes,
    )

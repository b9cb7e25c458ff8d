"""What a rule must fulfil to be kept."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from .bounds import networks_said, within_bounds
from .refusals import NothingToBeAt, RuleUnfit, ZoneUnknown
from .rules_model import DAY, HOUR, OvertimePart, Rule, Shift, Slot, SpecialDays, Timetable, Week
from .zones import known_zones

LATEST_END = 38 * HOUR
"""Of a slot: a day's last window has to be closed before the next day's can open."""
LATEST_WINDOW = 42 * HOUR
EARLIEST_WINDOW = -3 * HOUR
LONGEST_GRACE = 6 * HOUR
LONGEST_LATE_LEAVE = 10 * HOUR
MOST_SPECIAL_DAYS = 366
LONGEST_NAME = 40
LONGEST_NOTE = 40
MOST_SLOTS = 10
MOST_PLACES = 1000


def checked(rule: Rule) -> Rule:
    """The rule as it is kept. Raises what is wrong with it, and of which field: `weeks.0.timetable.slots.1`."""
    name = rule.name.strip()
    _must(1 <= len(name) <= LONGEST_NAME, f"A rule's name has 1 to {LONGEST_NAME} characters.", "name", "name")
    if rule.zone not in known_zones():
        raise ZoneUnknown(zone=rule.zone, field="zone")
    covered = rule.covered
    somebody = bool(covered.members or covered.departments or covered.tags)
    _must(somebody, "A rule covers somebody: say whom.", "covered", "nobody")
    _must(0 <= rule.day_turns <= 12 * HOUR, "A day begins between midnight and noon.", "day_turns", "dayTurns")
    if rule.means != "machine" and not (rule.places or rule.wifi or rule.networks):
        raise NothingToBeAt(field="places")
    _places(rule)
    _hours(rule)
    _special(rule.worked_days, rule, "worked_days")
    _special(rule.days_off, rule, "days_off")
    _make_ups(rule)
    _overtime(rule)
    within_bounds(rule)
    return replace(rule, name=name, networks=networks_said(rule))


def _places(rule: Rule) -> None:
    for n, place in enumerate(rule.places):
        on_earth = -90 <= place.latitude <= 90 and -180 <= place.longitude <= 180
        _must(on_earth, "A place has a latitude and a longitude.", f"places.{n}", "degrees")
        _must(0 < place.radius <= 100_000, "A place is at most 100 km wide.", f"places.{n}", "radius")
    few = len(rule.places) <= MOST_PLACES and len(rule.wifi) <= MOST_PLACES
    _must(few, f"At most {MOST_PLACES} places.", "places", "manyPlaces")


def _hours(rule: Rule) -> None:
    if rule.kind == "shift":
        _must(
            bool(rule.shifts) and not rule.weeks, "A rule by shift has shifts, and no week.", "shifts", "shiftsNotWeeks"
        )
        names = [shift.name for shift in rule.shifts]
        _must(len(set(names)) == len(names), "Each shift has a name of its own.", "shifts", "shiftNameTwice")
        ids = [shift.id for shift in rule.shifts if shift.id]
        _must(len(set(ids)) == len(ids), "Each shift has a number of its own.", "shifts", "shiftNumberTwice")
        for n, shift in enumerate(rule.shifts):
            _shift(shift, f"shifts.{n}")
        return
    weeks_only = bool(rule.weeks) and not rule.shifts
    _must(weeks_only, "A rule that is not by shift has weeks, and no shifts.", "weeks", "weeksNotShifts")
    days = [day for week in rule.weeks for day in week.weekdays if not week.fortnightly]
    _must(len(set(days)) == len(days), "Each weekday is worked by one timetable.", "weeks", "weekdayTwice")
    for n, week in enumerate(rule.weeks):
        _week(week, rule, f"weeks.{n}")
    if rule.kind == "free":
        free = rule.free
        _must(0 <= free.apart <= DAY, "Coming and going lie at most a day apart.", "free.apart", "apart")
        fits = free.standard is None or (HOUR <= free.standard <= DAY and free.standard % 1800 == 0)
        _must(fits, "A day's work is 1 to 24 hours, in halves.", "free.standard", "standard")


def _shift(shift: Shift, at: str) -> None:
    named = 1 <= len(shift.name) <= LONGEST_NAME
    _must(named, f"A shift's name has 1 to {LONGEST_NAME} characters.", f"{at}.name", "shiftName")
    _must(shift.id >= 0, "A shift's number is not negative.", at, "shiftNumber")
    _must(bool(shift.timetable.slots), "A shift has at least one slot; rest is shift 0.", at, "shiftWithoutSlots")
    _timetable(shift.timetable, f"{at}.timetable")


def _week(week: Week, rule: Rule, at: str) -> None:
    for days in (week.weekdays, week.odd_weekdays, week.even_weekdays):
        once = all(0 <= day <= 6 for day in days) and len(set(days)) == len(days)
        _must(once, "Weekdays are 0 (Sunday) to 6.", f"{at}.weekdays", "weekdays")
    worked = week.odd_weekdays + week.even_weekdays if week.fortnightly else week.weekdays
    _must(bool(worked), "A week has a day that is worked.", f"{at}.weekdays", "noWeekday")
    if rule.kind == "fixed":
        slots = week.timetable.slots
        _must(bool(slots), "A day that is worked has at least one slot.", at, "dayWithoutSlots")
        _timetable(week.timetable, f"{at}.timetable")
        ends = slots[-1].end - DAY <= slots[0].start
        _must(ends, "A day ends before the next one begins.", f"{at}.timetable.slots.{len(slots) - 1}", "dayTooLong")


def _timetable(timetable: Timetable, at: str) -> None:
    slots = timetable.slots
    _must(len(slots) <= MOST_SLOTS, f"A day has at most {MOST_SLOTS} slots.", f"{at}.slots", "manySlots")
    ids = [slot.id for slot in slots]
    numbered = len(set(ids)) == len(ids) and all(1 <= id <= 99_998 for id in ids)
    _must(numbered, "Slots are numbered 1 to 99998, each once.", f"{at}.slots", "slotNumbers")
    for n, slot in enumerate(slots):
        _slot(slot, f"{at}.slots.{n}")
    _must(not slots or slots[0].start < DAY, "A day's first slot begins on that day.", f"{at}.slots.0", "firstSlot")
    for n, (one, other) in enumerate(pairwise(slots), 1):
        _must(one.end <= other.start, "Slots follow one another.", f"{at}.slots.{n}", "slotsFollow")
    graces = (timetable.late_grace, timetable.early_grace, timetable.band_early, timetable.band_late)
    minutes = all(0 <= each <= LONGEST_GRACE and each % 60 == 0 for each in graces)
    _must(minutes, "At most six hours, in minutes.", f"{at}.late_grace", "graces")
    banded = bool(timetable.band_early or timetable.band_late)
    either = not banded or not (timetable.late_grace or timetable.early_grace)
    _must(either, "Either a grace or a band, not both.", f"{at}.late_grace", "graceAndBand")
    for n, late in enumerate(timetable.late_leaves):
        fits = 0 < late.left_after <= LONGEST_LATE_LEAVE and 0 < late.may_come_later <= LONGEST_LATE_LEAVE
        quarters = late.left_after % 900 == 0 == late.may_come_later % 900
        _must(fits and quarters, "At most ten hours, in quarters.", f"{at}.late_leaves.{n}", "lateLeaves")
    for reach, field in ((timetable.ahead, "ahead"), (timetable.after, "after")):
        whole = reach is None or (0 <= reach <= DAY and reach % 60 == 0)
        _must(whole, "Windows are whole minutes.", f"{at}.{field}", "windows")
    if slots and timetable.ahead is not None:
        opens = slots[0].start - timetable.ahead >= EARLIEST_WINDOW
        _must(opens, "The first window opens at 21:00 the day before.", f"{at}.ahead", "firstWindow")
    if slots and timetable.after is not None:
        closes = slots[-1].end + timetable.after <= LATEST_WINDOW
        _must(closes, "The last window closes by 18:00 the day after.", f"{at}.after", "lastWindow")
    for limit, field in ((timetable.absent_if_late, "absent_if_late"), (timetable.absent_if_early, "absent_if_early")):
        _must(limit is None or 0 <= limit <= DAY, "Absent is at most a day late.", f"{at}.{field}", "absent")


def _slot(slot: Slot, at: str) -> None:
    _must(0 <= slot.start < slot.end, "A slot begins on its day, and has a length.", at, "slotLength")
    ends = slot.end <= LATEST_END and slot.end - slot.start <= DAY
    _must(ends, "A slot ends by 14:00 the day after, within a day.", at, "slotEnd")
    windows = (slot.earliest_start, slot.latest_start, slot.earliest_end, slot.latest_end)
    minutes = all(each is None or each % 60 == 0 for each in (slot.start, slot.end, *windows))
    _must(minutes, "Times are whole minutes.", at, "wholeMinutes")
    opens = slot.earliest_start is None or EARLIEST_WINDOW <= slot.earliest_start <= slot.start
    _must(opens, "Coming opens before it.", f"{at}.earliest_start", "comingOpens")
    closes = slot.latest_start is None or slot.start <= slot.latest_start <= slot.end
    _must(closes, "Coming closes within the slot.", f"{at}.latest_start", "comingCloses")
    opens = slot.earliest_end is None or slot.start <= slot.earliest_end <= slot.end
    _must(opens, "Going opens within the slot.", f"{at}.earliest_end", "goingOpens")
    closes = slot.latest_end is None or slot.end <= slot.latest_end <= LATEST_WINDOW
    _must(closes, "Going closes after the slot.", f"{at}.latest_end", "goingCloses")
    for n, rest in enumerate(slot.rests):
        _must(
            slot.start <= rest.start < rest.end <= slot.end, "Rests lie within their slot.", f"{at}.rests.{n}", "rest"
        )
    for n, (one, other) in enumerate(pairwise(slot.rests), 1):
        _must(one.end <= other.start, "Rests follow one another.", f"{at}.rests.{n}", "restsFollow")
    rested = sum(rest.end - rest.start for rest in slot.rests)
    _must(rested < slot.end - slot.start, "A slot is not all rest.", f"{at}.rests", "allRest")


def _special(days: tuple[SpecialDays, ...], rule: Rule, at: str) -> None:
    _must(not days or rule.kind != "shift", "Rules by shift have no special days: plan them.", at, "specialOfShifts")
    _must(len(days) <= MOST_SPECIAL_DAYS, f"At most {MOST_SPECIAL_DAYS} special days.", at, "manySpecial")
    for n, each in enumerate(days):
        _must(each.first <= each.last, "A stretch of days ends after it begins.", f"{at}.{n}", "specialStretch")
        short = len(each.note.encode()) <= LONGEST_NOTE
        _must(short, f"A note has at most {LONGEST_NOTE} bytes.", f"{at}.{n}.note", "specialNote")
        if each.slots:
            _timetable(Timetable(each.slots), f"{at}.{n}")


def _make_ups(rule: Rule) -> None:
    ups, at = rule.make_ups, "make_ups"
    _must(ups.a_month is None or 0 <= ups.a_month <= 1000, "Make-ups a month are a number.", f"{at}.a_month", "aMonth")
    soon = ups.within_days is None or 0 <= ups.within_days <= 180
    _must(soon, "Make-ups are asked for within 180 days.", f"{at}.within_days", "withinDays")
    until = ups.until_next_month is None or 1 <= ups.until_next_month <= 31
    _must(until, "The last day for make-ups is 1 to 31.", f"{at}.until_next_month", "untilNextMonth")
    if ups.reminds:
        low, high = (1, 26) if ups.remind_next_month else (15, 30)
        fits = low <= ups.remind_day <= high
        _must(fits, f"Reminding is on a day from {low} to {high}.", f"{at}.remind_day", "remindDay", low=low, high=high)


def _overtime(rule: Rule) -> None:
    for kind in ("workday", "restday", "holiday"):
        part: OvertimePart = getattr(rule.overtime, kind)
        at = f"overtime.{kind}"
        lengths = (part.start_after, part.minimum, part.maximum)
        minutes = all(0 <= each <= DAY and each % 60 == 0 for each in lengths)
        _must(minutes, "Overtime is counted in minutes of a day.", at, "overtimeMinutes")
        _must(part.minimum <= part.maximum, "The least overtime is not more than the most.", at, "overtimeLeast")
        _must(0 <= part.ratio <= 3000, "A ratio is at most 3000.", f"{at}.ratio", "ratio")
        few = len(part.rests.windows) <= 10 and len(part.rests.tiers) <= 5
        _must(few, "At most ten rests, and five tiers.", f"{at}.rests", "manyRests")
        for window in part.rests.windows:
            _must(0 <= window.start < window.end <= 2 * DAY, "A rest begins before it ends.", f"{at}.rests", "restEnds")
            _must(window.start % 60 == 0 == window.end % 60, "Rests are whole minutes.", f"{at}.rests", "wholeMinutes")
        for tier in part.rests.tiers:
            fits = 0 < tier.rest <= tier.worked <= DAY
            _must(fits, "A rest is no longer than what was worked.", f"{at}.rests", "tier")


def ids_covered(rule: Rule) -> Iterable[tuple[str, int]]:
    """Whom a rule covers, and whom not, as (kind, id)."""
    yield from (("member", id) for id in rule.covered.members)
    yield from (("department", id) for id in rule.covered.departments)
    yield from (("tag", id) for id in rule.covered.tags)
    yield from (("exempt", id) for id in rule.exempt)


def _must(holds: bool, otherwise: str, field: str, why: str, **numbers: int) -> None:
    """`why`: the name that clients have words of their own for."""
    if not holds:
        raise RuleUnfit(otherwise, field=field, why=why, **numbers)

"""What a rule must fulfil to be kept."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from .bounds import within_bounds
from .refusals import NothingToBeAt, RuleUnfit, ZoneUnknown
from .rules_model import DAY, HOUR, Rule, Shift, Slot, SpecialDays, Timetable, Week
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
    """The rule as it is kept. Raises what is wrong with it."""
    name = rule.name.strip()
    _must(1 <= len(name) <= LONGEST_NAME, f"A rule's name has 1 to {LONGEST_NAME} characters.")
    if rule.zone not in known_zones():
        raise ZoneUnknown(zone=rule.zone)
    covered = rule.covered
    _must(bool(covered.members or covered.departments or covered.tags), "A rule covers somebody: say whom.")
    _must(0 <= rule.day_turns <= 12 * HOUR, "A day begins between midnight and noon.")
    if rule.means != "machine" and not rule.places and not rule.wifi:
        raise NothingToBeAt
    for place in rule.places:
        _must(-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180, "A place has a latitude and a longitude.")
        _must(0 < place.radius <= 100_000, "A place is at most 100 km wide.")
    _must(len(rule.places) <= MOST_PLACES and len(rule.wifi) <= MOST_PLACES, f"At most {MOST_PLACES} places.")
    _hours(rule)
    _special(rule.worked_days, rule)
    _special(rule.days_off, rule)
    _make_ups(rule)
    _overtime(rule)
    within_bounds(rule)
    return replace(rule, name=name)


def _hours(rule: Rule) -> None:
    if rule.kind == "shift":
        _must(bool(rule.shifts) and not rule.weeks, "A rule by shift has shifts, and no week.")
        names = [shift.name for shift in rule.shifts]
        _must(len(set(names)) == len(names), "Each shift has a name of its own.")
        ids = [shift.id for shift in rule.shifts if shift.id]
        _must(len(set(ids)) == len(ids), "Each shift has a number of its own.")
        for shift in rule.shifts:
            _shift(shift)
        return
    _must(bool(rule.weeks) and not rule.shifts, "A rule that is not by shift has weeks, and no shifts.")
    days = [day for week in rule.weeks for day in week.weekdays if not week.fortnightly]
    _must(len(set(days)) == len(days), "Each weekday is worked by one timetable.")
    for week in rule.weeks:
        _week(week, rule)
    if rule.kind == "free":
        free = rule.free
        _must(0 <= free.apart <= DAY, "Coming and going lie at most a day apart.")
        fits = free.standard is None or (HOUR <= free.standard <= DAY and free.standard % 1800 == 0)
        _must(fits, "A day's work is 1 to 24 hours, in halves.")


def _shift(shift: Shift) -> None:
    _must(1 <= len(shift.name) <= LONGEST_NAME, f"A shift's name has 1 to {LONGEST_NAME} characters.")
    _must(shift.id >= 0, "A shift's number is not negative.")
    _must(bool(shift.timetable.slots), "A shift has at least one slot; rest is shift 0.")
    _timetable(shift.timetable)


def _week(week: Week, rule: Rule) -> None:
    for days in (week.weekdays, week.odd_weekdays, week.even_weekdays):
        _must(all(0 <= day <= 6 for day in days) and len(set(days)) == len(days), "Weekdays are 0 (Sunday) to 6.")
    worked = week.odd_weekdays + week.even_weekdays if week.fortnightly else week.weekdays
    _must(bool(worked), "A week has a day that is worked.")
    if rule.kind == "fixed":
        _must(bool(week.timetable.slots), "A day that is worked has at least one slot.")
        _timetable(week.timetable)
        slots = week.timetable.slots
        _must(slots[-1].end - DAY <= slots[0].start, "A day ends before the next one begins.")


def _timetable(timetable: Timetable) -> None:
    slots = timetable.slots
    _must(len(slots) <= MOST_SLOTS, f"A day has at most {MOST_SLOTS} slots.")
    ids = [slot.id for slot in slots]
    _must(
        len(set(ids)) == len(ids) and all(1 <= id <= 99_998 for id in ids), "Slots are numbered 1 to 99998, each once."
    )
    for slot in slots:
        _slot(slot)
    _must(not slots or slots[0].start < DAY, "A day's first slot begins on that day.")
    for one, other in pairwise(slots):
        _must(one.end <= other.start, "Slots follow one another.")
    graces = (timetable.late_grace, timetable.early_grace, timetable.band_early, timetable.band_late)
    _must(all(0 <= each <= LONGEST_GRACE and each % 60 == 0 for each in graces), "At most six hours, in minutes.")
    banded = bool(timetable.band_early or timetable.band_late)
    _must(not banded or not (timetable.late_grace or timetable.early_grace), "Either a grace or a band, not both.")
    for late in timetable.late_leaves:
        fits = 0 < late.left_after <= LONGEST_LATE_LEAVE and 0 < late.may_come_later <= LONGEST_LATE_LEAVE
        _must(fits and late.left_after % 900 == 0 == late.may_come_later % 900, "At most ten hours, in quarters.")
    for reach, most in ((timetable.ahead, DAY), (timetable.after, DAY)):
        _must(reach is None or (0 <= reach <= most and reach % 60 == 0), "Windows are whole minutes.")
    if slots and timetable.ahead is not None:
        _must(slots[0].start - timetable.ahead >= EARLIEST_WINDOW, "The first window opens at 21:00 the day before.")
    if slots and timetable.after is not None:
        _must(slots[-1].end + timetable.after <= LATEST_WINDOW, "The last window closes by 18:00 the day after.")
    for limit in (timetable.absent_if_late, timetable.absent_if_early):
        _must(limit is None or 0 <= limit <= DAY, "Absent is at most a day late.")


def _slot(slot: Slot) -> None:
    _must(
        (0 <= slot.start < slot.end and slot.start < DAY) or slot.start < slot.end <= LATEST_END, "A slot has a length."
    )
    _must(slot.end <= LATEST_END and slot.end - slot.start <= DAY, "A slot ends by 14:00 the day after, within a day.")
    times = [slot.start, slot.end, slot.earliest_start, slot.latest_start, slot.earliest_end, slot.latest_end]
    _must(all(each is None or each % 60 == 0 for each in times), "Times are whole minutes.")
    _must(
        slot.earliest_start is None or EARLIEST_WINDOW <= slot.earliest_start <= slot.start, "Coming opens before it."
    )
    _must(slot.latest_start is None or slot.start <= slot.latest_start <= slot.end, "Coming closes within the slot.")
    _must(slot.earliest_end is None or slot.start <= slot.earliest_end <= slot.end, "Going opens within the slot.")
    _must(slot.latest_end is None or slot.end <= slot.latest_end <= LATEST_WINDOW, "Going closes after the slot.")
    for rest in slot.rests:
        _must(slot.start <= rest.start < rest.end <= slot.end, "Rests lie within their slot.")
    for one, other in pairwise(slot.rests):
        _must(one.end <= other.start, "Rests follow one another.")
    _must(sum(rest.end - rest.start for rest in slot.rests) < slot.end - slot.start, "A slot is not all rest.")


def _special(days: tuple[SpecialDays, ...], rule: Rule) -> None:
    _must(not days or rule.kind != "shift", "Rules by shift have no special days: plan them.")
    _must(len(days) <= MOST_SPECIAL_DAYS, f"At most {MOST_SPECIAL_DAYS} special days.")
    for each in days:
        _must(each.first <= each.last, "A stretch of days ends after it begins.")
        _must(len(each.note.encode()) <= LONGEST_NOTE, f"A note has at most {LONGEST_NOTE} bytes.")
        if each.slots:
            _timetable(Timetable(each.slots))


def _make_ups(rule: Rule) -> None:
    ups = rule.make_ups
    _must(ups.a_month is None or 0 <= ups.a_month <= 1000, "Make-ups a month are a number.")
    _must(ups.within_days is None or 0 <= ups.within_days <= 180, "Make-ups are asked for within 180 days.")
    _must(ups.until_next_month is None or 1 <= ups.until_next_month <= 31, "The last day for make-ups is 1 to 31.")
    if ups.reminds:
        low, high = (1, 26) if ups.remind_next_month else (15, 30)
        _must(low <= ups.remind_day <= high, f"Reminding is on a day from {low} to {high}.")


def _overtime(rule: Rule) -> None:
    for part in (rule.overtime.workday, rule.overtime.restday, rule.overtime.holiday):
        lengths = (part.start_after, part.minimum, part.maximum)
        _must(all(0 <= each <= DAY and each % 60 == 0 for each in lengths), "Overtime is counted in minutes of a day.")
        _must(part.minimum <= part.maximum, "The least overtime is not more than the most.")
        _must(0 <= part.ratio <= 3000, "A ratio is at most 3000.")
        _must(len(part.rests.windows) <= 10 and len(part.rests.tiers) <= 5, "At most ten rests, and five tiers.")
        for window in part.rests.windows:
            _must(0 <= window.start < window.end <= 2 * DAY, "A rest begins before it ends.")
            _must(window.start % 60 == 0 == window.end % 60, "Rests are whole minutes.")
        for tier in part.rests.tiers:
            _must(0 < tier.rest <= tier.worked <= DAY, "A rest is no longer than what was worked.")


def ids_covered(rule: Rule) -> Iterable[tuple[str, int]]:
    """Whom a rule covers, and whom not, as (kind, id)."""
    yield from (("member", id) for id in rule.covered.members)
    yield from (("department", id) for id in rule.covered.departments)
    yield from (("tag", id) for id in rule.covered.tags)
    yield from (("exempt", id) for id in rule.exempt)


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuleUnfit(otherwise)

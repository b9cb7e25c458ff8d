"""What somebody is to do next: the point that comes, from when until when, and where."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wecom.foundation.db import Tx

from .model import DayPlan, DayResult, Point, Way
from .queries import days as queries
from .recompute import refresh
from .rulebook import rulebook
from .rules_model import Rule
from .standing import standings

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """One point that is not punched yet, or may be punched again."""

    date: date
    slot_id: int
    way: Way
    at: int | None
    """By when; None where one comes as one likes."""
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Screen:
    """All that somebody's screen shows now."""

    date: date
    """The day that a punch now would be of."""
    rule_id: int | None
    rule: Rule | None
    plan: DayPlan
    day: DayResult | None
    next: Expected | None
    """None: nothing more today."""
    proposed: Way
    """What a punch now most likely is."""
    may_punch: bool
    """Whether a rule lets them check in by phone today at all."""


async def expected_next(tx: Tx, member_id: int, *, now: datetime) -> Screen:
    """What is to be done now and next."""
    book = await rulebook(tx)
    today = now.date()
    standing = (await standings(tx, book, [member_id], today, today))[member_id]
    plan = standing.day_of(int(now.timestamp()))
    await refresh(tx, [member_id], plan.date, plan.date, now=now)
    stored = await queries.stored_days(tx, [member_id], plan.date, plan.date)
    day = stored[0].result if stored else None
    rule_id = standing.rule_on(plan.date)
    version = book.in_force(rule_id, plan.date) if rule_id is not None else None
    rule = version.rule if version else None
    coming = _next(plan, day, int(now.timestamp()))
    allowed = rule is None or (rule.means != "machine" and (plan.kind == "work" or rule.on_rest_days))
    return Screen(plan.date, rule_id, rule, plan, day, coming, _proposed(coming, day), coming is not None or allowed)


def _next(plan: DayPlan, day: DayResult | None, now: int) -> Expected | None:
    """The first point that is still to be punched and whose slot is not over; or the last going, which may be again."""
    points = day.points if day else ()
    for point in points:
        if point.status not in ("not_yet", "missing", "absent") or point.punched is not None:
            continue
        slot = next((each for each in plan.slots if each.id == point.slot_id), None)
        if slot is None:
            return Expected(plan.date, point.slot_id, point.way, None, plan.opens, plan.closes)
        if point.way == "start" and now < slot.end:
            opens = slot.opens if slot.earliest_start is None else slot.earliest_start
            closes = slot.end if slot.latest_start is None else slot.latest_start
            return Expected(plan.date, slot.id, "start", point.expected, opens, closes)
        if point.way == "end" and now < slot.closes:
            return _going(plan, point)
    return None


def _going(plan: DayPlan, point: Point) -> Expected:
    slot = next(each for each in plan.slots if each.id == point.slot_id)
    opens = slot.start if slot.earliest_end is None else slot.earliest_end
    closes = slot.closes if slot.latest_end is None else min(slot.closes, slot.latest_end + 60)
    return Expected(plan.date, slot.id, "end", point.expected, opens, closes)


def _proposed(coming: Expected | None, day: DayResult | None) -> Way:
    if coming:
        return coming.way
    return "end" if day and day.punches else "start"

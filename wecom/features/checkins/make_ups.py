"""What may be made up for, by what a rule says: how many in a month, for how long one may ask, and for what.

HR may let one through all the same, and says why. A punch that HR puts right is no make-up and counts none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wecom.foundation.db import Tx

from .model import Aim, Point, Way
from .queries import punches as queries
from .refusals import LapseStays, MakeUpsSpent, MakeUpTooLate, RestDayStays
from .reports import day_reports
from .results import wall
from .rulebook import DAY, Standing, rulebook
from .rules_model import Lapse, MakeUps
from .standing import standings


@dataclass(frozen=True, slots=True)
class MakeUpsLeft:
    """Of a month; None: no limit."""

    most: int | None
    used: int
    left: int | None


async def make_ups_left(tx: Tx, member_id: int, ups: MakeUps, on: date, *, but: Sequence[int] = ()) -> MakeUpsLeft:
    """How many somebody may still have in the month of a date, if these facts were not."""
    first = on.replace(day=1)
    used = await queries.count_make_ups(tx, member_id, first, _next_month(first) - DAY, but)
    left = None if ups.a_month is None else max(0, ups.a_month - used)
    return MakeUpsLeft(ups.a_month, used, left)


def last_to_ask(ups: MakeUps, on: date) -> date | None:
    """The last date on which one may ask for a make-up of a date; None: there is none."""
    limits = []
    if ups.within_days is not None:
        limits.append(on + timedelta(days=ups.within_days))
    if ups.until_next_month is not None:
        following = _next_month(on.replace(day=1))
        limits.append(min(following + timedelta(days=ups.until_next_month - 1), _next_month(following) - DAY))
    return min(limits, default=None)


async def must_be_open(
    tx: Tx, member_id: int, aim: Aim, asked_at: datetime, *, now: datetime, but: Sequence[int] = ()
) -> None:
    """Raises why a make-up is not to be had, `but` for facts that it takes the place of."""
    book = await rulebook(tx)
    standing: Standing = (await standings(tx, book, [member_id], aim.date, aim.date))[member_id]
    rule_id = standing.rule_on(aim.date)
    version = book.in_force(rule_id, aim.date) if rule_id is not None else None
    if version is None:
        return
    ups = version.rule.make_ups
    if standing.plan(aim.date).kind != "work" and not ups.on_rest_days:
        raise RestDayStays
    asked_on, _ = wall(book.zone_of(rule_id, aim.date), int(asked_at.timestamp()))
    last = last_to_ask(ups, aim.date)
    if last is not None and asked_on > last:
        raise MakeUpTooLate(until=last.isoformat())
    if (await make_ups_left(tx, member_id, ups, aim.date, but=but)).left == 0:
        raise MakeUpsSpent(most=ups.a_month)
    if ups.not_for:
        days = await day_reports(tx, [member_id], aim.date, aim.date, now=now)
        points = [each for day in days[member_id] for each in day.points]
        if any(lapses_of(each) & set(ups.not_for) for each in points_put_right(points, aim.slot_id, aim.way)):
            raise LapseStays


def points_put_right(points: Sequence[Point], slot_id: int | None, way: Way | None) -> list[Point]:
    """What a correction is about: the point at which it aims, or of a day of free hours what nobody punched."""
    if slot_id is not None:
        return [each for each in points if (each.slot_id, each.way) == (slot_id, way)]
    return [each for each in points if each.punched is None and each.status != "not_needed"][:1] or list(points)


def lapses_of(point: Point) -> set[Lapse]:
    """What is wrong about a point."""
    lapses: set[Lapse] = set()
    if point.punched is None and point.status in ("missing", "absent"):
        lapses.add("missing")
    elif point.status in ("late", "early", "absent"):
        lapses.add("late" if point.way == "start" else "early")
    if point.where in ("place", "wifi") or point.strange_device:
        lapses.add("other")
    return lapses


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)

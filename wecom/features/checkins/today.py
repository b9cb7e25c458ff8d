"""What whoever checks in is shown: the day that it is for them with all they have punched, and days before it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from wecom.foundation.db import Tx

from .expected import Screen, expected_next
from .make_ups import MakeUpsLeft, last_to_ask, make_ups_left
from .model import DayResult
from .queries import punches as punch_queries
from .records import Punch
from .reports import day_reports
from .rulebook import rulebook

AIMED = timedelta(days=3)
"""A correction is of the date at which it is aimed, whatever its own time."""


@dataclass(frozen=True, slots=True)
class Today:
    screen: Screen
    zone: str
    punches: list[Punch]
    make_ups: MakeUpsLeft | None
    """None: no rule."""


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day as it was judged, and all that was punched on it, outside too."""

    zone: str
    rule_name: str
    result: DayResult
    punches: list[Punch]
    make_up_until: date | None
    """When one may ask for a make-up at the latest; None: always."""


async def today(tx: Tx, member_id: int, *, now: datetime) -> Today:
    """The day to which a punch of now would belong."""
    screen = await expected_next(tx, member_id, now=now)
    book = await rulebook(tx)
    plan = screen.plan
    found = await punch_queries.punches_between(
        tx, [member_id], _instant(plan.opens) - AIMED, _instant(plan.closes) + AIMED
    )
    punches = _of(plan.date, plan.opens, plan.closes, found)
    left = await make_ups_left(tx, member_id, screen.rule.make_ups, plan.date) if screen.rule else None
    return Today(screen, book.zone_of(screen.rule_id, plan.date).zone, punches, left)


async def own_days(tx: Tx, member_id: int, first: date, last: date, *, now: datetime) -> list[OwnDay]:
    """Days up to today, in order."""
    results = (await day_reports(tx, [member_id], first, last, now=now))[member_id]
    if not results:
        return []
    book = await rulebook(tx)
    start, end = _instant(results[0].opens) - AIMED, _instant(results[-1].closes) + AIMED
    punches = await punch_queries.punches_between(tx, [member_id], start, end)
    made = []
    for result in results:
        held = book.in_force(result.rule_id, result.date) if result.rule_id is not None else None
        zone = book.zone_of(result.rule_id, result.date).zone
        mine = _of(result.date, result.opens, result.closes, punches)
        until = last_to_ask(held.rule.make_ups, result.date) if held else None
        made.append(OwnDay(zone, held.rule.name if held else "", result, mine, until))
    return made


def _of(on: date, opens: int, closes: int, punches: list[Punch]) -> list[Punch]:
    return [
        each for each in punches if (each.aim_date == on if each.aim_date else opens <= each.at.timestamp() < closes)
    ]


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)

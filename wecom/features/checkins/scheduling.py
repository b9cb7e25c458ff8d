"""Planning shifts by month: setting, copying, rotating."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import tell

from .assigning import today_of
from .events import CheckinRuleChanged
from .queries import calendar as queries
from .recompute import mark
from .records import RuleVersion, ScheduledShift
from .refusals import DatePassed, NoSuchCheckinRule, NoSuchShift, NotByShifts, NotUnderRule, ShiftsOverlap
from .reminding import look_again
from .rulebook import DAY, Rulebook, rulebook
from .rules_model import DAY as SECONDS
from .standing import standings

Cell = tuple[int, date, int]
"""Somebody, a date, and a shift: 0 is rest."""
TOLD_EACH = 2000
BEGUN = timedelta(days=2)
"""In a zone far ahead of the company's, days have begun that are to come here."""


async def set_schedule(
    tx: Tx,
    actor_id: int,
    rule_id: int,
    cells: Sequence[Cell],
    *,
    now: datetime,
    from_today: bool = False,
    address: str = "",
) -> int:
    """Plan dates to come of people under a rule by shift; how many of them were planned otherwise. `from_today`: HR may
    also plan what is past, which is then judged again; whoever asks through the API may not."""
    plan = {(member_id, on): shift_id for member_id, on, shift_id in cells}
    if not plan:
        return 0
    book = await rulebook(tx)
    today = await today_of(tx, now)
    if not from_today and min(on for _, on in plan) <= today:
        raise DatePassed
    await _fits(tx, book, rule_id, plan)
    members, dates, shifts = zip(*((member, on, plan[member, on]) for member, on in sorted(plan)), strict=True)
    changed = await queries.put_schedule(tx, rule_id, members, dates, shifts, actor_id)
    if changed:
        around = {(member, on + n * DAY) for member, on in changed for n in (-1, 0, 1)}
        await mark(tx, {each for each in around if each[1] <= today + BEGUN})
        facts = {"dates": len(changed), "members": len({member for member, _ in changed})}
        await audit.record(
            tx,
            actor_id,
            "checkin_schedule.set",
            f"checkin_rule:{rule_id}",
            address=address,
            content=_said(plan),
            **facts,
        )
        touched = sorted({member for member, _ in changed})
        await look_again(tx, touched, now=now)
        if len(touched) <= TOLD_EACH:
            for member_id in touched:
                tell(tx, member_id, CheckinRuleChanged())
    return len(changed)


async def copy_schedule(
    tx: Tx,
    actor_id: int,
    rule_id: int,
    member_ids: Sequence[int],
    first: date,
    last: date,
    onto: date,
    *,
    now: datetime,
    address: str = "",
) -> int:
    """Plan a stretch like another one, day by day."""
    off = onto - first
    there = await queries.scheduled(tx, member_ids, first, last)
    cells = [(each.member_id, each.date + off, each.shift_id) for each in there if each.rule_id == rule_id]
    return await set_schedule(tx, actor_id, rule_id, cells, now=now, address=address)


async def rotate_schedule(
    tx: Tx,
    actor_id: int,
    rule_id: int,
    member_ids: Sequence[int],
    first: date,
    last: date,
    pattern: Sequence[int],
    *,
    now: datetime,
    shifted_by: int = 0,
    address: str = "",
) -> int:
    """Plan shifts that take turns: the first member begins with the pattern, each further one so many places later."""
    if not pattern:
        return 0
    days = (last - first).days + 1
    cells = [
        (member_id, first + timedelta(days=day), pattern[(day + n * shifted_by) % len(pattern)])
        for n, member_id in enumerate(member_ids)
        for day in range(days)
    ]
    return await set_schedule(tx, actor_id, rule_id, cells, now=now, address=address)


async def fitting(
    tx: Tx, rule_id: int, cells: Sequence[Cell]
) -> tuple[list[Cell], dict[tuple[int, date], Literal["not_under_rule", "overlap"]]]:
    """What of a plan could be set and is not so yet, and why the rest cannot be. Sets nothing."""
    plan = {(member_id, on): shift_id for member_id, on, shift_id in cells}
    if not plan:
        return [], {}
    book = await rulebook(tx)
    members, dates = sorted({member for member, _ in plan}), [on for _, on in plan]
    first, last = min(dates), max(dates)
    under = await standings(tx, book, members, first, last)
    there = await queries.scheduled(tx, members, first - DAY, last + DAY)
    why: dict[tuple[int, date], Literal["not_under_rule", "overlap"]] = {}
    versions = {on: book.in_force(rule_id, on) for on in dates}
    for member_id, on in list(plan):
        version = versions[on]
        ids = {0, *(shift.id for shift in version.rule.shifts)} if version and version.rule.kind == "shift" else set()
        if under[member_id].rule_on(on) != rule_id or plan[member_id, on] not in ids:
            why[member_id, on] = "not_under_rule"
            del plan[member_id, on]
    while clash := set(_overlaps(plan, versions, there, book, rule_id)):
        for member_id, on in sorted(clash):
            at = (member_id, on) if (member_id, on) in plan else (member_id, on + DAY)
            if at in plan:
                why[at] = "overlap"
                del plan[at]
    known = {(each.member_id, each.date): each.shift_id for each in there if each.rule_id == rule_id}
    return [(*at, shift_id) for at, shift_id in sorted(plan.items()) if known.get(at) != shift_id], why


async def schedules(db: Db, member_ids: Sequence[int], first: date, last: date) -> list[ScheduledShift]:
    """By member and date; dates that nobody planned have none."""
    return await queries.scheduled(db, member_ids, first, last)


async def _fits(tx: Tx, book: Rulebook, rule_id: int, plan: dict[tuple[int, date], int]) -> None:
    versions: dict[date, RuleVersion | None] = {}
    for _, on in plan:
        versions.setdefault(on, book.in_force(rule_id, on))
    for (_, on), shift_id in plan.items():
        version = versions[on]
        if version is None:
            raise NoSuchCheckinRule
        if version.rule.kind != "shift":
            raise NotByShifts
        if shift_id and shift_id not in {shift.id for shift in version.rule.shifts}:
            raise NoSuchShift(shift=shift_id)
    members = sorted({member for member, _ in plan})
    dates = [on for _, on in plan]
    there = await standings(tx, book, members, min(dates), max(dates))
    for member_id, on in plan:
        if there[member_id].rule_on(on) != rule_id:
            raise NotUnderRule(member_id=member_id, date=on.isoformat())
    _apart(plan, versions, await queries.scheduled(tx, members, min(dates) - DAY, max(dates) + DAY), book, rule_id)


def _apart(
    plan: dict[tuple[int, date], int],
    versions: dict[date, RuleVersion | None],
    there: list[ScheduledShift],
    book: Rulebook,
    rule_id: int,
) -> None:
    """Nobody is asked to be at two shifts at once."""
    for member_id, on in _overlaps(plan, versions, there, book, rule_id):
        raise ShiftsOverlap(member_id=member_id, date=on.isoformat())


def _overlaps(
    plan: dict[tuple[int, date], int],
    versions: dict[date, RuleVersion | None],
    there: list[ScheduledShift],
    book: Rulebook,
    rule_id: int,
) -> Iterator[tuple[int, date]]:
    """The dates whose shift is not over before the next one begins."""
    whole = {(each.member_id, each.date): each.shift_id for each in there if each.rule_id == rule_id} | plan

    def hours(member_id: int, on: date) -> tuple[int, int] | None:
        version = versions.get(on) or book.in_force(rule_id, on)
        shift_id = whole.get((member_id, on))
        shift = next((each for each in version.rule.shifts if each.id == shift_id), None) if version else None
        return (shift.timetable.slots[0].start, shift.timetable.slots[-1].end) if shift else None

    for member_id, on in plan:
        for before in (on - DAY, on):
            one, other = hours(member_id, before), hours(member_id, before + DAY)
            if one and other and one[1] - SECONDS > other[0]:
                yield member_id, before


def _said(plan: dict[tuple[int, date], int]) -> list[list[object]]:
    return [[member, on.isoformat(), shift] for (member, on), shift in sorted(plan.items())]

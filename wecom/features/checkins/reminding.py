"""Reminding of coming and going: when to look at whom is kept, and whoever is looked at is judged as they are then.

Nobody is reminded who has punched, rests, or is on leave; what leave moves, the reminder moves with. A rule says how
long before and after, its people may say otherwise for themselves or want none. The reminder stands beside the push in
one commit, so it comes once. What should have come longer ago than a reminder is of use comes no more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from wecom.features import notify
from wecom.features.preferences import Notifications, settings_of_many
from wecom.foundation.db import Tx

from .model import AWAY, DayPlan, DayResult, PlannedSlot, Way
from .queries import reminding as queries
from .reports import day_reports
from .rulebook import DAY, Standing, rulebook
from .standing import standings

STALE = 600
"""Seconds after which it helps nobody any more."""
FARTHEST = 6 * 3600
LATEST = 3600
"""A rule's reminder that is further before, or after its moment, has nothing to do with it."""
WAYS: tuple[Way, ...] = ("start", "end")
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reminder:
    date: date
    slot_id: int
    way: Way
    at: int


async def look_again(tx: Tx, member_ids: Sequence[int], *, now: datetime) -> None:
    """Something changed of what these members are to be reminded of."""
    await queries.alarm(tx, member_ids, now)


async def follow_rules(tx: Tx, *, now: datetime) -> None:
    """Where rules or holidays have changed, everybody is looked at anew."""
    if await queries.rules_moved(tx):
        await queries.alarm_everybody(tx, now)


async def remind_some(tx: Tx, limit: int, *, now: datetime) -> int:
    """Look at so many of those whose time has come; how many there were."""
    due = await queries.take_alarms(tx, now, limit)
    if not due:
        return 0
    book = await rulebook(tx)
    there = await standings(tx, book, due, now.date(), now.date())
    wishes = await settings_of_many(tx, due)
    second = int(now.timestamp())
    dates = {id: there[id].day_of(second).date for id in due}
    found = await day_reports(tx, due, min(dates.values()) - DAY, max(dates.values()), now=now)
    send: list[tuple[int, Reminder]] = []
    later: dict[int, datetime] = {}
    for id in due:
        today = dates[id]
        if not _ruled(there[id], today) and not _ruled(there[id], today + DAY):
            continue
        days = {each.date: each for each in found[id]}
        coming = there[id].plan(today + DAY).begins
        for each in _reminders(there[id], days, today, wishes[id].notifications):
            if each.at > second:
                coming = min(coming, each.at)
            elif each.at > second - STALE:
                send.append((id, each))
        later[id] = datetime.fromtimestamp(max(coming, second + 60), UTC)
    await _send(tx, send)
    await queries.put_alarms(tx, list(later), list(later.values()))
    await queries.drop_alarms(tx, [id for id in due if id not in later])
    return len(due)


async def forget(tx: Tx, *, now: datetime) -> None:
    """What was reminded of long ago."""
    await queries.forget_reminders(tx, (now - KEPT).date())


def _ruled(standing: Standing, on: date) -> bool:
    """Whether somebody checks in by phone on a date."""
    rule_id = standing.rule_on(on)
    version = standing.book.in_force(rule_id, on) if rule_id is not None else None
    return version is not None and version.rule.means != "machine"


def _reminders(
    standing: Standing, days: dict[date, DayResult], today: date, wishes: Notifications
) -> Iterable[Reminder]:
    for on in (today - DAY, today, today + DAY):
        if _ruled(standing, on):
            yield from reminders_of(standing.plan(on), days.get(on), wishes)


def reminders_of(plan: DayPlan, day: DayResult | None, wishes: Notifications) -> Iterable[Reminder]:
    """All of a date that would be sent as things are; a date that was not judged yet is as it is planned."""
    for slot in plan.slots:
        for way in WAYS:
            lead = _lead(slot, way, wishes)
            expected = _expected(plan, slot, way, day)
            if lead is not None and expected is not None:
                yield Reminder(plan.date, slot.id, way, expected + lead)


def _lead(slot: PlannedSlot, way: Way, wishes: Notifications) -> int | None:
    """Seconds after the moment, or before it where negative; None: not at all."""
    if way == "start":
        wanted, own, said, moment = wishes.checkin_before, wishes.checkin_before_minutes, slot.remind_start, slot.start
        sign = -1
    else:
        wanted, own, said, moment = wishes.checkin_after, wishes.checkin_after_minutes, slot.remind_end, slot.end
        sign = 1
    if not wanted:
        return None
    if own is not None:
        return sign * own * 60
    if said is None or not -LATEST <= (said - moment) * sign <= FARTHEST:
        return None
    return said - moment


def _expected(plan: DayPlan, slot: PlannedSlot, way: Way, day: DayResult | None) -> int | None:
    """The moment that is still to be punched; None: there is none."""
    moment = slot.start if way == "start" else slot.end
    if day is None:
        return moment if (slot.needs_start if way == "start" else slot.needs_end) else None
    point = next((each for each in day.points if (each.slot_id, each.way) == (slot.id, way)), None)
    if point is None or point.punched is not None or point.status != "not_yet":
        return None
    moved = any(each.kind in AWAY for each in day.applied)
    return point.expected if moved and point.expected is not None else moment


async def _send(tx: Tx, wanted: Sequence[tuple[int, Reminder]]) -> None:
    if not wanted:
        return
    fresh = await queries.insert_reminders(tx, [(id, r.date, r.slot_id, r.way) for id, r in wanted])
    now = {id: r for id, r in wanted if (id, r.date, r.slot_id, r.way) in fresh}
    if now:
        await notify.remind(tx, [(id, each.way == "end", each.at) for id, each in now.items()])

"""Who is under which rule, written down by date, so that history stays as it was when rules or the directory change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import DIRECTORY, heads, tell

from .events import CheckinRuleChanged
from .queries import assigning as queries
from .queries import days, punches, reminding
from .queries import rules as rule_queries
from .rulebook import rulebook
from .standing import standings

DAY = timedelta(days=1)
TOLD_EACH = 2000
"""Of a change that concerns more members each finds out when their client asks next."""


async def today_of(db: Db, now: datetime) -> date:
    """The company's date."""
    _, zone = await rule_queries.revision(db)
    return now.astimezone(ZoneInfo(zone)).date()


async def assign(tx: Tx, *, now: datetime) -> int:
    """Write down who is under which rule from today on, and from each date on which a version begins to hold; how many
    members that changes something for. Days before today stay as they are, and of whoever leaves the day that had
    begun."""
    await queries.lock_rules(tx)
    today = await today_of(tx, now)
    head = (await heads(tx, [DIRECTORY])).get(DIRECTORY, 0)
    staying = await _in_their_last_day(tx, today, now)
    changed = {member_id for member_id, _, _ in await queries.assign(tx, today, staying)}
    before = set(await queries.forget_later(tx, today))
    dates = {*await queries.dates_to_come(tx, today), *([today + DAY] if staying else [])}
    later = [each for on in sorted(dates) for each in await queries.assign(tx, on)]
    changed |= {member_id for member_id, _, _ in before.symmetric_difference(later)}
    await queries.put_directory_head(tx, head)
    if changed:
        await days.mark_stored_dirty(tx, sorted(changed), today - DAY)
        await reminding.alarm(tx, sorted(changed), now)
    if len(changed) <= TOLD_EACH:
        for member_id in sorted(changed):
            tell(tx, member_id, CheckinRuleChanged())
    return len(changed)


async def _in_their_last_day(tx: Tx, today: date, now: datetime) -> list[int]:
    """Who has left today in the middle of their day, or after it: what they worked counts. A shift that had not begun
    is not expected of them."""
    _, zone = await rule_queries.revision(tx)
    midnight = datetime.combine(today, time(), ZoneInfo(zone))
    left = dict(await queries.ruled_leavers(tx, today, midnight))
    if not left:
        return []
    there = await standings(tx, await rulebook(tx), list(left), today, today)
    staying = []
    for member_id, at in left.items():
        plan = there[member_id].plan(today)
        begun = bool(plan.slots) and plan.slots[0].start < min(at, now).timestamp()
        opens, closes = (datetime.fromtimestamp(each, UTC) for each in (plan.opens, plan.closes))
        if begun or await punches.punches_between(tx, [member_id], opens, closes, limit=1):
            staying.append(member_id)
    return staying


async def assign_if_moved(tx: Tx, *, now: datetime) -> int:
    """The same, where the directory has changed since."""
    head = (await heads(tx, [DIRECTORY])).get(DIRECTORY, 0)
    if head == await queries.directory_head(tx):
        return 0
    return await assign(tx, now=now)

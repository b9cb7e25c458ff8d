"""Who is under which rule, written down by date, so that history stays as it was when rules or the directory change."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from wecom.foundation.db import Tx
from wecom.foundation.streams import DIRECTORY, heads, tell

from .events import CheckinRuleChanged
from .queries import assigning as queries
from .queries import days, reminding
from .queries import rules as rule_queries

DAY = timedelta(days=1)
TOLD_EACH = 2000
"""Of a change that concerns more members each finds out when their client asks next."""


async def today_of(tx: Tx, now: datetime) -> date:
    """The company's date."""
    _, zone = await rule_queries.revision(tx)
    return now.astimezone(ZoneInfo(zone)).date()


async def assign(tx: Tx, *, now: datetime) -> int:
    """Write down who is under which rule from today on, and from each date on which a version begins to hold; how many
    members that changes something for. Days before today stay as they are."""
    await queries.lock_rules(tx)
    today = await today_of(tx, now)
    head = (await heads(tx, [DIRECTORY])).get(DIRECTORY, 0)
    changed = {member_id for member_id, _, _ in await queries.assign(tx, today)}
    before = set(await queries.forget_later(tx, today))
    later = [each for on in await queries.dates_to_come(tx, today) for each in await queries.assign(tx, on)]
    changed |= {member_id for member_id, _, _ in before.symmetric_difference(later)}
    await queries.put_directory_head(tx, head)
    if changed:
        await days.mark_stored_dirty(tx, sorted(changed), today - DAY)
        await reminding.alarm(tx, sorted(changed), now)
    if len(changed) <= TOLD_EACH:
        for member_id in sorted(changed):
            tell(tx, member_id, CheckinRuleChanged())
    return len(changed)


async def assign_if_moved(tx: Tx, *, now: datetime) -> int:
    """The same, where the directory has changed since."""
    head = (await heads(tx, [DIRECTORY])).get(DIRECTORY, 0)
    if head == await queries.directory_head(tx):
        return 0
    return await assign(tx, now=now)

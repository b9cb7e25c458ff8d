"""Whom and when a call of the check-in chapter is about, and what its answers call members and rules."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from wecom.features import checkins, directory
from wecom.features.apps import App
from wecom.features.checkins import RuleVersion
from wecom.features.directory import Member
from wecom.foundation.db import Db, Tx

from .checkin_rule_out import Reading, ids_named
from .refusals import CheckinTimeRange, CheckinUseridInvalid, CheckinUseridListSize
from .wire import Body, Number, Texts

MOST_USERS = 100
A_DAY = timedelta(days=1)
A_MONTH = timedelta(days=31)
LAST = 2**32


class OfMembers(Body):
    """Whom, and from when until when. What is not given is refused by the chapter's own numbers."""

    starttime: Number = -1
    endtime: Number = -1
    useridlist: Texts = Field(default_factory=list)


async def named_members(db: Db, app: App, userids: Sequence[str]) -> list[Member]:
    """Those of a list, in its order, each once; all of them or nobody."""
    if not 1 <= len(userids) <= MOST_USERS:
        raise CheckinUseridListSize
    known = await directory.member_ids(db, userids)
    if any(userid.lower() not in known for userid in userids):
        raise CheckinUseridInvalid
    ids = list(dict.fromkeys(known[userid.lower()] for userid in userids))
    seen = {each.id: each for each in await directory.members_by_ids(db, ids, seen_by=app.sight)}
    if len(seen) < len(ids):
        raise CheckinUseridInvalid
    return [seen[id] for id in ids]


def instants(body: OfMembers, most: timedelta) -> tuple[datetime, datetime]:
    """From one second to another, both included."""
    if not 0 <= body.starttime <= body.endtime < LAST or body.endtime - body.starttime > most.total_seconds():
        raise CheckinTimeRange
    return datetime.fromtimestamp(body.starttime, UTC), datetime.fromtimestamp(body.endtime, UTC)


def dates(body: OfMembers, zone: str) -> tuple[date, date]:
    """From one date to another, both included; of a stamp that is no midnight, the date on which it lies."""
    start, end = instants(body, A_MONTH)
    there = ZoneInfo(zone)
    return start.astimezone(there).date(), end.astimezone(there).date()


async def reading_of(db: Db, app: App, versions: Iterable[RuleVersion], zone: str) -> Reading:
    """What these rules' members and departments are called, as far as the app sees them."""
    rules = list(versions)
    ids = {id for each in rules for id in ids_named(each)}
    departments = {id for each in rules for id in each.rule.covered.departments}
    seen = await directory.departments_by_ids(db, sorted(departments), seen_by=app.sight)
    return Reading(
        await directory.userids_of(db, sorted(ids), seen_by=app.sight), frozenset(each.id for each in seen), zone
    )


async def rules_in_sight(tx: Tx, app: App, now: datetime) -> list[RuleVersion]:
    """Those that the app made, and those that somebody whom it sees is under today or tomorrow."""
    found = await checkins.newest_rules(tx)
    today = await checkins.today_of(tx, now)
    under = {each for on in (today, today + A_DAY) for each in await checkins.members_under_rules(tx, on)}
    seen = await directory.userids_of(tx, sorted({member_id for member_id, _ in under}), seen_by=app.sight)
    ruling = {rule_id for member_id, rule_id in under if member_id in seen}
    return [each for each in found if each.app_id == app.id or each.rule_id in ruling]


async def department_names(db: Db, app: App, members: Sequence[Member]) -> dict[int, str]:
    """Of each member all departments with those above them, as far as the app sees them: `甲/乙;甲/丙`."""
    own = {id for each in members for id in each.department_ids}
    found = {each.id: each for each in await directory.departments_by_ids(db, sorted(own), seen_by=app.sight)}
    above = {id for each in found.values() for id in each.path} - found.keys()
    names = {each.id: each.name for each in await directory.departments_by_ids(db, sorted(above), seen_by=app.sight)}
    names |= {each.id: each.name for each in found.values()}
    whole = {id: "/".join(names[step] for step in each.path if step in names) for id, each in found.items()}
    return {each.id: ";".join(whole[id] for id in each.department_ids if id in whole) for each in members}

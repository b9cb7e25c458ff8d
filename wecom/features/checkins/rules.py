"""Making rules, changing them and ending them: each change is a version, from a date on."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from wecom.foundation import audit
from wecom.foundation.audit.actions import Action
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import tell

from .assigning import TOLD_EACH, assign
from .calendar import keep_years
from .checking import checked, ids_covered
from .events import CheckinRuleChanged
from .queries import calendar as calendar_queries
from .queries import days, rules
from .queries.assigning import lock_rules, members_of_rule
from .records import RuleVersion
from .refusals import (
    CoveredElsewhere,
    KindStays,
    NoSuchCheckinRule,
    NoSuchShift,
    NotYourRule,
    RuleChangedMeanwhile,
    TooManyRules,
)
from .rulebook import rulebook
from .rules_model import Rule
from .rules_stored import rule_body
from .zones import offsets_of

MOST_RULES = 2000
DAY = timedelta(days=1)
Clearable = Literal["worked_days", "days_off", "wifi", "places"]


async def add_rule(
    tx: Tx,
    actor_id: int,
    rule: Rule,
    *,
    now: datetime,
    app_id: int | None = None,
    effective_now: bool = False,
    address: str = "",
) -> RuleVersion:
    """Make a rule; it holds from tomorrow on, or from today. Shifts without a number get one."""
    rule = checked(rule)
    await lock_rules(tx)
    if len(await rulebook_ids(tx)) >= MOST_RULES:
        raise TooManyRules(most=MOST_RULES)
    rule_id = await rules.insert_rule(tx, actor_id, app_id)
    return await _write(tx, actor_id, rule_id, 1, rule, now, effective_now, "checkin_rule.add", address)


async def change_rule(
    tx: Tx,
    actor_id: int,
    rule_id: int,
    rule: Rule,
    *,
    now: datetime,
    app_id: int | None = None,
    instead_of: int | None = None,
    effective_now: bool = False,
    address: str = "",
) -> RuleVersion:
    """Replace what a rule says, from tomorrow on, or from today. `app_id`: the app that asks; None: the console.
    `instead_of`: the version that was read; another one is not overwritten."""
    rule = checked(rule)
    await lock_rules(tx)
    newest = await _own(tx, rule_id, app_id)
    if instead_of not in (None, newest.version):
        raise RuleChangedMeanwhile(version=newest.version)
    if newest.rule.kind != rule.kind:
        raise KindStays
    return await _write(
        tx, actor_id, rule_id, newest.version + 1, rule, now, effective_now, "checkin_rule.change", address
    )


async def clear_rule_lists(
    tx: Tx,
    actor_id: int,
    rule_id: int,
    lists: list[Clearable],
    *,
    now: datetime,
    app_id: int | None = None,
    effective_now: bool = False,
    address: str = "",
) -> RuleVersion:
    """Empty lists of a rule."""
    await lock_rules(tx)
    newest = await _own(tx, rule_id, app_id)
    cleared = replace(newest.rule, **{name: () for name in lists})  # type: ignore[arg-type]
    return await change_rule(
        tx, actor_id, rule_id, cleared, now=now, app_id=app_id, effective_now=effective_now, address=address
    )


async def delete_rule(
    tx: Tx,
    actor_id: int,
    rule_id: int,
    *,
    now: datetime,
    app_id: int | None = None,
    effective_now: bool = False,
    address: str = "",
) -> None:
    """End a rule; days that it ruled stay as they were."""
    await lock_rules(tx)
    newest = await _own(tx, rule_id, app_id)
    since = _since(newest.rule, now, effective_now)
    await rules.insert_version(tx, rule_id, newest.version + 1, since, rule_body(newest.rule), True, actor_id)
    await rules.bump_revision(tx)
    await audit.record(tx, actor_id, "checkin_rule.delete", f"checkin_rule:{rule_id}", address=address)
    await assign(tx, now=now)


async def rules_on(db: Db, on: date) -> list[RuleVersion]:
    """The rules of a date."""
    book = await rulebook(db)
    held = [book.in_force(rule_id, on) for rule_id in book.rule_ids]
    return [each for each in held if each]


async def newest_rules(db: Db) -> list[RuleVersion]:
    """Each rule as it was left last, whether that holds already or from tomorrow on."""
    book = await rulebook(db)
    held = [book.newest(rule_id) for rule_id in book.rule_ids]
    return [each for each in held if each]


async def rule_versions(db: Db, rule_id: int) -> list[RuleVersion]:
    """Oldest first."""
    if not (found := await rules.versions_of(db, rule_id)):
        raise NoSuchCheckinRule
    return found


async def rulebook_ids(db: Db) -> list[int]:
    return [each.rule_id for each in await newest_rules(db)]


async def _own(tx: Tx, rule_id: int, app_id: int | None) -> RuleVersion:
    """The newest version. An app may change its own rules, the console any."""
    held = await rules.versions_of(tx, rule_id)
    if not held or held[-1].ends:
        raise NoSuchCheckinRule
    if app_id is not None and held[-1].app_id != app_id:
        raise NotYourRule
    return held[-1]


async def _write(
    tx: Tx,
    actor_id: int,
    rule_id: int,
    version: int,
    rule: Rule,
    now: datetime,
    effective_now: bool,
    act: Action,
    address: str,
) -> RuleVersion:
    since = _since(rule, now, effective_now)
    ranges = sorted(set(ids_covered(rule)))
    others = await rules.covered_elsewhere(
        tx,
        rule_id,
        since,
        [kind for kind, _ in ranges if kind != "exempt"],
        [id for kind, id in ranges if kind != "exempt"],
    )
    if others:
        raise CoveredElsewhere(
            rules=sorted({other for other, _, _ in others}), ids=[[k, id] for _, k, id in others][:20]
        )
    rule = await _numbered(tx, rule_id, rule)
    await calendar_queries.put_offsets(tx, offsets_of(rule.zone), again=False)
    await keep_years(tx, rule.country, [since.year, since.year + 1], bump=False)
    await rules.insert_version(tx, rule_id, version, since, rule_body(rule), False, actor_id)
    await rules.insert_ranges(tx, rule_id, version, [kind for kind, _ in ranges], [id for _, id in ranges])
    await rules.bump_revision(tx)
    facts = {"name": rule.name, "version": version, "effective_from": since.isoformat()}
    await audit.record(tx, actor_id, act, f"checkin_rule:{rule_id}", address=address, content=rule_body(rule), **facts)
    await assign(tx, now=now)
    if version > 1:
        await _stay_under(tx, rule_id, since)
    return (await rules.versions_of(tx, rule_id))[-1]


def _since(rule: Rule, now: datetime, effective_now: bool) -> date:
    """From today on, or tomorrow, by the rule's own clock: what is over where it holds stays as it was judged."""
    return now.astimezone(ZoneInfo(rule.zone)).date() + (timedelta(0) if effective_now else DAY)


async def _stay_under(tx: Tx, rule_id: int, since: date) -> None:
    """Have the days of those judged again who are under the rule, changed or not: some may be judged that it now asks
    something else of, and where a day ends is up to the next one. Whoever comes under it is seen to by `assign`."""
    under = await members_of_rule(tx, rule_id, since)
    if under:
        await days.mark_stored_dirty(tx, under, since - DAY)
    if len(under) <= TOLD_EACH:
        for member_id in under:
            tell(tx, member_id, CheckinRuleChanged())


async def _numbered(tx: Tx, rule_id: int, rule: Rule) -> Rule:
    """Shifts keep the numbers that they were given, and new ones get some."""
    given = {shift.id for shift in rule.shifts if shift.id}
    if not given <= await rules.shifts_of(tx, rule_id):
        raise NoSuchShift
    fresh = [shift for shift in rule.shifts if not shift.id]
    if not fresh:
        return rule
    numbers = iter(await rules.insert_shifts(tx, rule_id, len(fresh)))
    return replace(rule, shifts=tuple(s if s.id else replace(s, id=next(numbers)) for s in rule.shifts))


FIELDS = tuple(field.name for field in fields(Rule))
"""What can be said of a rule, for whoever merges."""

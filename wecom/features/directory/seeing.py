"""Who may see whom: the sight of a member, of an app, and what each may hear of changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import DIRECTORY, tell

from . import queries
from .model import EVERYTHING, ROOT, DirectoryChanged, DirectoryReloaded, RuleKind, Sight, VisibilityRule
from .refusals import InvalidRule, NoSuchDepartment, NoSuchMember, NoSuchRule


async def sight_of_member(db: Db, member_id: int) -> Sight:
    """What a member may see, by the rules that apply to them."""
    rules = await queries.visibility_rules(db)
    if not rules:
        return EVERYTHING
    paths = await queries.paths_of_member(db, member_id)
    within = {id for path in paths for id in path}
    everyone, departments, members = True, set[int](), set[int]()
    hidden_departments, hidden_members = set[int](), set[int]()
    for rule in rules:
        if rule.kind == "limit" and _names(rule.subject_members, rule.subject_departments, member_id, within):
            everyone = False
            departments |= {path[-1] for path in paths} | set(rule.allowed_departments)
            members |= set(rule.allowed_members)
        if rule.kind == "hide" and not _names(rule.allowed_members, rule.allowed_departments, member_id, within):
            hidden_departments |= set(rule.subject_departments) - within  # one's own department is no secret
            hidden_members |= set(rule.subject_members)
    return Sight(
        all=everyone,
        departments=frozenset(departments),
        members=frozenset(members),
        hidden_departments=frozenset(hidden_departments),
        hidden_members=frozenset(hidden_members),
        except_members=frozenset({member_id}),
    )


async def sight_of_range(db: Db, members: Sequence[int], departments: Sequence[int], tags: Sequence[int]) -> Sight:
    """What an app may see: its visible range. The root department is everybody."""
    if tags:
        more_members, more_departments = await queries.tagged_under(db, list(tags))
        members, departments = [*members, *more_members], [*departments, *more_departments]
    if ROOT in departments:
        return EVERYTHING
    return Sight(departments=frozenset(departments), members=frozenset(members))


def directory_entry_for(sight: Sight, kind: str, body: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """An entry of the directory's stream as this viewer may hear it: whoever does not see everything
    hears only that something changed."""
    return (kind, body) if sight.everything else (DirectoryChanged.kind, {})


async def add_rule(
    tx: Tx,
    actor_id: int,
    kind: RuleKind,
    *,
    subject_departments: Sequence[int] = (),
    subject_members: Sequence[int] = (),
    allowed_departments: Sequence[int] = (),
    allowed_members: Sequence[int] = (),
    from_address: str = "",
) -> VisibilityRule:
    """Hide the subjects from all but those allowed, or limit what the subjects see."""
    await _known(tx, [*subject_departments, *allowed_departments], [*subject_members, *allowed_members])
    if not subject_departments and not subject_members:
        raise InvalidRule
    lists = _sorted(subject_departments, subject_members, allowed_departments, allowed_members)
    rule = VisibilityRule(await queries.insert_rule(tx, kind, *lists), kind, *map(tuple, lists))
    await _record(tx, actor_id, "visibility_rule.add", rule, from_address)
    return rule


async def change_rule(
    tx: Tx,
    actor_id: int,
    id: int,
    kind: RuleKind,
    *,
    subject_departments: Sequence[int] = (),
    subject_members: Sequence[int] = (),
    allowed_departments: Sequence[int] = (),
    allowed_members: Sequence[int] = (),
    from_address: str = "",
) -> VisibilityRule:
    """Put another rule in this one's place."""
    await _known(tx, [*subject_departments, *allowed_departments], [*subject_members, *allowed_members])
    if not subject_departments and not subject_members:
        raise InvalidRule
    lists = _sorted(subject_departments, subject_members, allowed_departments, allowed_members)
    if not await queries.update_rule(tx, id, kind, *lists):
        raise NoSuchRule(rule=id)
    rule = VisibilityRule(id, kind, *map(tuple, lists))
    await _record(tx, actor_id, "visibility_rule.change", rule, from_address)
    return rule


async def remove_rule(tx: Tx, actor_id: int, id: int, *, from_address: str = "") -> None:
    if not await queries.delete_rule(tx, id):
        raise NoSuchRule(rule=id)
    await audit.record(tx, actor_id, "visibility_rule.remove", f"visibility_rule:{id}", address=from_address)
    tell(tx, DIRECTORY, DirectoryReloaded())


def _names(members: Sequence[int], departments: Sequence[int], member_id: int, within: set[int]) -> bool:
    return member_id in members or not within.isdisjoint(departments)


def _sorted(*lists: Sequence[int]) -> tuple[list[int], list[int], list[int], list[int]]:
    first, second, third, fourth = (sorted(set(each)) for each in lists)
    return first, second, third, fourth


async def _known(tx: Tx, departments: Sequence[int], members: Sequence[int]) -> None:
    held = await queries.hold_departments(tx, departments)
    if unknown := set(departments) - set(held):
        raise NoSuchDepartment(department=min(unknown))
    if unknown := set(members) - set(await queries.ordinals(tx, members)):
        raise NoSuchMember(member=min(unknown))


async def _record(tx: Tx, actor_id: int, action: audit.Action, rule: VisibilityRule, from_address: str) -> None:
    await audit.record(
        tx,
        actor_id,
        action,
        f"visibility_rule:{rule.id}",
        address=from_address,
        kind=rule.kind,
        subject_departments=rule.subject_departments,
        subject_members=rule.subject_members,
        allowed_departments=rule.allowed_departments,
        allowed_members=rule.allowed_members,
    )
    tell(tx, DIRECTORY, DirectoryReloaded())

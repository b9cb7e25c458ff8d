"""Giving and taking the tags that groups stand for.

Nothing about a tag may keep people from being as LDAP says: what the database will not have of one is
undone alone, and said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from wecom.foundation import audit
from wecom.foundation.db import Tx, Unkept
from wecom.foundation.streams import Event

from .. import queries as directory
from ..model import TagChanged
from . import queries
from .model import Current, Plan, Problem, TagChange

NAMED_AT_ONCE = 1000
"""Members in one audit record."""

Acts = list[audit.Act]


async def apply_tags(
    tx: Tx,
    plan: Plan,
    current: Current,
    ids: dict[str, int],
    acts: Acts,
    events: list[Event],
    problems: list[Problem],
) -> None:
    """`ids`: members by their entries, of those who have just come."""
    ids = current.numbers | ids
    await _rename(tx, plan, acts, problems)
    try:
        async with tx.apart():
            done = await _bring(tx, plan.tags, ids)
    except Unkept:
        done = []
        for change in plan.tags:
            try:
                async with tx.apart():
                    done += await _bring(tx, [change], ids)
            except Unkept as problem:
                problems.append(Problem("tag", change.name, f"it could not be kept: {problem}"))
    for tag_id, some in done:
        acts += some
        events.append(TagChanged(tag_id=tag_id))
    for id, tag_id in plan.tags_gone:
        # It may stand in an app's range or a rule: nobody has it now, and what becomes of it is for a person to say.
        tag = current.tags[id]
        await directory.take_tag_off(tx, tag_id, sorted(tag.member_ids), [])
        await queries.unlink_tag(tx, id)
        acts.append(("tag.unlink", f"tag:{tag_id}", {"name": tag.name, "because": "gone"}))
        acts += _named("tag.take_off", tag_id, tag.name, sorted(tag.member_ids))
        events.append(TagChanged(tag_id=tag_id))


async def _rename(tx: Tx, plan: Plan, acts: Acts, problems: list[Problem]) -> None:
    """All at once: two may swap their names."""
    old = {each.before.tag_id: each.before.name for each in plan.tags if each.before and each.before.name != each.name}
    new = {each.before.tag_id: each.name for each in plan.tags if each.before and each.before.tag_id in old}
    try:
        async with tx.apart():
            await directory.set_aside_tag_names(tx, list(old))
            await directory.rename_tags(tx, new)
    except Unkept as problem:
        problems.append(Problem("tag", ", ".join(new.values()), f"no tag gets another name: {problem}"))
    else:
        acts += [("tag.rename", f"tag:{id}", {"name": name, "old_name": old[id]}) for id, name in new.items()]


async def _bring(tx: Tx, changes: Sequence[TagChange], ids: Mapping[str, int]) -> list[tuple[int, Acts]]:
    """The tags, and what was done to each."""
    fresh = count(await directory.next_tag_id(tx))
    brought = [
        _Brought(change, change.before.tag_id if change.before else next(fresh), _members(change, ids))
        for change in changes
    ]
    await queries.insert_tags(tx, [(each.tag_id, each.change.name) for each in brought if not each.change.before])
    await queries.link_tags(tx, [(each.change.group.id, each.tag_id) for each in brought if each.change.links])
    await queries.put_tags_on(tx, [(each.tag_id, member) for each in brought for member in each.on])
    await queries.take_tags_off(tx, [(each.tag_id, member) for each in brought for member in each.change.off])
    for each in brought:
        if each.departments:
            await directory.take_tag_off(tx, each.tag_id, [], each.departments)
    return [(each.tag_id, each.acts()) for each in brought]


def _members(change: TagChange, ids: Mapping[str, int]) -> Sequence[int]:
    return sorted(ids[id] for id in change.on if id in ids)


@dataclass(frozen=True, slots=True)
class _Brought:
    change: TagChange
    tag_id: int
    on: Sequence[int]

    @property
    def departments(self) -> Sequence[int]:
        """Which the tag was on here, and which no group can say anything of."""
        return sorted(self.change.before.department_ids) if self.change.before and self.change.links else []

    def acts(self) -> Acts:
        change, acts = self.change, Acts()
        if change.links:
            action: audit.Action = "tag.link" if change.before else "tag.add"
            acts.append((action, f"tag:{self.tag_id}", {"name": change.name, "group": change.group.key}))
        acts += _named("tag.put_on", self.tag_id, change.name, self.on)
        return acts + _named("tag.take_off", self.tag_id, change.name, change.off, self.departments)


def _named(
    action: audit.Action, tag_id: int, name: str, members: Sequence[int], departments: Sequence[int] = ()
) -> Acts:
    """Who got or lost it, all by their numbers."""
    pieces = [members[start : start + NAMED_AT_ONCE] for start in range(0, len(members), NAMED_AT_ONCE)]
    details = [{"name": name, "members": list(each)} for each in pieces]
    if departments:
        details.append({"name": name, "departments": list(departments)})
    return [(action, f"tag:{tag_id}", each) for each in details]

"""Giving and taking the tags that groups stand for.

Nothing about a tag may keep people from being as LDAP says: what the database will not have of one is
undone alone, and said.
"""

from collections.abc import Sequence
from typing import Any

from wecom.foundation.db import Tx, Unkept
from wecom.foundation.streams import Event

from .. import queries as directory
from ..model import Tag, TagChanged
from . import queries
from .model import Current, Plan, Problem, TagChange

NAMED_AT_ONCE = 1000
"""Members in one audit record."""

Acts = list[tuple[str, str, dict[str, Any]]]


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
    for change in plan.tags:
        try:
            async with tx.apart():
                tag_id, done = await _bring(tx, change, ids)
        except Unkept as problem:
            problems.append(Problem("tag", change.name, f"it could not be kept: {problem}"))
        else:
            acts += done
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


async def _bring(tx: Tx, change: TagChange, ids: dict[str, int]) -> tuple[int, Acts]:
    """The tag, and what was done."""
    before, group = change.before, change.group
    on = sorted(ids[id] for id in change.on if id in ids)
    tag_id = before.tag_id if before else await directory.next_tag_id(tx)
    acts: Acts = []
    if before is None:
        await directory.insert_tag(tx, Tag(tag_id, change.name, None))
        acts.append(("tag.add", f"tag:{tag_id}", {"name": change.name, "group": group.key}))
    elif change.links:
        acts.append(("tag.link", f"tag:{tag_id}", {"name": change.name, "group": group.key}))
    if change.links:
        await queries.link_tag(tx, group.id, tag_id)
    departments = sorted(before.department_ids) if before and change.links else []
    await directory.put_tag_on(tx, tag_id, on, [])
    await directory.take_tag_off(tx, tag_id, change.off, departments)
    acts += _named("tag.put_on", tag_id, change.name, on)
    acts += _named("tag.take_off", tag_id, change.name, change.off, departments)
    return tag_id, acts


def _named(action: str, tag_id: int, name: str, members: Sequence[int], departments: Sequence[int] = ()) -> Acts:
    """Who got or lost it, all by their numbers."""
    pieces = [members[start : start + NAMED_AT_ONCE] for start in range(0, len(members), NAMED_AT_ONCE)]
    details = [{"name": name, "members": list(each)} for each in pieces]
    if departments:
        details.append({"name": name, "departments": list(departments)})
    return [(action, f"tag:{tag_id}", each) for each in details]

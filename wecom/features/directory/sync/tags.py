"""Giving and taking the tags that groups stand for."""

from typing import Any

from wecom.foundation.db import Tx
from wecom.foundation.streams import Event

from .. import queries as directory
from ..model import Tag, TagChanged
from ..tagging import MOST_TAGGED
from . import queries
from .model import Current, Plan, Problem, TagChange


async def apply_tags(
    tx: Tx,
    plan: Plan,
    current: Current,
    ids: dict[str, int],
    acts: list[tuple[str, str, dict[str, Any]]],
    events: list[Event],
    problems: list[Problem],
) -> None:
    """`ids`: members by their entries, of those who have just come."""
    ids = {id: known.member.id for id, known in current.people.items()} | ids
    if plan.tags:
        await directory.lock_tags(tx)
    for change in plan.tags:
        tag_id, action = await _named(tx, change)
        on = sorted(ids[id] for id in change.on if id in ids)
        had = len(change.known.member_ids) if change.known else 0
        if had + len(on) > MOST_TAGGED:
            message = f"it has more than {MOST_TAGGED:,} members: nobody gets it anew"
            problems.append(Problem("tag", change.group.name, message))
            on = []
        await directory.put_tag_on(tx, tag_id, on, [])
        await directory.take_tag_off(tx, tag_id, change.off, [])
        details = {"name": change.group.name, "on": len(on), "off": len(change.off)}
        acts.append((action, f"tag:{tag_id}", details))
        events.append(TagChanged(tag_id=tag_id))
    for id, tag_id in plan.tags_gone:
        # It may stand in an app's range or a rule: nobody has it now, and what becomes of it is for a person to say.
        await directory.take_tag_off(tx, tag_id, sorted(current.tags[id].member_ids), [])
        await queries.unlink_tag(tx, id)
        acts.append(("tag.take_off", f"tag:{tag_id}", {"name": current.tags[id].name, "because": "gone"}))
        events.append(TagChanged(tag_id=tag_id))


async def _named(tx: Tx, change: TagChange) -> tuple[int, str]:
    """The tag, called as the group is; and what was done for that."""
    if change.known:
        if change.known.name != change.group.name:
            await directory.rename_tag(tx, change.known.tag_id, change.group.name)
            return change.known.tag_id, "tag.rename"
        return change.known.tag_id, "tag.put_on"
    if change.adopted is not None:
        await queries.link_tag(tx, change.group.id, change.adopted)
        return change.adopted, "tag.put_on"
    tag = Tag(await directory.next_tag_id(tx), change.group.name, None)
    await directory.insert_tag(tx, tag)
    await queries.link_tag(tx, change.group.id, tag.id)
    return tag.id, "tag.add"

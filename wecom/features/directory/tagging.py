"""Tags on members and departments, and the definitions of extended attributes."""

from collections.abc import Sequence

from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.streams import DIRECTORY, tell

from . import queries, rules
from .maintained import refuse_tag
from .model import (
    AttributeDefinition,
    AttributeKind,
    AttributesChanged,
    DirectoryReloaded,
    Tag,
    TagChanged,
    TagRemoved,
)
from .refusals import (
    AttributeExists,
    InvalidAttributeDefinition,
    InvalidTagId,
    NoSuchAttribute,
    NoSuchTag,
    TagExists,
    TagFull,
)

MOST_TAGGED = 30_000


async def add_tag(
    tx: Tx,
    actor_id: int,
    name: str,
    *,
    id: int | None = None,
    app_id: int | None = None,
    from_address: str = "",
) -> Tag:
    """Make a tag: the company's own, or an app's. Its id is the next one, or the one given."""
    name = rules.tag_name(name)
    if id is not None and not 0 <= id <= rules.LARGEST_ID:
        raise InvalidTagId
    await queries.lock_tags(tx)
    new = await queries.next_tag_id(tx) if id is None else id
    if new > rules.LARGEST_ID:
        raise InvalidTagId
    tag = Tag(new, name, app_id)
    if not await queries.insert_tag(tx, tag):
        raise TagExists
    await _record(tx, actor_id, "tag.add", tag, from_address)
    return tag


async def rename_tag(tx: Tx, actor_id: int, id: int, name: str, *, from_address: str = "") -> Tag:
    name = rules.tag_name(name)
    await queries.lock_tags(tx)
    tag = await queries.lock_tag(tx, id)
    if not tag:
        raise NoSuchTag(tag=id)
    await refuse_tag(tx, id)
    if await queries.tag_named(tx, name) not in (None, id):
        raise TagExists
    await queries.rename_tag(tx, id, name)
    renamed = Tag(id, name, tag.app_id)
    await _record(tx, actor_id, "tag.rename", renamed, from_address, old_name=tag.name)
    return renamed


async def delete_tag(tx: Tx, actor_id: int, id: int, *, from_address: str = "") -> None:
    tag = await queries.lock_tag(tx, id)
    if not tag:
        raise NoSuchTag(tag=id)
    await refuse_tag(tx, id)
    await queries.delete_tag(tx, id)
    await audit.record(tx, actor_id, "tag.delete", f"tag:{id}", address=from_address, name=tag.name)
    tell(tx, DIRECTORY, TagRemoved(tag_id=id))


async def put_tag_on(
    tx: Tx,
    actor_id: int,
    id: int,
    *,
    member_ids: Sequence[int] = (),
    department_ids: Sequence[int] = (),
    from_address: str = "",
) -> None:
    """Put a tag on members and departments, which must be known to exist."""
    tag = await queries.lock_tag(tx, id)
    if not tag:
        raise NoSuchTag(tag=id)
    await refuse_tag(tx, id)
    await queries.put_tag_on(tx, id, member_ids, department_ids)
    if await queries.count_tagged(tx, id) > MOST_TAGGED:
        raise TagFull
    await _record(
        tx,
        actor_id,
        "tag.put_on",
        tag,
        from_address,
        members=list(member_ids),
        departments=list(department_ids),
    )


async def take_tag_off(
    tx: Tx,
    actor_id: int,
    id: int,
    *,
    member_ids: Sequence[int] = (),
    department_ids: Sequence[int] = (),
    from_address: str = "",
) -> None:
    """Take a tag off members and departments."""
    tag = await queries.lock_tag(tx, id)
    if not tag:
        raise NoSuchTag(tag=id)
    await refuse_tag(tx, id)
    await queries.take_tag_off(tx, id, member_ids, department_ids)
    await _record(
        tx,
        actor_id,
        "tag.take_off",
        tag,
        from_address,
        members=list(member_ids),
        departments=list(department_ids),
    )


async def define_attribute(
    tx: Tx,
    actor_id: int,
    name: str,
    *,
    kind: AttributeKind = "text",
    order: int = 0,
    from_address: str = "",
) -> AttributeDefinition:
    """Let members have an extended attribute of this name."""
    name = rules.keepable(name).strip()
    if not 1 <= len(name) <= 32 or not 0 <= order <= rules.LARGEST_ID:
        raise InvalidAttributeDefinition
    if not await queries.insert_attribute(tx, name, kind, order):
        raise AttributeExists
    await audit.record(tx, actor_id, "attribute.define", f"attribute:{name}", address=from_address, kind=kind)
    tell(tx, DIRECTORY, AttributesChanged())
    return AttributeDefinition(name, kind, order)


async def remove_attribute(tx: Tx, actor_id: int, name: str, *, from_address: str = "") -> None:
    """Take an extended attribute away, with every member's value of it."""
    if not await queries.delete_attribute(tx, name):
        raise NoSuchAttribute(attribute=name)
    await audit.record(tx, actor_id, "attribute.remove", f"attribute:{name}", address=from_address)
    tell(tx, DIRECTORY, AttributesChanged())
    tell(tx, DIRECTORY, DirectoryReloaded())


async def _record(tx: Tx, actor_id: int, action: audit.Action, tag: Tag, from_address: str, **details: object) -> None:
    await audit.record(tx, actor_id, action, f"tag:{tag.id}", address=from_address, name=tag.name, **details)
    tell(tx, DIRECTORY, TagChanged(tag_id=tag.id))

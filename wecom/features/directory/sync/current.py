"""What is here now, of all that a sync may touch or clash with."""

from collections.abc import Sequence

from wecom.foundation.db import Tx

from .. import queries as directory
from ..model import EVERYTHING, Member
from . import queries
from .model import Current, Known, KnownTag, Stranger

CHUNK = 2_000


async def load_current(tx: Tx, ids: Sequence[str] | None = None, keys: Sequence[str] = ()) -> Current:
    """Of all that is linked; or of these entries, and those last read under these DNs, alone.

    It stays so until the transaction ends.
    """
    await directory.own_directory(tx)
    links = await queries.links(tx, ids, keys)
    members: dict[int, Member] = {}
    numbers = [member for _, member, _, _, _ in links]
    for start in range(0, len(numbers), CHUNK):
        for each in await directory.members_by_ids(tx, numbers[start : start + CHUNK], seen_by=EVERYTHING):
            members[each.id] = each
    current = Current()
    for id, member, key, disabled, gone in links:
        current.people[id] = Known(id, members[member], disabled, gone, key)
    for stranger, userid, holds_role in await queries.strangers(tx):
        current.strangers[userid] = Stranger(stranger, holds_role)
    for holder, userid, mobile, email, biz_mail in await directory.contacts(tx):
        had = {"userid": userid.lower(), "mobile": mobile, "email": email, "biz_mail": biz_mail}
        current.claims |= {(name, value): holder for name, value in had.items() if value}
    current.departments = {each.id: each for each in await directory.all_departments(tx)}
    for id, department, key in await queries.department_links(tx):
        current.linked_departments[id] = department
        current.unit_ids[key] = id
    for id, tag, name, holders in await queries.tag_links(tx):
        current.tags[id] = KnownTag(tag, name, holders)
    current.tag_names = {each.name: each.id for each in await directory.tags(tx)}
    return current

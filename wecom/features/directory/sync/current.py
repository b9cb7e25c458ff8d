"""What is here now, of all that a sync may touch or clash with."""

from collections.abc import Collection

from wecom.foundation.db import Tx

from .. import queries as directory
from ..model import Member
from ..turns import own_directory
from . import queries
from .model import Current, Known, Person, Placed, Stranger

CHUNK = 5_000


async def load_current(tx: Tx, ids: Collection[str] | None = None, people: Collection[Person] | None = None) -> Current:
    """Of all that is linked; or of these entries alone, and of what these people may clash with.

    It stays so until the transaction ends.
    """
    await own_directory(tx)
    current = Current()
    leaders = [each.leader for each in people or () if each.leader]
    links = await queries.links(tx, None if ids is None else list(ids), leaders)
    members: dict[int, Member] = {}
    numbers = [member for _, member, _, _, _ in links]
    for start in range(0, len(numbers), CHUNK):
        for each in await queries.linked_members(tx, numbers[start : start + CHUNK]):
            members[each.id] = each
    for id, number, key, disabled, gone in links:
        current.people[id] = Known(id, members[number], disabled, gone, key)
        current.numbers[id] = number
    await _load_others(tx, current, people)
    await _load_departments(tx, current)
    current.barred = await queries.barred(tx, None if ids is None else list(ids))
    if people is None:
        await _load_tags(tx, current)
    return current


async def load_groups(tx: Tx) -> Current:
    """Of departments and tags; and of people no more than where they stand."""
    await own_directory(tx)
    current = Current(placed=await queries.placed(tx))
    current.numbers = {each.id: each.member_id for each in current.placed}
    await _load_departments(tx, current)
    await _load_tags(tx, current)
    return current


async def load_people(tx: Tx, current: Current, people: Collection[Placed]) -> None:
    """All that is known of these."""
    found = {each.id: each for each in await queries.linked_members(tx, [each.member_id for each in people])}
    for each in people:
        current.people[each.id] = Known(each.id, found[each.member_id], False, False, each.key)


async def _load_departments(tx: Tx, current: Current) -> None:
    current.departments = {each.id: each for each in await directory.all_departments(tx)}
    for id, department, key in await queries.department_links(tx):
        current.linked_departments[id] = department
        current.unit_ids[key] = id


async def _load_tags(tx: Tx, current: Current) -> None:
    await directory.lock_tags(tx)
    for group, tag in await queries.all_tags(tx):
        if group is None:
            current.other_tags[tag.name] = tag
        else:
            current.tags[group] = tag


async def _load_others(tx: Tx, current: Current, people: Collection[Person] | None) -> None:
    userids, found = None, []
    if people is None:
        found = await directory.contacts(tx)
    else:
        userids = [each.userid.lower() for each in people]
        wanted = [each.fields.get(name) for each in people for name in ("email", "biz_mail")]
        addresses = [value.lower() for value in wanted if value]
        mobiles = [value for each in people if (value := each.fields.get("mobile"))]
        leaders = [each.member.userid.lower() for each in current.people.values()]
        found = await directory.contacts_with(tx, userids + leaders, mobiles, addresses)
    for holder, userid, mobile, email, biz_mail in found:
        had = {"userid": userid.lower(), "mobile": mobile, "email": email, "biz_mail": biz_mail}
        for name, value in had.items():
            if value:
                current.claims[name, value] = holder
    for stranger, userid, holds_role in await queries.strangers(tx, userids):
        current.strangers[userid] = Stranger(stranger, holds_role)

"""People's pictures from LDAP, once everything else is as LDAP says: a picture keeps nobody waiting."""

from collections.abc import Collection, Sequence

from ...foundation import audit
from ...foundation.blobs import Store, hold, keep, release
from ...foundation.db import Pool, Tx, transaction
from ...foundation.streams import DIRECTORY, tell
from ..directory import sync
from ..directory.model import DirectoryReloaded, MemberChanged
from ..directory.sync import LdapSource, Person, Problem
from ..directory.sync.pictures import Picture, read_pictures
from .faces import address_of

AT_ONCE = 50
MOST_TOLD = 100
OWNER = "avatar"

Looked = Sequence[tuple[str, int, Person, Picture, bytes]]


async def bring_pictures(
    pool: Pool, store: Store, source: LdapSource, actor_id: int, people: Collection[Person]
) -> list[Problem]:
    """Give these people the pictures that their entries have; what cannot be used of them."""
    if not source.config.people.photo:
        return []
    seen = await sync.queries.versions(pool, [each.id for each in people])
    due = [each for each in people if each.id in seen and seen[each.id][1] != each.version]
    problems: list[Problem] = []
    for start in range(0, len(due), AT_ONCE):
        chunk = due[start : start + AT_ONCE]
        found = await source.asking.ask(read_pictures, source, [each.id for each in chunk])
        looked = []
        for person in chunk:
            picture = found.get(person.id, Picture())
            hash = await keep(store, picture.data) if picture.data else b""
            looked.append((person.id, seen[person.id][0], person, picture, hash))
            if picture.trouble:
                problems.append(Problem("person", person.dn, picture.trouble))
        async with transaction(pool) as tx:
            await _show(tx, actor_id, looked, many=len(due) > MOST_TOLD)
    return problems


async def _show(tx: Tx, actor_id: int, looked: Looked, *, many: bool) -> None:
    changed = []
    for _, member_id, _, picture, hash in looked:
        address = address_of(hash) if hash else ""
        departments = await sync.queries.put_avatar(tx, member_id, address)
        if departments is None:
            continue
        await release(tx, OWNER, str(member_id))
        if hash:
            await hold(tx, hash, len(picture.data), picture.media_type, OWNER, str(member_id))
        changed.append(("member.change", f"member:{member_id}", {"fields": ["avatar"]}))
        if not many:
            tell(tx, DIRECTORY, MemberChanged(member_id=member_id, department_ids=tuple(departments)))
    await sync.queries.put_versions(tx, [(id, person.version) for id, _, person, _, _ in looked])
    if changed:
        await audit.record_all(tx, actor_id, changed)
        if many:
            tell(tx, DIRECTORY, DirectoryReloaded())

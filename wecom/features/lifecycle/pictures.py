"""People's pictures from LDAP, once everything else is as LDAP says: a picture keeps nobody waiting."""

import asyncio
from collections.abc import Collection, Sequence

from ...foundation import audit
from ...foundation.blobs import Held, Store, hold_all, keep, release
from ...foundation.db import Pool, Tx, transaction
from ...foundation.streams import DIRECTORY, tell
from ..directory import sync
from ..directory.model import DirectoryReloaded, MemberChanged
from ..directory.sync import LdapSource, Person, Problem
from ..directory.sync.pictures import Picture, read_pictured, read_pictures
from .faces import address_of

AT_ONCE = 50
MOST_TOLD = 100
MANY = 2_000
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
    many = len(due) > MOST_TOLD
    if len(due) > MANY:  # one question, where most may have none, instead of one for every few
        pictured = await source.asking.ask(read_pictured, source)
        bare = [(each.id, seen[each.id][0], each, Picture(), b"") for each in due if each.id not in pictured]
        for start in range(0, len(bare), MANY):
            async with transaction(pool) as tx:
                await _show(tx, actor_id, bare[start : start + MANY], many=many)
        due = [each for each in due if each.id in pictured]
    for start in range(0, len(due), AT_ONCE):
        chunk = due[start : start + AT_ONCE]
        found = await source.asking.ask(read_pictures, source, [each.id for each in chunk])
        pictures = [found.get(each.id, Picture()) for each in chunk]
        problems += [
            Problem("person", each.dn, picture.trouble)
            for each, picture in zip(chunk, pictures, strict=True)
            if picture.trouble
        ]
        hashes = await asyncio.gather(*(_kept(store, each) for each in pictures))
        looked = [
            (each.id, seen[each.id][0], each, picture, hash)
            for each, picture, hash in zip(chunk, pictures, hashes, strict=True)
        ]
        async with transaction(pool) as tx:
            await _show(tx, actor_id, looked, many=many)
    return problems


async def _kept(store: Store, picture: Picture) -> bytes:
    return await keep(store, picture.data) if picture.data else b""


async def _show(tx: Tx, actor_id: int, looked: Looked, *, many: bool) -> None:
    avatars = {member_id: address_of(hash) if hash else "" for _, member_id, _, _, hash in looked}
    changed = await sync.queries.put_avatars(tx, avatars)
    await release(tx, OWNER, *map(str, changed))
    held = [
        Held(hash, len(picture.data), picture.media_type, str(member_id))
        for _, member_id, _, picture, hash in looked
        if hash and member_id in changed
    ]
    await hold_all(tx, OWNER, held)
    await sync.queries.put_versions(tx, [(id, person.version) for id, _, person, _, _ in looked])
    if changed:
        acts: list[audit.Act] = [
            ("member.change", f"member:{member_id}", {"fields": ["avatar"]}) for member_id in changed
        ]
        await audit.record_all(tx, actor_id, acts)
        if many:
            tell(tx, DIRECTORY, DirectoryReloaded())
            return
        for member_id, departments in changed.items():
            tell(tx, DIRECTORY, MemberChanged(member_id=member_id, department_ids=departments))

"""Whom an app's message is for, frozen at sending as a bitmap over members' ordinals.

Bit n of an audience is member ordinal n: byte n >> 3, value 1 << (n & 7), the lowest byte first. As an
integer it is counted, cut and compared for 50,000 members in microseconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from wecom.features import directory
from wecom.foundation.db import Db

from .model import App, NobodyReachable


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a message reaches, and who of those named cannot be reached."""

    members: directory.Audience
    bits: int
    unknown_userids: tuple[str, ...] = ()
    """In lower case."""
    unknown_departments: tuple[int, ...] = ()
    unknown_tags: tuple[int, ...] = ()

    def without(self, over: int) -> "tuple[Reached, list[int]]":
        """The same less the members whose bits these are; the ids of those taken out."""
        dropped = over & self.bits
        if not dropped:
            return self, []
        gone = set(ordinals_of(dropped))
        pairs = zip(self.members.member_ids, self.members.ordinals, strict=True)
        return replace(self, bits=self.bits & ~dropped), [id for id, ordinal in pairs if ordinal in gone]


async def everyone(db: Db, app: App) -> Reached:
    """All whom the app sees."""
    members = await directory.members_under(db, [directory.ROOT], [], [], seen_by=app.sight)
    return Reached(members, bits_of(members.ordinals))


async def reach(
    db: Db, app: App, userids: Sequence[str], department_ids: Sequence[int], tag_ids: Sequence[int]
) -> Reached:
    """Those named, as far as the app sees them and they are enabled; raises `NobodyReachable` where nothing
    of what is named can be meant."""
    ids = await directory.member_ids(db, userids) if userids else {}
    direct = await directory.members_under(db, [], [], list(ids.values()), seen_by=app.sight)
    reachable = set(direct.member_ids)
    unknown_userids = [name for name in _lowered(userids) if ids.get(name) not in reachable]
    seen = await directory.departments_by_ids(db, department_ids, seen_by=app.sight) if department_ids else []
    departments = [each.id for each in seen]
    usable = {tag.id for tag in await directory.tags(db) if tag.app_id in (None, app.id)} if tag_ids else set()
    tags = [id for id in dict.fromkeys(tag_ids) if id in usable]  # the company's, and the app's own
    unknown_departments = tuple(id for id in dict.fromkeys(department_ids) if id not in departments)
    unknown_tags = tuple(id for id in dict.fromkeys(tag_ids) if id not in tags)
    members = direct
    if departments or tags:
        members = await directory.members_under(db, departments, tags, direct.member_ids, seen_by=app.sight)
    if not (reachable or departments or tags):
        raise NobodyReachable(
            unknown_userids=unknown_userids, unknown_departments=unknown_departments, unknown_tags=unknown_tags
        )
    return Reached(members, bits_of(members.ordinals), tuple(unknown_userids), unknown_departments, unknown_tags)


def bits_of(ordinals: Sequence[int]) -> int:
    """A bit for each ordinal. Through bytes: setting bits in an integer one by one copies it each time."""
    if not ordinals:
        return 0
    bits = bytearray((max(ordinals) >> 3) + 1)
    for ordinal in ordinals:
        bits[ordinal >> 3] |= 1 << (ordinal & 7)
    return int.from_bytes(bits, "little")


def as_bytes(bits: int) -> bytes:
    """As messages keep an audience. Never empty, for nobody either: without bytes it would be for all."""
    return bits.to_bytes(max(1, (bits.bit_length() + 7) // 8), "little")


def ordinals_of(bits: int) -> Iterator[int]:
    for at, byte in enumerate(as_bytes(bits)):
        if byte:
            for n in range(8):
                if byte >> n & 1:
                    yield at * 8 + n


def _lowered(userids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each.lower() for each in userids))

"""People's pictures, read only where the entry has changed since they were last looked at. Blocking: for a thread."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..ldap import Connection, any_of
from .mapping import Mapper, Unusable
from .source import LdapSource

LARGEST = 1 << 20
KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True, slots=True)
class Picture:
    """What an entry has for a picture: none, one, or one that cannot be used, and why."""

    data: bytes = b""
    media_type: str = ""
    trouble: str = ""


def read_pictures(source: LdapSource, ids: Sequence[str]) -> dict[str, Picture]:
    """By the entries' ids, of those that are there."""
    mapper, people = Mapper(source.config), source.config.people
    found: dict[str, Picture] = {}
    with Connection(source.server) as connection:
        filter = f"(&{people.filter}{any_of([mapper.id_filter(id) for id in ids])})"
        for base in people.bases:
            for page in connection.search(base, filter, [people.id, people.photo]):
                for entry in page:
                    try:
                        id = mapper.id_of(entry, people.id)
                    except Unusable:
                        continue
                    found[id] = picture_of(entry.values.get(people.photo.lower(), ()))
    return found


def read_pictured(source: LdapSource) -> set[str]:
    """The ids of all whose entries have a picture."""
    mapper, people = Mapper(source.config), source.config.people
    found: set[str] = set()
    with Connection(source.server) as connection:
        for base in people.bases:
            for page in connection.search(base, f"(&{people.filter}({people.photo}=*))", [people.id]):
                for entry in page:
                    with suppress(Unusable):
                        found.add(mapper.id_of(entry, people.id))
    return found


def picture_of(values: Sequence[bytes]) -> Picture:
    """The first of the values."""
    data = values[0] if values else b""
    if not data:
        return Picture()
    if len(data) > LARGEST:
        return Picture(trouble=f"its picture has {len(data) >> 10} KiB: at most {LARGEST >> 10} are taken")
    kinds = [kind for beginning, kind in KINDS.items() if data.startswith(beginning)]
    if not kinds:
        return Picture(trouble="its picture is neither JPEG nor PNG")
    return Picture(data, kinds[0])

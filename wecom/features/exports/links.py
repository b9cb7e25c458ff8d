"""Links to an export's files: whoever has one may fetch what is encrypted, for two hours."""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from . import queries
from .model import ExportFile, NoSuchFile

LINK_LIFE = timedelta(hours=2)
MOST_ADDRESSES = 20
_FACTS = struct.Struct(">QIQ")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a link leads to."""

    export_id: int
    file: ExportFile


def link_to(key: bytes, export_id: int, file: ExportFile, *, now: datetime) -> str:
    """What names a file in a link, until two hours from now."""
    facts = _FACTS.pack(export_id, file.place, int((now + LINK_LIFE).timestamp()))
    return base64.urlsafe_b64encode(facts + _seal(key, facts)).decode().rstrip("=")


async def fetch(db: Db, key: bytes, link: str, *, now: datetime) -> Fetched:
    """What a link leads to, unless its time is over, the files are deleted or the app is disabled."""
    export_id, place, until = _opened(key, link)
    file = await queries.fetchable_file(db, export_id, place) if now.timestamp() < until else None
    if file is None:
        raise NoSuchFile
    return Fetched(export_id, file)


async def note_fetched(tx: Tx, fetched: Fetched, address: str) -> None:
    """Leave a trace of who fetched a file: each address once."""
    place = fetched.file.place
    if await queries.note_fetched(tx, fetched.export_id, place, address, MOST_ADDRESSES):
        await audit.record(tx, None, "export.fetched", f"export:{fetched.export_id}", address=address, file=place)


def _opened(key: bytes, link: str) -> tuple[int, int, int]:
    try:
        raw = base64.b64decode(link + "=" * (-len(link) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NoSuchFile from None
    facts, seal = raw[: _FACTS.size], raw[_FACTS.size :]
    if len(facts) != _FACTS.size or not hmac.compare_digest(seal, _seal(key, facts)):
        raise NoSuchFile
    export_id, place, until = _FACTS.unpack(facts)
    return export_id, place, until


def _seal(key: bytes, facts: bytes) -> bytes:
    return hmac.digest(key, b"export\0" + facts, "sha256")

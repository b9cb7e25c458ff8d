"""Links to an export's files: whoever has one may fetch what is encrypted, for two hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.sealed import Sealed

from . import queries
from .model import ExportFile, NoSuchFile

LINK_LIFE = timedelta(hours=2)
MOST_ADDRESSES = 20
_LINK = Sealed(b"export", ">QIQ")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a link leads to."""

    export_id: int
    file: ExportFile


def link_to(key: bytes, export_id: int, file: ExportFile, *, now: datetime) -> str:
    """What names a file in a link, until two hours from now."""
    return _LINK.write(key, export_id, file.place, int((now + LINK_LIFE).timestamp()))


async def fetch(db: Db, key: bytes, link: str, *, now: datetime) -> Fetched:
    """What a link leads to, unless its time is over, the files are deleted or the app is disabled."""
    if (facts := _LINK.read(key, link)) is None:
        raise NoSuchFile
    export_id, place, until = facts
    file = await queries.fetchable_file(db, export_id, place) if now.timestamp() < until else None
    if file is None:
        raise NoSuchFile
    return Fetched(export_id, file)


async def note_fetched(tx: Tx, fetched: Fetched, address: str) -> None:
    """Leave a trace of who fetched a file: each address once."""
    place = fetched.file.place
    if await queries.note_fetched(tx, fetched.export_id, place, address, MOST_ADDRESSES):
        await audit.record(tx, None, "export.fetched", f"export:{fetched.export_id}", address=address, file=place)

"""By what id an app asks for a photo of an answer: sealed with the server's key for that app, and good for three days.

No table is needed and none can be guessed; whoever shows one makes sure besides that the app still reads the job and
sees the person.
"""

from datetime import datetime, timedelta

from wecom.foundation import blobs
from wecom.foundation.blobs import Held
from wecom.foundation.db import Tx
from wecom.foundation.sealed import Sealed

from .photos import OWNER
from .queries import answers as queries
from .queries import jobs as job_queries

PREFIX = "WWHLTH_"
LIFE = timedelta(days=3)
_FILE = Sealed(b"health photo", ">QQI", seal=24)


def file_id(key: bytes, photo_id: int, app_id: int, *, now: datetime) -> str:
    """The same all day, so that whoever asks twice is told the same."""
    day = int(now.timestamp()) // 86_400 * 86_400
    return PREFIX + _FILE.write(key, photo_id, app_id, day)


def photo_of_file(key: bytes, id: str, app_id: int, *, now: datetime) -> int | None:
    """The photo; None where we gave that app no such id, or too long ago."""
    facts = _FILE.read(key, id.removeprefix(PREFIX)) if id.startswith(PREFIX) else None
    if facts is None or facts[1] != app_id or now.timestamp() >= facts[2] + 86_400 + LIFE.total_seconds():
        return None
    return facts[0]


async def photo_for_app(tx: Tx, app_id: int, photo_id: int) -> tuple[int, int, Held] | None:
    """Of which job and whom a photo is, for an app that reads the job."""
    found = await queries.photo_of_job(tx, photo_id)
    if found is None or await job_queries.job_read_by(tx, found[0], app_id) is None:
        return None
    held = await blobs.held(tx, OWNER, str(photo_id))
    return (*found, held) if held else None

"""Asking for an import."""

import base64
import binascii
import re
import secrets
from urllib.parse import urlsplit

from wecom.foundation import audit, blobs
from wecom.foundation.db import Tx
from wecom.foundation.jobs import enqueue

from .. import media
from . import queries
from .model import Callback, ImportRunning, InvalidCallback, Kind, NotACsv
from .run import OWNER, RunImport

KEPT = 5
LONGEST_URL = 2048
TOKEN = re.compile(r"[A-Za-z0-9]{1,32}")


async def begin(
    tx: Tx,
    app_id: int,
    kind: Kind,
    media_id: str,
    *,
    invites: bool = False,
    callback: Callback | None = None,
    address: str = "",
) -> str:
    """Have a table imported; the id by which to ask what became of it."""
    if callback:
        check_callback(callback)
    table = await media.find(tx, media_id)
    if table.kind != "file":
        raise NotACsv
    jobid = secrets.token_urlsafe(32)
    id = await queries.insert_import(tx, jobid, kind, app_id, address, invites, callback)
    if id is None:
        raise ImportRunning
    # The material may end before the job is done.
    await blobs.hold(tx, table.hash, table.size, table.media_type, OWNER, str(id))
    await queries.forget_older(tx, KEPT)
    await audit.record(tx, app_id, "import.begin", f"import:{id}", address=address, what=kind, table=table.name)
    await enqueue(tx, RunImport(import_id=id))
    return jobid


def check_callback(callback: Callback) -> None:
    """Raise unless it could be told: by URL, token and key."""
    try:
        parts = urlsplit(callback.url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and callback.url.isprintable()
        key = base64.b64decode(callback.key + "=", validate=True)
    except (ValueError, binascii.Error):
        raise InvalidCallback from None
    if not (good and len(callback.url) <= LONGEST_URL and TOKEN.fullmatch(callback.token) and len(key) == 32):
        raise InvalidCallback

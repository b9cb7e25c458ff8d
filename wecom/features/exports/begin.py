"""Asking for an export."""

import base64
import re
import secrets

from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.jobs import enqueue

from .. import directory
from ..apps import App
from ..directory.refusals import NoSuchTag
from . import queries
from .jobs import KEPT, LIFE, forget
from .model import LARGEST_BLOCK, SMALLEST_BLOCK, InvalidBlockSize, InvalidExportKey, Kind, TooManyExports
from .write import RunExport

MOST_UNENDED = 5
_KEY = re.compile(r"[A-Za-z0-9]{43}")


async def begin(
    tx: Tx,
    app: App,
    kind: Kind,
    encoded_key: str,
    block_size: int,
    *,
    tag_id: int | None = None,
    site: str = "",
    address: str = "",
) -> str:
    """Have what the app sees written to files; the jobid with which to ask for them.

    `encoded_key`: 32 bytes in base64, without its last character. `block_size`: entries in a file.
    """
    key = _decoded(encoded_key)
    if not SMALLEST_BLOCK <= block_size <= LARGEST_BLOCK:
        raise InvalidBlockSize
    if tag_id is not None and not (0 <= tag_id < 2**31 and await directory.tag(tx, tag_id)):
        raise NoSuchTag(tag=tag_id)
    await queries.lock_exports(tx, app.id)
    if await queries.count_unended(tx, app.id) >= MOST_UNENDED:
        raise TooManyExports
    await forget(tx, await queries.forgettable(tx, app.id, KEPT - 1, LIFE))
    jobid = f"jobid_{secrets.token_urlsafe(24)}"
    id = await queries.insert_export(tx, jobid, app.id, kind, tag_id, block_size, site, key)
    await enqueue(tx, RunExport(export_id=id), lane=f"exports:{app.id}")
    facts = {"tag": tag_id} if tag_id is not None else {}
    await audit.record(tx, app.id, "export.begin", f"export:{id}", address=address, kind=kind, **facts)
    return jobid


def _decoded(encoded: str) -> bytes:
    if not _KEY.fullmatch(encoded):
        raise InvalidExportKey
    return base64.b64decode(encoded + "=")

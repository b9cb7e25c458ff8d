"""Letting go of material whose three days are over, and of uploads that were not sent."""

import contextlib
import logging
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation import blobs
from wecom.foundation.blobs import BeingWritten
from wecom.foundation.db import transaction
from wecom.foundation.jobs import every, job

from .keep import OWNER
from .look import finish
from .queries import material as queries
from .queries import uploads
from .uploads import let_go, remove_ended

log = logging.getLogger(__name__)

AT_ONCE = 500
LOOKED_AT = 20
"""In one turn, one after the other; whatever is left comes in the next, a minute later."""
KEPT = timedelta(days=30)
"""How long it can still be said that material ended."""


LEFT = timedelta(minutes=1)
"""After which whoever was to look at an upload has died."""
STRAY = 2 * 24 * 3600.0
"""Seconds after which a file that belongs to no upload is nobody's."""


@every(timedelta(minutes=10))
class EndMedia(BaseModel):
    """Let go of the bytes of material whose time is over, and later of its id."""


@job(EndMedia)
async def end_media(services: Any, _: EndMedia) -> None:
    ended = [""]
    while ended:
        async with transaction(services.pool) as tx:
            ended = await queries.end_media(tx, AT_ONCE)
            await blobs.release(tx, OWNER, *ended)
    await queries.delete_ended(services.pool, KEPT)


@every(timedelta(minutes=1))
class FinishUploads(BaseModel):
    """Look at uploads that are all there, and whose process died before it did."""


@job(FinishUploads)
async def finish_uploads(services: Any, _: FinishUploads) -> None:
    for id in await uploads.not_looked_at(services.pool, LEFT, LOOKED_AT):
        try:
            await finish(services.pool, services.blobs, services.decoder, id)
        except BeingWritten:
            continue
        except Exception:  # Whatever is wrong with one does not keep the others waiting; it comes last the next time.
            log.exception("an upload cannot be looked at", extra={"upload": id})
            await uploads.put_off(services.pool, id)


@every(timedelta(minutes=10))
class EndUploads(BaseModel):
    """Forget uploads that were not sent within a day, and delete what had come of them."""


@job(EndUploads)
async def end_uploads(services: Any, _: EndUploads) -> None:
    ended = [""]
    while ended:
        async with transaction(services.pool) as tx:
            ended = await uploads.delete_ended(tx, AT_ONCE)
            await let_go(tx, *ended)
        for id in ended:
            with contextlib.suppress(BeingWritten), services.blobs.unfinished(id) as file:
                file.remove()
    await uploads.forget_deleted(services.pool)
    await remove_ended(services.pool, services.blobs, STRAY)

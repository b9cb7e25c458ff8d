"""Letting go of material whose three days are over."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation import blobs
from wecom.foundation.db import transaction
from wecom.foundation.jobs import every, job

from . import queries
from .keep import OWNER

AT_ONCE = 500
KEPT = timedelta(days=30)
"""How long it can still be said that material ended."""


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

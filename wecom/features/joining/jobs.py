"""Forgetting what strangers said of themselves, and wishes that nobody needs any more."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation.db import transaction
from wecom.foundation.jobs import every, job

from . import queries
from .telling import tell_who_decides

KEPT = timedelta(days=30)


@every(timedelta(hours=6))
class ForgetJoinRequests(BaseModel):
    """Forget requests to join a month after they were decided, or were made in vain."""


@job(ForgetJoinRequests)
async def forget_join_requests(services: Any, _: ForgetJoinRequests) -> None:
    async with transaction(services.pool) as tx:
        if await queries.delete_requests(tx, KEPT):
            await tell_who_decides(tx)
        await queries.delete_wishes(tx, KEPT)

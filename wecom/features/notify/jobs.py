"""Forgetting what nobody is waiting for."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from ...foundation.db import transaction
from ...foundation.jobs import every, job
from . import queries


@every(timedelta(hours=1))
class ForgetPushes(BaseModel):
    """Delete the subscriptions of devices that are signed out, and pushes that are too old to be of use."""


@job(ForgetPushes)
async def forget_pushes(services: Any, _: ForgetPushes) -> None:
    async with transaction(services.pool) as tx:
        await queries.delete_dead_subscriptions(tx)
        await queries.delete_old_pushes(tx)

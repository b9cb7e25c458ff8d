"""Closing days, and noting who is here."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation.db import transaction
from wecom.foundation.jobs import every, job

from . import queries
from .counting import FOLLOWER, count_next

NAMED_FOR = 2
"""Days after which it is forgotten who said how much."""

LISTED_FOR = 92


@every(timedelta(minutes=10))
class NoteWhoIsHere(BaseModel):
    """Count whoever was here today."""


@job(NoteWhoIsHere)
async def note_who_is_here(services: Any, _: NoteWhoIsHere) -> None:
    await queries.note_members(services.pool)


@every(timedelta(hours=1))
class CloseDays(BaseModel):
    """Sum up the days that are over."""


@job(CloseDays)
async def close_days(services: Any, _: CloseDays) -> None:
    while await count_next(services.pool):
        pass
    async with transaction(services.pool) as tx:
        if await queries.is_behind(tx, FOLLOWER):  # as after an upgrade, when another counts long years: in an hour
            return
        await queries.close_days(tx)
        await queries.forget_who(tx, NAMED_FOR)
        await queries.forget_where(tx, LISTED_FOR)

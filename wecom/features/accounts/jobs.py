"""Ending and forgetting old sessions."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from ...foundation.jobs import every, job
from . import queries

KEPT = timedelta(days=90)
"""How long the list of ended sessions stays, for whoever looks into a break-in."""


@every(timedelta(minutes=10))
class EndExpiredSessions(BaseModel):
    """End the sessions whose time is over, and forget those long ended."""


@job(EndExpiredSessions)
async def end_expired_sessions(services: Any, _: EndExpiredSessions) -> None:
    await queries.end_expired_sessions(services.pool)
    await queries.delete_ended_sessions(services.pool, KEPT)

"""Looking at tables and applying them, and forgetting those whose time is over."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation import blobs
from wecom.foundation.db import transaction
from wecom.foundation.jobs import every, job

from . import queries
from .model import RosterFailed
from .run import ATTEMPTS, LEASE, OWNER, ApplyRoster, LookAtRoster, apply, look, refuse

UNSEEN = timedelta(hours=1)
LIFE = timedelta(days=1)
"""Of a file that nobody applies, and of what was told of each line of one that was applied."""

REMEMBERED = timedelta(days=30)


@job(LookAtRoster, attempts=ATTEMPTS, lease=LEASE)
async def look_at_roster(services: Any, args: LookAtRoster) -> None:
    await look(services.pool, services.blobs, args.roster_id)


@job(ApplyRoster, attempts=ATTEMPTS, lease=LEASE)
async def apply_roster(services: Any, args: ApplyRoster) -> None:
    await apply(services.pool, services.blobs, args.roster_id)


@every(timedelta(minutes=10))
class TidyRosters(BaseModel):
    """Give up tables that no worker brings to an end, and forget old ones."""


@job(TidyRosters)
async def tidy_rosters(services: Any, _: TidyRosters) -> None:
    for id in await queries.lost_rosters(services.pool, UNSEEN):
        await refuse(services.pool, id, RosterFailed())
    async with transaction(services.pool) as tx:
        await queries.delete_aged_lines(tx, LIFE)
        for id in await queries.aged_rosters(tx, LIFE, REMEMBERED):
            await blobs.release(tx, OWNER, str(id))
            await queries.delete_roster(tx, id)

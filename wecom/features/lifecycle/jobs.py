"""Reading LDAP as a whole: by the clock, and when something happened there that single entries do not tell."""

import logging
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from ...foundation.db import transaction
from ...foundation.errors import WecomError
from ...foundation.jobs import enqueue_once, every, job
from ..accounts import SYSTEM
from ..directory import sync
from .syncing import WAITED_OUT, sync_all

log = logging.getLogger(__name__)

LANE = "ldap"
KEPT = timedelta(days=90)
"""How long runs and their reasons are kept; what they changed is in the audit log for good."""


class ReadLdap(BaseModel):
    """Read everything, and bring the company to it."""


@every(timedelta(minutes=5))
class ReadLdapWhenDue(BaseModel):
    """Do so when it was not done for as long as the configuration says."""


@job(ReadLdapWhenDue)
async def read_ldap_when_due(services: Any, _: ReadLdapWhenDue) -> None:
    if services.ldap is None:
        return
    interval = timedelta(minutes=services.ldap.config.full_minutes)
    async with transaction(services.pool) as tx:
        await sync.queries.delete_runs(tx, KEPT)
        if await sync.queries.is_due(tx, interval):
            await enqueue_once(tx, ReadLdap(), lane=LANE)


@job(ReadLdap, lease=timedelta(minutes=15))
async def read_ldap(services: Any, _: ReadLdap) -> None:
    """What goes wrong is recorded with the run; only another run or an import in the way, or our own end, is waited
    out."""
    if services.ldap is None:
        return
    try:
        await sync_all(services.pool, services.ldap, SYSTEM, store=services.blobs)
    except WAITED_OUT:
        raise
    except WecomError as problem:
        log.warning("LDAP sync", extra={"why": str(problem)})

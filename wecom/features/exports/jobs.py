"""Forgetting the files of exports, and giving up what nobody brings to an end."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation import audit
from wecom.foundation.blobs import release
from wecom.foundation.db import Tx, transaction
from wecom.foundation.jobs import every, job

from . import queries

OWNER = "export"
ATTEMPTS = 3
KEPT = 5
"""Exports of an app whose files are kept."""

LIFE = timedelta(days=1)
GIVEN_UP = timedelta(hours=6)
REMEMBERED = timedelta(days=30)
"""How long it can still be said that there was one."""


@every(timedelta(minutes=10))
class SweepExports(BaseModel):
    """Forget files whose time is over, and give up exports that nobody brought to an end."""


@job(SweepExports)
async def sweep_exports(services: Any, _: SweepExports) -> None:
    async with transaction(services.pool) as tx:
        await forget(tx, await queries.forgettable(tx, None, KEPT, LIFE))
        for id in await queries.give_up(tx, GIVEN_UP):
            await audit.record(tx, None, "export.failed", f"export:{id}", because="GivenUp")
        await queries.delete_ended(tx, REMEMBERED)


async def forget(tx: Tx, ids: Sequence[int]) -> None:
    """Let go of the files of exports; that there were such exports is known for a while."""
    for id in ids:
        await release(tx, OWNER, str(id))
    await queries.forget_files(tx, ids)

"""Running imports, and giving up those that nobody works on any more."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation.jobs import every, job

from . import queries
from .model import ImportFailed
from .run import ATTEMPTS, LEASE, RunImport, end, run

UNSEEN = timedelta(minutes=10)
WAITING = timedelta(days=1)
REMEMBERED = timedelta(days=90)
"""How long it can still be said that there was an import."""


@job(RunImport, attempts=ATTEMPTS, lease=LEASE)
async def run_import(services: Any, args: RunImport) -> None:
    await run(services.pool, services.blobs, args.import_id)


@every(timedelta(minutes=5))
class TidyImports(BaseModel):
    """Give up imports that no worker brings to an end, so that others may begin; forget old ones."""


@job(TidyImports)
async def tidy_imports(services: Any, _: TidyImports) -> None:
    for id in await queries.lost_imports(services.pool, UNSEEN, WAITING):
        await end(services.pool, id, ImportFailed())
    await queries.delete_old(services.pool, REMEMBERED)

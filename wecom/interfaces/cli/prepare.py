"""What must be done before the first request: the schema, the company, and perhaps the demo."""

import asyncio
import logging
import time
from typing import Any

from wecom.features.directory import found_company
from wecom.foundation.db import ConnectionLost, open_pool, transaction
from wecom.migrations.run import migrate
from wecom.settings import Settings

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds to wait for a database that is not up yet."""


async def prepare(settings: Settings, *, demo: bool) -> dict[str, Any]:
    """Bring the database to this version, found the company in a new one; what a client must know of it."""
    await _reachable(settings)
    await migrate(owner_url(settings))
    pool = await open_pool(settings.database_url.get_secret_value(), role=role(settings), size=2)
    try:
        async with transaction(pool) as tx:
            company = await found_company(
                tx, name=settings.company_name, timezone=settings.timezone, corpid=settings.corpid
            )
        return {"corpid": company.corpid}
    finally:
        await pool.close()


def owner_url(settings: Settings) -> str:
    return settings.database_owner_url.get_secret_value() or settings.database_url.get_secret_value()


def role(settings: Settings) -> str | None:
    """Whom to act as, where one login serves for the owner and the application."""
    return None if settings.database_owner_url.get_secret_value() else "wecom_app"


async def _reachable(settings: Settings) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            pool = await open_pool(owner_url(settings), size=1)
        except ConnectionLost as problem:
            if time.monotonic() > end:
                raise
            log.warning("waiting for the database: %s", problem)
            await asyncio.sleep(1)
        else:
            await pool.close()
            return

"""Postgres and Valkey together, for as long as a process needs them."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wecom.foundation.embedded.home import CannotStart
from wecom.foundation.embedded.postgres import EmbeddedPostgres
from wecom.foundation.embedded.valkey import EmbeddedValkey


@dataclass(frozen=True, slots=True)
class Servers:
    database_url: str
    owner_url: str
    redis_url: str
    pids: tuple[int, int]


@asynccontextmanager
async def embedded_servers(data_dir: Path, *, durable: bool = True) -> AsyncIterator[Servers]:
    """Both servers on this directory, until the block ends. Not durable is quicker, and only for tests."""
    postgres = EmbeddedPostgres(data_dir, durable=durable)
    valkey = EmbeddedValkey(data_dir, durable=durable)
    try:
        await _together(postgres.start(), valkey.start())
        yield Servers(
            database_url=postgres.url("wecom_app"),
            owner_url=postgres.url("wecom_owner"),
            redis_url=valkey.url,
            pids=(postgres.pid, valkey.pid),
        )
    finally:
        await _together(postgres.stop(), valkey.stop())


async def _together(*steps: Coroutine[Any, Any, None]) -> None:
    failure: CannotStart | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except* CannotStart as failures:
        # What both say is mostly the same, and a person reads it.
        failure = next(it for it in failures.exceptions if isinstance(it, CannotStart))
    if failure is not None:
        raise failure

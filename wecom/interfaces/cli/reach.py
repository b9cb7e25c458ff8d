"""Reaching the company's database for one command, whether or not the server is running."""

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from wecom.foundation.db import Pool, open_pool
from wecom.foundation.embedded import InUse
from wecom.settings import Settings

from . import logs
from .servers import OwnServers


def settings_of(arguments: argparse.Namespace) -> Settings:
    settings = Settings.read(os.environ, data_dir=arguments.data_dir)
    return settings.model_copy(update={"data_dir": settings.data_dir.absolute()})


def with_database(arguments: argparse.Namespace, step: Callable[[Pool, Settings], Awaitable[int]]) -> int:
    """Run `step` on the database, brought to this version before."""
    with _reached(settings_of(arguments)) as settings:
        logs.set_up("wecom", "WARNING", all_requests=False)
        return asyncio.run(_prepared(settings, step))


@contextmanager
def _reached(settings: Settings) -> Iterator[Settings]:
    """The settings with our own servers' addresses; started for the time being if they do not run."""
    servers = OwnServers.needed(settings)
    try:
        servers.start()
    except InUse:
        servers.stop()
        yield servers.settings(settings)
        return
    try:
        yield servers.settings(settings)
    finally:
        servers.stop()


async def _prepared(settings: Settings, step: Callable[[Pool, Settings], Awaitable[int]]) -> int:
    from .prepare import prepare, role

    await prepare(settings, with_demo=False)
    pool = await open_pool(settings.database_url.get_secret_value(), role=role(settings), size=2)
    try:
        return await step(pool, settings)
    finally:
        await pool.close()

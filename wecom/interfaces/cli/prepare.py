"""What must be done before the first request: the schema, the company, and perhaps the demo."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from wecom.features.accounts import Hasher
from wecom.features.directory import EVERYTHING, count_members, found_company
from wecom.foundation.db import ConnectionLost, Pool, open_pool, transaction
from wecom.migrations.restored import begin_anew, is_ahead
from wecom.migrations.run import migrate
from wecom.services import server_key
from wecom.settings import Settings

from . import demo

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds to wait for a database that is not up yet."""


async def prepare(settings: Settings, *, with_demo: bool) -> dict[str, Any]:
    """Bring the database to this version, found the company in a new one; what a client must know of it."""
    await _reachable(settings)
    await migrate(owner_url(settings))
    told = demo.read_demo(server_key(settings)) if with_demo else None
    if told:
        settings = demo.founded_as(told, settings)
    pool = await open_pool(settings.database_url.get_secret_value(), role=role(settings), size=2)
    try:
        if await is_ahead(pool):
            await _begin_anew(settings)
        async with transaction(pool) as tx:
            company = await found_company(
                tx, name=settings.company_name, timezone=settings.timezone, corpid=settings.corpid
            )
        facts: dict[str, Any] = {"corpid": company.corpid}
        if told:
            told = await _load_demo(pool, told, settings)
            facts |= await demo.facts(pool, told)
        return facts
    finally:
        await pool.close()


async def _begin_anew(settings: Settings) -> None:
    log.warning("the database comes from another server, by a dump: its clients and followers begin anew")
    async with as_owner(settings) as owner, transaction(owner) as tx:
        await begin_anew(tx, only_if_ahead=True)


async def _load_demo(pool: Pool, told: demo.Demo, settings: Settings) -> demo.Demo:
    """The demo with the password that its people now have: the published one only where nobody else can come."""
    protected, loaded = await demo.is_protected(pool), await count_members(pool, seen_by=EVERYTHING) > 0
    protect = not protected and is_reachable(settings)
    if protected or protect:
        told = replace(told, password=demo.own_password(told))
    if protect or not loaded:
        hasher = Hasher(1)
        hashed = await hasher.hash(told.password)
        hasher.close()
        async with transaction(pool) as tx:
            await demo.load(tx, told, hashed)
            if protect:
                await demo.protect(tx, hashed)
    return told


def is_reachable(settings: Settings) -> bool:
    """Whether other machines can reach the server, directly or through what its public URL leads to."""
    return not (_is_here(settings.host) and _is_here(urlsplit(settings.public_url).hostname or "localhost"))


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def owner_url(settings: Settings) -> str:
    return settings.database_owner_url.get_secret_value() or settings.database_url.get_secret_value()


@asynccontextmanager
async def as_owner(settings: Settings) -> AsyncIterator[Pool]:
    """The database as the schema's owner, whose statements may take as long as they need."""
    pool = await open_pool(owner_url(settings), size=1, patience=None)
    try:
        yield pool
    finally:
        await pool.close()


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

"""Readings of LDAP that an administrator asks for: to check it, to see what it would mean, and to do exactly that."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel

from ...foundation import audit
from ...foundation.blobs import Store
from ...foundation.db import ConnectionLost, Pool, Tx, transaction
from ...foundation.errors import Conflict, WecomError
from ...foundation.jobs import enqueue, every, job, to_be_done
from ..directory import sync
from ..directory.sync import Asked, LdapSource
from .syncing import DEAD_AFTER, MOST_REASONS, WAITED_OUT, sync_all

log = logging.getLogger(__name__)

SEEN_EVERY = 5.0
UNSEEN = timedelta(seconds=45)
"""After which whoever did a run has died."""

LEASE = timedelta(minutes=1)
PLAN_LIFE = timedelta(days=1)


class LdapNotConfigured(Conflict):
    """There is no LDAP directory yet: name its configuration in WECOM_LDAP_CONFIG (docs/ldap.md)."""


class LdapGivenUp(Conflict):
    """This was tried again and again, and given up: look at what failed, and ask for it anew."""


class DoAsked(BaseModel):
    """Do a run that somebody waits for."""

    run_id: int


@every(timedelta(minutes=10))
class EndForsaken(BaseModel):
    """End the runs that wait for nobody any more: their jobs were given up, or deleted."""


async def ask(
    tx: Tx,
    source: LdapSource | None,
    actor_id: int,
    kind: Literal["check", "dry", "full"],
    *,
    plan_id: int | None = None,
    allowed: int = 0,
    address: str = "",
) -> int:
    """Have LDAP read; the run by which to ask what came of it. A full run is bound to a plan that was looked at."""
    if source is None:
        raise LdapNotConfigured
    await sync.queries.lock_runs(tx)
    await _end_forsaken(tx)
    if await sync.queries.asked(tx, kind, DEAD_AFTER):
        raise sync.AlreadySyncing
    if kind == "full" and (plan_id is None or not await sync.queries.plan_there(tx, plan_id, PLAN_LIFE)):
        raise sync.NoSuchPlan
    id = await sync.queries.ask_run(tx, kind, actor_id, plan_id, allowed)
    await audit.record(
        tx, actor_id, "ldap.asked", f"ldap_run:{id}", address=address, kind=kind, plan=plan_id, allowed=allowed
    )
    await enqueue(tx, DoAsked(run_id=id))
    return id


@job(DoAsked, attempts=20, lease=LEASE)
async def read_as_asked(services: Any, args: DoAsked) -> None:
    """What goes wrong is kept with the run; another run, an import, or our own end is waited out."""
    pool: Pool = services.pool
    asked = await sync.queries.take_run(pool, args.run_id, UNSEEN)
    if asked is None:
        found = await sync.queries.run_of(pool, args.run_id)
        if found and not found.ended_at:  # another does it, or has died
            async with transaction(pool) as tx:
                await enqueue(tx, args, after=UNSEEN)
        return
    living = asyncio.create_task(_live(pool, asked.id))
    try:
        await _do(pool, services.ldap, services.blobs, asked)
    except WAITED_OUT:
        await sync.queries.give_back_run(pool, asked.id)
        raise
    except WecomError as problem:
        log.warning("LDAP, as asked", extra={"why": str(problem)})
    finally:
        living.cancel()
        await asyncio.wait([living])


@job(EndForsaken)
async def end_forsaken(services: Any, _: EndForsaken) -> None:
    async with transaction(services.pool) as tx:
        await sync.queries.lock_runs(tx)
        await _end_forsaken(tx)


async def _end_forsaken(tx: Tx) -> None:
    """Whoever asks at the same time waits, so each run that goes on has its job by now."""
    cared_for = [each.run_id for each in await to_be_done(tx, DoAsked)]
    await sync.queries.end_waiting_but(tx, cared_for, str(LdapGivenUp()))


async def _do(pool: Pool, source: LdapSource | None, store: Store, asked: Asked) -> None:
    if source is None:
        await _fail(pool, asked, LdapNotConfigured())
    elif asked.kind == "check":
        await _check(pool, source, asked)
    else:
        dry_run = asked.kind == "dry"
        await sync_all(pool, source, asked.actor_id, store=store, dry_run=dry_run, allowed=asked.allowed, asked=asked)


async def _check(pool: Pool, source: LdapSource, asked: Asked) -> None:
    try:
        staging = await source.asking.ask(sync.read_all, source.server, source.config)
        found = await asyncio.to_thread(sync.found, staging, source.config)
    except WAITED_OUT:
        raise
    except Exception as problem:
        await _fail(pool, asked, problem)
        raise
    problems = [asdict(each) for each in staging.problems[:MOST_REASONS]]
    async with transaction(pool) as tx:
        await sync.queries.put_found(tx, asked.id, found)
        counts = sync.counts_of(staging)
        await sync.queries.end_run(tx, asked.id, "done", "", len(staging.people), counts, [], problems)


async def _fail(pool: Pool, asked: Asked, problem: Exception) -> None:
    says = str(problem) if isinstance(problem, WecomError) else repr(problem)
    because = {"because": type(problem).__name__}
    await sync.queries.end_run(pool, asked.id, "failed", says, 0, {}, [], [], facts=because)


async def _live(pool: Pool, run_id: int) -> None:
    alive = True
    while alive:
        await asyncio.sleep(SEEN_EVERY)
        with suppress(*ConnectionLost):
            alive = await sync.queries.keep_run_alive(pool, run_id)

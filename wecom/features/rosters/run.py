"""Looking at a table, and applying it: what would be done, in the same words as what then is done.

A look locks nobody out. Applying has the directory for itself, does the import, and compares what came of it with what
was looked at; where that differs nothing of it is kept, and the table is looked at anew.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import BaseModel

from wecom.foundation import audit, blobs
from wecom.foundation.blobs import Store
from wecom.foundation.db import ConnectionLost, Pool, Tx, transaction
from wecom.foundation.errors import WecomError
from wecom.foundation.jobs import enqueue

from .. import accounts, directory, lifecycle
from ..accounts.model import RoleMissing
from ..directory import EVERYTHING, ImportProblem, ImportReport
from ..directory.refusals import DirectoryBusy, InvalidTable
from . import queries
from .model import BeyondPersonnel, Outlook, Roster, RosterFailed, RosterOutdated
from .outlook import outlook
from .reading import Tables, read

OWNER = "roster"
PIECE = 1 << 20
CHUNK = 2_000
SEEN_EVERY = 1.0
LEASE = timedelta(minutes=1)
ATTEMPTS = 5
SHARES = {"read": (0, 20), "looked at": (20, 30), "written": (50, 45), "noted": (60, 35)}
"""Where a stage begins, in percent, and how much of the whole it is."""


class LookAtRoster(BaseModel):
    """Find out what a table would change."""

    roster_id: int


class ApplyRoster(BaseModel):
    """Do what a table says."""

    roster_id: int


class Far:
    """How far it is."""

    def __init__(self) -> None:
        self.percentage = 0

    def told(self, what: str, done: int, of: int) -> None:
        start, share = SHARES[what]
        self.percentage = max(self.percentage, start + share * min(done, of or 1) // max(of, 1) if of else start)


async def look(pool: Pool, store: Store, id: int) -> None:
    """Say what it would do. Nobody is kept from changing anything meanwhile."""
    job = LookAtRoster(roster_id=id)
    async with _owned(pool, id, job) as (found, owner):
        if found is None or found.state != "reading":
            return
        async with _working(pool, found, owner, job) as far:
            tables = await _tables(store, pool, found, far)
            await _look(pool, found, tables, far)


async def apply(pool: Pool, store: Store, id: int) -> None:
    """Do what it would do, or nothing."""
    job = ApplyRoster(roster_id=id)
    async with _owned(pool, id, job) as (found, owner):
        if found is None or found.state != "applying" or found.applied_by is None:
            return
        async with _working(pool, found, owner, job) as far:
            tables = await _tables(store, pool, found, far)
            try:
                await _apply(pool, found, tables, far, found.applied_by)
            except RosterOutdated as outdated:
                await _look(pool, found, tables, far, str(outdated))


async def _apply(pool: Pool, found: Roster, tables: Tables, far: Far, actor_id: int) -> None:
    async with transaction(pool) as tx:
        await directory.own_directory(tx)
        seen, _ = await _bring(tx, found, tables, far, actor_id, dry_run=False)
        if seen.digest != found.digest or not seen.deleted <= set(found.about.get("deleted_ids", ())):
            raise RosterOutdated
        if not await queries.end_roster(tx, found.id, "done"):
            raise RosterFailed  # somebody gave it up meanwhile and said that nothing was done
        await blobs.release(tx, OWNER, str(found.id))


async def _look(pool: Pool, found: Roster, tables: Tables, far: Far, message: str = "") -> None:
    async with transaction(pool) as tx:
        await directory.see_one_moment(tx)
        seen, about = await _bring(tx, found, tables, far, found.applied_by or found.made_by, dry_run=True)
    async with transaction(pool) as tx:
        if await queries.put_ready(tx, found.id, seen.counts, about, seen.digest, message):
            await queries.delete_lines(tx, found.id)
            for start in range(0, len(seen.lines), CHUNK):
                far.told("noted", start, len(seen.lines))
                await queries.put_lines(tx, found.id, seen.lines[start : start + CHUNK])


@asynccontextmanager
async def _owned(pool: Pool, id: int, job: BaseModel) -> AsyncIterator[tuple[Roster | None, UUID]]:
    """A table that nobody else works on meanwhile, not so much as reads. Where somebody does, who may have died, there
    is none, and it is looked at again later.

    By a lease and not by a lock: this takes minutes, and a lock would hold a connection all the while, of which there
    may be no more than there are tables.
    """
    owner = uuid4()
    if not await queries.own_roster(pool, id, owner, LEASE):
        async with transaction(pool) as tx:
            await enqueue(tx, job, after=LEASE)
        yield None, owner
        return
    try:
        yield await queries.roster(pool, id, None), owner
    finally:
        with suppress(*ConnectionLost):
            await queries.disown_roster(pool, id, owner)


async def _bring(
    tx: Tx, found: Roster, tables: Tables, far: Far, actor_id: int, *, dry_run: bool
) -> tuple[Outlook, dict[str, object]]:
    tables = await _within_reach(tx, actor_id, tables)
    before = await directory.departments(tx, seen_by=EVERYTHING)
    tags = frozenset(each.name for each in await directory.tags(tx))
    report: ImportReport = await lifecycle.import_company(
        tx,
        actor_id,
        departments=tables.departments,
        members=tables.members,
        tags=tables.tags,
        dry_run=dry_run,
        from_address=found.address,
        top=found.top,
        told=far.told,
    )
    seen = await asyncio.to_thread(outlook, tables, report, before, tags)
    return seen, dict(seen.about) | {"deleted_ids": sorted(seen.deleted)}


async def _within_reach(tx: Tx, actor_id: int, tables: Tables) -> Tables:
    """Without the lines that are for administrators only, if it is not one of them who asks."""
    grants = await accounts.grants(tx)
    roles = {each.role for each in grants if each.member_id == actor_id}
    if "administrator" in roles:
        return tables
    if "hr" not in roles:
        raise RoleMissing
    holders = {each.userid.lower() for each in grants}
    beyond = [ImportProblem("departments", row.line, str(row.id), str(BeyondPersonnel())) for row in tables.departments]
    beyond += [ImportProblem("tags", row.line, row.name, str(BeyondPersonnel())) for row in tables.tags]
    beyond += [
        ImportProblem("members", row.line, row.userid, str(BeyondPersonnel()), BeyondPersonnel)
        for row in tables.members
        if row.userid.lower() in holders
    ]
    members = [row for row in tables.members if row.userid.lower() not in holders]
    return replace(tables, departments=[], tags=[], members=members, problems=[*tables.problems, *beyond])


@asynccontextmanager
async def _working(pool: Pool, found: Roster, owner: UUID, job: BaseModel) -> AsyncIterator[Far]:
    """Say how far it is; who is refused, or tried often enough, is told so."""
    far = Far()
    seeing = asyncio.create_task(_see(pool, found.id, owner, far))
    try:
        yield far
    except DirectoryBusy as busy:
        async with transaction(pool) as tx:
            await enqueue(tx, job, after=timedelta(seconds=busy.retry_after or 0))
    except WecomError as refusal:
        await refuse(pool, found.id, refusal)
    except Exception:
        if await queries.count_failure(pool, found.id) >= ATTEMPTS:
            await refuse(pool, found.id, RosterFailed())
        raise
    finally:
        seeing.cancel()
        await asyncio.wait([seeing])


async def refuse(pool: Pool, id: int, refusal: WecomError) -> None:
    """Say that nothing was done, and why."""
    async with transaction(pool) as tx:
        if await queries.end_roster(tx, id, "refused", type(refusal).__name__, str(refusal)):
            await audit.record(tx, None, "roster.refused", f"roster:{id}", because=type(refusal).__name__)
            await blobs.release(tx, OWNER, str(id))


async def _see(pool: Pool, id: int, owner: UUID, far: Far) -> None:
    while True:
        await asyncio.sleep(SEEN_EVERY)
        with suppress(*ConnectionLost):
            await queries.see_roster(pool, id, owner, LEASE, far.percentage)


async def _tables(store: Store, pool: Pool, found: Roster, far: Far) -> Tables:
    hash = await blobs.held_by(pool, OWNER, str(found.id))
    with tempfile.NamedTemporaryFile(prefix="wecom-roster-") as file:
        size = 0
        while hash is not None and (piece := await store.read(hash, size, PIECE)):
            await asyncio.to_thread(file.write, piece)
            size += len(piece)
        if size != found.size:
            raise RosterFailed
        file.flush()
        tables = await asyncio.to_thread(
            read, Path(file.name), called=found.name, blank_clears=found.blank_clears, told=far.told
        )
    if not (tables.departments or tables.members or tables.tags or tables.problems):
        raise InvalidTable
    return tables

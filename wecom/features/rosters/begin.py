"""Taking a table in, applying it once somebody has looked at it, or throwing it away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from wecom.foundation import audit, blobs
from wecom.foundation.blobs import Store, full_disk_told
from wecom.foundation.db import Db, Tx
from wecom.foundation.jobs import enqueue

from ..accounts import Me
from . import queries
from .model import (
    LARGEST,
    Line,
    NoSuchRoster,
    Roster,
    RosterBusy,
    RosterEmpty,
    RosterNotReady,
    RosterTooLarge,
    TooManyRosters,
)
from .run import OWNER, ApplyRoster, LookAtRoster

MOST_OPEN = 20
"""Of each who imports."""
ENVELOPE = 1 << 16
"""What a request may have besides the file."""
MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is stored and that nobody holds yet."""

    name: str
    hash: bytes
    size: int


async def take(store: Store, name: str, chunks: AsyncIterator[bytes], *, declared: int = 0) -> Kept:
    """Store what comes, before the transaction that begins the import."""
    if declared > LARGEST + ENVELOPE:
        raise RosterTooLarge(limit=LARGEST)
    store.must_fit(declared)
    with store.scratch() as file, full_disk_told():
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise RosterTooLarge(limit=LARGEST)
            await asyncio.to_thread(file.write, chunk)
        if not size:
            raise RosterEmpty
        file.flush()
        return Kept(name or "table", await store.put_file(file), size)


async def begin(tx: Tx, me: Me, kept: Kept, *, blank_clears: bool = False, top: str = "", address: str = "") -> Roster:
    """Have a table looked at; nothing is changed by that."""
    await queries.lock_rosters(tx, me.id)
    if await queries.count_open(tx, me.id) >= MOST_OPEN:
        raise TooManyRosters(retry_after=60)
    made = await queries.insert_roster(tx, me.id, address, kept.name, kept.size, blank_clears, top)
    await blobs.hold(tx, kept.hash, kept.size, MEDIA_TYPE, OWNER, str(made.id))
    await audit.record(
        tx, me.id, "roster.uploaded", f"roster:{made.id}", address=address, name=kept.name, sha256=kept.hash.hex()
    )
    await enqueue(tx, LookAtRoster(roster_id=made.id))
    return made


async def find(db: Db, me: Me, id: int) -> Roster:
    """An administrator's or one's own."""
    if (found := await queries.roster(db, id, _whose(me))) is None:
        raise NoSuchRoster
    return found


async def listed(db: Db, me: Me, limit: int) -> list[Roster]:
    return await queries.rosters(db, _whose(me), limit)


async def lines(db: Db, roster: Roster, after: int, limit: int, does: str | None) -> list[Line]:
    return await queries.lines(db, roster.id, after, limit, does)


async def apply(tx: Tx, me: Me, id: int, *, address: str = "") -> Roster:
    """Have done what the look told; asked again, it is done once."""
    found = await queries.lock_roster(tx, id, _whose(me))
    if found is None:
        raise NoSuchRoster
    if found.state in ("applying", "done"):
        return found
    if found.state != "ready":
        raise RosterNotReady(state=found.state)
    await queries.start_applying(tx, id, me.id, address)
    await audit.record(tx, me.id, "roster.applied", f"roster:{id}", address=address, counts=dict(found.counts))
    await enqueue(tx, ApplyRoster(roster_id=id))
    return await find(tx, me, id)


async def discard(tx: Tx, me: Me, id: int, *, address: str = "") -> None:
    """Forget a table, with its file."""
    found = await queries.lock_roster(tx, id, _whose(me))
    if found is None:
        raise NoSuchRoster
    if found.state == "applying":
        raise RosterBusy
    await blobs.release(tx, OWNER, str(id))
    await queries.delete_roster(tx, id)
    await audit.record(tx, me.id, "roster.discarded", f"roster:{id}", address=address, state=found.state)


def _whose(me: Me) -> int | None:
    return None if "administrator" in me.roles else me.id

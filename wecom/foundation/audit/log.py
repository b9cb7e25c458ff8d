"""Recording, sealing and verifying."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from ..db import Db, Pool, Tx, transaction
from ..errors import Missing
from . import queries
from .actions import Act, Action
from .queries import AuditRecord, Sealed


class NoSuchContent(Missing):
    """This record has no content, or it was erased: look at what the record itself says."""


AT_ONCE = 1000

FaultKind = Literal[
    "position_missing",
    "record_missing",
    "record_altered",
    "chain_broken",
    "content_missing",
    "content_altered",
    "rewritten",
    "cut_off",
]

SENTENCES: dict[FaultKind, str] = {
    "position_missing": "position {position} is missing",
    "record_missing": "record {record_id} at position {position} is missing",
    "record_altered": "record {record_id} at position {position} was altered",
    "chain_broken": "the chain is broken at position {position}",
    "content_missing": "the content of record {record_id} at position {position} is missing, and no record says that "
    "it was erased",
    "content_altered": "the content of record {record_id} at position {position} was altered",
    "rewritten": "the log up to position {position} is not the one that was verified before",
    "cut_off": "positions {position} to {last} are missing",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place at which the log is not what it was."""

    kind: FaultKind
    position: int
    record_id: int | None = None
    last: int | None = None
    """Where a stretch is missing, its end."""

    def __str__(self) -> str:
        return SENTENCES[self.kind].format(position=self.position, record_id=self.record_id, last=self.last)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: how many leaves hold, the chain's newest value, and the first fault."""

    sealed: int
    chain: bytes
    fault: Fault | None


async def record(
    tx: Tx,
    actor_id: int | None,
    action: Action,
    object: str,
    *,
    address: str = "",
    content: Any = None,
    **details: Any,
) -> int:
    """Note an act in the same commit; `object` as `noun:id`.

    `details` are metadata, kept for good; `content` is what may have to be erased. Returns the
    record's id.
    """
    if content is None:
        return await queries.insert_record(tx, actor_id, address, action, object, details, None)
    salt, text = os.urandom(16), orjson.dumps(content).decode()
    id = await queries.insert_record(tx, actor_id, address, action, object, details, _commit(salt, text))
    await queries.insert_content(tx, id, salt, text)
    return id


async def record_all(tx: Tx, actor_id: int | None, acts: Sequence[Act], *, address: str = "") -> None:
    """Note many acts at once: of each its action, its object and its details."""
    await queries.insert_records(tx, actor_id, address, acts)


async def read_content(tx: Tx, actor_id: int, record_id: int, reason: str, *, address: str = "") -> Any:
    """The content of a record, for somebody who says why; reading it is recorded in the same commit."""
    text = await queries.content(tx, record_id)
    if text is None:
        raise NoSuchContent
    await record(tx, actor_id, "audit.content_read", f"audit:{record_id}", address=address, reason=reason)
    return orjson.loads(text)


async def erase_content(tx: Tx, actor_id: int | None, record_id: int, *, address: str = "", **details: Any) -> bool:
    """Forget the content of a record, if it has any; that it was forgotten, and by whom, is recorded.

    What was done, by whom and when stays provable.
    """
    if not await queries.delete_content(tx, record_id):
        return False
    await record(tx, actor_id, "audit.content_erased", f"audit:{record_id}", address=address, **details)
    return True


async def seal(pool: Pool, *, limit: int = 1000) -> int:
    """Give positions to records that have none; how many."""
    async with transaction(pool) as tx:
        position, chain = await queries.last_leaf(tx)
        found = await queries.unsealed_records(tx, limit)
        leaves, chains = [], []
        for each in found:
            leaves.append(leaf := _leaf(each))
            chains.append(chain := _link(chain, leaf))
        if found:
            positions = range(position + 1, position + 1 + len(found))
            await queries.insert_leaves(tx, list(positions), [each.id for each in found], leaves, chains)
        return len(found)


async def verify(db: Db, *, kept: tuple[int, bytes] | None = None) -> Verdict:
    """Recompute every leaf, link and commitment.

    `kept`: a position and the chain there, as an earlier verdict had them. Without it, a log whose
    end was cut off together with its records looks whole.
    """
    verdict, more = Verdict(0, bytes(32), None), True
    while more:
        verdict, more = await verify_on(db, verdict, kept=kept)
    return verdict


async def verify_on(db: Db, so_far: Verdict, *, kept: tuple[int, bytes] | None = None) -> tuple[Verdict, bool]:
    """The same for the next stretch, after what was found whole so far; and whether there may be more."""
    position, chain = so_far.sealed, so_far.chain
    batch = await queries.sealed_records(db, position, AT_ONCE)
    for sealed in batch:
        position += 1
        before, chain = chain, _link(chain, sealed.leaf)
        fault = _fault(sealed, position, chain)
        if not fault and kept and kept[0] == position and kept[1] != chain:
            fault = Fault("rewritten", position)
        if fault:
            return Verdict(position - 1, before, fault), False
    if not batch and kept and kept[0] > position:
        return Verdict(position, chain, Fault("cut_off", position + 1, last=kept[0])), False
    return Verdict(position, chain, None), bool(batch)


def _fault(sealed: Sealed, position: int, chain: bytes) -> Fault | None:
    record = sealed.record
    if sealed.position != position:
        return Fault("position_missing", position)
    kind: FaultKind | None = None
    if record is None:
        kind = "record_missing"
    elif sealed.leaf != _leaf(record):
        kind = "record_altered"
    elif sealed.chain != chain:
        kind = "chain_broken"
    elif sealed.salt is None and record.commitment is not None and not sealed.erased:
        kind = "content_missing"
    elif sealed.salt is not None and _commit(sealed.salt, sealed.content or "") != record.commitment:
        kind = "content_altered"
    return Fault(kind, position, sealed.record_id) if kind else None


def _leaf(each: AuditRecord) -> bytes:
    facts = (
        each.id,
        each.at.isoformat(),
        each.actor_id,
        each.address,
        each.action,
        each.object,
        each.details,
    )
    commitment = (each.commitment or b"").hex()
    return hashlib.sha256(b"\x00" + orjson.dumps([*facts, commitment], option=orjson.OPT_SORT_KEYS)).digest()


def _link(chain: bytes, leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + chain + leaf).digest()


def _commit(salt: bytes, text: str) -> bytes:
    return hashlib.sha256(salt + text.encode()).digest()

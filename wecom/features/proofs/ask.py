"""Asking whether the log is whole."""

import re

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.jobs import enqueue

from . import queries
from .jobs import ProveLog
from .model import AskedOtherwise, NotAChain, Proof

KEPT = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


async def ask(tx: Tx, actor_id: int, kept: str = "", *, address: str = "") -> Proof:
    """Have the whole log looked through; while that is under way, asking again is the same.

    `kept`: what an earlier proof ended with, as `position:chain`.
    """
    found = KEPT.fullmatch(kept.strip().lower())
    if kept.strip() and not found:
        raise NotAChain
    compared = (int(found[1]), bytes.fromhex(found[2])) if found else None
    await queries.lock_proofs(tx)
    if running := await queries.running_proof(tx):
        if running.kept != compared:
            raise AskedOtherwise
        return running
    made = await queries.insert_proof(tx, actor_id, compared, await audit.newest_position(tx))
    facts = {"kept": kept.strip().lower()} if compared else {}
    await audit.record(tx, actor_id, "audit.verified", f"proof:{made.id}", address=address, **facts)
    await enqueue(tx, ProveLog(proof_id=made.id))
    return made


async def listed(db: Db, limit: int) -> list[Proof]:
    """Newest first."""
    return await queries.proofs(db, limit)

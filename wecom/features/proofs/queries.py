"""Every statement on proofs."""

from datetime import timedelta

from wecom.foundation.audit import Fault
from wecom.foundation.db import Db

from .model import Proof, State

PROOF = """
    id, asked_by, asked_at, ended_at, state, kept_position, kept_chain, last_position, position, chain, fault,
    fault_record_id, fault_last
    """


async def lock_proofs(db: Db) -> None:
    """One is asked for at a time."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('proofs'))")


async def running_proof(db: Db) -> Proof | None:
    row = await db.fetchrow(f"SELECT {PROOF} FROM proofs WHERE state = 'running'")
    return Proof(**row) if row else None


async def insert_proof(db: Db, asked_by: int, kept: tuple[int, bytes] | None, last_position: int) -> Proof:
    row = await db.fetchrow(
        f"""
        INSERT INTO proofs (asked_by, kept_position, kept_chain, last_position) VALUES ($1, $2, $3, $4)
        RETURNING {PROOF}
        """,
        asked_by,
        *(kept or (None, None)),
        last_position,
    )
    assert row
    return Proof(**row)


async def proof(db: Db, id: int) -> Proof | None:
    row = await db.fetchrow(f"SELECT {PROOF} FROM proofs WHERE id = $1", id)
    return Proof(**row) if row else None


async def proofs(db: Db, limit: int) -> list[Proof]:
    """Newest first."""
    rows = await db.fetch(f"SELECT {PROOF} FROM proofs ORDER BY id DESC LIMIT $1", limit)
    return [Proof(**row) for row in rows]


async def put_further(
    db: Db, before: Proof, position: int, chain: bytes, last_position: int, state: State, fault: Fault | None
) -> bool:
    """Note how far it is, or how it ended; false where another has gone on from there, or ended it."""
    answer = await db.execute(
        """
        UPDATE proofs SET position = $3, chain = $4, last_position = $5, state = $6, fault = $7, fault_record_id = $8,
               fault_last = $9, seen_at = now(), ended_at = CASE WHEN $6 <> 'running' THEN now() END
        WHERE id = $1 AND position = $2 AND state = 'running'
        """,
        before.id,
        before.position,
        position,
        chain,
        last_position,
        state,
        fault.kind if fault else None,
        fault.record_id if fault else None,
        fault.last if fault else None,
    )
    return answer == "UPDATE 1"


async def give_up(db: Db, unseen: timedelta) -> None:
    """What nobody works on any more has failed."""
    await db.execute(
        """
        UPDATE proofs SET state = 'failed', ended_at = now()
        WHERE state = 'running' AND seen_at < now() - $1::interval
        """,
        unseen,
    )

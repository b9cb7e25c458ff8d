"""Every statement on the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from ..db import Db, Record
from .actions import Act

RECORD = "id, at, actor_id, address, action, object, details, commitment"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One act: who, when, from where, what, on which thing."""

    id: int
    at: datetime
    actor_id: int | None
    address: str
    action: str
    object: str
    details: dict[str, Any]
    commitment: bytes | None
    """To the content; none where the act has none."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A position of the log, and what stands there; no record where somebody took it away."""

    position: int
    leaf: bytes
    chain: bytes
    record_id: int
    salt: bytes | None
    content: str | None
    erased: bool
    """Whether a record says that the content was erased."""
    record: AuditRecord | None

    @classmethod
    def of(cls, row: Record) -> "Sealed":
        place = {name: row[name] for name in ("position", "leaf", "chain", "record_id", "salt", "content", "erased")}
        facts = {name: value for name, value in row.items() if name not in place}
        return cls(**place, record=AuditRecord(**facts) if row["id"] is not None else None)


async def insert_record(
    db: Db,
    actor_id: int | None,
    address: str,
    action: str,
    object: str,
    details: dict[str, Any],
    commitment: bytes | None,
) -> int:
    id: int = await db.fetchval(
        """
        INSERT INTO audit_records (actor_id, address, action, object, details, commitment)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
        """,
        actor_id,
        address,
        action,
        object,
        details,
        commitment,
    )
    return id


async def insert_records(db: Db, actor_id: int | None, address: str, acts: Sequence[Act]) -> None:
    await db.execute(
        """
        INSERT INTO audit_records (actor_id, address, action, object, details)
        SELECT $1, $2, each.action, each.object, each.details::jsonb
        FROM unnest($3::text[], $4::text[], $5::text[]) AS each (action, object, details)
        """,
        actor_id,
        address,
        [action for action, _, _ in acts],
        [object for _, object, _ in acts],
        [orjson.dumps(details).decode() for _, _, details in acts],
    )


async def insert_content(db: Db, record_id: int, salt: bytes, content: str) -> None:
    await db.execute(
        "INSERT INTO audit_contents (record_id, salt, content) VALUES ($1, $2, $3)", record_id, salt, content
    )


async def delete_content(db: Db, record_id: int) -> bool:
    """Whether there was any."""
    return await db.execute("DELETE FROM audit_contents WHERE record_id = $1", record_id) == "DELETE 1"


async def records(
    db: Db,
    *,
    before: int | None,
    limit: int,
    action: str | None = None,
    actor_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[AuditRecord]:
    """Newest first. Only what is asked for is in the statement, so that its plan is for that.

    Of a time the order is that of times, which an index has: by ids all that is newer would be walked through.
    """
    timed = since is not None or until is not None
    older = "(at, id) < ((SELECT at FROM audit_records WHERE id = $%d), $%d)" if timed else "id < $%d"
    asked: dict[str, object] = {
        "action = $%d": action,
        "actor_id = $%d": actor_id,
        "at >= $%d": since,
        "at < $%d": until,
    }
    given = {claim: value for claim, value in ({older: before} | asked).items() if value is not None}
    claims = "".join(f" AND {claim.replace('%d', str(number))}" for number, claim in enumerate(given, 2))
    rows = await db.fetch(
        f"""
        SELECT {RECORD} FROM audit_records WHERE true{claims}
        ORDER BY {"at DESC, " if timed else ""}id DESC LIMIT $1
        """,
        limit,
        *given.values(),
    )
    return [AuditRecord(**row) for row in rows]


async def is_recorded(db: Db, action: str, object: str) -> bool:
    found: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM audit_records WHERE object = $2 AND action = $1)", action, object
    )
    return found


async def content(db: Db, record_id: int) -> str | None:
    """As JSON; None when it was erased or never was."""
    found: str | None = await db.fetchval("SELECT content FROM audit_contents WHERE record_id = $1", record_id)
    return found


async def last_leaf(db: Db) -> tuple[int, bytes]:
    """The newest position and the chain there, locked against another sealer; (0, zeros) at first."""
    await db.execute("SELECT pg_advisory_xact_lock(x'A0D17'::int)")
    row = await db.fetchrow("SELECT position, chain FROM audit_leaves ORDER BY position DESC LIMIT 1")
    return (row["position"], row["chain"]) if row else (0, bytes(32))


async def newest_position(db: Db) -> int:
    position: int = await db.fetchval("SELECT coalesce(max(position), 0) FROM audit_leaves")
    return position


async def unsealed_records(db: Db, limit: int) -> list[AuditRecord]:
    """Records without a position whose transactions, and all older ones, have ended; in commit order."""
    rows = await db.fetch(
        f"""
        SELECT {RECORD} FROM audit_records
        WHERE xid >= coalesce((SELECT r.xid FROM audit_leaves JOIN audit_records AS r ON r.id = record_id
                               ORDER BY position DESC LIMIT 1), '0'::xid8)
          AND xid < pg_snapshot_xmin(pg_current_snapshot())
          AND NOT EXISTS (SELECT FROM audit_leaves WHERE record_id = audit_records.id)
        ORDER BY xid, id LIMIT $1
        """,
        limit,
    )
    return [AuditRecord(**row) for row in rows]


async def insert_leaves(
    db: Db,
    positions: Sequence[int],
    record_ids: Sequence[int],
    leaves: Sequence[bytes],
    chains: Sequence[bytes],
) -> None:
    await db.execute(
        """
        INSERT INTO audit_leaves (position, record_id, leaf, chain)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
        """,
        positions,
        record_ids,
        leaves,
        chains,
    )


async def sealed_records(db: Db, after: int, limit: int) -> list[Sealed]:
    """The log by position, with contents where they have not been erased."""
    rows = await db.fetch(
        f"""
        SELECT position, leaf, chain, record_id, salt, content, {RECORD},
               salt IS NULL AND commitment IS NOT NULL AND EXISTS (
                   SELECT FROM audit_records AS e
                   WHERE e.object = 'audit:' || record_id AND e.action = 'audit.content_erased') AS erased
        FROM audit_leaves
        LEFT JOIN audit_records ON record_id = id LEFT JOIN audit_contents USING (record_id)
        WHERE position > $1 ORDER BY position LIMIT $2
        """,
        after,
        limit,
    )
    return [Sealed.of(row) for row in rows]

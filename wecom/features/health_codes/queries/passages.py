"""Statements on what gates saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.foundation.db import Db

from ..model import Passage, Seen
from .certificates import Issued

PASSAGE = """
    a.id, a.gate_id, g.name AS gate_name, a.at, a.received_at, a.serial, a.step, a.level, a.admitted, a.why,
    a.policy_id, a.member_id, a.replay, a.replay_of
    """


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which passages."""

    policy_ids: Sequence[int]
    gate_id: int | None = None
    member_id: int | None = None
    admitted: bool | None = None
    replays: bool = False
    """Only those."""
    first: datetime | None = None
    last: datetime | None = None


async def kept_before(db: Db, gate_id: int, client_ids: Sequence[str]) -> dict[str, int | None]:
    """Of these, those that are kept; and by which gate the same was let in before, where that is so."""
    rows = await db.fetch(
        """
        SELECT a.client_id, f.gate_id FROM health_passages AS a LEFT JOIN health_passages AS f ON f.id = a.replay_of
        WHERE a.gate_id = $1 AND a.client_id = ANY($2::text[])
        """,
        gate_id,
        list(client_ids),
    )
    return {row["client_id"]: row["gate_id"] for row in rows}


async def insert_passages(
    db: Db,
    gate_id: int,
    seen: Sequence[Seen],
    issued: dict[int, Issued],
    received_at: datetime,
    *,
    replay: bool = False,
) -> set[str]:
    """Keep what is not there; which were kept. Ordered, so that two gates that tell of the same do not wait for each
    other."""
    ordered = sorted(seen, key=lambda each: (each.serial or 0, each.step or 0, each.client_id))
    known = [issued.get(each.serial) if each.serial else None for each in ordered]
    rows = await db.fetch(
        """
        INSERT INTO health_passages (
            gate_id, client_id, at, offset_ms, received_at, serial, step, level, admitted, why, policy_id, member_id,
            replay, replay_of)
        SELECT $1, n.client_id, n.at, n.offset_ms, $2, n.serial, n.step, n.level, n.admitted, n.why, n.policy_id,
               n.member_id, $3, CASE WHEN $3 THEN (
                   SELECT f.id FROM health_passages AS f
                   WHERE f.serial = n.serial AND f.step = n.step AND f.admitted AND NOT f.replay) END
        FROM unnest($4::text[], $5::timestamptz[], $6::integer[], $7::bigint[], $8::bigint[], $9::text[],
                    $10::boolean[], $11::text[], $12::integer[], $13::bigint[])
             AS n (client_id, at, offset_ms, serial, step, level, admitted, why, policy_id, member_id)
        ON CONFLICT DO NOTHING RETURNING client_id
        """,
        gate_id,
        received_at,
        replay,
        [each.client_id for each in ordered],
        [each.at + timedelta(milliseconds=each.offset_ms) for each in ordered],
        [each.offset_ms for each in ordered],
        [each.serial for each in ordered],
        [each.step for each in ordered],
        [each.level for each in ordered],
        [each.admitted for each in ordered],
        [each.why for each in ordered],
        [each and each.policy_id for each in known],
        [each and each.member_id for each in known],
    )
    return {row["client_id"] for row in rows}


async def was_admitted(db: Db, serial: int, step: int) -> bool:
    there: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM health_passages WHERE serial = $1 AND step = $2 AND admitted AND NOT replay)",
        serial,
        step,
    )
    return there


async def listed(db: Db, wanted: Wanted, before: tuple[datetime, int] | None, limit: int) -> list[Passage]:
    """Newest first."""
    rows = await db.fetch(
        f"""
        SELECT {PASSAGE} FROM health_passages AS a JOIN health_gates AS g ON g.id = a.gate_id
        WHERE (a.policy_id = ANY($1::integer[])
               OR (a.policy_id IS NULL AND EXISTS (
                   SELECT FROM health_gate_policies AS x
                   WHERE x.gate_id = a.gate_id AND x.policy_id = ANY($1::integer[]))))
          AND ($2::integer IS NULL OR a.gate_id = $2) AND ($3::bigint IS NULL OR a.member_id = $3)
          AND ($4::boolean IS NULL OR a.admitted = $4) AND (NOT $5 OR a.replay)
          AND ($6::timestamptz IS NULL OR a.at >= $6) AND ($7::timestamptz IS NULL OR a.at < $7)
          AND ($8::timestamptz IS NULL OR (a.at, a.id) < ($8, $9))
        ORDER BY a.at DESC, a.id DESC LIMIT $10
        """,
        list(wanted.policy_ids),
        wanted.gate_id,
        wanted.member_id,
        wanted.admitted,
        wanted.replays,
        wanted.first,
        wanted.last,
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )
    return [Passage(**row) for row in rows]


async def replays_among(
    db: Db, gate_id: int, client_ids: Sequence[str]
) -> list[tuple[int, str, int | None, int | None]]:
    """Of these: the passage, the gate's own number of it, which gate let the same in before, and the policy."""
    rows = await db.fetch(
        """
        SELECT a.id, a.client_id, f.gate_id, a.policy_id FROM health_passages AS a
        LEFT JOIN health_passages AS f ON f.id = a.replay_of
        WHERE a.gate_id = $1 AND a.client_id = ANY($2::text[]) AND a.replay ORDER BY a.id
        """,
        gate_id,
        list(client_ids),
    )
    return [(row["id"], row["client_id"], row["gate_id"], row["policy_id"]) for row in rows]

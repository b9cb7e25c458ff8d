"""Statements on gates: what they let in, how they are set up, and their keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wecom.foundation.db import Db, Record

from ..model import Admission, Gate

GATE = """
    g.id, g.name, g.place, g.photos, g.longest_age, g.enrol_until, g.enrolled_at, g.seen_at, g.knows_at, g.made_by,
    g.made_at,
    (SELECT json_agg(json_build_object('policy_id', x.policy_id, 'admits', x.admits) ORDER BY x.policy_id)
     FROM health_gate_policies AS x JOIN health_policies AS p ON p.id = x.policy_id
     WHERE x.gate_id = g.id AND p.ended_at IS NULL) AS admissions
    """
ITS_OFFICER = """
    EXISTS (SELECT FROM health_gate_policies AS x JOIN health_policy_officers AS o ON o.policy_id = x.policy_id
            WHERE x.gate_id = g.id AND o.member_id = $1)
    """


async def count_gates(db: Db) -> int:
    many: int = await db.fetchval("SELECT count(*) FROM health_gates WHERE ended_at IS NULL")
    return many


async def insert_gate(db: Db, name: str, place: str, photos: bool, longest_age: int, made_by: int, at: datetime) -> int:
    id: int = await db.fetchval(
        """
        INSERT INTO health_gates (name, place, photos, longest_age, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)
        RETURNING id
        """,
        name,
        place,
        photos,
        longest_age,
        made_by,
        at,
    )
    return id


async def put_admissions(db: Db, gate_id: int, admissions: Sequence[Admission]) -> None:
    await db.execute(
        """
        WITH new AS (SELECT (n ->> 'policy_id')::integer AS policy_id,
                            ARRAY(SELECT jsonb_array_elements_text(n -> 'admits')) AS admits
                     FROM jsonb_array_elements($2::jsonb) AS n
        ), gone AS (DELETE FROM health_gate_policies AS g WHERE g.gate_id = $1
                    AND g.policy_id NOT IN (SELECT policy_id FROM new))
        INSERT INTO health_gate_policies (gate_id, policy_id, admits) SELECT $1::integer, policy_id, admits FROM new
        ON CONFLICT (gate_id, policy_id) DO UPDATE SET admits = excluded.admits
        """,
        gate_id,
        [{"policy_id": each.policy_id, "admits": list(each.admits)} for each in admissions],
    )


async def change_gate(db: Db, id: int, name: str, place: str, photos: bool, longest_age: int) -> None:
    await db.execute(
        "UPDATE health_gates SET name = $2, place = $3, photos = $4, longest_age = $5 WHERE id = $1",
        id,
        name,
        place,
        photos,
        longest_age,
    )


async def gates_of(db: Db, officer_id: int) -> list[Gate]:
    """Those in use that stand for a policy of which somebody is an officer."""
    rows = await db.fetch(
        f"SELECT {GATE} FROM health_gates AS g WHERE g.ended_at IS NULL AND {ITS_OFFICER} ORDER BY g.id", officer_id
    )
    return [_gate(row) for row in rows]


async def lock_gate(db: Db, id: int, officer_id: int) -> Gate | None:
    row = await db.fetchrow(
        f"""
        SELECT {GATE} FROM health_gates AS g WHERE g.id = $2 AND g.ended_at IS NULL AND {ITS_OFFICER}
        FOR NO KEY UPDATE OF g
        """,
        officer_id,
        id,
    )
    return _gate(row) if row else None


async def put_enrolment(db: Db, id: int, hash: bytes, until: datetime) -> None:
    await db.execute("UPDATE health_gates SET enrol_hash = $2, enrol_until = $3 WHERE id = $1", id, hash, until)


async def enrol(db: Db, enrol_hash: bytes, key_hash: bytes, now: datetime) -> Gate | None:
    """Once; the key before opens nothing any more."""
    row = await db.fetchrow(
        f"""
        UPDATE health_gates AS g
        SET key_hash = $2, enrolled_at = $3, enrol_hash = NULL, enrol_until = NULL, knows_at = NULL
        WHERE g.enrol_hash = $1 AND g.enrol_until > $3 AND g.ended_at IS NULL RETURNING {GATE}
        """,
        enrol_hash,
        key_hash,
        now,
    )
    return _gate(row) if row else None


async def gate_with_key(db: Db, key_hash: bytes, now: datetime) -> Gate | None:
    """Heard of now. Locked: what one gate sends twice at the same time is taken one after the other."""
    row = await db.fetchrow(
        f"""
        UPDATE health_gates AS g SET seen_at = $2 WHERE g.key_hash = $1 AND g.ended_at IS NULL RETURNING {GATE}
        """,
        key_hash,
        now,
    )
    return _gate(row) if row else None


async def set_knows(db: Db, id: int, at: datetime) -> None:
    await db.execute("UPDATE health_gates SET knows_at = $2 WHERE id = $1", id, at)


async def end_gate(db: Db, id: int, at: datetime) -> None:
    await db.execute(
        """
        UPDATE health_gates SET ended_at = $2, key_hash = NULL, enrol_hash = NULL, enrol_until = NULL WHERE id = $1
        """,
        id,
        at,
    )


def _gate(row: Record) -> Gate:
    facts: dict[str, Any] = dict(row)
    admissions = facts.pop("admissions") or []
    return Gate(**facts, admissions=tuple(Admission(each["policy_id"], tuple(each["admits"])) for each in admissions))

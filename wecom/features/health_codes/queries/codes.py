"""Statements on codes as they are looked at, and on forgetting what made them."""

from collections.abc import Sequence
from datetime import datetime

from wecom.foundation.db import Db, Record

from ..model import Change, Code, reasons_from
from ..rules import Level

CODE = "c.policy_id, c.member_id, c.version, c.level, c.ruled, c.reasons, c.made_at, c.valid_until"


async def code(db: Db, policy_id: int, member_id: int) -> Code | None:
    row = await db.fetchrow(
        f"SELECT {CODE} FROM health_codes AS c WHERE c.policy_id = $1 AND c.member_id = $2", policy_id, member_id
    )
    return _code(row) if row else None


async def codes_of(db: Db, member_id: int) -> list[Code]:
    """By all policies in force."""
    rows = await db.fetch(
        f"""
        SELECT {CODE} FROM health_codes AS c JOIN health_policies AS p ON p.id = c.policy_id
        WHERE c.member_id = $1 AND p.ended_at IS NULL ORDER BY c.policy_id
        """,
        member_id,
    )
    return [_code(row) for row in rows]


async def listed(
    db: Db,
    policy_id: int,
    level: Level | None,
    departments: Sequence[int] | None,
    text: str,
    skip: int,
    limit: int,
) -> tuple[list[Code], int]:
    """A page of a policy's codes, the worst first, then by name; and how many they are in all."""
    rows = await db.fetch(
        f"""
        SELECT {CODE}, count(*) OVER () AS total FROM health_codes AS c JOIN members AS m ON m.id = c.member_id
        WHERE c.policy_id = $1 AND ($2::text IS NULL OR c.level = $2)
          AND ($3::bigint[] IS NULL OR EXISTS (
              SELECT FROM department_members AS dm WHERE dm.member_id = m.id AND dm.department_id = ANY($3)))
          AND ($4 = '' OR strpos(lower(m.name || ' ' || m.userid), lower($4)) > 0)
        ORDER BY array_position(ARRAY['red', 'yellow', 'green'], c.level), m.name, m.id OFFSET $5 LIMIT $6
        """,
        policy_id,
        level,
        None if departments is None else list(departments),
        text,
        skip,
        limit,
    )
    return [_code(row) for row in rows], rows[0]["total"] if rows else 0


async def counts(db: Db, policy_id: int) -> dict[Level, int]:
    rows = await db.fetch(
        "SELECT level, count(*) AS many FROM health_codes WHERE policy_id = $1 GROUP BY level", policy_id
    )
    return {row["level"]: row["many"] for row in rows}


async def changes(db: Db, policy_id: int, member_id: int, limit: int) -> list[Change]:
    """Newest first."""
    rows = await db.fetch(
        """
        SELECT version, level, reasons, at FROM health_code_changes WHERE policy_id = $1 AND member_id = $2
        ORDER BY id DESC LIMIT $3
        """,
        policy_id,
        member_id,
        limit,
    )
    return [Change(row["version"], row["level"], reasons_from(row["reasons"]), row["at"]) for row in rows]


async def departments_under(db: Db, department_id: int) -> list[int]:
    rows = await db.fetch("SELECT id FROM departments WHERE path @> ARRAY[$1::bigint]", department_id)
    return [row["id"] for row in rows]


async def delete_changes(db: Db, policy_id: int, before: datetime, limit: int) -> int:
    return _many(
        await db.execute(
            """
            DELETE FROM health_code_changes WHERE id IN (
                SELECT id FROM health_code_changes WHERE policy_id = $1 AND at < $2 LIMIT $3)
            """,
            policy_id,
            before,
            limit,
        )
    )


async def delete_facts(db: Db, policy_id: int, before: datetime, limit: int) -> int:
    """Those that ended, or were withdrawn; and those without an end that were written down so long ago. Somebody's
    newest clearance stays with their code: what it ended would begin anew."""
    return _many(
        await db.execute(
            """
            DELETE FROM health_facts WHERE id IN (
                SELECT f.id FROM health_facts AS f
                WHERE f.policy_id = $1 AND coalesce(f.withdrawn_at, f.until, greatest(f.at, f.made_at)) < $2
                  AND NOT (f.kind = 'clearance' AND f.withdrawn_at IS NULL AND f.until IS NULL
                      AND EXISTS (SELECT FROM health_codes AS c
                                  WHERE c.policy_id = f.policy_id AND c.member_id = f.member_id)
                      AND NOT EXISTS (SELECT FROM health_facts AS n
                                      WHERE n.policy_id = f.policy_id AND n.member_id = f.member_id
                                        AND n.kind = 'clearance' AND n.withdrawn_at IS NULL AND n.at > f.at))
                LIMIT $3)
            """,
            policy_id,
            before,
            limit,
        )
    )


async def forget_notes(db: Db, policy_id: int, before: datetime, limit: int) -> int:
    """Of the clearances that stay."""
    return _many(
        await db.execute(
            """
            UPDATE health_facts SET note = '' WHERE id IN (
                SELECT id FROM health_facts
                WHERE policy_id = $1 AND note <> '' AND greatest(at, made_at) < $2 AND until IS NULL LIMIT $3)
            """,
            policy_id,
            before,
            limit,
        )
    )


async def delete_overrides(db: Db, policy_id: int, before: datetime, limit: int) -> int:
    return _many(
        await db.execute(
            """
            DELETE FROM health_overrides WHERE id IN (
                SELECT id FROM health_overrides WHERE policy_id = $1 AND coalesce(ended_at, until) < $2 LIMIT $3)
            """,
            policy_id,
            before,
            limit,
        )
    )


async def delete_appeals(db: Db, policy_id: int, before: datetime, limit: int) -> int:
    return _many(
        await db.execute(
            """
            DELETE FROM health_appeals WHERE id IN (
                SELECT id FROM health_appeals WHERE policy_id = $1 AND coalesce(answered_at, made_at) < $2 LIMIT $3)
            """,
            policy_id,
            before,
            limit,
        )
    )


async def delete_holds(db: Db, policy_id: int, before: datetime, limit: int) -> int:
    """Causes that are of no matter any more: what still makes somebody red stays until it is cleared."""
    return _many(
        await db.execute(
            """
            DELETE FROM health_holds AS h WHERE h.policy_id = $1 AND (h.member_id, h.rule_id) IN (
                SELECT o.member_id, o.rule_id FROM health_holds AS o
                LEFT JOIN health_codes AS c ON c.policy_id = o.policy_id AND c.member_id = o.member_id
                WHERE o.policy_id = $1 AND o.since < $2
                  AND (c.reasons IS NULL
                       OR NOT c.reasons @> jsonb_build_array(jsonb_build_object('rule_id', o.rule_id)))
                LIMIT $3)
            """,
            policy_id,
            before,
            limit,
        )
    )


async def delete_codes_of(db: Db, policy_id: int, limit: int) -> int:
    return _many(
        await db.execute(
            """
            DELETE FROM health_codes WHERE policy_id = $1 AND member_id IN (
                SELECT member_id FROM health_codes WHERE policy_id = $1 LIMIT $2)
            """,
            policy_id,
            limit,
        )
    )


async def delete_passages(db: Db, policy_id: int, before: datetime, limit: int) -> int:
    return _many(
        await db.execute(
            """
            DELETE FROM health_passages WHERE id IN (
                SELECT id FROM health_passages WHERE policy_id = $1 AND at < $2 AND received_at < $2 LIMIT $3)
            """,
            policy_id,
            before,
            limit,
        )
    )


async def delete_nobodys_passages(db: Db, before: datetime, limit: int) -> int:
    """Of what was no code of ours."""
    return _many(
        await db.execute(
            """
            DELETE FROM health_passages WHERE id IN (
                SELECT id FROM health_passages WHERE policy_id IS NULL AND received_at < $1 LIMIT $2)
            """,
            before,
            limit,
        )
    )


async def delete_certificates(db: Db, before: datetime, limit: int) -> int:
    return _many(
        await db.execute(
            """
            DELETE FROM health_certificates WHERE serial IN (
                SELECT serial FROM health_certificates WHERE expires_at < $1 LIMIT $2)
            """,
            before,
            limit,
        )
    )


async def retentions(db: Db) -> list[tuple[int, int, datetime | None]]:
    """Of every policy, for how many days what is its is kept; and when it ended."""
    rows = await db.fetch(
        """
        SELECT p.id, (v.body ->> 'retention_days')::integer AS days, p.ended_at FROM health_policies AS p
        JOIN health_policy_versions AS v ON v.policy_id = p.id AND v.version = p.version ORDER BY p.id
        """
    )
    return [(row["id"], row["days"], row["ended_at"]) for row in rows]


def _code(row: Record) -> Code:
    return Code(
        row["policy_id"],
        row["member_id"],
        row["version"],
        row["level"],
        row["ruled"],
        reasons_from(row["reasons"]),
        row["made_at"],
        row["valid_until"],
    )


def _many(answer: str) -> int:
    return int(answer.rpartition(" ")[2])

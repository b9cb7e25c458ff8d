"""Statements on policies, their versions and their officers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wecom.foundation.db import Db, Record

from ..model import Policy, terms_from

POLICY = "p.id, v.version, v.body, v.made_by, v.made_at, p.ended_at"
NEWEST = "health_policies AS p JOIN health_policy_versions AS v ON v.policy_id = p.id AND v.version = p.version"
IS_OFFICER = """
    EXISTS (SELECT FROM health_policy_officers AS o JOIN role_grants AS g ON g.member_id = o.member_id
            WHERE o.policy_id = p.id AND o.member_id = $2 AND g.role = 'health_reader')
    """
"""Both keys: the policy names them, and they hold the role."""


async def count_policies(db: Db) -> int:
    many: int = await db.fetchval("SELECT count(*) FROM health_policies WHERE ended_at IS NULL")
    return many


async def insert_policy(db: Db, made_by: int, at: datetime) -> int:
    id: int = await db.fetchval(
        "INSERT INTO health_policies (made_by, made_at) VALUES ($1, $2) RETURNING id", made_by, at
    )
    return id


async def insert_version(db: Db, id: int, version: int, body: Any, made_by: int, at: datetime) -> None:
    await db.execute(
        "INSERT INTO health_policy_versions (policy_id, version, body, made_by, made_at) VALUES ($1, $2, $3, $4, $5)",
        id,
        version,
        body,
        made_by,
        at,
    )


async def set_version(db: Db, id: int, version: int) -> None:
    await db.execute("UPDATE health_policies SET version = $2 WHERE id = $1", id, version)


async def set_ended(db: Db, id: int, at: datetime) -> None:
    await db.execute("UPDATE health_policies SET ended_at = $2 WHERE id = $1", id, at)


async def policy_of(db: Db, id: int, officer_id: int) -> Policy | None:
    """As its newest version has it, for an officer of it."""
    row = await db.fetchrow(f"SELECT {POLICY} FROM {NEWEST} WHERE p.id = $1 AND {IS_OFFICER}", id, officer_id)
    return _policy(row) if row else None


async def lock_policy(db: Db, id: int, officer_id: int) -> Policy | None:
    row = await db.fetchrow(
        f"SELECT {POLICY} FROM {NEWEST} WHERE p.id = $1 AND {IS_OFFICER} FOR NO KEY UPDATE OF p", id, officer_id
    )
    return _policy(row) if row else None


async def policies_of(db: Db, officer_id: int) -> list[Policy]:
    """Those of which somebody is an officer, newest first; those that have ended too."""
    rows = await db.fetch(
        f"""
        SELECT {POLICY} FROM {NEWEST} WHERE p.id IN (SELECT policy_id FROM health_policy_officers WHERE member_id = $1)
        ORDER BY p.ended_at IS NOT NULL, p.id DESC
        """,
        officer_id,
    )
    return [_policy(row) for row in rows]


async def version_of(db: Db, id: int, version: int) -> Policy | None:
    row = await db.fetchrow(
        f"""
        SELECT {POLICY} FROM health_policies AS p JOIN health_policy_versions AS v ON v.policy_id = p.id
        WHERE p.id = $1 AND v.version = $2
        """,
        id,
        version,
    )
    return _policy(row) if row else None


async def policies_in_force(db: Db, ids: Sequence[int] | None = None) -> list[Policy]:
    """All that have not ended, or those of these."""
    rows = await db.fetch(
        f"""
        SELECT {POLICY} FROM {NEWEST} WHERE p.ended_at IS NULL AND ($1::integer[] IS NULL OR p.id = ANY($1))
        ORDER BY p.id
        """,
        None if ids is None else list(ids),
    )
    return [_policy(row) for row in rows]


async def policies_after_job(db: Db, job_id: int) -> list[Policy]:
    """Those that look at what is answered in a job."""
    rows = await db.fetch(
        f"""
        SELECT {POLICY} FROM {NEWEST} JOIN health_policy_sources AS s ON s.policy_id = p.id
        WHERE s.job_id = $1 AND p.ended_at IS NULL ORDER BY p.id
        """,
        job_id,
    )
    return [_policy(row) for row in rows]


async def put_ranges(db: Db, id: int, kinds: Sequence[str], refs: Sequence[int]) -> None:
    await db.execute(
        """
        WITH gone AS (DELETE FROM health_policy_ranges AS r WHERE r.policy_id = $1 AND NOT EXISTS (
            SELECT FROM unnest($2::text[], $3::bigint[]) AS n (kind, ref) WHERE n.kind = r.kind AND n.ref = r.ref))
        INSERT INTO health_policy_ranges (policy_id, kind, ref)
        SELECT DISTINCT $1::integer, n.kind, n.ref FROM unnest($2::text[], $3::bigint[]) AS n (kind, ref)
        ON CONFLICT DO NOTHING
        """,
        id,
        list(kinds),
        list(refs),
    )


async def put_sources(db: Db, id: int, job_ids: Sequence[int]) -> None:
    await db.execute(
        """
        WITH gone AS (DELETE FROM health_policy_sources WHERE policy_id = $1 AND job_id <> ALL($2::integer[]))
        INSERT INTO health_policy_sources (policy_id, job_id) SELECT $1::integer, unnest($2::integer[])
        ON CONFLICT DO NOTHING
        """,
        id,
        list(job_ids),
    )


async def put_officers(db: Db, id: int, member_ids: Sequence[int]) -> None:
    await db.execute(
        """
        WITH gone AS (DELETE FROM health_policy_officers WHERE policy_id = $1 AND member_id <> ALL($2::bigint[]))
        INSERT INTO health_policy_officers (policy_id, member_id) SELECT $1::integer, unnest($2::bigint[])
        ON CONFLICT DO NOTHING
        """,
        id,
        list(member_ids),
    )


async def officers_of(db: Db, ids: Sequence[int]) -> dict[int, list[int]]:
    rows = await db.fetch(
        "SELECT policy_id, member_id FROM health_policy_officers WHERE policy_id = ANY($1::integer[]) ORDER BY 1, 2",
        list(ids),
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["policy_id"], []).append(row["member_id"])
    return found


async def holders_among(db: Db, member_ids: Sequence[int]) -> set[int]:
    """Who of these works here and holds the role of a health officer."""
    rows = await db.fetch(
        """
        SELECT m.id FROM members AS m JOIN role_grants AS g ON g.member_id = m.id AND g.role = 'health_reader'
        WHERE m.id = ANY($1::bigint[]) AND m.enabled AND m.left_at IS NULL
        """,
        list(member_ids),
    )
    return {row["id"] for row in rows}


async def jobs_read_by(db: Db, member_id: int, job_ids: Sequence[int]) -> set[int]:
    """Of these report jobs, those whose answers somebody may read."""
    rows = await db.fetch(
        "SELECT job_id FROM health_readers WHERE actor_id = $1 AND job_id = ANY($2::integer[])",
        member_id,
        list(job_ids),
    )
    return {row["job_id"] for row in rows}


async def directory_head(db: Db) -> int:
    head: int = await db.fetchval("SELECT directory_head FROM health_code_state FOR UPDATE")
    return head


async def put_directory_head(db: Db, head: int) -> None:
    await db.execute("UPDATE health_code_state SET directory_head = $1", head)


def _policy(row: Record) -> Policy:
    return Policy(row["id"], row["version"], terms_from(row["body"]), row["made_by"], row["made_at"], row["ended_at"])

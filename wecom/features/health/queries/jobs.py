"""Statements on report jobs, their forms, and who reads them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wecom.foundation.db import Db, Record

from ..model import FormVersion, ReportJob, form_from, terms_from

JOB = """
    j.id, j.jobid, j.state, j.version, j.form_version, j.body, j.made_by, j.made_at, j.started_at, j.ended_at
    """
STATE = ("id", "jobid", "state", "version", "form_version", "made_by", "made_at", "started_at", "ended_at")


def job_of(row: Record) -> ReportJob:
    return ReportJob(**{name: row[name] for name in STATE}, terms=terms_from(row["body"]))


async def count_jobs(db: Db) -> int:
    count: int = await db.fetchval("SELECT count(*) FROM health_jobs WHERE state <> 'ended'")
    return count


async def insert_job(db: Db, jobid: str, body: Any, made_by: int, made_at: datetime) -> int:
    id: int = await db.fetchval(
        "INSERT INTO health_jobs (jobid, body, made_by, made_at) VALUES ($1, $2, $3, $4) RETURNING id",
        jobid,
        body,
        made_by,
        made_at,
    )
    return id


async def job_read_by(db: Db, job_id: int, actor_id: int) -> ReportJob | None:
    """A job, for one of its readers."""
    row = await db.fetchrow(
        f"""
        SELECT {JOB} FROM health_jobs AS j JOIN health_readers AS r ON r.job_id = j.id
        WHERE j.id = $1 AND r.actor_id = $2
        """,
        job_id,
        actor_id,
    )
    return job_of(row) if row else None


async def lock_job(db: Db, job_id: int, actor_id: int) -> ReportJob | None:
    """The same, locked against other changes."""
    row = await db.fetchrow(
        f"""
        SELECT {JOB} FROM health_jobs AS j JOIN health_readers AS r ON r.job_id = j.id
        WHERE j.id = $1 AND r.actor_id = $2 FOR NO KEY UPDATE OF j
        """,
        job_id,
        actor_id,
    )
    return job_of(row) if row else None


async def job_by_jobid(db: Db, jobid: str, actor_id: int) -> ReportJob | None:
    """A job by what apps call it, for one of its readers."""
    row = await db.fetchrow(
        f"""
        SELECT {JOB} FROM health_jobs AS j JOIN health_readers AS r ON r.job_id = j.id
        WHERE j.jobid = $1 AND r.actor_id = $2
        """,
        jobid,
        actor_id,
    )
    return job_of(row) if row else None


async def jobs_read_by(db: Db, actor_id: int) -> list[ReportJob]:
    """All jobs that somebody reads, the newest first."""
    rows = await db.fetch(
        f"""
        SELECT {JOB} FROM health_jobs AS j JOIN health_readers AS r ON r.job_id = j.id
        WHERE r.actor_id = $1 ORDER BY j.id DESC
        """,
        actor_id,
    )
    return [job_of(row) for row in rows]


async def running_jobids(db: Db, actor_id: int, skip: int, limit: int) -> list[str]:
    """Those of the running ones that it reads, by age."""
    rows = await db.fetch(
        """
        SELECT j.jobid FROM health_jobs AS j JOIN health_readers AS r ON r.job_id = j.id
        WHERE r.actor_id = $1 AND j.state = 'running' ORDER BY j.id OFFSET $2 LIMIT $3
        """,
        actor_id,
        skip,
        limit,
    )
    return [row["jobid"] for row in rows]


async def jobs_running(db: Db) -> list[ReportJob]:
    rows = await db.fetch(f"SELECT {JOB} FROM health_jobs AS j WHERE j.state = 'running' ORDER BY j.id")
    return [job_of(row) for row in rows]


async def job(db: Db, job_id: int) -> ReportJob | None:
    """A job, for what is done by the clock."""
    row = await db.fetchrow(f"SELECT {JOB} FROM health_jobs AS j WHERE j.id = $1", job_id)
    return job_of(row) if row else None


async def lock_running_job(db: Db, job_id: int) -> ReportJob | None:
    """The same of one that runs, locked against other changes; who answers goes on meanwhile."""
    row = await db.fetchrow(
        f"SELECT {JOB} FROM health_jobs AS j WHERE j.id = $1 AND j.state = 'running' FOR NO KEY UPDATE", job_id
    )
    return job_of(row) if row else None


async def update_body(db: Db, job_id: int, body: Any) -> None:
    await db.execute("UPDATE health_jobs SET body = $2, version = version + 1 WHERE id = $1", job_id, body)


async def set_started(db: Db, job_id: int, at: datetime) -> None:
    await db.execute(
        "UPDATE health_jobs SET state = 'running', started_at = $2, version = version + 1 WHERE id = $1", job_id, at
    )


async def set_ended(db: Db, job_id: int, at: datetime) -> None:
    await db.execute(
        """
        UPDATE health_jobs SET state = 'ended', started_at = coalesce(started_at, $2), ended_at = $2,
            version = version + 1
        WHERE id = $1
        """,
        job_id,
        at,
    )


async def put_form(db: Db, job_id: int, version: int, questions: Any, made_by: int, at: datetime) -> None:
    """Keep a version of a form, a draft's again."""
    await db.execute(
        """
        INSERT INTO health_forms (job_id, version, questions, made_by, made_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (job_id, version) DO UPDATE
        SET questions = excluded.questions, made_by = excluded.made_by, made_at = excluded.made_at
        """,
        job_id,
        version,
        questions,
        made_by,
        at,
    )


async def set_form_version(db: Db, job_id: int, version: int) -> None:
    await db.execute("UPDATE health_jobs SET form_version = $2, version = version + 1 WHERE id = $1", job_id, version)


async def form(db: Db, job_id: int, version: int) -> FormVersion | None:
    row = await db.fetchrow(
        "SELECT job_id, version, questions, made_by, made_at FROM health_forms WHERE job_id = $1 AND version = $2",
        job_id,
        version,
    )
    return _form(row) if row else None


async def forms(db: Db, job_id: int) -> list[FormVersion]:
    """All versions of a job's form, oldest first."""
    rows = await db.fetch(
        "SELECT job_id, version, questions, made_by, made_at FROM health_forms WHERE job_id = $1 ORDER BY version",
        job_id,
    )
    return [_form(row) for row in rows]


async def put_ranges(db: Db, job_id: int, kinds: Sequence[str], refs: Sequence[int]) -> None:
    """Whom the job asks, in place of whom it asked."""
    await db.execute(
        """
        WITH gone AS (DELETE FROM health_ranges WHERE job_id = $1 AND (kind, ref) NOT IN (
            SELECT k, r FROM unnest($2::text[], $3::bigint[]) AS n (k, r)))
        INSERT INTO health_ranges (job_id, kind, ref) SELECT $1, k, r FROM unnest($2::text[], $3::bigint[]) AS n (k, r)
        ON CONFLICT DO NOTHING
        """,
        job_id,
        list(kinds),
        list(refs),
    )


async def put_readers(db: Db, job_id: int, actor_ids: Sequence[int]) -> None:
    await db.execute(
        """
        WITH gone AS (DELETE FROM health_readers WHERE job_id = $1 AND actor_id <> ALL($2::bigint[]))
        INSERT INTO health_readers (job_id, actor_id) SELECT $1, n FROM unnest($2::bigint[]) AS n
        ON CONFLICT DO NOTHING
        """,
        job_id,
        list(actor_ids),
    )


async def put_delegates(db: Db, job_id: int, members: Sequence[int], kinds: Sequence[str], refs: Sequence[int]) -> None:
    await db.execute(
        """
        WITH gone AS (DELETE FROM health_delegates WHERE job_id = $1 AND (member_id, kind, ref) NOT IN (
            SELECT m, k, r FROM unnest($2::bigint[], $3::text[], $4::bigint[]) AS n (m, k, r)))
        INSERT INTO health_delegates (job_id, member_id, kind, ref)
        SELECT $1, m, k, r FROM unnest($2::bigint[], $3::text[], $4::bigint[]) AS n (m, k, r)
        ON CONFLICT DO NOTHING
        """,
        job_id,
        list(members),
        list(kinds),
        list(refs),
    )


async def officers_among(db: Db, member_ids: Sequence[int]) -> set[int]:
    """Those of them who work here and hold the role."""
    rows = await db.fetch(
        """
        SELECT DISTINCT m.id FROM members AS m JOIN role_grants AS g ON g.member_id = m.id
        WHERE m.id = ANY($1::bigint[]) AND m.left_at IS NULL AND g.role = 'health_reader'
        """,
        list(member_ids),
    )
    return {row["id"] for row in rows}


async def speaking_apps_among(db: Db, app_ids: Sequence[int]) -> set[int]:
    """Those of them that are apps of the company's, and not removed."""
    rows = await db.fetch(
        "SELECT id FROM apps WHERE id = ANY($1::bigint[]) AND kind = 'app' AND removed_at IS NULL", list(app_ids)
    )
    return {row["id"] for row in rows}


def _form(row: Record) -> FormVersion:
    return FormVersion(row["job_id"], row["version"], form_from(row["questions"]), row["made_by"], row["made_at"])

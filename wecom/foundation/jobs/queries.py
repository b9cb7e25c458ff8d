"""Every statement on jobs and schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..db import Db


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds until its lease ends."""

    id: int
    kind: str
    args: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was given up."""

    id: int
    kind: str
    args: dict[str, Any]
    attempt: int
    error: str
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job that is not done, or was given up."""

    id: int
    kind: str
    args: dict[str, Any]
    attempt: int
    error: str | None
    created_at: datetime
    due_at: datetime
    failed_at: datetime | None


async def insert_job(db: Db, kind: str, args: dict[str, Any], after: timedelta, lane: str | None) -> None:
    await db.execute(
        "INSERT INTO jobs (kind, args, due_at, lane) VALUES ($1, $2, now() + $3, $4)", kind, args, after, lane
    )


async def is_waiting(db: Db, kind: str) -> bool:
    """Whether there is a job of this kind that nobody has begun."""
    return bool(
        await db.fetchval("SELECT true FROM jobs WHERE kind = $1 AND attempt = 0 AND failed_at IS NULL LIMIT 1", kind)
    )


async def to_be_done(db: Db, kind: str) -> list[dict[str, Any]]:
    """The arguments of the jobs of this kind that wait or are under way."""
    rows = await db.fetch("SELECT args FROM jobs WHERE kind = $1 AND failed_at IS NULL", kind)
    return [row["args"] for row in rows]


async def claim_job(db: Db, kinds: Sequence[str], leases: Sequence[timedelta]) -> Claimed | None:
    """The oldest due job, hidden from others until its kind's lease runs out; in a lane, only its first."""
    row = await db.fetchrow(
        """
        UPDATE jobs SET attempt = attempt + 1, due_at = now() + ($2::interval[])[array_position($1::text[], kind)]
        WHERE id = (
            SELECT id FROM jobs AS j
            WHERE due_at <= now() AND failed_at IS NULL AND kind = ANY($1::text[])
              AND (lane IS NULL OR NOT EXISTS (
                  SELECT FROM jobs AS f WHERE f.lane = j.lane AND f.id < j.id AND f.failed_at IS NULL))
            ORDER BY due_at LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING id, kind, args, attempt
        """,
        kinds,
        leases,
    )
    return Claimed(**row) if row else None


async def finish_job(db: Db, id: int, attempt: int) -> None:
    """Done; unless the lease ran out and another worker has it now."""
    await db.execute("DELETE FROM jobs WHERE id = $1 AND attempt = $2", id, attempt)


async def postpone_job(db: Db, claimed: Claimed, attempts: int, wait: timedelta, error: str) -> None:
    """Try again later, or give up after the last attempt."""
    await db.execute(
        """
        UPDATE jobs SET due_at = now() + $2, error = $3, failed_at = CASE WHEN attempt >= $4 THEN now() END
        WHERE id = $1 AND attempt = $5
        """,
        claimed.id,
        wait,
        error,
        attempts,
        claimed.attempt,
    )


async def failed_jobs(db: Db, limit: int = 100) -> list[FailedJob]:
    rows = await db.fetch(
        """
        SELECT id, kind, args, attempt, error, failed_at FROM jobs
        WHERE failed_at IS NOT NULL ORDER BY failed_at DESC LIMIT $1
        """,
        limit,
    )
    return [FailedJob(**row) for row in rows]


async def jobs_before(db: Db, before: int | None, limit: int, *, failed: bool = False) -> list[WaitingJob]:
    """Newest first; `failed`: only those that were given up."""
    rows = await db.fetch(
        """
        SELECT id, kind, args, attempt, error, created_at, due_at, failed_at FROM jobs
        WHERE ($1::bigint IS NULL OR id < $1) AND ($3 IS FALSE OR failed_at IS NOT NULL) ORDER BY id DESC LIMIT $2
        """,
        before,
        limit,
        failed,
    )
    return [WaitingJob(**row) for row in rows]


async def delete_failed(db: Db, id: int) -> str | None:
    """Its kind; None where there is no such job that was given up."""
    kind: str | None = await db.fetchval("DELETE FROM jobs WHERE id = $1 AND failed_at IS NOT NULL RETURNING kind", id)
    return kind


async def retry_failed(db: Db, id: int | None = None) -> int:
    """Make failed jobs due again: one, or all."""
    answer = await db.execute(
        """
        UPDATE jobs SET failed_at = NULL, due_at = now(), attempt = 0
        WHERE failed_at IS NOT NULL AND ($1::bigint IS NULL OR id = $1)
        """,
        id,
    )
    return int(answer.split()[-1])


async def claim_schedule(db: Db, kind: str, every: timedelta) -> bool:
    """Whether it is time, and nobody else has taken this turn."""
    turn: bool | None = await db.fetchval(
        """
        INSERT INTO schedules AS s (kind, next_at) VALUES ($1, now() + $2)
        ON CONFLICT (kind) DO UPDATE SET next_at = now() + $2 WHERE s.next_at <= now()
        RETURNING true
        """,
        kind,
        every,
    )
    return bool(turn)

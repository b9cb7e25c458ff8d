"""Statements on what is to be forgotten."""

from datetime import date, datetime

from wecom.foundation.db import Db


async def period_to_erase(db: Db, now: datetime) -> tuple[int, date] | None:
    """A period whose time is over for as long as its job keeps answers; no other worker is at it."""
    row = await db.fetchrow(
        """
        SELECT p.job_id, p.date FROM health_periods AS p JOIN health_jobs AS j ON j.id = p.job_id
        WHERE p.erased_at IS NULL AND p.closes_at + (j.body ->> 'retention_days')::integer * interval '1 day' <= $1
        ORDER BY p.closes_at LIMIT 1 FOR UPDATE OF p SKIP LOCKED
        """,
        now,
    )
    return (row["job_id"], row["date"]) if row else None


async def delete_photos(db: Db, job_id: int, on: date, limit: int) -> list[int]:
    """Some photos of a period's answers; which they were."""
    rows = await db.fetch(
        """
        DELETE FROM health_photos WHERE id IN (
            SELECT p.id FROM health_answers AS a JOIN health_photos AS p ON p.answer_id = a.id
            WHERE a.job_id = $1 AND a.date = $2 LIMIT $3)
        RETURNING id
        """,
        job_id,
        on,
        limit,
    )
    return [row["id"] for row in rows]


async def delete_answers(db: Db, job_id: int, on: date, limit: int) -> int:
    """Some answers of a period; how many they were."""
    rows = await db.fetch(
        """
        DELETE FROM health_answers WHERE id IN (
            SELECT id FROM health_answers WHERE job_id = $1 AND date = $2 ORDER BY id LIMIT $3)
        RETURNING id
        """,
        job_id,
        on,
        limit,
    )
    return len(rows)


async def add_erased(db: Db, job_id: int, on: date, many: int, done_at: datetime | None) -> int:
    """Note how many of its answers are gone, and once all are, forget who was asked; how many they were in all."""
    row = await db.fetchrow(
        """
        UPDATE health_periods
        SET answered_once = coalesce(answered_once, 0) + $3, erased_at = $4,
            asked = CASE WHEN $4::timestamptz IS NULL THEN asked ELSE ''::bytea END
        WHERE job_id = $1 AND date = $2 RETURNING answered_once
        """,
        job_id,
        on,
        many,
        done_at,
    )
    return row["answered_once"] if row else 0

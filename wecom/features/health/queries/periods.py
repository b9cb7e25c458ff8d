"""Statements on periods, on reminders, and on how often forms are opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wecom.foundation.db import Db

from ..model import Period, Window

PERIOD = "job_id, date, opens_at, closes_at, asked_count, looked_at, erased_at, answered_once"


async def insert_periods(db: Db, job_id: int, windows: Sequence[Window]) -> list[date]:
    """Those that were not there yet."""
    rows = await db.fetch(
        """
        INSERT INTO health_periods (job_id, date, opens_at, closes_at)
        SELECT $1, d, o, c FROM unnest($2::date[], $3::timestamptz[], $4::timestamptz[]) AS n (d, o, c)
        ON CONFLICT DO NOTHING RETURNING date
        """,
        job_id,
        [each.date for each in windows],
        [each.opens_at for each in windows],
        [each.closes_at for each in windows],
    )
    return [row["date"] for row in rows]


async def drop_unopened(db: Db, job_id: int, now: datetime) -> None:
    """Forget periods that have not opened: they are made anew, as the job is now."""
    await db.execute(
        """
        DELETE FROM health_periods AS p WHERE p.job_id = $1 AND p.opens_at > $2
          AND NOT EXISTS (SELECT FROM health_answers AS a WHERE a.job_id = p.job_id AND a.date = p.date)
        """,
        job_id,
        now,
    )


async def move_open(db: Db, job_id: int, window: Window) -> None:
    """Have the period that is open close at another time, and look again whom it asks."""
    await db.execute(
        "UPDATE health_periods SET closes_at = $3, looked_at = NULL WHERE job_id = $1 AND date = $2 AND opens_at < $3",
        job_id,
        window.date,
        window.closes_at,
    )


async def close_open(db: Db, job_id: int, now: datetime) -> None:
    """What is open of a job that ends closes now."""
    await db.execute(
        "UPDATE health_periods SET closes_at = $2 WHERE job_id = $1 AND opens_at < $2 AND closes_at > $2", job_id, now
    )


async def periods(db: Db, job_id: int, skip: int, limit: int, now: datetime) -> list[Period]:
    """Those that have opened, the newest first."""
    rows = await db.fetch(
        f"""
        SELECT {PERIOD} FROM health_periods WHERE job_id = $1 AND opens_at <= $4
        ORDER BY date DESC OFFSET $2 LIMIT $3
        """,
        job_id,
        skip,
        limit,
        now,
    )
    return [Period(**row) for row in rows]


async def period(db: Db, job_id: int, on: date) -> Period | None:
    row = await db.fetchrow(f"SELECT {PERIOD} FROM health_periods WHERE job_id = $1 AND date = $2", job_id, on)
    return Period(**row) if row else None


async def asked_on(db: Db, job_id: int, on: date) -> bytes:
    """The bitmap of who was asked."""
    asked: bytes | None = await db.fetchval(
        "SELECT asked FROM health_periods WHERE job_id = $1 AND date = $2", job_id, on
    )
    return asked or b""


async def asked_by_department(db: Db, job_id: int, first: date, last: date) -> dict[int, int]:
    """How many were asked of each main department on the dates from one to another, added up."""
    rows = await db.fetch(
        """
        SELECT n.id, sum(n.many)::bigint AS many FROM health_periods AS p
        CROSS JOIN LATERAL unnest(p.department_ids, p.department_asked) AS n (id, many)
        WHERE p.job_id = $1 AND p.date BETWEEN $2 AND $3 GROUP BY n.id
        """,
        job_id,
        first,
        last,
    )
    return {row["id"]: row["many"] for row in rows}


async def to_be_looked_at(db: Db, now: datetime, before: datetime) -> tuple[int, date] | None:
    """A period that has opened and of which it was not asked for a while who is asked; no other worker does."""
    row = await db.fetchrow(
        """
        SELECT p.job_id, p.date FROM health_periods AS p
        WHERE p.opens_at <= $1 AND p.erased_at IS NULL
          AND (p.looked_at IS NULL OR (p.looked_at < $2 AND p.looked_at < p.closes_at))
        ORDER BY p.looked_at NULLS FIRST, p.job_id, p.date LIMIT 1 FOR UPDATE SKIP LOCKED
        """,
        now,
        before,
    )
    return (row["job_id"], row["date"]) if row else None


async def put_asked(
    db: Db,
    job_id: int,
    on: date,
    asked: bytes,
    count: int,
    departments: Sequence[int],
    many: Sequence[int],
    at: datetime,
) -> None:
    await db.execute(
        """
        UPDATE health_periods
        SET asked = $3, asked_count = $4, department_ids = $5, department_asked = $6, looked_at = $7
        WHERE job_id = $1 AND date = $2
        """,
        job_id,
        on,
        asked,
        count,
        list(departments),
        list(many),
        at,
    )


async def insert_reminders(db: Db, job_id: int, on: date, at: Sequence[datetime]) -> None:
    await db.execute(
        """
        INSERT INTO health_reminders (job_id, date, at) SELECT $1, $2, n FROM unnest($3::timestamptz[]) AS n
        ON CONFLICT DO NOTHING
        """,
        job_id,
        on,
        list(at),
    )


@dataclass(frozen=True, slots=True)
class Reminding:
    """A reminder that is due, and how far it has come."""

    job_id: int
    date: date
    at: datetime
    past: int
    asked: bytes
    looked_at: datetime | None
    closes_at: datetime


async def take_reminder(db: Db, now: datetime) -> Reminding | None:
    """One that is due and that no other worker is at."""
    row = await db.fetchrow(
        """
        SELECT r.job_id, r.date, r.at, r.past, p.asked, p.looked_at, p.closes_at
        FROM health_reminders AS r JOIN health_periods AS p USING (job_id, date)
        WHERE r.done_at IS NULL AND r.at <= $1 AND (p.looked_at IS NOT NULL OR p.closes_at <= $1)
        ORDER BY r.at LIMIT 1 FOR UPDATE OF r SKIP LOCKED
        """,
        now,
    )
    return Reminding(**row) if row else None


async def put_past(db: Db, of: Reminding, past: int, done_at: datetime | None) -> None:
    await db.execute(
        "UPDATE health_reminders SET past = $4, done_at = $5 WHERE job_id = $1 AND date = $2 AND at = $3",
        of.job_id,
        of.date,
        of.at,
        past,
        done_at,
    )


async def unanswered(db: Db, job_id: int, on: date, ordinals: Sequence[int]) -> list[int]:
    """Members of these ordinals who work here and have not answered."""
    rows = await db.fetch(
        """
        SELECT m.id FROM members AS m
        WHERE m.ordinal = ANY($3::integer[]) AND m.enabled AND m.left_at IS NULL AND NOT EXISTS (
            SELECT FROM health_answers AS a WHERE a.job_id = $1 AND a.date = $2 AND a.member_id = m.id)
        ORDER BY m.id
        """,
        job_id,
        on,
        list(ordinals),
    )
    return [row["id"] for row in rows]


async def missing(
    db: Db, job_id: int, on: date, ordinals: Sequence[int], departments: Sequence[int] | None, skip: int, limit: int
) -> tuple[list[int], int]:
    """Of those asked, a page of those who have not answered, by name; and how many they are."""
    rows = await db.fetch(
        """
        SELECT m.id, count(*) OVER () AS total FROM members AS m
        WHERE m.ordinal = ANY($3::integer[]) AND m.left_at IS NULL
          AND ($4::bigint[] IS NULL OR coalesce(m.main_department_id, 0) = ANY($4::bigint[]))
          AND NOT EXISTS (
            SELECT FROM health_answers AS a WHERE a.job_id = $1 AND a.date = $2 AND a.member_id = m.id)
        ORDER BY m.name, m.id OFFSET $5 LIMIT $6
        """,
        job_id,
        on,
        list(ordinals),
        list(departments) if departments is not None else None,
        skip,
        limit,
    )
    return [row["id"] for row in rows], rows[0]["total"] if rows else 0


async def note_visit(db: Db, on: date, member_id: int) -> None:
    """Somebody opened a form."""
    await db.execute(
        """
        INSERT INTO health_visits AS v (date, member_id) VALUES ($1, $2)
        ON CONFLICT (date, member_id) DO UPDATE SET times = v.times + 1
        """,
        on,
        member_id,
    )


async def usage_on(db: Db, on: date) -> tuple[int, int]:
    """How often forms were opened on a date, and by how many people."""
    row = await db.fetchrow(
        """
        SELECT coalesce((SELECT views FROM health_usage WHERE date = $1), 0)
               + coalesce(sum(v.times), 0)::bigint AS views,
               coalesce((SELECT people FROM health_usage WHERE date = $1), 0) + count(*) AS people
        FROM health_visits AS v WHERE v.date = $1
        """,
        on,
    )
    return (row["views"], row["people"]) if row else (0, 0)


async def fold_visits(db: Db, before: date) -> None:
    """Who opened a form on earlier dates is forgotten, and how many stays."""
    await db.execute(
        """
        WITH gone AS (DELETE FROM health_visits WHERE date < $1 RETURNING date, times)
        INSERT INTO health_usage AS u (date, views, people) SELECT date, sum(times), count(*) FROM gone GROUP BY date
        ON CONFLICT (date) DO UPDATE SET views = u.views + excluded.views, people = u.people + excluded.people
        """,
        before,
    )

"""Statements on what was answered, and on the photos of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wecom.foundation.db import Db, Record

from ..model import Answered, values_from

ANSWER = """
    a.id, a.job_id, a.date, a.member_id, a.sent_by, a.form_version, a.claimed_at, a.received_at, a.changed_at, a.late,
    a.department_id, a.values
    """
PLAIN = (
    "id",
    "job_id",
    "date",
    "member_id",
    "sent_by",
    "form_version",
    "claimed_at",
    "received_at",
    "changed_at",
    "late",
    "department_id",
)
LATEST_IDS = 30
"""How many of the client's own numbers are remembered of one answer."""


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """A row as it is to be."""

    job_id: int
    date: date
    member_id: int
    sent_by: int
    client_id: str
    form_version: int
    claimed_at: datetime | None
    received_at: datetime
    late: bool
    department_id: int
    picks: Sequence[int]
    number_questions: Sequence[int]
    numbers: Sequence[float]
    values: Any


async def put_answer(db: Db, new: NewAnswer, *, changeable: bool) -> tuple[int, bool] | None:
    """Keep it, in place of an earlier one where that may be; its id, and whether it is the first. None: nothing was
    done, since it is there already or may not be changed."""
    row = await db.fetchrow(
        f"""
        INSERT INTO health_answers AS a (
            job_id, date, member_id, sent_by, client_ids, form_version, claimed_at, received_at, late, department_id,
            picks, number_questions, numbers, values)
        VALUES ($1, $2, $3, $4, ARRAY[$5::text], $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (job_id, date, member_id) DO UPDATE
        SET sent_by = excluded.sent_by, form_version = excluded.form_version, claimed_at = excluded.claimed_at,
            changed_at = excluded.received_at, late = a.late OR excluded.late, picks = excluded.picks,
            number_questions = excluded.number_questions, numbers = excluded.numbers, values = excluded.values,
            client_ids = (excluded.client_ids || a.client_ids)[:{LATEST_IDS}]
        WHERE $15 AND $5 <> ALL(a.client_ids) AND (a.sent_by = $4 OR a.member_id = $4)
        RETURNING id, changed_at IS NULL AS first
        """,
        new.job_id,
        new.date,
        new.member_id,
        new.sent_by,
        new.client_id,
        new.form_version,
        new.claimed_at,
        new.received_at,
        new.late,
        new.department_id,
        list(new.picks),
        list(new.number_questions),
        list(new.numbers),
        new.values,
        changeable,
    )
    return (row["id"], row["first"]) if row else None


async def has_client_id(db: Db, job_id: int, on: date, member_id: int, sent_by: int, client_id: str) -> bool:
    """Whether exactly this was kept already."""
    kept: bool = await db.fetchval(
        """
        SELECT EXISTS (SELECT FROM health_answers WHERE job_id = $1 AND date = $2 AND member_id = $3
                       AND $5 = ANY(client_ids) AND $4 IN (sent_by, member_id))
        """,
        job_id,
        on,
        member_id,
        sent_by,
        client_id,
    )
    return kept


async def answer_seen_by(db: Db, job_id: int, on: date, member_id: int, seen_by: int) -> Answered | None:
    """Somebody's answer, for themselves and for whoever sent it."""
    row = await db.fetchrow(
        f"""
        SELECT {ANSWER} FROM health_answers AS a
        WHERE a.job_id = $1 AND a.date = $2 AND a.member_id = $3 AND $4 IN (a.member_id, a.sent_by)
        """,
        job_id,
        on,
        member_id,
        seen_by,
    )
    return _answer(row) if row else None


async def is_answered(db: Db, job_id: int, on: date, member_id: int) -> bool:
    there: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM health_answers WHERE job_id = $1 AND date = $2 AND member_id = $3)",
        job_id,
        on,
        member_id,
    )
    return there


async def answered_among(db: Db, member_id: int, job_ids: Sequence[int], dates: Sequence[date]) -> set[int]:
    """Which of these jobs, each on the date beside it, somebody has answered."""
    rows = await db.fetch(
        """
        SELECT a.job_id FROM unnest($2::integer[], $3::date[]) AS n (job_id, date)
        JOIN health_answers AS a ON a.job_id = n.job_id AND a.date = n.date AND a.member_id = $1
        """,
        member_id,
        list(job_ids),
        list(dates),
    )
    return {row["job_id"] for row in rows}


async def history(db: Db, member_id: int, skip: int, limit: int) -> tuple[list[tuple[Answered, str]], int]:
    """What was answered for somebody, and the jobs' titles, the newest first."""
    rows = await db.fetch(
        f"""
        SELECT {ANSWER}, j.body ->> 'title' AS title, count(*) OVER () AS total
        FROM health_answers AS a JOIN health_jobs AS j ON j.id = a.job_id
        WHERE a.member_id = $1 ORDER BY a.date DESC, a.id DESC OFFSET $2 LIMIT $3
        """,
        member_id,
        skip,
        limit,
    )
    return [(_answer(row), row["title"]) for row in rows], rows[0]["total"] if rows else 0


async def answers_on(
    db: Db,
    job_id: int,
    on: date,
    departments: Sequence[int] | None,
    pick: int | None,
    text: str,
    skip: int,
    limit: int,
) -> tuple[list[Answered], int]:
    """A page of a date's answers, in the order in which they came, and how many there are."""
    rows = await db.fetch(
        f"""
        SELECT {ANSWER}, count(*) OVER () AS total FROM health_answers AS a JOIN members AS m ON m.id = a.member_id
        WHERE a.job_id = $1 AND a.date = $2 AND ($3::bigint[] IS NULL OR a.department_id = ANY($3::bigint[]))
          AND ($4::integer IS NULL OR $4::integer = ANY(a.picks))
          AND ($5 = '' OR strpos(lower(m.name || ' ' || m.userid), lower($5)) > 0)
        ORDER BY a.id OFFSET $6 LIMIT $7
        """,
        job_id,
        on,
        list(departments) if departments is not None else None,
        pick,
        text,
        skip,
        limit,
    )
    return [_answer(row) for row in rows], rows[0]["total"] if rows else 0


async def answers_of_many(
    db: Db, job_id: int, on: date, member_ids: Sequence[int], skip: int, limit: int
) -> list[Answered]:
    """A page of what these answered, in the order in which it came."""
    rows = await db.fetch(
        f"""
        SELECT {ANSWER} FROM health_answers AS a
        WHERE a.job_id = $1 AND a.date = $2 AND a.member_id = ANY($3::bigint[]) ORDER BY a.id OFFSET $4 LIMIT $5
        """,
        job_id,
        on,
        list(member_ids),
        skip,
        limit,
    )
    return [_answer(row) for row in rows]


async def who_answered(db: Db, job_id: int, on: date) -> list[int]:
    rows = await db.fetch("SELECT member_id FROM health_answers WHERE job_id = $1 AND date = $2", job_id, on)
    return [row["member_id"] for row in rows]


async def answers_after(
    db: Db, job_id: int, first: date, last: date, after: tuple[date, int], limit: int
) -> list[Answered]:
    """Those of the dates from one to another, by date and member, after one of them."""
    rows = await db.fetch(
        f"""
        SELECT {ANSWER} FROM health_answers AS a
        WHERE a.job_id = $1 AND a.date BETWEEN $2 AND $3 AND (a.date, a.member_id) > ($4, $5)
        ORDER BY a.date, a.member_id LIMIT $6
        """,
        job_id,
        first,
        last,
        *after,
        limit,
    )
    return [_answer(row) for row in rows]


async def count_answers(db: Db, job_id: int, first: date, last: date) -> int:
    count: int = await db.fetchval(
        "SELECT count(*) FROM health_answers WHERE job_id = $1 AND date BETWEEN $2 AND $3", job_id, first, last
    )
    return count


async def answered_by_date(db: Db, job_id: int, dates: Sequence[date]) -> dict[date, int]:
    rows = await db.fetch(
        """
        SELECT date, count(*) AS many FROM health_answers WHERE job_id = $1 AND date = ANY($2::date[]) GROUP BY date
        """,
        job_id,
        list(dates),
    )
    return {row["date"]: row["many"] for row in rows}


async def answer(db: Db, job_id: int, answer_id: int) -> Answered | None:
    row = await db.fetchrow(
        f"SELECT {ANSWER} FROM health_answers AS a WHERE a.id = $1 AND a.job_id = $2", answer_id, job_id
    )
    return _answer(row) if row else None


async def insert_photo(db: Db, token: str, member_id: int, at: datetime) -> int:
    id: int = await db.fetchval(
        "INSERT INTO health_photos (token, member_id, given_at) VALUES ($1, $2, $3) RETURNING id", token, member_id, at
    )
    return id


async def photos_named(db: Db, tokens: Sequence[str], member_id: int) -> dict[str, int]:
    """The numbers of those of these photos that somebody gave, or that are in their own answers."""
    rows = await db.fetch(
        """
        SELECT p.token, p.id FROM health_photos AS p LEFT JOIN health_answers AS a ON a.id = p.answer_id
        WHERE p.token = ANY($1::text[]) AND (p.member_id = $2 OR a.member_id = $2)
        """,
        list(tokens),
        member_id,
    )
    return {row["token"]: row["id"] for row in rows}


async def photo_tokens(db: Db, photo_ids: Sequence[int]) -> dict[str, str]:
    """How answers name these photos, by their numbers."""
    rows = await db.fetch("SELECT id, token FROM health_photos WHERE id = ANY($1::bigint[])", list(photo_ids))
    return {str(row["id"]): row["token"] for row in rows}


async def tie_photos(db: Db, answer_id: int, photo_ids: Sequence[int]) -> int:
    """Have an answer hold these, unless another one does; how many it holds of them."""
    rows = await db.fetch(
        """
        UPDATE health_photos SET answer_id = $1
        WHERE id = ANY($2::bigint[]) AND (answer_id IS NULL OR answer_id = $1) RETURNING id
        """,
        answer_id,
        list(photo_ids),
    )
    return len(rows)


async def untie_photos(db: Db, answer_id: int, photo_ids: Sequence[int]) -> list[int]:
    """Forget the photos of an answer but for these; which they were."""
    rows = await db.fetch(
        "DELETE FROM health_photos WHERE answer_id = $1 AND id <> ALL($2::bigint[]) RETURNING id",
        answer_id,
        list(photo_ids),
    )
    return [row["id"] for row in rows]


async def photo_of_job(db: Db, photo_id: int) -> tuple[int, int] | None:
    """Of which job's answer a photo is, and of whom."""
    row = await db.fetchrow(
        """
        SELECT a.job_id, a.member_id FROM health_photos AS p JOIN health_answers AS a ON a.id = p.answer_id
        WHERE p.id = $1
        """,
        photo_id,
    )
    return (row["job_id"], row["member_id"]) if row else None


async def delete_unused_photos(db: Db, before: datetime, limit: int) -> list[int]:
    """Those that no answer named in time."""
    rows = await db.fetch(
        """
        DELETE FROM health_photos WHERE id IN (
            SELECT id FROM health_photos WHERE answer_id IS NULL AND given_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        before,
        limit,
    )
    return [row["id"] for row in rows]


def _answer(row: Record) -> Answered:
    return Answered(**{name: row[name] for name in PLAIN}, values=values_from(row["values"]))

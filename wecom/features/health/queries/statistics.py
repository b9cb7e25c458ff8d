"""Statements that add answers up: over picks and numbers, which stand in arrays beside what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wecom.foundation.db import Db

WHICH = """
    a.job_id = $1 AND a.date BETWEEN $2 AND $3 AND ($4::bigint[] IS NULL OR a.department_id = ANY($4::bigint[]))
    """


@dataclass(frozen=True, slots=True)
class NumberSums:
    question_id: int
    count: int
    least: float
    mean: float
    most: float


async def answered_by_department(
    db: Db, job_id: int, first: date, last: date, departments: Sequence[int] | None
) -> dict[int, tuple[int, int]]:
    """Of each main department: how many answers, and how many of them were late."""
    rows = await db.fetch(
        f"""
        SELECT a.department_id AS id, count(*) AS many, count(*) FILTER (WHERE a.late) AS late
        FROM health_answers AS a WHERE {WHICH} GROUP BY a.department_id
        """,
        job_id,
        first,
        last,
        departments,
    )
    return {row["id"]: (row["many"], row["late"]) for row in rows}


async def picked(
    db: Db, job_id: int, first: date, last: date, departments: Sequence[int] | None
) -> list[tuple[int, int]]:
    """How often each option was picked, and each question answered."""
    rows = await db.fetch(
        f"""
        SELECT n.pick, count(*) AS many FROM health_answers AS a CROSS JOIN LATERAL unnest(a.picks) AS n (pick)
        WHERE {WHICH} GROUP BY n.pick ORDER BY n.pick
        """,
        job_id,
        first,
        last,
        departments,
    )
    return [(row["pick"], row["many"]) for row in rows]


async def numbers(db: Db, job_id: int, first: date, last: date, departments: Sequence[int] | None) -> list[NumberSums]:
    rows = await db.fetch(
        f"""
        SELECT n.question_id, count(*) AS count, min(n.number) AS least, avg(n.number) AS mean, max(n.number) AS most
        FROM health_answers AS a CROSS JOIN LATERAL unnest(a.number_questions, a.numbers) AS n (question_id, number)
        WHERE {WHICH} GROUP BY n.question_id ORDER BY n.question_id
        """,
        job_id,
        first,
        last,
        departments,
    )
    return [NumberSums(**row) for row in rows]


async def spread(
    db: Db,
    job_id: int,
    first: date,
    last: date,
    departments: Sequence[int] | None,
    sums: Sequence[NumberSums],
    parts: int,
) -> dict[int, list[int]]:
    """How many numbers of each question lie in each of so many equal parts between the least and the most."""
    rows = await db.fetch(
        f"""
        SELECT n.question_id, least(width_bucket(n.number, s.least, s.most, $8), $8) AS part, count(*) AS many
        FROM health_answers AS a CROSS JOIN LATERAL unnest(a.number_questions, a.numbers) AS n (question_id, number)
        JOIN unnest($5::integer[], $6::double precision[], $7::double precision[]) AS s (question_id, least, most)
          ON s.question_id = n.question_id
        WHERE {WHICH} GROUP BY 1, 2
        """,
        job_id,
        first,
        last,
        departments,
        [each.question_id for each in sums],
        [each.least for each in sums],
        [each.most for each in sums],
        parts,
    )
    found = {each.question_id: [0] * parts for each in sums}
    for row in rows:
        if 1 <= row["part"] <= parts:
            found[row["question_id"]][row["part"] - 1] += row["many"]
    return found

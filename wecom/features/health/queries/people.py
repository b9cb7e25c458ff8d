"""Statements on who is asked, and who answers for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wecom.foundation.db import Db

from ..model import ReportJob
from .jobs import JOB, job_of

PATH = """
    ARRAY(SELECT DISTINCT unnest(d.path) FROM department_members AS dm JOIN departments AS d ON d.id = dm.department_id
          WHERE dm.member_id = m.id) || 1::bigint
    """
"""The departments that somebody is under; everybody is under the company."""

ASKS = """
    EXISTS (SELECT FROM health_ranges AS x WHERE x.job_id = j.id AND (
        (x.kind = 'member' AND x.ref = who.id) OR (x.kind = 'department' AND x.ref = ANY(who.path))
        OR (x.kind = 'tag' AND (
            EXISTS (SELECT FROM tag_members AS t WHERE t.tag_id = x.ref AND t.member_id = who.id)
            OR EXISTS (SELECT FROM tag_departments AS t WHERE t.tag_id = x.ref AND t.department_id = ANY(who.path))))))
    """
"""SQL: the row `j` of jobs asks the row `who`, which has a path."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All there is to know before somebody's answer is looked at."""

    job: ReportJob
    department_id: int
    asked: bool
    may: bool
    """Whether whoever sends it answers for them."""
    opens_at: datetime | None
    """None: nobody has looked yet when it opens."""
    closes_at: datetime | None
    erased_at: datetime | None
    questions: Any
    """Of the version that was answered; None: there is none."""
    replaced_at: datetime | None
    """When another version took its place."""


async def standing(db: Db, job_id: int, on: date, version: int, member_id: int, sender_id: int) -> Standing | None:
    """None where there is no such job, or nobody of that id works here."""
    row = await db.fetchrow(
        f"""
        WITH who AS (
            SELECT m.id, m.ordinal, coalesce(m.main_department_id, 0) AS department_id, {PATH} AS path FROM members AS m
            WHERE m.id = $4 AND m.enabled AND m.left_at IS NULL
        )
        SELECT {JOB}, who.department_id, p.opens_at, p.closes_at, p.erased_at, f.questions, n.made_at AS replaced_at,
               ({ASKS} OR (who.ordinal < octet_length(p.asked) * 8 AND get_bit(p.asked, who.ordinal) = 1)) AS asked,
               ($4 = $5 OR EXISTS (
                   SELECT FROM health_delegates AS y WHERE y.job_id = j.id AND y.member_id = $5 AND (
                       (y.kind = 'member' AND y.ref = who.id) OR (y.kind = 'department' AND y.ref = ANY(who.path))))
                OR ((j.body -> 'leaders')::boolean AND EXISTS (
                   SELECT FROM department_members AS l
                   WHERE l.member_id = $5 AND l.is_leader AND l.department_id = ANY(who.path)))) AS may
        FROM health_jobs AS j CROSS JOIN who
        LEFT JOIN health_periods AS p ON p.job_id = j.id AND p.date = $2
        LEFT JOIN health_forms AS f ON f.job_id = j.id AND f.version = $3
        LEFT JOIN health_forms AS n ON n.job_id = j.id AND n.version = $3 + 1
        WHERE j.id = $1 AND j.state <> 'draft'
        """,
        job_id,
        on,
        version,
        member_id,
        sender_id,
    )
    if row is None:
        return None
    return Standing(
        job_of(row),
        row["department_id"],
        bool(row["asked"]),
        row["may"],
        row["opens_at"],
        row["closes_at"],
        row["erased_at"],
        row["questions"],
        row["replaced_at"],
    )


@dataclass(frozen=True, slots=True)
class Concern:
    """A running job that asks somebody, or lets them answer for others."""

    job: ReportJob
    asked: bool
    delegate: bool


async def concerning(db: Db, member_id: int) -> list[Concern]:
    rows = await db.fetch(
        f"""
        WITH who AS (
            SELECT m.id, {PATH} AS path,
                   EXISTS (SELECT FROM department_members AS l WHERE l.member_id = m.id AND l.is_leader) AS leads
            FROM members AS m WHERE m.id = $1 AND m.enabled AND m.left_at IS NULL
        ), found AS (
            SELECT {JOB}, {ASKS} AS asked,
                   EXISTS (SELECT FROM health_delegates AS y WHERE y.job_id = j.id AND y.member_id = $1)
                   OR (who.leads AND (j.body -> 'leaders')::boolean) AS delegate
            FROM health_jobs AS j CROSS JOIN who WHERE j.state = 'running'
        )
        SELECT {JOB}, j.asked, j.delegate FROM found AS j WHERE j.asked OR j.delegate ORDER BY j.id
        """,
        member_id,
    )
    return [Concern(job_of(row), row["asked"], row["delegate"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Ward:
    """Somebody for whom another may answer."""

    id: int
    userid: str
    name: str
    answered: bool


async def wards(
    db: Db, job_id: int, on: date, delegate_id: int, text: str, skip: int, limit: int
) -> tuple[list[Ward], int]:
    """For whom somebody may answer in a job, by name, and how many they are in all."""
    rows = await db.fetch(
        f"""
        WITH ways AS (
            SELECT y.ref AS id FROM health_delegates AS y
            WHERE y.job_id = $1 AND y.member_id = $3 AND y.kind = 'department'
            UNION SELECT l.department_id FROM department_members AS l JOIN health_jobs AS j ON j.id = $1
            WHERE l.member_id = $3 AND l.is_leader AND (j.body -> 'leaders')::boolean
        ), possible AS (
            SELECT dm.member_id AS id FROM department_members AS dm WHERE dm.department_id = ANY(
                ARRAY(SELECT d.id FROM departments AS d WHERE d.path && ARRAY(SELECT id FROM ways)))
            UNION SELECT y.ref FROM health_delegates AS y
            WHERE y.job_id = $1 AND y.member_id = $3 AND y.kind = 'member'
        ), who AS (
            SELECT m.id, m.userid, m.name, {PATH} AS path FROM members AS m JOIN possible USING (id)
            WHERE m.enabled AND m.left_at IS NULL AND m.id <> $3
              AND ($4 = '' OR strpos(lower(m.name || ' ' || m.userid), lower($4)) > 0)
        )
        SELECT who.id, who.userid, who.name, count(*) OVER () AS total,
               EXISTS (SELECT FROM health_answers AS a WHERE a.job_id = $1 AND a.date = $2 AND a.member_id = who.id)
               AS answered
        FROM who JOIN health_jobs AS j ON j.id = $1 WHERE {ASKS} ORDER BY who.name, who.id OFFSET $5 LIMIT $6
        """,
        job_id,
        on,
        delegate_id,
        text,
        skip,
        limit,
    )
    found = [Ward(row["id"], row["userid"], row["name"], row["answered"]) for row in rows]
    return found, rows[0]["total"] if rows else 0


async def by_department(db: Db, member_ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """How many of these are in each main department; 0: in none."""
    rows = await db.fetch(
        """
        SELECT coalesce(main_department_id, 0) AS id, count(*)::integer AS many FROM members
        WHERE id = ANY($1::bigint[]) GROUP BY 1 ORDER BY 1
        """,
        list(member_ids),
    )
    return [row["id"] for row in rows], [row["many"] for row in rows]


async def under(db: Db, department_id: int) -> list[int]:
    """A department and all under it; of the company also 0, where those are who are in none."""
    rows = await db.fetch("SELECT id FROM departments WHERE path @> ARRAY[$1::bigint]", department_id)
    return [row["id"] for row in rows] + ([0] if department_id == 1 else [])

"""Statements behind the table of members that administrators keep: any part of the company, in any order."""

from collections.abc import Sequence
from typing import Literal

from wecom.foundation.db import Db

from ..model import Sight
from .seeing import department_is_seen, member_is_seen

Standing = Literal["working", "disabled", "never_joined", "left"]
Order = Literal["id", "name", "userid", "position", "joined"]

STANDINGS: dict[Standing, str] = {
    "working": "m.left_at IS NULL",
    "disabled": "m.left_at IS NULL AND NOT m.enabled",
    "never_joined": "m.left_at IS NULL AND m.enabled AND m.activated_at IS NULL",
    "left": "m.left_at IS NOT NULL",
}

# The first line of the search text is the name, the next one how Chinese is read.
ORDERS: dict[Order, str] = {
    "id": "m.id",
    "name": r"split_part(m.search_text, E'\n', CASE WHEN m.name ~ '^[\u3400-\u9fff]' THEN 3 ELSE 2 END)",
    "userid": "lower(m.userid)",
    "position": "m.position",
    "joined": "m.activated_at",
}


async def page_listed(
    db: Db,
    standing: Standing,
    terms: Sequence[str],
    department_id: int | None,
    order: Order,
    down: bool,
    skip: int,
    limit: int,
    *,
    seen_by: Sight,
) -> tuple[int, list[int]]:
    """How many there are in whose search text every term stands, of one department's tree, when given; and a page of
    them. Both from one look through all."""
    row = await db.fetchrow(
        f"""
        WITH found AS MATERIALIZED (
            SELECT m.id, {ORDERS[order]} AS key FROM members AS m
            WHERE {_wanted(standing)} AND {member_is_seen("m", 5)}
        )
        SELECT (SELECT count(*) FROM found) AS total, ARRAY(
            SELECT id FROM found ORDER BY key {"DESC" if down else "ASC"} NULLS LAST, id OFFSET $3 LIMIT $4
        ) AS ids
        """,
        list(terms),
        department_id,
        skip,
        limit,
        *seen_by.arguments,
    )
    assert row
    return row["total"], row["ids"]


async def heads_by_department(db: Db, *, seen_by: Sight) -> dict[int, tuple[int, int]]:
    """How many work in each department itself, and in it with all under it, each once; those disabled included, what
    the viewer does not see left out."""
    # Nearly everybody is in one department: those are counted by department before the ways up are walked. Only who is
    # in several could count twice on the way, so they are walked up one by one.
    rows = await db.fetch(
        f"""
        WITH seen AS MATERIALIZED (
            SELECT d.id, d.path FROM departments AS d WHERE {department_is_seen("d", 1)}
        ), placed AS MATERIALIZED (
            SELECT dm.member_id, min(dm.department_id) AS id,
                   CASE WHEN count(*) > 1 THEN array_agg(dm.department_id) END AS several
            FROM department_members AS dm JOIN members AS m ON m.id = dm.member_id
            WHERE m.left_at IS NULL AND {member_is_seen("m", 1)}
            GROUP BY dm.member_id
        ), pairs AS (
            SELECT a.id, placed.member_id, bool_or(a.id = d.id) AS own
            FROM placed CROSS JOIN unnest(placed.several) AS place (id) JOIN seen AS d ON d.id = place.id
            CROSS JOIN unnest(d.path) AS a (id)
            WHERE placed.several IS NOT NULL GROUP BY a.id, placed.member_id
        ), counted AS (
            SELECT a.id, single.heads, CASE WHEN a.id = d.id THEN single.heads ELSE 0 END AS own
            FROM (SELECT id, count(*) AS heads FROM placed WHERE several IS NULL GROUP BY id) AS single
            JOIN seen AS d ON d.id = single.id CROSS JOIN unnest(d.path) AS a (id)
            UNION ALL
            SELECT id, count(*), count(*) FILTER (WHERE own) FROM pairs GROUP BY id
        )
        SELECT id, sum(heads)::bigint AS everybody, sum(own)::bigint AS own
        FROM counted WHERE id IN (SELECT id FROM seen) GROUP BY id ORDER BY id
        """,
        *seen_by.arguments,
    )
    return {row["id"]: (row["own"], row["everybody"]) for row in rows}


def _wanted(standing: Standing) -> str:
    """SQL: the row `m` is asked for; the terms are $1, the department $2."""
    return f"""{STANDINGS[standing]}
        AND (cardinality($1::text[]) = 0
             OR (SELECT bool_and(strpos(m.search_text, term) > 0) FROM unnest($1::text[]) AS term))
        AND ($2::bigint IS NULL OR m.id IN (
             SELECT dm.member_id FROM department_members AS dm WHERE dm.department_id = ANY(
                 ARRAY(SELECT d.id FROM departments AS d WHERE d.path && ARRAY[$2::bigint]))))"""

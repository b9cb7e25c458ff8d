"""Statements behind the table of members that administrators keep: any part of the company, in any order."""

from collections.abc import Sequence
from typing import Literal

from wecom.foundation.db import Db

from ..model import Member, Sight
from .members import member_columns, member_of
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


async def members_listed(
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
) -> list[Member]:
    """A page of those in whose search text every term stands, of one department's tree, when given."""
    by = f"{ORDERS[order]} {'DESC' if down else 'ASC'} NULLS LAST, m.id"
    rows = await db.fetch(
        f"""
        WITH page AS (
            SELECT m.id, row_number() OVER (ORDER BY {by}) AS place FROM members AS m
            WHERE {_wanted(standing)} AND {member_is_seen("m", 5)}
            ORDER BY {by} OFFSET $3 LIMIT $4
        )
        SELECT {member_columns(5)} FROM page JOIN members AS m USING (id) ORDER BY page.place
        """,
        list(terms),
        department_id,
        skip,
        limit,
        *seen_by.arguments,
    )
    return [member_of(row) for row in rows]


async def count_listed(
    db: Db, standing: Standing, terms: Sequence[str], department_id: int | None, *, seen_by: Sight
) -> int:
    """How many there are of those."""
    count: int = await db.fetchval(
        f"SELECT count(*) FROM members AS m WHERE {_wanted(standing)} AND {member_is_seen('m', 3)}",
        list(terms),
        department_id,
        *seen_by.arguments,
    )
    return count


async def heads_by_department(db: Db, *, seen_by: Sight) -> dict[int, tuple[int, int]]:
    """How many work in each department itself, and in it with all under it, each once; those disabled included, what
    the viewer does not see left out."""
    rows = await db.fetch(
        f"""
        SELECT above.id, count(DISTINCT dm.member_id) AS everybody,
               count(*) FILTER (WHERE dm.department_id = above.id) AS own
        FROM department_members AS dm JOIN members AS m ON m.id = dm.member_id
        JOIN departments AS d ON d.id = dm.department_id
        JOIN departments AS above ON above.id = ANY(d.path)
        WHERE m.left_at IS NULL AND {member_is_seen("m", 1)} AND {department_is_seen("d", 1)}
          AND {department_is_seen("above", 1)}
        GROUP BY above.id
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

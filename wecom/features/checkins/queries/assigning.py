"""Statements on who is under which rule, by date."""

from collections.abc import Sequence
from datetime import date, datetime

from wecom.foundation.db import Db

from ..records import Assignment

WANTED = """
    in_force AS (
        SELECT DISTINCT ON (v.rule_id) v.rule_id, v.version, v.ends FROM checkin_rule_versions AS v
        WHERE v.effective_from <= $1 ORDER BY v.rule_id, v.version DESC
    ), ranges AS (
        SELECT x.rule_id, x.kind, x.ref FROM in_force AS f
        JOIN checkin_ranges AS x ON x.rule_id = f.rule_id AND x.version = f.version WHERE NOT f.ends
    ), candidates AS (
        SELECT x.ref AS member_id, x.rule_id, 0 AS place, 0 AS depth FROM ranges AS x WHERE x.kind = 'member'
        UNION ALL
        SELECT dm.member_id, x.rule_id, 1, array_position(d.path, x.ref) FROM ranges AS x
        JOIN departments AS d ON d.path @> ARRAY[x.ref] JOIN department_members AS dm ON dm.department_id = d.id
        WHERE x.kind = 'department'
        UNION ALL
        SELECT tm.member_id, x.rule_id, 2, 0 FROM ranges AS x JOIN tag_members AS tm ON tm.tag_id = x.ref
        WHERE x.kind = 'tag'
        UNION ALL
        SELECT dm.member_id, x.rule_id, 2, 0 FROM ranges AS x JOIN tag_departments AS td ON td.tag_id = x.ref
        JOIN departments AS d ON d.path @> ARRAY[td.department_id]
        JOIN department_members AS dm ON dm.department_id = d.id WHERE x.kind = 'tag'
    ), wanted AS (
        SELECT DISTINCT ON (c.member_id) c.member_id, c.rule_id FROM candidates AS c
        WHERE NOT EXISTS (
            SELECT FROM ranges AS x WHERE x.kind = 'exempt' AND x.rule_id = c.rule_id AND x.ref = c.member_id)
        ORDER BY c.member_id, c.place, c.depth DESC, c.rule_id
    )
    """
"""Under which rule each member is on a date, by what rules say of it and by the directory as it is now: named before
department, the nearest department before those above, departments before tags."""


async def lock_rules(db: Db) -> None:
    """Rules change, and people are assigned to them, one after the other."""
    await db.execute("SELECT FROM checkin_state FOR UPDATE")


async def assign(db: Db, on: date, staying: Sequence[int] = ()) -> list[tuple[int, date, int | None]]:
    """Write down who is under another rule from a date on than was known: whom that concerns, from when, and which.
    Whoever has left is under none, but for those who are staying until that date is over."""
    rows = await db.fetch(
        f"""
        WITH {WANTED}, known AS (
            SELECT DISTINCT ON (a.member_id) a.member_id, a.rule_id FROM checkin_assignments AS a
            WHERE a.from_date <= $1 ORDER BY a.member_id, a.from_date DESC
        ), changed AS (
            SELECT m.id AS member_id, n.rule_id FROM members AS m
            LEFT JOIN wanted AS w ON w.member_id = m.id LEFT JOIN known AS k ON k.member_id = m.id
            CROSS JOIN LATERAL (SELECT CASE WHEN m.left_at IS NULL THEN w.rule_id
                                            WHEN m.id = ANY($2::bigint[]) THEN k.rule_id END AS rule_id) AS n
            WHERE n.rule_id IS DISTINCT FROM k.rule_id
        )
        INSERT INTO checkin_assignments (member_id, from_date, rule_id)
        SELECT member_id, $1::date, rule_id FROM changed
        ON CONFLICT (member_id, from_date) DO UPDATE SET rule_id = excluded.rule_id
        RETURNING member_id, from_date, rule_id
        """,
        on,
        list(staying),
    )
    return [(row["member_id"], row["from_date"], row["rule_id"]) for row in rows]


async def ruled_leavers(db: Db, on: date, since: datetime) -> list[tuple[int, datetime]]:
    """Who has left since an instant and was under a rule on a date; and when they left."""
    rows = await db.fetch(
        """
        SELECT m.id, m.left_at FROM members AS m WHERE m.left_at >= $2 AND (
            SELECT a.rule_id FROM checkin_assignments AS a WHERE a.member_id = m.id AND a.from_date <= $1
            ORDER BY a.from_date DESC LIMIT 1) IS NOT NULL
        ORDER BY m.id
        """,
        on,
        since,
    )
    return [(row["id"], row["left_at"]) for row in rows]


async def forget_later(db: Db, than: date) -> list[tuple[int, date, int | None]]:
    rows = await db.fetch(
        "DELETE FROM checkin_assignments WHERE from_date > $1 RETURNING member_id, from_date, rule_id", than
    )
    return [(row["member_id"], row["from_date"], row["rule_id"]) for row in rows]


async def dates_to_come(db: Db, after: date) -> list[date]:
    """On which a version begins to hold."""
    rows = await db.fetch(
        "SELECT DISTINCT effective_from FROM checkin_rule_versions WHERE effective_from > $1 ORDER BY 1", after
    )
    return [row["effective_from"] for row in rows]


async def assignments(db: Db, member_ids: Sequence[int], first: date, last: date) -> list[Assignment]:
    """All that hold on one of these dates, by member and date."""
    rows = await db.fetch(
        """
        SELECT a.member_id, a.from_date, a.rule_id FROM checkin_assignments AS a
        WHERE a.member_id = ANY($1::bigint[]) AND a.from_date <= $3
          AND a.from_date >= coalesce(
              (SELECT max(e.from_date) FROM checkin_assignments AS e
               WHERE e.member_id = a.member_id AND e.from_date <= $2), $2)
        ORDER BY a.member_id, a.from_date
        """,
        list(member_ids),
        first,
        last,
    )
    return [Assignment(**row) for row in rows]


async def members_of_rule(db: Db, rule_id: int, on: date) -> list[int]:
    """Who is under a rule on a date."""
    rows = await db.fetch(
        """
        SELECT member_id FROM (
            SELECT DISTINCT ON (member_id) member_id, rule_id FROM checkin_assignments
            WHERE from_date <= $2 ORDER BY member_id, from_date DESC) AS held
        WHERE rule_id = $1 ORDER BY member_id
        """,
        rule_id,
        on,
    )
    return [row["member_id"] for row in rows]


async def members_under_rules(db: Db, on: date) -> list[tuple[int, int]]:
    """Everybody who is under a rule on a date, and which."""
    rows = await db.fetch(
        """
        SELECT member_id, rule_id FROM (
            SELECT DISTINCT ON (member_id) member_id, rule_id FROM checkin_assignments
            WHERE from_date <= $1 ORDER BY member_id, from_date DESC) AS held
        WHERE rule_id IS NOT NULL ORDER BY member_id
        """,
        on,
    )
    return [(row["member_id"], row["rule_id"]) for row in rows]


async def members_between(db: Db, first: date, last: date, rule_id: int | None = None) -> list[int]:
    """Who is under a rule, or under this one, on one of these dates."""
    rows = await db.fetch(
        """
        SELECT DISTINCT a.member_id FROM checkin_assignments AS a
        WHERE a.rule_id IS NOT NULL AND ($3::integer IS NULL OR a.rule_id = $3) AND a.from_date <= $2 AND NOT EXISTS (
            SELECT FROM checkin_assignments AS l
            WHERE l.member_id = a.member_id AND l.from_date > a.from_date AND l.from_date <= $1)
        ORDER BY a.member_id
        """,
        first,
        last,
        rule_id,
    )
    return [row["member_id"] for row in rows]


async def directory_head(db: Db) -> int:
    """Up to which entry of the directory it is known who is under which rule."""
    head: int = await db.fetchval("SELECT directory_head FROM checkin_state")
    return head


async def put_directory_head(db: Db, head: int) -> None:
    await db.execute("UPDATE checkin_state SET directory_head = $1", head)

"""The conditions that keep a viewer to what they may see, and the rules behind them.

Each takes its six arguments from `Sight.arguments`, from `$first` on.
"""

from wecom.foundation.db import Db

from ..model import Place, RuleKind, VisibilityRule

RULE = "id, kind, subject_departments, subject_members, allowed_departments, allowed_members"


def member_is_seen(member: str, first: int) -> str:
    """SQL: the row `member` of `members` may be seen."""
    everyone, departments, hidden_departments, members, hidden_members, always = range(first, first + 6)
    return f"""(
        ({member}.id = ANY(${always}::bigint[]))
        OR (
            (${everyone}::boolean OR {member}.id = ANY(${members}::bigint[])
             OR (cardinality(${departments}::bigint[]) > 0 AND {_under(member, departments)}))
            AND {member}.id <> ALL(${hidden_members}::bigint[])
            AND (cardinality(${hidden_departments}::bigint[]) = 0 OR NOT {_under(member, hidden_departments)})
        )
    )"""


def department_is_seen(department: str, first: int) -> str:
    """SQL: the row `department` of `departments` may be seen; uses the first three of the six arguments."""
    return f"""(
        (${first}::boolean OR {department}.path && ${first + 1}::bigint[])
        AND NOT {department}.path && ${first + 2}::bigint[]
    )"""


def _under(member: str, argument: int) -> str:
    # Not EXISTS: that is planned once per row or once for all by a guess, and a wrong guess costs seconds. This
    # is one hash of ids, made only when a row needs it.
    return f"""{member}.id IN (
        SELECT seen_dm.member_id FROM department_members AS seen_dm
        WHERE seen_dm.department_id = ANY(
            ARRAY(SELECT seen_d.id FROM departments AS seen_d WHERE seen_d.path && ${argument}::bigint[]))
    )"""


async def visibility_rules(db: Db) -> list[VisibilityRule]:
    rows = await db.fetch(f"SELECT {RULE} FROM visibility_rules ORDER BY id")
    return [
        VisibilityRule(
            row["id"],
            row["kind"],
            tuple(row["subject_departments"]),
            tuple(row["subject_members"]),
            tuple(row["allowed_departments"]),
            tuple(row["allowed_members"]),
        )
        for row in rows
    ]


async def paths_of_member(db: Db, member_id: int) -> list[tuple[int, ...]]:
    """The paths, from the root, of the departments that a member is in."""
    rows = await db.fetch(
        """
        SELECT d.path FROM department_members AS dm JOIN departments AS d ON d.id = dm.department_id
        WHERE dm.member_id = $1
        """,
        member_id,
    )
    return [tuple(row["path"]) for row in rows]


async def insert_rule(
    db: Db,
    kind: RuleKind,
    subject_departments: list[int],
    subject_members: list[int],
    allowed_departments: list[int],
    allowed_members: list[int],
) -> int:
    id: int = await db.fetchval(
        """
        INSERT INTO visibility_rules
            (kind, subject_departments, subject_members, allowed_departments, allowed_members)
        VALUES ($1, $2, $3, $4, $5) RETURNING id
        """,
        kind,
        subject_departments,
        subject_members,
        allowed_departments,
        allowed_members,
    )
    return id


async def update_rule(
    db: Db,
    id: int,
    kind: RuleKind,
    subject_departments: list[int],
    subject_members: list[int],
    allowed_departments: list[int],
    allowed_members: list[int],
) -> bool:
    return bool(
        await db.fetchval(
            """
            UPDATE visibility_rules SET kind = $2, subject_departments = $3, subject_members = $4,
                allowed_departments = $5, allowed_members = $6
            WHERE id = $1 RETURNING true
            """,
            id,
            kind,
            subject_departments,
            subject_members,
            allowed_departments,
            allowed_members,
        )
    )


async def delete_rule(db: Db, id: int) -> bool:
    return bool(await db.fetchval("DELETE FROM visibility_rules WHERE id = $1 RETURNING true", id))


async def tagged_under(db: Db, tag_ids: list[int]) -> tuple[list[int], list[int]]:
    """The members and the departments that any of these tags is on."""
    row = await db.fetchrow(
        """
        SELECT ARRAY(SELECT DISTINCT member_id FROM tag_members WHERE tag_id = ANY($1::integer[])) AS members,
               ARRAY(SELECT DISTINCT department_id FROM tag_departments WHERE tag_id = ANY($1::integer[]))
                   AS departments
        """,
        tag_ids,
    )
    assert row
    return list(row["members"]), list(row["departments"])


def places(rows: list[list[int]] | None) -> tuple[Place, ...]:
    """From the JSON that `queries/members.py` gathers."""
    return tuple(Place(department, order, bool(leads)) for department, order, leads in rows or ())

"""Statements on departments and their tree."""

from collections.abc import Sequence

from wecom.foundation.db import Db, Record

from ..model import EVERYTHING, Department, Sight
from .seeing import department_is_seen

COLUMNS = "id, parent_id, name, name_en, sort_order, path"

_SELECT = f"""
    SELECT {", ".join(f"d.{column}" for column in COLUMNS.split(", "))},
           ARRAY(SELECT dm.member_id FROM department_members AS dm
                 WHERE dm.department_id = d.id AND dm.is_leader ORDER BY dm.sort_order DESC, dm.member_id)
               AS leader_ids
    FROM departments AS d
"""


def _department(row: Record) -> Department:
    return Department(
        row["id"],
        row["parent_id"],
        row["name"],
        row["name_en"],
        row["sort_order"],
        tuple(row["path"]),
        tuple(row["leader_ids"]),
    )


async def departments(db: Db, *, seen_by: Sight, under: int | None = None) -> list[Department]:
    """The departments that the viewer sees, parents before children; `under`: that one and all below."""
    rows = await db.fetch(
        f"""
        {_SELECT}
        WHERE ($4::bigint IS NULL OR d.path && ARRAY[$4::bigint]) AND {department_is_seen("d", 1)}
        ORDER BY cardinality(d.path), d.sort_order DESC, d.id
        """,
        *seen_by.arguments[:3],
        under,
    )
    return [_department(row) for row in rows]


async def department(db: Db, id: int, *, seen_by: Sight = EVERYTHING) -> Department | None:
    row = await db.fetchrow(f"{_SELECT} WHERE d.id = $4 AND {department_is_seen('d', 1)}", *seen_by.arguments[:3], id)
    return _department(row) if row else None


async def departments_by_ids(db: Db, ids: Sequence[int], *, seen_by: Sight = EVERYTHING) -> list[Department]:
    rows = await db.fetch(
        f"{_SELECT} WHERE d.id = ANY($4::bigint[]) AND {department_is_seen('d', 1)} ORDER BY d.id",
        *seen_by.arguments[:3],
        list(ids),
    )
    return [_department(row) for row in rows]


async def department_named(db: Db, name: str, parent_id: int) -> int | None:
    id: int | None = await db.fetchval("SELECT id FROM departments WHERE parent_id = $1 AND name = $2", parent_id, name)
    return id


async def lock_tree(db: Db) -> None:
    """One change to the tree's shape at a time; members come and go meanwhile."""
    await db.execute("SELECT FROM departments WHERE id = 1 FOR NO KEY UPDATE")


async def hold_departments(db: Db, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Paths by id, of those that exist; none of them can be deleted until the transaction ends."""
    rows = await db.fetch(
        "SELECT id, path FROM departments WHERE id = ANY($1::bigint[]) ORDER BY id FOR KEY SHARE", list(ids)
    )
    return {row["id"]: tuple(row["path"]) for row in rows}


async def lock_department(db: Db, id: int) -> bool:
    """Lock it against everything, members coming included; whether it exists."""
    return bool(await db.fetchval("SELECT true FROM departments WHERE id = $1 FOR UPDATE", id))


async def insert_root(db: Db, name: str) -> None:
    await db.execute("INSERT INTO departments (id, name, path) VALUES (1, $1, '{1}') ON CONFLICT DO NOTHING", name)


async def next_department_id(db: Db) -> int:
    """One that no department has; ids given by callers lie anywhere, so some numbers are passed over."""
    while True:
        id: int = await db.fetchval("SELECT nextval('department_ids')")
        if not await db.fetchval("SELECT true FROM departments WHERE id = $1", id):
            return id


async def insert_department(db: Db, each: Department) -> bool:
    """False when its id, or its name under this parent, is taken."""
    return bool(
        await db.fetchval(
            """
            INSERT INTO departments (id, parent_id, name, name_en, sort_order, path)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING true
            """,
            each.id,
            each.parent_id,
            each.name,
            each.name_en,
            each.sort_order,
            list(each.path),
        )
    )


async def update_department(db: Db, each: Department) -> None:
    await db.execute(
        "UPDATE departments SET parent_id = $2, name = $3, name_en = $4, sort_order = $5 WHERE id = $1",
        each.id,
        each.parent_id,
        each.name,
        each.name_en,
        each.sort_order,
    )


async def move_subtree(db: Db, id: int, old_depth: int, parent_path: Sequence[int]) -> None:
    """Give a department and all under it the paths that follow from its new parent's."""
    await db.execute(
        """
        UPDATE departments SET path = $3::bigint[] || path[$2:] WHERE path && ARRAY[$1::bigint]
        """,
        id,
        old_depth,
        list(parent_path),
    )


async def deepest_below(db: Db, id: int) -> int:
    """How many levels this department and what lies under it span."""
    levels: int = await db.fetchval(
        """
        SELECT max(cardinality(d.path)) - min(cardinality(d.path)) + 1 FROM departments AS d
        WHERE d.path && ARRAY[$1::bigint]
        """,
        id,
    )
    return levels


async def delete_department(db: Db, id: int) -> None:
    await db.execute(
        """
        WITH tags AS (DELETE FROM tag_departments WHERE department_id = $1)
        DELETE FROM departments WHERE id = $1
        """,
        id,
    )


async def let_go_when_empty(db: Db, ids: Sequence[int], kept: Sequence[int]) -> None:
    """Note which departments are to go as soon as they hold nobody, and of others that they are to stay."""
    await db.execute(
        """
        UPDATE departments SET goes_when_empty = id = ANY($1::bigint[])
        WHERE id = ANY($1::bigint[] || $2::bigint[]) AND goes_when_empty <> (id = ANY($1::bigint[]))
        """,
        list(ids),
        list(kept),
    )


async def keep_departments(db: Db, ids: Sequence[int]) -> None:
    await db.execute("UPDATE departments SET goes_when_empty = false WHERE id = ANY($1::bigint[])", list(ids))


async def to_go_when_empty(db: Db, but_for: Sequence[int] = ()) -> list[int]:
    """Those that hold nobody now, or nobody but these members, the deepest first, with what only holds such."""
    rows = await db.fetch(
        """
        SELECT d.id FROM departments AS d WHERE d.goes_when_empty
          AND NOT EXISTS (SELECT FROM department_members AS m JOIN departments AS b ON b.id = m.department_id
                          WHERE b.path && ARRAY[d.id] AND m.member_id <> ALL($1::bigint[]))
        ORDER BY cardinality(d.path) DESC, d.id
        """,
        list(but_for),
    )
    return [row["id"] for row in rows]


async def hold_on_department(db: Db, id: int) -> str | None:
    """What keeps a department from being deleted: 'members', 'departments', 'use', or nothing."""
    found: str | None = await db.fetchval(
        """
        SELECT CASE
            WHEN EXISTS (SELECT FROM departments WHERE parent_id = $1) THEN 'departments'
            WHEN EXISTS (SELECT FROM department_members WHERE department_id = $1) THEN 'members'
            WHEN EXISTS (SELECT FROM role_grants WHERE department_id = $1) THEN 'use'
            WHEN EXISTS (SELECT FROM visibility_rules
                         WHERE $1 = ANY(subject_departments || allowed_departments)) THEN 'use'
        END
        """,
        id,
    )
    return found


async def forget_main_department(db: Db, id: int) -> None:
    """Leavers keep no hold on a department that is about to go."""
    await db.execute("UPDATE members SET main_department_id = NULL WHERE main_department_id = $1", id)


async def count_departments(db: Db) -> int:
    count: int = await db.fetchval("SELECT count(*) FROM departments")
    return count


async def full_departments(db: Db, ids: Sequence[int], limit: int) -> list[int]:
    """Those that hold `limit` members and departments already."""
    rows = await db.fetch(
        """
        SELECT d.id FROM unnest($1::bigint[]) AS d (id)
        WHERE (SELECT count(*) FROM department_members WHERE department_id = d.id)
            + (SELECT count(*) FROM departments WHERE parent_id = d.id) >= $2
        """,
        list(ids),
        limit,
    )
    return [row["id"] for row in rows]

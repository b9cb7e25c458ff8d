"""Every statement on roles."""

from collections.abc import Sequence

from ....foundation.db import Db
from ..model import Grant, Role


async def grants(db: Db, member_id: int | None = None) -> list[Grant]:
    """Of those who still work here, by member and role."""
    rows = await db.fetch(
        """
        SELECT g.id, g.member_id, m.userid, m.name, g.role, g.department_id, g.granted_by, g.granted_at
        FROM role_grants AS g JOIN members AS m ON m.id = g.member_id
        WHERE m.left_at IS NULL AND ($1::bigint IS NULL OR g.member_id = $1)
        ORDER BY g.member_id, g.role, g.department_id
        """,
        member_id,
    )
    return [Grant(**row) for row in rows]


async def insert_grant(
    db: Db, member_id: int, role: Role, department_id: int | None, granted_by: int | None
) -> int | None:
    """Its id; None when the member has it."""
    id: int | None = await db.fetchval(
        """
        INSERT INTO role_grants (member_id, role, department_id, granted_by) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        member_id,
        role,
        department_id,
        granted_by,
    )
    return id


async def lock_grant(db: Db, id: int) -> Grant | None:
    row = await db.fetchrow(
        """
        SELECT g.id, g.member_id, m.userid, m.name, g.role, g.department_id, g.granted_by, g.granted_at
        FROM role_grants AS g JOIN members AS m ON m.id = g.member_id WHERE g.id = $1 FOR UPDATE OF g
        """,
        id,
    )
    return Grant(**row) if row else None


async def delete_grants(db: Db, ids: Sequence[int]) -> None:
    await db.execute("DELETE FROM role_grants WHERE id = ANY($1::bigint[])", ids)


async def lock_administrators(db: Db) -> None:
    """Whoever may end up without an administrator takes turns here."""
    await db.fetch("SELECT id FROM role_grants WHERE role = 'administrator' ORDER BY id FOR UPDATE")


async def administrators(db: Db) -> set[int]:
    """Administrators who can sign in now, here or with LDAP's password; before there is one, all who could have one."""
    rows = await db.fetch(
        """
        SELECT g.member_id, p.member_id IS NOT NULL OR l.member_id IS NOT NULL AS has_password
        FROM role_grants AS g JOIN members AS m ON m.id = g.member_id
        LEFT JOIN passwords AS p ON p.member_id = m.id
        LEFT JOIN ldap_people AS l ON l.member_id = m.id AND l.gone_at IS NULL
        WHERE g.role = 'administrator' AND m.enabled AND m.left_at IS NULL
        """
    )
    able = {row["member_id"] for row in rows if row["has_password"]}
    return able or {row["member_id"] for row in rows}


async def is_under(db: Db, member_id: int, departments: Sequence[int]) -> bool:
    """Whether a member who works here is in one of these departments or below."""
    statement = """
        SELECT EXISTS (
            SELECT FROM members AS m JOIN department_members AS dm ON dm.member_id = m.id
            JOIN departments AS d ON d.id = dm.department_id
            WHERE m.id = $1 AND m.left_at IS NULL AND d.path && $2::bigint[])
        """
    return bool(await db.fetchval(statement, member_id, departments))


async def holds_a_role(db: Db, member_id: int) -> bool:
    return bool(await db.fetchval("SELECT EXISTS (SELECT FROM role_grants WHERE member_id = $1)", member_id))


async def lock_department(db: Db, id: int) -> bool:
    """Whether there is such a department; it stays until the transaction ends."""
    return bool(await db.fetchval("SELECT true FROM departments WHERE id = $1 FOR KEY SHARE", id))

"""Statements on what is maintained in LDAP."""

from wecom.foundation.db import Db

from ..model import Maintained


async def maintained(db: Db, member_id: int | None = None) -> Maintained:
    """Everything that is; or of members only whether this one is."""
    row = await db.fetchrow(
        """
        SELECT coalesce((SELECT owned FROM ldap_state), '{}') AS fields,
               ARRAY(SELECT member_id FROM ldap_people WHERE $1::bigint IS NULL OR member_id = $1) AS members,
               ARRAY(SELECT member_id FROM ldap_people
                     WHERE disabled_by_sync AND ($1::bigint IS NULL OR member_id = $1)) AS barred,
               ARRAY(SELECT department_id FROM ldap_departments WHERE $1::bigint IS NULL) AS departments
        """,
        member_id,
    )
    assert row
    return Maintained(*(frozenset(row[name]) for name in ("fields", "members", "barred", "departments")))


async def in_ldap(db: Db) -> set[int]:
    """Members of whom there is an entry, as last read."""
    rows = await db.fetch("SELECT member_id FROM ldap_people WHERE gone_at IS NULL")
    return {row["member_id"] for row in rows}


async def is_in_ldap(db: Db, member_id: int) -> bool:
    """Whether there is an entry of theirs, as last read."""
    return bool(await db.fetchval("SELECT true FROM ldap_people WHERE member_id = $1 AND gone_at IS NULL", member_id))


async def is_ldap_group(db: Db, tag_id: int) -> bool:
    return bool(await db.fetchval("SELECT true FROM ldap_tags WHERE tag_id = $1", tag_id))

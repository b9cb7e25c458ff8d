"""Statements on the tags that groups are."""

from collections.abc import Sequence

from wecom.foundation.db import Db

from ..model import KnownTag


async def all_tags(db: Db) -> list[tuple[str | None, KnownTag]]:
    """Each with the group that it is linked to, if any."""
    rows = await db.fetch(
        """
        SELECT l.id AS group_id, t.id, t.name, t.app_id IS NOT NULL AS of_app,
               ARRAY(SELECT member_id FROM tag_members WHERE tag_id = t.id) AS members,
               ARRAY(SELECT department_id FROM tag_departments WHERE tag_id = t.id) AS departments
        FROM tags AS t LEFT JOIN ldap_tags AS l ON l.tag_id = t.id
        """
    )
    tags = []
    for row in rows:
        members, departments = frozenset(row["members"]), frozenset(row["departments"])
        tags.append((row["group_id"], KnownTag(row["id"], row["name"], members, departments, row["of_app"])))
    return tags


async def insert_tags(db: Db, given: Sequence[tuple[int, str]]) -> None:
    await db.execute(
        "INSERT INTO tags (id, name) SELECT * FROM unnest($1::integer[], $2::text[])",
        [id for id, _ in given],
        [name for _, name in given],
    )


async def link_tags(db: Db, given: Sequence[tuple[str, int]]) -> None:
    """Groups and their tags; also where a tag was another group's."""
    await db.execute(
        """
        INSERT INTO ldap_tags (id, tag_id) SELECT * FROM unnest($1::text[], $2::integer[])
        ON CONFLICT (tag_id) DO UPDATE SET id = excluded.id
        """,
        [id for id, _ in given],
        [tag for _, tag in given],
    )


async def put_tags_on(db: Db, given: Sequence[tuple[int, int]]) -> None:
    """Tags and members."""
    await db.execute(
        """
        INSERT INTO tag_members (tag_id, member_id) SELECT * FROM unnest($1::integer[], $2::bigint[])
        ON CONFLICT DO NOTHING
        """,
        [tag for tag, _ in given],
        [member for _, member in given],
    )


async def take_tags_off(db: Db, given: Sequence[tuple[int, int]]) -> None:
    """Tags and members."""
    await db.execute(
        """
        DELETE FROM tag_members WHERE (tag_id, member_id) IN (SELECT * FROM unnest($1::integer[], $2::bigint[]))
        """,
        [tag for tag, _ in given],
        [member for _, member in given],
    )


async def unlink_tag(db: Db, id: str) -> None:
    await db.execute("DELETE FROM ldap_tags WHERE id = $1", id)

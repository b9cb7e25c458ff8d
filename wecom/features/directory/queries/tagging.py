"""Statements on tags and on extended attributes' definitions."""

from collections.abc import Mapping, Sequence

from wecom.foundation.db import Db

from ..model import AttributeDefinition, AttributeKind, Sight, Tag, Tagged
from .seeing import department_is_seen, member_is_seen


async def tags(db: Db) -> list[Tag]:
    rows = await db.fetch("SELECT id, name, app_id FROM tags ORDER BY id")
    return [Tag(row["id"], row["name"], row["app_id"]) for row in rows]


async def tag(db: Db, id: int) -> Tag | None:
    row = await db.fetchrow("SELECT id, name, app_id FROM tags WHERE id = $1", id)
    return Tag(row["id"], row["name"], row["app_id"]) if row else None


async def lock_tag(db: Db, id: int) -> Tag | None:
    row = await db.fetchrow("SELECT id, name, app_id FROM tags WHERE id = $1 FOR UPDATE", id)
    return Tag(row["id"], row["name"], row["app_id"]) if row else None


async def tagged(db: Db, id: int, *, seen_by: Sight) -> Tagged:
    """Whom a tag is on, of those that the viewer sees."""
    row = await db.fetchrow(
        f"""
        SELECT ARRAY(SELECT m.id FROM tag_members AS t JOIN members AS m ON m.id = t.member_id
                     WHERE t.tag_id = $1 AND m.left_at IS NULL AND {member_is_seen("m", 2)} ORDER BY m.id) AS members,
               ARRAY(SELECT d.id FROM tag_departments AS t JOIN departments AS d ON d.id = t.department_id
                     WHERE t.tag_id = $1 AND {department_is_seen("d", 2)} ORDER BY d.id) AS departments
        """,
        id,
        *seen_by.arguments,
    )
    return Tagged(tuple(row["members"]), tuple(row["departments"])) if row else Tagged((), ())


async def lock_tags(db: Db) -> None:
    """One new tag at a time, so that numbers follow each other."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('tags'))")


async def next_tag_id(db: Db) -> int:
    id: int = await db.fetchval("SELECT coalesce(max(id), 0)::bigint + 1 FROM tags")
    return id


async def insert_tag(db: Db, each: Tag) -> bool:
    """False when its id or name is taken."""
    return bool(
        await db.fetchval(
            "INSERT INTO tags (id, name, app_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true",
            each.id,
            each.name,
            each.app_id,
        )
    )


async def tag_named(db: Db, name: str) -> int | None:
    id: int | None = await db.fetchval("SELECT id FROM tags WHERE name = $1", name)
    return id


async def rename_tag(db: Db, id: int, name: str) -> None:
    await db.execute("UPDATE tags SET name = $2 WHERE id = $1", id, name)


async def set_aside_tag_names(db: Db, ids: Sequence[int]) -> None:
    """Free the names of tags about to be renamed, so that two may swap theirs; nobody can call a tag so."""
    await db.execute("UPDATE tags SET name = chr(1) || id WHERE id = ANY($1::integer[])", list(ids))


async def rename_tags(db: Db, names: Mapping[int, str]) -> None:
    await db.execute(
        "UPDATE tags AS t SET name = e.name FROM unnest($1::integer[], $2::text[]) AS e (id, name) WHERE t.id = e.id",
        list(names),
        list(names.values()),
    )


async def delete_tag(db: Db, id: int) -> None:
    await db.execute("DELETE FROM tags WHERE id = $1", id)


async def put_tag_on(db: Db, id: int, member_ids: Sequence[int], department_ids: Sequence[int]) -> None:
    await db.execute(
        """
        WITH members AS (
            INSERT INTO tag_members (tag_id, member_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING
        )
        INSERT INTO tag_departments (tag_id, department_id) SELECT $1, unnest($3::bigint[]) ON CONFLICT DO NOTHING
        """,
        id,
        list(member_ids),
        list(department_ids),
    )


async def take_tag_off(db: Db, id: int, member_ids: Sequence[int], department_ids: Sequence[int]) -> None:
    await db.execute(
        """
        WITH members AS (DELETE FROM tag_members WHERE tag_id = $1 AND member_id = ANY($2::bigint[]))
        DELETE FROM tag_departments WHERE tag_id = $1 AND department_id = ANY($3::bigint[])
        """,
        id,
        list(member_ids),
        list(department_ids),
    )


async def count_tagged(db: Db, id: int) -> int:
    count: int = await db.fetchval(
        """
        SELECT (SELECT count(*) FROM tag_members WHERE tag_id = $1)
             + (SELECT count(*) FROM tag_departments WHERE tag_id = $1)
        """,
        id,
    )
    return count


async def attribute_definitions(db: Db) -> list[AttributeDefinition]:
    rows = await db.fetch("SELECT name, kind, sort_order FROM attribute_definitions ORDER BY sort_order, name")
    return [AttributeDefinition(row["name"], row["kind"], row["sort_order"]) for row in rows]


async def insert_attribute(db: Db, name: str, kind: AttributeKind, sort_order: int) -> bool:
    """False when there is one of this name."""
    return bool(
        await db.fetchval(
            """
            INSERT INTO attribute_definitions (name, kind, sort_order) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING RETURNING true
            """,
            name,
            kind,
            sort_order,
        )
    )


async def delete_attribute(db: Db, name: str) -> bool:
    """The definition, and the values that members have of it."""
    return bool(
        await db.fetchval(
            """
            WITH values AS (
                UPDATE members SET attributes = (
                    SELECT coalesce(jsonb_agg(each), '[]') FROM jsonb_array_elements(attributes) AS each
                    WHERE each ->> 'name' <> $1
                )
                WHERE attributes @> jsonb_build_array(jsonb_build_object('name', $1::text))
            )
            DELETE FROM attribute_definitions WHERE name = $1 RETURNING true
            """,
            name,
        )
    )

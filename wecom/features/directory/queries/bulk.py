"""Statements that load many departments, members and tags at once."""

from collections.abc import Sequence
from typing import Any

import orjson

from wecom.foundation.db import Db

from ..model import Department, Member, Place
from .members import attributes_json


async def everybody(db: Db) -> dict[int, str]:
    """Userids by ids of all who work here."""
    rows = await db.fetch("SELECT id, userid FROM members WHERE left_at IS NULL ORDER BY id")
    return {row["id"]: row["userid"] for row in rows}


async def all_departments(db: Db) -> list[Department]:
    rows = await db.fetch("SELECT id, parent_id, name, name_en, sort_order, path FROM departments")
    return [
        Department(row["id"], row["parent_id"], row["name"], row["name_en"], row["sort_order"], tuple(row["path"]))
        for row in rows
    ]


async def contacts(db: Db) -> list[tuple[int, str, str | None, str | None, str | None]]:
    """What must be unique: id, userid, mobile, email and work email of everybody who works here."""
    rows = await db.fetch(
        """
        SELECT id, userid, mobile, lower(email) AS email, lower(biz_mail) AS biz_mail FROM members
        WHERE left_at IS NULL
        """
    )
    return [(row["id"], row["userid"], row["mobile"], row["email"], row["biz_mail"]) for row in rows]


async def contacts_with(
    db: Db, userids: Sequence[str], mobiles: Sequence[str], addresses: Sequence[str]
) -> list[tuple[int, str, str | None, str | None, str | None]]:
    """The same of those alone who have one of these; userids and addresses in lower case."""
    rows = await db.fetch(
        """
        SELECT id, userid, mobile, lower(email) AS email, lower(biz_mail) AS biz_mail FROM members
        WHERE left_at IS NULL AND (lower(userid) = ANY($1::text[]) OR mobile = ANY($2::text[])
              OR lower(email) = ANY($3::text[]) OR lower(biz_mail) = ANY($3::text[]))
        """,
        list(userids),
        list(mobiles),
        list(addresses),
    )
    return [(row["id"], row["userid"], row["mobile"], row["email"], row["biz_mail"]) for row in rows]


async def put_departments(db: Db, given: Sequence[Department]) -> None:
    """Insert or change, parents before children."""
    await db.execute(
        """
        INSERT INTO departments (id, parent_id, name, name_en, sort_order, path)
        SELECT each.id, each.parent_id, each.name, each.name_en, each.sort_order,
               string_to_array(each.path, ',')::bigint[]
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[])
            AS each (id, parent_id, name, name_en, sort_order, path)
        ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name,
            name_en = excluded.name_en, sort_order = excluded.sort_order, path = excluded.path
        """,
        [each.id for each in given],
        [each.parent_id for each in given],
        [each.name for each in given],
        [each.name_en for each in given],
        [each.sort_order for each in given],
        [",".join(map(str, each.path)) for each in given],
    )


async def set_aside_names(db: Db, ids: Sequence[int]) -> None:
    """Free the names of departments about to be renamed, so that two may swap theirs."""
    await db.execute("UPDATE departments SET name = '#' || id WHERE id = ANY($1::bigint[]) AND id <> 1", list(ids))


async def new_actors(db: Db, count: int) -> list[int]:
    """So many members' actors, with their own streams."""
    rows = await db.fetch(
        """
        WITH actor AS (INSERT INTO actors (kind) SELECT 'member' FROM generate_series(1, $1) RETURNING id),
             stream AS (INSERT INTO streams (id) SELECT id FROM actor)
        SELECT id FROM actor ORDER BY id
        """,
        count,
    )
    return [row["id"] for row in rows]


async def put_members(db: Db, given: Sequence[tuple[Member, str]]) -> None:
    """Insert or change members, each with their search text."""
    members = [member for member, _ in given]
    columns: list[list[Any]] = [
        [member.id for member in members],
        [member.userid for member in members],
        [member.name for member in members],
        [member.alias for member in members],
        [member.english_name for member in members],
        [member.mobile for member in members],
        [member.telephone for member in members],
        [member.email for member in members],
        [member.biz_mail for member in members],
        [member.gender for member in members],
        [member.position for member in members],
        [member.address for member in members],
        [member.external_position for member in members],
        [member.main_department_id for member in members],
        [orjson.dumps(attributes_json(member.attributes)).decode() for member in members],
        [member.enabled for member in members],
        [text for _, text in given],
    ]
    await db.execute(
        """
        INSERT INTO members (id, userid, name, alias, english_name, mobile, telephone, email, biz_mail, gender,
                             position, address, external_position, main_department_id, attributes, enabled, search_text)
        SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]),
               unnest($5::text[]), unnest($6::text[]), unnest($7::text[]), unnest($8::text[]), unnest($9::text[]),
               unnest($10::smallint[]), unnest($11::text[]), unnest($12::text[]), unnest($13::text[]),
               unnest($14::bigint[]), unnest($15::text[])::jsonb, unnest($16::boolean[]), unnest($17::text[])
        ON CONFLICT (id) DO UPDATE SET userid = excluded.userid, name = excluded.name, alias = excluded.alias,
            english_name = excluded.english_name, mobile = excluded.mobile, telephone = excluded.telephone,
            email = excluded.email, biz_mail = excluded.biz_mail, gender = excluded.gender,
            position = excluded.position, address = excluded.address, external_position = excluded.external_position,
            main_department_id = excluded.main_department_id, attributes = excluded.attributes,
            enabled = excluded.enabled, search_text = excluded.search_text
        """,
        *columns,
    )


async def free_contacts(db: Db, ids: Sequence[int]) -> None:
    """Free what must be unique of members about to be changed, so that two may swap theirs."""
    await db.execute(
        "UPDATE members SET mobile = NULL, email = NULL, biz_mail = NULL WHERE id = ANY($1::bigint[])", list(ids)
    )


async def set_aside_userids(db: Db, ids: Sequence[int]) -> None:
    """The same for userids about to be changed."""
    await db.execute("UPDATE members SET userid = '#' || id WHERE id = ANY($1::bigint[])", list(ids))


async def put_places(db: Db, given: Sequence[tuple[int, Sequence[Place]]]) -> None:
    """The departments of many members, in place of those they had."""
    flat = [(id, number, place) for id, places in given for number, place in enumerate(places, 1)]
    await db.execute(
        """
        WITH gone AS (
            DELETE FROM department_members AS had WHERE member_id = ANY($1::bigint[])
              AND NOT EXISTS (SELECT FROM unnest($2::bigint[], $3::bigint[]) AS kept (member_id, department_id)
                              WHERE kept.member_id = had.member_id AND kept.department_id = had.department_id)
        )
        INSERT INTO department_members (member_id, department_id, sort_order, is_leader, place)
        SELECT each.member_id, each.department_id, each.sort_order, each.is_leader, each.place
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::boolean[], $6::smallint[])
            AS each (member_id, department_id, sort_order, is_leader, place)
        ON CONFLICT (department_id, member_id) DO UPDATE
            SET sort_order = excluded.sort_order, is_leader = excluded.is_leader, place = excluded.place
        """,
        [id for id, _ in given],
        [id for id, _, _ in flat],
        [place.department_id for _, _, place in flat],
        [place.sort_order for _, _, place in flat],
        [place.is_leader for _, _, place in flat],
        [number for _, number, _ in flat],
    )


async def put_leaders(db: Db, member_ids: Sequence[int], pairs: Sequence[tuple[int, int]]) -> None:
    """The direct leaders of these members, in place of those they had."""
    await db.execute(
        """
        WITH gone AS (
            DELETE FROM direct_leaders AS had WHERE member_id = ANY($1::bigint[])
              AND NOT EXISTS (SELECT FROM unnest($2::bigint[], $3::bigint[]) AS kept (member_id, leader_id)
                              WHERE kept.member_id = had.member_id AND kept.leader_id = had.leader_id)
        )
        INSERT INTO direct_leaders (member_id, leader_id)
        SELECT unnest($2::bigint[]), unnest($3::bigint[]) ON CONFLICT DO NOTHING
        """,
        list(member_ids),
        [member for member, _ in pairs],
        [leader for _, leader in pairs],
    )


async def department_sizes(db: Db) -> dict[int, int]:
    """How many members and departments each department holds."""
    rows = await db.fetch(
        """
        SELECT id, count(*) AS size FROM (
            SELECT department_id AS id FROM department_members
            UNION ALL SELECT parent_id FROM departments WHERE parent_id IS NOT NULL
        ) AS held GROUP BY id
        """
    )
    return {row["id"]: row["size"] for row in rows}

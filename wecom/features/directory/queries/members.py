"""Statements on members: reading them through a viewer's sight, writing one."""

from collections.abc import Sequence
from typing import Any

from wecom.foundation.db import Db, Record

from ..model import EVERYTHING, Attribute, Audience, Member, Place, Sight
from .seeing import department_is_seen, member_is_seen, places

COLUMNS = (
    "id, ordinal, userid, name, alias, english_name, mobile, telephone, email, biz_mail, gender, position, "
    "address, avatar, main_department_id, external_position, external_profile, enabled, activated_at, left_at, "
    "attributes"
)


def member_columns(first: int) -> str:
    """What a `Member` is read from, for the row `m`; the viewer's arguments stand from `$first` on."""
    return f"""
        {", ".join(f"m.{column}" for column in COLUMNS.split(", "))},
        (SELECT json_agg(json_build_array(p.department_id, p.sort_order, p.is_leader) ORDER BY p.place)
         FROM department_members AS p JOIN departments AS pd ON pd.id = p.department_id
         WHERE p.member_id = m.id AND {department_is_seen("pd", first)}) AS places,
        ARRAY(SELECT leader_id FROM direct_leaders WHERE member_id = m.id ORDER BY leader_id) AS leader_ids
    """


def member_of(row: Record) -> Member:
    facts = dict(row)
    departments = places(facts.pop("places"))
    main = facts["main_department_id"]
    if all(place.department_id != main for place in departments):
        facts["main_department_id"] = None  # outside the viewer's sight
    facts["attributes"] = tuple(Attribute(**each) for each in facts["attributes"])
    facts["leader_ids"] = tuple(facts["leader_ids"])
    return Member(departments=departments, **facts)


async def members_by_ids(db: Db, ids: Sequence[int], *, seen_by: Sight, with_leavers: bool = False) -> list[Member]:
    """Those of the members that the viewer sees, by id; leavers only where they are asked for."""
    rows = await db.fetch(
        f"""
        SELECT {member_columns(3)} FROM members AS m
        WHERE m.id = ANY($1::bigint[]) AND ($2::boolean OR m.left_at IS NULL) AND {member_is_seen("m", 3)}
        ORDER BY m.id
        """,
        list(ids),
        with_leavers,
        *seen_by.arguments,
    )
    return [member_of(row) for row in rows]


async def member_by_userid(db: Db, userid: str, *, seen_by: Sight = EVERYTHING) -> Member | None:
    row = await db.fetchrow(
        f"""
        SELECT {member_columns(2)} FROM members AS m
        WHERE lower(m.userid) = lower($1) AND m.left_at IS NULL AND {member_is_seen("m", 2)}
        """,
        userid,
        *seen_by.arguments,
    )
    return member_of(row) if row else None


async def lock_member(db: Db, id: int) -> Member | None:
    """A member who still works here, locked against other changes."""
    row = await db.fetchrow(
        f"""
        SELECT {member_columns(2)} FROM members AS m WHERE m.id = $1 AND m.left_at IS NULL
        FOR NO KEY UPDATE OF m
        """,
        id,
        *EVERYTHING.arguments[:3],
    )
    return member_of(row) if row else None


async def member_ids(db: Db, userids: Sequence[str]) -> dict[str, int]:
    """Ids by userid in lower case, of those who work here."""
    rows = await db.fetch(
        """
        SELECT lower(userid) AS userid, id FROM members
        WHERE lower(userid) = ANY($1::text[]) AND left_at IS NULL
        """,
        [userid.lower() for userid in userids],
    )
    return {row["userid"]: row["id"] for row in rows}


async def userids_of(db: Db, ids: Sequence[int], *, seen_by: Sight = EVERYTHING) -> dict[int, str]:
    """Userids by id, of those the viewer sees."""
    rows = await db.fetch(
        f"SELECT m.id, m.userid FROM members AS m WHERE m.id = ANY($1::bigint[]) AND {member_is_seen('m', 2)}",
        list(ids),
        *seen_by.arguments,
    )
    return {row["id"]: row["userid"] for row in rows}


async def ordinals(db: Db, ids: Sequence[int]) -> dict[int, int]:
    rows = await db.fetch("SELECT id, ordinal FROM members WHERE id = ANY($1::bigint[])", list(ids))
    return {row["id"]: row["ordinal"] for row in rows}


async def member_with_mobile(db: Db, mobile: str, *, seen_by: Sight) -> str | None:
    """The userid of the member with this mobile number."""
    userid: str | None = await db.fetchval(
        f"""
        SELECT m.userid FROM members AS m
        WHERE m.mobile = $1 AND m.left_at IS NULL AND {member_is_seen("m", 2)}
        """,
        mobile,
        *seen_by.arguments,
    )
    return userid


async def member_with_email(db: Db, email: str, *, biz: bool, seen_by: Sight) -> str | None:
    """The userid of the member with this address, at work (`biz`) or otherwise."""
    column = "biz_mail" if biz else "email"
    userid: str | None = await db.fetchval(
        f"""
        SELECT m.userid FROM members AS m
        WHERE lower(m.{column}) = lower($1) AND m.left_at IS NULL AND {member_is_seen("m", 2)}
        """,
        email,
        *seen_by.arguments,
    )
    return userid


async def members_under(
    db: Db,
    department_ids: Sequence[int],
    tag_ids: Sequence[int],
    member_ids: Sequence[int],
    *,
    seen_by: Sight,
) -> Audience:
    """Everybody these name who is enabled, works here and is seen, by ordinal."""
    row = await db.fetchrow(
        f"""
        WITH wanted AS (
            SELECT unnest($1::bigint[]) AS id
            UNION SELECT department_id FROM tag_departments WHERE tag_id = ANY($2::integer[])
        ), named AS (
            SELECT dm.member_id AS id FROM department_members AS dm WHERE dm.department_id = ANY(
                ARRAY(SELECT d.id FROM departments AS d WHERE d.path && ARRAY(SELECT id FROM wanted)))
            UNION ALL SELECT member_id FROM tag_members WHERE tag_id = ANY($2::integer[])
            UNION ALL SELECT unnest($3::bigint[])
        )
        SELECT array_agg(m.id ORDER BY m.ordinal) AS ids, array_agg(m.ordinal ORDER BY m.ordinal) AS ordinals
        FROM members AS m
        WHERE (1 = ANY($1::bigint[]) OR m.id IN (SELECT id FROM named))
          AND m.enabled AND m.left_at IS NULL AND {member_is_seen("m", 4)}
        """,
        list(department_ids),
        list(tag_ids),
        list(member_ids),
        *seen_by.arguments,
    )
    return Audience(row["ids"] or [], row["ordinals"] or []) if row else Audience([], [])


async def taken(
    db: Db, userid: str, mobile: str | None, email: str | None, biz_mail: str | None, *, other_than: int
) -> str | None:
    """Which of these another member has already, by name."""
    found: str | None = await db.fetchval(
        """
        SELECT CASE WHEN lower(userid) = lower($1) THEN 'userid' WHEN mobile = $2 THEN 'mobile'
                    WHEN lower(email) = lower($3) THEN 'email' ELSE 'biz_mail' END AS what
        FROM members
        WHERE left_at IS NULL AND id <> $5
          AND (lower(userid) = lower($1) OR mobile = $2 OR lower(email) = lower($3) OR lower(biz_mail) = lower($4))
        ORDER BY array_position(ARRAY['userid', 'mobile', 'email', 'biz_mail'],
            CASE WHEN lower(userid) = lower($1) THEN 'userid' WHEN mobile = $2 THEN 'mobile'
                 WHEN lower(email) = lower($3) THEN 'email' ELSE 'biz_mail' END) LIMIT 1
        """,
        userid,
        mobile,
        email,
        biz_mail,
        other_than,
    )
    return found


async def insert_member(db: Db, member: Member, search_text: str) -> tuple[int, int] | None:
    """A new actor, their own stream and the member; id and ordinal, or None when something is taken."""
    row = await db.fetchrow(
        """
        WITH actor AS (INSERT INTO actors (kind) VALUES ('member') RETURNING id),
             stream AS (INSERT INTO streams (id) SELECT id FROM actor)
        INSERT INTO members (id, userid, name, alias, english_name, mobile, telephone, email, biz_mail, gender,
                             position, address, avatar, main_department_id, external_position, external_profile,
                             attributes, enabled, search_text)
        SELECT id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 FROM actor
        ON CONFLICT DO NOTHING RETURNING id, ordinal
        """,
        *_written(member),
        search_text,
    )
    return (row["id"], row["ordinal"]) if row else None


async def update_member(db: Db, member: Member, search_text: str) -> None:
    await db.execute(
        """
        UPDATE members SET userid = $1, name = $2, alias = $3, english_name = $4, mobile = $5, telephone = $6,
            email = $7, biz_mail = $8, gender = $9, position = $10, address = $11, avatar = $12,
            main_department_id = $13, external_position = $14, external_profile = $15, attributes = $16,
            enabled = $17, search_text = $18
        WHERE id = $19
        """,
        *_written(member),
        search_text,
        member.id,
    )


async def mark_left(db: Db, id: int) -> None:
    """They work here no more: their places, tags and leaders go, what they said stays."""
    await db.execute(
        """
        WITH places AS (DELETE FROM department_members WHERE member_id = $1),
             tags AS (DELETE FROM tag_members WHERE member_id = $1),
             leads AS (DELETE FROM direct_leaders WHERE member_id = $1 OR leader_id = $1),
             link AS (DELETE FROM ldap_people WHERE member_id = $1)
        UPDATE members SET left_at = now(), enabled = false WHERE id = $1
        """,
        id,
    )


async def mark_activated(db: Db, id: int) -> bool:
    """Whether this was their first time."""
    return bool(
        await db.fetchval(
            "UPDATE members SET activated_at = now() WHERE id = $1 AND activated_at IS NULL RETURNING true", id
        )
    )


async def replace_places(db: Db, member_id: int, departments: Sequence[Place]) -> None:
    await db.execute(
        """
        WITH gone AS (
            DELETE FROM department_members WHERE member_id = $1 AND department_id <> ALL($2::bigint[])
        )
        INSERT INTO department_members (member_id, department_id, sort_order, is_leader, place)
        SELECT $1, each.id, each.sort_order, each.is_leader, each.place
        FROM unnest($2::bigint[], $3::bigint[], $4::boolean[]) WITH ORDINALITY
            AS each (id, sort_order, is_leader, place)
        ON CONFLICT (department_id, member_id) DO UPDATE
            SET sort_order = excluded.sort_order, is_leader = excluded.is_leader, place = excluded.place
        """,
        member_id,
        [place.department_id for place in departments],
        [place.sort_order for place in departments],
        [place.is_leader for place in departments],
    )


async def replace_leaders(db: Db, member_id: int, leader_ids: Sequence[int]) -> None:
    await db.execute(
        """
        WITH gone AS (DELETE FROM direct_leaders WHERE member_id = $1 AND leader_id <> ALL($2::bigint[]))
        INSERT INTO direct_leaders (member_id, leader_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING
        """,
        member_id,
        list(leader_ids),
    )


def attributes_json(attributes: Sequence[Attribute]) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "kind": each.kind, "value": each.value, "title": each.title, "url": each.url}
        for each in attributes
    ]


def _written(member: Member) -> tuple[Any, ...]:
    return (
        member.userid,
        member.name,
        member.alias,
        member.english_name,
        member.mobile,
        member.telephone,
        member.email,
        member.biz_mail,
        member.gender,
        member.position,
        member.address,
        member.avatar,
        member.main_department_id,
        member.external_position,
        member.external_profile,
        attributes_json(member.attributes),
        member.enabled,
    )

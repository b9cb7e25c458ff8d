"""Statements on what is linked to LDAP."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from wecom.foundation.db import Db

from ...model import Attribute, Member, Place
from ...queries.members import COLUMNS
from ..model import Placed


async def links(db: Db, ids: Sequence[str] | None, keys: Sequence[str] = ()) -> list[tuple[str, int, str, bool, bool]]:
    """Entry, member, DN, whether sync disabled them, whether the entry is gone: of these entries, or of all."""
    rows = await db.fetch(
        """
        SELECT id, member_id, dn, disabled_by_sync, gone_at IS NOT NULL AS gone FROM ldap_people
        WHERE $1::text[] IS NULL OR id = ANY($1) OR dn = ANY($2::text[])
        """,
        None if ids is None else list(ids),
        list(keys),
    )
    return [(row["id"], row["member_id"], row["dn"], row["disabled_by_sync"], row["gone"]) for row in rows]


async def placed(db: Db) -> list[Placed]:
    """Everybody who is linked to an entry that is there."""
    rows = await db.fetch(
        """
        SELECT l.id, l.member_id, m.userid, l.dn AS key,
               ARRAY(SELECT department_id FROM department_members AS d WHERE d.member_id = m.id) AS department_ids
        FROM ldap_people AS l JOIN members AS m ON m.id = l.member_id
        WHERE l.gone_at IS NULL AND m.left_at IS NULL
        """
    )
    return [
        Placed(row["id"], row["member_id"], row["userid"], row["key"], tuple(row["department_ids"])) for row in rows
    ]


async def linked_members(db: Db, ids: Sequence[int]) -> list[Member]:
    """Members with all that a `Member` has: in bulk, which is several times as quick as one by one."""
    rows = await db.fetch(f"SELECT {COLUMNS} FROM members WHERE id = ANY($1::bigint[]) AND left_at IS NULL", list(ids))
    places: dict[int, list[Place]] = {row["id"]: [] for row in rows}
    leaders: dict[int, list[int]] = {row["id"]: [] for row in rows}
    for member, department, order, leads in await _places(db, ids):
        places[member].append(Place(department, order, leads))
    for member, leader in await _leaders(db, ids):
        leaders[member].append(leader)
    found = []
    for row in rows:
        facts = dict(row)
        facts["attributes"] = tuple(Attribute(**each) for each in facts["attributes"])
        id = facts["id"]
        found.append(Member(departments=tuple(places[id]), leader_ids=tuple(leaders[id]), **facts))
    return found


async def _places(db: Db, ids: Sequence[int]) -> list[tuple[int, int, int, bool]]:
    rows = await db.fetch(
        """
        SELECT member_id, department_id, sort_order, is_leader FROM department_members
        WHERE member_id = ANY($1::bigint[]) ORDER BY member_id, place
        """,
        list(ids),
    )
    return [(row["member_id"], row["department_id"], row["sort_order"], row["is_leader"]) for row in rows]


async def _leaders(db: Db, ids: Sequence[int]) -> list[tuple[int, int]]:
    rows = await db.fetch(
        """
        SELECT member_id, leader_id FROM direct_leaders WHERE member_id = ANY($1::bigint[])
        ORDER BY member_id, leader_id
        """,
        list(ids),
    )
    return [(row["member_id"], row["leader_id"]) for row in rows]


async def strangers(db: Db, userids: Sequence[str] | None = None) -> list[tuple[int, str, bool]]:
    """Members linked to no entry: id, userid in lower case, and whether they hold a role; all, or of these userids."""
    among = "" if userids is None else "AND lower(m.userid) = ANY($1::text[])"
    rows = await db.fetch(
        f"""
        SELECT m.id, lower(m.userid) AS userid,
               EXISTS (SELECT FROM role_grants AS g WHERE g.member_id = m.id) AS holds_role
        FROM members AS m
        WHERE m.left_at IS NULL AND NOT EXISTS (SELECT FROM ldap_people AS l WHERE l.member_id = m.id) {among}
        """,
        *([] if userids is None else [list(userids)]),
    )
    return [(row["id"], row["userid"], row["holds_role"]) for row in rows]


async def department_links(db: Db) -> list[tuple[str, int, str]]:
    rows = await db.fetch("SELECT id, department_id, dn FROM ldap_departments")
    return [(row["id"], row["department_id"], row["dn"]) for row in rows]


async def link_people(db: Db, given: Sequence[tuple[str, int, str]]) -> None:
    """Entry, member and DN; whoever is linked is there."""
    await db.execute(
        """
        INSERT INTO ldap_people (id, member_id, dn)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
        ON CONFLICT (id) DO UPDATE SET dn = excluded.dn, gone_at = NULL
        """,
        [id for id, _, _ in given],
        [member for _, member, _ in given],
        [dn for _, _, dn in given],
    )


async def mark_gone(db: Db, ids: Sequence[str]) -> None:
    await db.execute("UPDATE ldap_people SET gone_at = now() WHERE id = ANY($1::text[])", list(ids))


async def mark_switched(db: Db, member_ids: Sequence[int], disabled: bool) -> None:
    """Who was disabled by sync, or enabled again."""
    await db.execute(
        "UPDATE ldap_people SET disabled_by_sync = $2 WHERE member_id = ANY($1::bigint[])", list(member_ids), disabled
    )


async def relink(db: Db, given: Sequence[tuple[str, str, str]]) -> None:
    """Other entries for members: the old one, the new one, and its DN."""
    await db.execute(
        """
        UPDATE ldap_people AS l SET id = each.new, dn = each.dn, version = '', gone_at = NULL
        FROM unnest($1::text[], $2::text[], $3::text[]) AS each (old, new, dn) WHERE l.id = each.old
        """,
        [old for old, _, _ in given],
        [new for _, new, _ in given],
        [dn for _, _, dn in given],
    )


async def is_there(db: Db, member_id: int) -> bool:
    """Whether there was an entry of theirs at the last reading."""
    return bool(await db.fetchval("SELECT true FROM ldap_people WHERE member_id = $1 AND gone_at IS NULL", member_id))


async def put_ends(db: Db, given: Sequence[tuple[str, datetime | None]]) -> None:
    """When these entries bar somebody by the clock alone."""
    await db.execute(
        """
        UPDATE ldap_people AS l SET ends_at = each.at
        FROM unnest($1::text[], $2::timestamptz[]) AS each (id, at)
        WHERE l.id = each.id AND l.ends_at IS DISTINCT FROM each.at
        """,
        [id for id, _ in given],
        [at for _, at in given],
    )


async def ended(db: Db) -> list[str]:
    """Entries whose time has passed: a second ago, since clocks differ a little."""
    rows = await db.fetch("SELECT id FROM ldap_people WHERE ends_at < now() - interval '1 s'")
    return [row["id"] for row in rows]


async def forget_ends(db: Db, ids: Sequence[str]) -> None:
    """They have been looked at; whatever came of it, a complete reading looks again."""
    await db.execute("UPDATE ldap_people SET ends_at = NULL WHERE id = ANY($1::text[]) AND ends_at < now()", list(ids))


async def keep_barred(db: Db, member_id: int) -> bool:
    """Whether sync had barred them; from now on it does not let them in again."""
    answer = await db.execute(
        "UPDATE ldap_people SET disabled_by_sync = false WHERE member_id = $1 AND disabled_by_sync", member_id
    )
    return answer != "UPDATE 0"


async def unlink(db: Db, userid: str) -> bool:
    """Let a member be one of here again."""
    answer = await db.execute(
        """
        DELETE FROM ldap_people AS l USING members AS m
        WHERE m.id = l.member_id AND lower(m.userid) = lower($1) AND m.left_at IS NULL
        """,
        userid,
    )
    return answer != "DELETE 0"


async def link_departments(db: Db, given: Sequence[tuple[str, int, str]]) -> None:
    await db.execute(
        """
        INSERT INTO ldap_departments (id, department_id, dn)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
        ON CONFLICT (id) DO UPDATE SET dn = excluded.dn
        """,
        [id for id, _, _ in given],
        [department for _, department, _ in given],
        [dn for _, _, dn in given],
    )


async def unlink_departments(db: Db, ids: Sequence[str]) -> None:
    await db.execute("DELETE FROM ldap_departments WHERE id = ANY($1::text[])", list(ids))


async def new_department_ids(db: Db, count: int) -> list[int]:
    """So many that no department has."""
    ids: list[int] = []
    while len(ids) < count:
        rows = await db.fetch(
            """
            SELECT each.id FROM (SELECT nextval('department_ids') AS id FROM generate_series(1, $1)) AS each
            WHERE NOT EXISTS (SELECT FROM departments AS d WHERE d.id = each.id)
            """,
            count - len(ids),
        )
        ids += [row["id"] for row in rows]
    return ids


async def ids_of_keys(db: Db, keys: Sequence[str]) -> list[str]:
    """The entries that were last read under these DNs."""
    rows = await db.fetch("SELECT id FROM ldap_people WHERE dn = ANY($1::text[])", list(keys))
    return [row["id"] for row in rows]


async def versions(db: Db, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """By entry, the member, and the entry's version when its picture was last looked at."""
    rows = await db.fetch(
        """
        SELECT l.id, l.member_id, l.version FROM ldap_people AS l JOIN members AS m ON m.id = l.member_id
        WHERE l.id = ANY($1::text[]) AND m.left_at IS NULL
        """,
        list(ids),
    )
    return {row["id"]: (row["member_id"], row["version"]) for row in rows}


async def put_versions(db: Db, given: Sequence[tuple[str, str]]) -> None:
    await db.execute(
        """
        UPDATE ldap_people AS l SET version = each.version
        FROM unnest($1::text[], $2::text[]) AS each (id, version) WHERE l.id = each.id
        """,
        [id for id, _ in given],
        [version for _, version in given],
    )


async def put_avatars(db: Db, avatars: Mapping[int, str]) -> dict[int, tuple[int, ...]]:
    """The departments of those members of whom it is another picture than before."""
    rows = await db.fetch(
        """
        UPDATE members AS m SET avatar = each.avatar
        FROM unnest($1::bigint[], $2::text[]) AS each (id, avatar) WHERE m.id = each.id AND m.avatar <> each.avatar
        RETURNING m.id, ARRAY(SELECT department_id FROM department_members WHERE member_id = m.id
                              ORDER BY department_id) AS departments
        """,
        list(avatars),
        list(avatars.values()),
    )
    return {row["id"]: tuple(row["departments"]) for row in rows}


async def stands_for_many(db: Db, ids: Sequence[str]) -> bool:
    """Whether one of these entries is a department or a tag."""
    return bool(
        await db.fetchval(
            """
            SELECT EXISTS (SELECT FROM ldap_departments WHERE id = ANY($1::text[]))
                OR EXISTS (SELECT FROM ldap_tags WHERE id = ANY($1::text[]))
            """,
            list(ids),
        )
    )


async def forget_ldap(db: Db) -> dict[str, int]:
    """Unlink everything, and forget where reading stood; how many members, departments and tags that were."""
    row = await db.fetchrow(
        """
        WITH members AS (DELETE FROM ldap_people RETURNING 1),
             departments AS (DELETE FROM ldap_departments RETURNING 1),
             tags AS (DELETE FROM ldap_tags RETURNING 1),
             state AS (DELETE FROM ldap_state),
             cursors AS (DELETE FROM ldap_cursors),
             barred AS (DELETE FROM ldap_barred),
             looks AS (DELETE FROM ldap_looks)
        SELECT (SELECT count(*) FROM members) AS members, (SELECT count(*) FROM departments) AS departments,
               (SELECT count(*) FROM tags) AS tags
        """
    )
    assert row
    return dict(row)

"""Statements on group robots."""

from collections.abc import Sequence

from wecom.foundation.db import Db, Record

from ..model import Robot

TAKES_PART = "p.actor_id = r.id AND p.conversation_id = r.conversation_id AND p.to_seq IS NULL"
"""A robot that was put out of its group is gone, whichever way it was put out."""

ROBOT = "r.id, r.conversation_id, r.name, r.enabled, r.created_by, r.created_at"


def _robot(row: Record) -> Robot:
    return Robot(**row)


async def insert_robot(db: Db, conversation_id: int, name: str, key_hash: bytes, created_by: int) -> Robot | None:
    """A robot, with an actor and a stream of its own; None where the key is another's."""
    row = await db.fetchrow(
        """
        WITH actor AS (INSERT INTO actors (kind) VALUES ('robot') RETURNING id),
             stream AS (INSERT INTO streams (id) SELECT id FROM actor)
        INSERT INTO robots (id, conversation_id, name, key_hash, created_by)
        SELECT id, $1, $2, $3, $4 FROM actor ON CONFLICT (key_hash) DO NOTHING
        RETURNING id, conversation_id, name, enabled, created_by, created_at
        """,
        conversation_id,
        name,
        key_hash,
        created_by,
    )
    return _robot(row) if row else None


async def lock_robot(db: Db, id: int, conversation_id: int) -> Robot | None:
    row = await db.fetchrow(
        f"""
        SELECT {ROBOT} FROM robots AS r JOIN participants AS p ON {TAKES_PART}
        WHERE r.id = $1 AND r.conversation_id = $2 AND r.removed_at IS NULL FOR NO KEY UPDATE OF r
        """,
        id,
        conversation_id,
    )
    return _robot(row) if row else None


async def robot_by_key(db: Db, key_hash: bytes) -> Robot | None:
    """The robot with this key, in a conversation that goes on."""
    row = await db.fetchrow(
        f"""
        SELECT {ROBOT} FROM robots AS r JOIN conversations AS c ON c.id = r.conversation_id
        JOIN participants AS p ON {TAKES_PART}
        WHERE r.key_hash = $1 AND r.removed_at IS NULL AND c.dissolved_at IS NULL
        """,
        key_hash,
    )
    return _robot(row) if row else None


async def robots_in(db: Db, conversation_id: int) -> list[Robot]:
    rows = await db.fetch(
        f"""
        SELECT {ROBOT} FROM robots AS r JOIN participants AS p ON {TAKES_PART}
        WHERE r.conversation_id = $1 AND r.removed_at IS NULL ORDER BY r.id
        """,
        conversation_id,
    )
    return [_robot(row) for row in rows]


async def robot_names(db: Db, ids: Sequence[int]) -> dict[int, str]:
    """What robots are called, those taken away included: what they said stays."""
    rows = await db.fetch("SELECT id, name FROM robots WHERE id = ANY($1::bigint[])", ids)
    return {row["id"]: row["name"] for row in rows}


async def all_robots(db: Db) -> list[tuple[Robot, str, str]]:
    """Every robot, with its conversation's chatid and name."""
    rows = await db.fetch(
        f"""
        SELECT {ROBOT}, c.chatid, c.name AS conversation
        FROM robots AS r JOIN conversations AS c ON c.id = r.conversation_id
        JOIN participants AS p ON {TAKES_PART}
        WHERE r.removed_at IS NULL AND c.dissolved_at IS NULL ORDER BY r.id
        """
    )
    found = []
    for row in rows:
        facts = dict(row)
        chatid, conversation = facts.pop("chatid"), facts.pop("conversation")
        found.append((Robot(**facts), chatid, conversation))
    return found


async def count_robots(db: Db, conversation_id: int) -> int:
    count: int = await db.fetchval(
        f"""
        SELECT count(*) FROM robots AS r JOIN participants AS p ON {TAKES_PART}
        WHERE r.conversation_id = $1 AND r.removed_at IS NULL
        """,
        conversation_id,
    )
    return count


async def update_robot(db: Db, id: int, name: str, enabled: bool) -> None:
    await db.execute("UPDATE robots SET name = $2, enabled = $3 WHERE id = $1", id, name, enabled)


async def replace_key(db: Db, id: int, key_hash: bytes) -> None:
    await db.execute("UPDATE robots SET key_hash = $2 WHERE id = $1", id, key_hash)


async def mark_robot_removed(db: Db, id: int) -> None:
    await db.execute("UPDATE robots SET removed_at = now(), enabled = false WHERE id = $1", id)


async def group_goes_on(db: Db, conversation_id: int) -> bool:
    found: bool = await db.fetchval(
        """
        SELECT EXISTS (SELECT FROM conversations
                       WHERE id = $1 AND kind IN ('group', 'appchat') AND dissolved_at IS NULL)
        """,
        conversation_id,
    )
    return found

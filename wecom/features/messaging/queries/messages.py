"""Messages that are there: reading them, taking them back, how far people have read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ....foundation.db import Db

LOOKED_AT = 10_000
"""How many of an app's messages to many a page looks at for those to the reader: a tenth of a second's work at most."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as one viewer may see it; recalled ones say nothing."""

    seq: int
    sender_id: int
    client_id: str
    sent_at: datetime
    reply_to: int | None
    recalled: bool
    content: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who takes part, and how far they have read."""

    actor_id: int
    read_seq: int


async def messages_before(db: Db, conversation_id: int, before: int, limit: int, *, from_seq: int) -> list[Message]:
    """The page of messages that ends just before `before`, oldest first, for who takes part from after `from_seq`."""
    rows = await db.fetch(
        """
        SELECT seq, sender_id, client_id, sent_at, reply_to, recalled_at IS NOT NULL AS recalled, body AS content
        FROM messages WHERE conversation_id = $1 AND seq < $2 AND seq > $4 ORDER BY seq DESC LIMIT $3
        """,
        conversation_id,
        before,
        limit,
        from_seq,
    )
    return [Message(**row) for row in reversed(rows)]


async def messages_after(db: Db, conversation_id: int, after: int, limit: int, *, from_seq: int) -> list[Message]:
    """The page that begins just after `after`, oldest first, for who takes part from after `from_seq`."""
    rows = await db.fetch(
        """
        SELECT seq, sender_id, client_id, sent_at, reply_to, recalled_at IS NOT NULL AS recalled, body AS content
        FROM messages WHERE conversation_id = $1 AND seq > greatest($2::bigint, $4::bigint) ORDER BY seq LIMIT $3
        """,
        conversation_id,
        after,
        limit,
        from_seq,
    )
    return [Message(**row) for row in rows]


async def app_messages_before(
    db: Db, conversation_id: int, before: int, limit: int, *, above: int = 0, member_id: int, ordinal: int
) -> list[Message]:
    """The same of an app's conversation: what the app said to this member, above `above`."""
    rows = await db.fetch(
        """
        SELECT m.seq, sender_id, client_id, sent_at, reply_to, recalled_at IS NOT NULL AS recalled, body AS content
        FROM app_messages_for($4, $5, $1, $7, $2, $3, $6) AS f CROSS JOIN LATERAL (
            SELECT m.seq, sender_id, client_id, sent_at, reply_to, recalled_at, body FROM messages AS m
            WHERE m.conversation_id = $1 AND m.seq = f.seq LIMIT 1) AS m
        ORDER BY m.seq
        """,
        conversation_id,
        before,
        limit,
        member_id,
        ordinal,
        LOOKED_AT,
        above,
    )
    return [Message(**row) for row in rows]


async def app_messages_after(
    db: Db, conversation_id: int, after: int, limit: int, *, upto: int | None, member_id: int, ordinal: int
) -> list[Message]:
    """The page of what an app said to this member that begins just after `after`, up to `upto` where that is given."""
    rows = await db.fetch(
        """
        SELECT m.seq, sender_id, client_id, sent_at, reply_to, recalled_at IS NOT NULL AS recalled, body AS content
        FROM (
            (SELECT r.seq FROM app_recipients AS r
             WHERE r.member_id = $4 AND r.conversation_id = $1 AND r.seq > $2 AND r.seq <= coalesce($7, r.seq)
             ORDER BY r.seq LIMIT $3)
            UNION ALL
            (SELECT w.seq FROM (
                 SELECT m.seq, m.audience FROM messages AS m
                 WHERE m.conversation_id = $1 AND m.wide AND m.seq > $2 ORDER BY m.seq LIMIT $6) AS w
             WHERE CASE WHEN w.audience IS NULL THEN true
                        WHEN $5::int >= 8 * octet_length(w.audience) THEN false
                        ELSE get_bit(w.audience, $5) = 1 END
             ORDER BY w.seq LIMIT $3)) AS f CROSS JOIN LATERAL (
            SELECT m.seq, sender_id, client_id, sent_at, reply_to, recalled_at, body FROM messages AS m
            WHERE m.conversation_id = $1 AND m.seq = f.seq LIMIT 1) AS m
        ORDER BY m.seq LIMIT $3
        """,
        conversation_id,
        after,
        limit,
        member_id,
        ordinal,
        LOOKED_AT,
        upto,
    )
    return [Message(**row) for row in rows]


async def looked_at_before(db: Db, conversation_id: int, before: int) -> int | None:
    """The oldest of an app's messages to many that one look before `before` comes to; None where it comes to all."""
    seq: int | None = await db.fetchval(
        """
        SELECT m.seq FROM messages AS m WHERE m.conversation_id = $1 AND m.wide AND m.seq < $2
        ORDER BY m.seq DESC OFFSET $3 LIMIT 1
        """,
        conversation_id,
        before,
        LOOKED_AT - 1,
    )
    return seq


async def looked_at_after(db: Db, conversation_id: int, after: int) -> int | None:
    """The newest that one look after `after` comes to; None where it comes to all."""
    seq: int | None = await db.fetchval(
        """
        SELECT m.seq FROM messages AS m WHERE m.conversation_id = $1 AND m.wide AND m.seq > $2
        ORDER BY m.seq OFFSET $3 LIMIT 1
        """,
        conversation_id,
        after,
        LOOKED_AT - 1,
    )
    return seq


async def message_of(db: Db, conversation_id: int, seq: int) -> tuple[int, dict[str, Any] | None, bytes | None] | None:
    """`(sender_id, body, audience)` of a message in a conversation that the caller has locked."""
    row = await db.fetchrow(
        "SELECT sender_id, body, audience FROM messages WHERE conversation_id = $1 AND seq = $2", conversation_id, seq
    )
    return (row["sender_id"], row["body"], row["audience"]) if row else None


async def sent_within(db: Db, conversation_id: int, seq: int, window: timedelta) -> bool:
    within: bool = await db.fetchval(
        "SELECT sent_at > now() - $3::interval FROM messages WHERE conversation_id = $1 AND seq = $2",
        conversation_id,
        seq,
        window,
    )
    return within


async def set_recalled(db: Db, conversation_id: int, seq: int, by: int | None) -> None:
    await db.execute(
        """
        UPDATE messages SET body = NULL, recalled_at = now(), recalled_by = $3
        WHERE conversation_id = $1 AND seq = $2
        """,
        conversation_id,
        seq,
        by,
    )


async def move_read(db: Db, conversation_id: int, member_id: int, seq: int) -> int | None:
    """Move a reader's mark on, never back nor past the head; where it is now, None if it did not move."""
    moved: int | None = await db.fetchval(
        """
        UPDATE participants AS p SET read_seq = least($3, s.head) FROM streams AS s
        WHERE p.conversation_id = $1 AND p.actor_id = $2 AND p.to_seq IS NULL AND s.id = $1
          AND p.read_seq < least($3, s.head)
        RETURNING p.read_seq
        """,
        conversation_id,
        member_id,
        seq,
    )
    return moved


async def move_app_read(db: Db, conversation_id: int, member_id: int, seq: int) -> int | None:
    moved: int | None = await db.fetchval(
        """
        INSERT INTO app_reads AS r (conversation_id, member_id, read_seq)
        SELECT $1, $2, least($3, head) FROM streams WHERE id = $1
        ON CONFLICT (conversation_id, member_id) DO UPDATE SET read_seq = excluded.read_seq
        WHERE r.read_seq < excluded.read_seq
        RETURNING read_seq
        """,
        conversation_id,
        member_id,
        seq,
    )
    return moved


async def readers(db: Db, conversation_id: int, seq: int) -> list[Reader]:
    """All members who could see the message `seq`, but for its sender, and how far each has read."""
    rows = await db.fetch(
        """
        SELECT actor_id, read_seq FROM participants
        WHERE conversation_id = $1 AND to_seq IS NULL AND from_seq < $2
          AND role IN ('owner', 'administrator', 'member')
          AND actor_id IS DISTINCT FROM (SELECT sender_id FROM messages WHERE conversation_id = $1 AND seq = $2)
        ORDER BY read_seq DESC, actor_id
        """,
        conversation_id,
        seq,
    )
    return [Reader(**row) for row in rows]


async def save_cursors(db: Db, session_id: int, stream_ids: Sequence[int], seqs: Sequence[int]) -> None:
    """How far a device has come, never back."""
    await db.execute(
        """
        INSERT INTO device_cursors AS d (session_id, stream_id, seq)
        SELECT $1, s, n FROM unnest($2::bigint[], $3::bigint[]) AS w (s, n)
        ON CONFLICT (session_id, stream_id) DO UPDATE SET seq = excluded.seq WHERE d.seq < excluded.seq
        """,
        session_id,
        stream_ids,
        seqs,
    )

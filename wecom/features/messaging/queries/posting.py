"""Saying things: the statements of the hot path."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ....foundation.db import Db


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the draft in place `n` of a batch."""

    n: int
    allowed: bool
    reply_found: bool
    repeat_seq: int | None
    repeat_at: datetime | None
    seq: int | None
    sent_at: datetime | None
    sent_at_json: str | None


async def insert_messages(
    db: Db,
    conversation_ids: Sequence[int],
    sender_ids: Sequence[int],
    client_ids: Sequence[str],
    bodies: Sequence[str],
    replies: Sequence[int | None],
) -> list[Judged]:
    """Say a batch of drafts, each through its sender; the conversations' streams are locked meanwhile.

    Who does not take part says nothing; what was said before is not said again; the others get the
    next numbers in the order given. A draft may not stand in the batch twice.

    The function `say` is in the schema, because four round trips for each batch cost a quarter of
    what can be said in a second.
    """
    rows = await db.fetch(
        """
        SELECT n, allowed, reply_found, repeat_seq, repeat_at, seq, sent_at, sent_at_json
        FROM say($1, $2, $3, $4, $5)
        """,
        conversation_ids,
        sender_ids,
        client_ids,
        bodies,
        replies,
    )
    return [Judged(**row) for row in rows]


async def insert_mentions(
    db: Db, conversation_ids: Sequence[int], seqs: Sequence[int], member_ids: Sequence[int]
) -> None:
    """Note who was called on, of those who take part; 0 is everyone."""
    await db.execute(
        """
        INSERT INTO mentions (conversation_id, seq, member_id)
        SELECT DISTINCT m.* FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS m (conversation_id, seq, member_id)
        WHERE m.member_id = 0 OR EXISTS (
            SELECT FROM participants AS p
            WHERE p.actor_id = m.member_id AND p.conversation_id = m.conversation_id AND p.to_seq IS NULL)
        """,
        conversation_ids,
        seqs,
        member_ids,
    )


async def insert_to_audience(
    db: Db,
    conversation_id: int,
    seq: int,
    sender_id: int,
    client_id: str,
    body: str,
    audience: bytes | None,
    few: Sequence[int] | None,
) -> tuple[datetime, str]:
    """Say something to some of a conversation; when, also as JSON. `few`: all their ordinals, to have rows."""
    row = await db.fetchrow(
        """
        WITH listed AS (
            INSERT INTO app_recipients (member_id, conversation_id, seq)
            SELECT id, $1, $2 FROM members WHERE ordinal = ANY($7::integer[])
        )
        INSERT INTO messages (conversation_id, seq, sender_id, client_id, body, audience, wide, sent_at)
        VALUES ($1, $2, $3, $4, $5::text::jsonb, $6, $7::integer[] IS NULL, statement_timestamp())
        RETURNING sent_at, to_json(instant(sent_at))::text AS sent_at_json
        """,
        conversation_id,
        seq,
        sender_id,
        client_id,
        body,
        audience,
        few,
    )
    assert row is not None
    return row["sent_at"], row["sent_at_json"]


async def message_by_client_id(
    db: Db, conversation_id: int, sender_id: int, client_id: str
) -> tuple[int, datetime] | None:
    row = await db.fetchrow(
        "SELECT seq, sent_at FROM messages WHERE conversation_id = $1 AND sender_id = $2 AND client_id = $3",
        conversation_id,
        sender_id,
        client_id,
    )
    return (row["seq"], row["sent_at"]) if row else None

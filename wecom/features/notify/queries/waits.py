"""From what was said to whom it is to be pushed."""

from collections.abc import Sequence
from datetime import timedelta

from ....foundation.db import Db
from ..model import LIFE, Wait

INTO = """
    INSERT INTO pushes (subscription_id, conversation_id, origin, from_seq, seq, at)
    SELECT u.id, w.conversation_id, u.origin, w.from_seq, said.seq, said.sent_at
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w (conversation_id, from_seq, upto)
"""
"""Conversations, and what was said in each."""

TO_WHOM = """
    JOIN sessions AS s ON s.id = u.session_id AND s.ended_at IS NULL AND s.expires_at > now()
    JOIN members AS m ON m.id = u.member_id AND m.enabled AND m.left_at IS NULL
    LEFT JOIN member_settings AS x ON x.member_id = u.member_id
    CROSS JOIN LATERAL (
        SELECT g.seq, g.sent_at FROM messages AS g
        WHERE g.conversation_id = w.conversation_id
          AND g.seq = newest_to_notify(u.member_id, w.conversation_id, w.from_seq, w.upto)
        LIMIT 1) AS said
    WHERE coalesce(x.notified, true) AND said.sent_at > now() - $4::interval
"""
"""Of the subscriptions `u`, those of members who missed something of it and want to be told."""

ONCE = """
    ON CONFLICT (subscription_id, conversation_id) DO UPDATE SET
        seq = greatest(pushes.seq, excluded.seq), at = greatest(pushes.at, excluded.at)
"""


async def note_said(
    db: Db, conversation_ids: Sequence[int], froms: Sequence[int], tos: Sequence[int], wait: timedelta
) -> None:
    """Something was said in `(from, to]` of each; to be decided on a while after the first of it."""
    await db.execute(
        """
        INSERT INTO push_waits AS p (conversation_id, from_seq, to_seq, due_at)
        SELECT w.id, w.since, w.upto, m.sent_at + $4
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w (id, since, upto)
        JOIN messages AS m ON m.conversation_id = w.id AND m.seq = w.since + 1
        WHERE EXISTS (SELECT FROM push_subscriptions)
        ON CONFLICT (conversation_id) DO UPDATE SET
            from_seq = least(p.from_seq, excluded.from_seq), to_seq = greatest(p.to_seq, excluded.to_seq)
        """,
        conversation_ids,
        froms,
        tos,
        wait,
    )


async def due_waits(db: Db, wait: timedelta, limit: int) -> list[Wait]:
    """Conversations to decide on now, locked."""
    rows = await db.fetch(
        """
        SELECT p.conversation_id, c.kind, p.from_seq, coalesce((
            SELECT m.seq FROM messages AS m
            WHERE m.conversation_id = p.conversation_id AND m.seq > p.from_seq AND m.seq <= p.to_seq
              AND m.sent_at <= now() - $1::interval ORDER BY m.seq DESC LIMIT 1), p.from_seq) AS ripe_seq
        FROM push_waits AS p JOIN conversations AS c ON c.id = p.conversation_id
        WHERE p.due_at <= now() ORDER BY p.due_at LIMIT $2 FOR UPDATE OF p SKIP LOCKED
        """,
        wait,
        limit,
    )
    return [Wait(**row) for row in rows]


async def insert_pushes(db: Db, waits: Sequence[Wait]) -> None:
    """One for each device of those who take part and missed it."""
    await db.execute(
        f"""
        {INTO}
        JOIN participants AS p ON p.conversation_id = w.conversation_id AND p.to_seq IS NULL
        JOIN push_subscriptions AS u ON u.member_id = p.actor_id
        {TO_WHOM} {ONCE}
        """,
        *_columns(waits),
        LIFE,
    )


async def insert_app_pushes(db: Db, wait: Wait, ordinals: Sequence[int] | None) -> None:
    """The same in an app's conversation, in which all take part. `ordinals`: of those it spoke to; None: all."""
    await db.execute(
        f"""
        {INTO} CROSS JOIN push_subscriptions AS u
        {TO_WHOM} AND ($5::integer[] IS NULL OR m.ordinal = ANY($5)) {ONCE}
        """,
        *_columns([wait]),
        LIFE,
        ordinals,
    )


async def audiences(db: Db, wait: Wait) -> list[bytes | None]:
    """Whom an app spoke to, message by message; None: to all."""
    rows = await db.fetch(
        "SELECT audience FROM messages WHERE conversation_id = $1 AND seq > $2 AND seq <= $3 AND recalled_at IS NULL",
        wait.conversation_id,
        wait.from_seq,
        wait.ripe_seq,
    )
    return [row["audience"] for row in rows]


async def end_waits(db: Db, waits: Sequence[Wait], wait: timedelta) -> None:
    """These are decided; what was said since then waits on."""
    await db.execute(
        """
        WITH decided AS (
            SELECT d.conversation_id, d.upto FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS d (
                conversation_id, from_seq, upto)
        ), ended AS (
            DELETE FROM push_waits AS p USING decided AS d
            WHERE p.conversation_id = d.conversation_id AND p.to_seq <= d.upto
        )
        UPDATE push_waits AS p SET from_seq = d.upto, due_at = coalesce((
            SELECT m.sent_at FROM messages AS m
            WHERE m.conversation_id = d.conversation_id AND m.seq > d.upto ORDER BY m.seq LIMIT 1), now()) + $4
        FROM decided AS d WHERE p.conversation_id = d.conversation_id AND p.to_seq > d.upto
        """,
        *_columns(waits),
        wait,
    )


def _columns(waits: Sequence[Wait]) -> tuple[list[int], list[int], list[int]]:
    ids = [each.conversation_id for each in waits]
    return ids, [each.from_seq for each in waits], [each.ripe_seq for each in waits]

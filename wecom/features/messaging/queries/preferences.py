"""How members want their conversations to be, and what they have begun to write there."""

from collections.abc import Sequence
from datetime import datetime

from ....foundation.db import Db
from ..model import Preferences

PREFERENCES = "pinned_at, notify, muted_until, hidden_up_to"


async def lock_preferences(db: Db, member_id: int, conversation_id: int) -> Preferences:
    """To change them: whoever changes them too waits until this transaction ends."""
    row = await db.fetchrow(
        f"""
        INSERT INTO conversation_preferences AS w (member_id, conversation_id) VALUES ($1, $2)
        ON CONFLICT (member_id, conversation_id) DO UPDATE SET notify = w.notify RETURNING {PREFERENCES}
        """,
        member_id,
        conversation_id,
    )
    assert row is not None
    return Preferences(**row)


async def put_preferences(
    db: Db,
    member_id: int,
    conversation_id: int,
    *,
    pinned: bool,
    notify: str,
    muted_until: datetime | None,
    hide: bool | None,
) -> Preferences:
    """`hide`: what is said so far hides it; None leaves it as it is."""
    row = await db.fetchrow(
        f"""
        UPDATE conversation_preferences SET notify = $4, muted_until = $5,
            pinned_at = CASE WHEN $3 THEN coalesce(pinned_at, now()) END,
            hidden_up_to = CASE WHEN $6::boolean IS NULL THEN hidden_up_to
                                WHEN $6 THEN (SELECT head FROM streams WHERE id = $2) END
        WHERE member_id = $1 AND conversation_id = $2 RETURNING {PREFERENCES}
        """,
        member_id,
        conversation_id,
        pinned,
        notify,
        muted_until,
        hide,
    )
    assert row is not None
    return Preferences(**row)


async def moment(db: Db) -> datetime:
    """Now, by the database's clock."""
    at: datetime = await db.fetchval("SELECT clock_timestamp()")
    return at


async def draft_of(db: Db, member_id: int, conversation_id: int) -> int | None:
    """The number of the entry that told the member's draft, where there is one."""
    told: int | None = await db.fetchval(
        "SELECT told_seq FROM unsent_drafts WHERE member_id = $1 AND conversation_id = $2", member_id, conversation_id
    )
    return told


async def put_draft(
    db: Db,
    member_id: int,
    conversation_id: int,
    content: str,
    reply_to: int | None,
    mentions: Sequence[int],
    updated_at: datetime,
    told_seq: int,
) -> None:
    await db.execute(
        """
        INSERT INTO unsent_drafts (member_id, conversation_id, content, reply_to, mentions, updated_at, told_seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (member_id, conversation_id) DO UPDATE SET content = excluded.content,
            reply_to = excluded.reply_to, mentions = excluded.mentions, updated_at = excluded.updated_at,
            told_seq = excluded.told_seq
        """,
        member_id,
        conversation_id,
        content,
        reply_to,
        mentions,
        updated_at,
        told_seq,
    )


async def delete_draft(db: Db, member_id: int, conversation_id: int) -> None:
    await db.execute(
        "DELETE FROM unsent_drafts WHERE member_id = $1 AND conversation_id = $2", member_id, conversation_id
    )


async def forget_preferences(db: Db, member_ids: Sequence[int], conversation_id: int | None = None) -> list[int]:
    """Of those who leave a conversation, or all of them; who had any."""
    rows = await db.fetch(
        """
        DELETE FROM conversation_preferences
        WHERE member_id = ANY($1::bigint[]) AND ($2::bigint IS NULL OR conversation_id = $2) RETURNING member_id
        """,
        member_ids,
        conversation_id,
    )
    return [row["member_id"] for row in rows]


async def forget_drafts(db: Db, member_ids: Sequence[int], conversation_id: int | None = None) -> None:
    """The same, and what entries said of them."""
    await db.execute(
        """
        WITH gone AS (
            DELETE FROM unsent_drafts WHERE member_id = ANY($1::bigint[])
              AND ($2::bigint IS NULL OR conversation_id = $2) RETURNING member_id, told_seq
        )
        UPDATE entries AS e SET refs = e.refs || '{"draft": null}' FROM gone
        WHERE e.stream_id = gone.member_id AND e.seq = gone.told_seq AND e.kind = 'draft.changed'
        """,
        member_ids,
        conversation_id,
    )

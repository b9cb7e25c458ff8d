"""Conversations and who takes part in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ....foundation.db import Db
from ..model import Conversation, Participant

LOOKED_AT = 1_000
"""How many of each app's messages to many a member's list looks at for those to the member: some milliseconds' work
for an app that never means the member, and none for one that always does."""

ABOVE_ALL = 2**62

IS_A_MEMBER = "role IN ('owner', 'administrator', 'member')"
"""Of a participant: not an app or a robot. `conversations.members` counts these, so that no list has to."""

STANDING = "c.id, c.kind, c.chatid, c.name, c.app_id, s.head, p.role, p.from_seq"

TAKES_PART = """
    FROM conversations AS c JOIN streams AS s USING (id) JOIN participants AS p ON p.conversation_id = c.id
    WHERE c.id = $1 AND p.actor_id = $2 AND p.to_seq IS NULL AND c.dissolved_at IS NULL
"""


async def standing(db: Db, conversation_id: int, actor_id: int) -> Conversation | None:
    """A conversation that the actor takes part in, and how."""
    row = await db.fetchrow(f"SELECT {STANDING} {TAKES_PART}", conversation_id, actor_id)
    return Conversation(**row) if row else None


async def standing_kept(db: Db, conversation_id: int, actor_id: int) -> Conversation | None:
    """The same, and nobody puts the actor out until this transaction ends. Taken before the actor's own stream."""
    row = await db.fetchrow(f"SELECT {STANDING} {TAKES_PART} FOR SHARE OF p", conversation_id, actor_id)
    return Conversation(**row) if row else None


async def app_standing(db: Db, conversation_id: int) -> Conversation | None:
    """An app's conversation, in which every member listens."""
    row = await db.fetchrow(
        """
        SELECT c.id, c.kind, c.chatid, c.name, c.app_id, s.head, 'member' AS role, 0::bigint AS from_seq
        FROM conversations AS c JOIN streams AS s USING (id) WHERE c.id = $1 AND c.kind = 'app'
        """,
        conversation_id,
    )
    return Conversation(**row) if row else None


async def new_id(db: Db) -> int:
    id: int = await db.fetchval("SELECT nextval('ids')")
    return id


async def insert_conversation(
    db: Db,
    id: int,
    kind: str,
    chatid: str,
    name: str,
    created_by: int | None,
    *,
    app_id: int | None = None,
    pair: tuple[int, int] | None = None,
) -> bool:
    """False when its chatid, its pair or its app has one already."""
    low, high = sorted(pair) if pair else (None, None)
    return bool(
        await db.fetchval(
            """
            WITH s AS (INSERT INTO streams (id) VALUES ($1))
            INSERT INTO conversations (id, kind, chatid, name, created_by, app_id, direct_low, direct_high)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING true
            """,
            id,
            kind,
            chatid,
            name,
            created_by,
            app_id,
            low,
            high,
        )
    )


async def direct_between(db: Db, one: int, other: int) -> int | None:
    low, high = sorted((one, other))
    id: int | None = await db.fetchval(
        "SELECT id FROM conversations WHERE direct_low = $1 AND direct_high = $2", low, high
    )
    return id


async def app_conversation(db: Db, app_id: int) -> int | None:
    id: int | None = await db.fetchval("SELECT id FROM conversations WHERE kind = 'app' AND app_id = $1", app_id)
    return id


async def by_chatid(db: Db, chatid: str) -> tuple[int, str, int | None] | None:
    """`(id, kind, app_id)` of a conversation that goes on."""
    row = await db.fetchrow(
        "SELECT id, kind, app_id FROM conversations WHERE chatid = $1 AND dissolved_at IS NULL", chatid
    )
    return (row["id"], row["kind"], row["app_id"]) if row else None


async def set_name(db: Db, id: int, name: str) -> None:
    await db.execute("UPDATE conversations SET name = $2 WHERE id = $1", id, name)


async def set_dissolved(db: Db, id: int) -> None:
    await db.execute("UPDATE conversations SET dissolved_at = now() WHERE id = $1", id)


async def insert_participants(
    db: Db, conversation_id: int, actor_ids: Sequence[int], from_seq: int, role: str
) -> list[int]:
    """Let actors take part from after `from_seq`; those who did not already."""
    rows = await db.fetch(
        f"""
        WITH new AS (
            INSERT INTO participants (conversation_id, actor_id, from_seq, role, read_seq)
            SELECT $1, a, $3, $4, $3 FROM unnest($2::bigint[]) AS a
            ON CONFLICT (actor_id, conversation_id) WHERE to_seq IS NULL DO NOTHING RETURNING actor_id, role
        ), counted AS (
            UPDATE conversations SET members = members + (SELECT count(*) FROM new WHERE {IS_A_MEMBER}) WHERE id = $1
        )
        SELECT actor_id FROM new
        """,
        conversation_id,
        actor_ids,
        from_seq,
        role,
    )
    return [row["actor_id"] for row in rows]


async def close_participation(db: Db, conversation_id: int, actor_ids: Sequence[int], to_seq: int) -> list[int]:
    """End taking part with `to_seq`; those who did take part."""
    rows = await db.fetch(
        f"""
        WITH gone AS (
            UPDATE participants SET to_seq = $3 WHERE conversation_id = $1 AND actor_id = ANY($2::bigint[])
              AND to_seq IS NULL RETURNING actor_id, role
        ), counted AS (
            UPDATE conversations SET members = members - (SELECT count(*) FROM gone WHERE {IS_A_MEMBER}) WHERE id = $1
        )
        SELECT actor_id FROM gone
        """,
        conversation_id,
        actor_ids,
        to_seq,
    )
    return [row["actor_id"] for row in rows]


async def taking_part(db: Db, conversation_id: int, actor_ids: Sequence[int]) -> set[int]:
    """Which of the actors take part now."""
    rows = await db.fetch(
        """
        SELECT actor_id FROM participants
        WHERE conversation_id = $1 AND actor_id = ANY($2::bigint[]) AND to_seq IS NULL
        """,
        conversation_id,
        actor_ids,
    )
    return {row["actor_id"] for row in rows}


async def roles_of(db: Db, conversation_id: int, actor_ids: Sequence[int]) -> dict[int, str]:
    """The roles of those of the actors who take part now."""
    rows = await db.fetch(
        """
        SELECT actor_id, role FROM participants
        WHERE conversation_id = $1 AND actor_id = ANY($2::bigint[]) AND to_seq IS NULL
        """,
        conversation_id,
        actor_ids,
    )
    return {row["actor_id"]: row["role"] for row in rows}


async def participants(db: Db, conversation_id: int) -> list[Participant]:
    """Everybody who takes part now, longest first."""
    rows = await db.fetch(
        """
        SELECT actor_id, role, from_seq, read_seq, joined_at FROM participants
        WHERE conversation_id = $1 AND to_seq IS NULL ORDER BY from_seq, actor_id
        """,
        conversation_id,
    )
    return [Participant(**row) for row in rows]


async def count_members(db: Db, conversation_id: int) -> int:
    count: int = await db.fetchval("SELECT members FROM conversations WHERE id = $1", conversation_id)
    return count


async def set_role(db: Db, conversation_id: int, actor_id: int, role: str) -> bool:
    answer = await db.execute(
        """
        UPDATE participants SET role = $3
        WHERE conversation_id = $1 AND actor_id = $2 AND to_seq IS NULL AND role IN ('owner', 'administrator', 'member')
        """,
        conversation_id,
        actor_id,
        role,
    )
    return answer == "UPDATE 1"


async def heir(db: Db, conversation_id: int, without: Sequence[int]) -> int | None:
    """Who owns a group next: its longest administrator, or else its longest member."""
    id: int | None = await db.fetchval(
        """
        SELECT actor_id FROM participants
        WHERE conversation_id = $1 AND to_seq IS NULL AND role IN ('administrator', 'member')
          AND NOT actor_id = ANY($2::bigint[])
        ORDER BY role = 'administrator' DESC, from_seq, actor_id LIMIT 1
        """,
        conversation_id,
        without,
    )
    return id


async def owner(db: Db, conversation_id: int) -> int | None:
    id: int | None = await db.fetchval(
        "SELECT actor_id FROM participants WHERE conversation_id = $1 AND role = 'owner' AND to_seq IS NULL",
        conversation_id,
    )
    return id


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a member's list."""

    id: int
    kind: str
    chatid: str
    name: str
    app_id: int | None
    peer_id: int | None
    role: str
    from_seq: int
    head: int
    read_seq: int
    unread: int
    mentioned: bool
    members: int
    created_at: datetime
    last_seq: int | None
    last_at: datetime | None
    last_sender_id: int | None
    last_body: dict[str, Any] | None
    pinned_at: datetime | None
    notify: str
    muted_until: datetime | None
    hidden_up_to: int | None
    draft: dict[str, Any] | None

    @property
    def hidden(self) -> bool:
        return self.hidden_up_to is not None and (self.last_seq or 0) <= self.hidden_up_to


OF_OWN = """
    w.pinned_at, coalesce(w.notify, 'all') AS notify, w.muted_until, w.hidden_up_to,
    CASE WHEN d.content IS NOT NULL THEN jsonb_build_object('content', d.content, 'reply_to', d.reply_to,
        'mentions', d.mentions, 'updated_at', d.updated_at) END AS draft
"""
"""What the member alone knows of a conversation: `w` are their preferences, `d` their draft."""


async def list_conversations(db: Db, member_id: int, conversation_id: int | None = None) -> list[Listed]:
    """What a member takes part in, the liveliest first; apps where they said something to the member."""
    rows = await db.fetch(
        f"""
        WITH mine AS (
            SELECT c.id, c.kind, c.chatid, c.name, c.app_id,
                   CASE WHEN c.kind = 'direct' THEN c.direct_low + c.direct_high - $1 END AS peer_id,
                   p.role, p.from_seq, p.read_seq, c.members, c.created_at, NULL::int AS ordinal
            FROM participants AS p JOIN conversations AS c ON c.id = p.conversation_id
            WHERE p.actor_id = $1 AND p.to_seq IS NULL AND ($2::bigint IS NULL OR c.id = $2)
            UNION ALL
            SELECT c.id, c.kind, c.chatid, a.name, c.app_id, NULL, 'member', 0, coalesce(r.read_seq, 0),
                   c.members, c.created_at, m.ordinal
            FROM conversations AS c JOIN apps AS a ON a.id = c.app_id JOIN members AS m ON m.id = $1
            LEFT JOIN app_reads AS r ON r.conversation_id = c.id AND r.member_id = $1
            WHERE c.kind = 'app' AND ($2::bigint IS NULL OR c.id = $2)
        )
        SELECT mine.id, kind, chatid, name, app_id, peer_id, role, from_seq, s.head, read_seq,
               u.unread, u.mentioned, members, created_at, l.seq AS last_seq, l.sent_at AS last_at,
               l.sender_id AS last_sender_id, l.body AS last_body, {OF_OWN}
        FROM mine JOIN streams AS s USING (id)
        LEFT JOIN conversation_preferences AS w ON w.member_id = $1 AND w.conversation_id = mine.id
        LEFT JOIN unsent_drafts AS d ON d.member_id = $1 AND d.conversation_id = mine.id
        LEFT JOIN LATERAL (
            SELECT seq, sent_at, sender_id, body FROM messages AS m
            WHERE m.conversation_id = mine.id AND m.seq > mine.from_seq AND m.seq = CASE
                WHEN mine.ordinal IS NULL THEN (SELECT max(seq) FROM messages WHERE conversation_id = mine.id)
                ELSE (SELECT f.seq FROM app_messages_for($1, mine.ordinal, mine.id, 0, $3, 1, $4) AS f) END
            ) AS l ON true
        CROSS JOIN LATERAL (
            SELECT count(*) AS unread, coalesce(bool_or(called), false) AS mentioned FROM (
                SELECT EXISTS (SELECT FROM mentions AS x WHERE x.conversation_id = mine.id AND x.seq = m.seq
                               AND x.member_id IN (0, $1)) AS called
                FROM messages AS m
                WHERE mine.ordinal IS NULL AND m.conversation_id = mine.id
                  AND m.seq > greatest(mine.read_seq, mine.from_seq)
                  AND m.sender_id <> $1 AND m.recalled_at IS NULL
                UNION ALL
                SELECT false FROM app_messages_for($1, mine.ordinal, mine.id, mine.read_seq, $3, 200, $4) AS f
                WHERE mine.ordinal IS NOT NULL AND (SELECT m.recalled_at IS NULL FROM messages AS m
                                                    WHERE m.conversation_id = mine.id AND m.seq = f.seq)
                LIMIT 100) AS above) AS u
        WHERE kind <> 'app' OR l.seq IS NOT NULL
        ORDER BY coalesce(l.sent_at, mine.created_at) DESC, mine.id DESC LIMIT 2000
        """,
        member_id,
        conversation_id,
        ABOVE_ALL,
        LOOKED_AT,
    )
    return [Listed(**row) for row in rows]


async def silent_app(db: Db, member_id: int, conversation_id: int) -> Listed | None:
    """An app's conversation, for a member to whom the app has said nothing yet."""
    row = await db.fetchrow(
        f"""
        SELECT c.id, c.kind, c.chatid, '' AS name, c.app_id, NULL::bigint AS peer_id, 'member' AS role,
               0::bigint AS from_seq, s.head, coalesce(r.read_seq, 0) AS read_seq, 0::bigint AS unread,
               false AS mentioned, c.members, c.created_at, NULL::bigint AS last_seq, NULL::timestamptz AS last_at,
               NULL::bigint AS last_sender_id, NULL::jsonb AS last_body, {OF_OWN}
        FROM conversations AS c JOIN streams AS s USING (id)
        LEFT JOIN app_reads AS r ON r.conversation_id = c.id AND r.member_id = $1
        LEFT JOIN conversation_preferences AS w ON w.member_id = $1 AND w.conversation_id = c.id
        LEFT JOIN unsent_drafts AS d ON d.member_id = $1 AND d.conversation_id = c.id
        WHERE c.id = $2 AND c.kind = 'app'
        """,
        member_id,
        conversation_id,
    )
    return Listed(**row) if row else None


async def met(db: Db, member_id: int, actor_ids: Sequence[int]) -> set[int]:
    """Which of these actors take or took part in the member's conversations, while the member did."""
    rows = await db.fetch(
        """
        SELECT DISTINCT q.actor_id FROM participants AS p JOIN participants AS q USING (conversation_id)
        WHERE p.actor_id = $1 AND p.to_seq IS NULL AND q.actor_id = ANY($2::bigint[])
          AND (q.to_seq IS NULL OR q.to_seq > p.from_seq)
        """,
        member_id,
        actor_ids,
    )
    return {row["actor_id"] for row in rows}

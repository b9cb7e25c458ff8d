"""Finding messages by their words, among those that a member may see now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wecom.foundation.db import Db

FEW = 64
"""Conversations that a search names to the index one by one."""

SUMMED = 1_000
"""Conversations whose messages are added up: a few milliseconds' work."""

COUNTED_TO = 40_000

ONE_BY_ONE = 3_000
"""Messages up to which it is asked of each whether the member may see it: a hundredth of a second's work."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the member may see now, and that holds what was asked for."""

    conversation_id: int
    seq: int
    sent_at: datetime
    sender_id: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """About how much a member may see: what decides how it is searched."""

    few: list[int] | None
    """The conversations, where they are few."""
    talk: int | None
    """Messages in conversations, roughly; None where these are too many to be looked at."""
    from_apps: int
    """Messages of apps, as far as counted."""
    total: int
    """Messages in the index, roughly; 0 where the database has not counted yet."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What all ways to search are given."""

    member_id: int
    ordinal: int
    conversation_id: int | None
    query: str
    stretches: list[str]
    since: datetime
    below: tuple[datetime, int, int]
    limit: int

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (
            self.member_id,
            self.conversation_id,
            self.query,
            self.stretches,
            self.since,
            *self.below,
            self.limit,
        )


# $1 member, $2 conversation or null, $3 query, $4 stretches, $5 since, $6 $7 $8 below this place, $9 limit
# Whoever dissolves a conversation ends everybody's part in it, so there is nothing else to ask.
_MINE = """
    SELECT p.conversation_id, p.from_seq FROM participants AS p
    WHERE p.actor_id = $1::bigint AND p.to_seq IS NULL AND ($2::bigint IS NULL OR p.conversation_id = $2)
"""
_MY_OWN = """
    CROSS JOIN LATERAL (
        SELECT p.from_seq FROM participants AS p
        WHERE p.actor_id = $1::bigint AND p.conversation_id = newest.conversation_id AND p.to_seq IS NULL
          AND ($2::bigint IS NULL OR p.conversation_id = $2) LIMIT 1) AS mine
"""
_WITHIN = """
    i.sent_at >= $5::timestamptz
    AND (i.sent_at, i.conversation_id, i.seq) < ($6::timestamptz, $7::bigint, $8::bigint)
"""
_HOLDS = """
    i.words @@ $3::tsquery AND NOT EXISTS (SELECT FROM unnest($4::text[]) AS s WHERE strpos(i.line, s) = 0)
"""
_NEWEST = "ORDER BY i.sent_at DESC, i.conversation_id DESC, i.seq DESC LIMIT $9::bigint"
_TO_ME = """
    CASE WHEN i.wide THEN (
        SELECT CASE WHEN m.audience IS NULL THEN true
                    WHEN $10::int >= 8 * octet_length(m.audience) THEN false
                    ELSE get_bit(m.audience, $10) = 1 END
        FROM messages AS m WHERE m.conversation_id = i.conversation_id AND m.seq = i.seq)
    ELSE EXISTS (SELECT FROM app_recipients AS r
                 WHERE r.member_id = $1::bigint AND r.conversation_id = i.conversation_id AND r.seq = i.seq) END
"""
_SAID = """
    SELECT f.conversation_id, f.seq, f.sent_at, m.sender_id, m.body AS content
    FROM found AS f JOIN messages AS m USING (conversation_id, seq) WHERE m.body IS NOT NULL
    ORDER BY f.sent_at DESC, f.conversation_id DESC, f.seq DESC
"""


async def keep_short(db: Db, milliseconds: int) -> None:
    """Bound what the rest of this transaction may take, for each statement."""
    await db.execute(
        """
        SELECT set_config('statement_timeout', $1, true), set_config('jit', 'off', true),
               set_config('work_mem', '32MB', true), set_config('plan_cache_mode', 'force_custom_plan', true)
        """,
        str(milliseconds),
    )


async def extent(db: Db, member_id: int, conversation_id: int | None) -> Extent:
    """What there is to look through, counted no further than matters."""
    row = await db.fetchrow(
        f"""
        WITH mine AS MATERIALIZED ({_MINE} LIMIT $3 + 1), talk AS (
            SELECT count(*) AS conversations,
                   CASE WHEN count(*) <= $3
                        THEN (SELECT coalesce(sum(s.head - mine.from_seq), 0)::bigint
                              FROM mine JOIN streams AS s ON s.id = mine.conversation_id) END AS messages
            FROM mine)
        SELECT CASE WHEN conversations <= $4 THEN (SELECT array_agg(mine.conversation_id) FROM mine) END AS few,
               conversations, messages AS talk,
               (SELECT count(*) FROM (
                   SELECT FROM app_recipients AS r
                   WHERE r.member_id = $1 AND ($2 IS NULL OR r.conversation_id = $2) LIMIT $5) AS listed)
               + (SELECT count(*) FROM (
                   SELECT FROM message_words AS i WHERE i.wide AND ($2 IS NULL OR i.conversation_id = $2)
                   LIMIT $5) AS shared) AS from_apps,
               (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'message_words'::regclass) AS total
        FROM talk
        """,
        member_id,
        conversation_id,
        SUMMED,
        FEW,
        COUNTED_TO,
    )
    assert row
    few = (row["few"] or []) if row["conversations"] <= FEW else None
    return Extent(few, row["talk"], row["from_apps"], row["total"])


async def expected(db: Db, query: str) -> int:
    """How many messages hold this, apps' apart, as the database reckons from its statistics. Nothing is read."""
    [plan] = await db.fetchval(
        "EXPLAIN (FORMAT JSON) SELECT FROM message_words AS i WHERE i.words @@ $1::tsquery AND NOT i.app", query
    )
    return int(plan["Plan"]["Plan Rows"])


async def newest_of_all(db: Db, asking: Asking, looked_at: int) -> tuple[list[Found], bool]:
    """Those among the newest of everybody's messages; and whether that was all there are.

    For what is said often by members who see much: the first page is full before long.
    """
    # Of few messages it is asked one by one whether they may be seen; for many, all that may be is read first.
    mine = _MY_OWN if looked_at <= ONE_BY_ONE else f"JOIN ({_MINE}) AS mine USING (conversation_id)"
    rows = await db.fetch(
        f"""
        WITH newest AS MATERIALIZED (
            SELECT i.conversation_id, i.seq, i.sent_at FROM message_words AS i
            WHERE i.words IS NOT NULL AND NOT i.app AND {_WITHIN}
            ORDER BY i.sent_at DESC, i.conversation_id DESC, i.seq DESC LIMIT $10::bigint
        ), found AS (
            SELECT i.conversation_id, i.seq, i.sent_at
            FROM newest {mine}
            JOIN message_words AS i ON i.conversation_id = newest.conversation_id AND i.seq = newest.seq
            WHERE newest.seq > mine.from_seq AND {_HOLDS} {_NEWEST}
        ), said AS ({_SAID})
        SELECT s.conversation_id, s.seq, s.sent_at, s.sender_id, s.content, n.looked_at
        FROM (SELECT count(*) AS looked_at FROM newest) AS n LEFT JOIN said AS s ON true
        """,
        *asking.arguments,
        looked_at,
    )
    all_of_them = rows[0]["looked_at"] < looked_at
    return [_found(row) for row in rows if row["seq"] is not None], all_of_them


async def in_each_conversation(db: Db, asking: Asking) -> list[Found]:
    """Looks at every message that the member may see, but for apps': for members who see little."""
    rows = await db.fetch(
        f"""
        WITH found AS (
            SELECT i.conversation_id, i.seq, i.sent_at FROM ({_MINE}) AS mine CROSS JOIN LATERAL (
                SELECT i.conversation_id, i.seq, i.sent_at, i.words, i.line FROM message_words AS i
                WHERE i.conversation_id = mine.conversation_id AND i.seq > mine.from_seq AND {_WITHIN} OFFSET 0) AS i
            WHERE {_HOLDS} {_NEWEST})
        {_SAID}
        """,
        *asking.arguments,
    )
    return [_found(row) for row in rows]


async def by_words(db: Db, asking: Asking, most: int) -> tuple[list[Found], bool]:
    """Looks up the words, then who may see what was found, of at most so many; and whether that was all there are.

    For what is said seldom.
    """
    rows = await db.fetch(
        f"""
        WITH holding AS MATERIALIZED (
            SELECT i.conversation_id, i.seq, i.sent_at, i.words, i.line FROM message_words AS i
            WHERE i.words @@ $3::tsquery AND NOT i.app LIMIT $10::bigint
        ), found AS (
            SELECT i.conversation_id, i.seq, i.sent_at
            FROM holding AS i JOIN ({_MINE}) AS mine
              ON mine.conversation_id = i.conversation_id AND i.seq > mine.from_seq
            WHERE {_WITHIN} AND {_HOLDS} {_NEWEST}
        ), said AS ({_SAID})
        SELECT s.conversation_id, s.seq, s.sent_at, s.sender_id, s.content, n.looked_at
        FROM (SELECT count(*) AS looked_at FROM holding) AS n LEFT JOIN said AS s ON true
        """,
        *asking.arguments,
        most,
    )
    all_of_them = rows[0]["looked_at"] < most
    return [_found(row) for row in rows if row["seq"] is not None], all_of_them


async def in_each_app_message(db: Db, asking: Asking) -> list[Found]:
    """Looks at every message of apps to the member."""
    rows = await db.fetch(
        f"""
        WITH found AS (
            SELECT i.conversation_id, i.seq, i.sent_at FROM (
                SELECT i.conversation_id, i.seq, i.sent_at, i.words, i.line, i.wide
                FROM app_recipients AS r JOIN message_words AS i USING (conversation_id, seq)
                WHERE r.member_id = $1::bigint AND ($2::bigint IS NULL OR r.conversation_id = $2) AND {_WITHIN}
                UNION ALL
                SELECT i.conversation_id, i.seq, i.sent_at, i.words, i.line, i.wide FROM message_words AS i
                WHERE i.wide AND ($2 IS NULL OR i.conversation_id = $2) AND {_WITHIN} OFFSET 0) AS i
            WHERE {_HOLDS} AND (NOT i.wide OR {_TO_ME}) {_NEWEST})
        {_SAID}
        """,
        *asking.arguments,
        asking.ordinal,
    )
    return [_found(row) for row in rows]


async def app_messages_by_words(db: Db, asking: Asking) -> list[Found]:
    """The same by looking up the words: for members to whom apps have said a great deal."""
    rows = await db.fetch(
        f"""
        WITH holding AS MATERIALIZED (
            SELECT i.conversation_id, i.seq, i.sent_at, i.wide FROM message_words AS i
            WHERE {_HOLDS} AND i.app AND ($2::bigint IS NULL OR i.conversation_id = $2) AND {_WITHIN}
        ), found AS (
            SELECT i.conversation_id, i.seq, i.sent_at FROM holding AS i WHERE {_TO_ME} {_NEWEST})
        {_SAID}
        """,
        *asking.arguments,
        asking.ordinal,
    )
    return [_found(row) for row in rows]


def _found(row: Any) -> Found:
    return Found(row["conversation_id"], row["seq"], row["sent_at"], row["sender_id"], row["content"])

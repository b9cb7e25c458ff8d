"""Pushes on their way: claiming them, knowing what they say, being done with them."""

from collections.abc import Sequence
from datetime import timedelta

from ....foundation.db import Db
from ..model import CHECKIN, LIFE, REMINDED, REPORT, TEST, Claimed, Facts

LOOKED_AT = 1_000
ABOVE_ALL = 2**62


async def insert_test(db: Db, session_id: int) -> bool:
    """False where the session has no subscription."""
    answer = await db.execute(
        f"""
        INSERT INTO pushes (subscription_id, conversation_id, origin, from_seq, seq, at)
        SELECT id, {TEST}, origin, 0, 1, now() FROM push_subscriptions WHERE session_id = $1
        ON CONFLICT (subscription_id, conversation_id) DO UPDATE SET seq = pushes.seq + 1, at = now(), due_at = now()
        """,
        session_id,
    )
    return answer == "INSERT 0 1"


async def due_origins(db: Db, limit: int) -> list[str]:
    """The push services that something is due for, the longest due first."""
    rows = await db.fetch(
        "SELECT origin FROM pushes WHERE due_at <= now() GROUP BY origin ORDER BY min(due_at) LIMIT $1", limit
    )
    return [row["origin"] for row in rows]


async def claim_pushes(db: Db, origin: str, limit: int, lease: timedelta) -> list[Claimed]:
    """Due pushes for one service, hidden from others for a while: until then they are sent, or to be sent again."""
    rows = await db.fetch(
        """
        UPDATE pushes SET attempt = attempt + 1, due_at = now() + $3
        WHERE (subscription_id, conversation_id) IN (
            SELECT subscription_id, conversation_id FROM pushes WHERE origin = $1 AND due_at <= now()
            ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING subscription_id, conversation_id, from_seq, seq, at, attempt
        """,
        origin,
        limit,
        lease,
    )
    return [Claimed(**row) for row in rows]


async def facts(db: Db, claimed: Sequence[Claimed]) -> list[Facts]:
    """Of those pushes that are still wanted: the device is signed in, and its member missed what they may see."""
    rows = await db.fetch(
        """
        SELECT w.subscription_id, w.conversation_id, u.member_id, u.endpoint, u.p256dh, u.auth, g.seq, c.kind,
               CASE WHEN c.kind = 'app' THEN a.name ELSE c.name END AS name,
               coalesce(f.name, fa.name, fr.name, '') AS said_by, g.body,
               EXISTS (SELECT FROM mentions AS y WHERE y.conversation_id = c.id AND y.seq = g.seq
                       AND y.member_id IN (0, u.member_id)) AS called,
               CASE WHEN c.kind = 'app' THEN (
                   SELECT count(*) FROM app_messages_for(
                       u.member_id, m.ordinal, c.id, coalesce(r.read_seq, 0), $6, 100, $7) AS t)
               ELSE (SELECT count(*) FROM (
                   SELECT FROM messages AS t WHERE t.conversation_id = c.id
                     AND t.seq > greatest(p.read_seq, p.from_seq) AND t.sender_id <> u.member_id
                     AND t.recalled_at IS NULL LIMIT 100) AS above) END AS unread
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS w (
            subscription_id, conversation_id, from_seq, upto)
        JOIN push_subscriptions AS u ON u.id = w.subscription_id
        JOIN sessions AS s ON s.id = u.session_id AND s.ended_at IS NULL AND s.expires_at > now()
        JOIN members AS m ON m.id = u.member_id AND m.enabled AND m.left_at IS NULL
        JOIN conversations AS c ON c.id = w.conversation_id
        CROSS JOIN LATERAL (
            SELECT h.seq, h.sender_id, h.body FROM messages AS h
            WHERE h.conversation_id = w.conversation_id
              AND h.seq = newest_to_notify(u.member_id, w.conversation_id, w.from_seq, w.upto)
              AND h.sent_at > now() - $5::interval LIMIT 1) AS g
        LEFT JOIN participants AS p ON p.actor_id = u.member_id AND p.conversation_id = c.id AND p.to_seq IS NULL
        LEFT JOIN app_reads AS r ON r.conversation_id = c.id AND r.member_id = u.member_id
        LEFT JOIN apps AS a ON a.id = c.app_id
        LEFT JOIN members AS f ON f.id = g.sender_id
        LEFT JOIN apps AS fa ON fa.id = g.sender_id
        LEFT JOIN robots AS fr ON fr.id = g.sender_id
        """,
        *_columns(claimed),
        LIFE,
        ABOVE_ALL,
        LOOKED_AT,
    )
    return [Facts(**row) for row in rows]


async def tests_for(db: Db, subscription_ids: Sequence[int]) -> list[Facts]:
    """The same of tests, which say nothing of any conversation."""
    rows = await db.fetch(
        f"""
        SELECT u.id AS subscription_id, {TEST}::bigint AS conversation_id, u.member_id, u.endpoint, u.p256dh, u.auth,
               0::bigint AS seq, 'test' AS kind, '' AS name, '' AS said_by, NULL::jsonb AS body, true AS called,
               0::bigint AS unread
        FROM push_subscriptions AS u JOIN sessions AS s ON s.id = u.session_id
        WHERE u.id = ANY($1::bigint[]) AND s.ended_at IS NULL AND s.expires_at > now()
        """,
        subscription_ids,
    )
    return [Facts(**row) for row in rows]


async def insert_reminders(db: Db, about: int, member_ids: Sequence[int], seqs: Sequence[int]) -> None:
    """One for each device of each of these members; `about` stands for a conversation."""
    await db.execute(
        """
        INSERT INTO pushes (subscription_id, conversation_id, origin, from_seq, seq, at)
        SELECT u.id, $3, u.origin, 0, n.seq, now()
        FROM unnest($1::bigint[], $2::bigint[]) AS n (member_id, seq)
        JOIN push_subscriptions AS u ON u.member_id = n.member_id ORDER BY u.id
        ON CONFLICT (subscription_id, conversation_id) DO UPDATE SET seq = excluded.seq, at = now(), due_at = now()
        """,
        list(member_ids),
        list(seqs),
        about,
    )


async def reminders_for(db: Db, subscription_ids: Sequence[int]) -> list[Facts]:
    """The same of reminders: to check in, which say no more than whether it is coming or going, and of reports."""
    rows = await db.fetch(
        f"""
        SELECT u.id AS subscription_id, p.conversation_id, u.member_id, u.endpoint, u.p256dh, u.auth, p.seq,
               'checkin' AS kind, '' AS name, '' AS said_by, NULL::jsonb AS body, true AS called, 0::bigint AS unread
        FROM pushes AS p JOIN push_subscriptions AS u ON u.id = p.subscription_id
        JOIN sessions AS s ON s.id = u.session_id AND s.ended_at IS NULL AND s.expires_at > now()
        JOIN members AS m ON m.id = u.member_id AND m.enabled AND m.left_at IS NULL
        WHERE p.subscription_id = ANY($1::bigint[]) AND p.conversation_id IN ({CHECKIN}, {REPORT})
          AND p.at > now() - $2::interval
        """,
        subscription_ids,
        REMINDED,
    )
    return [Facts(**row) for row in rows]


async def badges(db: Db, member_ids: Sequence[int]) -> dict[int, int]:
    """How much is unread in all conversations of each that notify them; of one that only calls do, the calls."""
    rows = await db.fetch(
        """
        WITH heard AS (
            SELECT p.actor_id AS member_id, u.unread
            FROM participants AS p JOIN streams AS s ON s.id = p.conversation_id
            LEFT JOIN conversation_preferences AS w
              ON w.member_id = p.actor_id AND w.conversation_id = p.conversation_id
            CROSS JOIN LATERAL (SELECT count(*) AS unread FROM (
                SELECT FROM messages AS t WHERE t.conversation_id = p.conversation_id
                  AND t.seq > greatest(p.read_seq, p.from_seq) AND t.sender_id <> p.actor_id
                  AND t.recalled_at IS NULL
                  AND (coalesce(w.notify, 'all') = 'all' OR EXISTS (
                      SELECT FROM mentions AS x WHERE x.conversation_id = t.conversation_id AND x.seq = t.seq
                        AND x.member_id IN (0, p.actor_id))) LIMIT 100) AS above) AS u
            WHERE p.actor_id = ANY($1::bigint[]) AND p.to_seq IS NULL AND s.head > greatest(p.read_seq, p.from_seq)
              AND coalesce(w.notify, 'all') <> 'none' AND (w.muted_until IS NULL OR w.muted_until <= now())
            UNION ALL
            SELECT m.id, u.unread FROM members AS m CROSS JOIN conversations AS c
            LEFT JOIN app_reads AS r ON r.conversation_id = c.id AND r.member_id = m.id
            LEFT JOIN conversation_preferences AS w ON w.member_id = m.id AND w.conversation_id = c.id
            CROSS JOIN LATERAL (
                SELECT count(*) AS unread FROM app_messages_for(
                    m.id, m.ordinal, c.id, coalesce(r.read_seq, 0), $2, 100, $3) AS f
                WHERE (SELECT t.recalled_at IS NULL FROM messages AS t
                       WHERE t.conversation_id = c.id AND t.seq = f.seq)) AS u
            WHERE m.id = ANY($1::bigint[]) AND c.kind = 'app' AND coalesce(w.notify, 'all') = 'all'
              AND (w.muted_until IS NULL OR w.muted_until <= now())
        )
        SELECT member_id, sum(unread)::bigint AS unread FROM heard GROUP BY member_id
        """,
        member_ids,
        ABOVE_ALL,
        LOOKED_AT,
    )
    return {row["member_id"]: row["unread"] for row in rows}


async def finish_push(db: Db, claimed: Claimed) -> None:
    """It was taken, or is given up. Where more was said meanwhile, that is to be sent now."""
    await db.execute(
        """
        WITH sent AS (
            DELETE FROM pushes WHERE subscription_id = $1 AND conversation_id = $2 AND seq = $3
        )
        UPDATE pushes SET from_seq = $3, due_at = now(), attempt = 0
        WHERE subscription_id = $1 AND conversation_id = $2 AND seq > $3
        """,
        claimed.subscription_id,
        claimed.conversation_id,
        claimed.seq,
    )


async def postpone_push(db: Db, claimed: Claimed, wait: timedelta) -> None:
    """To be tried again; unless the lease ran out and another worker has it now."""
    await db.execute(
        """
        UPDATE pushes SET due_at = now() + $3 WHERE subscription_id = $1 AND conversation_id = $2 AND attempt = $4
        """,
        claimed.subscription_id,
        claimed.conversation_id,
        wait,
        claimed.attempt,
    )


async def hold_back(db: Db, subscription_id: int, wait: timedelta) -> None:
    """Nothing more for this device, for so long."""
    await db.execute(
        "UPDATE pushes SET due_at = greatest(due_at, now() + $2) WHERE subscription_id = $1", subscription_id, wait
    )


async def delete_old_pushes(db: Db) -> None:
    """What is worth nothing any more, as for a service that has been away all the time."""
    await db.execute("DELETE FROM pushes WHERE at < now() - $1::interval", LIFE)


def _columns(claimed: Sequence[Claimed]) -> tuple[list[int], list[int], list[int], list[int]]:
    subscription_ids = [each.subscription_id for each in claimed]
    conversation_ids = [each.conversation_id for each in claimed]
    return subscription_ids, conversation_ids, [each.from_seq for each in claimed], [each.seq for each in claimed]

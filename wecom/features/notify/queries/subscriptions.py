"""Where pushes reach devices, and the key that they are signed with."""

from ....foundation.db import Db
from ..model import Subscription


async def push_key(db: Db) -> tuple[bytes, bytes] | None:
    """`(public, sealed)`"""
    row = await db.fetchrow("SELECT public, sealed FROM push_key")
    return (row["public"], row["sealed"]) if row else None


async def insert_push_key(db: Db, public: bytes, sealed: bytes) -> None:
    """Unless there is one."""
    await db.execute("INSERT INTO push_key (public, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING", public, sealed)


async def replace_push_key(db: Db, old: bytes, public: bytes, sealed: bytes) -> None:
    await db.execute("UPDATE push_key SET public = $2, sealed = $3 WHERE public = $1", old, public, sealed)


async def lock_session(db: Db, session_id: int) -> None:
    """Whoever subscribes for it too waits until this transaction ends."""
    await db.execute("SELECT FROM sessions WHERE id = $1 FOR NO KEY UPDATE", session_id)


async def delete_replaced(db: Db, session_id: int, endpoint_hash: bytes) -> None:
    """What this session had before, and what the endpoint belonged to."""
    await db.execute(
        "DELETE FROM push_subscriptions WHERE session_id = $1 OR endpoint_hash = $2", session_id, endpoint_hash
    )


async def insert_subscription(
    db: Db,
    session_id: int,
    member_id: int,
    endpoint: str,
    endpoint_hash: bytes,
    origin: str,
    p256dh: bytes,
    auth: bytes,
) -> int:
    """Its id. Where another session subscribed with the endpoint at the same moment, it is this one's now."""
    id: int = await db.fetchval(
        """
        INSERT INTO push_subscriptions (session_id, member_id, endpoint, endpoint_hash, origin, p256dh, auth)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (endpoint_hash) DO UPDATE SET session_id = excluded.session_id, member_id = excluded.member_id,
            p256dh = excluded.p256dh, auth = excluded.auth
        RETURNING id
        """,
        session_id,
        member_id,
        endpoint,
        endpoint_hash,
        origin,
        p256dh,
        auth,
    )
    return id


async def subscriptions(db: Db, member_id: int) -> list[Subscription]:
    rows = await db.fetch(
        """
        SELECT u.id, u.session_id, s.device, s.user_agent, u.origin, u.created_at
        FROM push_subscriptions AS u JOIN sessions AS s ON s.id = u.session_id
        WHERE u.member_id = $1 AND s.ended_at IS NULL AND s.expires_at > now() ORDER BY u.created_at DESC, u.id DESC
        """,
        member_id,
    )
    return [Subscription(**row) for row in rows]


async def delete_subscription(db: Db, id: int, member_id: int | None = None) -> bool:
    """`member_id`: only where it is theirs."""
    answer = await db.execute(
        "DELETE FROM push_subscriptions WHERE id = $1 AND ($2::bigint IS NULL OR member_id = $2)", id, member_id
    )
    return answer == "DELETE 1"


async def delete_oldest(db: Db, member_id: int, kept: int) -> None:
    """All but so many of a member's, the newest."""
    await db.execute(
        """
        DELETE FROM push_subscriptions WHERE id IN (
            SELECT id FROM push_subscriptions WHERE member_id = $1 ORDER BY id DESC OFFSET $2)
        """,
        member_id,
        kept,
    )


async def delete_all_subscriptions(db: Db) -> None:
    await db.execute("DELETE FROM push_subscriptions")


async def delete_dead_subscriptions(db: Db) -> None:
    """Those of sessions that are over."""
    await db.execute(
        """
        DELETE FROM push_subscriptions AS u USING sessions AS s
        WHERE s.id = u.session_id AND (s.ended_at IS NOT NULL OR s.expires_at <= now())
        """
    )

"""Every statement on streams, their entries and their followers."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..db import Db


@dataclass(frozen=True, slots=True)
class Followed:
    """One change of all streams, in commit-safe order."""

    xid: int
    stream_id: int
    seq: int
    kind: str
    body: dict[str, object]


async def create_streams(db: Db, ids: Sequence[int]) -> None:
    await db.execute("INSERT INTO streams (id) SELECT * FROM unnest($1::bigint[])", ids)


async def lock_streams(db: Db, ids: Sequence[int]) -> dict[int, int]:
    """Lock streams in ascending order; their heads."""
    rows = await db.fetch(
        "SELECT id, head FROM streams WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", ids
    )
    return {row["id"]: row["head"] for row in rows}


async def locked_streams(db: Db, ids: Sequence[int]) -> set[int]:
    """Which of these streams another transaction holds now; waits for none of them."""
    rows = await db.fetch(
        """
        WITH free AS MATERIALIZED (SELECT id FROM streams WHERE id = ANY($1::bigint[]) FOR SHARE SKIP LOCKED)
        SELECT id FROM streams WHERE id = ANY($1::bigint[]) EXCEPT SELECT id FROM free
        """,
        ids,
    )
    return {row["id"] for row in rows}


async def bump_heads(db: Db, ids: Sequence[int], counts: Sequence[int]) -> None:
    """Move the heads of locked streams on."""
    await db.execute(
        """
        UPDATE streams SET head = head + w.n
        FROM unnest($1::bigint[], $2::bigint[]) AS w (id, n) WHERE streams.id = w.id
        """,
        ids,
        counts,
    )


async def bump_head(db: Db, id: int) -> int | None:
    head: int | None = await db.fetchval("UPDATE streams SET head = head + 1 WHERE id = $1 RETURNING head", id)
    return head


async def insert_entries(
    db: Db,
    ids: Sequence[int],
    seqs: Sequence[int],
    kinds: Sequence[str],
    refs: Sequence[str],
    audience: bytes | None,
) -> None:
    await db.execute(
        """
        INSERT INTO entries (stream_id, seq, kind, refs, audience)
        SELECT e.*, $5::bytea FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]::jsonb[]) AS e
        """,
        ids,
        seqs,
        kinds,
        refs,
        audience,
    )


async def update_entry(db: Db, stream_id: int, seq: int, kind: str, refs: str) -> None:
    await db.execute(
        "UPDATE entries SET refs = $4::text::jsonb WHERE stream_id = $1 AND seq = $2 AND kind = $3",
        stream_id,
        seq,
        kind,
        refs,
    )


async def heads(db: Db, ids: Sequence[int]) -> dict[int, int]:
    rows = await db.fetch("SELECT id, head FROM streams WHERE id = ANY($1::bigint[])", ids)
    return {row["id"]: row["head"] for row in rows}


async def entries_between(
    db: Db, stream_id: int, since: int, to: int, limit: int, ordinal: int | None
) -> list[tuple[int, str]]:
    """`(seq, entry as JSON)` in `(since, to]`, oldest first.

    `ordinal`: only what its bit in an entry's audience, where there is one, lets pass.
    """
    rows = await db.fetch(
        """
        SELECT seq, json_build_object('seq', seq, 'kind', kind, 'body', body)::text AS entry
        FROM changes
        WHERE stream_id = $1 AND seq > $2 AND seq <= $3
          AND CASE WHEN audience IS NULL OR $5::int IS NULL THEN true
                   WHEN $5 >= 8 * octet_length(audience) THEN false
                   ELSE get_bit(audience, $5) = 1 END
        ORDER BY seq LIMIT $4
        """,
        stream_id,
        since,
        to,
        limit,
        ordinal,
    )
    return [(row["seq"], row["entry"]) for row in rows]


async def moved_since(db: Db, xid: int) -> tuple[int, dict[int, int]]:
    """Streams that moved in transactions not older than `xid`: their newest numbers.

    Also the `xid` to ask from next time. Nothing committed is ever skipped; what committed
    lately may be named twice.
    """
    rows = await db.fetch(
        """
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS next, NULL::bigint AS stream_id, NULL::bigint AS seq
        UNION ALL
        SELECT NULL, stream_id, max(seq) FROM entries WHERE xid >= $1::xid8 GROUP BY stream_id
        UNION ALL
        SELECT NULL, conversation_id, max(seq) FROM messages WHERE xid >= $1::xid8 GROUP BY conversation_id
        """,
        xid,
    )
    moved: dict[int, int] = {}
    for row in rows:
        if row["stream_id"] is None:
            xid = row["next"]
        else:
            moved[row["stream_id"]] = max(row["seq"], moved.get(row["stream_id"], 0))
    return xid, moved


async def current_xmin(db: Db) -> int:
    value: int = await db.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())")
    return value


async def follower_position(db: Db, name: str) -> tuple[int, int, int]:
    """Where a follower stands, locked so that only one process moves it; (0, 0, 0) at first."""
    await db.execute(
        "INSERT INTO followers (name, xid, stream_id, seq) VALUES ($1, '0', 0, 0) ON CONFLICT DO NOTHING",
        name,
    )
    row = await db.fetchrow("SELECT xid, stream_id, seq FROM followers WHERE name = $1 FOR UPDATE SKIP LOCKED", name)
    return (row["xid"], row["stream_id"], row["seq"]) if row else (-1, 0, 0)


async def final_changes(db: Db, after: tuple[int, int, int], limit: int, bodies: bool = True) -> list[Followed]:
    """The next changes whose transactions, and all older ones, have ended."""
    body = "body" if bodies else "'{}'::jsonb AS body"
    rows = await db.fetch(
        f"""
        SELECT xid, stream_id, seq, kind, {body} FROM changes
        WHERE xid >= $1::xid8 AND (xid, stream_id, seq) > ($1::xid8, $2::bigint, $3::bigint)
          AND xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, stream_id, seq LIMIT $4
        """,
        *after,
        limit,
    )
    return [Followed(**row) for row in rows]


async def move_follower(db: Db, name: str, to: tuple[int, int, int]) -> None:
    await db.execute(
        "UPDATE followers SET xid = $2::xid8, stream_id = $3, seq = $4, moved_at = now() WHERE name = $1",
        name,
        *to,
    )


async def delete_follower(db: Db, name: str) -> None:
    await db.execute("DELETE FROM followers WHERE name = $1", name)


async def position_of(db: Db, name: str) -> tuple[int, int, int]:
    """Where a follower stands, whoever moves it; (0, 0, 0) before its first change."""
    row = await db.fetchrow("SELECT xid, stream_id, seq FROM followers WHERE name = $1", name)
    return (row["xid"], row["stream_id"], row["seq"]) if row else (0, 0, 0)


async def waiting_since(db: Db, after: tuple[int, int, int]) -> float:
    """Seconds for which the first change after a position has been there; 0 where there is none."""
    seconds: float | None = await db.fetchval(
        """
        SELECT greatest(extract(epoch FROM clock_timestamp() - at), 0)::float8 FROM changes
        WHERE xid >= $1::xid8 AND (xid, stream_id, seq) > ($1::xid8, $2::bigint, $3::bigint)
        ORDER BY xid, stream_id, seq LIMIT 1
        """,
        *after,
    )
    return seconds or 0.0

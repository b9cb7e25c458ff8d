"""What gateways and catching up ask: whose streams, where they stand, what was missed."""

from collections.abc import Sequence
from dataclasses import dataclass

from ....foundation.db import Db


@dataclass(frozen=True, slots=True)
class Subscription:
    """A stream that a member hears, from after `from_seq`; `shared`: an app's, heard through audiences."""

    stream_id: int
    from_seq: int
    head: int
    shared: bool


async def subscriptions(
    db: Db, member_ids: Sequence[int], conversation_ids: Sequence[int] | None = None
) -> dict[int, list[Subscription]]:
    """What each member hears now, in one snapshot; of conversations, only those named, if any are."""
    rows = await db.fetch(
        """
        SELECT p.actor_id AS member_id, s.id AS stream_id, p.from_seq, s.head, false AS shared
        FROM participants AS p JOIN streams AS s ON s.id = p.conversation_id
        WHERE p.actor_id = ANY($1::bigint[]) AND p.to_seq IS NULL
          AND ($2::bigint[] IS NULL OR p.conversation_id = ANY($2))
        UNION ALL
        SELECT m, s.id, 0, s.head, true FROM unnest($1::bigint[]) AS m
        CROSS JOIN conversations AS c JOIN streams AS s ON s.id = c.id
        WHERE c.kind = 'app' AND ($2::bigint[] IS NULL OR c.id = ANY($2))
        UNION ALL
        SELECT m, s.id, 0, s.head, false FROM unnest($1::bigint[]) AS m JOIN streams AS s ON s.id IN (m, 1)
        WHERE $2::bigint[] IS NULL
        """,
        member_ids,
        conversation_ids,
    )
    found: dict[int, list[Subscription]] = {id: [] for id in member_ids}
    for row in rows:
        found[row["member_id"]].append(Subscription(row["stream_id"], row["from_seq"], row["head"], row["shared"]))
    return found


async def app_subscriptions(db: Db) -> list[Subscription]:
    """The conversations of all apps, which every member hears."""
    rows = await db.fetch(
        "SELECT s.id AS stream_id, s.head FROM conversations AS c JOIN streams AS s USING (id) WHERE c.kind = 'app'"
    )
    return [Subscription(row["stream_id"], 0, row["head"], True) for row in rows]


@dataclass(frozen=True, slots=True)
class Missed:
    """An entry for a gateway that fell behind."""

    seq: int
    kind: str
    entry: str
    audience: bytes | None


async def missed_entries(db: Db, stream_id: int, since: int, limit: int) -> list[Missed]:
    rows = await db.fetch(
        """
        SELECT seq, kind, json_build_object('seq', seq, 'kind', kind, 'body', body)::text AS entry, audience
        FROM changes WHERE stream_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
        """,
        stream_id,
        since,
        limit,
    )
    return [Missed(**row) for row in rows]


async def entries_of_many(
    db: Db, stream_ids: Sequence[int], sinces: Sequence[int], tos: Sequence[int], limit: int, ordinal: int
) -> dict[int, list[tuple[int, str]]]:
    """`(seq, entry as JSON)` in `(since, to]` of several streams, each at most `limit`, oldest first."""
    rows = await db.fetch(
        """
        SELECT w.id, e.seq, e.entry
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w (id, since, upto)
        CROSS JOIN LATERAL (
            SELECT seq, json_build_object('seq', seq, 'kind', kind, 'body', body)::text AS entry
            FROM changes
            WHERE stream_id = w.id AND seq > w.since AND seq <= w.upto
              AND CASE WHEN audience IS NULL THEN true
                       WHEN $5::int >= 8 * octet_length(audience) THEN false
                       ELSE get_bit(audience, $5) = 1 END
            ORDER BY seq LIMIT $4) AS e
        """,
        stream_ids,
        sinces,
        tos,
        limit,
        ordinal,
    )
    found: dict[int, list[tuple[int, str]]] = {id: [] for id in stream_ids}
    for row in rows:
        found[row["id"]].append((row["seq"], row["entry"]))
    return found

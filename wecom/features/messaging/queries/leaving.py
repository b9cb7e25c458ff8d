"""Statements for members who leave all their conversations at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from ....foundation.db import Db
from .conversations import IS_A_MEMBER


@dataclass(frozen=True, slots=True)
class Going:
    """A conversation that some members leave, and who owns it next where its owner is among them."""

    conversation_id: int
    actor_ids: tuple[int, ...]
    owner: int | None
    heir: int | None


async def conversations_of_all(db: Db, actor_ids: Sequence[int]) -> list[int]:
    """Every conversation in which one of these takes part, by ascending id."""
    rows = await db.fetch(
        """
        SELECT DISTINCT conversation_id FROM participants
        WHERE actor_id = ANY($1::bigint[]) AND to_seq IS NULL ORDER BY conversation_id
        """,
        actor_ids,
    )
    return [row["conversation_id"] for row in rows]


async def going(db: Db, conversation_ids: Sequence[int], actor_ids: Sequence[int]) -> list[Going]:
    """Who of `actor_ids` takes part in each of the conversations; the heir is as in `conversations.heir`."""
    rows = await db.fetch(
        """
        SELECT p.conversation_id, array_agg(p.actor_id ORDER BY p.actor_id) AS actor_ids,
               max(p.actor_id) FILTER (WHERE p.role = 'owner') AS owner,
               CASE WHEN bool_or(p.role = 'owner') THEN (
                   SELECT h.actor_id FROM participants AS h
                   WHERE h.conversation_id = p.conversation_id AND h.to_seq IS NULL
                     AND h.role IN ('administrator', 'member') AND NOT h.actor_id = ANY($2::bigint[])
                   ORDER BY h.role = 'administrator' DESC, h.from_seq, h.actor_id LIMIT 1) END AS heir
        FROM participants AS p
        WHERE p.conversation_id = ANY($1::bigint[]) AND p.actor_id = ANY($2::bigint[]) AND p.to_seq IS NULL
        GROUP BY p.conversation_id ORDER BY p.conversation_id
        """,
        conversation_ids,
        actor_ids,
    )
    return [Going(row["conversation_id"], tuple(row["actor_ids"]), row["owner"], row["heir"]) for row in rows]


async def set_roles(db: Db, conversation_ids: Sequence[int], actor_ids: Sequence[int], roles: Sequence[str]) -> None:
    await db.execute(
        """
        UPDATE participants AS p SET role = w.role
        FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS w (conversation_id, actor_id, role)
        WHERE p.conversation_id = w.conversation_id AND p.actor_id = w.actor_id AND p.to_seq IS NULL
        """,
        conversation_ids,
        actor_ids,
        roles,
    )


async def close_participations(
    db: Db, conversation_ids: Sequence[int], to_seqs: Sequence[int], actor_ids: Sequence[int]
) -> None:
    """End taking part of all these actors, in each conversation with its number."""
    await db.execute(
        f"""
        WITH gone AS (
            UPDATE participants AS p SET to_seq = w.seq
            FROM unnest($1::bigint[], $2::bigint[]) AS w (conversation_id, seq)
            WHERE p.conversation_id = w.conversation_id AND p.actor_id = ANY($3::bigint[]) AND p.to_seq IS NULL
            RETURNING p.conversation_id, p.role
        )
        UPDATE conversations AS c SET members = c.members - g.members
        FROM (SELECT conversation_id, count(*) AS members FROM gone WHERE {IS_A_MEMBER} GROUP BY 1) AS g
        WHERE c.id = g.conversation_id
        """,
        conversation_ids,
        to_seqs,
        actor_ids,
    )


async def count_conversations(db: Db, actor_id: int) -> tuple[int, int]:
    """The conversations that somebody takes part in, and the groups of them that are theirs."""
    row = await db.fetchrow(
        """
        SELECT count(*) AS taken, count(*) FILTER (WHERE role = 'owner') AS owned FROM participants
        WHERE actor_id = $1 AND to_seq IS NULL
        """,
        actor_id,
    )
    assert row
    return row["taken"], row["owned"]

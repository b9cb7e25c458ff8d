"""What happened in a group besides messages: who came and went, who leads it, what it is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ....foundation.db import Db

KINDS = ("participants.added", "participants.removed", "participant.role_changed", "conversation.renamed")


@dataclass(frozen=True, slots=True)
class Notice:
    """One of them. `by`: who did it, where somebody did; `name`: what the group was called from then on."""

    seq: int
    kind: str
    at: datetime
    by: int | None
    actor_ids: Sequence[int]
    role: str | None
    name: str | None


_NOTICE = """
    seq, kind, (refs->>'at')::timestamptz AS at, (refs->>'by')::bigint AS by, refs->>'role' AS role,
    refs->>'name' AS name,
    ARRAY(SELECT jsonb_array_elements_text(coalesce(refs->'actor_ids', jsonb_build_array(refs->'actor_id')))::bigint
          WHERE refs ?| ARRAY['actor_ids', 'actor_id']) AS actor_ids
"""


async def notices_before(db: Db, conversation_id: int, before: int, limit: int, *, from_seq: int) -> list[Notice]:
    """The notices that end just before `before`, oldest first, for who takes part from after `from_seq`."""
    rows = await db.fetch(
        f"""
        SELECT {_NOTICE} FROM entries
        WHERE stream_id = $1 AND seq < $2 AND seq > $4 AND kind = ANY($5::text[]) ORDER BY seq DESC LIMIT $3
        """,
        conversation_id,
        before,
        limit,
        from_seq,
        KINDS,
    )
    return [Notice(**row) for row in reversed(rows)]


async def notices_after(db: Db, conversation_id: int, after: int, limit: int, *, from_seq: int) -> list[Notice]:
    """Those that begin just after `after`, oldest first."""
    rows = await db.fetch(
        f"""
        SELECT {_NOTICE} FROM entries
        WHERE stream_id = $1 AND seq > greatest($2::bigint, $4::bigint) AND kind = ANY($5::text[]) ORDER BY seq LIMIT $3
        """,
        conversation_id,
        after,
        limit,
        from_seq,
        KINDS,
    )
    return [Notice(**row) for row in rows]

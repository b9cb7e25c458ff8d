"""Statements on what officers decide: facts, overrides, and answers to appeals."""

from collections.abc import Sequence
from datetime import datetime

from wecom.foundation.db import Db

from ..model import Appeal, Word, WrittenFact
from ..rules import Level

FACT = "id, policy_id, member_id, kind, at, until, note, made_by, made_at, withdrawn_by, withdrawn_at"
WORD = "id, policy_id, member_id, level, at, until, reason, made_by, ended_by, ended_at"
APPEAL = "id, policy_id, member_id, words, made_at, answer, answered_by, answered_at"


async def insert_fact(
    db: Db,
    policy_id: int,
    member_id: int,
    kind: str,
    at: datetime,
    until: datetime | None,
    note: str,
    made_by: int,
    made_at: datetime,
) -> WrittenFact:
    row = await db.fetchrow(
        f"""
        INSERT INTO health_facts (policy_id, member_id, kind, at, until, note, made_by, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {FACT}
        """,
        policy_id,
        member_id,
        kind,
        at,
        until,
        note,
        made_by,
        made_at,
    )
    assert row
    return WrittenFact(**row)


async def withdraw_fact(db: Db, policy_id: int, fact_id: int, by: int, at: datetime) -> WrittenFact | None:
    row = await db.fetchrow(
        f"""
        UPDATE health_facts SET withdrawn_by = $3, withdrawn_at = $4
        WHERE id = $2 AND policy_id = $1 AND withdrawn_at IS NULL RETURNING {FACT}
        """,
        policy_id,
        fact_id,
        by,
        at,
    )
    return WrittenFact(**row) if row else None


async def facts_of(db: Db, policy_id: int, member_id: int) -> list[WrittenFact]:
    """Newest first; what was withdrawn too."""
    rows = await db.fetch(
        f"SELECT {FACT} FROM health_facts WHERE policy_id = $1 AND member_id = $2 ORDER BY at DESC, id DESC LIMIT 200",
        policy_id,
        member_id,
    )
    return [WrittenFact(**row) for row in rows]


async def insert_word(
    db: Db, policy_id: int, member_id: int, level: Level, at: datetime, until: datetime, reason: str, made_by: int
) -> Word:
    row = await db.fetchrow(
        f"""
        INSERT INTO health_overrides (policy_id, member_id, level, at, until, reason, made_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {WORD}
        """,
        policy_id,
        member_id,
        level,
        at,
        until,
        reason,
        made_by,
    )
    assert row
    return Word(**row)


async def end_word(db: Db, policy_id: int, word_id: int, by: int, at: datetime) -> Word | None:
    row = await db.fetchrow(
        f"""
        UPDATE health_overrides SET ended_by = $3, ended_at = $4
        WHERE id = $2 AND policy_id = $1 AND ended_at IS NULL AND until > $4 RETURNING {WORD}
        """,
        policy_id,
        word_id,
        by,
        at,
    )
    return Word(**row) if row else None


async def words_of(db: Db, policy_id: int, member_id: int) -> list[Word]:
    """Newest first; what has ended too."""
    rows = await db.fetch(
        f"""
        SELECT {WORD} FROM health_overrides WHERE policy_id = $1 AND member_id = $2 ORDER BY id DESC LIMIT 200
        """,
        policy_id,
        member_id,
    )
    return [Word(**row) for row in rows]


async def insert_appeal(db: Db, policy_id: int, member_id: int, words: str, at: datetime) -> Appeal | None:
    """None: one waits already."""
    row = await db.fetchrow(
        f"""
        INSERT INTO health_appeals (policy_id, member_id, words, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING {APPEAL}
        """,
        policy_id,
        member_id,
        words,
        at,
    )
    return Appeal(**row) if row else None


async def lock_appeal(db: Db, policy_id: int, appeal_id: int) -> Appeal | None:
    row = await db.fetchrow(
        f"""
        SELECT {APPEAL} FROM health_appeals WHERE id = $2 AND policy_id = $1 AND answered_at IS NULL
        FOR NO KEY UPDATE
        """,
        policy_id,
        appeal_id,
    )
    return Appeal(**row) if row else None


async def answer_appeal(db: Db, appeal_id: int, answer: str, by: int, at: datetime) -> None:
    await db.execute(
        "UPDATE health_appeals SET answer = $2, answered_by = $3, answered_at = $4 WHERE id = $1",
        appeal_id,
        answer,
        by,
        at,
    )


async def appeals(db: Db, policy_id: int, waiting: bool, skip: int, limit: int) -> tuple[list[Appeal], int]:
    """Those that wait, oldest first; or those that were answered, newest first."""
    order = "id" if waiting else "answered_at DESC, id DESC"
    rows = await db.fetch(
        f"""
        SELECT {APPEAL}, count(*) OVER () AS total FROM health_appeals
        WHERE policy_id = $1 AND (answered_at IS NULL) = $2 ORDER BY {order} OFFSET $3 LIMIT $4
        """,
        policy_id,
        waiting,
        skip,
        limit,
    )
    found = [Appeal(**{name: value for name, value in row.items() if name != "total"}) for row in rows]
    return found, rows[0]["total"] if rows else 0


async def own_appeals(db: Db, member_id: int, policy_ids: Sequence[int]) -> dict[int, Appeal]:
    """Of each policy the newest."""
    rows = await db.fetch(
        f"""
        SELECT DISTINCT ON (policy_id) {APPEAL} FROM health_appeals
        WHERE member_id = $1 AND policy_id = ANY($2::integer[]) ORDER BY policy_id, id DESC
        """,
        member_id,
        list(policy_ids),
    )
    return {row["policy_id"]: Appeal(**row) for row in rows}


async def count_waiting(db: Db, policy_ids: Sequence[int]) -> dict[int, int]:
    rows = await db.fetch(
        """
        SELECT policy_id, count(*) AS many FROM health_appeals
        WHERE policy_id = ANY($1::integer[]) AND answered_at IS NULL GROUP BY policy_id
        """,
        list(policy_ids),
    )
    return {row["policy_id"]: row["many"] for row in rows}

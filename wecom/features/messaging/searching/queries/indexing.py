"""Keeping the index of messages' words."""

from collections.abc import Sequence

from wecom.foundation.db import Db


async def commit_lazily(db: Db) -> None:
    """Do not wait for the disk: after a crash, the index and where its follower stands go back together."""
    await db.execute("SELECT set_config('synchronous_commit', 'off', true)")


async def is_alone(db: Db) -> bool:
    """Whether nobody else makes the index anew, until this transaction ends."""
    alone: bool = await db.fetchval("SELECT pg_try_advisory_xact_lock(0x5EA2C4)")
    return alone


async def stems_of(db: Db, words: Sequence[str]) -> dict[str, list[str]]:
    """The English and the German stem of each word; none where it is too common a word to have one."""
    rows = await db.fetch(
        """
        SELECT w AS word, ts_lexize('english_stem', w) || ts_lexize('german_stem', w) AS stems
        FROM unnest($1::text[]) AS w
        """,
        words,
    )
    return {row["word"]: row["stems"] or [] for row in rows}


async def apps_among(db: Db, conversation_ids: Sequence[int]) -> set[int]:
    """Which of these conversations are apps'."""
    rows = await db.fetch(
        "SELECT id FROM conversations WHERE id = ANY($1::bigint[]) AND kind = 'app'", conversation_ids
    )
    return {row["id"] for row in rows}


async def insert_words(
    db: Db,
    conversation_ids: Sequence[int],
    seqs: Sequence[int],
    from_apps: Sequence[bool],
    lines: Sequence[str],
    terms: Sequence[str],
) -> None:
    """Make messages findable; `terms` of each with spaces between. What is in the index stays as it is, above all
    what was blanked: whoever read a message before it was taken back comes too late with what it said."""
    await db.execute(
        """
        INSERT INTO message_words (conversation_id, seq, sent_at, app, wide, line, words)
        SELECT m.conversation_id, m.seq, m.sent_at, w.app, m.wide, w.line,
               array_to_tsvector(string_to_array(w.terms, ' '))
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::text[], $5::text[])
            AS w (conversation_id, seq, app, line, terms)
        JOIN messages AS m USING (conversation_id, seq)
        ORDER BY m.conversation_id, m.seq
        ON CONFLICT (conversation_id, seq) DO NOTHING
        """,
        conversation_ids,
        seqs,
        from_apps,
        lines,
        terms,
    )


async def replace_words(
    db: Db,
    conversation_ids: Sequence[int],
    seqs: Sequence[int],
    from_apps: Sequence[bool],
    lines: Sequence[str],
    terms: Sequence[str],
) -> None:
    """The same anew; what was blanked stays so."""
    await db.execute(
        """
        INSERT INTO message_words AS i (conversation_id, seq, sent_at, app, wide, line, words)
        SELECT m.conversation_id, m.seq, m.sent_at, w.app, m.wide, w.line,
               array_to_tsvector(string_to_array(w.terms, ' '))
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::text[], $5::text[])
            AS w (conversation_id, seq, app, line, terms)
        JOIN messages AS m USING (conversation_id, seq)
        ORDER BY m.conversation_id, m.seq
        ON CONFLICT (conversation_id, seq) DO UPDATE
            SET sent_at = excluded.sent_at, app = excluded.app, wide = excluded.wide, line = excluded.line,
                words = excluded.words
            WHERE i.words IS NOT NULL AND (i.words IS DISTINCT FROM excluded.words OR i.line <> excluded.line)
        """,
        conversation_ids,
        seqs,
        from_apps,
        lines,
        terms,
    )


async def blank(db: Db, conversation_id: int, seq: int) -> None:
    """Take a message out of the index for good, also where it is not in it yet."""
    await db.execute(
        """
        INSERT INTO message_words (conversation_id, seq) VALUES ($1, $2)
        ON CONFLICT (conversation_id, seq) DO UPDATE SET words = NULL, line = '', sent_at = NULL
        """,
        conversation_id,
        seq,
    )

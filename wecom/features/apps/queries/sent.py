"""Statements on what apps sent: one row for each message, whatever the number of its recipients."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wecom.foundation.db import Db


@dataclass(frozen=True, slots=True)
class Lately:
    """How much an app has sent: messages in the last minute and hour, as far as counted, and person-times today."""

    in_minute: int
    in_hour: int
    persons_today: int


async def insert_app_message(
    db: Db,
    conversation_id: int,
    seq: int,
    app_id: int,
    recipients: int,
    handful: Sequence[int] | None,
    digest: bytes,
    day: date,
) -> None:
    """Note what was sent, and count it to the day."""
    await db.execute(
        """
        WITH counted AS (
            INSERT INTO app_days AS d (app_id, day, persons) VALUES ($3, $7, $4)
            ON CONFLICT (app_id, day) DO UPDATE SET persons = d.persons + excluded.persons
        )
        INSERT INTO app_messages (conversation_id, seq, app_id, recipients, handful, digest, sent_at)
        VALUES ($1, $2, $3, $4, $5, $6, statement_timestamp())
        """,
        conversation_id,
        seq,
        app_id,
        recipients,
        handful,
        digest,
        day,
    )


async def app_message(db: Db, app_id: int, conversation_id: int, seq: int, within: timedelta) -> bool | None:
    """Whether a message of this app was sent no longer ago than that; None where it has sent none such."""
    young: bool | None = await db.fetchval(
        """
        SELECT sent_at > now() - $4::interval FROM app_messages
        WHERE app_id = $1 AND conversation_id = $2 AND seq = $3
        """,
        app_id,
        conversation_id,
        seq,
        within,
    )
    return young


async def app_message_like(db: Db, app_id: int, digest: bytes, within: timedelta) -> tuple[int, int] | None:
    """`(seq, recipients)` of the app's newest message with this digest, if it is no older than that."""
    row = await db.fetchrow(
        """
        SELECT seq, recipients FROM app_messages
        WHERE app_id = $1 AND sent_at > now() - $3::interval AND digest = $2
        ORDER BY sent_at DESC LIMIT 1
        """,
        app_id,
        digest,
        within,
    )
    return (row["seq"], row["recipients"]) if row else None


async def sent_lately(db: Db, app_id: int, day: date, most_in_minute: int, most_in_hour: int) -> Lately:
    """Counts no further than to the most that matters: a send costs the same however much was sent before it."""
    row = await db.fetchrow(
        """
        SELECT (SELECT count(*) FROM (
                    SELECT FROM app_messages WHERE app_id = $1 AND sent_at > now() - interval '1 minute'
                    ORDER BY sent_at DESC LIMIT $3) AS newest) AS in_minute,
               (SELECT count(*) FROM (
                    SELECT FROM app_messages WHERE app_id = $1 AND sent_at > now() - interval '1 hour'
                    ORDER BY sent_at DESC LIMIT $4) AS newest) AS in_hour,
               coalesce((SELECT persons FROM app_days WHERE app_id = $1 AND day = $2), 0) AS persons_today
        """,
        app_id,
        day,
        most_in_minute,
        most_in_hour,
    )
    assert row
    return Lately(row["in_minute"], row["in_hour"], row["persons_today"])


async def audiences_since(db: Db, app_id: int, within: timedelta) -> list[bytes]:
    """Whom the app's messages of late to more than a handful went to, as bitmaps over members' ordinals."""
    rows = await db.fetch(
        """
        SELECT m.audience FROM app_messages AS a JOIN messages AS m USING (conversation_id, seq)
        WHERE a.app_id = $1 AND a.sent_at > now() - $2::interval AND a.handful IS NULL
        """,
        app_id,
        within,
    )
    return [row["audience"] for row in rows]


async def hits_in_handfuls(
    db: Db, app_id: int, within: timedelta, among: Sequence[int] | None, at_least: int
) -> dict[int, int]:
    """How many of the app's messages of late to a handful went to each ordinal, of those among these (or of
    all) to whom it was as many as that."""
    rows = await db.fetch(
        """
        SELECT o AS ordinal, count(*) AS hits FROM app_messages AS a, unnest(a.handful) AS o
        WHERE a.app_id = $1 AND a.sent_at > now() - $2::interval
          AND ($3::integer[] IS NULL OR (a.handful && $3 AND o = ANY($3)))
        GROUP BY o HAVING count(*) >= $4
        """,
        app_id,
        within,
        among,
        at_least,
    )
    return {row["ordinal"]: row["hits"] for row in rows}


async def sent_on(db: Db, app_id: int, day: date) -> int:
    """Person-times that an app sent in a day."""
    count: int | None = await db.fetchval("SELECT persons FROM app_days WHERE app_id = $1 AND day = $2", app_id, day)
    return count or 0

"""Statements on when to look at whom, and on what was sent: reminders and summaries."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from wecom.foundation.db import Db


async def take_alarms(db: Db, until: datetime, limit: int) -> list[int]:
    """Members to be looked at by now, whom no other worker looks at."""
    rows = await db.fetch(
        "SELECT member_id FROM checkin_alarms WHERE at <= $1 ORDER BY at, member_id LIMIT $2 FOR UPDATE SKIP LOCKED",
        until,
        limit,
    )
    return [row["member_id"] for row in rows]


async def put_alarms(db: Db, member_ids: Sequence[int], at: Sequence[datetime]) -> None:
    await db.execute(
        """
        UPDATE checkin_alarms AS a SET at = n.at FROM unnest($1::bigint[], $2::timestamptz[]) AS n (member_id, at)
        WHERE a.member_id = n.member_id
        """,
        list(member_ids),
        list(at),
    )


async def drop_alarms(db: Db, member_ids: Sequence[int]) -> None:
    await db.execute("DELETE FROM checkin_alarms WHERE member_id = ANY($1::bigint[])", list(member_ids))


async def alarm(db: Db, member_ids: Sequence[int], at: datetime) -> None:
    """Look at these members then, if not before."""
    await db.execute(
        """
        INSERT INTO checkin_alarms AS a (member_id, at) SELECT n, $2 FROM unnest($1::bigint[]) AS n ORDER BY 1
        ON CONFLICT (member_id) DO UPDATE SET at = least(a.at, excluded.at)
        """,
        sorted(set(member_ids)),
        at,
    )


async def rules_moved(db: Db) -> bool:
    """Whether rules or holidays are others than alarms were last made for; whoever asks has to make them."""
    moved = await db.fetchval(
        "UPDATE checkin_state SET alarmed = revision WHERE alarmed IS DISTINCT FROM revision RETURNING true"
    )
    return bool(moved)


async def alarm_everybody(db: Db, at: datetime) -> None:
    """Look at all who are or will be under a rule."""
    await db.execute(
        """
        INSERT INTO checkin_alarms AS a (member_id, at)
        SELECT DISTINCT member_id, $1::timestamptz FROM checkin_assignments WHERE rule_id IS NOT NULL ORDER BY 1
        ON CONFLICT (member_id) DO UPDATE SET at = least(a.at, excluded.at)
        """,
        at,
    )


async def insert_reminders(db: Db, rows: Sequence[tuple[int, date, int, str]]) -> set[tuple[int, date, int, str]]:
    """Which of these members, dates, slots and ways were not reminded of yet: they are now."""
    made = await db.fetch(
        """
        INSERT INTO checkin_reminders (member_id, date, slot_id, way)
        SELECT * FROM unnest($1::bigint[], $2::date[], $3::integer[], $4::text[]) ORDER BY 1, 2, 3, 4
        ON CONFLICT DO NOTHING RETURNING member_id, date, slot_id, way
        """,
        *_columns(rows, 4),
    )
    return {(row["member_id"], row["date"], row["slot_id"], row["way"]) for row in made}


async def forget_reminders(db: Db, before: date) -> None:
    await db.execute("DELETE FROM checkin_reminders WHERE date < $1", before)


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [[row[n] for row in rows] for n in range(count)]

"""Statements on closed months, and on what their days would be by now."""

from collections.abc import Sequence
from datetime import date

from wecom.foundation.db import Db

from ..canon import result_of
from ..records import Adjustment, Closing


async def lock_closings(db: Db) -> None:
    """Months are closed one after the other."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('checkin_closings'))")


async def share_closings(db: Db) -> None:
    """Whoever writes results waits until a month that is being closed is, and keeps it from being closed meanwhile."""
    await db.execute("SELECT pg_advisory_xact_lock_shared(hashtext('checkin_closings'))")


async def share_closings_now(db: Db) -> bool:
    """The same, for who does not wait: false while a month is being closed."""
    shared: bool = await db.fetchval("SELECT pg_try_advisory_xact_lock_shared(hashtext('checkin_closings'))")
    return shared


async def closings(db: Db) -> list[Closing]:
    """The months that are closed."""
    rows = await db.fetch(
        "SELECT month, closed_by, closed_at FROM checkin_closings WHERE opened_at IS NULL ORDER BY month"
    )
    return [Closing(**row) for row in rows]


async def insert_closing(db: Db, month: date, closed_by: int) -> bool:
    answer = await db.execute(
        "INSERT INTO checkin_closings (month, closed_by) VALUES ($1, $2) ON CONFLICT DO NOTHING", month, closed_by
    )
    return answer == "INSERT 0 1"


async def end_closing(db: Db, month: date, opened_by: int) -> bool:
    answer = await db.execute(
        """
        UPDATE checkin_closings SET opened_by = $2, opened_at = now() WHERE month = $1 AND opened_at IS NULL
        """,
        month,
        opened_by,
    )
    return answer == "UPDATE 1"


async def left_late_beside(db: Db, member_ids: Sequence[int], first: date, last: date) -> dict[tuple[int, date], int]:
    """Of closed days that would be otherwise by now: how late their people left."""
    rows = await db.fetch(
        """
        SELECT member_id, date, (after->>'left_late')::integer FROM checkin_adjustments
        WHERE member_id = ANY($1::bigint[]) AND date BETWEEN $2 AND $3
        """,
        list(member_ids),
        first,
        last,
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def put_adjustments(db: Db, rows: Sequence[tuple[int, date, str, str]]) -> None:
    columns = list(zip(*rows, strict=True))
    await db.execute(
        """
        INSERT INTO checkin_adjustments (member_id, date, before, after)
        SELECT n.member_id, n.date, n.before::json, n.after::json
        FROM unnest($1::bigint[], $2::date[], $3::text[], $4::text[]) AS n (member_id, date, before, after)
        ON CONFLICT (member_id, date) DO UPDATE SET after = excluded.after, made_at = now()
        """,
        *[list(column) for column in columns],
    )


async def delete_adjustments(db: Db, members: Sequence[int], dates: Sequence[date]) -> None:
    """Days that are again what they were when the month was closed."""
    await db.execute(
        """
        DELETE FROM checkin_adjustments AS a USING unnest($1::bigint[], $2::date[]) AS n (member_id, date)
        WHERE a.member_id = n.member_id AND a.date = n.date
        """,
        members,
        dates,
    )


async def adjusted_days(db: Db, first: date, last: date) -> list[tuple[int, date]]:
    rows = await db.fetch("SELECT member_id, date FROM checkin_adjustments WHERE date BETWEEN $1 AND $2", first, last)
    return [(row["member_id"], row["date"]) for row in rows]


async def count_adjustments(db: Db, first: date, last: date) -> int:
    many: int = await db.fetchval("SELECT count(*) FROM checkin_adjustments WHERE date BETWEEN $1 AND $2", first, last)
    return many


async def adjustments(
    db: Db, first: date, last: date, member_ids: Sequence[int] | None, skip: int, limit: int | None
) -> list[Adjustment]:
    rows = await db.fetch(
        """
        SELECT member_id, date, before, after, made_at FROM checkin_adjustments
        WHERE date BETWEEN $1 AND $2 AND ($3::bigint[] IS NULL OR member_id = ANY($3)) ORDER BY date, member_id
        OFFSET $4 LIMIT $5
        """,
        first,
        last,
        member_ids,
        skip,
        limit,
    )
    return [
        Adjustment(row["member_id"], row["date"], result_of(row["before"]), result_of(row["after"]), row["made_at"])
        for row in rows
    ]

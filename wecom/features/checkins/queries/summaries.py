"""Statements on summaries for managers: whom they are about, which were sent, and by which app."""

from collections.abc import Sequence
from datetime import date

from wecom.foundation.db import Db


async def sent(db: Db, rule_ids: Sequence[int], since: date) -> set[tuple[int, str, date]]:
    """Which were sent of these rules, of periods that began since then."""
    rows = await db.fetch(
        "SELECT rule_id, period, first FROM checkin_summaries WHERE rule_id = ANY($1::integer[]) AND first >= $2",
        list(rule_ids),
        since,
    )
    return {(row["rule_id"], row["period"], row["first"]) for row in rows}


async def note_sent(db: Db, rule_id: int, period: str, first: date) -> bool:
    """False where it was sent already; whoever is just sending it is waited for."""
    made = await db.fetchval(
        """
        INSERT INTO checkin_summaries (rule_id, period, first) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING RETURNING true
        """,
        rule_id,
        period,
        first,
    )
    return bool(made)


async def led_by(db: Db, member_ids: Sequence[int]) -> dict[int, list[int]]:
    """Who leads a department in which, or under which, some of these members are, and which of them."""
    rows = await db.fetch(
        """
        SELECT l.member_id, array_agg(DISTINCT dm.member_id ORDER BY dm.member_id) AS led
        FROM department_members AS dm
        JOIN departments AS d ON d.id = dm.department_id
        JOIN department_members AS l ON l.department_id = ANY(d.path) AND l.is_leader
        WHERE dm.member_id = ANY($1::bigint[]) GROUP BY l.member_id ORDER BY l.member_id
        """,
        list(member_ids),
    )
    return {row["member_id"]: list(row["led"]) for row in rows}


async def lock_speaker(db: Db) -> int | None:
    """The app that says summaries; nobody else makes one meanwhile."""
    app_id: int | None = await db.fetchval("SELECT app_id FROM checkin_state FOR UPDATE")
    return app_id


async def put_speaker(db: Db, app_id: int) -> None:
    await db.execute("UPDATE checkin_state SET app_id = $1", app_id)

"""Statements on where listening stands, who listens, and who was looked at for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wecom.foundation.db import Db


async def cursors(db: Db) -> dict[str, str]:
    rows = await db.fetch("SELECT place, cursor FROM ldap_cursors")
    return {row["place"]: row["cursor"] for row in rows}


async def hold_listening(db: Db, worker: str, life: timedelta) -> bool:
    """Whether this worker, and so no other, listens for so long from now."""
    return bool(
        await db.fetchval(
            """
            INSERT INTO ldap_cursors AS c (place, cursor) VALUES ('listener', $1)
            ON CONFLICT (place) DO UPDATE SET cursor = $1, moved_at = now()
            WHERE c.cursor = $1 OR c.moved_at < now() - $2::interval RETURNING true
            """,
            worker,
            life,
        )
    )


async def stop_listening(db: Db, worker: str) -> None:
    await db.execute("DELETE FROM ldap_cursors WHERE place = 'listener' AND cursor = $1", worker)


async def put_cursor(db: Db, place: str, cursor: str) -> None:
    await db.execute(
        """
        INSERT INTO ldap_cursors (place, cursor) VALUES ($1, $2)
        ON CONFLICT (place) DO UPDATE SET cursor = $2, moved_at = now()
        """,
        place,
        cursor,
    )


async def forget_cursors(db: Db) -> None:
    await db.execute("DELETE FROM ldap_cursors WHERE place <> 'listener'")


async def put_looks(db: Db, ids: Sequence[str]) -> None:
    """These entries were looked at singly, until now."""
    await db.execute(
        """
        INSERT INTO ldap_looks (id, looked_at) SELECT DISTINCT each, clock_timestamp() FROM unnest($1::text[]) AS each
        ON CONFLICT (id) DO UPDATE SET looked_at = excluded.looked_at
        """,
        list(ids),
    )


async def looks(db: Db, run_id: int) -> dict[str, datetime]:
    """Entries that were looked at since this run began."""
    rows = await db.fetch(
        """
        SELECT id, looked_at FROM ldap_looks
        WHERE looked_at >= (SELECT started_at FROM ldap_runs WHERE id = $1)
        """,
        run_id,
    )
    return {row["id"]: row["looked_at"] for row in rows}


async def forget_looks(db: Db) -> None:
    await db.execute("DELETE FROM ldap_looks")

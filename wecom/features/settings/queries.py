"""Every statement on settings that were changed."""

from typing import Any

from ...foundation.db import Db
from .model import Changed


async def changed(db: Db) -> list[Changed]:
    rows = await db.fetch("SELECT name, value, changed_by, changed_at FROM changed_settings ORDER BY name")
    return [Changed(**row) for row in rows]


async def kept_values(db: Db) -> dict[str, Any]:
    """What each was set to."""
    rows = await db.fetch("SELECT name, value FROM changed_settings")
    return {row["name"]: row["value"] for row in rows}


async def lock_changes(db: Db) -> None:
    """Whoever changes settings too waits until this transaction ends; whoever reads them does not."""
    await db.execute("LOCK TABLE changed_settings IN SHARE ROW EXCLUSIVE MODE")


async def put_value(db: Db, name: str, value: Any, actor_id: int | None) -> None:
    await db.execute(
        """
        INSERT INTO changed_settings (name, value, changed_by) VALUES ($1, $2, $3)
        ON CONFLICT (name)
        DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, changed_at = clock_timestamp()
        """,
        name,
        value,
        actor_id,
    )


async def delete_value(db: Db, name: str) -> None:
    await db.execute("DELETE FROM changed_settings WHERE name = $1", name)

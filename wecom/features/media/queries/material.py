"""Material that apps uploaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.foundation.db import Db


@dataclass(frozen=True, slots=True)
class Row:
    """Material as it was uploaded, ended or not."""

    id: str
    kind: str
    name: str
    media_type: str
    size: int
    created_at: datetime
    ended: bool
    robot_id: int | None
    """The robot that uploaded it, and whose alone it is."""


async def insert_media(
    db: Db, id: str, kind: str, name: str, media_type: str, size: int, uploaded_by: int, life: timedelta | None
) -> datetime:
    """When it was uploaded."""
    created_at: datetime = await db.fetchval(
        """
        INSERT INTO media (id, kind, name, media_type, size, uploaded_by, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, now() + $7) RETURNING created_at
        """,
        id,
        kind,
        name,
        media_type,
        size,
        uploaded_by,
        life,
    )
    return created_at


async def media(db: Db, id: str) -> Row | None:
    row = await db.fetchrow(
        """
        SELECT m.id, m.kind, m.name, m.media_type, m.size, m.created_at,
               coalesce(m.expires_at <= now(), false) AS ended,
               CASE a.kind WHEN 'robot' THEN a.id END AS robot_id
        FROM media AS m JOIN actors AS a ON a.id = m.uploaded_by WHERE m.id = $1
        """,
        id,
    )
    return Row(**row) if row else None


async def end_media(db: Db, limit: int) -> list[str]:
    """Whose time is over, once."""
    rows = await db.fetch(
        """
        UPDATE media SET ended_at = now() WHERE id IN (
            SELECT id FROM media WHERE expires_at <= now() AND ended_at IS NULL LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        limit,
    )
    return [row["id"] for row in rows]


async def delete_ended(db: Db, kept: timedelta) -> Sequence[str]:
    """What ended so long ago that nobody asks for it any more."""
    rows = await db.fetch("DELETE FROM media WHERE ended_at < now() - $1::interval RETURNING id", kept)
    return [row["id"] for row in rows]

"""Files on their way into messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wecom.foundation.db import Db, Record

UPLOAD = """id, actor_id, media_id, name, size, received, media_type, picture, no_picture, used_in, used_by, used_as,
            expires_at"""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way into a message, as far as it has come."""

    id: str
    actor_id: int | None
    """Whose; None: of material that apps may send, again and again."""
    media_id: str | None
    name: str
    size: int
    received: int
    media_type: str | None
    """As found in its bytes; None until they were looked at."""
    picture: dict[str, Any] | None
    """What is said of it where it is sent as a picture."""
    no_picture: str
    """Why it cannot be."""
    used_in: int | None
    used_by: int | None
    used_as: str | None
    """The conversation, sender and client_id of the message that it went into."""
    expires_at: datetime

    @property
    def is_whole(self) -> bool:
        return self.received == self.size


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody has uploaded, or is about to, and not sent."""

    files: int
    bytes: int
    """With those of what they deleted and what still lies on the disk."""


async def lock_uploads_of(db: Db, actor_id: int) -> None:
    """So that two at once are not both told that there is room for one."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended('uploads:' || $1::text, 0))", str(actor_id))


async def waiting(db: Db, actor_id: int) -> Waiting:
    row = await db.fetchrow(
        """
        SELECT count(*) AS files, (coalesce(sum(size), 0) + (
            SELECT coalesce(sum(d.bytes), 0) FROM deleted_uploads AS d
            WHERE d.actor_id = $1 AND d.counts_until > now()))::bigint AS bytes
        FROM uploads WHERE actor_id = $1 AND used_in IS NULL AND expires_at > now()
        """,
        actor_id,
    )
    assert row
    return Waiting(row["files"], row["bytes"])


async def still_to_come(db: Db) -> int:
    """Bytes of everybody's uploads that have begun and not come."""
    count: int = await db.fetchval(
        "SELECT coalesce(sum(size - received), 0)::bigint FROM uploads WHERE received < size AND expires_at > now()"
    )
    return count


async def insert_upload(
    db: Db, id: str, actor_id: int | None, media_id: str | None, name: str, size: int, received: int, life: timedelta
) -> Upload:
    """The upload; of material, the one that there is already, which lasts so long from now on."""
    row = await db.fetchrow(
        f"""
        INSERT INTO uploads (id, actor_id, media_id, name, size, received, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, now() + $7)
        ON CONFLICT (media_id) DO UPDATE SET expires_at = excluded.expires_at
        RETURNING {UPLOAD}
        """,
        id,
        actor_id,
        media_id,
        name,
        size,
        received,
        life,
    )
    assert row
    return Upload(**row)


async def upload(db: Db, id: str) -> Upload | None:
    return _upload(await db.fetchrow(f"SELECT {UPLOAD} FROM uploads WHERE id = $1 AND expires_at > now()", id))


async def upload_of_media(db: Db, media_id: str) -> Upload | None:
    """Of material, if it lasts for long enough to be sent."""
    statement = f"SELECT {UPLOAD} FROM uploads WHERE media_id = $1 AND expires_at > now() + interval '1 minute'"
    return _upload(await db.fetchrow(statement, media_id))


async def lock_uploads(db: Db, ids: Sequence[str]) -> dict[str, Upload]:
    """Those that are there, by id; nobody else may send them meanwhile."""
    rows = await db.fetch(
        f"""
        SELECT {UPLOAD} FROM uploads WHERE id = ANY($1::text[]) AND expires_at > now() ORDER BY id FOR UPDATE
        """,
        list(ids),
    )
    return {row["id"]: Upload(**row) for row in rows}


async def set_received(db: Db, id: str, received: int) -> None:
    await db.execute("UPDATE uploads SET received = $2, touched_at = now() WHERE id = $1", id, received)


async def set_looked_at(
    db: Db, id: str, media_type: str, picture: dict[str, Any] | None, no_picture: str
) -> Upload | None:
    """Note what was found in it; None where it is gone, or this was noted before."""
    row = await db.fetchrow(
        f"""
        UPDATE uploads SET media_type = $2, picture = $3, no_picture = $4
        WHERE id = $1 AND media_type IS NULL AND received = size RETURNING {UPLOAD}
        """,
        id,
        media_type,
        picture,
        no_picture,
    )
    return _upload(row)


async def set_used(
    db: Db, ids: Sequence[str], conversation_ids: Sequence[int], sender_ids: Sequence[int], client_ids: Sequence[str]
) -> list[str]:
    """Note the messages that uploads went into; which are used up so. Those of material can be sent again."""
    rows = await db.fetch(
        """
        UPDATE uploads AS u SET used_in = each.conversation_id, used_by = each.sender_id, used_as = each.client_id
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[])
             AS each (id, conversation_id, sender_id, client_id)
        WHERE u.id = each.id AND u.media_id IS NULL
        RETURNING u.id
        """,
        ids,
        conversation_ids,
        sender_ids,
        client_ids,
    )
    return [row["id"] for row in rows]


async def delete_upload(db: Db, id: str) -> bool:
    return await db.execute("DELETE FROM uploads WHERE id = $1", id) != "DELETE 0"


async def count_deleted(db: Db, actor_id: int, bytes: int, life: timedelta) -> None:
    """Note what stays on the disk of an upload that its uploader deleted."""
    await db.execute(
        "INSERT INTO deleted_uploads (actor_id, bytes, counts_until) VALUES ($1, $2, now() + $3::interval)",
        actor_id,
        bytes,
        life,
    )


async def forget_deleted(db: Db) -> None:
    """What is gone from the disk as well."""
    await db.execute("DELETE FROM deleted_uploads WHERE counts_until <= now()")


async def delete_ended(db: Db, limit: int) -> list[str]:
    """Those whose time is over."""
    rows = await db.fetch(
        """
        DELETE FROM uploads WHERE id IN (
            SELECT id FROM uploads WHERE expires_at <= now() LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        limit,
    )
    return [row["id"] for row in rows]


async def not_looked_at(db: Db, for_as_long: timedelta, limit: int) -> list[str]:
    """Those that are all there and that nobody has looked at for so long: who was to, died."""
    rows = await db.fetch(
        """
        SELECT id FROM uploads
        WHERE received = size AND media_type IS NULL AND touched_at < now() - $1::interval AND expires_at > now()
        ORDER BY touched_at LIMIT $2
        """,
        for_as_long,
        limit,
    )
    return [row["id"] for row in rows]


async def put_off(db: Db, id: str) -> None:
    """Have others come before it."""
    await db.execute("UPDATE uploads SET touched_at = now() WHERE id = $1", id)


async def there_are(db: Db, ids: Sequence[str]) -> set[str]:
    """Which of these there are."""
    rows = await db.fetch("SELECT id FROM uploads WHERE id = ANY($1::text[])", list(ids))
    return {row["id"] for row in rows}


def _upload(row: Record | None) -> Upload | None:
    return Upload(**row) if row else None

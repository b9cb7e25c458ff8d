"""Every statement on blobs and who holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..db import Db


@dataclass(frozen=True, slots=True)
class Held:
    """Stored bytes, and who holds them."""

    hash: bytes
    size: int
    media_type: str
    owner_id: str


async def insert_blob(db: Db, hash: bytes, size: int, media_type: str) -> None:
    """Name stored bytes. Those named before count as named now, so that they are not collected meanwhile."""
    await db.execute(
        """
        INSERT INTO blobs (hash, size, media_type) VALUES ($1, $2, $3)
        ON CONFLICT (hash) DO UPDATE SET created_at = now()
        """,
        hash,
        size,
        media_type,
    )


async def insert_ref(db: Db, hash: bytes, owner_kind: str, owner_id: str) -> None:
    await db.execute(
        "INSERT INTO blob_refs (hash, owner_kind, owner_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        hash,
        owner_kind,
        owner_id,
    )


async def insert_blobs(db: Db, hashes: Sequence[bytes], sizes: Sequence[int], media_types: Sequence[str]) -> None:
    """The same for many."""
    await db.execute(
        """
        INSERT INTO blobs (hash, size, media_type)
        SELECT DISTINCT ON (hash) hash, size, media_type
        FROM unnest($1::bytea[], $2::bigint[], $3::text[]) AS each (hash, size, media_type) ORDER BY hash
        ON CONFLICT (hash) DO UPDATE SET created_at = now()
        """,
        list(hashes),
        list(sizes),
        list(media_types),
    )


async def insert_refs(db: Db, hashes: Sequence[bytes], owner_kind: str, owner_ids: Sequence[str]) -> None:
    await db.execute(
        """
        INSERT INTO blob_refs (hash, owner_kind, owner_id)
        SELECT hash, $2, owner_id FROM unnest($1::bytea[], $3::text[]) AS each (hash, owner_id)
        ON CONFLICT DO NOTHING
        """,
        list(hashes),
        owner_kind,
        list(owner_ids),
    )


async def media_type_of(db: Db, hash: bytes, owner_kind: str) -> str | None:
    """Of bytes that some owner of this kind holds."""
    kind: str | None = await db.fetchval(
        """
        SELECT b.media_type FROM blobs AS b
        WHERE b.hash = $1 AND EXISTS (SELECT FROM blob_refs AS r WHERE r.hash = b.hash AND r.owner_kind = $2)
        """,
        hash,
        owner_kind,
    )
    return kind


async def held_by(db: Db, owner_kind: str, owner_id: str) -> bytes | None:
    """The hash of what an owner holds that holds one thing."""
    hash: bytes | None = await db.fetchval(
        "SELECT hash FROM blob_refs WHERE owner_kind = $1 AND owner_id = $2", owner_kind, owner_id
    )
    return hash


async def held(db: Db, owner_kind: str, owner_id: str) -> Held | None:
    """The same, with what is known of it."""
    row = await db.fetchrow(
        """
        SELECT b.hash, b.size, b.media_type, r.owner_id FROM blob_refs AS r JOIN blobs AS b USING (hash)
        WHERE r.owner_kind = $1 AND r.owner_id = $2
        """,
        owner_kind,
        owner_id,
    )
    return Held(**row) if row else None


async def copy_refs(db: Db, from_kind: str, from_ids: Sequence[str], to_kind: str, to_ids: Sequence[str]) -> None:
    """Have other owners hold what these hold, each what the one in its place does."""
    await db.execute(
        """
        INSERT INTO blob_refs (hash, owner_kind, owner_id)
        SELECT r.hash, $3, each.to_id FROM unnest($2::text[], $4::text[]) AS each (from_id, to_id)
        JOIN blob_refs AS r ON r.owner_kind = $1 AND r.owner_id = each.from_id
        ON CONFLICT DO NOTHING
        """,
        from_kind,
        list(from_ids),
        to_kind,
        list(to_ids),
    )


async def delete_refs(db: Db, owner_kind: str, owner_ids: Sequence[str]) -> None:
    await db.execute(
        "DELETE FROM blob_refs WHERE owner_kind = $1 AND owner_id = ANY($2::text[])", owner_kind, list(owner_ids)
    )


async def delete_unheld(db: Db, limit: int) -> list[bytes]:
    """Forget blobs that nobody has held for a day; their hashes."""
    rows = await db.fetch(
        """
        DELETE FROM blobs WHERE hash IN (
            SELECT hash FROM blobs AS b WHERE created_at < now() - interval '1 day'
              AND NOT EXISTS (SELECT FROM blob_refs WHERE blob_refs.hash = b.hash)
            LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING hash
        """,
        limit,
    )
    return [row["hash"] for row in rows]


async def named(db: Db, hashes: Sequence[bytes]) -> set[bytes]:
    """Those of these bytes that have a row."""
    rows = await db.fetch("SELECT hash FROM blobs WHERE hash = ANY($1::bytea[])", list(hashes))
    return {row["hash"] for row in rows}


async def count_blobs(db: Db) -> int:
    count: int = await db.fetchval("SELECT count(*) FROM blobs")
    return count


async def founded_at(db: Db) -> datetime | None:
    """When this database got its company; a backup of it says so too."""
    at: datetime | None = await db.fetchval("SELECT created_at FROM deployment")
    return at

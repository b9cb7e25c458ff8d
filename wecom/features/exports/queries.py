"""Every statement on exports and their files."""

from collections.abc import Sequence
from datetime import timedelta

from wecom.foundation.db import Db, Record

from .model import Export, ExportFile, Kind, State

EXPORT = "id, app_id, kind, tag_id, block_size, site, key, state, attempt"
FILE = "place, hash, size, md5, entries"


async def lock_exports(db: Db, app_id: int) -> None:
    """One export of an app begins at a time, so that they can be counted."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended('exports:' || $1::text, 0))", str(app_id))


async def count_unended(db: Db, app_id: int) -> int:
    count: int = await db.fetchval("SELECT count(*) FROM exports WHERE app_id = $1 AND ended_at IS NULL", app_id)
    return count


async def insert_export(
    db: Db, jobid: str, app_id: int, kind: Kind, tag_id: int | None, block_size: int, site: str, key: bytes
) -> int:
    id: int = await db.fetchval(
        """
        INSERT INTO exports (jobid, app_id, kind, tag_id, block_size, site, key) VALUES ($1, $2, $3, $4, $5, $6, $7)
        RETURNING id
        """,
        jobid,
        app_id,
        kind,
        tag_id,
        block_size,
        site,
        key,
    )
    return id


async def export_with_jobid(db: Db, jobid: str, app_id: int) -> Export | None:
    """Of this app; another's is not there."""
    row = await db.fetchrow(f"SELECT {EXPORT} FROM exports WHERE jobid = $1 AND app_id = $2", jobid, app_id)
    return _export(row) if row else None


async def attempt_export(db: Db, id: int) -> Export | None:
    """Begin to write it, once more if need be; None where it has ended."""
    row = await db.fetchrow(
        f"""
        UPDATE exports SET state = 'running', attempt = attempt + 1 WHERE id = $1 AND ended_at IS NULL
        RETURNING {EXPORT}
        """,
        id,
    )
    return _export(row) if row else None


async def end_export(db: Db, id: int, state: State) -> bool:
    """Say how it ended and forget the key; false where somebody else has."""
    return bool(
        await db.fetchval(
            """
            UPDATE exports SET state = $2, ended_at = now(), key = NULL WHERE id = $1 AND ended_at IS NULL
            RETURNING true
            """,
            id,
            state,
        )
    )


async def insert_file(db: Db, export_id: int, each: ExportFile) -> None:
    await db.execute(
        "INSERT INTO export_files (export_id, place, hash, size, md5, entries) VALUES ($1, $2, $3, $4, $5, $6)",
        export_id,
        each.place,
        each.hash,
        each.size,
        each.md5,
        each.entries,
    )


async def files_of(db: Db, export_id: int) -> list[ExportFile]:
    rows = await db.fetch(f"SELECT {FILE} FROM export_files WHERE export_id = $1 ORDER BY place", export_id)
    return [ExportFile(**row) for row in rows]


async def fetchable_file(db: Db, export_id: int, place: int) -> ExportFile | None:
    """While the app whose it is may ask for anything."""
    row = await db.fetchrow(
        f"""
        SELECT {FILE} FROM export_files
        WHERE export_id = $1 AND place = $2 AND EXISTS (
            SELECT FROM exports AS e JOIN apps AS a ON a.id = e.app_id
            WHERE e.id = export_id AND a.enabled AND a.removed_at IS NULL)
        """,
        export_id,
        place,
    )
    return ExportFile(**row) if row else None


async def note_fetched(db: Db, export_id: int, place: int, address: str, most: int) -> bool:
    """Whether this address had not fetched the file before; no more than so many are kept."""
    return bool(
        await db.fetchval(
            """
            UPDATE export_files SET fetched_from = fetched_from || $3::text
            WHERE export_id = $1 AND place = $2 AND $3 <> ALL(fetched_from) AND cardinality(fetched_from) < $4
            RETURNING true
            """,
            export_id,
            place,
            address,
            most,
        )
    )


async def forgettable(db: Db, app_id: int | None, kept: int, life: timedelta) -> list[int]:
    """Exports with files, of one app or of any, that are older than this or not among its newest."""
    rows = await db.fetch(
        """
        SELECT id FROM (
            SELECT id, ended_at, row_number() OVER (PARTITION BY app_id ORDER BY id DESC) AS newness
            FROM exports WHERE state = 'done' AND ($1::bigint IS NULL OR app_id = $1)) AS e
        WHERE newness > $2 OR ended_at < now() - $3::interval ORDER BY id
        """,
        app_id,
        kept,
        life,
    )
    return [row["id"] for row in rows]


async def forget_files(db: Db, ids: Sequence[int]) -> None:
    await db.execute(
        """
        WITH files AS (DELETE FROM export_files WHERE export_id = ANY($1::bigint[]))
        UPDATE exports SET state = 'forgotten' WHERE id = ANY($1::bigint[])
        """,
        list(ids),
    )


async def give_up(db: Db, after: timedelta) -> list[int]:
    """Exports that nobody brought to an end for so long have failed."""
    rows = await db.fetch(
        """
        UPDATE exports SET state = 'failed', ended_at = now(), key = NULL
        WHERE ended_at IS NULL AND begun_at < now() - $1::interval RETURNING id
        """,
        after,
    )
    return [row["id"] for row in rows]


async def delete_ended(db: Db, kept: timedelta) -> None:
    """What has no files any more, so long after its end."""
    await db.execute(
        "DELETE FROM exports WHERE state IN ('failed', 'forgotten') AND ended_at < now() - $1::interval", kept
    )


def _export(row: Record) -> Export:
    return Export(**row)

"""Statements on the deployment, the one company it is for."""

from wecom.foundation.db import Db

from ..model import Company

DIRECTORY_LOCK = 0x57EC04


async def company(db: Db) -> Company | None:
    row = await db.fetchrow("SELECT corpid, name, timezone, epoch FROM deployment")
    return Company(**row) if row else None


async def insert_company(db: Db, each: Company) -> bool:
    """False when there is one already."""
    return bool(
        await db.fetchval(
            """
            INSERT INTO deployment (corpid, name, timezone, epoch) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING RETURNING true
            """,
            each.corpid,
            each.name,
            each.timezone,
            each.epoch,
        )
    )


async def share_directory(db: Db) -> None:
    """Keep imports away until the transaction ends; other changes go on."""
    await db.execute("SELECT pg_advisory_xact_lock_shared($1::bigint)", DIRECTORY_LOCK)


async def own_directory(db: Db) -> None:
    """Keep every other change to the directory away until the transaction ends."""
    await db.execute("SELECT pg_advisory_xact_lock($1::bigint)", DIRECTORY_LOCK)

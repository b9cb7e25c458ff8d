"""Statements on the deployment, the one company it is for."""

from wecom.foundation.db import Db

from ..model import Company

DIRECTORY_LOCK = 0x57EC04


async def company(db: Db) -> Company | None:
    row = await db.fetchrow("SELECT corpid, name AS founded_as, timezone, epoch FROM deployment")
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
            each.founded_as,
            each.timezone,
            each.epoch,
        )
    )


async def share_directory(db: Db) -> bool:
    """Keep imports away until the transaction ends, while other changes go on; false where one is at it."""
    return bool(await db.fetchval("SELECT pg_try_advisory_xact_lock_shared($1::bigint)", DIRECTORY_LOCK))


async def take_seat(db: Db, seats: int) -> bool:
    """One of so many, to wait for an import on, until the transaction ends."""
    return bool(
        await db.fetchval(
            "SELECT EXISTS (SELECT FROM generate_series(1, $2::int) AS n WHERE pg_try_advisory_xact_lock($1::int, n))",
            DIRECTORY_LOCK,
            seats,
        )
    )


async def wait_for_directory(db: Db, seconds: float) -> None:
    """The same as `share_directory` once that import has ended, if it does so in time."""
    await db.execute(
        "SELECT set_config('lock_timeout', $2, true), pg_advisory_xact_lock_shared($1::bigint)",
        DIRECTORY_LOCK,
        f"{seconds:.3f}s",
    )


async def own_directory(db: Db, seconds: float) -> None:
    """Keep every other change to the directory away until the transaction ends; those that go on end in time."""
    await db.execute(
        "SELECT set_config('lock_timeout', $2, true), pg_advisory_xact_lock($1::bigint)",
        DIRECTORY_LOCK,
        f"{seconds:.3f}s",
    )


async def see_one_moment(db: Db) -> None:
    """What this transaction reads from now on is all of this moment. It must not have read anything before."""
    await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

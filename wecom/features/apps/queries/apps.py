"""Every statement on apps."""

from collections.abc import Sequence
from datetime import datetime

from wecom.foundation.db import Db, Record

from ..model import AppKind, AppProfile, StoredApp

PROFILE = (
    "id, kind, agentid, name, description, logo, home_url, redirect_domains, report_location, report_enter, enabled, "
    "visible_members, visible_departments, visible_tags, trusted_addresses, created_at"
)
APP = (
    "id, kind, agentid, name, enabled, visible_members, visible_departments, visible_tags, trusted_addresses, "
    "secret_version, token_issued_at"
)


def _app(row: Record) -> StoredApp:
    return StoredApp(
        row["id"],
        row["kind"],
        row["agentid"],
        row["name"],
        row["enabled"],
        tuple(row["visible_members"]),
        tuple(row["visible_departments"]),
        tuple(row["visible_tags"]),
        tuple(row["trusted_addresses"]),
        row["secret_version"],
        row["token_issued_at"],
    )


async def app_by_id(db: Db, id: int) -> StoredApp | None:
    row = await db.fetchrow(f"SELECT {APP} FROM apps WHERE id = $1 AND removed_at IS NULL", id)
    return _app(row) if row else None


async def app_by_secret(db: Db, secret_hash: bytes) -> StoredApp | None:
    row = await db.fetchrow(f"SELECT {APP} FROM apps WHERE secret_hash = $1 AND removed_at IS NULL", secret_hash)
    return _app(row) if row else None


async def contacts_app(db: Db) -> StoredApp | None:
    row = await db.fetchrow(
        f"SELECT {APP} FROM apps WHERE kind = 'contacts' AND removed_at IS NULL ORDER BY id LIMIT 1"
    )
    return _app(row) if row else None


async def insert_app(
    db: Db,
    kind: AppKind,
    name: str,
    description: str,
    secret_hash: bytes,
    visible_members: Sequence[int],
    visible_departments: Sequence[int],
    visible_tags: Sequence[int],
    trusted_addresses: Sequence[str],
) -> StoredApp:
    row = await db.fetchrow(
        f"""
        WITH actor AS (INSERT INTO actors (kind) VALUES ('app') RETURNING id)
        INSERT INTO apps (id, kind, agentid, name, description, secret_hash, visible_members, visible_departments,
                          visible_tags, trusted_addresses)
        SELECT id, $1, CASE WHEN $1 = 'app' THEN nextval('agentids') END, $2, $3, $4, $5, $6, $7, $8 FROM actor
        RETURNING {APP}
        """,
        kind,
        name,
        description,
        secret_hash,
        list(visible_members),
        list(visible_departments),
        list(visible_tags),
        list(trusted_addresses),
    )
    assert row
    return _app(row)


async def replace_secret(db: Db, id: int, secret_hash: bytes) -> bool:
    """A new secret, which ends every access token made with the old one."""
    return bool(
        await db.fetchval(
            """
            UPDATE apps SET secret_hash = $2, secret_version = secret_version + 1, token_issued_at = NULL
            WHERE id = $1 AND removed_at IS NULL RETURNING true
            """,
            id,
            secret_hash,
        )
    )


async def token_time(db: Db, id: int, now: datetime, oldest: datetime) -> datetime:
    """When the app's present access token was issued: now, unless one issued after `oldest` is still valid."""
    issued: datetime = await db.fetchval(
        """
        UPDATE apps SET token_issued_at =
            CASE WHEN token_issued_at > $3 AND token_issued_at <= $2 THEN token_issued_at ELSE $2 END
        WHERE id = $1 RETURNING token_issued_at
        """,
        id,
        now,
        oldest,
    )
    return issued


def _profile(row: Record) -> AppProfile:
    lists = ("redirect_domains", "visible_members", "visible_departments", "visible_tags", "trusted_addresses")
    facts = dict(row)
    return AppProfile(**facts | {name: tuple(facts[name]) for name in lists})


async def profile(db: Db, id: int) -> AppProfile | None:
    """An app with all that is said of it."""
    row = await db.fetchrow(f"SELECT {PROFILE} FROM apps WHERE id = $1 AND removed_at IS NULL", id)
    return _profile(row) if row else None


async def profile_of_agentid(db: Db, agentid: int) -> AppProfile | None:
    row = await db.fetchrow(f"SELECT {PROFILE} FROM apps WHERE agentid = $1::bigint AND removed_at IS NULL", agentid)
    return _profile(row) if row else None


async def lock_app(db: Db, id: int) -> AppProfile | None:
    row = await db.fetchrow(f"SELECT {PROFILE} FROM apps WHERE id = $1 AND removed_at IS NULL FOR NO KEY UPDATE", id)
    return _profile(row) if row else None


async def apps(db: Db, *, enabled_only: bool = False) -> list[AppProfile]:
    """Every app that there is, the contacts secret too, by id."""
    rows = await db.fetch(
        f"SELECT {PROFILE} FROM apps WHERE removed_at IS NULL AND (enabled OR NOT $1::boolean) ORDER BY id",
        enabled_only,
    )
    return [_profile(row) for row in rows]


async def update_app(db: Db, app: AppProfile) -> None:
    """Write what is said of a locked app."""
    await db.execute(
        """
        UPDATE apps SET name = $2, description = $3, logo = $4, home_url = $5, redirect_domains = $6,
                        report_location = $7, report_enter = $8, trusted_addresses = $9
        WHERE id = $1
        """,
        app.id,
        app.name,
        app.description,
        app.logo,
        app.home_url,
        list(app.redirect_domains),
        app.report_location,
        app.report_enter,
        list(app.trusted_addresses),
    )


async def update_range(
    db: Db, id: int, members: Sequence[int], departments: Sequence[int], tags: Sequence[int]
) -> None:
    await db.execute(
        "UPDATE apps SET visible_members = $2, visible_departments = $3, visible_tags = $4 WHERE id = $1",
        id,
        list(members),
        list(departments),
        list(tags),
    )


async def update_enabled(db: Db, id: int, enabled: bool) -> None:
    await db.execute("UPDATE apps SET enabled = $2 WHERE id = $1", id, enabled)


async def mark_removed(db: Db, id: int, secret_hash: bytes) -> None:
    """What it said stays, under its name; its secret and its tokens are worth nothing any more."""
    await db.execute(
        """
        UPDATE apps SET removed_at = now(), enabled = false, secret_hash = $2, secret_version = secret_version + 1,
                        token_issued_at = NULL
        WHERE id = $1
        """,
        id,
        secret_hash,
    )


async def app_names(db: Db, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """What apps are called, and their logos, those taken away included: what they said stays."""
    rows = await db.fetch("SELECT id, name, logo FROM apps WHERE id = ANY($1::bigint[])", list(ids))
    return {row["id"]: (row["name"], row["logo"]) for row in rows}


async def app_conversations(db: Db, ids: Sequence[int]) -> dict[int, int]:
    """The conversations in which apps speak to everybody, by app."""
    rows = await db.fetch(
        "SELECT app_id, id FROM conversations WHERE kind = 'app' AND app_id = ANY($1::bigint[])", list(ids)
    )
    return {row["app_id"]: row["id"] for row in rows}

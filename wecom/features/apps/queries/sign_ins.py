"""Every statement on signing in to apps: codes, consents, logins, tickets for pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from wecom.foundation.db import Db

Outcome = Literal["waiting", "looked_at", "confirmed", "refused", "taken"]

LOGIN = "app_id, redirect_uri, state, address, user_agent, outcome, member_id, session_id, expires_at"


@dataclass(frozen=True, slots=True)
class Code:
    """What a member brought to an app."""

    app_id: int | None
    origin: str
    member_id: int
    session_id: int
    private: bool
    address: str
    expired: bool
    used: bool
    ended: bool
    """Whether the session that it came from has been signed out, or has run out."""


@dataclass(frozen=True, slots=True)
class Login:
    """A device that waits for another to confirm; `app_id`: None where it signs in to our own client."""

    app_id: int | None
    redirect_uri: str
    state: str
    address: str
    user_agent: str
    outcome: Outcome
    member_id: int | None
    session_id: int | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """An app to which a member's particulars are told."""

    app_id: int
    name: str
    given_at: datetime


async def insert_code(
    db: Db,
    hash: bytes,
    app_id: int | None,
    origin: str,
    member_id: int,
    session_id: int,
    private: bool,
    address: str,
    life: timedelta,
) -> None:
    await db.execute(
        """
        INSERT INTO app_codes (hash, app_id, origin, member_id, session_id, private, address, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8)
        """,
        hash,
        app_id,
        origin,
        member_id,
        session_id,
        private,
        address,
        life,
    )


async def lock_code(db: Db, hash: bytes) -> Code | None:
    """A code, used or not, which nobody else can use meanwhile."""
    row = await db.fetchrow(
        """
        SELECT c.app_id, c.origin, c.member_id, c.session_id, c.private, c.address, c.expires_at <= now() AS expired,
               c.used_at IS NOT NULL AS used, s.ended_at IS NOT NULL OR s.expires_at <= now() AS ended
        FROM app_codes AS c JOIN sessions AS s ON s.id = c.session_id
        WHERE c.hash = $1 FOR NO KEY UPDATE OF c
        """,
        hash,
    )
    return Code(**row) if row else None


async def mark_code_used(db: Db, hash: bytes) -> None:
    await db.execute("UPDATE app_codes SET used_at = now() WHERE hash = $1", hash)


async def insert_consent(db: Db, app_id: int, member_id: int) -> bool:
    """Whether it is new."""
    answer = await db.execute(
        "INSERT INTO app_consents (app_id, member_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", app_id, member_id
    )
    return answer == "INSERT 0 1"


async def delete_consent(db: Db, app_id: int, member_id: int) -> bool:
    answer = await db.execute("DELETE FROM app_consents WHERE app_id = $1 AND member_id = $2", app_id, member_id)
    return answer == "DELETE 1"


async def consented_at(db: Db, app_id: int, member_id: int) -> datetime | None:
    """When a member consented to be seen by an app; None where they do not."""
    found: datetime | None = await db.fetchval(
        "SELECT given_at FROM app_consents WHERE app_id = $1 AND member_id = $2", app_id, member_id
    )
    return found


async def consents_of(db: Db, member_id: int) -> list[Consent]:
    rows = await db.fetch(
        """
        SELECT c.app_id, a.name, c.given_at FROM app_consents AS c JOIN apps AS a ON a.id = c.app_id
        WHERE c.member_id = $1 AND a.removed_at IS NULL ORDER BY c.app_id
        """,
        member_id,
    )
    return [Consent(**row) for row in rows]


async def insert_login(
    db: Db,
    shown_hash: bytes,
    asking_hash: bytes,
    app_id: int | None,
    redirect_uri: str,
    state: str,
    address: str,
    user_agent: str,
    life: timedelta,
) -> datetime:
    """When it ends."""
    expires_at: datetime = await db.fetchval(
        """
        INSERT INTO app_logins (shown_hash, asking_hash, app_id, redirect_uri, state, address, user_agent, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8) RETURNING expires_at
        """,
        shown_hash,
        asking_hash,
        app_id,
        redirect_uri,
        state,
        address,
        user_agent,
        life,
    )
    return expires_at


async def lock_shown_login(db: Db, shown_hash: bytes) -> Login | None:
    """The login in whose picture this stood, unless its time is over."""
    row = await db.fetchrow(
        f"SELECT {LOGIN} FROM app_logins WHERE shown_hash = $1 AND expires_at > now() FOR NO KEY UPDATE", shown_hash
    )
    return Login(**row) if row else None


async def login_asked_for(db: Db, asking_hash: bytes) -> Login | None:
    """The login of the device that waits, unless its time is over."""
    row = await db.fetchrow(
        f"SELECT {LOGIN} FROM app_logins WHERE asking_hash = $1 AND expires_at > now()", asking_hash
    )
    return Login(**row) if row else None


async def update_login(db: Db, shown_hash: bytes, outcome: Outcome, member_id: int, session_id: int) -> None:
    await db.execute(
        "UPDATE app_logins SET outcome = $2, member_id = $3, session_id = $4 WHERE shown_hash = $1",
        shown_hash,
        outcome,
        member_id,
        session_id,
    )


async def take_login(db: Db, asking_hash: bytes) -> bool:
    """Whether it was confirmed, and nobody took what came of it before."""
    answer = await db.execute(
        """
        UPDATE app_logins SET outcome = 'taken'
        WHERE asking_hash = $1 AND outcome = 'confirmed' AND expires_at > now()
        """,
        asking_hash,
    )
    return answer == "UPDATE 1"


async def ticket_time(db: Db, app_id: int | None, now: datetime, oldest: datetime) -> datetime:
    """When the present ticket was issued: now, unless one issued after `oldest` is still valid."""
    issued: datetime = await db.fetchval(
        """
        INSERT INTO page_tickets AS t (app_id, issued_at) VALUES ($1, $2)
        ON CONFLICT (app_id) DO UPDATE SET issued_at =
            CASE WHEN t.issued_at > $3 AND t.issued_at <= $2 THEN t.issued_at ELSE $2 END
        RETURNING issued_at
        """,
        app_id,
        now,
        oldest,
    )
    return issued


async def ticket_issued(db: Db, app_id: int | None) -> datetime | None:
    """When the newest ticket was issued, if there was one."""
    issued: datetime | None = await db.fetchval(
        "SELECT issued_at FROM page_tickets WHERE app_id IS NOT DISTINCT FROM $1", app_id
    )
    return issued


async def delete_codes(db: Db, kept: timedelta) -> None:
    """Those whose time has been over for so long."""
    await db.execute("DELETE FROM app_codes WHERE expires_at < now() - $1::interval", kept)


async def delete_logins(db: Db, kept: timedelta) -> None:
    await db.execute("DELETE FROM app_logins WHERE expires_at < now() - $1::interval", kept)

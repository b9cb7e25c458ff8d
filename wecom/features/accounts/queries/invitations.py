"""Every statement on invitations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ....foundation.db import Db


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for."""

    member_id: int
    userid: str
    name: str
    purpose: str
    expires_at: datetime


async def insert_invitation(
    db: Db, token_hash: bytes, member_id: int, purpose: str, created_by: int | None, life: timedelta
) -> datetime:
    expires_at: datetime = await db.fetchval(
        """
        INSERT INTO invitations (token_hash, member_id, purpose, created_by, expires_at)
        VALUES ($1, $2, $3, $4, now() + $5) RETURNING expires_at
        """,
        token_hash,
        member_id,
        purpose,
        created_by,
        life,
    )
    return expires_at


async def invitation(db: Db, token_hash: bytes) -> Invited | None:
    """Where it works. For whoever holds a role now, only what they, an administrator or the system made does."""
    row = await db.fetchrow(
        """
        SELECT i.member_id, m.userid, m.name, i.purpose, i.expires_at
        FROM invitations AS i JOIN members AS m ON m.id = i.member_id
        WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > now() AND m.enabled AND m.left_at IS NULL
          AND (NOT EXISTS (SELECT FROM role_grants AS g WHERE g.member_id = m.id) OR i.created_by = m.id
               OR EXISTS (SELECT FROM role_grants AS g WHERE g.member_id = i.created_by AND g.role = 'administrator')
               OR EXISTS (SELECT FROM actors AS a WHERE a.id = i.created_by AND a.kind = 'system'))
        """,
        token_hash,
    )
    return Invited(**row) if row else None


async def use_invitation(db: Db, token_hash: bytes) -> bool:
    """Whether it could be used: once, in time."""
    answer = await db.execute(
        "UPDATE invitations SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()",
        token_hash,
    )
    return answer == "UPDATE 1"


async def void_invitations(db: Db, member_id: int) -> None:
    await db.execute(
        "UPDATE invitations SET expires_at = now() WHERE member_id = $1 AND used_at IS NULL AND expires_at > now()",
        member_id,
    )

"""Statements on the server's keys, and on certificates of phones' keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wecom.foundation.db import Db

from ..rules import Level


@dataclass(frozen=True, slots=True)
class Key:
    """A key with which codes are certified; its private half is sealed."""

    id: int
    point: bytes
    sealed: bytes
    made_at: datetime
    retired_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Face:
    """The picture of whoever a certificate is of."""

    serial: int
    avatar: str


@dataclass(frozen=True, slots=True)
class Issued:
    """Whose certificate it is."""

    serial: int
    policy_id: int
    member_id: int


KEY = "id, point, sealed, made_at, retired_at, until"

GONE = """
    (c.revoked_at IS NOT NULL OR s.id IS NULL OR s.ended_at IS NOT NULL OR s.expires_at <= $1)
    """
"""Taken back, or of a device that is signed out. `c`: the certificate, `s`: its session."""


async def key_in_use(db: Db) -> Key | None:
    row = await db.fetchrow(f"SELECT {KEY} FROM health_keys WHERE retired_at IS NULL")
    return Key(**row) if row else None


async def lock_keys(db: Db) -> None:
    """One is made, or retired, at a time."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('health keys'))")


async def insert_key(db: Db, point: bytes, sealed: bytes, at: datetime) -> Key:
    row = await db.fetchrow(
        f"INSERT INTO health_keys (point, sealed, made_at) VALUES ($1, $2, $3) RETURNING {KEY}", point, sealed, at
    )
    assert row
    return Key(**row)


async def retire_key(db: Db, at: datetime, until: datetime) -> None:
    await db.execute("UPDATE health_keys SET retired_at = $1, until = $2 WHERE retired_at IS NULL", at, until)


async def distrust_keys(db: Db, at: datetime) -> None:
    """Nothing that an earlier key signed is taken any more."""
    await db.execute("UPDATE health_keys SET until = $1 WHERE retired_at IS NOT NULL AND until > $1", at)


async def keys(db: Db, now: datetime | None = None) -> list[Key]:
    """Newest first: all, or those that are trusted now."""
    rows = await db.fetch(
        f"""
        SELECT {KEY} FROM health_keys WHERE $1::timestamptz IS NULL OR until IS NULL OR until > $1
        ORDER BY id DESC LIMIT 100
        """,
        now,
    )
    return [Key(**row) for row in rows]


async def insert_certificate(
    db: Db,
    policy_id: int,
    member_id: int,
    session_id: int,
    kid: int,
    level: Level,
    version: int,
    point: bytes,
    issued_at: datetime,
    expires_at: datetime,
) -> int:
    serial: int = await db.fetchval(
        """
        INSERT INTO health_certificates
            (policy_id, member_id, session_id, kid, level, version, point, issued_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING serial
        """,
        policy_id,
        member_id,
        session_id,
        kid,
        level,
        version,
        point,
        issued_at,
        expires_at,
    )
    return serial


async def replace_certificates(
    db: Db, policy_id: int, member_id: int, session_id: int, point: bytes, at: datetime
) -> None:
    """A device has one at a time. The one before of the same key says nothing that the new one does not, and lapses by
    itself; one of another key is taken back."""
    await db.execute(
        """
        UPDATE health_certificates SET replaced_at = $5, revoked_at = CASE WHEN point <> $4 THEN $5 END
        WHERE policy_id = $1 AND member_id = $2 AND session_id = $3 AND replaced_at IS NULL AND revoked_at IS NULL
          AND expires_at > $5
        """,
        policy_id,
        member_id,
        session_id,
        point,
        at,
    )


async def revoke_certificates(
    db: Db, policy_id: int, member_ids: Sequence[int], levels: Sequence[Level | None], at: datetime
) -> int:
    """Those of these members that say another level than is theirs now; None: all of them."""
    answer = await db.execute(
        """
        UPDATE health_certificates AS c SET revoked_at = $4
        FROM unnest($2::bigint[], $3::text[]) AS n (member_id, level)
        WHERE c.policy_id = $1 AND c.member_id = n.member_id AND c.level IS DISTINCT FROM n.level
          AND c.revoked_at IS NULL AND c.expires_at > $4
        """,
        policy_id,
        list(member_ids),
        list(levels),
        at,
    )
    return int(answer.rpartition(" ")[2])


async def revoke_all_of_policy(db: Db, policy_id: int, at: datetime) -> None:
    await db.execute(
        """
        UPDATE health_certificates SET revoked_at = $2 WHERE policy_id = $1 AND revoked_at IS NULL AND expires_at > $2
        """,
        policy_id,
        at,
    )


async def revoked(db: Db, policy_ids: Sequence[int], now: datetime, since: datetime | None) -> list[int]:
    """Serials that were taken back, or whose device was signed out, since; of certificates that would still hold."""
    rows = await db.fetch(
        f"""
        SELECT c.serial FROM health_certificates AS c LEFT JOIN sessions AS s ON s.id = c.session_id
        WHERE c.expires_at > $1 AND c.policy_id = ANY($2::integer[]) AND {GONE}
          AND ($3::timestamptz IS NULL OR coalesce(least(c.revoked_at, s.ended_at, s.expires_at), $1) >= $3)
        ORDER BY c.serial
        """,
        now,
        list(policy_ids),
        since,
    )
    return [row["serial"] for row in rows]


async def is_revoked(db: Db, serial: int, now: datetime) -> bool:
    """Or is not there at all."""
    held = await db.fetchval(
        f"""
        SELECT NOT {GONE} FROM health_certificates AS c LEFT JOIN sessions AS s ON s.id = c.session_id
        WHERE c.serial = $2
        """,
        now,
        serial,
    )
    return not held


async def faces(db: Db, policy_ids: Sequence[int], now: datetime, since: datetime | None) -> list[Face]:
    """Pictures of those who have a certificate that holds, of those that were issued since."""
    rows = await db.fetch(
        f"""
        SELECT c.serial, m.avatar FROM health_certificates AS c JOIN members AS m ON m.id = c.member_id
        LEFT JOIN sessions AS s ON s.id = c.session_id
        WHERE c.expires_at > $1 AND c.policy_id = ANY($2::integer[]) AND NOT {GONE} AND m.avatar LIKE '/api/avatars/%'
          AND ($3::timestamptz IS NULL OR c.issued_at >= $3)
        ORDER BY c.serial
        """,
        now,
        list(policy_ids),
        since,
    )
    return [Face(**row) for row in rows]


async def face_of(db: Db, policy_ids: Sequence[int], avatar: str, now: datetime) -> bool:
    """Whether this is the picture of somebody who could come to such a gate now."""
    there: bool = await db.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM health_certificates AS c JOIN members AS m ON m.id = c.member_id
            WHERE m.avatar = $3 AND c.expires_at > $1 AND c.policy_id = ANY($2::integer[]))
        """,
        now,
        list(policy_ids),
        avatar,
    )
    return there


async def issued(db: Db, serials: Sequence[int]) -> dict[int, Issued]:
    rows = await db.fetch(
        "SELECT serial, policy_id, member_id FROM health_certificates WHERE serial = ANY($1::bigint[])", list(serials)
    )
    return {row["serial"]: Issued(**row) for row in rows}

"""Every statement on sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ....foundation.db import Db
from ..model import ROOT, Arrival, Device, Kind


async def insert_session(
    db: Db,
    member_id: int,
    hash: str | None,
    token_hash: bytes,
    kind: Kind,
    device: str,
    user_agent: str,
    address: str,
    life: timedelta,
    vouching: int | None = None,
) -> tuple[int, datetime] | None:
    """The session's id and when it ends; None when the password or the member changed meanwhile. `hash`: None where
    the password was LDAP's. `vouching`: the session of theirs that stands in for a password, if one does.

    The shared locks make who ends all sessions, by a new password or by disabling the member, wait
    for this one, and so find it.
    """
    row = await db.fetchrow(
        """
        WITH who AS (
            SELECT m.id FROM members AS m JOIN passwords AS p ON p.member_id = m.id
            WHERE m.id = $1 AND p.hash = $2 AND m.enabled AND m.left_at IS NULL
            FOR SHARE OF m, p
        ), by_ldap AS (
            SELECT m.id FROM members AS m JOIN ldap_people AS l ON l.member_id = m.id
            WHERE m.id = $1 AND $2 IS NULL AND $9::bigint IS NULL AND l.gone_at IS NULL
              AND m.enabled AND m.left_at IS NULL
            FOR SHARE OF m, l
        ), by_session AS (
            SELECT m.id FROM members AS m JOIN sessions AS s ON s.member_id = m.id
            WHERE m.id = $1 AND s.id = $9::bigint AND s.ended_at IS NULL AND s.expires_at > now()
              AND m.enabled AND m.left_at IS NULL
            FOR SHARE OF m, s
        )
        INSERT INTO sessions (member_id, token_hash, kind, device, user_agent, address, expires_at)
        SELECT id, $3, $4, $5, $6, $7, now() + $8 FROM (
            SELECT id FROM who UNION ALL SELECT id FROM by_ldap UNION ALL SELECT id FROM by_session) AS found
        RETURNING id, expires_at
        """,
        member_id,
        hash,
        token_hash,
        kind,
        device,
        user_agent,
        address,
        life,
        vouching,
    )
    return (row["id"], row["expires_at"]) if row else None


async def sessions_by_hash(db: Db, token_hashes: Sequence[bytes]) -> dict[bytes, Arrival]:
    """Who holds these tokens, by token; without those that have ended, or whose member has."""
    rows = await db.fetch(
        f"""
        SELECT s.token_hash, m.id, m.userid, m.name, m.ordinal, s.id AS session_id, s.kind, s.seen_at, s.expires_at,
               coalesce(p.must_change, false) AND NOT EXISTS (
                   SELECT FROM ldap_people AS l JOIN ldap_state AS ls ON 'password' = ANY (ls.owned)
                   WHERE l.member_id = m.id) AS must_change,
               ARRAY(SELECT role FROM role_grants WHERE member_id = m.id) AS roles,
               ARRAY(SELECT CASE role WHEN 'administrator' THEN {ROOT} ELSE department_id END
                     FROM role_grants WHERE member_id = m.id
                     AND role IN ('administrator', 'department_administrator')) AS scopes
        FROM sessions AS s JOIN members AS m ON m.id = s.member_id
        LEFT JOIN passwords AS p ON p.member_id = m.id
        WHERE s.token_hash = ANY ($1::bytea[]) AND s.ended_at IS NULL AND s.expires_at > now()
          AND m.enabled AND m.left_at IS NULL
        """,
        token_hashes,
    )
    found = {}
    for row in rows:
        facts: dict[str, Any] = dict(row)
        token_hash, roles, scopes = facts.pop("token_hash"), frozenset(facts.pop("roles")), tuple(facts.pop("scopes"))
        found[token_hash] = Arrival(roles=roles, scopes=scopes, **facts)
    return found


async def touch_used(db: Db, ids: Sequence[int], addresses: Sequence[str], lives: Sequence[timedelta]) -> None:
    """Sessions, and from where each was used; whoever else is at one of them now notes it, or ends it."""
    await db.execute(
        """
        WITH free AS MATERIALIZED (
            SELECT id FROM sessions WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE sessions AS s SET seen_at = now(), expires_at = now() + n.life, address = n.address
        FROM unnest($1::bigint[], $2::text[], $3::interval[]) AS n (id, address, life) JOIN free USING (id)
        WHERE s.id = n.id AND s.ended_at IS NULL AND s.expires_at > now()
        """,
        list(ids),
        list(addresses),
        list(lives),
    )


async def touch_sessions(db: Db, session_ids: Sequence[int], older_than: timedelta, life: timedelta) -> int:
    """Those of these sessions that were not noted to be in use for so long; how many."""
    statement = """
        UPDATE sessions SET seen_at = now(), expires_at = now() + $3
        WHERE id = ANY($1::bigint[]) AND ended_at IS NULL AND expires_at > now() AND seen_at <= now() - $2::interval
        """
    return int((await db.execute(statement, session_ids, older_than, life)).split()[-1])


async def end_sessions(
    db: Db, member_id: int, because: str, only: int | None = None, except_session: int | None = None
) -> list[int]:
    rows = await db.fetch(
        """
        UPDATE sessions SET ended_at = now(), ended_because = $2, ended_xid = pg_current_xact_id()
        WHERE member_id = $1 AND ended_at IS NULL AND ($3::bigint IS NULL OR id = $3)
          AND id IS DISTINCT FROM $4::bigint
        RETURNING id
        """,
        member_id,
        because,
        only,
        except_session,
    )
    return [row["id"] for row in rows]


async def end_expired_sessions(db: Db) -> int:
    """Say of sessions past their time that they have ended, so that their sockets close."""
    answer = await db.execute(
        """
        UPDATE sessions SET ended_at = now(), ended_because = 'expired', ended_xid = pg_current_xact_id()
        WHERE ended_at IS NULL AND expires_at <= now()
        """
    )
    return int(answer.split()[-1])


async def delete_ended_sessions(db: Db, older_than: timedelta) -> int:
    answer = await db.execute("DELETE FROM sessions WHERE ended_at < now() - $1::interval", older_than)
    return int(answer.split()[-1])


async def addresses_of(db: Db, member_id: int) -> list[str]:
    """Where the member's sessions, those that are over too, were last used from."""
    rows = await db.fetch("SELECT DISTINCT address FROM sessions WHERE member_id = $1 LIMIT 500", member_id)
    return [row["address"] for row in rows]


async def devices(db: Db, member_id: int) -> list[Device]:
    """Newest use first."""
    rows = await db.fetch(
        """
        SELECT id, kind, device, user_agent, address, created_at, seen_at, expires_at FROM sessions
        WHERE member_id = $1 AND ended_at IS NULL AND expires_at > now()
        ORDER BY seen_at DESC, id DESC LIMIT 500
        """,
        member_id,
    )
    return [Device(**row) for row in rows]


async def ended_since(db: Db, xid: int) -> list[int]:
    """Sessions that transactions not older than `xid` ended; what gateways ask once a second."""
    rows = await db.fetch("SELECT id FROM sessions WHERE ended_xid >= $1::xid8", xid)
    return [row["id"] for row in rows]

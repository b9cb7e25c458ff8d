"""Every statement on passwords, sessions, invitations and roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ...foundation.db import Db
from .model import ROOT, Arrival, Device, Grant, Kind, Role


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in has to know of a member."""

    member_id: int
    userid: str
    enabled: bool
    hash: str | None
    must_change: bool
    entry_id: str | None
    """Their entry in LDAP, if there is one."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for."""

    member_id: int
    userid: str
    name: str
    purpose: str
    expires_at: datetime


async def account_named(db: Db, called: str, mobile: str | None) -> Account | None:
    """By userid, or else by mobile, or else by either e-mail address."""
    row = await db.fetchrow(
        """
        SELECT m.id AS member_id, m.userid, m.enabled, p.hash, coalesce(p.must_change, false) AS must_change,
               l.id AS entry_id
        FROM members AS m LEFT JOIN passwords AS p ON p.member_id = m.id
        LEFT JOIN ldap_people AS l ON l.member_id = m.id AND l.gone_at IS NULL
        WHERE m.left_at IS NULL
          AND (lower(m.userid) = lower($1) OR m.mobile = $2 OR lower(m.email) = lower($1)
               OR lower(m.biz_mail) = lower($1))
        ORDER BY lower(m.userid) = lower($1) DESC, m.mobile IS NOT DISTINCT FROM $2 DESC, m.id LIMIT 1
        """,
        called,
        mobile,
    )
    return Account(**row) if row else None


async def account_of(db: Db, member_id: int) -> Account | None:
    row = await db.fetchrow(
        """
        SELECT m.id AS member_id, m.userid, m.enabled, p.hash, coalesce(p.must_change, false) AS must_change,
               l.id AS entry_id
        FROM members AS m LEFT JOIN passwords AS p ON p.member_id = m.id
        LEFT JOIN ldap_people AS l ON l.member_id = m.id AND l.gone_at IS NULL
        WHERE m.left_at IS NULL AND m.id = $1
        """,
        member_id,
    )
    return Account(**row) if row else None


async def set_password(db: Db, member_id: int, hash: str, must_change: bool) -> None:
    statement = """
        INSERT INTO passwords (member_id, hash, must_change) VALUES ($1, $2, $3)
        ON CONFLICT (member_id) DO UPDATE SET hash = $2, must_change = $3, changed_at = now()
        """
    await db.execute(statement, member_id, hash, must_change)


async def given_together(db: Db) -> list[int]:
    """Members who have one hash between them, salt and all: it was made once and given to all of them."""
    rows = await db.fetch(
        """
        SELECT member_id FROM (SELECT member_id, count(*) OVER (PARTITION BY hash) AS shared FROM passwords) AS p
        WHERE shared > 1 ORDER BY member_id
        """
    )
    return [row["member_id"] for row in rows]


async def replace_password(db: Db, member_id: int, old: str, new: str) -> bool:
    """Unless it was changed since `old` was read."""
    statement = """
        UPDATE passwords SET hash = $3, must_change = false, changed_at = now() WHERE member_id = $1 AND hash = $2
        """
    return await db.execute(statement, member_id, old, new) == "UPDATE 1"


async def rehash_password(db: Db, member_id: int, old: str, new: str) -> bool:
    """The same password, hashed anew; unless it was changed since."""
    answer = await db.execute("UPDATE passwords SET hash = $3 WHERE member_id = $1 AND hash = $2", member_id, old, new)
    return answer == "UPDATE 1"


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


async def touch_session(db: Db, session_id: int, address: str, life: timedelta) -> None:
    await db.execute(
        """
        UPDATE sessions SET seen_at = now(), expires_at = now() + $3, address = $2
        WHERE id = $1 AND ended_at IS NULL AND expires_at > now()
        """,
        session_id,
        address,
        life,
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


async def grants(db: Db, member_id: int | None = None) -> list[Grant]:
    """Of those who still work here, by member and role."""
    rows = await db.fetch(
        """
        SELECT g.id, g.member_id, m.userid, m.name, g.role, g.department_id, g.granted_by, g.granted_at
        FROM role_grants AS g JOIN members AS m ON m.id = g.member_id
        WHERE m.left_at IS NULL AND ($1::bigint IS NULL OR g.member_id = $1)
        ORDER BY g.member_id, g.role, g.department_id
        """,
        member_id,
    )
    return [Grant(**row) for row in rows]


async def insert_grant(
    db: Db, member_id: int, role: Role, department_id: int | None, granted_by: int | None
) -> int | None:
    """Its id; None when the member has it."""
    id: int | None = await db.fetchval(
        """
        INSERT INTO role_grants (member_id, role, department_id, granted_by) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        member_id,
        role,
        department_id,
        granted_by,
    )
    return id


async def lock_grant(db: Db, id: int) -> Grant | None:
    row = await db.fetchrow(
        """
        SELECT g.id, g.member_id, m.userid, m.name, g.role, g.department_id, g.granted_by, g.granted_at
        FROM role_grants AS g JOIN members AS m ON m.id = g.member_id WHERE g.id = $1 FOR UPDATE OF g
        """,
        id,
    )
    return Grant(**row) if row else None


async def delete_grants(db: Db, ids: Sequence[int]) -> None:
    await db.execute("DELETE FROM role_grants WHERE id = ANY($1::bigint[])", ids)


async def lock_administrators(db: Db) -> None:
    """Whoever may end up without an administrator takes turns here."""
    await db.fetch("SELECT id FROM role_grants WHERE role = 'administrator' ORDER BY id FOR UPDATE")


async def administrators(db: Db) -> set[int]:
    """Administrators who can sign in now, here or with LDAP's password; before there is one, all who could have one."""
    rows = await db.fetch(
        """
        SELECT g.member_id, p.member_id IS NOT NULL OR l.member_id IS NOT NULL AS has_password
        FROM role_grants AS g JOIN members AS m ON m.id = g.member_id
        LEFT JOIN passwords AS p ON p.member_id = m.id
        LEFT JOIN ldap_people AS l ON l.member_id = m.id AND l.gone_at IS NULL
        WHERE g.role = 'administrator' AND m.enabled AND m.left_at IS NULL
        """
    )
    able = {row["member_id"] for row in rows if row["has_password"]}
    return able or {row["member_id"] for row in rows}


async def is_under(db: Db, member_id: int, departments: Sequence[int]) -> bool:
    """Whether a member who works here is in one of these departments or below."""
    statement = """
        SELECT EXISTS (
            SELECT FROM members AS m JOIN department_members AS dm ON dm.member_id = m.id
            JOIN departments AS d ON d.id = dm.department_id
            WHERE m.id = $1 AND m.left_at IS NULL AND d.path && $2::bigint[])
        """
    return bool(await db.fetchval(statement, member_id, departments))


async def holds_a_role(db: Db, member_id: int) -> bool:
    return bool(await db.fetchval("SELECT EXISTS (SELECT FROM role_grants WHERE member_id = $1)", member_id))


async def lock_department(db: Db, id: int) -> bool:
    """Whether there is such a department; it stays until the transaction ends."""
    return bool(await db.fetchval("SELECT true FROM departments WHERE id = $1 FOR KEY SHARE", id))


async def ended_since(db: Db, xid: int) -> list[int]:
    """Sessions that transactions not older than `xid` ended; what gateways ask once a second."""
    rows = await db.fetch("SELECT id FROM sessions WHERE ended_xid >= $1::xid8", xid)
    return [row["id"] for row in rows]

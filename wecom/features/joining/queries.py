"""Every statement on wishes and requests to join."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wecom.foundation.db import Db

from .model import JoinRequest, State, Wish


async def lock_invitations(db: Db) -> None:
    """One who invites many at a time, so that nobody is invited twice at once."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended('invitations', 0))")


async def invitable(
    db: Db, member_ids: Sequence[int], recent: timedelta, *, role_holders: bool
) -> list[tuple[int, str, str]]:
    """Of these, whoever can still join and has no link that is as recent: id, userid, name."""
    rows = await db.fetch(
        """
        SELECT m.id, m.userid, m.name FROM members AS m
        WHERE m.id = ANY($1::bigint[]) AND m.enabled AND m.left_at IS NULL
          AND NOT EXISTS (SELECT FROM passwords AS p WHERE p.member_id = m.id)
          AND NOT EXISTS (SELECT FROM ldap_people AS l, ldap_state AS s
                          WHERE l.member_id = m.id AND 'password' = ANY(s.owned))
          AND NOT EXISTS (SELECT FROM invitations AS i
                          WHERE i.member_id = m.id AND i.used_at IS NULL AND i.expires_at > now()
                            AND i.created_at > now() - $2::interval)
          AND ($3 OR NOT EXISTS (SELECT FROM role_grants AS g WHERE g.member_id = m.id))
        ORDER BY m.id
        """,
        list(member_ids),
        recent,
        role_holders,
    )
    return [(row["id"], row["userid"], row["name"]) for row in rows]


async def replace_invitations(
    db: Db, member_ids: Sequence[int], token_hashes: Sequence[bytes], created_by: int, life: timedelta
) -> datetime:
    """A new link for each, in place of those they have; when the new ones end."""
    until: datetime = await db.fetchval(
        """
        WITH voided AS (
            UPDATE invitations SET expires_at = now()
            WHERE member_id = ANY($1::bigint[]) AND used_at IS NULL AND expires_at > now()
        ), made AS (
            INSERT INTO invitations (token_hash, member_id, purpose, created_by, expires_at)
            SELECT each.hash, each.member_id, 'join', $3, now() + $4::interval
            FROM unnest($1::bigint[], $2::bytea[]) AS each (member_id, hash)
        )
        SELECT now() + $4::interval
        """,
        list(member_ids),
        list(token_hashes),
        created_by,
        life,
    )
    return until


async def insert_wishes(db: Db, member_ids: Sequence[int], asked_by: int, again_after: timedelta) -> int:
    """For how many it is news: whoever has joined, or for whom it was wished not long ago, is left out."""
    count: int = await db.fetchval(
        """
        WITH wished AS (
            INSERT INTO invitation_wishes AS w (member_id, asked_by)
            SELECT m.id, $2 FROM members AS m
            WHERE m.id = ANY($1::bigint[]) AND m.enabled AND m.left_at IS NULL
              AND NOT EXISTS (SELECT FROM passwords AS p WHERE p.member_id = m.id)
            ORDER BY m.id
            ON CONFLICT (member_id) DO UPDATE SET asked_by = excluded.asked_by, asked_at = now()
                WHERE w.asked_at < now() - $3::interval
            RETURNING 1)
        SELECT count(*) FROM wished
        """,
        list(member_ids),
        asked_by,
        again_after,
    )
    return count


async def wishes(db: Db, after: int, limit: int, *, within: Sequence[int]) -> list[Wish]:
    """Those who have not joined yet, in these departments or under them, by member."""
    rows = await db.fetch(
        """
        SELECT m.id AS member_id, m.userid, m.name, w.asked_by, w.asked_at,
               (SELECT max(i.expires_at) FROM invitations AS i
                WHERE i.member_id = m.id AND i.used_at IS NULL AND i.expires_at > now()) AS link_until
        FROM invitation_wishes AS w JOIN members AS m ON m.id = w.member_id
        WHERE m.id > $1 AND m.enabled AND m.left_at IS NULL
          AND NOT EXISTS (SELECT FROM passwords AS p WHERE p.member_id = m.id)
          AND EXISTS (SELECT FROM department_members AS dm JOIN departments AS d ON d.id = dm.department_id
                      WHERE dm.member_id = m.id AND d.path && $3::bigint[])
        ORDER BY m.id LIMIT $2
        """,
        after,
        limit,
        list(within),
    )
    return [Wish(**row) for row in rows]


async def delete_wishes(db: Db, older_than: timedelta) -> None:
    """Those of members who have joined or left, and those so old."""
    await db.execute(
        """
        DELETE FROM invitation_wishes AS w
        WHERE w.asked_at < now() - $1::interval
           OR EXISTS (SELECT FROM passwords AS p WHERE p.member_id = w.member_id)
           OR EXISTS (SELECT FROM members AS m WHERE m.id = w.member_id AND m.left_at IS NOT NULL)
        """,
        older_than,
    )


async def secret_version(db: Db, app_id: int) -> int | None:
    """Of an app that may ask for anything now."""
    version: int | None = await db.fetchval(
        "SELECT secret_version FROM apps WHERE id = $1 AND enabled AND removed_at IS NULL", app_id
    )
    return version


async def insert_request(
    db: Db, code_of: int, name: str, mobile: str, userid: str, words: str, password_hash: str, address: str
) -> int:
    id: int = await db.fetchval(
        """
        INSERT INTO join_requests (code_of, name, mobile, userid, words, password_hash, address)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
        """,
        code_of,
        name,
        mobile,
        userid,
        words,
        password_hash,
        address,
    )
    return id


async def join_requests(
    db: Db, *, state: State | None = None, id: int | None = None, before: int | None = None, limit: int = 100
) -> list[JoinRequest]:
    """Newest first."""
    rows = await db.fetch(
        """
        SELECT r.id, r.name, r.mobile, r.userid, r.words, r.address, r.asked_at, r.state, r.decided_by, r.decided_at,
               r.member_id, r.because,
               r.state = 'waiting' AND EXISTS (SELECT FROM members AS m
                   WHERE lower(m.userid) = lower(r.userid) AND m.left_at IS NULL) AS userid_taken,
               r.state = 'waiting' AND EXISTS (SELECT FROM members AS m
                   WHERE m.mobile = r.mobile AND m.left_at IS NULL) AS mobile_taken,
               (SELECT count(*) FROM join_requests AS o
                WHERE r.state = 'waiting' AND o.mobile = r.mobile AND o.state = 'waiting' AND o.id < r.id)
                   AS asked_before
        FROM join_requests AS r
        WHERE ($1::text IS NULL OR r.state = $1) AND ($2::bigint IS NULL OR r.id = $2)
          AND ($3::bigint IS NULL OR r.id < $3)
        ORDER BY r.id DESC LIMIT $4
        """,
        state,
        id,
        before,
        limit,
    )
    return [JoinRequest(**row) for row in rows]


async def lock_request(db: Db, id: int) -> tuple[State, str | None] | None:
    """Its state, and the hash of the password that they chose."""
    row = await db.fetchrow("SELECT state, password_hash FROM join_requests WHERE id = $1 FOR UPDATE", id)
    return (row["state"], row["password_hash"]) if row else None


async def decide_request(db: Db, id: int, state: State, decided_by: int, member_id: int | None, because: str) -> None:
    await db.execute(
        """
        UPDATE join_requests SET state = $2, decided_by = $3, member_id = $4, because = $5, decided_at = now(),
                                 password_hash = NULL
        WHERE id = $1
        """,
        id,
        state,
        decided_by,
        member_id,
        because,
    )


async def who_decides(db: Db) -> list[int]:
    """The members who let people in."""
    rows = await db.fetch(
        """
        SELECT DISTINCT g.member_id FROM role_grants AS g JOIN members AS m ON m.id = g.member_id
        WHERE g.role IN ('administrator', 'hr') AND m.enabled AND m.left_at IS NULL
        """
    )
    return [row["member_id"] for row in rows]


async def delete_requests(db: Db, kept: timedelta) -> int:
    """Those decided, or waiting in vain, for so long."""
    answer = await db.execute(
        "DELETE FROM join_requests WHERE coalesce(decided_at, asked_at) < now() - $1::interval", kept
    )
    return int(answer.split()[-1])

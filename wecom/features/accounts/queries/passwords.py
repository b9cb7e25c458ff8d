"""Every statement on accounts and their passwords."""

from dataclasses import dataclass

from ....foundation.db import Db


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

"""A database that was restored from a backup: its transactions' ids begin anew, and so do its clients.

What is stored of transactions' ids (`xid`) is meant for the server that gave them. A database that is dumped and
loaded into another server (`pg_dump`, `pg_restore`) brings ids that lie ahead of the new server's own: followers and
the audit log's seal would then pass over everything new, and polling would find everything old, again and again.
`is_ahead` sees that, and the next start mends it.

A physical backup (`pg_basebackup`, a snapshot) keeps its ids, and so may a dump that is loaded into a server which has
counted further; neither can be told from a server that was merely stopped. But clients may have seen what is lost
now, so whoever restores one runs `wecom restored` before the server starts again.

What was sealed stays so and proves what it proved. Followers hear at least once of all that the slowest of them had
not heard of; the others hear some of it again, but `figures`, which adds up, hears just what it had not. An index of
messages that was being made anew begins anew. In what order transactions had committed is forgotten, which
matters to none of them. It rewrites every message's row once, so it takes minutes for millions, and no server may be
running meanwhile.
"""

import secrets

from ..foundation import audit
from ..foundation.db import Db, Tx

HEARD, COUNTED, UNHEARD = "3", "4", "5"
"""Ids that every server has given before it could be connected to: 3 is the first that a transaction can have."""

COUNTER, REBUILDER = "figures", "search.rebuild"
"""Followers: one that adds up by whole transactions, and one that is there only while somebody runs it."""

SYSTEM = 2
LOCK = 0x57EC05


async def is_ahead(db: Db) -> bool:
    """Whether there are ids that this server has not given yet."""
    ahead: bool = await db.fetchval(
        """
        SELECT coalesce(bool_or(xid >= pg_snapshot_xmax(pg_current_snapshot())), false) FROM (
            (SELECT xid FROM entries ORDER BY xid DESC LIMIT 1) UNION ALL
            (SELECT xid FROM messages ORDER BY xid DESC LIMIT 1) UNION ALL
            (SELECT xid FROM audit_records ORDER BY xid DESC LIMIT 1) UNION ALL
            (SELECT xid FROM followers ORDER BY xid DESC LIMIT 1) UNION ALL
            (SELECT ended_xid FROM sessions WHERE ended_xid IS NOT NULL ORDER BY ended_xid DESC LIMIT 1)) AS newest
        """
    )
    return ahead


async def begin_anew(tx: Tx, *, only_if_ahead: bool = False) -> bool:
    """Give the company a new epoch, and forget other servers' ids. False when another process did it just now.

    Needs the schema's owner: nobody else may touch what is recorded in the audit log.
    """
    await tx.execute("SELECT pg_advisory_xact_lock($1::bigint)", LOCK)
    if only_if_ahead and not await is_ahead(tx):
        return False
    await _forget_ids(tx)
    await tx.execute("UPDATE deployment SET epoch = $1", secrets.token_hex(8))
    await audit.record(tx, SYSTEM, "company.restored", "company:1")
    return True


async def _forget_ids(tx: Tx) -> None:
    await tx.execute("DELETE FROM followers WHERE name = $1", REBUILDER)
    counted = await tx.fetchval("SELECT xid FROM followers WHERE name = $1", COUNTER) or 0
    slowest = await tx.fetchrow("SELECT xid, stream_id, seq FROM followers ORDER BY xid, stream_id, seq LIMIT 1")
    heard = (slowest["xid"], slowest["stream_id"], slowest["seq"]) if slowest else (2**63 - 1, 0, 0)
    for table, stream in (("entries", "stream_id"), ("messages", "conversation_id")):
        await tx.execute(
            f"""
            UPDATE {table} SET xid = CASE WHEN (xid, {stream}, seq) > ($1::xid8, $2::bigint, $3::bigint)
                                          THEN CASE WHEN xid > $4::xid8 THEN '{UNHEARD}'::xid8
                                                    ELSE '{COUNTED}'::xid8 END
                                          ELSE '{HEARD}'::xid8 END
            """,
            *heard,
            counted,
        )
    await tx.execute(
        f"UPDATE followers SET xid = '{HEARD}'::xid8, stream_id = $1, seq = $1, moved_at = now()", 2**63 - 1
    )
    await tx.execute(f"UPDATE followers SET xid = '{COUNTED}'::xid8 WHERE name = $1", COUNTER)
    await tx.execute(f"UPDATE audit_records SET xid = '{HEARD}'::xid8")
    await tx.execute(f"UPDATE sessions SET ended_xid = '{HEARD}'::xid8 WHERE ended_xid IS NOT NULL")

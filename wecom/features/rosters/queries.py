"""Every statement on rosters and their lines."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from wecom.foundation.db import Db, Record

from .model import Change, Line, Refusal, Roster

ROSTER = """
    id, made_by, address, name, size, blank_clears, top, state, applied_by, percentage, counts, about, digest, refusal,
    message, made_at, ended_at
    """


async def lock_rosters(db: Db, made_by: int) -> None:
    """One of somebody's begins at a time, so that they can be counted."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended('rosters:' || $1::text, 0))", str(made_by))


async def count_open(db: Db, made_by: int) -> int:
    count: int = await db.fetchval("SELECT count(*) FROM rosters WHERE made_by = $1 AND ended_at IS NULL", made_by)
    return count


async def insert_roster(
    db: Db, made_by: int, address: str, name: str, size: int, blank_clears: bool, top: str
) -> Roster:
    row = await db.fetchrow(
        f"""
        INSERT INTO rosters (made_by, address, name, size, blank_clears, top) VALUES ($1, $2, $3, $4, $5, $6)
        RETURNING {ROSTER}
        """,
        made_by,
        address,
        name,
        size,
        blank_clears,
        top,
    )
    assert row
    return Roster(**row)


async def roster(db: Db, id: int, made_by: int | None) -> Roster | None:
    """`made_by`: only if it is theirs."""
    row = await db.fetchrow(
        f"SELECT {ROSTER} FROM rosters WHERE id = $1 AND ($2::bigint IS NULL OR made_by = $2)", id, made_by
    )
    return Roster(**row) if row else None


async def lock_roster(db: Db, id: int, made_by: int | None) -> Roster | None:
    row = await db.fetchrow(
        f"SELECT {ROSTER} FROM rosters WHERE id = $1 AND ($2::bigint IS NULL OR made_by = $2) FOR UPDATE", id, made_by
    )
    return Roster(**row) if row else None


async def rosters(db: Db, made_by: int | None, limit: int) -> list[Roster]:
    """Newest first."""
    rows = await db.fetch(
        f"SELECT {ROSTER} FROM rosters WHERE $1::bigint IS NULL OR made_by = $1 ORDER BY id DESC LIMIT $2",
        made_by,
        limit,
    )
    return [Roster(**row) for row in rows]


async def lines(db: Db, roster_id: int, after: int, limit: int, does: str | None) -> list[Line]:
    rows = await db.fetch(
        """
        SELECT number, part, line, what, name, does, changes, refusals FROM roster_lines
        WHERE roster_id = $1 AND number > $2 AND ($4::text IS NULL OR does = $4) ORDER BY number LIMIT $3
        """,
        roster_id,
        after,
        limit,
        does,
    )
    return [_line(row) for row in rows]


async def own_roster(db: Db, id: int, owner: UUID, lease: timedelta) -> bool:
    """Whether nobody else works on it, until the lease ends, which `see_roster` prolongs."""
    answer = await db.execute(
        """
        UPDATE rosters SET owner = $2, owned_until = clock_timestamp() + $3
        WHERE id = $1 AND (owner IS NULL OR owned_until < clock_timestamp())
        """,
        id,
        owner,
        lease,
    )
    return answer == "UPDATE 1"


async def disown_roster(db: Db, id: int, owner: UUID) -> None:
    await db.execute("UPDATE rosters SET owner = NULL, owned_until = NULL WHERE id = $1 AND owner = $2", id, owner)


async def see_roster(db: Db, id: int, owner: UUID, lease: timedelta, percentage: int) -> None:
    await db.execute(
        """
        UPDATE rosters
        SET percentage = greatest(percentage, $4), seen_at = now(), owned_until = clock_timestamp() + $3
        WHERE id = $1 AND owner = $2 AND state IN ('reading', 'applying')
        """,
        id,
        owner,
        lease,
        percentage,
    )


async def put_lines(db: Db, roster_id: int, found: Sequence[Line]) -> None:
    await db.execute(
        """
        INSERT INTO roster_lines (roster_id, number, part, line, what, name, does, changes, refusals)
        SELECT $1, n, part, line, what, name, does, changes::jsonb, refusals::jsonb
        FROM unnest($2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
             AS each (n, part, line, what, name, does, changes, refusals)
        """,
        roster_id,
        [each.number for each in found],
        [each.part for each in found],
        [each.line for each in found],
        [each.what for each in found],
        [each.name for each in found],
        [each.does for each in found],
        [orjson.dumps([[c.field, c.before, c.after] for c in each.changes]).decode() for each in found],
        [orjson.dumps([[r.name, r.about, r.text] for r in each.refusals]).decode() for each in found],
    )


async def delete_lines(db: Db, roster_id: int) -> None:
    await db.execute("DELETE FROM roster_lines WHERE roster_id = $1", roster_id)


async def put_ready(
    db: Db, id: int, counts: Mapping[str, int], about: Mapping[str, Any], digest: bytes, message: str
) -> bool:
    """That it may be looked at; false where nobody waits for that any more."""
    answer = await db.execute(
        """
        UPDATE rosters SET state = 'ready', percentage = 100, counts = $2, about = $3, digest = $4, message = $5,
               seen_at = now(), failures = 0, applied_by = NULL
        WHERE id = $1 AND state IN ('reading', 'applying')
        """,
        id,
        dict(counts),
        dict(about),
        digest,
        message,
    )
    return answer == "UPDATE 1"


async def start_applying(db: Db, id: int, applied_by: int, address: str) -> None:
    await db.execute(
        """
        UPDATE rosters SET state = 'applying', applied_by = $2, address = $3, percentage = 0, message = '',
               seen_at = now()
        WHERE id = $1
        """,
        id,
        applied_by,
        address,
    )


async def end_roster(db: Db, id: int, state: str, refusal: str = "", message: str = "") -> bool:
    """False when it has ended already, or is no more."""
    answer = await db.execute(
        """
        UPDATE rosters SET state = $2, percentage = 100, refusal = $3, message = $4, ended_at = now()
        WHERE id = $1 AND ended_at IS NULL
        """,
        id,
        state,
        refusal,
        message,
    )
    return answer == "UPDATE 1"


async def count_failure(db: Db, id: int) -> int:
    """How often it has failed by now; nothing where it is no more."""
    count: int | None = await db.fetchval(
        "UPDATE rosters SET failures = failures + 1 WHERE id = $1 RETURNING failures", id
    )
    return count or 0


async def delete_roster(db: Db, id: int) -> None:
    await db.execute("DELETE FROM rosters WHERE id = $1", id)


async def lost_rosters(db: Db, unseen: timedelta) -> list[int]:
    """Those that nobody works on any more, though somebody should."""
    rows = await db.fetch(
        "SELECT id FROM rosters WHERE state IN ('reading', 'applying') AND seen_at < now() - $1::interval", unseen
    )
    return [row["id"] for row in rows]


async def aged_rosters(db: Db, unapplied: timedelta, applied: timedelta) -> list[int]:
    """Those whose time is over: of what was applied, it can be said for longer that it was."""
    rows = await db.fetch(
        """
        SELECT id FROM rosters
        WHERE state IN ('ready', 'refused') AND made_at < now() - $1::interval
           OR state = 'done' AND made_at < now() - $2::interval
        """,
        unapplied,
        applied,
    )
    return [row["id"] for row in rows]


async def delete_aged_lines(db: Db, life: timedelta) -> None:
    """Of what was applied so long ago: what was changed is in the audit log."""
    await db.execute(
        """
        DELETE FROM roster_lines WHERE roster_id IN (
            SELECT id FROM rosters WHERE state = 'done' AND ended_at < now() - $1::interval)
        """,
        life,
    )


def _line(row: Record) -> Line:
    return Line(
        row["number"],
        row["part"],
        row["line"],
        row["what"],
        row["name"],
        row["does"],
        [Change(*each) for each in row["changes"]],
        [Refusal(*each) for each in row["refusals"]],
    )

"""Every statement on imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wecom.foundation.db import Db

from .model import Callback, Import, Kind, Line

COLUMNS = "id, kind, app_id, address, invites, state"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far an import is, or what came of it."""

    kind: Kind
    state: str
    percentage: int
    total: int
    refusal: str
    message: str
    lines: tuple[Line, ...] | None
    """None: forgotten, or not there yet."""


async def insert_import(
    db: Db, jobid: str, kind: str, app_id: int, address: str, invites: bool, callback: Callback | None
) -> int | None:
    """Its id; None while another has not ended."""
    id: int | None = await db.fetchval(
        """
        INSERT INTO imports (jobid, kind, app_id, address, invites, callback_url, callback_token, callback_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id
        """,
        jobid,
        kind,
        app_id,
        address,
        invites,
        callback.url if callback else None,
        callback.token if callback else None,
        callback.key if callback else None,
    )
    return id


async def forget_older(db: Db, kept: int) -> None:
    """Keep the results of the newest alone."""
    await db.execute(
        """
        UPDATE imports SET lines = NULL, callback_url = NULL, callback_token = NULL, callback_key = NULL
        WHERE state = 'done' AND lines IS NOT NULL
          AND id NOT IN (SELECT id FROM imports ORDER BY id DESC LIMIT $1)
        """,
        kept,
    )


async def delete_old(db: Db, kept: timedelta) -> None:
    await db.execute("DELETE FROM imports WHERE state = 'done' AND ended_at < now() - $1::interval", kept)


async def start_import(db: Db, id: int) -> Import | None:
    """That it runs; None once it has ended."""
    row = await db.fetchrow(
        f"UPDATE imports SET state = 'running', seen_at = now() WHERE id = $1 AND state <> 'done' RETURNING {COLUMNS}",
        id,
    )
    return Import(**row) if row else None


async def count_failure(db: Db, id: int) -> int:
    """How often it has failed by now."""
    count: int = await db.fetchval("UPDATE imports SET failures = failures + 1 WHERE id = $1 RETURNING failures", id)
    return count


async def own_import(db: Db, id: int) -> bool:
    """Whether nobody else runs it, until the transaction ends."""
    return bool(await db.fetchval("SELECT pg_try_advisory_xact_lock($1::int, ($2::bigint % 2147483647)::int)", 46, id))


async def see_import(db: Db, id: int, percentage: int, total: int) -> None:
    await db.execute(
        """
        UPDATE imports SET percentage = greatest(percentage, $2), total = $3, seen_at = now()
        WHERE id = $1 AND state = 'running'
        """,
        id,
        percentage,
        total,
    )


async def end_import(db: Db, id: int, lines: Sequence[Line], total: int, refusal: str = "", message: str = "") -> bool:
    """What came of it; false when it has ended already."""
    written = [[each.what, each.refusal, each.message, each.done] for each in lines]
    answer = await db.execute(
        """
        UPDATE imports SET state = 'done', percentage = 100, total = $3, lines = $2, refusal = $4, message = $5,
                           ended_at = now()
        WHERE id = $1 AND state <> 'done'
        """,
        id,
        written,
        total,
        refusal,
        message,
    )
    return answer == "UPDATE 1"


async def outcome(db: Db, jobid: str) -> Outcome | None:
    row = await db.fetchrow(
        "SELECT kind, state, percentage, total, refusal, message, lines FROM imports WHERE jobid = $1", jobid
    )
    if row is None:
        return None
    found: dict[str, Any] = dict(row)
    lines = found.pop("lines")
    return Outcome(**found, lines=None if lines is None else tuple(Line(*each) for each in lines))


async def lost_imports(db: Db, unseen: timedelta, waiting: timedelta) -> list[int]:
    """Those that nobody works on any more."""
    rows = await db.fetch(
        """
        SELECT id FROM imports WHERE state = 'running' AND seen_at < now() - $1::interval
        UNION ALL SELECT id FROM imports WHERE state = 'waiting' AND seen_at < now() - $2::interval
        """,
        unseen,
        waiting,
    )
    return [row["id"] for row in rows]

"""Statements on complete and other readings, and on what the last complete one left."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from wecom.foundation.db import Db

from ..model import Run, State

RUN = "id, kind, actor_id, started_at, ended_at, outcome, says, people_read, counts"


async def state(db: Db) -> State | None:
    row = await db.fetchrow(
        """
        SELECT owned, people, run_id, disabled_since, (SELECT count(*) FROM ldap_barred) AS barred, let_in_since
        FROM ldap_state
        """
    )
    return State(**(dict(row) | {"owned": tuple(row["owned"])})) if row else None


async def put_state(db: Db, owned: Sequence[str], people: int, run_id: int) -> None:
    """What the last complete run found."""
    await db.execute(
        """
        INSERT INTO ldap_state (owned, people, run_id) VALUES ($1, $2, $3)
        ON CONFLICT (sole) DO UPDATE SET owned = $1, people = $2, run_id = $3, disabled_since = 0, let_in_since = 0
        """,
        list(owned),
        people,
        run_id,
    )


async def count_switched(db: Db, disabled: int, let_in: int) -> None:
    """So many more since the last complete run."""
    await db.execute(
        "UPDATE ldap_state SET disabled_since = disabled_since + $1, let_in_since = let_in_since + $2",
        disabled,
        let_in,
    )


async def barred(db: Db, ids: Sequence[str] | None) -> frozenset[str]:
    """Of these entries, or of all, those that barred somebody when everything was last read."""
    rows = await db.fetch(
        "SELECT id FROM ldap_barred WHERE $1::text[] IS NULL OR id = ANY($1)", None if ids is None else list(ids)
    )
    return frozenset(row["id"] for row in rows)


async def put_barred(db: Db, ids: Sequence[str]) -> None:
    await db.execute("INSERT INTO ldap_barred (id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", list(ids))


async def forget_barred(db: Db, ids: Sequence[str]) -> None:
    await db.execute("DELETE FROM ldap_barred WHERE id = ANY($1::text[])", list(ids))


async def add_problems(db: Db, run_id: int, problems: list[dict[str, Any]]) -> None:
    await db.execute("UPDATE ldap_runs SET problems = problems || $2 WHERE id = $1", run_id, problems)


async def lock_runs(db: Db) -> None:
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('ldap_runs'))")


async def running(db: Db, patience: timedelta) -> Run | None:
    """A complete run that was seen alive a moment ago."""
    row = await db.fetchrow(
        f"SELECT {RUN} FROM ldap_runs WHERE ended_at IS NULL AND kind = 'full' AND seen_at > now() - $1::interval",
        patience,
    )
    return Run(**row) if row else None


async def insert_run(db: Db, kind: str, actor_id: int) -> int:
    id: int = await db.fetchval("INSERT INTO ldap_runs (kind, actor_id) VALUES ($1, $2) RETURNING id", kind, actor_id)
    return id


async def see_run(db: Db, id: int, people_read: int) -> None:
    """It lives, and has come so far."""
    await db.execute("UPDATE ldap_runs SET seen_at = now(), people_read = $2 WHERE id = $1", id, people_read)


async def end_run(
    db: Db,
    id: int,
    outcome: str,
    says: str,
    people_read: int,
    counts: dict[str, int],
    plan: list[str],
    problems: list[dict[str, Any]],
) -> None:
    await db.execute(
        """
        UPDATE ldap_runs SET ended_at = now(), seen_at = now(), outcome = $2, says = $3, people_read = $4,
               counts = $5, plan = $6, problems = $7
        WHERE id = $1
        """,
        id,
        outcome,
        says,
        people_read,
        counts,
        plan,
        problems,
    )


async def runs(db: Db, limit: int) -> list[Run]:
    """Newest first."""
    rows = await db.fetch(f"SELECT {RUN} FROM ldap_runs ORDER BY id DESC LIMIT $1", limit)
    return [Run(**row) for row in rows]


async def details_of(db: Db, run_id: int) -> tuple[list[str], list[dict[str, str]]]:
    """What a run was to do, in lines, and what could not be used."""
    row = await db.fetchrow("SELECT plan, problems FROM ldap_runs WHERE id = $1", run_id)
    return (row["plan"], row["problems"]) if row else ([], [])


async def is_due(db: Db, interval: timedelta) -> bool:
    """Whether no complete run has begun for so long; one that failed does not count."""
    return not await db.fetchval(
        """
        SELECT true FROM ldap_runs
        WHERE kind = 'full' AND started_at > now() - $1::interval AND outcome IS DISTINCT FROM 'failed' LIMIT 1
        """,
        interval,
    )


async def delete_runs(db: Db, older_than: timedelta) -> None:
    await db.execute("DELETE FROM ldap_runs WHERE started_at < now() - $1::interval", older_than)

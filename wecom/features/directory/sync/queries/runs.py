"""Statements on complete and other readings, and on what the last complete one left."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from wecom.foundation.db import Db

from ..model import Asked, Run, State

RUN = """
    id, kind, actor_id, started_at, ended_at, outcome, says, people_read, counts, seen_at, waiting, plan_id, allowed,
    refusal, facts, digest IS NOT NULL AND (kind = 'dry' OR outcome = 'refused') AS can_be_done
    """


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
    digest: bytes | None = None,
    refusal: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    await db.execute(
        """
        UPDATE ldap_runs SET ended_at = now(), seen_at = now(), outcome = $2, says = $3, people_read = $4,
               counts = $5, plan = $6, problems = $7, digest = $8, refusal = $9, facts = $10, waiting = false
        WHERE id = $1
        """,
        id,
        outcome,
        says,
        people_read,
        counts,
        plan,
        problems,
        digest,
        refusal,
        facts or {},
    )


async def ask_run(db: Db, kind: str, actor_id: int, plan_id: int | None, allowed: int) -> int:
    """One that a worker is to do."""
    id: int = await db.fetchval(
        """
        INSERT INTO ldap_runs (kind, actor_id, plan_id, allowed, waiting) VALUES ($1, $2, $3, $4, true) RETURNING id
        """,
        kind,
        actor_id,
        plan_id,
        allowed,
    )
    return id


async def asked(db: Db, kind: str, patience: timedelta) -> Run | None:
    """One of this kind that waits, or was seen alive a moment ago."""
    row = await db.fetchrow(
        f"""
        SELECT {RUN} FROM ldap_runs
        WHERE ended_at IS NULL AND kind = $1 AND (waiting OR seen_at > now() - $2::interval) LIMIT 1
        """,
        kind,
        patience,
    )
    return Run(**row) if row else None


async def end_waiting_but(db: Db, ids: Sequence[int], says: str) -> None:
    """Those that wait, apart from these, have failed."""
    await db.execute(
        """
        UPDATE ldap_runs SET ended_at = now(), outcome = 'failed', says = $2, waiting = false
        WHERE ended_at IS NULL AND waiting AND NOT id = ANY($1::bigint[])
        """,
        list(ids),
        says,
    )


async def take_run(db: Db, id: int, patience: timedelta) -> Asked | None:
    """Begin one that waits, or whose worker has died; None where it has ended or is being done."""
    row = await db.fetchrow(
        """
        UPDATE ldap_runs AS r SET waiting = false, started_at = now(), seen_at = now()
        WHERE id = $1 AND ended_at IS NULL AND (waiting OR seen_at < now() - $2::interval)
        RETURNING id, kind, actor_id, allowed, (SELECT p.digest FROM ldap_runs AS p WHERE p.id = r.plan_id) AS bound
        """,
        id,
        patience,
    )
    return Asked(**row) if row else None


async def give_back_run(db: Db, id: int) -> None:
    """Have it wait again."""
    await db.execute("UPDATE ldap_runs SET waiting = true WHERE id = $1 AND ended_at IS NULL", id)


async def keep_run_alive(db: Db, id: int) -> bool:
    """False once it has ended."""
    return bool(
        await db.fetchval("UPDATE ldap_runs SET seen_at = now() WHERE id = $1 AND ended_at IS NULL RETURNING true", id)
    )


async def put_found(db: Db, id: int, found: dict[str, Any]) -> None:
    await db.execute("UPDATE ldap_runs SET found = $2 WHERE id = $1", id, found)


async def run_of(db: Db, id: int) -> Run | None:
    row = await db.fetchrow(f"SELECT {RUN} FROM ldap_runs WHERE id = $1", id)
    return Run(**row) if row else None


async def plan_there(db: Db, id: int, life: timedelta) -> bool:
    """Whether a run left a plan that may still be done."""
    return bool(
        await db.fetchval(
            """
            SELECT true FROM ldap_runs
            WHERE id = $1 AND digest IS NOT NULL AND (kind = 'dry' OR outcome = 'refused')
              AND ended_at > now() - $2::interval
            """,
            id,
            life,
        )
    )


async def found_by(db: Db, id: int) -> dict[str, Any] | None:
    """What a check found."""
    found: dict[str, Any] | None = await db.fetchval("SELECT found FROM ldap_runs WHERE id = $1", id)
    return found


async def runs(db: Db, limit: int, before: int | None = None) -> list[Run]:
    """Newest first."""
    rows = await db.fetch(
        f"SELECT {RUN} FROM ldap_runs WHERE $2::bigint IS NULL OR id < $2 ORDER BY id DESC LIMIT $1", limit, before
    )
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

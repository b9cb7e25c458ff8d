"""Bringing the company to what LDAP says, with what it means for those who are barred or let in again."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from ...foundation import audit
from ...foundation.blobs import Store
from ...foundation.db import Pool, Tx, transaction
from ...foundation.errors import WecomError
from ..directory import sync
from ..directory.ldap_refusals import LdapHungUp
from ..directory.refusals import DirectoryBusy
from ..directory.sync import Applied, Asked, LdapSource, Plan, Problem, Staging, State
from ..directory.sync.model import Current
from .importing import last_administrator
from .pictures import bring_pictures
from .standing import let_in, shut_out

SEEN_EVERY = 2.0
DEAD_AFTER = timedelta(minutes=2)
"""A run that has not been seen for so long has died with its process."""

MOST_REASONS = 10_000

Told = Callable[[int], None]

WAITED_OUT = (sync.AlreadySyncing, DirectoryBusy, LdapHungUp)
"""Why a run is begun anew a little later: another one, an import, or our own end was in its way."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a run did, or would do."""

    run_id: int
    plan: Plan
    counts: Mapping[str, int]
    """Of each kind of change how many were made, or would be."""
    problems: Sequence[Problem]
    url: str
    """The server that was read."""
    refusal: sync.SyncRefused | None
    """What a run that is not dry would say instead of doing it."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """What is kept of a run for whoever asked for it."""

    digest: bytes | None = None
    refusal: sync.SyncRefused | None = None
    why: str = ""
    """Why it was not done, by the refusal's name."""


NOBODY_WAITS = _Ending()


@dataclass(frozen=True, slots=True)
class Left:
    """What a look at single entries could not put right."""

    groups: bool = False
    """Whether all units and groups are to be looked at."""
    everything: bool = False


async def sync_all(
    pool: Pool,
    source: LdapSource,
    actor_id: int,
    *,
    store: Store | None = None,
    dry_run: bool = False,
    allowed: int = 0,
    told: Told = lambda _: None,
    asked: Asked | None = None,
) -> Synced:
    """Read everything and bring the company to it; with `dry_run` only find out what that would mean.

    `store`: where pictures go; without one they are left for the next run. `allowed`: how many may be
    disabled where a guard would refuse. `told`: hears how many people have been read. `asked`: the run that
    somebody waits for, which does what they looked at or nothing.
    """
    run_id = asked.id if asked else await _begin(pool, actor_id, "dry" if dry_run else "full")
    staging, plan, digest, last = Staging(), None, None, None
    try:
        staging = await _read(pool, source, run_id, told)
        looked = await _look_again(pool, source, staging, run_id, {})
        async with transaction(pool) as tx:
            current = await sync.load_current(tx)
            sync.check_place(current, source.config)
            await _look_again(tx, source, staging, run_id, looked)  # of this moment: few or none
            last = await sync.queries.state(tx)
            if last and last.run_id > run_id:
                raise sync.Overtaken
            plan = await asyncio.to_thread(sync.plan_all, current, staging, source.config)
            digest = await asyncio.to_thread(sync.digest, plan) if asked else None
            if asked and asked.bound not in (None, digest):
                raise sync.PlanOutdated
            refusal = _refusal(plan, source, last, allowed)
            if refusal and not dry_run:
                raise refusal
            applied = await _apply(tx, actor_id, plan, current, source, run_id, dry_run=dry_run)
            problems = [*plan.problems, *applied.problems]
            if not dry_run:
                await sync.queries.put_state(tx, source.config.owned, plan.people_read, run_id)
                await _put_barred(tx, source, staging, current)
                await audit.record(tx, actor_id, "directory.sync", "directory:1", run=run_id, did=applied.counts)
            ending = _Ending(digest, refusal)
            await _end(tx, run_id, "done", "", plan.people_read, plan, problems, applied.counts, ending)
    except Exception as problem:
        if asked and isinstance(problem, WAITED_OUT):
            raise
        outcome = "refused" if isinstance(problem, sync.SyncRefused) else "failed"
        says = str(problem) if isinstance(problem, WecomError) else repr(problem)
        would = plan if outcome == "refused" else None
        counts, why = would.counts if would else {}, type(problem).__name__
        ending = _Ending(digest, _refusal(would, source, last, 0), why) if would else _Ending(why=why)
        await _end(pool, run_id, outcome, says, len(staging.people), would, staging.problems, counts, ending)
        raise
    if store and not dry_run:
        unusable = await bring_pictures(pool, store, source, actor_id, staging.people.values())
        await sync.queries.add_problems(pool, run_id, [asdict(each) for each in unusable])
        problems += unusable
    return Synced(run_id, plan, applied.counts, problems, staging.url, refusal)


async def sync_some(
    pool: Pool,
    source: LdapSource,
    actor_id: int,
    ids: Sequence[str],
    *,
    store: Store | None = None,
    there: Collection[str] = (),
    known: Collection[str] = (),
) -> Left:
    """Look at these entries again.

    `there`: those of them that are there; one of these that is no person is a department or group.
    `known`: those whom LDAP itself has just named as there: that nobody is found by their identity is not their going.
    """
    while ids:
        last = await sync.queries.state(pool)
        staging = Staging()
        if last:
            staging = await source.asking.ask(sync.read_some, source.server, source.config, list(ids))
        async with transaction(pool) as tx:
            staging.refused |= set(known) - staging.people.keys()
            current = await sync.load_current(tx, ids, list(staging.people.values()))
            await sync.queries.put_looks(tx, ids)
            now = await sync.queries.state(tx)
            if now is None:
                break  # the first complete reading looks at them itself
            if last is None or now.run_id != last.run_id:
                continue  # what a complete reading has brought meanwhile may be newer
            plan = sync.plan_some(current, staging, ids, source.config)
            refused = None
            if plan.changes_anything or plan.moved:
                refused = await _apply_some(tx, actor_id, plan, current, source, now)
            await _put_ends(tx, source, staging)
        if refused:
            raise refused
        if store:
            await bring_pictures(pool, store, source, actor_id, staging.people.values())
        found = staging.people.keys() | staging.refused | current.people.keys()
        return Left(groups=plan.needs_groups or not found.issuperset(there), everything=plan.needs_all)
    return Left()


async def sync_groups(pool: Pool, source: LdapSource, actor_id: int) -> Left:
    """Look at all units and groups again, and at nobody's own entry."""
    while (last := await sync.queries.state(pool)) is not None:
        staging = await source.asking.ask(sync.read_groups, source.server, source.config)
        async with transaction(pool) as tx:
            current = await sync.load_groups(tx)
            now = await sync.queries.state(tx)
            if now is None or now.run_id != last.run_id:
                continue  # as above
            standing = await asyncio.to_thread(sync.stand, current, staging, source.config)
            await sync.load_people(tx, current, standing.misplaced)
            plan = sync.plan_groups(current, staging, standing, source.config)
            if plan.changes_anything or plan.moved or plan.moved_units:
                await _apply_some(tx, actor_id, plan, current, source, now)
            # A complete reading that goes on may have read them before.
            return Left(everything=await sync.queries.running(tx, DEAD_AFTER) is not None)
    return Left()


async def _apply_some(
    tx: Tx, actor_id: int, plan: Plan, current: Any, source: LdapSource, last: State
) -> sync.SyncRefused | None:
    """Where letting in or taking away is refused, and nothing else, whoever is to be barred is barred nevertheless."""
    refused = None
    try:
        sync.check(plan, source.config.guards, last, complete=False)
    except sync.SyncRefused as problem:
        refused, plan = problem, plan.barring
        sync.check(plan, source.config.guards, last, complete=False)
        if not plan.disable:
            raise
    run_id = await sync.queries.insert_run(tx, "changes", actor_id)
    applied = await _apply(tx, actor_id, plan, current, source, run_id)
    problems = [*plan.problems, *applied.problems]
    await sync.queries.count_switched(tx, len(applied.disabled), len(plan.let_in))
    await sync.queries.forget_barred(tx, plan.let_in)
    await _end(tx, run_id, "done", "", plan.people_read, plan, problems, applied.counts)
    return refused


async def _put_barred(tx: Tx, source: LdapSource, staging: Staging, current: Current) -> None:
    """Whom LDAP bars now, as everything was read; who was looked at singly until now is in it."""
    await sync.queries.put_barred(tx, sorted(staging.barred - current.barred))
    await sync.queries.forget_barred(tx, sorted(current.barred - staging.barred - staging.refused))
    await sync.queries.forget_looks(tx)
    await _put_ends(tx, source, staging)


async def _put_ends(tx: Tx, source: LdapSource, staging: Staging) -> None:
    if source.config.ends_by_the_clock:
        await sync.queries.put_ends(tx, [(id, each.ends_at) for id, each in staging.people.items()])


async def _begin(pool: Pool, actor_id: int, kind: str) -> int:
    async with transaction(pool) as tx:
        await sync.queries.lock_runs(tx)
        if kind == "full" and (other := await sync.queries.running(tx, DEAD_AFTER)):
            begun = other.started_at.isoformat(timespec="seconds")
            raise sync.AlreadySyncing(
                f"LDAP is being read already, since {begun}; {other.people_read} people so far: wait until that ends."
            )
        return await sync.queries.insert_run(tx, kind, actor_id)


async def _read(pool: Pool, source: LdapSource, run_id: int, told: Told) -> Staging:
    count = 0

    def progress(people: int) -> None:
        nonlocal count
        count = max(count, people)

    reading = asyncio.ensure_future(source.asking.ask(sync.read_all, source.server, source.config, progress))
    while not (await asyncio.wait([reading], timeout=SEEN_EVERY))[0]:
        told(count)
        await sync.queries.see_run(pool, run_id, count)
    return reading.result()


async def _look_again(
    db: Pool | Tx, source: LdapSource, staging: Staging, run_id: int, before: Mapping[str, datetime]
) -> Mapping[str, datetime]:
    """Who was looked at singly since this reading began may be older in it: they are looked at once more."""
    looked = await sync.queries.looks(db, run_id)
    if ids := [id for id, at in looked.items() if before.get(id) != at]:
        staging.replace(ids, await source.asking.ask(sync.read_some, source.server, source.config, ids))
    return looked


def _refusal(plan: Plan, source: LdapSource, last: State | None, allowed: int) -> sync.SyncRefused | None:
    try:
        sync.check(plan, source.config.guards, last, allowed=allowed)
    except sync.SyncRefused as refused:
        return refused
    return None


async def _apply(
    tx: Tx, actor_id: int, plan: Plan, current: Any, source: LdapSource, run_id: int, *, dry_run: bool = False
) -> Applied:
    applied = await sync.apply(
        tx, actor_id, plan, current, source.config, keep=last_administrator, run_id=run_id, dry_run=dry_run
    )
    if not dry_run:
        for id in applied.disabled:
            await shut_out(tx, actor_id, id)
        for id in applied.enabled:
            await let_in(tx, actor_id, id)
    return applied


async def _end(
    db: Pool | Tx,
    run_id: int,
    outcome: str,
    says: str,
    people_read: int,
    plan: Plan | None,
    problems: Sequence[Problem],
    counts: dict[str, int],
    ending: _Ending = NOBODY_WAITS,
) -> None:
    lines = sync.described(plan)[:MOST_REASONS] if plan else []
    reasons = [asdict(each) for each in problems[:MOST_REASONS]]
    refusal = ending.refusal
    said, facts = (str(refusal), dict(refusal.facts)) if refusal else ("", {})
    if ending.why:
        facts["because"] = ending.why
    await sync.queries.end_run(
        db, run_id, outcome, says, people_read, counts, lines, reasons, ending.digest, said, facts
    )

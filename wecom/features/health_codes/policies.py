"""Policies: made by whoever may read the answers that they look at, changed version by version, and ended."""

from collections.abc import Sequence
from datetime import datetime

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.jobs import enqueue

from .jobs_named import JudgePolicy
from .model import CLEARANCE, Policy, Terms, as_body
from .queries import certificates
from .queries import policies as queries
from .refusals import (
    HealthOfficerUnfit,
    NoSuchHealthPolicy,
    PolicyChangedMeanwhile,
    PolicyEnded,
    PolicyUnfit,
    TooManyPolicies,
)
from .rules import HasFact, faults_of
from .rules.judge import leaves_of

MOST_POLICIES = 100
MOST_VERSIONS = 65_535
LONGEST_KEPT = 365


async def add_policy(
    tx: Tx, actor_id: int, terms: Terms, officers: Sequence[int] = (), *, now: datetime, address: str = ""
) -> Policy:
    """A policy; whoever makes it is its first officer. Everybody whom it names is judged by a job."""
    if await queries.count_policies(tx) >= MOST_POLICIES:
        raise TooManyPolicies
    await _must_fit(tx, actor_id, terms, ())
    id = await queries.insert_policy(tx, actor_id, now)
    officers = sorted({actor_id, *officers})
    await _put_officers(tx, id, officers, ())
    await _put(tx, actor_id, id, 1, terms, now)
    await audit.record(
        tx, actor_id, "health_policy.add", f"health_policy:{id}", address=address, **_told(terms, 1, officers)
    )
    return await read_policy(tx, actor_id, id)


async def change_policy(
    tx: Tx,
    actor_id: int,
    policy_id: int,
    terms: Terms,
    officers: Sequence[int],
    *,
    instead_of: int,
    now: datetime,
    address: str = "",
) -> Policy:
    """Another version, by which everybody is judged anew. `instead_of`: the version that was read."""
    before = await locked_policy(tx, actor_id, policy_id)
    if before.version != instead_of:
        raise PolicyChangedMeanwhile(version=before.version)
    if before.version >= MOST_VERSIONS:
        raise TooManyPolicies
    await _must_fit(tx, actor_id, terms, [each.job_id for each in before.terms.rules.sources])
    there = (await queries.officers_of(tx, [policy_id]))[policy_id]
    await _put_officers(tx, policy_id, sorted(set(officers)), there)
    version = before.version + (terms != before.terms)
    if terms != before.terms:
        await _put(tx, actor_id, policy_id, version, terms, now)
        await queries.set_version(tx, policy_id, version)
    told = _told(terms, version, sorted(set(officers)))
    await audit.record(tx, actor_id, "health_policy.change", f"health_policy:{policy_id}", address=address, **told)
    return (await queries.policies_in_force(tx, [policy_id]))[0]


async def end_policy(tx: Tx, actor_id: int, policy_id: int, *, now: datetime, address: str = "") -> None:
    """Nobody is judged by it any more, and nobody is let in by it. What it knew stays for as long as it says."""
    await locked_policy(tx, actor_id, policy_id)
    await queries.set_ended(tx, policy_id, now)
    await certificates.revoke_all_of_policy(tx, policy_id, now)
    await audit.record(tx, actor_id, "health_policy.end", f"health_policy:{policy_id}", address=address)


async def read_policy(db: Db, actor_id: int, policy_id: int) -> Policy:
    """As it is now, for an officer of it."""
    if (found := await queries.policy_of(db, policy_id, actor_id)) is None:
        raise NoSuchHealthPolicy
    return found


async def read_version(db: Db, actor_id: int, policy_id: int, version: int) -> Policy:
    """As it was, for an officer of it."""
    await read_policy(db, actor_id, policy_id)
    if (found := await queries.version_of(db, policy_id, version)) is None:
        raise NoSuchHealthPolicy
    return found


async def policies_of(db: Db, actor_id: int) -> list[tuple[Policy, list[int]]]:
    """Those of which somebody is an officer, and who else is."""
    found = await queries.policies_of(db, actor_id)
    officers = await queries.officers_of(db, [each.id for each in found])
    return [(each, officers.get(each.id, [])) for each in found]


async def officers_of(db: Db, policy_id: int) -> list[int]:
    return (await queries.officers_of(db, [policy_id])).get(policy_id, [])


async def locked_policy(tx: Tx, actor_id: int, policy_id: int) -> Policy:
    """In force, and for an officer of it."""
    if (found := await queries.lock_policy(tx, policy_id, actor_id)) is None:
        raise NoSuchHealthPolicy
    if found.ended_at is not None:
        raise PolicyEnded
    return found


async def _must_fit(tx: Tx, actor_id: int, terms: Terms, known_jobs: Sequence[int]) -> None:
    problems = [{"rule_id": each.rule_id, "why": str(each.why)} for each in faults_of(terms.rules)]
    kinds = {CLEARANCE, *terms.facts}
    problems += [
        {"rule_id": rule.id, "why": "unknown_fact"}
        for rule in terms.rules.rules
        if any(isinstance(leaf, HasFact) and leaf.fact not in kinds for leaf in leaves_of(rule.when))
    ]
    if not terms.name.strip():
        problems.append({"rule_id": 0, "why": "name_missing"})
    if not (terms.whom.members or terms.whom.departments or terms.whom.tags):
        problems.append({"rule_id": 0, "why": "nobody_named"})
    if not 1 <= terms.retention_days <= LONGEST_KEPT:
        problems.append({"rule_id": 0, "why": "retention"})
    # A policy tells its officers what was answered, by its colour: whoever makes one may read the answers.
    wanted = {each.job_id for each in terms.rules.sources} - set(known_jobs)
    if wanted - await queries.jobs_read_by(tx, actor_id, sorted(wanted)):
        problems.append({"rule_id": 0, "why": "not_their_reader"})
    if problems:
        raise PolicyUnfit(problems=problems[:100])


async def _put_officers(tx: Tx, policy_id: int, officers: Sequence[int], before: Sequence[int]) -> None:
    if not officers or set(officers) - set(before) - await queries.holders_among(tx, officers):
        raise HealthOfficerUnfit
    if not await queries.holders_among(tx, officers):
        raise HealthOfficerUnfit
    await queries.put_officers(tx, policy_id, officers)


async def _put(tx: Tx, actor_id: int, policy_id: int, version: int, terms: Terms, now: datetime) -> None:
    await queries.insert_version(tx, policy_id, version, as_body(terms), actor_id, now)
    named = [
        *(("member", id) for id in terms.whom.members),
        *(("department", id) for id in terms.whom.departments),
        *(("tag", id) for id in terms.whom.tags),
    ]
    await queries.put_ranges(tx, policy_id, [kind for kind, _ in named], [ref for _, ref in named])
    await queries.put_sources(tx, policy_id, [each.job_id for each in terms.rules.sources])
    await enqueue(tx, JudgePolicy(policy_id=policy_id))


def _told(terms: Terms, version: int, officers: Sequence[int]) -> dict[str, object]:
    return {
        "name": terms.name,
        "version": version,
        "officers": list(officers),
        "jobs": [each.job_id for each in terms.rules.sources],
        "retention_days": terms.retention_days,
    }

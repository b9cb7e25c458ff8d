"""Looking at codes: at one's own, and, as an officer of a policy, at others'. Each look at others' is written down,
with how many were seen and never with what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .judging import judge_members
from .model import Appeal, Change, Code, Policy, Word, WrittenFact
from .policies import read_policy
from .queries import codes as queries
from .queries import decisions, judging
from .queries import policies as policy_queries
from .refusals import NoHealthCode
from .rules import Level

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Behind:
    """A code, and all that stands behind it."""

    code: Code
    changes: list[Change]
    facts: list[WrittenFact]
    overrides: list[Word]


async def own_codes(tx: Tx, member_id: int, *, now: datetime) -> list[tuple[Policy, Code]]:
    """What somebody is, by each policy that concerns them: judged now where that is due."""
    policies = {each.id: each for each in await policy_queries.policies_in_force(tx)}
    named = await judging.policies_naming(tx, member_id)
    there = {each.policy_id: each for each in await queries.codes_of(tx, member_id)}
    found = []
    for id in sorted({*named, *there} & set(policies)):
        code: Code | None = there.get(id)
        if code is None or id not in named or is_due(code, policies[id], now):
            code = next(iter(await judge_members(tx, policies[id], [member_id], now=now)), None)
        if code is not None:
            found.append((policies[id], code))
    return found


def is_due(code: Code, policy: Policy, now: datetime) -> bool:
    """Whether it must be judged anew before it is told."""
    return code.version != policy.version or (code.valid_until is not None and code.valid_until <= now)


async def read_codes(
    tx: Tx,
    actor_id: int,
    policy_id: int,
    *,
    level: Level | None = None,
    department_id: int | None = None,
    text: str = "",
    skip: int = 0,
    limit: int = 50,
    address: str = "",
) -> tuple[list[Code], int]:
    """A page of a policy's codes, the worst first; and how many they are in all."""
    await read_policy(tx, actor_id, policy_id)
    under = await queries.departments_under(tx, department_id) if department_id is not None else None
    found, total = await queries.listed(tx, policy_id, level, under, text, skip, limit)
    await audit.record(
        tx,
        actor_id,
        "health_codes.read",
        f"health_policy:{policy_id}",
        address=address,
        content={"q": text} if text else None,
        codes=len(found),
        level=level,
        department_id=department_id,
        skip=skip or None,
    )
    return found, total


async def read_counts(db: Db, actor_id: int, policy_id: int) -> dict[Level, int]:
    """How many are of which level."""
    await read_policy(db, actor_id, policy_id)
    return await queries.counts(db, policy_id)


async def read_code(
    tx: Tx, actor_id: int, policy_id: int, member_id: int, *, now: datetime, address: str = ""
) -> Behind:
    """Somebody's code and all that stands behind it."""
    policy = await read_policy(tx, actor_id, policy_id)
    code = await queries.code(tx, policy_id, member_id)
    if policy.ended_at is None and (code is None or is_due(code, policy, now)):
        code = next(iter(await judge_members(tx, policy, [member_id], now=now)), None)
    if code is None:
        raise NoHealthCode
    await audit.record(
        tx, actor_id, "health_codes.read", f"health_policy:{policy_id}", address=address, codes=1, member=member_id
    )
    return Behind(
        code,
        await queries.changes(tx, policy_id, member_id, MOST_CHANGES),
        await decisions.facts_of(tx, policy_id, member_id),
        await decisions.words_of(tx, policy_id, member_id),
    )


async def read_appeals(
    tx: Tx, actor_id: int, policy_id: int, *, waiting: bool, skip: int, limit: int, address: str = ""
) -> tuple[list[Appeal], int]:
    """Who says that their code is wrong."""
    await read_policy(tx, actor_id, policy_id)
    found, total = await decisions.appeals(tx, policy_id, waiting, skip, limit)
    if found:
        await audit.record(
            tx,
            actor_id,
            "health_codes.read",
            f"health_policy:{policy_id}",
            address=address,
            appeals=len(found),
            skip=skip or None,
        )
    return found, total


async def count_waiting(db: Db, policy_ids: Sequence[int]) -> dict[int, int]:
    """How many appeals wait for an answer, by policy."""
    return await decisions.count_waiting(db, policy_ids)

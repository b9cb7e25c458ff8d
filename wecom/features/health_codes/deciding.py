"""What officers of a policy decide: facts, overrides, and what is answered to those who say that their code is wrong.

Nobody decides on their own code. Each is written down with who decided and when; what it says of somebody's health is
not.
"""

from datetime import datetime, timedelta

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import tell

from .events import HealthCodeChanged
from .judging import judge_members
from .model import CLEARANCE, Appeal, Code, Policy, Word, WrittenFact
from .policies import locked_policy
from .queries import codes
from .queries import decisions as queries
from .queries import policies as policy_queries
from .refusals import (
    AboutOneself,
    AppealWaits,
    HealthFactUnfit,
    NoHealthCode,
    NoSuchAppeal,
    NoSuchHealthFact,
    NoSuchHealthPolicy,
    NoSuchOverride,
    OverrideUnfit,
)
from .rules import Level

LONGEST_NOTE = 500
LONGEST_OVERRIDE = timedelta(days=366)
AHEAD_AT_MOST = timedelta(minutes=2)


async def write_fact(
    tx: Tx,
    actor_id: int,
    policy_id: int,
    member_id: int,
    kind: str,
    at: datetime,
    *,
    until: datetime | None = None,
    note: str = "",
    now: datetime,
    address: str = "",
) -> WrittenFact:
    """An exposure, a diagnosis, a clearance: what the policy's rules may look at."""
    policy = await _about(tx, actor_id, policy_id, member_id, now)
    if kind not in {CLEARANCE, *policy.terms.facts} or at > now + AHEAD_AT_MOST or (until is not None and until <= at):
        raise HealthFactUnfit
    made = await queries.insert_fact(tx, policy_id, member_id, kind, min(at, now), until, note, actor_id, now)
    await audit.record(
        tx,
        actor_id,
        "health_fact.add",
        f"member:{member_id}",
        address=address,
        policy=policy_id,
        fact=made.id,
    )
    await _judged(tx, policy, member_id, now)
    return made


async def withdraw_fact(
    tx: Tx, actor_id: int, policy_id: int, fact_id: int, *, now: datetime, address: str = ""
) -> WrittenFact:
    """It is as if it had not been written down; that it was, stays to be seen."""
    policy = await locked_policy(tx, actor_id, policy_id)
    gone = await queries.withdraw_fact(tx, policy_id, fact_id, actor_id, now)
    if gone is None:
        raise NoSuchHealthFact
    if gone.member_id == actor_id:
        raise AboutOneself
    await audit.record(
        tx,
        actor_id,
        "health_fact.withdraw",
        f"member:{gone.member_id}",
        address=address,
        policy=policy_id,
        fact=fact_id,
    )
    await _judged(tx, policy, gone.member_id, now)
    return gone


async def override(
    tx: Tx,
    actor_id: int,
    policy_id: int,
    member_id: int,
    level: Level,
    until: datetime,
    reason: str,
    *,
    now: datetime,
    address: str = "",
) -> Word:
    """Say what somebody is until then, whatever the rules say; it may be better, or worse."""
    policy = await _about(tx, actor_id, policy_id, member_id, now)
    reason = reason.strip()
    if not reason or not now < until <= now + LONGEST_OVERRIDE:
        raise OverrideUnfit
    made = await queries.insert_word(tx, policy_id, member_id, level, now, until, reason, actor_id)
    await audit.record(
        tx,
        actor_id,
        "health_override.give",
        f"member:{member_id}",
        address=address,
        policy=policy_id,
        override=made.id,
    )
    await _judged(tx, policy, member_id, now)
    return made


async def end_override(
    tx: Tx, actor_id: int, policy_id: int, override_id: int, *, now: datetime, address: str = ""
) -> Word:
    """The rules hold again."""
    policy = await locked_policy(tx, actor_id, policy_id)
    gone = await queries.end_word(tx, policy_id, override_id, actor_id, now)
    if gone is None:
        raise NoSuchOverride
    if gone.member_id == actor_id:
        raise AboutOneself
    await audit.record(
        tx,
        actor_id,
        "health_override.end",
        f"member:{gone.member_id}",
        address=address,
        policy=policy_id,
        override=override_id,
    )
    await _judged(tx, policy, gone.member_id, now)
    return gone


async def appeal(tx: Tx, member_id: int, policy_id: int, words: str, *, now: datetime) -> Appeal:
    """Say that one's own code is wrong, and why."""
    words = words.strip()
    if not await policy_queries.policies_in_force(tx, [policy_id]):
        raise NoSuchHealthPolicy
    if not words or await codes.code(tx, policy_id, member_id) is None:
        raise NoHealthCode
    made = await queries.insert_appeal(tx, policy_id, member_id, words, now)
    if made is None:
        raise AppealWaits
    return made


async def answer_appeal(
    tx: Tx, actor_id: int, policy_id: int, appeal_id: int, answer: str, *, now: datetime, address: str = ""
) -> Appeal:
    """Tell whoever said that their code is wrong what came of it. What is changed by that is done by a fact, by taking
    one back, or by an override."""
    await locked_policy(tx, actor_id, policy_id)
    found = await queries.lock_appeal(tx, policy_id, appeal_id)
    if found is None:
        raise NoSuchAppeal
    if found.member_id == actor_id:
        raise AboutOneself
    await queries.answer_appeal(tx, appeal_id, answer.strip(), actor_id, now)
    await audit.record(
        tx,
        actor_id,
        "health_appeal.answer",
        f"member:{found.member_id}",
        address=address,
        policy=policy_id,
        appeal=appeal_id,
    )
    tell(tx, found.member_id, HealthCodeChanged(policy_id=policy_id))
    return found


async def own_appeals(db: Db, member_id: int, policy_ids: list[int]) -> dict[int, Appeal]:
    """What one said of one's own codes, the newest of each policy."""
    return await queries.own_appeals(db, member_id, policy_ids)


async def _about(tx: Tx, actor_id: int, policy_id: int, member_id: int, now: datetime) -> Policy:
    """The policy, where it concerns somebody else than who decides."""
    policy = await locked_policy(tx, actor_id, policy_id)
    if member_id == actor_id:
        raise AboutOneself
    if await _judged(tx, policy, member_id, now) is None:
        raise NoHealthCode
    return policy


async def _judged(tx: Tx, policy: Policy, member_id: int, now: datetime) -> Code | None:
    found = await judge_members(tx, policy, [member_id], now=now)
    return found[0] if found else None

"""Judging people by a policy, in the commit of what it follows from: what they are now, why, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wecom.foundation.db import Tx
from wecom.foundation.streams import tell

from .events import HealthCodeChanged
from .model import Code, Policy
from .queries import certificates
from .queries import judging as queries
from .queries.judging import Known
from .rules import Reason, Verdict, judge


@dataclass(frozen=True, slots=True)
class Judged:
    code: Code
    other: bool
    """The level, or why, is another than it was."""


async def judge_members(tx: Tx, policy: Policy, member_ids: Sequence[int], *, now: datetime) -> list[Code]:
    """The codes of those of these whom the policy concerns; whom it does not concern any more has none.

    What is certified of another level is taken back, and whose code is another hears of it.
    """
    ids = sorted(set(member_ids))
    await queries.lock_codes(tx, policy.id, ids)
    jobs = [each.job_id for each in policy.terms.rules.sources]
    known = await queries.known_of(tx, policy.id, jobs, ids)
    concerned = [each for each in known if each.concerned]
    await _forget(tx, policy, [each for each in known if not each.concerned and each.code], now)
    verdicts = {each.member_id: judge(policy.terms.rules, each.inputs, now) for each in concerned}
    judged = [_judged(policy, each, verdicts[each.member_id], now) for each in concerned]
    held = {each.member_id: verdicts[each.member_id].held for each in concerned}
    await _keep(tx, policy, judged, concerned, held, now)
    return [each.code for each in judged]


def _judged(policy: Policy, known: Known, verdict: Verdict, now: datetime) -> Judged:
    before = known.code
    other = before is None or _said(before) != (verdict.level, {_key(each) for each in verdict.reasons})
    since = now if other or before is None else before.made_at
    code = Code(
        policy.id,
        known.member_id,
        policy.version,
        verdict.level,
        verdict.ruled,
        verdict.reasons,
        since,
        verdict.valid_until,
    )
    return Judged(code, other)


def _said(code: Code) -> object:
    return code.level, {_key(each) for each in code.reasons}


def _key(reason: Reason) -> object:
    return reason.kind, reason.rule_id, reason.job_id, reason.level, reason.since if reason.kind == "override" else None


async def _keep(
    tx: Tx, policy: Policy, judged: Sequence[Judged], known: Sequence[Known], held: dict[int, Any], now: datetime
) -> None:
    before = {each.member_id: each.code for each in known}
    moved = [each for each in judged if each.code != before[each.code.member_id]]
    if moved:
        await queries.put_codes(tx, [each.code for each in moved])
    if others := [each.code for each in moved if each.other]:
        await queries.insert_changes(tx, others)
    holds = {each.member_id: each.inputs.held for each in known}
    if differing := {id: now_held for id, now_held in held.items() if set(now_held) != set(holds[id])}:
        await queries.put_held(tx, policy.id, differing)
    again = [each.code for each in moved if (was := before[each.code.member_id]) and was.level != each.code.level]
    if again:
        await certificates.revoke_certificates(
            tx, policy.id, [each.member_id for each in again], [each.level for each in again], now
        )
    for each in moved:
        was = before[each.code.member_id]
        if was is None or each.other or was.valid_until != each.code.valid_until:
            tell(tx, each.code.member_id, HealthCodeChanged(policy_id=policy.id))


async def _forget(tx: Tx, policy: Policy, known: Sequence[Known], now: datetime) -> None:
    """Whom the policy concerns no more."""
    if not known:
        return
    ids = [each.member_id for each in known]
    await queries.delete_codes(tx, policy.id, ids)
    await certificates.revoke_certificates(tx, policy.id, ids, [None] * len(ids), now)
    for id in ids:
        tell(tx, id, HealthCodeChanged(policy_id=policy.id))

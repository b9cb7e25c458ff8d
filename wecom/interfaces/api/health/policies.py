"""Policies: what makes people green, yellow or red, for their officers; and what some answers would come to."""

from datetime import UTC

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import health_codes
from wecom.features.accounts import HealthOfficer
from wecom.features.health_codes.refusals import PolicyUnfit
from wecom.features.health_codes.rules import Fact, Inputs, Report, faults_of, judge
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Id, When
from .policy_wire import (
    ChangedHealthPolicy,
    HealthPolicyView,
    HealthReason,
    HealthTerms,
    JobId,
    Kind,
    Level,
    NewHealthPolicy,
    OfHealthPolicy,
    OfHealthPolicyVersion,
    TriedReport,
)

endpoints = Endpoints("/api/health/policies", tag="Health: policies")


class HealthPolicies(BaseModel):
    """Those of which you are an officer, newest first; those that have ended last."""

    policies: list[HealthPolicyView]
    appeals: dict[str, int] = Field(description="By policy: how many say that their code is wrong, and wait.")


class TriedFact(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Kind
    at: When
    until: When | None = None


class HealthTrial(BaseModel):
    """What is known of somebody who is made up."""

    model_config = ConfigDict(extra="forbid")
    terms: HealthTerms
    at: When
    reports: list[TriedReport] = Field(default_factory=list, max_length=20)
    facts: list[TriedFact] = Field(default_factory=list, max_length=20)
    departments: list[Id] = Field(default_factory=list, max_length=100)
    tags: list[JobId] = Field(default_factory=list, max_length=100)


class HealthVerdict(BaseModel):
    """What it comes to."""

    level: Level
    reasons: list[HealthReason]
    valid_until: Instant | None = Field(description="When it would be another by time alone; null: never.")


@endpoints.get("")
async def list_health_policies(db: Db, me: HealthOfficer) -> HealthPolicies:
    """The policies of which you are an officer."""
    found = await health_codes.policies_of(db, me.id)
    waiting = await health_codes.count_waiting(db, [each.id for each, _ in found])
    return HealthPolicies(
        policies=[HealthPolicyView.of(*each) for each in found],
        appeals={str(id): many for id, many in waiting.items()},
    )


@endpoints.post("")
async def make_health_policy(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, body: NewHealthPolicy
) -> HealthPolicyView:
    """Make a policy; you are its first officer. Whom it names is judged at once, in the background.

    Refused as PolicyUnfit (400), with `problems` by rule: it may only look at reports whose answers you may read.
    """
    made = await health_codes.add_policy(
        tx, me.id, body.terms.said(), body.officers, now=services.clock(), address=caller.address
    )
    return HealthPolicyView.of(made, await health_codes.officers_of(tx, made.id))


@endpoints.post("/try")
async def try_health_policy(me: HealthOfficer, body: HealthTrial) -> HealthVerdict:
    """What somebody would be by these rules, who is made up: nothing is kept."""
    terms = body.terms.said()
    if faults := faults_of(terms.rules):
        raise PolicyUnfit(problems=[{"rule_id": each.rule_id, "why": str(each.why)} for each in faults[:100]])
    inputs = Inputs(
        reports=tuple(_report(each) for each in body.reports),
        facts=tuple(Fact(each.kind, each.at, each.until) for each in body.facts),
        departments=frozenset({1, *body.departments}),
        tags=frozenset(body.tags),
    )
    verdict = judge(terms.rules, inputs, body.at.astimezone(UTC))
    return HealthVerdict(
        level=verdict.level,
        reasons=[HealthReason.of(each, terms) for each in verdict.reasons],
        valid_until=verdict.valid_until,
    )


@endpoints.get("/{policy_id}")
async def read_health_policy(db: Db, me: HealthOfficer, path: OfHealthPolicy) -> HealthPolicyView:
    """A policy of which you are an officer."""
    found = await health_codes.read_policy(db, me.id, path.policy_id)
    return HealthPolicyView.of(found, await health_codes.officers_of(db, path.policy_id))


@endpoints.get("/{policy_id}/versions/{version}")
async def read_health_policy_version(db: Db, me: HealthOfficer, path: OfHealthPolicyVersion) -> HealthPolicyView:
    """It as it was: the version that made somebody's code."""
    found = await health_codes.read_version(db, me.id, path.policy_id, path.version)
    return HealthPolicyView.of(found, await health_codes.officers_of(db, path.policy_id))


@endpoints.put("/{policy_id}")
async def change_health_policy(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthPolicy, body: ChangedHealthPolicy
) -> HealthPolicyView:
    """Another version of it, by which everybody is judged anew; or other officers.

    Refused as PolicyChangedMeanwhile (409) where `version` is not the newest.
    """
    changed = await health_codes.change_policy(
        tx,
        me.id,
        path.policy_id,
        body.terms.said(),
        body.officers,
        instead_of=body.version,
        now=services.clock(),
        address=caller.address,
    )
    return HealthPolicyView.of(changed, await health_codes.officers_of(tx, path.policy_id))


@endpoints.delete("/{policy_id}")
async def end_health_policy(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthPolicy
) -> None:
    """Judge nobody by it any more; what phones show of it is let in nowhere."""
    await health_codes.end_policy(tx, me.id, path.policy_id, now=services.clock(), address=caller.address)


def _report(each: TriedReport) -> Report:
    return Report(
        each.job_id,
        each.at,
        {said.question_id: frozenset(said.option_ids) for said in each.values if said.option_ids},
        {said.question_id: said.number for said in each.values if said.number is not None},
        {said.question_id: said.date for said in each.values if said.date is not None},
    )

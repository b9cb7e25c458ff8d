"""Codes of others, for officers of the policy: what people are and why, facts, overrides, and appeals.

Each look leaves a record.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import health_codes
from wecom.features.accounts import HealthOfficer
from wecom.features.health_codes import Appeal, Code, Policy, Word, WrittenFact
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..attendance.day_wire import AttendancePerson, people
from ..wire import Id, Text, When
from .policy_wire import HealthReason, Kind, Level, OfHealthPolicy

endpoints = Endpoints("/api/health/policies/{policy_id}", tag="Health: codes")

Note = Annotated[Text, Field(max_length=500)]
Reasoned = Annotated[Text, Field(min_length=1, max_length=500)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WhichHealthCodes(_Request):
    """Whose codes."""

    level: Level | None = None
    department_id: Id | None = Field(None, description="Only of this department and those under it.")
    q: Annotated[Text, Field(max_length=64)] = Field("", description="Parts of names and userids.")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=200)


class HealthCodeView(BaseModel):
    """What somebody is by a policy."""

    person: AttendancePerson
    level: Level
    ruled: Level = Field(description="What the rules alone would say.")
    overridden: bool
    reasons: list[HealthReason]
    version: int = Field(description="Of the policy, that made it.")
    made_at: Instant
    valid_until: Instant | None

    @classmethod
    def of(cls, code: Code, person: AttendancePerson, policy: Policy) -> "HealthCodeView":
        return cls(
            person=person,
            level=code.level,
            ruled=code.ruled,
            overridden=code.overridden,
            reasons=[HealthReason.of(each, policy.terms) for each in code.reasons],
            version=code.version,
            made_at=code.made_at,
            valid_until=code.valid_until,
        )


class HealthLevelCount(BaseModel):
    """How many are of a level."""

    level: Level
    count: int


class HealthCodes(BaseModel):
    """A page, the worst first, then by name."""

    codes: list[HealthCodeView]
    total: int
    levels: list[HealthLevelCount] = Field(description="Of all whom the policy concerns.")


class HealthChangeView(BaseModel):
    """That a code became another."""

    level: Level
    reasons: list[HealthReason]
    version: int
    at: Instant


class HealthFactView(BaseModel):
    """What an officer wrote down of somebody."""

    id: int
    member_id: int
    kind: str
    at: Instant
    until: Instant | None
    note: str
    made_by: int
    made_at: Instant
    withdrawn_by: int | None
    withdrawn_at: Instant | None

    @classmethod
    def of(cls, each: WrittenFact) -> "HealthFactView":
        return cls(**{name: getattr(each, name) for name in cls.model_fields})


class HealthOverrideView(BaseModel):
    """An officer's word, which beats the rules while it holds."""

    id: int
    member_id: int
    level: Level
    at: Instant
    until: Instant
    reason: str
    made_by: int
    ended_by: int | None
    ended_at: Instant | None

    @classmethod
    def of(cls, each: Word) -> "HealthOverrideView":
        return cls(**{name: getattr(each, name) for name in cls.model_fields})


class HealthCodeBehind(BaseModel):
    """Somebody's code, and all that stands behind it. What was answered is in the report, for its readers."""

    code: HealthCodeView
    changes: list[HealthChangeView] = Field(description="Newest first.")
    facts: list[HealthFactView]
    overrides: list[HealthOverrideView]


class OfHealthCode(OfHealthPolicy):
    """Whose."""

    member_id: Id


class NewHealthFact(_Request):
    """A fact of somebody."""

    member_id: Id
    kind: Kind = Field(description="One that the policy names, or clearance.")
    at: When
    until: When | None = Field(None, description="Null: it holds until it is withdrawn, or is forgotten.")
    note: Note = ""


class OfHealthFact(OfHealthPolicy):
    """Which fact."""

    fact_id: Id


class NewHealthOverride(_Request):
    """What somebody is to be, whatever the rules say."""

    member_id: Id
    level: Level
    until: When = Field(description="A year from now at most.")
    reason: Reasoned


class OfHealthOverride(OfHealthPolicy):
    """Which override."""

    override_id: Id


class WhichHealthAppeals(_Request):
    """Which appeals."""

    waiting: bool = True
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=200)


class HealthAppealView(BaseModel):
    """That somebody says their code is wrong, and what was answered."""

    id: int
    person: AttendancePerson
    words: str
    made_at: Instant
    answer: str
    answered_by: int | None
    answered_at: Instant | None

    @classmethod
    def of(cls, each: Appeal, person: AttendancePerson) -> "HealthAppealView":
        told = {name: getattr(each, name) for name in cls.model_fields if name != "person"}
        return cls(person=person, **told)


class HealthAppeals(BaseModel):
    """A page: those that wait the oldest first, the others the newest."""

    appeals: list[HealthAppealView]
    total: int


class OfHealthAppeal(OfHealthPolicy):
    """Which appeal."""

    appeal_id: Id


class HealthAppealAnswer(_Request):
    """What whoever said it is told."""

    answer: Reasoned


@endpoints.get("/codes")
async def list_health_codes(
    tx: Tx, me: HealthOfficer, caller: Caller, path: OfHealthPolicy, query: WhichHealthCodes
) -> HealthCodes:
    """What people are by the policy."""
    policy = await health_codes.read_policy(tx, me.id, path.policy_id)
    found, total = await health_codes.read_codes(
        tx,
        me.id,
        path.policy_id,
        level=query.level,
        department_id=query.department_id,
        text=query.q,
        skip=query.skip,
        limit=query.limit,
        address=caller.address,
    )
    who = await people(tx, [each.member_id for each in found])
    counts = await health_codes.read_counts(tx, me.id, path.policy_id)
    return HealthCodes(
        codes=[HealthCodeView.of(each, who[each.member_id], policy) for each in found],
        total=total,
        levels=[HealthLevelCount(level=level, count=many) for level, many in sorted(counts.items())],
    )


@endpoints.get("/codes/{member_id}")
async def read_health_code(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthCode
) -> HealthCodeBehind:
    """Somebody's code, how it came to be, and what officers said of it."""
    policy = await health_codes.read_policy(tx, me.id, path.policy_id)
    behind = await health_codes.read_code(
        tx, me.id, path.policy_id, path.member_id, now=services.clock(), address=caller.address
    )
    who = await people(tx, [path.member_id])
    return HealthCodeBehind(
        code=HealthCodeView.of(behind.code, who[path.member_id], policy),
        changes=[
            HealthChangeView(
                level=each.level,
                reasons=[HealthReason.of(reason, policy.terms) for reason in each.reasons],
                version=each.version,
                at=each.at,
            )
            for each in behind.changes
        ],
        facts=[HealthFactView.of(each) for each in behind.facts],
        overrides=[HealthOverrideView.of(each) for each in behind.overrides],
    )


@endpoints.post("/facts")
async def write_health_fact(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthPolicy, body: NewHealthFact
) -> HealthFactView:
    """Write down an exposure, a diagnosis, a clearance of somebody else. Their code is judged with it."""
    made = await health_codes.write_fact(
        tx,
        me.id,
        path.policy_id,
        body.member_id,
        body.kind,
        body.at,
        until=body.until,
        note=body.note,
        now=services.clock(),
        address=caller.address,
    )
    return HealthFactView.of(made)


@endpoints.delete("/facts/{fact_id}")
async def withdraw_health_fact(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthFact
) -> HealthFactView:
    """It counts no more; that it was written down stays to be seen."""
    gone = await health_codes.withdraw_fact(
        tx, me.id, path.policy_id, path.fact_id, now=services.clock(), address=caller.address
    )
    return HealthFactView.of(gone)


@endpoints.post("/overrides")
async def give_health_override(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthPolicy, body: NewHealthOverride
) -> HealthOverrideView:
    """Say what somebody else is until then, whatever the rules say; they see that it was said, and why."""
    made = await health_codes.override(
        tx,
        me.id,
        path.policy_id,
        body.member_id,
        body.level,
        body.until,
        body.reason,
        now=services.clock(),
        address=caller.address,
    )
    return HealthOverrideView.of(made)


@endpoints.delete("/overrides/{override_id}")
async def end_health_override(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthOverride
) -> HealthOverrideView:
    """The rules hold again."""
    gone = await health_codes.end_override(
        tx, me.id, path.policy_id, path.override_id, now=services.clock(), address=caller.address
    )
    return HealthOverrideView.of(gone)


@endpoints.get("/appeals")
async def list_health_appeals(
    tx: Tx, me: HealthOfficer, caller: Caller, path: OfHealthPolicy, query: WhichHealthAppeals
) -> HealthAppeals:
    """Who says that their code is wrong."""
    found, total = await health_codes.read_appeals(
        tx,
        me.id,
        path.policy_id,
        waiting=query.waiting,
        skip=query.skip,
        limit=query.limit,
        address=caller.address,
    )
    who = await people(tx, [each.member_id for each in found])
    return HealthAppeals(appeals=[HealthAppealView.of(each, who[each.member_id]) for each in found], total=total)


@endpoints.post("/appeals/{appeal_id}")
async def answer_health_appeal(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthAppeal, body: HealthAppealAnswer
) -> None:
    """Tell them what came of it. What is to be changed is changed by a fact or an override."""
    await health_codes.answer_appeal(
        tx, me.id, path.policy_id, path.appeal_id, body.answer, now=services.clock(), address=caller.address
    )

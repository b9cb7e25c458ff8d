"""Policies, their rules and what they come to, on the wire."""

import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.health_codes import Policy, Terms
from wecom.features.health_codes.model import Language, as_body, terms_from
from wecom.features.health_codes.rules import Reason
from wecom.features.health_codes.rules.checking import LONGEST_DAYS, LONGEST_HOURS, MOST_LEAVES, MOST_RULES
from wecom.foundation.instants import Instant

from ..wire import Id, Text, When

JobId = Annotated[int, Field(ge=1, lt=2**31)]
Number = Annotated[int, Field(ge=1, le=99_999)]
Amount = Annotated[float, Field(ge=-1e12, le=1e12)]
Hours = Annotated[int, Field(ge=1, le=LONGEST_HOURS)]
Name = Annotated[Text, Field(min_length=1, max_length=64)]
Level = Literal["green", "yellow", "red"]
Words = dict[Language, Annotated[Text, Field(max_length=200)]]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="Such as exposure or diagnosis.")]
Gathered = Literal["all", "any", "at_least"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class HealthPicked(_Part):
    """One of these options is picked."""

    kind: Literal["picked"]
    job_id: JobId
    question_id: Number
    any_of: list[Number] = Field(min_length=1, max_length=100)


class HealthNumberIs(_Part):
    """A number is at least, or at most, this: one of the two."""

    kind: Literal["number"]
    job_id: JobId
    question_id: Number
    at_least: Amount | None = None
    at_most: Amount | None = None


class HealthDateWithin(_Part):
    """A date is not longer ago than these days, by the policy's clock."""

    kind: Literal["date_within"]
    job_id: JobId
    question_id: Number
    days: int = Field(ge=0, le=LONGEST_DAYS)


class HealthHasFact(_Part):
    """An officer has written down a fact of this kind, which holds."""

    kind: Literal["fact"]
    fact: Kind


class HealthNoReport(_Part):
    """There was no report for these hours. Not in what lasts, or stays until it is cleared."""

    kind: Literal["no_report"]
    job_id: JobId
    hours: Hours


HealthLeaf = Annotated[
    HealthPicked | HealthNumberIs | HealthDateWithin | HealthHasFact | HealthNoReport, Field(discriminator="kind")
]


class HealthPart(_Part):
    """Some of several conditions."""

    kind: Gathered = "all"
    count: int = Field(1, ge=1, le=MOST_LEAVES, description="Of at_least: how many.")
    of: list[HealthLeaf] = Field(min_length=1, max_length=MOST_LEAVES)


class HealthGroup(_Part):
    """Some of several conditions, or of groups of them."""

    kind: Gathered = "all"
    count: int = Field(1, ge=1, le=MOST_LEAVES)
    of: list[HealthPicked | HealthNumberIs | HealthDateWithin | HealthHasFact | HealthNoReport | HealthPart] = Field(
        min_length=1, max_length=MOST_LEAVES
    )


class HealthConcerned(_Part):
    """Whom a rule is for; nothing named: everybody."""

    departments: list[Id] = Field(default_factory=list, max_length=1000, description="With all under them.")
    tags: list[JobId] = Field(default_factory=list, max_length=1000)


class HealthRule(_Part):
    """When somebody is yellow or red, and for how long."""

    id: Number = Field(description="Its own, and kept for as long as it is this rule: what it holds goes by it.")
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")] = Field(description="The reason, for programs.")
    when: HealthGroup
    gives: Literal["yellow", "red"]
    words: Words = Field(default_factory=dict, description="The reason as people read it, by language.")
    concerned: HealthConcerned = Field(default_factory=HealthConcerned)
    lasts: Hours | None = Field(
        None, description="Hours from what caused it, whatever is answered afterwards; null: while it is the newest."
    )
    until_cleared: bool = Field(False, description="It stays until a clearance that is newer than what caused it.")


class HealthSource(_Part):
    """A job of which a report is needed."""

    job_id: JobId
    life: Hours | None = Field(24, description="Hours for which one counts; null: until there is another.")


class HealthRules(_Part):
    """What makes levels."""

    rules: list[HealthRule] = Field(default_factory=list, max_length=MOST_RULES)
    sources: list[HealthSource] = Field(default_factory=list, max_length=10)
    without_report: Level = Field("yellow", description="Of whom a report is missing, or none counts any more.")
    zone: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        "Asia/Shanghai", description="In which days begin."
    )


class HealthWhom(_Part):
    """Who has a code: as the directory is on each day."""

    members: list[Id] = Field(default_factory=list, max_length=5000)
    departments: list[Id] = Field(default_factory=list, max_length=1000, description="With all under them.")
    tags: list[JobId] = Field(default_factory=list, max_length=1000)


class HealthLabels(_Part):
    """What levels are called, by language; empty: as their colour is."""

    green: Words = Field(default_factory=dict)
    yellow: Words = Field(default_factory=dict)
    red: Words = Field(default_factory=dict)


class HealthTerms(_Part):
    """What a policy says."""

    name: Name
    introduction: Annotated[Text, Field(max_length=2000)] = ""
    whom: HealthWhom
    rules: HealthRules
    labels: HealthLabels = Field(default_factory=HealthLabels)
    facts: list[Kind] = Field(
        default_factory=list, max_length=50, description="Kinds that officers may write down, besides clearance."
    )
    retention_days: int = Field(30, ge=1, le=365, description="For how long what made codes, and passages, are kept.")

    @classmethod
    def of(cls, terms: Terms) -> Self:
        return cls.model_validate(as_body(terms))

    def said(self) -> Terms:
        return terms_from(self.model_dump(mode="json"))


class OfHealthPolicy(BaseModel):
    """Which policy."""

    policy_id: JobId


class OfHealthPolicyVersion(OfHealthPolicy):
    """Which version of it."""

    version: int = Field(ge=1, le=65_535)


class NewHealthPolicy(_Part):
    """A policy to be."""

    terms: HealthTerms
    officers: list[Id] = Field(default_factory=list, max_length=100, description="Besides whoever makes it.")


class ChangedHealthPolicy(_Part):
    """A policy as it is to be."""

    version: int = Field(ge=1, le=65_535, description="The one that was read.")
    terms: HealthTerms
    officers: list[Id] = Field(min_length=1, max_length=100)


class HealthPolicyView(BaseModel):
    """A policy, as one version has it."""

    id: int
    version: int
    terms: HealthTerms
    made_by: int
    made_at: Instant = Field(description="Of this version.")
    ended_at: Instant | None
    officers: list[int] = Field(description="Who decide by it, and see what comes of it, now.")

    @classmethod
    def of(cls, each: Policy, officers: list[int]) -> "HealthPolicyView":
        return cls(
            id=each.id,
            version=each.version,
            terms=HealthTerms.of(each.terms),
            made_by=each.made_by,
            made_at=each.made_at,
            ended_at=each.ended_at,
            officers=officers,
        )


class HealthReason(BaseModel):
    """Why somebody is what they are."""

    kind: Literal["rule", "no_report", "override"]
    level: Level
    rule_id: int = Field(description="0: none.")
    code: str
    words: Words = Field(description="By language, as the policy has them; nothing: the code says it.")
    job_id: int = Field(description="Of which a report is missing; 0: of none.")
    since: Instant | None

    @classmethod
    def of(cls, each: Reason, terms: Terms) -> "HealthReason":
        words: dict[Any, str] = next((dict(rule.words) for rule in terms.rules.rules if rule.id == each.rule_id), {})
        return cls(
            kind=each.kind,
            level=each.level,
            rule_id=each.rule_id,
            code=each.code,
            words=words,
            job_id=each.job_id,
            since=each.since,
        )


class TriedValue(_Part):
    """What is said to one question."""

    question_id: Number
    option_ids: list[Number] = Field(default_factory=list, max_length=100)
    number: Amount | None = None
    date: datetime.date | None = None


class TriedReport(_Part):
    """An answer, as rules look at it."""

    job_id: JobId
    at: When
    values: list[TriedValue] = Field(default_factory=list, max_length=200)

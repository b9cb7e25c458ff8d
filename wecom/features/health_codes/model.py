"""Policies, codes and what makes them, gates and what they saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter

from .rules import Level, Reason, Rules

Language = Literal["zh-CN", "en", "de"]

CLEARANCE = "clearance"
"""The kind of fact that ends what stays until cleared."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """Who has a code: as the directory is now."""

    members: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    """With all under them."""
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy says."""

    name: str
    introduction: str = ""
    whom: Everyone = field(default_factory=Everyone)
    rules: Rules = field(default_factory=Rules)
    labels: Mapping[Level, Mapping[str, str]] = field(default_factory=dict)
    """What levels are called, by language."""
    facts: tuple[str, ...] = ()
    """Kinds of facts that officers may write down, besides a clearance."""
    retention_days: int = 30


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as its newest version, or an earlier one, has it."""

    id: int
    version: int
    terms: Terms
    made_by: int
    made_at: datetime
    """Of this version."""
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Code:
    """What somebody is by a policy now."""

    policy_id: int
    member_id: int
    version: int
    """Which made it."""
    level: Level
    ruled: Level
    """What the rules alone would say."""
    reasons: tuple[Reason, ...]
    made_at: datetime
    valid_until: datetime | None

    @property
    def overridden(self) -> bool:
        return any(each.kind == "override" for each in self.reasons)


@dataclass(frozen=True, slots=True)
class Change:
    """That a code became another."""

    version: int
    level: Level
    reasons: tuple[Reason, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class WrittenFact:
    """What an officer wrote down of somebody."""

    id: int
    policy_id: int
    member_id: int
    kind: str
    at: datetime
    until: datetime | None
    note: str
    made_by: int
    made_at: datetime
    withdrawn_by: int | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Word:
    """An officer's word, which beats the rules."""

    id: int
    policy_id: int
    member_id: int
    level: Level
    at: datetime
    until: datetime
    reason: str
    made_by: int
    ended_by: int | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Appeal:
    """That somebody says their code is wrong, and what was answered."""

    id: int
    policy_id: int
    member_id: int
    words: str
    made_at: datetime
    answer: str
    answered_by: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Admission:
    """Which levels of a policy a gate lets in."""

    policy_id: int
    admits: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    id: int
    name: str
    place: str
    photos: bool
    longest_age: int
    """Seconds after which what it knows is too old to let anybody in."""
    admissions: tuple[Admission, ...]
    enrol_until: datetime | None
    enrolled_at: datetime | None
    seen_at: datetime | None
    knows_at: datetime | None
    """When it last asked what there is to know."""
    made_by: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What a gate tells of a passage."""

    client_id: str
    at: datetime
    """By the gate's clock."""
    offset_ms: int
    """By which it takes the server to be ahead."""
    serial: int | None
    step: int | None
    level: Level | None
    admitted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What a gate saw and decided."""

    id: int
    gate_id: int
    gate_name: str
    at: datetime
    received_at: datetime
    serial: int | None
    step: int | None
    level: Level | None
    admitted: bool
    why: str
    policy_id: int | None
    member_id: int | None
    replay: bool
    replay_of: int | None


_TERMS = TypeAdapter(Terms)
_REASONS = TypeAdapter(tuple[Reason, ...])


def terms_from(body: Any) -> Terms:
    return _TERMS.validate_python(body)


def reasons_from(reasons: Any) -> tuple[Reason, ...]:
    return _REASONS.validate_python(reasons)


def as_body(what: Any) -> Any:
    """As the database keeps it."""
    return orjson.loads(orjson.dumps(what))

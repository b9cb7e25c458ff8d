"""Rules, what they look at, and what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Level = Literal["green", "yellow", "red"]
LEVELS: tuple[Level, ...] = ("green", "yellow", "red")
"""From best to worst."""


@dataclass(frozen=True, slots=True)
class Picked:
    """One of these options is picked. Worse: more of them."""

    job_id: int
    question_id: int
    any_of: tuple[int, ...]
    kind: Literal["picked"] = "picked"


@dataclass(frozen=True, slots=True)
class Number:
    """At least, or at most, this. Worse: more, or less."""

    job_id: int
    question_id: int
    at_least: float | None = None
    at_most: float | None = None
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class DateWithin:
    """The date is not longer ago than these days. Worse: later."""

    job_id: int
    question_id: int
    days: int
    kind: Literal["date_within"] = "date_within"


@dataclass(frozen=True, slots=True)
class HasFact:
    """An officer has written down a fact of this kind, and it holds. Worse: more of them."""

    fact: str
    kind: Literal["fact"] = "fact"


@dataclass(frozen=True, slots=True)
class NoReport:
    """There was no report for these hours. Worse: longer ago."""

    job_id: int
    hours: int
    kind: Literal["no_report"] = "no_report"


Leaf = Picked | Number | DateWithin | HasFact | NoReport


@dataclass(frozen=True, slots=True)
class Part:
    """Some of several conditions."""

    of: tuple[Leaf, ...]
    kind: Literal["all", "any", "at_least"] = "all"
    count: int = 1
    """Of `at_least`: how many."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some of several conditions and parts."""

    of: tuple[Leaf | Part, ...]
    kind: Literal["all", "any", "at_least"] = "all"
    count: int = 1


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a rule is for; nothing named: everybody. Departments stand for all under them."""

    departments: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    id: int
    """The same in every version in which it is still this rule: what it holds is kept under it."""
    code: str
    when: Group
    gives: Literal["yellow", "red"]
    words: Mapping[str, str] = field(default_factory=dict)
    """By language: the reason as people read it."""
    concerned: Concerned = field(default_factory=Concerned)
    lasts: int | None = None
    """Hours from what caused it, whatever is answered afterwards; None: while it is the newest answer."""
    until_cleared: bool = False
    """It stays until a clearance that is newer than what caused it."""

    @property
    def holds(self) -> bool:
        """Whether it stays when what caused it is answered otherwise."""
        return self.lasts is not None or self.until_cleared


@dataclass(frozen=True, slots=True)
class Source:
    """A job of which a report is needed, and for how many hours one counts; None: until there is another."""

    job_id: int
    life: int | None = 24


@dataclass(frozen=True, slots=True)
class Rules:
    """What a policy's version says of levels."""

    rules: tuple[Rule, ...] = ()
    sources: tuple[Source, ...] = ()
    without_report: Level = "yellow"
    """Of whom a report is missing, or none counts any more."""
    zone: str = "UTC"
    """In which days begin."""


CLEARANCE = "clearance"
"""The kind of fact that ends what stays until cleared."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one answer says, by question, as far as rules look at it."""

    job_id: int
    at: datetime
    picks: Mapping[int, frozenset[int]] = field(default_factory=dict)
    numbers: Mapping[int, float] = field(default_factory=dict)
    dates: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    kind: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """An officer's word, which beats the rules while it holds."""

    level: Level
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A rule's newest cause."""

    rule_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of one person."""

    reports: tuple[Report, ...] = ()
    facts: tuple[Fact, ...] = ()
    overrides: tuple[Override, ...] = ()
    held: tuple[Held, ...] = ()
    departments: frozenset[int] = frozenset()
    """Theirs and all above them."""
    tags: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a rule, a report that is missing, or an officer's word."""

    kind: Literal["rule", "no_report", "override"]
    level: Level
    rule_id: int = 0
    code: str = ""
    job_id: int = 0
    """Of which a report is missing."""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    level: Level
    reasons: tuple[Reason, ...]
    """The worst first; none: nothing speaks against green."""
    valid_until: datetime | None
    """When it would first be another by time alone; None: never."""
    ruled: Level
    """What the rules alone would say."""
    held: tuple[Held, ...]
    """To be kept, and handed in the next time."""

    @property
    def overridden(self) -> bool:
        return any(each.kind == "override" for each in self.reasons)

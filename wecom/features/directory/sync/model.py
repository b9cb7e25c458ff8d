"""What LDAP says, once read, and what is to be done about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from wecom.foundation.errors import Conflict, Missing

from ..model import Attribute, Department, Member

ProblemKind = Literal["person", "department", "tag", "server"]
RunKind = Literal["full", "changes", "dry", "check"]
Outcome = Literal["done", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an entry, or a part of it, is not as LDAP says."""

    kind: ProblemKind
    what: str
    """The entry's DN, or its userid or name."""
    message: str


@dataclass(frozen=True, slots=True)
class Person:
    """What an entry says of somebody, checked against what a member's fields may hold."""

    id: str
    dn: str
    key: str
    """The DN, written so that equal names are equal text."""
    userid: str
    enabled: bool
    fields: Mapping[str, Any]
    attributes: tuple[Attribute, ...] = ()
    leader: str = ""
    """The key of whom they report to."""
    department: tuple[str, ...] = ()
    """Where an attribute names the department: its names, from the top."""
    version: str = ""
    """Changes whenever the entry does."""
    ends_at: datetime | None = None
    """When it bars them without being changed again."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An entry that is a department, or what an attribute's value stands for."""

    id: str
    key: str
    name: str
    parent: str = ""
    """The key of the unit above; empty: none."""
    members: tuple[str, ...] = ()
    """Where groups are departments: keys of those in it."""


@dataclass(frozen=True, slots=True)
class Group:
    """An entry that is a tag."""

    id: str
    key: str
    name: str
    members: tuple[str, ...]
    """Keys of people and groups, or userids."""


@dataclass(slots=True)
class Staging:
    """All that was read: every page of every base, or else there is none of it."""

    people: dict[str, Person] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    """By key; where groups are departments, these."""
    groups: dict[str, Group] = field(default_factory=dict)
    """By key."""
    bases: frozenset[str] = frozenset()
    """Keys of the bases of departments: they stand for the whole company."""
    below: dict[str, int] = field(default_factory=dict)
    """How many entries of people each of their bases gave."""
    problems: list[Problem] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Ids of people whose entries cannot be used: they are there, and not gone."""
    url: str = ""

    @property
    def barred(self) -> frozenset[str]:
        """Entries that bar somebody."""
        return frozenset(id for id, each in self.people.items() if not each.enabled)

    def note(self, kind: ProblemKind, what: str, message: str) -> None:
        self.problems.append(Problem(kind, what, message))

    def replace(self, ids: Collection[str], later: "Staging") -> None:
        """Take for these people what was read of them later; who was not found then is not there."""
        dns = {self.people[id].dn for id in ids if id in self.people}
        self.people = {id: each for id, each in self.people.items() if id not in ids} | later.people
        self.refused = self.refused.difference(ids) | later.refused
        self.problems = [each for each in self.problems if each.what not in dns] + later.problems


@dataclass(frozen=True, slots=True)
class Known:
    """A member who is linked to an entry."""

    id: str
    member: Member
    disabled_by_sync: bool
    gone: bool
    key: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A member who is linked to an entry that is there, as far as units and groups are concerned."""

    id: str
    member_id: int
    userid: str
    key: str
    department_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KnownTag:
    """A tag, and what has it."""

    tag_id: int
    name: str
    member_ids: frozenset[int] = frozenset()
    department_ids: frozenset[int] = frozenset()
    of_app: bool = False
    """Whether an app made it, for itself."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A member who is linked to no entry."""

    id: int
    holds_role: bool


@dataclass(slots=True)
class Current:
    """What is here, of all that a sync may touch or clash with."""

    people: dict[str, Known] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    """All members who are linked to an entry, by its id."""
    placed: list[Placed] = field(default_factory=list)
    strangers: dict[str, Stranger] = field(default_factory=dict)
    """By userid in lower case."""
    claims: dict[tuple[str, str], int] = field(default_factory=dict)
    """Who has a userid, mobile number or address, which nobody else may have."""
    departments: dict[int, Department] = field(default_factory=dict)
    linked_departments: dict[str, int] = field(default_factory=dict)
    """Department ids by the unit's id."""
    unit_ids: dict[str, str] = field(default_factory=dict)
    """The linked units' ids by their keys, as last read."""
    tags: dict[str, KnownTag] = field(default_factory=dict)
    """By the group's id."""
    other_tags: dict[str, KnownTag] = field(default_factory=dict)
    """Those that are linked to no group, by name."""
    barred: frozenset[str] = frozenset()
    """Entries that barred somebody when everything was last read."""


@dataclass(frozen=True, slots=True)
class DepartmentChange:
    """A department to add, adopt, rename or move. `id` is None for one that is not there yet."""

    unit: Unit
    id: int | None
    before: Department | None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to become of one member; `known` is None for somebody new, `adopted` the member who was here before."""

    person: Person
    known: Known | None
    adopted: int | None
    fields: Mapping[str, Any]
    """What is to be said anew."""
    places: tuple[str, ...] | None
    """Unit ids, the root's being empty; None: as they are."""
    leader: str | None
    """The userid of whom they report to, empty for nobody; None: as it is."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A member who is barred, or let in again."""

    known: Known
    because: Literal["gone", "disabled", "enabled"]


@dataclass(frozen=True, slots=True)
class TagChange:
    group: Group
    name: str
    """What the tag is to be called: not always as the group."""
    before: KnownTag | None
    """The tag that it becomes; None: a new one."""
    links: bool
    """Whether the tag was none, or another group's, until now."""
    on: tuple[str, ...]
    """Ids of people who get it."""
    off: tuple[int, ...]
    """Ids of members who lose it."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How many would have something no more, of those who have it."""

    what: str
    losing: int
    having: int


@dataclass(slots=True)
class Plan:
    """Everything that is to be done, and why some of it is not."""

    departments: list[DepartmentChange] = field(default_factory=list)
    departments_gone: list[tuple[str, int]] = field(default_factory=list)
    departments_passed_on: list[str] = field(default_factory=list)
    """Units that are gone, and whose departments are those of others now."""
    people: list[PersonChange] = field(default_factory=list)
    disable: list[Switch] = field(default_factory=list)
    enable: list[Switch] = field(default_factory=list)
    tags: list[TagChange] = field(default_factory=list)
    tags_gone: list[tuple[str, int]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """Ids of people whose entries are not there any more and were before."""
    problems: list[Problem] = field(default_factory=list)
    people_read: int = 0
    unchanged: int = 0
    linked: int = 0
    """Members linked to an entry and enabled, before."""
    linked_groups: int = 0
    """Departments and tags linked to an entry, before."""
    adopted_barred: int = 0
    """Members who were here before, and whom their entries bar."""
    moved_units: list[tuple[str, int, str]] = field(default_factory=list)
    moved: list[tuple[str, int, str]] = field(default_factory=list)
    """Entries that are under another DN, or back: with the member and the DN."""
    let_in: tuple[str, ...] = ()
    """Entries that barred somebody when everything was last read, and do so no more."""
    barred_before: int = 0
    """How many did, of those that are there now."""
    losses: list[Loss] = field(default_factory=list)
    dark: tuple[str, ...] = ()
    """Bases that gave nobody, though people were there."""
    needs_groups: bool = False
    """Whether units or groups say more of these people."""
    needs_all: bool = False
    """Whether something has changed that only reading everything can put right."""

    @property
    def going(self) -> int:
        """How many would be disabled."""
        return len(self.disable) + self.adopted_barred

    @property
    def barring(self) -> "Plan":
        """No more of it than whom it bars."""
        return Plan(disable=self.disable, gone=self.gone, people_read=self.people_read, linked=self.linked)

    @property
    def added(self) -> Sequence[PersonChange]:
        return [each for each in self.people if each.known is None and each.adopted is None]

    @property
    def changes_anything(self) -> bool:
        return bool(
            self.departments
            or self.departments_gone
            or self.people
            or self.disable
            or self.enable
            or self.tags
            or self.tags_gone
            or self.gone
        )

    @property
    def counts(self) -> dict[str, int]:
        """Of each kind of change how many."""
        adopted = [each for each in self.people if each.adopted is not None]
        return {
            "people_added": len(self.added),
            "people_adopted": len(adopted),
            "people_changed": len(self.people) - len(self.added) - len(adopted),
            "people_unchanged": self.unchanged,
            "people_disabled": self.going,
            "people_enabled": len(self.enable),
            "departments_added": sum(each.before is None for each in self.departments),
            "departments_changed": sum(each.before is not None for each in self.departments),
            "departments_gone": len(self.departments_gone),
            "tags_changed": len(self.tags) + len(self.tags_gone),
            "problems": len(self.problems),
        }


@dataclass(frozen=True, slots=True)
class State:
    """What the last complete run left, and how many were barred, or let in again, by changes since."""

    owned: tuple[str, ...]
    people: int
    run_id: int
    disabled_since: int
    barred: int
    let_in_since: int


@dataclass(frozen=True, slots=True)
class Run:
    """One reading of LDAP, and what came of it."""

    id: int
    kind: RunKind
    actor_id: int
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None
    says: str
    people_read: int
    counts: dict[str, int]
    seen_at: datetime
    waiting: bool
    """Whether it was asked for and no worker has begun it."""
    plan_id: int | None
    """The run whose plan it is to do."""
    allowed: int
    refusal: str
    """Of a dry run: what one that is not would say."""
    facts: dict[str, Any]
    can_be_done: bool
    """Whether there is a plan that another run may be bound to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A run that somebody waits for, and what it may do."""

    id: int
    kind: RunKind
    actor_id: int
    allowed: int
    bound: bytes | None
    """The digest of the plan that was looked at."""


class NoSuchRun(Missing):
    """There is no such reading of LDAP, or not any more: look at the list."""


class NoSuchPlan(Missing):
    """There is no such plan, or it is older than a day: make another, and look at it."""


class AlreadySyncing(Conflict):
    """LDAP is being read already: wait until that has ended (wecom ldap runs)."""


class Overtaken(Conflict):
    """Another reading of LDAP has ended meanwhile, and is newer: nothing was changed."""


class NothingToRelink(Missing):
    """There is no entry to take a member for: check the userid, and what LDAP has of it."""


class StillRead(Conflict):
    """LDAP is still read: take WECOM_LDAP_CONFIG out of the settings and restart the server, then leave it."""


class StillThere(Conflict):
    """This member is still in LDAP, and would be maintained there again with the next reading."""

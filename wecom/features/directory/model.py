"""The company, its members, departments and tags, and what of them somebody may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, TypedDict

from wecom.foundation.streams import Event

ROOT = 1
"""The root department's id."""

RuleKind = Literal["hide", "limit"]
AttributeKind = Literal["text", "web"]


@dataclass(frozen=True, slots=True)
class Company:
    corpid: str
    founded_as: str
    """What it is called now is a setting."""
    timezone: str
    epoch: str
    """Changes when a backup is restored: clients then start again."""


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place in one department."""

    department_id: int
    sort_order: int = 0
    is_leader: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """An extended attribute's value: `value` for text, `title` and `url` for web."""

    name: str
    kind: AttributeKind
    value: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class AttributeDefinition:
    name: str
    kind: AttributeKind
    sort_order: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here, as one viewer sees them: `departments` are those the viewer may see."""

    id: int
    ordinal: int
    userid: str
    name: str
    alias: str
    english_name: str
    mobile: str | None
    telephone: str
    email: str | None
    biz_mail: str | None
    gender: int
    position: str
    address: str
    avatar: str
    main_department_id: int | None
    external_position: str
    external_profile: dict[str, Any]
    enabled: bool
    activated_at: datetime | None
    left_at: datetime | None
    departments: tuple[Place, ...]
    leader_ids: tuple[int, ...]
    attributes: tuple[Attribute, ...]

    @property
    def department_ids(self) -> tuple[int, ...]:
        return tuple(place.department_id for place in self.departments)


class MemberFields(TypedDict, total=False):
    """What may be said of a member; what is not said stays as it is."""

    name: str
    alias: str
    english_name: str
    mobile: str | None
    telephone: str
    email: str | None
    biz_mail: str | None
    gender: int
    position: str
    address: str
    avatar: str
    external_position: str
    external_profile: dict[str, Any]
    attributes: Sequence[Attribute]
    enabled: bool
    departments: Sequence[Place]
    main_department_id: int | None
    leader_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Department:
    id: int
    parent_id: int | None
    name: str
    name_en: str
    sort_order: int
    path: tuple[int, ...]
    """From the root to this department, both included."""
    leader_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    name: str
    app_id: int | None
    """Whose tag it is; None: the company's own."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """Whom a tag is on."""

    member_ids: tuple[int, ...]
    department_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VisibilityRule:
    """'hide': nobody but those allowed sees the subjects. 'limit': the subjects see only their own
    departments and what is allowed."""

    id: int
    kind: RuleKind
    subject_departments: tuple[int, ...]
    subject_members: tuple[int, ...]
    allowed_departments: tuple[int, ...]
    allowed_members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Members by id, and their ordinals in the same order."""

    member_ids: list[int]
    ordinals: list[int]


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the directory somebody may see; departments stand for all that lies under them.

    Somebody is seen when they are in `except_members`, or are in `departments`, `members` (or
    `all` is set) and in neither `hidden_departments` nor `hidden_members`. The same serves a
    member's visibility, an app's visible range and a department administrator's scope.
    """

    all: bool = False
    departments: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()
    hidden_departments: frozenset[int] = frozenset()
    hidden_members: frozenset[int] = frozenset()
    except_members: frozenset[int] = field(default=frozenset())

    @property
    def everything(self) -> bool:
        return self.all and not self.hidden_departments and not self.hidden_members

    def shows_path(self, path: Collection[int]) -> bool:
        """Whether a department is seen, by its path from the root."""
        if not self.all and self.departments.isdisjoint(path):
            return False
        return self.hidden_departments.isdisjoint(path)

    def shows(self, member_id: int, paths: Collection[Collection[int]]) -> bool:
        """Whether a member is seen, by the paths of their departments."""
        if member_id in self.except_members:
            return True
        shown = self.all or member_id in self.members
        if not shown and not any(not self.departments.isdisjoint(path) for path in paths):
            return False
        if member_id in self.hidden_members:
            return False
        return all(self.hidden_departments.isdisjoint(path) for path in paths)

    @property
    def arguments(self) -> tuple[bool, list[int], list[int], list[int], list[int], list[int]]:
        """For the conditions in `queries/seeing.py`, in their order; departments need the first three."""
        return (
            self.all,
            sorted(self.departments),
            sorted(self.hidden_departments),
            sorted(self.members),
            sorted(self.hidden_members),
            sorted(self.except_members),
        )


@dataclass(frozen=True, slots=True)
class Maintained:
    """What the company's LDAP directory maintains."""

    fields: frozenset[str] = frozenset()
    """Of `members`, as `MemberFields` calls them; `attributes.` and a name for one of these; and `password`."""
    members: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    """Of these members, whom LDAP bars."""
    departments: frozenset[int] = frozenset()


EVERYTHING = Sight(all=True)
NOTHING = Sight()


class MemberChanged(Event):
    """Somebody joined, or is described anew: ask for them again."""

    kind: ClassVar[str] = "directory.member_changed"
    member_id: int
    department_ids: tuple[int, ...]


class MemberLeft(Event):
    """Somebody works here no more."""

    kind: ClassVar[str] = "directory.member_left"
    member_id: int
    department_ids: tuple[int, ...]


class DepartmentChanged(Event):
    """A department was added, renamed or moved: ask for the departments again."""

    kind: ClassVar[str] = "directory.department_changed"
    department_id: int
    department_ids: tuple[int, ...]


class DepartmentRemoved(Event):
    """A department is no more."""

    kind: ClassVar[str] = "directory.department_removed"
    department_id: int
    department_ids: tuple[int, ...]


class TagChanged(Event):
    """A tag was added or renamed, or is on others now."""

    kind: ClassVar[str] = "directory.tag_changed"
    tag_id: int


class TagRemoved(Event):
    """A tag is no more."""

    kind: ClassVar[str] = "directory.tag_removed"
    tag_id: int


class AttributesChanged(Event):
    """Extended attributes were defined or taken away."""

    kind: ClassVar[str] = "directory.attributes_changed"


class DirectoryReloaded(Event):
    """So much changed at once, or who may see whom, that the snapshot must be loaded again."""

    kind: ClassVar[str] = "directory.reloaded"


class DirectoryChanged(Event):
    """All that a member of restricted sight hears of a change: load the snapshot again."""

    kind: ClassVar[str] = "directory.changed"

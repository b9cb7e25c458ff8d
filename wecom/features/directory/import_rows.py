"""What tables say, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wecom.foundation.errors import Invalid, WecomError

from .model import Department, Member


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a department that a table names: by its id, or by the way to it from the top."""

    at: int | str
    order: int = 0
    leads: bool = False


@dataclass(frozen=True, slots=True)
class MemberRow:
    """What a table says of one member: only the fields that it has."""

    line: int
    userid: str
    fields: Mapping[str, Any]
    """As `MemberFields`, without leaders and attributes."""
    leaders: tuple[str, ...] | None = None
    """Userids, perhaps of members further down the table."""
    tags: tuple[str, ...] = ()
    id: int | None = None
    """Whom the row is about, where that is known; the userid is then theirs from now on."""
    spots: tuple[Spot, ...] = ()
    """Places of which some are named by a way; they stand for the departments in `fields`."""
    main: int | str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """What may be extended attributes, by their names."""


@dataclass(frozen=True, slots=True)
class TagRow:
    line: int
    name: str
    id: int | None = None
    userids: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Why a row was left out, or a part of it."""

    table: str
    line: int
    what: str
    message: str
    refusal: type[WecomError] = Invalid
    partly: bool = False
    """Whether the rest of the row went in."""
    column: str = ""
    """In which of its cells, where it is about one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that can be used: whom it is about, as they are and as they will be."""

    row: MemberRow
    before: Member | None
    member: Member


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do."""

    departments_added: int = 0
    departments_changed: int = 0
    members_added: int = 0
    members_changed: int = 0
    tags_added: int = 0
    disabled: list[int] = field(default_factory=list)
    """Members who were enabled before; who was added disabled is not among them."""
    enabled: list[int] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    members: list[Member] = field(default_factory=list, compare=False)
    """As they are now, whoever had a row that could be used; newcomers have no id in a dry run."""
    added: list[int] = field(default_factory=list, compare=False)
    """Ids of those who are new; none in a dry run."""
    left: dict[int, str] = field(default_factory=dict)
    """Members who no longer work here, userids by ids."""
    deleted: dict[int, str] = field(default_factory=dict)
    """Departments that no table of all departments has any more, and that this has emptied: their ways by their ids."""
    made: list[str] = field(default_factory=list)
    """Departments that members are in and that were not there, by their ways from the top."""
    top: str = ""
    """What of their ways was taken for the company itself."""
    unused: tuple[str, ...] = ()
    """Columns that are neither of a member nor an extended attribute."""
    lines: dict[int, int] = field(default_factory=dict, compare=False)
    """Ids of these members by their rows' lines."""

    before: dict[int, Member] = field(default_factory=dict, compare=False)
    """As they were, those of these members who were there."""
    led: set[int] = field(default_factory=set, compare=False)
    """Members who have other leaders now."""
    departments: list[tuple[Department | None, Department]] = field(default_factory=list, compare=False)
    """Departments that are new, or that were another way."""

    def refuse(self, table: str, line: int, what: str, error: WecomError) -> None:
        self.problems.append(ImportProblem(table, line, what, str(error), type(error)))

    def lack(self, table: str, line: int, what: str, error: WecomError) -> None:
        """A part of the row cannot be used."""
        self.problems.append(ImportProblem(table, line, what, str(error), type(error), partly=True))

"""Imports, what becomes of their lines, and how they are refused."""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from wecom.foundation.errors import Conflict, Invalid, Missing

Kind = Literal["change_members", "replace_members", "replace_departments"]
KINDS: tuple[str, ...] = get_args(Kind)
State = Literal["waiting", "running", "done"]


@dataclass(frozen=True, slots=True)
class Callback:
    """Whom to tell that an import has ended."""

    url: str
    token: str
    key: str
    """The AES key as it is written: 43 characters."""


@dataclass(frozen=True, slots=True)
class Import:
    """What was asked for."""

    id: int
    kind: Kind
    app_id: int
    address: str
    invites: bool
    state: State


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line: the userid or the department's id, and why it was refused if it was."""

    what: str
    refusal: str = ""
    """The refusal's name."""
    message: str = ""
    done: int = 0
    """Of a department: 1 added, 2 renamed, 4 moved, 8 put in another order, or several of these; 16 deleted."""
    DELETED: ClassVar[int] = 16


class NoSuchImport(Missing):
    """There is no such import: check its id."""


class ImportForgotten(Missing):
    """Only the newest five imports' results are kept, and this is none of them."""


class ImportRunning(Conflict):
    """Another import has not ended yet: wait until it has."""


class ImportFailed(Conflict):
    """The import did not come to an end, and nothing was done: try again, and if that fails too, look in the log."""


class NotACsv(Invalid):
    """An import takes a CSV that was uploaded as a file: upload it as that."""


class InvalidCallback(Invalid):
    """A callback has an http or https URL, a token of up to 32 letters and digits and an AES key of 43: correct it."""

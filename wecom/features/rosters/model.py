"""Rosters, what would become of their lines, and how they are refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing

State = Literal["reading", "ready", "applying", "done", "refused"]
Does = Literal["added", "changed", "unchanged", "refused"]

LARGEST = 20 << 20
"""Bytes of a file: 50,000 people are five million."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A table that somebody uploaded, and how far it is."""

    id: int
    made_by: int
    address: str
    name: str
    size: int
    blank_clears: bool
    top: str
    state: State
    applied_by: int | None
    percentage: int
    counts: Mapping[str, int]
    about: Mapping[str, Any]
    digest: bytes | None
    refusal: str
    message: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one field is and would be, as a person reads it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line is left out, or a part of it."""

    name: str
    """Of the sort of refusal."""
    about: str
    """Which cell or part of the line, where it is not about all of it."""
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table, and what would become of it."""

    number: int
    part: str
    line: int
    what: str
    name: str
    does: Does
    changes: Sequence[Change] = ()
    refusals: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that applying a table would mean."""

    lines: Sequence[Line]
    counts: Mapping[str, int]
    about: Mapping[str, Any]
    digest: bytes
    deleted: frozenset[int] = field(default_factory=frozenset)


class NoSuchRoster(Missing):
    """There is no such import, or not any more: upload the file again."""


class RosterNotReady(Conflict):
    """This import is not ready to be applied: wait until it was read, and look at it."""


class RosterBusy(Conflict):
    """This import is being applied: wait until that has ended."""


class RosterOutdated(Conflict):
    """The company has changed since this was looked at, and nothing was done: look at what it would do now."""


class RosterFailed(Conflict):
    """The import did not come to an end, and nothing was done: upload it again; if that fails too, look in the log."""


class RosterTooLarge(Invalid):
    """A table has at most 20 MB: take it apart, or use `wecom import` on the server."""


class RosterEmpty(Invalid):
    """The file is empty: choose another."""


class TooManyRosters(Busy):
    """Twenty of your imports wait to be looked at or applied: apply or delete some first."""


class BeyondPersonnel(Denied):
    """Whoever holds a role, departments and tags are changed by administrators only: ask one of them."""

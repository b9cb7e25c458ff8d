"""An export and its files, and why one is refused."""

from dataclasses import dataclass
from typing import Literal

from wecom.foundation.errors import Busy, Invalid, Missing

Kind = Literal["brief_members", "members", "departments", "tagged"]
State = Literal["waiting", "running", "done", "failed", "forgotten"]

SMALLEST_BLOCK, LARGEST_BLOCK = 10**4, 10**6
"""Entries in a file."""


@dataclass(frozen=True, slots=True)
class Export:
    """What an app asked for."""

    id: int
    app_id: int
    kind: Kind
    tag_id: int | None
    block_size: int
    site: str
    """The server's address, for what an entry names at it."""
    key: bytes | None
    """None once it has ended."""
    state: State
    attempt: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One of its files, as encrypted."""

    place: int
    hash: bytes
    size: int
    md5: bytes
    entries: int


class NoSuchExport(Missing):
    """There is no such export of this app: check the jobid."""


class ExportForgotten(Missing):
    """The files of this export have been deleted: begin another."""


class TooManyExports(Busy):
    """Five exports of this app have not ended yet: wait for one of them."""


class InvalidExportKey(Invalid):
    """An encoding_aeskey is 43 letters and digits, 32 bytes in base64 without the = at the end: correct it."""


class InvalidBlockSize(Invalid):
    """A block_size is a number of entries from 10,000 to 1,000,000: correct it."""


class NoSuchFile(Missing):
    """This link is no longer good, or never was: ask for the export's result again."""

"""What files say: departments, members and tags from CSV files and workbooks, as spreadsheets write them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wecom.foundation.errors import Missing

from .. import directory
from ..directory import DepartmentRow, ImportProblem, MemberRow, TagRow
from .workbooks import Workbook, is_workbook

Told = Callable[[str, int, int], None]


class NoTables(Missing):
    """There is no such file, and no departments, members or tags (.csv or .xlsx) in a directory of that name."""


@dataclass
class Tables:
    """What the files say, and the lines of them that cannot be read."""

    departments: list[DepartmentRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    tags: list[TagRow] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """The files, by what is in them."""


def read(
    source: Path | None,
    departments: Path | None = None,
    tags: Path | None = None,
    *,
    called: str = "",
    blank_clears: bool = False,
    told: Told | None = None,
) -> Tables:
    """The tables that are named, or that lie in a directory, or in one workbook. `called`: what people call it."""
    files = {"departments": departments, "members": source, "tags": tags}
    if source and source.is_dir():
        files = {table: path or _within(source, table) for table, path in (files | {"members": None}).items()}
    elif source and _begins(source, called):
        files |= {table: files[table] or source for table in Workbook(source, called).tables()}
    if not any(files.values()):
        raise NoTables
    tables = Tables()
    for table, path in files.items():
        if path:
            tables.names[table] = called or path.name
            _read(tables, table, path, called, blank_clears, told)
    return tables


def lines_of(path: Path, called: str) -> Iterator[tuple[int, Sequence[str | None]]]:
    """The lines of any table: of a workbook its first sheet."""
    if _begins(path, called):
        return Workbook(path, called).lines(called)
    return directory.sheet(directory.decoded(_bytes(path), called), called)


def _read(tables: Tables, table: str, path: Path, called: str, blank_clears: bool, told: Told | None) -> None:
    book = Workbook(path, called) if _begins(path, called) else None
    lines: Iterator[tuple[int, Sequence[str | None]]]
    if book:
        lines = book.lines(table)
    else:
        lines = directory.sheet(directory.decoded(_bytes(path), table), table)
    lines = _counted(lines, told) if told else lines
    problems: list[ImportProblem]
    match table:
        case "departments":
            tables.departments, problems = directory.read_departments(lines)
        case "members":
            tables.members, problems = directory.read_members(lines, blank_clears=blank_clears)
        case _:
            tables.tags, problems = directory.read_tags(lines)
    tables.problems += [*(book.problems if book else ()), *problems]


def _counted(
    lines: Iterator[tuple[int, Sequence[str | None]]], told: Told
) -> Iterator[tuple[int, Sequence[str | None]]]:
    for line in lines:
        told("read", line[0], 0)
        yield line


def _within(source: Path, table: str) -> Path | None:
    return next((path for kind in ("csv", "xlsx") if (path := source / f"{table}.{kind}").exists()), None)


def _begins(path: Path, called: str) -> bool:
    """Whether it is a workbook."""
    try:
        with path.open("rb") as file:
            return is_workbook(called or str(path), file.read(8))
    except OSError as problem:
        raise NoTables(f"{path} cannot be read: {problem.strerror}.") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise NoTables(f"{path} cannot be read: {problem.strerror}.") from None

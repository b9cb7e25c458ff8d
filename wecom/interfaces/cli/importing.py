"""`wecom import`: departments, members and tags from CSV files and workbooks, as spreadsheets write them."""

import argparse
import csv
import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import DepartmentRow, ImportProblem, ImportReport, MemberRow, TagRow
from wecom.foundation.db import Pool, transaction
from wecom.foundation.errors import Missing
from wecom.settings import Settings

from .progress import Progress
from .reach import with_database
from .workbooks import Workbook, is_workbook

MOST_NAMED = 20
"""Departments that are named before it is only said how many there are."""


class NoTables(Missing):
    """There is no such file, and no departments, members or tags (.csv or .xlsx) in a directory of that name."""


class NoReport(Missing):
    """The report cannot be written: name another file."""


@dataclass
class Tables:
    """What the files say, and the lines of them that cannot be read."""

    departments: list[DepartmentRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    tags: list[TagRow] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """The files, by what is in them."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        type=Path,
        nargs="?",
        help="members, as .csv or .xlsx, WeCom's own templates and exports too; or a directory with departments, "
        "members and tags",
    )
    parser.add_argument("--departments", type=Path, metavar="FILE", help="columns: id, name, parentid, order, name_en")
    parser.add_argument("--tags", type=Path, metavar="FILE", help="columns: id, name, userids, partyids")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the lines that were left out to this CSV")
    parser.add_argument(
        "--blank-clears", action="store_true", help="an empty cell clears the field, instead of saying nothing"
    )
    parser.add_argument(
        "--top", default="", metavar="NAME", help="what the table calls the company, where departments are ways"
    )


def run(arguments: argparse.Namespace) -> int:
    """Import; 0 if all went in, 2 if some lines were left out."""
    progress = Progress(sys.stderr)
    with ExitStack() as stack:
        gc.disable()  # it would look through every row again and again, and there is nothing for it to find
        stack.callback(gc.enable)
        out = stack.enter_context(_report(arguments.report)) if arguments.report else None
        tables = read(
            arguments.source, arguments.departments, arguments.tags, blank_clears=arguments.blank_clears, told=progress
        )

        async def step(pool: Pool, settings: Settings) -> int:
            async with transaction(pool) as tx:
                report = await lifecycle.import_company(
                    tx,
                    SYSTEM,
                    departments=tables.departments,
                    members=tables.members,
                    tags=tables.tags,
                    dry_run=arguments.dry_run,
                    top=arguments.top,
                    told=progress,
                )
            progress.end()
            return _tell(report, tables, out, dry_run=arguments.dry_run)

        return with_database(arguments, step)


def read(
    source: Path | None,
    departments: Path | None,
    tags: Path | None,
    *,
    blank_clears: bool = False,
    told: Progress | None = None,
) -> Tables:
    """The tables that are named, or that lie in a directory, or in one workbook."""
    files = {"departments": departments, "members": source, "tags": tags}
    if source and source.is_dir():
        files = {table: path or _within(source, table) for table, path in (files | {"members": None}).items()}
    elif source and _begins(source):
        files |= {table: files[table] or source for table in Workbook(source).tables()}
    if not any(files.values()):
        raise NoTables
    tables = Tables()
    for table, path in files.items():
        if path:
            tables.names[table] = path.name
            _read(tables, table, path, blank_clears, told)
    return tables


def _read(tables: Tables, table: str, path: Path, blank_clears: bool, told: Progress | None) -> None:
    book = Workbook(path) if _begins(path) else None
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
    lines: Iterator[tuple[int, Sequence[str | None]]], told: Progress
) -> Iterator[tuple[int, Sequence[str | None]]]:
    for line in lines:
        told("read", line[0], 0)
        yield line


def _within(source: Path, table: str) -> Path | None:
    return next((path for kind in ("csv", "xlsx") if (path := source / f"{table}.{kind}").exists()), None)


def _begins(path: Path) -> bool:
    """Whether it is a workbook."""
    try:
        with path.open("rb") as file:
            return is_workbook(path, file.read(8))
    except OSError as problem:
        raise NoTables(f"{path} cannot be read: {problem.strerror}.") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise NoTables(f"{path} cannot be read: {problem.strerror}.") from None


def _report(path: Path) -> TextIO:
    """Opened before anything is done; with the mark by which spreadsheets know UTF-8."""
    try:
        return path.open("w", encoding="utf-8-sig", newline="")
    except OSError as problem:
        raise NoReport(f"{path} cannot be written: {problem.strerror}.") from None


def _tell(report: ImportReport, tables: Tables, out: TextIO | None, *, dry_run: bool) -> int:
    problems = sorted([*tables.problems, *report.problems], key=lambda each: (each.table, each.line))
    for each in problems:
        name = tables.names.get(each.table, each.table)
        print(f"{name} line {each.line}, {each.what}: {_why(each)}", file=sys.stderr)
    if out:
        rows = csv.writer(out)
        rows.writerow(("table", "line", "what", "why"))
        rows.writerows((each.table, each.line, _harmless(each.what), _harmless(_why(each))) for each in problems)
    would = "would be " if dry_run else ""
    if report.unused:
        print(f"columns that are not used: {', '.join(report.unused)}", file=sys.stderr)
    if report.top:
        print(f"{report.top!r} is taken for the company itself; --top NAME says what else is", file=sys.stderr)
    if report.made:
        print(f"departments that {would or 'were '}made for members: {_some(report.made)}")
    if report.deleted:
        print(f"departments that {would or 'were '}deleted, as nobody is in them now: {_some(report.deleted.values())}")
    print(
        f"departments: {report.departments_added} {would}added, {report.departments_changed} {would}changed; "
        f"members: {report.members_added} {would}added, {report.members_changed} {would}changed; "
        f"tags: {report.tags_added} {would}added; {_count(problems)}"
    )
    return 2 if problems else 0


def _some(names: Iterable[str]) -> str:
    given = list(names)
    more = f" and {len(given) - MOST_NAMED} more" if len(given) > MOST_NAMED else ""
    return f"{', '.join(given[:MOST_NAMED])}{more}"


def _why(problem: ImportProblem) -> str:
    return f"the line went in, but not this: {problem.message}" if problem.partly else problem.message


def _count(problems: list[ImportProblem]) -> str:
    out = {(each.table, each.line) for each in problems if not each.partly}
    partly = {(each.table, each.line) for each in problems} - out
    return f"{len(out)} lines left out" + (f", {len(partly)} not wholly in" if partly else "")


def _harmless(text: str) -> str:
    """Whatever a spreadsheet would take for a formula is text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text

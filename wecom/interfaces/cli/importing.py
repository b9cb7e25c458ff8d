"""`wecom import`: departments, members and tags from CSV files, as spreadsheets write them."""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import DepartmentRow, ImportProblem, ImportReport, MemberRow, TagRow
from wecom.foundation.db import Pool, transaction
from wecom.foundation.errors import Invalid, Missing
from wecom.settings import Settings

from .reach import with_database


class NoTables(Missing):
    """There is no such file, and no departments.csv, members.csv or tags.csv in a directory of that name."""


class NotText(Invalid):
    """The table is not text in UTF-8: save it again, as CSV in UTF-8."""


@dataclass
class Tables:
    """What the files say, and the lines of them that cannot be read."""

    departments: list[DepartmentRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    tags: list[TagRow] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=Path, nargs="?", help="members.csv, or a directory with departments.csv, members.csv, tags.csv"
    )
    parser.add_argument("--departments", type=Path, metavar="CSV", help="columns: id, name, parentid, order, name_en")
    parser.add_argument("--tags", type=Path, metavar="CSV", help="columns: id, name, userids, partyids")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def run(arguments: argparse.Namespace) -> int:
    """Import; 0 if all went in, 2 if some lines were left out."""
    tables = read(arguments.source, arguments.departments, arguments.tags)

    async def step(pool: Pool, settings: Settings) -> int:
        async with transaction(pool) as tx:
            report = await lifecycle.import_company(
                tx,
                SYSTEM,
                departments=tables.departments,
                members=tables.members,
                tags=tables.tags,
                dry_run=arguments.dry_run,
            )
        return _tell(report, tables.problems, dry_run=arguments.dry_run)

    return with_database(arguments, step)


def read(source: Path | None, departments: Path | None, tags: Path | None) -> Tables:
    """The tables that are named, or that lie in a directory."""
    members = source
    if source and source.is_dir():
        members = _if_there(source / "members.csv")
        departments = departments or _if_there(source / "departments.csv")
        tags = tags or _if_there(source / "tags.csv")
    tables, problems = Tables(), Tables().problems
    if not (members or departments or tags):
        raise NoTables
    if departments:
        tables.departments, problems = directory.read_departments(_text(departments))
        tables.problems += problems
    if members:
        tables.members, problems = directory.read_members(_text(members))
        tables.problems += problems
    if tags:
        tables.tags, problems = directory.read_tags(_text(tags))
        tables.problems += problems
    return tables


def _if_there(path: Path) -> Path | None:
    return path if path.exists() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise NotText(f"{path} is not text in UTF-8: save it again, as CSV in UTF-8.") from None
    except OSError as problem:
        raise NoTables(f"{path} cannot be read: {problem.strerror}.") from None


def _tell(report: ImportReport, unreadable: list[ImportProblem], *, dry_run: bool) -> int:
    problems = [*unreadable, *report.problems]
    for each in problems:
        print(f"{each.table}.csv line {each.line}, {each.what}: {each.message}", file=sys.stderr)
    would = "would be " if dry_run else ""
    print(
        f"departments: {report.departments_added} {would}added, {report.departments_changed} {would}changed; "
        f"members: {report.members_added} {would}added, {report.members_changed} {would}changed; "
        f"tags: {report.tags_added} {would}added; {len(problems)} lines left out"
    )
    return 2 if problems else 0

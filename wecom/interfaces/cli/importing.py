"""`wecom import`: departments, members and tags from CSV files and workbooks, as spreadsheets write them."""

import argparse
import csv
import gc
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import ImportProblem, ImportReport
from wecom.features.rosters import Tables, harmless, read
from wecom.foundation.db import Pool, transaction
from wecom.foundation.errors import Missing
from wecom.settings import Settings

from .progress import Progress
from .reach import with_database

MOST_NAMED = 20
"""Departments that are named before it is only said how many there are."""


class NoReport(Missing):
    """The report cannot be written: name another file."""


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
        rows.writerows((each.table, each.line, harmless(each.what), harmless(_why(each))) for each in problems)
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

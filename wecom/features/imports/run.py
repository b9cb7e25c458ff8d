"""Doing an import: read the table, bring the company to it, and write down what became of each line, in one commit."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation import blobs
from wecom.foundation.blobs import Store
from wecom.foundation.db import ConnectionLost, Pool, Tx, transaction
from wecom.foundation.errors import WecomError
from wecom.foundation.jobs import enqueue

from .. import directory, joining, lifecycle
from ..directory import Department, DepartmentRow, ImportProblem, ImportReport, MemberRow
from ..directory.refusals import DirectoryBusy, InvalidTable, NotATree
from . import queries
from .model import Import, ImportFailed, Line

OWNER = "import"
PIECE = 1 << 20
SEEN_EVERY = 1.0
LEASE = timedelta(minutes=1)
ATTEMPTS = 5
SHARES = {"leaving": (15, 20), "looked at": (35, 20), "written": (55, 40)}
"""Where a stage begins, in percent, and how much of the whole it is."""


class RunImport(BaseModel):
    """Do an import that was asked for."""

    import_id: int


class Far:
    """How far an import is."""

    def __init__(self) -> None:
        self.percentage = 0
        self.total = 0

    def told(self, what: str, done: int, of: int) -> None:
        start, share = SHARES[what]
        self.percentage = max(self.percentage, start + share * done // max(of, 1))


async def run(pool: Pool, store: Store, id: int) -> None:
    """Do it, unless it is done. Whoever is told to do what another does comes back when that one may have died."""
    found = await queries.start_import(pool, id)
    if found is None:
        return
    far = Far()
    seeing = asyncio.create_task(_see(pool, id, far))
    try:
        data = await _table(store, await blobs.held_by(pool, OWNER, str(id)))
        tables = await asyncio.to_thread(_read, found, data)
        far.percentage, far.total = 15, len(tables[0]) + len(tables[1])
        async with transaction(pool) as tx:
            if not await queries.own_import(tx, id):
                await enqueue(tx, RunImport(import_id=id), after=LEASE)
                return
            lines = await _bring(tx, found, *tables, far)
            if not await queries.end_import(tx, id, lines, far.total):
                raise ImportFailed  # somebody gave it up meanwhile and said that nothing was done
            await blobs.release(tx, OWNER, str(id))
    except DirectoryBusy as busy:
        async with transaction(pool) as tx:
            await enqueue(tx, RunImport(import_id=id), after=timedelta(seconds=busy.retry_after or 0))
    except WecomError as refusal:
        await end(pool, id, refusal, far.total)
    except Exception:
        if await queries.count_failure(pool, id) >= ATTEMPTS:
            await end(pool, id, ImportFailed(), far.total)
        raise
    finally:
        seeing.cancel()
        await asyncio.wait([seeing])


async def end(pool: Pool, id: int, refusal: WecomError, total: int = 0) -> None:
    """Say that nothing was done, and why."""
    async with transaction(pool) as tx:
        await queries.end_import(tx, id, [], total, type(refusal).__name__, str(refusal))
        await blobs.release(tx, OWNER, str(id))


async def _see(pool: Pool, id: int, far: Far) -> None:
    while True:
        await asyncio.sleep(SEEN_EVERY)
        with suppress(*ConnectionLost):
            await queries.see_import(pool, id, far.percentage, far.total)


async def _table(store: Store, hash: bytes | None) -> bytes:
    data = bytearray()
    while hash is not None and (piece := await store.read(hash, len(data), PIECE)):
        data += piece
    if not data:
        raise ImportFailed
    return bytes(data)


def _read(found: Import, data: bytes) -> tuple[list[Any], list[ImportProblem]]:
    """The rows, and the lines that cannot be read; for a thread."""
    if found.kind == "replace_departments":
        departments, problems = directory.read_departments(directory.decoded(data, "departments"))
        if problems:
            raise NotATree(f"Line {problems[0].line}: {problems[0].message}", line=problems[0].line)
        directory.check_tree(departments)
        return departments, []
    whole = found.kind == "replace_members"
    members, problems = directory.read_members(directory.decoded(data, "members"), blank_clears=whole)
    if not members and not problems:
        raise InvalidTable
    directory.check_members(members, [each.what for each in problems], whole=whole)
    return members, problems


async def _bring(tx: Tx, found: Import, rows: list[Any], problems: list[ImportProblem], far: Far) -> list[Line]:
    match found.kind:
        case "replace_departments":
            return await _bring_departments(tx, found, rows)
        case "replace_members":
            unread = [each.what for each in problems]
            report = await lifecycle.replace_members(
                tx, found.app_id, rows, unread, from_address=found.address, told=far.told
            )
        case "change_members":
            report = await lifecycle.import_company(
                tx, found.app_id, members=rows, from_address=found.address, assign_unknown=True, told=far.told
            )
    if found.invites:
        await joining.note_wishes(tx, found.app_id, report.added, address=found.address)
    return list(_member_lines(rows, [*problems, *report.problems], report))


def _member_lines(rows: list[MemberRow], problems: list[ImportProblem], report: ImportReport) -> Iterator[Line]:
    """In the table's order; of several problems with one line, the first. Then whom the table left out."""
    first: dict[int, ImportProblem] = {}
    lacks: dict[int, list[str]] = {}
    for each in problems:
        if each.table == "members" and each.line:
            if each.partly:
                lacks.setdefault(each.line, []).append(f"{each.what}: {each.message}")
            else:
                first.setdefault(each.line, each)
    said = {row.line: row.userid for row in rows} | {line: each.what for line, each in first.items()}
    named = {row.line: row.userid for row in rows}
    for line in sorted(said):
        what = named.get(line, said[line])
        if problem := first.get(line):
            yield Line(what, problem.refusal.__name__, problem.message)
        else:
            yield Line(what, message=f"ok, but {'; '.join(lacks[line])}" if line in lacks else "")
    for userid in report.left.values():
        yield Line(userid, message="deleted")
    for each in problems:
        if each.table == "members" and not each.line:
            yield Line(each.what, each.refusal.__name__, each.message)
    yield from _deleted(report.deleted)


async def _bring_departments(tx: Tx, found: Import, rows: list[DepartmentRow]) -> list[Line]:
    done = await directory.replace_departments(tx, found.app_id, rows, from_address=found.address)
    problems = {each.what: each for each in done.report.problems}
    lines = []
    for row in rows:
        if problem := problems.get(str(row.id)):
            lines.append(Line(str(row.id), problem.refusal.__name__, problem.message))
        else:
            lines.append(Line(str(row.id), done=_done(done.before.get(row.id), done.after[row.id])))
    lines += _deleted(done.emptied.gone)
    return lines + [Line(str(id), type(error).__name__, str(error)) for id, error in done.emptied.kept]


def _deleted(departments: Iterable[int]) -> list[Line]:
    return [Line(str(id), message="deleted", done=Line.DELETED) for id in departments]


def _done(before: Department | None, after: Department) -> int:
    if before is None:
        return 1
    renamed, moved = before.name != after.name, before.parent_id != after.parent_id
    return 2 * renamed | 4 * moved | 8 * (before.sort_order != after.sort_order)

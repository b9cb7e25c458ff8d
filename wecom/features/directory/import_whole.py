"""Tables that say all there is: whom they leave out works here no more, and what they leave out is deleted.

A table that names too few is taken for one that was cut short: nothing is done then. Of departments, those count that
hold nobody and so would be deleted at once.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from wecom.foundation.db import Tx

from . import queries, rules
from .import_emptied import Emptied, delete_emptied
from .import_rows import ImportReport, MemberRow
from .import_tree import DepartmentRow
from .importing import import_company
from .model import ROOT, Department
from .refusals import (
    DepartmentTooDeep,
    DuplicateDepartment,
    DuplicateSibling,
    DuplicateUserid,
    InvalidTable,
    InvalidUserid,
    NotATree,
    TooManyWouldGo,
    TooManyWouldLeave,
)
from .rules import DEEPEST
from .turns import own_directory

FEW = 50
MOST_OF_MANY, MOST_OF_FEW = 0.2, 0.8
"""Of all members, how many may leave at once: WeCom's guard."""


@dataclass(slots=True)
class TreeReport:
    """What became of the departments."""

    report: ImportReport
    before: dict[int, Department] = field(default_factory=dict)
    after: dict[int, Department] = field(default_factory=dict)
    emptied: Emptied = field(default_factory=Emptied)


def check_members(rows: Sequence[MemberRow], userids: Sequence[str], *, whole: bool) -> None:
    """Raise what is wrong with a table as a whole. `userids`: of the rows that could not be read."""
    named = Counter(each.lower() for each in (*(row.userid for row in rows), *userids) if each)
    if twice := [userid for userid, count in named.items() if count > 1]:
        raise DuplicateUserid(
            f"The table names {twice[0][:64]!r} more than once: leave one line.", userid=twice[0][:64]
        )
    if whole and not named:
        raise InvalidTable
    if whole:
        for userid, line in [(row.userid, row.line) for row in rows] + [(each, 0) for each in userids]:
            _check_named(userid, line)


def _check_named(userid: str, line: int) -> None:
    """Where a userid cannot be anybody's, it is not known whom the table leaves out."""
    try:
        rules.userid(userid)
    except InvalidUserid:
        where = f"Line {line}" if line else "A line"
        raise InvalidTable(
            f"{where} is about {userid[:64]!a}, which is no userid, so that it is not known who is left out: "
            "correct it.",
            line=line,
        ) from None


async def missing(tx: Tx, userids: Collection[str]) -> tuple[dict[int, str], dict[int, str]]:
    """Whoever works here and is not named, userids by ids; apart from them those who stay because LDAP has them.

    Raises where they are too many to be meant.
    """
    await own_directory(tx)
    here, in_ldap = await queries.everybody(tx), await queries.in_ldap(tx)
    named = {each.lower() for each in userids}
    unnamed = {id: userid for id, userid in here.items() if userid.lower() not in named}
    found = {id: userid for id, userid in unnamed.items() if id not in in_ldap}
    most = len(here) * (MOST_OF_MANY if len(found) > FEW else MOST_OF_FEW)
    if len(found) > most:
        raise TooManyWouldLeave(
            f"{len(found)} of {len(here)} members would leave: complete the table, or let them leave one by one.",
            leaving=len(found),
            members=len(here),
        )
    return found, {id: userid for id, userid in unnamed.items() if id in in_ldap}


def check_tree(rows: Sequence[DepartmentRow]) -> None:
    """Raise where rows are no tree under the root, each department once and each name once under its parent."""
    ids = Counter(row.id for row in rows)
    if twice := [id for id, count in ids.items() if count > 1]:
        raise DuplicateDepartment(f"The table has department {twice[0]} more than once.", department=twice[0])
    names = Counter((row.parent_id, row.name.strip()) for row in rows if row.id != ROOT)
    if same := [name for (_, name), count in names.items() if count > 1]:
        raise DuplicateSibling(f"Two departments under one parent are called {same[0][:64]!r}.", name=same[0][:64])
    parents = {row.id: row.parent_id for row in rows if row.id != ROOT}
    if not parents or 0 in ids or not all(row.name.strip() for row in rows):
        raise NotATree
    depths = {ROOT: 1}
    for id in parents:
        way: dict[int, None] = {}
        at = id
        while at not in depths:
            if at not in parents or at in way:
                raise NotATree(f"Department {id} does not lie under the root: correct its parent.", department=id)
            way[at] = None
            at = parents[at]
        for each in reversed(way):
            depths[each] = depths[parents[each]] + 1
            if depths[each] > DEEPEST:
                raise DepartmentTooDeep(department=each)


async def replace_departments(
    tx: Tx, actor_id: int, rows: Sequence[DepartmentRow], *, from_address: str = ""
) -> TreeReport:
    """Make the tree what the rows say. What they leave out and is empty is deleted; what is not, once it is."""
    check_tree(rows)
    await own_directory(tx)
    before = {each.id: each for each in await queries.all_departments(tx)}
    report = await import_company(tx, actor_id, departments=rows, from_address=from_address)
    after = {each.id: each for each in await queries.all_departments(tx)}
    done = TreeReport(report, before, after)
    named = {row.id for row in rows} | {ROOT}
    await queries.let_go_when_empty(tx, [id for id in after if id not in named], sorted(named))
    going = len(await queries.to_go_when_empty(tx))
    if going > FEW and going > len(before) * MOST_OF_MANY:
        raise TooManyWouldGo(
            f"{going} of {len(before)} departments would be deleted: complete the table, or delete them one by one.",
            going=going,
            departments=len(before),
        )
    done.emptied = await delete_emptied(tx, actor_id, from_address=from_address)
    return done

"""Departments that a table of all departments left out: they go once an import has moved the last one out of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import WecomError

from . import queries
from .import_rows import ImportReport
from .model import Department
from .refusals import DepartmentHasDepartments, DepartmentHasMembers, MaintainedInLdap
from .tree import delete_department


@dataclass(slots=True)
class Emptied:
    """What became of the departments that no table has any more and that hold nobody."""

    gone: dict[int, str] = field(default_factory=dict)
    """The ways to them from the top, by their ids."""
    kept: list[tuple[int, WecomError]] = field(default_factory=list)
    """Those that stay for another reason."""


async def delete_emptied(
    tx: Tx, actor_id: int, *, left: Collection[int] | None = None, from_address: str = ""
) -> Emptied:
    """Delete them. `left`: only those that somebody has left now, and what they lie in."""
    emptied = Emptied()
    if not (going := await queries.to_go_when_empty(tx)):
        return emptied
    tree = {each.id: each for each in await queries.all_departments(tx)}
    among = set(going) if left is None else _ways(tree, left)
    for id in going:
        if id not in among:
            continue
        try:
            await delete_department(tx, actor_id, id, from_address=from_address)
        except (DepartmentHasMembers, DepartmentHasDepartments):
            continue  # its time comes
        except WecomError as error:
            emptied.kept.append((id, error))
        else:
            emptied.gone[id] = way(tree, id)
    if maintained := [id for id, error in emptied.kept if isinstance(error, MaintainedInLdap)]:
        await queries.keep_departments(tx, maintained)
    return emptied


async def would_be_emptied(db: Db, report: ImportReport) -> dict[int, str]:
    """What `delete_emptied` would delete after an import that was only tried."""
    movers = [member.id for member in report.members if (had := report.before.get(member.id)) and had != member]
    if not (going := await queries.to_go_when_empty(db, but_for=movers)):
        return {}
    tree = {each.id: each for each in await queries.all_departments(db)}
    taken = _ways(tree, [id for member in report.members for id in member.department_ids])
    taken |= {id for before, each in report.departments if before is None for id in each.path}
    maintained = (await queries.maintained(db)).departments
    among = _ways(tree, left_by(report)) - taken - set(maintained)
    return {id: way(tree, id) for id in going if id in among}


def left_by(report: ImportReport) -> set[int]:
    """Departments that somebody is in no more."""
    return {
        id
        for member in report.members
        if (had := report.before.get(member.id))
        for id in set(had.department_ids) - set(member.department_ids)
    }


def way(tree: Mapping[int, Department], id: int) -> str:
    return "/".join(tree[each].name for each in tree[id].path[1:])


def _ways(tree: Mapping[int, Department], ids: Collection[int]) -> set[int]:
    return {on_way for id in ids if id in tree for on_way in tree[id].path}

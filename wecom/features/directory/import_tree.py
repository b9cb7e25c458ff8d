"""What becomes of the department tree when a table says how it is to be; pure, so that it can be looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from wecom.foundation.errors import WecomError

from . import rules
from .model import ROOT, Department
from .refusals import (
    DepartmentCycle,
    DepartmentExists,
    DepartmentTooDeep,
    MaintainedInLdap,
    NoSuchParent,
    TooManyInAll,
)


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """What a table says of one department; the root's parent is not looked at."""

    line: int
    id: int
    name: str
    parent_id: int = ROOT
    order: int | None = None
    """None: as it is."""
    name_en: str | None = None


Refused = list[tuple[DepartmentRow, WecomError]]


def plan_departments(
    before: Mapping[int, Department], rows: Sequence[DepartmentRow], maintained: Collection[int] = ()
) -> tuple[dict[int, Department], Refused]:
    """All departments as they will be, and the rows that cannot be used; those `maintained` elsewhere stay."""
    refused: Refused = []
    usable: dict[int, DepartmentRow] = {}
    for row in rows:
        try:
            if row.id in usable:
                raise DepartmentExists
            if row.id != ROOT:
                rules.department_id(row.id)
            name, name_en = rules.department_name(row.name), row.name_en
            name_en = None if name_en is None else rules.department_name_en(name_en)
            rules.order(row.order or 0)
            if row.id in maintained and (row.name, row.parent_id) != (before[row.id].name, before[row.id].parent_id):
                raise MaintainedInLdap
        except WecomError as error:
            refused.append((row, error))
        else:
            usable[row.id] = replace(row, name=name, name_en=name_en)
    while True:
        after = {id: replace(each, leader_ids=()) for id, each in before.items()}
        after |= {id: _department(row, before.get(id)) for id, row in usable.items()}
        problem = _first_problem(after, usable)
        if not problem:
            return {id: replace(each, path=_path(after, id)) for id, each in after.items()}, refused
        id, refusal = problem
        refused.append((usable.pop(id), refusal))


def _department(row: DepartmentRow, before: Department | None) -> Department:
    parent = None if row.id == ROOT else row.parent_id
    had = before or Department(row.id, parent, row.name, "", 0, ())
    order = had.sort_order if row.order is None else row.order
    return Department(row.id, parent, row.name, had.name_en if row.name_en is None else row.name_en, order, had.path)


def _first_problem(
    after: Mapping[int, Department], usable: Mapping[int, DepartmentRow]
) -> tuple[int, WecomError] | None:
    names: dict[tuple[int | None, str], int] = {}
    for each in after.values():
        if each.id not in usable:
            names[each.parent_id, each.name] = each.id
    for id in usable:
        each = after[id]
        if each.parent_id is not None and each.parent_id not in after:
            return id, NoSuchParent(parent=each.parent_id)
        path = _path(after, id)
        if not path or path[0] != ROOT:
            return id, DepartmentCycle()
        if len(path) > rules.DEEPEST:
            return id, DepartmentTooDeep()
        if names.setdefault((each.parent_id, each.name), id) != id:
            return id, DepartmentExists()
    for each in after.values():  # what hangs below a department that moved
        if len(_path(after, each.id)) > rules.DEEPEST:
            moved = [id for id in _path(after, each.id) if id in usable]
            return moved[-1], DepartmentTooDeep()
    if len(after) > rules.MOST_IN_ALL:
        return list(usable)[-1], TooManyInAll()
    return None


def _path(after: Mapping[int, Department], id: int) -> tuple[int, ...]:
    """From the root; empty when there is no way to it."""
    path: list[int] = []
    at: int | None = id
    while at is not None:
        if at in path or at not in after:
            return ()
        path.append(at)
        at = after[at].parent_id
    return tuple(reversed(path))

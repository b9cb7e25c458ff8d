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
        paths = _paths(after)
        problems = _problems(before, after, paths, usable)
        if not problems:
            return {id: replace(each, path=paths[id]) for id, each in after.items()}, refused
        refused += [(usable.pop(id), refusal) for id, refusal in problems]


def _department(row: DepartmentRow, before: Department | None) -> Department:
    parent = None if row.id == ROOT else row.parent_id
    had = before or Department(row.id, parent, row.name, "", 0, ())
    order = had.sort_order if row.order is None else row.order
    return Department(row.id, parent, row.name, had.name_en if row.name_en is None else row.name_en, order, had.path)


def _problems(
    before: Mapping[int, Department],
    after: Mapping[int, Department],
    paths: Mapping[int, tuple[int, ...]],
    usable: Mapping[int, DepartmentRow],
) -> list[tuple[int, WecomError]]:
    """Of one kind, all at once: without these rows, others may come to have some."""
    if orphans := _orphans(before, after, usable):
        return [(id, NoSuchParent(parent=after[id].parent_id)) for id in orphans]
    if cyclic := _one_of_each_cycle(after, paths, usable):
        return [(id, DepartmentCycle()) for id in cyclic]
    if deep := [id for id in usable if len(paths[id]) > rules.DEEPEST]:
        return [(id, DepartmentTooDeep()) for id in deep]
    if same := _namesakes(before, after, usable):
        return [(id, DepartmentExists()) for id in same]
    if movers := {
        [each for each in path if each in usable][-1] for path in paths.values() if len(path) > rules.DEEPEST
    }:
        return [(id, DepartmentTooDeep()) for id in movers if movers.isdisjoint(paths[id][:-1])]
    if (excess := len(after) - rules.MOST_IN_ALL) > 0:
        return [(id, TooManyInAll()) for id in [id for id in usable if id not in before][-excess:]]
    return []


def _orphans(
    before: Mapping[int, Department], after: Mapping[int, Department], usable: Mapping[int, DepartmentRow]
) -> list[int]:
    """Rows whose parent there is not, and those under them: without its row, a new department is not there either."""
    under: dict[int, list[int]] = {}
    for id in usable:
        parent = after[id].parent_id
        if parent is not None:
            under.setdefault(parent, []).append(id)
    found = [id for parent, ids in under.items() if parent not in after for id in ids]
    for id in found:
        if id not in before:
            found += under.get(id, ())
    return found


def _namesakes(
    before: Mapping[int, Department], after: Mapping[int, Department], usable: Mapping[int, DepartmentRow]
) -> list[int]:
    """Rows whose name a sibling has, and those that want what such a one is called now, for it stays so."""
    names = {(each.parent_id, each.name): each.id for each in after.values() if each.id not in usable}
    found = {id: None for id in usable if names.setdefault((after[id].parent_id, after[id].name), id) != id}
    falling = list(found)
    for id in falling:
        if id in before:
            key = before[id].parent_id, before[id].name
            other = names.get(key)
            if other is not None and other in usable and other not in found:
                found[other] = None
                falling.append(other)
            names[key] = id
    return falling


def _one_of_each_cycle(
    after: Mapping[int, Department], paths: Mapping[int, tuple[int, ...]], usable: Mapping[int, DepartmentRow]
) -> list[int]:
    """Of rows that lead to each other, the first: without it, there is a way to the others, or they have no parent."""
    first: list[int] = []
    seen: set[int] = set()
    for id in after:
        way: dict[int, None] = {}
        at: int | None = id if not paths[id] else None
        while at is not None and at not in seen and at not in way:
            way[at] = None
            at = after[at].parent_id
        if at in way:
            cycle = set(list(way)[list(way).index(at) :])
            first.append(next(each for each in usable if each in cycle))
        seen.update(way)
    return first


def _paths(after: Mapping[int, Department]) -> dict[int, tuple[int, ...]]:
    """From the root to each, of a path that is too deep only as much as shows it; empty where there is no way to it."""
    paths: dict[int, tuple[int, ...]] = {ROOT: (ROOT,)}
    for id in after:
        way: dict[int, None] = {}
        at: int | None = id
        while at is not None and at not in paths and at not in way and at in after:
            way[at] = None
            at = after[at].parent_id
        path = paths.get(at, ()) if at is not None and at not in way else ()
        for each in reversed(way):
            path = (*path, each) if 0 < len(path) <= rules.DEEPEST else path
            paths[each] = path
    return paths

"""Which of the departments wanted there can be, and where people are whose department cannot. Pure."""

from dataclasses import dataclass, field, replace

from ..import_tree import DepartmentRow, plan_departments
from ..rules import LARGEST_ID
from .config import LdapConfig
from .model import Current, DepartmentChange, Plan, Problem


@dataclass(slots=True)
class Settled:
    """What is to be done to departments."""

    changes: list[DepartmentChange] = field(default_factory=list)
    rows: list[DepartmentRow] = field(default_factory=list)
    """One for each change, numbered by its place."""
    ids: dict[str, int] = field(default_factory=dict)
    """Departments by units; the nearest above where a unit cannot be one."""
    fresh: list[int] = field(default_factory=list)
    """Ids that only stand for those of departments to come."""
    problems: list[Problem] = field(default_factory=list)

    def numbered(self, numbers: list[int]) -> "Settled":
        """With these ids in place of those of departments to come."""
        new = dict(zip(self.fresh, numbers, strict=True))
        rows = [
            replace(each, id=new.get(each.id, each.id), parent_id=new.get(each.parent_id, each.parent_id))
            for each in self.rows
        ]
        ids = {unit: new.get(id, id) for unit, id in self.ids.items()}
        return replace(self, rows=rows, ids=ids, fresh=numbers)


def settle(plan: Plan, current: Current, config: LdapConfig) -> Settled:
    under = config.departments.under
    free = (id for id in range(LARGEST_ID, 1, -1) if id not in current.departments)
    ids = dict(current.linked_departments)
    ids |= {each.unit.id: next(free) if each.id is None else each.id for each in plan.departments}
    rows = []
    for number, each in enumerate(plan.departments):
        order, name_en = (each.before.sort_order, each.before.name_en) if each.before else (0, "")
        parent = ids[each.unit.parent] if each.unit.parent else under
        rows.append(DepartmentRow(number, ids[each.unit.id], each.unit.name, parent, order, name_en))
    settled = Settled(ids=ids)
    refused = {row.line: error for row, error in plan_departments(current.departments, rows)[1]}
    for row, change in zip(rows, plan.departments, strict=True):
        if error := refused.get(row.line):
            settled.problems.append(Problem("department", change.unit.name, str(error)))
            if change.id is None:
                ids[change.unit.id] = ids[change.unit.parent] if change.unit.parent else under
        else:
            settled.rows.append(replace(row, line=len(settled.changes)))
            settled.changes.append(change)
            settled.fresh += [row.id] if change.id is None else []
    return settled

"""Which departments a table of members means: by the way to them from the top, or by ids that nobody knows yet.

Pure. What is missing on a way is to be added; departments of unknown ids, where the caller wants that, wait to be told
what they are under 其他（待设置部门）, as WeCom has it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wecom.foundation.errors import WecomError

from . import rules
from .import_rows import MemberRow
from .import_tree import DepartmentRow, plan_departments
from .model import ROOT, Department, Member, Place
from .refusals import DepartmentTooDeep, NoSuchParent
from .tree import UNASSIGNED


@dataclass
class Placed:
    """Rows whose departments have ids, what must be added for it, and the rows whose departments cannot be."""

    members: list[MemberRow] = field(default_factory=list)
    departments: list[DepartmentRow] = field(default_factory=list)
    refused: list[tuple[MemberRow, WecomError]] = field(default_factory=list)
    top: str = ""
    """What was taken for the company itself without anybody saying so."""


def place(
    tree: Mapping[int, Department], rows: Sequence[MemberRow], *, assign_unknown: bool = False, top: str = ""
) -> Placed:
    """`top`: what the table calls the company, where that is not the root department's name."""
    placed = Placed(top="" if top else _common_top(tree, rows))
    ways = _Ways(tree, top or placed.top)
    for row in rows:
        try:
            placed.members.append(_placed(row, ways))
        except WecomError as error:
            placed.refused.append((row, error))
    if assign_unknown:
        said = {place.department_id: row.line for row in placed.members for place in row.fields.get("departments", ())}
        unknown = {id: line for id, line in said.items() if id not in ways.known and 1 < id <= rules.LARGEST_ID}
        if unknown:
            waiting = ways.find((UNASSIGNED,), min(unknown.values()))
            ways.added += [DepartmentRow(line, id, str(id), waiting) for id, line in unknown.items()]
    placed.departments = ways.added
    return placed


@dataclass(frozen=True)
class Ground:
    """All departments with those to be added, and of those that cannot be, why."""

    tree: Mapping[int, Department]
    lost: Mapping[int, WecomError] = field(default_factory=dict)


def grown(tree: Mapping[int, Department], rows: Sequence[DepartmentRow], maintained: Collection[int]) -> Ground:
    """`rows`: those under others after these."""
    after, refused = plan_departments(tree, rows, maintained)
    lost = {row.id: error for row, error in refused}
    for row in rows:
        if isinstance(lost.get(row.id), NoSuchParent):
            lost[row.id] = lost.get(row.parent_id, lost[row.id])  # what is wrong is wrong with the one above
    return Ground(after, lost)


def inhabited(
    before: Mapping[int, Department], after: Mapping[int, Department], members: Iterable[Member]
) -> dict[int, Department]:
    """Without the new departments that nobody is in: a row that is left out makes none."""
    needed = {on_way for member in members for id in member.department_ids for on_way in after[id].path}
    return {id: each for id, each in after.items() if id in before or id in needed}


def _placed(row: MemberRow, ways: "_Ways") -> MemberRow:
    fields = dict(row.fields)
    if row.spots:
        ids = [each.at if isinstance(each.at, int) else ways.find(_way(each.at), row.line) for each in row.spots]
        fields["departments"] = [Place(id, each.order, each.leads) for id, each in zip(ids, row.spots, strict=True)]
    if row.main is not None:
        fields["main_department_id"] = row.main if isinstance(row.main, int) else ways.find(_way(row.main), row.line)
    return replace(row, fields=fields, spots=(), main=None)


def _way(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.strip("/").split("/"))


def _common_top(tree: Mapping[int, Department], rows: Sequence[MemberRow]) -> str:
    """What every way begins with, where some go on from there: a company of another name than here."""
    ways = {_way(each.at) for row in rows for each in row.spots if isinstance(each.at, str)}
    tops = {way[0] for way in ways}
    under_root = {each.name for each in tree.values() if each.parent_id == ROOT}
    if len(tops) == 1 and not tops & under_root and len(ways) > 1:
        return tops.pop()
    return ""


class _Ways:
    """The ways that there are, and those to come."""

    def __init__(self, tree: Mapping[int, Department], top: str) -> None:
        self.known = set(tree)
        self.added: list[DepartmentRow] = []
        self._tops = {tree[ROOT].name, top} - {""}
        self._named = {(each.parent_id, each.name): each.id for each in tree.values()}
        self._free = self._unused()

    def find(self, way: tuple[str, ...], line: int) -> int:
        """The department at the end of a way; what is missing on it is added."""
        at = ROOT
        names = way[1:] if way[0] in self._tops and (ROOT, way[0]) not in self._named else way
        if len(names) >= rules.DEEPEST:
            raise DepartmentTooDeep
        for name in [rules.department_name(each) for each in names]:
            key = at, name
            if key not in self._named:
                self._named[key] = id = next(self._free)
                self.known.add(id)
                self.added.append(DepartmentRow(line, id, name, at))
            at = self._named[key]
        return at

    def _unused(self) -> Iterator[int]:
        above = max(self.known) + 1
        numbers = range(above, rules.LARGEST_ID + 1) if above < rules.LARGEST_ID // 2 else range(2, above)
        return (id for id in numbers if id not in self.known)

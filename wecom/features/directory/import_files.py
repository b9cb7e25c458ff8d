"""Reading departments, members and tags from tables, as spreadsheets write them.

The order of columns is free, and a column that is not there is not said. Nor is a cell that is empty, unless the table
is to be taken at its word (`blank_clears`). Lists are separated by `;`. Departments are named by their ids, or by the
way to them from the top, as `总公司/技术部`. What cannot be read is a problem with its line, as the import's own are.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from wecom.foundation.errors import Invalid, WecomError

from .import_cells import ERRORS, Cells, Sheet, Table, UnreadableTable, headed, sheet
from .import_rows import ImportProblem, MemberRow, Spot, TagRow
from .import_tree import DepartmentRow
from .model import Place
from .refusals import InvalidGender, InvalidPlaces

__all__ = ["UnreadableTable", "read_departments", "read_members", "read_tags"]

PLAIN = (
    "name",
    "alias",
    "english_name",
    "mobile",
    "telephone",
    "email",
    "biz_mail",
    "position",
    "address",
    "external_position",
)
GENDERS = {"男": 1, "女": 2, "male": 1, "female": 2, "m": 1, "f": 2, "未定义": 0, "未知": 0, "0": 0, "1": 1, "2": 2}
CLAIMS = {
    **dict.fromkeys(("1", "是", "yes", "true", "y"), True),
    **dict.fromkeys(("0", "否", "no", "false", "n"), False),
}
ENABLED = {"启用": True, "正常": True, "未禁用": True, "禁用": False, "已禁用": False}
"""What says whether somebody is enabled, in whichever column."""
LONGEST_TOLD = 100
"""Letters of what a line is about that are told: more than any userid has, so that none is made by cutting."""


class FormulaFailed(Invalid):
    """A formula of the table failed: mend it there."""


class NotYesOrNo(Invalid):
    """What is so or not so is written as 1 or 0."""


class NotANumber(Invalid):
    """This is to be a number: write digits only."""


Row = TypeVar("Row")
Numbered = tuple[int, Cells]


def read_departments(table: str | Sheet) -> tuple[list[DepartmentRow], list[ImportProblem]]:
    """Columns: name, id, parentid, order, name_en."""
    return _read("departments", _table("departments", table, "id", "name").lines, "id", _department_row)


def read_members(table: str | Sheet, *, blank_clears: bool = False) -> tuple[list[MemberRow], list[ImportProblem]]:
    """Columns: userid, name, alias, english_name, position, departments, order, is_leader, main_department,
    direct_leader, gender, mobile, telephone, email, biz_mail, address, external_position, tags, enabled or
    disabled; what else there is, is for extended attributes."""
    read = _table("members", table, "userid")

    def row(line: int, cells: Cells) -> MemberRow:
        return _member_row(line, cells if blank_clears else {name: cell for name, cell in cells.items() if cell}, read)

    return _read("members", read.lines, "userid", row)


def read_tags(table: str | Sheet) -> tuple[list[TagRow], list[ImportProblem]]:
    """Columns: id, name, userids, partyids."""
    return _read("tags", _table("tags", table, "name").lines, "name", _tag_row)


def _table(kind: str, table: str | Sheet, *needed: str) -> Table:
    return headed(kind, sheet(table, kind) if isinstance(table, str) else table, needed)


def _read(
    table: str, lines: Iterator[Numbered], key: str, row_of: Callable[[int, Cells], Row]
) -> tuple[list[Row], list[ImportProblem]]:
    rows: list[Row] = []
    problems: list[ImportProblem] = []
    for line, cells in lines:
        try:
            if failed := next((name for name, cell in cells.items() if cell in ERRORS), None):
                said = f"{failed} is {cells[failed]}, which stands where a formula failed: mend it there."
                raise FormulaFailed(said, column=failed)
            rows.append(row_of(line, cells))
        except WecomError as error:
            what, column = cells.get(key, "")[:LONGEST_TOLD], str(error.facts.get("column", ""))
            problems.append(ImportProblem(table, line, what, str(error), type(error), column=column))
    return rows, problems


def _department_row(line: int, cells: Cells) -> DepartmentRow:
    return DepartmentRow(
        line,
        _number(cells, "id", 0),
        cells.get("name", ""),
        _number(cells, "parentid", 1),
        _number(cells, "order", 0) or None,
        cells.get("name_en") or None,
    )


def _member_row(line: int, cells: Cells, table: Table) -> MemberRow:
    fields: dict[str, Any] = {name: cells[name] for name in PLAIN if name in cells}
    if "gender" in cells:
        fields["gender"] = _gender(cells["gender"])
    for name, meant in (("enabled", True), ("disabled", False)):
        if text := cells.get(name):
            fields["enabled"] = ENABLED[text] if text in ENABLED else _claim(name, text) is meant
    spots = _spots(cells)
    if spots and all(isinstance(each.at, int) for each in spots):
        fields["departments"] = [Place(int(each.at), each.order, each.leads) for each in spots]
        spots = ()
    main: int | str | None = None
    if cells.get("main_department"):
        main = _at(cells["main_department"])
        if isinstance(main, int):
            fields["main_department_id"], main = main, None
    return MemberRow(
        line,
        cells.get("userid", ""),
        fields,
        tuple(_parts(cells, "direct_leader")) if "direct_leader" in cells else None,
        tuple(_parts(cells, "tags")),
        spots=spots,
        main=main,
        extra={name: cells[name] for name in table.extra if name in cells},
    )


def _spots(cells: Cells) -> tuple[Spot, ...]:
    parts = _parts(cells, "departments")
    orders = _numbers(cells, "order")
    leads = [_claim("is_leader", part) for part in _parts(cells, "is_leader")]
    if not any(orders):
        orders = [0] * len(parts)
    if not any(leads):
        leads = [False] * len(parts)
    if parts and not len(parts) == len(orders) == len(leads):
        raise InvalidPlaces
    return tuple(Spot(_at(part), order, leader) for part, order, leader in zip(parts, orders, leads, strict=False))


def _at(text: str) -> int | str:
    """A department: its id, or the way to it."""
    return _number({"departments": text}, "departments", 0) if text.isascii() and text.isdigit() else text


def _tag_row(line: int, cells: Cells) -> TagRow:
    id = _number(cells, "id", 0) if cells.get("id") else None
    name = cells.get("name", "")
    return TagRow(line, name, id, tuple(_parts(cells, "userids")), tuple(_numbers(cells, "partyids")))


def _parts(cells: Cells, name: str) -> list[str]:
    return [part.strip() for part in cells.get(name, "").replace("；", ";").split(";") if part.strip()]


def _gender(text: str) -> int:
    if (found := GENDERS.get(text.lower())) is None and text:
        raise InvalidGender
    return found or 0


def _claim(name: str, text: str) -> bool:
    if (found := CLAIMS.get(text.lower())) is None:
        raise NotYesOrNo(f"{name} is {text[:32]!r}: write 1 or 0.", column=name)
    return found


def _number(cells: Cells, name: str, otherwise: int) -> int:
    text = cells.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotANumber(f"{name} is {text[:32]!r}: write a number.", column=name)
    return int(text)


def _numbers(cells: Cells, name: str) -> list[int]:
    return [_number({name: part}, name, 0) for part in _parts(cells, name)]

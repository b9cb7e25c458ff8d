"""Reading departments, members and tags from CSV, as spreadsheets write it.

The first line names the columns; their order is free, and a column that is not there is not said.
Lists are separated by `;`. What cannot be read is a problem with its line, as the import's own are.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from wecom.foundation.errors import Invalid, WecomError

from .import_rows import ImportProblem, MemberRow, TagRow
from .import_tree import DepartmentRow
from .model import Place
from .refusals import InvalidPlaces

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
)
Row = TypeVar("Row")
Cells = Mapping[str, str]


class UnreadableTable(Invalid):
    """The table cannot be read: save it as CSV in UTF-8, with the columns' names in its first line."""


def read_departments(text: str) -> tuple[list[DepartmentRow], list[ImportProblem]]:
    """Columns: name, id, parentid, order, name_en."""
    return _read("departments", text, ("id", "name"), _department_row)


def read_members(text: str) -> tuple[list[MemberRow], list[ImportProblem]]:
    """Columns: userid, name, alias, english_name, position, departments, order, is_leader, main_department,
    direct_leader, gender, mobile, telephone, email, biz_mail, address, tags, enabled."""
    return _read("members", text, ("userid",), _member_row)


def read_tags(text: str) -> tuple[list[TagRow], list[ImportProblem]]:
    """Columns: id, name, userids, partyids."""
    return _read("tags", text, ("name",), _tag_row)


def _read(
    table: str, text: str, needed: tuple[str, ...], row_of: Callable[[int, Cells], Row]
) -> tuple[list[Row], list[ImportProblem]]:
    rows: list[Row] = []
    problems: list[ImportProblem] = []
    for line, cells in _lines(table, text, needed):
        try:
            rows.append(row_of(line, cells))
        except WecomError as error:
            problems.append(ImportProblem(table, line, cells.get(needed[0], "")[:64], str(error)))
    return rows, problems


def _lines(table: str, text: str, needed: tuple[str, ...]) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in needed if name not in names]:
            raise UnreadableTable(f"The table of {table} has no column {missing[0]!r}: add it.", table=table)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
    except csv.Error as problem:
        raise UnreadableTable(f"The table of {table}, line {reader.line_num}: {problem}.", table=table) from None


def _department_row(line: int, cells: Cells) -> DepartmentRow:
    return DepartmentRow(
        line,
        _number(cells, "id", 0),
        cells["name"],
        _number(cells, "parentid", 1),
        _number(cells, "order", 0),
        cells.get("name_en", ""),
    )


def _member_row(line: int, cells: Cells) -> MemberRow:
    fields: dict[str, Any] = {name: cells[name] for name in PLAIN if name in cells}
    if "gender" in cells:
        fields["gender"] = _number(cells, "gender", 0)
    if "enabled" in cells:
        fields["enabled"] = bool(_number(cells, "enabled", 1))
    if departments := _numbers(cells, "departments"):
        orders = _numbers(cells, "order") or [0] * len(departments)
        leads = _numbers(cells, "is_leader") or [0] * len(departments)
        if not len(departments) == len(orders) == len(leads):
            raise InvalidPlaces
        fields["departments"] = [
            Place(id, order, bool(leader)) for id, order, leader in zip(departments, orders, leads, strict=True)
        ]
    if cells.get("main_department"):
        fields["main_department_id"] = _number(cells, "main_department", 0)
    leaders = tuple(_parts(cells, "direct_leader")) if "direct_leader" in cells else None
    return MemberRow(line, cells["userid"], fields, leaders, tuple(_parts(cells, "tags")))


def _tag_row(line: int, cells: Cells) -> TagRow:
    id = _number(cells, "id", 0) if cells.get("id") else None
    return TagRow(line, cells["name"], id, tuple(_parts(cells, "userids")), tuple(_numbers(cells, "partyids")))


def _parts(cells: Cells, name: str) -> list[str]:
    return [part.strip() for part in cells.get(name, "").split(";") if part.strip()]


def _number(cells: Cells, name: str, otherwise: int) -> int:
    text = cells.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(f"{name} is {text[:32]!r}: write a number.", column=name)
    return int(text)


def _numbers(cells: Cells, name: str) -> list[int]:
    return [_number({name: part}, name, 0) for part in _parts(cells, name)]

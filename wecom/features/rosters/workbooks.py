"""Tables from workbooks (.xlsx): what a person sees in a cell is what is read, as text.

Read by calamine, which takes a second for what takes openpyxl half a minute, but does not tell how a number is shown.
Where a workbook has a format that shows zeros which are not in the number (0042), openpyxl reads it instead; and where
a formula failed, which calamine takes for an empty cell, or a cell lies so far out that calamine, which keeps every
cell there could be, would need all the memory.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from wecom.foundation.errors import Invalid

from ..directory import ImportProblem

WORKBOOK, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a workbook begins; and an old one, or one that has a password."""

TITLES = {"departments": ("departments", "部门"), "members": ("members", "成员"), "tags": ("tags", "标签")}
LARGEST = 200 << 20
"""Bytes that a workbook may have once it is unpacked."""

MOST_CELLS = 8_000_000
"""Cells of the rectangle around all that is in a sheet, for calamine to read it."""

PIECE = 1 << 20

MOST_DIGITS = 15
"""Spreadsheets keep no more of a number: of a longer one, the rest is zeros."""

AT = re.compile(rb'<(?:\w+:)?(?:row|c)\s(?:[^<>]*?\s)?r="([A-Z]{0,3})([0-9]{1,7})"')
FAILED = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\bt="e"')
PADS = re.compile(rb'formatCode="00+"')
BROKEN = (CalamineError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, EOFError, OSError)


class UnreadableWorkbook(Invalid):
    """The workbook cannot be read: save it again as .xlsx, or as CSV in UTF-8."""


class DigitsLost(Invalid):
    """So long a number loses its last digits in a spreadsheet: format it as text."""


@dataclass
class Workbook:
    """A workbook, and what of its cells cannot be read."""

    path: Path
    called: str = ""
    """What people call it, where that is not its path."""
    problems: list[ImportProblem] = field(default_factory=list)

    def tables(self) -> tuple[str, ...]:
        """The tables that are in it: sheets are known by their titles, and the first is the members' otherwise."""
        titles = {title.strip().lower() for title in self._titles()}
        found = tuple(table for table, names in TITLES.items() if titles.intersection(names))
        return found if "members" in found else (*found, "members")

    def lines(self, table: str) -> Iterator[tuple[int, Sequence[str | None]]]:
        """The lines of a table's sheet; of a table that has no title of its own, the first."""
        titles = self._titles()
        title = next((each for each in titles if each.strip().lower() in TITLES.get(table, ())), titles[0])
        try:
            cells = self._shown(title) if self._pads() or self._is_beyond_calamine() else self._plain(title)
            for line, values in enumerate(cells, 1):
                yield line, [self._text(table, line, place, *each) for place, each in enumerate(values, 1)]
        except BROKEN as problem:
            raise self._unreadable(problem) from None

    def _titles(self) -> list[str]:
        """Of the sheets that are shown."""
        try:
            with zipfile.ZipFile(self.path) as packed:
                if sum(each.file_size for each in packed.infolist()) > LARGEST:
                    raise UnreadableWorkbook(f"{self._name} is too large: save it as CSV in UTF-8.")
            with closing(CalamineWorkbook.from_path(self.path)) as book:
                sheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        except BROKEN as problem:
            raise self._unreadable(problem) from None
        shown = [each.name for each in sheets if each.visible == SheetVisibleEnum.Visible]
        if not shown:
            raise UnreadableWorkbook(f"{self._name} has no sheet.")
        return shown

    def _pads(self) -> bool:
        with zipfile.ZipFile(self.path) as packed:
            styles = "xl/styles.xml"
            return styles in packed.namelist() and PADS.search(packed.read(styles)) is not None

    def _is_beyond_calamine(self) -> bool:
        """Whether a sheet has a failed formula, or a cell so far out that most of the rectangle around all is empty."""
        with zipfile.ZipFile(self.path) as packed:
            return any(_is_odd(packed, part) for part in packed.namelist() if part.startswith("xl/worksheets/"))

    def _plain(self, title: str) -> Iterator[list[tuple[Any, str]]]:
        with closing(CalamineWorkbook.from_path(self.path)) as book:
            for values in book.get_sheet_by_name(title).to_python(skip_empty_area=False):
                yield [(value, "") for value in values]

    def _shown(self, title: str) -> Iterator[list[tuple[Any, str]]]:
        with closing(openpyxl.load_workbook(self.path, read_only=True, data_only=True, keep_links=False)) as book:
            sheet: Any = book[title]
            sheet.reset_dimensions()  # what others write about them is often wrong
            for cells in sheet.iter_rows():
                yield [(each.value, str(each.number_format)) for each in cells]

    def _text(self, table: str, line: int, place: int, value: Any, shown: str) -> str | None:
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            if isinstance(value, float) and not value.is_integer():
                return repr(value)
            digits = str(int(value))
            if len(digits.lstrip("-")) > MOST_DIGITS:
                cell = f"{get_column_letter(place)}{line}"
                self.problems.append(ImportProblem(table, line, cell, str(DigitsLost()), DigitsLost, partly=True))
                return None
            return digits.zfill(len(shown)) if set(shown) == {"0"} else digits
        return _written(value)

    @property
    def _name(self) -> str:
        return self.called or str(self.path)

    def _unreadable(self, problem: Exception) -> UnreadableWorkbook:
        return UnreadableWorkbook(f"{self._name} cannot be read as a workbook: {problem}.")


def is_workbook(called: str, beginning: bytes) -> bool:
    """Whether a file that begins so is one; raises for one that is too old to be read."""
    if beginning.startswith(OLD):
        raise UnreadableWorkbook(f"{called} is an old workbook, or has a password: save it as .xlsx without one.")
    return beginning.startswith(WORKBOOK)


def _is_odd(packed: zipfile.ZipFile, part: str) -> bool:
    """Whether a formula failed in a sheet, or the rectangle around all cells in it has too many."""
    rows = columns = 1
    rest = b""
    with packed.open(part) as file:
        while piece := file.read(PIECE):
            text = rest + piece
            end = text.rfind(b"<")
            text, rest = text[:end], text[end:]
            if FAILED.search(text):
                return True
            for column, row in set(AT.findall(text)):
                rows = max(rows, int(row))
                columns = max(columns, column_index_from_string(column.decode()) if column else 1)
    return rows * columns > MOST_CELLS


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)

"""Tables as workbooks: text is text, and stays so when somebody edits it; numbers can be added up.

All that does not depend on the rows is openpyxl's: of a workbook with one line, the sheet is cut in two, and what lies
between is written here while it comes. So the first bytes are sent at once, and no more than a page is ever in memory.
"""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from .written import FORMULAS, Cell

PACKERS = asyncio.Semaphore(1)
"""A page at a time, of all that are being written: 300,000 rows are some ten seconds of a core."""
SHEET = "xl/worksheets/sheet1.xml"
LONGEST = 32_767
"""Characters of a cell."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML has no way to say."""
QUICK = 1
"""zlib's level: a sheet shrinks to a tenth all the same, in a third of the time."""


async def as_workbook(title: str, pages: AsyncIterator[Sequence[Sequence[Cell]]]) -> AsyncIterator[bytes]:
    """The bytes of a workbook with one sheet."""
    shell = await asyncio.to_thread(_shell, title)
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK) as book:
        for name, content in shell.others.items():
            book.writestr(name, content)
        with book.open(SHEET, "w") as sheet:
            sheet.write(shell.head)
            number = 1
            async for rows in pages:
                async with PACKERS:
                    await asyncio.to_thread(_append, sheet, rows, number, shell.quoted)
                number += len(rows)
                yield sent.taken()
            sheet.write(shell.tail)
    yield sent.taken()


@dataclass(frozen=True, slots=True)
class _Shell:
    """A workbook without its rows."""

    others: dict[str, bytes]
    head: bytes
    tail: bytes
    quoted: str
    """The style of texts that look like formulas."""


class _Sent(io.RawIOBase):
    """Takes what is written, to be sent on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any, /) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _shell(title: str) -> _Shell:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet(title)
    sheet.freeze_panes = "A2"
    cell: Any = WriteOnlyCell(sheet, "=")
    cell.data_type = "s"
    cell.quotePrefix = True
    sheet.append([cell])
    file = io.BytesIO()
    made.save(file)
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    whole = parts.pop(SHEET)
    head, begins, rest = whole.partition(b"<sheetData>")
    row, ends, tail = rest.partition(b"</sheetData>")
    style = re.search(rb' s="(\d+)"', row)
    assert begins and ends and style
    return _Shell(parts, head + begins, ends + tail, style[1].decode())


def _append(sheet: Any, rows: Sequence[Sequence[Cell]], number: int, quoted: str) -> None:
    parts = []
    for n, row in enumerate(rows, number):
        parts.append(f'<row r="{n}">')
        for letter, value in zip(_letters(len(row)), row, strict=True):
            if isinstance(value, str):
                if value:
                    style = f' s="{quoted}"' if value.startswith(FORMULAS) else ""
                    parts.append(f'<c r="{letter}{n}"{style} t="inlineStr"><is>{_text(value)}</is></c>')
            else:
                parts.append(f'<c r="{letter}{n}" t="n"><v>{value}</v></c>')
        parts.append("</row>")
    sheet.write("".join(parts).encode())


def _text(value: str) -> str:
    said = escape(UNWRITABLE.sub("", value)[:LONGEST]).replace("\r", "&#13;")
    return f"<t>{said}</t>" if value == value.strip() else f'<t xml:space="preserve">{said}</t>'


@cache
def _letters(count: int) -> tuple[str, ...]:
    return tuple(get_column_letter(n) for n in range(1, count + 1))

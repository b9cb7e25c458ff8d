"""Tables as workbooks: text is text, and stays so when somebody edits it; numbers can be added up."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, BinaryIO

import openpyxl
from openpyxl.cell import WriteOnlyCell

from wecom.foundation.blobs import Store, full_disk_told

from .written import FORMULAS, Cell

PIECE = 1 << 18
ONE_AT_A_TIME = asyncio.Semaphore(1)
"""For 50,000 people, openpyxl has a core to itself for some ten seconds."""


async def as_workbook(store: Store, title: str, pages: AsyncIterator[Sequence[Sequence[Cell]]]) -> AsyncIterator[bytes]:
    """The bytes of a workbook with one sheet. What openpyxl writes lies in a file meanwhile."""
    with store.scratch() as file:
        async with ONE_AT_A_TIME:
            with full_disk_told():
                await _write(file, title, pages)
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def _write(file: BinaryIO, title: str, pages: AsyncIterator[Sequence[Sequence[Cell]]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    async for rows in pages:
        await asyncio.to_thread(_append, sheet, rows)
    await asyncio.to_thread(book.save, file)


def _append(sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:
    for row in rows:
        sheet.append([_cell(sheet, each) for each in row])


def _cell(sheet: Any, text: Cell) -> Any:
    if not isinstance(text, str):
        return text
    if not text:
        return None
    if not text.startswith(FORMULAS):
        return text
    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell

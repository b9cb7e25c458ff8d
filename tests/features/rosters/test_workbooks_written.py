"""Tables as workbooks: sent while they are made, and read as they were meant."""

import io
from collections.abc import AsyncIterator

import openpyxl

from wecom.features.rosters import as_workbook
from wecom.features.rosters.written import Cell

ODD = ["<&>\"'", " spaces ", "two\r\nlines", "no\x0bway\ufffe", "=1+1", "#N/A", "𠮷🏠", "", "0042", "x" * 40_000]


async def test_a_workbook_is_sent_while_it_is_made_and_says_what_was_meant() -> None:
    made = 0

    async def pages() -> AsyncIterator[list[list[Cell]]]:
        nonlocal made
        for page in ([["head", "number"]], [[each, 1.5] for each in ODD], [["last", 7]]):
            made += 1
            yield page  # type: ignore[misc]

    pieces = as_workbook("days", pages())
    first = await anext(pieces)
    assert made == 1 and first.startswith(b"PK")
    sheet = openpyxl.load_workbook(io.BytesIO(first + b"".join([each async for each in pieces]))).active
    assert (sheet.title, sheet.freeze_panes, sheet.max_row) == ("days", "A2", len(ODD) + 2)
    seen = [cell.value or "" for cell in sheet["A"]]
    assert seen == ["head", *ODD[:3], "noway", *ODD[4:-1], "x" * 32_767, "last"]
    assert {cell.data_type for cell in sheet["A"] if cell.value} == {"s"} and sheet["A6"].quotePrefix
    assert [cell.value for cell in sheet["B"]] == ["number", *[1.5] * len(ODD), 7]

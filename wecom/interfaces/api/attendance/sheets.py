"""Tables that HR brings: read whole, since they are looked at before anything is done by them."""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path

from wecom.features import rosters
from wecom.features.checkins.refusals import SheetTooLong
from wecom.foundation.http import Upload

LARGEST = rosters.LARGEST
MOST_LINES = 5000

Row = tuple[int, Sequence[str | None]]


async def rows_of(file: Upload) -> list[Row]:
    """The lines of a .csv, or of the first sheet of an .xlsx, with their numbers; those that are empty left out."""
    with tempfile.NamedTemporaryFile(prefix="wecom-table-") as kept:
        size = 0
        async for chunk in file.chunks():
            size += len(chunk)
            if size > LARGEST:
                raise rosters.RosterTooLarge(limit=LARGEST)
            kept.write(chunk)
        kept.flush()
        if not size:
            raise rosters.RosterEmpty
        found = await asyncio.to_thread(_read, Path(kept.name), file.name or "table")
    if len(found) > MOST_LINES + 1:
        raise SheetTooLong(limit=MOST_LINES)
    return found


def _read(path: Path, called: str) -> list[Row]:
    lines = rosters.lines_of(path, called)
    filled = ((line, cells) for line, cells in lines if any(cells))
    return list(itertools.islice(filled, MOST_LINES + 2))

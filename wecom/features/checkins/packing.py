"""Days as Postgres reads rows that are copied into it: made by whoever judges, so that who writes only hands them on.

The layout is that of `COPY … WITH (FORMAT binary)`; columns stand in the order of `COLUMNS`.
"""

import struct
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

COLUMNS = (
    "member_id",
    "date",
    "digest",
    "worked",
    "standard",
    "left_late",
    "closed",
    "closes_at",
    "rule_id",
    "kind",
    "wrong",
    "result",
)
BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = struct.pack(">h", -1)
EPOCH = date(2000, 1, 1).toordinal()
EPOCH_SECOND = 946_684_800
TEXT = 25

_HEAD = struct.Struct(">hiqiii16siiiiiiiBiq")
_NUMBER = struct.Struct(">ii")
_NULL = struct.pack(">i", -1)
_LENGTH = struct.Struct(">i")


def packed(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Rows of days, without what comes before and after all of them."""
    parts = []
    for member_id, on, digest, result, rule_id, kind, wrong, worked, standard, left_late, closed, closes in rows:
        written = result.encode()
        parts.append(
            _HEAD.pack(
                len(COLUMNS),
                *(8, member_id),
                *(4, on.toordinal() - EPOCH),
                *(16, digest),
                *(4, worked),
                *(4, standard),
                *(4, left_late),
                *(1, closed),
                *(8, (closes - EPOCH_SECOND) * 1_000_000),
            )
        )
        parts.append(_NULL if rule_id is None else _NUMBER.pack(4, rule_id))
        parts.append(_words(kind, wrong))
        parts.append(_LENGTH.pack(len(written)))
        parts.append(written)
    return b"".join(parts)


@lru_cache(maxsize=4096)
def _words(kind: str, wrong: str) -> bytes:
    """A text, and a list of texts."""
    texts = [each.encode() for each in wrong.split(",")] if wrong else []
    array = struct.pack(">iii", 1 if texts else 0, 0, TEXT)
    if texts:
        array += struct.pack(">ii", len(texts), 1)
    for each in texts:
        array += _LENGTH.pack(len(each)) + each
    named = kind.encode()
    return _LENGTH.pack(len(named)) + named + _LENGTH.pack(len(array)) + array

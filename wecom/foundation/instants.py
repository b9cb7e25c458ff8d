"""Instants as every interface of our own writes them: RFC 3339 in UTC, with six digits of a second and a Z.

One way of writing, so that the same instant is the same text wherever it is met, and texts sort by time. The
database's function `instant` writes them so too, for what is encoded there.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

PATTERN = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"


def written(at: datetime) -> str:
    """2026-01-31T08:15:00.250000Z"""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


Instant = Annotated[
    datetime,
    PlainSerializer(written, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": PATTERN}),
]
"""A time in an answer or an event."""

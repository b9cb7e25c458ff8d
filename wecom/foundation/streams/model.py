"""Events, and slices of a stream as clients get them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

DIRECTORY = 1
"""The id of the directory's stream."""

KINDS: dict[str, type["Event"]] = {}
"""Every kind of event there is, for the house's own tests and the client's."""


class Event(BaseModel):
    """A change, as clients see it. Subclasses set `kind` and forbid stray fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        KINDS[cls.kind] = cls


@dataclass(frozen=True, slots=True)
class Slice:
    """The entries of a stream in `(since, to]` that one viewer may see, as JSON.

    `entries` are the encoded `{seq, kind, body}` objects. `more`: `to` is not the head yet.
    """

    since: int
    to: int
    entries: list[bytes]
    more: bool

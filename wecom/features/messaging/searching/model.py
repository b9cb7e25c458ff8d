"""What is looked for, what is found, and how a search is refused."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wecom.foundation.errors import Busy, Invalid

LONGEST_QUESTION = 200
MOST_HITS = 50
FIRST = datetime(1, 1, 2, tzinfo=UTC)
LAST = datetime(9999, 12, 30, tzinfo=UTC)


class NothingToSearch(Invalid):
    """There is nothing to look for: write a word, a number or a character, or choose a conversation, sender or type."""


class NoSuchPage(Invalid):
    """This cursor is none that a search gave: begin again without one."""


class SearchTooBroad(Busy):
    """This search takes too long: add a word, or choose a conversation, a sender or a time."""


class SearchingTooFast(Busy):
    """You have searched too often within a minute: wait a moment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands among all: newest first is the order of hits, downwards."""

    sent_at: datetime
    conversation_id: int
    seq: int


TOP = Place(LAST, 0, 0)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and where."""

    words: str = ""
    conversation_id: int | None = None
    sender_id: int | None = None
    msgtype: str | None = None
    since: datetime = FIRST
    until: datetime = LAST
    below: Place = TOP
    limit: int = 20

    @property
    def begin(self) -> Place:
        """The first place that is too new."""
        return min(self.below, Place(self.until, 0, 0), key=lambda each: (each.sent_at, each.conversation_id, each.seq))


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found; `highlights` are offsets into `excerpt`, in UTF-16 code units."""

    place: Place
    sender_id: int
    content: dict[str, Any]
    excerpt: str
    highlights: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of hits, newest first, and where the next begins if there is more."""

    hits: list[Hit]
    next: Place | None

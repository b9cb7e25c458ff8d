"""Searching messages."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.accounts import Limiter, Me
from wecom.features.messaging import searching
from wecom.features.messaging.searching import Hit, NoSuchPage, Place, Question
from wecom.foundation.db import Pool
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant
from wecom.settings import Settings

from .messages import Id
from .wire import Text, When

endpoints = Endpoints("/api/search", tag="Search")

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")


class SearchQuery(BaseModel):
    """What is looked for, and where."""

    model_config = ConfigDict(extra="forbid")
    q: Annotated[Text, Field(max_length=searching.LONGEST_QUESTION)] = Field(
        "",
        description="Words, all of which must be there, in any order; the last may be the beginning of one. In quotes: "
        "side by side. May be empty where a conversation, a sender or a type is named.",
    )
    conversation_id: Id | None = Field(None, description="Only in this conversation.")
    sender_id: Id | None = Field(None, description="Only what this actor said.")
    since: When | None = Field(None, description="Only what was said then or later; in any zone.")
    until: When | None = Field(None, description="Only what was said before; in any zone.")
    msgtype: str | None = Field(None, pattern="^[a-z][a-z0-9_]{0,31}$", description="Only messages of this type.")
    cursor: str | None = Field(None, max_length=128, description="The `cursor` of the page before.")
    limit: int = Field(20, ge=1, le=searching.MOST_HITS)


class HitView(BaseModel):
    """A message that was found."""

    conversation_id: int
    seq: int
    sender_id: int
    sent_at: Instant
    content: dict[str, Any]
    excerpt: str = Field(description="At most 160 characters around the first place where it was found.")
    highlights: list[tuple[int, int]] = Field(
        description="What to mark in the excerpt: from and to, in UTF-16 code units, without overlaps."
    )

    @classmethod
    def of(cls, hit: Hit) -> "HitView":
        return cls(
            conversation_id=hit.place.conversation_id,
            seq=hit.place.seq,
            sender_id=hit.sender_id,
            sent_at=hit.place.sent_at,
            content=hit.content,
            excerpt=hit.excerpt,
            highlights=hit.highlights,
        )


class HitsView(BaseModel):
    hits: list[HitView] = Field(description="Newest first.")
    cursor: str | None = Field(description="Gives the next page; null: there is none.")


@endpoints.get("/messages")
async def search_messages(pool: Pool, me: Me, query: SearchQuery, limiter: Limiter, settings: Settings) -> HitsView:
    """Find messages among all that you may see now, newest first. What was just said is found within seconds.

    Case, width and accents make no difference, and other forms of English and German words are found too. Refused as
    NothingToSearch (400) where nothing but punctuation is asked for, SearchingTooFast (429) and SearchTooBroad (429)
    with Retry-After.
    """
    await searching.keep_within(limiter, me.id, settings.search_rate)
    question = Question(
        query.q,
        query.conversation_id,
        query.sender_id,
        query.msgtype,
        query.since or searching.FIRST,
        query.until or searching.LAST,
        _place(query.cursor) if query.cursor is not None else searching.TOP,
        query.limit,
    )
    found = await searching.search(pool, me.id, me.ordinal, question)
    return HitsView(hits=[HitView.of(each) for each in found.hits], cursor=_cursor(found.next) if found.next else None)


def _cursor(place: Place) -> str:
    micros = (place.sent_at - EPOCH) // timedelta(microseconds=1)
    written = f"{micros}.{place.conversation_id}.{place.seq}"
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        written = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        micros, conversation_id, seq = map(int, written.split("."))
        sent_at = EPOCH + timedelta(microseconds=micros)
    except (ValueError, OverflowError, binascii.Error):
        raise NoSuchPage from None
    if not (0 <= conversation_id < 2**62 and 0 <= seq < 2**62):
        raise NoSuchPage
    return Place(sent_at, conversation_id, seq)

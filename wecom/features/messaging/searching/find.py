"""Finding messages: the newest that hold all that was asked for, of those that the member may see now.

Which way is the quickest depends on how much the member sees and how often it is said, which the database reckons
beforehand. What is rare is looked up by its words. What is said often fills the first page from among the newest
messages. Whoever sees little has all of it looked at. Each way finds the same, and asks within its one statement who
may see it.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from wecom.features.accounts import Limiter
from wecom.foundation.db import Pool, TryAgain, Tx, transaction

from . import asking, excerpt, terms
from .asking import Asked
from .model import Hit, Hits, NothingToSearch, Place, Question, SearchingTooFast, SearchTooBroad
from .queries import finding, indexing
from .queries.finding import Asking, Extent, Found

RARE = 2_000
"""Messages that are looked up by their words, whatever else there is: some hundredths of a second."""

TRIED = 6_000
"""How many are looked up at most, before it is believed that they are rare."""

ALL = 1 << 40

LITTLE = 30_000
"""Messages that are looked at one by one in less time than an index may take: a tenth of a second."""

ENOUGH = 2, 16
"""How many times what the first page should take is looked at of the newest, and then: what is said comes in heaps."""

LOOKED_AT = 60_000
"""How many of everybody's newest are gone through, at most."""

LOOKED_AT_BY_MANY = 10_000
"""The same for members of so many conversations that it is not known how much they see."""

SEEN_BY_MANY = 0.25
"""What share of everything they are taken to see."""

PATIENCE = 3_000
"""Milliseconds that each statement may take."""


async def keep_within(limiter: Limiter, member_id: int, rate: int) -> None:
    """Count a search; raises `SearchingTooFast` for more than `rate` in a minute."""
    if (wait := await limiter.allow(f"searches:{member_id}", rate, 60)) is not None:
        raise SearchingTooFast(retry_after=wait)


async def search(pool: Pool, member_id: int, ordinal: int, question: Question) -> Hits:
    """A page of hits, newest first. What is shown of each is made in a thread, once the transaction has ended."""
    needs = asking.needs_of(question.words)
    narrowed = question.conversation_id or question.sender_id or question.msgtype
    if not needs and (question.words.strip() or not narrowed):
        raise NothingToSearch
    async with transaction(pool) as tx:
        stems = await indexing.stems_of(tx, sorted(asking.stemmed(needs)))
        asked = Asked(tuple(needs), {word: frozenset(found) for word, found in stems.items()})
        await finding.keep_short(tx, PATIENCE)
        try:
            found = await _find(tx, member_id, ordinal, question, asked)
        except TryAgain as problem:
            raise SearchTooBroad(retry_after=1) from problem
    more = found[question.limit - 1] if len(found) > question.limit else None
    hits = await _shown(pool, asked, found[: question.limit])
    return Hits(hits, Place(more.sent_at, more.conversation_id, more.seq) if more else None)


async def _find(tx: Tx, member_id: int, ordinal: int, question: Question, asked: Asked) -> list[Found]:
    """One more than the page holds, if there are so many."""
    extent = await finding.extent(tx, member_id, question.conversation_id)
    begin = question.begin

    def put(conversation_ids: Sequence[int] = (), *, app: bool = False) -> Asking:
        return Asking(
            member_id,
            ordinal,
            question.conversation_id,
            asked.query(question, conversation_ids, app=app),
            asked.stretches,
            question.since,
            (begin.sent_at, begin.conversation_id, begin.seq),
            question.limit + 1,
        )

    found: list[Found] = []
    if extent.from_apps > LITTLE:
        found += await finding.app_messages_by_words(tx, put(app=True))
    elif extent.from_apps:
        found += await finding.in_each_app_message(tx, put())
    if extent.talk is None or extent.talk:
        found += await _in_conversations(tx, extent, question, put)
    found.sort(key=lambda each: (each.sent_at, each.conversation_id, each.seq), reverse=True)
    return found[: question.limit + 1]


async def _in_conversations(
    tx: Tx, extent: Extent, question: Question, put: Callable[[Sequence[int]], Asking]
) -> list[Found]:
    if extent.talk is not None and extent.talk <= RARE:
        return await finding.in_each_conversation(tx, put(()))
    narrowed = question.conversation_id is not None
    expected = await finding.expected(tx, put(()).query)
    if extent.total and expected * (1.0 if narrowed or extent.few is None else _share(extent)) <= RARE:
        found, complete = await finding.by_words(tx, put(extent.few or ()), TRIED)
        if complete:
            return found
        expected = max(expected, TRIED)  # words that begin alike are said oftener than they seem to be
    for looked_at in () if narrowed else _looks(extent, expected, question.limit):
        found, complete = await finding.newest_of_all(tx, put(()), looked_at)
        if complete or len(found) > question.limit:
            return found
    if extent.talk is not None and extent.talk <= LITTLE:
        return await finding.in_each_conversation(tx, put(()))
    found, _ = await finding.by_words(tx, put(extent.few or ()), ALL)
    return found


def _looks(extent: Extent, expected: int, limit: int) -> list[int]:
    """So many of everybody's newest messages are looked at, and then so many, if that did not do."""
    most = LOOKED_AT_BY_MANY if extent.talk is None else LOOKED_AT
    little = extent.talk is not None and extent.talk <= LITTLE
    if not extent.total:  # so neither is known how often anything is said
        return [] if little else [most]
    page = (limit + 1) * extent.total / (expected * _share(extent))
    if little and extent.talk is not None and extent.talk <= page * ENOUGH[0]:
        return []
    return sorted({min(int(page * times) + 1, most) for times in ENOUGH})


def _share(extent: Extent) -> float:
    """How much of everything the member sees, about."""
    return SEEN_BY_MANY if extent.talk is None else min(1.0, extent.talk / extent.total)


async def _shown(pool: Pool, asked: Asked, found: Sequence[Found]) -> list[Hit]:
    texts = [terms.written_in(each.content) for each in found]
    words = await asyncio.to_thread(excerpt.forms_in, texts, asked) if asked.stems else set()
    stems = await indexing.stems_of(pool, sorted(words)) if words else {}

    def excerpts() -> list[tuple[str, list[excerpt.Span]]]:
        return [excerpt.excerpt_of(text, asked, stems) for text in texts]

    return [_hit(each, *shown) for each, shown in zip(found, await asyncio.to_thread(excerpts), strict=True)]


def _hit(found: Found, shown: str, highlights: list[Any]) -> Hit:
    place = Place(found.sent_at, found.conversation_id, found.seq)
    return Hit(place, found.sender_id, found.content, shown, highlights)

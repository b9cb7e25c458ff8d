"""Keeping the index: a follower of all streams puts into it what was said; taking back blanks it at once.

Taking a message back commits with a row that says nothing (`blank`). The row's key is what makes this safe beside
the follower, which may have read the message just before: whoever inserts second waits for the first to commit, and
the follower leaves what is there as it is.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.errors import Conflict
from wecom.foundation.streams import follow, forget_follower
from wecom.foundation.streams.queries import Followed

from . import terms
from .queries import indexing

FOLLOWER, REBUILDER = "search", "search.rebuild"
AT_ONCE = 500
CHARACTERS = 100_000
"""Of messages that are read in one transaction, about: while it is open, every other follower waits for it."""
REST = 2
"""Times as long as a batch took is rested after it: who comes behind leaves most of a core to those who talk."""

Keep = Callable[..., Awaitable[None]]


class RebuiltElsewhere(Conflict):
    """Another process makes the index anew now: wait for it."""


async def index_next(pool: Pool) -> bool:
    """Make the next messages findable; whether more wait. Whoever asks again only then, or a while later, lets them
    gather: one by one they cost several times as much."""
    began, more = time.perf_counter(), False

    async def insert(tx: Tx, changes: Sequence[Followed]) -> int:
        nonlocal more
        taken = await _keep(tx, changes, indexing.insert_words)
        more = taken < len(changes) or len(changes) == AT_ONCE
        return taken

    await follow(pool, FOLLOWER, insert, limit=AT_ONCE)
    if more:
        await asyncio.sleep(REST * (time.perf_counter() - began))
    return more


async def rebuild(pool: Pool, progress: Callable[[int], None]) -> None:
    """Put everything into the index anew, from the first message on; `progress` is told how many changes were read.

    Begins where an earlier run was stopped. What is said meanwhile is the follower's, and searches find what
    they found until it is replaced. Raises `RebuiltElsewhere` beside another.
    """
    async with transaction(pool) as tx:
        if not await indexing.is_alone(tx):
            raise RebuiltElsewhere
        while count := await follow(pool, REBUILDER, _replace, limit=AT_ONCE):
            progress(count)
        await forget_follower(tx, REBUILDER)


async def _replace(tx: Tx, changes: Sequence[Followed]) -> int:
    return await _keep(tx, changes, indexing.replace_words)


async def _keep(tx: Tx, changes: Sequence[Followed], keep: Keep) -> int:
    """How many of the changes were read."""
    await indexing.commit_lazily(tx)
    said: list[tuple[Followed, str, str]] = []
    characters = taken = 0
    for each in changes:
        if each.kind == "message.sent" and isinstance(content := each.body["content"], dict):
            text = terms.written_in(content)
            characters += len(text)
            if said and characters > CHARACTERS:
                break
            said.append((each, content["msgtype"], text))
        taken += 1
    if not said:
        return taken
    apps = await indexing.apps_among(tx, sorted({each.stream_id for each, _, _ in said}))
    read = await asyncio.to_thread(lambda: [terms.words_in(text) for _, _, text in said])
    stems = await indexing.stems_of(tx, sorted(set().union(*(terms.stemmable(found) for _, found in read))))
    rows = []
    for (each, msgtype, _), (line, found) in zip(said, read, strict=True):
        app = each.stream_id in apps
        found.update(stem for word in list(found) for stem in stems.get(word, ()))
        found.update(terms.filters(each.stream_id, int(str(each.body["sender_id"])), msgtype, app=app))
        rows.append((each.stream_id, each.seq, app, line, " ".join(found)))
    await keep(tx, *(list(column) for column in zip(*rows, strict=True)))
    return taken

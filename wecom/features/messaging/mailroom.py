"""The mailroom: group commit for ordinary sends, from every way in.

A commit per message is what costs. Drafts that arrive while the previous commit is in flight wait
for it and are committed together; a lone draft does not wait. Each caller gets its own answer or its
own refusal, and a refused draft never fails its neighbours. When the database goes away the batch is
tried again: `client_id` makes that safe even where it is not known whether the commit happened.

No operation may await the mailroom while it holds a transaction; a story that speaks as part of a
larger change calls `post_batch` in its own.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence

from ...foundation.db import ConnectionLost, Pool, UniqueViolation, transaction
from ...foundation.errors import Busy
from ...foundation.http import metrics
from .model import Draft, Posted, TooFast
from .post import Outcome, post_batch

BATCH = 256
MOST_PACES = 20_000
PATIENCE = 20.0
"""Seconds for which a batch is tried again while the database is away."""


class Mailroom:
    """Takes drafts, answers when they are durable."""

    def __init__(self, pool: Pool, *, rate: int = 600) -> None:
        """`rate`: messages that one member may send in a minute, in bursts of as many."""
        self.pool = pool
        self.rate = rate
        self._paces: dict[int, tuple[float, float]] = {}
        self._waiting: list[tuple[Draft, asyncio.Future[Posted]]] = []
        self._clerk: asyncio.Task[None] | None = None

    async def post(self, draft: Draft) -> Posted:
        """Say something; returns once it is committed. Raises why it was refused."""
        return await self.drop(draft)

    def say(self, draft: Draft) -> "asyncio.Future[Posted]":
        """Hand in what a member says. Raises `TooFast` past the member's rate; nothing is said then."""
        now = time.monotonic()
        left, at = self._paces.get(draft.sender_id, (float(self.rate), now))
        left = min(self.rate, left + (now - at) * self.rate / 60)
        if left < 1:
            raise TooFast(retry_after=round((1 - left) * 60 / self.rate, 2))
        if len(self._paces) > MOST_PACES:
            self._paces = {id: pace for id, pace in self._paces.items() if now - pace[1] < 60}
        self._paces[draft.sender_id] = (left - 1, now)
        return self.drop(draft)

    def drop(self, draft: Draft) -> "asyncio.Future[Posted]":
        """Hand in a draft without waiting; the future has its answer or its refusal."""
        answer: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, answer))
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.create_task(self._work())
        return answer

    async def close(self) -> None:
        """Finish what was handed in."""
        if self._clerk:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._clerk), 5)
            self._clerk.cancel()

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            started = time.perf_counter()
            try:
                outcomes = await self._commit([draft for draft, _ in batch])
            except Exception as problem:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(problem)
                continue
            metrics.batches.observe(len(batch))
            metrics.commit_seconds.observe(time.perf_counter() - started)
            metrics.messages.inc(len(batch))
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if answer.done():
                    continue
                if isinstance(outcome, Posted):
                    answer.set_result(outcome)
                else:
                    answer.set_exception(outcome)

    async def _commit(self, drafts: list[Draft]) -> Sequence[Outcome | Exception]:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                async with transaction(self.pool) as tx:
                    return await post_batch(tx, drafts)
            except UniqueViolation:
                # Another process said one of these between our look and our write: look again.
                await asyncio.sleep(0)
            except ConnectionLost as problem:
                if time.monotonic() > end:
                    raise Busy("The server cannot save messages now: try again.", retry_after=2) from problem
                await asyncio.sleep(0.1)
            except Exception:
                if len(drafts) == 1:
                    raise
                return [await self._alone(draft) for draft in drafts]

    async def _alone(self, draft: Draft) -> Outcome | Exception:
        """One draft of a batch that failed as a whole: whichever is at fault fails by itself."""
        try:
            return (await self._commit([draft]))[0]
        except Exception as problem:
            return problem

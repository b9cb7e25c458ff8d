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

from ...foundation.db import ConnectionLost, Pool, Tx, UniqueViolation, one_statement, tell, transaction
from ...foundation.errors import Busy
from ...foundation.http import metrics
from .model import Draft, Posted, TooFast
from .post import Outcome, in_one_statement, post_batch

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
        """Commit what waits; while the database does so, say what was committed before."""
        said: _Batch | None = None
        while self._waiting or said:
            batch, commit = None, None
            if self._waiting:
                waiting, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                batch = _Batch(waiting)
                commit = asyncio.create_task(self._commit(batch))
            if said:
                if commit:
                    # The statement leaves as the loop's turn ends: fanning out comes in the turn after.
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                await said.tell(self.pool)
            if commit:
                await commit
            said = batch

    async def _commit(self, batch: "_Batch") -> None:
        try:
            batch.outcomes = await self._save(batch.drafts, batch)
        except Exception as problem:
            batch.outcomes = [problem] * len(batch.drafts)
        metrics.batches.observe(len(batch.drafts))
        metrics.commit_seconds.observe(time.perf_counter() - batch.started)
        metrics.messages.inc(len(batch.drafts))

    async def _save(self, drafts: list[Draft], batch: "_Batch") -> Sequence[Outcome | Exception]:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if not in_one_statement(drafts):
                    async with transaction(self.pool) as tx:
                        return await post_batch(tx, drafts)
                async with one_statement(self.pool) as tx:
                    outcomes = await post_batch(tx, drafts)
                batch.untold.append(tx)
                return outcomes
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
                return [await self._alone(draft, batch) for draft in drafts]

    async def _alone(self, draft: Draft, batch: "_Batch") -> Outcome | Exception:
        """One draft of a batch that failed as a whole: whichever is at fault fails by itself."""
        try:
            return (await self._save([draft], batch))[0]
        except Exception as problem:
            return problem


class _Batch:
    """Drafts that are committed together, and what became of them."""

    def __init__(self, waiting: "list[tuple[Draft, asyncio.Future[Posted]]]") -> None:
        self.drafts = [draft for draft, _ in waiting]
        self.answers = [answer for _, answer in waiting]
        self.started = time.perf_counter()
        self.outcomes: Sequence[Outcome | Exception] = ()
        self.untold: list[Tx] = []

    async def tell(self, pool: Pool) -> None:
        """Fan it out, and answer."""
        for tx in self.untold:
            await tell(pool, tx)
        for answer, outcome in zip(self.answers, self.outcomes, strict=True):
            if answer.done():
                continue
            if isinstance(outcome, Posted):
                answer.set_result(outcome)
            else:
                answer.set_exception(outcome)

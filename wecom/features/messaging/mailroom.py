"""The mailroom: group commit for ordinary sends, from every way in.

A commit per message is what costs. Drafts that arrive while the previous commit is in flight wait
for it and are committed together; a lone draft does not wait. Each caller gets its own answer or its
own refusal, and a refused draft never fails its neighbours. When the database goes away the batch is
tried again: `client_id` makes that safe even where it is not known whether the commit happened.

A conversation may be locked for long by whoever changes it. The database gives up on a batch that has waited
two seconds (`say` sets its own `lock_timeout`); what is meant for conversations that are locked then waits
apart, in order, until each is free, and everything else goes on.

No operation may await the mailroom while it holds a transaction; a story that speaks as part of a
larger change calls `post_batch` in its own.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from functools import partial

from ...foundation.db import (
    ConnectionLost,
    LockTimeout,
    Pool,
    TryAgain,
    Tx,
    UniqueViolation,
    one_statement,
    tell,
    transaction,
)
from ...foundation.errors import Busy
from ...foundation.http import metrics
from ...foundation.streams import locked_streams
from .model import Draft, Posted
from .pacing import Paces
from .post import Outcome, in_one_statement, post_batch

BATCH = 256
PATIENCE = 20.0
"""Seconds for which a batch is tried again while the database is away, or others lock its conversation."""
LOCKED = "This conversation is being changed: try again."
PAUSE = 0.05
"""Seconds until it is looked again which conversations are still locked."""


class Mailroom:
    """Takes drafts, answers when they are durable."""

    def __init__(self, pool: Pool, *, rate: int = 600) -> None:
        """`rate`: messages that one member may send in a minute, in bursts of as many."""
        self.pool = pool
        self.paces = Paces(rate)
        self._waiting: list[_Letter] = []
        self._clerk: asyncio.Task[None] | None = None
        self._apart: list[_Letter] = []
        self._locked: set[int] = set()
        """Conversations whose drafts wait apart, those being tried included."""
        self._other_clerk: asyncio.Task[None] | None = None
        self.elsewhere: Callable[[Draft], asyncio.Future[Posted] | None] | None = None
        """Where drafts are committed instead, and None where one can't be: another process of this machine."""

    async def post(self, draft: Draft) -> Posted:
        """Say something; returns once it is committed. Raises why it was refused."""
        return await self.drop(draft)

    def say(self, draft: Draft) -> "asyncio.Future[Posted]":
        """Hand in what a member says. Raises `TooFast` past the member's rate; nothing is said then."""
        self.paces.take(draft.sender_id)
        return self.drop(draft)

    def drop(self, draft: Draft) -> "asyncio.Future[Posted]":
        """Hand in a draft without waiting; the future has its answer or its refusal."""
        handed_over = self.elsewhere(draft) if self.elsewhere and not self._busy else None
        return handed_over or self.drop_here(draft)

    def drop_here(self, draft: Draft) -> "asyncio.Future[Posted]":
        """The same, to be committed by this process."""
        answer: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Letter(draft, answer))
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.create_task(self._work())
        return answer

    @property
    def _busy(self) -> bool:
        return bool(self._waiting or self._locked or (self._clerk and not self._clerk.done()))

    async def close(self) -> None:
        """Finish what was handed in."""
        for clerk in (self._clerk, self._other_clerk):
            if clerk:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(clerk), 5)
                clerk.cancel()

    async def _work(self) -> None:
        """Commit what waits; while the database does so, say what was committed before."""
        said: _Batch | None = None
        while self._waiting or said:
            self._hand_over()
            batch, commit = None, None
            if waiting := self._next():
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

    def _hand_over(self) -> None:
        """Everything before is committed: what waits may as well be committed elsewhere, if that is possible again."""
        while self.elsewhere and self._waiting and not self._locked:
            letter = self._waiting[0]
            answer = self.elsewhere(letter.draft)
            if answer is None:
                return
            del self._waiting[0]
            answer.add_done_callback(partial(pass_on, letter.answer))

    def _next(self) -> "list[_Letter]":
        if self._locked:
            self._apart += [each for each in self._waiting if each.draft.conversation_id in self._locked]
            self._waiting = [each for each in self._waiting if each.draft.conversation_id not in self._locked]
        waiting, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        return waiting

    async def _commit(self, batch: "_Batch") -> None:
        """Save a batch, but for what conversations that are locked keep from being saved."""
        try:
            while batch.letters and not batch.outcomes:
                try:
                    batch.outcomes = await self._save(batch.drafts, batch)
                except LockTimeout as problem:
                    if batch.letters[0].until < time.monotonic():
                        raise Busy(LOCKED, retry_after=2) from problem
                    self._put_apart(batch, await locked_streams(self.pool, list(batch.conversations)))
        except Exception as problem:
            batch.outcomes = [problem] * len(batch.letters)
        metrics.batches.observe(len(batch.letters))
        metrics.commit_seconds.observe(time.perf_counter() - batch.started)
        metrics.messages.inc(len(batch.letters))

    def _put_apart(self, batch: "_Batch", locked: set[int]) -> None:
        self._apart[:0] = batch.part_with(locked)
        self._locked |= locked
        if self._other_clerk is None or self._other_clerk.done():
            self._other_clerk = asyncio.create_task(self._work_apart())

    async def _work_apart(self) -> None:
        """Commit what waits for conversations that are locked, each as soon as it is free."""
        while self._apart:
            await asyncio.sleep(PAUSE)
            asked, locked = list(self._locked), set(self._locked)
            with contextlib.suppress(Exception):  # Whatever is wrong, those who wait are refused in time.
                locked = await locked_streams(self.pool, asked)
            now = time.monotonic()
            open = set(asked) - locked
            late = [each for each in self._apart if each.draft.conversation_id not in open and each.until < now]
            free = [each for each in self._apart if each.draft.conversation_id in open][:BATCH]
            gone = {id(each) for each in (*late, *free)}
            self._apart = [each for each in self._apart if id(each) not in gone]
            for each in late:
                each.refuse(Busy(LOCKED, retry_after=2))
            if free:
                await self._commit(batch := _Batch(free))
                await batch.tell(self.pool)
            self._locked = {each.draft.conversation_id for each in self._apart}

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
            except LockTimeout:
                raise
            except (*ConnectionLost, *TryAgain) as problem:
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
        except LockTimeout:
            return Busy(LOCKED, retry_after=2)
        except Exception as problem:
            return problem


def pass_on(to: "asyncio.Future[Posted]", answer: "asyncio.Future[Posted]") -> None:
    """Give an answer to whoever waits for it."""
    if to.done() or answer.cancelled():
        return
    if problem := answer.exception():
        to.set_exception(problem)
    else:
        to.set_result(answer.result())


class _Letter:
    """A draft, and who waits for what becomes of it."""

    __slots__ = ("answer", "draft", "until")

    def __init__(self, draft: Draft, answer: "asyncio.Future[Posted]") -> None:
        self.draft = draft
        self.answer = answer
        self.until = time.monotonic() + PATIENCE

    def refuse(self, why: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(why)


class _Batch:
    """Drafts that are committed together, and what became of them."""

    def __init__(self, letters: list[_Letter]) -> None:
        self.letters = letters
        self.started = time.perf_counter()
        self.outcomes: Sequence[Outcome | Exception] = ()
        self.untold: list[Tx] = []

    @property
    def drafts(self) -> list[Draft]:
        return [each.draft for each in self.letters]

    @property
    def conversations(self) -> set[int]:
        return {each.draft.conversation_id for each in self.letters}

    def part_with(self, conversations: set[int]) -> list[_Letter]:
        """Give back what is for these conversations."""
        parted = [each for each in self.letters if each.draft.conversation_id in conversations]
        self.letters = [each for each in self.letters if each.draft.conversation_id not in conversations]
        return parted

    async def tell(self, pool: Pool) -> None:
        """Fan it out, and answer."""
        for tx in self.untold:
            await tell(pool, tx)
        for letter, outcome in zip(self.letters, self.outcomes, strict=True):
            if not isinstance(outcome, Posted):
                letter.refuse(outcome)
            elif not letter.answer.done():
                letter.answer.set_result(outcome)

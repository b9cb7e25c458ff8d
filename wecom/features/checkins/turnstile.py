"""The turnstile: group commit for punches, from every way in.

At nine o'clock everybody comes at once, and a commit per punch is what would cost. Punches that arrive while the
commit before is in flight wait for it and are committed together; a lone one does not wait. Each gets its own answer or
its own refusal. When the database goes away the batch is tried again: `client_id` makes that safe.

No operation may await the turnstile while it holds a transaction; one that checks somebody in as part of a larger
change calls `punch`.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from wecom.foundation.db import ConnectionLost, Pool, TryAgain, transaction
from wecom.foundation.errors import Busy

from .punching import Answer, Claim, Kept, punch_batch

BATCH = 256
PATIENCE = 20.0
"""Seconds for which a batch is tried again while the database is away."""


class Turnstile:
    """Takes claims, answers when they are durable."""

    def __init__(self, pool: Pool, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.pool = pool
        self.clock = clock
        self._waiting: list[tuple[Claim, asyncio.Future[Kept], datetime]] = []
        self._clerk: asyncio.Task[None] | None = None

    async def punch(self, claim: Claim) -> Kept:
        """Keep a punch; raises why it was refused. When it came is when this was called, however long it waits."""
        answer: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((claim, answer, self.clock()))
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.create_task(self._work())
        return await answer

    async def close(self) -> None:
        """Finish what was handed in."""
        if self._clerk:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._clerk), 5)
            self._clerk.cancel()

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            claims = [claim for claim, _, _ in batch]
            try:
                answers: Sequence[Answer | Exception] = await self._save(claims, [came for _, _, came in batch])
            except Exception as problem:
                answers = [problem] * len(batch)
            for (_, future, _), answer in zip(batch, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Kept):
                    future.set_result(answer)
                else:
                    future.set_exception(answer)

    async def _save(self, claims: list[Claim], came: list[datetime]) -> Sequence[Answer | Exception]:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                async with transaction(self.pool) as tx:
                    return await punch_batch(tx, claims, came)
            except (*ConnectionLost, *TryAgain) as problem:
                if time.monotonic() > end:
                    raise Busy("The server cannot save punches now: try again.", retry_after=2) from problem
                await asyncio.sleep(0.1)
            except Exception:
                if len(claims) == 1:
                    raise
                return [await self._alone(*each) for each in zip(claims, came, strict=True)]

    async def _alone(self, claim: Claim, came: datetime) -> Answer | Exception:
        """One claim of a batch that failed as a whole: whichever is at fault fails by itself."""
        try:
            [answer] = await self._save([claim], [came])
        except Exception as problem:
            return problem
        return answer

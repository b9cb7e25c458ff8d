"""Declaring, enqueueing and running jobs."""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from prometheus_client import Counter
from pydantic import BaseModel

from ..db import Db, Pool, Tx, transaction
from ..errors import Missing
from . import queries

log = logging.getLogger(__name__)

ran = Counter("wecom_jobs_total", "Jobs run: done, to be tried again, or given up.", ["kind", "outcome"])

Args = TypeVar("Args", bound=BaseModel)
Handler = Callable[[Any, Any], Awaitable[None]]
"""`(services, args)`"""


class NoSuchFailedJob(Missing):
    """There is no such job that was given up: it may have been done or deleted since."""


@dataclass(frozen=True, slots=True)
class Kind:
    args: type[BaseModel]
    run: Handler
    attempts: int
    lease: timedelta


KINDS: dict[str, Kind] = {}
SCHEDULES: dict[str, tuple[timedelta, type[BaseModel]]] = {}


def job(
    args: type[BaseModel], *, attempts: int = 8, lease: timedelta = timedelta(minutes=5)
) -> Callable[[Handler], Handler]:
    """Declare how jobs with these arguments run. They may run more than once."""

    def declare(run: Handler) -> Handler:
        KINDS[args.__name__] = Kind(args, run, attempts, lease)
        return run

    return declare


def every(interval: timedelta) -> Callable[[type[BaseModel]], type[BaseModel]]:
    """Declare that a job without arguments is enqueued once per `interval`, by whichever worker is first."""

    def declare(args: type[BaseModel]) -> type[BaseModel]:
        SCHEDULES[args.__name__] = (interval, args)
        return args

    return declare


async def enqueue(tx: Tx, args: BaseModel, *, after: timedelta = timedelta(0), lane: str | None = None) -> None:
    """Run the job of these arguments once this transaction has committed."""
    await queries.insert_job(tx, type(args).__name__, args.model_dump(mode="json"), after, lane)


async def enqueue_once(tx: Tx, args: BaseModel, *, lane: str) -> None:
    """The same, unless one of its kind waits already, which will do."""
    if not await queries.is_waiting(tx, type(args).__name__):
        await enqueue(tx, args, lane=lane)


async def to_be_done(db: Db, args: type[Args]) -> list[Args]:
    """The jobs of these arguments that wait or are under way: not those that were given up."""
    return [args(**each) for each in await queries.to_be_done(db, args.__name__)]


async def work_one(pool: Pool, services: Any) -> bool:
    """Claim and run one due job; false when none is due."""
    claimed = await queries.claim_job(pool, list(KINDS), [kind.lease for kind in KINDS.values()])
    if claimed is None:
        return False
    kind = KINDS[claimed.kind]
    if claimed.attempt > kind.attempts:  # Each attempt ended with its worker: another would end the next one.
        await queries.postpone_job(pool, claimed, kind.attempts, timedelta(0), "no attempt came to an end")
        ran.labels(claimed.kind, "given_up").inc()
        return True
    started = time.perf_counter()
    try:
        await kind.run(services, kind.args(**claimed.args))
    except Exception as problem:
        log.exception("job failed", extra={"job": claimed.kind, "attempt": claimed.attempt})
        await queries.postpone_job(pool, claimed, kind.attempts, _pause(claimed.attempt), repr(problem)[:2000])
        ran.labels(claimed.kind, "given_up" if claimed.attempt >= kind.attempts else "failed").inc()
    else:
        await queries.finish_job(pool, claimed.id, claimed.attempt)
        ran.labels(claimed.kind, "done").inc()
        took = round((time.perf_counter() - started) * 1000, 1)
        log.debug("job done", extra={"job": claimed.kind, "attempt": claimed.attempt, "ms": took})
    return True


async def run_due_schedules(pool: Pool) -> None:
    """Enqueue what is due by the clock."""
    for kind, (interval, args) in SCHEDULES.items():
        async with transaction(pool) as tx:
            if await queries.claim_schedule(tx, kind, interval):
                await enqueue(tx, args())


def _pause(attempt: int) -> timedelta:
    return timedelta(seconds=min(2**attempt, 3600))

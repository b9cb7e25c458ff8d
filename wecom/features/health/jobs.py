"""What health reports do by the clock: opening periods, reminding, ending what is over, and erasing."""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import Tx, transaction
from wecom.foundation.jobs import enqueue, every, job

from .asking import ask_directory, open_periods
from .erasing import erase_some, forget_photos
from .making import end
from .periods import ended_at
from .queries import jobs as queries
from .queries import periods as period_queries
from .reminding import remind_some

STRETCH = 2.0
"""Seconds after which others have their turn."""


@every(timedelta(minutes=1))
class OpenHealthReports(BaseModel):
    """Open periods whose time has come, ask the directory whom they ask, and end what is over."""


@every(timedelta(minutes=1))
class RemindOfHealthReports(BaseModel):
    """Tell those who have not answered that a report is due."""


@every(timedelta(hours=1))
class EraseHealthAnswers(BaseModel):
    """Erase what was kept for as long as its job says."""


@every(timedelta(hours=12))
class CountHealthVisits(BaseModel):
    """Add up how often forms were opened, forget by whom, and store holidays to come."""


@job(OpenHealthReports)
async def open_health_reports(services: Any, args: OpenHealthReports) -> None:
    now = services.clock()
    for each in await queries.jobs_running(services.pool):
        async with transaction(services.pool) as tx:
            locked = await queries.lock_running_job(tx, each.id)
            if locked is None:
                continue
            await open_periods(tx, locked, now=now)
            over = ended_at(locked)
            if over is not None and over <= now:
                await end(tx, locked, SYSTEM, now=now)
    await _as_long_as_it_takes(services, args, lambda tx: ask_directory(tx, now=now))


@job(RemindOfHealthReports)
async def remind_of_health_reports(services: Any, args: RemindOfHealthReports) -> None:
    await _as_long_as_it_takes(services, args, lambda tx: remind_some(tx, now=services.clock()))


@job(EraseHealthAnswers)
async def erase_health_answers(services: Any, args: EraseHealthAnswers) -> None:
    async with transaction(services.pool) as tx:
        await forget_photos(tx, now=services.clock())
    await _as_long_as_it_takes(services, args, lambda tx: erase_some(tx, now=services.clock()))


@job(CountHealthVisits)
async def count_health_visits(services: Any, _: CountHealthVisits) -> None:
    now = services.clock()
    today = now.astimezone(ZoneInfo(services.company.timezone)).date()
    async with transaction(services.pool) as tx:
        await period_queries.fold_visits(tx, today - timedelta(days=1))
        countries = {each.terms.country for each in await queries.jobs_running(tx) if each.terms.country}
        for country in sorted(countries):
            await checkins.keep_years(tx, country, [today.year, today.year + 1])


async def _as_long_as_it_takes(services: Any, args: BaseModel, step: Callable[[Tx], Awaitable[bool]]) -> None:
    """Step by step, each a commit of its own; what is left after a while comes as another job."""
    ends, more = time.monotonic() + STRETCH, True
    while more and time.monotonic() < ends:
        async with transaction(services.pool) as tx:
            more = await step(tx)
    if more:
        async with transaction(services.pool) as tx:
            await enqueue(tx, args)

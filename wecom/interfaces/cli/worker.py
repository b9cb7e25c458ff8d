"""The worker: jobs, schedules, followers, pushes, listening to LDAP and the audit log's seals, side by side."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable

from wecom.features.lifecycle import Listening
from wecom.features.notify import Pushing, attend
from wecom.foundation import audit
from wecom.foundation.db import ConnectionLost
from wecom.foundation.jobs import run_due_schedules, work_one
from wecom.services import Services, open_services
from wecom.settings import Settings

from . import upkeep
from .process import Line, live

log = logging.getLogger(__name__)

Task = Callable[[Services], Awaitable[bool]]
"""Does one piece of work; whether there may be more at once."""

JOBS_AT_ONCE = 4
PAUSE = {"jobs": 1.0, "schedules": 5.0, "seal": 1.0, "ldap": 2.0, "push": 0.5}


def work(name: str, settings: Settings, line: socket.socket) -> None:
    """Work until told to end."""
    live(name, settings, line, lambda line: _work(settings, line))


async def _work(settings: Settings, line: Line) -> None:
    listening, pushing = Listening(), Pushing()
    async with open_services(settings, hears=False) as services, contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(listening.close, services)
        stack.push_async_callback(pushing.close)
        async with asyncio.TaskGroup() as group:
            for _ in range(JOBS_AT_ONCE):
                group.create_task(_repeat(_jobs, services, PAUSE["jobs"], line.ending))
            group.create_task(_repeat(_schedules, services, PAUSE["schedules"], line.ending))
            group.create_task(_repeat(_seal, services, PAUSE["seal"], line.ending))
            group.create_task(_repeat(listening.step, services, PAUSE["ldap"], line.ending))
            group.create_task(_repeat(attend, services, PAUSE["push"], line.ending))
            group.create_task(_repeat(pushing.step, services, PAUSE["push"], line.ending))
            for follow in upkeep.FOLLOWERS:
                group.create_task(_repeat(follow, services, PAUSE["seal"], line.ending))
            group.create_task(line.hang_up(services.ldap))
            line.ready()


async def _repeat(task: Task, services: Services, pause: float, ending: asyncio.Event) -> None:
    """Do it until told to end, with a pause whenever there is nothing more to do."""
    away = False
    while not ending.is_set():
        more = False
        try:
            more = await task(services)
            away = False
        except ConnectionLost as problem:
            if not away:  # Once for each time it goes: how long it stays away can be seen from what follows.
                log.warning("no database", extra={"task": task.__name__.strip("_"), "why": repr(problem)})
            away = True
        except Exception:
            log.exception("bug", extra={"task": task.__name__.strip("_")})
        if not more:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), pause)


async def _jobs(services: Services) -> bool:
    return await work_one(services.pool, services)


async def _schedules(services: Services) -> bool:
    await run_due_schedules(services.pool)
    return False


async def _seal(services: Services) -> bool:
    return await audit.seal(services.pool) > 0

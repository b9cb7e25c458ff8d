"""Answering health reports, for the replay test."""

from collections.abc import AsyncIterator

from tests.features.health.clinic import local, officer, running, send
from tests.features.replayed import operation
from tests.world import World
from wecom.features import health
from wecom.foundation.db import transaction


@operation("health.report_changed", viewers=("lisi", "zhangsan"))
async def somebody_answers_a_health_report(world: World) -> AsyncIterator[None]:
    await officer(world)
    job = await running(world)
    yield
    await send(world, job, "lisi", "2026-03-02 09:00")


@operation("health.report_changed", viewers=("lisi", "zhangsan"))
async def a_health_report_begins_and_ends(world: World) -> AsyncIterator[None]:
    wangwu = await officer(world)
    yield
    job = await running(world)
    async with transaction(world.pool) as tx:
        await health.end_job(tx, wangwu, job.id, now=local("2026-03-02 09:00"))

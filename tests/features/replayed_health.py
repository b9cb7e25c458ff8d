"""Answering health reports, for the replay test."""

from collections.abc import AsyncIterator

from tests.features.health.clinic import officer, running, send
from tests.features.replayed import operation
from tests.world import World


@operation("health.report_changed", viewers=("lisi", "zhangsan"))
async def somebody_answers_a_health_report(world: World) -> AsyncIterator[None]:
    await officer(world)
    job = await running(world)
    yield
    await send(world, job, "lisi", "2026-03-02 09:00")

"""Who has not answered is reminded, once for each reminder, and told no more than that something is due."""

import asyncio

import pytest

from tests.features.health.clinic import at, local, officer, running, send
from tests.world import World
from wecom.features import health
from wecom.features.health import ReportJob, reminding
from wecom.features.health.jobs import OpenHealthReports, open_health_reports
from wecom.foundation.db import transaction


@pytest.fixture
async def job(world: World) -> ReportJob:
    """Closes at twenty and reminds an hour before; 张三 and 李四 have a device."""
    await officer(world)
    for n, userid in enumerate(("zhangsan", "lisi")):
        await world.token(userid)
        await world.pool.execute(
            """
            INSERT INTO push_subscriptions (session_id, member_id, endpoint, endpoint_hash, origin, p256dh, auth)
            SELECT id, member_id, 'https://push.example.com/' || $2::text, sha256($2::text::bytea),
                   'https://push.example.com', decode(repeat('04', 65), 'hex'), decode(repeat('00', 16), 'hex')
            FROM sessions WHERE member_id = $1 LIMIT 1
            """,
            world[userid].id,
            f"{n}",
        )
    return await running(world, reminders=(60,))


async def reminded(world: World, now: str) -> list[str]:
    """Whom a push waits for, after all that is due then was done by two workers at once."""
    await world.pool.execute("DELETE FROM pushes")

    async def work() -> None:
        more = True
        while more:
            async with transaction(world.pool) as tx:
                more = await reminding.remind_some(tx, now=local(now))

    await asyncio.gather(work(), work())
    rows = await world.pool.fetch(
        """
        SELECT m.userid FROM pushes AS p JOIN push_subscriptions AS s ON s.id = p.subscription_id
        JOIN members AS m ON m.id = s.member_id WHERE p.conversation_id = -2 ORDER BY m.userid
        """
    )
    return [row["userid"] for row in rows]


async def opened(world: World, job: ReportJob, now: str) -> None:
    async with transaction(world.pool) as tx:
        await health.open_periods(tx, job, now=local(now))
        await health.ask_directory(tx, now=local(now))


async def test_those_who_have_not_answered_are_reminded_once(world: World, job: ReportJob) -> None:
    await opened(world, job, "2026-03-02 08:01")
    assert await reminded(world, "2026-03-02 08:01") == ["lisi", "zhangsan"], "when it opens"
    assert await reminded(world, "2026-03-02 08:02") == []
    await send(world, job, "lisi", "2026-03-02 09:00")
    assert await reminded(world, "2026-03-02 18:59") == []
    assert await reminded(world, "2026-03-02 19:00") == ["zhangsan"]
    assert await reminded(world, "2026-03-02 19:30") == []


async def test_what_is_over_reminds_nobody(world: World, job: ReportJob) -> None:
    await opened(world, job, "2026-03-02 08:01")
    assert await reminded(world, "2026-03-02 20:00") == []


async def test_readers_remind_once_in_ten_minutes(world: World, job: ReportJob) -> None:
    await opened(world, job, "2026-03-02 08:01")
    await reminded(world, "2026-03-02 09:00")
    for minute in (1, 2):
        async with transaction(world.pool) as tx:
            await reminding.remind_now(tx, world["wangwu"].id, job.id, now=local(f"2026-03-02 10:0{minute}"))
    assert await reminded(world, "2026-03-02 10:03") == ["lisi", "zhangsan"]
    assert await reminded(world, "2026-03-02 10:04") == []


async def test_a_report_ends_when_its_last_day_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await officer(world)
    job = await running(world, ends_on=None)
    ending = await running(world, ends_on=job.terms.starts_on)
    at(world, monkeypatch, "2026-03-02 20:00")
    await open_health_reports(world.services, OpenHealthReports())
    rows = await world.pool.fetch("SELECT id, state FROM health_jobs")
    assert {row["id"]: row["state"] for row in rows} == {job.id: "running", ending.id: "ended"}

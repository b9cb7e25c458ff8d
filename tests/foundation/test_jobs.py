"""Work for later: at least once, by whoever is there, in its lane, and given up in the end."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel

from wecom.foundation import jobs
from wecom.foundation.db import Pool, transaction
from wecom.foundation.jobs import queue


class Greet(BaseModel):
    name: str = ""


class Sweep(BaseModel):
    pass


class Heard(list[str]):
    """What the jobs of a test did; handed to them where a process hands its services."""

    fail = False
    hold: asyncio.Event | None = None


@pytest.fixture(autouse=True)
def only_these_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queue, "KINDS", {})
    monkeypatch.setattr(queue, "SCHEDULES", {})

    @jobs.job(Greet, attempts=3, lease=timedelta(minutes=1))
    async def greet(heard: Heard, args: Greet) -> None:
        heard.append(args.name)
        if heard.hold:
            await heard.hold.wait()
        if heard.fail:
            raise LookupError("nobody there")

    jobs.every(timedelta(hours=1))(Sweep)

    @jobs.job(Sweep)
    async def sweep(heard: Heard, args: Sweep) -> None:
        heard.append("swept")

    yield


async def ask(pool: Pool, *names: str, lane: str | None = None, after: timedelta = timedelta(0)) -> None:
    async with transaction(pool) as tx:
        for name in names:
            await jobs.enqueue(tx, Greet(name=name), lane=lane, after=after)


async def work(pool: Pool, heard: Heard) -> None:
    while await jobs.work_one(pool, heard):
        pass


async def make_due(pool: Pool) -> None:
    await pool.execute("UPDATE jobs SET due_at = now() - interval '1 second'")


async def test_a_job_runs_once_and_is_gone(pool: Pool) -> None:
    heard = Heard()
    await ask(pool, "张三", "李四")
    await work(pool, heard)
    assert sorted(heard) == ["张三", "李四"]
    assert await pool.fetchval("SELECT count(*) FROM jobs") == 0


async def test_a_refused_story_leaves_no_job(pool: Pool) -> None:
    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            await jobs.enqueue(tx, Greet(name="张三"))
            raise LookupError
    assert not await jobs.work_one(pool, Heard())


async def test_a_job_for_later_waits(pool: Pool) -> None:
    heard = Heard()
    await ask(pool, "later", after=timedelta(hours=1))
    await work(pool, heard)
    assert heard == []
    await make_due(pool)
    await work(pool, heard)
    assert heard == ["later"]


async def test_the_job_of_a_worker_that_died_comes_back_when_its_lease_is_over(pool: Pool) -> None:
    dying, heard = Heard(), Heard()
    dying.hold = asyncio.Event()
    await ask(pool, "张三")
    worker = asyncio.create_task(jobs.work_one(pool, dying))
    await until_heard(dying)
    assert not await jobs.work_one(pool, heard)
    lease = await pool.fetchval("SELECT due_at - now() FROM jobs")
    assert timedelta(seconds=50) < lease <= timedelta(minutes=1)
    worker.cancel()
    await make_due(pool)
    await work(pool, heard)
    assert heard == ["张三"]
    assert await pool.fetchval("SELECT count(*) FROM jobs") == 0


async def test_a_worker_that_was_too_slow_does_not_end_the_attempt_of_another(pool: Pool) -> None:
    slow, heard = Heard(), Heard()
    slow.hold, heard.hold = asyncio.Event(), asyncio.Event()
    await ask(pool, "张三")
    first = asyncio.create_task(jobs.work_one(pool, slow))
    await until_heard(slow)
    await make_due(pool)
    second = asyncio.create_task(jobs.work_one(pool, heard))
    await until_heard(heard)
    slow.hold.set()
    await first
    assert await pool.fetchval("SELECT attempt FROM jobs") == 2
    heard.hold.set()
    await second
    assert await pool.fetchval("SELECT count(*) FROM jobs") == 0


async def test_jobs_of_a_lane_run_one_after_the_other(pool: Pool) -> None:
    first, second = Heard(), Heard()
    first.hold = asyncio.Event()
    await ask(pool, "a", "b", lane="app:7")
    await ask(pool, "elsewhere", lane="app:8")
    working = asyncio.create_task(jobs.work_one(pool, first))
    await until_heard(first)
    await work(pool, second)
    assert (first, second) == (["a"], ["elsewhere"])
    first.hold.set()
    await working
    await work(pool, second)
    assert second == ["elsewhere", "b"]


async def test_a_lane_waits_for_a_retry_and_goes_on_when_it_was_given_up(pool: Pool) -> None:
    heard = Heard()
    heard.fail = True
    await ask(pool, "a", "b", lane="app:7")
    for _ in range(3):
        await work(pool, heard)
        await make_due(pool)
    assert heard == ["a", "a", "a", "b"]


async def test_a_job_that_fails_waits_longer_each_time_and_is_given_up_in_the_end(pool: Pool) -> None:
    heard, pauses = Heard(), []
    heard.fail = True
    await ask(pool, "张三")
    for _ in range(3):
        await work(pool, heard)
        pauses.append(round((await pool.fetchval("SELECT due_at - now() FROM jobs")).total_seconds()))
        await make_due(pool)
    await work(pool, heard)
    assert pauses == [2, 4, 8]
    [failed] = await jobs.failed_jobs(pool)
    assert (failed.kind, failed.args, failed.attempt) == ("Greet", {"name": "张三"}, 3)
    assert "nobody there" in failed.error


async def test_a_job_that_was_given_up_can_be_tried_again(pool: Pool) -> None:
    heard = Heard()
    await ask(pool, "a", "b")
    await pool.execute("UPDATE jobs SET failed_at = now(), attempt = 3, error = 'gone'")
    assert await jobs.retry_failed(pool, -1) == 0
    first = (await jobs.failed_jobs(pool))[0]
    assert await jobs.retry_failed(pool, first.id) == 1
    await work(pool, heard)
    assert heard == [first.args["name"]]
    assert await jobs.retry_failed(pool) == 1
    await work(pool, heard)
    assert sorted(heard) == ["a", "b"]
    assert await jobs.failed_jobs(pool) == []


async def test_a_job_that_ends_its_worker_each_time_is_given_up_too(pool: Pool) -> None:
    await ask(pool, "张三")
    await pool.execute("UPDATE jobs SET attempt = 3")
    heard = Heard()
    assert await jobs.work_one(pool, heard)
    assert heard == []
    [failed] = await jobs.failed_jobs(pool)
    assert failed.error == "no attempt came to an end"


async def test_arguments_that_no_longer_fit_are_a_failure_like_any_other(pool: Pool) -> None:
    await ask(pool, "张三")
    await pool.execute("UPDATE jobs SET args = '{\"name\": 7}', attempt = 2")
    assert await jobs.work_one(pool, Heard())
    assert "validation error" in (await jobs.failed_jobs(pool))[0].error


async def test_a_kind_that_this_process_does_not_know_is_left_to_others(pool: Pool) -> None:
    await ask(pool, "张三")
    await pool.execute("UPDATE jobs SET kind = 'FromTheNextRelease'")
    assert not await jobs.work_one(pool, Heard())
    assert await pool.fetchval("SELECT attempt FROM jobs") == 0


async def test_many_workers_share_the_work_and_do_nothing_twice(pool: Pool) -> None:
    heard = Heard()
    await ask(pool, *map(str, range(60)))
    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(work(pool, heard))
    assert sorted(heard, key=int) == list(map(str, range(60)))


async def test_a_schedule_is_kept_once_among_many_workers(pool: Pool) -> None:
    heard = Heard()
    for _ in range(2):
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(jobs.run_due_schedules(pool))
    await work(pool, heard)
    assert heard == ["swept"]
    await pool.execute("UPDATE schedules SET next_at = now()")
    await jobs.run_due_schedules(pool)
    await work(pool, heard)
    assert heard == ["swept", "swept"]


async def until_heard(heard: Heard) -> None:
    async with asyncio.timeout(30):
        while not heard:
            await asyncio.sleep(0.005)


async def test_what_became_of_jobs_is_counted(pool: Pool) -> None:
    def counted() -> list[float]:
        labels = [{"kind": "Greet", "outcome": each} for each in ("done", "failed", "given_up")]
        return [REGISTRY.get_sample_value("wecom_jobs_total", each) or 0 for each in labels]

    before, heard = counted(), Heard()
    async with transaction(pool) as tx:
        await jobs.enqueue(tx, Greet(name="a"))
        await jobs.enqueue(tx, Greet(name="b"))
    await jobs.work_one(pool, heard)
    heard.fail = True
    for _ in range(3):
        await pool.execute("UPDATE jobs SET due_at = now()")
        await jobs.work_one(pool, heard)
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 2, 1]

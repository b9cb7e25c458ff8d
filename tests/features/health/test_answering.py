"""Answering: who, when, once; by oneself and for others."""

import asyncio
from collections.abc import Awaitable
from datetime import date
from typing import Any

import pytest

from tests.features.health.clinic import FORM, ILL, WELL, local, officer, running, send
from tests.world import World
from wecom.features import directory, health
from wecom.features.accounts import SYSTEM
from wecom.features.directory import Place
from wecom.features.health import Asked, Delegate, Terms, Value
from wecom.features.health.queries.jobs import lock_running_job
from wecom.features.health.refusals import (
    AnswerUnfit,
    FormChanged,
    NoSuchHealthJob,
    NotAsked,
    ReportAnswered,
    ReportClosed,
    ReportNotOpen,
)
from wecom.foundation.db import transaction


@pytest.fixture(autouse=True)
async def _officer(world: World) -> None:
    await officer(world)


async def test_an_answer_is_kept_once_however_often_it_is_sent(world: World) -> None:
    job = await running(world)
    first = await send(world, job, "lisi", "2026-03-02 09:00", client_id="a")
    again = await send(world, job, "lisi", "2026-03-02 09:05", ILL, client_id="a")
    assert (first.again, again.again) == (False, True)
    assert again.answer.values == WELL
    assert await world.pool.fetchval("SELECT count(*) FROM health_answers") == 1


async def test_a_change_is_not_undone_by_what_was_sent_before_and_comes_again(world: World) -> None:
    job = await running(world)
    await send(world, job, "lisi", "2026-03-02 09:00", client_id="a")
    changed = await send(world, job, "lisi", "2026-03-02 09:01", ILL, client_id="b")
    late = await send(world, job, "lisi", "2026-03-02 09:02", client_id="a")
    assert changed.answer.changed_at is not None
    assert late.again and late.answer.values == ILL


async def test_two_devices_at_once_leave_one_answer(world: World) -> None:
    job = await running(world, changeable=False)
    calls: list[Awaitable[Any]] = [send(world, job, "lisi", "2026-03-02 09:00", client_id=f"{n}") for n in range(6)]
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, ReportAnswered) for each in told) == 5
    assert await world.pool.fetchval("SELECT count(*) FROM health_answers") == 1


async def test_whoever_is_not_asked_cannot_answer(world: World) -> None:
    job = await running(world)
    with pytest.raises(NotAsked):
        await send(world, job, "wangwu", "2026-03-02 09:00")
    with pytest.raises(NotAsked):
        await send(world, job, "zhangsan", "2026-03-02 09:00", of="lisi")


async def test_an_answer_comes_while_it_is_open(world: World) -> None:
    job = await running(world)
    with pytest.raises(ReportNotOpen):
        await send(world, job, "lisi", "2026-03-02 07:59")
    with pytest.raises(ReportClosed):
        await send(world, job, "lisi", "2026-03-02 20:00")
    with pytest.raises(ReportNotOpen):
        await send(world, job, "lisi", "2026-03-02 09:00", date=date(2026, 3, 3))
    with pytest.raises(ReportNotOpen):
        await send(world, job, "lisi", "2026-03-02 09:00", date=date(2026, 3, 1))


async def test_what_waited_for_a_network_is_kept_for_a_day_and_marked(world: World) -> None:
    job = await running(world)
    in_time = local("2026-03-02 19:59")
    late = await send(world, job, "lisi", "2026-03-03 07:00", date=date(2026, 3, 2), claimed_at=in_time)
    assert late.answer.late and late.answer.date == date(2026, 3, 2)
    with pytest.raises(ReportClosed):
        await send(world, job, "zhangsan", "2026-03-03 20:00", date=date(2026, 3, 2), claimed_at=in_time)


async def test_a_window_may_pass_midnight(world: World) -> None:
    job = await running(world, opens=22 * 3600, closes=6 * 3600)
    night = await send(world, job, "lisi", "2026-03-03 05:59", date=date(2026, 3, 2))
    assert not night.answer.late
    with pytest.raises(ReportClosed):
        await send(world, job, "zhangsan", "2026-03-03 06:00", date=date(2026, 3, 2))


async def test_what_is_said_to_questions_that_are_not_asked_is_dropped(world: World) -> None:
    job = await running(world)
    said = (*WELL, Value(2, option_ids=(1,)))
    taken = await send(world, job, "lisi", "2026-03-02 09:00", said)
    assert (taken.dropped, taken.answer.values) == ((2,), WELL)


async def test_what_is_wrong_with_an_answer_is_named_and_not_repeated(world: World) -> None:
    job = await running(world)
    with pytest.raises(AnswerUnfit) as refused:
        await send(world, job, "lisi", "2026-03-02 09:00", (Value(1, option_ids=(2,)), Value(3, number=99.9)))
    problems = [{"question_id": 2, "problem": "missing"}, {"question_id": 3, "problem": "too_large"}]
    assert refused.value.facts["problems"] == problems
    assert "99.9" not in str(refused.value) + str(refused.value.facts)


async def test_other_questions_are_another_version_and_old_answers_stay(world: World) -> None:
    job = await running(world)
    await send(world, job, "lisi", "2026-03-02 09:00")
    async with transaction(world.pool) as tx:
        form = FORM[:1]
        await health.set_form(
            tx, world["wangwu"].id, job.id, form, instead_of=job.version, now=local("2026-03-02 10:00")
        )
    with pytest.raises(FormChanged):
        await send(world, job, "zhangsan", "2026-03-02 10:01")
    queued = await send(world, job, "zhangsan", "2026-03-02 10:02", claimed_at=local("2026-03-02 09:59"))
    assert queued.answer.form_version == 1


async def test_a_delegate_answers_for_their_people_and_sees_only_what_they_sent(world: World) -> None:
    zhangsan = Delegate(world["zhangsan"].id, departments=(2,))
    job = await running(world, delegates=(zhangsan,))
    await send(world, job, "zhangsan", "2026-03-02 09:00", of="lisi")
    async with transaction(world.pool) as tx:
        opened = await health.open_form(
            tx, world["zhangsan"].id, job.id, None, world["lisi"].id, now=local("2026-03-02 09:01"), zone="UTC"
        )
        assert opened.answer and opened.answer.values == WELL
    await send(world, job, "lisi", "2026-03-02 09:02", ILL)
    async with transaction(world.pool) as tx:
        opened = await health.open_form(
            tx, world["zhangsan"].id, job.id, None, world["lisi"].id, now=local("2026-03-02 09:03"), zone="UTC"
        )
    assert opened.answered and opened.answer is None
    with pytest.raises(ReportAnswered):
        await send(world, job, "zhangsan", "2026-03-02 09:04", of="lisi")
    acts = await world.pool.fetch("SELECT actor_id, object FROM audit_records WHERE action = 'health_answer.send_for'")
    assert [tuple(row) for row in acts] == [(world["zhangsan"].id, f"member:{world['lisi'].id}")]


async def test_leaders_answer_for_their_departments_where_the_report_says_so(world: World) -> None:
    async with transaction(world.pool) as tx:
        places = (Place(2, is_leader=True),)
        await directory.change_member(tx, SYSTEM, world["zhangsan"].id, departments=places)
    job = await running(world)
    with pytest.raises(NotAsked):
        await send(world, job, "zhangsan", "2026-03-02 09:00", of="lisi")
    led = await running(world, leaders=True)
    taken = await send(world, led, "zhangsan", "2026-03-02 09:00", of="lisi")
    assert taken.answer.member_id == world["lisi"].id
    due, _ = await health.reports(world.pool, world["zhangsan"].id, now=local("2026-03-02 09:01"))
    assert [[(ward.userid, ward.answered) for ward in each.wards] for each in due] == [[], [("lisi", True)]]


async def test_a_draft_asks_nobody_and_what_has_ended_asks_no_more(world: World) -> None:
    wangwu, now = world["wangwu"].id, local("2026-03-02 08:00")
    terms = Terms("x", asked=Asked(departments=(1,)), starts_on=date(2026, 3, 2))
    async with transaction(world.pool) as tx:
        draft = await health.add_job(tx, wangwu, terms, FORM, now=now)
    with pytest.raises(NoSuchHealthJob):
        await send(world, draft, "lisi", "2026-03-02 09:00")
    async with transaction(world.pool) as tx:
        await health.start_job(tx, wangwu, draft.id, now=now)
    due, coming = await health.reports(world.pool, world["lisi"].id, now=local("2026-03-02 09:00"))
    assert [each.job.id for each in due] == [each.job.id for each in coming] == [draft.id]
    async with transaction(world.pool) as tx:
        await health.end_job(tx, wangwu, draft.id, now=local("2026-03-02 10:00"))
    assert await health.reports(world.pool, world["lisi"].id, now=local("2026-03-02 10:01")) == ([], [])
    with pytest.raises(ReportClosed):
        await send(world, draft, "lisi", "2026-03-02 10:01")
    waited = await send(world, draft, "lisi", "2026-03-02 10:02", claimed_at=local("2026-03-02 09:00"))
    assert waited.answer.late


async def test_the_first_to_answer_waits_for_nobody_who_opens_the_period(world: World) -> None:
    job = await running(world)
    async with transaction(world.pool) as tx:
        assert await lock_running_job(tx, job.id)
        taken = await asyncio.wait_for(send(world, job, "lisi", "2026-03-02 08:00"), 30)
        await health.open_periods(tx, job, now=local("2026-03-02 08:00"))
    assert not taken.again
    assert await world.pool.fetchval("SELECT count(*) FROM health_reminders") == 1, "who is told when it opens is"

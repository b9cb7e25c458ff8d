"""What people are: by what they answer, by what officers write down, by time, and by who they are."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.health.clinic import ILL, WELL, at
from tests.features.health_codes.plant import judged, plant, rules_of, terms_of
from tests.world import World
from wecom.features import directory, health, health_codes, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.health import Sent
from wecom.features.health_codes import jobs
from wecom.features.health_codes.jobs_named import JudgePolicy
from wecom.features.health_codes.refusals import (
    AboutOneself,
    AppealWaits,
    HealthFactUnfit,
    HealthOfficerUnfit,
    NoHealthCode,
    NoSuchHealthFact,
    NoSuchHealthPolicy,
    NoSuchOverride,
    OverrideUnfit,
    PolicyChangedMeanwhile,
    PolicyEnded,
    PolicyUnfit,
)
from wecom.foundation.db import transaction

HOUR = timedelta(hours=1)


async def answer(world: World, job: health.ReportJob, userid: str, values: tuple, **other: object) -> list:  # type: ignore[type-arg]
    """As the way in does it: kept and judged in one commit."""
    now = world.services.clock()
    id = world[userid].id
    sent = Sent(job.id, now.astimezone().date(), id, id, f"{userid}-{now}-{other}", 1, values)
    async with transaction(world.pool) as tx:
        return (await health_codes.report(tx, sent, now=now))[1]


async def test_an_answer_makes_the_code_in_its_own_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at(world, monkeypatch, "2026-03-02 07:00")
    job, policy = await plant(world)
    await jobs.judge_policy(world.services, JudgePolicy(policy_id=policy.id))
    async with transaction(world.pool) as tx:
        found, total = await health_codes.read_codes(tx, world["wangwu"].id, policy.id)
    assert total == 2 and {each.level for each in found} == {"yellow"}
    assert [each.kind for each in found[0].reasons] == ["no_report"]
    now = at(world, monkeypatch, "2026-03-02 09:00")
    [code] = await answer(world, job, "lisi", WELL)
    assert (code.level, code.valid_until, code.version) == ("green", now + 24 * HOUR, 1)
    [ill] = await answer(world, job, "zhangsan", ILL)
    assert (ill.level, [each.code for each in ill.reasons]) == ("red", ["fever", "unwell"])
    # Answered otherwise at once: what lasts stays.
    at(world, monkeypatch, "2026-03-02 09:30")
    [again] = await answer(world, job, "zhangsan", WELL)
    assert (again.level, [each.code for each in again.reasons]) == ("red", ["fever"])
    assert again.reasons[0].since == now
    # And after 48 hours it is over, by the clock alone.
    at(world, monkeypatch, "2026-03-04 09:01")
    await jobs.judge_due_codes(world.services, jobs.JudgeDueCodes())
    async with transaction(world.pool) as tx:
        behind = await health_codes.read_code(
            tx, world["wangwu"].id, policy.id, world["zhangsan"].id, now=world.services.clock()
        )
    assert (behind.code.level, [each.kind for each in behind.code.reasons]) == ("yellow", ["no_report"])
    assert [each.level for each in behind.changes] == ["yellow", "red", "red", "yellow"]


async def test_officers_write_down_facts_and_take_them_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    wangwu, lisi, id = world["wangwu"].id, world["lisi"].id, policy.id
    await answer(world, job, "lisi", WELL)
    async with transaction(world.pool) as tx:
        made = await health_codes.write_fact(tx, wangwu, id, lisi, "exposure", now - 5 * HOUR, now=now)
    [code] = await judged(world, policy, "lisi")
    assert (code.level, [each.code for each in code.reasons]) == ("red", ["exposed"])
    async with transaction(world.pool) as tx:
        await health_codes.write_fact(tx, wangwu, id, lisi, "clearance", now - HOUR, now=now)
    assert (await judged(world, policy, "lisi"))[0].level == "green"
    async with transaction(world.pool) as tx:
        await health_codes.withdraw_fact(tx, wangwu, id, made.id, now=now)
    assert (await judged(world, policy, "lisi"))[0].level == "green"
    for wrong, refused in (
        (("exposure", now + HOUR), HealthFactUnfit),
        (("party", now), HealthFactUnfit),
    ):
        with pytest.raises(refused):
            async with transaction(world.pool) as tx:
                await health_codes.write_fact(tx, wangwu, id, lisi, *wrong, now=now)
    with pytest.raises(NoSuchHealthFact):
        async with transaction(world.pool) as tx:
            await health_codes.withdraw_fact(tx, wangwu, id, made.id, now=now)
    with pytest.raises(NoHealthCode):  # of whom it does not concern
        async with transaction(world.pool) as tx:
            await health_codes.write_fact(tx, wangwu, id, world["admin"].id, "exposure", now, now=now)
    with pytest.raises(NoSuchHealthPolicy):  # by whom it does not name
        async with transaction(world.pool) as tx:
            await health_codes.write_fact(tx, world["admin"].id, id, lisi, "exposure", now, now=now)


async def test_an_override_beats_the_rules_until_it_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    wangwu, lisi = world["wangwu"].id, world["lisi"].id
    await answer(world, job, "lisi", ILL)
    async with transaction(world.pool) as tx:
        word = await health_codes.override(tx, wangwu, policy.id, lisi, "green", now + HOUR, "医生看过", now=now)
    [code] = await judged(world, policy, "lisi")
    assert (code.level, code.ruled, code.overridden, code.valid_until) == ("green", "red", True, now + HOUR)
    async with transaction(world.pool) as tx:
        await health_codes.end_override(tx, wangwu, policy.id, word.id, now=now)
    assert (await judged(world, policy, "lisi"))[0].level == "red"
    for until, reason in ((now, "x"), (now + timedelta(days=400), "x"), (now + HOUR, "  ")):
        with pytest.raises(OverrideUnfit):
            async with transaction(world.pool) as tx:
                await health_codes.override(tx, wangwu, policy.id, lisi, "green", until, reason, now=now)
    with pytest.raises(NoSuchOverride):
        async with transaction(world.pool) as tx:
            await health_codes.end_override(tx, wangwu, policy.id, word.id, now=now)
    with pytest.raises(AboutOneself):
        async with transaction(world.pool) as tx:
            await health_codes.override(tx, wangwu, policy.id, wangwu, "green", now + HOUR, "x", now=now)


async def test_who_says_that_it_is_wrong_is_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    wangwu, lisi = world["wangwu"].id, world["lisi"].id
    await answer(world, job, "lisi", ILL)
    async with transaction(world.pool) as tx:
        made = await health_codes.appeal(tx, lisi, policy.id, "打错了", now=now)
    with pytest.raises(AppealWaits):
        async with transaction(world.pool) as tx:
            await health_codes.appeal(tx, lisi, policy.id, "还是错的", now=now)
    async with transaction(world.pool) as tx:
        found, total = await health_codes.read_appeals(tx, wangwu, policy.id, waiting=True, skip=0, limit=10)
        assert (total, found[0].words) == (1, "打错了")
        assert await health_codes.count_waiting(tx, [policy.id]) == {policy.id: 1}
        await health_codes.answer_appeal(tx, wangwu, policy.id, made.id, "已更正", now=now)
        found, total = await health_codes.read_appeals(tx, wangwu, policy.id, waiting=False, skip=0, limit=10)
        assert (total, found[0].answer, found[0].answered_by) == (1, "已更正", wangwu)
    with pytest.raises(NoHealthCode):
        async with transaction(world.pool) as tx:
            await health_codes.appeal(tx, world["admin"].id, policy.id, "?", now=now)


async def test_another_version_judges_everybody_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    wangwu = world["wangwu"].id
    await answer(world, job, "lisi", WELL)
    softer = terms_of(job.id, rules=replace(rules_of(job.id), without_report="red"))
    async with transaction(world.pool) as tx:
        newer = await health_codes.change_policy(tx, wangwu, policy.id, softer, [wangwu], instead_of=1, now=now)
    assert newer.version == 2
    await jobs.judge_policy(world.services, JudgePolicy(policy_id=policy.id))
    async with transaction(world.pool) as tx:
        found, _ = await health_codes.read_codes(tx, wangwu, policy.id)
        assert {(each.member_id, each.level, each.version) for each in found} == {
            (world["zhangsan"].id, "red", 2),
            (world["lisi"].id, "green", 2),
        }
        assert (await health_codes.read_version(tx, wangwu, policy.id, 1)).terms.rules.without_report == "yellow"
    with pytest.raises(PolicyChangedMeanwhile):
        async with transaction(world.pool) as tx:
            await health_codes.change_policy(tx, wangwu, policy.id, softer, [wangwu], instead_of=1, now=now)
    with pytest.raises(HealthOfficerUnfit):
        async with transaction(world.pool) as tx:
            await health_codes.change_policy(tx, wangwu, policy.id, softer, [world["admin"].id], instead_of=2, now=now)
    async with transaction(world.pool) as tx:
        await health_codes.end_policy(tx, wangwu, policy.id, now=now)
        assert await health_codes.own_codes(tx, world["lisi"].id, now=now) == []
    with pytest.raises(PolicyEnded):
        async with transaction(world.pool) as tx:
            await health_codes.end_policy(tx, wangwu, policy.id, now=now)


async def test_a_policy_that_looks_at_what_its_maker_may_not_read_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, _ = await plant(world)
    for terms in (terms_of(job.id + 1), terms_of(job.id, name=" "), terms_of(job.id, facts=())):
        with pytest.raises(PolicyUnfit):
            async with transaction(world.pool) as tx:
                await health_codes.add_policy(tx, world["wangwu"].id, terms, now=now)


async def test_who_comes_goes_or_leaves_gets_or_loses_a_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at(world, monkeypatch, "2026-03-02 09:00")
    _, policy = await plant(world)
    await jobs.judge_policy(world.services, JudgePolicy(policy_id=policy.id))
    newcomer = await world.add("zhaoliu", department=2)
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["lisi"].id, departments=(directory.Place(3),))
        await lifecycle.leave(tx, SYSTEM, world["zhangsan"].id)
    await jobs.follow_directory_with_codes(world.services, jobs.FollowDirectoryWithCodes())
    await jobs.judge_policy(world.services, JudgePolicy(policy_id=policy.id))
    async with transaction(world.pool) as tx:
        found, _ = await health_codes.read_codes(tx, world["wangwu"].id, policy.id)
    assert [each.member_id for each in found] == [newcomer.id]


async def test_answers_and_facts_at_once_are_all_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)

    async def fact() -> None:
        async with transaction(world.pool) as tx:
            await health_codes.write_fact(tx, world["wangwu"].id, policy.id, world["lisi"].id, "exposure", now, now=now)

    await asyncio.gather(fact(), answer(world, job, "lisi", ILL), fact(), judged(world, policy, "lisi"))
    [code] = await judged(world, policy, "lisi")
    assert {each.code for each in code.reasons} == {"fever", "unwell", "exposed"}
    assert await world.pool.fetchval("SELECT count(*) FROM health_codes") == 1

"""What attendance machines send: each record once, whoever it was of, and nothing lost for want of a name."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.features.checkins.company import add, day, local, office
from tests.world import World
from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Machine, Outcome, Seen
from wecom.features.checkins.intake import EVERY_MACHINE
from wecom.features.checkins.refusals import MachineKeyWrong
from wecom.foundation.db import transaction

NOW = "2026-03-04 12:00"


async def made(world: World, name: str = "一楼") -> tuple[Machine, str]:
    async with transaction(world.pool) as tx:
        return await checkins.add_machine(tx, SYSTEM, name, place="大门")


async def sent(world: World, key: str, *seen: Seen, now: str = NOW, clock: datetime | None = None) -> list[Outcome]:
    async with transaction(world.pool) as tx:
        machine = await checkins.machine_with_key(tx, key)
        return await checkins.take_in(tx, machine, seen, now=local(now), clock=clock)


def became(outcomes: list[Outcome]) -> list[str]:
    return [each.became for each in outcomes]


async def test_a_machine_may_send_in_any_order_and_as_often_as_it_likes(world: World) -> None:
    await add(world, office(world, "lisi", means="machine"))
    machine, key = await made(world)
    times = ("18:03", "08:58", "08:59")
    seen = [Seen(local(f"2026-03-03 {at}"), "LiSi", record=f"r{n}") for n, at in enumerate(times)]
    assert became(await sent(world, key, *seen)) == ["taken"] * 3
    assert became(await sent(world, key, *seen[::-1])) == ["repeated"] * 3
    assert became(await sent(world, key, seen[0], Seen(seen[0].at, "lisi", record="r9"), seen[0])) == [
        "repeated",
        "taken",
        "repeated",
    ]
    result = await day(world, "lisi", "2026-03-03")
    assert result.punches == 4 and not result.exceptions and result.points[0].source == "machine"
    [(told, left_out)] = await checkins.machines(world.pool)
    assert (told.id, told.taken, told.last_punch_at, left_out) == (machine.id, 4, seen[0].at, 0)


async def test_without_numbers_of_its_own_who_and_when_say_which_record_it_is(world: World) -> None:
    _, key = await made(world)
    at = local("2026-03-03 09:00")
    batch = [Seen(at, "lisi"), Seen(at, "zhangsan"), Seen(at + timedelta(seconds=1), "lisi")]
    assert became(await sent(world, key, *batch)) == ["taken"] * 3
    assert became(await sent(world, key, *batch, batch[0])) == ["repeated"] * 4


async def test_a_machine_that_counts_from_one_again_loses_nothing(world: World) -> None:
    machine, key = await made(world)
    old = Seen(local("2026-03-02 09:00"), "lisi", record="1")
    # As it was kept while its number alone said which record it is.
    async with transaction(world.pool) as tx:
        claim = checkins.Claim(world["lisi"].id, f"m{machine.id}-1", SYSTEM, "machine", claimed_at=old.at)
        await checkins.punch(tx, replace(claim, machine_id=machine.id), now=local(NOW))
    new, unknown = Seen(local("2026-03-03 09:00"), "zhangsan", record="1"), Seen(local("2026-03-03 09:01"), number="9")
    batch = [old, new, replace(unknown, record="2"), replace(unknown, record="2", at=local("2026-03-03 18:00"))]
    assert became(await sent(world, key, *batch)) == ["repeated", "taken", "unknown_person", "unknown_person"]
    assert became(await sent(world, key, *batch[::-1])) == ["unknown_person", "unknown_person", "repeated", "repeated"]
    async with transaction(world.pool) as tx:
        assert await checkins.set_numbers(tx, SYSTEM, machine.id, [("9", world["lisi"].id)], now=local(NOW)) == 2
    long = [Seen(new.at + timedelta(seconds=n), "lisi", record=f"{'9' * 47}{n}") for n in range(3)]
    assert became(await sent(world, key, *long, *long)) == ["taken"] * 3 + ["repeated"] * 3
    assert await checkins.left_out(world.pool, machine.id) == []


async def test_what_cannot_be_kept_is_told_one_by_one_and_the_rest_is_kept(world: World) -> None:
    machine, key = await made(world)
    batch = [
        Seen(local("2026-03-04 09:00"), "lisi", record="good"),
        Seen(local("2026-03-04 09:00"), "niemand", record="who"),
        Seen(local("2000-01-01 00:00"), "lisi", record="old"),
        Seen(local("2026-03-04 12:03"), "lisi", record="future"),
    ]
    assert became(await sent(world, key, *batch)) == ["taken", "unknown_person", "too_old", "future"]
    async with transaction(world.pool) as tx:
        assert {(e.record, e.why) for e in await checkins.left_out(tx, machine.id)} == {
            ("who", "unknown_person"),
            ("old", "too_old"),
            ("future", "future"),
        }
    assert became(await sent(world, key, batch[3], now="2026-03-04 12:10")) == ["taken"], "its time has come"
    assert len(await checkins.left_out(world.pool, machine.id)) == 2


async def test_what_waited_for_a_name_is_kept_once_it_is_said_whose_number_it_is(world: World) -> None:
    await add(world, office(world, "lisi", means="machine"))
    machine, key = await made(world)
    other, other_key = await made(world, "二楼")
    batch = [Seen(local(f"2026-03-03 {at}"), number="0017") for at in ("08:55", "18:05")]
    assert became(await sent(world, key, *batch)) == ["unknown_person"] * 2
    async with transaction(world.pool) as tx:
        said = [("0017", world["lisi"].id)]
        assert await checkins.set_numbers(tx, SYSTEM, EVERY_MACHINE, said, now=local(NOW)) == 2
        mine = [("0017", world["zhangsan"].id)]
        assert await checkins.set_numbers(tx, SYSTEM, other.id, mine, now=local(NOW)) == 0
    result = await day(world, "lisi", "2026-03-03")
    assert result.punches == 2 and not result.exceptions
    assert await checkins.left_out(world.pool, machine.id) == []
    assert became(await sent(world, key, *batch)) == ["repeated"] * 2
    [elsewhere] = await sent(world, other_key, Seen(local("2026-03-03 12:00"), number="0017"))
    assert elsewhere.member_id == world["zhangsan"].id, "what is said for one machine goes before what is for all"
    async with transaction(world.pool) as tx:
        await checkins.set_numbers(tx, SYSTEM, EVERY_MACHINE, [("0017", world["wangwu"].id)], now=local(NOW))
    assert became(await sent(world, key, *batch)) == ["repeated"] * 2, "a record is kept once, whoever it was of"


async def test_one_machine_sending_twice_at_once_is_taken_once(world: World) -> None:
    _, key = await made(world)
    start = local("2026-03-03 06:00")
    batch = [Seen(start + timedelta(minutes=n), ("lisi", "zhangsan")[n % 2]) for n in range(200)]
    answers = await asyncio.gather(*(sent(world, key, *part) for part in (batch, batch[::-1], batch)))
    assert sum(each.became == "taken" for answer in answers for each in answer) == 200
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_punches") == 200


async def test_what_waits_for_its_number_is_pushed_out_by_nothing(world: World) -> None:
    machine, key = await made(world)
    start = local("2026-03-02 08:00")
    for later in range(2):
        at = start + timedelta(days=later)
        await sent(world, key, *(Seen(at + timedelta(seconds=n), number="0017") for n in range(600)))
    wrong = [Seen(local("2026-05-01 08:00") + timedelta(seconds=n), number="0017") for n in range(1000)]
    await sent(world, key, *wrong)
    async with transaction(world.pool) as tx:
        said = [("0017", world["lisi"].id)]
        assert await checkins.set_numbers(tx, SYSTEM, machine.id, said, now=local(NOW)) == 1200
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_left_out") == 1000


async def test_whoever_has_left_is_meant_only_by_what_they_punched_before(world: World) -> None:
    _, key = await made(world)
    await world.pool.execute(
        "UPDATE members SET left_at = $2 WHERE id = $1", world["lisi"].id, local("2026-03-03 12:00")
    )
    batch = [Seen(local(f"2026-03-03 {at}"), "lisi") for at in ("09:00", "13:00")]
    assert became(await sent(world, key, *batch)) == ["taken", "unknown_person"]


async def test_a_clock_that_goes_wrong_is_seen_and_a_key_that_was_replaced_opens_nothing(world: World) -> None:
    machine, key = await made(world)
    await sent(world, key, clock=local("2026-03-04 11:58"))
    assert [each.drift for each, _ in await checkins.machines(world.pool)] == [-120]
    async with transaction(world.pool) as tx:
        _, newer = await checkins.rotate_key(tx, SYSTEM, machine.id)
    with pytest.raises(MachineKeyWrong):
        await sent(world, key)
    assert await sent(world, newer) == []
    async with transaction(world.pool) as tx:
        await checkins.end_machine(tx, SYSTEM, machine.id)
    with pytest.raises(MachineKeyWrong):
        await sent(world, newer)

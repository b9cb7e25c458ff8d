"""What check-ins do by the clock."""

from dataclasses import replace
from datetime import date

from tests.features.checkins.company import add, local, office, punch
from tests.world import World
from wecom.features.accounts import SYSTEM
from wecom.features.checkins.jobs import PUT_OFF, RUSH, JudgeDays, JudgeEverybody, judge_days, judge_everybody
from wecom.features.checkins.queries import rules
from wecom.features.checkins.rules_model import Slot, Timetable, Week
from wecom.features.checkins.rules_stored import rule_body
from wecom.foundation.db import transaction

LONG_AGO = -(10**15)


async def test_whose_days_cannot_be_judged_keeps_nobody_elses_from_it(world: World) -> None:
    await add(world, office(world, "lisi", "wangwu"))
    made = await add(world, office(world, "zhangsan"))
    beyond = Timetable((Slot(1, LONG_AGO, LONG_AGO + 60),))
    unfit = replace(made.rule, weeks=(Week((0, 1, 2, 3, 4, 5, 6), beyond),))
    await punch(world, "zhangsan", "2026-03-03 09:00")
    await punch(world, "lisi", "2026-03-03 09:00")
    async with transaction(world.pool) as tx:
        await rules.insert_version(tx, made.rule_id, 2, date(2026, 3, 1), rule_body(unfit), False, SYSTEM)
        await rules.bump_revision(tx)
    services = replace(world.services, clock=lambda: local("2026-03-03 09:05"))
    await judge_days(services, JudgeDays())
    dates = "SELECT date FROM checkin_days WHERE member_id = $1 ORDER BY date"
    assert await world.pool.fetchval(dates, world["lisi"].id) == date(2026, 3, 3)
    assert await world.pool.fetch("SELECT member_id FROM checkin_dirty") == [(world["zhangsan"].id,)]
    await judge_everybody(services, JudgeEverybody())
    assert [row[0].day for row in await world.pool.fetch(dates, world["wangwu"].id)] == [2, 3]
    assert await world.pool.fetch(dates, world["zhangsan"].id) == []


async def test_while_everybody_comes_judging_is_put_off_but_not_for_long(world: World) -> None:
    await add(world, office(world, "lisi", "wangwu"))
    await punch(world, "lisi", "2026-03-03 09:00")
    await world.pool.execute(
        "INSERT INTO checkin_dirty (member_id, date, punched_at) SELECT $1, $2, now() FROM generate_series(1, $3)",
        *(world["wangwu"].id, date(2026, 3, 3), RUSH),
    )
    services = replace(world.services, clock=lambda: local("2026-03-03 09:05"))
    waiting, judged = (
        "SELECT count(*) FROM checkin_dirty",
        "SELECT count(*) FROM checkin_days WHERE date = '2026-03-03'",
    )
    await judge_days(services, JudgeDays())
    assert await world.pool.fetchval(waiting) == RUSH + 1 and not await world.pool.fetchval(judged)
    await world.pool.execute(
        "UPDATE checkin_dirty SET punched_at = now() - $2::interval WHERE member_id = $1", world["lisi"].id, PUT_OFF
    )
    await judge_days(services, JudgeDays())
    assert await world.pool.fetchval(waiting) == 0 and await world.pool.fetchval(judged) == 2

"""Months that were added up are kept, and never tell anything but what their days come to."""

from datetime import date

from tests.features.checkins.company import add, local, office, punch
from tests.world import World
from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins.queries import days
from wecom.features.checkins.results import month_of
from wecom.foundation.db import transaction

FIRST, LAST, NOW = date(2026, 3, 1), date(2026, 3, 31), local("2026-06-01 00:00")


async def added_up(world: World, *userids: str) -> list[checkins.Months]:
    """As reports tell it; and as the days themselves do."""
    ids = [world[userid].id for userid in userids]
    async with transaction(world.pool) as tx:
        told = await checkins.month_reports(tx, ids, FIRST, LAST, now=NOW)
        again = await checkins.month_reports(tx, ids, FIRST, LAST, now=NOW)
        found = await checkins.day_reports(tx, ids, FIRST, LAST, now=NOW)
    by_day = [month_of(found[id]) for id in ids]
    assert told == again
    assert [(each.sums, each.rule_id, each.rule_kind) for each in told] == [
        (each.sums, each.rule_id, each.rule_kind) for each in by_day
    ]
    return told


async def kept(world: World) -> list[int]:
    rows = await world.pool.fetch("SELECT member_id FROM checkin_months WHERE month = $1 ORDER BY 1", FIRST)
    return [row[0] for row in rows]


async def test_a_month_is_kept_until_one_of_its_days_is_written_again(world: World) -> None:
    both = sorted(world[userid].id for userid in ("lisi", "wangwu"))
    await add(world, office(world, "lisi", "wangwu"))
    await punch(world, "lisi", "2026-03-03 09:10")
    await punch(world, "lisi", "2026-03-03 19:00")
    before = await added_up(world, "lisi", "wangwu")
    assert await kept(world) == both
    async with transaction(world.pool) as tx:
        on, at = date(2026, 3, 4), local("2026-03-04 09:00")
        await checkins.correct(tx, SYSTEM, world["lisi"].id, on, at, "忘打卡", now=NOW, slot_id=1, way="start")
    assert await kept(world) == [world["wangwu"].id]
    lisi, wangwu = await added_up(world, "lisi", "wangwu")
    assert lisi.sums.exceptions != before[0].sums.exceptions and wangwu == before[1]
    assert await kept(world) == both


async def test_of_whose_days_are_being_written_nothing_is_kept(world: World) -> None:
    await add(world, office(world, "lisi", "wangwu"))
    told = await added_up(world, "lisi", "wangwu")
    await world.pool.execute("DELETE FROM checkin_months")
    async with transaction(world.pool) as writing:
        await days.lock_turns(writing, [world["lisi"].id])
        assert await added_up(world, "lisi", "wangwu") == told
        assert await kept(world) == [world["wangwu"].id]
    assert await added_up(world, "lisi", "wangwu") == told
    assert len(await kept(world)) == 2


async def test_a_month_whose_days_were_added_up_otherwise_is_added_up_anew(world: World) -> None:
    await add(world, office(world, "lisi"))
    told = await added_up(world, "lisi")
    await world.pool.execute("""UPDATE checkin_months SET form = 0, sums = '{"sums": {}}'""")
    assert await added_up(world, "lisi") == told

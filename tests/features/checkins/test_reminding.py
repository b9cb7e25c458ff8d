"""Being reminded to check in and out: once, in time, and only who has to."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.features.checkins.company import NINE_TO_SIX, add, local, office, punch
from tests.world import World
from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import jobs
from wecom.features.checkins.rules_model import HOUR, Timetable, Week
from wecom.foundation.db import transaction

SLOT = replace(NINE_TO_SIX.slots[0], remind_start=9 * HOUR - 600, remind_end=18 * HOUR + 300)
REMINDING = (Week((1, 2, 3, 4, 5), Timetable((SLOT,))),)


async def at(world: World, when: str) -> list[tuple[str, str]]:
    """Who was reminded of what by then that was not before, as a worker does it."""
    before = await _reminded(world)
    services = replace(world.services, clock=lambda: local(when))
    await jobs.remind_of_checkins(services, jobs.RemindOfCheckins())
    return [each for each in await _reminded(world) if each not in before]


async def _reminded(world: World) -> list[tuple[str, str]]:
    rows = await world.pool.fetch(
        "SELECT m.userid, r.way FROM checkin_reminders AS r JOIN members AS m ON m.id = r.member_id ORDER BY 1, 2"
    )
    return [(row["userid"], row["way"]) for row in rows]


async def wish(world: World, userid: str, **notifications: Any) -> None:
    client = await world.client(userid)
    answer = await client.patch("/api/me/settings", json={"notifications": notifications})
    assert answer.status == 200, await answer.text()


async def approve(world: World, userid: str, starts: str, ends: str) -> None:
    async with transaction(world.pool) as tx:
        await checkins.approve_fact(
            tx,
            SYSTEM,
            world[userid].id,
            "leave",
            local(starts),
            local(ends),
            source="approval",
            number=starts,
            now=datetime.now(UTC),
        )


async def test_one_is_reminded_once_before_coming_and_after_going_and_not_who_has_punched(world: World) -> None:
    await add(world, office(world, "lisi", "wangwu", weeks=REMINDING))
    assert await at(world, "2026-03-03 08:00") == []
    await punch(world, "wangwu", "2026-03-03 08:30")
    assert await at(world, "2026-03-03 08:49") == []
    assert await at(world, "2026-03-03 08:50") == [("lisi", "start")]
    assert await at(world, "2026-03-03 08:51") == await at(world, "2026-03-03 08:52") == []
    await punch(world, "lisi", "2026-03-03 08:55")
    assert await at(world, "2026-03-03 18:04") == []
    await punch(world, "lisi", "2026-03-03 18:04")
    assert await at(world, "2026-03-03 18:05") == [("wangwu", "end")]
    assert await at(world, "2026-03-07 08:55") == []  # a Saturday


async def test_two_workers_remind_of_everything_once(world: World) -> None:
    await add(world, office(world, "lisi", "wangwu", "zhangsan", weeks=REMINDING))
    await at(world, "2026-03-03 08:00")
    services = replace(world.services, clock=lambda: local("2026-03-03 08:50"))
    await asyncio.gather(*(jobs.remind_of_checkins(services, jobs.RemindOfCheckins()) for _ in range(3)))
    assert await _reminded(world) == [("lisi", "start"), ("wangwu", "start"), ("zhangsan", "start")]


async def test_leave_moves_a_reminder_or_ends_it(world: World) -> None:
    await add(world, office(world, "lisi", "wangwu", weeks=REMINDING))
    await approve(world, "lisi", "2026-03-03 09:00", "2026-03-03 14:00")
    await approve(world, "wangwu", "2026-03-03 00:00", "2026-03-04 00:00")
    await at(world, "2026-03-03 08:00")
    assert await at(world, "2026-03-03 08:50") == []
    assert await at(world, "2026-03-03 13:50") == [("lisi", "start")]
    assert await at(world, "2026-03-03 18:05") == [("lisi", "end")]
    assert await at(world, "2026-03-04 08:50") == [("wangwu", "start")]


async def test_one_says_for_oneself_how_long_before_or_that_one_wants_none(world: World) -> None:
    await add(world, office(world, "lisi", "wangwu", "zhangsan", weeks=REMINDING))
    await wish(world, "lisi", checkin_before_minutes=30)
    await wish(world, "wangwu", checkin_before=False)
    await at(world, "2026-03-03 08:00")
    assert await at(world, "2026-03-03 08:30") == [("lisi", "start")]
    assert await at(world, "2026-03-03 08:50") == [("zhangsan", "start")]


async def test_what_comes_too_late_to_help_does_not_come_and_a_changed_rule_counts_at_once(world: World) -> None:
    made = await add(world, office(world, "lisi", weeks=REMINDING))
    await at(world, "2026-03-03 08:00")
    assert await at(world, "2026-03-03 09:30") == []
    later = replace(SLOT, remind_end=18 * HOUR + 1800)
    async with transaction(world.pool) as tx:
        await checkins.change_rule(
            tx,
            SYSTEM,
            made.rule_id,
            office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), Timetable((later,))),)),
            now=local("2026-03-03 10:00"),
            effective_now=True,
        )
    assert await at(world, "2026-03-03 18:05") == []
    assert await at(world, "2026-03-03 18:30") == [("lisi", "end")]


async def test_only_those_whose_time_it_is_are_looked_at(world: World) -> None:
    await add(world, office(world, "lisi", weeks=REMINDING))
    await at(world, "2026-03-03 08:00")
    alarm: datetime = await world.pool.fetchval("SELECT at FROM checkin_alarms")
    assert alarm == local("2026-03-03 08:50")
    async with transaction(world.pool) as tx:
        assert await checkins.reminding.remind_some(tx, 10, now=alarm - timedelta(seconds=1)) == 0

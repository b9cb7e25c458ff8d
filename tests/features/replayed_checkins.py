"""Checking in, for the replay test."""

from collections.abc import AsyncIterator
from datetime import date

from tests.features.checkins.company import add, office, punch
from tests.features.replayed import operation
from tests.world import World
from wecom.features.checkins.events import DayChanged
from wecom.foundation.db import transaction
from wecom.foundation.streams import tell

KINDS = ("member.checkin_rule_changed", "member.punch_added", "member.checkin_day_changed")


@operation(*KINDS, viewers=("lisi", "zhangsan"))
async def somebody_gets_a_rule_and_checks_in(world: World) -> AsyncIterator[None]:
    yield
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 08:59", way="start")
    async with transaction(world.pool) as tx:
        tell(tx, world["lisi"].id, DayChanged(date=date(2026, 3, 3)))

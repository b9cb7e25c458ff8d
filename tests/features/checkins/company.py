"""A company that checks in: rules, people and clocks for tests."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.world import World
from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Claim, DayResult, Evidence, Kept, Rule, RuleVersion
from wecom.features.checkins.rules_model import Covered, Place, Rest, Slot, Timetable, Week, Wifi
from wecom.foundation.db import transaction

HOUR = 3600
TOWER = Place("海桥大厦", "滨江路 1 号", 31.2304, 121.4737, 300)
WIFI = Wifi("Haiqiao", "aa:bb:cc:dd:ee:ff")
AT_TOWER = Evidence(latitude=31.2305, longitude=121.4738, accuracy=12, device_id="phone-1")
ELSEWHERE = Evidence(latitude=31.0, longitude=121.0, accuracy=12, device_id="phone-1")
NINE_TO_SIX = Timetable((Slot(1, 9 * HOUR, 18 * HOUR, rests=(Rest(12 * HOUR, 13 * HOUR),)),))


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """'2026-03-02 09:00'; hours may pass 24."""
    day, clock = text.split()
    hours, minutes = clock.split(":")
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(zone))
    return midnight + timedelta(hours=int(hours), minutes=int(minutes))


def office(world: World, *userids: str, departments: tuple[int, ...] = (), **fields: Any) -> Rule:
    """Monday to Friday from nine to six, at the tower."""
    covered = Covered(members=tuple(world[userid].id for userid in userids), departments=departments)
    defaults: dict[str, Any] = {
        "kind": "fixed",
        "name": "总部",
        "zone": "Asia/Shanghai",
        "covered": covered,
        "weeks": (Week((1, 2, 3, 4, 5), NINE_TO_SIX),),
        "places": (TOWER,),
    }
    return Rule(**defaults | fields)


async def add(world: World, rule: Rule, at: str = "2026-03-01 12:00", **more: Any) -> RuleVersion:
    """A rule that holds from that day on."""
    async with transaction(world.pool) as tx:
        return await checkins.add_rule(tx, SYSTEM, rule, now=local(at), **{"effective_now": True} | more)


async def punch(world: World, userid: str, at: str, evidence: Evidence = AT_TOWER, **fields: Any) -> Kept:
    member_id = world[userid].id
    claim = Claim(member_id, fields.pop("client_id", at), member_id, evidence=evidence, **fields)
    async with transaction(world.pool) as tx:
        return await checkins.punch(tx, claim, now=local(at))


async def day(world: World, userid: str, on: str, now: str = "2026-06-01 00:00") -> DayResult:
    [result] = await days(world, userid, on, on, now)
    return result


async def days(world: World, userid: str, first: str, last: str, now: str = "2026-06-01 00:00") -> list[DayResult]:
    member_id = world[userid].id
    async with transaction(world.pool) as tx:
        found = await checkins.day_reports(
            tx, [member_id], date.fromisoformat(first), date.fromisoformat(last), now=local(now)
        )
    return found[member_id]

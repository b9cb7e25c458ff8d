"""What HR takes back, what it finds of what is wrong, and what is written down of it."""

from datetime import UTC, datetime
from typing import Any

from tests.world import World
from wecom.features import checkins
from wecom.features.checkins import Claim, Evidence, Kept
from wecom.foundation import audit
from wecom.foundation.db import transaction
from wecom.interfaces.api.attendance.rule_wire import CheckinRule

from .test_attendance import EVERY_DAY, HOUR, ask, ids, punched, rule

WEEKDAYS = EVERY_DAY | {"weekdays": [0, 1, 2, 3, 4]}


async def march(world: World, by: int, **said: Any) -> None:
    """A rule that holds since the first of March 2026, a Sunday."""
    async with transaction(world.pool) as tx:
        made = CheckinRule.model_validate(rule(**said)["rule"]).said()
        await checkins.add_rule(tx, by, made, now=datetime(2026, 3, 1, 1, tzinfo=UTC), effective_now=True)


async def acts(world: World, action: str) -> list[tuple[str, dict[str, Any]]]:
    """What they were about, and what stands with them; newest first."""
    found = await audit.records(world.pool, before=None, limit=100)
    return [(each.object, each.details) for each in found if each.action == action]


async def test_a_correction_is_taken_back_and_without_slots_the_last_one_counts(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    await march(world, lisi, weeks=[WEEKDAYS], make_ups={"on_rest_days": True})
    saturday = {"member_id": zhangsan, "date": "2026-03-07", "reason": "加班"}
    for way, at in (("start", "02:00"), ("end", "15:00"), ("end", "05:00")):
        day = await ask(hr, "POST", "corrections", json=saturday | {"way": way, "at": f"2026-03-07T{at}:00Z"})
    assert (day["punches"], day["worked"]) == (2, 3 * HOUR)

    behind = await ask(hr, "GET", f"days/{zhangsan}/2026-03-07")
    [last] = [each["id"] for each in behind["punches"] if each["at"].startswith("2026-03-07T05")]
    await ask(hr, "DELETE", f"corrections/{last}?reason=录错")
    behind = await ask(hr, "GET", f"days/{zhangsan}/2026-03-07")
    assert (behind["day"]["worked"], len(behind["punches"])) == (13 * HOUR, 2)
    assert (await ask(hr, "DELETE", f"corrections/{last}?reason=录错", 404))["error"] == "NoSuchCorrection"
    [(about, _)] = await acts(world, "checkin_punch.take_back")
    assert about == f"checkin_punch:{last}"

    monday = {"member_id": zhangsan, "date": "2026-03-09", "reason": "门禁", "slot": 1, "way": "start"}
    day = await ask(hr, "POST", "corrections", json=monday | {"at": "2026-03-09T01:00:00Z"})
    [punch] = [each["punch_id"] for each in day["points"] if each["punch_id"]]
    await ask(hr, "DELETE", f"corrections/{punch}?reason=录错")
    behind = await ask(hr, "GET", f"days/{zhangsan}/2026-03-09")
    assert [each["status"] for each in behind["day"]["points"]] == ["absent", "absent"]
    await punched(world, zhangsan, datetime(2026, 3, 10, 1, tzinfo=UTC), "fact")
    [fact] = (await ask(hr, "GET", f"days/{zhangsan}/2026-03-10"))["punches"]
    assert (await ask(hr, "DELETE", f"corrections/{fact['id']}?reason=x", 404))["error"] == "NoSuchCorrection"


async def test_another_device_becomes_the_usual_one(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    await march(world, lisi)

    async def by(device: str, hour: int) -> Kept:
        evidence = Evidence(latitude=31.2397, longitude=121.4998, device_id=device)
        async with transaction(world.pool) as tx:
            claim = Claim(zhangsan, f"{device} {hour}", zhangsan, evidence=evidence)
            return await checkins.punch(tx, claim, now=datetime(2026, 3, 3, hour, tzinfo=UTC))

    assert not (await by("old", 1)).strange_device
    strange = await by("new", 2)
    assert strange.strange_device
    await ask(hr, "POST", f"punches/{strange.punch_id}/usual-device")
    assert not (await by("new", 3)).strange_device and (await by("old", 4)).strange_device
    behind = await ask(hr, "GET", f"days/{zhangsan}/2026-03-03")
    assert [(each["strange_device"], each["usual_now"]) for each in behind["punches"]] == [
        (False, False),
        (True, True),
        (False, True),
        (True, False),
    ]
    [(about, said)] = await acts(world, "checkin_device.set")
    assert about == f"member:{zhangsan}" and (said["before"], said["device"]) == ("old", "new")
    await punched(world, zhangsan, datetime(2026, 3, 3, 9, tzinfo=UTC), "api")
    found = (await ask(hr, "GET", f"days/{zhangsan}/2026-03-03"))["punches"][-1]
    refused = await ask(hr, "POST", f"punches/{found['id']}/usual-device", 404)
    assert refused["error"] == "PunchWithoutDevice"


async def test_only_who_has_something_wrong_makes_pages_and_one_person_is_named_by_id(world: World) -> None:
    hr = await world.client("admin")
    zhangsan, lisi = await ids(world, "zhangsan", "lisi")
    await march(world, lisi)
    for hour in (1, 10):
        await punched(world, zhangsan, datetime(2026, 3, 3, hour, tzinfo=UTC), f"{hour}")
    tuesday = "days?first=2026-03-03&last=2026-03-03"
    assert (await ask(hr, "GET", f"{tuesday}&department_id=2"))["total"] == 2
    wrong = await ask(hr, "GET", f"{tuesday}&wrong=true&limit=1")
    assert (wrong["total"], [each["person"]["id"] for each in wrong["people"]]) == (1, [lisi])
    assert (await ask(hr, "GET", f"{tuesday}&wrong=true&left=true"))["total"] == 0
    one = await ask(hr, "GET", f"{tuesday}&member_id={zhangsan}&q=lisi")
    assert (one["total"], one["people"][0]["person"]["id"]) == (1, zhangsan)
    for query, userids in ((f"member_id={lisi}", {"lisi"}), ("q=zhangsan", {"zhangsan"}), ("left=true", set())):
        table = (await ask(hr, "GET", f"exports/{tuesday.replace('?', '.csv?')}&{query}")).decode("utf-8-sig")
        assert {each for each in ("zhangsan", "lisi") if each in table} == userids

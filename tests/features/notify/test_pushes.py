"""Who is pushed to, with what, and who is not."""

import json
import zoneinfo
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.features.notify.conftest import Office
from tests.interfaces.realtime.phone import Phone
from wecom.features import apps, lifecycle, messaging, notify
from wecom.features.accounts import SYSTEM
from wecom.features.directory import ROOT
from wecom.features.messaging import Draft, Text
from wecom.features.preferences import QuietHours, is_quiet
from wecom.foundation.db import transaction

WINDOW = timedelta(minutes=5)


async def call_on(office: Office, words: str, **about: Any) -> int:
    body = Text(msgtype="text", content=words, **about)
    world = office.world
    posted = await world.services.mailroom.post(
        Draft(world.lunch, world["zhangsan"].id, f"c{next(world.numbers)}", body)
    )
    return posted.seq


async def test_who_is_away_is_told_how_much_waits_and_nothing_of_what(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    await world.say("zhangsan", world.lunch, "geheim eins")
    posted = await world.say("zhangsan", world.lunch, "geheim zwei")
    await office.settled()
    [push] = lisi.got
    assert push.said == {"conversation_id": world.lunch, "seq": posted.seq, "unread": 2, "badge": 2}
    assert "geheim" not in json.dumps([push.said, push.headers])
    assert push.headers["Urgency"] == "normal" and push.size % 256 == 102
    await office.settled()
    assert len(lisi.got) == 1 and not office.service.refused


async def test_what_was_written_is_told_where_the_member_and_the_company_want_it(office: Office) -> None:
    lisi = await office.subscribe("lisi", show_text=True)
    world = office.world
    direct = await world.direct("zhangsan", "lisi")
    await world.say("zhangsan", direct, "在吗 👋\n急")
    await world.say("zhangsan", world.lunch, "x" * 19_000)
    await office.settled()
    told = {push.said["conversation_id"]: push for push in lisi.got}
    assert (told[direct].said["title"], told[direct].said["body"]) == ("张三", "在吗 👋 急")
    assert told[direct].headers["Urgency"] == "high"
    assert told[world.lunch].said["title"] == "午饭" and told[world.lunch].said["body"].startswith("张三: xxx")
    assert told[direct].headers["Topic"] != told[world.lunch].headers["Topic"]
    assert all(push.size < 3000 for push in lisi.got)

    forbidden = world.services.settings.model_copy(update={"push_text": False})
    world.services = replace(world.services, settings=forbidden)
    await world.say("zhangsan", direct, "still geheim")
    await office.settled()
    assert set(lisi.got[-1].said) == {"conversation_id", "seq", "unread", "badge"} and lisi.got[-1].said["unread"] == 2


async def test_what_is_confidential_is_never_told(office: Office) -> None:
    lisi = await office.subscribe("lisi", show_text=True)
    await call_on(office, "die Gehälter", confidential=True)
    await office.settled()
    assert lisi.got[0].said["title"] == "午饭" and "body" not in lisi.got[0].said


async def test_who_has_shown_or_read_it_on_any_device_is_not_told(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    phone = await Phone.of(world, "lisi")
    first = await world.say("zhangsan", world.lunch, "eins")
    await phone.ws.send_json({"type": "ack", "cursors": {f"conversation:{world.lunch}": first.seq}})
    for _ in range(50):
        if await world.pool.fetchval("SELECT count(*) FROM device_cursors"):
            break
        await office.work(0.02)
    await office.settled()
    assert lisi.got == []
    second = await world.say("zhangsan", world.lunch, "zwei")
    async with transaction(world.pool) as tx:
        await messaging.mark_read(tx, world["lisi"].id, world.lunch, second.seq)
    await office.settled()
    assert lisi.got == []
    third = await world.say("zhangsan", world.lunch, "drei")
    await office.settled()
    assert [push.said["seq"] for push in lisi.got] == [third.seq], "a socket that shows nothing is nobody there"


async def test_nobody_is_told_of_what_they_said_themselves(office: Office) -> None:
    zhangsan = await office.subscribe("zhangsan")
    await office.world.say("zhangsan", office.world.lunch, "ich")
    await office.settled()
    assert zhangsan.got == []


@pytest.mark.parametrize(
    ("wanted", "about", "told"),
    [
        ({"notify": "none"}, {"everyone": True}, False),
        ({"notify": "mentions"}, {}, False),
        ({"notify": "mentions"}, {"everyone": True}, True),
        ({"notify": "mentions"}, {"mentions": "lisi"}, True),
        ({"notify": "mentions"}, {"mentions": "zhangsan"}, False),
        ({"muted_until": "2031-01-01T00:00:00Z"}, {"mentions": "lisi"}, False),
        ({"muted_until": "2021-01-01T00:00:00Z"}, {}, True),
        ({"hidden": True, "pinned": True}, {}, True),
    ],
)
async def test_a_conversation_tells_as_much_as_is_wanted(
    office: Office, wanted: dict[str, Any], about: dict[str, Any], told: bool
) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    await office.prefer("lisi", world.lunch, **wanted)
    if "mentions" in about:
        about = {"mentions": (world[about["mentions"]].id,)}
    called = await call_on(office, "@", **about)
    await world.say("zhangsan", world.lunch, "und nichts weiter")
    await office.settled()
    assert bool(lisi.got) is told
    if told and wanted.get("notify") == "mentions":
        assert lisi.got[0].said["seq"] == called and lisi.got[0].said["badge"] == 1
        assert lisi.got[0].headers["Urgency"] == "high"


async def test_the_badge_counts_all_that_notifies(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    quiet = await world.conversation("zhangsan", "lisi", name="leise")
    calls = await world.conversation("zhangsan", "lisi", name="rufe")
    await office.prefer("lisi", quiet, notify="none")
    await office.prefer("lisi", calls, notify="mentions")
    for id in (quiet, calls, world.lunch, await world.direct("zhangsan", "lisi")):
        await world.say("zhangsan", id, "a")
        await world.say("zhangsan", id, "b")
    await office.settled()
    assert {push.said["badge"] for push in lisi.got} == {4} and len(lisi.got) == 2


async def test_what_was_recalled_or_is_not_theirs_any_more_is_not_told(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    kept = await world.say("zhangsan", world.lunch, "das bleibt")
    gone = await world.say("zhangsan", world.lunch, "das nicht")
    async with transaction(world.pool) as tx:
        await messaging.recall(tx, world["zhangsan"].id, world.lunch, gone.seq, window=WINDOW)
    await office.settled()
    assert [push.said["seq"] for push in lisi.got] == [kept.seq]
    lisi.refusing = [(500, {})]
    gone = await world.say("zhangsan", world.lunch, "auch nicht")
    await office.settled()
    async with transaction(world.pool) as tx:
        await messaging.recall(tx, world["zhangsan"].id, world.lunch, gone.seq, window=timedelta(hours=1))
    await office.again()
    lisi.refusing = [(500, {})]
    await world.say("zhangsan", world.lunch, "und dann nicht mehr")
    await office.settled()
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    await office.again()
    await world.say("zhangsan", world.lunch, "ohne ihn")
    await office.settled()
    assert [push.said["seq"] for push in lisi.got] == [kept.seq]


async def test_whoever_was_put_out_before_it_was_decided_gets_nothing(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    await world.say("zhangsan", world.lunch, "noch da")
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    await office.settled()
    assert lisi.got == []


async def test_an_app_tells_those_it_speaks_to(office: Office) -> None:
    lisi, zhangsan = await office.subscribe("lisi", show_text=True), await office.subscribe("zhangsan", show_text=True)
    world = office.world
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "公告助手", visible_departments=[ROOT])
        id = await messaging.open_app_conversation(tx, app.id)
    for n, audience in enumerate((None, (1 << world["lisi"].ordinal).to_bytes(8, "little"))):
        async with transaction(world.pool) as tx:
            words = Text(msgtype="text", content=f"Nachricht {n}")
            await messaging.post_to_audience(tx, id, app.id, str(n), words, audience)
        await office.settled()
    assert [push.said["body"] for push in lisi.got] == ["Nachricht 0", "Nachricht 1"]
    assert [push.said["body"] for push in zhangsan.got] == ["Nachricht 0"]
    assert (lisi.got[1].said["title"], lisi.got[1].said["unread"], lisi.got[1].said["badge"]) == ("公告助手", 2, 2)


async def test_nothing_is_pushed_to_whom_it_is_switched_off_for_or_who_has_left(office: Office) -> None:
    lisi = await office.subscribe("lisi", enabled=False)
    world = office.world
    await world.say("zhangsan", world.lunch, "aus")
    await office.settled()
    assert lisi.got == []
    await office.change("lisi", enabled=True)
    lisi.refusing = [(503, {})]
    await world.say("zhangsan", world.lunch, "an")
    await office.settled()
    async with transaction(world.pool) as tx:
        await lifecycle.leave(tx, SYSTEM, world["lisi"].id)
    await office.again()
    assert lisi.got == [] and office.service.asked == 1


async def test_quiet_hours_are_the_members_own(office: Office) -> None:
    lisi = await office.subscribe("lisi", quiet_hours={"from": "22:00", "to": "07:00", "days": [1, 2, 3, 4, 5]})
    world = office.world
    shanghai = zoneinfo.ZoneInfo("Asia/Shanghai")
    for hour, told in ((23, 0), (12, 1)):
        at = datetime(2026, 3, 4, hour, tzinfo=shanghai)
        world.services = replace(world.services, clock=lambda at=at: at)
        await world.say("zhangsan", world.lunch, f"um {hour}")
        await office.settled()
        assert len(lisi.got) == told
    await office.clients["lisi"].patch("/api/me/settings", json={"timezone": "America/New_York"})
    await world.say("zhangsan", world.lunch, "dort ist es 23 Uhr")
    await office.settled()
    assert len(lisi.got) == 1, "12:00 in Shanghai is 23:00 of the day before in New York"


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        # Friday, 27 March 2026; in the night to Sunday clocks go from 2 to 3.
        ("2026-03-27T21:59:00+01:00", False),
        ("2026-03-27T22:00:00+01:00", True),
        ("2026-03-28T06:59:00+01:00", True),
        ("2026-03-28T07:00:00+01:00", False),
        ("2026-03-28T23:00:00+01:00", True),
        ("2026-03-29T01:59:00+01:00", True),
        ("2026-03-29T03:01:00+02:00", True),
        ("2026-03-29T06:59:00+02:00", True),
        ("2026-03-29T07:00:00+02:00", False),
        ("2026-03-29T22:30:00+02:00", False),
        ("2026-03-30T05:00:00+02:00", False),
        # In the night to Sunday, 25 October, the hour from 2 to 3 comes twice.
        ("2026-10-25T02:30:00+02:00", True),
        ("2026-10-25T02:30:00+01:00", True),
        ("2026-10-25T06:59:00+01:00", True),
        ("2026-10-25T07:00:00+01:00", False),
    ],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(at: str, quiet: bool) -> None:
    hours = QuietHours(begins="22:00", ends="07:00", days=(5, 6))
    now = datetime.fromisoformat(at).astimezone(UTC)
    assert is_quiet(hours, now, "Europe/Berlin") is quiet


def test_quiet_hours_of_one_day_and_of_whole_days() -> None:
    noon = QuietHours(begins="12:00", ends="13:00", days=(1,))
    weekend = QuietHours(begins="00:00", ends="00:00", days=(6, 7))
    monday, sunday = datetime(2026, 3, 2, 12, 30, tzinfo=UTC), datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    assert is_quiet(noon, monday, "UTC") and not is_quiet(noon, monday + timedelta(days=1), "UTC")
    assert is_quiet(weekend, sunday, "UTC") and not is_quiet(weekend, sunday + timedelta(minutes=1), "UTC")
    assert not is_quiet(None, monday, "UTC")


async def test_a_reminder_to_check_in_says_only_that_and_not_in_quiet_hours_nor_late(office: Office) -> None:
    lisi = await office.subscribe("lisi", show_text=True)
    world = office.world

    async def remind(going: bool) -> None:
        async with transaction(world.pool) as tx:
            await notify.remind(tx, [(world["lisi"].id, going, 1_772_000_000)])

    await remind(False)
    await remind(True)
    await office.settled()
    [push] = lisi.got
    assert push.said == {"checkin": "off", "badge": 0}
    assert (push.headers["TTL"], push.headers["Urgency"]) == ("1800", "high")
    await remind(False)
    await world.pool.execute("UPDATE pushes SET at = at - interval '31 minutes'")
    await office.settled()
    await office.change("lisi", quiet_hours={"from": "00:00", "to": "00:00", "days": [1, 2, 3, 4, 5, 6, 7]})
    await remind(False)
    await office.settled()
    assert len(lisi.got) == 1
    assert await world.pool.fetchval("SELECT count(*) FROM pushes") == 0

"""Push services as they are: gone, busy, broken, hanging; and devices that come and go."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.features.notify.conftest import Office
from tests.features.notify.push_service import Browser, push_service
from tests.world import PASSWORD
from wecom.features.notify import Pushing, public_key, send
from wecom.features.notify.jobs import ForgetPushes, forget_pushes
from wecom.features.notify.subscribe import MOST_DEVICES
from wecom.foundation.db import transaction


async def subscriptions(office: Office) -> int:
    count: int = await office.world.pool.fetchval("SELECT count(*) FROM push_subscriptions")
    return count


async def waiting(office: Office) -> list[Any]:
    return await office.world.pool.fetch("SELECT attempt, extract(epoch FROM due_at - now()) AS wait FROM pushes")


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_is_gone_is_forgotten(office: Office, status: int) -> None:
    lisi = await office.subscribe("lisi")
    lisi.refusing = [(status, {})]
    await office.world.say("zhangsan", office.world.lunch, "hallo")
    await office.settled()
    assert lisi.got == [] and await subscriptions(office) == 0 and await waiting(office) == []


@pytest.mark.parametrize("status", [400, 401, 403, 413])
async def test_what_a_service_will_never_take_is_given_up_and_the_device_is_kept(office: Office, status: int) -> None:
    lisi = await office.subscribe("lisi")
    lisi.refusing = [(status, {})]
    await office.world.say("zhangsan", office.world.lunch, "hallo")
    await office.settled()
    assert lisi.got == [] and await waiting(office) == []
    await office.world.say("zhangsan", office.world.lunch, "nochmal")
    await office.settled()
    assert [push.said["unread"] for push in lisi.got] == [2]


@pytest.mark.parametrize(
    ("status", "headers", "least", "most"),
    [
        (429, {"Retry-After": "40"}, 35, 41),
        (503, {"Retry-After": "40"}, 35, 41),
        (500, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=9), usegmt=True)}, 3500, 3601),
        (500, {"Retry-After": "soon"}, 3, 6),
        (500, {}, 3, 6),
    ],
)
async def test_a_service_that_is_busy_is_asked_again_when_it_says(
    office: Office, status: int, headers: dict[str, str], least: float, most: float
) -> None:
    lisi = await office.subscribe("lisi")
    lisi.refusing = [(status, headers)]
    posted = await office.world.say("zhangsan", office.world.lunch, "hallo")
    await office.settled()
    [push] = await waiting(office)
    assert push["attempt"] == 1 and least < push["wait"] < most and lisi.got == []
    office.pushing._services.clear()
    await office.again()
    assert [push.said["seq"] for push in lisi.got] == [posted.seq] and await waiting(office) == []


async def test_a_service_that_asked_for_a_pause_gets_one_and_the_others_go_on(office: Office) -> None:
    async with push_service() as other:
        lisi, zhangsan = await office.subscribe("lisi"), await office.subscribe("zhangsan", other)
        lisi.refusing = [(503, {"Retry-After": "600"})]
        await office.world.say("zhangsan", office.world.lunch, "eins")
        await office.settled()
        await office.world.say("lisi", office.world.lunch, "zwei")
        await office.settled()
        await office.again()
        assert (office.service.asked, len(zhangsan.got)) == (1, 1)


async def test_what_is_never_taken_is_given_up_in_the_end(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    lisi.refusing = [(500, {})] * 30
    await office.world.say("zhangsan", office.world.lunch, "hallo")
    await office.settled()
    for _ in range(30):
        await office.again()
    assert office.service.asked == 10 and await waiting(office) == [] and await subscriptions(office) == 1


async def test_a_service_that_hangs_keeps_no_other_waiting(office: Office) -> None:
    async with push_service() as dead:
        dead.hangs = True
        world = office.world
        others = [await world.add(f"neu{n}") for n in range(40)]
        for n, each in enumerate(others):
            await office.subscribe(each.userid, dead if n else None)
        group = await world.conversation("zhangsan", *(each.userid for each in others))
        await world.say("zhangsan", group, "hallo")
        await office.settled_in(3)
        live = next(iter(office.service.browsers.values()))
        assert len(live.got) == 1 and 0 < dead.most_at_once <= 32
        for task in office.pushing._tasks:
            task.cancel()


async def test_services_that_never_answer_share_a_few_requests_and_a_member_has_few_devices(office: Office) -> None:
    for _ in range(MOST_DEVICES + 2):
        last = await office.subscribe("lisi")
    assert await subscriptions(office) == MOST_DEVICES
    await office.world.say("zhangsan", office.world.lunch, "from now on it is known to answer")
    await office.settled()
    async with AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(push_service()) for _ in range(4)]
        for each in silent:
            each.hangs = True
            await office.subscribe("lisi", each)
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        monkeypatch.setattr(send, "AT_ONCE_AILING", 2)
        await office.world.say("zhangsan", office.world.lunch, "hallo")
        await office.settled_in(3)
        assert sum(each.most_at_once for each in silent) <= 2
        assert len(last.got) == 2
        for task in office.pushing._tasks:
            task.cancel()


async def test_several_messages_at_once_are_one_push_and_later_ones_take_its_place(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    for n in range(5):
        last = await world.say("zhangsan", world.lunch, str(n))
    await office.settled()
    assert [push.said["seq"] for push in lisi.got] == [last.seq]
    later = await world.say("zhangsan", world.lunch, "später")
    await office.settled()
    assert len({push.headers["Topic"] for push in lisi.got}) == 1
    [kept] = office.service.undelivered.values()
    assert kept.said["seq"] == later.seq, "a device that was off gets one"


async def test_what_is_said_while_a_push_is_on_its_way_is_sent_too(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    lisi.slow = 0.6
    world = office.world
    first = await world.say("zhangsan", world.lunch, "eins")
    sending = asyncio.create_task(office.settled())
    await asyncio.sleep(0.3)
    second = await world.say("zhangsan", world.lunch, "zwei")
    await sending
    await office.settled()
    assert [push.said["seq"] for push in lisi.got] in ([first.seq, second.seq], [second.seq])
    assert lisi.got[-1].said["seq"] == second.seq and await waiting(office) == []


async def test_a_worker_that_dies_in_the_middle_loses_nothing(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    lisi.slow = 30
    posted = await office.world.say("zhangsan", office.world.lunch, "hallo")
    await office.settled_in(0.5)
    assert office.pushing._tasks, "a push is under way"
    for task in office.pushing._tasks:
        task.cancel()
    await asyncio.wait(office.pushing._tasks)
    lisi.slow = 0
    office.pushing = Pushing()
    await office.work(0.3)
    assert lisi.got == [], "whose it is, is not known yet"
    await office.again()
    assert [push.said["seq"] for push in lisi.got] == [posted.seq]


async def test_an_endpoint_is_its_browsers_whoever_signs_in_there(office: Office) -> None:
    browser = await office.subscribe("lisi")
    zhangsan = await office.world.client("zhangsan")
    wanted = office.service.subscription(browser, (await (await zhangsan.get("/api/push/key")).json())["public_key"])
    assert (await zhangsan.post("/api/push/subscriptions", json=wanted)).status == 200
    mine = (await (await zhangsan.get("/api/push/subscriptions")).json())["subscriptions"]
    assert [(each["here"], each["service"]) for each in mine] == [(True, office.service.origin)]
    assert (await (await office.clients["lisi"].get("/api/push/subscriptions")).json())["subscriptions"] == []
    await office.world.say("zhangsan", office.world.lunch, "für lisi")
    await office.settled()
    assert browser.got == []


async def test_a_session_has_one_subscription_and_takes_it_with_it(office: Office) -> None:
    world = office.world
    await office.subscribe("lisi")
    lisi = office.clients["lisi"]
    second = Browser()
    wanted = office.service.subscription(second, (await (await lisi.get("/api/push/key")).json())["public_key"])
    ids = {(await (await lisi.post("/api/push/subscriptions", json=wanted)).json())["id"] for _ in range(2)}
    listed = (await (await lisi.get("/api/push/subscriptions")).json())["subscriptions"]
    assert [each["id"] for each in listed] == [max(ids)] and await subscriptions(office) == 1
    await world.say("zhangsan", world.lunch, "eins")
    await office.settled()
    assert len(second.got) == 1
    change = {"old_password": PASSWORD, "new_password": "Elster-am-Ufer-31"}
    answer = await (await world.client("lisi")).put("/api/me/password", json=change)
    assert answer.status == 200, await answer.text()
    await world.say("zhangsan", world.lunch, "zwei")
    await office.settled()
    assert len(second.got) == 1, "a new password signs out the other devices"
    await forget_pushes(office.services, ForgetPushes())
    assert await subscriptions(office) == 0


async def test_a_device_tests_itself_and_unsubscribes(office: Office) -> None:
    browser = await office.subscribe("lisi")
    lisi, other = office.clients["lisi"], await office.world.client("lisi")
    assert (await lisi.post("/api/push/test")).status == 200
    await office.work(0.3)
    assert [push.said for push in browser.got] == [{"test": True, "badge": 0}]
    assert (await other.post("/api/push/test")).status == 404
    statuses = [(await lisi.post("/api/push/test")).status for _ in range(8)]
    assert 429 in statuses
    [mine] = (await (await other.get("/api/push/subscriptions")).json())["subscriptions"]
    stranger = await office.world.client("zhangsan")
    assert (await stranger.delete(f"/api/push/subscriptions/{mine['id']}")).status == 404
    assert (await other.delete(f"/api/push/subscriptions/{mine['id']}")).status == 200
    assert (await other.delete(f"/api/push/subscriptions/{mine['id']}")).status == 404
    await office.work(0.2)
    assert len(browser.got) == 1


POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth"),
    [
        ("http://push.example.com/x", POINT, "A" * 22),
        ("https://10.0.0.1/x", POINT, "A" * 22),
        ("https://169.254.169.254/latest/meta-data", POINT, "A" * 22),
        ("https://[::1]/x", POINT, "A" * 22),
        ("https://u:p@push.example.com/x", POINT, "A" * 22),
        ("ftp://push.example.com/x", POINT, "A" * 22),
        ("https://", POINT, "A" * 22),
        ("https://push.example.com/x", POINT[:-4], "A" * 22),
        ("https://push.example.com/x", "BA" + "A" * 85, "A" * 22),
        ("https://push.example.com/x", POINT, "A" * 20),
        ("https://push.example.com/x", POINT, "ä" * 22),
        ("https://push.example.com/" + "x" * 3000, POINT, "A" * 22),
    ],
)
async def test_what_no_browser_gave_is_refused(office: Office, endpoint: str, p256dh: str, auth: str) -> None:
    lisi = await office.world.client("lisi")
    keys = {"p256dh": p256dh, "auth": auth}
    answer = await lisi.post("/api/push/subscriptions", json={"endpoint": endpoint, "keys": keys})
    assert answer.status == 400 and (await answer.json())["message"]
    assert await subscriptions(office) == 0


async def test_the_key_is_made_once_and_anew_only_where_it_cannot_be_opened(office: Office) -> None:
    pool, key = office.world.pool, office.services.key

    async def asked(server_key: bytes) -> bytes:
        async with transaction(pool) as tx:
            return await public_key(tx, server_key)

    first = await asyncio.gather(*(asked(key) for _ in range(8)))
    assert len(set(first)) == 1
    await office.subscribe("lisi")
    other = await asked(b"another key of the server's altogether")
    assert other != first[0] and await subscriptions(office) == 0
    assert await asked(b"another key of the server's altogether") == other


async def test_pushes_are_there_within_five_seconds(office: Office) -> None:
    lisi = await office.subscribe("lisi")
    world = office.world
    settings = office.services.settings.model_copy(update={"push_after_seconds": 3.0})
    world.services = replace(world.services, settings=settings)
    ids = [await world.conversation("zhangsan", "lisi", name=f"g{n}") for n in range(20)]
    said = {}
    started = time.monotonic()
    working = asyncio.create_task(office.work(7))
    for id in ids:
        await world.say("zhangsan", id, "hallo")
        said[id] = time.time()
        await asyncio.sleep(0.1)
    while len(lisi.got) < len(ids) and time.monotonic() < started + 9:
        await asyncio.sleep(0.05)
    await working
    delays = sorted(push.at - said[push.said["conversation_id"]] for push in lisi.got)
    print(f"pushes: {len(delays)}, median {delays[10]:.2f} s, p95 {delays[18]:.2f} s")
    assert len(delays) == len(ids) and delays[18] < 5


async def test_two_thousand_who_are_away_are_told(office: Office) -> None:
    world, pool = office.world, office.world.pool
    lisi = await office.subscribe("lisi")
    await crowd(office, lisi, 2000)
    group: int = world.lunch
    started = time.monotonic()
    posted = await world.say("zhangsan", group, "an alle")
    assert time.monotonic() - started < 5
    assert await pool.fetchval("SELECT count(*) FROM pushes") == 0, "who sends writes no row for who is told"
    await office.settled()
    took = time.monotonic() - started
    print(f"2,000 pushes in {took:.1f} s")
    assert len(lisi.got) == 2001 and {push.said["seq"] for push in lisi.got} == {posted.seq}


async def crowd(office: Office, browser: Browser, size: int) -> None:
    """So many more members of the group, each with a session and a subscription at the same browser's keys."""
    pool = office.world.pool
    browser.token = "*"
    office.service.everybody = browser
    made = await pool.fetch(
        """
        WITH a AS (INSERT INTO actors (kind) SELECT 'member' FROM generate_series(1, $1::int) RETURNING id),
        t AS (INSERT INTO streams (id) SELECT id FROM a)
        SELECT id FROM a
        """,
        size,
    )
    ids = [row["id"] for row in made]
    await pool.execute(
        "INSERT INTO members (id, userid, name) SELECT id, 'crowd' || id, 'x' FROM unnest($1::bigint[]) AS id", ids
    )
    await pool.execute(
        """
        INSERT INTO participants (conversation_id, actor_id, from_seq) SELECT $2, id, 0 FROM unnest($1::bigint[]) AS id
        """,
        ids,
        office.world.lunch,
    )
    await pool.execute(
        """
        INSERT INTO sessions (member_id, token_hash, kind, expires_at)
        SELECT id, sha256(id::text::bytea), 'cookie', now() + interval '1 day' FROM unnest($1::bigint[]) AS id
        """,
        ids,
    )
    await pool.execute(
        """
        INSERT INTO push_subscriptions (session_id, member_id, endpoint, endpoint_hash, origin, p256dh, auth)
        SELECT s.id, s.member_id, $2 || '/push/' || s.id, sha256(s.token_hash), $2, $3, $4
        FROM sessions AS s WHERE s.member_id = ANY($1::bigint[])
        """,
        ids,
        office.service.origin,
        browser.public,
        browser.auth,
    )

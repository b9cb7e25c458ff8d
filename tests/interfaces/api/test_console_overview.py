"""How the company uses it and how the server fares; what was given up; devices of others, and handing over."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from tests.interfaces.realtime.phone import Phone
from tests.world import Client, World
from wecom.features import apps, figures
from wecom.features.accounts import SYSTEM
from wecom.features.figures import queries
from wecom.features.figures.jobs import CloseDays, NoteWhoIsHere, close_days, note_who_is_here
from wecom.foundation.db import Tx, transaction
from wecom.foundation.jobs import enqueue, job, work_one
from wecom.foundation.streams import follow_transactions

CONSOLE = "/api/console"


async def got(client: Client, path: str, **query: str) -> dict[str, Any]:
    answer = await client.get(path, params=query)
    assert answer.status == 200, await answer.text()
    told: dict[str, Any] = await answer.json()
    return told


async def counted(world: World) -> None:
    while await figures.count_next(world.pool):
        pass


async def test_what_is_said_is_counted_once_by_day_sender_and_group(world: World) -> None:
    admin = await world.client("admin")
    for n in range(3):
        await world.say("zhangsan", world.lunch, f"{n}")
    await world.say("lisi", world.lunch, "vier")
    await world.say("lisi", await world.direct("lisi", "wangwu"), "unter uns")
    async with transaction(world.pool) as tx:
        await apps.create_robot(tx, SYSTEM, world.lunch, "机器人")
    await counted(world)
    await counted(world)
    told = await got(admin, f"{CONSOLE}/statistics", days="7")
    today = told["days"][-1]
    assert len(told["days"]) == 7 and (today["messages"], today["senders"], today["app_messages"]) == (5, 2, 0)
    assert told["busiest_groups"] == [{"kind": "group", "name": None, "members": 2, "messages": 4}], (
        "no name, no direct"
    )
    await world.say("zhangsan", world.lunch, "noch eins")
    await counted(world)
    assert (await got(admin, f"{CONSOLE}/overview"))["today"]["messages"] == 6


async def test_a_day_that_is_over_is_summed_up_and_who_said_what_is_forgotten(world: World) -> None:
    admin = await world.client("admin")
    await world.say("zhangsan", world.lunch, "gestern")
    await note_who_is_here(world.services, NoteWhoIsHere())
    await counted(world)
    for table in ("day_senders", "day_members", "day_conversations"):
        await world.pool.execute(f"UPDATE {table} SET day = day - 3")
    for _ in range(2):
        await close_days(world.services, CloseDays())
    assert await world.pool.fetchval("SELECT count(*) FROM day_senders") == 0
    day = (await got(admin, f"{CONSOLE}/statistics", days="4"))["days"][0]
    assert (day["messages"], day["senders"], day["active_members"]) == (1, 1, 1)
    assert (await got(admin, f"{CONSOLE}/statistics", days="4"))["busiest_groups"][0]["messages"] == 1


async def test_no_day_is_closed_before_all_of_it_is_counted(world: World) -> None:
    for n in range(4):
        await world.say("zhangsan", world.lunch, f"{n}")
    await world.pool.execute("UPDATE messages SET sent_at = sent_at - interval '5 days'")
    xids = await world.pool.fetch("SELECT DISTINCT xid FROM messages ORDER BY xid")
    half = xids[len(xids) // 2 - 1]["xid"]

    async def first_half(tx: Tx, after: int) -> int:
        return int(half)

    await follow_transactions(world.pool, figures.FOLLOWER, first_half, queries.count_messages)
    async with transaction(world.pool) as counting:
        await counting.execute("SELECT FROM followers WHERE name = $1 FOR UPDATE", figures.FOLLOWER)
        await close_days(world.services, CloseDays())
    assert await world.pool.fetchval("SELECT count(*) FROM days") == 0
    await close_days(world.services, CloseDays())
    assert await world.pool.fetchval("SELECT messages FROM days") == len(await world.pool.fetch("SELECT FROM messages"))


async def test_the_overview_counts_and_says_what_to_do(world: World) -> None:
    admin = await world.client("admin")
    phone = await Phone.of(world, "lisi")
    told = await got(admin, f"{CONSOLE}/overview")
    assert (told["members"], told["members_activated"], told["administrators"]) == (5, 5, 1)
    assert told["database_bytes"] > 1_000_000 and told["free_bytes"] > 0 and told["version"]
    assert {each["code"] for each in told["warnings"]} == {"one_administrator", "no_https"}
    for _ in range(100):
        if (told := await got(admin, f"{CONSOLE}/overview"))["members_online"]:
            break
    assert (told["members_online"], told["web_processes"]) == (1, told["web_processes"]), "lisi"
    await phone.ws.close()
    await world.pool.execute("INSERT INTO schedules (kind, next_at) VALUES ('Nothing', now() - interval '1 hour')")
    told = await got(admin, f"{CONSOLE}/overview")
    assert not told["worker_runs"] and "no_worker" in {each["code"] for each in told["warnings"]}
    for userid in ("zhangsan", "auditor"):
        for path in ("overview", "statistics", "jobs"):
            assert (await (await world.client(userid)).get(f"{CONSOLE}/{path}")).status == 403


class NeverWorks(BaseModel):
    """Fail."""


async def test_what_was_given_up_is_tried_again_or_deleted(world: World) -> None:
    admin = await world.client("admin")

    @job(NeverWorks, attempts=1, lease=timedelta(seconds=5))
    async def never(services: Any, _: NeverWorks) -> None:
        raise RuntimeError("kaputt")

    async with transaction(world.pool) as tx:
        await enqueue(tx, NeverWorks())
        await enqueue(tx, NeverWorks(), after=timedelta(hours=1))
    while await work_one(world.pool, world.services):
        pass
    listed = (await got(admin, f"{CONSOLE}/jobs"))["jobs"]
    assert [each["state"] for each in listed] == ["waiting", "failed"] and "kaputt" in listed[1]["error"]
    assert [each["state"] for each in (await got(admin, f"{CONSOLE}/jobs", failed="true"))["jobs"]] == ["failed"]
    waiting, failed = (f"{CONSOLE}/jobs/{each['id']}" for each in listed)
    assert (await admin.post(f"{waiting}/retry")).status == 404 and (await admin.delete(waiting)).status == 404
    assert (await admin.post(f"{failed}/retry")).status == 200
    assert (await admin.delete(failed)).status == 404, "it is not given up any more"
    while await work_one(world.pool, world.services):
        pass
    assert (await admin.delete(failed)).status == 200
    acts = await world.pool.fetch("SELECT action FROM audit_records WHERE action ~ '^job' ORDER BY id")
    assert [row["action"] for row in acts] == ["job.retried", "job.deleted"]


async def test_an_administrator_sees_somebodys_devices_and_signs_one_out(world: World) -> None:
    admin, lisi, other = await world.client("admin"), await world.client("lisi"), await world.client("lisi")
    devices = f"/api/members/{world['lisi'].id}/devices"
    listed = (await got(admin, devices))["devices"]
    assert len(listed) == 2 and not any(each["here"] for each in listed)
    assert (await admin.delete(f"{devices}/{listed[0]['session_id']}")).status == 200
    assert (await admin.delete(f"{devices}/{listed[0]['session_id']}")).status == 404
    assert sorted([(await each.get("/api/me")).status for each in (lisi, other)]) == [200, 401]
    zhangsan = f"/api/members/{world['zhangsan'].id}/devices/{listed[1]['session_id']}"
    assert (await admin.delete(zhangsan)).status == 404, "not theirs"
    assert (await admin.get("/api/members/999999999/devices")).status == 404
    assert (await (await world.client("auditor")).get(devices)).status == 403


async def test_who_leaves_hands_their_groups_over(world: World) -> None:
    admin = await world.client("admin")
    leaves = f"/api/members/{world['zhangsan'].id}/leave"
    other = await world.conversation("zhangsan", "lisi", "wangwu", name="两个人")
    would = await got(admin, leaves)
    assert (would["groups_owned"], would["conversations"], would["roles"]) == (2, 2, [])
    for unfit in (world["zhangsan"].id, 999_999_999):
        assert (await admin.post(leaves, json={"hand_over_to": unfit})).status == 400
    await admin.post(f"/api/members/{world['lisi'].id}/disable")
    assert (await (await admin.post(leaves, json={"hand_over_to": world["lisi"].id})).json())["error"] == "HeirUnfit"
    assert (await admin.post(leaves, json={"hand_over_to": world["wangwu"].id})).status == 200
    owners = await world.pool.fetch(
        "SELECT conversation_id, actor_id FROM participants WHERE role = 'owner' AND to_seq IS NULL ORDER BY 1"
    )
    assert [tuple(row) for row in owners] == [(world.lunch, world["wangwu"].id), (other, world["wangwu"].id)]
    assert (await admin.get(leaves)).status == 404
    assert (await admin.post(leaves)).status == 404

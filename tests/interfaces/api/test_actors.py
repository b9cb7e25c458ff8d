"""Naming whoever is met: members, apps, robots, the system; and nobody else."""

from typing import Any

from tests.world import World
from wecom.features import apps, directory, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.messaging import Text
from wecom.foundation.db import transaction

Actor = tuple[str, str]


async def named(world: World, userid: str, *ids: int) -> dict[int, Actor]:
    client = await world.client(userid)
    answer = await client.get("/api/actors", params=[("id", str(id)) for id in ids])
    assert answer.status == 200, await answer.text()
    return {each["id"]: (each["kind"], each["name"]) for each in (await answer.json())["actors"]}


async def app(world: World, name: str, *visible: int) -> int:
    async with transaction(world.pool) as tx:
        made, _ = await apps.create_app(tx, SYSTEM, name, visible_members=visible)
    return made.id


async def test_members_robots_and_the_system_are_named(world: World) -> None:
    async with transaction(world.pool) as tx:
        robot, _ = await apps.create_robot(tx, SYSTEM, world.lunch, "小助手")
    lisi = world["lisi"].id
    everybody = {2: ("system", ""), lisi: ("member", "李四"), robot.id: ("robot", "小助手")}
    assert await named(world, "zhangsan", lisi, robot.id, SYSTEM, 10**9) == everybody
    assert await named(world, "wangwu", lisi, robot.id) == {lisi: ("member", "李四")}, "not in the group"
    assert robot.id in await named(world, "auditor", robot.id), "who reads the log can read who did it"

    async with transaction(world.pool) as tx:
        await apps.remove_robot(tx, SYSTEM, world.lunch, robot.id)
    assert await named(world, "zhangsan", robot.id) == {robot.id: ("robot", "小助手")}, "what it said stays"


async def test_an_app_is_named_to_whom_it_is_shown_and_to_whom_it_wrote(world: World) -> None:
    shown, hidden = await app(world, "公告", world["zhangsan"].id), await app(world, "财务", world["wangwu"].id)
    assert await named(world, "zhangsan", shown, hidden) == {shown: ("app", "公告")}
    async with transaction(world.pool) as tx:
        conversation = await messaging.open_app_conversation(tx, hidden)
        audience = bytes([0] * (world["zhangsan"].ordinal >> 3) + [1 << (world["zhangsan"].ordinal & 7)])
        body = Text(msgtype="text", content="x")
        await messaging.post_to_audience(tx, conversation, hidden, "1", body, audience)
    assert await named(world, "zhangsan", hidden) == {hidden: ("app", "财务")}
    assert await named(world, "lisi", hidden) == {}


async def test_whom_a_rule_hides_is_named_where_they_are_met_and_nowhere_else(world: World) -> None:
    async with transaction(world.pool) as tx:
        none: dict[str, Any] = {"subject_departments": [], "allowed_departments": [], "allowed_members": []}
        await directory.add_rule(tx, SYSTEM, "hide", subject_members=[world["lisi"].id], **none)
    lisi = world["lisi"].id
    assert await named(world, "wangwu", lisi) == {}
    assert await named(world, "zhangsan", lisi) == {lisi: ("member", "李四")}
    client = await world.client("zhangsan")
    assert (await client.get(f"/api/members/{lisi}")).status == 404, "no more than the name"


async def test_whoever_left_before_one_came_is_not_met(world: World) -> None:
    group = await world.conversation("zhangsan", "lisi")
    lisi, wangwu = world["lisi"].id, world["wangwu"].id
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, group, [lisi])
        await messaging.add_participants(tx, world["zhangsan"].id, group, [wangwu])
    assert await messaging.met(world.pool, wangwu, [lisi]) == set()
    assert await messaging.met(world.pool, world["zhangsan"].id, [lisi, wangwu]) == {lisi, wangwu}

"""Apps and robots over our own API: who may keep them, who is shown them, what is on record."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.interfaces.realtime.phone import Phone
from tests.world import World
from wecom.features import apps
from wecom.features.apps.model import InvalidSecret

Client = TestClient[Any, Any]


async def answer(response: Any, status: int = 200) -> dict[str, Any]:
    body: dict[str, Any] = await response.json()
    assert response.status == status, body
    return body


async def refused(response: Any) -> tuple[int, str]:
    return response.status, (await response.json())["error"]


async def actions(world: World, object: str) -> list[str]:
    rows = await world.pool.fetch("SELECT action FROM audit_records WHERE object = $1 ORDER BY id", object)
    return [row["action"] for row in rows]


async def issued(world: World, secret: str) -> str:
    services = world.services
    token = await apps.issue_token(world.pool, services.key, secret, address="127.0.0.1", now=services.clock())
    return token.token


async def test_an_administrator_adds_and_keeps_an_app(world: World) -> None:
    admin = await world.client("admin")
    body = {"name": "报销", "description": "差旅报销在这里", "visible": {"department_ids": [3]}}
    made = await answer(await admin.post("/api/company-apps", json=body))
    app, secret = made["app"], made["secret"]
    assert (app["name"], app["visible"]["department_ids"], app["enabled"]) == ("报销", [3], True)
    assert await issued(world, secret)

    path = f"/api/company-apps/{app['id']}"
    changed = {"name": "报销中心", "trusted_addresses": ["10.0.0.0/8"], "home_url": "https://e.cn/a"}
    assert (await answer(await admin.patch(path, json=changed)))["trusted_addresses"] == ["10.0.0.0/8"]
    domains = {"redirect_domains": ["OA.e.cn", "e.cn:8080"]}
    assert (await answer(await admin.patch(path, json=domains)))["redirect_domains"] == ["oa.e.cn", "e.cn:8080"]
    wrong = await admin.patch(path, json={"redirect_domains": ["*.e.cn"]})
    assert await refused(wrong) == (400, "InvalidRedirectDomain")
    await answer(await admin.patch(path, json={"trusted_addresses": []}))
    range = {"member_ids": [world["zhangsan"].id], "department_ids": [], "tag_ids": []}
    assert (await answer(await admin.put(f"{path}/visible-range", json=range)))["visible"] == range
    new = (await answer(await admin.post(f"{path}/secret")))["secret"]
    with pytest.raises(InvalidSecret):
        await issued(world, secret)
    assert await issued(world, new)
    assert (await answer(await admin.patch(path, json={"enabled": False})))["enabled"] is False
    assert app["id"] in [each["id"] for each in (await answer(await admin.get("/api/company-apps")))["apps"]]
    await answer(await admin.delete(path))
    with pytest.raises(InvalidSecret):
        await issued(world, new)
    assert await refused(await admin.get(path)) == (404, "NoSuchApp")
    assert await refused(await admin.delete(path)) == (404, "NoSuchApp")
    assert await actions(world, f"app:{app['id']}") == [
        "app.create",
        "app.change",
        "app.change",
        "app.change",
        "app.set_visible_range",
        "app.rotate_secret",
        "app.disable",
        "app.remove",
    ]


async def test_the_contacts_secret_is_one(world: World) -> None:
    admin = await world.client("admin")
    first = await answer(await admin.post("/api/company-apps/contacts"))
    second = await answer(await admin.post("/api/company-apps/contacts"))
    assert first["app"]["id"] == second["app"]["id"] and first["app"]["kind"] == "contacts"
    with pytest.raises(InvalidSecret):
        await issued(world, first["secret"])
    assert await issued(world, second["secret"])
    path = f"/api/company-apps/{first['app']['id']}/visible-range"
    assert await refused(await admin.put(path, json={})) == (409, "NotForContacts")


async def test_what_does_not_exist_cannot_be_seen_by_an_app(world: World) -> None:
    admin = await world.client("admin")
    for visible in ({"department_ids": [99]}, {"member_ids": [99]}, {"tag_ids": [99]}):
        response = await admin.post("/api/company-apps", json={"name": "x", "visible": visible})
        assert await refused(response) == (400, "InvalidVisibleRange")
    for body, error in (
        ({"name": "  "}, "InvalidAppName"),
        ({"name": "x", "description": "短"}, "InvalidAppDescription"),
        ({"name": "x", "trusted_addresses": ["somewhere"]}, "InvalidAddressRange"),
    ):
        assert await refused(await admin.post("/api/company-apps", json=body)) == (400, error)


async def test_nobody_but_administrators_keeps_apps(world: World) -> None:
    for userid in ("zhangsan", "auditor"):
        client = await world.client(userid)
        assert (await client.get("/api/company-apps")).status == 403
        assert (await client.post("/api/company-apps", json={"name": "x"})).status == 403
        assert (await client.post("/api/company-apps/contacts")).status == 403


async def test_members_are_shown_the_apps_that_are_for_them_and_hear_of_changes(world: World) -> None:
    admin, phone = await world.client("admin"), await Phone.of(world, "zhangsan")
    body = {"name": "研发工具", "visible": {"department_ids": [2]}}
    made = (await answer(await admin.post("/api/company-apps", json=body)))["app"]
    entry = await phone.entry("app.changed")
    assert entry["body"] == {"app_id": made["id"]}

    async def shown(userid: str) -> list[str]:
        client = await world.client(userid)
        return [each["name"] for each in (await answer(await client.get("/api/apps")))["apps"]]

    assert (await shown("zhangsan"), await shown("wangwu")) == (["研发工具"], [])
    [app] = (await answer(await phone.client.get("/api/apps")))["apps"]
    assert app["conversation_id"]
    await admin.patch(f"/api/company-apps/{made['id']}", json={"enabled": False})
    assert await shown("zhangsan") == []


async def test_who_leads_a_group_keeps_its_robots_and_all_in_it_see_them(world: World) -> None:
    leader, phone = await world.client("zhangsan"), await Phone.of(world, "lisi")
    robots = f"/api/conversations/{world.lunch}/robots"
    made = await answer(await leader.post(robots, json={"name": "报警"}))
    robot, webhook = made["robot"], made["webhook"]
    assert (await phone.entry("robot.changed"))["body"]["name"] == "报警"
    posted = await leader.post(webhook, json={"msgtype": "text", "text": {"content": "磁盘满了"}})
    assert (await posted.json())["errcode"] == 0
    heard = await phone.entry("message.sent")
    assert (heard["body"]["sender_id"], heard["body"]["content"]["content"]) == (robot["id"], "磁盘满了")

    assert (await answer(await phone.client.get(robots)))["robots"] == [robot]
    renamed = await answer(await leader.patch(f"{robots}/{robot['id']}", json={"name": "监控", "enabled": False}))
    assert (renamed["name"], renamed["enabled"]) == ("监控", False)
    again = await answer(await leader.post(f"{robots}/{robot['id']}/key"))
    assert again["webhook"] != webhook
    await answer(await leader.delete(f"{robots}/{robot['id']}"))
    assert (await answer(await phone.client.get(robots)))["robots"] == []
    assert await refused(await leader.delete(f"{robots}/{robot['id']}")) == (404, "NoSuchRobot")
    kept = ["robot.create", "robot.change", "robot.rotate_key", "robot.remove"]
    assert await actions(world, f"robot:{robot['id']}") == kept


async def test_who_does_not_lead_keeps_no_robots_and_outsiders_see_none(world: World) -> None:
    robots = f"/api/conversations/{world.lunch}/robots"
    member, outsider = await world.client("lisi"), await world.client("wangwu")
    assert await refused(await member.post(robots, json={"name": "x"})) == (403, "NotAllowedHere")
    assert await refused(await outsider.post(robots, json={"name": "x"})) == (404, "NoSuchConversation")
    assert await refused(await outsider.get(robots)) == (404, "NoSuchConversation")
    direct = await world.direct("zhangsan", "lisi")
    response = await member.post(f"/api/conversations/{direct}/robots", json={"name": "x"})
    assert await refused(response) == (409, "NotAGroup")


async def test_a_group_has_twenty_robots_at_most(world: World) -> None:
    leader = await world.client("zhangsan")
    robots = f"/api/conversations/{world.lunch}/robots"
    for n in range(20):
        await answer(await leader.post(robots, json={"name": f"机器人{n}"}))
    assert await refused(await leader.post(robots, json={"name": "x"})) == (409, "TooManyRobots")

"""Apps, robots and joining as the console looks after them."""

from typing import Any

from tests.world import Client, World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.features.apps.model import RobotDisabled
from wecom.foundation import audit
from wecom.foundation.db import transaction


async def call(client: Client, method: str, path: str, **body: Any) -> tuple[int, Any]:
    async with client.request(method, f"/api/{path}", json=body or None) as answer:
        return answer.status, await answer.json()


async def recorded(world: World, action: str) -> list[str]:
    found = await audit.records(world.pool, before=None, limit=50, action=action, actor_id=None)
    return [each.object for each in found]


async def app_seen_by(world: World, *userids: str) -> int:
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "公告", visible_members=[world[each].id for each in userids])
    return app.id


async def test_an_app_that_is_tried_out_says_it_to_the_administrator_and_to_nobody_else(world: World) -> None:
    app_id = await app_seen_by(world, "admin", "lisi")
    client = await world.client("admin")
    status, sent = await call(client, "POST", f"company-apps/{app_id}/test-message", content="试一试 🙂")
    assert status == 200
    _, page = await call(client, "GET", f"conversations/{sent['conversation_id']}/messages")
    assert [each["content"]["content"] for each in page["messages"]] == ["试一试 🙂"]
    other = await world.client("lisi")
    _, none = await call(other, "GET", f"conversations/{sent['conversation_id']}/messages")
    assert not none.get("messages")
    assert await recorded(world, "app.try") == [f"app:{app_id}"]


async def test_an_app_that_cannot_speak_to_the_administrator_says_why(world: World) -> None:
    client = await world.client("admin")
    unseen = await app_seen_by(world, "lisi")
    status, refused = await call(client, "POST", f"company-apps/{unseen}/test-message", content="x")
    assert (status, refused["error"]) == (400, "NobodyReachable")
    async with transaction(world.pool) as tx:
        await apps.set_app_enabled(tx, SYSTEM, unseen, False)
        contacts, _ = await apps.create_contacts_app(tx, SYSTEM)
    assert (await call(client, "POST", f"company-apps/{unseen}/test-message", content="x"))[1]["error"] == "AppDisabled"
    assert (await call(client, "POST", f"company-apps/{contacts.id}/test-message", content="x"))[0] == 403
    assert (await call(client, "POST", "company-apps/999999/test-message", content="x"))[0] == 404
    assert (await call(client, "POST", f"company-apps/{unseen}/test-message", content=""))[0] == 400
    assert await recorded(world, "app.try") == []


async def test_a_robot_is_silenced_by_an_administrator_who_is_not_in_its_group(world: World) -> None:
    group = await world.conversation("zhangsan", "lisi", name="午饭")
    async with transaction(world.pool) as tx:
        robot, key = await apps.create_robot(tx, world["zhangsan"].id, group, "报警")
    client = await world.client("admin")
    _, found = await call(client, "GET", "console/robots")
    assert [(each["name"], each["group"], each["enabled"]) for each in found["robots"]] == [("报警", "午饭", True)]
    for _ in range(2):
        assert (await call(client, "PATCH", f"console/robots/{robot.id}", enabled=False))[0] == 200
    assert len(await recorded(world, "robot.change")) == 1
    try:
        await apps.robot_with_key(world.pool, key)
    except RobotDisabled:
        pass
    else:
        raise AssertionError("a robot that was silenced still speaks")
    assert (await call(client, "PATCH", "console/robots/999999", enabled=False))[0] == 404
    assert (await call(await world.client("zhangsan"), "GET", "console/robots"))[0] == 403


async def test_the_joining_code_leads_to_the_page_and_needs_a_contacts_secret(world: World) -> None:
    client = await world.client("admin")
    status, refused = await call(client, "GET", "console/join-code")
    assert (status, refused["error"]) == (404, "NoSuchApp")
    async with transaction(world.pool) as tx:
        await apps.create_contacts_app(tx, SYSTEM)
    _, code = await call(client, "GET", "console/join-code")
    assert code["picture"] == f"{code['link']}/qr-2.png"
    async with client.get("/join/" + code["link"].rpartition("/")[2]) as page:
        assert page.status == 200
    assert (await call(await world.client("zhangsan"), "GET", "console/join-code"))[0] == 403

"""The directory over the native API: the snapshot, looking people up, and who may change what."""

import asyncio
from typing import Any

import pytest

from tests.world import Client, World
from wecom.features import accounts, directory
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction


async def get(client: Client, path: str, **query: Any) -> Any:
    async with client.get(f"/api/{path}", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def call(client: Client, method: str, path: str, **body: Any) -> tuple[int, Any]:
    async with client.request(method, f"/api/{path}", json=body) as answer:
        return answer.status, await answer.json()


async def everybody(client: Client, **query: Any) -> list[str]:
    found: list[str] = []
    after = 0
    while True:
        page = await get(client, "members", after=after, limit=2, **query)
        found += [each["userid"] for each in page["members"]]
        if page["next"] is None:
            return found
        after = page["next"]


async def limit(world: World, **rule: Any) -> None:
    async with transaction(world.pool) as tx:
        await directory.add_rule(tx, SYSTEM, "limit", **rule)


async def hide(world: World, **rule: Any) -> None:
    async with transaction(world.pool) as tx:
        await directory.add_rule(tx, SYSTEM, "hide", **rule)


async def test_a_snapshot_and_its_pages(world: World) -> None:
    client = await world.client("zhangsan")
    snapshot = await get(client, "directory")
    assert [(each["id"], each["parent_id"], each["name"]) for each in snapshot["departments"]] == [
        (1, None, "海桥科技"),
        (2, 1, "研发部"),
        (3, 1, "市场部"),
    ]
    assert (snapshot["members"], snapshot["everything"], snapshot["company"]) == (5, True, "海桥科技")
    assert await everybody(client) == ["zhangsan", "lisi", "wangwu", "admin", "auditor"]
    missed = await get(client, "changes", since=f"directory@{snapshot['cursor']}")
    assert missed["streams"][0]["entries"] == []


async def test_the_snapshot_and_the_changes_after_it_are_the_next_snapshot(world: World) -> None:
    client, admin = await world.client("zhangsan"), await world.client("admin")
    cursor = (await get(client, "directory"))["cursor"]
    held = {each["id"]: each for each in (await get(client, "members"))["members"]}
    status, made = await call(admin, "POST", "members", userid="zhaoliu", name="赵六", mobile="13700000000")
    assert status == 200
    await call(admin, "PATCH", f"members/{world['lisi'].id}", position="组长")
    await call(admin, "POST", f"members/{world['wangwu'].id}/leave")
    await call(admin, "PATCH", "departments/2", name="研发中心")
    [stretch] = (await get(client, "changes", since=f"directory@{cursor}"))["streams"]
    kinds = [each["kind"] for each in stretch["entries"]]
    assert kinds == [
        "directory.member_changed",
        "directory.member_changed",
        "directory.member_left",
        "directory.department_changed",
    ]
    for entry in stretch["entries"]:
        if entry["kind"] == "directory.member_left":
            held.pop(entry["body"]["member_id"])
        elif entry["kind"] == "directory.member_changed":
            id = entry["body"]["member_id"]
            held[id] = (await get(client, "members/lookup", id=id))["members"][0]
    assert held == {each["id"]: each for each in (await get(client, "members"))["members"]}
    assert made["id"] in held


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("张三", "zhangsan"),
        ("三", "zhangsan"),
        ("zhang", "zhangsan"),
        ("ZS", "zhangsan"),
        ("angs", "zhangsan"),
        ("zhang san", "zhangsan"),
        ("00000000", "zhangsan"),
    ],
)
async def test_people_are_found_by_any_part(world: World, words: str, found: str) -> None:
    client = await world.client("lisi")
    answer = await get(client, "members/search", q=words)
    assert answer["members"][0]["userid"] == found


async def test_how_a_name_is_read_is_told_with_who_was_found(world: World) -> None:
    async with transaction(world.pool) as tx:
        await directory.add_member(tx, SYSTEM, "pu", name="朴宥俊", alias="张伟大", mobile="13712345679")
        await directory.add_member(tx, SYSTEM, "anna", name="Anna 王", mobile="13712345670")
    client = await world.client("lisi")
    found = await get(client, "members/search", q="puyou")
    assert [each["syllables"] for each in found["readings"]] == [["piao", "you", "jun"], ["pu", "you", "jun"]]
    assert (await get(client, "members/search", q="anna"))["readings"] == []


async def test_nobody_is_found_by_signs_that_mean_something_to_sql(world: World) -> None:
    client = await world.client("lisi")
    for words in ("%", "_", "\\", "'", "zhang%", "' OR 1=1 --", " ", "👻"):
        assert (await get(client, "members/search", q=words))["members"] == []
    async with client.get("/api/members/search", params={"q": "x" * 65}) as answer:
        assert answer.status == 400
    async with client.get("/api/members/search?q=%00") as answer:
        assert answer.status == 400


async def test_a_departments_size_counts_everybody_under_it_once(world: World) -> None:
    client = await world.client("zhangsan")
    before = {each["department_id"]: each["members"] for each in (await get(client, "directory/sizes"))["sizes"]}
    assert before[1] == 5
    async with transaction(world.pool) as tx:
        places = [directory.Place(2), directory.Place(3)]
        await directory.add_member(tx, SYSTEM, "both", name="两边", mobile="13712345678", departments=places)
        await directory.add_department(tx, SYSTEM, "空部门", under=2)
    after = {each["department_id"]: each["members"] for each in (await get(client, "directory/sizes"))["sizes"]}
    assert after == {1: 6, 2: before[2] + 1, 3: before[3] + 1}


async def test_somebody_limited_sees_nothing_outside_by_any_read(world: World) -> None:
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["lisi"].id, leader_ids=[world["wangwu"].id])
        await directory.add_tag(tx, SYSTEM, "值班", id=1)
        everyone = [world["lisi"].id, world["wangwu"].id]
        await directory.put_tag_on(tx, SYSTEM, 1, member_ids=everyone, department_ids=[2, 3])
        places = [directory.Place(2), directory.Place(3)]
        await directory.add_member(tx, SYSTEM, "both", name="两边", mobile="13712345678", departments=places)
    await limit(world, subject_departments=[2])
    client = await world.client("zhangsan")
    snapshot = await get(client, "directory")
    assert [(each["id"], each["parent_id"]) for each in snapshot["departments"]] == [(2, None)]
    assert (snapshot["members"], snapshot["everything"]) == (3, False)
    assert await everybody(client) == ["zhangsan", "lisi", "both"]
    assert (await get(client, "members/search", q="王五"))["members"] == []
    by_number = (await get(client, "members/search", q="0000"))["members"]
    assert {each["userid"] for each in by_number} == {"zhangsan", "lisi"}
    both = (await get(client, "members/search", q="两边"))["members"][0]
    assert [each["department_id"] for each in both["departments"]] == [2]
    assert (await get(client, f"members/{world['lisi'].id}"))["leader_ids"] == []
    assert (await get(client, "members/lookup", id=world["wangwu"].id))["members"] == []
    assert (await call(client, "GET", f"members/{world['wangwu'].id}"))[0] == 404
    assert (await call(client, "GET", "departments/3"))[0] == 404
    assert (await call(client, "GET", "departments/3/members"))[0] == 404
    listed = await get(client, "departments/2/members")
    assert {each["userid"] for each in listed["members"]} == {"zhangsan", "lisi", "both"}
    assert (await get(client, "directory/sizes"))["sizes"] == [{"department_id": 2, "members": 3}]
    tag = await get(client, "tags/1")
    assert (tag["member_ids"], tag["department_ids"]) == ([world["lisi"].id], [2])
    cursor = snapshot["cursor"]
    await world.add("somebody", "某人", department=3)
    [stretch] = (await get(client, "changes", since=f"directory@{cursor}"))["streams"]
    assert [(each["kind"], each["body"]) for each in stretch["entries"]] == [("directory.changed", {})]
    outside = await world.client("wangwu")
    assert "zhangsan" in await everybody(outside)


async def test_the_hidden_are_seen_by_those_allowed_and_by_themselves(world: World) -> None:
    await hide(world, subject_departments=[3], allowed_members=[world["lisi"].id])
    await hide(world, subject_members=[world["auditor"].id])
    seen = {userid: await everybody(await world.client(userid)) for userid in ("zhangsan", "lisi", "wangwu", "auditor")}
    assert seen["zhangsan"] == ["zhangsan", "lisi", "admin"]
    assert seen["lisi"] == ["zhangsan", "lisi", "wangwu", "admin"]
    assert seen["wangwu"] == ["zhangsan", "lisi", "wangwu", "admin"]
    assert seen["auditor"] == ["zhangsan", "lisi", "admin", "auditor"]
    assert len(await everybody(await world.client("admin"))) == 5
    client = await world.client("zhangsan")
    assert [each["id"] for each in (await get(client, "directory"))["departments"]] == [1, 2]
    assert (await call(client, "GET", f"members/{world['wangwu'].id}"))[0] == 404
    assert (await get(client, "members/search", q="wangwu"))["members"] == []


async def test_a_department_goes_page_by_page_in_its_order(world: World) -> None:
    async with transaction(world.pool) as tx:
        for number in range(7):
            places = [directory.Place(3, number % 3, False)]
            await directory.add_member(
                tx, SYSTEM, f"m{number}", name="x", mobile=f"1371111111{number}", departments=places
            )
    client, seen, after = await world.client("zhangsan"), list[str](), ""
    while True:
        page = await get(client, "departments/3/members", limit=3, after=after)
        seen += [each["userid"] for each in page["members"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == ["m2", "m5", "m1", "m4", "wangwu", "m0", "m3", "m6"]


async def test_members_may_change_nothing(world: World) -> None:
    client = await world.client("zhangsan")
    for method, path in (
        ("POST", "members"),
        ("PATCH", f"members/{world['zhangsan'].id}"),
        ("POST", "departments"),
        ("PATCH", "departments/2"),
        ("DELETE", "departments/2"),
        ("POST", "tags"),
        ("POST", "tags/1/put-on"),
        ("POST", "attributes"),
        ("GET", "visibility-rules"),
        ("POST", "visibility-rules"),
    ):
        body = {"name": "x", "parent_id": 1, "kind": "hide", "subject_members": [1]}
        status, said = await call(client, method, path, **body)
        assert (status, said["error"]) in ((403, "RoleMissing"), (400, "Misread")), (method, path)


@pytest.fixture
async def head(world: World) -> Client:
    """张三 administers 研发部 (2), with 测试组 (21) under it."""
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["zhangsan"].id, "department_administrator", 2)
        await directory.add_department(tx, SYSTEM, "测试组", under=2, id=21)
    return await world.client("zhangsan")


async def test_a_department_administrator_works_within_the_department(world: World, head: Client) -> None:
    status, made = await call(head, "POST", "members", name="新人", mobile="13711112222")
    assert status == 200 and [each["department_id"] for each in made["departments"]] == [2]
    status, moved = await call(head, "PATCH", f"members/{made['id']}", departments=[{"department_id": 21, "order": 4}])
    assert status == 200 and moved["departments"] == [{"department_id": 21, "order": 4, "is_leader": False}]
    status, renamed = await call(head, "PATCH", f"members/{made['id']}", userid="xinren")
    assert status == 200 and renamed["userid"] == "xinren"
    status, group = await call(head, "POST", "departments", name="甲组", parent_id=21)
    assert status == 200
    assert (await call(head, "PATCH", f"departments/{group['id']}", parent_id=2))[0] == 200
    assert (await call(head, "DELETE", f"departments/{group['id']}"))[0] == 200
    async with transaction(world.pool) as tx:
        await directory.add_tag(tx, SYSTEM, "值班", id=1)
    assert (await call(head, "POST", "tags/1/put-on", member_ids=[made["id"]], department_ids=[21]))[0] == 200


async def test_a_department_administrator_stops_at_its_border(world: World, head: Client) -> None:
    async with transaction(world.pool) as tx:
        await directory.add_tag(tx, SYSTEM, "值班", id=1)
    outside, inside = world["wangwu"].id, world["lisi"].id
    for method, path, body in (
        ("POST", "members", {"name": "x", "mobile": "13711112222", "departments": [{"department_id": 3}]}),
        ("PATCH", f"members/{outside}", {"position": "x"}),
        ("PATCH", f"members/{inside}", {"departments": [{"department_id": 3}]}),
        ("PATCH", f"members/{inside}", {"departments": [{"department_id": 2}, {"department_id": 3}]}),
        ("POST", "departments", {"name": "x", "parent_id": 1}),
        ("PATCH", "departments/3", {"name": "x"}),
        ("PATCH", "departments/2", {"parent_id": 3}),
        ("PATCH", "departments/21", {"parent_id": 3}),
        ("DELETE", "departments/2", {}),
        ("DELETE", "departments/3", {}),
        ("POST", "tags/1/put-on", {"member_ids": [outside]}),
        ("POST", "tags/1/put-on", {"department_ids": [3]}),
        ("POST", "tags/1/take-off", {"member_ids": [outside]}),
        ("POST", "tags", {"name": "x"}),
        ("POST", "visibility-rules", {"kind": "hide", "subject_members": [outside]}),
    ):
        status, said = await call(head, method, path, **body)
        assert (status, said["error"]) in ((403, "OutsideScope"), (403, "RoleMissing")), (method, path, said)


async def test_an_administrator_defines_and_tags_and_rules(world: World) -> None:
    admin = await world.client("admin")
    assert (await call(admin, "POST", "attributes", name="工号"))[0] == 200
    assert (await call(admin, "POST", "attributes", name="工号"))[0] == 409
    lisi = world["lisi"].id
    status, changed = await call(admin, "PATCH", f"members/{lisi}", attributes=[{"name": "工号", "value": "0042"}])
    assert status == 200 and changed["attributes"][0]["value"] == "0042"
    assert (await call(admin, "DELETE", "attributes/工号"))[0] == 200
    assert (await get(admin, f"members/{lisi}"))["attributes"] == []
    assert (await call(admin, "DELETE", "attributes/工号"))[0] == 404
    status, tag = await call(admin, "POST", "tags", name="值班")
    assert (await call(admin, "POST", f"tags/{tag['id']}/put-on", member_ids=[lisi]))[0] == 200
    assert (await get(admin, f"tags/{tag['id']}"))["member_ids"] == [lisi]
    assert (await call(admin, "PATCH", f"tags/{tag['id']}", name="值守"))[1]["name"] == "值守"
    assert (await call(admin, "POST", f"tags/{tag['id']}/take-off", member_ids=[lisi]))[0] == 200
    assert (await call(admin, "DELETE", f"tags/{tag['id']}"))[0] == 200
    rule = {"kind": "hide", "subject_departments": [3]}
    status, made = await call(admin, "POST", "visibility-rules", **rule)
    assert status == 200
    assert (await call(admin, "PUT", f"visibility-rules/{made['id']}", **rule | {"allowed_departments": [2]}))[0] == 200
    assert (await get(admin, "visibility-rules"))["rules"][0]["allowed_departments"] == [2]
    assert (await call(admin, "DELETE", "departments/3"))[0] == 409
    assert (await call(admin, "DELETE", f"visibility-rules/{made['id']}"))[0] == 200
    assert (await call(admin, "POST", "visibility-rules", kind="hide"))[0] == 400
    assert (await call(admin, "POST", "visibility-rules", kind="hide", subject_departments=[77]))[0] == 404


async def test_one_of_many_at_once_gets_a_userid(world: World) -> None:
    admin = await world.client("admin")
    calls = [call(admin, "POST", "members", userid="same", name="x", mobile=f"1371111222{n}") for n in range(6)]
    assert sorted([status for status, _ in await asyncio.gather(*calls)]) == [200] + [409] * 5


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": ""}, "InvalidName"),
        ({"name": "a\x00"}, "Misread"),
        ({"name": "a\x01"}, "InvalidText"),
        ({"name": "长" * 65}, "InvalidName"),
        ({"mobile": "abc"}, "InvalidMobile"),
        ({"email": "x"}, "InvalidEmail"),
        ({"mobile": ""}, "NoContact"),
        ({"departments": []}, "NoDepartment"),
        ({"departments": [{"department_id": 77}]}, "NoSuchDepartment"),
        ({"departments": [{"department_id": 2}, {"department_id": 2}]}, "InvalidPlaces"),
        ({"main_department_id": 1}, "InvalidMainDepartment"),
        ({"userid": "other"}, "UseridFixed"),
        ({"unknown": 1}, "Misread"),
    ],
)
async def test_what_a_member_cannot_become(world: World, body: dict[str, Any], error: str) -> None:
    admin = await world.client("admin")
    status, said = await call(admin, "PATCH", f"members/{world['lisi'].id}", **body)
    assert said["error"] == error and status in (400, 404, 409), said

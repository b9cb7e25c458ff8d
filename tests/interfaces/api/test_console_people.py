"""The console's table of members: what it is narrowed to, its order, its pages, and who is shown it."""

from typing import Any

import pytest

from tests.world import Client, World
from wecom.features import accounts, directory
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction


async def table(client: Client, **query: Any) -> tuple[list[str], int]:
    async with client.get("/api/console/members", params=query) as answer:
        assert answer.status == 200, await answer.text()
        page = await answer.json()
    return [each["userid"] for each in page["members"]], page["total"]


async def member_id(world: World, userid: str) -> int:
    found = await directory.member_by_userid(world.pool, userid)
    assert found
    return found.id


async def test_everybody_is_listed_a_page_at_a_time_with_how_many_there_are(world: World) -> None:
    client = await world.client("admin")
    assert await table(client, limit=2) == (["zhangsan", "lisi"], 5)
    assert await table(client, limit=2, skip=4) == (["auditor"], 5)
    assert await table(client, skip=50) == ([], 5)


async def test_the_order_is_by_what_was_asked_either_way_and_chinese_names_by_their_sound(world: World) -> None:
    client = await world.client("admin")
    by_userid = ["admin", "auditor", "lisi", "wangwu", "zhangsan"]
    assert await table(client, order="userid") == (by_userid, 5)
    assert await table(client, order="userid", down="true") == (by_userid[::-1], 5)
    names = [each for each in (await table(client, order="name"))[0] if each in ("zhangsan", "lisi", "wangwu")]
    assert names == ["lisi", "wangwu", "zhangsan"]


async def test_it_is_narrowed_to_words_departments_and_how_people_stand(world: World) -> None:
    client = await world.client("admin")
    zhangsan = await member_id(world, "zhangsan")
    assert await table(client, q="zhang") == (["zhangsan"], 1)
    assert (await table(client, department_id=2))[1] < 5
    assert await table(client, department_id=2, q="nobody at all") == ([], 0)
    async with transaction(world.pool) as tx:
        await directory.set_enabled(tx, SYSTEM, zhangsan, False)
    assert await table(client, standing="disabled") == (["zhangsan"], 1)
    assert "zhangsan" not in (await table(client, standing="never_joined"))[0]
    assert "zhangsan" in (await table(client))[0]
    async with transaction(world.pool) as tx:
        await directory.mark_left(tx, SYSTEM, zhangsan)
    assert await table(client, standing="left") == (["zhangsan"], 1)
    assert "zhangsan" not in (await table(client))[0]


async def test_an_administrator_of_a_department_is_shown_what_the_rules_show_and_their_own(world: World) -> None:
    lisi = await member_id(world, "lisi")
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, lisi, "department_administrator", 2)
        await directory.add_rule(tx, SYSTEM, "hide", subject_departments=[3])
    client = await world.client("lisi")
    hidden = {each.userid for each in await directory.members_below(world.pool, 3, seen_by=directory.EVERYTHING)}
    listed, total = await table(client)
    assert hidden - {"lisi"} and not (hidden - {"lisi"}) & set(listed)
    assert total == len(listed)
    async with client.get("/api/console/department-heads") as answer:
        heads = {each["department_id"]: each["everybody"] for each in (await answer.json())["departments"]}
    assert 3 not in heads and heads[1] == total, "nor is counted what is not shown"


@pytest.mark.parametrize("path", ["members", "department-heads"])
async def test_who_has_nothing_to_do_with_people_is_shown_neither(world: World, path: str) -> None:
    for userid in ("zhangsan", "auditor"):
        async with (await world.client(userid)).get(f"/api/console/{path}") as answer:
            assert answer.status == 403


async def test_heads_are_counted_once_however_many_departments_somebody_is_in(world: World) -> None:
    client = await world.client("admin")
    async with client.get("/api/console/department-heads") as answer:
        heads = {each["department_id"]: each for each in (await answer.json())["departments"]}
    assert heads[1]["everybody"] == 5
    for id, each in heads.items():
        below = await directory.members_below(world.pool, id, seen_by=directory.EVERYTHING)
        own = await directory.members_of_department(world.pool, id, None, 100, seen_by=directory.EVERYTHING)
        assert (each["everybody"], each["own"]) == (len(below), len(own))


@pytest.mark.parametrize(
    "query", [{"order": "password"}, {"standing": "x"}, {"skip": -1}, {"limit": 0}, {"q": "a\0"}, {"q": "x" * 65}]
)
async def test_what_cannot_be_asked_is_refused(world: World, query: dict[str, Any]) -> None:
    async with (await world.client("admin")).get("/api/console/members", params=query) as answer:
        assert answer.status == 400

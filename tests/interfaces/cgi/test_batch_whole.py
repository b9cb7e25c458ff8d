"""Tables that say all there is: whom they leave out leaves, and departments that they leave out go."""

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.interfaces.cgi.test_batch import EVERYBODY, MEMBERS, PARTIES, codes, do
from tests.world import World
from wecom.features import directory
from wecom.features.directory.sync import queries as ldap
from wecom.foundation.db import transaction


async def test_whom_a_whole_table_leaves_out_leaves_at_once(contacts: CgiClient, world: World) -> None:
    lisi = await world.client("lisi")
    table = MEMBERS + "".join(f",{userid},1380000000{n},,,,,,,,,,,\n" for n, userid in enumerate(EVERYBODY))
    table = table.replace(",lisi,13800000001", ",xiaoli,13800000001").replace(",xiaoli", "小李,xiaoli", 1)
    table = table.replace(",zhangsan,", "张三,zhangsan,").replace(",wangwu", "王五,wangwu")
    table = table.replace(",admin", "管理员,admin").replace(",auditor", "审计员,auditor")
    result = await do(world, contacts, "replaceuser", table)
    assert (result["errcode"], result["type"]) == (0, "replace_user")
    assert codes(result) == dict.fromkeys([*EVERYBODY, "xiaoli"], 0)
    assert {each["userid"]: each["errmsg"] for each in result["result"]}["lisi"] == "deleted"
    assert (await contacts.get("user/get", userid="lisi"))["errcode"] == 60111
    assert (await lisi.get("/api/me")).status == 401
    new = await contacts.get("user/get", userid="xiaoli")
    assert new["mobile"] == "13800000001", "whose number is free at once"
    acts = await world.pool.fetch("SELECT action FROM audit_records WHERE object = $1", f"member:{world['lisi'].id}")
    assert "member.leave" in [row["action"] for row in acts]
    assert await world.pool.fetchval("SELECT count(*) FROM members WHERE id = $1", world["lisi"].id) == 1


async def test_the_last_administrator_and_whom_ldap_has_stay(contacts: CgiClient, world: World) -> None:
    async with transaction(world.pool) as tx:
        await ldap.link_people(tx, [("1", world["wangwu"].id, "uid=wangwu")])
        await ldap.put_state(tx, ["name"], 1, 1)
    table = MEMBERS + "张三,zhangsan,13800000000\n李四,lisi,13800000001\n审计员,auditor,13800000004\n"
    result = await do(world, contacts, "replaceuser", table)
    assert codes(result) == {"zhangsan": 0, "lisi": 0, "auditor": 0, "wangwu": 60011, "admin": 301005}
    for userid in EVERYBODY:
        assert (await contacts.get("user/get", userid=userid))["errcode"] == 0


async def test_a_table_that_was_cut_short_makes_nobody_leave(contacts: CgiClient, world: World) -> None:
    for n in range(60):
        await world.add(f"m{n}")
    most = "".join(f"人,m{n},1390000{n + 1:04}\n" for n in range(60))
    for table in (MEMBERS + "张三,zhangsan,13800000000\n", MEMBERS + most[: most.index("人,m9,")]):
        result = await do(world, contacts, "replaceuser", table)
        assert (result["errcode"], result["result"]) == (45026, [])
        assert result["errmsg"].startswith("bulk delete protection is triggered: ")
    assert await directory.count_members(world.pool, seen_by=directory.EVERYTHING) == 65
    everybody = "".join(f"人,{userid},1380000000{n}\n" for n, userid in enumerate(EVERYBODY))
    result = await do(world, contacts, "replaceuser", MEMBERS + everybody + most[: most.index("人,m20,")])
    assert result["errcode"] == 0, "40 of 65 are fewer than 50 and than 80 %"
    assert await directory.count_members(world.pool, seen_by=directory.EVERYTHING) == 25


async def test_a_line_that_cannot_be_read_makes_nobody_leave(contacts: CgiClient, world: World) -> None:
    lines = [f"人,{userid},1380000000{n},,2,,,,\n" for n, userid in enumerate(EVERYBODY)]
    lines[1] = "李四,lisi,13800000001,,2,,不明,,\n"
    result = await do(world, contacts, "replaceuser", MEMBERS + "".join(lines))
    assert codes(result) == dict.fromkeys(EVERYBODY, 0) | {"lisi": 40058}
    assert (await contacts.get("user/get", userid="lisi"))["errcode"] == 0


@pytest.mark.parametrize("userid", ["lisi\u200b", "ｌｉｓｉ", "li si", "lisi\ufeff", "李四", "l" * 65])
@pytest.mark.parametrize("gender", ["男", "不明"])
async def test_a_userid_that_nobody_can_have_makes_nobody_leave(
    contacts: CgiClient, world: World, userid: str, gender: str
) -> None:
    names = [userid if each == "lisi" else each for each in EVERYBODY]
    lines = [f"人,{each},1380000000{n},,2,,{gender if n == 1 else '男'},,\n" for n, each in enumerate(names)]
    result = await do(world, contacts, "replaceuser", MEMBERS + "".join(lines))
    assert (result["errcode"], result["result"]) == (40092, [])
    assert ascii(userid[:64]) in result["errmsg"]
    assert (await contacts.get("user/get", userid="lisi"))["errcode"] == 0


async def test_departments_become_those_of_the_table(contacts: CgiClient, world: World) -> None:
    for id, name, parent in ((10, "旧部", 1), (11, "旧组", 10), (20, "品牌组", 3)):
        made = await contacts.post(
            "department/create", id=id, name=name, name_en=f"Team {id}", parentid=parent, order=7
        )
        assert made["errcode"] == 0
    table = PARTIES + "海桥科技,1,0,\n研究院,2,1,\n新部,30,1,5\n品牌组,20,30,0\n新组,31,30,\n"
    result = await do(world, contacts, "replaceparty", table)
    assert (result["errcode"], result["type"], result["total"]) == (0, "replace_party", 5)
    actions = {1: 0, 2: 2, 30: 1, 20: 4, 31: 1, 11: 0, 10: 0}
    assert {each["partyid"]: each["action"] for each in result["result"]} == actions
    assert codes(result, "partyid") == dict.fromkeys((1, 2, 30, 20, 31, 11, 10), 0)
    assert [(each["partyid"], each["errmsg"]) for each in result["result"]][-2:] == [(11, "deleted"), (10, "deleted")]
    found = {each["id"]: each for each in (await contacts.get("department/list"))["department"]}
    assert set(found) == {1, 2, 3, 20, 30, 31}, "旧部 and 旧组 were empty; 市场部 is not"
    assert (found[20]["order"], found[20]["name_en"], found[20]["parentid"]) == (7, "Team 20", 30)
    again = await do(world, contacts, "replaceparty", table)
    assert {each["action"] for each in again["result"]} == {0}
    moved = await do(world, contacts, "syncuser", MEMBERS + "王五,wangwu,,,2\n")
    assert (moved["errcode"], codes(moved), moved["deleted_partyid"]) == (0, {"wangwu": 0}, [3])
    assert (await contacts.get("department/get", id=3))["errcode"] == 60003, "it goes once nobody is in it"


async def test_an_import_that_moves_nobody_out_of_a_department_deletes_none(contacts: CgiClient, world: World) -> None:
    await do(world, contacts, "replaceparty", PARTIES + "新部,5,1,\n")
    for userid in ("zhangsan", "lisi", "wangwu"):
        assert (await contacts.post("user/update", userid=userid, department=[5]))["errcode"] == 0
    there = {each["id"] for each in (await contacts.get("department/list"))["department"]}
    assert {2, 3} <= there
    done = await do(world, contacts, "syncuser", MEMBERS + "甲,jia,13900001111,,5\n")
    assert codes(done) == {"jia": 0} and "deleted_partyid" not in done
    assert {each["id"] for each in (await contacts.get("department/list"))["department"]} == there
    done = await do(world, contacts, "replaceparty", PARTIES + "新部,5,1,\n")
    assert [each["partyid"] for each in done["result"] if each["errmsg"] == "deleted"] == sorted(there - {1, 5})


async def test_a_department_goes_with_the_last_who_left_it(contacts: CgiClient, world: World) -> None:
    await do(world, contacts, "replaceparty", PARTIES + "研发部,2,1,\n")
    lines = [f"人,{userid},1380000000{n}\n" for n, userid in enumerate(EVERYBODY) if userid != "wangwu"]
    result = await do(world, contacts, "replaceuser", MEMBERS + "".join(lines))
    assert codes(result) == dict.fromkeys(EVERYBODY, 0)
    assert result["deleted_partyid"] == [3]
    assert (await contacts.get("department/get", id=3))["errcode"] == 60003


async def test_a_tree_that_was_cut_short_deletes_nothing(contacts: CgiClient, world: World) -> None:
    whole = PARTIES + "研发部,2,1,\n市场部,3,1,\n" + "".join(f"部{n},{n},1,\n" for n in range(10, 110))
    await do(world, contacts, "replaceparty", whole)
    there = (await contacts.get("department/list"))["department"]
    cut = await do(world, contacts, "replaceparty", whole[: whole.index("部59,")])
    assert (cut["errcode"], cut["result"]) == (45026, [])
    assert (await contacts.get("department/list"))["department"] == there
    assert codes(await do(world, contacts, "syncuser", MEMBERS + "张三,zhangsan\n")) == {"zhangsan": 0}
    assert (await contacts.get("department/list"))["department"] == there
    result = await do(world, contacts, "replaceparty", whole[: whole.index("部60,")])
    assert len([each for each in result["result"] if each["errmsg"] == "deleted"]) == 50


async def test_departments_that_something_else_holds_are_named_and_stay(contacts: CgiClient, world: World) -> None:
    await contacts.post("department/create", id=10, name="旧部", parentid=1)
    async with transaction(world.pool) as tx:
        await ldap.link_departments(tx, [("2", 10, "ou=旧部")])
        await ldap.put_state(tx, ["departments"], 1, 1)
    table = PARTIES + "研发部,2,1,\n市场部,3,1,\n"
    result = await do(world, contacts, "replaceparty", table)
    assert codes(result, "partyid") == {2: 0, 3: 0, 10: 60011}
    assert codes(await do(world, contacts, "syncuser", MEMBERS + "张三,zhangsan\n")) == {"zhangsan": 0}

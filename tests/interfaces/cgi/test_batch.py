"""异步导入接口: a CSV goes in, a job brings the company to it, and each line can be asked after."""

import asyncio
from typing import Any

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.interfaces.cgi.test_media import form, png, upload
from tests.world import World
from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.features.imports import jobs as import_jobs
from wecom.features.imports import queries as import_queries
from wecom.foundation.blobs import DiskStore
from wecom.foundation.db import transaction
from wecom.foundation.jobs import work_one

MEMBERS = (
    "姓名,帐号,手机号,邮箱,所在部门,职位,性别,是否部门内领导,排序,别名,地址,座机,禁用,禁用项说明：(0-启用;1-禁用)\n"
)
PARTIES = "部门名称,部门ID,父部门ID,排序\n"
EVERYBODY = ["zhangsan", "lisi", "wangwu", "admin", "auditor"]
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


async def put(app: CgiClient, table: str | bytes, name: str = "members.csv") -> str:
    data = table if isinstance(table, bytes) else table.encode()
    media_id: str = (await upload(app, "file", form(data, f'name="media"; filename="{name}"')))["media_id"]
    return media_id


async def work(world: World) -> None:
    while await work_one(world.pool, world.services):
        pass


async def do(world: World, app: CgiClient, verb: str, table: str | bytes, **more: Any) -> dict[str, Any]:
    """Import a table, and what came of it."""
    begun = await app.post(f"batch/{verb}", media_id=await put(app, table), **more)
    assert begun["errcode"] == 0, begun
    await work(world)
    return await app.get("batch/getresult", jobid=begun["jobid"])


def codes(result: dict[str, Any], key: str = "userid") -> dict[Any, int]:
    return {each[key]: each["errcode"] for each in result["result"]}


async def test_members_are_added_and_changed_line_by_line(contacts: CgiClient, world: World) -> None:
    async with transaction(world.pool) as tx:
        await directory.define_attribute(tx, SYSTEM, "工号")
    table = "工号," + MEMBERS + (
        "007,张三丰,zhangsan,,,,,,,,三哥,,,,\n"
        "008,新人,xinren,13900001111,xin@example.com,3;2,工程师,女,1;0,5;6,小新,北京,010-1234,0,\n"
        "009,错的,bad id,13900001112,,2,,,,,,,,,\n"
        "010,撞号,taken,13800000001,,2,,,,,,,,,\n"
        "011,远方,yuanfang,13900001113,,4711,,,,,,,,,\n"
        "012,停用,tingyong,13900001114,,2,,男,,,,,,1,\n"
    )  # fmt: skip
    result = await do(world, contacts, "syncuser", table)
    assert (result["errcode"], result["status"], result["type"]) == (0, 3, "sync_user")
    assert (result["percentage"], result["total"]) == (100, 6)
    assert codes(result) == {"zhangsan": 0, "xinren": 0, "bad id": 40003, "taken": 60104, "yuanfang": 0, "tingyong": 0}
    assert [each["userid"] for each in result["result"]][:2] == ["zhangsan", "xinren"], "in the table's order"
    zhangsan = await contacts.get("user/get", userid="zhangsan")
    assert (zhangsan["name"], zhangsan["alias"], zhangsan["mobile"]) == ("张三丰", "三哥", "13800000000")
    assert zhangsan["department"] == [2], "an empty cell says nothing"
    assert zhangsan["extattr"]["attrs"][0]["text"]["value"] == "007"
    new = await contacts.get("user/get", userid="xinren")
    assert (new["department"], new["order"], new["is_leader_in_dept"]) == ([3, 2], [5, 6], [1, 0])
    assert (new["gender"], new["telephone"], new["address"], new["position"]) == ("2", "010-1234", "北京", "工程师")
    assert (await contacts.get("user/get", userid="tingyong"))["enable"] == 0
    waiting = (await contacts.get("department/get", id=4711))["department"]
    assert (await contacts.get("department/get", id=waiting["parentid"]))["department"]["name"] == "其他（待设置部门）"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_a_table_is_read_as_spreadsheets_save_it(contacts: CgiClient, world: World, encoding: str) -> None:
    table = (MEMBERS + "欧阳静,ouyang,13900001111,,2,,,,,,,,,\r\n").replace("\n", "\r\n").encode(encoding)
    assert codes(await do(world, contacts, "syncuser", table)) == {"ouyang": 0}
    assert (await contacts.get("user/get", userid="ouyang"))["name"] == "欧阳静"


async def test_english_columns_serve_as_well(contacts: CgiClient, world: World) -> None:
    table = "userid;name;mobile;departments\nneu;Jürgen Groß;+4915112345678;2\n"
    assert codes(await do(world, contacts, "syncuser", table)) == {"neu": 0}


@pytest.mark.parametrize(
    ("verb", "table", "errcode"),
    [
        ("syncuser", MEMBERS + "甲,a,13900001111,,2\n乙,A,13900001112,,2\n", 302003),
        ("syncuser", "姓名,手机号\n甲,13900001111\n", 40092),
        ("syncuser", MEMBERS, 40092),
        ("syncuser", b"\x89PNG\r\n\x1a\n\xff\xfe\xff", 40092),
        ("syncuser", MEMBERS + '"甲,a,13900001111\n', 40092),
        ("syncuser", MEMBERS + "张三,zhangsan\n甲,a\0b,13900001111\n", 40092),
        ("replaceuser", MEMBERS, 40092),
        ("replaceuser", MEMBERS + "张三,zhangsan\n无名,\n", 40092),
        ("replaceuser", MEMBERS + "张三,zhangsan\n张三,ZHANGSAN\n", 302003),
        ("replaceparty", PARTIES + "甲,5,1,\n乙,5,1,\n", 302006),
        ("replaceparty", PARTIES + "甲,5,1,\n甲,6,1,\n", 302007),
        ("replaceparty", PARTIES + "甲,5,6,\n乙,6,5,\n", 302004),
        ("replaceparty", PARTIES + "甲,5,77,\n", 302004),
        ("replaceparty", PARTIES + "甲,,1,\n", 302004),
        ("replaceparty", PARTIES + ",5,1,\n", 302004),
        ("replaceparty", PARTIES + "甲,五,1,\n", 302004),
        ("replaceparty", PARTIES, 302004),
        ("replaceparty", PARTIES + "海桥科技,1,0,\n", 302004),
    ],
)
async def test_a_table_that_is_wrong_as_a_whole_does_nothing(
    contacts: CgiClient, world: World, verb: str, table: str | bytes, errcode: int
) -> None:
    tables = "SELECT (SELECT count(*) FROM members WHERE left_at IS NULL), (SELECT count(*) FROM departments)"
    before = await world.pool.fetchrow(tables)
    result = await do(world, contacts, verb, table)
    assert (result["errcode"], result["status"], result["result"]) == (errcode, 3, [])
    assert await world.pool.fetchrow(tables) == before
    assert (await contacts.post(f"batch/{verb}", media_id=await put(contacts, "x" * 6)))["errcode"] == 0, "next, please"


async def test_a_line_that_is_left_out_makes_no_departments(contacts: CgiClient, world: World) -> None:
    before = (await contacts.get("department/list"))["department"]
    lines = ("甲,bad id,13900001111,,新一/新二", "乙,yi,13900001112,,新三;坏:名", "丙,bad id2,13900001113,,4711")
    lines += ("丁,taken,13800000001,,新四/新五", "戊,wu,13900001114,,新六;77777777777")
    result = await do(world, contacts, "syncuser", MEMBERS + "\n".join(lines))
    assert codes(result) == {"bad id": 40003, "yi": 60009, "bad id2": 40003, "taken": 60104, "wu": 60003}
    assert (await contacts.get("department/list"))["department"] == before
    lines = ("甲,jia,13900001111,,新一/新二", "乙,taken,13800000001,,新一/新三", "丙,lisi,,,海桥科技/研发部")
    await do(world, contacts, "syncuser", MEMBERS + "\n".join(lines))
    names = {each["name"] for each in (await contacts.get("department/list"))["department"]}
    assert names == {each["name"] for each in before} | {"新一", "新二"}


async def test_a_line_that_went_in_is_not_told_as_refused(contacts: CgiClient, world: World) -> None:
    table = "姓名,帐号,手机号,直属上级,标签\n甲,jia,13900001111,nobody,没有\n乙,bad id,13900001112,nobody,\n"
    result = await do(world, contacts, "syncuser", table)
    assert codes(result) == {"jia": 0, "bad id": 40003}
    said = result["result"][0]["errmsg"]
    assert said.startswith("ok, but jia: ") and "nobody" in said and "没有" in said
    assert (await contacts.get("user/get", userid="jia"))["errcode"] == 0


async def test_the_audit_log_says_what_an_import_changed_of_whom(contacts: CgiClient, world: World) -> None:
    table = "姓名,帐号,手机号,部门,直属上级\n,lisi,13900009999,3,\n,wangwu,,,lisi\n甲,jia,13900001111,新部,\n"
    table += "张三,zhangsan,,,\n"
    assert set(codes(await do(world, contacts, "syncuser", table)).values()) == {0}
    acts = """
        SELECT actor_id, action, object, details FROM audit_records
        WHERE id > (SELECT max(id) FROM audit_records WHERE action = 'directory.import')
          AND object ~ '^(member|department)' ORDER BY id
    """
    rows = await world.pool.fetch(acts)
    assert {row["actor_id"] for row in rows} == {contacts.app_id}
    department, jia = (await contacts.get("department/list"))["department"][-1]["id"], rows[-1]
    assert [(row["action"], row["object"]) for row in rows[:-1]] == [
        ("department.add", f"department:{department}"),
        ("member.change", f"member:{world['lisi'].id}"),
        ("member.change", f"member:{world['wangwu'].id}"),
    ]
    assert rows[1]["details"] == {
        "userid": "lisi",
        "fields": ["mobile", "main_department_id", "departments"],
        "departments": [3],
    }
    assert rows[2]["details"]["fields"] == ["leader_ids"]
    assert (jia["action"], jia["details"]["userid"]) == ("member.add", "jia")
    assert {"userid", "name", "mobile", "departments"} <= set(jia["details"]["fields"])
    again = await do(world, contacts, "syncuser", table)
    assert set(codes(again).values()) == {0}
    assert await world.pool.fetch(acts) == [], "nothing was changed"


async def test_one_import_at_a_time(contacts: CgiClient, world: World) -> None:
    media_id = await put(contacts, MEMBERS + "张三,zhangsan\n")
    begun = await asyncio.gather(*(contacts.post("batch/syncuser", media_id=media_id) for _ in range(5)))
    assert sorted(each["errcode"] for each in begun) == [0, 302008, 302008, 302008, 302008]
    [jobid] = [each["jobid"] for each in begun if each["errcode"] == 0]
    waiting = await contacts.get("batch/getresult", jobid=jobid)
    assert (waiting["status"], waiting["percentage"], waiting["result"]) == (1, 0, [])
    assert (await contacts.post("batch/replaceparty", media_id=media_id))["errcode"] == 302008
    await world.pool.execute("UPDATE media SET expires_at = now()")
    await work(world)
    assert (await contacts.get("batch/getresult", jobid=jobid))["errcode"] == 0, "the table is held by the import"


async def test_only_the_newest_results_are_kept(contacts: CgiClient, world: World) -> None:
    media_id, jobids = await put(contacts, MEMBERS + "张三,zhangsan\n"), []
    for _ in range(6):
        jobids.append((await contacts.post("batch/syncuser", media_id=media_id))["jobid"])
        await work(world)
    answers = [(await contacts.get("batch/getresult", jobid=jobid))["errcode"] for jobid in jobids]
    assert answers == [40089, 0, 0, 0, 0, 0]
    assert (await contacts.get("batch/getresult", jobid="nothing"))["errcode"] == 40088
    assert (await contacts.get("batch/getresult", jobid="x" * 65))["errcode"] == 40088
    assert (await contacts.get("batch/getresult"))["errcode"] == 40058


async def test_what_cannot_be_begun_is_refused_at_once(contacts: CgiClient, everyone: CgiClient) -> None:
    media_id = await put(contacts, MEMBERS + "张三,zhangsan\n")
    picture = (await upload(contacts, "image", form(png())))["media_id"]
    good = {"url": "https://app.example.com/hook", "token": "abc123", "encodingaeskey": KEY}
    for given, errcode in (
        ({}, 41006),
        ({"media_id": "nothing"}, 40007),
        ({"media_id": picture}, 40004),
        ({"media_id": media_id, "callback": good | {"url": "ftp://x"}}, 40057),
        ({"media_id": media_id, "callback": good | {"url": "http://[x"}}, 40057),
        ({"media_id": media_id, "callback": good | {"token": "not a token!"}}, 40057),
        ({"media_id": media_id, "callback": good | {"encodingaeskey": "short"}}, 40057),
        ({"media_id": media_id, "callback": {"url": "https://x"}}, 40057),
    ):
        assert (await contacts.post("batch/syncuser", **given))["errcode"] == errcode, given
    assert (await everyone.post("batch/syncuser", media_id=media_id))["errcode"] == 48002
    assert (await everyone.get("batch/getresult", jobid="x"))["errcode"] == 48002
    empty = {"url": None, "token": None, "encodingaeskey": None}
    assert (await contacts.post("batch/syncuser", media_id=media_id, callback=empty))["errcode"] == 0


async def test_a_callback_is_kept_with_its_import(contacts: CgiClient, world: World) -> None:
    callback = {"url": "https://app.example.com/hook", "token": "abc123", "encodingaeskey": KEY}
    await do(world, contacts, "syncuser", MEMBERS + "张三,zhangsan\n", callback=callback, to_invite=False)
    kept = await world.pool.fetchrow("SELECT callback_url, callback_token, callback_key, invites FROM imports")
    assert kept and tuple(kept.values()) == (*callback.values(), False)


async def test_newcomers_are_to_be_invited_unless_the_app_says_no(contacts: CgiClient, world: World) -> None:
    wished = "SELECT array_agg(userid) FROM invitation_wishes JOIN members ON id = member_id"
    await do(world, contacts, "syncuser", MEMBERS + "甲,jia,13900001111\n", to_invite=False)
    assert await world.pool.fetchval(wished) is None
    await do(world, contacts, "syncuser", MEMBERS + "甲甲,jia,13900001111\n乙,yi,13900001112\n张三,zhangsan\n")
    assert await world.pool.fetchval(wished) == ["yi"]


async def test_an_import_whose_worker_died_is_done_by_another(contacts: CgiClient, world: World) -> None:
    jobid = (await contacts.post("batch/syncuser", media_id=await put(contacts, MEMBERS + "张三丰,zhangsan\n")))[
        "jobid"
    ]
    await import_queries.start_import(world.pool, 1)
    await world.pool.execute("UPDATE jobs SET attempt = 1")
    running = await contacts.get("batch/getresult", jobid=jobid)
    assert running["status"] == 2
    async with transaction(world.pool) as other:
        assert await import_queries.own_import(other, 1)
        assert await work_one(world.pool, world.services)
        assert (await contacts.get("batch/getresult", jobid=jobid))["status"] == 2, "somebody else does it"
    assert await world.pool.fetchval("SELECT count(*) FROM jobs WHERE kind = 'RunImport'") == 1
    await world.pool.execute("UPDATE jobs SET due_at = now()")
    await work(world)
    assert codes(await contacts.get("batch/getresult", jobid=jobid)) == {"zhangsan": 0}


async def test_an_import_that_nobody_ends_is_given_up_and_makes_way(contacts: CgiClient, world: World) -> None:
    media_id = await put(contacts, MEMBERS + "张三丰,zhangsan\n")
    jobid = (await contacts.post("batch/syncuser", media_id=media_id))["jobid"]
    await import_queries.start_import(world.pool, 1)
    await import_jobs.tidy_imports(world.services, import_jobs.TidyImports())
    assert (await contacts.post("batch/syncuser", media_id=media_id))["errcode"] == 302008
    await world.pool.execute("UPDATE imports SET seen_at = now() - interval '11 minutes'")
    await import_jobs.tidy_imports(world.services, import_jobs.TidyImports())
    given_up = await contacts.get("batch/getresult", jobid=jobid)
    assert (given_up["errcode"], given_up["status"]) == (302005, 3)
    await work(world)
    assert (await contacts.get("user/get", userid="zhangsan"))["name"] == "张三"
    assert (await contacts.post("batch/syncuser", media_id=media_id))["errcode"] == 0


async def test_an_import_that_fails_whatever_is_tried_says_so_and_makes_way(contacts: CgiClient, world: World) -> None:
    media_id = await put(contacts, MEMBERS + "张三丰,zhangsan\n甲,neu,13900001111\n")
    jobid = (await contacts.post("batch/syncuser", media_id=media_id))["jobid"]
    store = world.services.blobs
    assert isinstance(store, DiskStore)
    [path] = [each for each in store.root.rglob("*") if each.is_file()]
    data = path.read_bytes()
    path.unlink()
    path.mkdir()
    for _ in range(4):
        await work(world)
        assert (await contacts.get("batch/getresult", jobid=jobid))["status"] == 2
        await world.pool.execute("UPDATE jobs SET due_at = now()")
    await work(world)
    failed = await contacts.get("batch/getresult", jobid=jobid)
    assert (failed["errcode"], failed["status"], failed["result"]) == (302005, 3, [])
    assert (await contacts.get("user/get", userid="zhangsan"))["name"] == "张三"
    path.rmdir()
    path.write_bytes(data)
    begun = await contacts.post("batch/syncuser", media_id=media_id)
    await work(world)
    assert codes(await contacts.get("batch/getresult", jobid=begun["jobid"])) == {"zhangsan": 0, "neu": 0}


async def test_how_far_an_import_is_only_grows(contacts: CgiClient, world: World) -> None:
    jobid = (await contacts.post("batch/syncuser", media_id=await put(contacts, MEMBERS + "张三,zhangsan\n")))["jobid"]
    await import_queries.start_import(world.pool, 1)
    for percentage, seen in ((20, 20), (60, 60), (40, 60)):
        await import_queries.see_import(world.pool, 1, percentage, 9)
        assert (await contacts.get("batch/getresult", jobid=jobid))["percentage"] == seen
    await work(world)
    await import_queries.see_import(world.pool, 1, 10, 9)
    assert (await contacts.get("batch/getresult", jobid=jobid))["percentage"] == 100

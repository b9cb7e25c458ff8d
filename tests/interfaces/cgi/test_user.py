"""成员管理: Tencent's documented requests and answers, pair by pair, and the refusals by number."""

import asyncio
from typing import Any

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction
from wecom.services import Services

ZHANGLAO: dict[str, Any] = {
    "userid": "ZhangLao",
    "name": "张老",
    "alias": "jackzhang",
    "mobile": "+86 13888888888",
    "department": [2, 3],
    "order": [10, 40],
    "position": "产品经理",
    "gender": "1",
    "email": "zhanglao@example.com",
    "biz_mail": "zhanglao@corp.example.com",
    "is_leader_in_dept": [1, 0],
    "direct_leader": ["lisi"],
    "enable": 1,
    "telephone": "020-123456",
    "address": "广州市海珠区新港中路",
    "main_department": 3,
    "extattr": {
        "attrs": [
            {"type": 0, "name": "爱好", "text": {"value": "旅游"}},
            {"type": 1, "name": "主页", "web": {"url": "https://example.com", "title": "我的"}},
            {"type": 0, "name": "没有人定义", "text": {"value": "不见了"}},
        ]
    },
    "to_invite": True,
    "external_position": "高级产品经理",
    "external_profile": {"external_corp_name": "海桥", "external_attr": []},
}


@pytest.fixture
async def attributes(world: World) -> None:
    async with transaction(world.pool) as tx:
        await directory.define_attribute(tx, SYSTEM, "爱好")
        await directory.define_attribute(tx, SYSTEM, "主页", kind="web", order=1)


async def test_what_is_created_can_be_read(attributes: None, contacts: CgiClient, everyone: CgiClient) -> None:
    created = await contacts.post("user/create", **ZHANGLAO | {"gender": 1})
    assert created == {"errcode": 0, "errmsg": "created"}
    for app in (contacts, everyone):
        read = await app.get("user/get", userid="zhanglao")
        assert read == {
            "errcode": 0,
            "errmsg": "ok",
            "userid": "ZhangLao",
            "name": "张老",
            "english_name": "",
            "alias": "jackzhang",
            "mobile": "13888888888",
            "department": [2, 3],
            "order": [10, 40],
            "position": "产品经理",
            "gender": "1",
            "email": "zhanglao@example.com",
            "biz_mail": "zhanglao@corp.example.com",
            "is_leader_in_dept": [1, 0],
            "isleader": 1,
            "direct_leader": ["lisi"],
            "avatar": "",
            "thumb_avatar": "",
            "telephone": "020-123456",
            "enable": 1,
            "hide_mobile": 0,
            "status": 4,
            "address": "广州市海珠区新港中路",
            "main_department": 3,
            "extattr": {
                "attrs": [
                    {"type": 0, "name": "爱好", "text": {"value": "旅游"}},
                    {"type": 1, "name": "主页", "web": {"url": "https://example.com", "title": "我的"}},
                ]
            },
            "external_position": "高级产品经理",
            "external_profile": {"external_corp_name": "海桥", "external_attr": []},
        }


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"userid": None}, 41009),
        ({"userid": ""}, 41009),
        ({"userid": "_zhang"}, 40003),
        ({"userid": "张老"}, 40003),
        ({"userid": "a" * 65}, 40003),
        ({"userid": "a b"}, 40003),
        ({"userid": "ZHANGSAN"}, 60102),
        ({"name": None}, 60112),
        ({"name": "  "}, 60112),
        ({"name": "长" * 65}, 60112),
        ({"name": "a\x00b"}, 40033),
        ({"name": "a\nb"}, 40033),
        ({"name": "a\u202eb"}, 40033),
        ({"alias": "a" * 65}, 40058),
        ({"external_profile": {"x": "y" * 20_000}}, 90106),
        ({"mobile": "12"}, 60103),
        ({"mobile": "1' OR 1=1"}, 60103),
        ({"mobile": "13800000000"}, 60104),
        ({"mobile": None, "email": None, "biz_mail": None}, 60129),
        ({"email": "nobody"}, 60105),
        ({"email": "a@b"}, 60105),
        ({"email": "x" * 60 + "@example.com"}, 60105),
        ({"biz_mail": "a b@example.com"}, 60143),
        ({"telephone": "abc"}, 301013),
        ({"telephone": "1" * 33}, 301013),
        ({"position": "长" * 129}, 301012),
        ({"english_name": "x" * 65}, 301014),
        ({"address": "x" * 129}, 40058),
        ({"gender": 3}, 40058),
        ({"external_position": "一二三四五六七八九十一二三"}, 40058),
        ({"department": list(range(1, 102)), "order": None, "is_leader_in_dept": None}, 60110),
        ({"department": [2, 2]}, 60132),
        ({"order": [1]}, 60132),
        ({"is_leader_in_dept": [1, 0, 0]}, 60132),
        ({"order": [-1, 0]}, 40058),
        ({"main_department": 1}, 60123),
        ({"direct_leader": ["nobody"]}, 60111),
        ({"avatar_mediaid": "nothing"}, 301015),
        ({"extattr": {"attrs": [{"type": 1, "name": "爱好", "web": {"url": "https://x.example"}}]}}, 60150),
        ({"extattr": {"attrs": [{"type": 7, "name": "爱好"}]}}, 60150),
    ],
)
async def test_who_cannot_be_created(
    attributes: None, contacts: CgiClient, change: dict[str, Any], number: int
) -> None:
    body = {name: value for name, value in (ZHANGLAO | {"gender": 1} | change).items() if value is not None}
    answer = await contacts.post("user/create", **body)
    assert answer["errcode"] == number, answer
    assert (await contacts.get("user/get", userid="zhanglao"))["errcode"] == 60111


@pytest.mark.parametrize(("field", "number"), [("email", 60106), ("biz_mail", 60145)])
async def test_two_cannot_have_one_address(contacts: CgiClient, field: str, number: int) -> None:
    first = {"userid": "one", "name": "一", "mobile": "13911111111", field: "Same@example.com"}
    second = {"userid": "two", "name": "二", "mobile": "13911111112", field: "same@EXAMPLE.com"}
    assert (await contacts.post("user/create", **first))["errcode"] == 0
    assert (await contacts.post("user/create", **second))["errcode"] == number


async def test_without_a_department_they_wait_to_be_assigned(contacts: CgiClient) -> None:
    for userid, given in (("a1", {}), ("a2", {"department": [0]}), ("a3", {"department": []})):
        answer = await contacts.post("user/create", userid=userid, name=userid, email=f"{userid}@example.com", **given)
        assert answer == {"errcode": 0, "errmsg": "created"}
    departments = {(await contacts.get("user/get", userid=userid))["department"][0] for userid in ("a1", "a2", "a3")}
    assert len(departments) == 1
    waiting = await contacts.get("department/get", id=departments.pop())
    assert (waiting["department"]["name"], waiting["department"]["parentid"]) == ("其他（待设置部门）", 1)


async def test_a_department_nobody_knows_is_made(contacts: CgiClient) -> None:
    answer = await contacts.post("user/create", userid="b", name="b", email="b@example.com", department=[2, 77])
    assert answer["created_department_list"] == {"department_info": [{"name": "77", "id": 77}]}
    assert (await contacts.get("user/get", userid="b"))["department"] == [2, 77]


async def test_only_what_is_given_changes(attributes: None, contacts: CgiClient) -> None:
    await contacts.post("user/create", **ZHANGLAO | {"gender": 1})
    before = await contacts.get("user/get", userid="ZhangLao")
    assert await contacts.post("user/update", userid="ZHANGLAO", name="张大", position="") == {
        "errcode": 0,
        "errmsg": "updated",
    }
    assert await contacts.get("user/get", userid="ZhangLao") == before | {"name": "张大", "position": ""}
    answer = await contacts.post(
        "user/update",
        userid="ZhangLao",
        department=[3],
        direct_leader=[],
        extattr={"attrs": [{"name": "爱好", "value": "读书"}]},
    )
    assert answer["errcode"] == 0
    after = await contacts.get("user/get", userid="ZhangLao")
    assert (after["department"], after["order"], after["main_department"]) == ([3], [0], 3)
    assert after["direct_leader"] == []
    assert after["extattr"]["attrs"][0] == {"type": 0, "name": "爱好", "text": {"value": "读书"}}
    assert len(after["extattr"]["attrs"]) == 2
    assert (await contacts.post("user/update", userid="nobody", name="x"))["errcode"] == 60111
    assert (await contacts.post("user/update", userid="ZhangLao", mobile="", email="", biz_mail=""))["errcode"] == 60129


async def test_whoever_has_signed_in_keeps_their_number(contacts: CgiClient) -> None:
    assert (await contacts.post("user/update", userid="zhangsan", mobile="13999999999"))["errcode"] == 0
    assert (await contacts.get("user/get", userid="zhangsan"))["mobile"] == "13800000000"


async def test_a_userid_that_a_person_chose_stays(contacts: CgiClient) -> None:
    answer = await contacts.post("user/update", userid="zhangsan", new_userid="zhang3")
    assert answer["errcode"] == 301036


async def test_a_userid_that_was_made_can_be_changed_once(world: World, contacts: CgiClient) -> None:
    made = directory.generated_userid()
    await world.add(made)
    assert (await contacts.post("user/update", userid=made, new_userid="zhaoliu"))["errcode"] == 0
    assert (await contacts.get("user/get", userid="zhaoliu"))["errcode"] == 0
    assert (await contacts.post("user/update", userid="zhaoliu", new_userid="zhao6"))["errcode"] == 301036


async def test_disabling_and_enabling(world: World, contacts: CgiClient) -> None:
    client = await world.client("lisi")
    assert (await client.get("/api/me")).status == 200
    assert (await contacts.post("user/update", userid="lisi", enable=0))["errcode"] == 0
    assert (await contacts.get("user/get", userid="lisi"))["status"] == 2
    assert (await client.get("/api/me")).status == 401
    assert (await contacts.post("user/update", userid="lisi", enable=1))["errcode"] == 0
    assert (await contacts.get("user/get", userid="lisi"))["status"] == 1


async def test_whoever_is_deleted_is_gone_and_the_userid_free(world: World, contacts: CgiClient) -> None:
    assert await contacts.get("user/delete", userid="LiSi") == {"errcode": 0, "errmsg": "deleted"}
    assert (await contacts.get("user/get", userid="lisi"))["errcode"] == 60111
    assert (await contacts.get("user/delete", userid="lisi"))["errcode"] == 60111
    answer = await contacts.post("user/create", userid="lisi", name="李四", mobile="13800000001")
    assert answer["errcode"] == 0
    again = await directory.member_by_userid(world.pool, "lisi")
    assert again and again.id != world["lisi"].id


async def test_the_last_administrator_cannot_be_deleted(contacts: CgiClient) -> None:
    assert (await contacts.get("user/delete", userid="admin"))["errcode"] == 301005


async def test_deleting_many_is_all_or_nobody(contacts: CgiClient) -> None:
    assert (await contacts.post("user/batchdelete", useridlist=["lisi", "nobody"]))["errcode"] == 40031
    assert (await contacts.get("user/get", userid="lisi"))["errcode"] == 0
    assert (await contacts.post("user/batchdelete", useridlist=[]))["errcode"] == 40032
    assert (await contacts.post("user/batchdelete", useridlist=["a"] * 201))["errcode"] == 40032
    assert await contacts.post("user/batchdelete", useridlist=["LISI", "wangwu"]) == {"errcode": 0, "errmsg": "deleted"}
    assert (await contacts.get("user/get", userid="wangwu"))["errcode"] == 60111


async def test_members_of_a_department(contacts: CgiClient, everyone: CgiClient) -> None:
    answer = await everyone.get("user/simplelist", department_id=2)
    assert answer["userlist"] == [
        {"userid": "zhangsan", "name": "张三", "department": [2]},
        {"userid": "lisi", "name": "李四", "department": [2]},
    ]
    own = await everyone.get("user/simplelist", department_id=1)
    assert {each["userid"] for each in own["userlist"]} == {"admin", "auditor"}
    below = await everyone.get("user/simplelist", department_id=1, fetch_child=1)
    assert len(below["userlist"]) == 5
    full = await everyone.get("user/list", department_id=2)
    one = await everyone.get("user/get", userid="zhangsan")
    assert full["userlist"][0] == {name: one[name] for name in one if name not in ("errcode", "errmsg")}
    assert (await everyone.get("user/list", department_id=99))["errcode"] == 60003
    assert (await everyone.get("user/list", department_id="x"))["errcode"] == 60123
    assert (await everyone.get("user/list"))["errcode"] == 60123


async def test_an_app_that_guesses_numbers_is_refused_for_the_day(
    everyone: CgiClient, market: CgiClient, services: Services
) -> None:
    most, ours = services.settings.number_misses_per_day, {"mobile": "13800000001"}
    await services.limiter.count(f"misses:{everyone.app_id}", 86400, n=most - 2)
    assert (await everyone.post("user/getuserid", mobile="13800000097"))["errcode"] == 46004
    assert (await everyone.post("user/getuserid", **ours))["userid"] == "lisi", "what is found does not count"
    assert (await everyone.post("user/get_userid_by_email", email="nobody@e.cn"))["errcode"] == 60148
    assert (await everyone.post("user/getuserid", **ours))["errcode"] == 45009
    assert (await everyone.post("user/get_userid_by_email", email="nobody@e.cn"))["errcode"] == 45009
    assert (await market.post("user/getuserid", **ours))["errcode"] == 46004, "another app is another"


async def test_members_by_mobile_and_mail(contacts: CgiClient, everyone: CgiClient, market: CgiClient) -> None:
    await contacts.post("user/update", userid="lisi", email="lisi@example.com", biz_mail="lisi@corp.example.com")
    assert (await everyone.post("user/getuserid", mobile="13800000001"))["userid"] == "lisi"
    assert (await everyone.post("user/getuserid", mobile="+8613800000001"))["userid"] == "lisi"
    assert (await everyone.post("user/getuserid", mobile="13800000099"))["errcode"] == 46004
    assert (await everyone.post("user/getuserid", mobile="x"))["errcode"] == 60103
    assert (await market.post("user/getuserid", mobile="13800000001"))["errcode"] == 46004
    corp = {"email": "LISI@corp.example.com"}
    assert (await everyone.post("user/get_userid_by_email", **corp))["userid"] == "lisi"
    assert (await everyone.post("user/get_userid_by_email", **corp, email_type=2))["errcode"] == 60147
    personal = {"email": "lisi@example.com", "email_type": 2}
    assert (await everyone.post("user/get_userid_by_email", **personal))["userid"] == "lisi"
    assert (await everyone.post("user/get_userid_by_email", email="lisi@example.com"))["errcode"] == 60148
    assert (await market.post("user/get_userid_by_email", **corp))["errcode"] == 60148
    assert (await everyone.post("user/get_userid_by_email", **corp, email_type=3))["errcode"] == 40058


async def test_all_ids_page_by_page(contacts: CgiClient, everyone: CgiClient) -> None:
    await contacts.post("user/update", userid="lisi", department=[2, 3])
    seen, cursor = [], ""
    for _ in range(10):
        page = await contacts.post("user/list_id", cursor=cursor, limit=2)
        seen += [(each["userid"], each["department"]) for each in page["dept_user"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == [
        ("admin", 1),
        ("auditor", 1),
        ("lisi", 2),
        ("lisi", 3),
        ("wangwu", 3),
        ("zhangsan", 2),
    ]
    assert (await contacts.post("user/list_id", cursor="nonsense"))["errcode"] == 50100
    assert (await contacts.post("user/list_id", limit=10_001))["errcode"] == 40058
    assert (await everyone.post("user/list_id"))["errcode"] == 48002


@pytest.mark.parametrize("path", ["user/create", "user/update", "user/batchdelete"])
async def test_only_the_contacts_secret_changes_members(everyone: CgiClient, path: str) -> None:
    assert (await everyone.post(path, userid="x", useridlist=["lisi"]))["errcode"] == 48002
    assert (await everyone.get("user/delete", userid="lisi"))["errcode"] == 48002


async def test_an_app_reads_whom_it_sees(contacts: CgiClient, market: CgiClient) -> None:
    await contacts.post("user/update", userid="wangwu", department=[3, 2], direct_leader=["lisi", "zhangsan"])
    wangwu = await market.get("user/get", userid="wangwu")
    assert (wangwu["department"], wangwu["main_department"]) == ([3], 3)
    assert wangwu["direct_leader"] == ["zhangsan"]
    assert (await market.get("user/get", userid="zhangsan"))["errcode"] == 0
    assert (await market.get("user/get", userid="lisi"))["errcode"] == 60011
    assert (await market.get("user/get", userid="nobody"))["errcode"] == 60111
    assert (await market.get("user/list", department_id=2))["errcode"] == 60011
    listed = await market.get("user/simplelist", department_id=3, fetch_child=1)
    assert [each["userid"] for each in listed["userlist"]] == ["wangwu"]


async def test_one_of_many_at_once_gets_a_userid(contacts: CgiClient) -> None:
    bodies = [{"userid": "Same", "name": f"{n}", "mobile": f"1370000000{n}"} for n in range(8)]
    answers = await asyncio.gather(*(contacts.post("user/create", **body) for body in bodies))
    assert sorted(each["errcode"] for each in answers) == [0] + [60102] * 7


async def test_one_of_many_at_once_gets_a_number(contacts: CgiClient) -> None:
    bodies = [{"userid": f"m{n}", "name": f"{n}", "mobile": "13700000000"} for n in range(8)]
    answers = await asyncio.gather(*(contacts.post("user/create", **body) for body in bodies))
    assert sorted(each["errcode"] for each in answers) == [0] + [60104] * 7
    changes = [contacts.post("user/update", userid=userid, email="one@example.com") for userid in ("lisi", "wangwu")]
    assert sorted([each["errcode"] for each in await asyncio.gather(*changes)]) == [0, 60106]


@pytest.mark.parametrize(
    "words",
    ["'; DROP TABLE members; --", "<script>alert(1)</script>", "👩‍👩‍👧‍👦 👋🏽", "\\u0041 %s {0} ${x}", "a|b;c,d", "ﷺ"],
)
async def test_any_text_comes_back_as_it_was(contacts: CgiClient, words: str) -> None:
    texts = ("name", "alias", "english_name", "position", "address")
    body = {field: words for field in texts} | {"userid": "t", "email": "t@example.com"}
    assert (await contacts.post("user/create", **body))["errcode"] == 0
    read = await contacts.get("user/get", userid="t")
    assert {field: read[field] for field in texts} == {field: words for field in texts}


async def test_what_is_not_quite_json_is_read_as_far_as_it_goes(contacts: CgiClient) -> None:
    answer = await contacts.post(
        "user/create", userid=12345, name="数", mobile=13812345678, department="2", order="7", gender="2", enable=True
    )
    assert (answer["errcode"], answer["errmsg"]) == (0, "created. Warning: wrong json format. ")
    read = await contacts.get("user/get", userid="12345")
    assert (read["department"], read["order"], read["gender"], read["mobile"]) == ([2], [7], "2", "13812345678")
    assert read["errmsg"] == "ok"
    nulls = await contacts.send("user/update", b'{"userid": "12345", "alias": null, "position": "x"}', "text/plain")
    assert nulls["errcode"] == 0
    for body in (b"userid=a&name=b", b"[]", b'"x"', b"{", b"\xff\xfe", b'{"userid": "\\ud800"}', b"[" * 100_000):
        answer = await contacts.send("user/create", body, "application/x-www-form-urlencoded")
        assert answer["errcode"] == 41009
        assert answer["errmsg"].startswith("Warning: wrong json format. userid missing, hint: [")
    for wrong in ({"department": {"a": 1}}, {"department": ["x"]}):
        assert (await contacts.post("user/create", userid="w", name="w", mobile="13812345670", **wrong))[
            "errcode"
        ] == 40066
    deep = b'{"a":' * 500 + b"1" + b"}" * 500
    answer = await contacts.send("user/update", b'{"userid": "zhangsan", "external_profile": ' + deep + b"}")
    assert answer["errcode"] == 90106
    large = await contacts.send("user/create", b'{"userid": "' + b"a" * (2 << 20) + b'"}')
    assert large["errcode"] == 40206

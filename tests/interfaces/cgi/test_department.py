"""部门管理: Tencent's documented requests and answers, pair by pair, and the refusals by number."""

import asyncio
from typing import Any

import pytest

from tests.interfaces.cgi.conftest import CgiClient


async def test_what_is_created_can_be_read(contacts: CgiClient) -> None:
    created = await contacts.post("department/create", name="广州研发中心", name_en="RDGZ", parentid=1, order=1, id=20)
    assert created == {"errcode": 0, "errmsg": "created", "id": 20}
    expected = {"id": 20, "name": "广州研发中心", "name_en": "RDGZ", "department_leader": [], "parentid": 1, "order": 1}
    assert await contacts.get("department/get", id=20) == {"errcode": 0, "errmsg": "ok", "department": expected}
    assert (await contacts.get("department/list", id=20))["department"] == [expected]
    assert (await contacts.get("department/simplelist", id=20))["department_id"] == [
        {"id": 20, "parentid": 1, "order": 1}
    ]


async def test_without_an_id_the_next_free_one(contacts: CgiClient) -> None:
    await contacts.post("department/create", name="占", parentid=1, id=5)
    ids = [(await contacts.post("department/create", name=f"新{n}", parentid=1))["id"] for n in range(4)]
    assert len(set(ids)) == 4 and 5 not in ids and not {1, 2, 3} & set(ids)


async def test_the_tree_comes_whole_or_from_a_branch(contacts: CgiClient, everyone: CgiClient) -> None:
    await contacts.post("department/create", name="测试组", parentid=2, id=21)
    await contacts.post("user/update", userid="lisi", department=[2], is_leader_in_dept=[1])
    tree = (await everyone.get("department/list"))["department"]
    assert [(each["id"], each["parentid"]) for each in tree] == [(1, 0), (2, 1), (3, 1), (21, 2)]
    assert tree[1]["department_leader"] == ["lisi"]
    assert [each["id"] for each in (await everyone.get("department/list", id=2))["department"]] == [2, 21]
    assert (await everyone.get("department/list", id=99))["errcode"] == 60003
    assert (await everyone.get("department/get"))["errcode"] == 60123


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"name": "", "parentid": 1}, 60001),
        ({"parentid": 1}, 60001),
        ({"name": "长" * 65, "parentid": 1}, 60001),
        ({"name": "研\x00发", "parentid": 1}, 40033),
        *[({"name": f"研{mark}发", "parentid": 1}, 60009) for mark in '\\:*?"<>|｜'],
        ({"name": "新", "name_en": "a/b:c", "parentid": 1}, 60009),
        ({"name": "新"}, 60124),
        ({"name": "新", "parentid": "x"}, 60124),
        ({"name": "新", "parentid": 77}, 60004),
        ({"name": "研发部", "parentid": 1}, 60008),
        ({"name": "新", "parentid": 1, "id": 2}, 60008),
        ({"name": "新", "parentid": 1, "id": 1}, 60123),
        ({"name": "新", "parentid": 1, "id": -4}, 60123),
        ({"name": "新", "parentid": 1, "id": 2**31}, 60123),
        ({"name": "新", "parentid": 1, "id": 2**80}, 60123),
        ({"name": "新", "parentid": 1, "order": 2**32}, 40058),
        ({"name": "新", "parentid": 1, "order": -1}, 40058),
    ],
)
async def test_what_cannot_be_created(contacts: CgiClient, body: dict[str, Any], number: int) -> None:
    answer = await contacts.post("department/create", **body)
    assert answer["errcode"] == number, answer


async def test_one_name_may_stand_under_two_parents(contacts: CgiClient) -> None:
    for parent in (2, 3):
        assert (await contacts.post("department/create", name="后勤", parentid=parent))["errcode"] == 0


async def test_only_what_is_given_changes(contacts: CgiClient) -> None:
    await contacts.post("department/create", name="甲", name_en="A", parentid=2, order=5, id=21)
    assert await contacts.post("department/update", id=21, name="乙") == {"errcode": 0, "errmsg": "updated"}
    one = (await contacts.get("department/get", id=21))["department"]
    assert (one["name"], one["name_en"], one["order"], one["parentid"]) == ("乙", "A", 5, 2)
    assert (await contacts.post("department/update", id=21, parentid=3, order=9))["errcode"] == 0
    one = (await contacts.get("department/get", id=21))["department"]
    assert (one["order"], one["parentid"]) == (9, 3)
    assert (await contacts.post("department/update", id=99, name="x"))["errcode"] == 60003
    assert (await contacts.post("department/update", id=21, parentid=99))["errcode"] == 60004
    assert (await contacts.post("department/update", id=3, name="研发部"))["errcode"] == 60008
    assert (await contacts.post("department/update", id=1, name="海桥"))["errcode"] == 0


async def test_moving_takes_all_below_along(contacts: CgiClient) -> None:
    for id, parent in ((21, 2), (22, 21), (23, 22)):
        await contacts.post("department/create", name=str(id), parentid=parent, id=id)
    assert (await contacts.post("department/update", id=21, parentid=23))["errcode"] == 60010
    assert (await contacts.post("department/update", id=21, parentid=21))["errcode"] == 60010
    assert (await contacts.post("department/update", id=1, parentid=2))["errcode"] == 60007
    assert (await contacts.post("department/update", id=21, parentid=3))["errcode"] == 0
    assert [each["id"] for each in (await contacts.get("department/list", id=3))["department"]] == [3, 21, 22, 23]
    assert [each["id"] for each in (await contacts.get("department/list", id=2))["department"]] == [2]


async def test_the_tree_is_fifteen_deep_and_no_deeper(contacts: CgiClient) -> None:
    parent = 1
    for level in range(2, 16):
        answer = await contacts.post("department/create", name=f"第{level}层", parentid=parent, id=100 + level)
        assert answer["errcode"] == 0
        parent = 100 + level
    assert (await contacts.post("department/create", name="太深", parentid=parent))["errcode"] == 81002
    assert (await contacts.post("department/update", id=102, parentid=2))["errcode"] == 81002


async def test_deleting_takes_an_empty_department(contacts: CgiClient) -> None:
    await contacts.post("department/create", name="甲", parentid=2, id=21)
    await contacts.post("department/create", name="乙", parentid=21, id=22)
    assert (await contacts.get("department/delete", id=21))["errcode"] == 60006
    assert (await contacts.get("department/delete", id=3))["errcode"] == 60005
    assert (await contacts.get("department/delete", id=1))["errcode"] == 60007
    assert (await contacts.get("department/delete", id=99))["errcode"] == 60003
    assert await contacts.get("department/delete", id=22) == {"errcode": 0, "errmsg": "deleted"}
    assert (await contacts.get("department/delete", id=21))["errcode"] == 0
    assert (await contacts.get("department/get", id=21))["errcode"] == 60003


async def test_deleting_and_joining_at_once_leave_nobody_nowhere(contacts: CgiClient) -> None:
    for n in range(4):
        await contacts.post("department/create", name=f"空{n}", parentid=1, id=50 + n)
        deleted, moved = await asyncio.gather(
            contacts.get("department/delete", id=50 + n),
            contacts.post("user/update", userid="lisi", department=[50 + n]),
        )
        assert deleted["errcode"] in (0, 60005)
        assert moved["errcode"] in (0, 60003)
        [at] = (await contacts.get("user/get", userid="lisi"))["department"]
        there = await contacts.get("user/simplelist", department_id=at)
        assert "lisi" in [each["userid"] for each in there["userlist"]]
        await contacts.post("user/update", userid="lisi", department=[2])


@pytest.mark.parametrize("path", ["department/create", "department/update"])
async def test_only_the_contacts_secret_changes_departments(everyone: CgiClient, path: str) -> None:
    assert (await everyone.post(path, id=2, name="x", parentid=1))["errcode"] == 48002
    assert (await everyone.get("department/delete", id=2))["errcode"] == 48002


async def test_an_app_reads_the_departments_it_sees(contacts: CgiClient, market: CgiClient) -> None:
    await contacts.post("department/create", name="华东", parentid=3, id=31)
    assert [each["id"] for each in (await market.get("department/list"))["department"]] == [3, 31]
    assert [each["id"] for each in (await market.get("department/simplelist"))["department_id"]] == [3, 31]
    assert (await market.get("department/get", id=2))["errcode"] == 60011
    assert (await market.get("department/list", id=1))["errcode"] == 60011
    assert (await market.get("department/get", id=99))["errcode"] == 60003


async def test_two_at_once_cannot_make_a_circle(contacts: CgiClient) -> None:
    await contacts.post("department/create", name="甲", parentid=1, id=61)
    await contacts.post("department/create", name="乙", parentid=1, id=62)
    answers = await asyncio.gather(
        contacts.post("department/update", id=61, parentid=62),
        contacts.post("department/update", id=62, parentid=61),
    )
    assert sorted(each["errcode"] for each in answers) == [0, 60010]

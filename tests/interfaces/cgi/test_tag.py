"""标签管理: Tencent's documented requests and answers, pair by pair, and the refusals by number."""

from typing import Any

import pytest

from tests.interfaces.cgi.conftest import CgiClient


async def test_what_is_created_can_be_read(contacts: CgiClient) -> None:
    assert await contacts.post("tag/create", tagname="UI", tagid=12) == {"errcode": 0, "errmsg": "created", "tagid": 12}
    assert (await contacts.post("tag/create", tagname="后端"))["tagid"] == 13
    assert await contacts.post("tag/update", tagid=12, tagname="UI design") == {"errcode": 0, "errmsg": "updated"}
    assert (await contacts.get("tag/list"))["taglist"] == [
        {"tagid": 12, "tagname": "UI design"},
        {"tagid": 13, "tagname": "后端"},
    ]
    assert await contacts.get("tag/delete", tagid=12) == {"errcode": 0, "errmsg": "deleted"}
    assert (await contacts.get("tag/delete", tagid=12))["errcode"] == 40068


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({}, 40072),
        ({"tagname": ""}, 40072),
        ({"tagname": "长" * 33}, 40072),
        ({"tagname": "a\x00"}, 40033),
        ({"tagname": "已有"}, 40071),
        ({"tagname": "新", "tagid": 7}, 40071),
        ({"tagname": "新", "tagid": -1}, 40068),
        ({"tagname": "新", "tagid": 2**31}, 40068),
        ({"tagname": "新", "tagid": "x"}, 40068),
    ],
)
async def test_what_cannot_be_created(contacts: CgiClient, body: dict[str, Any], number: int) -> None:
    await contacts.post("tag/create", tagname="已有", tagid=7)
    assert (await contacts.post("tag/create", **body))["errcode"] == number


async def test_tags_go_on_and_come_off(contacts: CgiClient) -> None:
    await contacts.post("tag/create", tagname="值班", tagid=1)
    answer = await contacts.post("tag/addtagusers", tagid=1, userlist=["ZhangSan", "nobody", "x y"], partylist=[3, 99])
    assert answer == {"errcode": 0, "errmsg": "ok", "invalidlist": "nobody|x y", "invalidparty": [99]}
    assert await contacts.get("tag/get", tagid=1) == {
        "errcode": 0,
        "errmsg": "ok",
        "tagname": "值班",
        "userlist": [{"userid": "zhangsan", "name": "张三"}],
        "partylist": [3],
    }
    again = await contacts.post("tag/addtagusers", tagid=1, userlist=["zhangsan", "lisi"])
    assert again == {"errcode": 0, "errmsg": "ok"}
    off = await contacts.post("tag/deltagusers", tagid=1, userlist=["zhangsan"], partylist=[3])
    assert off == {"errcode": 0, "errmsg": "ok"}
    left = await contacts.get("tag/get", tagid=1)
    assert ([each["userid"] for each in left["userlist"]], left["partylist"]) == (["lisi"], [])
    await contacts.get("user/delete", userid="lisi")
    assert (await contacts.get("tag/get", tagid=1))["userlist"] == []


@pytest.mark.parametrize("path", ["tag/addtagusers", "tag/deltagusers"])
async def test_whom_a_tag_cannot_go_on(contacts: CgiClient, path: str) -> None:
    await contacts.post("tag/create", tagname="值班", tagid=1)
    for body, number in (
        ({"tagid": 1}, 40058),
        ({"tagid": 1, "userlist": []}, 40058),
        ({"tagid": 1, "userlist": ["nobody"]}, 40070),
        ({"tagid": 1, "partylist": [2**70]}, 40058),
        ({"tagid": 1, "partylist": [99]}, 40070),
        ({"tagid": 1, "userlist": ["x"] * 1001}, 81014),
        ({"tagid": 1, "partylist": [1] * 101}, 81014),
        ({"tagid": 9, "userlist": ["lisi"]}, 40068),
        ({"userlist": ["lisi"]}, 41017),
    ):
        assert (await contacts.post(path, **body))["errcode"] == number, body


async def test_an_app_has_tags_of_its_own(contacts: CgiClient, market: CgiClient, everyone: CgiClient) -> None:
    await contacts.post("tag/create", tagname="公司", tagid=1)
    assert (await market.post("tag/create", tagname="市场", tagid=2))["errcode"] == 0
    for app in (contacts, market, everyone):
        assert [each["tagid"] for each in (await app.get("tag/list"))["taglist"]] == [1, 2]
    for path, body in (
        ("tag/update", {"tagid": 1, "tagname": "x"}),
        ("tag/addtagusers", {"tagid": 1, "userlist": ["wangwu"]}),
        ("tag/deltagusers", {"tagid": 1, "userlist": ["wangwu"]}),
    ):
        assert (await market.post(path, **body))["errcode"] == 81011
    assert (await market.get("tag/delete", tagid=1))["errcode"] == 81011
    assert (await contacts.post("tag/update", tagid=2, tagname="市场二"))["errcode"] == 0


async def test_an_app_tags_and_reads_whom_it_sees(contacts: CgiClient, market: CgiClient) -> None:
    await market.post("tag/create", tagname="市场", tagid=2)
    answer = await market.post("tag/addtagusers", tagid=2, userlist=["wangwu", "lisi"], partylist=[3, 2])
    assert (answer["invalidlist"], answer["invalidparty"]) == ("lisi", [2])
    await contacts.post("tag/addtagusers", tagid=2, userlist=["lisi"], partylist=[2])
    seen = await market.get("tag/get", tagid=2)
    assert ([each["userid"] for each in seen["userlist"]], seen["partylist"]) == (["wangwu"], [3])
    whole = await contacts.get("tag/get", tagid=2)
    assert ([each["userid"] for each in whole["userlist"]], whole["partylist"]) == (["lisi", "wangwu"], [2, 3])

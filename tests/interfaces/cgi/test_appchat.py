"""应用推送消息到群聊会话: chats that apps make, pair by pair, and the refusals by number."""

from typing import Any

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.services import Services

CREATED = {"name": "午餐", "owner": "lisi", "userlist": ["zhangsan", "LiSi"], "chatid": "LUNCH1"}


async def heard(world: World, userid: str, chatid: str) -> list[dict[str, Any]] | None:
    """What was said in a chat, as a member reads it; None to whom it does not show."""
    client = await world.client(userid)
    listed = await (await client.get("/api/conversations")).json()
    for conversation in listed["conversations"]:
        if conversation["chatid"] == chatid:
            page = await (await client.get(f"/api/conversations/{conversation['id']}/messages")).json()
            return [each["content"] for each in page["messages"]]
    return None


async def test_what_is_created_can_be_read_changed_and_spoken_in(world: World, everyone: CgiClient) -> None:
    assert await everyone.post("appchat/create", **CREATED) == {"errcode": 0, "errmsg": "ok", "chatid": "LUNCH1"}
    info = {"chatid": "LUNCH1", "name": "午餐", "owner": "lisi", "chat_type": 0}
    answer = await everyone.get("appchat/get", chatid="LUNCH1")
    assert answer == {"errcode": 0, "errmsg": "ok", "chat_info": info | {"userlist": ["lisi", "zhangsan"]}}
    said = {"msgtype": "text", "text": {"content": "你好"}, "safe": 0}
    assert await everyone.post("appchat/send", chatid="LUNCH1", **said) == {"errcode": 0, "errmsg": "ok"}
    assert await heard(world, "zhangsan", "LUNCH1") == [{"msgtype": "text", "content": "你好"}]
    assert await heard(world, "wangwu", "LUNCH1") is None
    changed = {"name": "晚餐", "owner": "wangwu", "add_user_list": ["wangwu"], "del_user_list": ["lisi"]}
    assert await everyone.post("appchat/update", chatid="LUNCH1", **changed) == {"errcode": 0, "errmsg": "ok"}
    info |= {"name": "晚餐", "owner": "wangwu", "userlist": ["zhangsan", "wangwu"]}
    assert (await everyone.get("appchat/get", chatid="LUNCH1"))["chat_info"] == info
    assert await heard(world, "lisi", "LUNCH1") is None
    assert await heard(world, "wangwu", "LUNCH1") == []
    recorded = await world.pool.fetch("SELECT action FROM audit_records WHERE action LIKE 'appchat.%' ORDER BY id")
    assert [row["action"] for row in recorded] == ["appchat.create", "appchat.change"]


async def test_without_a_chatid_and_an_owner_both_are_chosen(everyone: CgiClient) -> None:
    chatid = (await everyone.post("appchat/create", userlist=["zhangsan", "lisi"]))["chatid"]
    assert len(chatid) <= 32 and chatid.isalnum()
    assert (await everyone.get("appchat/get", chatid=chatid))["chat_info"]["owner"] == "zhangsan"
    long = await everyone.post("appchat/create", userlist=["zhangsan", "lisi"], name="长" * 60)
    assert (await everyone.get("appchat/get", chatid=long["chatid"]))["chat_info"]["name"] == "长" * 50


async def test_all_message_types_can_be_said(world: World, everyone: CgiClient) -> None:
    await everyone.post("appchat/create", **CREATED)
    card = {"title": "领奖", "description": "d", "url": "https://e.cn"}
    for msgtype, said in (
        ("markdown", {"content": "**好**"}),
        ("textcard", card),
        ("news", {"articles": [{"title": "t", "url": "https://e.cn"}]}),
    ):
        assert (await everyone.post("appchat/send", chatid="LUNCH1", msgtype=msgtype, **{msgtype: said}))[
            "errcode"
        ] == 0
    said = await heard(world, "lisi", "LUNCH1")
    assert said and [each["msgtype"] for each in said] == ["markdown", "textcard", "news"]


async def test_who_is_mentioned_is_called_on(world: World, everyone: CgiClient) -> None:
    await everyone.post("appchat/create", **CREATED)
    text = {"content": "开会", "mentioned_list": ["lisi", "wangwu", "@all"]}
    await everyone.post("appchat/send", chatid="LUNCH1", msgtype="text", text=text)
    said = {"msgtype": "text", "content": "开会", "mentions": [world["lisi"].id], "everyone": True}
    assert await heard(world, "zhangsan", "LUNCH1") == [said]
    noted = await world.pool.fetch("SELECT member_id FROM mentions ORDER BY member_id")
    assert [row["member_id"] for row in noted] == [0, world["lisi"].id]


async def test_creating_is_refused_with_tencents_numbers(everyone: CgiClient, market: CgiClient) -> None:
    await everyone.post("appchat/create", **CREATED)
    for body, number in (
        (CREATED, 86215),
        ({"userlist": []}, 86204),
        ({}, 86204),
        ({"userlist": ["lisi"]}, 86006),
        ({"userlist": ["lisi", "LISI"]}, 86006),
        ({"userlist": ["lisi", "nobody"]}, 86216),
        ({"userlist": ["lisi", "zhangsan"], "owner": "nobody"}, 86005),
        ({"userlist": ["lisi", "zhangsan"], "owner": "wangwu"}, 86207),
        ({"userlist": ["lisi", "zhangsan"], "chatid": "a-b"}, 86001),
        ({"userlist": ["lisi", "zhangsan"], "chatid": "a" * 33}, 86205),
    ):
        answer = await everyone.post("appchat/create", **body)
        assert answer["errcode"] == number, (body, answer)
    assert (await market.post("appchat/create", userlist=["zhangsan", "wangwu"]))["errcode"] == 60011


async def test_changing_and_sending_are_refused_with_tencents_numbers(
    world: World, everyone: CgiClient, market: CgiClient
) -> None:
    await everyone.post("appchat/create", **CREATED)
    for body, number in (
        ({}, 86201),
        ({"chatid": "NONE"}, 86003),
        ({"chatid": "LUNCH1", "del_user_list": ["lisi"]}, 86006),
        ({"chatid": "LUNCH1", "add_user_list": ["nobody"]}, 86216),
        ({"chatid": "LUNCH1", "owner": "wangwu"}, 86207),
        ({"chatid": "LUNCH1", "owner": "nobody"}, 86005),
    ):
        answer = await everyone.post("appchat/update", **body)
        assert answer["errcode"] == number, (body, answer)
    assert (await market.post("appchat/update", chatid="LUNCH1", name="x"))["errcode"] == 86008
    assert (await market.get("appchat/get", chatid="LUNCH1"))["errcode"] == 86008
    group = await world.pool.fetchval("SELECT chatid FROM conversations WHERE id = $1", world.lunch)
    assert (await everyone.get("appchat/get", chatid=group))["errcode"] == 86008
    assert (await everyone.get("appchat/get"))["errcode"] == 86201
    assert (await market.post("appchat/send", chatid="LUNCH1", msgtype="text", text={"content": "x"}))[
        "errcode"
    ] == 86008
    for body, number in (
        ({"chatid": "NONE", "msgtype": "text", "text": {"content": "x"}}, 86003),
        ({"chatid": "LUNCH1", "msgtype": "text"}, 44004),
        ({"chatid": "LUNCH1", "msgtype": "poem"}, 40008),
        ({"chatid": "LUNCH1", "msgtype": "image", "image": {"media_id": "M"}}, 40007),
    ):
        answer = await everyone.post("appchat/send", **body)
        assert answer["errcode"] == number, (body, answer)


async def test_too_much_at_once_is_refused(world: World, services: Services, everyone: CgiClient) -> None:
    await everyone.post("appchat/create", **CREATED)
    limit = services.settings.appchat_person_per_minute
    assert await services.limiter.allow("appchat:persons", limit, 60, n=limit - 3) is None
    said = {"chatid": "LUNCH1", "msgtype": "text", "text": {"content": "x"}}
    assert [(await everyone.post("appchat/send", **said))["errcode"] for _ in range(2)] == [0, 45009]
    made = services.settings.appchat_create_per_day
    await services.limiter.allow("appchat:create", made, 86400, n=made)
    assert (await everyone.post("appchat/create", userlist=["lisi", "zhangsan"]))["errcode"] == 45009


async def test_who_has_had_enough_of_all_chats_is_named_and_misses_nothing(
    world: World, services: Services, everyone: CgiClient
) -> None:
    await everyone.post("appchat/create", chatid="A", userlist=["zhangsan", "lisi"])
    await everyone.post("appchat/create", chatid="B", userlist=["zhangsan", "wangwu"])
    limit, zhangsan = services.settings.appchat_member_per_minute, world["zhangsan"].id
    for _ in range(limit - 1):
        await services.limiter.over("appchat:member", [zhangsan], limit, 60)

    async def send(chatid: str) -> tuple[int, str | None]:
        answer = await everyone.post("appchat/send", chatid=chatid, msgtype="text", text={"content": "x"})
        return answer["errcode"], answer.get("limiteduser")

    assert await send("A") == (0, None)
    assert await send("B") == (0, "zhangsan")
    id = await world.pool.fetchval("SELECT id FROM conversations WHERE chatid = 'B'")
    client = await world.client("zhangsan")
    assert len((await (await client.get(f"/api/conversations/{id}/messages")).json())["messages"]) == 1

    for _ in range(limit):
        await services.limiter.over("appchat:member", [world["wangwu"].id], limit, 60)
    assert await send("B") == (45009, None), "everybody has had enough: nobody receives it"
    assert await send("A") == (0, "zhangsan")


@pytest.mark.parametrize(
    ("key", "setting"), [("appchat:persons", "minute"), ("appchat:persons:hour", "hour")], ids=["minute", "hour"]
)
async def test_a_company_sends_so_many_person_times(
    services: Services, everyone: CgiClient, key: str, setting: str
) -> None:
    await everyone.post("appchat/create", **CREATED)
    limit = getattr(services.settings, f"appchat_person_per_{setting}")
    await services.limiter.allow(key, limit, 60, n=limit - 3)
    said = {"chatid": "LUNCH1", "msgtype": "text", "text": {"content": "x"}}
    assert [(await everyone.post("appchat/send", **said))["errcode"] for _ in range(2)] == [0, 45009]


async def test_a_day_has_an_end_too(world: World, services: Services, everyone: CgiClient) -> None:
    await everyone.post("appchat/create", **CREATED)
    chat = await world.pool.fetchval("SELECT id FROM conversations WHERE chatid = 'LUNCH1'")
    members = await world.pool.fetch("SELECT actor_id FROM participants WHERE conversation_id = $1", chat)
    limit, key = services.settings.appchat_member_per_day, f"wecom:{services.company.epoch}:limit:appchat:member:day"
    await services.redis.hset(key, mapping={row["actor_id"]: limit for row in members})
    said = {"chatid": "LUNCH1", "msgtype": "text", "text": {"content": "x"}}
    assert (await everyone.post("appchat/send", **said))["errcode"] == 45009


async def test_odd_input_is_refused_and_never_a_fault_of_ours(everyone: CgiClient) -> None:
    await everyone.post("appchat/create", **CREATED)
    for body in (
        {"chatid": "a\0b", "userlist": ["zhangsan", "lisi"]},
        {"userlist": ["\0", "lisi"]},
        {"userlist": ["zhangsan", "lisi"], "name": "a\0b"},
        {"userlist": ["zhangsan", "lisi"], "owner": "\0"},
        {"userlist": {"a": 1}},
        {"userlist": ["zhangsan", ["lisi"]]},
        {"chatid": "LUNCH1", "add_user_list": ["\0"], "name": "\0"},
        {"chatid": "\0"},
        {"chatid": "LUNCH1", "name": "\x01"},
    ):
        for verb in ("create", "update"):
            assert (await everyone.post(f"appchat/{verb}", **body))["errcode"] != -1, (verb, body)
    assert (await everyone.get("appchat/get", chatid="\0"))["errcode"] != -1
    for mentioned in (["\0"], ["x" * 70000], {"a": 1}, [["lisi"]], "lisi"):
        text = {"content": "x", "mentioned_list": mentioned, "mentioned_mobile_list": mentioned}
        answer = await everyone.post("appchat/send", chatid="LUNCH1", msgtype="text", text=text)
        assert answer["errcode"] != -1, mentioned

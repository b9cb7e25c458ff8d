"""Conversations and messages over HTTP: what each may do, and that who is outside learns nothing."""

from typing import Any

import pytest

from tests.world import Client, World
from wecom.features import directory, messaging
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction


async def call(client: Client, method: str, path: str, **json: Any) -> tuple[int, Any]:
    response = await client.request(method, path, json=json or None)
    return response.status, await response.json()


async def say(client: Client, conversation: int, words: str, client_id: str = "1", **more: Any) -> dict[str, Any]:
    body = {"client_id": client_id, "body": {"msgtype": "text", "content": words}} | more
    response = await client.post(f"/api/conversations/{conversation}/messages", json=body)
    answer: dict[str, Any] = await response.json()
    return answer


async def test_a_group_from_its_beginning_to_its_end(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    ids = {userid: world[userid].id for userid in world.cast}
    status, group = await call(zhangsan, "POST", "/api/conversations", name="项目", member_ids=[ids["lisi"]])
    assert (status, group["name"], group["role"], group["members"]) == (200, "项目", "owner", 2)
    where = f"/api/conversations/{group['id']}"

    sent = await say(lisi, group["id"], "hallo")
    answer = await say(zhangsan, group["id"], "ja?", reply_to=sent["seq"])
    _, page = await call(zhangsan, "GET", f"{where}/messages")
    assert [(m["content"]["content"], m["reply_to"]) for m in page["messages"]] == [
        ("hallo", None),
        ("ja?", sent["seq"]),
    ]
    _, listed = await call(lisi, "GET", "/api/conversations")
    mine = next(each for each in listed["conversations"] if each["id"] == group["id"])
    assert (mine["unread"], mine["last"]["seq"], mine["head"]) == (1, answer["seq"], answer["seq"])

    assert (await call(lisi, "POST", f"{where}/read", seq=answer["seq"]))[1] == {"read_seq": answer["seq"]}
    _, readers = await call(zhangsan, "GET", f"{where}/messages/{answer['seq']}/readers")
    assert readers == {"read": [ids["lisi"]], "unread": []}
    _, readers = await call(zhangsan, "GET", f"{where}/messages/{sent['seq']}/readers")
    assert readers == {"read": [], "unread": [ids["zhangsan"]]}
    assert (await call(lisi, "PATCH", where, name="项目二"))[0] == 200
    assert (await call(lisi, "POST", f"{where}/participants", member_ids=[ids["wangwu"]]))[1]["member_ids"] == [
        ids["wangwu"]
    ]
    assert (await call(lisi, "DELETE", f"{where}/participants/{ids['wangwu']}"))[0] == 403
    assert (await call(zhangsan, "PUT", f"{where}/participants/{ids['lisi']}/role", role="administrator"))[0] == 200
    assert (await call(lisi, "DELETE", f"{where}/participants/{ids['wangwu']}"))[0] == 200
    _, people = await call(lisi, "GET", f"{where}/participants")
    assert {p["actor_id"]: p["role"] for p in people["participants"]} == {
        ids["zhangsan"]: "owner",
        ids["lisi"]: "administrator",
    }
    assert (await call(zhangsan, "PUT", f"{where}/participants/{ids['lisi']}/role", role="owner"))[0] == 200
    assert (await call(zhangsan, "DELETE", where))[0] == 403
    assert (await call(lisi, "DELETE", where))[0] == 200
    assert (await call(lisi, "GET", where))[0] == 404


@pytest.mark.parametrize("standing", ["outsider", "removed", "administrator of the company"])
async def test_who_is_outside_learns_nothing_by_any_call(world: World, standing: str) -> None:
    posted = await world.say("zhangsan", world.lunch, "geheim")
    userid = "admin" if standing.startswith("admin") else "wangwu"
    if standing == "removed":
        async with transaction(world.pool) as tx:
            await messaging.add_participants(tx, world["zhangsan"].id, world.lunch, [world["wangwu"].id])
        posted = await world.say("zhangsan", world.lunch, "geheim auch später")
        async with transaction(world.pool) as tx:
            await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["wangwu"].id])
    client, where = await world.client(userid), f"/api/conversations/{world.lunch}"
    lisi = world["lisi"].id
    for method, path, json in (
        ("GET", "", {}),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", {}),
        ("GET", "/messages", {}),
        ("GET", f"/messages/{posted.seq}/readers", {}),
        ("POST", f"/messages/{posted.seq}/recall", {}),
        ("POST", "/messages", {"client_id": "1", "body": {"msgtype": "text", "content": "x"}}),
        ("POST", "/read", {"seq": posted.seq}),
        ("GET", "/participants", {}),
        ("POST", "/participants", {"member_ids": [lisi]}),
        ("DELETE", f"/participants/{lisi}", {}),
        ("PUT", f"/participants/{lisi}/role", {"role": "owner"}),
    ):
        status, answer = await call(client, method, where + path, **json)
        assert status == 404, (method, path, status, answer)
        assert "geheim" not in str(answer) and "午饭" not in str(answer)
    _, changes = await call(client, "GET", f"/api/changes?since=conversation:{world.lunch}@0")
    assert changes["streams"][0]["entries"] == [] and changes["streams"][0]["gone"]
    _, listed = await call(client, "GET", "/api/conversations")
    assert world.lunch not in [each["id"] for each in listed["conversations"]]


async def test_newcomers_read_from_when_they_came(world: World) -> None:
    early = await world.say("zhangsan", world.lunch, "früher")
    lisi, wangwu = await world.client("lisi"), await world.client("wangwu")
    where = f"/api/conversations/{world.lunch}"
    await call(lisi, "POST", f"{where}/participants", member_ids=[world["wangwu"].id])
    await world.say("zhangsan", world.lunch, "später")

    _, page = await call(wangwu, "GET", f"{where}/messages")
    assert [m["content"]["content"] for m in page["messages"]] == ["später"]
    assert (await call(wangwu, "GET", f"{where}/messages/{early.seq}/readers"))[0] == 404
    assert (await say(wangwu, world.lunch, "?", reply_to=early.seq))["error"] == "NoSuchMessage"


async def test_whom_one_may_not_see_one_cannot_talk_to(world: World) -> None:
    async with transaction(world.pool) as tx:
        await directory.add_rule(tx, SYSTEM, "limit", subject_departments=[3])
    wangwu, lisi = await world.client("wangwu"), world["lisi"].id
    for path in ("/api/conversations/direct", "/api/conversations"):
        body = {"member_id": lisi} if path.endswith("direct") else {"member_ids": [lisi]}
        status, answer = await call(wangwu, "POST", path, **body)
        assert (status, answer["error"]) == (400, "UnknownMembers")


async def test_a_message_is_taken_back_over_http(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    where = f"/api/conversations/{world.lunch}/messages"
    mine, others = await say(lisi, world.lunch, "meins"), await say(zhangsan, world.lunch, "deins", "2")
    assert (await call(lisi, "POST", f"{where}/{others['seq']}/recall"))[0] == 403
    assert (await call(lisi, "POST", f"{where}/{mine['seq']}/recall"))[0] == 200
    assert (await call(lisi, "POST", f"{where}/{mine['seq']}/withdraw"))[0] == 403
    _, page = await call(zhangsan, "GET", where)
    assert [(m["recalled"], m["content"] is None) for m in page["messages"]] == [(True, True), (False, False)]

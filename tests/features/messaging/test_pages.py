"""Pages of a conversation: before, after and around a number, at both ends and at the edge of what one may see."""

from typing import Any

import pytest

from tests.world import Client, World
from wecom.features import apps, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.apps.audience import as_bytes, bits_of
from wecom.features.messaging import Text
from wecom.features.messaging.post import MOST_LISTED
from wecom.foundation.db import transaction


async def seqs(client: Client, conversation_id: int, **query: Any) -> list[int]:
    answer = await client.get(f"/api/conversations/{conversation_id}/messages", params=query)
    page = await answer.json()
    assert answer.status == 200, page
    return [each["seq"] for each in page["messages"]]


async def test_pages_before_after_and_around_a_number(world: World) -> None:
    said = [(await world.say("zhangsan", world.lunch, str(n))).seq for n in range(11)]
    lisi = await world.client("lisi")

    async def page(**query: Any) -> list[int]:
        return [said.index(seq) for seq in await seqs(lisi, world.lunch, **query)]

    assert await page(limit=3) == [8, 9, 10]
    assert await page(before=said[5], limit=3) == [2, 3, 4]
    assert await page(after=said[5], limit=3) == [6, 7, 8]
    assert await page(after=0, limit=3) == [0, 1, 2]
    assert await page(after=said[9], limit=3) == [10]
    assert await page(after=said[10]) == []
    assert await page(around=said[5], limit=4) == [4, 5, 6, 7]
    assert await page(around=said[5], limit=5) == [3, 4, 5, 6, 7]
    assert await page(around=said[5], limit=1) == [5]
    assert await page(around=said[0], limit=4) == [0, 1, 2, 3]
    assert await page(around=said[10], limit=4) == [7, 8, 9, 10]
    assert await page(around=2**60, limit=4) == [7, 8, 9, 10]
    assert await page(around=1, limit=4) == [0, 1, 2, 3]
    assert await page(around=said[5], limit=200) == list(range(11))


async def test_pages_end_where_the_member_came_in(world: World) -> None:
    admin, lisi = world["admin"].id, world["lisi"]
    group = await world.conversation("admin", "zhangsan")
    early = [(await world.say("zhangsan", group, str(n))).seq for n in range(3)]
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, admin, group, [lisi.id])
    late = [(await world.say("zhangsan", group, str(n))).seq for n in range(3)]
    client = await world.client("lisi")
    for query in ({"after": 0}, {"after": early[0]}, {"around": early[1]}, {"around": late[1]}, {"before": 2**60}):
        assert await seqs(client, group, **query) == late
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, admin, group, [lisi.id])
    for query in ({"after": 0}, {"around": late[1]}):
        answer = await client.get(f"/api/conversations/{group}/messages", params=query)
        assert answer.status == 404


async def test_pages_of_an_app_hold_what_it_said_to_the_member(world: World) -> None:
    lisi, zhangsan = world["lisi"].ordinal, world["zhangsan"].ordinal
    many = range(100_000, 100_000 + MOST_LISTED + 1)
    audiences = [[lisi], [zhangsan], [lisi, *many], [zhangsan, *many], None, [lisi, zhangsan]]
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1])
        conversation = await messaging.open_app_conversation(tx, app.id)
        said = []
        for n, audience in enumerate(audiences):
            bits = as_bytes(bits_of(audience)) if audience is not None else None
            body = Text(msgtype="text", content=str(n))
            said.append((await messaging.post_to_audience(tx, conversation, app.id, str(n), body, bits)).seq)
    client = await world.client("lisi")

    async def page(**query: Any) -> list[int]:
        return [said.index(seq) for seq in await seqs(client, conversation, **query)]

    assert await page() == [0, 2, 4, 5]
    assert await page(after=0) == [0, 2, 4, 5]
    assert await page(after=said[0], limit=2) == [2, 4]
    assert await page(after=said[2]) == [4, 5]
    assert await page(around=said[3], limit=2) == [2, 4]
    assert await page(around=said[5], limit=3) == [2, 4, 5]


@pytest.mark.parametrize(
    "query", [{"before": "5", "after": "1"}, {"around": "5", "after": "1"}, {"after": "-1"}, {"around": "0"}]
)
async def test_a_page_that_makes_no_sense_is_refused(world: World, query: dict[str, str]) -> None:
    lisi = await world.client("lisi")
    answer = await lisi.get(f"/api/conversations/{world.lunch}/messages", params=query)
    assert (answer.status, (await answer.json())["error"]) == (400, "Misread")


async def test_what_happened_in_a_group_stands_among_what_was_said_for_who_asks(world: World) -> None:
    zhangsan, lisi, wangwu = world.members("zhangsan", "lisi", "wangwu")
    group = await world.conversation("zhangsan", "lisi", name="爬山")
    first = await world.say("lisi", group, "几点?")
    async with transaction(world.pool) as tx:
        await messaging.rename(tx, lisi.id, group, "周末爬山")
        await messaging.add_participants(tx, zhangsan.id, group, [wangwu.id])
    second = await world.say("wangwu", group, "八点")
    async with transaction(world.pool) as tx:
        await messaging.transfer(tx, zhangsan.id, group, lisi.id)
        await messaging.leave(tx, zhangsan.id, group)
    client = await world.client("lisi")

    async def told(**query: Any) -> list[Any]:
        answer = await client.get(f"/api/conversations/{group}/messages", params={"notices": "true", **query})
        page = await answer.json()
        assert answer.status == 200, page
        return [
            (each["notice"]["kind"].split(".")[1], each["sender_id"], each["notice"]["actor_ids"])
            if each["notice"]
            else each["content"]["content"]
            for each in page["messages"]
        ]

    everything = [
        ("added", zhangsan.id, [lisi.id]),
        "几点?",
        ("renamed", lisi.id, []),
        ("added", zhangsan.id, [wangwu.id]),
        "八点",
        ("role_changed", zhangsan.id, [zhangsan.id]),
        ("role_changed", zhangsan.id, [lisi.id]),
        ("removed", zhangsan.id, [zhangsan.id]),
    ]
    assert await told() == everything
    assert await told(before=second.seq, limit=2) == everything[2:4]
    assert await told(after=first.seq, limit=3) == everything[2:5]
    assert await told(around=second.seq, limit=4) == everything[3:7]
    assert await seqs(client, group) == [first.seq, second.seq]


async def test_newcomers_are_told_from_their_own_coming_on_and_nothing_is_told_of_two(world: World) -> None:
    group = await world.conversation("zhangsan", "lisi", name="爬山")
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["zhangsan"].id, group, [world["wangwu"].id])
    direct = await world.direct("zhangsan", "wangwu")
    said = await world.say("zhangsan", direct, "在吗?")
    wangwu = await world.client("wangwu")
    answer = await wangwu.get(f"/api/conversations/{group}/messages", params={"notices": "true"})
    assert [each["notice"]["actor_ids"] for each in (await answer.json())["messages"]] == [[world["wangwu"].id]]
    assert await seqs(wangwu, direct, notices="true") == [said.seq]

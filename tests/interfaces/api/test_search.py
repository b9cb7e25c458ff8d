"""Searching messages over the API."""

from typing import Any

import pytest

from tests.features.messaging.searching.asking import index
from tests.world import Client, World
from wecom.features.messaging import Draft, Markdown
from wecom.settings import Settings


async def hits(client: Client, **query: Any) -> dict[str, Any]:
    answer = await client.get("/api/search/messages", params=query)
    found: dict[str, Any] = await answer.json()
    assert answer.status == 200, found
    return found


async def test_a_message_is_found_with_what_to_mark(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "🍜 午饭去上海饭店")
    await index(world.pool)
    lisi = await world.client("lisi")
    found = await hits(lisi, q="上海")
    assert found == {
        "hits": [
            {
                "conversation_id": world.lunch,
                "seq": posted.seq,
                "sender_id": world["zhangsan"].id,
                "sent_at": posted.sent_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                "content": {"msgtype": "text", "content": "🍜 午饭去上海饭店"},
                "excerpt": "🍜 午饭去上海饭店",
                "highlights": [[6, 8]],
            }
        ],
        "cursor": None,
    }
    assert await hits(await world.client("wangwu"), q="上海") == {"hits": [], "cursor": None}


async def test_filters_narrow_a_search(world: World) -> None:
    other = await world.conversation("zhangsan", "lisi")
    first = await world.say("zhangsan", world.lunch, "report one")
    second = await world.say("lisi", other, "report two")
    body = Markdown(msgtype="markdown", content="report three")
    third = await world.services.mailroom.post(Draft(other, world["lisi"].id, "m", body))
    await index(world.pool)
    lisi = await world.client("lisi")

    async def seqs(**query: Any) -> list[int]:
        return [each["seq"] for each in (await hits(lisi, **query))["hits"]]

    lisi_id = world["lisi"].id
    assert await seqs(q="report") == [third.seq, second.seq, first.seq]
    assert await seqs(q="report", conversation_id=world.lunch) == [first.seq]
    assert await seqs(q="report", sender_id=lisi_id) == [third.seq, second.seq]
    assert await seqs(q="report", sender_id=lisi_id, msgtype="markdown") == [third.seq]
    assert await seqs(msgtype="markdown") == [third.seq]
    assert await seqs(conversation_id=other) == [third.seq, second.seq]
    assert await seqs(q="report", since=second.sent_at.isoformat()) == [third.seq, second.seq]
    assert await seqs(q="report", until=second.sent_at.isoformat()) == [first.seq]
    assert await seqs(q="report", since=second.sent_at.isoformat(), until=third.sent_at.isoformat()) == [second.seq]
    assert await seqs(q="report", conversation_id=999_999) == []
    assert await seqs(q="report", msgtype="nothing") == []


async def test_pages_go_on_by_their_cursor(world: World) -> None:
    said = [(await world.say("zhangsan", world.lunch, f"天气 {n}")).seq for n in range(7)]
    await index(world.pool)
    lisi = await world.client("lisi")
    paged, cursor = [], {}
    for _ in range(3):
        page = await hits(lisi, q="天气", limit=3, **cursor)
        paged += [each["seq"] for each in page["hits"]]
        cursor = {"cursor": page["cursor"]}
    assert paged == said[::-1] and cursor["cursor"] is None


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({}, "NothingToSearch"),
        ({"q": ""}, "NothingToSearch"),
        ({"q": "?!"}, "NothingToSearch"),
        ({"q": "?!", "msgtype": "text"}, "NothingToSearch"),
        ({"q": "x" * 201}, "Misread"),
        ({"q": "长" * 800}, "Misread"),
        ({"q": "a\0b"}, "Misread"),
        ({"q": "a", "limit": "51"}, "Misread"),
        ({"q": "a", "limit": "0"}, "Misread"),
        ({"q": "a", "since": "yesterday"}, "Misread"),
        ({"q": "a", "since": "2026-01-01T00:00:00"}, "Misread"),
        ({"q": "a", "until": "9999-12-31T23:59:59Z"}, "Misread"),
        ({"q": "a", "since": "0001-01-01T00:00:00Z"}, "Misread"),
        ({"q": "a", "msgtype": "Text'"}, "Misread"),
        ({"q": "a", "cursor": ""}, "NoSuchPage"),
        ({"q": "a", "cursor": "äöü"}, "NoSuchPage"),
        ({"q": "a", "cursor": "MS4yLjMuNA"}, "NoSuchPage"),
        ({"q": "a", "cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS4xLjE"}, "NoSuchPage"),
        ({"q": "a", "unknown": "1"}, "Misread"),
    ],
)
async def test_what_cannot_be_searched_is_said_to_be_so(world: World, query: dict[str, str], error: str) -> None:
    lisi = await world.client("lisi")
    answer = await lisi.get("/api/search/messages", params=query)
    assert (answer.status, (await answer.json())["error"]) == (400, error)


async def test_who_searches_without_end_is_told_to_wait(world: World) -> None:
    lisi, zhangsan = await world.client("lisi"), await world.client("zhangsan")
    rate = Settings.model_fields["search_rate"].default
    statuses = [(await lisi.get("/api/search/messages", params={"q": "a"})).status for _ in range(rate + 1)]
    assert statuses == [200] * rate + [429]
    assert (await zhangsan.get("/api/search/messages", params={"q": "a"})).status == 200


async def test_nobody_searches_without_signing_in(world: World) -> None:
    nobody = await world.client(None)
    assert (await nobody.get("/api/search/messages", params={"q": "a"})).status == 401

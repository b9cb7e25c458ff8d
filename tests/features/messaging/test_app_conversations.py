"""What an app said to a member: found whatever else it said to others, and without a walk over that."""

import pytest

from tests.world import World
from wecom.features import messaging
from wecom.features.messaging.post import MOST_LISTED, post_to_audience
from wecom.features.messaging.queries import conversations as queries
from wecom.features.messaging.queries import messages
from wecom.foundation.db import Tx, transaction

FAR = 5_000
"""An ordinal beyond everybody here, from which the crowd is counted."""


@pytest.fixture
async def channel(world: World) -> tuple[int, int]:
    """An app's conversation, and the app."""
    async with transaction(world.pool) as tx:
        app_id = await tx.fetchval("INSERT INTO actors (kind) VALUES ('app') RETURNING id")
        await tx.execute(
            "INSERT INTO apps (id, kind, agentid, name, secret_hash) VALUES ($1, 'app', 7, 'App', '\\x00')", app_id
        )
        return await messaging.open_app_conversation(tx, app_id), app_id


def audience(world: World, *userids: str, crowd: int = 0) -> bytes:
    """The bits of these people, and of as many others."""
    bits = sum(1 << world[userid].ordinal for userid in userids) | ((1 << crowd) - 1 << FAR)
    return bits.to_bytes(bits.bit_length() // 8 + 1, "little")


async def post(tx: Tx, channel: tuple[int, int], n: int, to: bytes | None) -> None:
    await post_to_audience(tx, *channel, str(n), messaging.Text(msgtype="text", content=str(n)), to)


async def rows_read(tx: Tx) -> int:
    """How many messages this transaction has looked at."""
    read: int = await tx.fetchval(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'messages'"
    )
    return read


async def test_few_and_many_are_listed_alike(world: World, channel: tuple[int, int]) -> None:
    told = [
        audience(world, "lisi"),
        audience(world, "wangwu"),
        None,
        audience(world, "lisi", crowd=MOST_LISTED),
        audience(world, "wangwu", crowd=MOST_LISTED),
        audience(world, "lisi", "zhangsan", crowd=MOST_LISTED - 2),
        audience(world, "wangwu"),
    ]
    async with transaction(world.pool) as tx:
        for n, to in enumerate(told, start=1):
            await post(tx, channel, n, to)
    client = await world.client("lisi")

    async def page(query: str) -> list[int]:
        answer = await client.get(f"/api/conversations/{channel[0]}/messages?{query}")
        return [each["seq"] for each in (await answer.json())["messages"]]

    assert await page("limit=50") == [1, 3, 4, 6]
    assert await page("limit=2") == [4, 6]
    assert await page("limit=2&before=4") == [1, 3]
    [mine] = await queries.list_conversations(world.pool, world["lisi"].id, channel[0])
    assert (mine.unread, mine.last_seq, mine.last_body) == (4, 6, {"msgtype": "text", "content": "6"})
    async with transaction(world.pool) as tx:
        await messaging.mark_read(tx, world["lisi"].id, channel[0], 3)
        await messaging.withdraw(tx, channel[1], channel[0], 4)
    [mine] = await queries.list_conversations(world.pool, world["lisi"].id, channel[0])
    assert (mine.unread, mine.last_seq) == (1, 6)


async def test_only_few_recipients_have_rows(world: World, channel: tuple[int, int]) -> None:
    async with transaction(world.pool) as tx:
        await post(tx, channel, 1, None)
        await post(tx, channel, 2, audience(world, "lisi", crowd=MOST_LISTED))
        await post(tx, channel, 3, audience(world, "lisi", "zhangsan", crowd=MOST_LISTED - 2))
        await post(tx, channel, 4, audience(world))
    rows = await world.pool.fetch("SELECT member_id, seq FROM app_recipients ORDER BY member_id")
    assert {(row["member_id"], row["seq"]) for row in rows} == {(world[each].id, 3) for each in ("lisi", "zhangsan")}


async def test_nobody_walks_over_what_an_app_told_others(world: World, channel: tuple[int, int]) -> None:
    async with transaction(world.pool) as tx:
        await post(tx, channel, 0, audience(world, "wangwu"))
        for n in range(1, 600):
            await post(tx, channel, n, audience(world, "lisi"))
    async with transaction(world.pool) as tx:
        assert await queries.list_conversations(tx, world["zhangsan"].id, channel[0]) == []
        [mine] = await queries.list_conversations(tx, world["wangwu"].id, channel[0])
        assert (mine.unread, mine.last_seq) == (1, 1)
        wangwu = world["wangwu"]
        page = await messages.app_messages_before(tx, channel[0], 600, 50, member_id=wangwu.id, ordinal=wangwu.ordinal)
        assert [each.seq for each in page] == [1]
        assert await rows_read(tx) < 20


async def test_of_what_many_others_were_told_only_the_newest_is_looked_at(
    world: World, channel: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LOOKED_AT", 10)
    async with transaction(world.pool) as tx:
        await post(tx, channel, 0, audience(world, "zhangsan"))
        for n in range(1, 200):
            await post(tx, channel, n, audience(world, "lisi", crowd=MOST_LISTED))
    async with transaction(world.pool) as tx:
        assert await queries.list_conversations(tx, world["wangwu"].id, channel[0]) == []
        [mine] = await queries.list_conversations(tx, world["zhangsan"].id, channel[0])
        assert (mine.unread, mine.last_seq) == (1, 1)
        assert await rows_read(tx) < 60


async def test_pages_leave_nothing_out_however_many_others_were_told(
    world: World, channel: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "LOOKED_AT", 10)
    mine = {3: None, 20: audience(world, "lisi"), 41: None, 55: audience(world, "lisi"), 90: None}
    others = audience(world, "wangwu", crowd=MOST_LISTED)
    async with transaction(world.pool) as tx:
        for n in range(1, 101):
            await post(tx, channel, n, mine.get(n, others))
    client = await world.client("lisi")

    async def page(query: str) -> list[int]:
        answer = await client.get(f"/api/conversations/{channel[0]}/messages?{query}")
        return [each["seq"] for each in (await answer.json())["messages"]]

    for limit in (1, 2, 3):
        found, pages, after = [], [], 0
        while more := await page(f"after={after}&limit={limit}"):
            found, after = found + more, more[-1]
        before = 10_000
        while more := await page(f"before={before}&limit={limit}"):
            pages, before = more + pages, more[0]
        assert found == pages == list(mine)

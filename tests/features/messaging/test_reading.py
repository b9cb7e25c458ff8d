"""Reading conversations: what lists cost, and that they count right."""

import re

from tests.world import World
from wecom.features import apps, lifecycle, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.messaging import Text
from wecom.foundation.db import transaction
from wecom.foundation.instants import PATTERN


async def members_listed(world: World, userid: str, conversation_id: int) -> int:
    return (await messaging.conversation_of(world.pool, world[userid].id, conversation_id)).members


async def test_members_are_counted_as_they_come_and_go(world: World) -> None:
    zhangsan, lisi, wangwu = (each.id for each in world.members("zhangsan", "lisi", "wangwu"))
    group = await world.conversation("zhangsan", "lisi")
    assert await members_listed(world, "zhangsan", group) == 2
    async with transaction(world.pool) as tx:
        await apps.create_robot(tx, SYSTEM, group, "小助手")
        await messaging.add_participants(tx, zhangsan, group, [lisi, wangwu, wangwu])
    assert await members_listed(world, "zhangsan", group) == 3
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, zhangsan, group, [lisi])
        await lifecycle.leave(tx, SYSTEM, wangwu)
    assert await members_listed(world, "zhangsan", group) == 1
    assert await members_listed(world, "zhangsan", world.lunch) == 2
    wrong = await world.pool.fetch(
        """
        SELECT c.id FROM conversations AS c WHERE members <> (
            SELECT count(*) FROM participants AS p WHERE p.conversation_id = c.id AND p.to_seq IS NULL
              AND role IN ('owner', 'administrator', 'member'))
        """
    )
    assert not wrong


async def test_a_list_does_not_look_at_those_who_take_part(world: World) -> None:
    await world.pool.execute(
        """
        WITH others AS (INSERT INTO actors (kind) SELECT 'robot' FROM generate_series(1, 500) RETURNING id)
        INSERT INTO participants (conversation_id, actor_id, from_seq) SELECT $1, id, 1 FROM others
        """,
        world.lunch,
    )
    async with transaction(world.pool) as tx:
        [mine] = await messaging.conversations_of(tx, world["zhangsan"].id)
        read = await tx.fetchval(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'participants'"
        )
    assert mine.members == 2 and read < 100


async def test_an_app_that_has_said_nothing_can_be_looked_at_and_is_not_listed(world: World) -> None:
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1])
        conversation = await messaging.open_app_conversation(tx, app.id)
    client = await world.client("lisi")
    answer = await client.get(f"/api/conversations/{conversation}")
    silent = await answer.json()
    assert (answer.status, silent["kind"], silent["name"], silent["last"]) == (200, "app", "", None)
    assert (silent["app_id"], silent["unread"], silent["head"]) == (app.id, 0, 0)
    listed = await (await client.get("/api/conversations")).json()
    assert conversation not in [each["id"] for each in listed["conversations"]]

    async with transaction(world.pool) as tx:
        body = Text(msgtype="text", content="你好")
        await messaging.post_to_audience(tx, conversation, app.id, "1", body, None)
    spoken = await (await client.get(f"/api/conversations/{conversation}")).json()
    assert (spoken["name"], spoken["unread"], spoken["head"]) == ("公告", 1, 1)
    listed = await (await client.get("/api/conversations")).json()
    assert spoken in listed["conversations"]


async def test_an_instant_is_the_same_text_wherever_it_is_met(world: World) -> None:
    client = await world.client("zhangsan")
    body = {"client_id": "1", "body": {"msgtype": "text", "content": "x"}}
    sent = await (await client.post(f"/api/conversations/{world.lunch}/messages", json=body)).json()
    await world.pool.execute("UPDATE messages SET sent_at = date_trunc('second', sent_at)")
    again = await (await client.post(f"/api/conversations/{world.lunch}/messages", json=body)).json()
    page = await (await client.get(f"/api/conversations/{world.lunch}/messages")).json()
    listed = await (await client.get(f"/api/conversations/{world.lunch}")).json()
    since = {"since": f"conversation:{world.lunch}@{sent['seq'] - 1}"}
    [stretch] = (await (await client.get("/api/changes", params=since)).json())["streams"]
    told = {
        again["sent_at"],
        page["messages"][-1]["sent_at"],
        listed["last"]["sent_at"],
        stretch["entries"][0]["body"]["sent_at"],
    }
    assert len(told) == 1, told
    for at in (*told, sent["sent_at"], listed["created_at"]):
        assert re.fullmatch(PATTERN, at), at

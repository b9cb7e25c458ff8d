"""Settings, how conversations stand in one's own list, and drafts: for oneself, on all one's devices."""

from typing import Any

import pytest

from tests.world import Client, World
from wecom.features import apps, lifecycle, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.directory import ROOT
from wecom.features.messaging import Text
from wecom.foundation.db import transaction
from wecom.foundation.streams import heads, since

REMINDED = {
    "checkin_before": True,
    "checkin_before_minutes": None,
    "checkin_after": True,
    "checkin_after_minutes": None,
}
AT_FIRST = {
    "language": None,
    "theme": "system",
    "notifications": {"enabled": True, "show_text": False, "quiet_hours": None} | REMINDED,
    "timezone": None,
}


async def call(client: Client, method: str, path: str, **json: Any) -> tuple[int, Any]:
    response = await client.request(method, path, json=json if method != "GET" else None)
    return response.status, await response.json()


async def own(client: Client, conversation_id: int) -> dict[str, Any]:
    _, view = await call(client, "GET", f"/api/conversations/{conversation_id}")
    _, listed = await call(client, "GET", "/api/conversations")
    assert [each for each in listed["conversations"] if each["id"] == conversation_id] in ([view], [])
    names = ("pinned_at", "notify", "muted_until", "hidden", "draft")
    return {name: view[name] for name in names}


async def own_entries(world: World, userid: str) -> bytes:
    id = world[userid].id
    head = (await heads(world.pool, [id]))[id]
    return b",".join((await since(world.pool, id, 0, to=head)).entries)


async def test_settings_change_by_what_is_named_and_the_other_devices_hear_of_it(world: World) -> None:
    lisi, other = await world.client("lisi"), await world.client("lisi")
    assert await call(lisi, "GET", "/api/me/settings") == (200, AT_FIRST)
    quiet = {"from": "22:00", "to": "07:00", "days": [7, 1, 1]}
    changes = {"theme": "dark", "timezone": "Europe/Berlin", "notifications": {"quiet_hours": quiet}}
    assert (await call(lisi, "PATCH", "/api/me/settings", **changes))[0] == 200
    await call(lisi, "PATCH", "/api/me/settings", language="de", notifications={"show_text": True})
    now = AT_FIRST | {
        "language": "de",
        "theme": "dark",
        "timezone": "Europe/Berlin",
        "notifications": {"enabled": True, "show_text": True, "quiet_hours": quiet | {"days": [1, 7]}} | REMINDED,
    }
    assert await call(other, "GET", "/api/me/settings") == (200, now)
    assert (await own_entries(world, "lisi")).count(b"settings.changed") == 2
    await call(lisi, "PATCH", "/api/me/settings", language="de")
    assert (await own_entries(world, "lisi")).count(b"settings.changed") == 2
    _, after = await call(lisi, "PATCH", "/api/me/settings", timezone=None, notifications={"quiet_hours": None})
    assert after["timezone"] is None and after["notifications"]["quiet_hours"] is None


@pytest.mark.parametrize(
    "bad",
    [
        {"theme": "pink"},
        {"theme": None},
        {"language": "fr"},
        {"timezone": "Mars/Olympus"},
        {"timezone": ""},
        {"timezone": "../../etc/passwd"},
        {"notifications": {"quiet_hours": {"from": "24:00", "to": "07:00", "days": [1]}}},
        {"notifications": {"quiet_hours": {"from": "22:00", "to": "07:00", "days": []}}},
        {"notifications": {"quiet_hours": {"from": "22:00", "to": "07:00", "days": [8]}}},
        {"notifications": {"enabled": None}},
        {"colour": "green"},
    ],
)
async def test_settings_that_cannot_be_are_refused_and_nothing_of_them_is_kept(
    world: World, bad: dict[str, Any]
) -> None:
    lisi = await world.client("lisi")
    status, answer = await call(lisi, "PATCH", "/api/me/settings", **({"language": "en"} | bad))
    assert status == 400 and answer["message"]
    assert (await call(lisi, "GET", "/api/me/settings"))[1] == AT_FIRST


async def test_a_conversation_is_pinned_muted_and_hidden_for_oneself_alone(world: World) -> None:
    lisi, zhangsan = await world.client("lisi"), await world.client("zhangsan")
    where = f"/api/conversations/{world.lunch}/preferences"
    status, first = await call(lisi, "PUT", where, pinned=True, muted_until="2031-01-01T08:00:00+08:00")
    assert (status, first["muted_until"], first["notify"]) == (200, "2031-01-01T00:00:00.000000Z", "all")
    _, again = await call(lisi, "PUT", where, pinned=True, notify="mentions")
    assert (again["pinned_at"], again["muted_until"]) == (first["pinned_at"], first["muted_until"])
    await call(lisi, "PUT", where, hidden=True)
    assert (await own(lisi, world.lunch))["hidden"]
    await world.say("zhangsan", world.lunch, "午饭?")
    seen = await own(lisi, world.lunch)
    assert not seen["hidden"] and seen["pinned_at"] == first["pinned_at"]
    await call(lisi, "PUT", where, pinned=False, muted_until=None, notify="none")
    nothing = {"pinned_at": None, "muted_until": None, "hidden": False, "draft": None}
    assert await own(lisi, world.lunch) == nothing | {"notify": "none"}
    assert await own(zhangsan, world.lunch) == nothing | {"notify": "all"}
    assert b"preferences" not in await own_entries(world, "zhangsan")


async def test_an_apps_conversation_is_muted_like_any_other(world: World) -> None:
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "公告助手", visible_departments=[ROOT])
        id = await messaging.open_app_conversation(tx, app.id)
    lisi = await world.client("lisi")
    assert (await call(lisi, "PUT", f"/api/conversations/{id}/preferences", notify="none", pinned=True))[0] == 200
    assert (await own(lisi, id))["notify"] == "none"
    async with transaction(world.pool) as tx:
        await messaging.post_to_audience(tx, id, app.id, "1", Text(msgtype="text", content="放假"), None)
    seen = await own(lisi, id)
    assert seen["pinned_at"] and not seen["hidden"]
    assert (await call(lisi, "PUT", f"/api/conversations/{id}/draft", content="x"))[0] == 404


async def test_of_a_draft_only_the_last_is_kept(world: World) -> None:
    lisi = await world.client("lisi")
    posted = await world.say("zhangsan", world.lunch, "几点?")
    where = f"/api/conversations/{world.lunch}/draft"
    await call(lisi, "PUT", where, content="老板真讨厌")
    mention = world["zhangsan"].id
    status, kept = await call(
        lisi, "PUT", where, content="十二点 👩‍👩‍👧", reply_to=posted.seq, mentions=[mention, mention]
    )
    assert (status, kept["draft"]["mentions"], kept["draft"]["reply_to"]) == (200, [mention], posted.seq)
    assert (await own(lisi, world.lunch))["draft"] == kept["draft"]
    entries = await own_entries(world, "lisi")
    assert entries.count(b"draft.changed") == 2 and "讨厌".encode() not in entries and "十二点".encode() in entries
    assert (await call(lisi, "PUT", where, content=" \n"))[1] == {"draft": None}
    assert (await call(lisi, "PUT", where, content=""))[1] == {"draft": None}
    entries = await own_entries(world, "lisi")
    assert entries.count(b"draft.changed") == 3 and "十二点".encode() not in entries
    assert (await own(lisi, world.lunch))["draft"] is None
    assert await world.pool.fetchval("SELECT count(*) FROM unsent_drafts") == 0


@pytest.mark.parametrize(
    ("draft", "status"),
    [
        ({"content": "x" * 20_001}, 400),
        ({"content": "\0"}, 400),
        ({"content": "x", "reply_to": 10**6}, 404),
        ({"content": "x", "mentions": [1] * 201}, 400),
        ({"content": "x", "extra": 1}, 400),
        ({}, 400),
        ({"content": "x" * 20_000}, 200),
    ],
)
async def test_a_draft_is_bounded(world: World, draft: dict[str, Any], status: int) -> None:
    lisi = await world.client("lisi")
    assert (await call(lisi, "PUT", f"/api/conversations/{world.lunch}/draft", **draft))[0] == status


async def test_who_does_not_take_part_prefers_and_drafts_nothing(world: World) -> None:
    wangwu = await world.client("wangwu")
    for id in (world.lunch, 10**9):
        assert (await call(wangwu, "PUT", f"/api/conversations/{id}/preferences", pinned=True))[0] == 404
        assert (await call(wangwu, "PUT", f"/api/conversations/{id}/draft", content="x"))[0] == 404
    bad = {"muted_until": "0001-01-01T00:00:00+14:00"}
    lisi = await world.client("lisi")
    assert (await call(lisi, "PUT", f"/api/conversations/{world.lunch}/preferences", **bad))[0] == 400


async def test_whoever_leaves_the_company_leaves_no_wishes_behind(world: World) -> None:
    lisi = await world.client("lisi")
    await call(lisi, "PATCH", "/api/me/settings", theme="dark")
    await call(lisi, "PUT", f"/api/conversations/{world.lunch}/preferences", pinned=True)
    await call(lisi, "PUT", f"/api/conversations/{world.lunch}/draft", content="ich kündige")
    async with transaction(world.pool) as tx:
        await lifecycle.leave(tx, SYSTEM, world["lisi"].id)
    for table in ("member_settings", "conversation_preferences", "unsent_drafts"):
        assert await world.pool.fetchval(f"SELECT count(*) FROM {table}") == 0
    assert "kündige".encode() not in await own_entries(world, "lisi")

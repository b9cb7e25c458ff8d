"""群机器人: what a webhook's key can say, pair by pair, and the refusals by number."""

from typing import Any

import pytest

from tests.interfaces.cgi.conftest import Cgi
from tests.world import World
from wecom.features import apps, messaging
from wecom.features.apps import Robot
from wecom.foundation.db import transaction
from wecom.services import Services


@pytest.fixture
async def robot(world: World) -> tuple[Robot, str]:
    """报警, a robot in 午饭, and its key."""
    async with transaction(world.pool) as tx:
        return await apps.create_robot(tx, world["zhangsan"].id, world.lunch, "报警")


async def say(cgi_apps: Cgi, key: str, msgtype: str = "text", **said: Any) -> dict[str, Any]:
    client = cgi_apps.nobody.client
    body = {"msgtype": msgtype, msgtype: said}
    async with client.post("/cgi-bin/webhook/send", params={"key": key}, json=body) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def heard(world: World, userid: str) -> list[dict[str, Any]]:
    client = await world.client(userid)
    page = await (await client.get(f"/api/conversations/{world.lunch}/messages")).json()
    return [each["content"] for each in page["messages"]]


async def test_a_text_calls_on_those_mentioned(world: World, cgi_apps: Cgi, robot: tuple[Robot, str]) -> None:
    answer = await say(
        cgi_apps,
        robot[1],
        content="广州今日天气：29度",
        mentioned_list=["LiSi", "wangwu", "@all"],
        mentioned_mobile_list=[world["zhangsan"].mobile, "@all"],
    )
    assert answer == {"errcode": 0, "errmsg": "ok"}
    called = sorted([world["lisi"].id, world["zhangsan"].id])
    said = {"msgtype": "text", "content": "广州今日天气：29度", "mentions": called, "everyone": True}
    assert await heard(world, "lisi") == [said]


async def test_markdown_in_both_versions_and_news(world: World, cgi_apps: Cgi, robot: tuple[Robot, str]) -> None:
    key = robot[1]
    warned = '实时新增<font color="warning">132例</font>，<@lisi>请注意 <@nobody>'
    assert (await say(cgi_apps, key, "markdown", content=warned))["errcode"] == 0
    assert (await say(cgi_apps, key, "markdown_v2", content="| a | b |"))["errcode"] == 0
    article = {"title": "中秋节礼品领取", "description": "今年", "url": "www.qq.com", "picurl": "http://e.cn/p.png"}
    assert (await say(cgi_apps, key, "news", articles=[article]))["errcode"] == 45034
    article["url"] = "http://www.qq.com"
    assert (await say(cgi_apps, key, "news", articles=[article]))["errcode"] == 0
    markdown, second, news = await heard(world, "zhangsan")
    assert markdown == {"msgtype": "markdown", "content": warned, "mentions": [world["lisi"].id]}
    assert second == {"msgtype": "markdown_v2", "content": "| a | b |"}
    assert news["articles"][0]["picture"] == "http://e.cn/p.png"


async def test_refusals_have_tencents_numbers(cgi_apps: Cgi, robot: tuple[Robot, str]) -> None:
    for msgtype, said, number in (
        ("text", {}, 44004),
        ("text", {"content": "长" * 683}, 40058),
        ("markdown", {"content": "长" * 1366}, 40058),
        ("markdown_v2", {"content": "长" * 1366}, 40058),
        ("news", {"articles": [{"title": "t", "url": "http://e.cn"}] * 9}, 45008),
        ("news", {"articles": [{"title": "t"}]}, 41010),
        ("image", {"base64": "DATA", "md5": "MD5"}, 40058),
        ("file", {"media_id": "M"}, 40007),
        ("voice", {}, 41006),
        ("template_card", {"card_type": "text_notice"}, 40008),
        ("textcard", {"title": "t", "description": "d", "url": "http://e.cn"}, 40008),
    ):
        answer = await say(cgi_apps, robot[1], msgtype, **said)
        assert answer["errcode"] == number, (msgtype, said, answer)
    answer = await say(cgi_apps, robot[1], "markdown", content="a" * 4097)
    assert answer["errmsg"].startswith("markdown.content exceed max length 4096. invalid Request Parameter, hint:")
    assert (await say(cgi_apps, robot[1], content="a" * 2048))["errcode"] == 0


async def test_only_a_present_key_of_an_enabled_robot_speaks(
    world: World, cgi_apps: Cgi, robot: tuple[Robot, str]
) -> None:
    (bot, key), leader = robot, world["zhangsan"].id
    for wrong in ("", "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", key.upper()):
        assert (await say(cgi_apps, wrong, content="x"))["errcode"] == 93000
    async with transaction(world.pool) as tx:
        await apps.change_robot(tx, leader, world.lunch, bot.id, enabled=False)
    assert (await say(cgi_apps, key, content="x"))["errcode"] == 93004
    async with transaction(world.pool) as tx:
        await apps.change_robot(tx, leader, world.lunch, bot.id, enabled=True)
        new = await apps.rotate_key(tx, leader, world.lunch, bot.id)
    assert (await say(cgi_apps, key, content="x"))["errcode"] == 93000
    assert (await say(cgi_apps, new, content="x"))["errcode"] == 0
    async with transaction(world.pool) as tx:
        await apps.remove_robot(tx, leader, world.lunch, bot.id)
    assert (await say(cgi_apps, new, content="x"))["errcode"] == 93000
    assert len(await heard(world, "lisi")) == 1


async def test_the_robots_of_a_group_that_ended_are_silent(
    world: World, cgi_apps: Cgi, robot: tuple[Robot, str]
) -> None:
    async with transaction(world.pool) as tx:
        await messaging.dissolve(tx, world["zhangsan"].id, world.lunch)
    assert (await say(cgi_apps, robot[1], content="x"))["errcode"] == 93000


async def test_twenty_messages_a_minute(services: Services, cgi_apps: Cgi, robot: tuple[Robot, str]) -> None:
    numbers = [(await say(cgi_apps, robot[1], content=str(n)))["errcode"] for n in range(21)]
    assert numbers == [0] * 20 + [45009]


async def test_a_body_that_is_no_json_is_refused_with_the_warning(cgi_apps: Cgi, robot: tuple[Robot, str]) -> None:
    client = cgi_apps.nobody.client
    async with client.post("/cgi-bin/webhook/send", params={"key": robot[1]}, data=b"hello") as response:
        answer = await response.json()
    assert answer["errcode"] == 40008 and answer["errmsg"].startswith("Warning: wrong json format.")
    assert (await say(cgi_apps, robot[1], content="x"))["errmsg"] == "ok"

"""发送应用消息: Tencent's documented requests and answers, and the refusals by number."""

import asyncio
from typing import Any

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction

REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"touser": ""}, 81012),
    ({"touser": "nobody"}, 81013),
    ({"touser": "", "toparty": "99"}, 81013),
    ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
    ({"toparty": "|".join(map(str, range(101)))}, 82002),
    ({"totag": "|".join(map(str, range(101)))}, 82003),
    ({"agentid": None}, 41011),
    ({"agentid": 5}, 40056),
    ({"agentid": "x"}, 40056),
    ({"msgtype": None}, 40008),
    ({"msgtype": "poem"}, 40008),
    ({"msgtype": "template_card", "template_card": {}}, 40008),
    ({"msgtype": "miniprogram_notice"}, 40008),
    ({"msgtype": "image"}, 41006),
    ({"msgtype": "image", "image": {"media_id": "MEDIA_ID"}}, 40007),
    ({"msgtype": "file", "file": {"media_id": "MEDIA_ID"}}, 40007),
    ({"msgtype": "mpnews", "mpnews": {"articles": [{"title": "t", "thumb_media_id": "M"}]}}, 40007),
    ({"text": None}, 44004),
    ({"text": {"content": " "}}, 44004),
    ({"text": "just words"}, 44004),
    ({"text": {"content": "a\u0000b"}}, 40033),
    ({"msgtype": "markdown", "markdown": {"content": "长" * 683}}, 45002),
    ({"msgtype": "textcard", "textcard": {"description": "d", "url": "http://e.cn"}}, 41016),
    ({"msgtype": "textcard", "textcard": {"title": "t", "url": "http://e.cn"}}, 41033),
    ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d"}}, 41010),
    ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "URL"}}, 45034),
    ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "javascript:a()"}}, 40127),
    ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "http:" + "a" * 2048}}, 40039),
    ({"msgtype": "news", "news": {"articles": []}}, 44004),
    ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "http://e.cn"}] * 9}}, 45008),
    ({"msgtype": "news", "news": {"articles": [{"url": "http://e.cn"}]}}, 41016),
    ({"msgtype": "news", "news": {"articles": [{"title": "t"}]}}, 41010),
    ({"msgtype": "news", "safe": 1, "news": {"articles": [{"title": "t", "url": "http://e.cn"}]}}, 40074),
    ({"enable_duplicate_check": 1, "duplicate_check_interval": 14401}, 40058),
]


def text(content: str = "你的快递已到，请携带工卡前往邮件中心领取。") -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


async def send(app: CgiClient, touser: str = "@all", **body: Any) -> dict[str, Any]:
    return await app.post("message/send", **({"touser": touser, "agentid": app.agentid, **text()} | body))


async def heard(world: World, userid: str) -> list[dict[str, Any]]:
    """What apps said to a member, as their own client reads it."""
    client = await world.client(userid)
    said = []
    listed = await (await client.get("/api/conversations")).json()
    for conversation in listed["conversations"]:
        if conversation["kind"] == "app":
            page = await (await client.get(f"/api/conversations/{conversation['id']}/messages")).json()
            said += [each["content"] for each in page["messages"] if not each["recalled"]]
    return said


async def test_a_text_reaches_those_named_and_nobody_else(world: World, everyone: CgiClient) -> None:
    answer = await send(everyone, "ZhangSan|lisi")
    assert answer == {"errcode": 0, "errmsg": "ok", "msgid": answer["msgid"]}
    assert await heard(world, "zhangsan") == [{"msgtype": "text", "content": text()["text"]["content"]}]
    assert len(await heard(world, "lisi")) == 1
    assert await heard(world, "wangwu") == []


async def test_who_cannot_be_reached_is_named_and_the_others_get_it(world: World, market: CgiClient) -> None:
    answer = await send(market, "ZhangSan|LiSi|Nobody", toparty="3|2|77|x", totag="5")
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "lisi|nobody"
    assert answer["invalidparty"] == "2|77|x"
    assert answer["invalidtag"] == "5"
    assert len(await heard(world, "zhangsan")) == 1
    assert len(await heard(world, "wangwu")) == 1
    assert await heard(world, "lisi") == []


async def test_everybody_is_those_whom_the_app_sees(world: World, everyone: CgiClient, market: CgiClient) -> None:
    await send(market, "@all", toparty="nonsense")
    assert {name: len(await heard(world, name)) for name in ("zhangsan", "wangwu", "lisi")} == {
        "zhangsan": 1,
        "wangwu": 1,
        "lisi": 0,
    }
    await send(everyone)
    assert len(await heard(world, "lisi")) == 1


async def test_departments_stand_for_all_below_them_and_tags_for_whom_they_are_on(
    world: World, contacts: CgiClient, everyone: CgiClient
) -> None:
    await contacts.post("department/create", name="组", parentid=2, id=20)
    await contacts.post("user/update", userid="lisi", department=[20])
    await send(everyone, "", toparty="2")
    assert [len(await heard(world, name)) for name in ("zhangsan", "lisi", "wangwu")] == [1, 1, 0]
    await contacts.post("tag/create", tagname="销售", tagid=7)
    await contacts.post("tag/addtagusers", tagid=7, userlist=["wangwu"], partylist=[20])
    await send(everyone, "", totag="7")
    assert [len(await heard(world, name)) for name in ("zhangsan", "lisi", "wangwu")] == [1, 2, 1]


async def test_somebody_disabled_gets_nothing_and_is_named(world: World, everyone: CgiClient) -> None:
    async with transaction(world.pool) as tx:
        await directory.set_enabled(tx, SYSTEM, world["lisi"].id, False)
    assert (await send(everyone, "lisi|zhangsan"))["invaliduser"] == "lisi"
    assert (await send(everyone, "lisi"))["errcode"] == 81013


async def test_whoever_joins_later_was_not_in_the_audience(world: World, everyone: CgiClient) -> None:
    await send(everyone)
    await world.add("zhaoliu")
    assert await heard(world, "zhaoliu") == []
    await send(everyone, **text("再来"))
    assert len(await heard(world, "zhaoliu")) == 1


async def test_long_text_is_cut_at_a_characters_end(world: World, everyone: CgiClient) -> None:
    await send(everyone, "zhangsan", **text("快" * 1000))
    [said] = await heard(world, "zhangsan")
    assert said["content"] == "快" * 682


async def test_cards_news_and_markdown_arrive_whole(world: World, everyone: CgiClient) -> None:
    card = {"title": "领奖通知", "description": '<div class="gray">2016年9月26日</div>', "url": "https://e.cn/a b"}
    articles = [
        {"title": "中秋节礼品领取", "description": "今年", "url": "URL://x", "picurl": ""},
    ]
    assert (await send(everyone, "zhangsan", msgtype="textcard", textcard=card | {"btntxt": "更多内容多"}))[
        "errcode"
    ] == 0
    assert (await send(everyone, "zhangsan", msgtype="news", news={"articles": articles}))["errcode"] == 40127
    articles[0]["url"] = "HTTP://e.cn/news"
    assert (await send(everyone, "zhangsan", msgtype="news", news={"articles": articles}))["errcode"] == 0
    page = [{"title": "小程序", "appid": "wx123", "pagepath": "pages/index"}]
    assert (await send(everyone, "zhangsan", msgtype="news", news={"articles": page}))["errcode"] == 0
    assert (await send(everyone, "zhangsan", msgtype="markdown", markdown={"content": "**好**"}))["errcode"] == 0
    assert await heard(world, "zhangsan") == [
        {"msgtype": "textcard", "url": "https://e.cn/a%20b", "button": "更多内容"}
        | {name: card[name] for name in ("title", "description")},
        {
            "msgtype": "news",
            "articles": [{"title": "中秋节礼品领取", "description": "今年", "url": "http://e.cn/news"}],
        },
        {"msgtype": "news", "articles": page},
        {"msgtype": "markdown", "content": "**好**"},
    ]


async def test_titles_are_cut_and_not_refused(world: World, everyone: CgiClient) -> None:
    card = {"title": "长" * 200, "description": "长" * 600, "url": "http://e.cn"}
    article = {"title": "长" * 200, "description": "长" * 600, "url": "http://e.cn"}
    await send(everyone, "zhangsan", msgtype="textcard", textcard=card)
    await send(everyone, "zhangsan", msgtype="news", news={"articles": [article]})
    said_card, said_news = await heard(world, "zhangsan")
    assert (len(said_card["title"]), len(said_card["description"])) == (128, 512)
    said = said_news["articles"][0]
    assert (len(said["title"].encode()), len(said["description"].encode())) == (126, 510)


async def test_safe_is_kept_with_the_message(world: World, everyone: CgiClient) -> None:
    await send(everyone, "zhangsan", safe=1)
    assert (await heard(world, "zhangsan"))[0]["confidential"] is True


async def test_refusals_have_tencents_numbers(everyone: CgiClient) -> None:
    for body, number in REFUSED:
        answer = await send(everyone, **({"touser": "zhangsan"} | body))
        assert answer["errcode"] == number, (body, answer)
        assert "msgid" not in answer


async def test_an_app_speaks_for_itself_only(everyone: CgiClient, market: CgiClient, contacts: CgiClient) -> None:
    assert (await send(everyone, agentid=market.agentid))["errcode"] == 301002
    assert (await send(contacts, agentid=market.agentid))["errcode"] == 48002


async def test_the_same_again_is_said_once(world: World, everyone: CgiClient) -> None:
    first = await send(everyone, "zhangsan", enable_duplicate_check=1)
    again = await send(everyone, "zhangsan", enable_duplicate_check=1)
    assert again["msgid"] == first["msgid"]
    other = await send(everyone, "lisi", enable_duplicate_check=1)
    assert other["msgid"] != first["msgid"]
    await world.pool.execute("UPDATE app_messages SET sent_at = sent_at - interval '31 minutes'")
    later = await send(everyone, "zhangsan", enable_duplicate_check=1)
    assert later["msgid"] != first["msgid"]
    assert len(await heard(world, "zhangsan")) == 2


async def test_the_same_twice_at_once_is_said_once(world: World, everyone: CgiClient) -> None:
    answers = await asyncio.gather(*(send(everyone, "zhangsan", enable_duplicate_check=1) for _ in range(8)))
    assert len({answer["msgid"] for answer in answers}) == 1
    assert len(await heard(world, "zhangsan")) == 1


async def test_names_stand_in_for_ids(world: World, everyone: CgiClient, contacts: CgiClient) -> None:
    await contacts.post("user/update", userid="lisi", alias="Lee")
    content = "$userName=ZhangSan$ $userAlias=lisi$ $userAlias=zhangsan$ $userAliasOrName=zhangsan$ "
    content += "$departmentName=2$ $departmentName=99$ $userName=nobody$ $1"
    await send(everyone, "zhangsan", enable_id_trans=1, **text(content))
    await send(everyone, "zhangsan", **text(content))
    translated, verbatim = [each["content"] for each in await heard(world, "zhangsan")]
    assert translated == "张三 Lee $userAlias=zhangsan$ 张三 研发部 $departmentName=99$ $userName=nobody$ $1"
    assert verbatim == content


async def test_names_outside_the_apps_range_stay_ids(world: World, market: CgiClient) -> None:
    await send(market, "zhangsan", enable_id_trans=1, **text("$userName=lisi$ $userName=wangwu$"))
    assert (await heard(world, "zhangsan"))[0]["content"] == "$userName=lisi$ 王五"


async def test_what_is_recalled_is_gone_for_all_and_on_record(world: World, everyone: CgiClient) -> None:
    msgid = (await send(everyone))["msgid"]
    assert await everyone.post("message/recall", msgid=msgid) == {"errcode": 0, "errmsg": "ok"}
    assert (await everyone.post("message/recall", msgid=msgid))["errcode"] == 0
    assert await heard(world, "zhangsan") == []
    recorded = await world.pool.fetchval("SELECT count(*) FROM audit_records WHERE action = 'message.recall'")
    assert recorded == 1


async def test_only_an_apps_own_messages_of_a_day_can_be_recalled(
    world: World, everyone: CgiClient, market: CgiClient
) -> None:
    msgid = (await send(everyone))["msgid"]
    assert (await market.post("message/recall", msgid=msgid))["errcode"] == 40058
    for wrong in ("", "nonsense", msgid[:-2], "A" + msgid[1:], "é", "0" * 43):
        assert (await everyone.post("message/recall", msgid=wrong))["errcode"] == 40058
    await world.pool.execute("UPDATE app_messages SET sent_at = sent_at - interval '25 hours'")
    assert (await everyone.post("message/recall", msgid=msgid))["errcode"] == 42052
    assert len(await heard(world, "zhangsan")) == 1


async def test_what_an_app_sent_is_counted_in_person_times(world: World, everyone: CgiClient) -> None:
    await send(everyone, "zhangsan|lisi")
    await send(everyone, "zhangsan")
    today = await everyone.post("message/get_statistics", time_type=0)
    assert today["statistics"] == [{"agentid": everyone.agentid, "app_name": "公告", "count": 3}]
    assert (await everyone.post("message/get_statistics", time_type=1))["statistics"][0]["count"] == 0
    assert (await everyone.post("message/get_statistics", time_type=9))["errcode"] == 40058


async def test_a_disabled_app_says_nothing(world: World, everyone: CgiClient) -> None:
    await world.pool.execute("UPDATE apps SET enabled = false WHERE id = $1", everyone.app_id)
    assert (await send(everyone))["errcode"] == 50003


async def test_who_has_had_thirty_in_a_minute_is_named_and_left_out(world: World, everyone: CgiClient) -> None:
    for _ in range(30):
        assert (await send(everyone, "lisi"))["errcode"] == 0
    answer = await send(everyone, "Lisi|zhangsan")
    assert (answer["errcode"], answer["limiteduser"]) == (0, "lisi")
    assert (await send(everyone, "lisi"))["errcode"] == 45009
    assert (len(await heard(world, "lisi")), len(await heard(world, "zhangsan"))) == (30, 1)


async def test_odd_input_is_refused_and_never_a_fault_of_ours(everyone: CgiClient) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    for body in (
        {"touser": "a\0b"},
        {"touser": ["zhangsan", 5, None]},
        {"toparty": "99999999999999999999|-1|2.5|二"},
        {"totag": "99999999999|\0"},
        {"toparty": {"a": 1}},
        {"agentid": 2**63},
        {"text": {"content": deep}},
        {"text": deep},
        {"deep": deep},
        {"msgtype": "news", "news": {"articles": {"title": "t"}}},
        {"msgtype": "news", "news": {"articles": [None, 5]}},
        {"msgtype": "mpnews", "mpnews": {"articles": [1]}},
        {"msgtype": "textcard", "textcard": {"title": ["t"], "description": {}, "url": 5}},
        {"msgtype": "textcard", "textcard": {"title": "t\0", "description": "\x0b", "url": "http://e.cn"}},
        {"enable_id_trans": 1, "text": {"content": "$departmentName=99999999999999999999$ $userName=\\u0000$"}},
        {"msgtype": "a" * 5000},
        {"safe": "yes"},
        {"duplicate_check_interval": -1},
    ):
        answer = await send(everyone, **({"touser": "zhangsan"} | body))
        assert answer["errcode"] != -1, (body, answer)

"""应用管理: an app reads and describes itself, pair by pair, and the refusals by number."""

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction


async def test_an_app_reads_what_is_said_of_it_and_whom_it_sees(everyone: CgiClient, market: CgiClient) -> None:
    assert await market.get("agent/get", agentid=market.agentid) == {
        "errcode": 0,
        "errmsg": "ok",
        "agentid": market.agentid,
        "name": "市场",
        "square_logo_url": "",
        "description": "",
        "allow_userinfos": {"user": [{"userid": "zhangsan"}]},
        "allow_partys": {"partyid": [3]},
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": "",
        "report_location_flag": 0,
        "isreportenter": 0,
        "home_url": "",
        "customized_publish_status": 1,
    }
    brief = {"agentid": everyone.agentid, "name": "公告", "square_logo_url": ""}
    assert await everyone.get("agent/list") == {"errcode": 0, "errmsg": "ok", "agentlist": [brief]}


async def test_an_app_describes_itself_and_what_is_not_given_stays(world: World, everyone: CgiClient) -> None:
    given = {
        "name": "公告栏",
        "description": "公司的公告都在这里",
        "report_location_flag": 1,
        "isreportenter": 1,
        "redirect_domain": "www.example.com:8080",
        "home_url": "http://www.example.com",
    }
    assert await everyone.post("agent/set", agentid=everyone.agentid, **given) == {"errcode": 0, "errmsg": "ok"}
    assert await everyone.post("agent/set", agentid=str(everyone.agentid), isreportenter=0) == {
        "errcode": 0,
        "errmsg": "ok. Warning: wrong json format. ",
    }
    got = await everyone.get("agent/get", agentid=everyone.agentid)
    assert {name: got[name] for name in given} == given | {"isreportenter": 0}
    recorded = await world.pool.fetch("SELECT details FROM audit_records WHERE action = 'app.change' ORDER BY id")
    assert [row["details"].get("name") for row in recorded] == ["公告栏", None]


async def test_an_app_without_a_domain_trusts_none(world: World, everyone: CgiClient) -> None:
    async with transaction(world.pool) as tx:
        await apps.change_app(tx, SYSTEM, everyone.app_id, redirect_domains=["a.cn", "b.cn"])
    await everyone.post("agent/set", agentid=everyone.agentid, redirect_domain="c.cn")
    trusted = "SELECT redirect_domains FROM apps WHERE id = $1"
    assert await world.pool.fetchval(trusted, everyone.app_id) == ["c.cn", "b.cn"]
    await everyone.post("agent/set", agentid=everyone.agentid, redirect_domain="")
    assert await world.pool.fetchval(trusted, everyone.app_id) == []


async def test_refusals_have_tencents_numbers(everyone: CgiClient, market: CgiClient, contacts: CgiClient) -> None:
    for body, number in (
        ({"agentid": None}, 41011),
        ({"agentid": 77}, 40056),
        ({"agentid": market.agentid}, 301002),
        ({"name": "长" * 33}, 45022),
        ({"name": ""}, 45022),
        ({"description": "短"}, 45004),
        ({"description": "长" * 121}, 45004),
        ({"report_location_flag": 2}, 40059),
        ({"isreportenter": 7}, 40058),
        ({"home_url": "ftp://e.cn"}, 40094),
        ({"redirect_domain": "a b"}, 85005),
        ({"logo_mediaid": "M"}, 40007),
    ):
        answer = await everyone.post("agent/set", **({"agentid": everyone.agentid} | body))
        assert answer["errcode"] == number, (body, answer)
    assert (await everyone.get("agent/get"))["errcode"] == 41011
    assert (await everyone.get("agent/get", agentid="x"))["errcode"] == 40056
    assert (await everyone.get("agent/get", agentid=market.agentid))["errcode"] == 301002
    assert (await contacts.get("agent/get", agentid=market.agentid))["errcode"] == 48002
    assert await contacts.get("agent/list") == {"errcode": 0, "errmsg": "ok", "agentlist": []}

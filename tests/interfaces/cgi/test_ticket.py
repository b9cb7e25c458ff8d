"""JS-SDK tickets: the same while valid, and the signature that Tencent documents."""

from dataclasses import replace
from datetime import timedelta

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction


async def test_the_companys_ticket_is_one_for_all_apps(contacts: CgiClient, everyone: CgiClient) -> None:
    first = await everyone.get("get_jsapi_ticket")
    assert (first["errcode"], first["errmsg"]) == (0, "ok")
    assert 7100 < first["expires_in"] <= 7200 and len(first["ticket"]) <= 512
    assert (await contacts.get("get_jsapi_ticket"))["ticket"] == first["ticket"]


async def test_an_apps_ticket_is_its_own(everyone: CgiClient, market: CgiClient, contacts: CgiClient) -> None:
    own = await everyone.get("ticket/get", type="agent_config")
    assert (await everyone.get("ticket/get", type="agent_config"))["ticket"] == own["ticket"]
    others = [await market.get("ticket/get", type="agent_config"), await everyone.get("get_jsapi_ticket")]
    assert own["ticket"] not in [each["ticket"] for each in others]
    assert (await everyone.get("ticket/get", type="wx_card"))["errcode"] == 91040
    assert (await everyone.get("ticket/get"))["errcode"] == 91040
    assert (await contacts.get("ticket/get", type="agent_config"))["errcode"] == 48002


async def test_a_ticket_is_another_after_two_hours_and_with_another_secret(world: World, everyone: CgiClient) -> None:
    pool, key, now = world.pool, world.services.key, world.services.clock()
    first = await apps.company_ticket(pool, key, now=now)
    late = await apps.company_ticket(pool, key, now=now + timedelta(seconds=7190))
    after = await apps.company_ticket(pool, key, now=now + timedelta(seconds=7201))
    assert late.token == first.token != after.token
    assert late.expires_in <= 10 and after.expires_in >= 7199
    own = await everyone.get("ticket/get", type="agent_config")
    async with transaction(pool) as tx:
        secret = await apps.rotate_secret(tx, SYSTEM, everyone.app_id)
    issued = await apps.issue_token(pool, key, secret, address="127.0.0.1", now=now)
    other = await replace(everyone, token=issued.token).get("ticket/get", type="agent_config")
    assert other["errcode"] == 0 and other["ticket"] != own["ticket"]


async def test_tickets_are_asked_for_only_so_often(everyone: CgiClient, market: CgiClient) -> None:
    answers = [(await everyone.get("get_jsapi_ticket"))["errcode"] for _ in range(101)]
    assert answers == [*[0] * 100, 45009]
    assert (await market.get("get_jsapi_ticket"))["errcode"] == 0, "another app has a count of its own"
    assert (await everyone.get("ticket/get", type="agent_config"))["errcode"] == 0


def test_a_page_is_signed_as_tencent_documents_it() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signature = apps.page_signature(ticket, "Wm3WZYTPz0wzccnW", "1414587457", "http://mp.weixin.qq.com?params=value#x")
    assert signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"

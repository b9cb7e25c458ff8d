"""身份验证: what an app learns of who brings it a code, and every way to learn nothing."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features import accounts, apps, lifecycle
from wecom.features.accounts import SYSTEM, arrival_by_token
from wecom.features.apps.jobs import ForgetCodes, forget_codes
from wecom.features.apps.model import NotShownToYou
from wecom.foundation.db import transaction

CALLBACK = "https://oa.example.com/cb"


@pytest.fixture
async def oa(world: World, everyone: CgiClient) -> CgiClient:
    """An app that everybody sees, at oa.example.com."""
    await trust(world, everyone, "oa.example.com")
    return everyone


async def trust(world: World, app: CgiClient, *domains: str) -> None:
    async with transaction(world.pool) as tx:
        await apps.change_app(tx, SYSTEM, app.app_id, redirect_domains=domains)


async def code_of(world: World, userid: str, agentid: int | None, *, private: bool = False) -> str:
    """What a member's browser brings to the app."""
    me = await arrival_by_token(world.pool, await world.token(userid))
    where = await apps.destination(world.pool, CALLBACK, "S", agentid=agentid)
    async with transaction(world.pool) as tx:
        if private:
            await apps.consent(tx, me, where.apps[0].id)
        going = await apps.issue_code(tx, me.id, me.session_id, where, private=private, address="192.0.2.7")
    return parse_qs(urlsplit(going).query)["code"][0]


async def test_a_code_says_once_who_brought_it(world: World, oa: CgiClient) -> None:
    code = await code_of(world, "zhangsan", oa.agentid)
    assert len(code) <= 512
    answer = await oa.get("auth/getuserinfo", code=code)
    assert (answer["errcode"], answer["userid"]) == (0, "zhangsan")
    assert "user_ticket" not in answer
    assert (await oa.get("auth/getuserinfo", code=code))["errcode"] == 42022


async def test_of_two_who_use_a_code_at_once_one_learns_who_brought_it(world: World, oa: CgiClient) -> None:
    code = await code_of(world, "zhangsan", oa.agentid)
    answers = await asyncio.gather(*(oa.get("auth/getuserinfo", code=code) for _ in range(8)))
    assert sorted(each["errcode"] for each in answers) == [0, *[42022] * 7]


async def test_the_older_call_says_the_same_in_its_own_spelling(world: World, oa: CgiClient) -> None:
    answer = await oa.get("user/getuserinfo", code=await code_of(world, "lisi", oa.agentid))
    assert (answer["errcode"], answer["UserId"]) == (0, "lisi")
    again = await oa.get("user/getuserinfo", code=await code_of(world, "lisi", oa.agentid))
    assert len(answer["DeviceId"]) == 32 and again["DeviceId"] != answer["DeviceId"], "it was another device"


async def test_a_code_lasts_five_minutes_and_is_forgotten_after_a_day(world: World, oa: CgiClient) -> None:
    code, kept = await code_of(world, "lisi", oa.agentid), await code_of(world, "lisi", oa.agentid)
    await world.pool.execute("UPDATE app_codes SET expires_at = expires_at - interval '301 seconds'")
    assert (await oa.get("auth/getuserinfo", code=code))["errcode"] == 42003
    await forget_codes(world.services, ForgetCodes())
    assert (await oa.get("auth/getuserinfo", code=kept))["errcode"] == 42003
    await world.pool.execute("UPDATE app_codes SET expires_at = expires_at - interval '1 day'")
    await forget_codes(world.services, ForgetCodes())
    assert (await oa.get("auth/getuserinfo", code=kept))["errcode"] == 40029


async def test_what_is_no_code_says_nothing(oa: CgiClient, contacts: CgiClient) -> None:
    for code in ("nonsense", "好", "a" * 512, "a" * 5000):
        assert (await oa.get("auth/getuserinfo", code=code))["errcode"] == 40029
    assert (await oa.get("auth/getuserinfo"))["errcode"] == 41008
    assert (await contacts.get("auth/getuserinfo", code="x"))["errcode"] == 48002


async def test_a_code_is_for_the_app_it_was_made_for(world: World, oa: CgiClient, market: CgiClient) -> None:
    code = await code_of(world, "zhangsan", oa.agentid)
    assert (await market.get("auth/getuserinfo", code=code))["errcode"] == 50001
    await trust(world, market, "oa.example.com")
    assert (await market.get("auth/getuserinfo", code=code))["errcode"] == 40029
    await trust(world, oa, "elsewhere.example.com")
    assert (await oa.get("auth/getuserinfo", code=code))["errcode"] == 50001
    await trust(world, oa, "elsewhere.example.com", "oa.example.com")
    assert (await oa.get("auth/getuserinfo", code=code))["userid"] == "zhangsan", "and was not used up meanwhile"


async def test_where_no_app_is_named_any_that_trusts_the_domain_and_shows_itself_learns_it(
    world: World, oa: CgiClient, market: CgiClient
) -> None:
    await trust(world, market, "oa.example.com")
    code = await code_of(world, "zhangsan", None)
    assert (await market.get("auth/getuserinfo", code=code))["userid"] == "zhangsan"
    code = await code_of(world, "lisi", None)
    assert (await market.get("auth/getuserinfo", code=code))["errcode"] == 40029, "only the other is shown to 李四"
    assert (await oa.get("auth/getuserinfo", code=code))["userid"] == "lisi"


async def test_members_whom_an_app_is_not_shown_to_get_no_code(world: World, oa: CgiClient, market: CgiClient) -> None:
    await trust(world, market, "oa.example.com")
    with pytest.raises(NotShownToYou):
        await code_of(world, "lisi", market.agentid)
    code = await code_of(world, "zhangsan", market.agentid)
    async with transaction(world.pool) as tx:
        await apps.set_visible_range(tx, SYSTEM, market.app_id, departments=[3])
    assert (await market.get("auth/getuserinfo", code=code))["errcode"] == 50002, "nor is one of theirs taken"


async def test_codes_end_with_the_session_that_they_came_from(world: World, oa: CgiClient) -> None:
    signed_out, disabled, left = [await code_of(world, userid, oa.agentid) for userid in ("zhangsan", "lisi", "wangwu")]
    async with transaction(world.pool) as tx:
        await accounts.end_sessions(tx, world["zhangsan"].id, "revoked")
        await lifecycle.disable(tx, SYSTEM, world["lisi"].id)
        await lifecycle.leave(tx, SYSTEM, world["wangwu"].id)
    for code in (signed_out, disabled, left):
        assert (await oa.get("auth/getuserinfo", code=code))["errcode"] == 40029


async def test_a_code_is_kept_as_a_hash(world: World, oa: CgiClient) -> None:
    code = await code_of(world, "zhangsan", oa.agentid)
    rows = await world.pool.fetch("SELECT app_codes::text AS row FROM app_codes")
    assert rows and all(code not in row["row"] for row in rows)


async def test_who_consented_can_be_looked_at_with_a_ticket(world: World, oa: CgiClient, market: CgiClient) -> None:
    who = await oa.get("auth/getuserinfo", code=await code_of(world, "zhangsan", oa.agentid, private=True))
    ticket = who["user_ticket"]
    assert len(ticket) <= 512 and who["expires_in"] == 1800
    assert await oa.post("auth/getuserdetail", user_ticket=ticket) == {
        "errcode": 0,
        "errmsg": "ok",
        "userid": "zhangsan",
        "gender": "0",
        "avatar": "",
        "qr_code": "",
        "mobile": "13800000000",
        "email": "",
        "biz_mail": "",
        "address": "",
    }
    assert (await market.post("auth/getuserdetail", user_ticket=ticket))["errcode"] == 84015, "it is another app's"
    forged = ("A" if ticket[0] != "A" else "B") + ticket[1:]
    for wrong in (forged, ticket[:-2], "nonsense", "好", "a" * 5000):
        assert (await oa.post("auth/getuserdetail", user_ticket=wrong))["errcode"] == 84015
    assert (await oa.post("auth/getuserdetail"))["errcode"] == 84090
    me = await arrival_by_token(world.pool, await world.token("zhangsan"))
    async with transaction(world.pool) as tx:
        await apps.withdraw(tx, me, oa.app_id)
    assert (await oa.post("auth/getuserdetail", user_ticket=ticket))["errcode"] == 84015, "consent is taken back"
    async with transaction(world.pool) as tx:
        await apps.consent(tx, me, oa.app_id)
    assert (await oa.post("auth/getuserdetail", user_ticket=ticket))["errcode"] == 84015, "and a new one is another"


async def test_who_took_consent_back_before_the_code_was_used_is_seen_by_userid_only(
    world: World, oa: CgiClient
) -> None:
    code = await code_of(world, "zhangsan", oa.agentid, private=True)
    me = await arrival_by_token(world.pool, await world.token("zhangsan"))
    async with transaction(world.pool) as tx:
        await apps.withdraw(tx, me, oa.app_id)
    answer = await oa.get("auth/getuserinfo", code=code)
    assert answer["userid"] == "zhangsan" and "user_ticket" not in answer


async def test_a_code_ends_when_its_session_runs_out(world: World, oa: CgiClient) -> None:
    code = await code_of(world, "zhangsan", oa.agentid)
    await world.pool.execute("UPDATE sessions SET expires_at = now() WHERE member_id = $1", world["zhangsan"].id)
    assert (await oa.get("auth/getuserinfo", code=code))["errcode"] == 40029


async def test_a_ticket_lasts_half_an_hour(world: World, oa: CgiClient) -> None:
    await code_of(world, "zhangsan", oa.agentid, private=True)
    old, good = [
        await apps.private_ticket(
            world.pool,
            world.services.key,
            oa.app_id,
            world["zhangsan"].id,
            world.services.clock() - timedelta(seconds=s),
        )
        for s in (1801, 1790)
    ]
    assert (await oa.post("auth/getuserdetail", user_ticket=old))["errcode"] == 84014
    assert (await oa.post("auth/getuserdetail", user_ticket=good))["errcode"] == 0


async def test_a_sign_in_is_recorded_when_it_is_made(world: World, oa: CgiClient) -> None:
    code = await code_of(world, "zhangsan", oa.agentid)
    find = "SELECT actor_id, object, address FROM audit_records WHERE action = 'app.sign_in'"
    assert not await world.pool.fetch(find)
    await oa.get("auth/getuserinfo", code=code)
    await oa.get("auth/getuserinfo", code=code)
    [record] = await world.pool.fetch(find)
    assert tuple(record) == (world["zhangsan"].id, f"app:{oa.app_id}", "192.0.2.7")


async def test_whom_the_company_verified_has_joined(world: World, oa: CgiClient, contacts: CgiClient) -> None:
    await world.add("zhaoliu")
    assert (await contacts.get("user/get", userid="zhaoliu"))["status"] == 4
    for _ in range(2):
        assert (await contacts.get("user/authsucc", userid="ZhaoLiu"))["errcode"] == 0
    assert (await contacts.get("user/get", userid="zhaoliu"))["status"] == 1
    assert await world.pool.fetchval("SELECT count(*) FROM audit_records WHERE action = 'member.let_join'") == 1
    assert (await contacts.get("user/authsucc", userid="nobody"))["errcode"] == 60111
    assert (await oa.get("user/authsucc", userid="zhaoliu"))["errcode"] == 48002

"""Tokens: Tencent's documented requests and answers, and every way to be refused one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import CORPID, World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction


async def test_a_token_stays_the_same_while_it_is_valid(contacts: CgiClient, nobody: CgiClient) -> None:
    first = await nobody.get("gettoken", corpid=CORPID, corpsecret=contacts.secret)
    again = await nobody.get("gettoken", corpid=CORPID, corpsecret=contacts.secret)
    assert first["errcode"] == 0 and first["errmsg"] == "ok"
    assert first["access_token"] == again["access_token"] == contacts.token
    assert len(first["access_token"]) <= 512
    assert 7100 < first["expires_in"] <= 7200


@pytest.mark.parametrize(
    ("query", "number", "says"),
    [
        ({"corpsecret": "x"}, 41002, "corpid missing"),
        ({"corpid": "", "corpsecret": "x"}, 41002, "corpid missing"),
        ({"corpid": CORPID}, 41004, "corpsecret missing"),
        ({"corpid": "ww0000000000000000", "corpsecret": "x"}, 40013, "invalid corpid"),
        ({"corpid": CORPID, "corpsecret": "wrong"}, 40001, "invalid credential"),
        ({"corpid": CORPID, "corpsecret": "密' OR 1=1 --"}, 40001, "invalid credential"),
        ({"corpid": CORPID, "corpsecret": "密\x00"}, 40033, "invalid characters"),
    ],
)
async def test_whoever_has_no_secret_gets_no_token(
    nobody: CgiClient, query: dict[str, str], number: int, says: str
) -> None:
    answer = await nobody.get("gettoken", **query)
    assert answer["errcode"] == number
    assert answer["errmsg"].startswith(f"{says}, hint: [")
    assert answer["errmsg"].endswith(
        f"], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e={number}"
    )
    assert "access_token" not in answer


@pytest.mark.parametrize(
    ("token", "number"),
    [("", 41001), ("nonsense", 40014), ("AAAA" * 20, 40014), ("好" * 60, 40014), ("\x00", 40014), ("a" * 4000, 40014)],
)
async def test_a_call_needs_a_token_that_we_made(nobody: CgiClient, token: str, number: int) -> None:
    answer = await nobody.get("department/list", access_token=token)
    assert answer["errcode"] == number


async def test_a_token_altered_by_one_letter_is_refused(everyone: CgiClient) -> None:
    for at in (0, len(everyone.token) // 2, len(everyone.token) - 2):
        letter = "A" if everyone.token[at] != "A" else "B"
        forged = everyone.token[:at] + letter + everyone.token[at + 1 :]
        assert (await replace(everyone, token=forged).get("department/list"))["errcode"] == 40014


async def test_a_token_expires_and_another_is_made(world: World, everyone: CgiClient) -> None:
    services, now = world.services, world.services.clock()

    async def call(later: timedelta) -> apps.App:
        return await apps.app_by_token(
            services.pool, services.key, everyone.token, apps.App, address="127.0.0.1", now=now + later
        )

    assert (await call(timedelta(seconds=7190))).agentid == everyone.agentid
    with pytest.raises(apps.TokenExpired):
        await call(timedelta(seconds=7201))

    async def issue(later: timedelta) -> apps.AccessToken:
        return await apps.issue_token(
            services.pool, services.key, everyone.secret, address="127.0.0.1", now=now + later
        )

    assert (await issue(timedelta(seconds=7190))).token == everyone.token
    second = await issue(timedelta(seconds=7201))
    assert second.token != everyone.token and second.expires_in >= 7199


async def test_the_expired_token_answers_42001(world: World, everyone: CgiClient) -> None:
    await world.pool.execute("UPDATE apps SET token_issued_at = now() - interval '3 hours'")
    long_ago = world.services.clock() - timedelta(hours=3)
    old = await apps.issue_token(world.pool, world.services.key, everyone.secret, address="127.0.0.1", now=long_ago)
    assert (await replace(everyone, token=old.token).get("tag/list"))["errcode"] == 42001


async def test_rotating_a_secret_ends_its_tokens(world: World, everyone: CgiClient, nobody: CgiClient) -> None:
    async with transaction(world.pool) as tx:
        secret = await apps.rotate_secret(tx, SYSTEM, everyone.app_id)
    assert (await everyone.get("tag/list"))["errcode"] == 40014
    old = await nobody.get("gettoken", corpid=CORPID, corpsecret=everyone.secret)
    assert old["errcode"] == 40001
    new = await nobody.get("gettoken", corpid=CORPID, corpsecret=secret)
    assert (await replace(everyone, token=new["access_token"]).get("tag/list"))["errcode"] == 0


async def test_a_disabled_app_is_refused(world: World, everyone: CgiClient, nobody: CgiClient) -> None:
    await world.pool.execute("UPDATE apps SET enabled = false WHERE id = $1", everyone.app_id)
    assert (await everyone.get("tag/list"))["errcode"] == 50003
    assert (await nobody.get("gettoken", corpid=CORPID, corpsecret=everyone.secret))["errcode"] == 50003


async def test_tokens_refused_leave_one_trace_for_each_app_and_one_for_wrong_secrets(
    world: World, everyone: CgiClient, nobody: CgiClient
) -> None:
    for secret in ("wrong", "also wrong", "wrong"):
        assert (await nobody.get("gettoken", corpid=CORPID, corpsecret=secret))["errcode"] == 40001
    await world.pool.execute("UPDATE apps SET enabled = false WHERE id = $1", everyone.app_id)
    for _ in range(3):
        assert (await nobody.get("gettoken", corpid=CORPID, corpsecret=everyone.secret))["errcode"] == 50003
    noted = await world.pool.fetch(
        "SELECT actor_id, object, address, details FROM audit_records WHERE action = 'token.refused' ORDER BY id"
    )
    assert [tuple(each) for each in noted] == [
        (None, "app:unknown", "127.0.0.1", {"because": "wrong_secret"}),
        (None, f"app:{everyone.app_id}", "127.0.0.1", {"because": "disabled"}),
    ]


async def test_an_app_may_trust_only_some_addresses(world: World, nobody: CgiClient) -> None:
    async with transaction(world.pool) as tx:
        _, secret = await apps.create_app(tx, SYSTEM, "专线", trusted_addresses=["192.0.2.0/24"])
    answer = await nobody.get("gettoken", corpid=CORPID, corpsecret=secret)
    assert answer["errcode"] == 60020
    async with transaction(world.pool) as tx:
        _, secret = await apps.create_app(tx, SYSTEM, "本机", trusted_addresses=["127.0.0.0/8"])
    assert (await nobody.get("gettoken", corpid=CORPID, corpsecret=secret))["errcode"] == 0


@pytest.mark.parametrize("path", ["get_api_domain_ip", "getcallbackip"])
async def test_addresses_of_this_server(everyone: CgiClient, path: str) -> None:
    assert await everyone.get(path) == {"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}


async def test_an_api_called_too_often_answers_45009(
    world: World, everyone: CgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = world.services.settings.model_copy(update={"api_per_minute": 3})
    object.__setattr__(world.services, "settings", tight)
    answers: list[dict[str, Any]] = [await everyone.get("tag/list") for _ in range(4)]
    assert [each["errcode"] for each in answers] == [0, 0, 0, 45009]
    assert (await everyone.get("department/list"))["errcode"] == 0  # another API has its own count


@pytest.mark.parametrize(
    ("method", "path", "number", "says"),
    [
        ("GET", "user/create", 43002, "require POST method"),
        ("POST", "get_launch_code", 48002, "api forbidden: this API is not available yet"),
        ("GET", "user/list_member_auth", 48002, "api forbidden: it is for third-party providers"),
        ("GET", "no/such/api", 40066, "invalid url"),
        ("GET", "", 40066, "invalid url"),
        ("POST", "gettoken/", 40066, "invalid url"),
    ],
)
async def test_what_is_not_there_says_so(nobody: CgiClient, method: str, path: str, number: int, says: str) -> None:
    answer = await (nobody.get(path) if method == "GET" else nobody.post(path))
    assert answer["errcode"] == number
    assert answer["errmsg"].startswith(says)


async def test_what_is_documented_as_get_is_answered_to_post(everyone: CgiClient) -> None:
    assert (await everyone.post("tag/list"))["errcode"] == 0

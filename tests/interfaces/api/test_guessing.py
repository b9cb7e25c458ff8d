"""Guessing at passwords: strangers are stopped, and do not keep the owner out."""

import dataclasses
import ipaddress

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.interfaces.api.test_sessions import Client, sign_in
from tests.world import World
from wecom.features.accounts import DEVICE_COOKIE, device_token
from wecom.features.accounts.guessing import device_number
from wecom.interfaces.web import application


async def behind_a_proxy(world: World) -> Client:
    """A client of a server that believes what X-Forwarded-For says."""
    trusting = world.services.settings.model_copy(update={"trusted_proxies": (ipaddress.ip_network("127.0.0.0/8"),)})
    server = TestServer(await application(dataclasses.replace(world.services, settings=trusting)))
    return await world.clients.enter_async_context(TestClient(server))


def at(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


async def test_strangers_who_guess_do_not_keep_the_owner_out(world: World) -> None:
    client = await behind_a_proxy(world)
    told = await (await sign_in(client, "zhangsan", headers=at("203.0.113.1"))).json()
    by_cookie = await sign_in(client, "zhangsan", kind="cookie", headers=at("203.0.113.1"))
    cookie = {DEVICE_COOKIE: by_cookie.cookies[DEVICE_COOKIE].value}
    assert by_cookie.cookies[DEVICE_COOKIE]["httponly"]
    client.session.cookie_jar.clear()
    for n in range(10):
        for _ in range(10):
            assert (await sign_in(client, "zhangsan", "wrong", headers=at(f"198.51.100.{n}"))).status == 401

    stranger = await sign_in(client, "zhangsan", headers=at("192.0.2.1"))
    assert stranger.status == 429, "even with the right password: too many strangers have guessed"
    assert (await sign_in(client, "lisi", headers=at("192.0.2.1"))).status == 200
    elsewhere = at("192.0.2.2")
    assert (await sign_in(client, "zhangsan", headers=elsewhere, device_token=told["device_token"])).status == 200
    assert (await sign_in(client, "zhangsan", headers=at("203.0.113.1"))).status == 200
    with_cookie = await sign_in(client, "zhangsan", headers=at("192.0.2.3"), cookies=cookie)
    assert with_cookie.status == 200
    assert (await with_cookie.json())["device_token"] == cookie[DEVICE_COOKIE], "it stays known by the same token"


async def test_a_device_that_is_known_may_not_guess_for_ever_and_only_at_its_own_account(world: World) -> None:
    client = await behind_a_proxy(world)
    token = (await (await sign_in(client, "zhangsan", headers=at("203.0.113.1"))).json())["device_token"]

    async def guessed(account: str, password: str) -> int:
        answer = await sign_in(client, account, password, headers=at("192.0.2.1"), device_token=token)
        return int(answer.status)

    assert [await guessed("zhangsan", "wrong") for _ in range(11)] == [401] * 10 + [429]
    assert (await sign_in(client, "zhangsan", headers=at("203.0.113.1"))).status == 200
    assert [await guessed("lisi", "wrong") for _ in range(11)] == [401] * 10 + [429]
    assert (await sign_in(client, "lisi", headers=at("203.0.113.1"))).status == 200, "a count of one network's"


@pytest.mark.parametrize("token", ["x", ".", "a.b", "ü.ü", "\udcff.x", "1" * 128])
async def test_what_is_no_devices_token_makes_nobody_known(world: World, token: str) -> None:
    assert device_number(world.services.key, token, world["zhangsan"].id) is None
    assert device_number(world.services.key, device_token(world.services.key, 1), 2) is None


async def test_who_has_a_network_has_all_addresses_of_it(world: World) -> None:
    client = await behind_a_proxy(world)
    statuses = [(await sign_in(client, "zhangsan", "wrong", headers=at(f"2001:db8::{n}"))).status for n in range(1, 12)]
    assert statuses == [401] * 10 + [429]
    assert (await sign_in(client, "zhangsan", headers=at("2001:db8:0:1::1"))).status == 200
    await world.services.limiter.count(f"sign-in:member:{world['zhangsan'].id}:strangers", 300, n=100)
    assert (await sign_in(client, "zhangsan", headers=at("2001:db8:0:1::2"))).status == 200, "its network is known"
    assert (await sign_in(client, "zhangsan", headers=at("2001:db8:0:2::1"))).status == 429

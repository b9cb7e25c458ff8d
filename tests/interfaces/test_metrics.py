"""Who may read what is counted: this machine itself, administrators, whoever has the token."""

import ipaddress
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from tests.world import World
from wecom.interfaces.web import application


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
async def test_this_machine_itself_may(world: World, host: str) -> None:
    assert await answered(world, {"Host": host}) == 200


@pytest.mark.parametrize(
    ("headers", "deployed"),
    [
        ({"Host": "chat.example.com"}, {}),
        ({"Host": "203.0.113.9:8080"}, {}),
        ({"Host": "localhost.example.com"}, {}),
        ({"Host": "[::1"}, {}),
        ({"Host": "127.0.0.1:8080", "X-Forwarded-For": "203.0.113.9"}, {}),
        ({"Host": "127.0.0.1:8080", "X-Real-IP": "203.0.113.9"}, {}),
        ({"Host": "127.0.0.1:8080", "Via": "1.1 proxy"}, {}),
        ({"Host": "127.0.0.1:8080"}, {"public_url": "https://chat.example.com"}),
        ({"Host": "127.0.0.1:8080"}, {"trusted_proxies": (ipaddress.ip_network("127.0.0.1/32"),)}),
    ],
)
async def test_a_proxy_here_may_not(world: World, headers: dict[str, str], deployed: dict[str, Any]) -> None:
    assert await answered(world, headers, **deployed) == 403
    token = {"Authorization": "Bearer letmesee"}
    assert await answered(world, headers | token, **deployed) == 200
    administrator = {"Authorization": f"Bearer {await world.token('admin')}"}
    assert await answered(world, headers | administrator, **deployed) == 200


async def answered(world: World, headers: dict[str, str], **settings: Any) -> int:
    """The status that somebody on this machine gets."""
    update = {"metrics_token": SecretStr("letmesee")} | settings
    services = replace(world.services, settings=world.services.settings.model_copy(update=update))
    server = await world.clients.enter_async_context(TestServer(await application(services)))
    async with ClientSession() as http, http.get(server.make_url("/metrics"), headers=headers) as answer:
        return answer.status

"""WeCom's API as apps call it: a client for each secret, and what they answer as plain dictionaries."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.world import World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction
from wecom.foundation.http import routes
from wecom.interfaces import cgi

Client = TestClient  # type: ignore[type-arg]


@dataclass
class CgiClient:
    """An app that calls; `token` goes along unless a call brings its own."""

    client: Client
    token: str = ""
    secret: str = ""
    app_id: int = 0
    agentid: int | None = None

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        return await self._answer("GET", path, params=self._query(query))

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        return await self._answer("POST", path, params=self._query({}), json=body)

    async def send(self, path: str, data: bytes, content_type: str = "application/json") -> dict[str, Any]:
        headers = {"Content-Type": content_type}
        return await self._answer("POST", path, params=self._query({}), data=data, headers=headers)

    def _query(self, given: dict[str, Any]) -> dict[str, str]:
        query = {name: str(value) for name, value in given.items()}
        return {"access_token": self.token} | query if self.token else query

    async def _answer(self, method: str, path: str, **about: Any) -> dict[str, Any]:
        async with self.client.request(method, f"/cgi-bin/{path}", **about) as response:
            assert response.status == 200
            answer: dict[str, Any] = await response.json()
        assert isinstance(answer["errcode"], int) and isinstance(answer["errmsg"], str)
        return answer


@dataclass
class Cgi:
    """The company's apps."""

    contacts: CgiClient
    """The 通讯录 secret."""
    all: CgiClient
    """An app that sees everybody."""
    market: CgiClient
    """An app that sees 市场部 (3) and 张三."""
    nobody: CgiClient
    """Somebody without a token."""


@pytest.fixture
async def cgi_client(world: World) -> AsyncIterator[Client]:
    services = world.services
    application = web.Application(client_max_size=8 << 20)
    application.add_routes(routes(cgi.CgiDoor(services), cgi.cgi_endpoints(), services.pool, cgi.provided(services)))
    application.add_routes(cgi.files(services))
    async with TestClient(TestServer(application)) as client:
        yield client


@pytest.fixture
async def cgi_apps(world: World, cgi_client: Client) -> Cgi:
    async with transaction(world.pool) as tx:
        made = [
            await apps.create_contacts_app(tx, SYSTEM),
            await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1]),
            await apps.create_app(tx, SYSTEM, "市场", visible_departments=[3], visible_members=[world["zhangsan"].id]),
        ]
    clients = []
    for app, secret in made:
        issued = await apps.issue_token(
            world.pool, world.services.key, secret, address="127.0.0.1", now=world.services.clock()
        )
        clients.append(CgiClient(cgi_client, issued.token, secret, app.id, app.agentid))
    return Cgi(*clients, CgiClient(cgi_client))


@pytest.fixture
def contacts(cgi_apps: Cgi) -> CgiClient:
    return cgi_apps.contacts


@pytest.fixture
def everyone(cgi_apps: Cgi) -> CgiClient:
    return cgi_apps.all


@pytest.fixture
def market(cgi_apps: Cgi) -> CgiClient:
    return cgi_apps.market


@pytest.fixture
def nobody(cgi_apps: Cgi) -> CgiClient:
    return cgi_apps.nobody

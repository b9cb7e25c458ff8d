"""Clients that stand before a door of the tests' own."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from wecom.foundation import http
from wecom.foundation.db import Pool
from wecom.foundation.http import Endpoints

from .entrance import PROXIES, Client, Opened, TestDoor


@pytest.fixture
async def opened(pool: Pool) -> AsyncIterator[Opened]:
    clients: list[Client] = []

    async def open(*handlers: Callable[..., Any], provided: dict[type, Any] | None = None, **about: Any) -> Client:
        endpoints = Endpoints("/test")
        for handler in handlers:
            path = "/{number}" if "path" in handler.__annotations__ else ""
            endpoints.post(f"/{handler.__name__}{path}", **about)(handler)
        app = web.Application(client_max_size=1 << 22)
        app.add_routes(http.routes(TestDoor(), endpoints, pool, provided or {}, PROXIES[:1]))
        client = TestClient(TestServer(app), headers={"X-Name": "张三".encode().decode("latin-1")})
        await client.start_server()
        clients.append(client)
        return client

    yield open
    for client in clients:
        await client.close()

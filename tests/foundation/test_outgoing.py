"""Calling addresses that others gave us: none inside, whatever they are called, and no more than was asked for."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from wecom.foundation.http import outgoing
from wecom.foundation.http.outgoing import AddressRefused, Outgoing, Unreachable, origin_of, seconds_of

HERE = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async def answer(request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/moved":
                return web.Response(status=307, headers={"Location": "/"})
            case "/much":
                return web.Response(status=500, body=b"x" * 5_000_000, headers={"Retry-After": "7"})
            case "/hangs":
                await asyncio.sleep(30)
        return web.Response(status=201, text=f"{len(await request.read())} {dict(request.cookies)}")

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=0.1)
    yield server
    await server.close()


@pytest.fixture
async def calls() -> AsyncIterator[Outgoing]:
    calls = Outgoing(HERE)
    yield calls
    await calls.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://93.184.216.34/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::]/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://name:word@example.com/",
        "https://example.com/#part",
        "https://exämple.com/",
        "https://example.com/\n",
        "https://[::1/",
        "https:///path",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
        "",
        "https://example.com:99999/",
        "https://example.com/" + "x" * 2048,
    ],
)
async def test_what_may_not_be_called_is_refused_before_anything_is_sent(url: str) -> None:
    refused = 0
    try:
        origin_of(url)
    except AddressRefused:
        refused += 1
    calls = Outgoing()
    try:
        await calls.post(url, b"", {})
    except (AddressRefused, Unreachable):
        refused += 1
    await calls.close()
    assert refused >= 1 + (url != "https://127.1/"), "a name that only resolves inside is found out when it is resolved"


def test_an_origin_is_told_as_signatures_name_it() -> None:
    assert origin_of("https://Push.Example.com:443/a/b?c") == "https://push.example.com"
    assert origin_of("https://push.example.com:8443/") == "https://push.example.com:8443"
    assert origin_of("https://93.184.216.34/") == "https://93.184.216.34"
    assert origin_of("http://127.0.0.1:80/x", HERE) == "http://127.0.0.1"
    assert origin_of("https://10.0.0.1/", [ipaddress.ip_network("10.0.0.0/8")]) == "https://10.0.0.1"


def test_plain_http_is_for_this_machine_only_however_much_is_allowed() -> None:
    with pytest.raises(AddressRefused):
        origin_of("http://10.0.0.1/", [ipaddress.ip_network("10.0.0.0/8")])


@pytest.mark.parametrize("name", ["localhost", "localhost.", "inside.example.com"])
async def test_a_name_that_leads_inside_is_not_followed(
    server: TestServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    heard: list[Any] = []

    async def found(self: Any, host: str, port: int, family: int) -> list[Any]:
        heard.append(host)
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", found)
    calls = Outgoing()
    with pytest.raises(Unreachable, match="leads to no address"):
        await calls.post(f"https://{name}:{server.port}/", b"x", {})
    await calls.close()
    assert heard


async def test_a_redirect_is_an_answer_and_little_is_read_of_a_long_one(server: TestServer, calls: Outgoing) -> None:
    url = str(server.make_url("/"))
    assert (await calls.post(url, b"hallo", {})).status == 201
    moved = await calls.post(url + "moved", b"hallo", {})
    assert (moved.status, moved.retry_after) == (307, None)
    much = await calls.post(url + "much", b"", {})
    assert (much.status, much.retry_after) == (500, 7.0) and len(much.text) <= outgoing.MOST_READ


async def test_who_does_not_answer_in_time_is_not_waited_for(
    server: TestServer, calls: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    with pytest.raises(Unreachable):
        await calls.post(str(server.make_url("/hangs")), b"", {})
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            await calls.post(f"http://127.0.0.1:{unused.getsockname()[1]}/", b"", {})


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
        ("Fri, 31 Dec 1999 23:59:59", 0.0),
        ("", None),
        ("-1", None),
        ("1e9", None),
        ("9" * 40, None),
        ("soon", None),
        ("٣", None),
    ],
)
def test_a_pause_is_asked_for_in_seconds_or_by_a_date(said: str, seconds: float | None) -> None:
    assert seconds_of(said) == seconds

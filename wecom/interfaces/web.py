"""The web application: every way in over HTTP, put together from what a process is made of."""

import asyncio
import hmac
import ipaddress
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from redis.exceptions import RedisError

from wecom.features.accounts import Admin
from wecom.foundation.db import ConnectionLost
from wecom.foundation.errors import Denied, Invalid, Missing, WecomError
from wecom.foundation.http import Door, Endpoint, caller_of, routes
from wecom.interfaces import api, cgi, realtime
from wecom.migrations.run import newest_revision, revision_of
from wecom.services import Services

QUICK = 2.0
"""Seconds in which whatever a process needs must answer for it to be called ready."""

LONGEST_LINE = 1 << 15
"""Bytes of a request's line: catching up names hundreds of streams, each with a cursor, in one address."""

FORWARDING = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NoSuchAddress(Missing):
    """There is nothing at this address: check it."""


class WrongMethod(Invalid):
    """This address does not take that method: use another, as documented."""


class MetricsRefused(Denied):
    """Metrics are for this machine, for administrators and for whoever has WECOM_METRICS_TOKEN."""


async def application(services: Services) -> web.Application:
    """Everything that a web process answers."""
    ways = ways_in(services)
    largest = max(endpoint.max_body for _, _, endpoints, _ in ways for endpoint in endpoints)
    app = web.Application(client_max_size=largest + 1)
    app.add_routes(cgi.pages())
    app.add_routes(cgi.pictures(services))
    for _, door, endpoints, provided in ways:
        app.add_routes(routes(door, endpoints, services.pool, provided, services.settings.trusted_proxies))
    app.add_routes(api.pages(services))
    app.add_routes(api.clients(services))
    app.add_routes(api.sign_in_pages(services))
    app.add_routes(api.join_pages(services))
    app.add_routes(api.pictures(services))
    app.add_routes(cgi.files(services))
    realtime.install(app, services)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz(services))
    app.router.add_get("/metrics", _metrics(services, ways[-1][1]))
    for prefix, door, _, _ in ways:
        app.router.add_route("*", prefix + "{rest:.*}", _nothing_here(services, door))
    app.on_response_prepare.append(_tidy_headers)
    return app


def ways_in(services: Services) -> list[tuple[str, Door, list[Endpoint], Mapping[type, Any]]]:
    """Each interface that answers requests: where it lies, its door, its endpoints, what its handlers may ask for."""
    own = [endpoint for group in api.GROUPS.values() for endpoint in group]
    return [
        ("/cgi-bin/", cgi.CgiDoor(services), cgi.cgi_endpoints(), cgi.provided(services)),
        ("/", api.ApiDoor(services), own, api.provided(services)),
    ]


async def lacking(services: Services) -> list[str]:
    """What a process needs and cannot reach now; nothing when it is ready."""
    found = []
    try:
        async with asyncio.timeout(QUICK):
            revision = await revision_of(services.pool)
        if revision != newest_revision():
            found.append(f"the database's schema is at {revision}, not at {newest_revision()}: run `wecom migrate`")
    except ConnectionLost:
        found.append("the database does not answer")
    try:
        async with asyncio.timeout(QUICK):
            await services.redis.ping()
    except (RedisError, OSError, TimeoutError):
        found.append("Redis does not answer")
    return found


async def _healthz(request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _readyz(services: Services) -> Handler:
    async def readyz(request: web.Request) -> web.Response:
        missing = await lacking(services)
        return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)

    return readyz


def _metrics(services: Services, door: Door) -> Handler:
    async def metrics(request: web.Request) -> web.Response:
        caller = caller_of(request, services.settings.trusted_proxies)
        if not _from_here(services, request, caller.address) and not _has_token(services, request):
            try:
                await door.admit(request, Admin)
            except WecomError:
                return door.refused(MetricsRefused(), caller)
        text = await asyncio.to_thread(_collected)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics


def _from_here(services: Services, request: web.Request, address: str) -> bool:
    """Whether it is this machine that asks, and not a proxy on it for somebody else.

    A proxy need not add a header of its own, and may ask for the address that it passes requests on to: where one
    is known of, because people come to another address or a proxy is trusted, being here says nothing.
    """
    settings = services.settings
    if settings.trusted_proxies or any(name in request.headers for name in FORWARDING):
        return False
    urls = (f"//{request.host}", settings.public_url or "//localhost")
    return _is_loopback(address) and all(_is_loopback(_host_of(url)) for url in urls)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _has_token(services: Services, request: web.Request) -> bool:
    token = services.settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(errors="replace"), token.encode())


def _collected() -> bytes:
    """The counts of every process, where there are several; else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _nothing_here(services: Services, door: Door) -> Handler:
    """Answers, in an interface's own way, what none of its endpoints took."""

    async def nothing_here(request: web.Request) -> web.Response:
        caller = caller_of(request, services.settings.trusted_proxies)
        methods: set[str] = set()
        for resource in request.app.router.resources():
            _, allowed = await resource.resolve(request)
            if "*" not in allowed:
                methods |= allowed
        if not methods:
            return door.refused(NoSuchAddress(), caller)
        response = door.refused(WrongMethod(), caller)
        if response.status != 200:
            response.set_status(405)
            response.headers["Allow"] = ", ".join(sorted(methods))
        return response

    return nothing_here


async def _tidy_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Does not name what we run on, and keeps browsers from guessing types."""
    response.headers.pop("Server", None)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")

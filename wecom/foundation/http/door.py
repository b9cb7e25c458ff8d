"""A door: one interface's way of knowing its callers and of saying yes and no."""

import asyncio
import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ValidationError

from ..db import ConnectionLost, Db, Pool, TryAgain, Tx, transaction
from ..errors import Busy, Invalid, WecomError
from . import metrics
from .endpoint import Endpoint, Headed
from .files import PATIENCE, FileAnswer, Incoming, Upload, uploaded
from .streamed import given

log = logging.getLogger("wecom.requests")

TIMEOUT = 30.0
"""Seconds an endpoint may take before its caller is told to try again."""

PRINCIPAL = web.RequestKey("principal", object)

REQUEST_ID = "X-Request-Id"
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class BodyTooLarge(Invalid):
    """The request's body is larger than this endpoint takes: send less."""


class BodyBroken(Invalid):
    """The request's body is not encoded as its headers say: send it plainly, or say how it is encoded."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request came from."""

    address: str
    user_agent: str
    request_id: str
    secure: bool
    host: str = ""
    origin: str | None = None
    """The site whose page asked, where a browser says so."""
    fetch_site: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)

    def site(self, public_url: str) -> str:
        """The address that people come to: as it is set, or else as this request came."""
        return public_url.rstrip("/") or f"{'https' if self.secure else 'http'}://{self.host}"

    def is_foreign(self, public_url: str) -> bool:
        """Whether a page of another site made the browser ask, by what browsers say of themselves."""
        if self.fetch_site is not None:
            return self.fetch_site not in ("same-origin", "none")
        own = {self.host, urlsplit(public_url).netloc} - {""}
        return self.origin is not None and urlsplit(self.origin).netloc not in own


PER_CALL = (Tx, Caller, Upload, Incoming)
"""What is made for each request."""


class Door(Protocol):
    """What each interface says for itself."""

    principals: tuple[type, ...]

    async def admit(self, request: web.Request, principal: type) -> Any:
        """Whoever is calling, as `principal`; raises what keeps them out."""

    def granted(self, result: BaseModel | None, caller: Caller) -> web.Response: ...
    def refused(self, error: WecomError, caller: Caller) -> web.Response: ...
    def broken(self, caller: Caller) -> web.Response: ...
    def misread(self, part: str, problem: ValidationError) -> WecomError: ...


def caller_of(request: web.Request, trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> Caller:
    """The peer, or whom a trusted proxy names: the last hop in X-Forwarded-For that is not trusted."""
    address, secure = request.remote or "", request.secure
    if _trusts(trusted, address):
        # A proxy may add a line of its own after its client's: all lines are one list.
        lines = ",".join(request.headers.getall("X-Forwarded-For", []))
        hops = [hop.strip() for hop in lines.split(",") if hop.strip()]
        address = next((hop for hop in reversed(hops) if not _trusts(trusted, hop)), hops[0] if hops else address)
        secure = secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"
    given = request.headers.get("X-Request-Id", "")
    request_id = given if SAFE_ID.fullmatch(given) else secrets.token_hex(8)
    return Caller(
        address[:64],
        request.headers.get("User-Agent", "")[:256],
        request_id,
        secure,
        request.host,
        request.headers.get("Origin"),
        request.headers.get("Sec-Fetch-Site"),
        request.cookies,
    )


def routes(
    door: Door,
    endpoints: Iterable[Endpoint],
    pool: Pool,
    provided: Mapping[type, Any],
    trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = (),
) -> list[web.RouteDef]:
    """Bind endpoints to a door. `provided`: what a handler may ask for by type."""
    return [
        web.route(each.method, each.path, _aiohttp_handler(door, each, pool, provided, trusted)) for each in endpoints
    ]


def _aiohttp_handler(
    door: Door,
    endpoint: Endpoint,
    pool: Pool,
    provided: Mapping[type, Any],
    trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    principals = [(name, kind) for name, kind in endpoint.wants.items() if kind in door.principals]
    if len(principals) != (0 if endpoint.public else 1):
        raise TypeError(f"{endpoint.handler.__qualname__} must name one principal, or be public")
    fixed: dict[str, Any] = {}
    for name, kind in endpoint.wants.items():
        if kind in (Db, Pool):
            fixed[name] = pool
        elif kind not in PER_CALL and kind not in door.principals:
            fixed[name] = provided[kind]
    per_call = {kind: name for name, kind in endpoint.wants.items() if kind in PER_CALL}
    patience = PATIENCE if {Upload, Incoming} & per_call.keys() else TIMEOUT

    async def answer(request: web.Request, caller: Caller) -> BaseModel | None:
        arguments = dict(fixed)
        for name, kind in principals:
            arguments[name] = request[PRINCIPAL] = await door.admit(request, kind)
        arguments |= await _parts(door, endpoint, request)
        if Caller in per_call:
            arguments[per_call[Caller]] = caller
        if Upload in per_call:
            arguments[per_call[Upload]] = await uploaded(request)
        if Incoming in per_call:
            arguments[per_call[Incoming]] = Incoming(request)
        if Tx not in per_call:
            return await endpoint.handler(**arguments)
        async with transaction(pool) as tx:
            arguments[per_call[Tx]] = tx
            return await endpoint.handler(**arguments)

    async def handle(request: web.Request) -> web.StreamResponse:
        started, caller = time.perf_counter(), caller_of(request, trusted)
        response: web.StreamResponse
        try:
            async with asyncio.timeout(patience):
                result = await answer(request, caller)
            response = await _granted(door, endpoint, request, caller, result)
        except WecomError as error:
            response = door.refused(error, caller)
        except (*ConnectionLost, *TryAgain):
            log.warning("the database could not do it now", extra={"request_id": caller.request_id}, exc_info=True)
            response = door.refused(Busy("The server is busy: try again in a moment.", retry_after=1), caller)
        except web.HTTPException:
            raise
        except Exception:
            log.exception("bug", extra={"request_id": caller.request_id, "endpoint": endpoint.name})
            response = door.broken(caller)
        if not response.prepared:
            response.headers.update({**endpoint.headers, REQUEST_ID: caller.request_id})
        _note(request, response, endpoint, caller, time.perf_counter() - started)
        return response

    return handle


async def _granted(
    door: Door, endpoint: Endpoint, request: web.Request, caller: Caller, result: BaseModel | None
) -> web.StreamResponse:
    if isinstance(result, FileAnswer):
        return await given(request, result, **{REQUEST_ID: caller.request_id})
    if isinstance(result, Headed):
        return web.Response(status=endpoint.status, headers=result.headers)
    return door.granted(result, caller)


def _note(request: web.Request, response: web.StreamResponse, endpoint: Endpoint, caller: Caller, took: float) -> None:
    metrics.requests.labels(endpoint.path, endpoint.method, response.status).observe(took)
    log.info(
        "request",
        extra={
            "endpoint": f"{endpoint.method} {endpoint.path}",
            "status": response.status,
            "ms": round(took * 1000, 1),
            "principal": str(request.get(PRINCIPAL, "")),
            "address": caller.address,
            "request_id": caller.request_id,
        },
    )


async def _parts(door: Door, endpoint: Endpoint, request: web.Request) -> dict[str, BaseModel]:
    read: dict[str, BaseModel] = {}
    for name, model in endpoint.parts.items():
        try:
            if name == "body":
                read[name] = model.model_validate_json(await _body(request, endpoint.max_body) or b"{}")
            elif name == "headers":
                read[name] = model.model_validate(_headers(request, model))
            elif name == "path":
                read[name] = model.model_validate(dict(request.match_info))
            else:
                read[name] = model.model_validate(_query(request))
        except ValidationError as problem:
            raise door.misread(name, problem) from None
    return read


def _query(request: web.Request) -> dict[str, Any]:
    """Repeated parameters as lists, others as they are."""
    query: dict[str, Any] = {}
    for name in request.query:
        values = request.query.getall(name)
        query[name] = values if len(values) > 1 else values[0]
    return query


def _headers(request: web.Request, model: type[BaseModel]) -> dict[str, str]:
    """Those that the model names, however they are capitalised."""
    names = [each.alias or name for name, each in model.model_fields.items()]
    return {name: request.headers[name] for name in names if name in request.headers}


async def _body(request: web.Request, limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise BodyTooLarge(f"The body is {request.content_length} bytes; at most {limit} are taken.", limit=limit)
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise BodyTooLarge(f"The body is too large; at most {limit} bytes are taken.", limit=limit) from None
    except web.RequestPayloadError:
        raise BodyBroken from None
    if len(body) > limit:
        raise BodyTooLarge(f"The body is {len(body)} bytes; at most {limit} are taken.", limit=limit)
    return body


def _trusts(trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network], address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in trusted)

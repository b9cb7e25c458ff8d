"""A door of the tests' own: it says yes and no as plainly as it can."""

import ipaddress
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.test_utils import TestClient
from pydantic import BaseModel, ValidationError

from wecom.foundation.errors import Invalid, Unauthenticated, WecomError
from wecom.foundation.http import Caller, Encoded, Reply

Client = TestClient[web.Request, web.Application]
Opened = Callable[..., Awaitable[Client]]
PROXIES = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8")))


class Guest(BaseModel):
    """Whoever gives a name at the door."""

    name: str


class TestDoor:
    """Says yes and no as plainly as it can."""

    __test__ = False
    principals = (Guest,)

    async def admit(self, request: web.Request, principal: type) -> Guest:
        if not (name := request.headers.get("X-Name", "")):
            raise Unauthenticated
        return Guest(name=name)

    def granted(self, result: BaseModel | None, caller: Caller) -> web.Response:
        if isinstance(result, Encoded):
            return web.Response(body=result.json_bytes, content_type="application/json")
        response = web.json_response(result.model_dump() if result else None)
        if isinstance(result, Reply):
            for cookie in result.cookies:
                response.set_cookie(cookie.name, cookie.value)
        return response

    def refused(self, error: WecomError, caller: Caller) -> web.Response:
        return web.json_response({"refused": type(error).__name__, **error.facts}, status=400)

    def broken(self, caller: Caller) -> web.Response:
        return web.json_response({"broken": caller.request_id}, status=500)

    def misread(self, part: str, problem: ValidationError) -> WecomError:
        return Invalid(part=part, where=[str(error["loc"]) for error in problem.errors()])


class Spoken(Reply):
    word: str

"""How our own clients are known and answered: cookies or bearer tokens in, HTTP statuses out."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from wecom.features.accounts import (
    COOKIE,
    Admin,
    Arrival,
    Auditor,
    ContentAuditor,
    DirectoryAdmin,
    HealthOfficer,
    Me,
    NotSignedIn,
    PasswordMustChange,
    People,
    Personnel,
    TooManySignIns,
    as_principal,
    is_csrf_token,
    touch,
)
from wecom.features.directory.refusals import DirectoryBusy
from wecom.features.media import UploadTooLarge, UploadTooLong
from wecom.foundation import errors
from wecom.foundation.blobs import BeingWritten, StoreFull
from wecom.foundation.errors import Denied, Invalid, WecomError
from wecom.foundation.http import BodyTooLarge, Caller, Encoded, RangeInvalid, Reply, caller_of
from wecom.services import Services

CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BOUNDS = "max_length", "min_length", "le", "lt", "ge", "gt"
COOKIE_LIFE = 400 * 24 * 3600
"""As long as browsers keep one; the server decides when a session ends."""


class UploadVersionUnknown(Invalid):
    """Uploads are taken by version 1.0.0 of the tus protocol: send the header Tus-Resumable: 1.0.0."""


class UploadKindWrong(Invalid):
    """Part of a file comes as application/offset+octet-stream: say so in Content-Type."""


STATUSES: dict[type[WecomError], int] = {
    BodyTooLarge: 413,
    UploadTooLarge: 413,
    UploadTooLong: 413,
    UploadKindWrong: 415,
    UploadVersionUnknown: 412,
    RangeInvalid: 416,
    BeingWritten: 423,
    StoreFull: 507,
    TooManySignIns: 503,
    DirectoryBusy: 503,
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Denied: 403,
    errors.Missing: 404,
    errors.Conflict: 409,
    errors.Busy: 429,
}

MEANINGS = {
    400: "The request cannot be understood as it is: correct it.",
    401: "It is not known who is asking: sign in.",
    403: "The caller may not do this.",
    404: "There is no such thing, or none that the caller may see.",
    409: "It does not fit what is there now: look again.",
    412: "The protocol's version is not one that is spoken here.",
    413: "The body is too large.",
    415: "The body is of another type than is taken here.",
    416: "There is no such part of the file.",
    423: "Another request is at it: wait until that has ended.",
    429: "Too much at once: wait for the seconds in Retry-After.",
    500: "A fault of ours: it is in the log under the request's id.",
    503: "The server is busy or starting: wait for the seconds in Retry-After.",
    507: "The server's disk is full.",
}


class Misread(Invalid):
    """Part of the request is not as it must be: see `problems`."""


class ForeignPage(Denied):
    """A page of another site asked for this with your cookie: open our own page instead."""


class CsrfMissing(Denied):
    """With a cookie, changing something needs the header X-CSRF-Token: send what the cookie wecom_csrf holds."""


class Refusal(BaseModel):
    """Why something was refused."""

    error: str = Field(description="The refusal's name, for programs: it does not change.")
    message: str = Field(description="What to tell a person, and what to do about it.")
    request_id: str = Field(description="Names the request in the server's log.")
    facts: dict[str, Any] = Field(description="What a program may want to know; often nothing.")


class ApiDoor:
    """A session's cookie or bearer token says who is calling; the principal's type says what they must be."""

    principals: tuple[type, ...] = (
        Me,
        Arrival,
        Admin,
        Auditor,
        ContentAuditor,
        DirectoryAdmin,
        HealthOfficer,
        People,
        Personnel,
    )

    def __init__(self, services: Services) -> None:
        self.services = services

    async def admit(self, request: web.Request, principal: type) -> Any:
        settings, caller = self.services.settings, caller_of(request, self.services.settings.trusted_proxies)
        token, carried = _token_of(request)
        me = await self.services.sessions.ask(token)
        if me is None or me.kind != carried:
            raise NotSignedIn
        if carried == "cookie" and request.method not in SAFE_METHODS:
            if caller.is_foreign(settings.public_url):
                raise ForeignPage
            if not is_csrf_token(self.services.key, token, request.headers.get(CSRF_HEADER, "")):
                raise CsrfMissing
        if me.must_change and principal is not Arrival:
            raise PasswordMustChange
        await touch(self.services.uses, me, caller.address, settings.session_days)
        return as_principal(me, principal)

    def granted(self, result: BaseModel | None, caller: Caller) -> web.Response:
        if isinstance(result, Encoded):
            body = result.json_bytes
        else:
            body = b"{}" if result is None else result.model_dump_json(by_alias=True).encode()
        response = _json(200, body)
        if isinstance(result, Reply):
            for cookie in result.cookies:
                response.set_cookie(
                    cookie.name,
                    cookie.value,
                    max_age=cookie.max_age,
                    httponly=cookie.http_only,
                    secure=caller.secure or self.services.settings.public_url.startswith("https:"),
                    samesite="Lax",
                    path="/",
                )
        return response

    def refused(self, error: WecomError, caller: Caller) -> web.Response:
        return refusal(status_of(error), error, caller.request_id)

    def broken(self, caller: Caller) -> web.Response:
        said = f"The server made a mistake. Tell an administrator this number: {caller.request_id}"
        return refusal(500, WecomError(said), caller.request_id)

    def misread(self, part: str, problem: ValidationError) -> WecomError:
        found = problem.errors(include_url=False, include_input=False)
        problems = [_problem(part, each) for each in found[:10]]
        first = problems[0]
        return Misread(f"{first['at']}: {first['says']}", problems=problems)


def _problem(part: str, found: ErrorDetails) -> dict[str, object]:
    """What is wrong with a field; of a bound also which sort and how much, for clients to say it in their words."""
    told: dict[str, object] = {"at": ".".join(map(str, (part, *found["loc"]))), "says": found["msg"]}
    bound = next((found["ctx"][each] for each in BOUNDS if each in found.get("ctx", {})), None)
    return told if bound is None else told | {"why": found["type"], "bound": bound}


def refusal(status: int, error: WecomError, request_id: str) -> web.Response:
    """A refusal as our clients read it."""
    name = type(error).__name__ if type(error) is not WecomError else "InternalError"
    said = Refusal(error=name, message=str(error), request_id=request_id, facts=error.facts)
    response = _json(status, said.model_dump_json().encode())
    if isinstance(error, errors.Busy):
        response.headers["Retry-After"] = str(max(1, round(error.retry_after or 1)))
    if isinstance(error, RangeInvalid) and "size" in error.facts:
        response.headers["Content-Range"] = f"bytes */{error.facts['size']}"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def status_of(error: WecomError) -> int:
    if type(error) is errors.Busy:  # said by the foundation: not this caller is too much, everything is
        return 503
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def _token_of(request: web.Request) -> tuple[str, str]:
    given = request.headers.get("Authorization")
    if given is None:
        return request.cookies.get(COOKIE, ""), "cookie"
    scheme, _, token = given.partition(" ")
    return (token.strip() if scheme.lower() == "bearer" else ""), "bearer"


def _json(status: int, body: bytes) -> web.Response:
    return web.Response(
        status=status,
        body=body,
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )

"""The OpenAPI document of WeCom's API, as this server answers it: what is in it works."""

from functools import cache
from importlib.metadata import version
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, Field

from wecom.foundation.http import document

from .chapters import CHAPTERS
from .errcode_texts import TEXTS
from .errcodes import ERRCODES, MISREAD, MISSING, SYSTEM_BUSY

PATH = "/cgi-bin/openapi.json"

TOKEN = {
    "token": {
        "type": "apiKey",
        "in": "query",
        "name": "access_token",
        "description": "From `gettoken`, for an app's secret or the contacts secret.",
    }
}


class Outcome(BaseModel):
    """How every answer begins."""

    errcode: int = Field(description="0: done. Anything else says why not: x-errcodes lists them.")
    errmsg: str = Field(description="What Tencent says with the number, then an id of the request in the server's log.")


def openapi() -> dict[str, Any]:
    """Every call that is answered; the HTTP status is 200 whatever happens."""
    described = document(
        "wecom: WeCom's server API",
        version("wecom"),
        CHAPTERS,
        refusal=Outcome,
        statuses={},
        security=TOKEN,
        description="What unmodified SDKs call. The tags are Tencent's chapters. Every answer is HTTP 200 with an "
        "errcode; what a GET says here may be POSTed too. Other paths say why they are not answered.",
    )
    outcome = {"$ref": "#/components/schemas/Outcome"}
    for calls in described["paths"].values():
        for call in calls.values():
            content = call["responses"]["200"]["content"]
            said = content.get("application/json")  # else it is a file; JSON only says why there is none
            schema = {"anyOf": [{"allOf": [outcome, said["schema"]]}, outcome]} if said else outcome
            content["application/json"] = {"schema": schema}
    return described | {"x-errcodes": errcodes()}


def errcodes() -> dict[str, str]:
    """Each number that may be answered, and what is said with it."""
    said = {code: " ".join((kind.__doc__ or "").split()) for kind, code in ERRCODES.items()}
    numbers = {*said, *MISSING.values(), *MISREAD.values()}
    texts = {code: TEXTS.get(code) or said.get(code, "") for code in numbers}
    return {str(code): text for code, text in sorted((texts | {0: "ok", SYSTEM_BUSY: "system busy"}).items())}


def pages() -> list[web.RouteDef]:
    """Where programs read it."""
    return [web.get(PATH, _answer)]


@cache
def _encoded() -> bytes:
    return orjson.dumps(openapi())


async def _answer(request: web.Request) -> web.Response:
    return web.Response(body=_encoded(), content_type="application/json", charset="utf-8")

"""Where the company's QR code leads: a page on which people ask to join; and the picture of that code."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from wecom.features import joining
from wecom.features.joining import JoinCodeInvalid, JoiningClosed
from wecom.foundation.db import ConnectionLost, TryAgain
from wecom.foundation.errors import Busy, WecomError
from wecom.foundation.http import caller_of
from wecom.foundation.http.door import TIMEOUT
from wecom.services import Services

from .app_words import Language, language
from .door import status_of
from .join_words import JOIN_REASONS, JOIN_WORDS
from .page import HEADERS, PLACE, filled
from .qr_picture import qr_picture

log = logging.getLogger(__name__)

PIXELS = {"1": 171, "2": 399, "3": 741, "4": 2052}
"""By WeCom's size types."""

Handler = Callable[[web.Request], Awaitable[web.Response]]


def join_pages(services: Services) -> list[web.RouteDef]:
    """What somebody opens who wants to join."""
    return [
        web.get("/join/{code}", _guarded(services, _form)),
        web.get("/join/{code}/qr-{size:[1-4]}.png", _guarded(services, _picture)),
        web.get("/pages/ask-to-join.js", _script()),
    ]


async def _form(services: Services, request: web.Request) -> web.Response:
    code = await _good_code(services, request)
    lang = _language(request)
    words = JOIN_WORDS[lang]
    told: dict[str, Any] = {name: words[name] for name in ("differ", "unreachable", "sent", "sent_how")}
    told |= {"code": code, "reasons": JOIN_REASONS if lang == "zh" else {}}
    facts = {"company": services.settings.company_name, "userid": ""}
    return _framed(services, lang, "join", filled("ask_to_join/form", words, facts), told=told)


async def _picture(services: Services, request: web.Request) -> web.Response:
    code = await _good_code(services, request)
    site = caller_of(request, services.settings.trusted_proxies).site(services.settings.public_url)
    body = await asyncio.to_thread(qr_picture, f"{site}/join/{code}", PIXELS[request.match_info["size"]])
    headers = HEADERS | {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.Response(body=body, content_type="image/png", headers=headers)


async def _good_code(services: Services, request: web.Request) -> str:
    if not services.settings.join_requests:
        raise JoiningClosed
    code = request.match_info["code"]
    await joining.check_code(services.pool, services.key, code, now=services.clock())
    return code


def _guarded(services: Services, step: Callable[[Services, web.Request], Awaitable[web.Response]]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await step(services, request)
        except WecomError as refused:
            return _problem(services, request, refused)
        except (*ConnectionLost, *TryAgain, TimeoutError):
            log.warning("a page could not be made now", extra={"page": "join"}, exc_info=True)
            return _problem(services, request, Busy("The server is busy: try again in a moment."))

    return handle


def _problem(services: Services, request: web.Request, error: WecomError) -> web.Response:
    lang = _language(request)
    because = JOIN_REASONS.get(type(error).__name__, str(error)) if lang == "zh" else str(error)
    body = filled("ask_to_join/problem", JOIN_WORDS[lang], {"because": because})
    # Whoever brings no good code is not told whose server this is.
    known = isinstance(error, JoinCodeInvalid)
    return _framed(services, lang, "wrong", body, status=404 if known else status_of(error))


def _framed(
    services: Services,
    lang: Language,
    title: str,
    body: str,
    *,
    told: dict[str, Any] | None = None,
    status: int = 200,
) -> web.Response:
    words = JOIN_WORDS[lang]
    company = services.settings.company_name if told else ""
    facts = {"lang": lang, "told": orjson.dumps(told or {}).decode(), "company": company}
    facts["title"] = words[title].format(company=company)
    html = filled("ask_to_join/frame", words, facts, body=body)
    headers = HEADERS | {"Cache-Control": "no-store"}
    return web.Response(body=html.encode(), status=status, content_type="text/html", charset="utf-8", headers=headers)


def _language(request: web.Request) -> Language:
    return language(request.query.get("lang", ""), request.headers.get("Accept-Language", ""))


def _script() -> Handler:
    body = (PLACE / "ask_to_join" / "ask-to-join.js").read_bytes()

    async def answer(request: web.Request) -> web.Response:
        headers = HEADERS | {"Cache-Control": "no-cache"}
        return web.Response(body=body, content_type="text/javascript", charset="utf-8", headers=headers)

    return answer

"""Pages on which members sign in to apps, at the addresses that WeCom gives them.

Nobody is sent to an address that no app trusts: what is wrong with a link is said on a page of ours. The login page may
stand in a frame on the app's own domains, the others in one of our own client's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import web

from wecom.features import apps
from wecom.features.accounts import COOKIE, Me, touch
from wecom.features.apps import Destination
from wecom.features.apps.model import InvalidRedirect, NoSuchApp, RedirectNotTrusted
from wecom.foundation.db import ConnectionLost, TryAgain, transaction
from wecom.foundation.errors import Busy, Invalid, WecomError
from wecom.foundation.http import caller_of
from wecom.foundation.http.door import TIMEOUT
from wecom.services import Services

from .app_words import REASONS, WORDS, Language, language
from .door import status_of
from .page import HEADERS, PLACE, filled

log = logging.getLogger(__name__)

BASE = ("", "snsapi_base")
PRIVATE = ("snsapi_privateinfo", "snsapi_userinfo")
LOGIN_TYPES = ("", "CorpApp", "jssdk")

INSIDE = ("sign-in", "again", "consent")
"""Pages that an app which our own client shows in a frame may come to. Only a page of ours may be around them."""

Handler = Callable[[web.Request], Awaitable[web.Response]]
Numbers = dict[str, int]

NUMBERS: Numbers = {"appid": 40013, "agentid": 40056, "redirect_uri": 50001, "untrusted": 50001}
PANEL: Numbers = {
    "appid": -31027,
    "agentid": -31028,
    "redirect_uri": -31035,
    "untrusted": -31039,
    "login_type": -31040,
}
"""WeCom's numbers for what may be wrong with a link, and with one to the login page."""


class WrongLink(Invalid):
    """The link to this page is not as it must be: tell whoever gave it to you."""


@dataclass(frozen=True, slots=True)
class Link:
    """What the address of such a page says."""

    appid: str
    agentid: str
    redirect_uri: str
    state: str
    scope: str
    response_type: str
    login_type: str
    lang: Language

    @classmethod
    def of(cls, request: web.Request) -> "Link":
        names = ("appid", "agentid", "redirect_uri", "state", "scope", "response_type", "login_type")
        said = {name: request.query.get(name, "") for name in names}
        lang = language(request.query.get("lang", ""), request.headers.get("Accept-Language", ""))
        return cls(**said, lang=lang)

    def number(self) -> int | None:
        """The agentid, where there is one."""
        if not self.agentid:
            return None
        if not (self.agentid.isascii() and self.agentid.isdigit() and len(self.agentid) < 10):
            raise NoSuchApp
        return int(self.agentid)

    def onward(self) -> str:
        """For who is signed in here already: a code at once."""
        said = {"appid": self.appid, "agentid": self.agentid, "redirect_uri": self.redirect_uri, "state": self.state}
        query = {"response_type": "code", "scope": "snsapi_base", "lang": self.lang, **said}
        return f"/connect/oauth2/authorize?{urlencode(query)}"


def sign_in_pages(services: Services) -> list[web.RouteDef]:
    """What a browser opens to sign in to an app."""
    login = _guarded(services, _login, PANEL)
    return [
        web.get("/connect/oauth2/authorize", _guarded(services, _authorize, NUMBERS)),
        web.get("/wwopen/sso/qrConnect", login),
        web.get("/wwlogin/sso/login", login),
        web.get("/app-login", _guarded(services, _confirm, NUMBERS)),
        web.get("/app-consents", _guarded(services, _consents, NUMBERS)),
        web.get("/pages/sign-in.js", _file("sign-in.js", "text/javascript")),
        web.get("/pages/sign-in.css", _file("sign-in.css", "text/css")),
    ]


async def _authorize(services: Services, request: web.Request, link: Link) -> web.Response:
    """网页授权: a code at once for who is signed in; else sign in first, or consent first."""
    _expect("appid", link.appid == services.company.corpid)
    _expect("response_type", link.response_type == "code")
    _expect("scope", link.scope in (*BASE, *PRIVATE))
    _expect("redirect_uri", bool(link.redirect_uri))
    agentid = link.number()
    _expect("agentid", agentid is not None or link.scope != "snsapi_privateinfo")
    where = await apps.destination(
        services.pool, link.redirect_uri, link.state, agentid=agentid, plain=services.settings.speaks_plain
    )
    facts = {"app": _called(where), "domain": where.to.domain}
    me = await _signed_in(services, request)
    if me is None and _sent_by_a_page_inside(request):
        return _page(services, link, "again", facts)
    if me is None:
        return _page(services, link, "sign-in", facts)
    private = link.scope in PRIVATE and agentid is not None
    [app, *_] = await apps.shown_to(services.pool, me.id, where)
    if private and not await apps.has_consented(services.pool, app.id, me.id):
        facts |= {"name": me.name, "userid": me.userid, "back": where.to.with_code(None, where.state)}
        return _page(services, link, "consent", facts, told={"app": app.id})
    await apps.sign_in.keep_within(services.limiter, me.id)
    address = caller_of(request, services.settings.trusted_proxies).address
    async with transaction(services.pool) as tx:
        going = await apps.issue_code(tx, me.id, me.session_id, where, private=private, address=address)
    headers = {"Location": going, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(status=302, headers=headers)


async def _login(services: Services, request: web.Request, link: Link) -> web.Response:
    """扫码登录: a picture for another device to scan; who is signed in here goes on with a click."""
    _expect("login_type", link.login_type in LOGIN_TYPES)
    _expect("appid", link.appid == services.company.corpid)
    _expect("redirect_uri", bool(link.redirect_uri))
    agentid = link.number()
    if agentid is None:
        raise NoSuchApp
    where = await apps.destination(
        services.pool, link.redirect_uri, link.state, agentid=agentid, plain=services.settings.speaks_plain
    )
    me = await _signed_in(services, request)
    facts = {"app": _called(where), "domain": where.to.domain, "onward": link.onward()}
    if me:
        facts |= {"name": me.name, "userid": me.userid}
    login = {"appid": link.appid, "agentid": agentid, "redirect_uri": link.redirect_uri, "state": link.state}
    told = {"login": login, "onward": link.onward(), "origin": where.to.origin}
    here = "here" if me else "form"
    return _page(services, link, "login", facts, told=told, here=here, framed_by=where.apps[0].redirect_domains)


async def _confirm(services: Services, request: web.Request, link: Link) -> web.Response:
    """What a scanned picture leads to, on the device that confirms. Its secret stands behind the #."""
    return _page(services, link, "confirm", {})


async def _consents(services: Services, request: web.Request, link: Link) -> web.Response:
    """The apps that see one's particulars, to take that back."""
    me = await _signed_in(services, request)
    if me is None:
        return _page(services, link, "sign-in-first", {})
    found = await apps.consents(services.pool, me)
    lines = [_filled("consented", link.lang, {"app": each.name, "id": str(each.app_id)}) for each in found]
    listed = "\n".join(lines) or f"<li>{WORDS[link.lang]['none']}</li>"
    return _page(services, link, "consents", {"name": me.name, "userid": me.userid}, listed=listed)


def _sent_by_a_page_inside(request: web.Request) -> bool:
    """Whether an app's page that our own client shows in a frame came here by itself.

    Browsers then leave our cookie out. The answer is a page that comes here again: by then it is ours that asks.
    """
    sent = request.headers.get("Sec-Fetch-Dest"), request.headers.get("Sec-Fetch-Site")
    return sent == ("iframe", "cross-site")


def _page(
    services: Services,
    link: Link,
    page: str,
    facts: dict[str, str],
    *,
    told: dict[str, Any] | None = None,
    here: str = "form",
    framed_by: tuple[str, ...] = (),
    listed: str = "",
) -> web.Response:
    reasons = REASONS if link.lang == "zh" else {}
    said = orjson.dumps({"page": page, "words": WORDS[link.lang], "reasons": reasons, **(told or {})}).decode()
    parts = {"form": _filled("form", link.lang, {}), "here": _filled(here, link.lang, facts), "listed": listed}
    body = _filled(page, link.lang, facts, **parts)
    title, inside = WORDS[link.lang]["sign_in"], page in INSIDE
    return _framed(services, link, title, body, said=said, framed_by=framed_by, inside=inside)


def _problem(services: Services, link: Link, error: WecomError, numbers: Numbers) -> web.Response:
    parameter = str(error.facts.get("parameter", ""))
    because = str(error) + (f" ({parameter})" if parameter else "")
    if link.lang == "zh" and (reason := REASONS.get(type(error).__name__)):
        because = reason.format(parameter=parameter)
    number = numbers.get(_named_by(error) or parameter)
    small = WORDS[link.lang]["number"].format(number=number) if number else ""
    body = _filled("problem", link.lang, {"because": because}, number=small)
    return _framed(services, link, WORDS[link.lang]["wrong"], body, status=status_of(error), inside=True)


def _named_by(error: WecomError) -> str | None:
    kinds: dict[type[WecomError], str] = {
        NoSuchApp: "agentid",
        InvalidRedirect: "redirect_uri",
        RedirectNotTrusted: "untrusted",
    }
    return kinds.get(type(error))


def _framed(
    services: Services,
    link: Link,
    title: str,
    body: str,
    *,
    said: str = "{}",
    status: int = 200,
    framed_by: tuple[str, ...] = (),
    inside: bool = False,
) -> web.Response:
    facts = {"lang": link.lang, "title": title, "told": said, "company": services.settings.company_name}
    html = _filled("frame", link.lang, facts, body=body)
    headers = HEADERS | {"Cache-Control": "no-store"}
    policy = headers["Content-Security-Policy"] + "; img-src data:"
    if inside:
        policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        headers["X-Frame-Options"] = "SAMEORIGIN"
    if framed_by:
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {apps.framing(framed_by)}")
        del headers["X-Frame-Options"]  # which knows no list, and would keep them all out
    headers["Content-Security-Policy"] = policy
    return web.Response(body=html.encode(), status=status, content_type="text/html", charset="utf-8", headers=headers)


def _filled(page: str, lang: Language, facts: dict[str, str], **parts: str) -> str:
    return filled(f"sign_in/{page}", WORDS[lang], facts, **parts)


def _called(where: Destination) -> str:
    """The app's name; its domain, where several have it."""
    return where.apps[0].name if len(where.apps) == 1 else where.to.domain


def _expect(parameter: str, is_good: bool) -> None:
    if not is_good:
        raise WrongLink(parameter=parameter)


async def _signed_in(services: Services, request: web.Request) -> Me | None:
    """Who is signed in with this browser, and need not change their password first."""
    me = await services.sessions.ask(request.cookies.get(COOKIE, ""))
    if me is None or me.kind != "cookie" or me.must_change:
        return None
    address = caller_of(request, services.settings.trusted_proxies).address
    await touch(services.uses, me, address, services.settings.session_days)
    return me


def _guarded(
    services: Services, step: Callable[[Services, web.Request, Link], Awaitable[web.Response]], numbers: Numbers
) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        link = Link.of(request)
        try:
            async with asyncio.timeout(TIMEOUT):
                return await step(services, request, link)
        except WecomError as refused:
            return _problem(services, link, refused, numbers)
        except (*ConnectionLost, *TryAgain, TimeoutError):
            log.warning("a page could not be made now", extra={"page": request.path}, exc_info=True)
            return _problem(services, link, Busy("The server is busy: try again in a moment."), numbers)

    return handle


def _file(name: str, kind: str) -> Handler:
    body = (PLACE / "sign_in" / name).read_bytes()

    async def answer(request: web.Request) -> web.Response:
        headers = HEADERS | {"Cache-Control": "no-cache"}
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)

    return answer

"""Pages for people: what runs here, the API to read, choosing a password by a link."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from html import escape
from importlib.metadata import version
from importlib.resources import files

import orjson
from aiohttp import web

from wecom.services import Services

from .groups import openapi
from .reading import read_aloud

PLACE = files(__package__) / "pages"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

Handler = Callable[[web.Request], Awaitable[web.Response]]


def pages(services: Services) -> list[web.RouteDef]:
    """What a browser may open."""

    def about() -> bytes:
        company = services.settings.company_name
        return _page(company, _home(company))

    return [
        web.get("/about", _answer("text/html", about)),
        web.get("/join", _answer("text/html", (PLACE / "join.html").read_bytes)),
        web.get("/api/docs", _answer("text/html", lambda: _described()[1])),
        web.get("/api/openapi.json", _answer("application/json", lambda: _described()[0])),
        web.get("/pages/page.css", _answer("text/css", (PLACE / "page.css").read_bytes)),
        web.get("/pages/join.js", _answer("text/javascript", (PLACE / "join.js").read_bytes)),
    ]


@cache
def _described() -> tuple[bytes, bytes]:
    """The API's document for programs, and for people; made when first asked for, so that no start waits for it."""
    document = openapi()
    return orjson.dumps(document), _page("The API", read_aloud(document))


def _answer(kind: str, body: Callable[[], bytes]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        headers = HEADERS | {"Cache-Control": "no-cache"}
        return web.Response(body=body(), content_type=kind, charset="utf-8", headers=headers)

    return answer


def filled(page: str, words: Mapping[str, str], facts: Mapping[str, str], **parts: str) -> str:
    """A page of `pages/` with its words and these facts, which may be anything; `parts` are pages themselves."""
    safe = {name: escape(value) for name, value in facts.items()}
    said = {name: word.format_map(defaultdict(str, safe)) for name, word in words.items()}
    return _template(page).format(**said | safe | parts)


@cache
def _template(page: str) -> str:
    return (PLACE / f"{page}.html").read_text(encoding="utf-8")


def _page(title: str, body: str) -> bytes:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        '<link rel="stylesheet" href="/pages/page.css">\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    ).encode()


def _home(company: str) -> str:
    return f"""<h1>{escape(company)}</h1>
<p>The company's own messaging server: wecom {escape(version("wecom"))}.</p>
<dl>
<dt>People</dt>
<dd>talk in <a href="/app/">the web app</a>, which installs on telephones too, or in the terminal client:
<code>wecom chat --url</code> and this address; they sign in with userid, mobile number or e-mail address.</dd>
<dt>Administrators</dt>
<dd>work in <a href="/console/">the console</a>.</dd>
<dt>Gates</dt>
<dd>verify health codes at a door, also without a network: a tablet or telephone that opens
<a href="/gate/">this page</a> becomes one.</dd>
<dt>Clients</dt>
<dd>speak the API under <code>/api</code>: <a href="/api/docs">what it offers</a>,
<a href="/api/openapi.json">for programs</a>; live changes come over the socket at <code>/api/socket</code>.</dd>
<dt>Apps</dt>
<dd>speak WeCom's API under <code>/cgi-bin/</code>: point an unmodified SDK here
(<a href="/cgi-bin/openapi.json">what is answered</a>).</dd>
<dt>Operators</dt>
<dd>look at <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a> and <code>/metrics</code>.</dd>
</dl>"""

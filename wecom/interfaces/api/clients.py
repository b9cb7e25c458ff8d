"""The web clients, as they were built: the employee app under /app/, the console under /console/, gates under /gate/.

They are single pages that find their way by the address, so every address under them answers with the page. What the
page names carries its own hash in its name, and is kept for a year; the page itself is asked for every time. A
built file lies beside its compressed forms, of which aiohttp sends the one that the browser takes.
"""

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from pathlib import Path

import orjson
from aiohttp import web

from wecom.services import Services

DIST = Path(str(files("wecom"))) / "webapp" / "dist"
CLIENTS = ("app", "console", "gate")
COMPRESSED = {".br", ".gz"}
YEAR = 365 * 24 * 3600

SDK = "sdk/jweixin.js"
SDK_PATHS = ("/open/js/jweixin", "/wwopen/js/jwxwork")
"""Where Tencent's JS-SDK lies on its hosts: pages of apps change the host and nothing else."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; img-src 'self' data: blob: https: http:; "
    "{frames}base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Pictures may come from elsewhere because articles name theirs; what runs, and what is spoken to, may not."""

WORKER_POLICY = "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'"
"""It fetches the app's own files, and the pictures of the notifications that it shows."""

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def clients(services: Services) -> list[web.RouteDef]:
    """The pages of all clients, and what they are made of."""
    found = _built()
    return [
        web.get("/", _to("/app/")),
        *(web.get(f"/{name}", _to(f"/{name}/")) for name in CLIENTS),
        web.get("/app/manifest.webmanifest", _manifest(services, "app", "standalone")),
        web.get("/gate/manifest.webmanifest", _manifest(services, "gate", "fullscreen")),
        *(web.get(f"/{name}/sw.js", _file(found, f"{name}/sw.js")) for name in ("app", "gate")),
        *(web.get(f"{path}-{{version:[0-9.]+}}.js", _file(found, SDK)) for path in SDK_PATHS),
        *(web.get(f"/{name}/{{rest:.*}}", _file(found, f"{name}/index.html")) for name in CLIENTS),
        web.get("/{name:(?:assets|icons)/.*}", _file(found)),
    ]


def _built() -> Mapping[str, Path]:
    """What there is, by name: nothing else is ever opened."""
    if not DIST.is_dir():
        return {}
    paths = (path for path in DIST.rglob("*") if path.is_file() and path.suffix not in COMPRESSED)
    return {path.relative_to(DIST).as_posix(): path for path in paths}


def _file(found: Mapping[str, Path], fixed: str = "") -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        name = fixed or request.match_info["name"]
        if name not in found:
            if found:
                return web.Response(status=404, text="There is nothing at this address: check it.\n")
            return web.Response(status=503, text="The web clients are not built: run `make setup`.\n")
        return web.FileResponse(found[name], headers=_headers(name))

    return answer


def _headers(name: str) -> dict[str, str]:
    kept = f"public, max-age={YEAR}, immutable" if name.startswith("assets/") else "no-cache"
    headers = HEADERS | {"Cache-Control": kept}
    if name.endswith(".html"):
        # Apps of the company open inside the employee app.
        frames = "frame-src https: http:; " if name.startswith("app/") else ""
        headers |= {"Content-Security-Policy": POLICY.format(frames=frames)}
    if name == SDK:
        headers |= {"Cross-Origin-Resource-Policy": "cross-origin"}
    if name.endswith("sw.js"):
        headers |= {"Content-Security-Policy": WORKER_POLICY}
    return headers


def _manifest(services: Services, client: str, display: str) -> Handler:
    """What a browser needs to install a client (W3C Web Application Manifest)."""
    icons = [{"src": f"/icons/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)]
    icons.append({"src": "/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"})

    async def manifest(request: web.Request) -> web.Response:
        company = services.settings.company_name
        body = orjson.dumps(
            {
                "id": f"/{client}/",
                "name": company,
                "short_name": company[:12],
                "start_url": f"/{client}/",
                "scope": f"/{client}/",
                "display": display,
                "background_color": "#f5f6f8",
                "theme_color": "#f5f6f8",
                "icons": icons,
            }
        )
        headers = HEADERS | {"Cache-Control": "no-cache"}
        return web.Response(body=body, content_type="application/manifest+json", headers=headers)

    return manifest


def _to(address: str) -> Handler:
    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": address, "Cache-Control": "no-cache"})

    return redirect

"""A real browser for the tests: Debian's Chromium, driven by Playwright, and whatever it complained of."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser as Chromium
from playwright.async_api import ConsoleMessage, Page, async_playwright, expect

expect.set_options(timeout=20_000)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Browser:
    """Chromium, sites of somebody else's that it can reach, and what pages in it said was wrong with them."""

    chromium: Chromium
    sites: dict[str, str]
    """By host under example.com, what is said at every address there."""
    complaints: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def person(self, *, width: int = 1280, height: int = 800, locale: str = "en-GB") -> AsyncIterator[Page]:
        """The screen of somebody with cookies of their own."""
        context = await self.chromium.new_context(viewport={"width": width, "height": height}, locale=locale)
        context.set_default_timeout(20_000)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        try:
            yield await context.new_page()
        finally:
            await context.close()

    def forgive(self, word: str) -> None:
        """Let pass what was meant to go wrong, and did."""
        meant = [each for each in self.complaints if word in each]
        assert meant, f"nobody complained of {word}"
        self.complaints = [each for each in self.complaints if each not in meant]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, f"none of {', '.join(NAMES)} is installed: `make test` as root installs chromium"
    sites: dict[str, str] = {}

    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(text=sites[request.host], content_type="text/html", headers={"Referrer-Policy": "origin"})

    app = web.Application()
    app.router.add_get("/{path:.*}", elsewhere)
    async with TestServer(app) as server, async_playwright() as playwright:
        flags = [f"--host-resolver-rules=MAP *.example.com 127.0.0.1:{server.port}"]
        if os.geteuid() == 0:  # who has no sandbox to give; what runs here is our own
            flags.append("--no-sandbox")
        chromium = await playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield Browser(chromium, sites)
        finally:
            await chromium.close()

"""The product as people meet it: `wecom run --demo` over TLS, and Debian's Chromium on its address.

A service worker, the camera and push need HTTPS, so the server speaks it with a certificate of its own, which the
browser is told to trust by the hash of its key.
"""

import os
import re
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser import NAMES
from tests.journeys.certificates import self_signed
from tests.journeys.serving import Serving, serving

DEMO_PASSWORD = "haiqiao-2026"


@dataclass
class Site:
    """A server with the demo company, and how to reach it."""

    server: Serving
    trusting: ssl.SSLContext
    key_hash: str
    """Of its public key, as Chromium's --ignore-certificate-errors-spki-list wants it."""

    @property
    def url(self) -> str:
        return str(self.server.facts["url"])

    @property
    def database(self) -> str:
        """Where its own Postgres listens, as the schema's owner: for what would take too long to be said."""
        command = " ".join(self.server.children()["postgres"].cmdline())
        found = re.search(r'unix_socket_directories="([^"]+)"', command)
        assert found, command
        return f"postgresql://wecom_owner@/wecom?host={quote(found[1])}"

    @asynccontextmanager
    async def client(self, account: str) -> AsyncIterator["Caller"]:
        """Somebody who works without a browser: for what a test needs to be there."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=self.trusting)) as http:
            caller = Caller(http, self.url)
            body = {"account": account, "password": DEMO_PASSWORD, "kind": "bearer"}
            caller.token = (await caller.ask("POST", "/api/session", json=body))["token"]
            yield caller


@dataclass
class Caller:
    """A session of the API."""

    http: aiohttp.ClientSession
    url: str
    token: str = ""

    async def ask(self, method: str, path: str, **about: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.http.request(method, self.url + path, headers=headers, **about) as answer:
            told = await answer.json()
        assert answer.status == 200, (method, path, answer.status, told)
        return told

    async def group(self, name: str, *userids: str) -> int:
        """A group of oneself and others."""
        members = [await self.member(each) for each in userids]
        made = await self.ask("POST", "/api/conversations", json={"name": name, "member_ids": members})
        return int(made["id"])

    async def member(self, userid: str) -> int:
        found = (await self.ask("GET", "/api/members/search", params={"q": userid}))["members"]
        return int(next(each["id"] for each in found if each["userid"] == userid))

    async def say(self, conversation_id: int, text: str, **more: Any) -> int:
        body = {"client_id": os.urandom(8).hex(), "body": {"msgtype": "text", "content": text}, **more}
        return int((await self.ask("POST", f"/api/conversations/{conversation_id}/messages", json=body))["seq"])


@contextmanager
def open_site(place: Path, **settings: str) -> Iterator[Site]:
    """Serve the demo company from this directory."""
    _refuse_a_bundle_of_yesterday()
    certificate = self_signed(place)
    with serving(place / "data", "--demo", **certificate.settings, **settings) as server:
        yield Site(server, ssl.create_default_context(cafile=str(certificate.path)), certificate.key_hash)


@asynccontextmanager
async def open_chromium(key_hash: str, *flags: str) -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, f"none of {', '.join(NAMES)} is installed: `make test` as root installs chromium"
    given = [f"--ignore-certificate-errors-spki-list={key_hash}", *flags]
    if os.geteuid() == 0:  # who has no sandbox to give; what runs here is our own
        given.append("--no-sandbox")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=given)
        try:
            yield chromium
        finally:
            await chromium.close()


def _refuse_a_bundle_of_yesterday() -> None:
    """Clients that were built before they were last changed fail in ways that say nothing about either."""
    webapp = Path(str(files("wecom"))) / "webapp"
    folders = {path for path in webapp.iterdir() if path.is_dir()} - {webapp / "node_modules", webapp / "dist"}
    other = (".gen.ts", ".test.ts", ".py", ".pyc")
    sources = [path for folder in folders for path in folder.rglob("*.*") if not path.name.endswith(other)]
    changed = max(path.stat().st_mtime for path in sources)
    built = [path.stat().st_mtime for path in (webapp / "dist").glob("*") if path.name in (".made-of", "app")]
    if changed > max(built, default=0):
        pytest.exit("the web clients are older than their sources: `make dev` builds them", returncode=1)

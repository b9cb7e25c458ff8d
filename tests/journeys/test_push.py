"""Pushing while the worker is killed: whoever is away is told all the same, and sees one notification."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.features.notify.push_service import Browser, push_service

from .serving import Browserless, serving


@pytest.fixture
def place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="wecom-push-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


async def test_a_push_outlives_the_worker_that_had_begun_it(place: Path) -> None:
    settings = {"WECOM_PUSH_NETWORKS": "127.0.0.0/8", "WECOM_PUSH_AFTER_SECONDS": "0.5"}
    with serving(place / "data", "--demo", **settings) as server:
        async with push_service() as service, aiohttp.ClientSession() as http:
            sender, away = (Browserless(http, server.facts["url"]) for _ in range(2))
            one, other = server.facts["members"][1:3]
            await sender.sign_in(one)
            told = await away.sign_in(other)
            browser = Browser()
            key = (await away.get("/api/push/key"))["public_key"]
            await away.post("/api/push/subscriptions", **service.subscription(browser, key))
            browser.slow = 5
            direct = (await sender.post("/api/conversations/direct", member_id=told["me"]["id"]))["id"]
            for n in range(3):
                body = {"msgtype": "text", "content": f"hallo {n}"}
                sent = await sender.post(f"/api/conversations/{direct}/messages", client_id=str(n), body=body)
            await until(lambda: service.under_way > 0, 20)
            server.children()["worker"].kill()
            browser.slow = 0
            await until(lambda: service.asked > 1, 60)
            await until(lambda: service.under_way == 0, 20)
            mine = [push for push in browser.got if push.said["conversation_id"] == direct]
            assert mine and {push.said["seq"] for push in mine} == {sent["seq"]}
            assert len({push.headers["Topic"] for push in mine}) == 1 and not service.refused


async def until(it_is_so: object, within: float) -> None:
    assert callable(it_is_so)
    end = time.monotonic() + within
    while not it_is_so():
        assert time.monotonic() < end, "it never came to that"
        await asyncio.sleep(0.02)

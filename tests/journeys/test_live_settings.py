"""Settings that are changed while `wecom run` serves: all its processes follow, and those that come after them."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from .serving import Browserless, Serving, serving

PATH = "/api/console/settings"
WITHIN = 2.0
LOOKS = 12
"""Connections of their own: the kernel spreads them over the processes."""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wecom-live-") as place:
        Path(place).chmod(0o755)
        yield Path(place) / "data"


async def largest(url: str) -> set[str]:
    """How large a file may be, as each of several connections is told."""

    async def one() -> str:
        async with aiohttp.ClientSession() as http, http.options(f"{url}/api/uploads") as answer:
            return answer.headers["Tus-Max-Size"]

    return set(await asyncio.gather(*(one() for _ in range(LOOKS))))


async def change(server: Serving, http: aiohttp.ClientSession, **values: Any) -> None:
    admin = Browserless(http, server.facts["url"])
    await admin.sign_in(server.facts["admin"])
    headers = {"Authorization": f"Bearer {admin.token}"}
    async with http.patch(server.facts["url"] + PATH, json=values, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


async def test_all_processes_follow_and_those_that_come_after_them(data_dir: Path) -> None:
    async with aiohttp.ClientSession() as http:
        with serving(data_dir, "--demo", processes=2, WECOM_UPLOAD_MB="50") as server:
            url = server.facts["url"]
            assert await largest(url) == {str(50 << 20)}
            await change(server, http, upload_mb=7)
            ends = time.monotonic() + WITHIN
            while (told := await largest(url)) != {str(7 << 20)}:
                assert time.monotonic() < ends, told
            server.children()["web"].kill()
            await asyncio.sleep(1)
            await Browserless(http, url).until_well()
            assert await largest(url) == {str(7 << 20)}, "the new process too, before it serves"
            command = [sys.executable, "-m", "wecom", "--data-dir", str(data_dir), "settings", "--changed"]
            printed = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=60)
            assert printed.stdout.decode() == "WECOM_UPLOAD_MB=7 (otherwise 100)\n", printed.stderr
        with serving(data_dir, "--demo", processes=2, WECOM_UPLOAD_MB="60") as server:
            url = server.facts["url"]
            assert await largest(url) == {str(7 << 20)}
            await change(server, http, upload_mb=None)
            ends = time.monotonic() + WITHIN
            while (told := await largest(url)) != {str(60 << 20)}:
                assert time.monotonic() < ends, told
    assert '"bug"' not in json.dumps((data_dir.with_suffix(".log")).read_text())

"""Large files on a real server: resumed after its process was killed, and never whole in its memory."""

import asyncio
import base64
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest

from .serving import Browserless, Serving, serving

MEGABYTE = 1 << 20
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def server() -> Iterator[Serving]:
    place = Path(tempfile.mkdtemp(prefix="wecom-large-"))
    place.chmod(0o755)
    with serving(place / "data", "--demo", processes=1) as running:
        yield running
    shutil.rmtree(place, ignore_errors=True)


class Uploader:
    """Somebody who uploads, signed in."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self.http, self.url, self.headers = http, url, TUS | {"Authorization": f"Bearer {token}"}

    async def begin(self, size: int) -> str:
        metadata = "filename " + base64.b64encode("大文件.bin".encode()).decode()
        headers = self.headers | {"Upload-Length": str(size), "Upload-Metadata": metadata}
        async with self.http.post(self.url + "/api/uploads", headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            return self.url + answer.headers["Location"]

    async def stands(self, address: str) -> int:
        async with self.http.head(address, headers=self.headers) as answer:
            assert answer.status == 200
            return int(answer.headers["Upload-Offset"])

    async def send_on(self, address: str, data: bytes, at: int, pace: float = 0) -> int:
        async def pieces() -> AsyncIterator[bytes]:
            for start in range(at, len(data), MEGABYTE):
                yield data[start : start + MEGABYTE]
                await asyncio.sleep(pace)

        headers = self.headers | {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        async with self.http.patch(address, data=pieces(), headers=headers) as answer:
            assert answer.status == 204, await answer.text()
            return int(answer.headers["Upload-Offset"])


@pytest.fixture
async def uploader(server: Serving) -> AsyncIterator[tuple[Uploader, Browserless]]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(120)) as http:
        client = Browserless(http, server.facts["url"])
        await client.sign_in(server.facts["members"][0])
        yield Uploader(http, server.facts["url"], client.token), client


async def test_an_upload_goes_on_where_a_killed_process_left_it(
    server: Serving, uploader: tuple[Uploader, Browserless]
) -> None:
    uploads, client = uploader
    data = os.urandom(40 * MEGABYTE)
    address = await uploads.begin(len(data))
    sending = asyncio.ensure_future(uploads.send_on(address, data, 0, pace=0.05))
    while await uploads.stands(address) < 16 * MEGABYTE:
        await asyncio.sleep(0.02)
    server.children()["web"].kill()
    with pytest.raises(aiohttp.ClientError):
        await sending
    await client.until_well()
    at = await uploads.stands(address)
    assert 16 * MEGABYTE <= at < len(data), "no more is lost than came since it was last made safe"
    assert await uploads.send_on(address, data, at) == len(data)
    assert await _comes_back(uploads, client, address) == hashlib.sha256(data).hexdigest()


async def test_a_hundred_megabytes_go_through_a_few(server: Serving, uploader: tuple[Uploader, Browserless]) -> None:
    uploads, client = uploader
    web = server.children()["web"]
    data = os.urandom(100 * MEGABYTE)
    await uploads.stands(await uploads.begin(1))
    before, most = web.memory_info().rss, 0
    watching = True

    async def watch() -> None:
        nonlocal most
        while watching:
            most = max(most, web.memory_info().rss)
            await asyncio.sleep(0.02)

    watcher = asyncio.ensure_future(watch())
    started = time.monotonic()
    address = await uploads.begin(len(data))
    assert await uploads.send_on(address, data, 0) == len(data)
    up = time.monotonic() - started
    started = time.monotonic()
    assert await _comes_back(uploads, client, address) == hashlib.sha256(data).hexdigest()
    down = time.monotonic() - started
    watching = False
    await watcher
    print(f"up {100 / up:.0f} MB/s, down {100 / down:.0f} MB/s, {(most - before) / MEGABYTE:.1f} MB more memory")
    assert most - before < 30 * MEGABYTE
    assert not [each for each in psutil.Process(web.pid).open_files() if "unfinished" in each.path]


async def _comes_back(uploads: Uploader, client: Browserless, address: str) -> str:
    """The digest of what somebody fetches who takes part."""
    listed = (await client.get("/api/conversations"))["conversations"]
    id = next(each["id"] for each in listed if each["kind"] == "group")
    body = {"msgtype": "file", "upload": address.rpartition("/")[2]}
    said = await client.post(f"/api/conversations/{id}/messages", client_id=body["upload"], body=body)
    digest = hashlib.sha256()
    path = f"{client.url}/api/conversations/{id}/messages/{said['seq']}/file"
    async with uploads.http.get(path, headers=uploads.headers) as answer:
        assert answer.status == 200
        async for piece in answer.content.iter_any():
            digest.update(piece)
    return digest.hexdigest()

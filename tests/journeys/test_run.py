"""`wecom run`: it starts, says how to reach it, survives its own processes, and loses nothing."""

import asyncio
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from tests.conftest import TestServers
from wecom.interfaces.cli import demo
from wecom.interfaces.cli.prepare import is_reachable
from wecom.settings import Settings

from .certificates import self_signed
from .serving import Browserless, Serving, serving

ACCOUNT = {"userid", "password"}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="wecom-run-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def made(place: Path) -> Path:
    """A data directory with the demo in it, made once."""
    with serving(place / "made", "--demo"):
        pass
    return place / "made"


@pytest.fixture(scope="module")
def shared(place: Path, made: Path) -> Iterator[Serving]:
    """A server for the tests that leave it well."""
    subprocess.run(["cp", "-a", made, place / "shared"], check=True)
    with serving(place / "shared", "--demo", processes=2, WECOM_METRICS_TOKEN="letmesee") as server:
        yield server


@pytest.fixture
def data_dir(place: Path, made: Path, request: pytest.FixtureRequest) -> Path:
    """A directory for a server of one test's own."""
    copy = place / re.sub(r"\W", "_", request.node.name)[-30:]
    subprocess.run(["cp", "-a", made, copy], check=True)
    return copy


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_it_says_how_to_reach_it_and_lets_everybody_in(shared: Serving, http: aiohttp.ClientSession) -> None:
    facts = shared.facts
    assert facts["pid"] == shared.process.pid
    assert re.fullmatch(r"w[wx]\w{16}", facts["corpid"])
    assert len(facts["members"]) >= 5 and len(facts["apps"]) >= 2 and len(facts["robots"]) >= 1
    assert all(set(each) >= {"agentid", "name", "secret"} for each in facts["apps"])
    assert all(set(each) >= {"key", "chatid"} for each in facts["robots"])
    for account in (facts["admin"], facts["auditor"], facts["department_admin"], *facts["members"]):
        assert set(account) == ACCOUNT
        told = await Browserless(http, facts["url"]).sign_in(account)
        assert told["me"]["userid"] == account["userid"]
    for secret in (facts["contact_secret"], *(app["secret"] for app in facts["apps"])):
        query = {"corpid": facts["corpid"], "corpsecret": secret}
        async with http.get(f"{facts['url']}/cgi-bin/gettoken", params=query) as answer:
            assert (await answer.json())["errcode"] == 0
    printed = shared.log.read_text()
    assert facts["url"] in printed and facts["admin"]["userid"] in printed


async def test_metrics_count_every_process(shared: Serving, http: aiohttp.ClientSession) -> None:
    url = shared.facts["url"]
    client = Browserless(http, url)
    await client.sign_in(shared.facts["members"][0])
    for _ in range(20):
        async with aiohttp.ClientSession() as other:  # a connection each, so that both processes get some
            async with other.get(f"{url}/api/me", headers={"Authorization": f"Bearer {client.token}"}) as answer:
                assert answer.status == 200
    async with http.get(f"{url}/metrics") as answer:
        text = await answer.text()
    [count] = re.findall(r'wecom_http_request_seconds_count{[^}]*path="/api/me"[^}]*} ([\d.]+)', text)
    assert float(count) == 20
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    async with http.get(f"{url}/metrics", headers=proxied) as answer:
        assert answer.status == 403
    async with http.get(f"{url}/metrics", headers=proxied | {"Authorization": "Bearer letmesee"}) as answer:
        assert answer.status == 200


async def test_what_is_not_there_is_said_as_each_interface_says_it(
    shared: Serving, http: aiohttp.ClientSession
) -> None:
    url = shared.facts["url"]
    async with http.get(f"{url}/api/nothing") as answer:
        assert answer.status == 404 and (await answer.json())["error"] == "NoSuchAddress"
        assert "Server" not in answer.headers
    async with http.delete(f"{url}/api/me") as answer:
        assert answer.status == 405 and "GET" in answer.headers["Allow"]
    async with http.put(f"{url}/cgi-bin/gettoken") as answer:
        assert answer.status == 200 and (await answer.json())["errcode"] != 0
    lines = [json.loads(line) for line in shared.log.read_text().splitlines() if line.startswith("{")]
    assert not [line for line in lines if line["level"] in ("WARNING", "ERROR")]


@pytest.mark.parametrize("part", ["web", "worker", "postgres", "valkey"])
async def test_what_is_killed_comes_back(shared: Serving, http: aiohttp.ClientSession, part: str) -> None:
    client = Browserless(http, shared.facts["url"])
    await client.sign_in(shared.facts["members"][0])
    took = []
    for _ in range(2):
        victim = shared.children()[part]
        victim.kill()
        psutil.wait_procs([victim], 20)
        # A web process is back when the supervisor has forked it, and well when it has said so itself.
        took.append(await _whole_again(shared, within=30))
        await client.until_well()
        assert (await client.get("/api/me"))["userid"] == shared.facts["members"][0]["userid"]
    assert min(took) < (1.5 if part in ("web", "worker") else 5), "the better one: the machine may have been busy"


async def test_it_ends_in_time_and_keeps_everything_for_the_next_start(
    data_dir: Path, http: aiohttp.ClientSession
) -> None:
    with serving(data_dir, "--demo", processes=2) as server:
        client = Browserless(http, server.facts["url"])
        await client.sign_in(server.facts["members"][0])
        group = (await client.post("/api/conversations", name="午饭", member_ids=[]))["id"]
        family = psutil.Process(server.process.pid).children(recursive=True)
        _, idle = await asyncio.open_connection(*_address(server))
        acknowledged: set[str] = set()
        talk = asyncio.create_task(_talk(client, group, acknowledged))
        await asyncio.sleep(0.3)
        assert await asyncio.to_thread(server.stop) < 10
        await talk
        idle.close()
        assert acknowledged
        assert server.process.returncode == 0
        assert not any(each.is_running() for each in family)
        assert "Traceback" not in server.log.read_text()
        before = server.facts
    with serving(data_dir, "--demo") as server:
        # What the clock says depends on what else runs here; the work that a start takes does not.
        took = psutil.Process(server.process.pid).cpu_times()
        assert took.user + took.system + took.children_user + took.children_system < 5
        assert _lasting(server.facts) == _lasting(before)
        assert acknowledged <= await _kept(server, http, client.token, group)


async def test_nothing_committed_is_lost_when_everything_is_killed(data_dir: Path, http: aiohttp.ClientSession) -> None:
    with serving(data_dir, "--demo") as server:
        client = Browserless(http, server.facts["url"])
        await client.sign_in(server.facts["members"][0])
        group = (await client.post("/api/conversations", name="午饭", member_ids=[]))["id"]
        acknowledged: set[str] = set()
        talk = asyncio.create_task(_talk(client, group, acknowledged))
        async with asyncio.timeout(20):
            while len(acknowledged) <= 20:
                await asyncio.sleep(0.01)
        await asyncio.to_thread(server.kill_everything)
        await talk
    with serving(data_dir, "--demo") as server:
        assert acknowledged <= await _kept(server, http, client.token, group)
        children = list(server.children().values())
        server.process.kill()
        server.process.wait()
        _, alive = await asyncio.to_thread(psutil.wait_procs, children, 5)
        assert not alive, "children outlive the supervisor"


async def test_it_serves_on_servers_that_are_named_and_speaks_tls(
    test_servers: TestServers, redis_url: str, place: Path, http: aiohttp.ClientSession
) -> None:
    certificate = self_signed(place)
    async with test_servers.cloned("template1") as database:
        settings = {
            "WECOM_DATABASE_URL": test_servers.url("postgres", database),
            "WECOM_REDIS_URL": redis_url,
        }
        with serving(place / "named", **settings, **certificate.settings) as server:
            assert server.facts["url"].startswith("https://127.0.0.1:")
            assert set(server.children()) == {"web", "worker"}
            trusting = ssl.create_default_context(cafile=str(certificate.path))
            async with http.get(f"{server.facts['url']}/readyz", ssl=trusting) as answer:
                assert await answer.json() == {"ready": True, "missing": []}


async def test_a_port_in_use_is_said_in_a_sentence(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "wecom", "run", "--port", str(taken.getsockname()[1])]
        ended = subprocess.run([*command, "--data-dir", str(data_dir)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "is in use" in ended.stderr and "Traceback" not in ended.stderr


def _address(server: Serving) -> tuple[str, int]:
    host, _, port = server.facts["url"].removeprefix("http://").rpartition(":")
    return host, int(port)


async def _whole_again(server: Serving, within: float) -> float:
    started = time.monotonic()
    while time.monotonic() < started + within:
        with suppress(psutil.NoSuchProcess):
            if set(server.children()) == {"web", "worker", "postgres", "valkey"}:
                return time.monotonic() - started
        await asyncio.sleep(0.02)
    raise AssertionError(f"something is not back: {server.log.read_text()[-2000:]}")


async def _talk(client: Browserless, group: int, acknowledged: set[str]) -> None:
    """Say numbered things until the server is gone, and note what was acknowledged."""
    try:
        while len(acknowledged) < 10_000:
            client_id = f"n{len(acknowledged)}"
            body = {"msgtype": "text", "content": client_id}
            await client.post(f"/api/conversations/{group}/messages", client_id=client_id, body=body)
            acknowledged.add(client_id)
    except (aiohttp.ClientError, AssertionError):
        pass


async def _kept(server: Serving, http: aiohttp.ClientSession, token: str, group: int) -> set[str]:
    """Client ids of all that was said in a group."""
    client, kept, before = Browserless(http, server.facts["url"]), set(), 2**60
    client.token = token
    while page := (await client.get(f"/api/conversations/{group}/messages", limit=200, before=before))["messages"]:
        kept |= {each["client_id"] for each in page}
        before = page[0]["seq"]
    return kept


def _lasting(facts: dict[str, Any]) -> dict[str, Any]:
    """What every start says alike."""
    return {name: value for name, value in facts.items() if name not in ("url", "pid", "processes")}


async def test_the_demos_password_is_the_servers_own_once_others_can_reach_it(
    data_dir: Path, http: aiohttp.ClientSession
) -> None:
    with serving(data_dir, "--demo") as server:
        published = server.facts["admin"]
        assert published["password"] == demo.PUBLISHED
    with serving(data_dir, "--demo", WECOM_HOST="0.0.0.0") as server:
        own = server.facts["admin"]
        assert own["password"] not in (demo.PUBLISHED, "") and own["password"] in server.log.read_text()
        assert await _signs_in(http, server, own) and not await _signs_in(http, server, published)
    with serving(data_dir, "--demo") as server:
        assert server.facts["admin"] == own
        assert await _signs_in(http, server, own)


async def _signs_in(http: aiohttp.ClientSession, server: Serving, account: dict[str, str]) -> bool:
    body = {"account": account["userid"], "password": account["password"], "kind": "bearer"}
    async with http.post(f"{server.facts['url']}/api/session", json=body) as answer:
        return answer.status == 200


@pytest.mark.parametrize(
    ("host", "public_url", "reachable"),
    [
        ("127.0.0.1", "", False),
        ("localhost", "http://localhost:8080", False),
        ("::1", "http://[::1]:8080", False),
        ("127.0.0.1", "https://chat.example", True),
        ("0.0.0.0", "http://127.0.0.1:8080", True),
        ("192.0.2.7", "", True),
        ("chat.example", "", True),
    ],
)
def test_what_others_can_reach(host: str, public_url: str, reachable: bool) -> None:
    assert is_reachable(Settings(host=host, public_url=public_url)) is reachable

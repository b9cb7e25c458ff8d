"""Real servers for every test: one Postgres and one Valkey per test process, a fresh database per test."""

import asyncio
import contextlib
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from pydantic import SecretStr
from redis import asyncio as aioredis
from redis.exceptions import TimeoutError as RedisTimeout

from wecom.foundation.db import Pool, Tx, open_pool, transaction
from wecom.foundation.embedded import Servers, embedded_servers
from wecom.migrations.run import migrate
from wecom.settings import Settings

if TYPE_CHECKING:
    from tests.browser import Browser
    from tests.world import World
    from wecom.services import Services


MEMORY = Path("/dev/shm")
ROOM = 3 << 30


def pytest_configure(config: pytest.Config) -> None:
    """Files of tests lie in memory where there is room, and else in /tmp, whose name is short enough for sockets.

    A database of a test's own is some 350 files: on a slow disk, most tests would spend their time on making them.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    os.environ.setdefault("TMPDIR", str(MEMORY if roomy else "/tmp"))
    tempfile.tempdir = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write what is replayed to tests/recorded/")


@dataclass
class TestServers:
    """The servers of this test process, and the databases cloned on them."""

    __test__ = False

    servers: Servers
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    templates: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    """Databases that no test needs any more."""

    def url(self, role: str, database: str) -> str:
        return self.servers.owner_url.replace("wecom_owner@/wecom", f"{role}@/{database}")

    async def ensure_template(
        self, name: str, fill: Callable[[str], Awaitable[None]], *, of: str = "template1"
    ) -> None:
        """A database to clone, made once: `fill` is given its owner's URL."""
        if name in self.templates:
            return
        await self.admin(_clone(name, of))
        await fill(self.url("wecom_owner", name))
        await self.admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self.templates.add(name)

    @asynccontextmanager
    async def cloned(self, template: str) -> AsyncIterator[str]:
        """The name of a new database; those of earlier tests are dropped on the way."""
        name = f"test{next(self.numbers)}"
        dropped, self.done = self.done, []
        await self.admin(*(f"DROP DATABASE {each} WITH (FORCE)" for each in dropped), _clone(name, template))
        try:
            yield name
        finally:
            self.done.append(name)

    async def admin(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.url("postgres", "postgres"))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def _clone(name: str, template: str) -> str:
    # Copying files takes half of what writing every page through the log does, which is the default.
    return f"CREATE DATABASE {name} OWNER wecom_owner TEMPLATE {template} STRATEGY FILE_COPY"


@pytest.fixture(scope="session")
def test_servers() -> Iterator[TestServers]:
    place = Path(tempfile.mkdtemp(prefix="wecom-tests-"))
    with asyncio.Runner() as runner:
        running = embedded_servers(place, durable=False)
        try:
            yield TestServers(runner.run(_enter(running)))
        finally:
            runner.run(_leave(running))
            shutil.rmtree(place, ignore_errors=True)


async def _enter(running: AbstractAsyncContextManager[Servers]) -> Servers:
    return await running.__aenter__()


async def _leave(running: AbstractAsyncContextManager[Servers]) -> None:
    await running.__aexit__(None, None, None)


@pytest.fixture
async def database(test_servers: TestServers, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The name of this test's own database; where the test uses `services` or `world`, the cast is in it."""
    await test_servers.ensure_template("migrated", migrate)
    template = "migrated"
    if "services" in request.fixturenames:
        from tests.world import populate

        template = "populated"
        await test_servers.ensure_template(template, populate, of="migrated")
    async with test_servers.cloned(template) as name:
        yield name


@pytest.fixture
def database_url(test_servers: TestServers, database: str) -> str:
    """As the application's role, so that what it may not do fails here too."""
    return test_servers.url("wecom_app", database)


@pytest.fixture
def owner_url(test_servers: TestServers, database: str) -> str:
    return test_servers.url("wecom_owner", database)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database_url, size=20)
    yield pool
    await pool.close()


@pytest.fixture
async def owner(owner_url: str) -> AsyncIterator[Pool]:
    """The schema's owner, who may do what the application may not."""
    pool = await open_pool(owner_url, size=2)
    yield pool
    await pool.close()


@pytest.fixture
async def tx(pool: Pool) -> AsyncIterator[Tx]:
    """A transaction that commits when the test has passed."""
    async with transaction(pool) as tx:
        yield tx


@pytest.fixture
def redis_url(test_servers: TestServers) -> str:
    return test_servers.servers.redis_url


@pytest.fixture
async def redis(redis_url: str) -> "AsyncIterator[aioredis.Redis[bytes]]":
    client: aioredis.Redis[bytes] = aioredis.from_url(redis_url, socket_connect_timeout=30)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        database_owner_url=SecretStr(database_url.replace("wecom_app", "wecom_owner")),
        redis_url=SecretStr(redis_url),
        secret_key=SecretStr("for the tests and nothing else, ever"),
    )


@pytest.fixture
async def services(settings: Settings, redis: "aioredis.Redis[bytes]") -> "AsyncIterator[Services]":
    """What a process is made of, in the company of `tests.world`."""
    from wecom.services import open_services

    async with open_services(settings) as services:
        # Two connections that are there: the Redis client swallows a cancellation while it connects, and a test that
        # ends at once would wait a second for what was cancelled so.
        for _ in range(5):
            with contextlib.suppress(RedisTimeout):  # on a machine that is busy with everything else
                await asyncio.gather(services.redis.ping(), services.redis.ping())
                break
        yield services


@pytest.fixture
async def world(services: "Services") -> "AsyncIterator[World]":
    """The cast, and what they do: see `tests.world`."""
    from tests.world import open_world

    async with open_world(services) as world:
        yield world


def pytest_sessionfinish() -> None:
    """Under `make coverage`: a worker that takes long to end is killed, so what it saw is saved before."""
    if (coverage := sys.modules.get("coverage")) and (measuring := coverage.Coverage.current()):
        measuring.save()


LONGEST = (
    "tests/web/test_screens.py",
    "tests/journeys/history/test_history.py",
    "tests/journeys/test_run.py",
    "tests/journeys/test_bad",
    "tests/journeys/test_tutorial.py",
    "tests/interfaces/api/test_guessing.py",
    # Together, so that one worker has its server and its browser while the other asks the database.
    "tests/web/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no worker is left alone with one of them at the end."""
    items.sort(
        key=lambda item: next((n for n, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST))
    )


@pytest.fixture
async def browser() -> "AsyncIterator[Browser]":
    """Chromium; nothing that ran in it may have complained."""
    from tests.browser import open_browser

    async with open_browser() as browser:
        yield browser
    assert browser.complaints == []

"""Postgres and Valkey of our own: what survives what, and what is never left behind."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from redis import asyncio as aioredis

from wecom.foundation.embedded import CannotStart, EmbeddedPostgres, EmbeddedValkey, binaries, embedded_servers
from wecom.foundation.embedded.home import settle

# A supervisor in a process of its own, for being killed.
SUPERVISOR = """
import asyncio, sys
from pathlib import Path
from wecom.foundation.embedded import embedded_servers

async def main():
    async with embedded_servers(Path(sys.argv[1])) as servers:
        print(*servers.pids, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@contextmanager
def short_directory() -> Iterator[Path]:
    # pytest's own temporary directories are long for a socket, and root's are closed to everyone else.
    directory = Path(tempfile.mkdtemp(prefix="we-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def fresh() -> Iterator[Path]:
    """A database just made, to copy, since making one takes a second."""

    async def make(directory: Path) -> None:
        async with embedded_servers(directory):
            pass

    with short_directory() as directory:
        asyncio.run(make(directory))
        yield directory


@pytest.fixture
def empty() -> Iterator[Path]:
    with short_directory() as directory:
        yield directory


@pytest.fixture
def place(fresh: Path, empty: Path) -> Path:
    subprocess.run(["cp", "-a", fresh / "postgres", empty], check=True)
    return empty


@pytest.fixture
async def postgres(place: Path) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(place)
    await server.start()
    yield server
    await server.stop()


async def ask(url: str, question: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def soon(claim: Callable[[], bool]) -> bool:
    async with asyncio.timeout(30):
        while not claim():
            await asyncio.sleep(0.01)
    return True


def gone(*pids: int) -> bool:
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                return False
    return True


def supervise(place: Path) -> tuple[subprocess.Popen[str], list[int]]:
    command = [sys.executable, "-c", SUPERVISOR, place]
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    return supervisor, [int(pid) for pid in supervisor.stdout.readline().split()]


async def test_both_answer_at_the_addresses_they_give(place: Path) -> None:
    async with embedded_servers(place) as servers:
        assert await ask(servers.owner_url, "SELECT current_user") == "wecom_owner"
        assert await ask(servers.database_url, "SELECT current_database()") == "wecom"
        async with aioredis.from_url(servers.redis_url) as redis:
            await redis.set("hello", "你好")
            assert await redis.get("hello") == "你好".encode()
    assert gone(*servers.pids)


async def test_the_application_may_do_nothing_until_a_migration_says_so(postgres: EmbeddedPostgres) -> None:
    await ask(postgres.url("wecom_owner"), "CREATE TABLE public.secret ()")
    for forbidden in ("CREATE TABLE mine ()", "CREATE TEMP TABLE mine ()", "SELECT FROM secret"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(postgres.url("wecom_app"), forbidden)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(postgres.url("wecom_app", "postgres"), "SELECT 1")


async def test_letters_are_letters_whatever_the_script(postgres: EmbeddedPostgres) -> None:
    assert await ask(postgres.url("wecom_app"), "SELECT lower('ÄÖÜ 张三 ΩЖ')") == "äöü 张三 ωж"
    ordered = "SELECT string_agg(w, '' ORDER BY w) FROM unnest(ARRAY['张','a','丁','Z']) w"
    assert await ask(postgres.url("wecom_app"), ordered) == "Za丁张"


async def test_what_was_committed_survives_a_killed_postgres(postgres: EmbeddedPostgres) -> None:
    url, before = postgres.url("wecom_owner"), postgres.pid
    await ask(url, "CREATE TABLE kept AS SELECT 'still here' AS words")
    os.kill(before, signal.SIGKILL)
    assert await soon(lambda: not postgres.running)
    await postgres.start()
    assert postgres.pid != before
    assert await ask(url, "SELECT words FROM kept") == "still here"


async def test_a_killed_postgres_starts_again_though_a_backend_of_it_still_works(
    postgres: EmbeddedPostgres,
) -> None:
    url = postgres.url("wecom_owner")
    busy = asyncio.create_task(ask(url, "SELECT count(*) FROM generate_series(1, 1e9::bigint)"))
    await asyncio.sleep(0.3)
    await postgres.kill()
    await postgres.start()
    assert await ask(url, "SELECT 1") == 1
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await busy


async def test_a_killed_valkey_comes_back_empty_at_the_same_address(empty: Path) -> None:
    valkey = EmbeddedValkey(empty)
    await valkey.start()
    async with aioredis.from_url(valkey.url) as redis:
        await redis.set("presence", "here")
        await valkey.kill()
        await valkey.start()
        assert await redis.get("presence") is None
    await valkey.stop()


async def test_the_second_start_takes_seconds_at_most(place: Path) -> None:
    async with embedded_servers(place):
        pass
    began = time.monotonic()
    async with embedded_servers(place):
        assert time.monotonic() - began < 5


async def test_stopping_does_not_wait_for_those_connected(place: Path) -> None:
    async with embedded_servers(place) as servers:
        connection = await asyncpg.connect(servers.owner_url)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    connection.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
async def test_a_killed_supervisor_leaves_nothing_running(place: Path) -> None:
    supervisor, servers = await asyncio.to_thread(supervise, place)
    children = [child.pid for pid in servers for child in psutil.Process(pid).children(recursive=True)]
    supervisor.kill()
    supervisor.wait()
    assert await soon(lambda: gone(*servers, *children))


async def test_an_orphan_is_stopped_before_another_starts(place: Path) -> None:
    orphans = await orphaned(place)
    async with embedded_servers(place) as servers:
        assert gone(*orphans)
        assert await ask(servers.owner_url, "SELECT words FROM kept") == "still here"


async def orphaned(place: Path) -> tuple[int, int]:
    """Servers on this directory that nobody looks after, as a killed supervisor leaves them on macOS."""
    postgres, valkey = EmbeddedPostgres(place), EmbeddedValkey(place)
    await postgres.start()
    await valkey.start()
    await ask(postgres.url("wecom_owner"), "CREATE TABLE kept AS SELECT 'still here' AS words")
    for server in (postgres, valkey):
        assert server._lock is not None
        os.close(server._lock)
        server._lock = None
    return postgres.pid, valkey.pid


async def test_a_number_used_again_by_another_program_is_left_alone(place: Path) -> None:
    postgres = EmbeddedPostgres(place)
    await postgres.start()
    await postgres.kill()
    with subprocess.Popen(["sleep", "60"], cwd=postgres.directory) as bystander:
        pidfile = postgres.directory / "postmaster.pid"
        pidfile.write_text("\n".join([str(bystander.pid), *pidfile.read_text().splitlines()[1:]]) + "\n")
        await postgres.start()
        assert bystander.poll() is None
        bystander.kill()
    await postgres.stop()


async def test_two_never_share_a_directory(place: Path) -> None:
    async with embedded_servers(place):
        with pytest.raises(CannotStart, match="in use by another process"):
            async with embedded_servers(place):
                pass


async def test_a_first_start_cut_short_begins_anew(empty: Path) -> None:
    postgres = EmbeddedPostgres(empty)
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await postgres.start()
    assert not (empty / "postgres").exists()
    await postgres.start()
    assert await ask(postgres.url("wecom_app"), "SELECT 1") == 1
    await postgres.stop()


async def test_a_server_that_will_not_start_says_why(postgres: EmbeddedPostgres) -> None:
    await postgres.stop()
    with (postgres.directory / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(CannotStart, match="no_such_setting"):
        await postgres.start()
    assert not postgres.running


async def test_a_path_too_long_for_a_socket_gets_a_short_one(empty: Path) -> None:
    deep = empty / ("深" * 30) / "a,b"
    async with embedded_servers(deep, durable=False) as servers:
        assert await ask(servers.database_url, "SHOW fsync") == "off"
        async with aioredis.from_url(servers.redis_url) as redis:
            assert await redis.ping()
    run = settle(deep, durable=False).run
    assert run.parent == Path("/tmp")
    assert run.stat().st_mode & 0o077 == 0
    shutil.rmtree(run)


async def test_a_path_with_odd_characters_is_a_path(empty: Path) -> None:
    async with embedded_servers(empty / 'a b:"c"%20?\'d', durable=False) as servers:
        assert await ask(servers.database_url, "SELECT 1") == 1
        async with aioredis.from_url(servers.redis_url) as redis:
            assert await redis.ping()


@pytest.mark.skipif(not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")), reason="Debian's is not here")
async def test_a_postgres_of_the_machine_serves_where_no_wheel_fits(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_wheel", lambda package: None)
    postgres = EmbeddedPostgres(empty, durable=False)
    await postgres.start()
    assert await ask(postgres.url("wecom_app"), "SELECT lower('ÄÖÜ 张三 ΩЖ')") == "äöü 张三 ωж"
    await postgres.stop()


async def test_data_of_another_postgres_is_refused_and_kept(place: Path) -> None:
    (place / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="Postgres 9, which made the data here, is needed"):
        await EmbeddedPostgres(place).start()
    assert (place / "postgres" / "base").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="as root, Postgres runs as another account")
async def test_a_directory_that_only_root_may_enter_keeps_its_data_elsewhere(empty: Path) -> None:
    closed = empty / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "data"
    async with embedded_servers(data, durable=False) as servers:
        await ask(servers.owner_url, "CREATE TABLE kept AS SELECT 'still here' AS words")
        assert psutil.Process(servers.pids[0]).uids().real != 0
        assert psutil.Process(servers.pids[1]).uids().real != 0
    async with embedded_servers(data, durable=False) as servers:
        assert await ask(servers.owner_url, "SELECT words FROM kept") == "still here"
    assert closed.stat().st_mode & 0o077 == 0
    shutil.rmtree((data / "servers").resolve())

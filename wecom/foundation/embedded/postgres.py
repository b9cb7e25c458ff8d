"""Postgres on a socket in the data directory, with the database and the two roles that the product needs."""

import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil

from wecom.foundation.embedded.binaries import postgres_binary, runnable
from wecom.foundation.embedded.server import READY_WITHIN, Server, until

# In postgresql.conf, where an operator may change it. Parameters and details stay out of the log because they
# are what people wrote to each other.
CONFIGURATION = """
max_connections = 200
shared_buffers = 128MB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d %a '
log_min_duration_statement = 500ms
log_lock_waits = on
log_error_verbosity = terse
log_parameter_max_length = 0
"""

# A line each, since Postgres in its single-user mode takes a line for a statement. The application's role
# owns nothing: what it may do is for migrations to say.
FIRST_STATEMENTS = b"""\
CREATE ROLE wecom_owner LOGIN
CREATE ROLE wecom_app LOGIN
CREATE DATABASE wecom OWNER wecom_owner
REVOKE ALL ON DATABASE wecom, postgres, template1 FROM PUBLIC
GRANT CONNECT ON DATABASE wecom TO wecom_app
"""


class EmbeddedPostgres(Server):
    title = "postgres"
    names = frozenset({"postgres"})
    endings = (signal.SIGINT, signal.SIGQUIT)

    def url(self, role: str, database: str = "wecom") -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.home.run))}"

    async def _prepared(self) -> list[str]:
        made_by = self.directory / "PG_VERSION"
        found, major = postgres_binary(int(made_by.read_text()) if made_by.exists() else None)
        binary = runnable(found, self.home.account)
        if not made_by.exists():
            await self._initialise(binary.parent, major)
        directories = str(self.home.run).replace('"', '""')
        settings = [f'unix_socket_directories="{directories}"', "unix_socket_permissions=0700"]
        settings += ["listen_addresses=", "port=5432"]
        if sys.platform == "linux":
            settings.append("recovery_init_sync_method=syncfs")  # after a crash: one call, not one for each file
        if not self._durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        return [str(binary), "-D", str(self.directory), *(word for it in settings for word in ("-c", it))]

    async def _initialise(self, binaries: Path, major: int) -> None:
        # Under another name until it is whole, so that one cut short is never taken for a database.
        making = self.directory.with_suffix(".new")
        shutil.rmtree(making, ignore_errors=True)
        self.home.own(making)
        # By code point and with all of Unicode's letters, the same on every machine whatever its locales.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if major < 17:
            locale = ["--locale=C", "--locale-provider=icu", "--icu-locale=und"]
        trust = ["--username=postgres", "--auth-local=trust", "--auth-host=reject"]
        sync = [] if self._durable else ["--no-sync"]
        initdb = [str(binaries / "initdb"), "-D", str(making), "--encoding=UTF8", "--data-checksums"]
        await self._finish([*initdb, *locale, *trust, *sync], "making its database")
        with (making / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        await self._finish(
            [str(binaries / "postgres"), "--single", "-D", str(making), "-c", "exit_on_error=on", "postgres"],
            "making its first roles",
            FIRST_STATEMENTS,
        )
        making.rename(self.directory)
        parent = os.open(self.directory.parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)

    async def _finish(self, command: list[str], doing: str, said: bytes = b"") -> None:
        with tempfile.TemporaryFile() as stdin:
            stdin.write(said)
            stdin.seek(0)
            process = self._spawn(command, stdin)
            try:
                ended = await until(lambda: process.poll() is not None, READY_WITHIN)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if not ended or process.returncode != 0:
            raise self.failure(doing)

    def _ready(self, pid: int) -> bool:
        with suppress(FileNotFoundError):
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"
        return False

    def _traces(self) -> tuple[Path, ...]:
        socket = self.home.run / ".s.PGSQL.5432"
        return self.directory / "postmaster.pid", socket, socket.with_suffix(".5432.lock")

    def _addressed(self, orphans: list[psutil.Process], ending: signal.Signals) -> list[psutil.Process]:
        # The postmaster ends its children itself, and in order; a backend that it has lost has to be told.
        leaders = [it for it in orphans if _leads(it, orphans)]
        return leaders if ending is signal.SIGINT and leaders else orphans


def _leads(process: psutil.Process, others: list[psutil.Process]) -> bool:
    with suppress(psutil.NoSuchProcess):
        children = {it.pid for it in process.children()}
        return any(it.pid in children for it in others)
    return False

"""A real server in processes of its own, which can be hurt."""

import asyncio
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil

from wecom.foundation.db import Pool, open_pool
from wecom.foundation.embedded import EmbeddedPostgres

Part = Literal["web", "worker", "postgres", "valkey"]
PARTS: tuple[Part, ...] = ("web", "postgres", "valkey", "worker")


@dataclass
class Server:
    """`wecom run`, and the processes it consists of just now."""

    process: subprocess.Popen[bytes]
    place: Path
    facts: dict[str, Any]
    killed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    @property
    def url(self) -> str:
        url: str = self.facts["url"]
        return url

    def parts(self) -> dict[Part, list[psutil.Process]]:
        """Who does what: databases by their names, web processes by listening, the worker by being left over."""
        port = int(self.url.rpartition(":")[2])
        found: dict[Part, list[psutil.Process]] = {part: [] for part in PARTS}
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                name = child.name()
                if name.startswith("postgres"):
                    found["postgres"].append(child)
                elif name.startswith(("valkey", "redis")):
                    found["valkey"].append(child)
                elif any(each.laddr.port == port for each in child.net_connections("tcp") if each.status == "LISTEN"):
                    found["web"].append(child)
                else:
                    found["worker"].append(child)
        return found

    async def hurt(self, part: Part, which: int = 0) -> bool:
        """Kill one process of a part without a warning; whether there was one."""
        there = self.parts()[part]
        if not there:
            return False
        victim = there[which % len(there)]
        with suppress(psutil.NoSuchProcess):
            victim.send_signal(signal.SIGKILL)
            self.killed[part] += 1
        await asyncio.to_thread(psutil.wait_procs, [victim], 5)
        return True

    async def whole(self, *, webs: int, within: float = 30.0) -> bool:
        """Wait until every part runs again."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            parts = self.parts()
            if len(parts["web"]) == webs and all(parts.values()):
                return True
            await asyncio.sleep(0.1)
        return False

    async def database(self) -> Pool:
        return await open_pool(EmbeddedPostgres(self.place / "data").url("wecom_app"), size=2)

    async def sign_in(self, devices: int, members: int) -> list[tuple[int, str]]:
        """Sessions of so many devices of so many members, put straight into the database: `(member, token)` each."""
        pool = await self.database()
        try:
            rows = await pool.fetch(
                "SELECT id FROM members WHERE left_at IS NULL AND enabled ORDER BY id LIMIT $1", members
            )
            ids = [rows[number % len(rows)]["id"] for number in range(devices)]
            tokens = [secrets.token_urlsafe(32) for _ in ids]
            await pool.execute(
                """
                INSERT INTO sessions (member_id, token_hash, kind, expires_at)
                SELECT m, t, 'bearer', now() + interval '9 days' FROM unnest($1::bigint[], $2::bytea[]) AS x (m, t)
                """,
                ids,
                [hashlib.sha256(token.encode()).digest() for token in tokens],
            )
            return list(zip(ids, tokens, strict=True))
        finally:
            await pool.close()

    def log(self) -> str:
        return (self.place / "log").read_text(errors="replace")


@contextmanager
def running_server(*, processes: int = 2, **settings: str) -> Iterator[Server]:
    """A demo company served from a temporary directory, ended with whatever belongs to it."""
    place = Path(tempfile.mkdtemp(prefix="wecom-history-"))
    place.chmod(0o755)  # so that the account that Postgres runs as may pass
    ready, data = place / "ready.json", place / "data"
    command = [sys.executable, "-m", "wecom", "run", "--demo", "--port", "0", "--processes", str(processes)]
    environment = os.environ | {f"WECOM_{name.upper()}": value for name, value in settings.items()}
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--ready-file", str(ready), "--data-dir", str(data)], stdout=log, stderr=log, env=environment
        )
        try:
            end = time.monotonic() + 180
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(
                        f"the server did not start:\n{(place / 'log').read_text(errors='replace')[-4000:]}"
                    )
                time.sleep(0.05)
            yield Server(process, place, json.loads(ready.read_text()))
        finally:
            family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
            for each in family:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            shutil.rmtree(place, ignore_errors=True)

"""`wecom run` in processes of its own, as an operator has it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil


@dataclass
class Serving:
    """A server that is up, and what it said of itself."""

    process: "subprocess.Popen[bytes]"
    facts: dict[str, Any]
    log: Path
    ready_after: float

    def children(self) -> dict[str, psutil.Process]:
        """Its processes by what they do: `web`, `worker`, `postgres`, `valkey`; of several, the first."""
        port, found = int(self.facts["url"].rpartition(":")[2]), {}
        for child in psutil.Process(self.process.pid).children():
            listens = any(each.laddr.port == port for each in child.net_connections("tcp") if each.status == "LISTEN")
            name = child.name().partition("-")[0]
            kind = name if name in ("postgres", "valkey") else "web" if listens else "worker"
            found.setdefault(kind, child)
        return found

    def stop(self, within: float = 30) -> float:
        """End it as Ctrl-C would; the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(within)
        return time.monotonic() - started

    def kill_everything(self) -> None:
        """As a power cut would: the supervisor first, then whatever is left of it."""
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait(5)
        psutil.wait_procs(family[1:], 5)


@contextmanager
def serving(data_dir: Path, *options: str, processes: int = 1, **settings: str) -> Iterator[Serving]:
    """Serve from this directory, until the block ends."""
    ready, log = data_dir.with_suffix(".ready"), data_dir.with_suffix(".log")
    command = [sys.executable, "-m", "wecom", "run", "--port", "0", "--processes", str(processes)]
    command += ["--data-dir", str(data_dir), "--ready-file", str(ready), *options]
    ready.unlink(missing_ok=True)  # of a server that was killed
    started = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | settings)
    try:
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > started + 180:
                raise AssertionError(f"it does not serve: {log.read_text()[-3000:]}")
            time.sleep(0.01)
        yield Serving(process, json.loads(ready.read_text()), log, time.monotonic() - started)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Browserless:
    """A client of the native API that carries its token itself."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url, self.token = http, url, ""

    async def sign_in(self, account: dict[str, str]) -> dict[str, Any]:
        """A session, from whichever of its processes answers: one that is told to try again does."""
        account = {"account": account["userid"], "password": account["password"], "kind": "bearer"}
        for _ in range(5):
            async with self.http.post(f"{self.url}/api/session", json=account) as answer:
                told: dict[str, Any] = await answer.json()
            if answer.status != 503:
                break
            await asyncio.sleep(float(answer.headers["Retry-After"]))
        assert answer.status == 200, told
        self.token = told["token"]
        return told

    async def post(self, path: str, **body: Any) -> Any:
        return await self._ask("POST", path, json=body)

    async def get(self, path: str, **query: Any) -> Any:
        return await self._ask("GET", path, params=query)

    async def until_well(self, within: float = 60) -> float:
        """Wait until the server is ready again; the seconds that took."""
        started = time.monotonic()
        while time.monotonic() < started + within:
            try:
                async with self.http.get(f"{self.url}/readyz", timeout=aiohttp.ClientTimeout(2)) as answer:
                    if answer.status == 200:
                        return time.monotonic() - started
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.02)
        raise AssertionError(f"not ready within {within} seconds")

    async def _ask(self, method: str, path: str, **what: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.http.request(method, self.url + path, headers=headers, **what) as answer:
            told = await answer.json()
            assert answer.status == 200, told
            return told

"""A child process on a directory of its own: one at a time, and none left over from before."""

import asyncio
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from wecom.foundation.embedded.home import CannotStart, Home, InUse, settle

TICK = 0.01
# A crashed Postgres replays its log before it is ready: that is work, not a hang.
READY_WITHIN = 120.0
STOPPED_WITHIN = 5.0
LARGEST_LOG = 16 * 1024 * 1024
PR_SET_PDEATHSIG = 1

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class Server(ABC):
    title: str
    names: frozenset[str]
    # How it is asked to end, ever less kindly.
    endings: tuple[signal.Signals, ...]

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._data_dir = data_dir
        self._durable = durable
        self._home: Home | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    def home(self) -> Home:
        if self._home is None:
            self._home = settle(self._data_dir, durable=self._durable)
        return self._home

    @property
    def directory(self) -> Path:
        return self.home.directory / self.title

    @property
    def log_path(self) -> Path:
        return self.home.log / f"{self.title}.log"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise CannotStart(f"{self.title} has not been started")
        return self._process.pid

    async def start(self) -> None:
        if self.running:
            return
        self._take_lock()
        try:
            await self._clear_away()
            command = await self._prepared()
            self._process = self._spawn(command)
            await self._until_ready(self._process)
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        try:
            for ending in self.endings:
                if self._process is not None and self.running:
                    self._process.send_signal(ending)
                    await until(lambda: not self.running, STOPPED_WITHIN)
        finally:
            await self.kill()

    async def kill(self) -> None:
        """Ends it as a power cut would, and lets go of the directory."""
        if self._process is not None and self.running:
            self._process.kill()
            self._process.wait()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def let_go(self) -> None:
        """In a forked child: this server is the parent's. The child must not hold its directory's lock."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        # For reading, which is all it takes, so that whose it is does not matter.
        lock = os.open(self.home.directory / f"{self.title}.lock", os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            # The kernel lets go of it when we end, however we end: who holds it knows that nobody looks after
            # what may still be running here.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise InUse(f"{self._data_dir} is in use by another process: stop that one first") from None
        self._lock = lock

    async def _clear_away(self) -> None:
        if any(os.path.lexists(trace) for trace in self._traces()):
            orphans = self._orphans()
            for ending in (*self.endings, signal.SIGKILL):
                for orphan in self._addressed(orphans, ending):
                    with suppress(psutil.NoSuchProcess):
                        orphan.send_signal(ending)
                if await until(lambda: not any(map(_alive, orphans)), STOPPED_WITHIN):
                    break
            else:
                raise CannotStart(f"an earlier {self.title} on {self.directory} does not end")
            for trace in self._traces():
                trace.unlink(missing_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LARGEST_LOG:
            self.log_path.replace(self.log_path.with_suffix(".log.old"))

    def _orphans(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["name"]):
            # They and their children work in their directory, which says whose they are; the number in a file
            # of theirs does not, since numbers are used again.
            with suppress(psutil.Error, OSError):
                if process.info["name"] in self.names and Path(process.cwd()) == self.directory:
                    found.append(process)
        return found

    def _addressed(self, orphans: list[psutil.Process], ending: signal.Signals) -> list[psutil.Process]:
        return orphans

    def _spawn(self, command: list[str], stdin: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        parent, ending, account = os.getpid(), int(self.endings[0]), self.home.account
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}

        def end_with_parent() -> None:
            if _prctl is not None:
                _prctl(PR_SET_PDEATHSIG, ending, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

        log = os.open(self.log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            if account is not None:
                os.fchown(log, account.uid, account.gid)
            # A session of its own, so that Ctrl-C in the terminal reaches only us and we end things in order.
            # A change of account makes the kernel forget whom to end with; preexec_fn runs after that change.
            return subprocess.Popen(
                command,
                cwd=self.home.run,
                env={**environment, "TZ": "UTC", "LC_ALL": "C"},
                stdin=stdin or subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        except (OSError, subprocess.SubprocessError) as refusal:
            who = f" as the account {account.name!r}" if account else ""
            raise CannotStart(f"{command[0]} cannot be run{who}: {refusal}") from None
        finally:
            os.close(log)

    async def _until_ready(self, process: subprocess.Popen[bytes]) -> None:
        await until(lambda: process.poll() is not None or self._ready(process.pid), READY_WITHIN)
        if process.poll() is not None or not self._ready(process.pid):
            raise self.failure("starting")

    def failure(self, doing: str) -> CannotStart:
        end = self.log_path.read_text(errors="replace").splitlines()[-12:]
        return CannotStart("\n  ".join([f"{self.title} failed while {doing}; its log ends:", *end]))

    @abstractmethod
    def _traces(self) -> tuple[Path, ...]:
        """What is there while it runs, and is left behind when it ends badly."""

    @abstractmethod
    async def _prepared(self) -> list[str]:
        """Makes whatever has to be there before it starts, and answers the command that starts it."""

    @abstractmethod
    def _ready(self, pid: int) -> bool: ...


async def until(claim: Callable[[], bool], within: float) -> bool:
    deadline = time.monotonic() + within
    while not claim():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(TICK)
    return True


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

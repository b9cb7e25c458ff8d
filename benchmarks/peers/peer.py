"""What a peer must be able to do, whoever it is."""

import asyncio
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psutil

from ..usage import tree

T = TypeVar("T")

Member = Any
"""Whatever a peer knows one of its members by."""

Room = Any


class Session(Protocol):
    """A connected member. Whatever message it hears, it tells by its number."""

    async def enter(self, room: Room) -> None:
        """Make a room live on this session, where being its member alone does not do that."""

    async def send(self, room: Room, number: int) -> None:
        """Say `words(number)`; returns once the server has acknowledged it."""

    async def close(self) -> None: ...


Hear = Callable[[Any, int], None]


class Peer(ABC):
    """A server: its life, and what its clients do."""

    name = ""
    settings = ""
    """How it differs from what its makers ship, and how passwords are kept."""
    workloads: frozenset[str] = frozenset({"w1", "w2", "w3", "w4", "w5", "w6"})
    keeps_members = False
    """Whether being added to a room lasts, connected or not."""

    def __init__(self, place: Path) -> None:
        self.place = place / self.name
        self.log = place / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def missing(self) -> str:
        """What must be installed before this peer can be measured, and how; nothing where all is here."""
        return ""

    async def start(self) -> None:
        """Start with nothing in it; returns when it serves."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        await self.prepare()
        self.launch()
        await self.ready()

    async def prepare(self) -> None:
        """Make its configuration; nothing runs."""
        return

    @abstractmethod
    def launch(self) -> None:
        """Start its processes, through `spawn`."""

    async def ready(self, member: Member | None = None, patience: float = 120) -> None:
        """Wait until it answers; with a member, until it answers that member."""
        end = time.perf_counter() + patience
        while True:
            try:
                return await self.probe(member)
            except Exception:
                if time.perf_counter() > end or self.process is None or self.process.poll() is not None:
                    raise
                await asyncio.sleep(0.01)

    @abstractmethod
    async def probe(self, member: Member | None) -> None:
        """Raise unless it answers."""

    async def stop(self) -> None:
        """End it and all that it started."""
        if self.process is None:
            return
        started = tree([self.process.pid])
        self.process.terminate()
        try:
            await asyncio.to_thread(self.process.wait, 30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for each in started:
            if each.is_running():
                each.kill()
        psutil.wait_procs(started, 10)
        self.process.poll()
        self.process = None

    async def close(self) -> None:
        """Stop, and all that was started for it."""
        await self.stop()

    def spawn(self, command: Sequence[object], **environment: object) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                cwd=self.place,
                env=os.environ | {name: str(value) for name, value in environment.items()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def groups(self) -> dict[str, list[int]]:
        """The processes of the server, and of what it keeps its data in, by name."""
        return {"server": [each.pid for each in tree([self.process.pid] if self.process else [])]}

    @abstractmethod
    async def create_members(self, count: int) -> list[Member]: ...

    @abstractmethod
    async def create_room(self, owner: Member, members: Sequence[Member]) -> Room:
        """A room that all of `members`, the owner among them, take part in."""

    @abstractmethod
    async def connect(self, member: Member, hear: Hear) -> Session: ...

    async def analyze(self) -> None:
        """Let the database learn what is in it, as one that has lived for a while has."""
        return

    async def mark(self, member: Member) -> Any:
        """From where a member who goes away now will catch up."""
        raise NotImplementedError

    async def catch_up(self, member: Member, mark: Any, rooms: Sequence[Room]) -> int:
        """Connect again and fetch all that was missed; how many messages that were."""
        raise NotImplementedError

    async def sign_in(self, member: Member) -> None:
        """One sign-in with a password: a new connection and a new session."""
        raise NotImplementedError


async def at_most(count: int, work: Iterable[Awaitable[T]]) -> list[T]:
    """All of it, so many at a time; the results in order."""
    turns = asyncio.Semaphore(count)

    async def one(step: Awaitable[T]) -> T:
        async with turns:
            return await step

    return await asyncio.gather(*(one(step) for step in work))


async def connect_all(peer: Peer, members: Sequence[Member], hear: Hear, *, at_once: int = 32) -> list[Session]:
    return await at_most(at_once, (peer.connect(member, hear) for member in members))

"""Keeps web processes and a worker running until it is told to stop."""

import contextlib
import logging
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from prometheus_client import multiprocess

from .children import Child, Work, fork
from .servers import OwnServers, Patience

log = logging.getLogger(__name__)

DRAIN = 9.0
"""Seconds that processes have to finish what they do; after ten in all nothing of ours may run."""

STEADY = 5.0
"""Seconds after which a process that dies is thought to have started well."""

ATTEMPTS = 3
"""How often a process may fail before any has ever been ready."""


class CannotServe(Exception):
    """The server could not be started; the log says why."""


class Stopped(Exception):
    """It was told to stop before it was ready."""


@dataclass
class Slot:
    """A place for one process, whoever fills it."""

    name: str
    work: Work
    forget: Callable[[], object] = lambda: None
    child: Child | None = None
    patience: Patience = field(default_factory=Patience)
    failures: int = 0


class Supervisor:
    """Forks, watches, forks again. Signals and children wake it; otherwise it sleeps."""

    def __init__(self, servers: OwnServers) -> None:
        self.servers = servers
        self.slots: list[Slot] = []
        self.asked = 0
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        self._lines: dict[int, Child] = {}
        for end in (self._woken, self._waker):
            end.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def once(self, name: str, work: Work) -> bytes:
        """Run something to its end in a child; what it said. Raises `CannotServe` if it failed."""
        child = self._fork(name, work)
        while (end := child.ended()) is None:
            self._sleep(1)
            if self.asked:
                child.signal(signal.SIGKILL)
        child.listen()
        self._lose(child)
        if self.asked:
            raise Stopped
        if end != "status 0":
            raise CannotServe(f"{name} ended with {end}")
        return child.heard

    def until_ready(self) -> None:
        """Start every slot; returns once all are ready."""
        while not all(slot.child and slot.child.ready for slot in self.slots):
            self._tend()
            self._sleep(1)
            if self.asked:
                raise Stopped
            if tired := [slot.name for slot in self.slots if slot.failures >= ATTEMPTS]:
                raise CannotServe(f"{tired[0]} does not start")

    def watch(self) -> None:
        """Keep everything running until asked to stop."""
        while not self.asked:
            self._tend()
            self._sleep(0.5 if any(slot.child is None for slot in self.slots) else 5)

    def drain(self) -> None:
        """Have every process finish what it does; a second signal, or the time, ends them as they are."""
        asked, deadline = self.asked, time.monotonic() + DRAIN
        number, running = signal.SIGTERM, [slot for slot in self.slots if slot.child]
        while running:
            for slot in running:
                if slot.child:
                    slot.child.signal(number)
            while running and self.asked == asked and time.monotonic() < deadline:
                self._sleep(deadline - time.monotonic())
                running = [slot for slot in running if slot.child and not self._reap(slot)]
            if number is signal.SIGTERM and running:
                log.warning("not waiting any longer", extra={"for": ",".join(slot.name for slot in running)})
            number, asked, deadline = signal.SIGKILL, self.asked, time.monotonic() + DRAIN

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._selector.close()
        self._woken.close()
        self._waker.close()

    def _tend(self) -> None:
        for slot in self.slots:
            self._reap(slot)
        self.servers.revive(lambda: self.asked > 0)
        for slot in self.slots:
            if slot.child is None and slot.patience.over and not self.asked:
                slot.child = self._fork(slot.name, slot.work, slot.forget)

    def _reap(self, slot: Slot) -> bool:
        child = slot.child
        if child is None or (end := child.ended()) is None:
            return False
        self._lose(child)
        multiprocess.mark_process_dead(child.pid)  # type: ignore[no-untyped-call]
        slot.child = None
        if child.ready and time.monotonic() - child.born > STEADY:
            slot.patience.succeeded()
        elif not child.ready:
            slot.failures += 1
            slot.patience.failed()
        if not self.asked:
            log.warning("a process ended: starting another", extra={"slot": slot.name, "was": child.pid, "end": end})
        return True

    def _fork(self, name: str, work: Work, forget: Callable[[], object] = lambda: None) -> Child:
        lines = [child.line.close for child in self._lines.values()]
        mine = (self._selector.close, self._woken.close, self._waker.close, self.servers.let_go)
        child = fork(name, work, (*lines, *mine, forget))
        self._lines[child.line.fileno()] = child
        self._selector.register(child.line, selectors.EVENT_READ)
        return child

    def _lose(self, child: Child) -> None:
        if self._lines.pop(child.line.fileno(), None):
            with contextlib.suppress(KeyError):
                self._selector.unregister(child.line)
        child.line.close()

    def _sleep(self, seconds: float) -> None:
        for key, _ in self._selector.select(max(seconds, 0)):
            if key.fileobj is self._woken:
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
            elif (child := self._lines.get(key.fd)) and not child.listen():  # Its SIGCHLD is on the way.
                self._selector.unregister(child.line)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1

"""Processes forked from the supervisor, which has everything imported already."""

import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

Work = Callable[[socket.socket], None]
"""What a child does: it is given its end of the line to the supervisor."""

READY = b"+"
PR_SET_PDEATHSIG = 1
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
COLLECT = (50_000, 20, 50)
"""Sockets are very many objects that stay: looking through them as often as Python does is a fifth of the work."""

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass
class Child:
    """A process of ours, and the line on which it says that it is ready, and hears that we are gone."""

    name: str
    pid: int
    line: socket.socket
    born: float = field(default_factory=time.monotonic)
    heard: bytes = b""

    @property
    def ready(self) -> bool:
        return READY in self.heard

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def listen(self) -> bool:
        """Take in what it said; false at the end of the line."""
        with contextlib.suppress(BlockingIOError):
            try:
                while said := self.line.recv(65536):
                    self.heard += said
            except ConnectionError:
                pass
            return False
        return True

    def ended(self) -> str | None:
        """How it ended, if it has."""
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            return "unseen"
        if not pid:
            return None
        code = os.waitstatus_to_exitcode(status)
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"


def fork(name: str, work: Work, forget: Iterable[Callable[[], object]]) -> Child:
    """Start `work` in a child. `forget`: what the child must let go of, of all it inherits."""
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        ours.setblocking(False)
        return Child(name, pid, ours)
    status = 1
    try:
        _end_with(parent)
        signal.set_wakeup_fd(-1)
        # Ctrl-C reaches every process of the terminal; the supervisor is the one who ends things, in order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        ours.close()
        for let_go in forget:
            let_go()
        gc.enable()
        gc.set_threshold(*COLLECT)
        work(theirs)
        status = 0
    except BaseException:
        log.exception("%s failed", name)
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)  # Nothing of the supervisor's may be unwound here: its servers would be stopped.


def _end_with(parent: int) -> None:
    """Die when the supervisor dies, however it dies: nobody would look after us."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)

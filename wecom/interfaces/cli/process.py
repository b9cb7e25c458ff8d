"""What the web processes and the worker have in common: a loop, a way to be told to end, a way to say ready."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import uvloop

from wecom.features.directory.sync import LdapSource
from wecom.settings import Settings

from . import logs
from .children import READY

MOMENT = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A process's line to its supervisor."""

    socket: socket.socket
    ending: asyncio.Event

    def ready(self) -> None:
        self.socket.send(READY)

    async def hang_up(self, source: LdapSource | None) -> None:
        """Once told to end, wait for LDAP no longer than a moment: it may answer in a minute, or never."""
        await self.ending.wait()
        if source:
            asyncio.get_running_loop().call_later(MOMENT, source.asking.hang_up)


def live(name: str, settings: Settings, line: socket.socket, life: Callable[[Line], Awaitable[None]]) -> None:
    """Run `life` on a loop of its own; it ends when `line.ending` is set."""
    logs.set_up(name, settings.log_level, all_requests=settings.log_requests)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_told(line, life))


async def _until_told(line: socket.socket, life: Callable[[Line], Awaitable[None]]) -> None:
    loop, ending = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ending.set)
    line.setblocking(False)
    # The supervisor never says anything: what can be read is that it is gone, and then nobody stops us.
    loop.add_reader(line, os._exit, 1)
    try:
        await life(Line(line, ending))
    finally:
        loop.remove_reader(line)

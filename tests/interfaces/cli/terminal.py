"""A terminal client in the test's own process: keys go in by a pipe, and what a person sees comes out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.utils import get_cwidth

from wecom.interfaces.cli.chat.client import Client
from wecom.interfaces.cli.chat.outbox import Outbox
from wecom.interfaces.cli.chat.screen import Screen
from wecom.interfaces.cli.chat.wire import Wire

ENTER, ESCAPE, TAB, UP = "\r", "\x1b", "\t", "\x1b[A"
CTRL_N, CTRL_Q, CTRL_U = "\x0e", "\x11", "\x15"
F1, F2, F3, F4 = "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS"


class Small(DummyOutput):
    """The smallest terminal that everything has its place on."""

    def get_size(self) -> Size:
        return Size(rows=24, columns=80)


class Terminal:
    """Somebody before their screen."""

    def __init__(self, screen: Screen, keys: PipeInput, running: "asyncio.Future[bool]") -> None:
        self.screen = screen
        self.keys = keys
        self.running = running

    @property
    def text(self) -> str:
        """The whole screen, line by line."""
        shown = self.screen.app.renderer.last_rendered_screen
        if shown is None:
            return ""
        lines = []
        for row in range(24):
            line, column = "", 0
            while column < 80:
                character = shown.data_buffer[row][column].char
                line += character
                column += max(1, get_cwidth(character))
            lines.append(line.rstrip())
        return "\n".join(lines)

    async def type(self, *keys: str) -> None:
        for each in keys:
            self.keys.send_text(each)
            await asyncio.sleep(0.05)

    async def sees(self, *wanted: str, timeout: float = 30) -> str:
        """The screen, once all of this is on it."""
        return await self.until(lambda text: all(each in text for each in wanted), f"to see {wanted}", timeout)

    async def sees_no(self, unwanted: str, timeout: float = 30) -> str:
        return await self.until(lambda text: unwanted not in text, f"not to see {unwanted!r}", timeout)

    async def until(self, holds: Callable[[str], bool], what: str, timeout: float = 30) -> str:
        try:
            async with asyncio.timeout(timeout):
                while not holds(self.text):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"waited {what}, on\n{self.text}") from None
        return self.text


@contextlib.asynccontextmanager
async def terminal(url: str, token: str, outbox: Path | None = None) -> AsyncIterator[Terminal]:
    """A terminal that is signed in and up to date."""
    wire = Wire(url, token)
    with create_pipe_input() as keys:
        screen = Screen(Client(wire, Outbox(outbox)), keys, Small())
        running = asyncio.ensure_future(_alone(screen, keys))
        try:
            shown = Terminal(screen, keys, running)
            await shown.sees("● connected")
            yield shown
            if not running.done():
                screen.close(sign_out=False)
            await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await wire.close()


async def _alone(screen: Screen, keys: PipeInput) -> bool:
    """With a session of its own, as in a process of its own: two screens must not take each other's keys."""
    with create_app_session(keys, screen.app.output):
        return await screen.run()

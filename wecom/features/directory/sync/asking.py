"""Questions to LDAP, which block, asked from the event loop: a server that never answers keeps nobody from ending."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ..ldap_refusals import LdapHungUp

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Asking:
    """Each question in a thread of its own; once it is hung up, nobody waits for those that are still open.

    Not in asyncio's threads: a process that ends would wait for these, for as long as a server likes.
    """

    def __init__(self) -> None:
        self._open: set[asyncio.Future[None]] = set()
        self._over = False

    async def ask(self, question: Callable[Given, Answer], *given: Given.args, **named: Given.kwargs) -> Answer:
        """What it returns or raises; raises `LdapHungUp` instead once `hang_up` was called."""
        if self._over:
            raise LdapHungUp
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        answers: list[Answer] = []
        problems: list[BaseException] = []

        def run() -> None:
            try:
                answers.append(question(*given, **named))
            except BaseException as problem:
                problems.append(problem)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_settle, done)

        self._open.add(done)
        threading.Thread(target=run, name="ldap", daemon=True).start()
        try:
            await done
        finally:
            self._open.discard(done)
        for problem in problems:
            raise problem
        return answers[0]

    def hang_up(self) -> None:
        self._over = True
        for done in self._open:
            if not done.done():
                done.set_exception(LdapHungUp())


def _settle(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)

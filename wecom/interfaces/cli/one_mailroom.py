"""One mailroom for all web processes of a machine.

Group commit pays by the batch, and processes that commit each for itself make smaller ones: two of them on two cores
said 1,200 messages a second where one said 2,100, at twice the database's time for each message. So the first web
process commits for all (2,500 to 2,900 a second). The others hand it their drafts over a Unix socket, all that a
turn of the loop brought in one write, and get the answers back the same way.

It is a short cut and not a promise. Whenever the first process is not there, is leaving or says nothing for
`SILENT` seconds, each of the others commits for itself, what it had handed over and was not answered included:
`client_id` makes it harmless that a draft goes both ways. It hands over again once all that it took for itself is
committed, so that what one member says stays in its order.

Lines of JSON: the first process says `"here"` once it listens to a connection. A draft is
`[number, conversation, sender, client_id, reply_to, body]`, and is answered by `[number, seq, sent_at, repeated]` or
`[number, refusal, sentence, facts, retry_after]`. `"?"` asks whether it is still there, which `"here"` answers.
"""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast, get_args

import orjson
from pydantic import TypeAdapter

from wecom.features.messaging import Draft, Mailroom, NewBody, Posted
from wecom.features.messaging.mailroom import pass_on
from wecom.features.messaging.post import Refusal
from wecom.foundation.errors import Busy, WecomError

log = logging.getLogger(__name__)

HERE, ASKED = b'"here"', b'"?"'
SILENT = 3.0
"""Seconds without a word while answers are due, after which the first process is given up."""
PAUSE = 0.1
LONGEST_PATH = 100
"""Bytes that the name of a Unix socket may have on every system, less a few."""

DRAFT: TypeAdapter[tuple[int, int, int, str, int | None, NewBody]] = TypeAdapter(
    tuple[int, int, int, str, int | None, NewBody]
)
REFUSALS: dict[str, type[WecomError]] = {each.__name__: each for each in (Busy, *get_args(Refusal))}
"""Whatever a draft may be refused with, by name: what is not here would reach the other processes as a fault."""

Answer = asyncio.Future[Posted]


Place = socket.socket | str | None
"""For the first process what it listens on, for the others the path; None where each commits for itself."""


def places(directory: Path, processes: int) -> list[Place]:
    """Where each of so many processes finds, or is, the first one."""
    path = str(directory / "mailroom")
    if processes == 1 or len(path.encode()) > LONGEST_PATH:
        return [None] * processes
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen()
    return [listener, *[path] * (processes - 1)]


@contextlib.asynccontextmanager
async def shared(mailroom: Mailroom, place: Place) -> AsyncIterator[None]:
    """Commit for the other processes, or have the first one commit; whichever this process's place is."""
    if place is None:
        yield
    elif isinstance(place, str):
        async with committed_elsewhere(mailroom, place):
            yield
    else:
        async with committing_for_others(mailroom, place):
            yield


@contextlib.asynccontextmanager
async def committing_for_others(mailroom: Mailroom, listener: socket.socket) -> AsyncIterator[None]:
    """In the first process: take drafts of the others."""
    counters: set[_Counter] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(lambda: _Counter(mailroom, counters), sock=listener.dup())
    try:
        yield
    finally:
        server.close()
        for counter in counters:
            counter.transport.pause_reading()
        await mailroom.close()
        for counter in list(counters):
            counter.transport.close()


@contextlib.asynccontextmanager
async def committed_elsewhere(mailroom: Mailroom, path: str) -> AsyncIterator[None]:
    """In another process: hand drafts to the first one, as long as it is there."""
    courier = _Courier(mailroom)
    keeping = asyncio.create_task(courier.keep_connected(path))
    mailroom.elsewhere = courier.take
    try:
        yield
    finally:
        mailroom.elsewhere = None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(courier.idle(), 5)
        keeping.cancel()
        courier.give_up()


class _Lines(asyncio.Protocol):
    """Lines, as they come."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # which uvloop's is not, by name

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self.heard(line)

    def heard(self, line: bytes) -> None:
        raise NotImplementedError


class _Counter(_Lines):
    """The first process's end: drafts in, answers out."""

    def __init__(self, mailroom: Mailroom, counters: "set[_Counter]") -> None:
        super().__init__()
        self.mailroom = mailroom
        self.counters = counters

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.counters.add(self)
        self.transport.write(HERE + b"\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self.counters.discard(self)

    def heard(self, line: bytes) -> None:
        if line == ASKED:
            self.transport.write(HERE + b"\n")
            return
        number, conversation_id, sender_id, client_id, reply_to, body = DRAFT.validate_json(line)
        answer = self.mailroom.drop(Draft(conversation_id, sender_id, client_id, body, reply_to))
        answer.add_done_callback(partial(self._tell, number))

    def _tell(self, number: int, answer: Answer) -> None:
        if answer.cancelled() or self.transport.is_closing():
            return
        problem = answer.exception()
        if problem is None:
            posted = answer.result()
            said: tuple[object, ...] = (number, posted.seq, posted.sent_at.isoformat(), posted.repeated)
        else:
            facts = problem.facts if isinstance(problem, WecomError) else {}
            said = (number, type(problem).__name__, str(problem), facts, getattr(problem, "retry_after", None))
        self.transport.write(orjson.dumps(said, default=str) + b"\n")


class _Courier(_Lines):
    """Another process's end."""

    def __init__(self, mailroom: Mailroom) -> None:
        super().__init__()
        self.mailroom = mailroom
        self.pending: dict[int, tuple[Draft, Answer]] = {}
        self.numbers = 0
        self.there = False
        """Whether the first process listens."""
        self.heard_at = 0.0
        self._emptied = asyncio.Event()
        self._lost = asyncio.Event()

    def take(self, draft: Draft) -> Answer | None:
        """Hand a draft over; None where it can't be."""
        if not self.there:
            return None
        self.numbers += 1
        line = b"[%d,%d,%d,%s,%s,%s]\n" % (
            self.numbers,
            draft.conversation_id,
            draft.sender_id,
            orjson.dumps(draft.client_id),
            b"null" if draft.reply_to is None else b"%d" % draft.reply_to,
            draft.body.model_dump_json(exclude_defaults=True).encode(),
        )
        if not self.pending:
            self.heard_at = time.monotonic()
        answer: Answer = asyncio.get_running_loop().create_future()
        self.pending[self.numbers] = draft, answer
        self.transport.write(line)
        return answer

    async def keep_connected(self, path: str) -> None:
        """Connect, and look whether the other side is still there; for ever."""
        loop = asyncio.get_running_loop()
        while True:
            self._lost.clear()
            try:
                await loop.create_unix_connection(lambda: self, path)
            except OSError:
                await asyncio.sleep(PAUSE)
                continue
            while not self._lost.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._lost.wait(), SILENT / 3)
                if self.pending and not self._lost.is_set():
                    self._look()
            await asyncio.sleep(PAUSE)

    async def idle(self) -> None:
        """Until everything that was handed over is answered."""
        while self.pending:
            self._emptied.clear()
            await self._emptied.wait()

    def give_up(self) -> None:
        """Hang up; what was not answered is committed here."""
        if hasattr(self, "transport"):
            self.transport.abort()
        self._redo()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest = b""
        self._redo()
        self._lost.set()

    def heard(self, line: bytes) -> None:
        self.heard_at = time.monotonic()
        if line == HERE:
            self.there = True
            return
        number, *said = orjson.loads(line)
        _, answer = self.pending.pop(number)
        if not answer.done():
            _settle(answer, said)
        if not self.pending:
            self._emptied.set()

    def _look(self) -> None:
        if time.monotonic() - self.heard_at > SILENT:
            log.warning("the first web process does not answer: messages are saved without it")
            self.transport.abort()
        else:
            self.transport.write(ASKED + b"\n")

    def _redo(self) -> None:
        self.there = False
        pending, self.pending = self.pending, {}
        for draft, answer in pending.values():
            self.mailroom.drop_here(draft).add_done_callback(partial(pass_on, answer))
        self._emptied.set()


def _settle(answer: Answer, said: list[object]) -> None:
    match said:
        case [int(seq), str(sent_at), bool(repeated)]:
            answer.set_result(Posted(seq, datetime.fromisoformat(sent_at), repeated))
        case [str(name), str(sentence), dict(facts), (int() | float() | None) as retry_after] if name in REFUSALS:
            answer.set_exception(_refusal(REFUSALS[name], sentence, facts, retry_after))
        case _:
            answer.set_exception(RuntimeError(f"the first web process said {said}"))


def _refusal(kind: type[WecomError], sentence: str, facts: dict[str, object], retry_after: float | None) -> WecomError:
    if issubclass(kind, Busy):
        return kind(sentence, retry_after=retry_after, **facts)
    return kind(sentence, **facts)

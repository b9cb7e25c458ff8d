"""A socket's life: admitted, welcomed, listened to, let go."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import ValidationError

from wecom.features.accounts import COOKIE, Me, admitted, keep_in_use
from wecom.features.directory import EVERYTHING, sight_of_member, userids_of, visibility_rules
from wecom.features.messaging import Draft, Posted, save_cursors, subscriptions
from wecom.foundation.db import ConnectionLost, TryAgain
from wecom.foundation.errors import Unauthenticated, WecomError
from wecom.foundation.http import metrics
from wecom.services import Services

from . import frames
from .arrivals import Arrivals
from .catchup import CatchUp
from .connection import RESTARTING, SESSION_ENDED, TOO_MANY, Connection
from .ephemeral import Ephemeral
from .frames import said, stream_id, stream_name
from .hub import Hub
from .websocket import PING, frame, may_upgrade, take_over

log = logging.getLogger(__name__)

PING_EVERY = 25.0
PING_SLOTS = 5
KEEP_EVERY = 300.0
SOCKETS_EACH = 10
"""Sockets that one session may have in one process; one more costs it another."""
TYPING_EVERY = 2.0
MOST_ASKED = 8
"""Frames of one socket that wait to be answered before no more are read from it."""


class Gateway:
    """The sockets of this process."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.catchup = CatchUp(services.pool)
        self.hub = Hub(
            services.company.epoch, self.catchup.want, self._joined, self._sights_changed, self._apps_changed
        )
        self.catchup.hub = self.hub
        self.ephemeral = Ephemeral(services.redis, services.doorbell, self.hub)
        self.connections: dict[int, tuple[Connection, ...]] = {}
        self.draining = False
        self.ruled = True
        """Whether there are rules of who sees whom: without any, no change can take a sight away."""
        self.ended: dict[int, float] = {}
        """Sessions that ended lately, for sockets that were being opened meanwhile."""
        self._unseen: set[int] = set()
        self._looking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.arrivals = Arrivals(services.pool, self.hub, self.catchup, services.company.epoch, self._own)
        services.doorbell.listeners.append(self.hub.hear)

    def start(self) -> None:
        for work in (
            self.catchup.heal_for_ever(),
            self.catchup.poll_for_ever(),
            self.ephemeral.refresh_for_ever(),
            self.ephemeral.say_moves_for_ever(),
            self.ephemeral.say_reads_for_ever(),
            self._end_sessions_for_ever(),
            self._keep_sessions_for_ever(),
            self._ping_for_ever(),
        ):
            self._own(work)

    async def drain(self) -> None:
        """Tell every client to come back, and close."""
        self.draining = True
        everyone = [each for group in self.connections.values() for each in group]
        await asyncio.gather(*(each.end(RESTARTING, "the server restarts") for each in everyone))
        await self.ephemeral.say_moves()

    async def stop(self) -> None:
        self.services.doorbell.listeners.remove(self.hub.hear)
        tasks = list(self._tasks)
        while tasks:  # before Python 3.12, wait_for (in redis) may swallow a cancellation that comes as it ends
            for task in tasks:
                task.cancel()
            _, left = await asyncio.wait(tasks, timeout=0.05)
            tasks = list(left)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /api/socket: see the package's docstring for what is said on it."""
        try:
            me = await self._admit(request)
        except WecomError as refusal:
            body = {"error": type(refusal).__name__, "message": str(refusal)}
            return web.json_response(body, status=401 if isinstance(refusal, Unauthenticated) else 403)
        except ConnectionLost:
            return web.json_response({"error": "Busy", "message": "Try again."}, status=503)
        if self.draining:
            return web.json_response({"error": "Busy", "message": "The server restarts."}, status=503)
        if not may_upgrade(request):
            return web.json_response({"error": "Invalid", "message": "This address is for WebSockets."}, status=400)
        connection = Connection(self, me)
        try:
            taken = take_over(request, connection)
        except ConnectionResetError:
            return web.Response(status=400)  # which nobody will read
        metrics.sockets.inc()
        others = (each for each in self.connections.get(me.session_id, ()) if not each.closing)
        mine = self.connections[me.session_id] = (*others, connection)
        for each in mine[:-SOCKETS_EACH]:
            self._own(each.end(TOO_MANY, "too many sockets of one session"))
        try:
            await self._welcome(connection)
        except (*ConnectionLost, asyncio.CancelledError):
            connection.abort()
        except Exception:
            log.exception("welcoming a socket")
            connection.abort()
        else:
            if me.session_id in self.ended:
                self._own(connection.end(SESSION_ENDED, "you were signed out"))
            connection.listen()
        return taken

    async def _admit(self, request: web.Request) -> Me:
        bearer = request.headers.get("Authorization", "")
        if bearer.startswith("Bearer "):
            return admitted(await self.services.sessions.ask(bearer[7:].strip()))
        origin = request.headers.get("Origin")
        allowed = {request.host, urlsplit(self.services.settings.public_url).netloc} - {""}
        if origin is not None and urlsplit(origin).netloc not in allowed:
            raise Unauthenticated("This page belongs to another site.")
        return admitted(await self.services.sessions.ask(request.cookies.get(COOKIE, "")))

    async def _welcome(self, connection: Connection) -> None:
        await self.arrivals.open(connection)
        if connection.restricted:
            self._look(connection.member_id)
        if not connection.closing:
            self.ephemeral.came(connection.member_id)

    def _joined(self, member_id: int, conversation_id: int) -> None:
        self._own(self.arrivals.hear_more(member_id, conversation_id))

    def _apps_changed(self) -> None:
        self._own(self.arrivals.hear_apps())

    def _sights_changed(self, member_id: int | None, rules_too: bool) -> None:
        """Who may see whom may have changed, for one member or for all: until it is known, they hear the less."""
        if not rules_too and not self.ruled:
            return
        members = self.hub.members if member_id is None else {member_id} & self.hub.members.keys()
        for id in members:
            for listener in self.hub.members[id]:
                listener.restricted = True
        self._look(*members)

    def _look(self, *member_ids: int) -> None:
        """Find out who of these sees the whole directory; those who come together share the reading."""
        self._unseen.update(member_ids)
        if self._looking is None or self._looking.done():
            self._looking = self._own(self._look_for_all())

    async def _look_for_all(self) -> None:
        while True:
            asked = list(self._unseen)
            self._unseen.clear()
            try:
                self.ruled = bool(await visibility_rules(self.services.pool))
                for id in asked:
                    sight = await sight_of_member(self.services.pool, id) if self.ruled else EVERYTHING
                    for listener in self.hub.members.get(id, ()):
                        listener.restricted = id in self._unseen or not sight.everything
            except Exception as problem:
                if not isinstance(problem, ConnectionLost):
                    log.exception("finding out who sees everybody")
                self._unseen.update(asked)
                await asyncio.sleep(0.2)
            if not self._unseen:
                return

    def heed(self, connection: Connection, text: bytes) -> None:
        """Act on what a client says: a message is handed on at once, what costs a query is answered in its turn."""
        try:
            asked = frames.CLIENT_FRAME.validate_json(text)
        except ValidationError as problem:
            connection.push(frames.misunderstood(text, problem))
            return
        if isinstance(asked, frames.Send):
            self._send(connection, asked)
        elif not connection.may_ask(time.monotonic()):
            connection.push(frames.refused("", "TooFast", "Too many frames: wait a moment.", 1.0))
        elif connection.asked is None:
            connection.asked = [asked]
            self._own(self._attend(connection, connection.asked))
        else:
            connection.asked.append(asked)
            if len(connection.asked) > MOST_ASKED:
                connection.transport.pause_reading()

    async def _attend(self, connection: Connection, asked: list[frames.Asked]) -> None:
        try:
            while asked and not connection.closing:
                await self._answer(connection, asked.pop(0))
        except ConnectionLost:
            connection.abort()
        except Exception:
            log.exception("answering a socket")
            connection.abort()
        finally:
            connection.asked = None
        connection.listen()

    async def _answer(self, connection: Connection, asked: frames.Asked) -> None:
        match asked:
            case frames.Ping():
                connection.push(said({"type": "pong"}))
            case frames.Ack():
                await self._ack(connection, asked.cursors)
            case frames.Hello():
                await self._compare(connection, asked.cursors)
            case frames.Typing():
                await self._typing(connection, asked.conversation_id)
            case frames.Watch():
                await self._watch(connection, asked.member_ids)

    def _send(self, connection: Connection, given: frames.Send) -> None:
        """Hand a message to the mailroom; the answer goes out when it is durable, without a task."""
        draft = Draft(given.conversation_id, connection.member_id, given.client_id, given.body, given.reply_to)
        try:
            answer = self.services.mailroom.say(draft)
        except WecomError as problem:
            connection.push(frames.refusal(given.client_id, problem))
            return

        def answered(done: "asyncio.Future[Posted]") -> None:
            if done.cancelled():
                return
            problem = done.exception()
            if problem is None:
                connection.push(frames.sent(given, done.result()))
            elif isinstance(problem, WecomError):
                connection.push(frames.refusal(given.client_id, problem))
            else:
                connection.push(frames.refused(given.client_id, "Broken", "This failed on our side: try again."))

        answer.add_done_callback(answered)

    async def _ack(self, connection: Connection, cursors: dict[str, int]) -> None:
        known = {id: seq for name, seq in cursors.items() if (id := stream_id(name, connection.member_id))}
        held = {id: seq for id, seq in known.items() if self.hub.hears(connection, id)}
        if held:
            await save_cursors(self.services.pool, connection.session_id, list(held), list(held.values()))

    async def _compare(self, connection: Connection, cursors: dict[str, int]) -> None:
        found = await subscriptions(self.services.pool, [connection.member_id])
        heads = {stream_name(each.stream_id, connection.member_id): each.head for each in found[connection.member_id]}
        differ = {name: head for name, head in heads.items() if cursors.get(name) != head}
        gone = [name for name in cursors if name not in heads]
        connection.push(said({"type": "heads", "heads": differ, "gone": gone}))

    async def _watch(self, connection: Connection, member_ids: tuple[int, ...]) -> None:
        """Presence of those whom the member may see at all; the others are as if they were not there."""
        sight = await sight_of_member(self.services.pool, connection.member_id)
        seen = await userids_of(self.services.pool, member_ids, seen_by=sight)
        if not connection.closing:
            await self.ephemeral.watch(connection, seen)

    async def _typing(self, connection: Connection, conversation_id: int) -> None:
        now = time.monotonic()
        channel = self.hub.channels.get(conversation_id)
        if (
            channel
            and not channel.shared
            and self.hub.hears(connection, conversation_id)
            and now - connection.typed_at > TYPING_EVERY
        ):
            connection.typed_at = now
            await self.ephemeral.typing(conversation_id, connection.member_id)

    def forget(self, connection: Connection) -> None:
        """A socket is closed."""
        metrics.sockets.dec()
        left = tuple(each for each in self.connections.get(connection.session_id, ()) if each is not connection)
        if left:
            self.connections[connection.session_id] = left
        else:
            self.connections.pop(connection.session_id, None)
        self.ephemeral.unwatch(connection)
        if self.hub.close(connection):
            self.ephemeral.went(connection.member_id)

    async def _end_sessions_for_ever(self) -> None:
        while True:
            now = time.monotonic()
            self.ended = {id: at for id, at in self.ended.items() if now - at < 60}
            for session_id in await self.catchup.ended.get():
                self.ended[session_id] = time.monotonic()
                for connection in self.connections.get(session_id, ()):
                    self._own(connection.end(SESSION_ENDED, "you were signed out"))

    async def _keep_sessions_for_ever(self) -> None:
        """A device that only listens is in use, too."""
        while True:
            await asyncio.sleep(KEEP_EVERY)
            with contextlib.suppress(*ConnectionLost, *TryAgain):
                await keep_in_use(self.services.pool, list(self.connections), self.services.settings.session_days)

    async def _ping_for_ever(self) -> None:
        """One timer for all sockets: each is pinged once in a round, and dropped if it was silent for two."""
        slot = 0
        while True:
            await asyncio.sleep(PING_EVERY / PING_SLOTS)
            slot = (slot + 1) % PING_SLOTS
            for session_id, group in list(self.connections.items()):
                if session_id % PING_SLOTS == slot:
                    for connection in group:
                        _ping(connection)

    def _own(self, work: "Awaitable[None]") -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _ping(connection: Connection) -> None:
    if not connection.alive:
        connection.abort()
    else:
        connection.alive = False
        connection.write(frame(PING, b""))


GATEWAY = web.AppKey("gateway", Gateway)


def install(app: web.Application, services: Services) -> Gateway:
    """Serve sockets at /api/socket; the application's own start and end are the gateway's."""
    app[GATEWAY] = gateway = Gateway(services)
    app.router.add_get("/api/socket", gateway.handle, allow_head=False)

    async def life(_: web.Application) -> AsyncIterator[None]:
        gateway.start()
        yield
        await gateway.stop()

    async def leaving(_: web.Application) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gateway.drain(), 5)

    app.cleanup_ctx.append(life)
    app.on_shutdown.append(leaving)
    return gateway

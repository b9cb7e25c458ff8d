"""Arrivals: letting sockets hear what their members may, without missing or leaking anything between.

Three races are met here. What is rung while a connection's streams are being read is remembered and
healed afterwards. A removal that the channel applied after the reading keeps the connection out (`Hub`
remembers it). And where the member's own stream went on since the reading, it is read again, since the
member may have joined something in between.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from wecom.features import messaging
from wecom.features.directory import visibility_rules
from wecom.features.messaging import Subscription
from wecom.foundation.db import ConnectionLost, Pool
from wecom.foundation.streams import DIRECTORY

from .catchup import CatchUp
from .connection import Connection
from .frames import said, stream_name
from .hub import Hub

TOGETHER = 200
"""Connections that share one query at most."""


class Arrivals:
    """Registers connections with the hub."""

    def __init__(
        self, pool: Pool, hub: Hub, catchup: CatchUp, epoch: str, own: Callable[[Awaitable[None]], "asyncio.Task[None]"]
    ) -> None:
        self.pool = pool
        self.hub = hub
        self.catchup = catchup
        self.epoch = epoch
        self.own = own
        self._arriving: list[tuple[Connection, asyncio.Future[None]]] = []
        self._usher: asyncio.Task[None] | None = None

    async def open(self, connection: Connection) -> None:
        """Read what the member hears and register it; those who arrive together share one query."""
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arriving.append((connection, answer))
        if self._usher is None or self._usher.done():
            self._usher = self.own(self._usher_in())
        await answer

    async def _usher_in(self) -> None:
        while self._arriving:
            batch, self._arriving = self._arriving[:TOGETHER], self._arriving[TOGETHER:]
            try:
                with self._opening():
                    member_ids = list({connection.member_id for connection, _ in batch})
                    found = await messaging.subscriptions(self.pool, member_ids)
                    ruled = bool(await visibility_rules(self.pool))
                    for connection, answer in batch:
                        connection.restricted = ruled or self._rules_may_be_new(found[connection.member_id])
                        self._let_in(connection, answer, found[connection.member_id])
            except Exception as problem:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(problem)

    def _let_in(self, connection: Connection, answer: "asyncio.Future[None]", heard: list[Subscription]) -> None:
        if connection.closing:
            answer.cancel()
        elif self._outdated(connection, heard):
            self._arriving.append((connection, answer))
        else:
            self._register(connection, heard)
            if not answer.done():
                answer.set_result(None)

    def _register(self, connection: Connection, heard: list[Subscription]) -> None:
        """Let a connection hear, and welcome it in the same turn: no frame may come before its welcome."""
        healing = self.hub.open(connection, heard)
        heads = {stream_name(each.stream_id, connection.member_id): each.head for each in heard}
        welcome = {
            "type": "welcome",
            "member_id": connection.member_id,
            "session_id": connection.session_id,
            "epoch": self.epoch,
            "heads": heads,
        }
        connection.push(said(welcome))
        for channel in healing:
            self.catchup.want(channel)

    def _outdated(self, connection: Connection, heard: list[Subscription]) -> bool:
        """Whether the member's own stream went on since: they may have joined something that was not read."""
        own = self.hub.channels.get(connection.member_id)
        return own is not None and any(each.stream_id == own.id and each.head < own.position for each in heard)

    def _rules_may_be_new(self, heard: list[Subscription]) -> bool:
        """Whether the directory's channel is ahead of what was read: rules may have come that these do not hear of."""
        channel = self.hub.channels.get(DIRECTORY)
        return channel is not None and any(s.stream_id == DIRECTORY and s.head < channel.position for s in heard)

    async def hear_more(self, member_id: int, conversation_id: int) -> None:
        """A member came into a conversation: let their sockets here hear it."""
        with self._opening():
            for each in await self._insist(member_id, conversation_id):
                listeners = self.hub.members.get(member_id, ())
                for channel in self.hub.add(listeners, each):
                    self.catchup.want(channel)

    async def hear_apps(self) -> None:
        """An app is new, or changed: let every socket hear the conversations of all apps."""
        with self._opening():
            for each in await messaging.app_subscriptions(self.pool):
                everybody = (c for group in self.hub.members.values() for c in group)
                new = [c for c in everybody if not self.hub.hears(c, each.stream_id)]
                for channel in self.hub.add(new, each):
                    self.catchup.want(channel)

    @contextmanager
    def _opening(self) -> Iterator[None]:
        self.hub.opening += 1
        try:
            yield
        finally:
            self.hub.opening -= 1
            if not self.hub.opening:
                self.hub.rung.clear()

    async def _insist(self, member_id: int, conversation_id: int) -> list[Subscription]:
        while True:
            try:
                found = await messaging.subscriptions(self.pool, [member_id], [conversation_id])
                return [each for each in found[member_id] if each.stream_id == conversation_id]
            except ConnectionLost:
                await asyncio.sleep(0.2)

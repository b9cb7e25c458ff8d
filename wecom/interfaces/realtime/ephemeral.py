"""What is kept nowhere but in Redis, for a minute: who is here, who is typing, whose marks moved."""

import asyncio
import contextlib
import os
import time
from collections.abc import Iterable

import orjson
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from wecom.foundation.streams import Doorbell, Whisper
from wecom.foundation.streams.present import gateways_key, members_key

from .frames import said
from .hub import Hub, Listener

LASTS = 60
EVERY = 20
TOGETHER = 0.05
"""Seconds in which whoever comes and goes is told of together: after a restart, everybody comes at once."""


class Ephemeral:
    """Presence, typing and read hints of this process and of the others."""

    def __init__(self, redis: aioredis.Redis, doorbell: Doorbell, hub: Hub) -> None:
        self.redis = redis
        self.doorbell = doorbell
        self.hub = hub
        self.me = os.urandom(6).hex()
        self.here = members_key(hub.epoch.decode())
        self.gateways = gateways_key(hub.epoch.decode())
        self.watchers: dict[int, set[Listener]] = {}
        self._known: dict[int, bool] = {}
        """What those who watch a member were last told."""
        self._reads: set[int] = set()
        self._moves: dict[int, bool] = {}
        """Who came or went since Redis was told, and which of it."""
        self._moved = asyncio.Event()
        hub.topics |= {"typing": self._typed, "presence": self._presence, "reads": self._read}

    async def typing(self, conversation_id: int, member_id: int) -> None:
        body = orjson.dumps({"type": "typing", "conversation_id": conversation_id, "member_id": member_id})
        await self.doorbell.ring([Whisper("typing", body)])

    def came(self, member_id: int) -> None:
        """A member's first socket here."""
        self._moves[member_id] = True
        self._moved.set()

    def went(self, member_id: int) -> None:
        """A member's last socket here; they may be connected to another process still."""
        self._moves[member_id] = False
        self._moved.set()

    async def say_moves_for_ever(self) -> None:
        """Note who came and went, and tell those who watch; those who move together are one call to Redis."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            if await self.say_moves():
                await asyncio.sleep(TOGETHER)
            else:
                await asyncio.sleep(1)
                self._moved.set()

    async def say_moves(self) -> bool:
        """Say who moved since this was last done; false, and it is kept for the next time, while Redis is away."""
        moves, self._moves = self._moves, {}
        here = [id for id, came in moves.items() if came]
        left = [id for id, came in moves.items() if not came]
        try:
            if left:
                await self.redis.zrem(self.here, *(f"{id}:{self.me}" for id in left))
            if here:
                await self._note(here)
            elsewhere = await self._connected(left)
        except (RedisError, OSError):
            self._moves = moves | self._moves
            return False
        told = here + [id for id in left if not elsewhere[id]]
        await self.doorbell.ring([Whisper("presence", orjson.dumps([id, moves[id]])) for id in told])
        return True

    async def watch(self, listener: Listener, member_ids: Iterable[int]) -> None:
        """Tell a connection who of these is here, now and when it changes; replaces what it watched."""
        self.unwatch(listener)
        listener.watching = tuple(dict.fromkeys(member_ids))
        for id in listener.watching:
            self.watchers.setdefault(id, set()).add(listener)
        known = await self.online(list(listener.watching))
        self._known |= {id: here for id, here in known.items() if id in self.watchers}
        listener.hint(said({"type": "presence", "members": {str(id): here for id, here in known.items()}}))

    def unwatch(self, listener: Listener) -> None:
        for id in listener.watching:
            watching = self.watchers.get(id)
            if watching:
                watching.discard(listener)
                if not watching:
                    del self.watchers[id]
                    self._known.pop(id, None)
        listener.watching = ()

    async def online(self, member_ids: list[int]) -> dict[int, bool]:
        """Who is connected anywhere; while Redis is away, who is connected here."""
        try:
            return await self._connected(member_ids)
        except (RedisError, OSError):
            return {id: id in self.hub.members for id in member_ids}

    async def _connected(self, member_ids: list[int]) -> dict[int, bool]:
        if not member_ids:
            return {}
        now, local = time.time(), self.hub.members
        gateways = [bytes(g).decode() for g in await self.redis.zrangebyscore(self.gateways, now, "+inf")]  # type: ignore[arg-type]
        if not gateways:
            return {id: id in local for id in member_ids}
        names = [f"{id}:{gateway}" for id in member_ids for gateway in gateways]
        scores = await self.redis.zmscore(self.here, names)
        step = len(gateways)
        return {
            id: id in local or any(score is not None and score > now for score in scores[n * step : (n + 1) * step])
            for n, id in enumerate(member_ids)
        }

    async def refresh_for_ever(self) -> None:
        """Say again who is here, before it lapses, and look whether those who are watched are as was told: what is
        whispered may be lost, and a process that was killed says nothing of whom it takes along."""
        while True:
            with contextlib.suppress(RedisError, OSError):
                await self._note(list(self.hub.members))
                await self.redis.zremrangebyscore(self.here, "-inf", time.time())
                await self.redis.zremrangebyscore(self.gateways, "-inf", time.time())
                for id, here in (await self._connected(list(self.watchers))).items():
                    self._tell(id, here)
            await asyncio.sleep(EVERY)

    async def say_reads_for_ever(self) -> None:
        """Hand out read hints, at most one a second for each conversation."""
        while True:
            await asyncio.sleep(1)
            moved, self._reads = self._reads, set()
            for id in moved:
                self.hub.whisper(id, said({"type": "reads", "conversation_id": id}), without=0)

    async def _note(self, member_ids: list[int]) -> None:
        until = time.time() + LASTS
        await self.redis.zadd(self.gateways, {self.me: until})
        if member_ids:
            await self.redis.zadd(self.here, {f"{id}:{self.me}": until for id in member_ids})

    def _typed(self, body: bytes) -> None:
        frame = orjson.loads(body)
        self.hub.whisper(frame["conversation_id"], said(frame), without=frame["member_id"])

    def _presence(self, body: bytes) -> None:
        self._tell(*orjson.loads(body))

    def _tell(self, member_id: int, online: bool) -> None:
        """Tell those who watch a member, if it is news."""
        watching = self.watchers.get(member_id)
        if watching and self._known.get(member_id) is not online:
            self._known[member_id] = online
            frame = said({"type": "presence", "members": {str(member_id): online}})
            for listener in watching:
                listener.hint(frame)

    def _read(self, body: bytes) -> None:
        id = int(body)
        if id in self.hub.channels:
            self._reads.add(id)

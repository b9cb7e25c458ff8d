"""A company whose pushes go to a push service of the test's own."""

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.features.notify.push_service import Browser, PushService, push_service
from tests.world import Client, World, open_world
from wecom.features.notify import Pushing, attend
from wecom.services import Services

HERE = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass
class Office:
    """The company, the push service, and a worker that does only this."""

    world: World
    service: PushService
    clients: dict[str, Client] = field(default_factory=dict)
    pushing: Pushing = field(default_factory=Pushing)

    @property
    def services(self) -> Services:
        return self.world.services

    async def subscribe(self, userid: str, service: PushService | None = None, **settings: Any) -> Browser:
        """Somebody's browser, signed in and subscribed."""
        client = self.clients[userid] = await self.world.client(userid)
        key = (await (await client.get("/api/push/key")).json())["public_key"]
        browser = Browser()
        wanted = (service or self.service).subscription(browser, key)
        answer = await client.post("/api/push/subscriptions", json=wanted)
        assert answer.status == 200, await answer.text()
        if settings:
            await self.change(userid, **settings)
        return browser

    async def change(self, userid: str, **notifications: Any) -> None:
        answer = await self.clients[userid].patch("/api/me/settings", json={"notifications": notifications})
        assert answer.status == 200, await answer.text()

    async def prefer(self, userid: str, conversation_id: int, **wanted: Any) -> None:
        path = f"/api/conversations/{conversation_id}/preferences"
        assert (await self.clients[userid].put(path, json=wanted)).status == 200

    async def work(self, seconds: float = 0.0) -> None:
        """All that there is to do, and for so long."""
        end = time.monotonic() + seconds
        while await attend(self.services) or await self.pushing.step(self.services) or time.monotonic() < end:
            await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Until everything that was said is decided on, and what is due is sent."""
        deadline = time.monotonic() + 60
        await self.world.pool.execute("UPDATE messages SET sent_at = sent_at - interval '1 minute'")
        while time.monotonic() < deadline:
            await self.work()
            waiting = await self.world.pool.fetchval("SELECT count(*) FROM push_waits")
            due = await self.world.pool.fetchval("SELECT count(*) FROM pushes WHERE due_at <= now()")
            if not waiting and not due and await self._followed():
                return
            await self.world.pool.execute("UPDATE push_waits SET due_at = now()")
        raise AssertionError("there is always more to do")

    async def settled_in(self, seconds: float) -> None:
        """As much of it as is done in so long, where something never answers."""
        await self.world.pool.execute("UPDATE messages SET sent_at = sent_at - interval '1 minute'")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await attend(self.services)
                    await self.pushing.step(self.services)
                    await asyncio.sleep(0.01)

    async def _followed(self) -> bool:
        statement = """
            SELECT NOT EXISTS (SELECT FROM messages AS m, followers AS f
                WHERE f.name = 'push' AND (m.xid, m.conversation_id, m.seq) > (f.xid, f.stream_id, f.seq))
            """
        return bool(await self.world.pool.fetchval(statement))

    async def again(self) -> None:
        """What was put off is due."""
        await self.world.pool.execute("UPDATE pushes SET due_at = now()")
        await self.work()


@pytest.fixture
async def office(services: Services) -> AsyncIterator[Office]:
    settings = services.settings.model_copy(update={"push_networks": HERE, "push_after_seconds": 0.5})
    async with push_service() as service, open_world(replace(services, settings=settings)) as world:
        office = Office(world, service)
        yield office
        await office.pushing.close()

"""A raw client of the sync protocol: what a test holds in its hand."""

import asyncio
import itertools
from typing import Any

import orjson
from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.world import Client, World


class Phone:
    """One socket of one person; keeps every frame."""

    def __init__(self, client: Client, ws: ClientWebSocketResponse, welcome: dict[str, Any]) -> None:
        self.client = client
        self.ws = ws
        self.welcome = welcome
        self.heads: dict[str, int] = dict(welcome["heads"])
        self.frames: list[dict[str, Any]] = []
        self.numbers = itertools.count(1)

    @classmethod
    async def of(cls, world: World, userid: str) -> "Phone":
        client = await world.client(userid)
        ws = await client.ws_connect("/api/socket")
        welcome = orjson.loads(await ws.receive_str())
        assert welcome["type"] == "welcome"
        return cls(client, ws, welcome)

    async def say(self, conversation_id: int, words: str, client_id: str = "") -> dict[str, Any]:
        """Send over the socket; the server's answer."""
        client_id = client_id or f"phone-{next(self.numbers)}"
        body = {"msgtype": "text", "content": words}
        await self.write({"type": "send", "conversation_id": conversation_id, "client_id": client_id, "body": body})
        return await self.hear(lambda f: f.get("client_id") == client_id and f.get("type") in ("sent", "refused"))

    async def write(self, frame: Any) -> None:
        await self.ws.send_str(orjson.dumps(frame).decode())

    async def hear(self, wanted: Any, timeout: float = 20) -> dict[str, Any]:
        """The first frame, of those kept or to come, that is wanted; it is taken out."""
        async with asyncio.timeout(timeout):
            while True:
                for n, frame in enumerate(self.frames):
                    if wanted(frame):
                        return self.frames.pop(n)
                message = await self.ws.receive()
                if message.type is not WSMsgType.TEXT:
                    raise ConnectionError(f"closed with {self.ws.close_code}")
                self.frames.append(orjson.loads(message.data))

    async def entry(self, kind: str, timeout: float = 20) -> dict[str, Any]:
        """The next entry of a kind, with its stream's name."""
        frame = await self.hear(lambda f: any(e["kind"] == kind for e in f.get("entries", ())), timeout)
        entry: dict[str, Any] = next(e for e in frame["entries"] if e["kind"] == kind)
        return entry | {"stream": frame["stream"], "from": frame["from"], "to": frame["to"]}

    async def words(self, timeout: float = 20) -> str:
        entry = await self.entry("message.sent", timeout)
        content: str = entry["body"]["content"]["content"]
        return content

    async def silence(self, seconds: float = 0.4) -> None:
        """Nothing of a conversation comes for a while."""
        try:
            frame = await self.hear(lambda f: "entries" in f, seconds)
        except TimeoutError:
            return
        raise AssertionError(f"heard {frame}")

    async def closed(self, timeout: float = 20) -> int | None:
        """The code with which the server closes this socket."""
        async with asyncio.timeout(timeout):
            while not self.ws.closed:
                message = await self.ws.receive()
                if message.type is WSMsgType.TEXT:
                    self.frames.append(orjson.loads(message.data))
        return self.ws.close_code

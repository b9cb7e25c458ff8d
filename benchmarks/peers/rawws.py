"""The limit: aiohttp and uvloop handing frames on, in one process, with no accounts and nothing stored."""

import asyncio
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import WSMsgType, web

from ..tally import WORDS, words
from ..wire import Socket
from .peer import Hear, Peer, Room

PORT = 18100


def serve(*, encoded_once: bool) -> None:
    """The server: frames are `join ROOM -` and `send ROOM WORDS`."""
    rooms: dict[str, dict[web.WebSocketResponse, asyncio.Transport]] = {}

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        transport = request.transport
        assert transport is not None
        joined = set()
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            verb, room, text = message.data.split(" ", 2)
            members = rooms.setdefault(room, {})
            if verb == "join":
                members[socket] = transport
                joined.add(room)
                await socket.send_str("joined")
            elif encoded_once:
                frame = bytes((0x81, len(text))) + text.encode()
                for each in members.values():
                    each.write(frame)
            else:
                for member in list(members):
                    await member.send_str(text)
        for room in joined:
            rooms[room].pop(socket, None)
        return socket

    app = web.Application()
    app.router.add_get("/ws", handle)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=PORT, access_log=None, print=None, backlog=4096)


class RawSession(Socket):
    def __init__(self, hear: Hear) -> None:
        super().__init__()
        self.hear = hear

    def on_text(self, data: bytes, start: int, end: int) -> None:
        found = WORDS.match(data, start, end)
        number = int(found[1]) if found else -1
        if not self.acknowledge(number):
            self.hear(self, number)

    async def enter(self, room: Room) -> None:
        await self.acknowledgement(-1, f"join {room} -".encode())

    async def send(self, room: Room, number: int) -> None:
        await self.acknowledgement(number, f"send {room} {words(number)}".encode())


class RawWs(Peer):
    name = "rawws"
    settings = "no accounts, no storage; one frame written for each member"
    workloads = frozenset({"w1", "w2", "w3"})
    mode = "each"

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.ids = itertools.count(1)

    def launch(self) -> None:
        self.spawn([sys.executable, "-m", __name__, self.mode], PYTHONPATH=Path(__file__).parents[2])

    async def probe(self, member: Any) -> None:
        await (await self.connect("", lambda session, number: None)).close()

    async def create_members(self, count: int) -> list[str]:
        return [f"u{next(self.ids)}" for _ in range(count)]

    async def create_room(self, owner: str, members: Sequence[str]) -> str:
        return f"r{next(self.ids)}"

    async def connect(self, member: str, hear: Hear) -> RawSession:
        session = RawSession(hear)
        await session.open("127.0.0.1", PORT, "/ws")
        return session


class RawWsEncodedOnce(RawWs):
    name = "rawws_pre"
    settings = "no accounts, no storage; each frame encoded once and handed to the transports"
    mode = "once"


if __name__ == "__main__":
    serve(encoded_once=sys.argv[1] == "once")

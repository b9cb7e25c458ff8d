"""A device that keeps to the sync protocol as `wecom/interfaces/realtime` writes it down, and notes what it sees."""

import asyncio
import contextlib
import random
from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
import orjson

from .records import SAY, Seen, View

Json = dict[str, Any]


class Refused(Exception):
    """The server understood, and said no."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(f"{status} {error}")
        self.status = status
        self.error = error


class Unreachable(Exception):
    """No answer that means anything came back in time."""


class Device:
    """One signed-in device: cursors, a socket that comes back by itself, and the view that the checker reads."""

    def __init__(self, http: aiohttp.ClientSession, url: str, name: str, member: int, token: str) -> None:
        self.http = http
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"}
        self.view = View(name, member)
        self.cursors: dict[str, int] = {}
        self.others: frozenset[str] | None = None
        """Conversations that were there before the run, which are not looked at."""
        self.epoch = ""
        self.socket: aiohttp.ClientWebSocketResponse | None = None
        self.answers: dict[str, asyncio.Future[Json]] = {}
        self.away = asyncio.Event()
        self.connects = self.gaps = self.resets = 0

    @property
    def name(self) -> str:
        return self.view.device

    @property
    def conversations(self) -> list[int]:
        return [int(stream[13:]) for stream in self.cursors if stream.startswith("conversation:")]

    async def live(self) -> None:
        """Connect, keep up, come back; until cancelled."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, Unreachable):
                async with self.http.ws_connect(
                    f"{self.url}/api/socket", headers=self.headers, max_msg_size=1 << 24, autoclose=True
                ) as socket:
                    await self._converse(socket)
            self.socket = None
            for answer in self.answers.values():
                if not answer.done():
                    answer.set_exception(Unreachable())
            self.answers.clear()
            await asyncio.sleep(random.uniform(0.05, 0.4))

    def cut(self) -> None:
        """Lose the network without a word."""
        if self.socket is not None and self.socket._writer.transport is not None:
            self.socket._writer.transport.abort()

    async def call(self, method: str, path: str, body: Json | None = None, *, within: float = 30.0) -> Json:
        """One call of the API, tried again until there is an answer; raises `Refused` or `Unreachable`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while True:
                    with contextlib.suppress(Unreachable):
                        return await self.call_once(method, path, body)
                    await asyncio.sleep(random.uniform(0.1, 0.6))
        raise Unreachable(f"{method} {path}")

    async def call_once(self, method: str, path: str, body: Json | None = None) -> Json:
        data = orjson.dumps(body) if body is not None else None
        try:
            async with self.http.request(
                method, self.url + path, data=data, headers=self.headers, timeout=aiohttp.ClientTimeout(10)
            ) as answer:
                raw = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise Unreachable from None
        if answer.status >= 500 or answer.status == 429:
            if answer.status == 500:
                self.view.complaints.append(f"{method} {path} answered 500: {raw[:200]!r}")
            raise Unreachable
        result: Json = orjson.loads(raw)
        if answer.status != 200:
            raise Refused(answer.status, result.get("error", ""))
        return result

    async def say(self, conversation: int, mark: str, words: str, *, by_socket: bool) -> int:
        """One attempt to say something; its number."""
        said = {"client_id": mark, "body": {"msgtype": "text", "content": words}}
        if not by_socket or self.socket is None:
            answer = await self.call_once("POST", f"/api/conversations/{conversation}/messages", said)
            seq: int = answer["seq"]
            return seq
        self.answers[mark] = asyncio.get_running_loop().create_future()
        try:
            await self.socket.send_str(orjson.dumps(said | {"type": "send", "conversation_id": conversation}).decode())
            async with asyncio.timeout(5):
                answer = await self.answers[mark]
        except (OSError, TimeoutError, aiohttp.ClientError):
            raise Unreachable from None
        finally:
            self.answers.pop(mark, None)
        if answer["type"] == "refused":
            if answer["error"] in ("Busy", "TooManyMessages") or "retry_after" in answer:
                raise Unreachable
            raise Refused(404 if answer["error"] == "NoSuchConversation" else 400, answer["error"])
        seq = answer["seq"]
        return seq

    async def _converse(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        welcome = orjson.loads((await socket.receive(timeout=15)).data or b"{}")
        if welcome.get("type") != "welcome":
            return
        self.connects += 1
        self._same_epoch(welcome["epoch"])
        if self.others is None:
            self.others = frozenset(stream for stream in welcome["heads"] if stream.startswith("conversation:"))
        self.socket = socket
        for stream in set(self.cursors) - set(welcome["heads"]):
            del self.cursors[stream]
        await self._compare(welcome["heads"])
        async for message in socket:
            if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                await self._hear(orjson.loads(message.data))
            elif message.type is aiohttp.WSMsgType.ERROR:
                return

    async def _hear(self, frame: Json) -> None:
        kind = frame.get("type")
        if kind is None and "stream" in frame:
            await self._apply(frame)
        elif kind in ("sent", "refused"):
            answer = self.answers.get(frame["client_id"])
            if answer is not None and not answer.done():
                answer.set_result(frame)
        elif kind == "heads":
            await self._compare(frame["heads"])

    async def _compare(self, heads: Mapping[str, int]) -> None:
        """Ask for whatever a head says and the cursor does not have."""
        for stream, head in heads.items():
            if stream not in self.cursors and stream not in (self.others or ()):
                if stream.startswith("conversation:"):
                    await self._load(int(stream[13:]))
                else:
                    self.cursors[stream] = head
        await self._catch_up([stream for stream, head in heads.items() if head > self.cursors.get(stream, head)])

    async def _catch_up(self, streams: Iterable[str]) -> None:
        behind = list(streams)
        while behind:
            since = "&".join(f"since={stream}@{self.cursors[stream]}" for stream in behind if stream in self.cursors)
            if not since:
                return
            answer = await self.call("GET", f"/api/changes?{since}")
            self._same_epoch(answer["epoch"])
            behind = []
            for stretch in answer["streams"]:
                stream = stretch["stream"]
                if stretch.get("gone"):
                    self.cursors.pop(stream, None)
                elif stretch.get("reset"):
                    self.resets += 1
                    await self._load(int(stream[13:]))
                else:
                    await self._apply(stretch)
                    if self.cursors.get(stream, stretch["head"]) < stretch["head"]:
                        behind.append(stream)

    async def _apply(self, frame: Json) -> None:
        stream, since, to = frame["stream"], frame["from"], frame["to"]
        self._look_over(frame)
        cursor = self.cursors.get(stream)
        if cursor is None or to <= cursor:
            return
        if since > cursor:
            self.gaps += 1
            await self._catch_up([stream])
            cursor = self.cursors.get(stream)
            if cursor is None or to <= cursor:
                return
            if since > cursor:
                self.view.complaints.append(f"{stream}: a frame from {since} when all there is ends at {cursor}")
                return
        self.cursors[stream] = to
        news = [entry for entry in frame["entries"] if entry["seq"] > cursor]
        if stream.startswith("conversation:"):
            self._place(int(stream[13:]), news)
        elif stream.startswith("member:"):
            for entry in news:
                await self._come_or_go(entry)

    async def _come_or_go(self, entry: Json) -> None:
        """What the member's own stream says of conversations. It may be late: what is further on stays."""
        if entry["kind"] not in ("conversation.joined", "conversation.left"):
            return
        body = entry["body"]
        stream = f"conversation:{body['conversation_id']}"
        cursor = self.cursors.get(stream)
        if entry["kind"] == "conversation.left":
            if cursor is not None and cursor <= body["to_seq"]:
                del self.cursors[stream]
        elif cursor is None or cursor < body["from_seq"]:
            self.cursors[stream] = body["from_seq"]
            await self._catch_up([stream])

    def _place(self, conversation: int, entries: Iterable[Json]) -> None:
        self.view.placed[conversation] += [
            Seen(entry["seq"], entry["body"]["client_id"]) for entry in entries if entry["kind"] == SAY
        ]

    def _look_over(self, frame: Json) -> None:
        """Note what was shown, and whether the frame is one that the protocol allows."""
        seqs = [entry["seq"] for entry in frame["entries"]]
        stream: str = frame["stream"]
        if stream.startswith("conversation:"):
            self.view.shown[int(stream[13:])].update(seqs)
        if seqs != sorted(set(seqs)) or (seqs and not frame["from"] < seqs[0] <= seqs[-1] <= frame["to"]):
            self.view.complaints.append(f"{stream}: ({frame['from']}, {frame['to']}] holds {seqs[:10]}")
        if "epoch" in frame:
            self._same_epoch(frame["epoch"])

    def _same_epoch(self, epoch: str) -> None:
        if self.epoch not in ("", epoch):
            self.view.complaints.append(f"the epoch went from {self.epoch} to {epoch}")
        self.epoch = epoch

    async def _load(self, conversation: int) -> None:
        """The snapshot of a conversation: where it stands, and its messages page by page."""
        try:
            standing = await self.call("GET", f"/api/conversations/{conversation}")
            pages = await self._pages(conversation, standing["head"] + 1)
        except Refused:
            return
        self.cursors[f"conversation:{conversation}"] = standing["head"]
        placed = self.view.placed[conversation]
        newest = placed[-1].seq if placed else 0
        placed += [seen for seen in pages if seen.seq > newest]

    async def _pages(self, conversation: int, before: int) -> list[Seen]:
        found: list[Seen] = []
        while True:
            path = f"/api/conversations/{conversation}/messages?limit=200&before={before}"
            page = (await self.call("GET", path))["messages"]
            if not page:
                return found
            self.view.shown[conversation].update(message["seq"] for message in page)
            found[:0] = [Seen(message["seq"], message["client_id"]) for message in page]
            before = page[0]["seq"]

    async def shown_now(self, conversation: int) -> dict[str, tuple[int, ...]]:
        """What each way of reading gives of a conversation, asked for from its beginning."""
        ways: dict[str, tuple[int, ...]] = {}
        with contextlib.suppress(Refused):
            await self.call("GET", f"/api/conversations/{conversation}")
            ways["GET conversation"] = (0,)
        with contextlib.suppress(Refused):
            page = await self.call("GET", f"/api/conversations/{conversation}/messages?limit=200&before=200")
            ways["GET messages"] = tuple(message["seq"] for message in page["messages"])
        with contextlib.suppress(Refused):
            answer = await self.call("GET", f"/api/changes?since=conversation:{conversation}@0")
            ways["GET changes"] = tuple(entry["seq"] for each in answer["streams"] for entry in each["entries"])
        return ways

"""A client that stays up to date: connects, catches up, asks for what it lacks, sends what waits.

Screens read `state` and call the verbs; `changed` is called after every change of what may be seen.
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from . import state as states
from .apply import caught, hear
from .outbox import Outbox, Pending
from .state import EVERYTHING, Ask, State
from .wire import BackOff, Refused, SignedOut, Unreachable, Wire

PAGE = 50
SESSION_ENDED = 4401
RESTARTING = 1012
TYPING_LASTS = 6.0
TYPING_EVERY = 3.0
LOOK_UP_AT_ONCE = 100

Json = Any


@dataclass
class Around:
    """What is told now and kept nowhere: who is here, who is typing."""

    online: dict[int, bool] = field(default_factory=dict)
    typing: dict[int, dict[int, float]] = field(default_factory=dict)
    """By conversation and member: until when."""
    readers: dict[tuple[int, int], Json] = field(default_factory=dict)
    """By conversation and message: who has read it, as last asked."""

    def typing_in(self, conversation_id: int) -> list[int]:
        now = time.monotonic()
        return [id for id, until in self.typing.get(conversation_id, {}).items() if until > now]


class Client:
    """One account's connection to one server, for as long as `run` runs."""

    def __init__(self, wire: Wire, outbox: Outbox, changed: Callable[[], None] = lambda: None) -> None:
        self.wire = wire
        self.outbox = outbox
        self.changed = changed
        self.state: State | None = None
        self.around = Around()
        self.status = "connecting"
        self.ready = asyncio.Event()
        """Set while everything that the server told of is here."""
        self.loading: set[int] = set()
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._heads: dict[str, int] = {}
        self._epoch = ""
        self._work = asyncio.Event()
        self._watched: tuple[int, ...] = ()
        self._typed_at = 0.0

    async def run(self) -> None:
        """Stay connected until cancelled; raises `SignedOut` when the session has ended."""
        back_off = BackOff()
        while True:
            pause = 0.0
            try:
                pause = await self._one_connection(back_off)
            except Unreachable:
                pass
            finally:
                self._ws = None
                self.ready.clear()
                self.outbox.cut()
            pause = pause or back_off.pause()
            self._say(f"reconnecting in {pause:.0f} s" if pause >= 1 else "reconnecting")
            await asyncio.sleep(pause)

    def say(self, conversation_id: int, content: str, *, reply_to: int | None = None, **about: Any) -> Pending:
        """Say something, now or as soon as there is a connection."""
        return self.say_body(conversation_id, {"msgtype": "text", "content": content} | about, reply_to=reply_to)

    def say_body(self, conversation_id: int, body: dict[str, Any], *, reply_to: int | None = None) -> Pending:
        """The same of what is not words."""
        pending = Pending(conversation_id, body, reply_to)
        self.outbox.add(pending)
        self._wake()
        self.changed()
        return pending

    def retry(self, client_id: str) -> None:
        self.outbox.again(client_id)
        self._wake()
        self.changed()

    def keep(self, conversation_id: int) -> None:
        """From here on, keep what is said in a conversation."""
        if self.state:
            self.state = states.opened(self.state, conversation_id)

    def open(self, conversation_id: int) -> None:
        """Have a conversation's newest page and its participants, if they are not here yet."""
        if self.state is None or (held := self.state.conversations.get(conversation_id)) is None:
            return
        self.state = states.opened(self.state, conversation_id)
        if held.known_from is None:
            self.state = self.state.asking(Ask("page", conversation_id))
        if held.participants is None and held.kind != "app":
            self.state = self.state.asking(Ask("participants", conversation_id))
        self._wake()

    def read_back(self, conversation_id: int) -> None:
        """Have the page before what is here."""
        held = self.state and self.state.conversations.get(conversation_id)
        if self.state and held and held.known_from is not None and held.known_from > held.from_seq:
            self.state = self.state.asking(Ask("page", conversation_id))
            self._wake()

    def look_up(self, *member_ids: int) -> None:
        """Learn who these are."""
        if self.state is None:
            return
        unknown = [Ask("member", id) for id in member_ids if Ask("member", id) not in self.state.looked_up]
        if unknown and not self.state.asks.issuperset(unknown):
            self.state = self.state.asking(*unknown)
            self._wake()

    def typing(self, conversation_id: int) -> None:
        """Tell that something is being written, not too often."""
        now = time.monotonic()
        if self._ws and now - self._typed_at > TYPING_EVERY:
            self._typed_at = now
            self._write_soon({"type": "typing", "conversation_id": conversation_id})

    def watch(self, member_ids: list[int]) -> None:
        """Be told of these people's presence."""
        wanted = tuple(sorted(set(member_ids))[:500])
        if wanted != self._watched:
            self._watched = wanted
            if self._ws:
                self._write_soon({"type": "watch", "member_ids": list(wanted)})

    def take_in(self, view: Json) -> None:
        """A conversation that the API answered with: one that was just begun."""
        if self.state and view["id"] not in self.state.conversations:
            self.state = states.absorb(self.state, Ask("conversation", view["id"]), view)
            self._wake()

    async def mark_read(self, conversation_id: int, seq: int) -> None:
        """What was seen is read; the member's own stream tells the other devices, and this one."""
        await self.wire.post(f"/api/conversations/{conversation_id}/read", {"seq": seq})

    async def ask_readers(self, conversation_id: int, seq: int) -> Json:
        answer = await self.wire.get(f"/api/conversations/{conversation_id}/messages/{seq}/readers")
        self.around.readers[conversation_id, seq] = answer
        self.changed()
        return answer

    async def _one_connection(self, back_off: BackOff) -> float:
        """Until the socket closes; how long to wait before the next, where the server said so."""
        self._say("connecting")
        async with self.wire.socket() as ws:
            welcome = await _frame(ws)
            if welcome is None:
                return self._closed(ws)
            self._ws, self._epoch, self._heads = ws, welcome["epoch"], welcome["heads"]
            if self.state and self.state.epoch == self._epoch:
                self.state = states.compared(self.state, self._heads)
            else:
                self.state = None
            self._say("catching up")
            if self._watched:
                self._write_soon({"type": "watch", "member_ids": list(self._watched)})
            mending = asyncio.ensure_future(self._mend_for_ever(ws, back_off))
            try:
                while (frame := await _frame(ws)) is not None:
                    self._heed(frame)
            finally:
                mending.cancel()
                with contextlib.suppress(asyncio.CancelledError, Unreachable):
                    await mending
            return self._closed(ws)

    def _closed(self, ws: aiohttp.ClientWebSocketResponse) -> float:
        if ws.close_code == SESSION_ENDED:
            raise SignedOut
        return random.uniform(0, 5) if ws.close_code == RESTARTING else 0.0

    def _heed(self, frame: Mapping[str, Any]) -> None:
        if "entries" in frame:
            self._hear(frame)
        match frame.get("type"):
            case "sent":
                self.outbox.answered(frame["client_id"], seq=frame["seq"])
                self._settle(frame["conversation_id"], frame["client_id"])
            case "refused":
                self._refused(frame)
            case "heads":
                self._heads |= frame["heads"]
                if self.state:
                    self.state = states.compared(self.state, frame["heads"], all_heads=False)
                    for stream in frame.get("gone", ()):
                        self.state = states.forgotten(self.state, stream)
            case "typing":
                members = self.around.typing.setdefault(frame["conversation_id"], {})
                members[frame["member_id"]] = time.monotonic() + TYPING_LASTS
                self.look_up(frame["member_id"])
            case "presence":
                self.around.online |= {int(id): here for id, here in frame["members"].items()}
            case "reads":
                id = frame["conversation_id"]
                self.around.readers = {key: held for key, held in self.around.readers.items() if key[0] != id}
        self._wake()
        self.changed()

    def _hear(self, frame: Mapping[str, Any]) -> None:
        """Before the snapshot is here, frames only say how far it must reach."""
        self._heads[frame["stream"]] = max(frame["to"], self._heads.get(frame["stream"], 0))
        if self.state:
            self.state = hear(self.state, frame)
            self._placed(frame["entries"])

    def _placed(self, entries: list[Json]) -> None:
        """What the entries place is no longer pending; who speaks is no longer typing."""
        for entry in entries:
            if entry["kind"] == "message.sent" and self.state:
                if entry["body"]["sender_id"] == self.state.me.id:
                    self.outbox.seen(entry["body"]["client_id"])
                for members in self.around.typing.values():
                    members.pop(entry["body"]["sender_id"], None)

    def _settle(self, conversation_id: int, client_id: str) -> None:
        """An answer that came after its entry."""
        pending = self.outbox.pending.get(client_id)
        cursor = self.state.cursors.get(states.stream_of(conversation_id), 0) if self.state else 0
        if pending and pending.seq is not None and pending.seq <= cursor:
            self.outbox.seen(client_id)

    def _refused(self, frame: Mapping[str, Any]) -> None:
        wait = frame.get("retry_after") or (1.0 if frame["error"] in ("Broken", "Busy") else None)
        if wait is None:
            self.outbox.answered(frame["client_id"], failed=frame["message"] or frame["error"])
        else:
            asyncio.get_running_loop().call_later(wait, self._sent_again, frame["client_id"])

    def _sent_again(self, client_id: str) -> None:
        self.outbox.answered(client_id)
        self._wake()

    async def _mend_for_ever(self, ws: aiohttp.ClientWebSocketResponse, back_off: BackOff) -> None:
        """Send what waits, and ask for what is lacking, whenever there is something of either."""
        try:
            while True:
                self._work.clear()
                for pending in self.outbox.next():
                    await ws.send_str(json.dumps(pending.frame(), ensure_ascii=False))
                try:
                    if await self._mend():
                        continue
                except Refused as refused:
                    if not refused.is_for_now:
                        raise
                    await asyncio.sleep(refused.retry_after or 1)
                    continue
                if not self._work.is_set():
                    back_off.succeeded()
                    self.ready.set()
                    self._say("connected")
                await self._work.wait()
        except (Unreachable, Refused, ConnectionError):
            pass
        finally:
            await ws.close()

    async def _mend(self) -> bool:
        """Ask for one round of what is lacking; whether there was anything."""
        if self.state is None or EVERYTHING in self.state.asks:
            self.state = await self._snapshot()
            self.changed()
            return True
        if behind := {n: self.state.cursors[n] for n in self.state.behind if n in self.state.cursors}:
            self.ready.clear()
            for stretch in await self.wire.changes(behind):
                if self.state is not None:
                    self.state = caught(self.state, stretch)
                    self._placed(stretch["entries"])
            self.changed()
            return True
        if not self.state.asks:
            return False
        members = sorted(ask.id for ask in self.state.asks if ask.what == "member")[:LOOK_UP_AT_ONCE]
        if members:
            await self._look_up(members)
        for ask in sorted(ask for ask in self.state.asks if ask.what != "member"):
            await self._ask(ask)
        self.changed()
        return True

    async def _snapshot(self) -> State:
        heads = dict(self._heads)
        me, listed = await self.wire.get("/api/me"), await self.wire.get("/api/conversations")
        state = states.begin(me, self._epoch, heads, listed["conversations"])
        return states.compared(state, self._heads, all_heads=False)  # frames have come meanwhile

    async def _look_up(self, member_ids: list[int]) -> None:
        answer = await self.wire.get("/api/members/lookup", id=member_ids)
        found = {each["id"]: each for each in answer["members"]}
        if others := [id for id in member_ids if id not in found]:  # apps, robots, and whom a rule hides
            told = await self.wire.get("/api/actors", id=others)
            found |= {each["id"]: {"name": each["name"], "userid": ""} for each in told["actors"] if each["name"]}
        for id in member_ids:
            if self.state:
                self.state = states.absorb(self.state, Ask("member", id), found.get(id))

    async def _ask(self, ask: Ask) -> None:
        path = f"/api/conversations/{ask.id}"
        try:
            if ask.what == "page":
                held = self.state and self.state.conversations.get(ask.id)
                before = {"before": held.known_from + 1} if held and held.known_from is not None else {}
                answer = await self.wire.get(f"{path}/messages", limit=PAGE, **before)
                if self.state:
                    state = states.with_page(self.state, ask.id, answer["messages"], limit=PAGE)
                    self.state = replace(state, asks=state.asks - {ask})
                return
            paths = {"conversation": path, "participants": f"{path}/participants", "devices": "/api/me/devices"}
            answer = await self.wire.get(paths[ask.what])
        except Refused as refused:
            if refused.status not in (403, 404):
                raise
            answer = None
        if self.state:
            self.state = states.absorb(self.state, ask, answer)

    def _write_soon(self, frame: Json) -> None:
        ws = self._ws
        if ws and not ws.closed:
            writing = asyncio.ensure_future(ws.send_str(json.dumps(frame, ensure_ascii=False)))
            writing.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _wake(self) -> None:
        self._work.set()

    def _say(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self.changed()


async def _frame(ws: aiohttp.ClientWebSocketResponse) -> Json | None:
    """The next frame; None when the socket has closed."""
    message = await ws.receive()
    return json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else None

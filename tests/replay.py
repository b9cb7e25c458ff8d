"""The replay property: *snapshot + changes = new snapshot*, for any operation and any viewer.

    async with replaying(world, "lisi"):
        await messaging.rename(tx, ...)

Before, the viewer's client loads all that the API shows. Afterwards it applies the entries, asks what they
told it to ask, and must know what a client knows that loads everything anew: once by `GET /api/changes`
alone, as after a night offline, and once by what the socket said meanwhile. A conversation that it holds
must be brought up to date by entries, not by asking again.

With `--record`, each run is written to `tests/recorded/`, with ids and times made the same in every run,
so that other clients can be held to the same.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import ClientWebSocketResponse

from tests.world import World
from wecom.interfaces.cli.chat import state as states
from wecom.interfaces.cli.chat.apply import caught, hear
from wecom.interfaces.cli.chat.state import EVERYTHING, Ask, State, picture
from wecom.interfaces.cli.chat.wire import Refused, Wire

RECORDED = Path(__file__).parent / "recorded"
PAGE = 200


@dataclass
class Replay:
    """One viewer, one operation."""

    wire: Wire
    viewer: str
    ws: ClientWebSocketResponse
    heads: dict[str, int]
    epoch: str
    entries: list[dict[str, Any]] = field(default_factory=list)
    live: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[int, list[Any]]] = field(default_factory=list)
    """Beside each picture, what pages tell of each conversation besides messages."""

    @property
    def kinds(self) -> list[str]:
        return [entry["kind"] for frame in (*self.entries, *self.live) for entry in frame["entries"]]

    async def snapshot(self) -> State:
        """All that the API shows, loaded as a client does on its first start."""
        me = await self.wire.get("/api/me")
        listed = await self.wire.get("/api/conversations")
        state = states.begin(me, self.epoch, self.heads, listed["conversations"])
        for id in state.conversations:
            state = await self._look(state, id)
        for ask in (Ask("devices"), Ask("settings"), Ask("directory"), Ask("members")):
            state = states.absorb(state, ask, await self._answer(ask))
        if "hr" in state.me.roles:
            state = states.absorb(state, Ask("join_requests"), await self._answer(Ask("join_requests")))
        for tag in state.looked_up[Ask("directory")]["tags"]:
            state = states.absorb(state, Ask("tag", tag["id"]), await self._answer(Ask("tag", tag["id"])))
        return state

    async def noticed(self, state: State) -> dict[int, list[Any]]:
        """What pages tell of each conversation besides messages."""
        told = {}
        for id in state.conversations:
            page = await self.wire.get(f"/api/conversations/{id}/messages", limit=PAGE, notices="true")
            told[id] = [each for each in page["messages"] if each["notice"]]
        return told

    async def caught_up(self, state: State, *, only_behind: bool = False) -> State:
        """By entries, and by asking what they told to ask."""
        for _ in range(20):
            cursors = {n: at for n, at in state.cursors.items() if not only_behind or n in state.behind}
            stretches = await self.wire.changes(cursors)
            moved = [each for each in stretches if each["to"] != each["from"] or each.get("gone")]
            for stretch in moved:
                (self.live if only_behind else self.entries).append(stretch)
                state = caught(state, stretch)
            if not moved and not state.asks:
                return state
            for ask in sorted(state.asks):
                assert ask != EVERYTHING
                held = state.conversations.get(ask.id) if ask.what == "conversation" else None
                assert held is None or held.kind == "app", f"{self.kinds}: {ask} is held, and asked again"
                answer = await self._answer(ask)
                if not only_behind:
                    self.answers.append({"ask": list(ask), "answer": answer})
                state = states.absorb(state, ask, answer)
                if ask.what == "conversation" and ask.id in state.conversations:
                    state = await self._look(state, ask.id)
                if ask == Ask("directory"):
                    state = await self._new_tags(state)
        raise AssertionError(f"there is always more to ask: {state.asks} {self.kinds}")

    async def heard(self, state: State) -> State:
        """By what the socket says, until it has said everything; by asking only what that told to ask."""
        for _ in range(200):
            await self.ws.send_json({"type": "hello", "cursors": dict(state.cursors)})
            while (frame := await self.ws.receive_json(timeout=20)).get("type") != "heads" or "gone" not in frame:
                if "entries" in frame:
                    self.live.append(frame)
                    state = hear(state, frame)
                elif frame["type"] == "heads":
                    state = states.compared(state, frame["heads"], all_heads=False)
            if not frame["heads"] or state.asks or state.behind:
                break
            await asyncio.sleep(0.02)
        assert not frame["gone"], f"the entries did not say that it was over: {frame['gone']}"
        return await self.caught_up(state, only_behind=True)

    async def _look(self, state: State, id: int) -> State:
        state = states.opened(state, id)
        if state.conversations[id].kind != "app":
            participants = await self._answer(Ask("participants", id))
            state = states.absorb(state, Ask("participants", id), participants)
        page = await self.wire.get(f"/api/conversations/{id}/messages", limit=PAGE)
        return states.with_page(state, id, page["messages"], limit=PAGE)

    async def _new_tags(self, state: State) -> State:
        """A client that shows every tag looks at each that the directory lists, and at no other."""
        listed = {Ask("tag", each["id"]) for each in state.looked_up[Ask("directory")]["tags"]}
        kept = {ask: answer for ask, answer in state.looked_up.items() if ask.what != "tag" or ask in listed}
        state = replace(
            state, looked_up=kept, asks=frozenset(ask for ask in state.asks if ask.what != "tag" or ask in listed)
        )
        return state.asking(*(listed - set(kept)))

    async def _answer(self, ask: Ask) -> Any:
        paths = {
            "conversation": f"/api/conversations/{ask.id}",
            "participants": f"/api/conversations/{ask.id}/participants",
            "devices": "/api/me/devices",
            "settings": "/api/me/settings",
            "directory": "/api/directory",
            "members": "/api/members",
            "tag": f"/api/tags/{ask.id}",
            "join_requests": "/api/join-requests",
        }
        try:
            answer = await self.wire.get(paths[ask.what], **({"limit": 1000} if ask.what == "members" else {}))
        except Refused as refused:
            assert refused.status == 404
            return None
        if ask.what == "directory":
            answer.pop("cursor")  # where it was read, not what it says
        return answer

    def record(self, name: str) -> None:
        """For other clients' reducers."""
        before, after = self.pictures
        for shown, notices in zip(self.pictures, self.notices, strict=True):
            for id, each in shown["conversations"].items():
                each["notices"] = notices[int(id)]
        told = {
            "viewer": self.viewer,
            "before": before,
            "frames": self.entries,
            "answers": self.answers,
            "after": after,
        }
        RECORDED.mkdir(exist_ok=True)
        text = json.dumps(Normal(told).of(told), ensure_ascii=False, indent=1, sort_keys=True)
        (RECORDED / f"{name}.json").write_text(text + "\n")


class Normal:
    """Times and random names, replaced by numbers: times in their own order, names in the order they are met."""

    TIMES = ("sent_at", "created_at", "seen_at", "left_at", "expires_at", "joined_at", "asked_at", "decided_at")
    TIMES += ("pinned_at", "muted_until", "updated_at", "at")
    RANDOM = ("chatid", "client_id", "epoch")

    def __init__(self, told: Any) -> None:
        self.moments = sorted(set(self._times(told)))
        self.names: dict[str, list[str]] = {key: [] for key in self.RANDOM}

    def of(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self.of(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.of(each, key) for each in value]
        if isinstance(value, str) and key in self.TIMES:
            return f"2026-01-01T00:00:{self.moments.index(states.moment(value)):02}Z"
        if isinstance(value, str) and value and key in self.RANDOM:
            if value not in self.names[key]:
                self.names[key].append(value)
            return f"{key}-{self.names[key].index(value)}"
        return value

    def _times(self, value: Any, key: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for name, each in value.items():
                yield from self._times(each, name)
        elif isinstance(value, list):
            for each in value:
                yield from self._times(each, key)
        elif isinstance(value, str) and key in self.TIMES:
            yield states.moment(value)


@asynccontextmanager
async def replaying(world: World, *viewers: str, record: str = "") -> AsyncIterator[list[Replay]]:
    """Whatever happens inside, told by entries, must bring every viewer from what was to what is."""
    async with AsyncExitStack() as stack:
        server = await world.server()
        replays, befores = [], []
        for viewer in viewers:
            wire = Wire(str(server.make_url("/")), await world.token(viewer))
            stack.push_async_callback(wire.close)
            ws = await stack.enter_async_context(wire.socket())
            welcome = await ws.receive_json()
            replays.append(Replay(wire, viewer, ws, welcome["heads"], welcome["epoch"]))
        for replay in replays:
            befores.append(await replay.snapshot())
            replay.pictures.append(picture(befores[-1]))
            replay.notices.append(await replay.noticed(befores[-1]))
        yield replays
        for replay, before in zip(replays, befores, strict=True):
            by_socket = await replay.heard(before)
            by_asking = await replay.caught_up(before)
            there = await replay.snapshot()
            now = picture(there)
            for way, held in (("the socket", picture(by_socket)), ("asking", picture(by_asking))):
                wrong = list(differences(held, now))
                assert not wrong, f"{replay.viewer}, by {way}, after {replay.kinds}: {wrong}"
            replay.pictures.append(now)
            replay.notices.append(await replay.noticed(there))
            if record:
                replay.record(f"{record}-{replay.viewer}")


def differences(held: Any, there: Any, at: str = "") -> Iterator[str]:
    """Where two pictures do not show the same."""
    if isinstance(held, dict) and isinstance(there, dict):
        for key in sorted(held.keys() | there.keys(), key=str):
            yield from differences(held.get(key, "nothing"), there.get(key, "nothing"), f"{at}/{key}")
    elif isinstance(held, list) and isinstance(there, list) and len(held) == len(there):
        for n, (one, other) in enumerate(zip(held, there, strict=True)):
            yield from differences(one, other, f"{at}/{n}")
    elif held != there:
        yield f"{at}: {held!r} is held and {there!r} is there"

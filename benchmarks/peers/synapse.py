"""Matrix Synapse from a virtual environment of its own (SYNAPSE_PYTHON); clients long-poll `/sync`."""

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from ..postgres import PORT as POSTGRES
from ..tally import WORDS, words
from ..wire import Http
from .peer import Hear, Room, at_most
from .stored import StoredPeer

PORT = 18008
PYTHON = os.environ.get("SYNAPSE_PYTHON", "synapse-venv/bin/python")
SERVER = (PYTHON, "-m", "synapse.app.homeserver", "-c", "homeserver.yaml")
ROOM_FILTER = {"state": {"lazy_load_members": True}, "ephemeral": {"types": []}, "account_data": {"types": []}}
SLIDING = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
POLL = 30_000

numbers = itertools.count(1)
Json = dict[str, Any]


def said(answer: Json) -> Iterator[int]:
    """The numbers of the messages that an answer to /sync holds."""
    for room in answer.get("rooms", {}).get("join", {}).values():
        for event in room["timeline"]["events"]:
            if event["type"] == "m.room.message" and (found := WORDS.match(event["content"]["body"].encode())):
                yield int(found[1])


class MatrixSession:
    """A member who polls again at once, and lets the server hold the poll for 30 s."""

    def __init__(self, peer: "Synapse", member: Json, hear: Hear) -> None:
        self.peer, self.member, self.hear = peer, member, hear
        self.polling = peer.http(member)
        self.sending = peer.http(member)
        self.since = ""
        self.task: asyncio.Task[None] | None = None

    async def sync(self, since: str = "", timeout: int = 0) -> Json:
        room = ROOM_FILTER | {"timeline": {"limit": 200 if since else 1}}
        wanted = {"presence": {"types": []}, "account_data": {"types": []}, "room": room}
        query = {"timeout": timeout, "set_presence": "offline", "filter": json.dumps(wanted)}
        path = "/_matrix/client/v3/sync?" + urlencode(query | ({"since": since} if since else {}))
        answer: Json = await self.polling.call("GET", path)
        return answer

    async def open(self) -> None:
        self.since = (await self.sync())["next_batch"]
        self.task = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        while True:
            answer = await self.sync(self.since, POLL)
            self.since = answer["next_batch"]
            for number in said(answer):
                self.hear(self, number)

    async def enter(self, room: Room) -> None:
        return

    async def send(self, room: Room, number: int) -> None:
        path = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/t{next(numbers)}"
        http = self.peer.http(self.member) if self.sending.busy else self.sending
        await http.call("PUT", path, {"msgtype": "m.text", "body": words(number)})

    async def close(self) -> None:
        if self.task:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        await self.polling.close()
        await self.sending.close()
        self.peer.sessions.discard(self)


class SlidingSession(MatrixSession):
    """The same with simplified sliding sync (MSC4186)."""

    async def sync(self, since: str = "", timeout: int = 0) -> Json:
        query = {"timeout": timeout, "set_presence": "offline"} | ({"pos": since} if since else {})
        wanted = {"ranges": [[0, 99]], "timeline_limit": 200 if since else 1, "required_state": []}
        body = {"conn_id": "bench", "lists": {"all": wanted}}
        answer = await self.polling.call("POST", f"{SLIDING}?{urlencode(query)}", body)
        rooms = {id: {"timeline": {"events": room.get("timeline", [])}} for id, room in answer["rooms"].items()}
        return {"next_batch": answer["pos"], "rooms": {"join": rooms}}


class Synapse(StoredPeer):
    name = "synapse"
    settings = "bcrypt, 12 rounds; rate limits raised, presence off, no federation, one process, caches as they ship"
    keeps_members = True
    session: type[MatrixSession] = MatrixSession

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.sessions: set[MatrixSession] = set()

    def missing(self) -> str:
        how = 'python3 -m venv DIR && DIR/bin/pip install "matrix-synapse[postgres]", and SYNAPSE_PYTHON=DIR/bin/python'
        return super().missing() if shutil.which(PYTHON) else how

    async def prepare(self) -> None:
        free = {"per_second": 1e6, "burst_count": 1e6}
        database = {"user": "postgres", "dbname": self.name, "host": "127.0.0.1", "port": POSTGRES}
        listener = {"port": PORT, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
        configuration = {
            "server_name": "localhost",
            "pid_file": f"{self.place}/pid",
            "report_stats": False,
            "listeners": [listener],
            "database": {"name": "psycopg2", "args": database | {"cp_min": 5, "cp_max": 10}},
            "log_config": f"{self.place}/log.json",
            "media_store_path": f"{self.place}/media",
            "signing_key_path": f"{self.place}/key",
            "registration_shared_secret": "bench",
            "macaroon_secret_key": "bench",
            "form_secret": "bench",
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "presence": {"enabled": False},
            "rc_login": {"address": free, "account": free, "failed_attempts": free},
            "rc_joins": {"local": free, "remote": free},
            "rc_invites": {"per_room": free, "per_user": free, "per_issuer": free},
            "rc_presence": {"per_user": free},
        }
        others = ("message", "registration", "admin_redaction", "joins_per_room", "room_creation")
        configuration |= {f"rc_{name}": free for name in others}
        (self.place / "homeserver.yaml").write_text(json.dumps(configuration, indent=1))
        handler = {"class": "logging.FileHandler", "filename": f"{self.place}/synapse.log"}
        log = {"version": 1, "handlers": {"f": handler}, "root": {"level": "WARNING", "handlers": ["f"]}}
        (self.place / "log.json").write_text(json.dumps(log))
        await asyncio.to_thread(self._make_keys)

    def _make_keys(self) -> None:
        command = [*SERVER, "--generate-keys"]
        subprocess.run(command, check=True, cwd=self.place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def launch(self) -> None:
        self.spawn(SERVER)

    def http(self, member: Json | None = None) -> Http:
        return Http("127.0.0.1", PORT, f"Authorization: Bearer {member['token']}\r\n" if member else "")

    async def once(self, member: Json | None, method: str, path: str, body: Any = None) -> Any:
        """One call on a connection of its own."""
        http = self.http(member)
        try:
            return await http.call(method, path, body)
        finally:
            await http.close()

    async def probe(self, member: Json | None) -> None:
        path = "/_matrix/client/v3/account/whoami" if member else "/_matrix/client/versions"
        await self.once(member, "GET", path)

    async def stop(self) -> None:
        for session in list(self.sessions):
            await session.close()
        await super().stop()

    async def create_members(self, count: int) -> list[Json]:
        return await at_most(8, [self._register(f"u{next(numbers)}") for _ in range(count)])

    async def _register(self, name: str) -> Json:
        path, password = "/_synapse/admin/v1/register", "pw-Secret1"
        nonce = (await self.once(None, "GET", path))["nonce"]
        signed = b"\0".join(word.encode() for word in (nonce, name, password, "notadmin"))
        body = {"nonce": nonce, "username": name, "password": password, "admin": False}
        body["mac"] = hmac.new(b"bench", signed, hashlib.sha1).hexdigest()
        answer = await self.once(None, "POST", path, body)
        return {"id": answer["user_id"], "token": answer["access_token"], "password": password}

    async def create_room(self, owner: Json, members: Sequence[Json]) -> str:
        answer = await self.once(owner, "POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"})
        room: str = answer["room_id"]
        path = f"/_matrix/client/v3/join/{quote(room)}"
        await at_most(4, [self.once(member, "POST", path, {}) for member in members if member is not owner])
        return room

    async def connect(self, member: Json, hear: Hear) -> MatrixSession:
        session = self.session(self, member, hear)
        await session.open()
        self.sessions.add(session)
        return session

    async def mark(self, member: Json) -> str:
        session = self.session(self, member, _nothing)
        since: str = (await session.sync())["next_batch"]
        await session.close()
        return since

    async def catch_up(self, member: Json, mark: str, rooms: Sequence[str]) -> int:
        session, got = MatrixSession(self, member, _nothing), set[int]()
        while True:
            answer = await session.sync(mark)
            fresh = set(said(answer))
            got |= fresh
            mark = answer["next_batch"]
            if not fresh or not any(room["timeline"].get("limited") for room in answer["rooms"]["join"].values()):
                await session.close()
                return len(got)

    async def sign_in(self, member: Json) -> None:
        who = {"type": "m.id.user", "user": member["id"]}
        body = {"type": "m.login.password", "identifier": who, "password": member["password"]}
        await self.once(None, "POST", "/_matrix/client/v3/login", body)


class SlidingSynapse(Synapse):
    name = "synapse_sliding"
    settings = f"{Synapse.settings}; clients on simplified sliding sync"
    workloads = frozenset({"w1", "w2"})  # what else there is has no client that listens
    session = SlidingSession


def _nothing(session: object, number: int) -> None:
    """Of what is heard meanwhile."""

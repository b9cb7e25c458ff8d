"""Our own server, as `wecom run` starts it for anybody: embedded Postgres with fsync, embedded Valkey."""

import asyncio
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from wecom.foundation.embedded import EmbeddedPostgres

from ..population import PASSWORD, Employee, Population
from ..tally import words
from ..usage import tree
from ..wire import Http, Socket
from .peer import Hear, Peer

CLIENT_ID = b'"client_id"'
NUMBER = b'"b'
VALKEY = ("valkey-server", "redis-server")


class WecomSession(Socket):
    """A member's socket. A message's `client_id` carries its number."""

    def __init__(self, hear: Hear) -> None:
        super().__init__()
        self.hear = hear
        self.heads: dict[str, int] = {}
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_text(self, data: bytes, start: int, end: int) -> None:
        if data.startswith(b'{"stream":', start):
            # Entries that a gateway read from Postgres have spaces after their colons.
            at = data.find(CLIENT_ID, start, end)
            while at >= 0:
                at = data.find(NUMBER, at + 11, end) + 2
                self.hear(self, int(data[at : at + 8]))
                at = data.find(CLIENT_ID, at, end)
        elif data.startswith(b'{"type":"sent"', start):
            at = data.find(NUMBER, start, end) + 2
            self.acknowledge(int(data[at : at + 8]))
        elif data.startswith(b'{"type":"welcome"', start):
            self.heads = orjson.loads(data[start:end])["heads"]
            self.welcomed.set_result(None)
        elif data.startswith(b'{"type":"refused"', start):
            told = orjson.loads(data[start:end])
            self.acknowledge(int(told["client_id"][1:]), ConnectionError(told["message"]))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if not self.welcomed.done():
            self.welcomed.set_exception(ConnectionError("the socket was closed"))

    async def enter(self, room: int) -> None:
        return

    async def send(self, room: int, number: int) -> None:
        await self.acknowledgement(
            number,
            b'{"type":"send","conversation_id":%d,"client_id":"b%08d","body":{"msgtype":"text","content":"%s"}}'
            % (room, number, words(number).encode()),
        )


class Wecom(Peer):
    name = "wecom"
    settings = "argon2id m=19456 t=2 p=1; limits on sending raised; otherwise as it ships"
    workloads = frozenset({"w1", "w2", "w3", "w4", "w5", "w6", "all", "ldap", "search", "push", "checkins", "health"})
    keeps_members = True
    processes: int | None = None

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.people = Population()
        self.host, self.port, self.corpid = "127.0.0.1", 0, ""
        self.told: dict[str, Any] = {}
        self.numbers = itertools.count(1)
        self.environment: dict[str, str] = {}

    async def ready(self, member: Any = None, patience: float = 120) -> None:
        await super().ready(member, patience)
        if not hasattr(self.people, "pool"):
            await self.people.open(EmbeddedPostgres(self.place / "data").url("wecom_app"))

    async def stop(self) -> None:
        if hasattr(self.people, "pool"):
            await self.people.pool.close()
            del self.people.pool
        await super().stop()

    def launch(self) -> None:
        number = () if self.processes is None else ("--processes", self.processes)
        file = self.place / "ready.json"
        file.unlink(missing_ok=True)
        data = self.place / "data"
        command = (sys.executable, "-m", "wecom", "run", "--data-dir", data, "--port", 0, "--ready-file", file)
        self.spawn(
            (*command, *number),
            PYTHONPATH=Path(__file__).parents[2],
            WECOM_MESSAGE_RATE=10**9,
            WECOM_SEARCH_RATE=10**9,
            WECOM_APP_MESSAGE_PER_MINUTE=0,
            WECOM_APP_MESSAGE_PER_HOUR=0,
            WECOM_PUSH_NETWORKS="127.0.0.0/8",
            **self.environment,
        )

    async def probe(self, member: Employee | None) -> None:
        self.told = orjson.loads((self.place / "ready.json").read_bytes())
        self.port = int(self.told["url"].rpartition(":")[2])
        http = self.http(member)
        try:
            await http.call("GET", "/api/me" if member else "/readyz")
        finally:
            await http.close()

    def http(self, member: Employee | None = None) -> Http:
        """A connection of this member's."""
        return Http(self.host, self.port, f"Authorization: Bearer {member.token}\r\n" if member else "")

    def groups(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {"server": [], "postgres": [], "valkey": []}
        for each in tree([self.process.pid] if self.process else []):
            name = each.name()
            of = "postgres" if name == "postgres" else "valkey" if name in VALKEY else "server"
            found[of].append(each.pid)
        return found

    async def analyze(self) -> None:
        await self.people.pool.execute("ANALYZE")

    async def create_members(self, count: int) -> list[Employee]:
        return await self.people.employees(count)

    async def create_room(self, owner: Employee, members: Sequence[Employee]) -> int:
        return await self.people.group(owner, members)

    async def connect(self, member: Employee, hear: Hear) -> WecomSession:
        session = WecomSession(hear)
        await session.open(self.host, self.port, "/api/socket", f"Authorization: Bearer {member.token}\r\n")
        await session.welcomed
        return session

    async def mark(self, member: Employee) -> dict[str, int]:
        session = await self.connect(member, _nothing)
        await session.close()
        return session.heads

    async def catch_up(self, member: Employee, mark: dict[str, int], rooms: Sequence[int]) -> int:
        """As a client does it: the socket's welcome says what moved, one call fetches it."""
        session = await self.connect(member, _nothing)
        moved = [f"since={name}@{mark.get(name, 0)}" for name, head in session.heads.items() if head != mark.get(name)]
        http = self.http(member)
        got = 0
        if moved:
            answer = await http.call("GET", "/api/changes?" + "&".join(moved))
            got = sum(entry["kind"] == "message.sent" for each in answer["streams"] for entry in each["entries"])
        await http.close()
        await session.close()
        return got

    async def sign_in(self, member: Employee) -> None:
        http = self.http()
        body = {"account": member.userid, "password": PASSWORD, "kind": "bearer"}
        await http.call("POST", "/api/session", body)
        await http.close()


class WecomInOneProcess(Wecom):
    name = "wecom_1"
    settings = f"{Wecom.settings}; --processes 1"
    processes = 1


def _nothing(session: Any, number: int) -> None:
    """Of what is heard meanwhile."""

"""A light XMPP client (plain TCP, SASL PLAIN, MUC, MAM), and what is common to XMPP servers.

It looks for the few things it must know in the bytes that come, by one regular expression: bodies here
have no markup, and a driver that parsed XML would be what is measured.
"""

import asyncio
import base64
import itertools
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, cast

from ..tally import WORDS, words
from .peer import Hear, Room, at_most
from .stored import StoredPeer

HOST, ROOMS = "localhost", "conference.localhost"
ENDED = b"</message>"
TOKEN = re.compile(
    rb"<body>([^<]*)</body>"
    rb"|(<iq [^>]*?/>|<iq .*?</iq>)"
    rb"|(<status code=['\"]110)"
    rb"|(<success|<failure.*?</failure>)"
    rb"|(</stream:features>)"
    rb"|(<presence[^>]*type=['\"]error['\"].*?</presence>|<stream:error.*?</stream:error>)",
    re.S,
)
BODY, IQ, JOINED, OUTCOME, FEATURES, PROBLEM = range(1, 7)
IQ_ID = re.compile(rb"\bid=['\"]([^'\"]+)")
LAST = re.compile(rb"<last>([^<]+)</last>")
COMPLETE = re.compile(rb"complete=['\"]true")
STANZAS = (b"<message", b"<presence", b"<iq ", b"<stream")
MUC = "http://jabber.org/protocol/muc"

numbers = itertools.count(1)


class Account(NamedTuple):
    name: str
    password: str


class XmppSession(asyncio.Protocol):
    def __init__(self, account: Account, hear: Hear) -> None:
        self.account, self.hear = account, hear
        self.transport: asyncio.Transport
        self.rest = b""
        self.waiting: dict[int, asyncio.Future[None]] = {}
        self.asked: dict[bytes, asyncio.Future[bytes]] = {}
        self.told: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        answers: list[asyncio.Future[None] | asyncio.Future[bytes]] = [*self.waiting.values(), *self.asked.values()]
        for answer in answers:
            if not answer.done():
                answer.set_exception(ConnectionError(f"{self.account.name}: {exc}"))
        self.told.put_nowait((PROBLEM, b"the connection is lost"))

    def data_received(self, data: bytes) -> None:
        if not self.rest and data.endswith(ENDED) and b"<iq " not in data and b"<presence" not in data:
            for part in data.split(b"<body>")[1:]:
                self._heard(part)
            return
        data = self.rest + data
        end = 0
        for found in TOKEN.finditer(data):
            end, kind = found.end(), found.lastindex or 0
            if kind == BODY:
                self._heard(found[BODY])
            elif kind == IQ:
                id = IQ_ID.search(found[IQ])
                answer = self.asked.pop(id[1], None) if id else None
                if answer and not answer.done():
                    answer.set_result(found[IQ])
            else:
                self.told.put_nowait((kind, found[0]))
        rest = data[end:]
        if len(rest) > 4096:
            rest = rest[max(0, *(rest.rfind(start) for start in STANZAS)) :]
        self.rest = rest

    def _heard(self, body: bytes) -> None:
        found = WORDS.match(body)
        if not found:
            return
        number = int(found[1])
        answer = self.waiting.pop(number, None)
        if answer is None:
            self.hear(self, number)
        elif not answer.done():
            answer.set_result(None)

    def write(self, stanza: str) -> None:
        self.transport.write(stanza.encode())

    async def expect(self, wanted: int) -> None:
        """Wait until this is told; anything that went wrong is raised."""
        kind = 0
        while kind != wanted:
            kind, text = await asyncio.wait_for(self.told.get(), 60)
            if kind == PROBLEM or text.startswith(b"<failure"):
                raise ConnectionError(f"{self.account.name}: {text!r}")

    async def ask(self, attributes: str, payload: str) -> bytes:
        """An iq, and its answer."""
        id = f"q{next(numbers)}"
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.asked[id.encode()] = answer
        self.write(f"<iq id='{id}' {attributes}>{payload}</iq>")
        told = await asyncio.wait_for(answer, 120)
        if b"type='error'" in told or b'type="error"' in told:
            raise ConnectionError(f"{self.account.name}: {told!r}")
        return told

    async def begin(self) -> None:
        """Open a stream."""
        namespaces = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
        self.write(f"<?xml version='1.0'?><stream:stream {namespaces} to='{HOST}' version='1.0'>")
        await self.expect(FEATURES)

    async def sign_in(self) -> None:
        said = base64.b64encode(f"\0{self.account.name}\0{self.account.password}".encode()).decode()
        self.write(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{said}</auth>")
        await self.expect(OUTCOME)
        await self.begin()
        await self.ask("type='set'", "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
        self.write("<presence/>")

    def come_in(self, room: Room) -> None:
        history = "<history maxstanzas='0'/>"
        self.write(f"<presence to='{room}/{self.account.name}'><x xmlns='{MUC}'>{history}</x></presence>")

    async def enter(self, room: Room) -> None:
        self.come_in(room)
        await self.expect(JOINED)

    async def send(self, room: Room, number: int) -> None:
        """The room's echo to its sender is the acknowledgement: it comes after the archive's commit."""
        answer = self.waiting[number] = asyncio.get_running_loop().create_future()
        self.write(
            f"<message to='{room}' type='groupchat' id='m{next(numbers)}'><body>{words(number)}</body></message>"
        )
        await answer

    async def close(self) -> None:
        self.write("</stream:stream>")
        self.transport.close()


class XmppPeer(StoredPeer):
    """An XMPP server. Rooms are open; being in one is having joined it on a connection."""

    port = 0

    async def open(self, account: Account, hear: Hear) -> XmppSession:
        loop = asyncio.get_running_loop()
        _, session = await loop.create_connection(lambda: XmppSession(account, hear), "127.0.0.1", self.port)
        await session.begin()
        return session

    async def probe(self, member: Account | None) -> None:
        session = await self.open(member or Account("", ""), _nothing)
        if member:
            await session.sign_in()
        session.transport.close()

    async def create_members(self, count: int) -> list[Account]:
        return await at_most(8, [self._register(Account(f"u{next(numbers)}", "pw-Secret1")) for _ in range(count)])

    async def _register(self, account: Account) -> Account:
        session = await self.open(account, _nothing)
        fields = f"<username>{account.name}</username><password>{account.password}</password>"
        await session.ask("type='set'", f"<query xmlns='jabber:iq:register'>{fields}</query>")
        session.transport.close()
        return account

    async def create_room(self, owner: Account, members: Sequence[Account]) -> str:
        room = f"room{next(numbers)}@{ROOMS}"
        session = await self.connect(owner, _nothing)
        await session.enter(room)
        await session.close()
        return room

    async def connect(self, member: Account, hear: Hear) -> XmppSession:
        session = await self.open(member, hear)
        await session.sign_in()
        return session

    async def sign_in(self, member: Account) -> None:
        (await self.connect(member, _nothing)).transport.close()

    async def mark(self, member: Account) -> str:
        await asyncio.sleep(1.1)  # The archive is asked by whole seconds.
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    async def catch_up(self, member: Account, mark: str, rooms: Sequence[str]) -> int:
        got: set[int] = set()
        session = await self.connect(member, lambda session, number: got.add(number))
        for room in rooms:
            session.come_in(room)
        for _ in rooms:
            await session.expect(JOINED)
        await asyncio.gather(*(self._fetch(session, room, mark) for room in rooms))
        await session.close()
        return len(got)

    async def _fetch(self, session: XmppSession, room: str, since: str) -> None:
        after = ""
        while True:
            form = (
                "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>"
                f"<field var='start'><value>{since}</value></field>"
            )
            told = await session.ask(
                f"type='set' to='{room}'",
                f"<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>{form}</x>"
                f"<set xmlns='http://jabber.org/protocol/rsm'><max>100</max>{after}</set></query>",
            )
            last = LAST.search(told)
            if not last or COMPLETE.search(told):
                return
            after = f"<after>{last[1].decode()}</after>"


def _nothing(session: object, number: int) -> None:
    """Of what is heard meanwhile."""

"""Endpoints and doors: who is asked, what is read, what is answered, and what a failure leaves behind."""

import asyncio
import gzip
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel, Field, ValidationError

from wecom.foundation import http
from wecom.foundation.db import Db, Pool, Tx
from wecom.foundation.errors import Busy, Conflict, Invalid, Unauthenticated, WecomError
from wecom.foundation.http import Caller, Encoded, Endpoint, Endpoints, Reply, door

Client = TestClient[web.Request, web.Application]
Opened = Callable[..., Awaitable[Client]]
PROXIES = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8")))


class Guest(BaseModel):
    """Whoever gives a name at the door."""

    name: str


class TestDoor:
    """Says yes and no as plainly as it can."""

    __test__ = False
    principals = (Guest,)

    async def admit(self, request: web.Request, principal: type) -> Guest:
        if not (name := request.headers.get("X-Name", "")):
            raise Unauthenticated
        return Guest(name=name)

    def granted(self, result: BaseModel | None, caller: Caller) -> web.Response:
        if isinstance(result, Encoded):
            return web.Response(body=result.json_bytes, content_type="application/json")
        response = web.json_response(result.model_dump() if result else None)
        if isinstance(result, Reply):
            for cookie in result.cookies:
                response.set_cookie(cookie.name, cookie.value)
        return response

    def refused(self, error: WecomError, caller: Caller) -> web.Response:
        return web.json_response({"refused": type(error).__name__, **error.facts}, status=400)

    def broken(self, caller: Caller) -> web.Response:
        return web.json_response({"broken": caller.request_id}, status=500)

    def misread(self, part: str, problem: ValidationError) -> WecomError:
        return Invalid(part=part, where=[str(error["loc"]) for error in problem.errors()])


class Numbered(BaseModel):
    number: int


class Asked(BaseModel):
    word: str = "nothing"
    words: list[str] = Field(default_factory=list)


class Spoken(Reply):
    word: str


@pytest.fixture
async def opened(pool: Pool) -> AsyncIterator[Opened]:
    clients: list[Client] = []

    async def open(*handlers: Callable[..., Any], provided: dict[type, Any] | None = None, **about: Any) -> Client:
        endpoints = Endpoints("/test")
        for handler in handlers:
            path = "/{number}" if "path" in handler.__annotations__ else ""
            endpoints.post(f"/{handler.__name__}{path}", **about)(handler)
        app = web.Application(client_max_size=1 << 22)
        app.add_routes(http.routes(TestDoor(), endpoints, pool, provided or {}, PROXIES[:1]))
        client = TestClient(TestServer(app), headers={"X-Name": "张三".encode().decode("latin-1")})
        await client.start_server()
        clients.append(client)
        return client

    yield open
    for client in clients:
        await client.close()


async def whisper(me: Guest, path: Numbered, query: Asked, body: Asked) -> Spoken:
    """Say all that was asked."""
    return Spoken(word=f"{path.number} {query.word} {query.words} {body.word}")


async def test_parts_are_read_from_where_they_are_named(opened: Opened) -> None:
    client = await opened(whisper)
    answer = await client.post("/test/whisper/7?word=a&words=b&words=c", data='{"word": "午饭"}'.encode())
    assert (answer.status, await answer.json()) == (200, {"word": "7 a ['b', 'c'] 午饭"})
    answer = await client.post("/test/whisper/7")
    assert await answer.json() == {"word": "7 nothing [] nothing"}


@pytest.mark.parametrize(
    ("path", "body", "part"),
    [
        ("x", b"{}", "path"),
        ("7?word=a&word=b", b"{}", "query"),
        ("7", b"{", "body"),
        ("7", b"[]", "body"),
        ("7", b'{"word": 7}', "body"),
        ("7", b'{"word": "\xff\xfe"}', "body"),
        ("7", '{"word": "x"}'.encode("utf-16"), "body"),
        ("7", b"[" * 100_000, "body"),
        ("7", b'{"word": "\\ud800"}', "body"),
        ("7", b'{"words": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "body"),
    ],
)
async def test_what_cannot_be_read_is_refused_by_its_part(opened: Opened, path: str, body: bytes, part: str) -> None:
    client = await opened(whisper)
    answer = await client.post(f"/test/whisper/{path}", data=body)
    assert answer.status == 400
    assert (await answer.json())["part"] == part


async def test_nobody_is_read_before_it_is_known_who_asks(opened: Opened) -> None:
    client = await opened(whisper)
    answer = await client.post("/test/whisper/x", headers={"X-Name": ""})
    assert await answer.json() == {"refused": "Unauthenticated"}


async def test_a_body_beyond_the_limit_is_refused(opened: Opened) -> None:
    async def tell(me: Guest, body: Asked) -> None:
        """Take a little."""

    client = await opened(tell, max_body=100)
    assert (await client.post("/test/tell", data=b'{"word": "%s"}' % (b"x" * 80))).status == 200
    for size in (101, 1 << 21, (1 << 22) + 9):
        answer = await client.post("/test/tell", data=b"x" * size)
        assert await answer.json() == {"refused": "BodyTooLarge", "limit": 100}

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * 20

    answer = await client.post("/test/tell", data=chunks())
    assert await answer.json() == {"refused": "BodyTooLarge", "limit": 100}

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * (1 << 16)

    answer = await client.post("/test/tell", data=endless())
    assert await answer.json() == {"refused": "BodyTooLarge", "limit": 100}


async def test_a_body_whose_encoding_is_broken_is_refused(opened: Opened) -> None:
    client = await opened(whisper)
    packed = gzip.compress(b'{"word": "a"}')
    answer = await client.post("/test/whisper/7", data=packed, headers={"Content-Encoding": "gzip"})
    assert await answer.json() == {"word": "7 nothing [] a"}
    answer = await client.post("/test/whisper/7", data=b"no gzip", headers={"Content-Encoding": "gzip"})
    assert answer.status == 400


async def write(tx: Tx, id: int) -> None:
    await tx.execute("INSERT INTO streams (id) VALUES ($1)", id)


async def test_a_refusal_undoes_what_was_done(opened: Opened, pool: Pool) -> None:
    async def refuse(tx: Tx, me: Guest) -> None:
        """Do something, then think better of it."""
        await write(tx, 1000)
        raise Conflict("It was there.", what=7)

    async def agree(tx: Tx, me: Guest) -> Spoken:
        """Do something."""
        await write(tx, 1001)
        return Spoken(word="done")

    client = await opened(refuse, agree)
    assert await (await client.post("/test/refuse")).json() == {"refused": "Conflict", "what": 7}
    assert await (await client.post("/test/agree")).json() == {"word": "done"}
    assert await pool.fetch("SELECT id FROM streams WHERE id >= 1000") == [(1001,)]


async def test_a_bug_undoes_too_and_is_told_without_its_reasons(
    opened: Opened, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(tx: Tx, me: Guest) -> None:
        """Do something that no one thought of."""
        await write(tx, 1000)
        raise LookupError("a secret")

    client = await opened(stumble)
    answer = await client.post("/test/stumble", headers={"X-Request-Id": "journey-7"})
    assert (answer.status, await answer.json()) == (500, {"broken": "journey-7"})
    assert "a secret" in caplog.text
    assert await pool.fetch("SELECT FROM streams WHERE id >= 1000") == []


async def test_a_commit_that_fails_is_never_answered_with_yes(opened: Opened) -> None:
    async def promise(tx: Tx, me: Guest) -> Spoken:
        """Say yes to what will not be so."""

        async def fail(tx: Tx) -> None:
            raise Busy

        tx.before_commit.append(fail)
        return Spoken(word="yes")

    client = await opened(promise)
    assert await (await client.post("/test/promise")).json() == {"refused": "Busy"}


async def test_a_lost_database_asks_for_patience(opened: Opened) -> None:
    async def read(db: Db, me: Guest) -> None:
        """Ask a database that has gone."""
        raise ConnectionResetError

    client = await opened(read)
    assert await (await client.post("/test/read")).json() == {"refused": "Busy"}


async def test_an_endpoint_that_takes_too_long_is_cut_off(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(tx: Tx, me: Guest) -> None:
        """Take for ever."""
        await asyncio.sleep(60)

    monkeypatch.setattr(door, "TIMEOUT", 0.05)
    client = await opened(sleep)
    assert await (await client.post("/test/sleep")).json() == {"refused": "Busy"}


async def test_whoever_sends_slowly_is_cut_off(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    monkeypatch.setattr(door, "TIMEOUT", 0.2)
    client = await opened(whisper)
    answer = await client.post("/test/whisper/7", data=drip())
    assert await answer.json() == {"refused": "Busy"}


async def test_aiohttps_own_answers_pass(opened: Opened) -> None:
    async def away(me: Guest) -> None:
        """Send the caller elsewhere."""
        raise web.HTTPFound("/elsewhere")

    client = await opened(away)
    answer = await client.post("/test/away", allow_redirects=False)
    assert answer.status == 302


async def test_what_a_process_provides_is_handed_over_by_type(opened: Opened, pool: Pool) -> None:
    async def show(clock: asyncio.Event, db: Db, own: Pool, caller: Caller, me: Guest) -> Spoken:
        """Say what was handed over."""
        return Spoken(word=f"{clock.is_set()} {db is own is pool} {caller.user_agent} {me.name}")

    event = asyncio.Event()
    client = await opened(show, provided={asyncio.Event: event})
    answer = await client.post("/test/show", headers={"User-Agent": "wecom-test", "X-Name": "li"})
    assert await answer.json() == {"word": "False True wecom-test li"}


async def test_what_is_encoded_already_goes_out_as_it_is(opened: Opened) -> None:
    async def recite(me: Guest) -> Encoded:
        """Give what was made before."""
        return Encoded.of(b'{"made": "before"}')

    client = await opened(recite)
    assert await (await client.post("/test/recite")).text() == '{"made": "before"}'


async def test_answers_may_set_cookies(opened: Opened) -> None:
    async def sign(me: Guest) -> Reply:
        """Hand out a cookie."""
        return Spoken(word="x").with_cookies(http.Cookie("a", "1"), http.Cookie("b", ""))

    client = await opened(sign)
    answer = await client.post("/test/sign")
    assert {name: cookie.value for name, cookie in answer.cookies.items()} == {"a": "1", "b": ""}


async def test_a_good_request_id_is_kept_and_a_bad_one_replaced(opened: Opened) -> None:
    client = await opened(whisper)
    for given, kept in (("journey-7.a", True), ("short", False), ("x" * 65, False), ("a b c d e f g", False)):
        answer = await client.post("/test/whisper/7", headers={"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) is kept
    first, second = [(await client.post("/test/whisper/7")).headers["X-Request-Id"] for _ in range(2)]
    assert first != second


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("", "127.0.0.1"),
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 127.0.0.3", "203.0.113.9"),
        ("127.0.0.2, 127.0.0.3", "127.0.0.2"),
        ("203.0.113.9, nonsense", "nonsense"),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
async def test_a_trusted_proxy_names_the_last_hop_that_is_not_one(opened: Opened, forwarded: str, address: str) -> None:
    async def where(caller: Caller, me: Guest) -> Spoken:
        """Say where the request came from."""
        return Spoken(word=f"{caller.address} {caller.secure}")

    client = await opened(where)
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    answer = await client.post("/test/where", headers=headers)
    assert await answer.json() == {"word": f"{address} True"}


async def test_a_stranger_cannot_claim_to_come_from_elsewhere() -> None:
    class Stranger:
        remote, secure, host = "203.0.113.9", False, "chat.example.com"

        def __init__(self) -> None:
            self.headers = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "https"}

    caller = http.caller_of(Stranger(), PROXIES)  # type: ignore[arg-type]
    assert (caller.address, caller.secure) == ("203.0.113.9", False)
    assert not door._trusts(PROXIES, "nonsense")


@pytest.mark.parametrize(
    ("origin", "fetch_site", "foreign"),
    [
        (None, None, False),
        ("https://chat.example.com", None, False),
        ("https://www.example.com", None, True),
        ("https://evil.example", None, True),
        ("null", None, True),
        ("https://chat.example.com", "same-origin", False),
        (None, "none", False),
        ("https://chat.example.com", "same-site", True),
        (None, "cross-site", True),
    ],
)
def test_another_sites_page_is_known_by_what_browsers_say(
    origin: str | None, fetch_site: str | None, foreign: bool
) -> None:
    caller = Caller("", "", "", True, "chat.example.com", origin, fetch_site)
    assert caller.is_foreign("") is foreign
    assert caller.is_foreign("https://chat.example.com") is foreign
    inside = Caller("", "", "", True, "127.0.0.1:8080", "https://chat.example.com", None)
    assert not inside.is_foreign("https://chat.example.com")


async def unexplained(me: Guest) -> None:
    pass


async def unguarded() -> None:
    """Ask nobody."""


async def crowded(me: Guest, you: Guest) -> None:
    """Ask two at once."""


def test_an_endpoint_explains_itself() -> None:
    with pytest.raises(TypeError, match="docstring"):
        Endpoints().get("/")(unexplained)


@pytest.mark.parametrize("handler", [unguarded, crowded])
async def test_an_endpoint_names_one_who_may_call_or_says_that_everybody_may(
    handler: Callable[..., Any], pool: Pool
) -> None:
    endpoints = Endpoints()
    endpoints.get("/")(handler)
    with pytest.raises(TypeError, match="principal"):
        http.routes(TestDoor(), endpoints, pool, {})


async def test_a_public_endpoint_asks_nobody(opened: Opened) -> None:
    client = await opened(unguarded, public=True)
    assert (await client.post("/test/unguarded", headers={"X-Name": ""})).status == 200


async def test_an_endpoint_that_asks_for_what_nobody_provides_is_found_at_the_start(pool: Pool) -> None:
    async def lost(me: Guest, event: asyncio.Event) -> None:
        """Ask for something that is not there."""

    endpoints = Endpoints()
    endpoints.put("/")(lost)
    with pytest.raises(KeyError):
        http.routes(TestDoor(), endpoints, pool, {})


def test_methods_and_prefixes_add_up() -> None:
    endpoints = Endpoints("/api")
    for add in (endpoints.get, endpoints.post, endpoints.put, endpoints.patch, endpoints.delete):
        add("/x", docs=(90665,))(unguarded)
    assert [each.method for each in endpoints] == ["GET", "POST", "PUT", "PATCH", "DELETE"]
    one: Endpoint = next(iter(endpoints))
    assert (one.path, one.name, one.description, one.docs) == ("/api/x", "unguarded", "Ask nobody.", (90665,))


async def test_a_caller_who_hangs_up_while_sending_is_no_bug(opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    client = await opened(whisper)
    _, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(b"POST /test/whisper/7 HTTP/1.1\r\nHost: x\r\nX-Name: x\r\nContent-Length: 99\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert (await client.post("/test/whisper/7")).status == 200


async def test_names_with_accents_arrive(opened: Opened) -> None:
    client = await opened(whisper)
    assert isinstance(client.session, aiohttp.ClientSession)
    answer = await client.post("/test/whisper/7", params={"word": "Jürgen Groß"})
    assert await answer.json() == {"word": "7 Jürgen Groß [] nothing"}

"""Endpoints and doors: who is asked, what is read, what is answered, and what a failure leaves behind."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import BaseModel, Field

from wecom.foundation import http
from wecom.foundation.db import Db, Pool, TryAgain, Tx
from wecom.foundation.errors import Busy, Conflict
from wecom.foundation.http import Caller, Encoded, Endpoint, Endpoints, Reply, door

from .entrance import Guest, Opened, Spoken, TestDoor


class Numbered(BaseModel):
    number: int


class Asked(BaseModel):
    word: str = "nothing"
    words: list[str] = Field(default_factory=list)


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


@pytest.mark.parametrize("problem", [ConnectionResetError, *TryAgain])
async def test_a_lost_database_and_a_lost_race_ask_for_patience(opened: Opened, problem: type[Exception]) -> None:
    async def read(db: Db, me: Guest) -> None:
        """Ask a database that has gone, or that let another go first."""
        raise problem

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

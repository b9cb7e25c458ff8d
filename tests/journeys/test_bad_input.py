"""Whatever is sent, by whichever role: no fault of ours, and enough of it answered to mean something."""

import os
import time
from functools import cache

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.journeys.fuzzing import Draws, NativeFuzz
from tests.journeys.ground import ROLES, Ground
from tests.world import World
from wecom.features.accounts import Me
from wecom.interfaces.api import GROUPS, ApiDoor, openapi
from wecom.interfaces.web import LONGEST_LINE, application

CALLS = int(os.environ.get("WECOM_FUZZ", "2"))
"""Good and bad calls of each operation; `make soak` asks for more, and then as every role."""

SEED = int(os.environ.get("WECOM_FUZZ_SEED", "27"))
"""What is drawn depends on nothing else."""

CALLERS = list(ROLES) if CALLS > 10 else ["zhangsan", "admin"]


@cache
def draws() -> Draws:
    """The same calls for every role."""
    return Draws(openapi(), SEED)


def open_to(role: str | None) -> set[str]:
    """The operations that somebody of this role may call."""
    found = set()
    for each in (endpoint for group in GROUPS.values() for endpoint in group):
        kinds = [kind for kind in each.wants.values() if kind in ApiDoor.principals]
        admits = [kind.admits for kind in kinds if issubclass(kind, Me)]
        if all(not roles or role in roles for roles in admits):
            found.add(f"{each.method} {each.path}")
    return found


@pytest.mark.timeout(0 if CALLS > 10 else 300)
@pytest.mark.parametrize("userid", CALLERS)
async def test_no_call_breaks_the_server(world: World, userid: str) -> None:
    await world.say("zhangsan", world.lunch, "hallo")
    server = TestServer(await application(world.services))
    await server.start_server(max_line_size=LONGEST_LINE)
    fuzz = NativeFuzz(draws(), str(server.make_url("/")), Ground(world, userid).ready)
    started = time.monotonic()
    held = ROLES[userid]
    mine = open_to(held[0] if held else None)
    try:
        tally = await fuzz.run(CALLS, mine=mine)
    finally:
        await server.close()

    share = tally.share(fuzz.is_done, mine)
    print(
        f"{held[0] if held else 'member'}: {tally.total} calls in {time.monotonic() - started:.0f} s, "
        f"{dict(tally.answers)}; {tally.done / tally.total:.0%} answered 2xx, "
        f"of {len(mine)} operations open to the role {share:.0%}"
    )
    assert not tally.broken, "\n".join(tally.broken[:20])
    assert tally.called_well == set(fuzz.draws.operations)
    for operation in set(fuzz.draws.operations) - mine:
        assert set(tally.by_operation[operation]) <= {401, 403}, (operation, tally.by_operation[operation])
    assert share >= 0.3, {each: dict(tally.by_operation[each]) for each in sorted(mine)}


NASTY = [
    "'; DROP TABLE messages; --",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %s %n \\x00",
    "𬱖👩‍👩‍👧‍👦 ﷽ \u202e\u200b",
    "a" * 20_000,
]


@pytest.mark.parametrize("text", NASTY)
async def test_what_is_said_comes_back_as_it_was(world: World, text: str) -> None:
    client = await world.client("zhangsan")
    body = {"client_id": "1", "body": {"msgtype": "text", "content": text}}
    sent = await client.post(f"/api/conversations/{world.lunch}/messages", json=body)
    assert sent.status == 200, await sent.text()
    page = await (await client.get(f"/api/conversations/{world.lunch}/messages")).json()
    assert page["messages"][-1]["content"]["content"] == text
    listed = await (await client.get("/api/conversations")).json()
    assert listed["conversations"][0]["last"]["content"]["content"] == text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe\x00", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000, 400),
        (b'{"client_id": "1", "body": {"msgtype": "text", "content": "\\ud800"}}', 400),
        (b'{"client_id": "1", "body": {"msgtype": "text", "content": "\\u0000"}}', 400),
        (b'{"client_id": "1", "body": {"msgtype": "text", "content": 5}}', 400),
        (b'{"client_id": "1", "body": {"msgtype": "alien"}}', 400),
        (b'{"client_id": "1", "body": {"msgtype": "text", "content": "x", "mentions": [9223372036854775808]}}', 400),
        (b'{"client_id": "1", "body": {"msgtype": "text", "content": "' + b"x" * 20_001 + b'"}}', 400),
        (b'{"client_id": "1", "extra": 1, "body": {"msgtype": "text", "content": "x"}}', 400),
        (b"x" * 2_000_000, 413),
        ('{"client_id": "ü", "body": {"msgtype": "text", "content": "x"}}'.encode("utf-16"), 400),
    ],
)
async def test_a_bad_body_is_refused_in_words(world: World, body: bytes, status: int) -> None:
    client = await world.client("zhangsan")
    answer = await client.post(f"/api/conversations/{world.lunch}/messages", data=body)
    refusal = await answer.json()
    assert answer.status == status
    assert refusal["error"] and refusal["message"] and refusal["request_id"]


async def test_as_many_streams_as_are_promised_are_caught_up_with_in_one_call(world: World) -> None:
    server = TestServer(await application(world.services))
    await server.start_server(max_line_size=LONGEST_LINE)
    headers = {"Authorization": f"Bearer {await world.token('zhangsan')}"}
    since = [("since", f"conversation:{10**15 + n}@{10**12}") for n in range(500)]
    async with TestClient(server, headers=headers) as client:
        answer = await client.get("/api/changes", params=since)
        assert answer.status == 200
        assert len((await answer.json())["streams"]) == 500


async def test_a_client_that_does_not_read_is_cut_off_and_costs_the_others_nothing(world: World) -> None:
    from tests.interfaces.realtime.phone import Phone
    from wecom.interfaces.realtime import connection

    lisi = await Phone.of(world, "lisi")
    transport = lisi.ws._response.connection.transport  # type: ignore[union-attr]
    assert transport
    transport.pause_reading()
    before, connection.GIVE_UP = connection.GIVE_UP, 200_000
    try:
        zhangsan = await Phone.of(world, "zhangsan")
        for n in range(400):
            await world.say("zhangsan", world.lunch, f"{n}" + "x" * 19_000)
            await zhangsan.words()
    finally:
        connection.GIVE_UP = before
    transport.resume_reading()
    assert await lisi.closed() is not None

"""Whatever is sent, by whichever role: no fault of ours, and enough of it answered to mean something."""

import os
from collections import defaultdict
from typing import Any

import pytest

from tests.journeys.fuzzing import Fuzz
from tests.world import PASSWORD, World
from wecom.interfaces.api import openapi

CALLS = int(os.environ.get("WECOM_FUZZ", "2"))
"""Good and bad calls of each operation; `make soak` asks for more, and then as every role."""

SEED = int(os.environ.get("WECOM_FUZZ_SEED", "27"))
"""What is drawn depends on nothing else."""

ROLES: dict[str, tuple[str, int | None] | None] = {
    "zhangsan": None,
    "admin": ("administrator", None),
    "auditor": ("auditor", None),
    "lisi": ("department_administrator", 2),
}
CALLERS = list(ROLES) if CALLS > 10 else ["zhangsan", "admin"]


@pytest.mark.timeout(0 if CALLS > 10 else 120)
@pytest.mark.parametrize("userid", CALLERS)
async def test_no_call_breaks_the_server(world: World, userid: str) -> None:
    await world.say("zhangsan", world.lunch, "hallo")
    server = await world.server()

    async def sign_in() -> str:
        # Calls disable people and take their roles away: what they are is put back each time.
        await world.pool.execute("UPDATE members SET enabled = true, left_at = NULL")
        await world.pool.execute("UPDATE passwords SET must_change = false")
        if held := ROLES[userid]:
            await world.pool.execute(
                """
                INSERT INTO role_grants (member_id, role, department_id) VALUES ($1, $2, $3)
                ON CONFLICT DO NOTHING
                """,
                world[userid].id,
                *held,
            )
        return await world.token(userid)

    known: dict[str, list[Any]] = defaultdict(list)
    members = [member.id for member in world.cast.values()]
    known |= {
        "conversation_id": [world.lunch, await world.conversation(userid, "lisi", "wangwu")],
        "member_id": members,
        "member_ids": members,
        "department_id": [1, 2, 3],
        "parent_id": [1, 2, 3],
        "userid": list(world.cast),
        "seq": [1, 2, 3],
        "before": [10_000],
        "since": [f"conversation:{world.lunch}@0", "directory@0"],
        "record_id": [1, 2, 3],
        "account": list(world.cast),
        "password": [PASSWORD],
        "old_password": [PASSWORD],
        "name": ["午饭", "晚饭", "Flussufer", "北楼", "南楼"],
        "mobile": ["13900000001", "13900000002", "13900000003"],
        "email": [None],
        "reply_to": [None],
    }
    fuzz = Fuzz(openapi(), str(server.make_url("/")), sign_in, known, SEED)
    tally = await fuzz.run(CALLS, CALLS)

    assert not tally.broken, "\n".join(tally.broken[:20])
    assert tally.called_well == fuzz.operations
    print(userid, SEED, dict(tally.statuses), f"{tally.answered_2xx:.0%} answered 2xx")
    assert tally.statuses.total() > 50
    if userid == "admin":
        assert tally.answered_2xx >= 0.3, {k: dict(v) for k, v in tally.by_operation.items()}


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
    assert await lisi.closed(timeout=5) is not None

"""Signing in and out, and what a session is good for."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from nacl.pwhash import argon2id

from tests.world import PASSWORD, World
from wecom.features import lifecycle
from wecom.features.accounts import COOKIE, CSRF_COOKIE, SYSTEM, keep_in_use
from wecom.foundation.db import transaction

Client = TestClient[Any, Any]


async def sign_in(client: Client, account: str, password: str = PASSWORD, kind: str = "bearer", **more: Any) -> Any:
    headers, cookies = more.pop("headers", None), more.pop("cookies", None)
    body = {"account": account, "password": password, "kind": kind} | more
    return await client.post("/api/session", json=body, headers=headers, cookies=cookies)


async def bearer(client: Client, account: str) -> dict[str, str]:
    answer = await sign_in(client, account)
    assert answer.status == 200, await answer.text()
    return {"Authorization": f"Bearer {(await answer.json())['token']}"}


@pytest.mark.parametrize("called", ["zhangsan", "ZhangSan", "13800000000", "+86 138 0000 0000", " zhangsan "])
async def test_a_member_signs_in_by_userid_or_mobile(world: World, called: str) -> None:
    client = await world.client(None)
    answer = await sign_in(client, called)
    said = await answer.json()
    assert (answer.status, said["me"]["userid"], said["csrf_token"]) == (200, "zhangsan", None)
    me = await client.get("/api/me", headers={"Authorization": f"Bearer {said['token']}"})
    assert (await me.json())["id"] == world["zhangsan"].id


async def test_a_member_signs_in_by_mail(world: World) -> None:
    await world.pool.execute("UPDATE members SET email = 'San.Zhang@example.com' WHERE userid = 'zhangsan'")
    answer = await sign_in(await world.client(None), "san.zhang@EXAMPLE.com")
    assert (await answer.json())["me"]["userid"] == "zhangsan"


async def test_a_userid_that_looks_like_anothers_mobile_wins(world: World) -> None:
    await world.add("13800000000")
    answer = await sign_in(await world.client(None), "13800000000")
    assert (await answer.json())["me"]["userid"] == "13800000000"


async def test_a_wrong_password_and_a_wrong_account_are_refused_alike(world: World) -> None:
    client = await world.client(None)
    wrong_password = await sign_in(client, "zhangsan", "Kranich-am-Fluss-28")
    wrong_account = await sign_in(client, "nobody")
    refusals = []
    for answer in (wrong_password, wrong_account):
        assert answer.status == 401
        said = await answer.json()
        said.pop("request_id")
        refusals.append(said)
    assert refusals[0] == refusals[1]
    assert (refusals[0]["error"], refusals[0]["facts"]) == ("WrongPassword", {})


async def test_wrong_passwords_leave_a_trace(world: World) -> None:
    client = await world.client(None)
    await sign_in(client, "zhangsan", "wrong")
    await sign_in(client, "nobody", "wrong")
    rows = await world.pool.fetch("SELECT object FROM audit_records WHERE action = 'session.refused' ORDER BY id")
    assert [row["object"] for row in rows] == [f"member:{world['zhangsan'].id}", "member:unknown"]


async def refusals_noted(world: World) -> list[tuple[str, str]]:
    rows = await world.pool.fetch(
        "SELECT object, details FROM audit_records WHERE action = 'session.refused' ORDER BY id"
    )
    return [(row["object"], row["details"]["because"]) for row in rows]


async def test_being_locked_out_leaves_one_trace_and_not_one_for_each_try(world: World) -> None:
    client, zhangsan = await world.client(None), f"member:{world['zhangsan'].id}"
    statuses = [(await sign_in(client, "zhangsan", "wrong")).status for _ in range(13)]
    assert statuses == [401] * 10 + [429] * 3
    assert await refusals_noted(world) == [(zhangsan, "wrong_password")] * 10 + [(zhangsan, "too_many_attempts")]
    assert [(await sign_in(client, "nobody", "wrong")).status for _ in range(12)] == [401] * 10 + [429] * 2
    assert (await refusals_noted(world))[11:] == [("member:unknown", "wrong_password")] * 10 + [
        ("member:unknown", "too_many_attempts")
    ]


async def test_a_disabled_member_who_tries_leaves_one_trace(world: World) -> None:
    async with transaction(world.pool) as tx:
        await lifecycle.disable(tx, SYSTEM, world["zhangsan"].id)
    client = await world.client(None)
    for _ in range(3):
        assert (await sign_in(client, "zhangsan")).status == 403
    assert await refusals_noted(world) == [(f"member:{world['zhangsan'].id}", "disabled")]


async def test_somebody_without_a_password_cannot_sign_in(world: World) -> None:
    await world.pool.execute("DELETE FROM passwords WHERE member_id = $1", world["lisi"].id)
    answer = await sign_in(await world.client(None), "lisi")
    assert (answer.status, (await answer.json())["error"]) == (401, "WrongPassword")


async def test_after_ten_wrong_passwords_the_account_waits_however_it_is_called(world: World) -> None:
    client = await world.client(None)
    for called in ("zhangsan", "13800000000") * 5:
        assert (await sign_in(client, called, "wrong")).status == 401
    refused = await sign_in(client, "zhangsan")
    assert (refused.status, (await refused.json())["error"]) == (429, "TooManyAttempts")
    assert 1 <= int(refused.headers["Retry-After"]) <= 300
    assert (await sign_in(client, "lisi")).status == 200


async def test_an_unknown_account_waits_as_a_known_one_does(world: World) -> None:
    client = await world.client(None)
    statuses = [(await sign_in(client, "nobody", "wrong")).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_guesses_sent_all_at_once_are_counted_too(world: World) -> None:
    client = await world.client(None)
    answers = await asyncio.gather(*(sign_in(client, "zhangsan", "wrong") for _ in range(30)))
    assert sorted(answer.status for answer in answers) == [401] * 10 + [429] * 20


async def test_an_address_waits_after_many_wrong_passwords(world: World) -> None:
    client = await world.client(None)
    await world.services.limiter.count("sign-in:from:127.0.0.1", 300, n=100)
    assert (await sign_in(client, "zhangsan")).status == 429


async def test_signing_in_often_locks_nobody_out(world: World) -> None:
    client = await world.client(None)
    answers = await asyncio.gather(*(sign_in(client, "zhangsan") for _ in range(25)))
    assert {answer.status for answer in answers} == {200}


async def test_limits_hold_without_redis(world: World) -> None:
    client = await world.client(None)
    world.services.limiter._away_until = float("inf")
    statuses = [(await sign_in(client, "zhangsan", "wrong")).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_a_disabled_member_cannot_sign_in_and_only_they_hear_why(world: World) -> None:
    async with transaction(world.pool) as tx:
        await lifecycle.disable(tx, SYSTEM, world["zhangsan"].id)
    client = await world.client(None)
    right = await sign_in(client, "zhangsan")
    wrong = await sign_in(client, "zhangsan", "wrong")
    assert (right.status, (await right.json())["error"]) == (403, "AccountDisabled")
    assert (wrong.status, (await wrong.json())["error"]) == (401, "WrongPassword")


async def test_a_disabled_members_tokens_are_refused_at_once(world: World) -> None:
    client = await world.client("zhangsan")
    assert (await client.get("/api/me")).status == 200
    async with transaction(world.pool) as tx:
        await lifecycle.disable(tx, SYSTEM, world["zhangsan"].id)
    assert (await client.get("/api/me")).status == 401
    async with transaction(world.pool) as tx:
        await lifecycle.enable(tx, SYSTEM, world["zhangsan"].id)
    assert (await client.get("/api/me")).status == 401, "enabling brings no session back"
    assert (await sign_in(client, "zhangsan")).status == 200


async def test_signing_out_ends_the_session(world: World) -> None:
    client = await world.client(None)
    here, elsewhere = await bearer(client, "zhangsan"), await bearer(client, "zhangsan")
    assert (await client.delete("/api/session", headers=here)).status == 200
    assert (await client.get("/api/me", headers=here)).status == 401
    assert (await client.get("/api/me", headers=elsewhere)).status == 200


async def test_an_expired_session_is_refused_and_then_ended(world: World) -> None:
    from wecom.features.accounts.jobs import EndExpiredSessions, end_expired_sessions

    client = await world.client("zhangsan")
    await world.pool.execute("UPDATE sessions SET expires_at = now() - interval '1 second'")
    assert (await client.get("/api/me")).status == 401
    await end_expired_sessions(world.services, EndExpiredSessions())
    ended = await world.pool.fetchrow("SELECT ended_because, ended_xid FROM sessions")
    assert ended and ended["ended_because"] == "expired" and ended["ended_xid"]
    await world.pool.execute("UPDATE sessions SET ended_at = now() - interval '91 days'")
    await end_expired_sessions(world.services, EndExpiredSessions())
    assert await world.pool.fetchval("SELECT count(*) FROM sessions") == 0


async def test_using_a_session_puts_off_its_end_but_not_on_each_request(world: World) -> None:
    client = await world.client("zhangsan")
    await client.get("/api/me")
    await world.pool.execute("UPDATE sessions SET seen_at = now() - interval '4 minutes'")
    before = await world.pool.fetchval("SELECT expires_at FROM sessions")
    await client.get("/api/me")
    assert await world.pool.fetchval("SELECT expires_at FROM sessions") == before
    await world.pool.execute("UPDATE sessions SET seen_at = now() - interval '6 minutes'")
    await client.get("/api/me")
    assert await world.pool.fetchval("SELECT expires_at FROM sessions") > before


async def test_tokens_are_kept_as_hashes_only(world: World) -> None:
    answer = await sign_in(await world.client(None), "zhangsan")
    token = (await answer.json())["token"]
    row = await world.pool.fetchrow("SELECT token_hash, s::text AS whole FROM sessions AS s")
    assert row and len(row["token_hash"]) == 32 and token not in row["whole"]


async def test_a_browser_is_known_by_its_cookie(world: World) -> None:
    client = await world.client(None)
    answer = await sign_in(client, "zhangsan", kind="cookie")
    said = await answer.json()
    session, csrf = answer.cookies[COOKIE], answer.cookies[CSRF_COOKIE]
    assert session["httponly"] and session["samesite"] == "Lax" and session["path"] == "/"
    assert not csrf["httponly"] and csrf.value == said["csrf_token"] and said["token"] is None
    cookies = {"Cookie": f"{COOKIE}={session.value}"}
    assert (await client.get("/api/me", headers=cookies)).status == 200


async def test_cookies_are_secure_over_tls(world: World) -> None:
    settings = world.services.settings.model_copy(update={"public_url": "https://chat.example.com"})
    object.__setattr__(world.services, "settings", settings)
    answer = await sign_in(await world.client(None), "zhangsan", kind="cookie")
    assert answer.cookies[COOKIE]["secure"]


async def browser(client: Client, account: str) -> tuple[dict[str, str], str]:
    answer = await sign_in(client, account, kind="cookie")
    client.session.cookie_jar.clear()
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE].value}"}, answer.cookies[CSRF_COOKIE].value


async def test_a_cookie_alone_changes_nothing(world: World) -> None:
    client = await world.client(None)
    cookie, csrf = await browser(client, "zhangsan")
    for headers in (cookie, cookie | {"X-CSRF-Token": "0" * 64}, cookie | {"X-CSRF-Token": "ä"}):
        refused = await client.delete("/api/me/devices", headers=headers)
        assert (refused.status, (await refused.json())["error"]) == (403, "CsrfMissing")
    allowed = await client.delete("/api/me/devices", headers=cookie | {"X-CSRF-Token": csrf})
    assert allowed.status == 200


async def test_one_sessions_csrf_token_is_no_good_for_another(world: World) -> None:
    client = await world.client(None)
    cookie, _ = await browser(client, "zhangsan")
    _, csrf = await browser(client, "lisi")
    assert (await client.delete("/api/me/devices", headers=cookie | {"X-CSRF-Token": csrf})).status == 403


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://chat.example.com"}, True),
        ({"Origin": "https://chat.example.com"}, True),
        ({}, True),
    ],
)
async def test_pages_of_other_sites_can_use_no_cookie(world: World, headers: dict[str, str], allowed: bool) -> None:
    settings = world.services.settings.model_copy(update={"public_url": "https://chat.example.com"})
    object.__setattr__(world.services, "settings", settings)
    client = await world.client(None)
    cookie, csrf = await browser(client, "zhangsan")
    answer = await client.delete("/api/me/devices", headers=cookie | {"X-CSRF-Token": csrf} | headers)
    assert answer.status == (200 if allowed else 403)
    signed_in = await sign_in(client, "zhangsan", kind="cookie", headers=headers)
    assert signed_in.status == (200 if allowed else 403)


async def test_tokens_are_only_taken_where_they_belong(world: World) -> None:
    client = await world.client(None)
    token = (await bearer(client, "zhangsan"))["Authorization"].removeprefix("Bearer ")
    assert (await client.get("/api/me", headers={"Cookie": f"{COOKIE}={token}"})).status == 401
    cookie, _ = await browser(client, "zhangsan")
    value = cookie["Cookie"].partition("=")[2]
    assert (await client.get("/api/me", headers={"Authorization": f"Bearer {value}"})).status == 401
    assert (await client.get("/api/me", headers=cookie | {"Authorization": "Basic YTpi"})).status == 401


@pytest.mark.parametrize("token", ["", "x", "x" * 4000, "Bearer", "\u00e4\u00f6", "' OR true --"])
async def test_nonsense_for_a_token_is_refused(world: World, token: str) -> None:
    client = await world.client(None)
    answer = await client.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status, (await answer.json())["error"]) == (401, "NotSignedIn")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_what_cannot_be_read_says_where_and_repeats_no_password(world: World) -> None:
    client = await world.client(None)
    for body in (
        b"",
        b"{",
        b"[]",
        b'{"account": "zhangsan"}',
        b'{"account": "zhangsan", "password": 17231723}',
        b'{"account": "zhang\\u0000san", "password": "17231723"}',
        b'{"account": "zhang\\ud800san", "password": "17231723"}',
        b'{"account": "zhangsan", "password": "' + b"17231723" * 17 + b'"}',
        b'{"account": "zhangsan", "password": "17231723", "kind": "pigeon"}',
    ):
        answer = await client.post("/api/session", data=body, headers={"Content-Type": "application/json"})
        text = await answer.text()
        assert answer.status == 400, text
        assert "17231723" not in text and "body" in text


async def test_a_body_beyond_the_limit_is_refused(world: World) -> None:
    client = await world.client(None)
    answer = await client.post("/api/session", data=b'{"account": "' + b"x" * (1 << 20) + b'"}')
    assert (answer.status, (await answer.json())["error"]) == (413, "BodyTooLarge")


async def test_a_hash_of_older_parameters_is_renewed_at_sign_in(world: World) -> None:
    old = argon2id.str(PASSWORD.encode(), opslimit=1, memlimit=8 * 1024 * 1024).decode()
    await world.pool.execute("UPDATE passwords SET hash = $2 WHERE member_id = $1", world["lisi"].id, old)
    client = await world.client(None)
    assert (await sign_in(client, "lisi")).status == 200
    new = await world.pool.fetchval("SELECT hash FROM passwords WHERE member_id = $1", world["lisi"].id)
    assert "$m=19456,t=2,p=1$" in new
    assert (await sign_in(client, "lisi")).status == 200


async def test_a_session_with_a_socket_open_is_kept_in_use_and_written_only_so_often(world: World) -> None:
    await world.token("zhangsan")
    await world.token("lisi")
    rows = await world.pool.fetch("SELECT id, expires_at FROM sessions ORDER BY id")
    ids, before = [row["id"] for row in rows], [row["expires_at"] for row in rows]
    assert await keep_in_use(world.pool, ids, days=30) == 0, "they began just now"
    await world.pool.execute("UPDATE sessions SET seen_at = seen_at - interval '6 minutes'")
    end = "UPDATE sessions SET ended_at = now(), ended_xid = pg_current_xact_id() WHERE id = $1"
    await world.pool.execute(end, ids[1])
    assert await keep_in_use(world.pool, ids, days=30) == 1
    assert await keep_in_use(world.pool, ids, days=30) == 0
    after = [row["expires_at"] for row in await world.pool.fetch("SELECT expires_at FROM sessions ORDER BY id")]
    assert after[0] > before[0] and after[1] == before[1]

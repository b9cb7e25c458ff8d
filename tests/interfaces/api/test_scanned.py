"""Signing in to our own client by scanning its picture: one device, once, and only the one that shows it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.world import Client, World
from wecom.features import accounts, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction

QR = "/api/session/qr"


async def call(client: Client, path: str, **json: Any) -> tuple[int, Any]:
    answer = await client.post(path, json=json or None)
    return answer.status, await answer.json()


async def outcome(screen: Client, begun: dict[str, Any]) -> dict[str, Any]:
    status, answer = await call(screen, f"{QR}/outcome", poll_secret=begun["poll_secret"])
    assert status == 200
    told: dict[str, Any] = answer
    return told


async def begin(world: World) -> tuple[Client, dict[str, Any]]:
    screen = await world.client(None)
    status, begun = await call(screen, QR)
    assert status == 200 and begun["qr_url"].endswith(f"/app/#/scan/{begun['ticket']}")
    return screen, begun


async def test_a_device_is_let_in_once_by_whoever_scans_its_picture_and_confirms(world: World) -> None:
    screen, begun = await begin(world)
    phone = await world.client("lisi")
    assert await outcome(screen, begun) == {"state": "waiting", "signed_in": None}
    status, seen = await call(phone, f"{QR}/look", ticket=begun["ticket"])
    assert status == 200 and seen["address"] == "127.0.0.1" and "aiohttp" in seen["user_agent"]
    assert await outcome(screen, begun) == {"state": "scanned", "signed_in": None}, "not who, before they confirm"
    assert (await call(phone, f"{QR}/confirm", ticket=begun["ticket"]))[0] == 200
    stranger = await world.client(None)
    told = [await outcome(each, begun) for each in (screen, stranger)]
    assert [each["state"] for each in told] == ["done", "expired"]
    assert told[0]["signed_in"]["me"]["userid"] == "lisi" and told[0]["signed_in"]["token"] is None
    assert (await (await screen.get("/api/me")).json())["userid"] == "lisi"
    assert (await call(phone, f"{QR}/confirm", ticket=begun["ticket"]))[0] == 404
    statement = "SELECT action FROM audit_records WHERE actor_id = $1 ORDER BY id"
    actions = [row["action"] for row in await world.pool.fetch(statement, world["lisi"].id)]
    assert actions[-2:] == ["session.confirm_scanned", "session.started"]


async def test_of_many_who_ask_at_once_one_is_let_in(world: World) -> None:
    _, begun = await begin(world)
    phone = await world.client("lisi")
    await call(phone, f"{QR}/confirm", ticket=begun["ticket"])
    screens = [await world.client(None) for _ in range(5)]
    states = [each["state"] for each in await asyncio.gather(*(outcome(each, begun) for each in screens))]
    assert sorted(states) == ["done"] + ["expired"] * 4


async def test_whoever_looked_first_decides_and_a_refusal_is_final(world: World) -> None:
    screen, begun = await begin(world)
    lisi, wangwu = await world.client("lisi"), await world.client("wangwu")
    await call(lisi, f"{QR}/look", ticket=begun["ticket"])
    for act in ("look", "confirm", "refuse"):
        assert (await call(wangwu, f"{QR}/{act}", ticket=begun["ticket"]))[0] == 404
    assert (await call(lisi, f"{QR}/refuse", ticket=begun["ticket"]))[0] == 200
    assert await outcome(screen, begun) == {"state": "refused", "signed_in": None}
    assert (await call(lisi, f"{QR}/confirm", ticket=begun["ticket"]))[0] == 404


@pytest.mark.parametrize("because", ["signed out", "disabled", "too late", "nothing"])
async def test_a_confirmation_is_worth_what_its_session_is_worth_when_it_is_taken(world: World, because: str) -> None:
    screen, begun = await begin(world)
    phone = await world.client("lisi")
    await call(phone, f"{QR}/confirm", ticket=begun["ticket"])
    async with transaction(world.pool) as tx:
        if because == "signed out":
            await accounts.end_sessions(tx, world["lisi"].id, "revoked")
        elif because == "disabled":
            await lifecycle.disable(tx, SYSTEM, world["lisi"].id)
        elif because == "too late":
            await tx.execute("UPDATE app_logins SET expires_at = now() - $1::interval", timedelta(seconds=1))
    told = await outcome(screen, begun)
    assert told["state"] == ("done" if because == "nothing" else "expired")


async def test_neither_secret_does_the_others_work_and_guesses_do_none(world: World) -> None:
    screen, begun = await begin(world)
    phone = await world.client("lisi")
    assert (await call(phone, f"{QR}/look", ticket=begun["poll_secret"]))[0] == 404
    assert (await call(screen, f"{QR}/outcome", poll_secret=begun["ticket"]))[1]["state"] == "expired"
    assert (await call(screen, f"{QR}/confirm", ticket=begun["ticket"]))[0] == 401
    assert (await call(phone, "/api/app-logins/look", shown=begun["ticket"]))[0] == 404
    assert (await call(phone, "/api/app-logins/confirm", shown=begun["ticket"]))[0] == 404
    assert (await call(screen, "/api/app-logins/outcome", asking=begun["poll_secret"]))[0] == 404
    assert await outcome(screen, begun) == {"state": "waiting", "signed_in": None}


async def test_another_sites_page_begins_nothing(world: World) -> None:
    screen = await world.client(None)
    answer = await screen.post(QR, headers={"Origin": "https://evil.example.com"})
    assert answer.status == 403

"""What happens at the same moment: nobody slips in between."""

import asyncio

import pytest

from tests.world import World
from wecom.features import accounts, lifecycle
from wecom.features.accounts import SYSTEM, NotSignedIn, Recognised
from wecom.features.accounts.sessions import arrival_by_token
from wecom.foundation.db import transaction


async def recognised(world: World, userid: str) -> Recognised:
    hash = await world.pool.fetchval("SELECT hash FROM passwords WHERE member_id = $1", world[userid].id)
    return Recognised(world[userid].id, userid, hash, None, False)


async def test_signing_in_with_a_password_that_was_just_changed_is_refused(world: World) -> None:
    who = await recognised(world, "zhangsan")
    async with transaction(world.pool) as tx:
        await accounts.set_password(tx, who.member_id, "$argon2id$another")
    with pytest.raises(NotSignedIn):
        async with transaction(world.pool) as tx:
            await accounts.start_session(tx, who, "bearer", days=1)


async def test_a_session_begun_while_the_password_changes_does_not_outlive_it(world: World) -> None:
    who = await recognised(world, "zhangsan")

    async def change() -> None:
        async with transaction(world.pool) as tx:
            await accounts.set_password(tx, who.member_id, "$argon2id$another")

    async with transaction(world.pool) as tx:
        session = await accounts.start_session(tx, who, "bearer", days=1)
        changing = asyncio.create_task(change())
        await asyncio.sleep(0.1)
        assert not changing.done(), "the change waits for the session, and so finds it"
    await changing
    with pytest.raises(NotSignedIn):
        await arrival_by_token(world.pool, session.token)


async def test_a_session_begun_while_the_member_is_disabled_does_not_outlive_it(world: World) -> None:
    who = await recognised(world, "zhangsan")

    async def disable() -> None:
        async with transaction(world.pool) as tx:
            await lifecycle.disable(tx, SYSTEM, who.member_id)

    async with transaction(world.pool) as tx:
        session = await accounts.start_session(tx, who, "bearer", days=1)
        disabling = asyncio.create_task(disable())
        await asyncio.sleep(0.1)
    await disabling
    async with transaction(world.pool) as tx:
        await lifecycle.enable(tx, SYSTEM, who.member_id)
    with pytest.raises(NotSignedIn):
        await arrival_by_token(world.pool, session.token)


async def test_ended_sessions_are_found_by_the_transaction_that_ended_them(world: World) -> None:
    from wecom.features.accounts.queries import ended_since
    from wecom.foundation.streams.queries import current_xmin

    token = await world.token("zhangsan")
    me = await accounts.session_by_token(world.pool, token)
    before = await current_xmin(world.pool)
    async with transaction(world.pool) as tx:
        await accounts.end_sessions(tx, me.id, "revoked")
    assert await ended_since(world.pool, before) == [me.session_id]
    assert await ended_since(world.pool, await current_xmin(world.pool) + 1) == []


async def test_sessions_that_are_used_at_once_are_noted_and_wait_for_nobody_who_ends_one(world: World) -> None:
    tokens = [await world.token(userid) for userid in ("zhangsan", "lisi")]
    await world.pool.execute("UPDATE sessions SET seen_at = now() - interval '1 hour'")
    one, other = [await accounts.session_by_token(world.pool, token) for token in tokens]
    async with transaction(world.pool) as tx:
        await accounts.end_sessions(tx, one.id, "revoked", only=one.session_id)
        noted = (accounts.touch(world.services.uses, each, f"10.0.0.{each.id}", 3) for each in (one, other))
        await asyncio.wait_for(asyncio.gather(*noted), 20)
    recent = "SELECT id, address FROM sessions WHERE seen_at > now() - interval '1 minute' AND id = ANY($1::bigint[])"
    found = await world.pool.fetch(recent, [one.session_id, other.session_id])
    assert [tuple(row) for row in found] == [(other.session_id, f"10.0.0.{other.id}")]

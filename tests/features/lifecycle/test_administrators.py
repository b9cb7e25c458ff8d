"""The first administrator, and the way back in."""

import pytest

from tests.world import PASSWORD, World
from wecom.features import accounts, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.accounts.model import LastAdministrator
from wecom.foundation.db import transaction


async def roles_of(world: World, member_id: int) -> set[str]:
    return {each.role for each in await accounts.grants(world.pool, member_id)}


async def test_somebody_new_becomes_administrator_and_chooses_a_password_first(world: World) -> None:
    hash = await world.services.hasher.hash(PASSWORD)
    async with transaction(world.pool) as tx:
        id = await lifecycle.make_administrator(
            tx, "chef", hash, name="Chefin", email="chefin@example.com", must_change=True
        )
    assert await roles_of(world, id) == {"administrator"}
    client = await world.client(None)
    answer = await client.post("/api/session", json={"account": "chef", "password": PASSWORD, "kind": "bearer"})
    assert (await answer.json())["me"]["must_change_password"] is True


async def test_a_member_becomes_administrator_and_keeps_the_password(world: World) -> None:
    async with transaction(world.pool) as tx:
        id = await lifecycle.make_administrator(tx, "ZhangSan", None)
    assert id == world["zhangsan"].id
    assert await roles_of(world, id) == {"administrator"}
    client = await world.client(None)
    assert (await client.post("/api/session", json={"account": "zhangsan", "password": PASSWORD})).status == 200


async def test_an_operator_gets_a_disabled_administrator_back_in(world: World) -> None:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["lisi"].id, "administrator")
        await lifecycle.disable(tx, SYSTEM, world["admin"].id)
    hash = await world.services.hasher.hash("Reiher-im-Schilf-31")
    async with transaction(world.pool) as tx:
        await lifecycle.make_administrator(tx, "admin", hash)
    client = await world.client(None)
    body = {"account": "admin", "password": "Reiher-im-Schilf-31"}
    assert (await client.post("/api/session", json=body)).status == 200
    assert await roles_of(world, world["admin"].id) == {"administrator"}


async def test_an_administrator_without_a_password_is_not_one_who_is_left(world: World) -> None:
    admin, lisi = world.members("admin", "lisi")
    async with transaction(world.pool) as tx:
        await tx.execute("DELETE FROM passwords WHERE member_id = $1", lisi.id)
        await accounts.grant(tx, SYSTEM, lisi.id, "administrator")
    with pytest.raises(LastAdministrator):
        async with transaction(world.pool) as tx:
            await lifecycle.disable(tx, SYSTEM, admin.id)
    async with transaction(world.pool) as tx:
        await lifecycle.disable(tx, SYSTEM, lisi.id)


async def test_before_anybody_has_a_password_each_administrator_counts(world: World) -> None:
    admin, lisi = world.members("admin", "lisi")
    async with transaction(world.pool) as tx:
        await tx.execute("DELETE FROM passwords")
        await accounts.grant(tx, SYSTEM, lisi.id, "administrator")
    async with transaction(world.pool) as tx:
        await lifecycle.disable(tx, SYSTEM, admin.id)
    with pytest.raises(LastAdministrator):
        async with transaction(world.pool) as tx:
            await lifecycle.disable(tx, SYSTEM, lisi.id)

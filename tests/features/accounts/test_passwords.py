"""Passwords as they are kept."""

from tests.world import World
from wecom.features import accounts
from wecom.foundation.db import transaction


async def test_a_password_made_once_and_given_to_several_is_known_for_that(world: World) -> None:
    """The cast was given theirs together; whoever gets another is no longer among them."""
    cast = sorted(member.id for member in world.cast.values())
    assert await accounts.given_together(world.pool) == cast
    async with transaction(world.pool) as tx:
        await accounts.set_password(tx, world["lisi"].id, await world.services.hasher.hash("Hafenkran-an-der-Elbe-9"))
    assert await accounts.given_together(world.pool) == [id for id in cast if id != world["lisi"].id]

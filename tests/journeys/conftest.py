"""A server, and what unchanged SDKs call it with."""

import pytest

from tests.journeys.sdk import Sdk
from tests.world import World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction


@pytest.fixture
async def here(world: World) -> str:
    return str((await world.server()).make_url("")).rstrip("/")


@pytest.fixture
async def contacts(world: World, here: str) -> Sdk:
    async with transaction(world.pool) as tx:
        app, secret = await apps.create_contacts_app(tx, SYSTEM)
    return Sdk(here, secret, app)


@pytest.fixture
async def notices(world: World, here: str) -> Sdk:
    """An app that sees everybody."""
    async with transaction(world.pool) as tx:
        app, secret = await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1])
    return Sdk(here, secret, app)

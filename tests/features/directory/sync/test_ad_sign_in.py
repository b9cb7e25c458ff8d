"""Signing in with the password that Active Directory has, and what is said where it is right and of no use."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.world import World
from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.settings import Settings

from .controller import PASSWORD, DomainController
from .test_active_directory import ANNA, LONG_AGO, text_of
from .test_sign_in import refusal, sign_in


@pytest.fixture
def settings(settings: Settings, controller: DomainController, tmp_path: Path) -> Settings:
    (tmp_path / "ldap.toml").write_text(text_of(controller))
    return settings.model_copy(
        update={"ldap_config": tmp_path / "ldap.toml", "ldap_bind_password": SecretStr(PASSWORD)}
    )


async def test_who_may_come_in_and_why_others_may_not(world: World, controller: DomainController) -> None:
    assert world.services.ldap
    await lifecycle.sync_all(world.pool, world.services.ldap, SYSTEM)
    client = await world.client(None)
    assert (await sign_in(client, "anna", PASSWORD)).status == 200
    assert (await sign_in(client, "Anna@haiqiao.example", PASSWORD)).status == 200
    closed, expired = (403, "AccountDisabled"), (403, "LdapPasswordExpired")
    for change, refused in (
        ({"userAccountControl": "514"}, closed),
        ({"userAccountControl": "512", "accountExpires": LONG_AGO}, closed),
        ({"pwdLastSet": "0"}, closed),
        ({"accountExpires": "0"}, expired),
    ):
        controller.set(ANNA, **change)
        assert await refusal(await sign_in(client, "anna", PASSWORD)) == refused, change
        assert await refusal(await sign_in(client, "anna", "wrong")) == (401, "WrongPassword"), change
    controller.set(ANNA, pwdLastSet="-1")
    assert (await sign_in(client, "anna", PASSWORD)).status == 200

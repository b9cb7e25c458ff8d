"""Signing in with LDAP's password, and what else is refused for whom LDAP knows."""

from pathlib import Path

import pytest
from aiohttp import ClientResponse
from pydantic import SecretStr

from tests.world import Client, World
from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.settings import Settings

from .conftest import config_text, member
from .slapd import PASSWORD, PEOPLE, READER_PASSWORD, Slapd

WUKONG = f"uid=sunwukong,ou=研发部,{PEOPLE}"


@pytest.fixture
def settings(settings: Settings, ldap_server: Slapd, tmp_path: Path) -> Settings:
    (tmp_path / "ldap.toml").write_text(config_text(ldap_server))
    given = {"ldap_config": tmp_path / "ldap.toml", "ldap_bind_password": SecretStr(READER_PASSWORD)}
    return settings.model_copy(update=given)


@pytest.fixture
async def synced(world: World) -> World:
    """The company of `tests.world`, and with it those whom LDAP knows."""
    assert world.services.ldap
    await lifecycle.sync_all(world.pool, world.services.ldap, SYSTEM)
    for userid in ("sunwukong", "zhubajie"):
        world.cast[userid] = await member(world.pool, userid)
    return world


async def sign_in(client: Client, account: str, password: str) -> ClientResponse:
    return await client.post("/api/session", json={"account": account, "password": password, "kind": "bearer"})


async def refusal(response: ClientResponse) -> tuple[int, str]:
    return response.status, (await response.json())["error"]


async def test_ldaps_password_opens_and_no_other(synced: World) -> None:
    client = await synced.client(None)
    for account in ("sunwukong", "SunWuKong@haiqiao.example", "+86 138 0000 1001"):
        assert (await sign_in(client, account, PASSWORD)).status == 200
    for wrong in ("", " ", "wrong", "*", PASSWORD + "\0"):
        answer = await sign_in(client, "sunwukong", wrong)
        assert answer.status in (400, 401), wrong
    activated = (await member(synced.pool, "sunwukong")).activated_at
    assert activated is not None
    assert (await sign_in(client, "zhangsan", PASSWORD)).status == 200, "who is not in LDAP signs in as before"


@pytest.mark.parametrize("account", ["sunwukong)(uid=*", "*", "sunwukong*", "\\2a", "uid=sunwukong,ou=研发部"])
async def test_nobody_signs_in_by_what_ldap_would_read_as_a_pattern(synced: World, account: str) -> None:
    assert (await sign_in(await synced.client(None), account, PASSWORD)).status == 401


async def test_a_leaver_is_out_at_once_where_ldap_says_so_first(synced: World, ldap_server: Slapd) -> None:
    client = await synced.client(None)
    ldap_server.set(WUKONG, pwdAccountLockedTime="000001010000Z")
    assert await refusal(await sign_in(client, "sunwukong", PASSWORD)) in [
        (403, "AccountDisabled"),
        (401, "WrongPassword"),
    ]
    ldap_server.delete(WUKONG)
    assert await refusal(await sign_in(client, "sunwukong", PASSWORD)) == (401, "WrongPassword")


async def test_a_directory_that_is_away_says_so_and_nothing_of_where_it_is(synced: World, ldap_server: Slapd) -> None:
    client = await synced.client(None)
    ldap_server.stop()
    answer = await sign_in(client, "sunwukong", PASSWORD)
    assert await refusal(answer) == (429, "LdapAway")
    assert "127.0.0.1" not in await answer.text()
    assert (await sign_in(client, "zhangsan", PASSWORD)).status == 200, "others come in all the same"
    for account in ("sunwukong", "zhangsan", "nobody"):
        answer = await sign_in(client, account, "wrong")
        assert await refusal(answer) == (429, "LdapAway"), "nor is it said who is in it"


async def test_what_ldap_says_is_not_changed_elsewhere(synced: World) -> None:
    admin, wukong = await synced.client("admin"), synced["sunwukong"]
    path = f"/api/members/{wukong.id}"
    for change in ({"name": "齐天大圣"}, {"email": "a@b.example"}, {"departments": [{"department_id": 1}]}):
        assert await refusal(await admin.patch(path, json=change)) == (403, "MaintainedInLdap")
    same = {"name": wukong.name, "alias": "大圣", "position": wukong.position}
    assert (await admin.patch(path, json=same)).status == 200, "what LDAP does not say is said here"
    assert await refusal(await admin.post(f"{path}/leave")) == (403, "MaintainedInLdap")
    department = wukong.department_ids[0]
    assert await refusal(await admin.patch(f"/api/departments/{department}", json={"name": "x"})) == (
        403,
        "MaintainedInLdap",
    )
    invited = await admin.post(f"{path}/invitation")
    assert await refusal(invited) == (403, "MaintainedInLdap")


async def test_an_administrator_bars_whom_ldap_admits_and_sync_leaves_it_so(synced: World) -> None:
    admin, wukong = await synced.client("admin"), synced["sunwukong"]
    assert (await admin.post(f"/api/members/{wukong.id}/disable")).status == 200
    assert synced.services.ldap
    await lifecycle.sync_all(synced.pool, synced.services.ldap, SYSTEM)
    assert not (await member(synced.pool, "sunwukong")).enabled
    assert (await admin.post(f"/api/members/{wukong.id}/enable")).status == 200


async def test_whom_ldap_bars_only_ldap_admits_again(synced: World, ldap_server: Slapd) -> None:
    admin, wukong = await synced.client("admin"), synced["sunwukong"]
    signed_in = await sign_in(await synced.client(None), "sunwukong", PASSWORD)
    token = (await signed_in.json())["token"]
    ldap_server.set(WUKONG, pwdAccountLockedTime="000001010000Z")
    assert synced.services.ldap
    await lifecycle.sync_all(synced.pool, synced.services.ldap, SYSTEM)
    me = await (await synced.client(None)).get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status == 401, "sessions end in the same commit"
    assert await refusal(await admin.post(f"/api/members/{wukong.id}/enable")) == (403, "MaintainedInLdap")
    ldap_server.set(WUKONG, pwdAccountLockedTime="")
    await lifecycle.sync_all(synced.pool, synced.services.ldap, SYSTEM)
    assert (await member(synced.pool, "sunwukong")).enabled

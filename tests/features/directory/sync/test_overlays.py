"""What OpenLDAP's overlays add: who is in which group (memberof), and what passwords must be like (ppolicy)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ldap
import pytest
from pydantic import SecretStr

from tests.world import World
from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import member_by_userid
from wecom.features.directory.sync import queries
from wecom.foundation.db import Pool
from wecom.settings import Settings

from .conftest import Sync, config_text, member, source_of
from .slapd import GROUPS, PASSWORD, PEOPLE, READER_PASSWORD, SUFFIX, Slapd, company, entry, slapd
from .test_changes import TANGSENG, listening, until
from .test_sign_in import refusal, sign_in

WUKONG, GROSS = f"uid=sunwukong,ou=研发部,{PEOPLE}", f"uid=jgross,ou=Vertrieb,{PEOPLE}"
POLICY = f"cn=default,ou=policies,{SUFFIX}"
RULES: dict[str, Any] = {
    "pwdAttribute": "userPassword",
    "pwdMaxAge": "0",
    "pwdLockout": "TRUE",
    "pwdLockoutDuration": "0",
    "pwdMaxFailure": "3",
    "pwdMustChange": "TRUE",
    "pwdGraceAuthnLimit": "0",
    "pwdAllowUserChange": "TRUE",
}
OVERLAYS = f"""
ppolicy_default "{POLICY}"
ppolicy_use_lockout
overlay memberof
memberof-refint TRUE
"""
STAFF, LEFT = f"cn=Staff,{GROUPS}", f"cn=Left Us,{GROUPS}"


@pytest.fixture
def ldap_server(tmp_path: Path) -> Iterator[Slapd]:
    policies = [
        entry(f"ou=policies,{SUFFIX}", objectClass="organizationalUnit"),
        entry(POLICY, objectClass=["applicationProcess", "pwdPolicy"], **RULES),
    ]
    with slapd(tmp_path / "slapd", "\n".join([company(), *policies]), overlays=OVERLAYS) as server:
        server.add(STAFF, objectClass="groupOfNames", member=[WUKONG, GROSS, TANGSENG])
        server.add(LEFT, objectClass="groupOfNames", member=[f"cn=nobody,{SUFFIX}"])
        yield server


def by_membership(server: Slapd, more: str = "") -> str:
    return config_text(server, people=f'filter = "(&(objectClass=inetOrgPerson)(memberOf={STAFF}))"\n{more}')


async def test_people_are_those_in_a_group_and_who_is_taken_out_is_barred(
    founded: Pool, ldap_server: Slapd, sync_all: Sync
) -> None:
    source = source_of(by_membership(ldap_server))
    await sync_all(source)
    assert (await member(founded, "tangseng")).enabled
    assert await member_by_userid(founded, "zhubajie") is None
    ldap_server.set(STAFF, member=[WUKONG, GROSS])
    await sync_all(source)
    assert not (await member(founded, "tangseng")).enabled


async def test_who_comes_into_the_group_or_leaves_it_is_heard_of(founded: Pool, ldap_server: Slapd) -> None:
    """Their own entries have not changed: it is the group that has."""
    source = source_of(by_membership(ldap_server).replace(f'[tags]\nbases = ["{GROUPS}"]', ""))
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        ldap_server.set(STAFF, member=[WUKONG, GROSS, f"uid=zhubajie,ou=前端组,ou=研发部,{PEOPLE}"])

        async def is_so() -> bool:
            come = await member_by_userid(founded, "zhubajie")
            return come is not None and not (await member(founded, "tangseng")).enabled

        await until(hear, is_so)


async def test_a_group_that_bars_however_its_name_is_written(founded: Pool, ldap_server: Slapd, sync_all: Sync) -> None:
    written = LEFT.replace("cn=Left Us,ou=groups", "CN=left  us, OU=Groups")
    source = source_of(config_text(ldap_server, people=f'disabled = ["memberOf={written}"]'))
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        assert (await member(founded, "jgross")).enabled
        ldap_server.set(LEFT, member=[GROSS])

        async def is_so() -> bool:
            return not (await member(founded, "jgross")).enabled

        await until(hear, is_so)


@pytest.fixture
def settings(settings: Settings, ldap_server: Slapd, tmp_path: Path) -> Settings:
    (tmp_path / "ldap.toml").write_text(config_text(ldap_server))
    given = {"ldap_config": tmp_path / "ldap.toml", "ldap_bind_password": SecretStr(READER_PASSWORD)}
    return settings.model_copy(update=given)


@pytest.fixture
async def synced(world: World) -> World:
    assert world.services.ldap
    await lifecycle.sync_all(world.pool, world.services.ldap, SYSTEM)
    return world


async def test_a_password_that_must_be_changed_first_does_not_sign_in_and_says_so(
    synced: World, ldap_server: Slapd
) -> None:
    client = await synced.client(None)
    ldap_server.set(WUKONG, userPassword=PASSWORD)  # by an administrator, and so it is one to be changed
    assert await refusal(await sign_in(client, "sunwukong", PASSWORD)) == (403, "LdapPasswordExpired")
    assert await refusal(await sign_in(client, "sunwukong", "wrong")) == (401, "WrongPassword")
    ldap_server.set(WUKONG, pwdReset="")
    assert (await sign_in(client, "sunwukong", PASSWORD)).status == 200


async def test_a_password_that_has_expired_is_accepted_as_often_as_the_policy_says(
    synced: World, ldap_server: Slapd
) -> None:
    client = await synced.client(None)
    ldap_server.set(WUKONG, userPassword=PASSWORD)
    ldap_server.set(WUKONG, pwdReset="")
    answer = await sign_in(client, "sunwukong", PASSWORD)
    assert (await answer.json())["grace"] is None
    ldap_server.set(POLICY, pwdMaxAge="1", pwdGraceAuthnLimit="2")
    await asyncio.sleep(2.1)  # times are whole seconds
    for left in (1, 0):
        answer = await sign_in(client, "sunwukong", PASSWORD)
        assert (answer.status, (await answer.json())["grace"]) == (200, left)
    assert await refusal(await sign_in(client, "sunwukong", PASSWORD)) == (403, "LdapPasswordExpired")
    assert await refusal(await sign_in(client, "sunwukong", "wrong")) == (401, "WrongPassword")


async def test_wrong_passwords_lock_the_account_there_and_here_only_if_that_is_wanted(
    synced: World, ldap_server: Slapd
) -> None:
    client = await synced.client(None)
    for _ in range(3):
        assert (await sign_in(client, "sunwukong", "wrong")).status == 401
    [(_, values)] = ldap_server.admin.search_s(WUKONG, ldap.SCOPE_BASE, attrlist=["pwdAccountLockedTime"])
    assert values["pwdAccountLockedTime"], "OpenLDAP itself says so"
    answer = await sign_in(client, "sunwukong", PASSWORD)
    assert await refusal(answer) == (401, "WrongPassword"), "nothing is told that strangers could find out by trying"
    assert synced.services.ldap
    await lifecycle.sync_all(synced.pool, synced.services.ldap, SYSTEM)
    assert (await member(synced.pool, "sunwukong")).enabled, "or any stranger could put anybody out"
    strict = source_of(config_text(ldap_server, people='disabled = ["pwdAccountLockedTime=*"]'))
    await lifecycle.sync_all(synced.pool, strict, SYSTEM)
    assert not (await member(synced.pool, "sunwukong")).enabled, "but where the company wants it so"
    ldap_server.set(WUKONG, pwdAccountLockedTime="")
    await lifecycle.sync_all(synced.pool, strict, SYSTEM)
    assert (await sign_in(client, "sunwukong", PASSWORD)).status == 200

"""What is heard while everything is being read: whichever was read last is what holds."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from asyncpg import PostgresError

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING
from wecom.features.directory.sync import LdapSource, queries
from wecom.foundation.db import Pool

from .conftest import Sync, config_text, member, source_of
from .proxy import Held, held_at
from .slapd import GROUPS, PEOPLE, Slapd
from .test_changes import full_runs, listening, until

TANGSENG = f"uid=tangseng,ou=市场部,{PEOPLE}"
GROSS = f"uid=jgross,ou=Vertrieb,{PEOPLE}"
LOCKED = "000001010000Z"


def through(server: Slapd, held: Held) -> LdapSource:
    return source_of(config_text(server).replace(str(server.port), str(held.port)))


async def while_held(held: Held, slow: Awaitable[object], meanwhile: Callable[[], Awaitable[None]]) -> None:
    """`slow` waits for an answer that is held; what happens `meanwhile` is over before it comes."""
    running = asyncio.ensure_future(slow)
    assert await asyncio.to_thread(held.waits.wait, 20)
    await meanwhile()
    assert not running.done()
    held.released.set()
    await running


async def test_who_comes_or_is_locked_while_everything_is_read_stays_so(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, source: LdapSource
) -> None:
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        await hear()

        async def meanwhile() -> None:
            ldap_server.add(f"uid=neu,ou=Vertrieb,{PEOPLE}", objectClass="inetOrgPerson", cn="新人", sn="x")
            ldap_server.set(TANGSENG, pwdAccountLockedTime=LOCKED)
            ldap_server.delete(GROSS)
            await until(hear, lambda: directory.member_by_userid(founded, "neu"))
            await hear()

        with held_at(ldap_server.port, b"uid=amueller") as held:
            await while_held(held, sync_all(through(ldap_server, held)), meanwhile)
    enabled = {each: (await member(founded, each)).enabled for each in ("neu", "tangseng", "jgross", "sunwukong")}
    assert enabled == {"neu": True, "tangseng": False, "jgross": False, "sunwukong": True}
    left = await sync_all(dry_run=True)
    assert not left.plan.changes_anything


async def test_what_is_heard_before_the_first_reading_has_ended_is_not_lost(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, source: LdapSource
) -> None:
    async def meanwhile() -> None:
        ldap_server.set(TANGSENG, cn="三藏")
        await lifecycle.sync_some(founded, source, SYSTEM, [ldap_server.id_of(TANGSENG)])

    with held_at(ldap_server.port, b"uid=amueller") as held:
        await while_held(held, sync_all(through(ldap_server, held)), meanwhile)
    assert (await member(founded, "tangseng")).name == "三藏"


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "locked"])
async def test_a_look_that_took_longer_than_a_complete_reading_lets_nobody_in(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, gone: bool
) -> None:
    await sync_all()
    id = ldap_server.id_of(TANGSENG)

    async def meanwhile() -> None:
        if gone:
            ldap_server.delete(TANGSENG)
        else:
            ldap_server.set(TANGSENG, pwdAccountLockedTime=LOCKED)
        await sync_all()

    with held_at(ldap_server.port, b"uid=tangseng") as held:
        slow = lifecycle.sync_some(founded, through(ldap_server, held), SYSTEM, [id])
        await while_held(held, slow, meanwhile)
    assert not (await member(founded, "tangseng")).enabled


async def test_who_is_in_a_group_keeps_its_tag_when_looked_at_meanwhile(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, source: LdapSource
) -> None:
    await sync_all()

    async def meanwhile() -> None:
        ldap_server.set(GROSS, title="Chef")
        await lifecycle.sync_some(founded, source, SYSTEM, [ldap_server.id_of(GROSS)])

    with held_at(ldap_server.port, f"cn=sales,{GROUPS}".encode()) as held:
        await while_held(held, sync_all(through(ldap_server, held)), meanwhile)
    tags = {each.name: each.id for each in await directory.tags(founded)}
    gross = await member(founded, "jgross")
    on = await directory.tagged(founded, tags["sales"], seen_by=EVERYTHING)
    assert (gross.position, on.member_ids) == ("Chef", (gross.id,))


@pytest.mark.parametrize("way", ["syncrepl", "timestamp"])
async def test_what_is_heard_while_the_database_fails_is_heard_again(
    founded: Pool, owner: Pool, ldap_server: Slapd, way: str
) -> None:
    async with listening(founded, source_of(config_text(ldap_server, head=f'incremental = "{way}"'))) as hear:
        await until(hear, lambda: queries.state(founded))
        await hear()
        complete = await full_runs(founded)
        ldap_server.set(TANGSENG, pwdAccountLockedTime=LOCKED)
        await owner.execute("ALTER TABLE ldap_looks RENAME TO set_aside")
        with pytest.raises(PostgresError):
            for _ in range(5):
                await hear()
        await owner.execute("ALTER TABLE set_aside RENAME TO ldap_looks")
        assert (await member(founded, "tangseng")).enabled

        async def is_barred() -> bool:
            return not (await member(founded, "tangseng")).enabled

        await until(hear, is_barred)
        assert await full_runs(founded) == complete

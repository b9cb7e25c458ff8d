"""Units, groups and whole directories that were deleted and made again: other identities, the same company."""

from pathlib import Path

import pytest

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING
from wecom.features.directory.sync import LdapSource, NothingToRelink, StillThere, SyncRefused
from wecom.foundation import audit
from wecom.foundation.db import Pool, transaction

from .conftest import Sync, config_text, member, source_of
from .slapd import PEOPLE, SUFFIX, Slapd, slapd

GROSS, MUELLER = f"uid=jgross,ou=Vertrieb,{PEOPLE}", f"uid=amueller,ou=Vertrieb,{PEOPLE}"
AWAY = f"ou=services,{SUFFIX}"


async def ids(pool: Pool) -> dict[str, int]:
    userids = ("sunwukong", "zhubajie", "shaseng", "tangseng", "jgross", "amueller")
    return {userid: (await member(pool, userid)).id for userid in userids}


async def department_ids(pool: Pool) -> dict[str, int]:
    return {each.name: each.id for each in await directory.departments(pool, seen_by=EVERYTHING)}


def aside(server: Slapd, *dns: str) -> None:
    for dn in dns:
        server.move(dn, dn.partition(",")[0], AWAY)


def back(server: Slapd, *dns: str) -> None:
    for dn in dns:
        rdn, _, above = dn.partition(",")
        server.move(f"{rdn},{AWAY}", rdn, above)


async def test_a_unit_that_is_made_anew_is_the_same_department(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    before = await department_ids(founded)
    aside(ldap_server, GROSS, MUELLER)
    ldap_server.delete(f"ou=Vertrieb,{PEOPLE}")
    ldap_server.add(f"ou=Vertrieb,{PEOPLE}", objectClass="organizationalUnit")
    back(ldap_server, GROSS, MUELLER)
    ldap_server.add(f"uid=neu,ou=Vertrieb,{PEOPLE}", objectClass="inetOrgPerson", cn="新人", sn="x")
    synced = await sync_all()
    assert synced.problems == []
    assert (synced.counts["people_added"], synced.plan.counts["people_changed"]) == (1, 0)
    assert await department_ids(founded) == before
    assert (await member(founded, "neu")).department_ids == (before["Vertrieb"],)
    assert not (await sync_all()).plan.changes_anything


async def test_whose_department_cannot_be_is_in_the_one_above(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    """As where a department cannot go, since with what was put below it here it would lie too deep; and so stays in
    the way of another."""
    await sync_all()
    ids = await department_ids(founded)
    async with transaction(founded) as tx:
        deep = ids["前端组"]
        for number in range(11):
            deep = (await directory.add_department(tx, SYSTEM, f"Ebene {number}", under=deep)).id
    old, unit = f"ou=前端组,ou=研发部,{PEOPLE}", f"ou=gross,ou=groß,ou=市场部,{PEOPLE}"
    for dn in (unit.partition(",")[2], unit):
        ldap_server.add(dn, objectClass="organizationalUnit")
    ldap_server.move(old, "ou=前端组", unit)
    ldap_server.add(old, objectClass="organizationalUnit")
    ldap_server.add(f"uid=neu,{old}", objectClass="inetOrgPerson", cn="新人", sn="x")
    for _ in range(2):
        synced = await sync_all()
        assert [each.what for each in synced.problems] == ["前端组", "前端组"]
        assert (await member(founded, "zhubajie")).department_ids == (ids["前端组"],)
        assert (await member(founded, "neu")).department_ids == (ids["研发部"],)
    assert await audit.records(founded, before=None, limit=100, action="department.change") == []
    assert await audit.records(founded, before=None, limit=100, action="member.change") == []


async def test_a_directory_that_was_restored_with_other_identities_is_the_same_company(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, source: LdapSource, tmp_path: Path
) -> None:
    await sync_all()
    people, departments, tags = await ids(founded), await department_ids(founded), await directory.tags(founded)
    with slapd(tmp_path / "restored") as restored:
        anew = source_of(config_text(restored))
        assert restored.id_of(GROSS) != ldap_server.id_of(GROSS)
        with pytest.raises(SyncRefused):
            await sync_all(anew)
        found = await lifecycle.relink(founded, anew, SYSTEM, None, dry_run=True)
        with pytest.raises(SyncRefused):
            await sync_all(anew)
        assert len(await lifecycle.relink(founded, anew, SYSTEM, None)) == len(found) == 6
        assert await lifecycle.relink(founded, anew, SYSTEM, None) == []
        synced = await sync_all(anew)
        assert (synced.problems, synced.counts["people_unchanged"]) == ([], 6)
        assert not (await sync_all(anew)).plan.changes_anything
    assert await ids(founded) == people
    assert await department_ids(founded) == departments
    assert await directory.tags(founded) == tags
    records = await audit.records(founded, before=None, limit=100, action="member.relink")
    assert {each.object for each in records} == {f"member:{id}" for id in people.values()}


async def test_nobody_is_taken_for_an_entry_while_their_own_is_there(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, source: LdapSource
) -> None:
    await sync_all()
    ldap_server.add(f"uid=jgross,{PEOPLE}", objectClass="inetOrgPerson", cn="Jutta", sn="x")
    for userid in ("jgross", "nobody"):
        with pytest.raises(NothingToRelink, match=userid):
            await lifecycle.relink(founded, source, SYSTEM, [userid])


async def test_only_who_is_no_longer_in_ldap_is_maintained_here_again(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    with pytest.raises(StillThere):
        async with transaction(founded) as tx:
            await lifecycle.unlink(tx, SYSTEM, "jgross")
    ldap_server.delete(GROSS)
    await sync_all()
    async with transaction(founded) as tx:
        await lifecycle.unlink(tx, SYSTEM, "jgross")
        await lifecycle.unlink(tx, SYSTEM, "tangseng", is_read=False)
        gross, monk = await member(founded, "jgross"), await member(founded, "tangseng")
        await directory.change_member(tx, SYSTEM, gross.id, name="Jürgen", enabled=True)
        await directory.change_member(tx, SYSTEM, monk.id, name="三藏")
    await sync_all()
    assert (await member(founded, "jgross")).enabled

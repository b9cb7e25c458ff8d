"""What the account to read with may see no more looks like nothing: it is never taken for that."""

import pytest

from wecom.features import accounts, directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING
from wecom.features.directory.ldap_refusals import LdapIncomplete
from wecom.features.directory.sync import LdapSource, SyncRefused, find_entry, queries
from wecom.foundation.db import Pool, transaction

from .conftest import Sync, config_text, member, source_of
from .slapd import GROUPS, PEOPLE, Slapd

WUKONG = f"uid=sunwukong,ou=研发部,{PEOPLE}"
TANGSENG = f"uid=tangseng,ou=市场部,{PEOPLE}"
GROSS = f"uid=jgross,ou=Vertrieb,{PEOPLE}"
SHASENG = f"uid=shaseng,ou=前端组,ou=研发部,{PEOPLE}"
LEFT_HIDDEN = "attrs=employeeType by * none"


def leavers(server: Slapd) -> LdapSource:
    """Whose employeeType says that they have left is barred."""
    return source_of(config_text(server, people='disabled = ["employeeType=left"]'))


async def has_tag(pool: Pool, name: str) -> int:
    [tag] = [each for each in await directory.tags(pool) if each.name == name]
    return len((await directory.tagged(pool, tag.id, seen_by=EVERYTHING)).member_ids)


async def test_leavers_are_not_let_in_where_what_bars_them_is_hidden(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    source = leavers(ldap_server)
    ldap_server.add(f"uid=never,{PEOPLE}", objectClass="inetOrgPerson", cn="Nie hier", sn="Nie", employeeType="left")
    await sync_all(source)
    for dn in (TANGSENG, GROSS):
        ldap_server.set(dn, employeeType="left")
    await sync_all(source)
    ldap_server.restrict(LEFT_HIDDEN)
    with pytest.raises(SyncRefused, match="3 of 3 whom LDAP barred would be let in"):
        await sync_all(source)
    assert not (await member(founded, "tangseng")).enabled
    assert await directory.member_by_userid(founded, "never") is None
    with pytest.raises(SyncRefused):
        await sync_all(source, allowed=2)
    await sync_all(source, allowed=3)
    assert (await member(founded, "tangseng")).enabled, "somebody looked, and said that it is right"
    assert await directory.member_by_userid(founded, "never")


async def test_leavers_are_not_let_in_one_by_one_either(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    source = leavers(ldap_server)
    await sync_all(source)
    for dn in (TANGSENG, GROSS, SHASENG):
        ldap_server.set(dn, employeeType="left")
    await sync_all(source)
    ldap_server.restrict(LEFT_HIDDEN)
    for dn in (TANGSENG, GROSS):
        await lifecycle.sync_some(founded, source, SYSTEM, [ldap_server.id_of(dn)])
    ids = [ldap_server.id_of(SHASENG), ldap_server.id_of(WUKONG)]
    ldap_server.delete(WUKONG)
    for _ in range(2):
        with pytest.raises(SyncRefused, match="3 of 3"):
            await lifecycle.sync_some(founded, source, SYSTEM, ids)
    assert not (await member(founded, "shaseng")).enabled
    assert not (await member(founded, "sunwukong")).enabled, "who is heard to have gone at the same time goes"


async def test_who_is_barred_and_let_in_between_two_readings_is_nothing_to_ask_about(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, source: LdapSource
) -> None:
    await sync_all()
    for dn in (TANGSENG, GROSS, SHASENG, WUKONG):
        for locked in ("000001010000Z", ""):
            ldap_server.set(dn, pwdAccountLockedTime=locked)
            await lifecycle.sync_some(founded, source, SYSTEM, [ldap_server.id_of(dn)])
        assert (await member(founded, dn.partition(",")[0].removeprefix("uid="))).enabled


async def test_nobody_is_judged_without_the_bits_that_everybody_has(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    """As with Active Directory's userAccountControl."""
    source = source_of(config_text(ldap_server, people='disabled = ["employeeNumber&2"]'))
    for dn, number in ((WUKONG, "1"), (TANGSENG, "2"), (GROSS, "512")):
        ldap_server.set(dn, employeeNumber=number)
    await sync_all(source)
    assert (await member(founded, "jgross")).enabled
    assert await directory.member_by_userid(founded, "tangseng") is None
    assert await directory.member_by_userid(founded, "shaseng") is None, "nothing is known of them"
    ldap_server.set(GROSS, employeeNumber="514")
    await sync_all(source)
    ldap_server.set(GROSS, employeeNumber="")
    synced = await sync_all(source)
    assert not (await member(founded, "jgross")).enabled
    assert any(each.what == GROSS and "employeenumber" in each.message for each in synced.problems)
    with pytest.raises(LdapIncomplete, match="employeenumber"):
        find_entry(source, ldap_server.id_of(GROSS))
    ldap_server.restrict("attrs=employeeNumber by * none")
    with pytest.raises(LdapIncomplete, match="none can be used"):
        await sync_all(source)


@pytest.mark.parametrize("hidden", ["mail", "manager", "title", "departmentNumber", "employeeNumber"])
async def test_what_can_be_seen_of_nobody_any_more_is_not_taken_from_everybody(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, hidden: str
) -> None:
    people = '[people.attributes]\n"工号" = "employeeNumber"\n'
    departments = '[departments]\nfrom = "attribute"\nattribute = "departmentNumber"\n'
    source = source_of(config_text(ldap_server, departments, people=people))
    dns = [dn for dn, _ in ldap_server.admin.search_s(PEOPLE, 2, "(objectClass=inetOrgPerson)", ["1.1"])]
    for number, dn in enumerate(dns):
        given = {
            "departmentNumber": "Vertrieb",
            "employeeNumber": str(number),
            "title": "T",
            "manager": dns[number - 1],
        }
        ldap_server.set(dn, **given)
    await sync_all(source)
    before = await member(founded, "sunwukong")
    ldap_server.restrict(f"attrs={hidden} by * none")
    with pytest.raises(SyncRefused, match=r"6 of 6 would lose their|departments and tags are gone"):
        await sync_all(source)
    with pytest.raises(SyncRefused, match="6 of 6 would lose their"):  # nor by what is heard, as after an import
        await lifecycle.sync_some(founded, source, SYSTEM, [ldap_server.id_of(dn) for dn in dns])
    assert await member(founded, "sunwukong") == before
    await sync_all(source, allowed=6)
    assert await member(founded, "sunwukong") != before


async def test_tags_are_not_taken_from_everybody(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    everyone = [dn for dn, _ in ldap_server.admin.search_s(PEOPLE, 2, "(objectClass=inetOrgPerson)", ["1.1"])]
    ldap_server.set(f"cn=sales,{GROUPS}", member=everyone)
    await sync_all()
    ldap_server.restrict("attrs=member by * none")
    with pytest.raises(SyncRefused, match="12 of 12 would lose their tags"):
        await sync_all()
    assert await has_tag(founded, "sales") == 6
    await sync_all(allowed=12)
    assert await has_tag(founded, "sales") == 0


async def test_one_base_of_several_that_gives_nobody_bars_nobody(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    bases = ", ".join(f'"ou={unit},{PEOPLE}"' for unit in ("Vertrieb", "研发部", "市场部"))
    source = source_of(config_text(ldap_server).replace(f'bases = ["{PEOPLE}"]', f"bases = [{bases}]", 1))
    await sync_all(source)
    ldap_server.restrict(f'dn.subtree="ou=市场部,{PEOPLE}" filter="(objectClass=inetOrgPerson)" by * none')
    with pytest.raises(SyncRefused, match=f"Nobody was found below ou=市场部,{PEOPLE}"):
        await sync_all(source)
    assert (await member(founded, "tangseng")).enabled
    await sync_all(source, allowed=1)
    assert not (await member(founded, "tangseng")).enabled
    await sync_all(source)  # nobody is left there to be asked about


async def test_the_last_administrator_who_has_gone_goes_once_there_is_another(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    wukong, gross = [await member(founded, userid) for userid in ("sunwukong", "jgross")]
    async with transaction(founded) as tx:
        await accounts.grant(tx, SYSTEM, wukong.id, "administrator")
    ldap_server.delete(WUKONG)
    for _ in range(2):
        synced = await sync_all()
        assert any("last administrator" in each.message for each in synced.problems), "it is said each time"
    assert (await member(founded, "sunwukong")).enabled
    async with transaction(founded) as tx:
        await accounts.grant(tx, SYSTEM, gross.id, "administrator")
    await sync_all()
    assert not (await member(founded, "sunwukong")).enabled
    assert (await queries.runs(founded, 1))[0].counts["people_disabled"] == 1
    assert not (await sync_all()).plan.changes_anything

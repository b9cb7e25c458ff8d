"""What 389 Directory Server and FreeIPA call things, on OpenLDAP with a schema of their names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wecom.features import directory
from wecom.features.directory import EVERYTHING, member_by_userid
from wecom.features.directory.sync import LdapSource, queries
from wecom.foundation.db import Pool

from .conftest import Sync, member, source_of
from .slapd import GROUPS, PEOPLE, READER, Slapd, company, entry, slapd
from .test_changes import full_runs, listening, until

TEXT = "SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 EQUALITY caseIgnoreMatch SINGLE-VALUE"
SCHEMA = f"""
include /etc/ldap/schema/nis.schema
attributetype ( 2.999.1 NAME 'nsUniqueId' {TEXT} )
attributetype ( 2.999.2 NAME 'ipaUniqueID' {TEXT} )
attributetype ( 2.999.3 NAME 'nsAccountLock' {TEXT} )
objectclass ( 2.999.10 NAME 'nsPerson' SUP top AUXILIARY MAY ( nsUniqueId $ ipaUniqueID $ nsAccountLock ) )
objectclass ( 2.999.11 NAME 'ipaUserGroup' SUP groupOfNames STRUCTURAL MAY ( ipaUniqueID $ nsUniqueId ) )
"""
WHITE, BLACK = f"uid=bailongma,ou=研发部,{PEOPLE}", f"uid=heixiong,ou=研发部,{PEOPLE}"


def horse(dn: str, number: int, **values: str) -> str:
    uid = dn.partition(",")[0].removeprefix("uid=")
    given: dict[str, str | list[str]] = {
        "objectClass": ["inetOrgPerson", "posixAccount", "nsPerson"],
        "cn": uid,
        "sn": uid,
        "mail": f"{uid}@haiqiao.example",
        "uidNumber": str(number),
        "gidNumber": "1",
        "homeDirectory": "/",
        "nsUniqueId": f"0a1b2c0{number}-1dd111b2-8003d2a5-0f5d0000",
        "ipaUniqueID": f"7e5b4a0{number}-0000-11ee-8000-525400000000",
    }
    return entry(dn, **given | values)


@pytest.fixture
def ldap_server(tmp_path: Path) -> Iterator[Slapd]:
    others = [horse(f"uid=horse{number},{PEOPLE}", number) for number in (3, 4, 5)]
    people = [horse(WHITE, 1), horse(BLACK, 2, nsAccountLock="TRUE"), *others]
    with slapd(tmp_path / "slapd", "\n".join([company(), *people]), schemas=SCHEMA) as server:
        yield server


def configured(server: Slapd, preset: str, more: str = "") -> LdapSource:
    head = f'preset = "{preset}"\nurls = ["{server.url}"]\nbind_dn = "{READER}"'
    people = f'[people]\nbases = ["{PEOPLE}"]\nfilter = "(objectClass=nsPerson)"'
    units = '[departments]\nid = "entryUUID"' if preset == "389ds" else ""
    return source_of(f"{head}\n{people}\n{units}\n{more}")


@pytest.mark.parametrize("preset", ["389ds", "freeipa"])
async def test_a_locked_account_is_barred_and_let_in_once_unlocked(
    founded: Pool, ldap_server: Slapd, preset: str
) -> None:
    async with listening(founded, configured(ldap_server, preset)) as hear:
        await until(hear, lambda: queries.state(founded))
        assert (await member(founded, "bailongma")).enabled
        assert await member_by_userid(founded, "heixiong") is None, "was barred before they were ever here"
        for value, enabled in (("TRUE", False), ("FALSE", True), ("true", False), ("", True)):
            ldap_server.set(WHITE, nsAccountLock=value)

            async def is_so(enabled: bool = enabled) -> bool:
                return (await member(founded, "bailongma")).enabled is enabled

            await until(hear, is_so)
        assert await full_runs(founded) == 1, "their DN is enough to know them by"


async def test_a_new_name_is_the_same_person_by_389s_identity(
    founded: Pool, ldap_server: Slapd, sync_all: Sync
) -> None:
    source = configured(ldap_server, "389ds")
    await sync_all(source)
    before = await member(founded, "bailongma")
    ldap_server.move(WHITE, "uid=longma", f"ou=Vertrieb,{PEOPLE}")
    await sync_all(source)
    assert (await member(founded, "longma")).id == before.id
    assert (before.id, "0a1b2c01-1dd111b2-8003d2a5-0f5d0000") in {
        (number, id) for id, number, *_ in await queries.links(founded, None)
    }


async def test_freeipas_groups_are_tags_and_their_people_lie_in_no_unit(
    founded: Pool, ldap_server: Slapd, sync_all: Sync
) -> None:
    inner, outer = f"cn=reiter,{GROUPS}", f"cn=tiere,{GROUPS}"
    ldap_server.add(inner, objectClass=["ipaUserGroup", "nsPerson"], ipaUniqueID="g-1", member=[WHITE])
    ldap_server.add(outer, objectClass=["ipaUserGroup", "nsPerson"], ipaUniqueID="g-2", member=[inner])
    await sync_all(configured(ldap_server, "freeipa", f'[tags]\nbases = ["{GROUPS}"]'))
    white = await member(founded, "bailongma")
    assert white.department_ids == (1,)
    tags = {each.name: each.id for each in await directory.tags(founded)}
    for name in ("reiter", "tiere"):
        assert (await directory.tagged(founded, tags[name], seen_by=EVERYTHING)).member_ids == (white.id,)

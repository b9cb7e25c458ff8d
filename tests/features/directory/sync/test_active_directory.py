"""What is Active Directory's own, on slapd with Microsoft's schema, and on a small server for values in parts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from wecom.features.directory import ldap
from wecom.features.directory.sync import LdapSource, find_entry, queries
from wecom.foundation.db import Pool

from .conftest import Sync, member, source_of
from .responder import responder
from .slapd import READER_PASSWORD, Slapd, entry, slapd
from .test_changes import full_runs, listening, until

AD = "dc=ad,dc=example"
STAFF = f"ou=Staff,{AD}"
DELETED = f"cn=Deleted Objects,{AD}"
READS = f"cn=wecom,ou=services,{AD}"
TEXT, OCTETS = "1.3.6.1.4.1.1466.115.121.1.15", "1.3.6.1.4.1.1466.115.121.1.40"
WHOLE, TRUTH = "1.3.6.1.4.1.1466.115.121.1.27", "1.3.6.1.4.1.1466.115.121.1.7"
ATTRIBUTES = {
    "supportedCapabilities": TEXT,
    "dsServiceName": TEXT,
    "highestCommittedUSN": TEXT,
    "defaultNamingContext": TEXT,
    "sAMAccountName": f"{TEXT} EQUALITY caseIgnoreMatch",
    "objectGUID": f"{OCTETS} EQUALITY octetStringMatch",
    "userAccountControl": f"{WHOLE} EQUALITY integerMatch",
    "accountExpires": f"{WHOLE} EQUALITY integerMatch",
    "uSNChanged": f"{WHOLE} EQUALITY integerMatch ORDERING integerOrderingMatch",
    "isDeleted": f"{TRUTH} EQUALITY booleanMatch",
}
"""Microsoft's names, as slapd needs them to search by them; Debian's msuser.schema has no rules for that."""


def schema(place: Path) -> str:
    lines = []
    for number, (name, is_of) in enumerate(ATTRIBUTES.items()):
        syntax, _, rules = is_of.partition(" ")
        lines.append(f"attributetype ( 2.999.{number} NAME '{name}' {rules} SYNTAX {syntax} )")
    has = " $ ".join(ATTRIBUTES)
    lines.append(f"objectclass ( 2.999.100 NAME 'user' SUP inetOrgPerson STRUCTURAL MAY ( {has} ) )")
    return "\n".join([*lines, f"rootDSE {place}/root.ldif"])


NEVER = "9223372036854775807"


def guid(number: int) -> UUID:
    return UUID(int=0x1234_5678_9ABC_DEF0_0000_0000_0000_0000 + number)


def account(number: int, name: str, where: str, **values: str) -> str:
    given: dict[str, Any] = {
        "objectClass": "user",
        "sn": name,
        "sAMAccountName": name.split()[0].lower(),
        "displayName": name,
        "mail": f"{name.split()[0].lower()}@ad.example",
        "objectGUID": guid(number).bytes_le,
        "userAccountControl": "512",
        "accountExpires": NEVER,
        "uSNChanged": str(100 + number),
        "userPassword": "geheim-Genug-9",
    }
    return entry(f"cn={name},{where}", **given | values)


def forest() -> str:
    unit: dict[str, Any] = {"objectClass": ["organizationalUnit", "extensibleObject"]}
    return "\n".join(
        [
            entry(AD, objectClass=["dcObject", "organization"], o="AD"),
            entry(STAFF, **unit, objectGUID=guid(50).bytes_le),
            entry(f"ou=Leipzig,{STAFF}", **unit, objectGUID=guid(51).bytes_le),
            entry(f"ou=services,{AD}", **unit),
            entry(READS, objectClass=["applicationProcess", "simpleSecurityObject"], userPassword=READER_PASSWORD),
            entry(DELETED, objectClass="applicationProcess"),
            account(1, "Anna Berg", f"ou=Leipzig,{STAFF}"),
            account(2, "Bernd Carl", f"ou=Leipzig,{STAFF}", userAccountControl="514"),
            account(3, "Clara Dorn", STAFF, accountExpires="130000000000000000"),
            account(4, "Dora Engel", STAFF, manager=f"cn=Anna Berg,ou=Leipzig,{STAFF}"),
        ]
    )


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Slapd]:
    place = tmp_path / "ad"
    place.mkdir()
    stand(place, "cn=DC1", 110)
    limits = f'limits dn.exact="{READS}" size=unlimited'
    with slapd(
        place, forest(), suffix=AD, reader=READS, root_dn=f"cn=root,{AD}", schemas=schema(place), limits=limits
    ) as server:
        yield server


def stand(place: Path, controller: str, usn: int) -> None:
    """What the controller says of itself; it counts only when slapd starts."""
    (place / "root.ldif").write_text(
        f"dn:\nsupportedCapabilities: 1.2.840.113556.1.4.800\ndsServiceName: {controller}\n"
        f"highestCommittedUSN: {usn}\ndefaultNamingContext: {AD}\n"
    )


def configured(server: Slapd, more: str = "") -> LdapSource:
    return source_of(
        f'preset = "ad"\nurls = ["{server.url}"]\nbind_dn = "{READS}"\n{more}\n'
        f'[people]\nbases = ["{STAFF}"]\nfilter = "(objectClass=user)"\n'
    )


async def test_binary_identities_and_microsofts_ways_of_barring(
    founded: Pool, controller: Slapd, sync_all: Sync
) -> None:
    source = configured(controller)
    await sync_all(source)
    anna, dora = await member(founded, "anna"), await member(founded, "dora")
    assert dora.leader_ids == (anna.id,)
    links = {id: number for id, number, *_ in await queries.links(founded, None)}
    assert links == {str(guid(1)): anna.id, str(guid(4)): dora.id}, "who is barred from the beginning is not added"
    assert find_entry(source, str(guid(1))) == (f"cn=Anna Berg,ou=Leipzig,{STAFF}", True)
    assert find_entry(source, str(guid(2))) == (f"cn=Bernd Carl,ou=Leipzig,{STAFF}", False)


async def test_changes_by_number_tombstones_and_another_controller(founded: Pool, controller: Slapd) -> None:
    source = configured(controller)
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        runs = await full_runs(founded)
        anna, dora = f"cn=Anna Berg,ou=Leipzig,{STAFF}", f"cn=Dora Engel,{STAFF}"
        controller.set(anna, displayName="Anna Berg-Zeh", uSNChanged="111")
        controller.delete(dora)
        controller.add(
            f"cn=Dora Engel DEL,{DELETED}",
            objectClass="user",
            sn="x",
            isDeleted="TRUE",
            objectGUID=guid(4).bytes_le,
            uSNChanged="112",
        )
        await hear()
        assert (await member(founded, "anna")).name == "Anna Berg-Zeh"
        assert not (await member(founded, "dora")).enabled
        assert await full_runs(founded) == runs
        controller.stop()
        stand(controller.place, "cn=DC2", 7)
        controller.start()
        await hear()
        assert await full_runs(founded) == runs + 1, "another controller's numbers say nothing: everything is read"


def test_a_password_that_has_expired_is_right_and_of_no_use() -> None:
    with responder({}) as url:
        server = ldap.Server((url,))
        assert ldap.is_password(server, "cn=Anna", "right")
        assert not ldap.is_password(server, "cn=Anna", "data 52e")
        assert not ldap.is_password(server, "cn=Anna", "data 775")
        for reason in ("data 532", "data 773"):
            with pytest.raises(ldap.LdapPasswordExpired):
                ldap.is_password(server, "cn=Anna", reason)


def test_a_group_of_many_is_read_to_its_end() -> None:
    people = [f"cn=P{number},{STAFF}".encode() for number in range(4_000)]
    group = f"cn=Alle,{STAFF}"
    entries = {STAFF: {"ou": [b"Staff"]}, group: {"cn": [b"Alle"], "member": people}}
    with responder(entries) as url, ldap.Connection(ldap.Server((url,))) as connection:
        [page] = list(connection.search(STAFF, "(objectClass=group)", ["cn", "member"]))
        [found] = [each for each in page if each.dn == group]
        assert found.values["member"] == people

"""Identities as directories have them: capitals, bytes, and what cannot be asked for."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory.ldap_refusals import LdapIncomplete
from wecom.features.directory.sync import LdapSource, find_entry, queries
from wecom.features.directory.sync.changes import Noticed
from wecom.features.lifecycle.listening import attend
from wecom.foundation.db import Pool

from .conftest import Sync, config_text, member, source_of
from .slapd import PEOPLE, Slapd, company, slapd

SCHEMA = """
attributetype ( 2.999.1 NAME 'mS-DS-ConsistencyGuid' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
attributetype ( 2.999.2 NAME 'companyId' EQUALITY caseExactMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 2.999.3 NAME 'silentId' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
"""
GROSS = f"uid=jgross,ou=Vertrieb,{PEOPLE}"


@pytest.fixture
def numbered(tmp_path: Path) -> Iterator[Slapd]:
    """Everybody has a number in bytes, and names that differ only in how large the letters are."""
    with slapd(tmp_path / "numbered", company(), schemas=SCHEMA) as server:
        for number, (dn, _) in enumerate(server.admin.search_s(PEOPLE, 2, "(objectClass=inetOrgPerson)", ["1.1"])):
            letters = "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate("abc"))
            given: dict[str, Any] = {"mS-DS-ConsistencyGuid": bytes([0x41 + number, 0, 0xFF][: 1 + number % 3])}
            given |= {"companyId": f"Id:{letters}*", "silentId": str(number)}
            server.set(dn, objectClass=["inetOrgPerson", "extensibleObject"], **given)
        yield server


def by(server: Slapd, id: str) -> LdapSource:
    text = config_text(server, 'id = "entryUUID"\n[departments]\nid = "entryUUID"', people=f'id = "{id}"')
    return source_of(text)


@pytest.mark.parametrize("id", ["companyId", "mS-DS-ConsistencyGuid"])
async def test_who_changes_is_found_by_what_they_are_known_by(
    founded: Pool, numbered: Slapd, sync_all: Sync, id: str
) -> None:
    source = by(numbered, id)
    assert (await sync_all(source)).plan.counts["people_added"] == 6
    ids = {number: id for id, number, *_ in await queries.links(founded, None)}
    numbered.set(GROSS, title="Chef")
    gross = await member(founded, "jgross")
    assert find_entry(source, ids[gross.id]) == (GROSS, True)
    await lifecycle.sync_some(founded, source, SYSTEM, list(ids.values()))
    assert (await member(founded, "jgross")).position == "Chef"
    for userid in ("jgross", "tangseng", "shaseng", "sunwukong", "zhubajie", "amueller"):
        assert (await member(founded, userid)).enabled
    assert not (await sync_all(source)).plan.changes_anything


async def test_an_identity_that_cannot_be_asked_for_is_refused(numbered: Slapd, sync_all: Sync) -> None:
    with pytest.raises(LdapIncomplete, match="silentId"):
        await sync_all(by(numbered, "silentId"))


async def test_whose_entry_is_there_is_not_gone_where_their_identity_finds_nobody(
    founded: Pool, numbered: Slapd, sync_all: Sync
) -> None:
    """As after another attribute is configured, and before somebody has said who is whom."""
    await sync_all(by(numbered, "entryUUID"))
    links = {dn: id for id, _, dn, *_ in await queries.links(founded, None)}
    key = next(dn for dn in links if dn.startswith("uid=jgross"))
    noticed = Noticed(keys=[key])
    await attend(founded, SimpleNamespace(), by(numbered, "companyId"), noticed)  # type: ignore[arg-type]
    assert (await member(founded, "jgross")).enabled

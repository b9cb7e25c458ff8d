"""A run says what it did: what was planned and could not be is a problem, and is not counted."""

import pytest

from wecom.features import accounts, directory
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, Place
from wecom.features.directory.sync import InvalidLdapConfig, queries
from wecom.foundation.db import Pool, transaction

from .conftest import Sync, config_text, member, source_of
from .slapd import PEOPLE, Slapd

WUKONG = f"uid=sunwukong,ou=研发部,{PEOPLE}"
TANGSENG = f"uid=tangseng,ou=市场部,{PEOPLE}"


async def test_what_could_not_be_done_is_counted_as_a_problem(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    wukong, tangseng = [await member(founded, userid) for userid in ("sunwukong", "tangseng")]
    async with transaction(founded) as tx:
        await accounts.grant(tx, SYSTEM, wukong.id, "administrator")
        places = [Place(tangseng.department_ids[0])]
        await directory.add_member(tx, SYSTEM, "gast", name="Gast", mobile="13800000000", departments=places)
    ldap_server.delete(WUKONG)
    ldap_server.move(TANGSENG, "uid=tangseng", f"ou=Vertrieb,{PEOPLE}")
    ldap_server.delete(f"ou=市场部,{PEOPLE}")
    synced = await sync_all()
    assert synced.plan.counts["people_disabled"] == synced.plan.counts["departments_gone"] == 1
    done = {name: count for name, count in synced.counts.items() if count}
    assert done == {"people_changed": 1, "people_unchanged": 4, "problems": 2}
    assert len(synced.problems) == 2
    assert (await queries.runs(founded, 1))[0].counts == synced.counts
    last = "SELECT details FROM audit_records WHERE action = 'directory.sync' ORDER BY id DESC LIMIT 1"
    assert (await founded.fetchval(last))["did"] == synced.counts
    names = {each.name for each in await directory.departments(founded, seen_by=EVERYTHING)}
    assert "市场部" in names, "it holds somebody still"


async def test_a_dry_run_counts_what_could_be_done(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    wukong = await member(founded, "sunwukong")
    async with transaction(founded) as tx:
        await accounts.grant(tx, SYSTEM, wukong.id, "administrator")
    ldap_server.delete(WUKONG)
    ldap_server.delete(TANGSENG)
    ldap_server.add(f"uid=neu,ou=Vertrieb,{PEOPLE}", objectClass="inetOrgPerson", cn="新人", sn="x")
    dry = await sync_all(dry_run=True)
    done = await sync_all()
    assert dry.counts == done.counts
    assert (done.counts["people_disabled"], done.counts["people_added"]) == (1, 1)


@pytest.mark.parametrize("where", ["nowhere", "in LDAP"])
async def test_departments_lie_under_one_that_is_there(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, where: str
) -> None:
    under = 99
    if where == "in LDAP":
        await sync_all()
        under = (await member(founded, "jgross")).department_ids[0]
    before = await directory.departments(founded, seen_by=EVERYTHING)
    with pytest.raises(InvalidLdapConfig, match=rf"departments.under = {under}: .*: name one"):
        await sync_all(source_of(config_text(ldap_server, f"[departments]\nunder = {under}")))
    assert await directory.departments(founded, seen_by=EVERYTHING) == before
    run = (await queries.runs(founded, 1))[0]
    assert (run.outcome, run.counts) == ("failed", {})
    assert run.says.startswith("departments.under")

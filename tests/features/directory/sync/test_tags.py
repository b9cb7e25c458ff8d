"""Groups that are tags: whatever they are called, who is in them has them, and nothing about them touches people."""

from pathlib import Path

import pytest

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING
from wecom.features.directory.refusals import InvalidTagId
from wecom.features.directory.sync import queries
from wecom.foundation import audit
from wecom.foundation.db import Pool, transaction

from .conftest import Sync, config_text, member, source_of
from .slapd import GROUPS, PEOPLE, SUFFIX, Slapd, company, entry, slapd
from .test_changes import full_runs, listening, until

GROSS = f"uid=jgross,ou=Vertrieb,{PEOPLE}"
TANGSENG = f"uid=tangseng,ou=市场部,{PEOPLE}"
SALES, DUTY = f"cn=sales,{GROUPS}", f"cn=值班,{GROUPS}"


async def tags(pool: Pool) -> dict[str, tuple[int, set[str]]]:
    """Each tag's number, and the userids of those who have it."""
    found = {}
    for each in await directory.tags(pool):
        ids = (await directory.tagged(pool, each.id, seen_by=EVERYTHING)).member_ids
        members = await directory.members_by_ids(pool, ids, seen_by=EVERYTHING)
        found[each.name] = (each.id, {one.userid for one in members})
    return found


async def local_tag(pool: Pool, name: str, *members: str) -> int:
    async with transaction(pool) as tx:
        tag = await directory.add_tag(tx, SYSTEM, name)
        ids = [(await member(pool, userid)).id for userid in members]
        await directory.put_tag_on(tx, SYSTEM, tag.id, member_ids=ids)
    return tag.id


async def test_groups_may_swap_their_names_and_keep_who_is_in_them(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    before = await tags(founded)
    ldap_server.move(SALES, "cn=between")
    ldap_server.move(DUTY, "cn=sales")
    ldap_server.move(f"cn=between,{GROUPS}", "cn=值班")
    ldap_server.set(DUTY, member=[TANGSENG])
    ldap_server.set(SALES, member=[f"uid=shaseng,ou=前端组,ou=研发部,{PEOPLE}"])
    assert (await sync_all()).problems == []
    after = await tags(founded)
    assert after["值班"] == (before["sales"][0], {"tangseng"})
    assert after["sales"] == (before["值班"][0], {"shaseng"})
    assert not (await sync_all()).plan.changes_anything


async def test_a_name_that_is_taken_is_said_and_everything_else_is_done(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    """The tag of a group that has gone stays for whoever uses it, and so does its name."""
    ldap_server.add(f"cn=sales2,{GROUPS}", objectClass="groupOfNames", member=TANGSENG)
    await sync_all()
    await local_tag(founded, "vip", "jgross")
    ldap_server.delete(SALES)
    ldap_server.move(f"cn=sales2,{GROUPS}", "cn=sales")
    ldap_server.move(DUTY, "cn=vip")
    ldap_server.set(f"cn=vip,{GROUPS}", member=[TANGSENG])
    ldap_server.delete(GROSS)
    for _ in range(2):
        told = [each.message for each in (await sync_all()).problems]
        assert [("still called 'sales2'" in each, "still called '值班'" in each) for each in told] == [
            (True, False),
            (False, True),
        ]
    assert not (await member(founded, "jgross")).enabled
    now = {name: who for name, (_, who) in (await tags(founded)).items()}
    assert now == {"sales": set(), "sales2": {"tangseng"}, "值班": {"tangseng"}, "vip": {"jgross"}}
    async with transaction(founded) as tx:
        await directory.delete_tag(tx, SYSTEM, (await tags(founded))["sales"][0])
    assert len((await sync_all()).problems) == 1
    assert (await tags(founded))["sales"][1] == {"tangseng"}, "once the name is free"


async def test_a_group_that_is_made_anew_is_the_same_tag(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    number, _ = (await tags(founded))["sales"]
    ldap_server.delete(SALES)
    ldap_server.add(SALES, objectClass="groupOfNames", member=TANGSENG)
    assert (await sync_all()).problems == []
    assert (await tags(founded))["sales"] == (number, {"tangseng"})
    assert not (await sync_all()).plan.changes_anything


async def test_a_tag_of_here_that_is_on_somebody_is_no_groups_unless_that_is_wanted(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    async with transaction(founded) as tx:
        await directory.add_member(tx, SYSTEM, "lokal", name="L", mobile="13800000000")
    sales, duty = await local_tag(founded, "sales", "lokal"), await local_tag(founded, "值班")
    [problem] = (await sync_all()).problems
    assert "tags.adopt" in problem.message
    now = await tags(founded)
    assert now["sales"] == (sales, {"lokal"})
    assert now["值班"] == (duty, {"shaseng", "jgross"}), "one that is on nobody is the group's"
    await sync_all(source_of(config_text(ldap_server, 'adopt = "all"')))
    assert (await tags(founded))["sales"] == (sales, {"jgross"})
    assert not (await sync_all(source_of(config_text(ldap_server, 'adopt = "all"')))).plan.changes_anything


async def test_a_tag_that_cannot_be_made_keeps_nobody_away(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    async with transaction(founded) as tx:
        await directory.add_tag(tx, SYSTEM, "值班", id=2**31 - 1)
    synced = await sync_all()
    [problem] = synced.problems
    assert (problem.kind, problem.what) == ("tag", "sales")
    assert (await tags(founded))["值班"][1] == {"shaseng", "jgross"}
    with pytest.raises(InvalidTagId):
        async with transaction(founded) as tx:
            await directory.add_tag(tx, SYSTEM, "noch einer")


async def test_the_audit_log_says_who_got_a_tag_and_who_lost_it(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    gross, monk = await member(founded, "jgross"), await member(founded, "tangseng")
    ldap_server.set(SALES, member=[TANGSENG])
    ldap_server.delete(DUTY)
    await sync_all()
    number = (await tags(founded))["sales"][0]
    put = await audit.records(founded, before=None, limit=100, action="tag.put_on")
    off = await audit.records(founded, before=None, limit=100, action="tag.take_off")
    assert (put[0].object, put[0].details["members"]) == (f"tag:{number}", [monk.id])
    assert {each.details["name"]: set(each.details["members"]) for each in off} == {
        "sales": {gross.id},
        "值班": {gross.id, (await member(founded, "shaseng")).id},
    }


@pytest.mark.parametrize("preset", ["openldap", "389ds"])
async def test_every_kind_of_group_that_a_preset_reads_has_its_members(
    founded: Pool, tmp_path: Path, preset: str
) -> None:
    unique = [GROSS, f"{TANGSENG}#'0101'B"]
    groups = [
        entry(f"cn=unique,{GROUPS}", objectClass="groupOfUniqueNames", uniqueMember=unique),
        entry(f"cn=unix,{GROUPS}", objectClass="posixGroup", gidNumber="77", memberUid=["jgross", "ShaSeng", "nobody"]),
        entry(
            f"cn=both,{GROUPS}", objectClass=["groupOfNames", "extensibleObject"], member=GROSS, memberUid="tangseng"
        ),
    ]
    text = "\n".join([company(), *groups])
    with slapd(tmp_path / "groups", text, schemas="include /etc/ldap/schema/nis.schema") as server:
        config = config_text(server, 'id = "entryUUID"\n[departments]\nid = "entryUUID"', people='id = "entryUUID"')
        await lifecycle.sync_all(founded, source_of(config.replace("openldap", preset)), SYSTEM)
    found = {name: who for name, (_, who) in (await tags(founded)).items()}
    assert found["unique"] == found["both"] == {"jgross", "tangseng"}
    assert found["unix"] == {"jgross", "shaseng"}
    assert found["sales"] == {"jgross"}


async def test_who_is_let_in_comes_back_or_is_called_otherwise_has_their_tags_at_once(
    founded: Pool, tmp_path: Path
) -> None:
    unix = entry(f"cn=unix,{GROUPS}", objectClass="posixGroup", gidNumber="77", memberUid=["gross"])
    with slapd(tmp_path / "s", f"{company()}\n{unix}", schemas="include /etc/ldap/schema/nis.schema") as server:
        server.set(GROSS, pwdAccountLockedTime="000001010000Z", employeeNumber="JGross")
        server.set(TANGSENG, employeeNumber="tangseng")
        text = config_text(server, people='fields = {userid = "employeeNumber"}\nfilter = "(employeeNumber=*)"')

        async def has(tag: str, *userids: str) -> bool:
            return (await tags(founded)).get(tag, (0, set()))[1] == set(userids)

        async with listening(founded, source_of(text)) as hear:
            await until(hear, lambda: queries.state(founded))
            runs = await full_runs(founded)
            server.set(GROSS, pwdAccountLockedTime="")
            await until(hear, lambda: has("sales", "JGross"))
            server.move(GROSS, "uid=jgross", f"ou=services,{SUFFIX}")
            await until(hear, lambda: has("sales"))
            server.move(f"uid=jgross,ou=services,{SUFFIX}", "uid=jgross", f"ou=Vertrieb,{PEOPLE}")
            await until(hear, lambda: has("sales", "JGross"))
            server.set(GROSS, employeeNumber="gross")
            await until(hear, lambda: has("unix", "gross"))
            assert await full_runs(founded) == runs

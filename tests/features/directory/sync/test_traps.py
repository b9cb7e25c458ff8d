"""What people do to a directory: renaming, moving, leaving and returning, groups in circles, the same address twice."""

import pytest

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, Place
from wecom.features.directory.refusals import MaintainedInLdap
from wecom.features.directory.sync import LdapSource, find_entry, queries
from wecom.foundation import audit, streams
from wecom.foundation.db import Pool, transaction

from .conftest import Sync, config_text, member, source_of
from .slapd import GROUPS, PEOPLE, SUFFIX, Slapd

WUKONG = f"uid=sunwukong,ou=研发部,{PEOPLE}"
GROSS = f"uid=jgross,ou=Vertrieb,{PEOPLE}"


async def department_names(pool: Pool, userid: str) -> set[str]:
    names = {each.id: each.name for each in await directory.departments(pool, seen_by=EVERYTHING)}
    return {names[id] for id in (await member(pool, userid)).department_ids}


async def test_a_renamed_person_is_the_same_person(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    before = await member(founded, "amueller")
    ldap_server.move(f"uid=amueller,ou=Vertrieb,{PEOPLE}", "uid=aschmidt")
    ldap_server.set(f"uid=aschmidt,ou=Vertrieb,{PEOPLE}", cn="Änne Schmidt", mail="aschmidt@haiqiao.example")
    await sync_all()
    after = await member(founded, "aschmidt")
    assert (after.id, after.name, after.email) == (before.id, "Änne Schmidt", "aschmidt@haiqiao.example")
    assert await directory.member_by_userid(founded, "amueller") is None


async def test_two_who_swap_their_names_and_addresses_are_still_themselves(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    one, other = await member(founded, "zhubajie"), await member(founded, "shaseng")
    unit = f"ou=前端组,ou=研发部,{PEOPLE}"
    ldap_server.move(f"uid=zhubajie,{unit}", "uid=between")
    ldap_server.move(f"uid=shaseng,{unit}", "uid=zhubajie")
    ldap_server.move(f"uid=between,{unit}", "uid=shaseng")
    for userid in ("zhubajie", "shaseng"):
        ldap_server.set(f"uid={userid},{unit}", mail=f"{userid}@haiqiao.example")
    assert (await sync_all()).problems == []
    assert (await member(founded, "shaseng")).id == one.id
    assert (await member(founded, "zhubajie")).id == other.id
    assert (await member(founded, "zhubajie")).email == "zhubajie@haiqiao.example"


async def test_a_moved_unit_takes_its_people_along(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    front = {each.name: each.id for each in await directory.departments(founded, seen_by=EVERYTHING)}["前端组"]
    ldap_server.move(f"ou=前端组,ou=研发部,{PEOPLE}", "ou=前端组", f"ou=市场部,{PEOPLE}")
    synced = await sync_all()
    assert synced.counts["departments_changed"] == 1
    moved = await directory.department(founded, front)
    assert moved
    assert len(moved.path) == 3
    assert await department_names(founded, "zhubajie") == {"前端组"}
    assert not (await sync_all()).plan.changes_anything


async def test_other_letters_and_spaces_are_no_change(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    ldap_server.set(f"uid=zhubajie,ou=前端组,ou=研发部,{PEOPLE}", manager=WUKONG.replace("uid=", "UID = ").upper())
    ldap_server.move(GROSS, "uid=JGross")
    synced = await sync_all()
    assert not synced.plan.changes_anything
    assert (await member(founded, "jgross")).userid == "jgross"


async def test_who_returns_is_let_in_and_keeps_what_they_had(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    before = await member(founded, "jgross")
    ldap_server.move(GROSS, "uid=jgross", f"ou=services,{SUFFIX}")
    await sync_all()
    assert not (await member(founded, "jgross")).enabled
    ldap_server.move(f"uid=jgross,ou=services,{SUFFIX}", "uid=jgross", f"ou=研发部,{PEOPLE}")
    await sync_all()
    after = await member(founded, "jgross")
    assert (after.id, after.enabled) == (before.id, True)
    assert await department_names(founded, "jgross") == {"研发部"}


@pytest.mark.parametrize("first", ["ldap", "here"])
async def test_whom_an_administrator_bars_ldap_does_not_let_in(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, first: str
) -> None:
    await sync_all()
    gross = await member(founded, "jgross")

    async def bar_here() -> None:
        async with transaction(founded) as tx:
            await lifecycle.disable(tx, SYSTEM, gross.id)

    if first == "here":
        await bar_here()
    ldap_server.set(GROSS, pwdAccountLockedTime="000001010000Z")
    await sync_all()
    if first == "ldap":
        await bar_here()
    ldap_server.set(GROSS, pwdAccountLockedTime="")
    await sync_all()
    assert not (await member(founded, "jgross")).enabled
    async with transaction(founded) as tx:
        await lifecycle.enable(tx, SYSTEM, gross.id)
    await sync_all()
    assert (await member(founded, "jgross")).enabled, "who barred them may let them in, since LDAP does"


async def test_somebody_elses_userid_is_not_taken_over(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, source: LdapSource
) -> None:
    await sync_all()
    before = await member(founded, "jgross")
    ldap_server.delete(GROSS)
    ldap_server.add(
        GROSS, objectClass="inetOrgPerson", cn="Jutta Groß", sn="Groß", mail="jutta@haiqiao.example", uid="jgross"
    )
    synced = await sync_all()
    assert any("'jgross' is another member's" in each.message for each in synced.problems)
    barred = await member(founded, "jgross")
    assert (barred.id, barred.name, barred.enabled) == (before.id, "Jürgen Groß", False)
    [relinked] = await lifecycle.relink(founded, source, SYSTEM, ["JGross"])
    assert relinked.person.dn == GROSS
    await sync_all()
    adopted = await member(founded, "jgross")
    assert (adopted.id, adopted.name, adopted.enabled) == (before.id, "Jutta Groß", True), "an operator says so"


async def test_one_address_for_two_goes_to_whoever_had_it(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    ldap_server.set(GROSS, mail="amueller@haiqiao.example", title="Vertriebsleiter")
    synced = await sync_all()
    [problem] = synced.problems
    assert problem.what == GROSS
    assert "amueller@haiqiao.example" in problem.message
    gross = await member(founded, "jgross")
    assert (gross.email, gross.position) == ("jgross@haiqiao.example", "Vertriebsleiter")
    assert (await member(founded, "amueller")).email == "amueller@haiqiao.example"


async def test_what_cannot_be_used_of_an_entry_is_said_and_the_rest_is(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    ldap_server.set(GROSS, mobile="siehe Zentrale", title="T" * 200)
    ldap_server.add(f"uid=two words,{PEOPLE}", objectClass="inetOrgPerson", cn="x", sn="x")
    ldap_server.add(f"uid=chef,{PEOPLE}", objectClass="inetOrgPerson", cn="Chefin", sn="x")
    synced = await sync_all()
    told = {each.what: each.message for each in synced.problems}
    assert "mobile is left out" in str(sorted(each.message for each in synced.problems))
    assert "it is not used: uid" in told[f"uid=two words,{PEOPLE}"]
    gross = await member(founded, "jgross")
    assert (gross.mobile, len(gross.position)) == (None, 128)
    chef = await member(founded, "chef")
    assert chef.department_ids == (1,), "who lies directly below the base is in no department below the company"
    assert (chef.email, chef.mobile) == (None, None), "no contact is needed by whom LDAP vouches for"


async def test_one_entrys_odd_value_keeps_nobody_else_waiting(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    more = '[people.attributes]\n"车" = "carLicense"'
    barring = 'disabled = ["employeeType<now", "roomNumber=left"]'
    source = source_of(config_text(ldap_server, more, people=barring))
    await sync_all(source)
    left = False
    for odd in ("3000000000000000000", "9" * 5000, "-" * 20, "9" * 14 + "\0Z", "\0\ud7ff\U0001f468"):
        ldap_server.set(GROSS, **dict.fromkeys(("employeeType", "title", "carLicense", "cn", "street"), odd))
        left = not left
        ldap_server.set(WUKONG, roomNumber="left" if left else "")
        await sync_all(source)
        assert (await member(founded, "sunwukong")).enabled is not left
        assert find_entry(source, ldap_server.id_of(GROSS)) == (GROSS, True)
        assert (await member(founded, "jgross")).enabled


async def test_an_entry_that_can_no_longer_be_used_bars_nobody(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    ldap_server.move(GROSS, "uid=jürgen groß")
    await sync_all()
    assert (await member(founded, "jgross")).enabled


async def test_groups_within_each_other_come_to_an_end(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    ldap_server.set(f"cn=sales,{GROUPS}", member=[GROSS, f"cn=值班,{GROUPS}"])
    synced = await sync_all()
    assert any("member of itself" in each.message for each in synced.problems)
    tags = {each.name: each.id for each in await directory.tags(founded)}
    for name in ("sales", "值班"):
        assert len((await directory.tagged(founded, tags[name], seen_by=EVERYTHING)).member_ids) == 2
    ldap_server.delete(f"cn=sales,{GROUPS}")
    await sync_all()
    assert (await directory.tagged(founded, tags["sales"], seen_by=EVERYTHING)).member_ids == ()


async def test_who_is_barred_before_they_were_ever_here_does_not_come_and_is_no_change(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    ldap_server.set(GROSS, pwdAccountLockedTime="000001010000Z")
    await sync_all()
    assert await directory.member_by_userid(founded, "jgross") is None
    assert not (await sync_all()).plan.changes_anything


async def test_a_unit_that_is_gone_goes_once_it_is_empty(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    await sync_all()
    ldap_server.move(f"uid=tangseng,ou=市场部,{PEOPLE}", "uid=tangseng", f"ou=Vertrieb,{PEOPLE}")
    await sync_all()
    ids = {each.name: each.id for each in await directory.departments(founded, seen_by=EVERYTHING)}
    with pytest.raises(MaintainedInLdap):
        async with transaction(founded) as tx:
            await directory.delete_department(tx, SYSTEM, ids["市场部"])
    ldap_server.delete(f"ou=市场部,{PEOPLE}")
    await sync_all()
    assert "市场部" not in {each.name for each in await directory.departments(founded, seen_by=EVERYTHING)}


async def test_who_was_here_before_is_taken_for_their_entry_unless_they_hold_a_role(
    founded: Pool, sync_all: Sync
) -> None:
    async with transaction(founded) as tx:
        kept = await directory.add_member(tx, SYSTEM, "SunWuKong", name="孙", email="old@haiqiao.example", alias="大圣")
        await lifecycle.make_administrator(tx, "jgross", None, name="Jürgen", email="admin@haiqiao.example")
        local = await directory.add_department(tx, SYSTEM, "市场部")
    synced = await sync_all()
    adopted = await member(founded, "sunwukong")
    assert (adopted.id, adopted.name, adopted.alias) == (kept.id, "孙悟空", "大圣")
    assert (await member(founded, "jgross")).name == "Jürgen"
    assert any("people.adopt" in each.message for each in synced.problems)
    assert (await member(founded, "tangseng")).departments == (Place(local.id),), "departments of the same name too"


async def test_departments_by_an_attribute(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    for userid, where in ((WUKONG, "西天/取经"), (GROSS, "西天"), (f"uid=tangseng,ou=市场部,{PEOPLE}", "")):
        ldap_server.set(userid, departmentNumber=where)
    more = '[departments]\nfrom = "attribute"\nattribute = "departmentNumber"\nseparator = "/"'
    source = source_of(config_text(ldap_server, more))
    await sync_all(source)
    assert await department_names(founded, "sunwukong") == {"取经"}
    assert await department_names(founded, "jgross") == {"西天"}
    assert await department_names(founded, "tangseng") == {"海桥科技"}


async def test_departments_by_groups(founded: Pool, sync_all: Sync, ldap_server: Slapd) -> None:
    more = f'[departments]\nfrom = "groups"\nbases = ["{GROUPS}"]\nfilter = "(objectClass=groupOfNames)"\nname = "cn"'
    source = source_of(config_text(ldap_server, more))
    await sync_all(source)
    assert await department_names(founded, "jgross") == {"sales"}
    tree = {each.name: each.path for each in await directory.departments(founded, seen_by=EVERYTHING)}
    assert tree["sales"][:2] == tree["值班"], "a group in a group is a department below it"


async def test_extended_attributes_are_defined_and_only_those_of_ldap_are_ldaps(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    text = config_text(ldap_server, '[people.attributes]\n"工号" = "employeeNumber"')
    await sync_all(source_of(text))
    tangseng = await member(founded, "tangseng")
    assert [(each.name, each.value) for each in tangseng.attributes] == [("工号", "0007")]
    async with transaction(founded) as tx:
        await directory.define_attribute(tx, SYSTEM, "爱好")
        await directory.change_member(tx, SYSTEM, tangseng.id, attributes=[directory.Attribute("爱好", "text", "念经")])
    with pytest.raises(MaintainedInLdap):
        async with transaction(founded) as tx:
            given = [directory.Attribute("工号", "text", "1")]
            await directory.change_member(tx, SYSTEM, tangseng.id, attributes=given)
    assert not (await sync_all(source_of(text))).plan.changes_anything


async def test_each_change_is_in_the_audit_log_and_told_to_clients(
    founded: Pool, sync_all: Sync, ldap_server: Slapd
) -> None:
    await sync_all()
    wukong = await member(founded, "sunwukong")
    head = (await streams.heads(founded, [streams.DIRECTORY]))[streams.DIRECTORY]
    ldap_server.set(WUKONG, title="斗战胜佛")
    synced = await sync_all()
    [change, *_] = await audit.records(founded, before=None, limit=1, action="member.change")
    assert (change.object, change.details["fields"]) == (f"member:{wukong.id}", ["position"])
    assert change.details["ldap_run"] == synced.run_id
    told = await streams.since(founded, streams.DIRECTORY, head, to=head + 10)
    assert len(told.entries) == 1
    assert b"directory.member_changed" in told.entries[0]
    run = (await queries.runs(founded, 1))[0]
    assert (run.kind, run.outcome, run.counts["people_changed"]) == ("full", "done", 1)

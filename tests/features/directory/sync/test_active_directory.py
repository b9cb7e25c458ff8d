"""Active Directory: a real domain controller, with its numbers, tombstones, GUIDs, rules and ways of barring."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, ldap
from wecom.features.directory.ldap_refusals import LdapAccountClosed, LdapPasswordExpired, LdapUnreachable
from wecom.features.directory.sync import LdapSource, find_entry, queries
from wecom.foundation.db import Pool

from .conftest import Sync, member, source_of
from .controller import ADMINISTRATOR, GROUPS, LEIPZIG, PASSWORD, READER, STAFF, SUFFIX, DomainController
from .responder import responder
from .test_changes import full_runs, listening, until

ANNA, BERND, CLARA = (f"CN={name},{LEIPZIG}" for name in ("Anna Berg", "Bernd Carl", "Clara Dorn"))
PURCHASE = f"CN=Einkauf,{GROUPS}"
LONG_AGO = "130000000000000000"


def text_of(server: DomainController, *, reader: str = READER, people: str = f'bases = ["{STAFF}"]') -> str:
    head = f'preset = "ad"\nurls = ["{server.url}"]\nbind_dn = "{reader}"'
    return f'{head}\n[people]\n{people}\n[tags]\nbases = ["{GROUPS}"]'


def configured(server: DomainController, **how: str) -> LdapSource:
    return source_of(text_of(server, **how), PASSWORD)


@asynccontextmanager
async def hearing(pool: Pool, source: LdapSource) -> AsyncIterator[Callable[[], Any]]:
    """Everybody is here, and what changes from now on is asked for by its number."""
    async with listening(pool, source) as hear:
        await until(hear, lambda: queries.state(pool))
        await hear()
        yield hear


async def test_what_active_directory_says_is_read(founded: Pool, controller: DomainController, sync_all: Sync) -> None:
    source = configured(controller)
    synced = await sync_all(source)
    assert synced.problems == []
    assert synced.counts["people_added"] == 6
    links = {number: id for id, number, *_ in await queries.links(founded, None)}
    anna, bernd, wukong = [await member(founded, userid) for userid in ("anna", "bernd", "sunwukong")]
    assert links[anna.id] == controller.id_of(ANNA), "sixteen bytes, the first eight in Microsoft's order"
    assert find_entry(source, links[anna.id]) == (ANNA, True)
    assert (anna.name, anna.position, anna.mobile) == ("Anna Berg", "Leiterin", "+491701234567")
    assert bernd.leader_ids == (anna.id,)
    names = {each.id: each.name for each in await directory.departments(founded, seen_by=EVERYTHING)}
    assert [names[id] for id in (*anna.department_ids, *wukong.department_ids)] == ["Leipzig", "研发部"]
    tags = {each.name: each.id for each in await directory.tags(founded)}
    purchase = await directory.tagged(founded, tags["Einkauf"], seen_by=EVERYTHING)
    assert purchase.member_ids == tuple(sorted([bernd.id, wukong.id])), "those of the group in the group as well"
    assert not (await sync_all(source)).plan.changes_anything


async def test_disabled_and_expired_accounts_are_barred_and_let_in_again(
    founded: Pool, controller: DomainController
) -> None:
    async with hearing(founded, configured(controller)) as hear:
        for barred, admitted in (
            ({"userAccountControl": "514"}, {"userAccountControl": "512"}),
            ({"accountExpires": LONG_AGO}, {"accountExpires": "0"}),
        ):
            controller.set(ANNA, **barred)
            await hear()
            assert not (await member(founded, "anna")).enabled, barred
            controller.set(ANNA, **admitted)
            await hear()
            assert (await member(founded, "anna")).enabled, admitted
        assert await full_runs(founded) == 1


async def test_changes_come_by_their_numbers_and_deletions_by_their_tombstones(
    founded: Pool, controller: DomainController
) -> None:
    async with hearing(founded, configured(controller, reader=ADMINISTRATOR)) as hear:
        anna = await member(founded, "anna")
        controller.set(BERND, title="Einkäufer")
        controller.move(ANNA, "CN=Anna Berg-Zeh", f"OU=研发部,{STAFF}")
        controller.set(f"CN=Anna Berg-Zeh,OU=研发部,{STAFF}", displayName="Anna Berg-Zeh")
        controller.delete(CLARA)
        controller.person("dora", "Dora Engel", LEIPZIG, manager=BERND)
        await hear()
        bernd, dora, moved = [await member(founded, userid) for userid in ("bernd", "dora", "anna")]
        assert bernd.position == "Einkäufer"
        assert dora.leader_ids == (bernd.id,)
        assert (moved.id, moved.name) == (anna.id, "Anna Berg-Zeh"), "another name and place, and the same GUID"
        assert moved.department_ids == (await member(founded, "sunwukong")).department_ids
        assert not (await member(founded, "clara")).enabled
        assert await full_runs(founded) == 1


async def test_who_is_deleted_unseen_is_found_by_reading_everything(
    founded: Pool, controller: DomainController, sync_all: Sync
) -> None:
    """Tombstones are for administrators, unless somebody lets the account see them."""
    source = configured(controller)
    async with hearing(founded, source) as hear:
        controller.delete(CLARA)
        await hear()
        assert (await member(founded, "clara")).enabled
        await sync_all(source)
        assert not (await member(founded, "clara")).enabled


async def test_a_leaver_who_is_put_elsewhere_is_barred_and_let_in_on_return(
    founded: Pool, controller: DomainController
) -> None:
    async with hearing(founded, configured(controller)) as hear:
        controller.move(CLARA, "CN=Clara Dorn", f"CN=Users,{SUFFIX}")
        await hear()
        assert not (await member(founded, "clara")).enabled
        controller.move(f"CN=Clara Dorn,CN=Users,{SUFFIX}", "CN=Clara Dorn", f"OU=研发部,{STAFF}")
        await hear()
        clara = await member(founded, "clara")
        assert clara.enabled
        assert clara.department_ids == (await member(founded, "sunwukong")).department_ids
        assert await full_runs(founded) == 1


async def test_a_controller_that_was_restored_or_another_one_has_everything_read(
    founded: Pool, controller: DomainController
) -> None:
    """Its numbers are not those that were heard: what happened meanwhile may have any of them."""
    async with hearing(founded, configured(controller)) as hear:
        settings = controller.settings_dn
        controller.stop()
        controller.overwrite(settings, "invocationId", uuid4().bytes)
        controller.start()
        await hear()
        assert await full_runs(founded) == 2
        server = settings.partition(",")[2]
        controller.stop()
        controller.rename(server, server.replace("CN=DC1,", "CN=DC2,"))
        controller.start()
        assert controller.settings_dn.startswith("CN=NTDS Settings,CN=DC2,")
        await hear()
        assert await full_runs(founded) == 3
        await hear()
        assert await full_runs(founded) == 3


async def test_people_by_microsofts_rule_for_groups_in_groups(
    founded: Pool, controller: DomainController, sync_all: Sync
) -> None:
    nested = f"memberOf:1.2.840.113556.1.4.1941:={PURCHASE}"
    people = f'bases = ["{STAFF}"]\nfilter = "(&(objectCategory=person)(objectClass=user)({nested}))"'
    await sync_all(configured(controller, people=people))
    assert (await member(founded, "bernd")).enabled
    assert (await member(founded, "sunwukong")).enabled, "is in the group that is in the group"
    assert await directory.member_by_userid(founded, "anna") is None


async def test_the_rest_of_the_forest_is_named_and_not_asked(
    founded: Pool, controller: DomainController, sync_all: Sync
) -> None:
    synced = await sync_all(configured(controller, people=f'bases = ["{SUFFIX}"]'))
    [problem] = [each for each in synced.problems if each.kind == "server"]
    assert problem.what.endswith(f"CN=Configuration,{SUFFIX}")
    assert (await member(founded, "anna")).enabled


async def test_two_thousand_are_read_in_pages_and_as_members_in_parts(controller: DomainController) -> None:
    many = f"OU=Extern,{SUFFIX}"
    controller.add(many, objectClass="organizationalUnit")
    people = [f"CN=P{number},{many}" for number in range(2_000)]
    for dn in people:
        controller.add(dn, objectClass="contact")
    controller.add(f"CN=Alle,{many}", objectClass="group", sAMAccountName="alle", member=people)
    with ldap.Connection(configured(controller).server) as connection:
        pages = [len(page) for page in connection.search(many, "(objectClass=contact)", ["cn"])]
        assert pages[:2] == [1000, 1000]
        [[group]] = list(connection.search(many, "(objectClass=group)", ["cn", "member;range=0-699"]))
        assert sorted(value.decode() for value in group.values["member"]) == sorted(people)
        answer = connection.search(many, "(objectClass=contact)", ["cn"])
        assert len(next(answer)) == 1000
        await asyncio.to_thread(controller.stop, kill=True)
        with pytest.raises(LdapUnreachable):
            next(answer)


async def test_a_controller_that_dies_changes_nothing(founded: Pool, controller: DomainController) -> None:
    source = configured(controller)
    await lifecycle.sync_all(founded, source, SYSTEM)
    controller.stop(kill=True)
    with pytest.raises(LdapUnreachable):
        await lifecycle.sync_all(founded, source, SYSTEM)
    assert (await member(founded, "anna")).enabled


def test_a_password_that_is_right_and_of_no_use_is_told_apart_only_where_it_is_right(
    controller: DomainController,
) -> None:
    server = configured(controller).server
    assert ldap.accepts(server, ANNA, PASSWORD)
    for values, refusal in (
        ({"userAccountControl": "514"}, LdapAccountClosed),
        ({"userAccountControl": "512", "accountExpires": LONG_AGO}, LdapAccountClosed),
        ({"accountExpires": "0", "pwdLastSet": "0"}, LdapPasswordExpired),
    ):
        controller.set(ANNA, **values)
        with pytest.raises(refusal):
            ldap.accepts(server, ANNA, PASSWORD)
        assert not ldap.accepts(server, ANNA, "wrong")
    controller.set(ANNA, pwdLastSet="-1")
    assert ldap.accepts(server, ANNA, PASSWORD)
    controller.stop()
    controller.overwrite(BERND, "pwdLastSet", LONG_AGO.encode())
    controller.start()
    with pytest.raises(LdapPasswordExpired):
        ldap.accepts(server, BERND, PASSWORD)


def test_a_group_that_the_server_gives_in_parts_is_read_to_its_end() -> None:
    """Samba gives parts only when asked for them; Microsoft gives no more than 1,500 members at a time."""
    people = [f"CN=P{number},{STAFF}".encode() for number in range(4_000)]
    group = f"CN=Alle,{STAFF}"
    entries = {STAFF: {"ou": [b"Staff"]}, group: {"cn": [b"Alle"], "member": people}}
    with responder(entries) as url, ldap.Connection(ldap.Server((url,))) as connection:
        [page] = list(connection.search(STAFF, "(objectClass=group)", ["cn", "member"]))
        [found] = [each for each in page if each.dn == group]
        assert found.values["member"] == people

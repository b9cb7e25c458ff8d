"""What changes in LDAP is here at once, or at the next question; and nothing is lost while somebody is away."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING
from wecom.features.directory.ldap_refusals import LdapHungUp
from wecom.features.directory.sync import LdapSource, queries
from wecom.features.directory.sync.changes import Asked
from wecom.features.lifecycle import Listening
from wecom.foundation.db import Pool
from wecom.foundation.jobs import work_one

from .conftest import Sync, config_text, member, source_of
from .slapd import GROUPS, PEOPLE, Slapd

TANGSENG = f"uid=tangseng,ou=市场部,{PEOPLE}"


@asynccontextmanager
async def listening(pool: Pool, source: LdapSource) -> AsyncIterator[Callable[[], Any]]:
    """A worker's listener; what is yielded lets it hear once more, and do the jobs that come of it."""
    services, listener = SimpleNamespace(pool=pool, ldap=source, blobs=None), Listening()

    async def hear() -> None:
        listener.not_before = 0.0
        await listener.step(services)
        while await work_one(pool, services):
            pass

    try:
        yield hear
    finally:
        await listener.close(services)


async def until(hear: Callable[[], Any], holds: Callable[[], Any]) -> None:
    """Until it is so, within a few moments of hearing."""
    for _ in range(12):
        if await holds():
            return
        await hear()
    assert await holds()


@pytest.fixture
async def heard(founded: Pool, source: LdapSource) -> AsyncIterator[Callable[[], Any]]:
    """Listening, and everybody is here already."""
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        yield hear


async def full_runs(pool: Pool) -> int:
    return sum(each.kind == "full" for each in await queries.runs(pool, 100))


async def test_listening_begins_with_reading_everything(heard: Callable[[], Any], founded: Pool) -> None:
    assert (await member(founded, "tangseng")).name == "唐僧"
    assert await full_runs(founded) == 1


async def test_who_changes_is_changed_here_without_reading_anybody_else(
    heard: Callable[[], Any], founded: Pool, ldap_server: Slapd
) -> None:
    ldap_server.set(TANGSENG, title="师父", mobile="+49 170 1234567")
    await heard()
    changed = await member(founded, "tangseng")
    assert (changed.position, changed.mobile) == ("师父", "+491701234567")
    assert await full_runs(founded) == 1


async def test_who_is_deleted_or_locked_is_barred_and_who_is_unlocked_is_let_in(
    heard: Callable[[], Any], founded: Pool, ldap_server: Slapd
) -> None:
    ldap_server.delete(TANGSENG)
    await heard()
    assert not (await member(founded, "tangseng")).enabled
    ldap_server.set(f"uid=jgross,ou=Vertrieb,{PEOPLE}", pwdAccountLockedTime="000001010000Z")
    await heard()
    assert not (await member(founded, "jgross")).enabled
    ldap_server.set(f"uid=jgross,ou=Vertrieb,{PEOPLE}", pwdAccountLockedTime="")
    await heard()
    assert (await member(founded, "jgross")).enabled


async def test_a_newcomer_and_one_who_moves_are_in_their_departments(
    heard: Callable[[], Any], founded: Pool, ldap_server: Slapd
) -> None:
    ldap_server.add(
        f"uid=bailongma,ou=研发部,{PEOPLE}",
        objectClass="inetOrgPerson",
        cn="白龙马",
        sn="白",
        mail="bailongma@haiqiao.example",
        manager=TANGSENG,
    )
    ldap_server.move(TANGSENG, "uid=tangseng", f"ou=Vertrieb,{PEOPLE}")
    await until(heard, lambda: directory.member_by_userid(founded, "bailongma"))
    await heard()
    names = {each.id: each.name for each in await directory.departments(founded, seen_by=EVERYTHING)}
    horse, monk = await member(founded, "bailongma"), await member(founded, "tangseng")
    assert [names[id] for id in horse.department_ids] == ["研发部"]
    assert horse.leader_ids == (monk.id,)
    assert [names[id] for id in monk.department_ids] == ["Vertrieb"]
    assert await full_runs(founded) == 1


async def test_a_group_or_a_unit_that_changes_is_heard_of_without_reading_anybody(
    heard: Callable[[], Any], founded: Pool, ldap_server: Slapd, source: LdapSource
) -> None:
    ldap_server.set(f"cn=sales,{GROUPS}", member=[f"uid=amueller,ou=Vertrieb,{PEOPLE}"])
    ldap_server.move(f"ou=市场部,{PEOPLE}", "ou=品牌部")

    async def is_so() -> bool:
        names = {each.name for each in await directory.departments(founded, seen_by=EVERYTHING)}
        tags = {each.name: each.id for each in await directory.tags(founded)}
        on = await directory.tagged(founded, tags["sales"], seen_by=EVERYTHING)
        return "品牌部" in names and on.member_ids == ((await member(founded, "amueller")).id,)

    await until(heard, is_so)
    assert (await member(founded, "tangseng")).enabled, "a unit's new name moves nobody out"
    assert await full_runs(founded) == 1
    ldap_server.set(f"uid=tangseng,ou=品牌部,{PEOPLE}", title="师父")
    await heard()
    assert (await member(founded, "tangseng")).position == "师父", "who lies in it is known under their new name"
    assert not (await lifecycle.sync_all(founded, source, SYSTEM, dry_run=True)).plan.changes_anything


async def test_a_moved_unit_a_newcomer_in_a_new_one_and_their_tags_are_here_without_reading_anybody_else(
    heard: Callable[[], Any], founded: Pool, ldap_server: Slapd, source: LdapSource
) -> None:
    front, bajie = f"ou=前端组,ou=研发部,{PEOPLE}", await member(founded, "zhubajie")
    ldap_server.move(front, "ou=Frontend", f"ou=市场部,{PEOPLE}")
    ldap_server.add(f"ou=Neu,ou=Vertrieb,{PEOPLE}", objectClass="organizationalUnit")
    horse = f"uid=bailongma,ou=Neu,ou=Vertrieb,{PEOPLE}"
    ldap_server.set(f"cn=sales,{GROUPS}", member=[horse, TANGSENG])
    ldap_server.add(horse, objectClass="inetOrgPerson", cn="白龙马", sn="白")

    async def is_so() -> bool:
        if await directory.member_by_userid(founded, "bailongma") is None:
            return False
        there = {each.id: each for each in await directory.departments(founded, seen_by=EVERYTHING)}
        paths = {each.name: [there[id].name for id in each.path] for each in there.values()}
        tags = {each.name: each.id for each in await directory.tags(founded)}
        on = await directory.tagged(founded, tags["值班"], seen_by=EVERYTHING)
        newcomer, monk = await member(founded, "bailongma"), await member(founded, "tangseng")
        return (
            paths.get("Frontend") == ["海桥科技", "市场部", "Frontend"]
            and [there[id].name for id in newcomer.department_ids] == ["Neu"]
            and set(on.member_ids) == {newcomer.id, monk.id}  # who has moved is in no group under their old DN
        )

    await until(heard, is_so)
    assert (await member(founded, "zhubajie")).department_ids == bajie.department_ids
    assert await full_runs(founded) == 1
    assert not (await lifecycle.sync_all(founded, source, SYSTEM, dry_run=True)).plan.changes_anything


async def test_nothing_is_missed_while_the_server_is_away(
    heard: Callable[[], Any], founded: Pool, ldap_server: Slapd
) -> None:
    await heard()
    ldap_server.stop(kill=True)
    await heard()
    assert all([each.outcome == "done" for each in await queries.runs(founded, 10)])
    assert (await member(founded, "tangseng")).enabled, "a server that is away says nothing of anybody"
    ldap_server.start()
    ldap_server.set(TANGSENG, title="师父")
    ldap_server.delete(f"uid=shaseng,ou=前端组,ou=研发部,{PEOPLE}")

    async def is_so() -> bool:
        return (await member(founded, "tangseng")).position == "师父" and not (await member(founded, "shaseng")).enabled

    await until(heard, is_so)


async def test_only_one_worker_listens(heard: Callable[[], Any], founded: Pool, source: LdapSource) -> None:
    await heard()
    another = Listening()
    assert not await another.step(SimpleNamespace(pool=founded, ldap=source, blobs=None))
    assert another.changes is None


async def test_who_ends_waits_for_no_answer(
    heard: Callable[[], Any], founded: Pool, source: LdapSource, ldap_server: Slapd
) -> None:
    never = threading.Event()
    waiting = asyncio.create_task(source.asking.ask(never.wait))
    await asyncio.sleep(0)
    source.asking.hang_up()
    with pytest.raises(LdapHungUp):
        await waiting
    never.set()
    runs = len(await queries.runs(founded, 100))
    ldap_server.set(TANGSENG, title="师父")
    await heard()
    assert (await member(founded, "tangseng")).position != "师父"
    assert len(await queries.runs(founded, 100)) == runs, "and nothing is recorded as having gone wrong"


async def test_without_syncrepl_entries_are_asked_when_they_changed(
    founded: Pool, ldap_server: Slapd, sync_all: Sync
) -> None:
    source = source_of(config_text(ldap_server, head='incremental = "timestamp"'))
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        await hear()
        runs = await full_runs(founded)
        await asyncio.sleep(1)  # time stamps are whole seconds
        ldap_server.set(TANGSENG, title="师父")
        await hear()
        assert (await member(founded, "tangseng")).position == "师父"
        assert await full_runs(founded) == runs


async def test_deletions_a_few_at_a_time_are_stopped_like_one_of_many(founded: Pool, ldap_server: Slapd) -> None:
    source = source_of(config_text(ldap_server))
    source = replace(source, config=source.config.model_copy(update={"guards": _strict(source)}))
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        for userid, unit in (("shaseng", "ou=前端组,ou=研发部"), ("zhubajie", "ou=前端组,ou=研发部")):
            ldap_server.delete(f"uid={userid},{unit},{PEOPLE}")
            await hear()
        assert not (await member(founded, "shaseng")).enabled
        assert (await member(founded, "zhubajie")).enabled
        assert (await queries.runs(founded, 1))[0].outcome == "refused", "and the complete reading is refused as well"


def _strict(source: LdapSource) -> Any:
    return source.config.guards.model_copy(update={"disable_small_percent": 20})


@pytest.mark.parametrize("what", ["another", "the same"])
def test_what_changes_twice_within_a_second_is_noticed_twice(ldap_server: Slapd, what: str) -> None:
    """Time stamps are whole seconds."""
    asked = Asked(source_of(config_text(ldap_server, head='incremental = "timestamp"')), {}, "timestamp")
    assert asked.notice(1).everything
    for _ in range(2):
        asked.notice(1)
    time.sleep(1.01 - time.time() % 1)
    ldap_server.set(f"cn=sales,{GROUPS}", member=TANGSENG)
    assert asked.notice(1).units_or_groups
    name = "sales" if what == "the same" else "值班"
    ldap_server.set(f"cn={name},{GROUPS}", member=[TANGSENG, f"uid=jgross,ou=Vertrieb,{PEOPLE}"])
    assert asked.notice(1).units_or_groups
    assert not asked.notice(1).units_or_groups, "and then no more"


def test_a_group_that_decides_who_is_barred_is_not_new_for_ever(ldap_server: Slapd) -> None:
    people = f'disabled = ["memberOf=cn=sales,{GROUPS}"]'
    asked = Asked(source_of(config_text(ldap_server, people=people, head='incremental = "timestamp"')), {}, "timestamp")
    asked.notice(1)
    ldap_server.set(f"cn=sales,{GROUPS}", member=TANGSENG)
    assert [asked.notice(1).everything for _ in range(4)] == [True, True, False, False]


async def test_whose_time_has_come_is_barred_without_any_change_of_their_entry(
    founded: Pool, ldap_server: Slapd
) -> None:
    """As with Active Directory's accountExpires."""
    source = source_of(config_text(ldap_server, people='disabled = ["employeeNumber<now"]'))

    def ends_in(seconds: int, title: str) -> None:
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        ldap_server.set(TANGSENG, employeeNumber=ends.strftime("%Y%m%d%H%M%SZ"), title=title)

    async def is_heard() -> bool:
        return (await member(founded, "tangseng")).position == "again"

    async def is_barred() -> bool:
        return not (await member(founded, "tangseng")).enabled

    ends_in(60, "first")
    async with listening(founded, source) as hear:
        await until(hear, lambda: queries.state(founded))
        ends_in(2, "again")
        await until(hear, is_heard)
        assert not await is_barred()
        runs = len(await queries.runs(founded, 10))
        await until(hear, is_barred)
        assert len(await queries.runs(founded, 10)) == runs + 1
        assert await queries.ended(founded) == []

"""What the directory promises whoever calls it: trees, sights, limits, traces."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, NOTHING, Place, Sight, directory_entry_for, rules
from wecom.features.directory.refusals import (
    DepartmentFull,
    DepartmentHasMembers,
    DirectoryBusy,
    NoSuchDepartment,
    NoSuchMember,
    TagFull,
    TooManyInAll,
    UseridTaken,
)
from wecom.foundation import streams
from wecom.foundation.db import Pool, Tx, transaction

Act = Callable[[Tx], Awaitable[object]]


@pytest.fixture
async def company(pool: Pool) -> Pool:
    """研发部 (2) with 平台组 (21) and its 内核 (211), 市场部 (3); somebody in each, and 两边 in 211 and 3."""
    async with transaction(pool) as tx:
        await directory.found_company(tx, name="海桥科技", timezone="Asia/Shanghai")
        for id, name, under in ((2, "研发部", 1), (3, "市场部", 1), (21, "平台组", 2), (211, "内核", 21)):
            await directory.add_department(tx, SYSTEM, name, id=id, under=under)
        for number, places in enumerate(([1], [2], [21], [211], [3], [211, 3])):
            userid = "in_" + "_".join(map(str, places))
            await directory.add_member(
                tx, SYSTEM, userid, name=userid, mobile=f"1380000000{number}", departments=[Place(id) for id in places]
            )
    return pool


async def id_of(pool: Pool, userid: str) -> int:
    return (await directory.member_ids(pool, [userid]))[userid]


async def do(pool: Pool, act: Act) -> None:
    async with transaction(pool) as tx:
        await act(tx)


async def test_founding_twice_founds_once(pool: Pool) -> None:
    async with transaction(pool) as tx:
        first = await directory.found_company(tx, name="一", timezone="Asia/Shanghai")
        second = await directory.found_company(tx, name="二", timezone="Europe/Berlin", corpid="ww0123456789abcdef")
    assert first == second == await directory.company(pool)
    assert first.corpid.startswith("ww") and len(first.corpid) == 18


@pytest.mark.parametrize(
    ("sight", "members", "departments"),
    [
        (EVERYTHING, {"in_1", "in_2", "in_21", "in_211", "in_3", "in_211_3"}, {1, 2, 3, 21, 211}),
        (NOTHING, set(), set()),
        (Sight(departments=frozenset({21})), {"in_21", "in_211", "in_211_3"}, {21, 211}),
        (Sight(departments=frozenset({3})), {"in_3", "in_211_3"}, {3}),
        (Sight(all=True, hidden_departments=frozenset({21})), {"in_1", "in_2", "in_3"}, {1, 2, 3}),
        (
            Sight(departments=frozenset({2}), hidden_departments=frozenset({211})),
            {"in_2", "in_21"},
            {2, 21},
        ),
    ],
)
async def test_every_read_agrees_with_the_sight(
    company: Pool, sight: Sight, members: set[str], departments: set[int]
) -> None:
    everybody = await directory.members_after(company, 0, 100, seen_by=EVERYTHING)
    paths = {each.id: each.path for each in await directory.departments(company, seen_by=EVERYTHING)}
    ids = [each.id for each in everybody]
    seen = await directory.members_after(company, 0, 100, seen_by=sight)
    assert {each.userid for each in seen} == members
    assert members == {
        each.userid for each in everybody if sight.shows(each.id, [paths[id] for id in each.department_ids])
    }
    assert departments == {id for id, path in paths.items() if sight.shows_path(path)}
    assert {each.id for each in await directory.departments(company, seen_by=sight)} == departments
    assert all(set(each.department_ids) <= departments for each in seen)
    assert {each.userid for each in await directory.members_by_ids(company, ids, seen_by=sight)} == members
    assert set((await directory.userids_of(company, ids, seen_by=sight)).values()) == members
    assert {each.userid for each in await directory.search(company, "in", seen_by=sight)} == members
    assert {each.userid for each in await directory.members_below(company, 1, seen_by=sight)} <= members
    assert await directory.count_members(company, seen_by=sight) == len(members)
    assert {userid for _, userid, _ in await directory.places_after(company, (0, 0), 99, seen_by=sight)} == members
    assert len((await directory.members_under(company, [1], [], [], seen_by=sight)).ordinals) == len(members)
    for each in everybody:
        found = await directory.member_by_userid(company, each.userid, seen_by=sight)
        assert (found is not None) == (each.userid in members)
        by_mobile = await directory.member_with_mobile(company, each.mobile or "", seen_by=sight)
        assert (by_mobile is not None) == (each.userid in members)


async def test_audiences(company: Pool) -> None:
    async with transaction(company) as tx:
        await directory.add_tag(tx, SYSTEM, "值班", id=1)
        await directory.put_tag_on(tx, SYSTEM, 1, member_ids=[await id_of(company, "in_1")], department_ids=[211])

    async def whom(departments: list[int], tags: list[int], userids: list[str]) -> set[str]:
        ids = [await id_of(company, userid) for userid in userids]
        audience = await directory.members_under(company, departments, tags, ids, seen_by=EVERYTHING)
        assert audience.ordinals == sorted(audience.ordinals)
        return set((await directory.userids_of(company, audience.member_ids)).values())

    assert await whom([21], [], []) == {"in_21", "in_211", "in_211_3"}
    assert await whom([], [1], ["in_3"]) == {"in_1", "in_211", "in_211_3", "in_3"}
    assert await whom([], [], []) == set()
    assert len(await whom([1], [], [])) == 6
    await do(company, lambda tx: _disable(company, tx))
    assert await whom([3], [], []) == {"in_211_3"}


async def _disable(pool: Pool, tx: Tx) -> None:
    await directory.set_enabled(tx, SYSTEM, await id_of(pool, "in_3"), False)


async def test_the_sight_of_an_app_is_its_range(company: Pool) -> None:
    async with transaction(company) as tx:
        await directory.add_tag(tx, SYSTEM, "值班", id=1)
        await directory.put_tag_on(tx, SYSTEM, 1, member_ids=[await id_of(company, "in_1")], department_ids=[211])
    assert await directory.sight_of_range(company, [], [1], []) == EVERYTHING
    assert await directory.sight_of_range(company, [], [], []) == NOTHING
    sight = await directory.sight_of_range(company, [], [3], [1])
    seen = {each.userid for each in await directory.members_after(company, 0, 99, seen_by=sight)}
    assert seen == {"in_1", "in_3", "in_211", "in_211_3"}


async def test_moving_keeps_every_path_below(company: Pool) -> None:
    await do(company, lambda tx: directory.change_department(tx, SYSTEM, 21, under=3))
    paths = {each.id: each.path for each in await directory.departments(company, seen_by=EVERYTHING)}
    assert paths == {1: (1,), 2: (1, 2), 3: (1, 3), 21: (1, 3, 21), 211: (1, 3, 21, 211)}


async def test_whoever_sees_less_hears_only_that_something_changed() -> None:
    body = {"member_id": 7, "department_ids": [1, 2]}
    assert directory_entry_for(EVERYTHING, "directory.member_changed", body) == ("directory.member_changed", body)
    for less in (NOTHING, Sight(departments=frozenset({2})), Sight(all=True, hidden_members=frozenset({9}))):
        assert directory_entry_for(less, "directory.member_changed", body) == ("directory.changed", {})


async def test_departments_and_tags_hold_only_so_many(company: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_IN_DEPARTMENT", 2)
    with pytest.raises(DepartmentFull):
        await do(
            company,
            lambda tx: directory.add_member(
                tx, SYSTEM, "late", name="晚", mobile="13811111111", departments=[Place(3)]
            ),
        )
    with pytest.raises(DepartmentFull):
        await do(company, lambda tx: directory.add_department(tx, SYSTEM, "晚", under=1))
    monkeypatch.setattr(rules, "MOST_IN_DEPARTMENT", 30_000)
    monkeypatch.setattr(rules, "MOST_IN_ALL", 5)
    with pytest.raises(TooManyInAll):
        await do(company, lambda tx: directory.add_department(tx, SYSTEM, "晚", under=1))
    await do(company, lambda tx: directory.add_tag(tx, SYSTEM, "值班", id=1))
    monkeypatch.setattr("wecom.features.directory.tagging.MOST_TAGGED", 2)
    with pytest.raises(TagFull):
        await do(company, lambda tx: directory.put_tag_on(tx, SYSTEM, 1, department_ids=[1, 2, 3]))


async def test_every_change_is_told_and_recorded(company: Pool) -> None:
    member = await id_of(company, "in_3")
    acts: list[tuple[str, str, Act]] = [
        (
            "member.change",
            "directory.member_changed",
            lambda tx: directory.change_member(tx, SYSTEM, member, alias="三"),
        ),
        ("department.add", "directory.department_changed", lambda tx: directory.add_department(tx, SYSTEM, "新", id=9)),
        (
            "department.change",
            "directory.department_changed",
            lambda tx: directory.change_department(tx, SYSTEM, 9, name="旧"),
        ),
        ("department.delete", "directory.department_removed", lambda tx: directory.delete_department(tx, SYSTEM, 9)),
        ("tag.add", "directory.tag_changed", lambda tx: directory.add_tag(tx, SYSTEM, "值班", id=1)),
        ("tag.rename", "directory.tag_changed", lambda tx: directory.rename_tag(tx, SYSTEM, 1, "值守")),
        ("tag.put_on", "directory.tag_changed", lambda tx: directory.put_tag_on(tx, SYSTEM, 1, member_ids=[member])),
        (
            "tag.take_off",
            "directory.tag_changed",
            lambda tx: directory.take_tag_off(tx, SYSTEM, 1, member_ids=[member]),
        ),
        ("tag.delete", "directory.tag_removed", lambda tx: directory.delete_tag(tx, SYSTEM, 1)),
        ("attribute.define", "directory.attributes_changed", lambda tx: directory.define_attribute(tx, SYSTEM, "工号")),
        ("attribute.remove", "directory.reloaded", lambda tx: directory.remove_attribute(tx, SYSTEM, "工号")),
        (
            "visibility_rule.add",
            "directory.reloaded",
            lambda tx: directory.add_rule(tx, SYSTEM, "hide", subject_members=[member]),
        ),
        ("member.leave", "directory.member_left", lambda tx: directory.mark_left(tx, SYSTEM, member)),
    ]
    for action, kind, act in acts:
        await do(company, act)
        assert await company.fetchval("SELECT action FROM audit_records ORDER BY id DESC LIMIT 1") == action
        told = await company.fetchval("SELECT kind FROM entries WHERE stream_id = 1 ORDER BY seq DESC LIMIT 1")
        assert told == kind
    head = (await streams.heads(company, [streams.DIRECTORY]))[streams.DIRECTORY]
    await do(company, lambda tx: directory.change_department(tx, SYSTEM, 2, name="研发部"))
    assert (await streams.heads(company, [streams.DIRECTORY]))[streams.DIRECTORY] == head  # nothing changed


async def test_whoever_left_is_nobodys_anything(company: Pool) -> None:
    left, other = await id_of(company, "in_3"), await id_of(company, "in_2")
    async with transaction(company) as tx:
        await directory.change_member(tx, SYSTEM, other, leader_ids=[left])
        await directory.mark_left(tx, SYSTEM, left)
    with pytest.raises(NoSuchMember):
        await do(company, lambda tx: directory.change_member(tx, SYSTEM, left, alias="x"))
    with pytest.raises(NoSuchMember):
        await do(company, lambda tx: directory.mark_left(tx, SYSTEM, left))
    assert await directory.search(company, "in_3", seen_by=EVERYTHING) == []
    [one] = await directory.members_by_ids(company, [other], seen_by=EVERYTHING)
    assert one.leader_ids == ()
    [gone] = await directory.members_by_ids(company, [left], seen_by=EVERYTHING, with_leavers=True)
    assert gone.left_at and gone.name == "in_3" and gone.departments == ()
    await do(
        company,
        lambda tx: directory.add_member(tx, SYSTEM, "IN_3", name="新", mobile="13800000004", departments=[Place(3)]),
    )
    assert await id_of(company, "in_3") != left


async def test_of_many_at_once_one_gets_the_userid(company: Pool) -> None:
    async def add(number: int) -> object:
        async with transaction(company) as tx:
            return await directory.add_member(tx, SYSTEM, "same", name="x", mobile=f"1381111111{number}")

    answers = await asyncio.gather(*(add(number) for number in range(8)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["Member"] + [UseridTaken.__name__] * 7


async def test_joining_and_deleting_and_importing_at_once_end_well(company: Pool) -> None:
    async def add(number: int) -> object:
        async with transaction(company) as tx:
            places = [Place(3), Place(2)]
            return await directory.add_member(
                tx, SYSTEM, f"m{number}", name="x", mobile=f"1382222222{number}", departments=places
            )

    async def rename(number: int) -> object:
        async with transaction(company) as tx:
            return await directory.change_department(tx, SYSTEM, 3, name=f"市场{number}", under=1 + number % 2)

    async def delete(number: int) -> object:
        async with transaction(company) as tx:
            return await directory.delete_department(tx, SYSTEM, 3)

    async def load(number: int) -> object:
        async with transaction(company) as tx:
            rows = [directory.DepartmentRow(2, 2, f"研发{number}")]
            return await directory.import_company(tx, SYSTEM, departments=rows)

    calls = [act(number) for number in range(5) for act in (add, rename, delete, load)]
    answers = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 30)
    refused = {type(each) for each in answers if isinstance(each, BaseException)}
    assert refused <= {DepartmentHasMembers, DirectoryBusy, NoSuchDepartment}

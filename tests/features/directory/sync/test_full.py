"""Everything that LDAP says, read and applied at once."""

import pytest

from wecom.features import directory
from wecom.features.directory import EVERYTHING, importing, tagging
from wecom.foundation.db import Pool

from .conftest import Sync, config_text, member, source_of
from .slapd import Slapd


async def test_people_departments_leaders_and_tags_come_as_ldap_has_them(founded: Pool, sync_all: Sync) -> None:
    synced = await sync_all()
    assert synced.problems == []
    counts = synced.counts
    assert (counts["people_added"], counts["departments_added"], counts["tags_changed"]) == (6, 4, 2)
    tree = {each.name: each for each in await directory.departments(founded, seen_by=EVERYTHING)}
    assert set(tree) == {"海桥科技", "研发部", "前端组", "市场部", "Vertrieb"}, "an empty unit is no department"
    assert tree["前端组"].path == (1, tree["研发部"].id, tree["前端组"].id)
    wukong, bajie, gross = [await member(founded, userid) for userid in ("sunwukong", "zhubajie", "jgross")]
    assert (wukong.name, wukong.mobile, wukong.position) == ("孙悟空", "13800001001", "工程师")
    assert (bajie.email, bajie.mobile) == ("zhubajie@haiqiao.example", None)
    assert bajie.department_ids == (tree["前端组"].id,)
    assert bajie.leader_ids == (wukong.id,)
    assert gross.name == "Jürgen Groß"
    tags = {each.name: each.id for each in await directory.tags(founded)}
    shaseng = await member(founded, "shaseng")
    duty = await directory.tagged(founded, tags["值班"], seen_by=EVERYTHING)
    assert duty.member_ids == tuple(sorted([shaseng.id, gross.id])), "who is in a group in the group has the tag too"


async def test_nothing_has_changed_the_second_time(founded: Pool, sync_all: Sync) -> None:
    await sync_all()
    again = await sync_all()
    assert not again.plan.changes_anything
    assert again.plan.unchanged == 6


async def test_a_company_without_departments_may_be_larger_than_a_department_of_wecoms(
    founded: Pool, sync_all: Sync, ldap_server: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_IN_DEPARTMENT", 4)
    monkeypatch.setattr(tagging, "MOST_TAGGED", 1)
    synced = await sync_all(source_of(config_text(ldap_server, '[departments]\nfrom = "none"')))
    assert synced.problems == []
    assert await directory.count_members(founded, seen_by=EVERYTHING) == 6
    tags = {each.name: each.id for each in await directory.tags(founded)}
    assert len((await directory.tagged(founded, tags["值班"], seen_by=EVERYTHING)).member_ids) == 2

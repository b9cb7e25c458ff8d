"""What LDAP maintains is refused to apps too, with Tencent's number for no privilege and a sentence of why."""

import pytest

from tests.world import World
from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory.sync import queries
from wecom.foundation.db import transaction

from .conftest import CgiClient

NO_PRIVILEGE = 60011


@pytest.fixture
async def linked(world: World) -> World:
    """张三 and 研发部 are in LDAP, which says names, addresses and departments."""
    async with transaction(world.pool) as tx:
        await queries.link_people(tx, [("1", world["zhangsan"].id, "uid=zhangsan")])
        await queries.link_departments(tx, [("2", 2, "ou=研发部")])
        await queries.put_state(tx, ["name", "email", "departments", "password", "userid"], 1, 1)
    return world


async def test_an_app_may_say_again_what_ldap_says_and_nothing_else_of_it(linked: World, contacts: CgiClient) -> None:
    for change in ({"name": "张四"}, {"email": "new@example.com"}, {"department": [3]}):
        refused = await contacts.post("user/update", userid="zhangsan", **change)
        assert refused["errcode"] == NO_PRIVILEGE
        assert "maintained in the company's LDAP directory" in refused["errmsg"]
    same = await contacts.post("user/update", userid="zhangsan", name="张三", department=[2], position="工程师")
    assert same["errcode"] == 0
    others = await contacts.post("user/update", userid="lisi", name="李四四")
    assert others["errcode"] == 0


async def test_departments_and_members_of_ldap_are_not_deleted_by_apps(linked: World, contacts: CgiClient) -> None:
    assert (await contacts.get("user/delete", userid="zhangsan"))["errcode"] == NO_PRIVILEGE
    assert (await contacts.post("department/update", id=2, name="新研发部"))["errcode"] == NO_PRIVILEGE
    assert (await contacts.post("department/update", id=2, order=7))["errcode"] == 0
    assert (await contacts.post("department/update", id=3, name="品牌部"))["errcode"] == 0


async def test_an_app_that_bars_whom_ldap_bars_has_said_so(linked: World, contacts: CgiClient) -> None:
    id = linked["zhangsan"].id
    async with transaction(linked.pool) as tx:
        await lifecycle.disable(tx, SYSTEM, id)
        await queries.mark_switched(tx, [id], True)
    refused = await contacts.post("user/update", userid="zhangsan", enable=1)
    assert (refused["errcode"], "enabled of zhangsan" in refused["errmsg"]) == (NO_PRIVILEGE, True)
    for _ in range(2):
        assert (await contacts.post("user/update", userid="zhangsan", enable=0))["errcode"] == 0
    acts = await linked.pool.fetch("SELECT id FROM audit_records WHERE action = 'member.keep_out'")
    assert len(acts) == 1, "and only once is there anything to say"
    assert (await contacts.post("user/update", userid="zhangsan", enable=1))["errcode"] == 0

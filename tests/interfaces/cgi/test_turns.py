"""An import, or LDAP, changes the directory as a whole: what becomes of everybody else meanwhile."""

import asyncio
import time

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.interfaces.cgi.test_batch import MEMBERS, codes, put, work
from tests.world import World
from wecom.features import accounts, directory
from wecom.features.directory import turns
from wecom.foundation.db import TryAgain, transaction
from wecom.foundation.jobs import work_one


async def test_writers_who_wait_for_an_import_keep_no_reader_waiting(
    world: World, contacts: CgiClient, everyone: CgiClient
) -> None:
    admin = await world.client("admin")
    async with transaction(world.pool) as tx:
        await directory.own_directory(tx)
        began = time.monotonic()
        writing = [
            asyncio.create_task(contacts.post("user/update", userid="lisi", position=f"p{number}"))
            for number in range(15)
        ]
        await asyncio.wait(writing, return_when=asyncio.FIRST_COMPLETED)
        assert (await everyone.get("user/get", userid="lisi"))["errcode"] == 0
        read_after = time.monotonic() - began
        refused = await admin.patch(f"/api/members/{world['lisi'].id}", json={"position": "p"})
        assert (refused.status, (await refused.json())["error"]) == (503, "DirectoryBusy")
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await contacts.post("department/create", name="新", parentid=1))["errcode"] == 45035
        answers = await asyncio.gather(*writing)
        waited = time.monotonic() - began
    assert {each["errcode"] for each in answers} == {45035}
    assert read_after < turns.PATIENCE, "the seats were taken, and connections were left"
    assert waited < 10
    assert (await contacts.post("user/update", userid="lisi", position="后"))["errcode"] == 0
    assert (await contacts.get("user/get", userid="lisi"))["position"] == "后"


async def test_whoever_waits_for_a_short_import_is_not_refused(world: World, contacts: CgiClient) -> None:
    async with transaction(world.pool) as tx:
        await directory.own_directory(tx)
        writing = asyncio.create_task(contacts.post("user/update", userid="lisi", position="等"))
        await asyncio.sleep(0.3)
        assert not writing.done()
    assert (await writing)["errcode"] == 0


async def test_an_import_that_another_keeps_waiting_is_done_later(
    world: World, contacts: CgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_OF_IMPORTS", 0.2)
    begun = await contacts.post("batch/syncuser", media_id=await put(contacts, MEMBERS + "张三丰,zhangsan\n"))
    async with transaction(world.pool) as tx:
        await directory.own_directory(tx)
        assert await work_one(world.pool, world.services)
        assert (await contacts.get("batch/getresult", jobid=begun["jobid"]))["status"] == 2
    [left] = await world.pool.fetch("SELECT attempt, failed_at FROM jobs WHERE kind = 'RunImport'")
    assert (left["attempt"], left["failed_at"]) == (0, None), "a job anew, which has not failed"
    await world.pool.execute("UPDATE jobs SET due_at = now()")
    await work(world)
    assert codes(await contacts.get("batch/getresult", jobid=begun["jobid"])) == {"zhangsan": 0}
    assert (await contacts.get("user/get", userid="zhangsan"))["name"] == "张三丰"


async def test_a_request_waits_only_so_long_for_what_another_has_locked(world: World) -> None:
    async with transaction(world.pool) as tx:
        await accounts.last_administrator_of(tx, [])
        began = time.monotonic()
        admin = await world.client("admin")
        [own] = [each for each in await accounts.grants(world.pool) if each.member_id == world["auditor"].id]
        refused = await admin.delete(f"/api/roles/{own.id}")
        assert (refused.status, (await refused.json())["error"]) == (503, "Busy")
        assert time.monotonic() - began < 15
    with pytest.raises(TryAgain):
        async with transaction(world.pool) as tx:
            await tx.execute("SET LOCAL statement_timeout = '50ms'")
            await tx.execute("SELECT pg_sleep(5)")

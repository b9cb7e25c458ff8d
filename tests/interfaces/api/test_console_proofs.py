"""Whether the log of what was done is whole: asked for, looked through by a job, and what it found told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.world import Client, World
from wecom.features.proofs import jobs as proving
from wecom.foundation import audit
from wecom.foundation.db import Pool, open_pool, transaction
from wecom.foundation.jobs import work_one

PROOFS = "/api/console/audit/proofs"


@pytest.fixture
async def superuser(owner_url: str) -> AsyncIterator[Pool]:
    """Somebody with the whole server in hand, whom no grant stops."""
    pool = await open_pool(owner_url.replace("wecom_owner", "postgres"), size=1)
    await pool.execute("SET session_replication_role = replica")
    yield pool
    await pool.close()


async def work(world: World) -> None:
    while await work_one(world.pool, world.services):
        pass


async def ask(client: Client, kept: str = "") -> dict[str, Any]:
    async with client.post(PROOFS, json={"kept": kept}) as answer:
        told: dict[str, Any] = await answer.json()
        return told | {"status": answer.status}


async def newest(client: Client) -> dict[str, Any]:
    async with client.get(PROOFS) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = (await answer.json())["proofs"][0]
        return found


async def acts(world: World, count: int) -> None:
    async with transaction(world.pool) as tx:
        await audit.record_all(tx, 2, [("message.recalled", f"message:{n}", {}) for n in range(count)])


async def test_a_whole_log_is_found_whole_to_its_newest_record(world: World) -> None:
    auditor = await world.client("auditor")
    await acts(world, 2500)
    asked = await ask(auditor)
    assert (asked["state"], asked["progress"], asked["result"]) == ("running", 0, "")
    await work(world)
    found = await newest(auditor)
    assert (found["state"], found["progress"], found["fault"], found["says"]) == ("whole", 100, None, "")
    assert found["verified"] >= 2500 and found["result"].startswith(f"{found['verified']}:")
    again = await ask(auditor, found["result"])
    await work(world)
    assert again["kept"] == found["result"]
    assert (await newest(auditor))["state"] == "whole"
    assert await audit.records(world.pool, before=None, limit=9, action="audit.verified")


async def test_the_first_record_that_was_changed_is_named(world: World, superuser: Pool) -> None:
    auditor = await world.client("auditor")
    await acts(world, 20)
    while await audit.seal(world.pool):
        pass
    [record] = await audit.records(world.pool, before=None, limit=1)
    await superuser.execute("UPDATE audit_records SET object = 'message:x' WHERE id = $1", record.id)
    await ask(auditor)
    await work(world)
    found = await newest(auditor)
    assert (found["state"], found["fault"], found["fault_record_id"]) == ("broken", "record_altered", record.id)
    assert f"record {record.id} at position {found['fault_position']} was altered" in found["says"]
    assert found["verified"] == found["fault_position"] - 1


async def test_a_log_whose_end_was_cut_off_is_found_by_what_was_kept(world: World, superuser: Pool) -> None:
    auditor = await world.client("auditor")
    await acts(world, 20)
    await ask(auditor)
    await work(world)
    kept = (await newest(auditor))["result"]
    at = int(kept.partition(":")[0])
    gone = "DELETE FROM audit_records WHERE id IN (SELECT record_id FROM audit_leaves WHERE position > $1)"
    await superuser.execute(gone, at - 10)
    await superuser.execute("DELETE FROM audit_leaves WHERE position > $1", at - 10)
    await ask(auditor)
    await work(world)
    assert (await newest(auditor))["state"] == "whole"
    await ask(auditor, kept)
    await work(world)
    found = await newest(auditor)
    assert (found["state"], found["fault"]) == ("broken", "cut_off")
    assert f"to {at} are missing" in found["says"]


async def test_it_goes_on_where_it_was_and_is_done_once_however_many_do_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "STRETCH", 0.0)
    auditor = await world.client("auditor")
    await acts(world, 1500)
    asked = await ask(auditor)
    assert await work_one(world.pool, world.services)
    job = proving.ProveLog(proof_id=asked["id"])
    await proving.prove_log(world.services, job)
    await proving.prove_log(world.services, job)
    await work(world)
    found = await newest(auditor)
    assert (found["state"], found["fault"]) == ("whole", None)


async def test_asking_again_is_the_same_and_comparing_otherwise_waits(world: World) -> None:
    auditor, admin = await world.client("auditor"), await world.client("admin")
    first = await ask(auditor)
    assert (await ask(admin))["id"] == first["id"]
    other = await ask(admin, f"3:{'ab' * 32}")
    assert (other["status"], other["error"]) == (409, "AskedOtherwise")
    await work(world)
    assert (await ask(admin))["id"] != first["id"]


@pytest.mark.parametrize("kept", ["x", "3:ab", f"0:{'ab' * 32}", f"{'9' * 30}:{'ab' * 32}", f"3:{'zz' * 32}"])
async def test_what_was_never_a_result_is_refused(world: World, kept: str) -> None:
    told = await ask(await world.client("auditor"), kept)
    assert (told["status"], told["error"]) == (400, "NotAChain")


async def test_only_those_who_read_the_log_may_have_it_looked_through(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    assert (await ask(zhangsan))["status"] == 403
    async with zhangsan.get(PROOFS) as answer:
        assert answer.status == 403


async def test_what_nobody_works_on_has_failed(world: World) -> None:
    auditor = await world.client("auditor")
    await ask(auditor)
    await world.pool.execute("DELETE FROM jobs")
    await world.pool.execute("UPDATE proofs SET seen_at = now() - interval '1 hour'")
    await proving.give_proofs_up(world.services, proving.GiveProofsUp())
    assert (await newest(auditor))["state"] == "failed"
    assert (await ask(auditor))["state"] == "running"

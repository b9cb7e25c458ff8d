"""LDAP in the console: checked, planned, and done exactly as planned."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.features.directory.sync.conftest import config_text, source_of
from tests.features.directory.sync.slapd import PEOPLE, READER_PASSWORD, Slapd, slapd
from tests.world import Client, World
from wecom.features.directory.ldap_refusals import LdapHungUp
from wecom.features.lifecycle import asking_ldap
from wecom.foundation.jobs import work_one

LDAP = "/api/console/ldap"


@pytest.fixture
def ldap_server(tmp_path: Path) -> Iterator[Slapd]:
    with slapd(tmp_path / "slapd") as server:
        yield server


@pytest.fixture
def with_ldap(world: World, ldap_server: Slapd) -> World:
    world.services = replace(world.services, ldap=source_of(config_text(ldap_server)))
    return world


async def work(world: World) -> None:
    while await work_one(world.pool, world.services):
        pass


async def ask(client: Client, what: str, **body: int) -> dict[str, Any]:
    answer = await client.post(f"{LDAP}/{what}", json=body)
    told: dict[str, Any] = await answer.json()
    return told | {"status": answer.status}


async def done(world: World, client: Client, what: str, **body: int) -> dict[str, Any]:
    run = await ask(client, what, **body)
    assert run["status"] == 200 and run["state"] == "waiting", run
    await work(world)
    return await looked_at(client, run["id"])


async def looked_at(client: Client, run_id: int, **query: str) -> dict[str, Any]:
    answer = await client.get(f"{LDAP}/runs/{run_id}", params=query)
    assert answer.status == 200, await answer.text()
    told: dict[str, Any] = await answer.json()
    return told


async def test_it_is_checked_then_planned_then_done(with_ldap: World) -> None:
    world, admin = with_ldap, await with_ldap.client("admin")
    view = await (await admin.get(LDAP)).json()
    assert view["configured"] and view["settings"]["people_bases"] == [PEOPLE] and READER_PASSWORD not in str(view)
    checked = await done(world, admin, "check")
    assert (checked["state"], checked["counts"]["people"]) == ("done", 6)
    assert (
        len(checked["found"]["people"]) == 5
        and {"name": "研发部", "depth": 1, "people": 1} in checked["found"]["departments"]
    )
    plan = await done(world, admin, "plan")
    assert plan["counts"]["people_added"] == 6 and plan["can_be_done"] and plan["refusal"] == ""
    assert any(line.startswith("+ sunwukong") for line in plan["lines"])
    assert await world.pool.fetchval("SELECT count(*) FROM ldap_people") == 0
    synced = await done(world, admin, "sync", plan_id=plan["id"])
    assert (synced["state"], synced["counts"]["people_added"], synced["plan_id"]) == ("done", 6, plan["id"])
    assert await world.pool.fetchval("SELECT count(*) FROM ldap_people") == 6
    runs = await (await admin.get(f"{LDAP}/runs", params={"limit": "2"})).json()
    assert [each["kind"] for each in runs["runs"]] == ["full", "dry"]
    older = await (await admin.get(f"{LDAP}/runs", params={"cursor": str(runs["cursor"])})).json()
    assert [each["kind"] for each in older["runs"]] == ["check"]
    acts = await world.pool.fetch("SELECT details FROM audit_records WHERE action = 'ldap.asked' ORDER BY id")
    assert [row["details"]["kind"] for row in acts] == ["check", "dry", "full"]


async def test_what_ldap_says_otherwise_since_is_not_done_but_planned(with_ldap: World, ldap_server: Slapd) -> None:
    world, admin = with_ldap, await with_ldap.client("admin")
    plan = await done(world, admin, "plan")
    ldap_server.delete(f"uid=jgross,ou=Vertrieb,{PEOPLE}")
    refused = await done(world, admin, "sync", plan_id=plan["id"])
    assert refused["state"] == "refused" and "no longer what this plan said" in refused["says"], refused
    assert refused["counts"]["people_added"] == 5 and refused["can_be_done"]
    assert await world.pool.fetchval("SELECT count(*) FROM ldap_people") == 0
    assert (await done(world, admin, "sync", plan_id=refused["id"]))["state"] == "done"


async def test_a_plan_says_what_the_guards_would_and_what_to_allow(with_ldap: World, ldap_server: Slapd) -> None:
    world, admin = with_ldap, await with_ldap.client("admin")
    plan = await done(world, admin, "plan")
    await done(world, admin, "sync", plan_id=plan["id"])
    people = [
        entry for entry in await world.pool.fetch("SELECT dn FROM ldap_people") if "uid=sunwukong" not in entry["dn"]
    ]
    for each in people:
        ldap_server.delete(each["dn"])
    plan = await done(world, admin, "plan")
    assert plan["refusal"] and plan["refusal_facts"]["would_disable"] == 5
    assert [line[:2] for line in plan["lines"][:5]] == ["- "] * 5, "who goes is named first"
    assert (await done(world, admin, "sync", plan_id=plan["id"]))["state"] == "refused"
    synced = await done(world, admin, "sync", plan_id=plan["id"], allow_disabling=5)
    assert (synced["state"], synced["counts"]["people_disabled"]) == ("done", 5)


async def test_plans_that_are_none_and_runs_at_once_are_refused(with_ldap: World) -> None:
    world, admin = with_ldap, await with_ldap.client("admin")
    checked = await done(world, admin, "check")
    assert (await ask(admin, "sync", plan_id=checked["id"]))["error"] == "NoSuchPlan"
    assert (await ask(admin, "sync", plan_id=10**9))["error"] == "NoSuchPlan"
    assert (await ask(admin, "sync"))["status"] == 400
    plan = await done(world, admin, "plan")
    answers = await asyncio.gather(*(ask(admin, "sync", plan_id=plan["id"]) for _ in range(4)))
    assert sorted(each["status"] for each in answers) == [200, 409, 409, 409]
    await world.pool.execute("UPDATE ldap_runs SET ended_at = now() - interval '25 hours' WHERE id = $1", plan["id"])
    await work(world)
    assert (await ask(admin, "sync", plan_id=plan["id"]))["error"] == "NoSuchPlan"
    assert (await admin.get(f"{LDAP}/runs/{10**9}")).status == 404


async def test_a_run_whose_worker_is_stopped_or_dies_is_done_by_another(
    with_ldap: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, admin = with_ldap, await with_ldap.client("admin")
    plan = await done(world, admin, "plan")
    sync_all, ends = asking_ldap.sync_all, [LdapHungUp(), asyncio.CancelledError()]

    async def ending(*given: Any, **named: Any) -> Any:
        if ends:
            raise ends.pop(0)
        return await sync_all(*given, **named)

    monkeypatch.setattr(asking_ldap, "sync_all", ending)
    run = await ask(admin, "sync", plan_id=plan["id"])
    await work(world)
    assert (await looked_at(admin, run["id"]))["state"] == "waiting"
    await world.pool.execute("UPDATE jobs SET due_at = now()")
    with pytest.raises(asyncio.CancelledError):
        await work(world)
    await world.pool.execute("UPDATE jobs SET due_at = now()")
    await work(world)
    assert (await looked_at(admin, run["id"]))["state"] == "running", "its worker may live still"
    await world.pool.execute("UPDATE ldap_runs SET seen_at = now() - interval '6 minutes' WHERE id = $1", run["id"])
    assert (await looked_at(admin, run["id"]))["state"] == "lost"
    await world.pool.execute("UPDATE jobs SET due_at = now()")
    await work(world)
    assert (await looked_at(admin, run["id"]))["state"] == "done"


async def test_a_run_whose_job_was_given_up_or_deleted_has_failed_and_stands_in_nobodys_way(
    with_ldap: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, admin = with_ldap, await with_ldap.client("admin")
    waits = await ask(admin, "plan")
    assert (await ask(admin, "plan"))["error"] == "AlreadySyncing"
    await world.pool.execute("UPDATE jobs SET failed_at = now() WHERE kind = 'DoAsked'")
    await asking_ldap.end_forsaken(world.services, asking_ldap.EndForsaken())
    told = await looked_at(admin, waits["id"])
    assert told["state"] == "failed" and "given up" in told["says"]
    forsaken = await ask(admin, "plan")
    await world.pool.execute("DELETE FROM jobs WHERE kind = 'DoAsked'")
    plan = await done(world, admin, "plan")
    assert (plan["state"], (await looked_at(admin, forsaken["id"]))["state"]) == ("done", "failed")
    await asking_ldap.end_forsaken(world.services, asking_ldap.EndForsaken())
    assert (await looked_at(admin, plan["id"]))["state"] == "done"


async def test_a_server_that_does_not_answer_is_said(with_ldap: World, ldap_server: Slapd) -> None:
    world, admin = with_ldap, await with_ldap.client("admin")
    ldap_server.stop()
    for what in ("check", "plan"):
        failed = await done(world, admin, what)
        assert failed["state"] == "failed" and "does not answer" in failed["says"], failed


async def test_without_a_configuration_there_is_nothing_to_read(world: World) -> None:
    admin = await world.client("admin")
    assert (await (await admin.get(LDAP)).json())["configured"] is False
    assert (await ask(admin, "check"))["error"] == "LdapNotConfigured"
    assert (await ask(admin, "plan"))["error"] == "LdapNotConfigured"
    for userid in ("zhangsan", "auditor"):
        assert (await ask(await world.client(userid), "check"))["status"] == 403

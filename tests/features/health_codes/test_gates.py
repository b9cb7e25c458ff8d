"""Phones and gates: certified, shown, let in once, taken back, and told of later by gates without a network."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.features.health.clinic import ILL, WELL, at
from tests.features.health_codes.plant import (
    MINUTE,
    Phone,
    ask,
    decoded,
    gate_of,
    hold_role,
    judged,
    phone_of,
    plant,
)
from tests.features.health_codes.test_codes import answer
from tests.world import World
from wecom.features import accounts, health_codes
from wecom.features.accounts import SYSTEM
from wecom.features.health_codes import jobs
from wecom.features.health_codes.passes import Knowledge, TrustedKey, compressed, read_pass, verify
from wecom.foundation import audit
from wecom.foundation.db import transaction
from wecom.foundation.instants import written

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEVELS = {"green": 1, "yellow": 2, "red": 3}


def knowledge(told: dict[str, Any], at: float) -> Knowledge:
    """What a gate makes of what it is told."""
    keys = {}
    for each in told["keys"]:
        point = compressed(decoded(each["public_key"]))
        assert point
        keys[each["kid"]] = TrustedKey(point, 0 if each["until"] else None)
    return Knowledge(
        at,
        told["longest_age_s"],
        keys,
        {each["id"]: frozenset(LEVELS[level] for level in each["admits"]) for each in told["policies"]},
        frozenset(told["revoked"]),
    )


def seen(id: str, phone: Phone, when: Any, decision: str = "admitted", **other: Any) -> dict[str, Any]:
    found = read_pass(phone.shows(when))
    return {
        "id": id,
        "at": written(when),
        "serial": phone.serial,
        "step": found.step,
        "level": "green",
        "decision": decision,
    } | other


async def test_a_phone_shows_green_at_a_gate_without_a_network(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await answer(world, job, "lisi", WELL)
    phone, gate = await phone_of(world, "lisi"), await gate_of(world, policy)
    codes = await ask(phone.client, "GET", "health/codes")
    [code] = codes["codes"]
    assert (code["level"], code["name"], code["overridden"]) == ("green", "食品车间", False)
    told = await phone.fetch(policy.id)
    assert told["expires_at"] == written(now + DAY)
    nobody = await world.client(None)
    known = knowledge(await ask(nobody, "GET", "gate/knowledge", headers=gate), now.timestamp())
    later = (now + 5 * HOUR).timestamp()
    found = verify(phone.shows(now + 5 * HOUR), known, later, lambda *_: False)
    assert found.certificate and (found.admitted, found.certificate.name) == (True, "李四")
    assert verify(phone.shows(now), known, later, lambda *_: False).why == "stale"
    # The server decides by the same rules, and lets the same in once.
    body = {"id": "1", "text": phone.shows(now)}
    assert (await ask(nobody, "POST", "gate/verify", json=body, headers=gate))["decision"] == "admitted"
    again = await ask(nobody, "POST", "gate/verify", json=body | {"id": "2"}, headers=gate)
    assert (again["decision"], again["why"], again["name"]) == ("refused", "replayed", "李四")
    assert (await ask(nobody, "POST", "gate/verify", json={"id": "3", "text": "?"}, headers=gate))["why"] == (
        "unknown_format"
    )
    [row] = await world.pool.fetch("SELECT * FROM health_certificates")
    assert row["expires_at"] <= now + DAY and row["level"] == "green"


async def test_what_is_worse_takes_the_certificate_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await answer(world, job, "lisi", WELL)
    phone, gate = await phone_of(world, "lisi"), await gate_of(world, policy)
    nobody = await world.client(None)
    first = (await phone.fetch(policy.id))["serial"]
    before = await ask(nobody, "GET", "gate/knowledge", headers=gate)
    assert (before["revoked"], before["whole"]) == ([], True)
    now = at(world, monkeypatch, "2026-03-02 10:00")
    await answer(world, job, "lisi", ILL)
    since = {"since": before["server_now"]}
    after = await ask(nobody, "GET", "gate/knowledge", headers=gate, params=since)
    assert (after["revoked"], after["whole"]) == ([first], False)
    told = await phone.fetch(policy.id)
    assert told["level"] == "red"
    decided = await ask(nobody, "POST", "gate/verify", json={"id": "1", "text": phone.shows(now)}, headers=gate)
    assert (decided["why"], decided["level"]) == ("level", "red")
    # An officer's word, signing the device out and leaving take it back, too; renewing with the same key does not.
    renewed = (await phone.fetch(policy.id))["serial"]
    async with transaction(world.pool) as tx:
        await health_codes.override(
            tx, world["wangwu"].id, policy.id, world["lisi"].id, "green", now + HOUR, "医生看过", now=now
        )
    assert (await ask(nobody, "GET", "gate/knowledge", headers=gate))["revoked"] == [first, told["serial"], renewed]
    last = (await phone.fetch(policy.id))["serial"]
    await ask(phone.client, "DELETE", "session")
    assert last in (await ask(nobody, "GET", "gate/knowledge", headers=gate, params=since))["revoked"]


async def test_a_certificate_holds_no_longer_than_the_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await answer(world, job, "lisi", WELL)
    now = at(world, monkeypatch, "2026-03-03 08:00")
    phone = await phone_of(world, "lisi")
    assert (await phone.fetch(policy.id))["expires_at"] == written(now + HOUR)


async def test_a_key_is_shown_to_be_held(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at(world, monkeypatch, "2026-03-02 09:00")
    _, policy = await plant(world)
    lisi, zhangsan = await phone_of(world, "lisi"), await phone_of(world, "zhangsan")
    codes = await ask(lisi.client, "GET", "health/codes")
    body = {"public_key": "AAAA", "challenge": codes["challenge"], "proof": "AAAA"}
    where = f"health/codes/{policy.id}/certificate"
    refused = await ask(lisi.client, "POST", where, 400, json=body)
    assert refused["error"] == "DeviceKeyUnfit"
    lisi.client, zhangsan.client = zhangsan.client, lisi.client
    await lisi.fetch(policy.id)
    stolen = {"public_key": body["public_key"], "challenge": codes["challenge"], "proof": body["proof"]}
    await ask(lisi.client, "POST", where, 400, json=stolen)
    await ask(await world.client("admin"), "POST", where, 400, json=body)
    assert (await ask(lisi.client, "POST", "health/codes/999/certificate", 400, json=body))["error"] == "DeviceKeyUnfit"


async def test_two_gates_without_a_network_that_let_the_same_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await answer(world, job, "lisi", WELL)
    phone, nobody = await phone_of(world, "lisi"), await world.client(None)
    one, other = await gate_of(world, policy, "东门"), await gate_of(world, policy, "西门")
    await phone.fetch(policy.id)
    first, second = seen("a", phone, now), seen("b", phone, now + 5 * timedelta(seconds=1))
    now = at(world, monkeypatch, "2026-03-02 12:00")

    async def tell(gate: dict[str, str], *passages: Any) -> Any:
        return (await ask(nobody, "POST", "gate/passages", json={"passages": list(passages)}, headers=gate))["passages"]

    assert await tell(one, first) == [{"id": "a", "kept": "new", "replayed_at_gate": None}]
    # Told of twice, and at the same time: kept once, and the replay is seen once.
    told = await asyncio.gather(*(tell(other, second, second) for _ in range(3)))
    assert sorted(each["kept"] for several in told for each in several) == ["again"] * 5 + ["new"]
    assert {each["replayed_at_gate"] for several in told for each in several} == {1}
    assert await tell(one, first) == [{"id": "a", "kept": "again", "replayed_at_gate": None}]
    officer = await world.client("wangwu")
    found = (await ask(officer, "GET", "health/passages"))["passages"]
    assert [(each["gate_name"], each["replay"], each["person"]["name"]) for each in found] == [
        ("西门", True, "李四"),
        ("东门", False, "李四"),
    ]
    assert found[0]["replay_of"] == found[1]["id"]
    assert len((await ask(officer, "GET", "health/passages", params={"replays": "true"}))["passages"]) == 1
    acts = [each.action for each in await audit.records(world.pool, before=None, limit=100)]
    assert acts.count("health_passage.replay") == 1 and "health_passages.read" in acts
    table = await ask(officer, "GET", "health/exports/passages.csv")
    assert table.count("李四") == 2 and table.count("\n") == 3
    next_page = {"before_at": found[0]["at"], "before_id": found[0]["id"]}
    assert len((await ask(officer, "GET", "health/passages", params=next_page))["passages"]) == 1
    # Whoever is no officer of the policy sees none of it.
    await hold_role(world, "admin")
    stranger = await world.client("admin")
    assert (await ask(stranger, "GET", "health/passages"))["passages"] == []
    await ask(stranger, "GET", "health/passages", 404, params={"policy_id": str(policy.id)})
    assert (await ask(stranger, "GET", "health/gates"))["gates"] == []
    assert (await ask(await world.client("auditor"), "GET", "health/passages", 403))["error"] == "RoleMissing"


async def test_gates_that_tell_of_the_same_at_the_same_time_do_not_wait_for_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await answer(world, job, "lisi", WELL)
    phone, nobody = await phone_of(world, "lisi"), await world.client(None)
    gates = [await gate_of(world, policy, name) for name in ("东门", "西门")]
    await phone.fetch(policy.id)
    whole = [seen(str(n), phone, now + n * MINUTE) for n in range(60)]

    async def tell(gate: dict[str, str], passages: list[Any]) -> list[Any]:
        told = await ask(nobody, "POST", "gate/passages", json={"passages": passages}, headers=gate)
        return [each["replayed_at_gate"] for each in told["passages"]]

    east, west = await asyncio.gather(tell(gates[0], whole), tell(gates[1], whole[::-1]))
    assert [bool(a) != bool(b) for a, b in zip(east, reversed(west), strict=True)] == [True] * 60
    assert await world.pool.fetchval("SELECT count(*) FROM health_passages WHERE replay") == 60


async def test_keys_change_and_what_was_certified_before_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await answer(world, job, "lisi", WELL)
    phone, gate = await phone_of(world, "lisi"), await gate_of(world, policy)
    officer, nobody = await world.client("wangwu"), await world.client(None)
    await phone.fetch(policy.id)
    changed = await ask(officer, "POST", "health/keys", json={})
    assert [each["kid"] for each in (await ask(officer, "GET", "health/keys"))["keys"]] == [changed["kid"], 1]
    verify_at = {"id": "1", "text": phone.shows(now)}
    assert (await ask(nobody, "POST", "gate/verify", json=verify_at, headers=gate))["decision"] == "admitted"
    await phone.fetch(policy.id)
    assert read_pass(phone.shows(now)).certificate.kid == changed["kid"]
    # One that may have been copied is trusted no more, at once.
    await ask(officer, "POST", "health/keys", json={"distrusted": True})
    verify_at = {"id": "2", "text": phone.shows(now + MINUTE)}
    assert (await ask(nobody, "POST", "gate/verify", json=verify_at, headers=gate))["why"] == "unknown_key"
    assert len((await ask(nobody, "GET", "gate/knowledge", headers=gate))["keys"]) == 1
    # They change by themselves after 90 days, and where the server's own key is another.
    at(world, monkeypatch, "2026-06-01 09:00")
    for _ in range(2):
        await jobs.change_health_keys(world.services, jobs.ChangeHealthKeys())
    assert len((await ask(officer, "GET", "health/keys"))["keys"]) == 4
    async with transaction(world.pool) as tx:
        kid, _ = await health_codes.signing_key(tx, b"another", now=world.services.clock())
    assert kid == 5
    sealed = await world.pool.fetch("SELECT sealed, point FROM health_keys")
    assert all(len(row["sealed"]) == 12 + 32 + 16 and row["point"] not in row["sealed"] for row in sealed)


async def test_gates_are_set_up_once_and_taken_out_of_use(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at(world, monkeypatch, "2026-03-02 09:00")
    _, policy = await plant(world)
    officer, nobody = await world.client("wangwu"), await world.client(None)
    admission = {"policy_id": policy.id, "admits": ["green", "yellow"]}
    made = await ask(officer, "POST", "health/gates", json={"name": "大门", "policies": [admission], "photos": True})
    code = (await ask(officer, "POST", f"health/gates/{made['id']}/code"))["code"]
    newer = (await ask(officer, "POST", f"health/gates/{made['id']}/code"))["code"]
    for wrong in (code, "", "ABCD-EFGH-JKLM"):
        assert (await ask(nobody, "POST", "gate/enrol", 403 if wrong else 400, json={"code": wrong}))["error"]
    key = (await ask(nobody, "POST", "gate/enrol", json={"code": newer}))["key"]
    await ask(nobody, "POST", "gate/enrol", 403, json={"code": newer})
    bearer = {"Authorization": f"Bearer {key}"}
    known = await ask(nobody, "GET", "gate/knowledge", headers=bearer)
    assert (known["photos"], known["policies"][0]["admits"]) == (True, ["green", "yellow"])
    changed = await ask(
        officer,
        "PUT",
        f"health/gates/{made['id']}",
        json={"name": "后门", "longest_age_s": 60, "policies": [admission | {"admits": ["green"]}]},
    )
    assert (changed["name"], changed["photos"]) == ("后门", False) and changed["knows_at"]
    late = (await ask(officer, "POST", f"health/gates/{made['id']}/code"))["code"]
    at(world, monkeypatch, "2026-03-02 09:16")
    await ask(nobody, "POST", "gate/enrol", 403, json={"code": late})
    await ask(nobody, "GET", "gate/knowledge", headers=bearer)
    await ask(officer, "DELETE", f"health/gates/{made['id']}")
    for how in ({"headers": bearer}, {}):
        assert (await ask(nobody, "GET", "gate/knowledge", 401, **how))["error"] == "GateKeyWrong"
    assert (await ask(officer, "GET", "health/gates"))["gates"] == []
    unfit = {"name": "x", "policies": [{"policy_id": 999, "admits": ["green"]}]}
    assert (await ask(officer, "POST", "health/gates", 400, json=unfit))["error"] == "GateUnfit"


async def test_losing_the_role_or_the_policy_ends_it_with_the_next_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await hold_role(world, "auditor")
    await answer(world, job, "lisi", ILL)
    officer, other, admin = await world.client("wangwu"), await world.client("auditor"), await world.client("admin")
    where = f"health/policies/{policy.id}/codes"
    found = await ask(officer, "GET", where)
    assert [(each["person"]["name"], each["level"]) for each in found["codes"]] == [("李四", "red")]
    assert found["codes"][0]["reasons"][0]["words"]["de"] == "Fieber"
    assert (await ask(other, "GET", where, 404))["error"] == "NoSuchHealthPolicy"
    assert (await ask(admin, "GET", where, 403))["error"] == "RoleMissing"
    one = f"{where}/{world['lisi'].id}"
    assert len((await ask(officer, "GET", one))["changes"]) == 1
    [granted] = await accounts.grants(world.pool, world["wangwu"].id)
    async with transaction(world.pool) as tx:
        await accounts.revoke(tx, SYSTEM, granted.id)
    await ask(officer, "GET", where, 403)
    reads = [
        each for each in await audit.records(world.pool, before=None, limit=100) if each.action == "health_codes.read"
    ]
    assert len(reads) == 2 and all("fever" not in str(each) and "red" not in str(each) for each in reads)


async def test_what_is_kept_is_erased_after_its_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(world, monkeypatch, "2026-03-02 09:00")
    job, policy = await plant(world)
    await answer(world, job, "lisi", WELL)
    phone, gate = await phone_of(world, "lisi"), await gate_of(world, policy)
    nobody, wangwu, lisi = await world.client(None), world["wangwu"].id, world["lisi"].id
    await phone.fetch(policy.id)
    await ask(nobody, "POST", "gate/passages", json={"passages": [seen("a", phone, now)]}, headers=gate)
    async with transaction(world.pool) as tx:
        await health_codes.write_fact(tx, wangwu, policy.id, lisi, "exposure", now, note="geheim", now=now)
        await health_codes.override(tx, wangwu, policy.id, lisi, "green", now + HOUR, "geheim", now=now)
        made = await health_codes.appeal(tx, lisi, policy.id, "geheim", now=now)
        await health_codes.answer_appeal(tx, wangwu, policy.id, made.id, "geheim", now=now)
    now = at(world, monkeypatch, "2026-03-02 11:00")
    async with transaction(world.pool) as tx:
        await health_codes.write_fact(tx, wangwu, policy.id, lisi, "clearance", now, note="geheim", now=now)
    now = at(world, monkeypatch, "2026-05-02 09:00")
    assert (await judged(world, policy, "lisi"))[0].level == "yellow"
    for _ in range(2):
        await jobs.erase_health_codes(world.services, jobs.EraseHealthCodes())
    # Judged again, what was cleared does not begin anew.
    [code] = await judged(world, policy, "lisi")
    assert (code.level, [each.kind for each in code.reasons]) == ("yellow", ["no_report"])
    for table in ("health_facts", "health_overrides", "health_appeals", "health_passages", "health_certificates"):
        rows = await world.pool.fetch(f"SELECT t::text AS row FROM {table} AS t")
        assert not [row for row in rows if "geheim" in row["row"]], table
        assert table == "health_facts" or rows == [], table
    assert await world.pool.fetchval("SELECT count(*) FROM health_holds") == 0
    while await audit.seal(world.pool):
        pass
    assert (await audit.verify(world.pool)).fault is None

"""Passwords, invitations, devices, roles and standing, as clients and administrators use them."""

import asyncio
from typing import Any

import orjson
import pytest
from aiohttp.test_utils import TestClient

from tests.world import PASSWORD, World
from wecom.features import accounts
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import transaction

Client = TestClient[Any, Any]
NEW = "Reiher-im-Schilf-31"


async def refusal(answer: Any) -> tuple[int, str]:
    return answer.status, (await answer.json())["error"]


async def administers(world: World, userid: str, department_id: int) -> Client:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world[userid].id, "department_administrator", department_id)
    return await world.client(userid)


async def test_changing_the_password_signs_the_other_devices_out(world: World) -> None:
    here, elsewhere = await world.client("zhangsan"), await world.client("zhangsan")
    body = {"old_password": PASSWORD, "new_password": NEW}
    answer = await here.put("/api/me/password", json=body)
    assert (answer.status, await answer.json()) == (200, {"devices_signed_out": 1})
    assert ((await here.get("/api/me")).status, (await elsewhere.get("/api/me")).status) == (200, 401)
    nobody = await world.client(None)
    old = await nobody.post("/api/session", json={"account": "zhangsan", "password": PASSWORD})
    new = await nobody.post("/api/session", json={"account": "zhangsan", "password": NEW})
    assert (old.status, new.status) == (401, 200)


async def test_the_old_password_must_be_right_and_guesses_at_it_are_counted(world: World) -> None:
    client = await world.client("zhangsan")
    body = {"old_password": "wrong", "new_password": NEW}
    refusals = [await refusal(await client.put("/api/me/password", json=body)) for _ in range(11)]
    assert refusals == [(403, "WrongOldPassword")] * 10 + [(429, "TooManyAttempts")]


@pytest.mark.parametrize("password", ["password123", "Zhangsan-2026", "abababab", "1q2w3e4r5t", PASSWORD], ids=range(5))
async def test_easy_passwords_are_refused_with_the_reason(world: World, password: str) -> None:
    client = await world.client("zhangsan")
    answer = await client.put("/api/me/password", json={"old_password": PASSWORD, "new_password": password})
    assert await refusal(answer) == (400, "WeakPassword")


@pytest.mark.parametrize("password", ["short-1", "x" * 129, "nul\0nul-nul"], ids=range(3))
async def test_passwords_that_cannot_be_are_refused(world: World, password: str) -> None:
    client = await world.client("zhangsan")
    answer = await client.put("/api/me/password", json={"old_password": PASSWORD, "new_password": password})
    assert await refusal(answer) == (400, "Misread")


async def test_two_changes_at_once_cannot_both_succeed(world: World) -> None:
    one, other = await world.client("zhangsan"), await world.client("zhangsan")
    answers = await asyncio.gather(
        *(
            client.put("/api/me/password", json={"old_password": PASSWORD, "new_password": new})
            for client, new in ((one, NEW), (other, NEW + "!"))
        )
    )
    assert sorted(answer.status for answer in answers)[0] == 200
    assert sum(answer.status == 200 for answer in answers) == 1


async def test_a_password_to_be_changed_lets_nothing_else_be_done_first(world: World) -> None:
    await world.pool.execute("UPDATE passwords SET must_change = true WHERE member_id = $1", world["zhangsan"].id)
    client = await world.client("zhangsan")
    assert (await (await client.get("/api/me")).json())["must_change_password"] is True
    assert await refusal(await client.get("/api/me/devices")) == (403, "PasswordMustChange")
    body = {"old_password": PASSWORD, "new_password": NEW}
    assert (await client.put("/api/me/password", json=body)).status == 200
    assert (await client.get("/api/me/devices")).status == 200


async def invited(world: World, userid: str = "zhaoliu") -> tuple[Client, dict[str, Any]]:
    member = await world.add(userid, department=2)
    await world.pool.execute("DELETE FROM passwords WHERE member_id = $1", member.id)
    admin = await world.client("admin")
    answer = await admin.post(f"/api/members/{member.id}/invitation")
    assert answer.status == 200, await answer.text()
    link = await answer.json()
    assert link["link"].endswith(f"/join#{link['token']}")
    return await world.client(None), link


async def test_a_newcomer_joins_by_a_link(world: World) -> None:
    client, link = await invited(world)
    seen = await (await client.post("/api/invitations/look", json={"token": link["token"]})).json()
    assert (seen["userid"], seen["company"], seen["purpose"]) == ("zhaoliu", "海桥科技", "join")
    body = {"token": link["token"], "password": NEW, "kind": "bearer"}
    joined = await client.post("/api/invitations/accept", json=body)
    said = await joined.json()
    assert (joined.status, said["me"]["userid"]) == (200, "zhaoliu")
    me = await client.get("/api/me", headers={"Authorization": f"Bearer {said['token']}"})
    assert me.status == 200
    assert await world.pool.fetchval("SELECT activated_at IS NOT NULL FROM members WHERE userid = 'zhaoliu'")
    assert (await client.post("/api/session", json={"account": "zhaoliu", "password": NEW})).status == 200


async def test_a_link_works_once_even_when_used_twice_at_once(world: World) -> None:
    client, link = await invited(world)
    body = {"token": link["token"], "password": NEW, "kind": "bearer"}
    answers = await asyncio.gather(*(client.post("/api/invitations/accept", json=body) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 403, 403, 403]
    again = await client.post("/api/invitations/look", json={"token": link["token"]})
    assert await refusal(again) == (403, "InvitationInvalid")


async def test_a_weak_password_does_not_use_the_link_up(world: World) -> None:
    client, link = await invited(world)
    weak = await client.post("/api/invitations/accept", json={"token": link["token"], "password": "zhaoliu-1234"})
    assert await refusal(weak) == (400, "WeakPassword")
    assert (await client.post("/api/invitations/look", json={"token": link["token"]})).status == 200


async def test_old_and_replaced_links_and_those_of_the_disabled_do_not_work(world: World) -> None:
    client, first = await invited(world)
    admin = await world.client("admin")
    member_id = world["zhaoliu"].id
    second = await (await admin.post(f"/api/members/{member_id}/invitation")).json()
    body = {"token": first["token"], "password": NEW}
    assert await refusal(await client.post("/api/invitations/accept", json=body)) == (403, "InvitationInvalid")
    assert (await client.post("/api/invitations/look", json={"token": second["token"]})).status == 200
    await admin.post(f"/api/members/{member_id}/disable")
    await admin.post(f"/api/members/{member_id}/enable")
    assert (await client.post("/api/invitations/look", json={"token": second["token"]})).status == 403
    third = await (await admin.post(f"/api/members/{member_id}/invitation")).json()
    await world.pool.execute("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE used_at IS NULL")
    assert (await client.post("/api/invitations/look", json={"token": third["token"]})).status == 403


async def test_a_reset_link_sets_a_new_password_and_ends_every_session(world: World) -> None:
    admin, zhangsan, client = [await world.client(who) for who in ("admin", "zhangsan", None)]
    link = await (await admin.post(f"/api/members/{world['zhangsan'].id}/password-reset")).json()
    assert (await zhangsan.get("/api/me")).status == 200, "until the link is used, nothing changes"
    body = {"token": link["token"], "password": NEW, "kind": "bearer"}
    assert (await client.post("/api/invitations/accept", json=body)).status == 200
    assert (await zhangsan.get("/api/me")).status == 401
    joined = await admin.post(f"/api/members/{world['zhangsan'].id}/invitation")
    assert await refusal(joined) == (409, "AlreadyJoined")


async def test_devices_are_listed_and_signed_out_one_by_one(world: World) -> None:
    here, there, lisi = [await world.client(who) for who in ("zhangsan", "zhangsan", "lisi")]
    listed = (await (await here.get("/api/me/devices")).json())["devices"]
    assert [each["here"] for each in listed].count(True) == 1 and len(listed) == 2
    other = next(each["session_id"] for each in listed if not each["here"])
    assert (await lisi.delete(f"/api/me/devices/{other}")).status == 404, "not their own"
    assert (await there.get("/api/me")).status == 200
    assert (await here.delete(f"/api/me/devices/{other}")).status == 200
    assert (await there.get("/api/me")).status == 401
    assert await refusal(await here.delete(f"/api/me/devices/{other}")) == (404, "NoSuchDevice")
    assert (await here.get("/api/me")).status == 200


async def test_all_other_devices_are_signed_out_at_once(world: World) -> None:
    here, *others = [await world.client("zhangsan") for _ in range(3)]
    assert await (await here.delete("/api/me/devices")).json() == {"signed_out": 2}
    assert [(await other.get("/api/me")).status for other in others] == [401, 401]
    ended = await world.pool.fetchval("SELECT count(*) FROM sessions WHERE ended_xid IS NOT NULL")
    told = await world.pool.fetchval(
        "SELECT refs FROM entries WHERE stream_id = $1 AND kind = 'member.sessions_ended'", world["zhangsan"].id
    )
    assert ended == 2 and len(told["session_ids"]) == 2


async def test_an_administrator_signs_a_member_out_everywhere(world: World) -> None:
    admin, zhangsan = await world.client("admin"), await world.client("zhangsan")
    answer = await admin.delete(f"/api/members/{world['zhangsan'].id}/devices")
    assert await answer.json() == {"signed_out": 1}
    assert (await zhangsan.get("/api/me")).status == 401
    assert (await admin.delete("/api/members/77/devices")).status == 404


async def test_roles_open_doors_at_once_and_close_them_at_once(world: World) -> None:
    admin, zhangsan = await world.client("admin"), await world.client("zhangsan")
    assert await refusal(await zhangsan.get("/api/audit")) == (403, "RoleMissing")
    body = {"member_id": world["zhangsan"].id, "role": "auditor"}
    granted = await (await admin.post("/api/roles", json=body)).json()
    assert (await zhangsan.get("/api/audit")).status == 200
    assert await refusal(await admin.post("/api/roles", json=body)) == (409, "AlreadyGranted")
    assert (await admin.delete(f"/api/roles/{granted['id']}")).status == 200
    assert (await zhangsan.get("/api/audit")).status == 403
    assert await refusal(await admin.delete(f"/api/roles/{granted['id']}")) == (404, "NoSuchGrant")
    actions = [row["action"] for row in await world.pool.fetch("SELECT action FROM audit_records ORDER BY id")]
    assert "role.granted" in actions and "role.revoked" in actions


async def test_only_administrators_grant_roles(world: World) -> None:
    for userid in ("zhangsan", "auditor"):
        client = await world.client(userid)
        body = {"member_id": world[userid].id, "role": "administrator"}
        assert (await client.post("/api/roles", json=body)).status == 403


@pytest.mark.parametrize(
    ("role", "department_id", "expected"),
    [
        ("department_administrator", None, (400, "GrantRefused")),
        ("auditor", 2, (400, "GrantRefused")),
        ("department_administrator", 999, (404, "NoSuchDepartment")),
        ("emperor", None, (400, "Misread")),
    ],
)
async def test_roles_that_make_no_sense_are_refused(
    world: World, role: str, department_id: int | None, expected: tuple[int, str]
) -> None:
    admin = await world.client("admin")
    body = {"member_id": world["zhangsan"].id, "role": role, "department_id": department_id}
    assert await refusal(await admin.post("/api/roles", json=body)) == expected


async def test_the_last_administrator_stays(world: World) -> None:
    admin = await world.client("admin")
    grants = (await (await admin.get("/api/roles")).json())["grants"]
    grant_id = next(each["id"] for each in grants if each["role"] == "administrator")
    member = f"/api/members/{world['admin'].id}"
    for answer in (
        await admin.delete(f"/api/roles/{grant_id}"),
        await admin.post(f"{member}/disable"),
        await admin.post(f"{member}/leave"),
    ):
        assert await refusal(answer) == (409, "LastAdministrator")
    await admin.post("/api/roles", json={"member_id": world["lisi"].id, "role": "administrator"})
    assert (await admin.post(f"{member}/disable")).status == 200


async def test_two_administrators_cannot_disable_each_other_at_once(world: World) -> None:
    admin = await world.client("admin")
    await admin.post("/api/roles", json={"member_id": world["lisi"].id, "role": "administrator"})
    lisi = await world.client("lisi")
    answers = await asyncio.gather(
        admin.post(f"/api/members/{world['lisi'].id}/disable"),
        lisi.post(f"/api/members/{world['admin'].id}/disable"),
    )
    assert sum(answer.status == 200 for answer in answers) == 1


async def test_a_department_administrator_reaches_their_departments_and_no_further(world: World) -> None:
    client = await administers(world, "zhangsan", 2)
    lisi, wangwu = world["lisi"].id, world["wangwu"].id
    me = await (await client.get("/api/me")).json()
    assert (me["roles"], me["scopes"]) == (["department_administrator"], [2])
    for act in ("disable", "enable", "password-reset", "leave"):
        assert await refusal(await client.post(f"/api/members/{wangwu}/{act}")) == (403, "OutsideScope")
    for act in ("disable", "enable", "password-reset", "leave"):
        assert (await client.post(f"/api/members/{lisi}/{act}")).status == 200
    assert (await client.get("/api/roles")).status == 403
    assert (await client.delete(f"/api/members/{lisi}/devices")).status == 403


async def test_a_department_administrator_has_no_power_over_those_with_roles(world: World) -> None:
    client = await administers(world, "zhangsan", 1)
    for userid in ("admin", "auditor"):
        answer = await client.post(f"/api/members/{world[userid].id}/password-reset")
        assert await refusal(answer) == (403, "OutsideScope")


async def test_who_leaves_is_gone_from_everything(world: World) -> None:
    admin, lisi = await world.client("admin"), await world.client("lisi")
    await admin.post("/api/roles", json={"member_id": world["lisi"].id, "role": "hr"})
    assert (await admin.post(f"/api/members/{world['lisi'].id}/leave")).status == 200
    assert (await lisi.get("/api/me")).status == 401
    nobody = await world.client(None)
    assert (await nobody.post("/api/session", json={"account": "lisi", "password": PASSWORD})).status == 401
    still_in = await world.pool.fetchval(
        "SELECT count(*) FROM participants WHERE actor_id = $1 AND to_seq IS NULL", world["lisi"].id
    )
    roles = await world.pool.fetchval("SELECT count(*) FROM role_grants WHERE member_id = $1", world["lisi"].id)
    assert (still_in, roles) == (0, 0)
    assert (await admin.post(f"/api/members/{world['lisi'].id}/enable")).status == 404
    again = await world.add("lisi")
    assert (await nobody.post("/api/session", json={"account": "lisi", "password": PASSWORD})).status == 200
    assert again.id != world.lunch


async def test_audit_records_are_read_in_pages_and_reading_leaves_one(world: World) -> None:
    auditor = await world.client("auditor")
    first = await (await auditor.get("/api/audit", params={"limit": 3})).json()
    assert len(first["records"]) == 3 and first["next"] == first["records"][-1]["id"]
    second = await (await auditor.get("/api/audit", params={"limit": 3, "before": first["next"]})).json()
    assert second["records"][0]["id"] < first["next"]
    reads = await (await auditor.get("/api/audit", params={"action": "audit.read"})).json()
    assert [each["details"]["asked"] for each in reads["records"]] == [
        {"limit": 3, "before": first["next"]},
        {"limit": 3},
    ]
    assert {each["actor_id"] for each in reads["records"]} == {world["auditor"].id}
    for wrong in ({"limit": 0}, {"limit": 501}, {"before": 2**63}, {"action": "a\0b"}):
        assert (await auditor.get("/api/audit", params=wrong)).status == 400


async def test_audit_records_of_a_time_are_read_in_pages_and_exported(world: World) -> None:
    auditor = await world.client("auditor")
    everything = (await (await auditor.get("/api/audit", params={"limit": 500})).json())["records"]
    newest, oldest = everything[1]["at"], everything[-1]["at"]
    within = [each["id"] for each in everything if oldest <= each["at"] < newest]
    asked = {"since": oldest, "until": newest}
    found: list[int] = []
    page: dict[str, Any] = {"next": None}
    while not found or page["next"]:
        before = {"before": page["next"]} if page["next"] else {}
        page = await (await auditor.get("/api/audit", params=asked | before | {"limit": 3})).json()
        found += [each["id"] for each in page["records"]]
    assert sorted(found) == sorted(within) and 3 < len(within) < len(everything)
    lines = (await (await auditor.get("/api/console/audit.jsonl", params=asked)).text()).splitlines()
    assert [orjson.loads(each)["id"] for each in lines] == found
    started = {**asked, "action": "session.started"}
    logged = (await (await auditor.get("/api/audit", params=started)).json())["records"]
    assert all(each["action"] == "session.started" and each["at"] < newest for each in logged)
    assert (await (await auditor.get("/api/audit", params={"until": oldest})).json())["records"] == []
    for path in ("/api/audit", "/api/console/audit.csv"):
        for wrong in ("2026-01-31", "2026-01-31T08:00:00", "9999-12-31T23:00:00Z", "gestern"):
            assert (await auditor.get(path, params={"since": wrong})).status == 400, wrong


async def test_what_was_taken_back_is_read_by_auditors_alone_and_with_a_reason(world: World) -> None:
    posted = await world.say("zhangsan", world.lunch, "unter uns")
    admin, auditor = await world.client("admin"), await world.client("auditor")
    taken_back = await admin.post(f"/api/conversations/{world.lunch}/messages/{posted.seq}/withdraw")
    assert taken_back.status == 200
    for client in (admin, auditor):
        page = await client.get("/api/audit", params={"action": "message.recall"})
        assert "unter uns" not in await page.text()
        [record] = (await page.json())["records"]
        assert record["has_content"] is True
    content, why = f"/api/audit/{record['id']}/content", {"reason": "Beschwerde 12"}
    assert await refusal(await admin.get(content, params=why)) == (403, "RoleMissing")
    for reason in ({}, {"reason": "abc"}, {"reason": "x" * 201}):
        assert (await auditor.get(content, params=reason)).status == 400
    answer = await auditor.get(content, params=why)
    assert answer.status == 200 and "unter uns" in await answer.text()
    assert await refusal(await auditor.get("/api/audit/77777/content", params=why)) == (404, "NoSuchContent")
    reads = await (await admin.get("/api/audit", params={"action": "audit.content_read"})).json()
    assert [(each["actor_id"], each["object"], each["details"]) for each in reads["records"]] == [
        (world["auditor"].id, f"audit:{record['id']}", why)
    ]

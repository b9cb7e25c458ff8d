"""邀请成员, 获取加入企业二维码: who is invited by whom, and who is not."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import PASSWORD, World
from wecom.features import accounts, apps, directory, joining, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import Place
from wecom.features.joining.jobs import ForgetJoinRequests, forget_join_requests
from wecom.foundation.db import transaction


@pytest.fixture
async def newcomers(world: World) -> dict[str, int]:
    """赵六 in 研发部 and 孙七 in 市场部, who have not joined yet."""
    ids = {}
    async with transaction(world.pool) as tx:
        for userid, department in (("zhaoliu", 2), ("sunqi", 3)):
            mobile = f"1370000000{department}"
            member = await directory.add_member(
                tx, SYSTEM, userid, name=userid, mobile=mobile, departments=[Place(department)]
            )
            ids[userid] = member.id
    return ids


async def test_the_contacts_secret_is_told_links_with_which_they_join(
    world: World, contacts: CgiClient, newcomers: dict[str, int]
) -> None:
    answer = await contacts.post("batch/invite", user=["ZhaoLiu", "zhangsan", "nobody"], party=[3, 99], tag=[77])
    assert answer["errcode"] == 0
    assert (answer["invaliduser"], answer["invalidparty"], answer["invalidtag"]) == (["nobody"], [99], [77])
    links = {each["userid"]: each for each in answer["invitations"]}
    assert set(links) == {"zhaoliu", "sunqi"}, "张三 and 王五 have joined"
    token = urlsplit(links["zhaoliu"]["link"]).fragment
    client = await world.client(None)
    body = {"token": token, "password": PASSWORD, "kind": "bearer"}
    accepted = await client.post("/api/invitations/accept", json=body)
    assert accepted.status == 200, await accepted.text()
    assert (await accepted.json())["me"]["userid"] == "zhaoliu"
    rows = await world.pool.fetch(
        "SELECT object, actor_id FROM audit_records WHERE action = 'invitation.join' ORDER BY object"
    )
    assert {row["object"] for row in rows} == {f"member:{id}" for id in newcomers.values()}
    assert {row["actor_id"] for row in rows} == {contacts.app_id}


async def test_nobody_becomes_an_administrator_by_the_contacts_secret(
    world: World, contacts: CgiClient, newcomers: dict[str, int]
) -> None:
    async with transaction(world.pool) as tx:
        granted = await accounts.grant(tx, SYSTEM, newcomers["zhaoliu"], "administrator")
    answer = await contacts.post("batch/invite", user=["zhaoliu", "sunqi"])
    assert (answer["errcode"], [each["userid"] for each in answer["invitations"]]) == (0, ["sunqi"])
    admin = await world.client("admin")
    wished = (await (await admin.get("/api/invitations")).json())["wishes"]
    assert [each["userid"] for each in wished] == ["zhaoliu", "sunqi"], "the administrators see it all the same"
    made = await admin.post("/api/invitations", json={"member_ids": [newcomers["zhaoliu"]]})
    [link] = (await made.json())["links"]
    assert (await accounts.look_at(world.pool, urlsplit(link["link"]).fragment)).userid == "zhaoliu"
    async with transaction(world.pool) as tx:
        await accounts.revoke(tx, SYSTEM, granted.id)
        await accounts.void_invitations(tx, newcomers["zhaoliu"])
    [link] = (await contacts.post("batch/invite", user=["zhaoliu"]))["invitations"]
    assert link["userid"] == "zhaoliu", "once they hold no role any more"


async def test_a_link_that_an_app_made_works_no_more_once_they_hold_a_role(
    world: World, contacts: CgiClient, newcomers: dict[str, int]
) -> None:
    [invited] = (await contacts.post("batch/invite", user=["zhaoliu"]))["invitations"]
    token = urlsplit(invited["link"]).fragment
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["wangwu"].id, "department_administrator", 3)
    wangwu = await world.client("wangwu")
    by_wangwu = await (await wangwu.post(f"/api/members/{newcomers['sunqi']}/invitation")).json()
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, newcomers["zhaoliu"], "hr")
        await accounts.grant(tx, SYSTEM, newcomers["sunqi"], "administrator")
    for each in (token, by_wangwu["token"]):
        with pytest.raises(accounts.InvitationInvalid):
            await accounts.look_at(world.pool, each)
        with pytest.raises(accounts.InvitationInvalid):
            async with transaction(world.pool) as tx:
                await accounts.use_invitation(tx, each, "hash")
    assert (
        await world.pool.fetchval("SELECT count(*) FROM passwords WHERE member_id = ANY($1)", [*newcomers.values()])
        == 0
    )
    admin = await world.client("admin")
    by_admin = await (await admin.post(f"/api/members/{newcomers['zhaoliu']}/invitation")).json()
    async with transaction(world.pool) as tx:
        await accounts.use_invitation(tx, by_admin["token"], "hash")


async def test_whoever_was_invited_lately_keeps_their_link(
    world: World, contacts: CgiClient, newcomers: dict[str, int]
) -> None:
    answers = await asyncio.gather(*(contacts.post("batch/invite", user=["zhaoliu"]) for _ in range(4)))
    assert sorted(len(each["invitations"]) for each in answers) == [0, 0, 0, 1]
    [link] = [each["invitations"][0]["link"] for each in answers if each["invitations"]]
    assert (await accounts.look_at(world.pool, urlsplit(link).fragment)).userid == "zhaoliu"
    await world.pool.execute("UPDATE invitations SET created_at = created_at - interval '25 hours'")
    [again] = (await contacts.post("batch/invite", user=["zhaoliu"]))["invitations"]
    with pytest.raises(accounts.InvitationInvalid):
        await accounts.look_at(world.pool, urlsplit(link).fragment)
    assert (await accounts.look_at(world.pool, urlsplit(again["link"]).fragment)).userid == "zhaoliu"


async def test_another_app_is_told_no_link_and_administrators_see_its_wish(
    world: World, market: CgiClient, newcomers: dict[str, int]
) -> None:
    answer = await market.post("batch/invite", user=["zhaoliu", "sunqi", "zhangsan"], party=[2, 3])
    assert (answer["errcode"], answer["invaliduser"], answer["invalidparty"]) == (0, ["zhaoliu"], [2])
    assert "invitations" not in answer and "invalidtag" not in answer
    assert await world.pool.fetchval("SELECT count(*) FROM invitations") == 0
    admin = await world.client("admin")
    seen = await (await admin.get("/api/invitations")).json()
    assert [(each["userid"], each["asked_by"], each["link_until"]) for each in seen["wishes"]] == [
        ("sunqi", market.app_id, None)
    ]
    made = await admin.post("/api/invitations", json={"member_ids": [newcomers["sunqi"], world["lisi"].id]})
    [link] = (await made.json())["links"]
    assert (link["userid"], link["member_id"]) == ("sunqi", newcomers["sunqi"])
    seen = await (await admin.get("/api/invitations")).json()
    assert seen["wishes"][0]["link_until"] == link["expires_at"]
    again = await (await admin.post("/api/invitations", json={"member_ids": [newcomers["sunqi"]]})).json()
    assert again["links"][0]["link"] != link["link"], "an administrator may make another at once"
    async with transaction(world.pool) as tx:
        await accounts.use_invitation(tx, urlsplit(again["links"][0]["link"]).fragment, "hash")
    assert (await (await admin.get("/api/invitations")).json())["wishes"] == []


async def test_a_wish_is_noted_once_in_three_days_and_forgotten_when_it_is_met(
    world: World, everyone: CgiClient, newcomers: dict[str, int]
) -> None:
    noted = "SELECT count(*) FROM audit_records WHERE action = 'invitation.wish'"
    for _ in range(3):
        assert (await everyone.post("batch/invite", party=[1]))["errcode"] == 0
    assert await world.pool.fetchval(noted) == 1
    await world.pool.execute("UPDATE invitation_wishes SET asked_at = asked_at - interval '73 hours'")
    await everyone.post("batch/invite", party=[1])
    assert await world.pool.fetchval(noted) == 2
    assert len(await joining.wishes(world.pool, 0, 10, within=[1])) == 2
    assert [each.userid for each in await joining.wishes(world.pool, 0, 10, within=[3])] == ["sunqi"]
    async with transaction(world.pool) as tx:
        await lifecycle.leave(tx, SYSTEM, newcomers["sunqi"])
        await accounts.set_password(tx, newcomers["zhaoliu"], "hash")
    assert await joining.wishes(world.pool, 0, 10, within=[1]) == []
    await forget_join_requests(world.services, ForgetJoinRequests())
    assert await world.pool.fetchval("SELECT count(*) FROM invitation_wishes") == 0


async def test_whoever_is_added_is_to_be_invited_unless_it_is_said_otherwise(world: World, contacts: CgiClient) -> None:
    about = {"name": "吴九", "department": [2]}
    assert (await contacts.post("user/create", userid="wujiu", mobile="13700000009", **about))["errcode"] == 0
    for number, said in enumerate((False, 0)):
        body = {"userid": f"quiet{number}", "mobile": f"1370000001{number}", "to_invite": said}
        assert (await contacts.post("user/create", **about, **body))["errcode"] == 0
    assert [each.userid for each in await joining.wishes(world.pool, 0, 10, within=[1])] == ["wujiu"]


async def test_only_whoever_administers_them_makes_their_links(
    world: World, everyone: CgiClient, newcomers: dict[str, int]
) -> None:
    await everyone.post("batch/invite", party=[1])
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["wangwu"].id, "department_administrator", 3)
    wangwu, lisi = await world.client("wangwu"), await world.client("lisi")
    assert [each["userid"] for each in (await (await wangwu.get("/api/invitations")).json())["wishes"]] == ["sunqi"]
    both = await wangwu.post("/api/invitations", json={"member_ids": [*newcomers.values()]})
    assert (both.status, (await both.json())["error"]) == (403, "OutsideScope")
    assert await world.pool.fetchval("SELECT count(*) FROM invitations") == 0, "not one of them"
    assert (await lisi.get("/api/invitations")).status == 403
    assert (await lisi.post("/api/invitations", json={"member_ids": [newcomers["sunqi"]]})).status == 403


async def test_whoever_signs_in_with_ldap_or_is_disabled_is_not_invited(
    world: World, contacts: CgiClient, newcomers: dict[str, int]
) -> None:
    await world.pool.execute(
        "INSERT INTO ldap_people (id, member_id, dn) VALUES ('x', $1, 'uid=x')", newcomers["zhaoliu"]
    )
    await world.pool.execute("INSERT INTO ldap_state (owned, people, run_id) VALUES ('{password}', 1, 1)")
    async with transaction(world.pool) as tx:
        await lifecycle.disable(tx, SYSTEM, newcomers["sunqi"])
    answer = await contacts.post("batch/invite", user=["zhaoliu", "sunqi"])
    assert (answer["errcode"], answer["invaliduser"], answer["invitations"]) == (0, ["sunqi"], [])


async def test_an_invitation_asked_for_wrongly_is_refused(world: World, contacts: CgiClient, market: CgiClient) -> None:
    for body, number in (
        ({}, 82001),
        ({"user": [], "party": []}, 82001),
        ({"user": ["x"] * 1001}, 40032),
        ({"party": [1] * 101}, 82002),
        ({"tag": [1] * 101}, 82003),
        ({"user": ["nobody"], "party": [-1, 2**40], "tag": [-5]}, 81013),
        ({"party": ["a"]}, 40058),
    ):
        assert (await contacts.post("batch/invite", **body))["errcode"] == number, body
    assert (await market.post("batch/invite", user=["lisi"]))["errcode"] == 81013


async def test_the_qrcode_is_for_whoever_keeps_the_contacts(
    world: World, contacts: CgiClient, everyone: CgiClient
) -> None:
    for size, pixels in ((1, 171), (2, 399), (3, 741), (4, 2052), (None, 741)):
        query = {} if size is None else {"size_type": size}
        url = (await contacts.get("corp/get_join_qrcode", **query))["join_qrcode"]
        assert url.startswith("http://127.0.0.1") and len(url) < 128
        picture = await (await (await world.client(None)).get(urlsplit(url).path)).read()
        assert int.from_bytes(picture[16:20]) == int.from_bytes(picture[20:24]) == pixels
    for size in (0, 5, -1, "x"):
        assert (await contacts.get("corp/get_join_qrcode", size_type=size))["errcode"] == 40058
    assert (await everyone.get("corp/get_join_qrcode"))["errcode"] == 48002


async def test_a_code_is_good_for_seven_days_while_its_secret_is(world: World, contacts: CgiClient) -> None:
    url = (await contacts.get("corp/get_join_qrcode"))["join_qrcode"]
    found = re.search(r"/join/([^/]+)/qr-3\.png$", url)
    assert found
    code, key, now = found[1], world.services.key, world.services.clock()
    assert await joining.check_code(world.pool, key, code, now=now) == contacts.app_id
    almost = now + timedelta(days=7) - timedelta(minutes=1)
    assert await joining.check_code(world.pool, key, code, now=almost) == contacts.app_id
    altered = code[:20] + ("A" if code[20] != "A" else "B") + code[21:]
    for wrong, when in ((code, now + timedelta(days=7)), (altered, now), (code[:-4], now), ("", now), ("喵", now)):
        with pytest.raises(joining.JoinCodeInvalid):
            await joining.check_code(world.pool, key, wrong, now=when)
    with pytest.raises(joining.JoinCodeInvalid):
        await joining.check_code(world.pool, b"another server's", code, now=now)
    async with transaction(world.pool) as tx:
        await apps.rotate_secret(tx, SYSTEM, contacts.app_id)
    with pytest.raises(joining.JoinCodeInvalid):
        await joining.check_code(world.pool, key, code, now=now)

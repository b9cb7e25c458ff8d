"""Asking to join by the company's QR code, and being let in or not."""

import asyncio
import contextlib
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import segno
from aiohttp.test_utils import TestClient, TestServer

from tests.house.source import import_everything, subclasses
from tests.interfaces.api.test_pages import Found
from tests.world import Client, World
from wecom.features import accounts, apps, joining
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING
from wecom.features.joining.jobs import ForgetJoinRequests, forget_join_requests
from wecom.foundation.db import transaction
from wecom.foundation.errors import WecomError
from wecom.interfaces.api.join_words import JOIN_REASONS, JOIN_WORDS
from wecom.interfaces.api.qr_picture import qr_picture
from wecom.interfaces.web import application

PASSWORD = "Zugvogel-im-Herbst-8"
CLAIM = {"name": "周八 🦢", "mobile": "+86 137-1234-5678", "userid": "zhouba", "password": PASSWORD, "words": "新同事"}


@pytest.fixture
async def code(world: World) -> str:
    """What the company's QR code says."""
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_contacts_app(tx, SYSTEM)
    contacts = apps.ContactsApp(app.id, "contacts", None, app.name, EVERYTHING)
    return await joining.join_code(world.pool, world.services.key, contacts.id, now=world.services.clock())


@pytest.fixture
async def hr(world: World) -> Client:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["lisi"].id, "hr")
    return await world.client("lisi")


async def asked(client: Client, good: str, **other: object) -> tuple[int, dict[str, Any]]:
    answer = await client.post("/api/join-requests", json=CLAIM | {"code": good} | other)
    return answer.status, await answer.json()


async def waiting(hr: Client) -> list[dict[str, Any]]:
    answer = await hr.get("/api/join-requests", params={"state": "waiting"})
    assert answer.status == 200, await answer.text()
    found: list[dict[str, Any]] = (await answer.json())["requests"]
    return found


async def signs_in(client: Client, account: str, password: str = PASSWORD) -> int:
    body = {"account": account, "password": password, "kind": "bearer"}
    return (await client.post("/api/session", json=body)).status


async def test_whoever_asks_and_is_let_in_signs_in_with_the_password_they_chose(
    world: World, code: str, hr: Client
) -> None:
    stranger = await world.client(None)
    assert await asked(stranger, code) == (200, {})
    assert await signs_in(stranger, "zhouba") == 401, "not before somebody agreed"
    [request] = await waiting(hr)
    assert (request["name"], request["mobile"], request["userid"]) == ("周八 🦢", "13712345678", "zhouba")
    assert (request["words"], request["userid_taken"], request["mobile_taken"]) == ("新同事", False, False)
    approved = await hr.post(f"/api/join-requests/{request['id']}/approve", json={"department_id": 3})
    assert approved.status == 200, await approved.text()
    member = await (await hr.get(f"/api/members/{(await approved.json())['member_id']}")).json()
    assert (member["userid"], member["name"], member["active"]) == ("zhouba", "周八 🦢", True)
    assert [each["department_id"] for each in member["departments"]] == [3]
    assert await signs_in(stranger, "13712345678") == 200
    assert await waiting(hr) == []
    actions = [
        row["action"]
        for row in await world.pool.fetch(
            "SELECT action FROM audit_records WHERE object = $1 ORDER BY id", f"join_request:{request['id']}"
        )
    ]
    assert actions == ["join_request.ask", "join_request.approve"]
    assert await world.pool.fetchval("SELECT password_hash FROM join_requests") is None


async def test_a_request_is_decided_once(world: World, code: str, hr: Client) -> None:
    stranger, admin = await world.client(None), await world.client("admin")
    await asked(stranger, code)
    await asked(stranger, code, userid="other", mobile="13712345679")
    second, first = await waiting(hr)
    approve = f"/api/join-requests/{first['id']}/approve"
    answers = await asyncio.gather(*(each.post(approve, json={"department_id": 2}) for each in (hr, admin, hr, admin)))
    assert sorted(each.status for each in answers) == [200, 409, 409, 409]
    declined = await admin.post(f"/api/join-requests/{second['id']}/decline", json={"because": "不认识"})
    assert declined.status == 200
    for path in ("approve", "decline"):
        body = {"department_id": 2} if path == "approve" else {}
        again = await hr.post(f"/api/join-requests/{second['id']}/{path}", json=body)
        assert (again.status, (await again.json())["error"]) == (409, "AlreadyDecided")
    assert await signs_in(stranger, "other") == 401
    [one, two] = (await (await hr.get("/api/join-requests")).json())["requests"]
    before = await (await hr.get("/api/join-requests", params={"before": one["id"]})).json()
    assert before["requests"] == [two]
    assert (one["state"], one["because"], one["decided_by"]) == ("declined", "不认识", world["admin"].id)
    missing = await hr.post("/api/join-requests/999999/decline", json={})
    assert (missing.status, (await missing.json())["error"]) == (404, "NoSuchJoinRequest")


async def test_asking_tells_nothing_of_who_works_here_and_hr_sees_what_is_taken(
    world: World, code: str, hr: Client
) -> None:
    stranger = await world.client(None)
    taken = {"userid": "ZhangSan", "mobile": "13800000000"}
    assert await asked(stranger, code, **taken) == (200, {})
    assert await asked(stranger, code, **taken, password="Another-Kranich-99") == (200, {})
    later, request = await waiting(hr)
    assert (request["userid_taken"], request["mobile_taken"]) == (True, True)
    assert (request["asked_before"], later["asked_before"]) == (0, 1)
    approve = f"/api/join-requests/{request['id']}/approve"
    refused = await hr.post(approve, json={"department_id": 2})
    assert (refused.status, (await refused.json())["error"]) == (409, "UseridTaken")
    refused = await hr.post(approve, json={"department_id": 2, "userid": "zhangsan2"})
    assert (refused.status, (await refused.json())["error"]) == (409, "MobileTaken")
    refused = await hr.post(approve, json={"department_id": 99, "userid": "zhangsan2"})
    assert (refused.status, (await refused.json())["error"]) == (404, "NoSuchDepartment")
    assert len(await waiting(hr)) == 2, "and it still waits"
    await asked(stranger, code, userid="zhangsan")
    approved = await hr.post(
        f"/api/join-requests/{(await waiting(hr))[0]['id']}/approve",
        json={"department_id": 2, "userid": "zhangsan3", "name": "张三丰"},
    )
    member = await (await hr.get(f"/api/members/{(await approved.json())['member_id']}")).json()
    assert (member["userid"], member["name"]) == ("zhangsan3", "张三丰")
    assert await signs_in(stranger, "zhangsan3") == 200


async def test_only_hr_and_administrators_see_and_decide(world: World, code: str) -> None:
    await asked(await world.client(None), code)
    id = await world.pool.fetchval("SELECT id FROM join_requests")
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["wangwu"].id, "department_administrator", 3)
    for userid in ("zhangsan", "wangwu", "auditor"):
        client = await world.client(userid)
        assert (await client.get("/api/join-requests")).status == 403
        assert (await client.post(f"/api/join-requests/{id}/approve", json={"department_id": 3})).status == 403
        assert (await client.post(f"/api/join-requests/{id}/decline", json={})).status == 403
    assert (await (await world.client(None)).get("/api/join-requests")).status == 401


async def test_what_cannot_be_is_refused_with_a_reason(world: World, code: str) -> None:
    stranger = await world.client(None)
    for other, error in (
        ({"name": " "}, "InvalidName"),
        ({"name": "a\u202eb"}, "InvalidText"),
        ({"mobile": "x"}, "InvalidMobile"),
        ({"mobile": " "}, "MobileMissing"),
        ({"userid": "-x"}, "InvalidUserid"),
        ({"userid": "周八"}, "InvalidUserid"),
        ({"password": "12345678"}, "WeakPassword"),
        ({"password": "zhouba-zhouba"}, "WeakPassword"),
        ({"password": "short"}, "Misread"),
        ({"words": "长" * 201}, "WordsTooLong"),
        ({"words": "长" * 2001}, "Misread"),
        ({"surprise": 1}, "Misread"),
        ({"code": "nonsense"}, "JoinCodeInvalid"),
        ({"code": code[:-6] + "AAAAAA"}, "JoinCodeInvalid"),
    ):
        status, said = await asked(stranger, code, **other)
        assert (said["error"], status) == (error, 403 if error == "JoinCodeInvalid" else 400), other
    foreign = await stranger.post(
        "/api/join-requests", json=CLAIM | {"code": code}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (foreign.status, (await foreign.json())["error"]) == (403, "ForeignPage")
    assert await world.pool.fetchval("SELECT count(*) FROM join_requests") == 0


@pytest.fixture
async def strict(world: World) -> AsyncIterator[Client]:
    """The server where few may ask."""
    settings = world.services.settings.model_copy(update={"join_requests_per_address": 2, "join_requests_per_day": 3})
    services = replace(world.services, settings=settings)
    async with TestClient(TestServer(await application(services))) as client:
        yield client


async def test_one_asks_only_so_often_from_one_place_and_all_together_too(
    world: World, code: str, strict: Client
) -> None:
    answers = [await asked(strict, code, userid=f"u{n}x") for n in range(3)]
    assert [status for status, _ in answers] == [200, 200, 429]
    assert answers[2][1]["error"] == "TooManyJoinRequests"
    limiter, hasher = world.services.limiter, world.services.hasher
    pace = joining.Pace(2, 2, 3)
    await joining.checked(hasher, limiter, pace, **CLAIM, address="192.0.2.1")
    with pytest.raises(joining.TooManyJoinRequests):
        await joining.checked(hasher, limiter, pace, **CLAIM, address="192.0.2.2")


async def test_one_who_floods_uses_up_nobody_elses_day(world: World) -> None:
    limiter, hasher = world.services.limiter, world.services.hasher

    async def passed(pace: joining.Pace, address: str, times: int) -> int:
        count = 0
        for _ in range(times):
            with contextlib.suppress(joining.TooManyJoinRequests):
                await joining.checked(hasher, limiter, pace, **CLAIM, address=address)
                count += 1
        return count

    assert await passed(joining.Pace(2, 100, 5), "192.0.2.1", 12) == 2
    patient = joining.Pace(100, 2, 5)
    assert await passed(patient, "2001:db8::1", 6) == 2, "however many hours it has"
    assert await passed(patient, "2001:db8::2", 1) == 0, "its holder has all of that network"
    assert await passed(patient, "192.0.2.2", 2) == 1, "what was refused did not count to the company's day"


async def test_where_it_is_switched_off_nobody_can_ask(world: World, code: str) -> None:
    services = replace(world.services, settings=world.services.settings.model_copy(update={"join_requests": False}))
    async with TestClient(TestServer(await application(services))) as client:
        assert (await asked(client, code))[1]["error"] == "JoiningClosed"
        page = await client.get(f"/join/{code}", headers={"Accept-Language": "en"})
        assert page.status == 403 and "海桥科技" not in await page.text()
        assert (await client.get(f"/join/{code}/qr-1.png")).status == 403


async def test_requests_are_forgotten_after_a_month(world: World, code: str, hr: Client) -> None:
    await asked(await world.client(None), code)
    await forget_join_requests(world.services, ForgetJoinRequests())
    assert len(await waiting(hr)) == 1
    await world.pool.execute("UPDATE join_requests SET asked_at = asked_at - interval '31 days'")
    await forget_join_requests(world.services, ForgetJoinRequests())
    assert await waiting(hr) == []


async def test_the_page_speaks_both_languages_and_needs_nothing_from_elsewhere(world: World, code: str) -> None:
    client = await world.client(None)
    for accepted, lang, says in (
        ("zh-CN,zh", "zh", "申请加入 海桥科技"),
        ("en-GB", "en", "Ask to join 海桥科技"),
        ("", "zh", "提交申请"),
    ):
        answer = await client.get(f"/join/{code}", headers={"Accept-Language": accepted})
        text = await answer.text()
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert f'<html lang="{lang}">' in text and says in text
        found = Found()
        found.feed(text)
        assert not found.inline and len(set(found.ids)) == len(found.ids)
        for target in found.points_to:
            assert (await client.get(target)).status == 200, target


async def test_a_code_that_is_not_good_tells_nothing_but_that(world: World, code: str) -> None:
    client = await world.client(None)
    for wrong in ("x", code[:-6] + "AAAAAA", "%3Cscript%3E", "喵", "%00"):
        answer = await client.get(f"/join/{wrong}", headers={"Accept-Language": "zh"})
        text = await answer.text()
        assert answer.status == 404 and "已过期" in text and "海桥科技" not in text, wrong
        assert "<script>" not in text
        assert (await client.get(f"/join/{wrong}/qr-1.png")).status == 404
    assert (await client.get(f"/join/{code}/qr-5.png")).status == 404


async def test_the_picture_is_the_code_at_its_exact_size(world: World, code: str) -> None:
    client = await world.client(None)
    for size, pixels in ((1, 171), (2, 399), (3, 741), (4, 2052)):
        answer = await client.get(f"/join/{code}/qr-{size}.png")
        assert answer.headers["Content-Type"] == "image/png"
        link = str(client.make_url(f"/join/{code}"))
        assert dark_modules(await answer.read(), pixels) == [
            [bool(each) for each in row] for row in segno.make(link, error="m", micro=False).matrix
        ]
    with pytest.raises(ValueError, match="too few"):
        qr_picture("x" * 200, 40)


def dark_modules(png: bytes, pixels: int) -> list[list[bool]]:
    """What a reader of the picture sees, read by another hand than wrote it."""
    at, packed = 8, b""
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + body),)
        if name == b"IHDR":
            assert struct.unpack(">IIBBBBB", body) == (pixels, pixels, 1, 0, 0, 0, 0)
        packed += body if name == b"IDAT" else b""
        at += 12 + length
    data, width = zlib.decompress(packed), (pixels + 7) // 8 + 1
    rows = [data[start + 1 : start + width] for start in range(0, len(data), width)]
    dark = [[not row[x >> 3] >> (7 - (x & 7)) & 1 for x in range(pixels)] for row in rows]
    inked = [y for y in range(pixels) if any(dark[y])]
    top, side = inked[0], len(inked)
    first = next(x for x in range(pixels) if dark[top][x])
    assert abs(first - (pixels - side) // 2) <= 1, "in the middle"
    corner = next(n for n in range(1, side) if not dark[top + n][first + n])  # the finder's frame: one module wide
    assert side % corner == 0 and first >= 4 * corner, "with the margin that a reader needs"
    return [
        [dark[top + row * corner][first + column * corner] for column in range(side // corner)]
        for row in range(side // corner)
    ]


def test_both_languages_say_the_same_and_every_reason_is_a_refusals() -> None:
    assert JOIN_WORDS["zh"].keys() == JOIN_WORDS["en"].keys()
    import_everything()
    assert set(JOIN_REASONS) <= {each.__name__ for each in subclasses(WecomError)}

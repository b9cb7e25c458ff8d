"""Pictures and files that apps and robots say: what members then see and can fetch, and who cannot."""

import asyncio
import base64
import hashlib
from typing import Any

import pytest

from tests.interfaces.api.sending import fetch
from tests.interfaces.cgi.conftest import Cgi, CgiClient
from tests.interfaces.cgi.test_media import BOUNDARY, form, upload
from tests.pictures import SECRET, photo, picture
from tests.world import World
from wecom.features import apps
from wecom.features.apps import Robot
from wecom.features.media.jobs import EndMedia, EndUploads, end_media, end_uploads
from wecom.foundation.db import transaction


async def app_messages(world: World, userid: str) -> list[tuple[int, int, dict[str, Any]]]:
    """`(conversation, seq, content)` of what apps said to somebody."""
    client = await world.client(userid)
    found = []
    for each in (await (await client.get("/api/conversations")).json())["conversations"]:
        if each["kind"] in ("app", "appchat"):
            page = await (await client.get(f"/api/conversations/{each['id']}/messages")).json()
            found += [(each["id"], said["seq"], said["content"]) for said in page["messages"]]
    return found


async def test_an_apps_picture_reaches_those_named_and_can_be_fetched_by_them_alone(
    world: World, everyone: CgiClient
) -> None:
    media_id = (await upload(everyone, "image", form(photo(), 'name="media"; filename="现场.jpg"')))["media_id"]
    about: dict[str, Any] = {"agentid": everyone.agentid, "msgtype": "image", "image": {"media_id": media_id}}
    sent = await everyone.post("message/send", touser="zhangsan", **about)
    assert sent["errcode"] == 0
    [(conversation, seq, content)] = await app_messages(world, "zhangsan")
    assert content["msgtype"] == "image" and content["name"] == "现场.jpg"
    assert (content["width"], content["height"], content["media_type"]) == (300, 400, "image/jpeg")
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    for path in ("file", "thumbnail/small"):
        status, data, _ = await fetch(zhangsan, conversation, seq, path)
        assert status == 200 and SECRET not in data
        assert (await fetch(lisi, conversation, seq, path))[0] == 404
    assert (await everyone.post("message/recall", msgid=sent["msgid"]))["errcode"] == 0
    assert (await fetch(zhangsan, conversation, seq))[0] == 404


async def test_material_is_looked_at_once_however_often_it_is_sent(world: World, everyone: CgiClient) -> None:
    media_id = (await upload(everyone, "image", form(picture())))["media_id"]
    about: dict[str, Any] = {"agentid": everyone.agentid, "msgtype": "image", "image": {"media_id": media_id}}
    answers = await asyncio.gather(*(everyone.post("message/send", touser="zhangsan", **about) for _ in range(4)))
    assert {each["errcode"] for each in answers} == {0}
    assert await world.pool.fetchval("SELECT count(*) FROM uploads") == 1
    assert len(await app_messages(world, "zhangsan")) == 4
    again = {"enable_duplicate_check": 1, "touser": "lisi"} | about
    first, second = [await everyone.post("message/send", **again) for _ in range(2)]
    assert first["msgid"] == second["msgid"], "the same picture is the same message"
    await world.pool.execute("UPDATE uploads SET expires_at = now()")
    assert (await everyone.post("message/send", touser="zhangsan", **about))["errcode"] == 0
    await world.pool.execute("UPDATE media SET expires_at = now()")
    assert (await everyone.post("message/send", touser="zhangsan", **about))["errcode"] == 40145
    await end_media(world.services, EndMedia())
    await world.pool.execute("UPDATE uploads SET expires_at = now()")
    await end_uploads(world.services, EndUploads())
    zhangsan = await world.client("zhangsan")
    for conversation, seq, _ in await app_messages(world, "zhangsan"):
        assert (await fetch(zhangsan, conversation, seq))[0] == 200, "what was sent stays when the material is over"


async def test_a_file_is_what_it_was_in_messages_and_in_chats(world: World, everyone: CgiClient) -> None:
    media_id = (await upload(everyone, "file", form(b"mytext", 'name="media"; filename="报表.txt"')))["media_id"]
    file: dict[str, Any] = {"msgtype": "file", "file": {"media_id": media_id}}
    sent = await everyone.post("message/send", touser="@all", agentid=everyone.agentid, safe=1, **file)
    assert sent["errcode"] == 0
    made = await everyone.post("appchat/create", name="报表", userlist=["zhangsan", "lisi"], chatid="REPORTS")
    assert made["errcode"] == 0
    assert (await everyone.post("appchat/send", chatid="REPORTS", **file))["errcode"] == 0
    plain = {"msgtype": "file", "name": "报表.txt", "size": 6, "media_type": "text/plain"}
    lisi = await world.client("lisi")
    found = await app_messages(world, "lisi")
    assert sorted([content for _, _, content in found], key=len) == [plain, plain | {"confidential": True}]
    for conversation, seq, _ in found:
        assert (await fetch(lisi, conversation, seq))[1] == b"mytext"


async def test_material_of_another_kind_or_of_nobody_is_refused(world: World, everyone: CgiClient) -> None:
    file = (await upload(everyone, "file", form(picture())))["media_id"]
    hollow = (await upload(everyone, "image", form(b"\xff\xd8\xff\xe0" + bytes(64) + b"\xff\xd9")))["media_id"]
    for msgtype, given, number in (
        ("image", {"media_id": file}, 40004),
        ("image", {"media_id": hollow}, 40123),
        ("image", {"media_id": "x" * 44}, 40007),
        ("image", {"media_id": "\0"}, 40007),
        ("image", {}, 41006),
        ("file", {"media_id": 5}, 41006),
        ("voice", {"media_id": file}, 40007),
    ):
        about: dict[str, Any] = {"agentid": everyone.agentid, "msgtype": msgtype, msgtype: given}
        answer = await everyone.post("message/send", touser="zhangsan", **about)
        assert answer["errcode"] == number, (msgtype, given, answer)
    assert await app_messages(world, "zhangsan") == []


@pytest.fixture
async def robot(world: World) -> tuple[Robot, str]:
    async with transaction(world.pool) as tx:
        return await apps.create_robot(tx, world["zhangsan"].id, world.lunch, "报警")


async def say(cgi_apps: Cgi, key: str, msgtype: str, **said: Any) -> int:
    body = {"msgtype": msgtype, msgtype: said}
    async with cgi_apps.nobody.client.post("/cgi-bin/webhook/send", params={"key": key}, json=body) as response:
        return int((await response.json())["errcode"])


async def upload_as(cgi_apps: Cgi, key: str, kind: str, data: bytes) -> dict[str, Any]:
    about: Any = {
        "params": {"key": key, "type": kind},
        "data": form(data),
        "headers": {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    }
    return await cgi_apps.nobody._answer("POST", "webhook/upload_media", **about)


async def test_a_robots_picture_comes_in_the_message_itself(
    world: World, cgi_apps: Cgi, robot: tuple[Robot, str]
) -> None:
    data = photo()
    encoded, md5 = base64.b64encode(data).decode(), hashlib.md5(data).hexdigest()
    assert await say(cgi_apps, robot[1], "image", base64=encoded, md5=md5.upper()) == 0
    large = data + bytes(2 << 20)
    of_large = {"base64": base64.b64encode(large).decode(), "md5": hashlib.md5(large).hexdigest()}
    for said, number in (
        (of_large, 40009),
        ({"base64": encoded, "md5": md5[:-1] + "x"}, 40058),
        ({"base64": encoded}, 40058),
        ({"base64": "!" + encoded, "md5": md5}, 40058),
        ({"md5": md5}, 41006),
        ({"base64": base64.b64encode(b"hello").decode(), "md5": hashlib.md5(b"hello").hexdigest()}, 40123),
        ({"base64": base64.b64encode(data[:99]).decode(), "md5": hashlib.md5(data[:99]).hexdigest()}, 40123),
    ):
        assert await say(cgi_apps, robot[1], "image", **said) == number
    lisi = await world.client("lisi")
    page = await (await lisi.get(f"/api/conversations/{world.lunch}/messages")).json()
    [said_by_robot] = [each for each in page["messages"] if each["sender_id"] == robot[0].id]
    assert said_by_robot["content"]["name"] == "image.jpg"
    status, kept, _ = await fetch(lisi, world.lunch, said_by_robot["seq"])
    assert status == 200 and SECRET not in kept


async def test_what_a_robot_uploads_is_its_own(world: World, cgi_apps: Cgi, robot: tuple[Robot, str]) -> None:
    async with transaction(world.pool) as tx:
        other, other_key = await apps.create_robot(tx, world["zhangsan"].id, world.lunch, "另一个")
    uploaded = await upload_as(cgi_apps, robot[1], "file", b"mytext")
    assert (uploaded["errcode"], uploaded["type"]) == (0, "file")
    media_id = uploaded["media_id"]
    assert await say(cgi_apps, robot[1], "file", media_id=media_id) == 0
    assert await say(cgi_apps, other_key, "file", media_id=media_id) == 40007
    assert (await cgi_apps.all.get("media/get", media_id=media_id))["errcode"] == 40007
    of_app = (await upload(cgi_apps.all, "file", form(b"mytext")))["media_id"]
    assert await say(cgi_apps, robot[1], "file", media_id=of_app) == 40007
    assert (await upload_as(cgi_apps, "nonsense", "file", b"mytext"))["errcode"] == 93000
    assert (await upload_as(cgi_apps, robot[1], "image", picture()))["errcode"] == 40004
    assert (await upload_as(cgi_apps, robot[1], "voice", b"ID3" + bytes(64)))["errcode"] == 301017
    assert other.id != robot[0].id

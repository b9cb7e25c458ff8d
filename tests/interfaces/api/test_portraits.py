"""Pictures beside names: who may choose them, what is kept of them, and that everybody sees them at once."""

import io
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.world import Client, World
from wecom.features import accounts, directory
from wecom.features.accounts import SYSTEM
from wecom.foundation import audit, blobs
from wecom.foundation.db import transaction


def picture(kind: str = "JPEG", size: tuple[int, int] = (600, 600), **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **more)
    return file.getvalue()


async def put(client: Client, path: str, data: bytes, name: str = "我.jpg") -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", data, filename=name)
    answer = await client.put(path, data=form)
    return answer.status, await answer.json()


async def id_of(world: World, userid: str) -> int:
    found = await directory.member_by_userid(world.pool, userid)
    assert found
    return found.id


async def test_an_administrator_chooses_a_picture_that_everybody_sees_and_takes_it_away(world: World) -> None:
    admin, lisi = await world.client("admin"), await world.client("lisi")
    zhangsan = await id_of(world, "zhangsan")
    status, seen = await put(admin, f"/api/members/{zhangsan}/avatar", picture())
    assert (status, seen["id"]) == (200, zhangsan)
    async with lisi.get(seen["avatar"]) as answer:
        assert (answer.status, answer.content_type) == (200, "image/webp")
        shown = Image.open(io.BytesIO(await answer.read()))
        assert shown.size == (600, 600)
    told = await world.pool.fetchval("SELECT kind FROM entries WHERE stream_id = 1 ORDER BY seq DESC LIMIT 1")
    assert told == "directory.member_changed"
    [record] = await audit.records(world.pool, before=None, limit=1, action="member.change")
    assert (record.object, record.details["fields"]) == (f"member:{zhangsan}", ["avatar"])

    async with admin.delete(f"/api/members/{zhangsan}/avatar") as answer:
        assert (await answer.json())["avatar"] == ""
    async with lisi.get(seen["avatar"]) as answer:
        assert answer.status == 404


async def test_what_is_kept_is_small_and_does_not_say_where_it_was_taken(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (22.0, 32.0, 0.0)}
    exif[0x010E] = "at home"
    status, seen = await put(zhangsan, "/api/me/avatar", picture(size=(3000, 2000), exif=exif))
    assert status == 200
    async with zhangsan.get(seen["avatar"]) as answer:
        data = await answer.read()
    assert Image.open(io.BytesIO(data)).size == (720, 480)
    assert b"at home" not in data and b"Exif" not in data


async def test_another_picture_takes_the_place_of_the_first(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    _, first = await put(zhangsan, "/api/me/avatar", picture())
    _, second = await put(zhangsan, "/api/me/avatar", picture("PNG", (300, 300)), "我.png")
    _, again = await put(zhangsan, "/api/me/avatar", picture("PNG", (300, 300)), "我.png")
    assert first["avatar"] != second["avatar"] == again["avatar"]
    held = await blobs.held_by(world.pool, "avatar", str(second["id"]))
    assert held and second["avatar"].endswith(held.hex())
    async with zhangsan.get(first["avatar"]) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("data", "refusal"),
    [(b"", "MediaEmpty"), (b"<svg onload='x()'/>", "NotAPortrait"), (picture()[:800], "NotAPortrait")],
    ids=["empty", "svg", "half"],
)
async def test_what_is_no_picture_is_refused_and_the_old_one_stays(world: World, data: bytes, refusal: str) -> None:
    zhangsan = await world.client("zhangsan")
    _, seen = await put(zhangsan, "/api/me/avatar", picture())
    status, told = await put(zhangsan, "/api/me/avatar", data)
    assert (status, told["error"]) == (400, refusal)
    async with zhangsan.get(seen["avatar"]) as answer:
        assert answer.status == 200


async def test_a_file_that_is_too_large_is_refused(world: World) -> None:
    status, told = await put(await world.client("zhangsan"), "/api/me/avatar", bytes(11 << 20))
    assert (status, told["error"]) == (400, "MediaTooLarge")


async def test_members_choose_only_their_own_and_only_where_the_company_lets_them(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await id_of(world, "lisi")
    status, told = await put(zhangsan, f"/api/members/{lisi}/avatar", picture())
    assert (status, told["error"]) == (403, "RoleMissing")
    world.services.settings.become(world.services.settings.model_copy(update={"own_pictures": False}))
    status, told = await put(zhangsan, "/api/me/avatar", picture())
    assert (status, told["error"]) == (403, "PictureNotYours")
    async with zhangsan.delete("/api/me/avatar") as answer:
        assert answer.status == 403
    status, _ = await put(await world.client("admin"), f"/api/members/{lisi}/avatar", picture())
    assert status == 200


async def test_an_administrator_of_departments_chooses_for_theirs_only(world: World) -> None:
    lisi = await id_of(world, "lisi")
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, lisi, "department_administrator", 2)
    client = await world.client("lisi")
    below = {each.id for each in await directory.members_below(world.pool, 2, seen_by=directory.EVERYTHING)}
    everybody = {each.id for each in await directory.members_below(world.pool, 1, seen_by=directory.EVERYTHING)}
    admin = await id_of(world, "admin")
    theirs = min(below - {lisi, admin})
    assert (await put(client, f"/api/members/{theirs}/avatar", picture()))[0] == 200
    outside = min(everybody - below - {lisi})
    status, told = await put(client, f"/api/members/{outside}/avatar", picture())
    assert (status, told["error"]) == (403, "OutsideScope")
    assert (await put(client, "/api/members/999999/avatar", picture()))[0] in (403, 404)


async def test_whoever_changes_theirs_again_and_again_waits(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    await world.services.limiter.allow(f"portrait:{await id_of(world, 'zhangsan')}", 1, 3600, n=30)
    status, told = await put(zhangsan, "/api/me/avatar", picture())
    assert (status, told["error"]) == (429, "PicturesTooOften")

"""Pictures between pages of apps and whoever looks at them."""

import io

import aiohttp
from PIL import Image
from PIL.ExifTags import IFD

from tests.world import Client, World


def drawn(kind: str = "JPEG") -> bytes:
    with io.BytesIO() as data:
        Image.new("RGB", (40, 30), "#1a66f0").save(data, kind)
        return data.getvalue()


def points(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).tobytes()


async def give(client: Client, app_id: int, data: bytes, name: str = "票.jpg") -> tuple[int, dict[str, str]]:
    form = aiohttp.FormData()
    form.add_field("media", data, filename=name)
    async with client.post(f"/api/apps/{app_id}/pictures", data=form) as answer:
        return answer.status, await answer.json()


async def app_for(world: World, **visible: list[int]) -> tuple[int, str]:
    """An app that these see, and its access token."""
    admin = await world.client("admin")
    async with admin.post("/api/company-apps", json={"name": "报销", "visible": visible}) as answer:
        made = await answer.json()
    query = {"corpid": world.services.company.corpid, "corpsecret": made["secret"]}
    async with admin.get("/cgi-bin/gettoken", params=query) as answer:
        return made["app"]["id"], (await answer.json())["access_token"]


async def test_an_app_finds_the_picture_that_its_page_was_given_and_so_does_the_page(world: World) -> None:
    app_id, token = await app_for(world, department_ids=[1])
    client = await world.client("lisi")
    status, given = await give(client, app_id, drawn())
    assert status == 200, given
    query = {"access_token": token, "media_id": given["media_id"]}
    async with client.get("/cgi-bin/media/get", params=query) as answer:
        assert answer.content_type == "image/jpeg"
        fetched = await answer.read()
    assert points(fetched) == points(drawn()), "to the last point"
    async with client.get(f"/api/apps/{app_id}/pictures/{given['media_id']}") as answer:
        assert (answer.status, await answer.read()) == (200, fetched)


async def test_an_app_does_not_learn_where_a_picture_was_taken(world: World) -> None:
    app_id, token = await app_for(world, department_ids=[1])
    with io.BytesIO() as data:
        picture = Image.new("RGB", (40, 30), "#1a66f0")
        exif = picture.getexif()
        exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (31.0, 14.0, 9.0), 3: "E", 4: (121.0, 28.0, 31.0)})
        exif[0x010F] = "Camera of 李四"
        picture.save(data, "JPEG", exif=exif)
        taken = data.getvalue()
    assert Image.open(io.BytesIO(taken)).getexif().get_ifd(IFD.GPSInfo)
    status, given = await give(client := await world.client("lisi"), app_id, taken)
    assert status == 200, given
    query = {"access_token": token, "media_id": given["media_id"]}
    async with client.get("/cgi-bin/media/get", params=query) as answer:
        fetched = await answer.read()
    assert points(fetched) == points(taken)
    assert not Image.open(io.BytesIO(fetched)).getexif()


async def test_what_is_no_picture_and_who_may_not_use_the_app_are_refused(world: World) -> None:
    app_id, _ = await app_for(world, department_ids=[2])
    inside, outside = await world.client("zhangsan"), await world.client("wangwu")
    assert (await give(inside, app_id, b"<script>alert(1)</script>"))[0] == 400
    assert (await give(inside, app_id, drawn("GIF")))[0] == 400
    status, given = await give(inside, app_id, drawn("PNG"), "票.png")
    assert status == 200
    refused = await give(outside, app_id, drawn())
    assert (refused[0], refused[1]["error"]) == (403, "NotShownToYou")
    async with outside.get(f"/api/apps/{app_id}/pictures/{given['media_id']}") as answer:
        assert answer.status == 403
    async with inside.get(f"/api/apps/{app_id}/pictures/{'x' * 44}") as answer:
        assert answer.status == 404


async def test_a_page_does_not_take_pictures_without_end(world: World) -> None:
    app_id, _ = await app_for(world, department_ids=[1])
    client = await world.client("lisi")
    limiter = world.services.limiter
    me = (await (await client.get("/api/me")).json())["id"]
    await limiter.allow(f"page-pictures:{me}", 120, 3600, n=120)
    status, refused = await give(client, app_id, drawn())
    assert (status, refused["error"]) == (429, "TooManyPictures")

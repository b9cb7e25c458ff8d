"""素材管理: what is uploaded comes back byte for byte, for three days, to the company's apps and nobody else."""

import asyncio
import struct
import zlib
from typing import Any
from urllib.parse import quote

import pytest

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features.media.jobs import EndMedia, end_media
from wecom.features.media.keep import LARGEST_PICTURE
from wecom.foundation import blobs
from wecom.interfaces.cgi.media import PICTURES

BOUNDARY = "-------------------------acebdf13572468"
AMR = b"#!AMR\n"
FRAME = bytes([0x3C]) + bytes(31)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0" + bytes(64) + b"\xff\xd9"
MEGABYTE = 1 << 20


def png(size: int = 0) -> bytes:
    """A whole picture of one point, with as much said beside it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"tEXt", b"x\0" + bytes(size)), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in parts)


def form(data: bytes, disposition: str = 'name="media"; filename="wework.txt"; filelength=6', first: str = "") -> bytes:
    """As Tencent's page has it."""
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: application/octet-stream"
    raw = head.encode("utf-8", "surrogateescape")
    return first.encode() + raw + b"\r\n\r\n" + data + f"\r\n--{BOUNDARY}--\r\n".encode()


async def upload(app: CgiClient, kind: str, body: bytes) -> dict[str, Any]:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await app._answer("POST", "media/upload", params=app._query({"type": kind}), data=body, headers=headers)


async def fetch(app: CgiClient, media_id: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    params = app._query({"media_id": media_id})
    async with app.client.get("/cgi-bin/media/get", params=params, headers=headers) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def test_what_one_app_uploads_another_fetches(contacts: CgiClient, market: CgiClient) -> None:
    uploaded = await upload(contacts, "file", form(b"mytext"))
    assert (uploaded["errcode"], uploaded["type"]) == (0, "file")
    assert isinstance(uploaded["created_at"], str) and uploaded["created_at"].isdigit()
    status, data, headers = await fetch(market, uploaded["media_id"])
    assert (status, data) == (200, b"mytext")
    assert headers["Content-Type"] == "text/plain"
    assert headers["Content-Disposition"].startswith('attachment; filename="wework.txt"')
    assert headers["Accept-Ranges"] == "bytes"


async def test_who_has_no_token_fetches_nothing(contacts: CgiClient, nobody: CgiClient) -> None:
    uploaded = await upload(contacts, "file", form(b"mytext"))
    assert (await nobody.get("media/get", media_id=uploaded["media_id"]))["errcode"] == 41001
    assert (await upload(nobody, "file", form(b"mytext")))["errcode"] == 41001


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('name="media";filename="通讯录.csv"; filelength=6', "通讯录.csv"),
        (f"name=\"media\"; filename*=utf-8''{quote('通讯录.csv')}", "通讯录.csv"),
        (f'name="media"; filename="x.csv"; filename*=UTF-8\'\'{quote("通讯录.csv")}', "通讯录.csv"),
        (f"name=\"media\"; filename*0*=UTF-8''{quote('通讯')}; filename*1*={quote('录.csv')}", "通讯录.csv"),
        ("name=media; filename=plain.csv", "plain.csv"),
        ('name="media"; filename="两 个;分号.csv"', "两 个;分号.csv"),
        ('name="media"; filename="say %22hi%22.csv"', 'say "hi".csv'),
        ('name="media"; filename="..\\..\\etc/passwd"', "passwd"),
        ('name="media"; filename="C:\\Users\\张三\\表.csv"', "表.csv"),
        ('name="media"; filename=""', "file"),
        ('name="media"', "file"),
        ('name="file"; filename="another-name.csv"', "another-name.csv"),
        (
            'name="media"; filename="' + "员工表.csv".encode("gbk").decode("utf-8", "surrogateescape") + '"',
            "员工表.csv",
        ),
        ('name="media"; filename="😀.csv"', "😀.csv"),
        ('name="media"; filename="\udcff.csv"', "\ufffd.csv"),
        ('name="media"; filename=un quoted.csv', "un quoted.csv"),
    ],
)
async def test_names_are_read_as_clients_spell_them(contacts: CgiClient, disposition: str, name: str) -> None:
    uploaded = await upload(contacts, "file", form(b"mytext", disposition))
    _, data, headers = await fetch(contacts, uploaded["media_id"])
    assert data == b"mytext"
    assert headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(name, safe='')}")


async def test_what_stands_before_the_file_is_passed_over(contacts: CgiClient) -> None:
    first = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nhello\r\n'
    uploaded = await upload(contacts, "file", form(b"mytext", first=first))
    assert (await fetch(contacts, uploaded["media_id"]))[1] == b"mytext"


@pytest.mark.parametrize(
    ("kind", "data", "errcode"),
    [
        ("image", JPEG, 0),
        ("image", png(), 0),
        ("image", b"GIF89a" + bytes(64), 40123),
        ("image", png()[:-20], 40123),
        ("image", png(10 * MEGABYTE), 45001),
        ("voice", AMR + FRAME * 3000, 0),
        ("voice", AMR + FRAME * 3001, 45007),
        ("voice", b"#!AMR-WB\n" + bytes([0x44]) + bytes(60), 0),
        ("voice", b"ID3" + bytes(64), 301017),
        ("voice", AMR + b"\x50" + bytes(64), 301017),
        ("voice", AMR + bytes(2 * MEGABYTE), 45001),
        ("video", MP4, 0),
        ("video", bytes(64), 40004),
        ("file", b"", 44001),
        ("file", b"12345", 40006),
        ("file", b"123456", 0),
        ("file", bytes(20 * MEGABYTE), 0),
        ("file", bytes(20 * MEGABYTE + 1), 45001),
        ("thumb", b"123456", 40004),
        ("", b"123456", 40004),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else str(value),
)
async def test_each_kind_has_its_size_and_its_format(
    contacts: CgiClient, world: World, kind: str, data: bytes, errcode: int
) -> None:
    uploaded = await upload(contacts, kind, form(data))
    assert uploaded["errcode"] == errcode
    assert await world.pool.fetchval("SELECT count(*) FROM media") == (errcode == 0)
    files = [path for path in world.services.blobs.root.rglob("*") if path.is_file()]  # type: ignore[attr-defined]
    assert len(files) == (errcode == 0), "what is refused leaves nothing behind"


async def test_what_is_no_upload_is_refused_with_a_number(contacts: CgiClient) -> None:
    query = contacts._query({"type": "file"})
    plain = {"Content-Type": "application/octet-stream"}
    unbounded = {"Content-Type": "multipart/form-data"}
    bounded = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    for headers, data, errcode in (
        (plain, b"123456", 44001),
        (unbounded, b"123456", 40058),
        (bounded, b"", 40058),
        (bounded, b"nothing of the kind", 40058),
        (
            bounded,
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nhi\r\n--{BOUNDARY}--\r\n'.encode(),
            44001,
        ),
        (bounded, form(b"123456")[:-40], 40058),
    ):
        answer = await contacts._answer("POST", "media/upload", params=query, data=data, headers=headers)
        assert answer["errcode"] == errcode, data


async def test_part_of_a_file_is_had_by_its_range(contacts: CgiClient) -> None:
    data = bytes(range(256)) * 2048
    media_id = (await upload(contacts, "file", form(data)))["media_id"]
    status, part, headers = await fetch(contacts, media_id, Range="bytes=0-1023")
    assert (status, part) == (206, data[:1024])
    assert headers["Content-Range"] == f"bytes 0-1023/{len(data)}"
    assert (await fetch(contacts, media_id, Range="bytes=524000-"))[1] == data[524000:]
    assert (await fetch(contacts, media_id, Range="bytes=-7"))[1] == data[-7:]
    assert (await fetch(contacts, media_id, Range="bytes=5-99999999"))[1] == data[5:]
    assert (await fetch(contacts, media_id))[1] == data
    for wrong in ("bytes=99999999-", "bytes=5-2", "bytes=0-1,5-6", "bytes 0-1023", "lines=1-2"):
        headers = {"Range": wrong}
        query = contacts._query({"media_id": media_id})
        refused = await contacts._answer("GET", "media/get", params=query, headers=headers)
        assert refused["errcode"] == 40146, wrong


async def test_ids_that_nobody_gave_are_unknown(contacts: CgiClient) -> None:
    assert (await contacts.get("media/get", media_id="x" * 44))["errcode"] == 40007
    assert (await contacts.get("media/get", media_id="x" * 1000))["errcode"] == 40007
    assert (await contacts.get("media/get"))["errcode"] == 41006


async def test_after_three_days_it_is_gone_and_its_bytes_too(contacts: CgiClient, world: World) -> None:
    media_id = (await upload(contacts, "file", form(b"mytext")))["media_id"]
    same = (await upload(contacts, "file", form(b"mytext")))["media_id"]
    assert media_id != same
    await world.pool.execute("UPDATE media SET expires_at = now() WHERE id = $1", media_id)
    assert (await contacts.get("media/get", media_id=media_id))["errcode"] == 40145
    await end_media(world.services, EndMedia())
    assert (await contacts.get("media/get", media_id=media_id))["errcode"] == 40145
    assert await world.pool.fetchval("SELECT count(*) FROM blob_refs WHERE owner_id = $1", media_id) == 0
    assert (await fetch(contacts, same))[1] == b"mytext", "somebody else's copy of the same bytes stays"
    await world.pool.execute("UPDATE media SET ended_at = now() - interval '31 days' WHERE id = $1", media_id)
    await end_media(world.services, EndMedia())
    assert (await contacts.get("media/get", media_id=media_id))["errcode"] == 40007


async def test_bytes_that_the_disk_lost_are_not_promised(contacts: CgiClient, world: World) -> None:
    media_id = (await upload(contacts, "file", form(b"mytext")))["media_id"]
    for path in world.services.blobs.root.rglob("*"):  # type: ignore[attr-defined]
        if path.is_file():
            path.unlink()
    assert (await contacts.get("media/get", media_id=media_id))["errcode"] == 40145


async def test_a_picture_for_pages_stays_and_anybody_may_see_it(
    contacts: CgiClient, nobody: CgiClient, world: World
) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

    async def put(data: bytes) -> dict[str, Any]:
        about: Any = {"params": contacts._query({}), "data": form(data), "headers": headers}
        return await contacts._answer("POST", "media/uploadimg", **about)

    client = await world.client(None)
    address = (await put(png()))["url"]
    assert PICTURES in address
    async with client.get(PICTURES + address.rpartition("/")[2]) as shown:
        assert (shown.status, await shown.read(), shown.content_type) == (200, png(), "image/png")
        assert "immutable" in shown.headers["Cache-Control"]
    assert await world.pool.fetchval("SELECT expires_at FROM media") is None
    for wrong in ("nothing", "x" * 600, "%00"):
        async with client.get(PICTURES + wrong) as absent:
            assert absent.status in (400, 404)
    assert (await put(png(LARGEST_PICTURE)))["errcode"] == 45001
    assert (await put(b"GIF89a" + bytes(64)))["errcode"] == 40123
    short_lived = (await upload(contacts, "file", form(b"mytext")))["media_id"]
    async with client.get(PICTURES + short_lived) as refused:
        assert refused.status == 400, "what is not a picture is not shown"


async def test_members_and_apps_are_given_uploaded_pictures(
    contacts: CgiClient, everyone: CgiClient, world: World
) -> None:
    media_id = (await upload(contacts, "image", form(png())))["media_id"]
    assert (await contacts.post("user/update", userid="lisi", avatar_mediaid=media_id))["errcode"] == 0
    new = await contacts.post("user/create", userid="neu", name="新", mobile="13911112222", avatar_mediaid=media_id)
    assert new["errcode"] == 0
    assert (await everyone.post("agent/set", agentid=everyone.agentid, logo_mediaid=media_id))["errcode"] == 0
    addresses = {
        (await contacts.get("user/get", userid="lisi"))["avatar"],
        (await contacts.get("user/get", userid="neu"))["avatar"],
        (await everyone.get("agent/get", agentid=everyone.agentid))["square_logo_url"],
    }
    await world.pool.execute("UPDATE media SET expires_at = now()")
    await end_media(world.services, EndMedia())
    [address] = addresses
    assert address.startswith("http://127.0.0.1:"), "an app's page shows it under an address of its own"
    sealed = address[address.index("/api/") :]
    bare, _, seal = sealed.partition("?seal=")
    stranger, zhangsan = await world.client(None), await world.client("zhangsan")
    for client, path in ((stranger, sealed), (zhangsan, sealed), (zhangsan, bare)):
        async with client.get(path) as shown:
            assert (shown.status, await shown.read()) == (200, png())
    for path in (bare, f"{bare}?seal=", f"{bare}?seal={seal[:-1]}", f"{bare}?seal=好", f"{bare}0?seal={seal}"):
        async with stranger.get(path) as refused:
            assert refused.status == 401, path
    other = (await upload(contacts, "file", form(b"mytext")))["media_id"]
    large = (await upload(contacts, "image", form(png(3 * MEGABYTE))))["media_id"]
    for wrong in (other, large, media_id, "nothing"):
        refused = await contacts.post("user/update", userid="lisi", avatar_mediaid=wrong)
        assert refused["errcode"] == 301015


async def test_many_at_once_each_get_their_own(contacts: CgiClient, world: World) -> None:
    files = [f"file {n}".encode() * 1000 for n in range(8)]
    uploaded = await asyncio.gather(*(upload(contacts, "file", form(data)) for data in files))
    for data, each in zip(files, uploaded, strict=True):
        assert (await fetch(contacts, each["media_id"]))[1] == data
    assert await blobs.collect(world.pool, world.services.blobs) == 0


async def test_pictures_that_are_refused_do_not_count_to_the_day(contacts: CgiClient, world: World) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    limit = world.services.settings.pictures_per_day
    await world.services.limiter.count("uploadimg:day", 86_400, n=limit - 1)
    for data, errcode in ((b"GIF89a" + bytes(64), 40123), (b"12345", 40006), (png(), 0), (png(), 45009)):
        about: Any = {"params": contacts._query({}), "data": form(data), "headers": headers}
        assert (await contacts._answer("POST", "media/uploadimg", **about))["errcode"] == errcode

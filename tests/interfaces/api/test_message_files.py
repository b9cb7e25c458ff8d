"""Files in messages: whoever sees the message has the file, for as long as they see it, and nobody else has."""

import asyncio
import io
from typing import Any

import pytest
from PIL import Image

from tests.interfaces.api.sending import content, fetch, send, sent, uploaded
from tests.pictures import SECRET, chunk, exif, photo, picture, png
from tests.world import Client, World
from wecom.features import messaging
from wecom.foundation import blobs
from wecom.foundation.db import transaction

SMALL_ONES = "thumbnail/small", "thumbnail/medium", "thumbnail/large"


async def test_a_photo_loses_its_place_and_keeps_its_points(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    taken = photo(orientation=6)
    seq = await sent(zhangsan, world.lunch, "image", taken, "IMG_1.jpg")
    said = await content(lisi, world.lunch, seq)
    status, kept, headers = await fetch(lisi, world.lunch, seq)
    assert (status, headers["Content-Type"]) == (200, "image/jpeg")
    assert said == {
        "msgtype": "image",
        "name": "IMG_1.jpg",
        "size": len(kept),
        "media_type": "image/jpeg",
        "width": 300,
        "height": 400,
        "color": said["color"],
    }
    assert SECRET in taken and SECRET not in kept
    before, after = Image.open(io.BytesIO(taken)), Image.open(io.BytesIO(kept))
    assert before.tobytes() == after.tobytes(), "nothing was compressed anew"
    assert dict(after.getexif()) == {0x0112: 6}, "which way up is all that is left"
    for path, side in zip(SMALL_ONES, (240, 400, 400), strict=True):
        status, small, headers = await fetch(lisi, world.lunch, seq, path)
        assert (status, headers["Content-Type"]) == (200, "image/webp")
        image = Image.open(io.BytesIO(small))
        assert image.size == (side * 3 // 4, side)
        assert SECRET not in small and not image.getexif() and not {"exif", "xmp", "icc_profile"} & image.info.keys()


async def test_a_photo_sent_as_a_file_is_what_it_was(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    seq = await sent(zhangsan, world.lunch, "file", photo(), "IMG_1.jpg")
    assert (await fetch(lisi, world.lunch, seq))[1] == photo()
    assert (await content(lisi, world.lunch, seq))["media_type"] == "image/jpeg"
    assert (await fetch(lisi, world.lunch, seq, "thumbnail/small"))[0] == 404


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("PNG", mode="RGBA", exif=exif(3)), "image/png"),
        (picture("WEBP", exif=exif(8), xmp=SECRET), "image/webp"),
        (picture("WEBP", lossless=True, mode="RGBA"), "image/webp"),
        (picture("GIF", mode="P", comment=SECRET), "image/gif"),
        (picture("JPEG", mode="CMYK"), "image/jpeg"),
        (picture("JPEG", progressive=True, exif=exif(1)), "image/jpeg"),
        (picture("PNG", mode="P"), "image/png"),
        (picture("PNG", mode="I;16"), "image/png"),
        (picture("PNG", mode="1"), "image/png"),
        (png(chunk(b"tEXt", b"Comment\0" + SECRET), chunk(b"eXIf", exif(1)[6:])), "image/png"),
    ],
)
async def test_every_kind_is_cleaned_and_shown(world: World, data: bytes, media_type: str) -> None:
    zhangsan = await world.client("zhangsan")
    seq = await sent(zhangsan, world.lunch, "image", data)
    status, kept, headers = await fetch(zhangsan, world.lunch, seq)
    assert (status, headers["Content-Type"]) == (200, media_type)
    assert SECRET not in kept and b"GPS" not in kept
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(kept)) as after:
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()
        assert 0x8825 not in after.getexif() and "comment" not in after.info


async def test_a_phones_own_format_goes_as_a_file_and_says_what_to_do(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    for brand, media_type in ((b"heic", "image/heic"), (b"mif1", "image/heif")):
        upload = await uploaded(zhangsan, b"\0\0\0\x18ftyp" + brand + bytes(100), "IMG_0001.HEIC")
        status, told = await send(zhangsan, world.lunch, "image", upload, client_id=media_type)
        assert (status, told["error"]) == (400, "NotShown")
        assert "Most Compatible" in told["message"] and "as a file" in told["message"]
        status, told = await send(zhangsan, world.lunch, "file", upload, client_id=media_type)
        assert status == 200
        assert (await content(zhangsan, world.lunch, told["seq"]))["media_type"] == media_type


async def test_what_moves_goes_on_moving_and_its_small_ones_stand(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    frames = [Image.new("RGB", (60, 40), color) for color in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        file = io.BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
        seq = await sent(zhangsan, world.lunch, "image", file.getvalue())
        with Image.open(io.BytesIO((await fetch(zhangsan, world.lunch, seq))[1])) as kept:
            assert kept.n_frames == 3 and kept.info["loop"] == 0  # type: ignore[attr-defined]
        with Image.open(io.BytesIO((await fetch(zhangsan, world.lunch, seq, "thumbnail/small"))[1])) as small:
            assert getattr(small, "n_frames", 1) == 1
            assert small.convert("RGB").getpixel((30, 20))[0] > 200  # type: ignore[index]
        assert (await content(zhangsan, world.lunch, seq))["color"].startswith("#f")


async def test_whoever_is_put_out_has_it_no_more_and_whoever_comes_later_never_had_it(world: World) -> None:
    clients = {name: await world.client(name) for name in ("zhangsan", "lisi", "wangwu")}
    seq = await sent(clients["zhangsan"], world.lunch, "image", picture())
    paths = "file", *SMALL_ONES

    async def statuses(name: str) -> set[int]:
        return {(await fetch(clients[name], world.lunch, seq, path))[0] for path in paths}

    assert await statuses("lisi") == {200}
    assert await statuses("wangwu") == {404}
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["zhangsan"].id, world.lunch, [world["wangwu"].id])
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    assert await statuses("lisi") == {404}
    assert await statuses("wangwu") == {404}
    assert await statuses("zhangsan") == {200}
    clients["nobody"] = await world.client(None)
    assert await statuses("nobody") == {401}


async def test_what_is_taken_back_is_gone(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    seqs = [await sent(zhangsan, world.lunch, "image", picture()), await sent(zhangsan, world.lunch, "file", b"secret")]
    _, _, headers = await fetch(lisi, world.lunch, seqs[0])
    tag = headers["ETag"]
    for seq in seqs:
        async with zhangsan.post(f"/api/conversations/{world.lunch}/messages/{seq}/recall") as answer:
            assert answer.status == 200
        for path in ("file", *SMALL_ONES):
            for client in (zhangsan, lisi):
                assert (await fetch(client, world.lunch, seq, path, **{"If-None-Match": tag}))[0] == 404
    assert await world.pool.fetchval("SELECT count(*) FROM blob_refs") == 0
    await world.pool.execute("UPDATE blobs SET created_at = now() - interval '2 days'")
    assert await blobs.collect(world.pool, world.services.blobs) > 0


async def test_the_same_bytes_in_two_messages_stay_with_the_one(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    first = await sent(zhangsan, world.lunch, "file", b"twice the same")
    second = await sent(zhangsan, world.lunch, "file", b"twice the same")
    async with zhangsan.post(f"/api/conversations/{world.lunch}/messages/{first}/recall") as answer:
        assert answer.status == 200
    await world.pool.execute("UPDATE blobs SET created_at = now() - interval '2 days'")
    await blobs.collect(world.pool, world.services.blobs)
    assert (await fetch(zhangsan, world.lunch, second))[1] == b"twice the same"


async def test_parts_and_what_one_has_already(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    data = bytes(range(256)) * 4000
    seq = await sent(zhangsan, world.lunch, "file", data)
    status, whole, headers = await fetch(zhangsan, world.lunch, seq)
    tag = headers["ETag"]
    assert (status, whole) == (200, data)
    assert headers["Cache-Control"] == "private, no-cache", "it is asked each time whether it may still be seen"

    async def part(**asked: str) -> tuple[int, bytes, str]:
        status, found, headers = await fetch(zhangsan, world.lunch, seq, **asked)
        return status, found, headers.get("Content-Range", "")

    assert await part(Range="bytes=5-9") == (206, data[5:10], f"bytes 5-9/{len(data)}")
    assert await part(Range="bytes=-9") == (206, data[-9:], f"bytes {len(data) - 9}-{len(data) - 1}/{len(data)}")
    assert (await part(Range="bytes=1000-"))[:2] == (206, data[1000:])
    assert (await part(Range=f"bytes={len(data)}-"))[::2] == (416, f"bytes */{len(data)}")
    assert (await part(Range="lines=1-2"))[0] == 416
    assert await part(**{"Range": "bytes=5-9", "If-Range": tag}) == (206, data[5:10], f"bytes 5-9/{len(data)}")
    assert await part(**{"Range": "bytes=5-9", "If-Range": '"another"'}) == (200, data, "")
    assert await part(**{"If-None-Match": tag}) == (304, b"", "")
    assert await part(**{"If-None-Match": f'W/"x", {tag}'}) == (304, b"", "")
    assert (await part(**{"If-None-Match": '"x"'}))[0] == 200
    path = f"/api/conversations/{world.lunch}/messages/{seq}/file"
    async with zhangsan.head(path) as head:
        assert (head.status, head.headers["Content-Length"], await head.read()) == (200, str(len(data)), b"")


async def test_nothing_that_was_sent_runs_as_ours(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    polyglot = picture() + page
    for data, name, msgtype in (
        (page, "x.html", "file"),
        (drawing, "x.svg", "file"),
        (polyglot, "x.html", "image"),
        (b"<?xml version='1.0'?>" + drawing, "x.png", "file"),
    ):
        seq = await sent(zhangsan, world.lunch, msgtype, data, name)
        for path in ("file", "file?inline=1", "file?inline=true"):
            status, got, headers = await fetch(zhangsan, world.lunch, seq, path)
            assert status == 200 and (page not in got or msgtype == "file")
            assert headers["Content-Type"] in ("text/plain", "application/octet-stream", "image/jpeg")
            assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert headers["X-Content-Type-Options"] == "nosniff"
            shown = msgtype == "image" and "inline" in path
            assert headers["Content-Disposition"].startswith("inline;" if shown else "attachment;"), path
    upload = await uploaded(zhangsan, drawing, "x.svg")
    status, told = await send(zhangsan, world.lunch, "image", upload, "svg")
    assert (status, told["error"]) == (400, "NotShown")


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("午饭.pdf", "__.pdf", "%E5%8D%88%E9%A5%AD.pdf"),
        ('a"b\\c;d%41.txt', "c;d_41.txt", "c%3Bd%2541.txt"),
        ("😀.png", "_.png", "%F0%9F%98%80.png"),
    ],
)
async def test_names_come_through(world: World, name: str, plain: str, full: str) -> None:
    zhangsan = await world.client("zhangsan")
    seq = await sent(zhangsan, world.lunch, "file", b"whatever", name)
    _, _, headers = await fetch(zhangsan, world.lunch, seq)
    assert headers["Content-Disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"


async def test_only_what_has_a_file_has_one(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    posted = await world.say("zhangsan", world.lunch, "words")
    for seq in (posted.seq, posted.seq + 1, 1, 2**61):
        assert (await fetch(zhangsan, world.lunch, seq))[0] == 404
    assert (await fetch(zhangsan, 999_999, 1))[0] == 404
    assert (await fetch(zhangsan, world.lunch, posted.seq, "thumbnail/huge"))[0] == 400


async def test_a_file_cannot_be_said_without_having_been_uploaded(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    about: dict[str, Any] = {"name": "x", "size": 1, "media_type": "text/plain"}
    bodies: list[dict[str, Any]] = [
        {"msgtype": "file"} | about,
        {"msgtype": "file", "upload": ""},
        {"msgtype": "file", "upload": "../x"},
        {"msgtype": "file", "upload": 5},
        {"msgtype": "file", "upload": "x", "name": "y"},
        {"msgtype": "image", "upload": "x" * 65},
        {"msgtype": "image"} | about | {"width": 1, "height": 1, "color": "#000000"},
    ]
    for body in bodies:
        json = {"client_id": "x", "body": body}
        async with zhangsan.post(f"/api/conversations/{world.lunch}/messages", json=json) as answer:
            assert answer.status == 400, body


async def test_the_socket_sends_files_among_words_in_their_order(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    upload = await uploaded(zhangsan, b"between")
    async with zhangsan.ws_connect("/api/socket") as ws:
        assert (await ws.receive_json())["type"] == "welcome"
        bodies: list[dict[str, str]] = [
            {"msgtype": "text", "content": "before"},
            {"msgtype": "file", "upload": upload},
            {"msgtype": "text", "content": "after"},
            {"msgtype": "file", "upload": "nothing"},
        ]
        for n, body in enumerate(bodies):
            frame = {"type": "send", "conversation_id": world.lunch, "client_id": str(n), "body": body}
            await ws.send_json(frame)
        sent, said = {}, []
        while len(sent) < 4 or len(said) < 3:
            frame = await ws.receive_json(timeout=10)
            if frame.get("type") in ("sent", "refused"):
                sent[frame["client_id"]] = frame
            said += [each["body"]["content"] for each in frame.get("entries", ())]
    assert [sent[n]["type"] for n in "0123"] == ["sent", "sent", "sent", "refused"]
    assert sent["0"]["seq"] < sent["1"]["seq"] < sent["2"]["seq"]
    assert sent["3"]["error"] == "NoSuchUpload"
    assert said[1] == {"msgtype": "file", "name": "a.bin", "size": 7, "media_type": "text/plain"}


async def test_many_send_at_once(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")

    async def one(client: Client, n: int) -> bytes:
        data = f"file {n}".encode() * 1000
        seq = await sent(client, world.lunch, "file", data)
        return (await fetch(client, world.lunch, seq))[1]

    got = await asyncio.gather(*(one(client, n) for n in range(10) for client in (zhangsan, lisi)))
    assert sorted(got) == sorted(f"file {n}".encode() * 1000 for n in range(10) for _ in range(2))

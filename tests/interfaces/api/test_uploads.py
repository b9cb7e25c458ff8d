"""Uploads: in pieces, from where they stand, by whoever began them, and no more than there is room for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from tests.interfaces.api.sending import PART, TUS, begin, content, fetch, more, send, stands, uploaded
from tests.pictures import picture
from tests.world import World
from wecom.features import media
from wecom.features.media import jobs, uploads
from wecom.features.media.jobs import EndUploads, FinishUploads, end_uploads, finish_uploads
from wecom.foundation import blobs
from wecom.foundation.blobs import unfinished
from wecom.foundation.db import Pool, transaction
from wecom.foundation.pictures import Decoder


async def test_a_file_comes_in_pieces_and_is_sent(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    data = bytes(range(256)) * 4096
    address = await begin(zhangsan, len(data), "表 1.bin")
    assert await stands(zhangsan, address) == 0
    for at in range(0, len(data), 300_000):
        assert await more(zhangsan, address, at, data[at : at + 300_000]) == min(at + 300_000, len(data))
        assert await stands(zhangsan, address) == min(at + 300_000, len(data))
    status, told = await send(zhangsan, world.lunch, "file", address.rpartition("/")[2])
    assert status == 200
    assert await content(lisi, world.lunch, told["seq"]) == {
        "msgtype": "file",
        "name": "表 1.bin",
        "size": len(data),
        "media_type": "application/octet-stream",
    }
    status, fetched, _ = await fetch(lisi, world.lunch, told["seq"])
    assert (status, fetched) == (200, data)
    assert list((world.services.blobs.root / "unfinished").iterdir()) == []  # type: ignore[attr-defined]


async def test_what_came_before_the_line_broke_counts(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 1_000_000)

    async def broken() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield bytes(100_000)
            await asyncio.sleep(0.05)
        raise aiohttp.ClientError("the line broke")

    with pytest.raises(aiohttp.ClientError):
        await more(zhangsan, address, 0, broken())
    for _ in range(100):
        if at := await stands(zhangsan, address):
            break
        await asyncio.sleep(0.05)
    assert 0 < at <= 400_000
    assert await more(zhangsan, address, at, bytes(1_000_000 - at)) == 1_000_000


async def test_two_at_once_do_not_mix(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 200_000)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a" * 100_000
        begun.set()
        await go_on.wait()
        yield b"a" * 100_000

    first = asyncio.ensure_future(more(zhangsan, address, 0, slow()))
    await begun.wait()
    await asyncio.sleep(0.2)
    assert await more(zhangsan, address, 0, b"b" * 200_000) == -423
    assert await stands(zhangsan, address) == 0, "what is being sent does not count before it is safe"
    async with zhangsan.delete(address, headers=TUS) as answer:
        assert answer.status == 423
    go_on.set()
    assert await first == 200_000
    _, told = await send(zhangsan, world.lunch, "file", address.rpartition("/")[2])
    assert (await fetch(zhangsan, world.lunch, told["seq"]))[1] == b"a" * 200_000


async def test_another_offset_and_too_much_are_refused(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 100)
    assert await more(zhangsan, address, 0, b"x" * 40) == 40
    assert await more(zhangsan, address, 0, b"x" * 40) == -409
    assert await more(zhangsan, address, 41, b"x" * 40) == -409
    assert await more(zhangsan, address, 40, b"x" * 61) == -413

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(61):
            yield b"x"

    assert await more(zhangsan, address, 40, unannounced()) == -413
    at = await stands(zhangsan, address)
    assert 40 <= at <= 100, "what fitted was kept, and nothing else"
    assert await more(zhangsan, address, at, b"x" * (100 - at)) == 100
    assert await more(zhangsan, address, 100, b"") == 100, "asking again at the end does no harm"


async def test_an_upload_is_its_uploaders_alone(world: World) -> None:
    zhangsan, lisi, nobody = await world.client("zhangsan"), await world.client("lisi"), await world.client(None)
    address = await begin(zhangsan, 10)
    for client, status in ((lisi, 404), (nobody, 401)):
        async with client.head(address, headers=TUS) as answer:
            assert answer.status == status
        assert await more(client, address, 0, b"x" * 10) == -status
        async with client.delete(address, headers=TUS) as answer:
            assert answer.status == status
    upload = await uploaded(zhangsan, b"zhangsan's")
    status, told = await send(lisi, world.lunch, "file", upload)
    assert (status, told["error"]) == (404, "NoSuchUpload")
    assert (await send(zhangsan, world.lunch, "file", upload))[0] == 200


async def test_it_goes_into_one_message_once(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    other = await world.conversation("zhangsan", "wangwu")
    upload = await uploaded(zhangsan, b"once only")
    outcomes = await asyncio.gather(
        *(send(zhangsan, place, "file", upload, id) for place in (world.lunch, other) for id in "aabbcc")
    )
    said = [told for status, told in outcomes if status == 200]
    assert len({told["seq"] for told in said}) == 1 and len(said) == 2, "the same client_id is answered the same"
    assert {told["error"] for status, told in outcomes if status != 200} == {"UploadUsed"}
    assert await world.pool.fetchval("SELECT count(*) FROM messages WHERE body ->> 'msgtype' = 'file'") == 1
    await world.pool.execute("UPDATE uploads SET expires_at = now()")
    await end_uploads(world.services, EndUploads())
    assert await world.pool.fetchval("SELECT count(*) FROM uploads") == 0
    [(place, id)] = await world.pool.fetch("SELECT conversation_id, client_id FROM messages WHERE body IS NOT NULL")
    status, told = await send(zhangsan, place, "file", upload, id)
    assert (status, told["repeated"], told["seq"]) == (200, True, said[0]["seq"]), "however late"
    assert (await send(zhangsan, place, "file", upload, "new"))[1]["error"] == "NoSuchUpload"
    assert (await fetch(zhangsan, place, said[0]["seq"]))[1] == b"once only"


async def test_what_is_not_all_there_cannot_be_sent(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 10)
    assert await more(zhangsan, address, 0, b"x" * 9) == 9
    upload = address.rpartition("/")[2]
    status, told = await send(zhangsan, world.lunch, "file", upload)
    assert (status, told["error"]) == (409, "UploadIncomplete")
    await more(zhangsan, address, 9, b"x")
    status, told = await send(zhangsan, world.lunch, "image", upload)
    assert (status, told["error"]) == (400, "NotShown")
    assert (await send(zhangsan, world.lunch, "file", upload))[0] == 200


async def test_whoever_died_before_looking_is_stood_in_for(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    for stand_in in ("asking", "the job"):
        address = await begin(zhangsan, 10)
        upload = address.rpartition("/")[2]
        with world.services.blobs.unfinished(upload) as file:
            file.write(b"0123456789")
        await world.pool.execute(
            "UPDATE uploads SET received = 10, touched_at = now() - interval '2 minutes' WHERE id = $1", upload
        )
        status, told = await send(zhangsan, world.lunch, "file", upload, upload)
        assert (status, told["error"]) == (429, "UploadBeingLookedAt")
        if stand_in == "asking":
            assert await stands(zhangsan, address) == 10
        else:
            await finish_uploads(world.services, FinishUploads())
        assert (await send(zhangsan, world.lunch, "file", upload, upload))[0] == 200


async def test_an_upload_that_cannot_be_looked_at_keeps_no_other_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhangsan = await world.client("zhangsan")
    first, second = await uploaded(zhangsan, b"broken inside"), await uploaded(zhangsan, b"a good one")
    await world.pool.execute("UPDATE uploads SET media_type = NULL, touched_at = now() - interval '1 hour'")
    await world.pool.execute("DELETE FROM blob_refs")
    for id, data in ((first, b"broken inside"), (second, b"a good one")):
        with world.services.blobs.unfinished(id) as file:
            file.write(data)
    await world.pool.execute("UPDATE uploads SET touched_at = now() - interval '2 hours' WHERE id = $1", first)
    finish = jobs.finish

    async def fails(pool: Pool, store: blobs.Store, decoder: Decoder, id: str) -> None:
        if id == first:
            raise RuntimeError
        await finish(pool, store, decoder, id)

    monkeypatch.setattr(jobs, "finish", fails)
    await finish_uploads(world.services, FinishUploads())
    assert (await send(zhangsan, world.lunch, "file", second))[0] == 200
    waiting = await jobs.uploads.not_looked_at(world.pool, timedelta(minutes=1), 10)
    assert waiting == [], "it comes behind others that have waited as long"


async def test_a_file_that_the_disk_did_not_keep_comes_anew_and_never_with_a_hole(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 2000)
    id = address.rpartition("/")[2]
    assert await more(zhangsan, address, 0, b"a" * 1000) == 1000
    (world.services.blobs.root / "unfinished" / id).unlink()  # type: ignore[attr-defined]
    assert await more(zhangsan, address, 1000, b"b" * 1000) == -409
    assert await stands(zhangsan, address) == 0
    await world.pool.execute("UPDATE uploads SET received = 2000, touched_at = now() - interval '1 hour'")
    await finish_uploads(world.services, FinishUploads())
    assert await stands(zhangsan, address) == 0, "as whoever looks at it finds too"
    assert await more(zhangsan, address, 0, b"ab" * 1000) == 2000
    _, told = await send(zhangsan, world.lunch, "file", id)
    assert (await fetch(zhangsan, world.lunch, told["seq"]))[1] == b"ab" * 1000


async def test_an_upload_whose_end_was_not_committed_goes_on(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 2000)
    assert await more(zhangsan, address, 0, b"a" * 1000) == 1000
    with pytest.raises(RuntimeError):
        async with transaction(world.pool) as tx:
            await media.end(tx, world.services.blobs, world["zhangsan"].id, address.rpartition("/")[2])
            raise RuntimeError("the connection was lost")
    assert await more(zhangsan, address, 1000, b"b" * 1000) == 2000


async def test_a_disk_that_fills_up_is_said_to_be_full_and_what_came_before_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 20 << 20)
    write, written = unfinished.Unfinished.write, 0

    def filling(self: unfinished.Unfinished, data: bytes) -> None:
        nonlocal written
        with unfinished.full_disk_told():
            if written + len(data) > 9 << 20:
                raise OSError(unfinished.errno.ENOSPC, "No space left on device")
        written += len(data)
        write(self, data)

    with monkeypatch.context() as full:
        full.setattr(unfinished.Unfinished, "write", filling)
        assert await more(zhangsan, address, 0, bytes(20 << 20)) == -507
    at = await stands(zhangsan, address)
    assert 8 << 20 <= at <= 9 << 20
    assert await more(zhangsan, address, at, bytes((20 << 20) - at)) == 20 << 20


async def test_after_a_day_it_is_gone_with_all_that_came(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    half = await begin(zhangsan, 100)
    await more(zhangsan, half, 0, b"x" * 50)
    whole = await uploaded(zhangsan, picture(), "a.jpg")
    assert await world.pool.fetchval("SELECT count(*) FROM blob_refs") == 5
    await world.pool.execute("UPDATE uploads SET expires_at = now()")
    async with zhangsan.head(half, headers=TUS) as absent:
        assert absent.status == 404
    assert (await send(zhangsan, world.lunch, "file", whole))[0] == 404
    await end_uploads(world.services, EndUploads())
    assert await world.pool.fetchval("SELECT count(*) FROM blob_refs") == 0
    root = world.services.blobs.root  # type: ignore[attr-defined]
    assert list((root / "unfinished").iterdir()) == []
    await world.pool.execute("UPDATE blobs SET created_at = now() - interval '2 days'")
    assert await blobs.collect(world.pool, world.services.blobs) == 3, "its two larger small ones are the same"
    assert await world.pool.fetchval("SELECT count(*) FROM blobs") == 0
    (root / "unfinished" / "nobodys").write_bytes(b"x")
    assert await uploads.remove_ended(world.pool, world.services.blobs, 3600) == 0
    assert await uploads.remove_ended(world.pool, world.services.blobs, -1) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "5"}, 412),
        (TUS | {"Tus-Resumable": "0.2.2", "Upload-Length": "5"}, 412),
        (TUS, 400),
        (TUS | {"Upload-Length": "-5"}, 400),
        (TUS | {"Upload-Length": "many"}, 400),
        (TUS | {"Upload-Length": "0"}, 400),
        (TUS | {"Upload-Defer-Length": "1"}, 400),
        (TUS | {"Upload-Length": "5", "Upload-Metadata": "filename !!!"}, 400),
        (TUS | {"Upload-Length": "5", "Upload-Metadata": "filename /////w=="}, 400),
        (TUS | {"Upload-Length": "5", "Upload-Metadata": "filetype aW1hZ2U=,is_confidential"}, 201),
    ],
)
async def test_the_protocol_is_held_to(world: World, headers: dict[str, str], status: int) -> None:
    zhangsan = await world.client("zhangsan")
    async with zhangsan.post("/api/uploads", headers=headers) as answer:
        assert answer.status == status
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    async with zhangsan.options("/api/uploads") as answer:
        assert answer.headers["Tus-Extension"] == "creation,expiration,termination"
        assert answer.headers["Tus-Max-Size"] == str(100 << 20)
    address = await begin(zhangsan, 5)
    wrong = PART | {"Upload-Offset": "0", "Content-Type": "text/plain"}
    async with zhangsan.patch(address, data=b"x", headers=wrong) as answer:
        assert answer.status == 415


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\表.xlsx", "表.xlsx"),
        ("a\r\nb\0c\u202e.txt", "abc.txt"),
        ("", "file"),
        ("..", "file"),
        ("😀" * 300 + ".tar.gz", "😀" * 252 + ".gz"),
        ("x" * 300, "x" * 255),
    ],
)
async def test_names_are_one_line_without_a_path(world: World, given: str, name: str) -> None:
    zhangsan = await world.client("zhangsan")
    await begin(zhangsan, 5, given)
    assert await world.pool.fetchval("SELECT name FROM uploads") == name


async def test_looking_takes_no_part_in_the_time_that_an_upload_has(world: World) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 5)
    async with zhangsan.head(address, headers=TUS) as answer:
        assert answer.headers["Upload-Expires"].endswith("GMT")
    upload = await media.upload_of(world.pool, world["zhangsan"].id, address.rpartition("/")[2])
    now = await world.pool.fetchval("SELECT now()")
    assert timedelta(hours=23) < upload.expires_at - now <= timedelta(days=1)

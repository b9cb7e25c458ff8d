"""How much room uploads may take: of each member, and of the disk."""

import asyncio
import shutil

import pytest

from tests.interfaces.api.sending import TUS, begin, more, named, sent, stands, uploaded
from tests.world import Client, World
from wecom.features import media
from wecom.features.media.jobs import EndUploads, end_uploads
from wecom.foundation.db import transaction


async def test_there_is_an_end_to_what_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    large = world.services.settings.upload_mb << 20
    begun = [await begin(zhangsan, large) for _ in range(10)]
    headers = TUS | {"Upload-Length": str(large), "Upload-Metadata": named("x")}
    async with zhangsan.post("/api/uploads", headers=headers) as refused:
        assert (refused.status, (await refused.json())["error"]) == (403, "TooMuchWaiting")
    await begin(lisi, large)
    async with zhangsan.delete(begun[0], headers=TUS) as gone:
        assert gone.status == 204
    async with zhangsan.head(begun[0], headers=TUS) as absent:
        assert absent.status == 404
    statuses = await asyncio.gather(*(_status(zhangsan, headers) for _ in range(4)))
    assert sorted(statuses) == [201, 403, 403, 403]
    async with zhangsan.post("/api/uploads", headers=headers | {"Upload-Length": str(large + 1)}) as refused:
        assert refused.status == 413
    monkeypatch.setattr(world.services.blobs, "left_free", 1 << 60)
    async with lisi.post("/api/uploads", headers=headers) as refused:
        assert (refused.status, (await refused.json())["error"]) == (507, "StoreFull")
        assert "disk is full" in (await refused.json())["message"]


async def test_what_was_deleted_counts_as_long_as_it_lies_on_the_disk(world: World) -> None:
    zhangsan, megabyte = await world.client("zhangsan"), 1 << 20
    limits = media.Limits(file=megabyte, waiting=3 * megabyte)
    for n in range(3):
        upload = await uploaded(zhangsan, bytes([n]) * megabyte)
        async with zhangsan.delete(f"/api/uploads/{upload}", headers=TUS) as gone:
            assert gone.status == 204
    half = await begin(zhangsan, megabyte)
    await more(zhangsan, half, 0, bytes(1000))
    async with zhangsan.delete(half, headers=TUS) as gone:
        assert gone.status == 204, "of what never was whole nothing stays"

    async def begin_one() -> None:
        async with transaction(world.pool) as tx:
            await media.begin(tx, world.services.blobs, world["zhangsan"].id, "x", megabyte, limits)

    with pytest.raises(media.TooMuchWaiting) as refused:
        await begin_one()
    assert refused.value.facts == {"files": 0, "bytes": 3 * megabyte}
    await world.pool.execute("UPDATE deleted_uploads SET counts_until = now()")
    await end_uploads(world.services, EndUploads())
    assert await world.pool.fetchval("SELECT count(*) FROM deleted_uploads") == 0
    await begin_one()


async def test_what_was_sent_and_taken_back_counts_as_long_as_it_lies_on_the_disk(world: World) -> None:
    zhangsan, size = await world.client("zhangsan"), 1 << 20
    for n in range(3):
        seq = await sent(zhangsan, world.lunch, "file", bytes([n]) * size)
        async with zhangsan.post(f"/api/conversations/{world.lunch}/messages/{seq}/recall") as answer:
            assert answer.status == 200, await answer.text()
    with pytest.raises(media.TooMuchWaiting) as refused:
        async with transaction(world.pool) as tx:
            limits = media.Limits(file=size, waiting=3 * size)
            await media.begin(tx, world.services.blobs, world["zhangsan"].id, "x", size, limits)
    assert refused.value.facts == {"files": 0, "bytes": 3 * size}


async def test_what_others_have_begun_counts_before_it_has_come(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    zhangsan, large = await world.client("zhangsan"), 100 << 20
    free = shutil.disk_usage(world.services.settings.data_dir).free
    monkeypatch.setattr(world.services.blobs, "left_free", free - 250 * (1 << 20))
    headers = TUS | {"Upload-Length": str(large), "Upload-Metadata": named("x")}
    statuses = [await _status(zhangsan, headers) for _ in range(4)]
    assert (statuses[0], statuses[-1]) == (201, 507)


async def test_files_leave_the_database_room_while_they_come(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    zhangsan = await world.client("zhangsan")
    address = await begin(zhangsan, 20 << 20)
    with monkeypatch.context() as full:
        full.setattr(world.services.blobs, "left_free", 1 << 60)
        assert await more(zhangsan, address, 0, bytes(20 << 20)) == -507
        at = await stands(zhangsan, address)
        assert 8 << 20 <= at < 20 << 20
    assert await more(zhangsan, address, at, bytes((20 << 20) - at)) == 20 << 20


async def _status(client: Client, headers: dict[str, str]) -> int:
    async with client.post("/api/uploads", headers=headers) as answer:
        return answer.status

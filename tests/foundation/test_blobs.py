"""Bytes by hash: whole or not there, held by somebody or collected."""

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from wecom.foundation import blobs
from wecom.foundation.blobs import DiskStore, StoreFull
from wecom.foundation.db import Pool, transaction

DATA = "食堂菜单".encode() * 100
HASH = hashlib.sha256(DATA).digest()


@pytest.fixture
def store(tmp_path: Path) -> DiskStore:
    return DiskStore(tmp_path / "blobs")


def files(store: DiskStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


async def hold(pool: Pool, owner: str) -> None:
    async with transaction(pool) as tx:
        await blobs.hold(tx, HASH, len(DATA), "text/plain", "message", owner)


async def grow_old(pool: Pool, store: DiskStore) -> None:
    await pool.execute("UPDATE blobs SET created_at = created_at - interval '2 days'")
    for path in files(store):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 2 * 86400))


async def test_bytes_come_back_by_their_hash(store: DiskStore) -> None:
    assert await blobs.keep(store, DATA) == HASH
    assert await blobs.keep(store, DATA) == HASH
    assert await store.get(HASH) == DATA
    assert await store.get(bytes(32)) is None
    assert len(files(store)) == 1


async def test_a_file_too_large_for_memory_is_kept_as_its_bytes_would_be(
    store: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom.foundation.blobs.store.AT_ONCE", 7)
    with store.scratch() as file:
        file.write(DATA)
        assert await store.put_file(file) == HASH
        assert await store.put_file(file) == HASH
        assert files(store) == [store._path(HASH)], "what is being written has no name"
    assert await store.get(HASH) == DATA
    with store.scratch() as empty:
        assert await store.put_file(empty) == hashlib.sha256().digest()


async def test_part_of_a_file_is_read_alone(store: DiskStore) -> None:
    await store.put(DATA)
    assert await store.read(HASH, 0, 4) == DATA[:4]
    assert await store.read(HASH, 100, 50) == DATA[100:150]
    assert await store.read(HASH, len(DATA) - 3, 50) == DATA[-3:]
    assert await store.read(HASH, len(DATA), 50) == b""
    assert await store.read(bytes(32), 0, 4) is None


async def test_a_power_cut_while_writing_leaves_nothing_under_the_name(
    store: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as dark:
        dark.setattr(os, "replace", cut)
        with pytest.raises(OSError, match="power cut"):
            await store.put(DATA)
    assert await store.get(HASH) is None
    assert await store.put(DATA) == HASH
    assert await store.get(HASH) == DATA


async def test_file_and_name_are_synced_before_anybody_is_told(
    store: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    real = os.fsync

    def note(handle: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")))
        real(handle)

    monkeypatch.setattr(os, "fsync", note)
    await store.put(DATA)
    [path] = files(store)
    assert synced[0].parent == path.parent
    assert synced[1:] == [path.parent, path.parent.parent, store.root]


async def test_what_nobody_held_for_a_day_is_collected(pool: Pool, store: DiskStore) -> None:
    await blobs.keep(store, DATA)
    await hold(pool, "1")
    await hold(pool, "2")
    await grow_old(pool, store)
    assert await blobs.collect(pool, store) == 0
    async with transaction(pool) as tx:
        await blobs.release(tx, "message", "1")
    assert await blobs.collect(pool, store) == 0
    async with transaction(pool) as tx:
        await blobs.release(tx, "message", "2")
    assert await blobs.collect(pool, store) == 1
    assert files(store) == []


async def test_what_was_stored_lately_is_not_collected_before_it_is_held(pool: Pool, store: DiskStore) -> None:
    await blobs.keep(store, DATA)
    await hold(pool, "1")
    async with transaction(pool) as tx:
        await blobs.release(tx, "message", "1")
    assert await blobs.collect(pool, store) == 0
    await grow_old(pool, store)
    await blobs.keep(store, DATA)
    assert await blobs.collect(pool, store) == 1
    assert await store.get(HASH) == DATA
    await hold(pool, "2")
    assert await store.get(HASH) == DATA


async def test_who_holds_old_bytes_anew_has_a_day_again(pool: Pool, store: DiskStore) -> None:
    await blobs.keep(store, DATA)
    await hold(pool, "1")
    await grow_old(pool, store)
    await hold(pool, "2")
    async with transaction(pool) as tx:
        await blobs.release(tx, "message", "1")
        await blobs.release(tx, "message", "2")
    assert await blobs.collect(pool, store) == 0


async def test_deleting_what_is_gone_is_no_mistake(store: DiskStore) -> None:
    await store.delete(HASH)


async def test_bytes_stay_where_their_row_could_not_be_taken_away(
    pool: Pool, store: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await blobs.keep(store, DATA)
    await hold(pool, "1")
    await grow_old(pool, store)
    await pool.execute("DELETE FROM blob_refs")

    async with transaction(pool) as other:
        await other.execute("SELECT FROM blobs FOR UPDATE")
        assert await blobs.collect(pool, store) == 0
    assert await store.get(HASH) == DATA
    assert await blobs.collect(pool, store) == 1
    assert await store.get(HASH) is None


async def found(pool: Pool, days_ago: int) -> None:
    await pool.execute(
        "INSERT INTO deployment (corpid, name, timezone, epoch, created_at) "
        "VALUES ('wwtest', '公司', 'Asia/Shanghai', '1', now() - $1 * interval '1 day')",
        days_ago,
    )


async def test_what_was_written_and_never_held_is_deleted_after_a_day(store: DiskStore, pool: Pool) -> None:
    await found(pool, 30)
    other = await store.put(b"whose process died before anybody held it")
    await store.put(DATA)
    await hold(pool, "1")
    half = store._path(HASH).with_name("tmphalf")
    half.write_bytes(b"whose process died in the middle")
    assert await blobs.collect_strays(pool, store) == 0, "it may be held in a moment"
    await grow_old(pool, store)
    await store.put(fresh := b"put before, and again just now")
    assert await blobs.collect_strays(pool, store) == 1
    assert await store.get(other) is None and not half.exists()
    assert await store.get(HASH) == DATA and await store.get(hashlib.sha256(fresh).digest()) == fresh
    assert await blobs.collect_strays(pool, DiskStore(store.root / "nothing yet")) == 0


async def test_what_was_never_held_is_deleted_also_where_nothing_is(store: DiskStore, pool: Pool) -> None:
    await found(pool, 30)
    for number in range(3):
        await store.put(b"an export that failed, %d" % number)
    await grow_old(pool, store)
    assert await blobs.collect_strays(pool, store) == 3
    assert files(store) == []


async def test_files_of_another_database_are_left_alone(
    store: DiskStore, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await store.put(b"%d" % number)
    await grow_old(pool, store)
    assert await blobs.collect_strays(pool, store) == 0, "a database without a company"
    await found(pool, 1)
    assert await blobs.collect_strays(pool, store) == 0, "a company that is younger than the files"
    await pool.execute("UPDATE deployment SET created_at = now() - interval '30 days'")
    monkeypatch.setattr("wecom.foundation.blobs.store.MANY", 2)
    assert await blobs.collect_strays(pool, store) == 0, "too many for processes that died"
    assert len(files(store)) == 3
    for owner in range(3):
        async with transaction(pool) as tx:
            await blobs.hold(tx, bytes([owner]) * 32, 1, "text/plain", "message", str(owner))
    assert await blobs.collect_strays(pool, store) == 3, "more have a row"


async def test_what_cannot_be_written_leaves_nothing_behind(store: DiskStore) -> None:
    class Failing(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            if self.reads > 3:  # while it is copied, once its hash is known
                raise OSError(errno.ENOSPC, "no space left")
            return super().read(size)

    with pytest.raises(StoreFull):
        await store.put_file(Failing(DATA))
    assert files(store) == []

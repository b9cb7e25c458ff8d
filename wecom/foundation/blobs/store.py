"""Keeping, holding and collecting bytes."""

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from ..db import Pool, Tx, transaction
from . import queries
from .queries import Held
from .unfinished import StoreFull, Unfinished, full_disk_told, sync_names

log = logging.getLogger(__name__)

UNHELD = 24 * 60 * 60
"""Seconds for which bytes that nobody holds are kept: between `keep` and `hold`, nobody does."""

MANY = 1000
"""Files without a row that may be of processes which died: where there are more, something else is wrong."""

NAME = re.compile(r"[0-9a-f]{64}")

AT_ONCE = 1 << 20
"""Bytes of a file that are in memory at a time."""


class Store(Protocol):
    """Where bytes lie, by hash."""

    async def put(self, data: bytes) -> bytes: ...
    async def put_file(self, file: BinaryIO) -> bytes: ...
    async def get(self, hash: bytes) -> bytes | None: ...
    async def read(self, hash: bytes, start: int, length: int) -> bytes | None: ...
    async def delete(self, hash: bytes) -> None: ...
    def aged(self, since: datetime) -> AsyncIterator[list[bytes]]: ...
    def scratch(self) -> BinaryIO: ...
    def unfinished(self, name: str) -> Unfinished: ...
    async def keep_unfinished(self, file: Unfinished) -> bytes: ...
    async def unfinished_since(self, seconds: float) -> list[str]: ...
    def must_fit(self, size: int = 0) -> None: ...


class DiskStore:
    """Files under one directory, two levels deep. `left_free`: bytes of the disk that they leave, above all to the
    database, which stops when it can write no more."""

    def __init__(self, root: Path, *, left_free: int = 0) -> None:
        self.root = root
        self.left_free = left_free

    async def put(self, data: bytes) -> bytes:
        """Write and sync; the hash. Writing the same bytes again does nothing."""
        return await asyncio.to_thread(self._put, data)

    async def put_file(self, file: BinaryIO) -> bytes:
        """The same with what a file holds from its beginning, which need not fit into memory."""
        return await asyncio.to_thread(self._put_file, file)

    async def get(self, hash: bytes) -> bytes | None:
        return await asyncio.to_thread(self._get, hash)

    async def read(self, hash: bytes, start: int, length: int) -> bytes | None:
        """Part of it: less than `length` bytes at its end, none behind it."""
        return await asyncio.to_thread(self._read, hash, start, length)

    def scratch(self) -> BinaryIO:
        """A file to write to that has no name: it is gone once it is closed, however the process ends."""
        self.root.mkdir(parents=True, exist_ok=True)
        return cast(BinaryIO, tempfile.TemporaryFile(dir=self.root))

    def unfinished(self, name: str) -> Unfinished:
        """A file under a name of its own, to be written over several requests; raises `BeingWritten`."""
        return Unfinished(self.root / "unfinished", name)

    async def keep_unfinished(self, file: Unfinished) -> bytes:
        """Store what it holds now; it stays until it is removed. Its hash."""
        return await asyncio.to_thread(self._keep_unfinished, file)

    async def unfinished_since(self, seconds: float) -> list[str]:
        """The names of those that nobody has written to for so long."""
        return await asyncio.to_thread(self._unfinished_since, seconds)

    def must_fit(self, size: int = 0) -> None:
        """Raises `StoreFull` where so many bytes more would not leave enough of the disk free."""
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < size + self.left_free:
            raise StoreFull(retry_after=600)

    async def delete(self, hash: bytes) -> None:
        """Unless the same bytes were put again within the last day."""
        await asyncio.to_thread(self._delete, hash)

    async def aged(self, since: datetime) -> AsyncIterator[list[bytes]]:
        """What was put a day ago or earlier, yet after `since`, some at a time. What was left half written so long ago
        is deleted."""
        for folder in await asyncio.to_thread(lambda: sorted(self.root.glob("[0-9a-f][0-9a-f]"))):
            if hashes := await asyncio.to_thread(self._aged, folder, since.timestamp()):
                yield hashes

    def _path(self, hash: bytes) -> Path:
        name = hash.hex()
        return self.root / name[:2] / name[2:4] / name

    def _put(self, data: bytes) -> bytes:
        hash = hashlib.sha256(data).digest()
        self._name(hash, iter((data,)))
        return hash

    def _put_file(self, file: BinaryIO) -> bytes:
        hash = hashlib.sha256()
        for part in _parts(file):
            hash.update(part)
        self._name(hash.digest(), _parts(file))
        return hash.digest()

    def _keep_unfinished(self, file: Unfinished) -> bytes:
        """By another name for the same file, which is not written to any more; a copy where there are no such names."""
        hash = hashlib.sha256()
        for part in _parts(file.file):
            hash.update(part)
        os.fsync(file.file.fileno())
        path = self._path(hash.digest())
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            os.link(file.path, path)
            self._sync_above(path)
        self._name(hash.digest(), _parts(file.file))
        return hash.digest()

    def _unfinished_since(self, seconds: float) -> list[str]:
        found = []
        for path in (self.root / "unfinished").glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime >= seconds:
                    found.append(path.name)
        return found

    def _name(self, hash: bytes, parts: Iterator[bytes]) -> None:
        path = self._path(hash)
        try:
            os.utime(path)  # keeps it from being deleted before somebody holds it
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            try:
                with full_disk_told(), os.fdopen(handle, "wb") as file:
                    for part in parts:
                        self.must_fit(len(part))
                        file.write(part)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except BaseException:  # The disk may be full: what is written of it must not fill it further.
                Path(temporary).unlink(missing_ok=True)
                raise
            self._sync_above(path)

    def _sync_above(self, path: Path) -> None:
        for directory in (path.parent, path.parent.parent, self.root):
            sync_names(directory)

    def _get(self, hash: bytes) -> bytes | None:
        try:
            return self._path(hash).read_bytes()
        except FileNotFoundError:
            return None

    def _read(self, hash: bytes, start: int, length: int) -> bytes | None:
        try:
            with self._path(hash).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError:
            return None

    def _aged(self, folder: Path, since: float) -> list[bytes]:
        found = []
        for path in folder.glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                put = path.stat().st_mtime
                if time.time() - put >= UNHELD:
                    if not NAME.fullmatch(path.name):
                        path.unlink()
                    elif put > since:
                        found.append(bytes.fromhex(path.name))
        return found

    def _delete(self, hash: bytes) -> None:
        path = self._path(hash)
        aside = path.with_suffix(".deleting")
        with contextlib.suppress(FileNotFoundError):
            path.rename(aside)  # first out of the way, so that a `put` from now on writes a file of its own
            if time.time() - aside.stat().st_mtime < UNHELD:
                with contextlib.suppress(FileExistsError):
                    path.hardlink_to(aside)
            aside.unlink()


def _parts(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(AT_ONCE):
        yield part


async def keep(store: Store, data: bytes) -> bytes:
    """Store bytes, before the transaction that will `hold` them; their hash."""
    return await store.put(data)


async def hold(tx: Tx, hash: bytes, size: int, media_type: str, owner_kind: str, owner_id: str) -> None:
    """Say in this commit that an owner holds stored bytes."""
    await queries.insert_blob(tx, hash, size, media_type)
    await queries.insert_ref(tx, hash, owner_kind, owner_id)


async def hold_all(tx: Tx, owner_kind: str, held: Sequence[Held]) -> None:
    """The same as `hold` for many owners of a kind."""
    if held:
        hashes = [each.hash for each in held]
        await queries.insert_blobs(tx, hashes, [each.size for each in held], [each.media_type for each in held])
        await queries.insert_refs(tx, hashes, owner_kind, [each.owner_id for each in held])


async def hold_also(tx: Tx, from_kind: str, from_ids: Sequence[str], to_kind: str, to_ids: Sequence[str]) -> None:
    """Have other owners hold what these hold, each what the one in its place does."""
    if from_ids:
        await queries.copy_refs(tx, from_kind, from_ids, to_kind, to_ids)


async def release(tx: Tx, owner_kind: str, *owner_ids: str) -> None:
    """Owners let go of all they hold."""
    await queries.delete_refs(tx, owner_kind, owner_ids)


async def collect(pool: Pool, store: Store, *, limit: int = 1000) -> int:
    """Delete what nobody holds; how many."""
    async with transaction(pool) as tx:
        hashes = await queries.delete_unheld(tx, limit)
    for hash in hashes:  # once their rows are gone for good, so that no row is left without its bytes
        await store.delete(hash)
    return len(hashes)


async def collect_strays(pool: Pool, store: Store) -> int:
    """Delete what lies in the store and has no row, since its process died between `keep` and `hold`; how much.

    What was put before the company was founded in this database is another's, as while a backup is being restored, and
    stays. So does everything where many files are without a row, and more than have one: such bytes are few.
    """
    strays: list[bytes] = []
    if (founded_at := await queries.founded_at(pool)) is None:
        return 0
    async for hashes in store.aged(founded_at):
        named = await queries.named(pool, hashes)
        strays += [hash for hash in hashes if hash not in named]
    if len(strays) > MANY and len(strays) > await queries.count_blobs(pool):
        log.error("files without a row are left alone: is this their database?", extra={"files": len(strays)})
        return 0
    for hash in strays:
        await store.delete(hash)
    return len(strays)

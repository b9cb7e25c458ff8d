"""Keeping, holding and collecting bytes."""

import asyncio
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Protocol

from ..db import Pool, Tx, transaction
from . import queries


class Store(Protocol):
    """Where bytes lie, by hash."""

    async def put(self, data: bytes) -> bytes: ...
    async def get(self, hash: bytes) -> bytes | None: ...
    async def delete(self, hash: bytes) -> None: ...


class DiskStore:
    """Files under one directory, two levels deep."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(self, data: bytes) -> bytes:
        """Write and sync; the hash. Writing the same bytes again does nothing."""
        return await asyncio.to_thread(self._put, data)

    async def get(self, hash: bytes) -> bytes | None:
        return await asyncio.to_thread(self._get, hash)

    async def delete(self, hash: bytes) -> None:
        await asyncio.to_thread(self._path(hash).unlink, missing_ok=True)

    def _path(self, hash: bytes) -> Path:
        name = hash.hex()
        return self.root / name[:2] / name[2:4] / name

    def _put(self, data: bytes) -> bytes:
        hash = hashlib.sha256(data).digest()
        path = self._path(hash)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        return hash

    def _get(self, hash: bytes) -> bytes | None:
        try:
            return self._path(hash).read_bytes()
        except FileNotFoundError:
            return None


async def keep(store: Store, data: bytes) -> bytes:
    """Store bytes, before the transaction that will `hold` them; their hash."""
    return await store.put(data)


async def hold(tx: Tx, hash: bytes, size: int, media_type: str, owner_kind: str, owner_id: str) -> None:
    """Say in this commit that an owner holds stored bytes."""
    await queries.insert_blob(tx, hash, size, media_type)
    await queries.insert_ref(tx, hash, owner_kind, owner_id)


async def release(tx: Tx, owner_kind: str, owner_id: str) -> None:
    """An owner lets go of all it holds."""
    await queries.delete_refs(tx, owner_kind, owner_id)


async def collect(pool: Pool, store: Store, *, limit: int = 1000) -> int:
    """Delete what nobody holds; how many."""
    async with transaction(pool) as tx:
        hashes = await queries.delete_unheld(tx, limit)
        for hash in hashes:
            await store.delete(hash)
    return len(hashes)

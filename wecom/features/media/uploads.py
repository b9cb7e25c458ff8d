"""Files on their way into messages: begun, continued from where they stand, ended.

What has come is in a file of its own until all of it has; how much of that file counts is in the database, once it is
safe on disk. So whatever dies in the middle, an upload goes on from a number that both sides know.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from prometheus_client import Counter

from wecom.foundation import blobs
from wecom.foundation.blobs import BeingWritten, Store, Unfinished
from wecom.foundation.db import Db, Tx

from .model import (
    MediaEmpty,
    NoSuchUpload,
    TooMuchWaiting,
    UploadTooLarge,
    UploadTooLong,
    UploadUsed,
    WrongOffset,
)
from .queries import uploads as queries
from .queries.uploads import Upload

came = Counter("wecom_upload_bytes_total", "Bytes of files that came to be sent, safe on disk.")

OWNER = "upload"
LIFE = timedelta(days=1)
COLLECTED = timedelta(days=1)
"""After which bytes that nobody holds are deleted: so long they count as their uploader's."""
MATERIAL_LIFE = timedelta(days=3)
"""Of what is made of material, which itself lasts as long."""
MOST_FILES = 200
"""That one member may have uploaded and not sent."""
SAVED_EACH = 8 << 20
"""Bytes after which what has come is made safe."""
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes: of one file, and of all that one member has uploaded and not sent."""

    file: int
    waiting: int


async def begin(tx: Tx, store: Store, actor_id: int, name: str, size: int, limits: Limits) -> Upload:
    """An upload of so many bytes, none of which has come yet."""
    if size > limits.file:
        raise UploadTooLarge(f"A file may have {limits.file >> 20} MB: make it smaller.", limit=limits.file)
    if size <= 0:
        raise MediaEmpty
    store.must_fit(size + await queries.still_to_come(tx))
    await queries.lock_uploads_of(tx, actor_id)
    held = await queries.waiting(tx, actor_id)
    if held.files >= MOST_FILES or held.bytes + size > limits.waiting:
        raise TooMuchWaiting(files=held.files, bytes=held.bytes)
    return await queries.insert_upload(tx, secrets.token_urlsafe(24), actor_id, None, good_name(name), size, 0, LIFE)


async def begin_whole(
    tx: Tx, actor_id: int | None, name: str, size: int, *, media_id: str | None = None, life: timedelta = MATERIAL_LIFE
) -> Upload:
    """An upload that has come already; of material, the one that it has."""
    id = secrets.token_urlsafe(24)
    return await queries.insert_upload(tx, id, actor_id, media_id, good_name(name), size, size, life)


def good_name(name: str) -> str:
    """A file's name without any path, on one line, and never empty."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(each for each in name if each.isprintable()).strip()
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 16 else ""
        name = name[: LONGEST_NAME - len(ending)] + ending
    return name if name.strip(". ") else "file"


async def upload_of(db: Db, actor_id: int, id: str) -> Upload:
    """Somebody's own upload; raises `NoSuchUpload`."""
    found = await queries.upload(db, id)
    if found is None or found.actor_id != actor_id:
        raise NoSuchUpload
    return found


async def receive(
    db: Db, store: Store, actor_id: int, id: str, offset: int, chunks: AsyncIterator[bytes], *, declared: int | None
) -> Upload:
    """Take more of a file, from where it stands. Whatever came counts, also where the rest does not come.

    Raises `BeingWritten` while somebody else does, and `WrongOffset`.
    """
    upload = await upload_of(db, actor_id, id)
    if upload.used_in is not None:
        raise UploadUsed
    with store.unfinished(id) as file:
        upload = await upload_of(db, actor_id, id)  # nobody else moves it from here on
        if not await is_there(db, file, upload):
            raise WrongOffset(offset=0)
        if offset != upload.received:
            raise WrongOffset(offset=upload.received)
        if declared is not None and offset + declared > upload.size:
            raise UploadTooLong(size=upload.size)
        if upload.is_whole:
            return upload
        await asyncio.to_thread(file.cut_to, upload.received)
        writing = _Writing(db, store, file, upload.id, upload.received, upload.received)
        try:
            async for chunk in chunks:
                if writing.written + len(chunk) > upload.size:
                    raise UploadTooLong(size=upload.size)
                await writing.write(chunk)
        finally:
            await asyncio.shield(writing.save())
        return replace(upload, received=writing.saved)


async def is_there(db: Db, file: Unfinished, upload: Upload) -> bool:
    """Whether what is said to have come lies in the file. Where it does not, the upload begins anew."""
    if upload.media_type is not None or file.size() >= upload.received:
        return True
    await queries.set_received(db, upload.id, 0)
    return False


@dataclass
class _Writing:
    """How much was written to a file, and how much of that is safe."""

    db: Db
    store: Store
    file: Unfinished
    id: str
    written: int
    saved: int

    async def write(self, chunk: bytes) -> None:
        await asyncio.to_thread(self.file.write, chunk)
        self.written += len(chunk)
        if self.written - self.saved >= SAVED_EACH:
            await self.save()
            self.store.must_fit()

    async def save(self) -> None:
        if (written := self.written) != self.saved:
            await asyncio.to_thread(self.file.sync)
            await queries.set_received(self.db, self.id, written)
            came.inc(written - self.saved)
            self.saved = written


async def end(tx: Tx, store: Store, actor_id: int, id: str) -> None:
    """Forget an upload, and what has come of it."""
    upload = await upload_of(tx, actor_id, id)
    if upload.used_in is not None:
        raise UploadUsed
    with store.unfinished(id):
        await queries.delete_upload(tx, id)
        await let_go(tx, id)
        if upload.media_type is not None:
            shown = upload.picture["size"] if upload.picture else 0
            await count_deleted(tx, actor_id, upload.size + shown)

    async def remove() -> None:  # not before: if the commit fails, the upload goes on
        with contextlib.suppress(BeingWritten), store.unfinished(id) as file:
            file.remove()

    tx.after_commit.append(remove)


async def count_deleted(tx: Tx, actor_id: int, bytes: int) -> None:
    """What somebody let go of lies on the disk until it is collected, and takes of their room till then: else who
    uploads, sends and takes back without end fills the disk."""
    await queries.count_deleted(tx, actor_id, bytes, COLLECTED)


async def use_up(tx: Tx, used: Sequence[tuple[str, int, int, str]]) -> None:
    """Uploads went into messages: of each its id, and the message's conversation, sender and client_id.

    They hold nothing any more, unless they are of material, which can be sent again.
    """
    await let_go(tx, *await queries.set_used(tx, *(list(column) for column in zip(*used, strict=True))))


async def let_go(tx: Tx, *ids: str) -> None:
    """Uploads hold nothing any more."""
    await blobs.release(tx, OWNER, *(each for id in ids for each in held_ids(id)))


def held_ids(id: str) -> list[str]:
    """Under what an upload, or a message, holds the file, the picture that is in it, and the small ones of that."""
    return [id, *(f"{id}/{part}" for part in PARTS)]


PARTS = "picture", "small", "medium", "large"


async def remove_ended(db: Db, store: Store, seconds: float) -> int:
    """Delete files of uploads that there are no more; how many."""
    count = 0
    names = await store.unfinished_since(seconds)
    there = await queries.there_are(db, names)
    for name in names:
        if name not in there:
            with contextlib.suppress(BeingWritten), store.unfinished(name) as file:
                file.remove()
                count += 1
    return count

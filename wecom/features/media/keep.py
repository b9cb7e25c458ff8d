"""Taking material in, and finding it again."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from wecom.foundation import blobs
from wecom.foundation.blobs import Store, full_disk_told
from wecom.foundation.db import Db, Tx

from . import formats
from .model import Media, MediaExpired, MediaTooLarge, NoSuchMedia, NotOfThisKind, PictureTooLarge
from .queries import material as queries

LIFE = timedelta(days=3)
OWNER = "media"
ID = re.compile(r"[A-Za-z0-9_-]{44}")
LARGEST_PICTURE = 2 << 20
"""Of a picture that is shown beside a name, or in a page."""
ENVELOPE = 1 << 16
"""What a request may have besides the file."""
NAMELESS = {"image/jpeg": "image.jpg", "image/png": "image.png", "audio/amr": "voice.amr", "video/mp4": "video.mp4"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is stored and that nobody holds yet."""

    kind: str
    name: str
    media_type: str
    hash: bytes
    size: int


async def take(
    store: Store, kind: str, name: str, chunks: AsyncIterator[bytes], *, declared: int = 0, most: int | None = None
) -> Kept:
    """Store what comes, if it is of this kind; before the transaction that adds it. `most`: less than the kind may."""
    most = most or formats.LARGEST[kind]
    if declared > most + ENVELOPE:
        raise MediaTooLarge(limit=most)
    with store.scratch() as file, full_disk_told():
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise MediaTooLarge(limit=most)
            await asyncio.to_thread(file.write, chunk)
        file.flush()
        media_type = await asyncio.to_thread(formats.media_type, kind, file, name, size)
        return Kept(kind, name or NAMELESS.get(media_type, "file"), media_type, await store.put_file(file), size)


async def add(tx: Tx, actor_id: int, kept: Kept, *, life: timedelta | None = LIFE) -> Media:
    """Give material an id, for a time or for good."""
    id = secrets.token_urlsafe(33)
    created_at = await queries.insert_media(tx, id, kept.kind, kept.name, kept.media_type, kept.size, actor_id, life)
    await blobs.hold(tx, kept.hash, kept.size, kept.media_type, OWNER, id)
    return Media(id, kept.kind, kept.name, kept.media_type, kept.hash, kept.size, created_at)


async def find(db: Db, id: str, kind: str | None = None, *, robot_id: int | None = None) -> Media:
    """The material of an id; raises where there is none, or none any more, or of another kind.

    What a robot uploaded is for that robot alone, and it may use no other.
    """
    row = await queries.media(db, id) if ID.fullmatch(id) else None
    if row is None or row.robot_id != robot_id:
        raise NoSuchMedia
    hash = None if row.ended else await blobs.held_by(db, OWNER, id)
    if hash is None:
        raise MediaExpired
    if kind not in (None, row.kind):
        raise NotOfThisKind(kind=row.kind)
    return Media(id, row.kind, row.name, row.media_type, hash, row.size, row.created_at)


async def picture(db: Db, id: str) -> Media:
    """The same of what is to be shown beside a name."""
    found = await find(db, id, "image")
    if found.size > LARGEST_PICTURE:
        raise PictureTooLarge
    return found


async def show(tx: Tx, picture: Media, owner_kind: str, owner_id: str) -> None:
    """Have an owner hold a picture, for good, in place of what it held."""
    await blobs.release(tx, owner_kind, owner_id)
    await blobs.hold(tx, picture.hash, picture.size, picture.media_type, owner_kind, owner_id)

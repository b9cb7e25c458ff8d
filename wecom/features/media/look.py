"""Looking at a file that is all there: what it is, and where it is a picture, what is shown of it.

A picture sent as a picture loses everything that is not the picture, the place where it was taken above all; sent as a
file, it is what it was, to the byte. So until it is sent there are both.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from wecom.foundation import blobs
from wecom.foundation.blobs import Held, Store, full_disk_told
from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.pictures import PART_NAMES, Decoder, NoPicture

from .model import Media
from .queries import uploads as queries
from .queries.uploads import Upload
from .sniff import HEAD, sniffed
from .uploads import LIFE, OWNER, begin_whole, is_there

LARGEST_PICTURE = 50 << 20
TOO_LARGE = "A picture that is shown has at most 50 MB: make it smaller, or send it as a file."
HEIC = "image/heic", "image/heif"
NO_HEIC = (
    "Pictures in HEIC cannot be shown here: have the phone take them as JPEG (on an iPhone: Settings, Camera, Formats, "
    "Most Compatible), or send this one as a file."
)
"""Their decoders run whatever a picture tells them to (libheif and libde265 in 2026), and what wraps them for Python is
either no longer kept or brings an encoder under the GPL. An iPhone's browser turns them into JPEG by itself where a
page asks for JPEG; most other browsers could not show the file either."""
SMALL_ONE = "image/webp"
AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file was found to be; its bytes, and those of what is shown of it, are stored and held by nobody."""

    media_type: str
    held: tuple[Held, ...]
    """By the end of the id that holds each: nothing, or `/picture`, `/small` and so on."""
    picture: dict[str, Any] | None
    no_picture: str


async def look_at(
    store: Store, decoder: Decoder, file: BinaryIO, name: str, size: int, hash: bytes, *, whose: int | None = None
) -> Looked:
    """What a file is that is stored under this hash. `whose`: an actor's, who waits behind pictures of their own."""
    media_type = sniffed(await asyncio.to_thread(_head, file), name)
    itself = Held(hash, size, media_type, "")
    if not media_type.startswith("image/"):
        return Looked(media_type, (itself,), None, NoPicture().args[0])
    if media_type in HEIC:
        return Looked(media_type, (itself,), None, NO_HEIC)
    if size > LARGEST_PICTURE:
        return Looked(media_type, (itself,), None, TOO_LARGE)
    with store.scratch() as clean:
        try:
            seen = await decoder.look_at(file, clean, whose=whose)
        except NoPicture as why:
            return Looked(media_type, (itself,), None, str(why))
        await asyncio.to_thread(clean.flush)
        parts = [Held(await store.put_file(clean), seen.size, seen.media_type, "/picture")]
    for part, small in zip(PART_NAMES, seen.small_ones, strict=True):
        parts.append(Held(await store.put(small), len(small), SMALL_ONE, f"/{part}"))
    told = {
        "size": seen.size,
        "media_type": seen.media_type,
        "width": seen.width,
        "height": seen.height,
        "color": seen.color,
    }
    return Looked(media_type, (itself, *parts), told, "")


async def settle(tx: Tx, id: str, looked: Looked) -> Upload | None:
    """Note what an upload was found to be, from when on it can be sent; None where there is none to be noted of."""
    settled = await queries.set_looked_at(tx, id, looked.media_type, looked.picture, looked.no_picture)
    if settled:
        held = [Held(each.hash, each.size, each.media_type, id + each.owner_id) for each in looked.held]
        await blobs.hold_all(tx, OWNER, held)
    return settled


async def finish(pool: Pool, store: Store, decoder: Decoder, id: str) -> None:
    """Look at an upload that is all there, once. Raises `BeingWritten` while somebody else does."""
    with store.unfinished(id) as file:
        upload = await queries.upload(pool, id)
        if upload is None or not upload.is_whole or upload.media_type is not None:
            file.remove()
            return
        if not await is_there(pool, file, upload):
            return
        hash = await store.keep_unfinished(file)
        looked = await look_at(store, decoder, file.file, upload.name, upload.size, hash, whose=upload.actor_id)
        async with transaction(pool) as tx:
            await settle(tx, id, looked)
        file.remove()


async def made_of(pool: Pool, store: Store, decoder: Decoder, material: Media) -> Upload:
    """Material as messages carry it. It is looked at once, however often it is sent, and lasts as long as it does."""
    if (there := await queries.upload_of_media(pool, material.id)) and there.media_type is not None:
        return there
    with store.scratch() as file:
        await _copy(store, material, file)
        looked = await look_at(store, decoder, file, material.name, material.size, material.hash)
    async with transaction(pool) as tx:
        begun = there or await begin_whole(tx, None, material.name, material.size, media_id=material.id)
        return await settle(tx, begun.id, looked) or await _again(tx, material.id)


async def take_whole(
    pool: Pool, store: Store, decoder: Decoder, actor_id: int, name: str, chunks: AsyncIterator[bytes]
) -> Upload:
    """An upload of somebody's that comes in one piece, whose length its caller has seen to."""
    with store.scratch() as file, full_disk_told():
        size = 0
        async for chunk in chunks:
            store.must_fit()
            await asyncio.to_thread(file.write, chunk)
            size += len(chunk)
        await asyncio.to_thread(file.flush)
        hash = await store.put_file(file)
        looked = await look_at(store, decoder, file, name, size, hash, whose=actor_id)
    async with transaction(pool) as tx:
        begun = await begin_whole(tx, actor_id, name, size, life=LIFE)
        settled = await settle(tx, begun.id, looked)
        assert settled
        return settled


async def _again(tx: Tx, media_id: str) -> Upload:
    """What another settled at the same time."""
    found = await queries.upload_of_media(tx, media_id)
    assert found and found.media_type is not None
    return found


async def _copy(store: Store, material: Media, file: BinaryIO) -> None:
    at = 0
    while piece := await store.read(material.hash, at, AT_ONCE):
        store.must_fit()
        with full_disk_told():
            await asyncio.to_thread(file.write, piece)
        at += len(piece)
    await asyncio.to_thread(file.flush)


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(HEAD)

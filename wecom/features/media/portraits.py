"""Pictures as people choose them, beside names and for apps: whatever they send, and nothing but the picture."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from wecom.foundation.blobs import Store, full_disk_told
from wecom.foundation.pictures import PART_NAMES, Decoder, NoPicture, Picture

from .keep import ENVELOPE, NAMELESS, Kept
from .look import SMALL_ONE
from .model import MediaEmpty, MediaTooLarge, NotAPicture, NotAPortrait

LARGEST = 10 << 20
PART = PART_NAMES.index("medium")
"""As large as a profile shows it."""


async def take_portrait(
    store: Store, decoder: Decoder, actor_id: int, name: str, chunks: AsyncIterator[bytes], *, declared: int = 0
) -> Kept:
    """Store what is shown of a picture that somebody brings: the right way up, and without the place where it was
    taken."""
    with store.scratch() as clean, full_disk_told():
        try:
            seen = await _seen(store, decoder, actor_id, chunks, declared, clean)
        except NoPicture:
            raise NotAPortrait from None
    shown = seen.small_ones[PART]
    return Kept("image", name or "picture", SMALL_ONE, await store.put(shown), len(shown))


async def take_picture(
    store: Store, decoder: Decoder, actor_id: int, name: str, chunks: AsyncIterator[bytes], *, declared: int = 0
) -> Kept:
    """Store a picture for others than people, JPEG or PNG: every point of it, and nothing of where it was taken."""
    with store.scratch() as clean, full_disk_told():
        try:
            seen = await _seen(store, decoder, actor_id, chunks, declared, clean)
        except NoPicture:
            raise NotAPicture from None
        if seen.media_type not in NAMELESS:
            raise NotAPicture
        return Kept("image", name or NAMELESS[seen.media_type], seen.media_type, await store.put_file(clean), seen.size)


async def _seen(
    store: Store, decoder: Decoder, actor_id: int, chunks: AsyncIterator[bytes], declared: int, clean: BinaryIO
) -> Picture:
    """What comes, looked at, and written cleaned."""
    if declared > LARGEST + ENVELOPE:
        raise MediaTooLarge(limit=LARGEST)
    store.must_fit(declared)
    with store.scratch() as file:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise MediaTooLarge(limit=LARGEST)
            await asyncio.to_thread(file.write, chunk)
        if not size:
            raise MediaEmpty
        await asyncio.to_thread(file.flush)
        return await decoder.look_at(file, clean, whose=actor_id)

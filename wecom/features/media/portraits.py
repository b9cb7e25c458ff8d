"""Pictures beside names, as people choose them: whatever they send, kept small, and nothing but the picture."""

import asyncio
from collections.abc import AsyncIterator

from wecom.foundation.blobs import Store, full_disk_told
from wecom.foundation.pictures import PART_NAMES, Decoder, NoPicture

from .keep import ENVELOPE, Kept
from .look import SMALL_ONE
from .model import MediaEmpty, MediaTooLarge, NotAPortrait

LARGEST = 10 << 20
PART = PART_NAMES.index("medium")
"""As large as a profile shows it."""


async def take_portrait(
    store: Store, decoder: Decoder, actor_id: int, name: str, chunks: AsyncIterator[bytes], *, declared: int = 0
) -> Kept:
    """Store what is shown of a picture that somebody brings: the right way up, and without the place where it was
    taken."""
    if declared > LARGEST + ENVELOPE:
        raise MediaTooLarge(limit=LARGEST)
    store.must_fit(declared)
    with store.scratch() as file, store.scratch() as clean, full_disk_told():
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise MediaTooLarge(limit=LARGEST)
            await asyncio.to_thread(file.write, chunk)
        if not size:
            raise MediaEmpty
        await asyncio.to_thread(file.flush)
        try:
            seen = await decoder.look_at(file, clean, whose=actor_id)
        except NoPicture:
            raise NotAPortrait from None
    shown = seen.small_ones[PART]
    return Kept("image", name or "picture", SMALL_ONE, await store.put(shown), len(shown))

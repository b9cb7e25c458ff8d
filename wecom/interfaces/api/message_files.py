"""Files in messages, for whoever may see the message now: asked anew at each request, by the message's own question."""

from functools import partial
from typing import Literal

from pydantic import Field

from wecom.features import messaging
from wecom.features.accounts import Me
from wecom.features.messaging import NoSuchMessageFile
from wecom.foundation.blobs import Held
from wecom.foundation.db import Db
from wecom.foundation.http import Endpoints, FileAnswer
from wecom.services import Services

from .messages import OfMessage, Request

endpoints = Endpoints("/api/conversations/{conversation_id}/messages/{seq}", tag="Files in messages")

SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


class How(Request):
    inline: bool = Field(False, description="To be shown where it stands; heeded for pictures only.")


class OfSmallPicture(OfMessage):
    size: Literal["small", "medium", "large"] = Field(description="Longest side at most 240, 720 or 1600 points.")


@endpoints.get("/file")
async def read_file(db: Db, me: Me, services: Services, path: OfMessage, query: How) -> FileAnswer:
    """A message's file, or the part of it that a Range names; an ETag names its bytes.

    Errors: 404 where there is none, or the message is not to be seen any more; 416 for a part that there is not.
    """
    name, media_type, held = await messaging.file_of(db, me.id, me.ordinal, path.conversation_id, path.seq)
    return await _answer(services, name, media_type, held, inline=query.inline and media_type in SHOWN)


@endpoints.get("/thumbnail/{size}")
async def read_thumbnail(db: Db, me: Me, services: Services, path: OfSmallPicture) -> FileAnswer:
    """A message's picture made smaller, never larger, in WebP and without anything but the picture.

    Errors: 404 where there is none, or the message is not to be seen any more.
    """
    name, _, held = await messaging.file_of(db, me.id, me.ordinal, path.conversation_id, path.seq, path.size)
    return await _answer(services, f"{name}.webp", "image/webp", held, inline=True)


async def _answer(services: Services, name: str, media_type: str, held: Held, *, inline: bool) -> FileAnswer:
    if await services.blobs.read(held.hash, 0, 1) is None:  # let go of meanwhile
        raise NoSuchMessageFile
    part = partial(services.blobs.read, held.hash)
    return FileAnswer.of(name, media_type, held.size, part, etag=held.hash.hex()[:32], inline=inline)

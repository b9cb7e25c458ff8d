"""Pictures and files in what apps and robots say: material by its id, and a robot's picture as it is.

Each becomes an upload, as if a member had sent it, and so what everybody hears is the same. Material is looked at the
first time it is sent; a robot's picture each time.
"""

import base64
import binascii
import hashlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from wecom.features import media
from wecom.features.media.formats import JPEG, PNG
from wecom.features.messaging import FileUpload, ImageUpload, ToSay
from wecom.services import Services

from .speech import CARRIED, MediaMissing, said_by_app
from .wire import WrongParameter

ROBOT_PICTURE = {
    "type": "object",
    "properties": {"base64": {"type": "string"}, "md5": {"type": "string"}},
    "required": ["base64", "md5"],
}
LONGEST_ID = 512


async def said_or_carried(services: Services, msgtype: str, given: Mapping[str, Any], *, safe: bool) -> ToSay:
    """What an app's message says, with the material in it."""
    if msgtype not in CARRIED:
        return said_by_app(msgtype, given, safe=safe)
    return await with_material(services, msgtype, given, safe=safe)


async def with_material(
    services: Services, msgtype: str, given: Mapping[str, Any], *, safe: bool = False, robot_id: int | None = None
) -> ToSay:
    """A message that carries the material that it names; raises where that is none, or of another kind."""
    material = await media.find(services.pool, _media_id(given, msgtype), msgtype, robot_id=robot_id)
    upload = await media.made_of(services.pool, services.blobs, services.decoder, material)
    return as_said(msgtype, upload.id, safe=safe)


def robot_picture(given: Mapping[str, Any]) -> bytes:
    """The bytes of a robot's picture, if they are those that it says and could be a picture's."""
    found = given.get("image")
    about = found if isinstance(found, dict) else {}
    encoded, md5 = about.get("base64"), about.get("md5")
    if not isinstance(encoded, str) or not encoded:
        raise MediaMissing
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise WrongParameter("base64") from None
    if not isinstance(md5, str) or hashlib.md5(data).hexdigest() != md5.strip().lower():
        raise WrongParameter("md5")
    if len(data) > media.LARGEST_PICTURE:
        raise media.PictureTooLarge
    if not data.startswith((JPEG, PNG)):
        raise media.NotAPicture
    return data


async def with_picture(services: Services, robot_id: int, data: bytes) -> ToSay:
    """A robot's message that carries a picture of its own."""

    async def chunks() -> AsyncIterator[bytes]:
        yield data

    name = "image.png" if data.startswith(PNG) else "image.jpg"
    upload = await media.take_whole(services.pool, services.blobs, services.decoder, robot_id, name, chunks())
    return as_said("image", upload.id)


def as_said(msgtype: str, upload_id: str, *, safe: bool = False) -> ToSay:
    if msgtype == "image":
        return ImageUpload(msgtype="image", upload=upload_id, confidential=safe)
    return FileUpload(msgtype="file", upload=upload_id, confidential=safe)


def _media_id(given: Mapping[str, Any], msgtype: str) -> str:
    found = given.get(msgtype)
    id = found.get("media_id") if isinstance(found, dict) else None
    if not isinstance(id, str) or not id:
        raise MediaMissing
    return id[:LONGEST_ID]

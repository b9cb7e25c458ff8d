"""Members' pictures, by their hash: whoever sees a member knows it, and nobody guesses it."""

import re

from aiohttp import web

from wecom.features.accounts import Me
from wecom.foundation.blobs import media_type_of
from wecom.foundation.errors import Missing, WecomError
from wecom.foundation.http import caller_of
from wecom.services import Services

from .door import ApiDoor

HASH = re.compile(r"[0-9a-f]{64}")
OWNER = "avatar"
HEADERS = {
    # A picture of another hash is another picture.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class NoSuchPicture(Missing):
    """There is no such picture, or nobody has it any more: look at the member again."""


def pictures(services: Services) -> list[web.RouteDef]:
    """What a client shows beside a name."""
    door = ApiDoor(services)

    async def picture(request: web.Request) -> web.Response:
        caller = caller_of(request, services.settings.trusted_proxies)
        try:
            await door.admit(request, Me)
            if not HASH.fullmatch(request.match_info["hash"]):
                raise NoSuchPicture
            hash = bytes.fromhex(request.match_info["hash"])
            kind = await media_type_of(services.pool, hash, OWNER)
            data = await services.blobs.get(hash) if kind else None
            if kind is None or data is None:
                raise NoSuchPicture
        except WecomError as refused:
            return door.refused(refused, caller)
        return web.Response(body=data, content_type=kind, headers=HEADERS)

    return [web.get("/api/avatars/{hash}", picture)]

"""Members' pictures, by their hash: whoever sees a member knows it, and nobody guesses it.

Where the address bears our seal no session is asked for: it was given to an app, for the app's own pages.
"""

import re

from aiohttp import web

from wecom.features.accounts import Me
from wecom.features.lifecycle.faces import is_sealed
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
            sealed = is_sealed(services.key, request.match_info["hash"], request.query.get("seal", ""))
            if not sealed:
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
        headers = HEADERS | ({"Cross-Origin-Resource-Policy": "cross-origin"} if sealed else {})
        return web.Response(body=data, content_type=kind, headers=headers)

    return [web.get("/api/avatars/{hash}", picture)]

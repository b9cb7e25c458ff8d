"""Pictures between a page of an app and whoever looks at it: `wx.uploadImage` and `wx.downloadImage`.

The client gives the server what was chosen, and the page its media_id; the app fetches it by WeCom's media/get.
"""

from functools import partial

from pydantic import BaseModel, Field

from wecom.features import apps, media
from wecom.features.accounts import Limiter, Me
from wecom.features.media import MediaExpired
from wecom.foundation.db import Db, Pool, transaction
from wecom.foundation.http import Endpoints, FileAnswer, Upload
from wecom.foundation.instants import Instant
from wecom.services import Services

from .apps import OfApp

endpoints = Endpoints("/api/apps/{app_id}/pictures", tag="Apps' pages")


class OfPicture(OfApp):
    media_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")


class PagePicture(BaseModel):
    media_id: str = Field(description="Under which every app of the company finds it, for three days.")
    created_at: Instant


@endpoints.post("")
async def give_picture(
    pool: Pool, me: Me, services: Services, limiter: Limiter, path: OfApp, file: Upload
) -> PagePicture:
    """Give a picture to an app that you may use, as JPEG or PNG of at most 10 MB. Where it was taken is left out."""
    await apps.require_shown(pool, me.id, path.app_id)
    await apps.pictures.keep_within(limiter, me.id)
    kept = await media.take_picture(
        services.blobs, services.decoder, me.id, file.name, file.chunks(), declared=file.declared
    )
    async with transaction(pool) as tx:
        given = await apps.give_picture(tx, path.app_id, kept)
    return PagePicture(media_id=given.id, created_at=given.created_at)


@endpoints.get("/{media_id}")
async def read_picture(db: Db, me: Me, services: Services, path: OfPicture) -> FileAnswer:
    """A picture that an app has the id of, for its page; 404 once it has ended."""
    found = await apps.picture_again(db, me.id, path.app_id, path.media_id)
    if await services.blobs.read(found.hash, 0, 1) is None:  # let go of meanwhile
        raise MediaExpired
    return FileAnswer.of(found.name, found.media_type, found.size, partial(services.blobs.read, found.hash))

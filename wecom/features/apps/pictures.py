"""Pictures that a page of an app takes from whoever looks at it, for three days, and shows again."""

from wecom.features import media
from wecom.features.accounts import Limiter
from wecom.features.media import Kept, Media
from wecom.foundation.db import Db, Tx

from .change import apps_shown_to
from .model import NotShownToYou, TooManyPictures

MOST_PER_HOUR = 120


async def require_shown(db: Db, member_id: int, app_id: int) -> None:
    """Raise unless the member may use the app."""
    if all(each.id != app_id for each in await apps_shown_to(db, member_id)):
        raise NotShownToYou


async def keep_within(limiter: Limiter, member_id: int) -> None:
    """Count a picture; raises `TooManyPictures` for a page that takes them without end."""
    if (wait := await limiter.allow(f"page-pictures:{member_id}", MOST_PER_HOUR, 3600)) is not None:
        raise TooManyPictures(retry_after=wait)


async def give_picture(tx: Tx, app_id: int, kept: Kept) -> Media:
    """Have the app find a member's picture under an id, as material that it uploaded itself."""
    return await media.add(tx, app_id, kept)


async def picture_again(db: Db, member_id: int, app_id: int, media_id: str) -> Media:
    """The picture of an id, for a page of the app that the member looks at."""
    await require_shown(db, member_id, app_id)
    return await media.find(db, media_id, "image")

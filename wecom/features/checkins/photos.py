"""Photos that punches are made with: given first, without what they say of where they were taken, and held by the punch
for as long as it is kept."""

from dataclasses import replace
from datetime import datetime

from wecom.foundation import blobs
from wecom.foundation.blobs import Held
from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import Busy, Missing

from ..accounts import Limiter
from ..media import Kept as KeptFile
from ..media import Media, add, find
from .punching import Claim, Kept, punch
from .queries import punches as queries

OWNER = "punch"
MOST_PER_HOUR = 60


class NoSuchPhoto(Missing):
    """There is no such photo: it may never have been taken."""


class TooManyPhotos(Busy):
    """You have given many photos in a short time: wait a while."""


async def keep_within(limiter: Limiter, member_id: int) -> None:
    """Count a photo; raises `TooManyPhotos` for whoever gives them without end."""
    if (wait := await limiter.allow(f"checkin-photos:{member_id}", MOST_PER_HOUR, 3600)) is not None:
        raise TooManyPhotos(retry_after=wait)


async def give_photo(tx: Tx, member_id: int, kept: KeptFile) -> str:
    """The id by which a punch names it: as for all material, for three days, and not to be guessed."""
    return (await add(tx, member_id, kept)).id


async def punch_with(tx: Tx, claim: Claim, photo: str, *, now: datetime) -> Kept:
    """Keep a punch and its photo, both or neither. Sent again once the photo's id has ended, it is still kept once."""
    if known := await queries.punches_by_client_ids(tx, [claim.member_id], [claim.client_id]):
        return await punch(tx, replace(claim, evidence=known[0].evidence), now=now)
    found = await find(tx, photo, "image")
    kept = await punch(tx, replace(claim, evidence=replace(claim.evidence, photo=found.hash)), now=now)
    if not kept.again:
        await hold_photo(tx, kept.punch_id, found)
    return kept


async def hold_photo(tx: Tx, punch_id: int, photo: Media) -> None:
    """Keep a punch's photo for as long as the punch."""
    await blobs.hold(tx, photo.hash, photo.size, photo.media_type, OWNER, str(punch_id))


async def photo_taken(db: Db, punch_id: int) -> tuple[int, Held] | None:
    """Whose punch it is, and its photo."""
    found = await queries.punches_by_ids(db, [punch_id])
    held = await blobs.held(db, OWNER, str(punch_id)) if found else None
    return (found[0].member_id, held) if held else None


async def photo_of(db: Db, member_id: int | None, punch_id: int) -> Held:
    """Of one's own punch; None: of anybody's, for those who may see all."""
    found = await photo_taken(db, punch_id)
    if found is None or member_id not in (None, found[0]):
        raise NoSuchPhoto
    return found[1]

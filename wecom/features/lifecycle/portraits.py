"""The picture beside a member's name, chosen by an administrator or by the member."""

from ...foundation import blobs
from ...foundation.db import Tx
from ...foundation.errors import Busy, Denied
from .. import directory
from ..accounts import Limiter
from ..media import Kept
from .faces import address_of
from .pictures import OWNER


class PictureNotYours(Denied):
    """The pictures beside names are chosen by the company: ask an administrator for another."""


class PicturesTooOften(Busy):
    """The picture was changed many times within the hour: wait before you change it again."""


MOST_PER_HOUR = 30


def require_own(may_choose: bool) -> None:
    """Raise where the company chooses; `may_choose` is its setting `own_pictures`."""
    if not may_choose:
        raise PictureNotYours


async def keep_within(limiter: Limiter, member_id: int) -> None:
    """Count a change; raises `PicturesTooOften` for who does nothing else."""
    if (wait := await limiter.allow(f"portrait:{member_id}", MOST_PER_HOUR, 3600)) is not None:
        raise PicturesTooOften(retry_after=wait)


async def show_portrait(tx: Tx, actor_id: int, member_id: int, kept: Kept, *, from_address: str = "") -> None:
    """Show this picture beside the member's name, in place of any other."""
    await directory.change_member(tx, actor_id, member_id, avatar=address_of(kept.hash), from_address=from_address)
    await blobs.release(tx, OWNER, str(member_id))
    await blobs.hold(tx, kept.hash, kept.size, kept.media_type, OWNER, str(member_id))


async def remove_portrait(tx: Tx, actor_id: int, member_id: int, *, from_address: str = "") -> None:
    """Show none; where there is none, nothing is changed."""
    await directory.change_member(tx, actor_id, member_id, avatar="", from_address=from_address)
    await blobs.release(tx, OWNER, str(member_id))

"""The pictures beside members' names: one's own, and those that administrators choose."""

from wecom.features import media
from wecom.features.accounts import DirectoryAdmin, Limiter, Me
from wecom.features.lifecycle import portraits
from wecom.features.lifecycle.portraits import remove_portrait, show_portrait
from wecom.features.media import Kept
from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints, Upload
from wecom.services import Services
from wecom.settings import Settings

from .members import require_member
from .viewing import MemberView, member_seen, sight_of
from .wire import OfMember

endpoints = Endpoints("/api", tag="Members' pictures")


@endpoints.put("/members/{member_id}/avatar")
async def put_members_picture(
    pool: Pool, admin: DirectoryAdmin, path: OfMember, file: Upload, caller: Caller, services: Services
) -> MemberView:
    """Show a picture beside a member's name: JPEG, PNG, GIF or WebP of at most 10 MB, best a square.

    What is shown is at most 720 points wide and high, and has nothing in it but the picture. Refused as
    MaintainedInLdap (403) where LDAP says what picture it is.
    """
    await require_member(pool, admin, path.member_id)
    kept = await _taken(services, admin.id, file)
    async with transaction(pool) as tx:
        await require_member(tx, admin, path.member_id)
        await show_portrait(tx, admin.id, path.member_id, kept, from_address=caller.address)
        return await member_seen(tx, await sight_of(tx, admin), path.member_id)


@endpoints.delete("/members/{member_id}/avatar")
async def delete_members_picture(tx: Tx, admin: DirectoryAdmin, path: OfMember, caller: Caller) -> MemberView:
    """Show no picture beside a member's name."""
    await require_member(tx, admin, path.member_id)
    await remove_portrait(tx, admin.id, path.member_id, from_address=caller.address)
    return await member_seen(tx, await sight_of(tx, admin), path.member_id)


@endpoints.put("/me/avatar")
async def put_own_picture(
    pool: Pool, me: Me, file: Upload, caller: Caller, services: Services, limiter: Limiter
) -> MemberView:
    """Show a picture beside your own name, as for members'.

    Refused as PictureNotYours (403) where the company does not want that, and as PicturesTooOften (429).
    """
    portraits.require_own(services.settings.own_pictures)
    await portraits.keep_within(limiter, me.id)
    kept = await _taken(services, me.id, file)
    async with transaction(pool) as tx:
        await show_portrait(tx, me.id, me.id, kept, from_address=caller.address)
        return await member_seen(tx, await sight_of(tx, me), me.id)


@endpoints.delete("/me/avatar")
async def delete_own_picture(tx: Tx, me: Me, caller: Caller, settings: Settings) -> MemberView:
    """Show no picture beside your own name."""
    portraits.require_own(settings.own_pictures)
    await remove_portrait(tx, me.id, me.id, from_address=caller.address)
    return await member_seen(tx, await sight_of(tx, me), me.id)


async def _taken(services: Services, actor_id: int, file: Upload) -> Kept:
    return await media.take_portrait(
        services.blobs, services.decoder, actor_id, file.name, file.chunks(), declared=file.declared
    )

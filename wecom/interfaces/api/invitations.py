"""Links that let somebody choose a password: made by administrators, used without being signed in."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from wecom.features.accounts import (
    DirectoryAdmin,
    Recognised,
    check_password,
    invite,
    look_at,
    offer_reset,
    use_invitation,
)
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services
from wecom.settings import Settings

from .door import ForeignPage
from .sessions import Carried, SignedIn, begin
from .wire import DeviceName, NewPassword, OfMember, Text

endpoints = Endpoints("/api", tag="Invitations")

Token = Annotated[Text, Field(min_length=1, max_length=128, description="What stands behind the # of the link.")]


class Link(BaseModel):
    """A link to hand to the member, and to nobody else."""

    token: str = Field(description="The link's secret. It is told only this once.")
    link: str = Field(description="Where the member chooses a password.")
    expires_at: Instant = Field(description="Until when it works. It works once, and a newer one replaces it.")


class Look(BaseModel):
    """A link to look at."""

    token: Token


class LinkView(BaseModel):
    """Whom a link is for."""

    userid: str
    name: str
    company: str
    purpose: Literal["join", "reset"] = Field(description="join: the first password; reset: a new one.")
    expires_at: Instant


class Acceptance(BaseModel):
    """The password that the holder of a link chose."""

    token: Token
    password: NewPassword
    kind: Carried = Field("cookie", description="How the session that begins is carried.")
    device: DeviceName = ""


@endpoints.post("/members/{member_id}/invitation")
async def invite_member(tx: Tx, admin: DirectoryAdmin, settings: Settings, caller: Caller, path: OfMember) -> Link:
    """Make a link with which a member who has no password yet joins; it works for seven days.

    Refused as AlreadyJoined (409) when they have a password, and as OutsideScope (403) for
    department administrators when the member is in none of their departments or holds a role.
    """
    token, expires_at = await invite(tx, admin, path.member_id, address=caller.address)
    return Link(token=token, link=_link(settings, caller, token), expires_at=expires_at)


@endpoints.post("/members/{member_id}/password-reset")
async def reset_password(tx: Tx, admin: DirectoryAdmin, settings: Settings, caller: Caller, path: OfMember) -> Link:
    """Make a link with which a member chooses a new password; it works for a day.

    The old password works until the link is used, and then every device is signed out. Refused as
    NeverJoined (409) when there is no password yet, and as OutsideScope (403) as for invitations.
    """
    token, expires_at = await offer_reset(tx, admin, path.member_id, address=caller.address)
    return Link(token=token, link=_link(settings, caller, token), expires_at=expires_at)


@endpoints.post("/invitations/look", public=True)
async def look_at_invitation(db: Db, services: Services, body: Look) -> LinkView:
    """Whom a link is for. Refused as InvitationInvalid (403) when it does not work, or not any more."""
    found = await look_at(db, body.token)
    return LinkView(
        userid=found.userid,
        name=found.name,
        company=services.settings.company_name,
        purpose="join" if found.purpose == "join" else "reset",
        expires_at=found.expires_at,
    )


@endpoints.post("/invitations/accept", public=True)
async def accept_invitation(pool: Pool, services: Services, caller: Caller, body: Acceptance) -> SignedIn:
    """Choose a password and be signed in. The link works once.

    Refused as InvitationInvalid (403), and as WeakPassword (400) with the reason; the link can then be
    used again.
    """
    if caller.is_foreign(services.settings.public_url):
        raise ForeignPage
    found = await look_at(pool, body.token)
    check_password(body.password, found.userid)
    hash = await services.hasher.hash(body.password)
    async with transaction(pool) as tx:
        used = await use_invitation(tx, body.token, hash, address=caller.address)
        who = Recognised(used.member_id, used.userid, hash, None, must_change=False)
        return await begin(tx, services, caller, who, body.kind, body.device)


def _link(settings: Settings, caller: Caller, token: str) -> str:
    """Behind a #, so that the secret is never in a request line and so in no log."""
    return f"{caller.site(settings.public_url)}/join#{token}"

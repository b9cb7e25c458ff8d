"""Links that let somebody set a password: to join, or because the old one is lost."""

from datetime import datetime, timedelta
from typing import Literal

from ...foundation import audit
from ...foundation.db import Db, Tx
from ..directory import mark_activated, refuse_password
from ..directory.refusals import NoSuchMember
from . import queries
from .model import AccountDisabled, AlreadyJoined, InvitationInvalid, Me, NeverJoined
from .passwords import set_password
from .queries import Invited
from .roles import require_scope
from .sessions import LONGEST_TOKEN, hash_token, new_token

Purpose = Literal["join", "reset"]

ISSUED: dict[Purpose, audit.Action] = {"join": "invitation.join", "reset": "invitation.reset"}
LIFE: dict[Purpose, timedelta] = {"join": timedelta(days=7), "reset": timedelta(days=1)}


async def invite(tx: Tx, actor: Me, member_id: int, *, address: str = "") -> tuple[str, datetime]:
    """A link for somebody who has no password yet, and when it ends; earlier ones stop working."""
    return await _issue(tx, actor, member_id, "join", address)


async def offer_reset(tx: Tx, actor: Me, member_id: int, *, address: str = "") -> tuple[str, datetime]:
    """A link for somebody who lost the password; it works until the link is used."""
    return await _issue(tx, actor, member_id, "reset", address)


async def look_at(db: Db, token: str) -> Invited:
    """Whom a link is for; raises where it does not work, or not any more."""
    found = await queries.invitation(db, hash_token(token)) if 0 < len(token) <= LONGEST_TOKEN else None
    if found is None:
        raise InvitationInvalid
    return found


async def use_invitation(tx: Tx, token: str, hash: str, *, address: str = "") -> Invited:
    """Set the password that the holder of a link chose. The link works once; older sessions end."""
    invited = await look_at(tx, token)
    if not await queries.use_invitation(tx, hash_token(token)):
        raise InvitationInvalid
    await set_password(tx, invited.member_id, hash)
    await mark_activated(tx, invited.member_id)
    await audit.record(
        tx,
        invited.member_id,
        "password.set",
        f"member:{invited.member_id}",
        address=address,
        purpose=invited.purpose,
    )
    return invited


async def void_invitations(tx: Tx, member_id: int) -> None:
    """Let none of a member's links work any more."""
    await queries.void_invitations(tx, member_id)


async def _issue(tx: Tx, actor: Me, member_id: int, purpose: Purpose, address: str) -> tuple[str, datetime]:
    await require_scope(tx, actor, member_id)
    account = await queries.account_of(tx, member_id)
    if account is None:
        raise NoSuchMember
    await refuse_password(tx, member_id)
    if not account.enabled:
        raise AccountDisabled("This account is disabled: enable it first.")
    if purpose == "join" and account.hash is not None:
        raise AlreadyJoined
    if purpose == "reset" and account.hash is None:
        raise NeverJoined
    token, kept = new_token()
    await queries.void_invitations(tx, member_id)
    expires_at = await queries.insert_invitation(tx, kept, member_id, purpose, actor.id, LIFE[purpose])
    await audit.record(tx, actor.id, ISSUED[purpose], f"member:{member_id}", address=address)
    return token, expires_at

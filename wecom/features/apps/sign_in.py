"""Signing in to an app: a member brings it a code, and with that it asks once who they are.

A code is 256 random bits of which a hash is kept. It belongs to one app (to any that trusts its domain, where the
address names none), works once, for five minutes, and only while the session that it came from goes on. Whoever the
app does not show itself to gets none.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from wecom.features import directory
from wecom.features.accounts import Limiter
from wecom.features.directory import Member
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from . import queries
from .change import sight_of
from .model import (
    App,
    AppDisabled,
    AppProfile,
    CodeExpired,
    CodeInvalid,
    CodeUsed,
    NoSuchApp,
    NotShownToYou,
    RedirectNotTrusted,
    TooManyLogins,
)
from .redirects import Redirect, good_state, redirect, trusts

LIFE = timedelta(minutes=5)
MOST_PER_MINUTE = 120
"""Codes of one member."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a member is to sign in: an address, what is to come back, and the apps that it may be for."""

    to: Redirect
    state: str
    apps: tuple[AppProfile, ...]


@dataclass(frozen=True, slots=True)
class SignedInMember:
    """Who brought a code."""

    member: Member
    device: str
    """The same for one device of theirs."""
    private: bool
    """Whether they let the app see their particulars."""


async def destination(db: Db, address: str, state: str, *, agentid: int | None, plain: bool = True) -> Destination:
    """Where an address leads, if an app trusts it: the one named, or any where none is. `plain`: see `trusts`."""
    to, state = redirect(address), good_state(state)
    if agentid is None:
        enabled = [each for each in await queries.apps(db, enabled_only=True) if each.kind == "app"]
        trusting = tuple(each for each in enabled if trusts(each.redirect_domains, to, plain=plain))
        if not trusting:
            raise RedirectNotTrusted
        return Destination(to, state, trusting)
    app = await queries.profile_of_agentid(db, agentid)
    if not app:
        raise NoSuchApp
    if not app.enabled:
        raise AppDisabled
    if not trusts(app.redirect_domains, to, plain=plain):
        raise RedirectNotTrusted
    return Destination(to, state, (app,))


async def shown_to(db: Db, member_id: int, where: Destination) -> tuple[AppProfile, ...]:
    """Those of the apps that the member may use; raises `NotShownToYou` where there is none."""
    paths = await directory.paths_of_member(db, member_id)
    shown = [each for each in where.apps if (await sight_of(db, each)).shows(member_id, paths)]
    if not shown:
        raise NotShownToYou
    return tuple(shown)


async def keep_within(limiter: Limiter, member_id: int) -> None:
    """Count a code; raises `TooManyLogins` for a page that asks for them in a circle."""
    if (wait := await limiter.allow(f"codes:{member_id}", MOST_PER_MINUTE, 60)) is not None:
        raise TooManyLogins(retry_after=wait)


async def issue_code(
    tx: Tx, member_id: int, session_id: int, where: Destination, *, private: bool, address: str
) -> str:
    """The address that the member goes to, with a code in it."""
    shown = await shown_to(tx, member_id, where)
    only = shown[0].id if len(shown) == 1 else None
    code = secrets.token_urlsafe(32)
    await queries.insert_code(
        tx, code_hash(code), only, where.to.origin, member_id, session_id, private and only is not None, address, LIFE
    )
    return where.to.with_code(code, where.state)


async def redeem_code(tx: Tx, key: bytes, app: App, code: str) -> SignedInMember:
    """Who brought this code to the app that asks. Works once."""
    hash = code_hash(code)
    found = await queries.lock_code(tx, hash)
    profile = await queries.profile(tx, app.id)
    if not found or not profile or found.ended:
        raise CodeInvalid
    if not trusts(profile.redirect_domains, redirect(found.origin), plain=True):
        raise RedirectNotTrusted
    if found.app_id not in (None, app.id):
        raise CodeInvalid
    if found.used:
        raise CodeUsed
    if found.expired:
        raise CodeExpired
    members = await directory.members_by_ids(tx, [found.member_id], seen_by=app.sight)
    if not members:
        raise NotShownToYou("The member is not in the app's visible range.")
    if not members[0].enabled:
        raise CodeInvalid
    await queries.mark_code_used(tx, hash)
    await audit.record(
        tx,
        found.member_id,
        "app.sign_in",
        f"app:{app.id}",
        address=found.address,
        origin=found.origin,
        session=found.session_id,
        private=found.private,
    )
    device = hmac.digest(key, b"device of app\0%d\0%d" % (app.id, found.session_id), "sha256").hex()[:32]
    return SignedInMember(members[0], device, found.private)


def code_hash(code: str) -> bytes:
    """No salt and no stretching: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(code.encode(errors="replace")).digest()

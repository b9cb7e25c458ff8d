"""Signing in to an app on one device by confirming it on another, which is signed in: the picture to scan.

Two secrets make a login. One stands in the picture, for whoever looks at the screen; with the other, which never
leaves the page, the waiting device asks what came of it. So a photograph of the picture is worth nothing, and the
code is made when the waiting device takes it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.features.accounts import Limiter, Me
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from . import queries
from .model import AppProfile, NoSuchLogin, TooManyLogins
from .queries import Login, Outcome
from .redirects import redirect
from .sign_in import Destination, code_hash, destination, issue_code, shown_to

LIFE = timedelta(minutes=5)
MOST_PER_MINUTE = 300
"""Logins begun from one address, which may be a whole office's."""


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A login just begun. Both secrets are told once and kept nowhere."""

    shown: str
    asking: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody who scanned the picture is asked to confirm."""

    app: AppProfile
    domain: str
    address: str
    user_agent: str
    expires_at: datetime


async def keep_within(limiter: Limiter, address: str) -> None:
    """Count a login begun from an address; raises `TooManyLogins`."""
    if (wait := await limiter.allow(f"logins:{address}", MOST_PER_MINUTE, 60)) is not None:
        raise TooManyLogins(retry_after=wait)


async def begin_login(
    tx: Tx, redirect_uri: str, state: str, agentid: int, *, address: str, user_agent: str, plain: bool = True
) -> NewLogin:
    """Begin one for an app that trusts where it leads."""
    where = await destination(tx, redirect_uri, state, agentid=agentid, plain=plain)
    shown, asking = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = await queries.insert_login(
        tx,
        code_hash(shown),
        code_hash(asking),
        where.apps[0].id,
        redirect_uri,
        where.state,
        address,
        user_agent,
        LIFE,
    )
    return NewLogin(shown, asking, expires_at)


async def look_at_login(tx: Tx, me: Me, shown: str) -> Looked:
    """What it is for. From now on it is this member's to confirm, and nobody else's."""
    login, where = await _theirs(tx, me, shown)
    if login.outcome == "waiting":
        await queries.update_login(tx, code_hash(shown), "looked_at", me.id, me.session_id)
    domain = redirect(login.redirect_uri).domain
    return Looked(where.apps[0], domain, login.address, login.user_agent, login.expires_at)


async def decide_login(tx: Tx, me: Me, shown: str, *, confirmed: bool, address: str = "") -> None:
    """Let the waiting device sign in to the app as oneself, or refuse to."""
    login, where = await _theirs(tx, me, shown)
    outcome: Outcome = "confirmed" if confirmed else "refused"
    await queries.update_login(tx, code_hash(shown), outcome, me.id, me.session_id)
    action: audit.Action = "app.confirm_login" if confirmed else "app.refuse_login"
    await audit.record(
        tx,
        me.id,
        action,
        f"app:{login.app_id}",
        address=address,
        domain=where.to.domain,
        waiting_at=login.address,
    )


async def outcome_of(tx: Tx, asking: str) -> tuple[Outcome, str | None]:
    """What came of a login, and where to go now: with a code once it is confirmed, without one once it is refused."""
    login = await queries.login_asked_for(tx, code_hash(asking))
    if not login or login.app_id is None or login.outcome == "taken":
        raise NoSuchLogin
    if login.outcome == "refused":
        return "refused", redirect(login.redirect_uri).with_code(None, login.state)
    if login.outcome != "confirmed" or login.member_id is None or login.session_id is None:
        return login.outcome, None
    where = await _where(tx, login)
    if not await queries.take_login(tx, code_hash(asking)):
        raise NoSuchLogin
    going = await issue_code(tx, login.member_id, login.session_id, where, private=False, address=login.address)
    return "confirmed", going


async def _theirs(tx: Tx, me: Me, shown: str) -> tuple[Login, Destination]:
    login = await queries.lock_shown_login(tx, code_hash(shown))
    if not login or login.outcome not in ("waiting", "looked_at") or login.member_id not in (None, me.id):
        raise NoSuchLogin
    where = await _where(tx, login)
    await shown_to(tx, me.id, where)
    return login, where


async def _where(db: Db, login: Login) -> Destination:
    app = await queries.profile(db, login.app_id) if login.app_id is not None else None
    if not app or app.agentid is None:
        raise NoSuchLogin
    return await destination(db, login.redirect_uri, login.state, agentid=app.agentid)

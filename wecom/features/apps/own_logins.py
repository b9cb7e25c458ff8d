"""Signing in to our own client by scanning its picture with a device that is signed in: as to apps, but without one.

The new session stands on the one that confirmed it, which must still be good when the waiting device takes it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from wecom.features.accounts import Me, NewSession, NotSignedIn, vouched_session
from wecom.foundation import audit
from wecom.foundation.db import Tx

from . import queries
from .logins import LIFE, NewLogin
from .model import NoSuchLogin
from .queries import Login, Outcome
from .sign_in import code_hash


@dataclass(frozen=True, slots=True)
class OwnLogin:
    """The device that waits, for whoever scanned its picture."""

    address: str
    user_agent: str
    begun_at: datetime
    expires_at: datetime


async def begin_own_login(tx: Tx, *, address: str, user_agent: str) -> NewLogin:
    """Begin one; it waits for five minutes."""
    shown, asking = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = await queries.insert_login(
        tx, code_hash(shown), code_hash(asking), None, "", "", address, user_agent, LIFE
    )
    return NewLogin(shown, asking, expires_at)


async def look_at_own_login(tx: Tx, me: Me, shown: str) -> OwnLogin:
    """Which device waits. From now on it is this member's to confirm, and nobody else's."""
    login = await _theirs(tx, me, shown)
    if login.outcome == "waiting":
        await queries.update_login(tx, code_hash(shown), "looked_at", me.id, me.session_id)
    return OwnLogin(login.address, login.user_agent, login.expires_at - LIFE, login.expires_at)


async def decide_own_login(tx: Tx, me: Me, shown: str, *, confirmed: bool, address: str = "") -> None:
    """Let the waiting device sign in as oneself, or refuse to."""
    login = await _theirs(tx, me, shown)
    outcome: Outcome = "confirmed" if confirmed else "refused"
    await queries.update_login(tx, code_hash(shown), outcome, me.id, me.session_id)
    action: audit.Action = "session.confirm_scanned" if confirmed else "session.refuse_scanned"
    await audit.record(
        tx, me.id, action, f"member:{me.id}", address=address, session=me.session_id, waiting_at=login.address
    )


async def take_own_login(
    tx: Tx, asking: str, *, user_agent: str, address: str, days: int
) -> tuple[Outcome, int | None, NewSession | None]:
    """What came of a login; once, where it was confirmed, also whose it is and their new session."""
    login = await queries.login_asked_for(tx, code_hash(asking))
    if not login or login.app_id is not None:
        raise NoSuchLogin
    if login.outcome != "confirmed" or login.member_id is None or login.session_id is None:
        return login.outcome, None, None
    if not await queries.take_login(tx, code_hash(asking)):
        return "taken", None, None
    try:
        session = await vouched_session(
            tx, login.member_id, login.session_id, user_agent=user_agent, address=address, days=days
        )
    except NotSignedIn:
        return "taken", None, None
    return "confirmed", login.member_id, session


async def _theirs(tx: Tx, me: Me, shown: str) -> Login:
    login = await queries.lock_shown_login(tx, code_hash(shown))
    if not login or login.app_id is not None or login.outcome not in ("waiting", "looked_at"):
        raise NoSuchLogin
    if login.member_id not in (None, me.id):
        raise NoSuchLogin
    return login

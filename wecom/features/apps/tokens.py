"""Access tokens: handing them out, and knowing an app by one."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from wecom.features.accounts import Limiter
from wecom.features.directory import EVERYTHING, sight_of_range
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.sealed import Sealed

from . import queries
from .model import (
    AddressNotTrusted,
    App,
    AppDisabled,
    InvalidSecret,
    NotForThisApp,
    StoredApp,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
)

LIFETIME = timedelta(seconds=7200)

_TOKEN = Sealed(b"access token", ">QIQ")
A = TypeVar("A", bound=App)

NOTED_EVERY = 60.0
"""Seconds."""

Refused = InvalidSecret | AppDisabled | AddressNotTrusted
_REASONS: dict[type, str] = {
    InvalidSecret: "wrong_secret",
    AppDisabled: "disabled",
    AddressNotTrusted: "address_not_trusted",
}


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    expires_in: int
    """Seconds."""


async def issue_token(db: Db, key: bytes, secret: str, *, address: str, now: datetime) -> AccessToken:
    """The access token of the app with this secret: the same one while it is valid."""
    app = await queries.app_by_secret(db, secret_hash(secret))
    if not app:
        raise InvalidSecret
    _may_call(app, address)
    issued = app.token_issued_at
    if not issued or not now - LIFETIME < issued <= now:
        issued = await queries.token_time(db, app.id, now.replace(microsecond=0), now - LIFETIME)
    left = issued + LIFETIME - now
    token = _TOKEN.write(key, app.id, app.secret_version, int(issued.timestamp()))
    return AccessToken(token, max(1, int(left.total_seconds())))


async def is_news(limiter: Limiter, refused: Refused) -> bool:
    """Whether a token's refusal belongs in the log: for each app, and for all wrong secrets, once a minute.

    Whoever may ask without a secret must not be able to fill it.
    """
    return await limiter.allow(f"noted:token:{_app_of(refused)}", 1, NOTED_EVERY) is None


async def note_refusal(tx: Tx, refused: Refused, address: str) -> None:
    """Leave a trace of a token that was asked for with a wrong secret, or with a right one and not handed out."""
    because = _REASONS[type(refused)]
    await audit.record(tx, None, "token.refused", f"app:{_app_of(refused)}", address=address, because=because)


def _app_of(refused: Refused) -> object:
    return refused.facts.get("app_id", "unknown")


async def app_by_token(db: Db, key: bytes, token: str, kind: type[A], *, address: str, now: datetime) -> A:
    """The app that holds this access token, as that kind of app."""
    if not token:
        raise TokenMissing
    if (facts := _TOKEN.read(key, token)) is None:
        raise TokenInvalid
    id, version, issued = facts
    if now >= datetime.fromtimestamp(issued, UTC) + LIFETIME:
        raise TokenExpired
    app = await queries.app_by_id(db, id)
    if not app or app.secret_version != version:
        raise TokenInvalid
    _may_call(app, address)
    if app.kind not in kind.admits:
        raise NotForThisApp
    sight = EVERYTHING
    if app.kind == "app":
        sight = await sight_of_range(db, app.visible_members, app.visible_departments, app.visible_tags)
    return kind(app.id, app.kind, app.agentid, app.name, sight)


def secret_hash(secret: str) -> bytes:
    """Secrets are 256 random bits, so a plain hash keeps them as well as a slow one."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def trusts(addresses: Sequence[str], address: str) -> bool:
    """Whether one of these addresses or networks is, or holds, this one; none given trusts all."""
    if not addresses:
        return True
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(each, strict=False) for each in addresses)


def _may_call(app: StoredApp, address: str) -> None:
    if not app.enabled:
        raise AppDisabled(app_id=app.id)
    if not trusts(app.trusted_addresses, address):
        raise AddressNotTrusted(
            f"The address {address} is not among those this app trusts.", address=address, app_id=app.id
        )

"""Tickets with which apps sign their pages for the JS-SDK: the company's, and one for each app.

They are derived as access tokens are: an HMAC over whose it is, the version of its secret and the time of issue.
"""

import base64
import hashlib
import hmac
import struct
from datetime import datetime, timedelta

from wecom.foundation.db import Db

from . import queries
from .model import App, NoSuchApp
from .tokens import AccessToken

LIFETIME = timedelta(seconds=7200)
_FACTS = struct.Struct(">QIQ")


async def company_ticket(db: Db, key: bytes, *, now: datetime) -> AccessToken:
    """The company's ticket: the same one, for every app, while it is valid."""
    return await _ticket(db, key, None, 0, now)


async def app_ticket(db: Db, key: bytes, app: App, *, now: datetime) -> AccessToken:
    """The app's own: the same one while it is valid and its secret stays."""
    stored = await queries.app_by_id(db, app.id)
    if not stored:
        raise NoSuchApp
    return await _ticket(db, key, app.id, stored.secret_version, now)


def page_signature(ticket: str, nonce: str, timestamp: str, url: str) -> str:
    """What a page at this address must say to be the app's. What stands behind # is not signed."""
    said = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(said.encode(errors="replace"), usedforsecurity=False).hexdigest()


async def _ticket(db: Db, key: bytes, app_id: int | None, version: int, now: datetime) -> AccessToken:
    issued = await queries.ticket_time(db, app_id, now.replace(microsecond=0), now - LIFETIME)
    facts = _FACTS.pack(app_id or 0, version, int(issued.timestamp()))
    seal = hmac.digest(key, b"page ticket\0" + facts, "sha512")
    left = issued + LIFETIME - now
    ticket = base64.urlsafe_b64encode(seal).decode().rstrip("=")
    return AccessToken(ticket, max(1, int(left.total_seconds())))

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
from .model import App, AppProfile, NoSuchApp, PageNotSigned
from .sign_in import destination, shown_to
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


async def check_page(
    db: Db,
    key: bytes,
    member_id: int,
    url: str,
    nonce: str,
    timestamp: str,
    signature: str,
    *,
    agentid: int | None = None,
    plain: bool = True,
    now: datetime,
) -> tuple[AppProfile, ...]:
    """The apps that a page which a member opens speaks for; raises unless it lies in a domain that they trust, and is
    signed with a ticket that is valid now. `agentid`: with this app's own ticket; none: with the company's.
    `plain`: whether http is as good as https.
    """
    where = await destination(db, url, "", agentid=agentid, plain=plain)
    shown = await shown_to(db, member_id, where)
    app_id, version = None, 0
    if agentid is not None:
        stored = await queries.app_by_id(db, shown[0].id)
        if not stored:
            raise NoSuchApp
        app_id, version = stored.id, stored.secret_version
    issued = await queries.ticket_issued(db, app_id)
    if issued is None or not now - LIFETIME < issued <= now:
        raise PageNotSigned
    right = page_signature(_sealed(key, app_id, version, issued), nonce, timestamp, url)
    if not hmac.compare_digest(right.encode(), signature.encode(errors="replace")):
        raise PageNotSigned
    return shown


async def _ticket(db: Db, key: bytes, app_id: int | None, version: int, now: datetime) -> AccessToken:
    issued = await queries.ticket_time(db, app_id, now.replace(microsecond=0), now - LIFETIME)
    left = issued + LIFETIME - now
    return AccessToken(_sealed(key, app_id, version, issued), max(1, int(left.total_seconds())))


def _sealed(key: bytes, app_id: int | None, version: int, issued: datetime) -> str:
    facts = _FACTS.pack(app_id or 0, version, int(issued.timestamp()))
    seal = hmac.digest(key, b"page ticket\0" + facts, "sha512")
    return base64.urlsafe_b64encode(seal).decode().rstrip("=")

"""What the company's QR code says: good for seven days, while the secret that it was made with is.

It is derived, not stored: an HMAC over the app, the version of its secret and the time when it ends, under the server's
key. Rotating the secret ends every code made with it.
"""

from datetime import datetime, timedelta

from wecom.foundation.db import Db
from wecom.foundation.sealed import Sealed

from ..apps import apps
from ..apps.model import NoSuchApp
from . import queries
from .model import JoinCodeInvalid

CODE_LIFE = timedelta(days=7)
_CODE = Sealed(b"join", ">QII", seal=16)


async def join_code(db: Db, key: bytes, app_id: int, *, now: datetime) -> str:
    """A code to show to people who shall join."""
    version = await queries.secret_version(db, app_id)
    if version is None:
        raise NoSuchApp
    return _CODE.write(key, app_id, version, int((now + CODE_LIFE).timestamp()))


async def company_code(db: Db, key: bytes, *, now: datetime) -> str:
    """The same, made with the company's contacts secret; raises `NoSuchApp` where there is none, or it is disabled."""
    contacts = next((each for each in await apps(db) if each.kind == "contacts"), None)
    if contacts is None:
        raise NoSuchApp("There is no contacts secret, which the code is made with: make one under Apps first.")
    return await join_code(db, key, contacts.id, now=now)


async def check_code(db: Db, key: bytes, code: str, *, now: datetime) -> int:
    """Whose code it is; raises `JoinCodeInvalid` unless it is good now."""
    if (facts := _CODE.read(key, code)) is None:
        raise JoinCodeInvalid
    app_id, version, until = facts
    if now.timestamp() >= until or await queries.secret_version(db, app_id) != version:
        raise JoinCodeInvalid
    return app_id

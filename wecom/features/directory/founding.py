"""The one company that a deployment is for."""

import secrets
import string

from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import Missing

from . import queries
from .model import Company
from .rules import ILLEGAL_IN_DEPARTMENT


class NotFounded(Missing):
    """There is no company in this database yet: start the server once, or run `wecom migrate`."""


async def company(db: Db) -> Company:
    found = await queries.company(db)
    if not found:
        raise NotFounded
    return found


async def found_company(tx: Tx, *, name: str, timezone: str, corpid: str = "") -> Company:
    """Make the company and its root department, once; afterwards the one that is there."""
    wanted = Company(corpid or _new_corpid(), name, timezone, secrets.token_hex(8))
    if await queries.insert_company(tx, wanted):
        await queries.insert_root(tx, ILLEGAL_IN_DEPARTMENT.sub(" ", name)[:64])
    return await company(tx)


def _new_corpid() -> str:
    """As WeCom's: ww and sixteen more."""
    return "ww" + "".join(secrets.choice(string.hexdigits[:16]) for _ in range(16))

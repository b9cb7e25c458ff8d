"""The first administrator, whom nobody can invite."""

from ...foundation import audit
from ...foundation.db import Tx
from .. import accounts, directory
from ..accounts import SYSTEM
from ..directory import EVERYTHING


async def make_administrator(
    tx: Tx,
    userid: str,
    password_hash: str | None,
    *,
    name: str = "",
    email: str | None = None,
    mobile: str | None = None,
    must_change: bool = False,
) -> int:
    """Make somebody an administrator, adding them first if there is no such member; their id.

    `password_hash`: None keeps the password they have. Asked again, it only sets the password anew:
    this is also how an operator gets back into a company that has locked itself out.
    """
    member = await directory.member_by_userid(tx, userid, seen_by=EVERYTHING)
    if member is None:
        member = await directory.add_member(tx, SYSTEM, userid, name=name or userid, email=email, mobile=mobile)
    elif not member.enabled:
        await directory.set_enabled(tx, SYSTEM, member.id, True)
    if password_hash is not None:
        await accounts.set_password(tx, member.id, password_hash, must_change=must_change)
        await audit.record(tx, SYSTEM, "password.set", f"member:{member.id}", purpose="administrator")
        await directory.mark_activated(tx, member.id)
    if not any(each.role == "administrator" for each in await accounts.grants(tx, member.id)):
        await accounts.grant(tx, SYSTEM, member.id, "administrator")
    return member.id

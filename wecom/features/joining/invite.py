"""Inviting many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.foundation import audit
from wecom.foundation.db import Tx

from ..accounts.invitations import LIFE
from ..accounts.sessions import new_token
from . import queries

NOT_AGAIN_FOR = timedelta(days=1)
"""Whoever was given a link so lately keeps it: it may be on its way to them."""

WISHED_AGAIN_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A link for somebody who has no password yet. The token is told once and kept nowhere."""

    member_id: int
    userid: str
    name: str
    token: str
    expires_at: datetime


async def invite_many(tx: Tx, app_id: int, member_ids: Sequence[int], *, address: str = "") -> list[NewInvitation]:
    """A link for each of these who has no password yet. Left out are those who have joined, are disabled, sign in with
    LDAP's password, or were given a link within a day; and whoever holds a role, since the app that is told the links
    could otherwise become an administrator."""
    return await _invite(tx, app_id, member_ids, NOT_AGAIN_FOR, address, role_holders=False)


async def invite_again(tx: Tx, actor_id: int, member_ids: Sequence[int], *, address: str = "") -> list[NewInvitation]:
    """The same for those whom the actor administers, also who were given a link lately, which works no more."""
    return await _invite(tx, actor_id, member_ids, timedelta(0), address, role_holders=True)


async def note_wishes(tx: Tx, app_id: int, member_ids: Sequence[int], *, address: str = "") -> int:
    """Note that an app wants these invited, for whoever administers them; for how many that is news."""
    count = await queries.insert_wishes(tx, member_ids, app_id, WISHED_AGAIN_AFTER)
    if count:
        await audit.record(tx, app_id, "invitation.wish", f"app:{app_id}", address=address, members=count)
    return count


async def _invite(
    tx: Tx, actor_id: int, member_ids: Sequence[int], recent: timedelta, address: str, *, role_holders: bool
) -> list[NewInvitation]:
    await queries.lock_invitations(tx)
    found = await queries.invitable(tx, member_ids, recent, role_holders=role_holders)
    if not found:
        return []
    made = [(*each, *new_token()) for each in found]
    ids, hashes = [id for id, *_ in made], [hash for *_, hash in made]
    until = await queries.replace_invitations(tx, ids, hashes, actor_id, LIFE["join"])
    acts: list[audit.Act] = [("invitation.join", f"member:{id}", {"at_once": len(ids)}) for id in ids]
    await audit.record_all(tx, actor_id, acts, address=address)
    return [NewInvitation(id, userid, name, token, until) for id, userid, name, token, _ in made]

"""Saying yes or no to somebody who asks to be let in."""

from wecom.foundation import audit
from wecom.foundation.db import Tx

from .. import directory
from ..accounts import Me, set_password
from ..directory import Place
from . import queries
from .model import AlreadyDecided, JoinRequest, NoSuchJoinRequest
from .telling import tell_who_decides


async def approve(
    tx: Tx, actor: Me, id: int, department_id: int, *, userid: str = "", name: str = "", address: str = ""
) -> int:
    """Make them a member of a department, who can sign in with the password that they chose; the member's id.

    `userid`, `name`: others than they said, where those are taken or wrong.
    """
    await directory.keep_imports_away(tx)
    request, hash = await _waiting(tx, id)
    member = await directory.add_member(
        tx,
        actor.id,
        userid or request.userid,
        name=name or request.name,
        mobile=request.mobile,
        departments=(Place(department_id),),
        from_address=address,
    )
    await set_password(tx, member.id, hash)
    await directory.mark_activated(tx, member.id)  # who chose the password has joined
    await queries.decide_request(tx, id, "approved", actor.id, member.id, "")
    await audit.record(tx, actor.id, "join_request.approve", f"join_request:{id}", address=address, member=member.id)
    await tell_who_decides(tx)
    return member.id


async def decline(tx: Tx, actor: Me, id: int, because: str, *, address: str = "") -> None:
    """Do not let them in. `because` is for the company, not for them."""
    await _waiting(tx, id)
    await queries.decide_request(tx, id, "declined", actor.id, None, because)
    await audit.record(tx, actor.id, "join_request.decline", f"join_request:{id}", address=address)
    await tell_who_decides(tx)


async def _waiting(tx: Tx, id: int) -> tuple[JoinRequest, str]:
    """Nobody else can decide it until the transaction ends."""
    held = await queries.lock_request(tx, id)
    if held is None:
        raise NoSuchJoinRequest
    state, hash = held
    if state != "waiting" or hash is None:
        raise AlreadyDecided
    [request] = await queries.join_requests(tx, id=id)
    return request, hash

"""Somebody leaves the company."""

from ...foundation.db import Tx
from .. import accounts, directory, messaging


async def leave(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """End all that a member has and is here. What they said stays; their userid may be given to somebody new."""
    await accounts.revoke_all(tx, actor_id, member_id, address=address)
    await messaging.leave_everywhere(tx, member_id, actor_id)
    await directory.mark_left(tx, actor_id, member_id, from_address=address)
    await accounts.void_invitations(tx, member_id)
    await accounts.end_sessions(tx, member_id, "left")

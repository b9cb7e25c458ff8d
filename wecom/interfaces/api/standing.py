"""Disabling and enabling members, and marking those who left."""

from wecom.features.accounts import DirectoryAdmin, require_scope
from wecom.features.lifecycle import disable, enable, leave
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints

from .wire import OfMember

endpoints = Endpoints("/api/members/{member_id}", tag="Members' standing")


@endpoints.post("/disable")
async def disable_member(tx: Tx, admin: DirectoryAdmin, caller: Caller, path: OfMember) -> None:
    """Keep a member out: every device is signed out within two seconds, and none can sign in.

    They stay in their conversations. Refused as LastAdministrator (409), and as OutsideScope (403) for
    department administrators when the member is in none of their departments or holds a role.
    """
    await require_scope(tx, admin, path.member_id)
    await disable(tx, admin.id, path.member_id, address=caller.address)


@endpoints.post("/enable")
async def enable_member(tx: Tx, admin: DirectoryAdmin, caller: Caller, path: OfMember) -> None:
    """Let a disabled member in again, with the password they had. Refused as OutsideScope (403) as above."""
    await require_scope(tx, admin, path.member_id)
    await enable(tx, admin.id, path.member_id, address=caller.address)


@endpoints.post("/leave")
async def member_leaves(tx: Tx, admin: DirectoryAdmin, caller: Caller, path: OfMember) -> None:
    """End a member's time here, for good: devices, roles and conversations end; what they said stays.

    Their userid may then be given to somebody new. Refused as LastAdministrator (409), and as
    OutsideScope (403) as for disabling.
    """
    await require_scope(tx, admin, path.member_id)
    await leave(tx, admin.id, path.member_id, address=caller.address)

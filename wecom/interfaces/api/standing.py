"""Disabling and enabling members, and marking those who left."""

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.accounts import DirectoryAdmin, require_scope
from wecom.features.lifecycle import disable, enable, leave, leaving
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints

from .wire import Id, OfMember

endpoints = Endpoints("/api/members/{member_id}", tag="Members' standing")


class HandOver(BaseModel):
    """Whose what was theirs becomes."""

    model_config = ConfigDict(extra="forbid")
    hand_over_to: Id | None = Field(
        None,
        description="Who owns the groups then that were theirs, and comes into them; null: of each, whoever has been "
        "in it longest, its administrators first.",
    )


class LeavingView(BaseModel):
    """What a member's leaving would end."""

    devices: int = Field(description="Where they are signed in now.")
    conversations: int
    groups_owned: int = Field(description="Groups that are theirs, and may be handed over.")
    roles: list[str]


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


@endpoints.get("/leave")
async def look_at_leaving(db: Db, admin: DirectoryAdmin, path: OfMember) -> LeavingView:
    """What a member's leaving would end, before it is done. Refused as OutsideScope (403) as for disabling."""
    await require_scope(db, admin, path.member_id)
    would = await leaving(db, path.member_id)
    return LeavingView(
        devices=would.devices,
        conversations=would.conversations,
        groups_owned=would.groups_owned,
        roles=list(would.roles),
    )


@endpoints.post("/leave")
async def member_leaves(tx: Tx, admin: DirectoryAdmin, caller: Caller, path: OfMember, body: HandOver) -> None:
    """End a member's time here, for good: devices, roles and conversations end; what they said stays.

    Their userid may then be given to somebody new. Refused as LastAdministrator (409), as HeirUnfit (400), and as
    OutsideScope (403) as for disabling, also where the groups would go to somebody whom the caller does not administer.
    """
    await require_scope(tx, admin, path.member_id)
    if body.hand_over_to is not None:
        await require_scope(tx, admin, body.hand_over_to)
    await leave(tx, admin.id, path.member_id, hand_over_to=body.hand_over_to, address=caller.address)

"""Roles: who may do more than talk."""

from pydantic import BaseModel, Field

from wecom.features.accounts import Admin, Auditor, Grant, Role, grant, grants, revoke
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant

from .wire import Id

endpoints = Endpoints("/api", tag="Roles")


class GrantView(BaseModel):
    """A role that a member holds."""

    id: int
    member_id: int
    userid: str
    name: str
    role: Role
    department_id: int | None = Field(
        description="For department_administrator: the department, which stands for all under it. Else null."
    )
    granted_by: int | None = Field(description="The actor who granted it; 2 is the system.")
    granted_at: Instant

    @classmethod
    def of(cls, each: Grant) -> "GrantView":
        return cls(
            id=each.id,
            member_id=each.member_id,
            userid=each.userid,
            name=each.name,
            role=each.role,
            department_id=each.department_id,
            granted_by=each.granted_by,
            granted_at=each.granted_at,
        )


class GrantList(BaseModel):
    """Every role held."""

    grants: list[GrantView]


class NewGrant(BaseModel):
    """A role to give."""

    member_id: Id
    role: Role
    department_id: Id | None = Field(None, description="For department_administrator only, which needs one.")


class OfGrant(BaseModel):
    """Which grant."""

    grant_id: Id


@endpoints.get("/roles")
async def list_roles(db: Db, auditor: Auditor) -> GrantList:
    """Every role held, by member."""
    return GrantList(grants=[GrantView.of(each) for each in await grants(db)])


@endpoints.post("/roles")
async def grant_role(tx: Tx, admin: Admin, caller: Caller, body: NewGrant) -> GrantView:
    """Give a member a role. It holds from their next request on.

    Refused as AlreadyGranted (409), and as GrantRefused (400) when a department is missing or too much.
    """
    return GrantView.of(
        await grant(tx, admin.id, body.member_id, body.role, body.department_id, address=caller.address)
    )


@endpoints.delete("/roles/{grant_id}")
async def revoke_role(tx: Tx, admin: Admin, caller: Caller, path: OfGrant) -> None:
    """Take a role back, from the member's next request on. The last administrator's is kept (409)."""
    await revoke(tx, admin.id, path.grant_id, address=caller.address)

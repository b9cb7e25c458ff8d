"""Members as a table: in any order, narrowed to a department or to how they stand."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import directory
from wecom.features.accounts import People
from wecom.features.directory import Order, Standing
from wecom.foundation.db import Db
from wecom.foundation.http import Endpoints

from ..viewing import MemberView, members_seen, sight_of
from ..wire import Id, Text

endpoints = Endpoints("/api/console", tag="Console: people")


class WhichMembers(BaseModel):
    """Which members, and in what order."""

    model_config = ConfigDict(extra="forbid")
    q: Annotated[Text, Field(max_length=64)] = Field("", description="As for searching members.")
    department_id: Id | None = Field(None, description="Only in this department and those under it.")
    standing: Standing = Field("working", description="never_joined: enabled, but never signed in.")
    order: Order = Field("id", description="joined: when they first signed in.")
    down: bool = Field(False, description="The other way round.")
    skip: int = Field(0, ge=0, lt=2**31, description="How many to leave out: those of the pages before.")
    limit: int = Field(50, ge=1, le=200)


class MemberTable(BaseModel):
    """A page of members."""

    members: list[MemberView]
    total: int = Field(description="How many there are, of which this is a page.")


class DepartmentHeads(BaseModel):
    """How many members a department has."""

    department_id: int
    own: int = Field(description="Its own members, without those of departments under it; who was disabled included.")
    everybody: int = Field(description="With those of departments under it, each once.")


class Heads(BaseModel):
    """How many members departments have."""

    departments: list[DepartmentHeads] = Field(description="Those that have any.")


@endpoints.get("/members")
async def list_members(db: Db, me: People, query: WhichMembers) -> MemberTable:
    """A page of the members that you see, of those asked for."""
    sight = await sight_of(db, me)
    found = await directory.listed(
        db,
        seen_by=sight,
        text=query.q,
        standing=query.standing,
        department_id=query.department_id,
        order=query.order,
        down=query.down,
        skip=query.skip,
        limit=query.limit,
    )
    return MemberTable(members=await members_seen(db, sight, found.members), total=found.total)


@endpoints.get("/department-heads")
async def count_heads(db: Db, me: People) -> Heads:
    """How many members each department that you see has, of those that you see."""
    sight = await sight_of(db, me)
    heads = await directory.heads_by_department(db, seen_by=sight)
    return Heads(
        departments=[
            DepartmentHeads(department_id=id, own=own, everybody=everybody) for id, (own, everybody) in heads.items()
        ]
    )

"""Making tags, putting them on and taking them off; and defining extended attributes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import directory
from wecom.features.accounts import Admin, DirectoryAdmin, require_scope
from wecom.features.directory import EVERYTHING
from wecom.features.directory.refusals import NoSuchMember
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints

from .directory import AttributeDefinitionView, OfTag, TagView
from .viewing import require_departments
from .wire import Id, Text

endpoints = Endpoints("/api")

Name = Annotated[Text, Field(max_length=256)]


class NewTag(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name = Field(description="1 to 32 characters.")
    id: Annotated[int, Field(ge=0, lt=2**31)] | None = Field(None, description="Null: the next one.")


class RenamedTag(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name = Field(description="1 to 32 characters.")


class Tagging(BaseModel):
    model_config = ConfigDict(extra="forbid")
    member_ids: list[Id] = Field(default_factory=list, max_length=1000)
    department_ids: list[Id] = Field(default_factory=list, max_length=100)


class NewAttribute(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name = Field(description="1 to 32 characters.")
    kind: Literal["text", "web"] = "text"
    order: int = Field(0, ge=0, lt=2**31)


class OfAttribute(BaseModel):
    name: Name


@endpoints.post("/tags")
async def create_tag(tx: Tx, admin: Admin, body: NewTag, caller: Caller) -> TagView:
    """Make a tag of the company's own."""
    tag = await directory.add_tag(tx, admin.id, body.name, id=body.id, from_address=caller.address)
    return TagView(id=tag.id, name=tag.name)


@endpoints.patch("/tags/{tag_id}")
async def rename_tag(tx: Tx, admin: Admin, path: OfTag, body: RenamedTag, caller: Caller) -> TagView:
    """Rename a tag."""
    tag = await directory.rename_tag(tx, admin.id, path.tag_id, body.name, from_address=caller.address)
    return TagView(id=tag.id, name=tag.name)


@endpoints.delete("/tags/{tag_id}")
async def delete_tag(tx: Tx, admin: Admin, path: OfTag, caller: Caller) -> None:
    """Delete a tag; those it was on stay."""
    await directory.delete_tag(tx, admin.id, path.tag_id, from_address=caller.address)


@endpoints.post("/tags/{tag_id}/put-on")
async def put_tag_on(tx: Tx, admin: DirectoryAdmin, path: OfTag, body: Tagging, caller: Caller) -> None:
    """Put a tag on members and departments that you administer."""
    await _require(tx, admin, body)
    await directory.put_tag_on(
        tx,
        admin.id,
        path.tag_id,
        member_ids=body.member_ids,
        department_ids=body.department_ids,
        from_address=caller.address,
    )


@endpoints.post("/tags/{tag_id}/take-off")
async def take_tag_off(tx: Tx, admin: DirectoryAdmin, path: OfTag, body: Tagging, caller: Caller) -> None:
    """Take a tag off members and departments that you administer."""
    await _require(tx, admin, body)
    await directory.take_tag_off(
        tx,
        admin.id,
        path.tag_id,
        member_ids=body.member_ids,
        department_ids=body.department_ids,
        from_address=caller.address,
    )


@endpoints.post("/attributes")
async def define_attribute(tx: Tx, admin: Admin, body: NewAttribute, caller: Caller) -> AttributeDefinitionView:
    """Let members have an extended attribute."""
    made = await directory.define_attribute(
        tx, admin.id, body.name, kind=body.kind, order=body.order, from_address=caller.address
    )
    return AttributeDefinitionView(name=made.name, kind=made.kind, order=made.sort_order)


@endpoints.delete("/attributes/{name}")
async def remove_attribute(tx: Tx, admin: Admin, path: OfAttribute, caller: Caller) -> None:
    """Take an extended attribute away, with every member's value of it."""
    await directory.remove_attribute(tx, admin.id, path.name, from_address=caller.address)


async def _require(tx: Tx, admin: DirectoryAdmin, body: Tagging) -> None:
    await require_departments(tx, admin, body.department_ids)
    found = await directory.members_by_ids(tx, body.member_ids, seen_by=EVERYTHING)
    if len(found) < len(set(body.member_ids)):
        raise NoSuchMember
    for member in found:
        await require_scope(tx, admin, member.id)

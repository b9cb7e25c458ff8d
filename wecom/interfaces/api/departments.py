"""Adding, renaming, moving and deleting departments, within those that one administers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import directory
from wecom.features.accounts import DirectoryAdmin
from wecom.features.directory import EVERYTHING, Department, Sight
from wecom.features.directory.refusals import NoSuchDepartment
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints

from .directory import OfDepartment
from .viewing import DepartmentView, departments_seen, require_departments, sight_of
from .wire import Id, Text

endpoints = Endpoints("/api/departments")

Name = Annotated[Text, Field(max_length=256)]
Order = Annotated[int, Field(ge=0, lt=2**32)]


class NewDepartment(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name = Field(description='1 to 64 characters, none of \\ : * ? " < > |')
    parent_id: Id = Field(description="The department to put it under.")
    id: Annotated[int, Field(gt=1, lt=2**31)] | None = Field(None, description="Null: the next free one.")
    name_en: Name = ""
    order: Order = 0


class ChangedDepartment(BaseModel):
    """What is not said stays as it is."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    name_en: Name | None = None
    parent_id: Id | None = Field(None, description="Move it, with all that lies under it, below this one.")
    order: Order | None = None


@endpoints.post("")
async def create_department(tx: Tx, admin: DirectoryAdmin, body: NewDepartment, caller: Caller) -> DepartmentView:
    """Add a department under one that you administer."""
    await require_departments(tx, admin, [body.parent_id])
    department = await directory.add_department(
        tx,
        admin.id,
        body.name,
        under=body.parent_id,
        id=body.id,
        name_en=body.name_en,
        order=body.order,
        from_address=caller.address,
    )
    return await _view(tx, await sight_of(tx, admin), department)


@endpoints.patch("/{department_id}")
async def update_department(
    tx: Tx, admin: DirectoryAdmin, path: OfDepartment, body: ChangedDepartment, caller: Caller
) -> DepartmentView:
    """Rename, reorder or move a department. To move one you administer where it was and where it goes."""
    await require_departments(tx, admin, [path.department_id])
    if body.parent_id is not None:
        before = await directory.department(tx, path.department_id, seen_by=EVERYTHING)
        moves = before and before.parent_id and before.parent_id != body.parent_id
        if moves and before and before.parent_id:
            await require_departments(tx, admin, [before.parent_id, body.parent_id])
    department = await directory.change_department(
        tx,
        admin.id,
        path.department_id,
        name=body.name,
        name_en=body.name_en,
        under=body.parent_id,
        order=body.order,
        from_address=caller.address,
    )
    return await _view(tx, await sight_of(tx, admin), department)


@endpoints.delete("/{department_id}")
async def delete_department(tx: Tx, admin: DirectoryAdmin, path: OfDepartment, caller: Caller) -> None:
    """Delete a department that holds nobody and nothing, and lies under one that you administer."""
    before = await directory.department(tx, path.department_id, seen_by=EVERYTHING)
    if not before:
        raise NoSuchDepartment(department=path.department_id)
    await require_departments(tx, admin, [before.parent_id or before.id])
    await directory.delete_department(tx, admin.id, path.department_id, from_address=caller.address)


async def _view(tx: Tx, sight: Sight, department: Department) -> DepartmentView:
    return (await departments_seen(tx, sight, [department]))[0]

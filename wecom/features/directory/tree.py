"""Departments: adding, renaming, moving and deleting them."""

from dataclasses import replace

from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.streams import DIRECTORY, tell

from . import queries, rules
from .maintained import refuse_department
from .model import ROOT, Department, DepartmentChanged, DepartmentRemoved
from .refusals import (
    DepartmentCycle,
    DepartmentExists,
    DepartmentFull,
    DepartmentHasDepartments,
    DepartmentHasMembers,
    DepartmentInUse,
    DepartmentTooDeep,
    NoSuchDepartment,
    NoSuchParent,
    RootDepartment,
    TooManyInAll,
)
from .turns import keep_imports_away

UNASSIGNED = "其他（待设置部门）"
HELD_BY = {"members": DepartmentHasMembers, "departments": DepartmentHasDepartments, "use": DepartmentInUse}


async def add_department(
    tx: Tx,
    actor_id: int,
    name: str,
    *,
    under: int = ROOT,
    id: int | None = None,
    name_en: str = "",
    order: int = 0,
    from_address: str = "",
) -> Department:
    """Add a department under another; its id is the next free one, or the one given."""
    name, name_en = rules.department_name(name), rules.department_name_en(name_en)
    if id is not None:
        rules.department_id(id)
    await keep_imports_away(tx)
    await queries.lock_tree(tx)
    parent = await queries.department(tx, under)
    if not parent:
        raise NoSuchParent(parent=under)
    await _fits_under(tx, parent, levels=1)
    if await queries.count_departments(tx) >= rules.MOST_IN_ALL:
        raise TooManyInAll
    new = id or await queries.next_department_id(tx)
    department = Department(new, under, name, name_en, rules.order(order), (*parent.path, new))
    if not await queries.insert_department(tx, department):
        raise DepartmentExists
    await _record(tx, actor_id, "department.add", department, from_address)
    return department


async def change_department(
    tx: Tx,
    actor_id: int,
    id: int,
    *,
    name: str | None = None,
    name_en: str | None = None,
    under: int | None = None,
    order: int | None = None,
    from_address: str = "",
) -> Department:
    """Rename, reorder or move a department, with all that lies under it."""
    await keep_imports_away(tx)
    await queries.lock_tree(tx)
    before = await queries.department(tx, id)
    if not before:
        raise NoSuchDepartment(department=id)
    changed = replace(
        before,
        name=before.name if name is None else rules.department_name(name),
        name_en=before.name_en if name_en is None else rules.department_name_en(name_en),
        sort_order=before.sort_order if order is None else rules.order(order),
    )
    if under is not None and under != before.parent_id:
        changed = await _moved(tx, changed, under)
    if changed == before:
        return before
    if (changed.name, changed.parent_id) != (before.name, before.parent_id):
        await refuse_department(tx, id)
    if changed.parent_id is not None:
        namesake = await queries.department_named(tx, changed.name, changed.parent_id)
        if namesake not in (None, id):
            raise DepartmentExists
    await queries.update_department(tx, changed)
    if changed.path != before.path:
        await queries.move_subtree(tx, id, len(before.path), changed.path[:-1])
    await _record(tx, actor_id, "department.change", changed, from_address, before)
    return changed


async def delete_department(tx: Tx, actor_id: int, id: int, *, from_address: str = "") -> None:
    """Delete a department that holds nobody and nothing."""
    if id == ROOT:
        raise RootDepartment
    await keep_imports_away(tx)
    await queries.lock_tree(tx)
    if not await queries.lock_department(tx, id):
        raise NoSuchDepartment(department=id)
    await refuse_department(tx, id)
    if held_by := await queries.hold_on_department(tx, id):
        raise HELD_BY[held_by]
    department = await queries.department(tx, id)
    if not department:
        raise NoSuchDepartment(department=id)
    await queries.forget_main_department(tx, id)
    await queries.delete_department(tx, id)
    await audit.record(
        tx, actor_id, "department.delete", f"department:{id}", address=from_address, name=department.name
    )
    tell(tx, DIRECTORY, DepartmentRemoved(department_id=id, department_ids=department.path))


async def unassigned_department(tx: Tx, actor_id: int, *, from_address: str = "") -> Department:
    """Where members wait whose department nobody said, as WeCom's 待设置部门."""
    await keep_imports_away(tx)
    await queries.lock_tree(tx)
    if id := await queries.department_named(tx, UNASSIGNED, ROOT):
        found = await queries.department(tx, id)
        if found:
            return found
    return await add_department(tx, actor_id, UNASSIGNED, from_address=from_address)


async def departments_to_assign(tx: Tx, actor_id: int, ids: list[int], *, from_address: str = "") -> list[Department]:
    """Make departments of these ids where members wait until somebody says what they are."""
    waiting = await unassigned_department(tx, actor_id, from_address=from_address)
    return [
        await add_department(tx, actor_id, str(id), under=waiting.id, id=id, from_address=from_address) for id in ids
    ]


async def _moved(tx: Tx, department: Department, under: int) -> Department:
    if department.id == ROOT:
        raise RootDepartment
    parent = await queries.department(tx, under)
    if not parent:
        raise NoSuchParent(parent=under)
    if department.id in parent.path:
        raise DepartmentCycle
    await _fits_under(tx, parent, levels=await queries.deepest_below(tx, department.id))
    return replace(department, parent_id=under, path=(*parent.path, department.id))


async def _fits_under(tx: Tx, parent: Department, *, levels: int) -> None:
    if len(parent.path) + levels > rules.DEEPEST:
        raise DepartmentTooDeep
    if await queries.full_departments(tx, [parent.id], rules.MOST_IN_DEPARTMENT):
        raise DepartmentFull(department=parent.id)


async def _record(
    tx: Tx,
    actor_id: int,
    action: audit.Action,
    department: Department,
    from_address: str,
    before: Department | None = None,
) -> None:
    details: dict[str, object] = {"name": department.name, "parent": department.parent_id}
    if before:
        details |= {"old_name": before.name, "old_parent": before.parent_id}
    await audit.record(tx, actor_id, action, f"department:{department.id}", address=from_address, **details)
    places = tuple(sorted({*department.path, *(before.path if before else ())}))
    tell(tx, DIRECTORY, DepartmentChanged(department_id=department.id, department_ids=places))

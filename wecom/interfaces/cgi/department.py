"""部门管理: the tree of departments. Changing it takes the contacts secret; apps read what they see."""

from pydantic import Field

from wecom.features import directory
from wecom.features.apps import App, ContactsApp
from wecom.features.directory import Department
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints

from .seeing import seen_department
from .wire import Answer, Body, Created, Deleted, Number, Query, QueryNumber, Text, Updated

endpoints = Endpoints("/cgi-bin/department")


class NewDepartment(Body):
    id: Number | None = None
    name: Text = ""
    name_en: Text = ""
    parentid: Number
    order: Number = 0


class ChangedDepartment(Body):
    id: Number
    name: Text | None = None
    name_en: Text | None = None
    parentid: Number | None = None
    order: Number | None = None


class OneDepartment(Query):
    id: QueryNumber


class Under(Query):
    id: QueryNumber | None = None


class DepartmentId(Created):
    id: int


class DepartmentView(Answer):
    id: int
    name: str
    name_en: str
    department_leader: list[str]
    parentid: int
    order: int


class BriefDepartment(Answer):
    id: int
    parentid: int
    order: int


class DepartmentList(Answer):
    department: list[DepartmentView]


class DepartmentIds(Answer):
    department_id: list[BriefDepartment]


class TheDepartment(Answer):
    department: DepartmentView = Field()


@endpoints.post("/create", docs=(90205, 90341, 90824))
async def create_department(tx: Tx, app: ContactsApp, body: NewDepartment, caller: Caller) -> DepartmentId:
    """创建部门: add a department under another."""
    department = await directory.add_department(
        tx,
        app.id,
        body.name,
        under=body.parentid,
        id=body.id or None,
        name_en=body.name_en,
        order=body.order,
        from_address=caller.address,
    )
    return DepartmentId(id=department.id)


@endpoints.post("/update", docs=(90206, 90342, 90825))
async def update_department(tx: Tx, app: ContactsApp, body: ChangedDepartment, caller: Caller) -> Updated:
    """更新部门: rename, reorder or move a department."""
    await directory.change_department(
        tx,
        app.id,
        body.id,
        name=body.name or None,
        name_en=body.name_en,
        under=body.parentid or None,
        order=body.order,
        from_address=caller.address,
    )
    return Updated()


@endpoints.get("/delete", docs=(90206, 90343, 90826))
async def delete_department(tx: Tx, app: ContactsApp, query: OneDepartment, caller: Caller) -> Deleted:
    """删除部门: delete a department that holds nobody and nothing."""
    await directory.delete_department(tx, app.id, query.id, from_address=caller.address)
    return Deleted()


@endpoints.get("/list", docs=(90208, 90344, 90827))
async def list_departments(db: Db, app: App, query: Under) -> DepartmentList:
    """获取部门列表: a department and all under it; without an id, all that the app sees."""
    return DepartmentList(department=await department_views(db, app, await _under(db, app, query.id)))


@endpoints.get("/simplelist", docs=(95350, 95406))
async def list_department_ids(db: Db, app: App, query: Under) -> DepartmentIds:
    """获取子部门ID列表: as `list`, ids only."""
    found = await _under(db, app, query.id)
    return DepartmentIds(
        department_id=[
            BriefDepartment(id=each.id, parentid=each.parent_id or 0, order=each.sort_order) for each in found
        ]
    )


@endpoints.get("/get", docs=(95351, 95407))
async def get_department(db: Db, app: App, query: OneDepartment) -> TheDepartment:
    """获取单个部门详情: one department."""
    [view] = await department_views(db, app, [await seen_department(db, app, query.id)])
    return TheDepartment(department=view)


async def department_views(db: Db, app: App, found: list[Department]) -> list[DepartmentView]:
    """Departments as the app may see them: leaders outside its sight are left out."""
    leaders = {id for each in found for id in each.leader_ids}
    userids = await directory.userids_of(db, sorted(leaders), seen_by=app.sight)
    return [
        DepartmentView(
            id=each.id,
            name=each.name,
            name_en=each.name_en,
            department_leader=[userids[id] for id in each.leader_ids if id in userids],
            parentid=each.parent_id or 0,
            order=each.sort_order,
        )
        for each in found
    ]


async def _under(db: Db, app: App, id: int | None) -> list[Department]:
    if id:
        await seen_department(db, app, id)
    return await directory.departments(db, seen_by=app.sight, under=id or None)

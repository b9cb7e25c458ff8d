"""成员管理: members. Changing them takes the contacts secret; apps read those in their visible range.

Apps get every field of the members they see, as WeCom's apps did before June 2022: who runs this server
decides what an app sees by its visible range.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import Field

from wecom.features import directory, joining, lifecycle, media
from wecom.features.accounts import Limiter
from wecom.features.apps import App, ContactsApp
from wecom.features.directory import EVERYTHING, Member
from wecom.features.directory import rules as directory_rules
from wecom.features.directory.refusals import NoSuchMember
from wecom.features.lifecycle.pictures import OWNER
from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import Missing
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services
from wecom.settings import Settings

from .member_wire import MemberBody, MemberView, faces, fields_of, picture_of, views
from .refusals import (
    InvalidCursor,
    NoSuchBizMail,
    NoSuchEmail,
    NoSuchMobile,
    TooFrequent,
    UseridListInvalid,
    UseridListSize,
)
from .seeing import seen_department, seen_member
from .wire import Answer, Body, Created, Deleted, Flag, Number, Query, QueryNumber, Text, Texts, Updated, WrongParameter

endpoints = Endpoints("/cgi-bin/user")

MOST_DELETED = 200
DAY = 86_400


class NewMember(MemberBody):
    to_invite: Flag = True


class ChangedMember(MemberBody):
    new_userid: Text | None = None


class OneUser(Query):
    userid: str = Field(min_length=1)


class UserList(Body):
    useridlist: Texts = Field(default_factory=list)


class OfDepartment(Query):
    department_id: QueryNumber
    fetch_child: QueryNumber = 0


class Mobile(Body):
    mobile: Text = Field(min_length=1)


class Mail(Body):
    email: Text = Field(min_length=1)
    email_type: Number = 1


class PageOfIds(Body):
    cursor: Text = ""
    limit: Number = 10_000


class DepartmentInfo(Answer):
    name: str
    id: int


class CreatedDepartments(Answer):
    department_info: list[DepartmentInfo]


class CreatedMember(Created):
    created_department_list: CreatedDepartments | None = None


class UpdatedMember(Updated):
    created_department_list: CreatedDepartments | None = None


class BriefMember(Answer):
    userid: str
    name: str
    department: list[int]


class BriefMembers(Answer):
    userlist: list[BriefMember]


class Members(Answer):
    userlist: list[MemberView]


class Userid(Answer):
    userid: str


class InDepartment(Answer):
    userid: str
    department: int


class IdPage(Answer):
    next_cursor: str
    dept_user: list[InDepartment]


@endpoints.post("/create", docs=(90195, 90331, 90814))
async def create_user(tx: Tx, app: ContactsApp, body: NewMember, caller: Caller) -> CreatedMember:
    """创建成员: add a member; to_invite notes that they are to be invited, for whoever administers them."""
    directory_rules.userid(body.userid)
    picture = await picture_of(tx, body)
    fields, made = await fields_of(tx, app, body, caller.address, None, picture)
    member = await directory.add_member(tx, app.id, body.userid, from_address=caller.address, **fields)
    if picture:
        await media.show(tx, picture, OWNER, str(member.id))
    if body.to_invite:
        await joining.note_wishes(tx, app.id, [member.id], address=caller.address)
    return CreatedMember(created_department_list=_made(made))


@endpoints.get("/get", docs=(90196, 90332, 90815))
async def get_user(db: Db, app: App, query: OneUser, services: Services, caller: Caller) -> MemberView:
    """读取成员: one member."""
    [view] = await views(db, app, faces(services, caller), [await seen_member(db, app, query.userid)])
    return view


@endpoints.post("/update", docs=(90197, 90333, 90816))
async def update_user(tx: Tx, app: ContactsApp, body: ChangedMember, caller: Caller) -> UpdatedMember:
    """更新成员: change what is given; disabling somebody ends what they have open, and LDAP does not let them in."""
    member = await _member(tx, body.userid)
    picture = await picture_of(tx, body)
    fields, made = await fields_of(tx, app, body, caller.address, member, picture)
    said = fields.pop("enabled", None)
    await directory.change_member(
        tx, app.id, member.id, userid=body.new_userid or None, from_address=caller.address, **fields
    )
    if picture:
        await media.show(tx, picture, OWNER, str(member.id))
    if said is not None and said != member.enabled:
        change = lifecycle.enable if said else lifecycle.disable
        await change(tx, app.id, member.id, address=caller.address)
    elif said is False:
        await lifecycle.keep_out(tx, app.id, member.id, address=caller.address)
    return UpdatedMember(created_department_list=_made(made))


@endpoints.get("/delete", docs=(90198, 90334, 90817))
async def delete_user(tx: Tx, app: ContactsApp, query: OneUser, caller: Caller) -> Deleted:
    """删除成员: somebody works here no more."""
    member = await _member(tx, query.userid)
    await lifecycle.leave(tx, app.id, member.id, address=caller.address)
    return Deleted()


@endpoints.post("/batchdelete", docs=(90199, 90335, 90818))
async def delete_users(tx: Tx, app: ContactsApp, body: UserList, caller: Caller) -> Deleted:
    """批量删除成员: all of them, or nobody when one is unknown."""
    if not 1 <= len(body.useridlist) <= MOST_DELETED:
        raise UseridListSize
    known = await directory.member_ids(tx, body.useridlist)
    if any(userid.lower() not in known for userid in body.useridlist):
        raise UseridListInvalid
    await lifecycle.leave_many(tx, app.id, list(known.values()), address=caller.address)
    return Deleted()


@endpoints.get("/simplelist", docs=(90200, 90336, 90819))
async def list_users_briefly(db: Db, app: App, query: OfDepartment) -> BriefMembers:
    """获取部门成员: ids, names and departments."""
    return BriefMembers(userlist=[brief(each) for each in await _of_department(db, app, query)])


@endpoints.get("/list", docs=(90201, 90337, 90820))
async def list_users(db: Db, app: App, query: OfDepartment, services: Services, caller: Caller) -> Members:
    """获取部门成员详情: all that is known of them."""
    return Members(userlist=await views(db, app, faces(services, caller), await _of_department(db, app, query)))


@endpoints.post("/getuserid", docs=(91693,))
async def get_userid_by_mobile(db: Db, app: App, limiter: Limiter, settings: Settings, body: Mobile) -> Userid:
    """手机号获取userid: whose mobile number this is. Whoever guesses too many is refused for a day."""
    mobile = directory_rules.mobile(body.mobile)
    async with _few_misses(limiter, app, settings.number_misses_per_day):
        userid = await directory.member_with_mobile(db, mobile or "", seen_by=app.sight)
        if not userid:
            raise NoSuchMobile
    return Userid(userid=userid)


@endpoints.post("/get_userid_by_email", docs=(95895,))
async def get_userid_by_email(db: Db, app: App, limiter: Limiter, settings: Settings, body: Mail) -> Userid:
    """邮箱获取userid: whose address this is; type 1 at work, 2 otherwise. Too many misses count as with numbers."""
    if body.email_type not in (1, 2):
        raise WrongParameter("email_type")
    biz = body.email_type == 1
    email = directory_rules.keepable(body.email)
    async with _few_misses(limiter, app, settings.number_misses_per_day):
        userid = await directory.member_with_email(db, email, biz=biz, seen_by=app.sight)
        if not userid:
            raise NoSuchBizMail if biz else NoSuchEmail
    return Userid(userid=userid)


@asynccontextmanager
async def _few_misses(limiter: Limiter, app: App, most: int) -> AsyncIterator[None]:
    """Counts what nobody has; raises `TooFrequent` once an app has asked for too many of those in a day."""
    key = f"misses:{app.id}"
    if most and (wait := await limiter.wait_for(key, most)) is not None:
        raise TooFrequent(retry_after=wait)
    try:
        yield
    except Missing:
        await limiter.count(key, DAY)
        raise


@endpoints.post("/list_id", docs=(96070, 40856))
async def list_ids(db: Db, app: ContactsApp, body: PageOfIds) -> IdPage:
    """获取成员ID列表: every member in every department, a page at a time."""
    if not 1 <= body.limit <= 10_000:
        raise WrongParameter("limit")
    found = await directory.places_after(db, _position(body.cursor), body.limit + 1, seen_by=EVERYTHING)
    page, more = found[: body.limit], len(found) > body.limit
    return IdPage(
        next_cursor=f"{page[-1][0]}-{page[-1][2]}" if more else "",
        dept_user=[InDepartment(userid=userid, department=department) for _, userid, department in page],
    )


def brief(member: Member) -> BriefMember:
    """A member in brief."""
    return BriefMember(userid=member.userid, name=member.name, department=list(member.department_ids))


async def _member(tx: Tx, userid: str) -> Member:
    member = await directory.member_by_userid(tx, userid, seen_by=EVERYTHING)
    if not member:
        raise NoSuchMember
    return member


async def _of_department(db: Db, app: App, query: OfDepartment) -> list[Member]:
    department = await seen_department(db, app, query.department_id)
    if query.fetch_child:
        return await directory.members_below(db, department.id, seen_by=app.sight)
    return await directory.members_of_department(db, department.id, None, 30_000, seen_by=app.sight)


def _made(departments: list[directory.Department]) -> CreatedDepartments | None:
    if not departments:
        return None
    return CreatedDepartments(department_info=[DepartmentInfo(name=each.name, id=each.id) for each in departments])


def _position(cursor: str) -> tuple[int, int]:
    if not cursor:
        return 0, 0
    id, _, department = cursor.partition("-")
    if not (id.isascii() and id.isdigit() and department.isascii() and department.isdigit() and len(cursor) <= 36):
        raise InvalidCursor
    return min(int(id), 2**62), min(int(department), 2**62)

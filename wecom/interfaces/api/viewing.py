"""What of the directory whoever is signed in sees and may change, and how it looks on the wire."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, Field

from wecom.features import directory
from wecom.features.accounts import Me
from wecom.features.accounts.model import OutsideScope
from wecom.features.directory import EVERYTHING, Department, Member, Sight
from wecom.features.directory.refusals import NoSuchDepartment, NoSuchMember
from wecom.foundation.db import Db
from wecom.foundation.instants import Instant

from .wire import Text


class PlaceView(BaseModel):
    """A member's place in one department."""

    department_id: int
    order: int = Field(description="Higher stands first.")
    is_leader: bool


class AttributeValue(BaseModel):
    """An extended attribute: `value` for text, `title` and `url` for web."""

    name: Text = Field(max_length=32)
    kind: str = Field("text", pattern="^(text|web)$")
    value: Text = Field("", max_length=1024)
    title: Text = Field("", max_length=128)
    url: Text = Field("", max_length=2048)


class MemberView(BaseModel):
    """A member as you see them; departments and leaders that you do not see are left out."""

    id: int
    userid: str
    name: str
    alias: str
    english_name: str
    mobile: str | None
    telephone: str
    email: str | None
    biz_mail: str | None
    gender: int = Field(description="0 not said, 1 male, 2 female.")
    position: str
    address: str
    avatar: str
    external_position: str
    departments: list[PlaceView] = Field(description="In the order they were given.")
    main_department_id: int | None
    leader_ids: list[int] = Field(description="The direct leaders.")
    attributes: list[AttributeValue]
    enabled: bool
    active: bool = Field(description="Whether they have ever signed in.")
    left_at: Instant | None = Field(description="When they left the company.")


class DepartmentView(BaseModel):
    """A department as you see it."""

    id: int
    parent_id: int | None = Field(description="Null at the top of what you see.")
    name: str
    name_en: str
    order: int = Field(description="Higher stands first.")
    leader_ids: list[int]


async def sight_of(db: Db, me: Me) -> Sight:
    """What a member sees; an administrator everything, one of departments also these."""
    if "administrator" in me.roles:
        return EVERYTHING
    sight = await directory.sight_of_member(db, me.id)
    if sight.everything or not me.scopes:
        return sight
    hidden = await directory.departments_by_ids(db, sorted(sight.hidden_departments))
    return replace(
        sight,
        departments=sight.departments | set(me.scopes),
        hidden_departments=frozenset(each.id for each in hidden if not set(each.path) & set(me.scopes)),
    )


async def members_seen(db: Db, sight: Sight, members: Sequence[Member]) -> list[MemberView]:
    leaders = sorted({id for member in members for id in member.leader_ids})
    seen = set(await directory.userids_of(db, leaders, seen_by=sight)) if leaders else set()
    return [_member(member, seen) for member in members]


async def member_seen(db: Db, sight: Sight, id: int) -> MemberView:
    found = await directory.members_by_ids(db, [id], seen_by=sight, with_leavers=True)
    if not found:
        raise NoSuchMember
    return (await members_seen(db, sight, found))[0]


async def departments_seen(db: Db, sight: Sight, found: Sequence[Department]) -> list[DepartmentView]:
    leaders = sorted({id for each in found for id in each.leader_ids})
    seen = set(await directory.userids_of(db, leaders, seen_by=sight)) if leaders else set()
    return [
        DepartmentView(
            id=each.id,
            parent_id=each.parent_id if sight.shows_path(each.path[:-1]) else None,
            name=each.name,
            name_en=each.name_en,
            order=each.sort_order,
            leader_ids=[id for id in each.leader_ids if id in seen],
        )
        for each in found
    ]


async def require_departments(db: Db, me: Me, ids: Sequence[int]) -> None:
    """Raise unless `me` administers all of these departments."""
    found = {each.id: each for each in await directory.departments_by_ids(db, ids, seen_by=EVERYTHING)}
    for id in ids:
        if id not in found:
            raise NoSuchDepartment(department=id)
        if not set(found[id].path) & set(me.scopes):
            raise OutsideScope(f"You do not administer department {id}: ask an administrator of the company.")


def _member(member: Member, seen: set[int]) -> MemberView:
    return MemberView(
        id=member.id,
        userid=member.userid,
        name=member.name,
        alias=member.alias,
        english_name=member.english_name,
        mobile=member.mobile,
        telephone=member.telephone,
        email=member.email,
        biz_mail=member.biz_mail,
        gender=member.gender,
        position=member.position,
        address=member.address,
        avatar=member.avatar,
        external_position=member.external_position,
        departments=[
            PlaceView(department_id=each.department_id, order=each.sort_order, is_leader=each.is_leader)
            for each in member.departments
        ],
        main_department_id=member.main_department_id,
        leader_ids=[id for id in member.leader_ids if id in seen],
        attributes=[
            AttributeValue(name=each.name, kind=each.kind, value=each.value, title=each.title, url=each.url)
            for each in member.attributes
        ],
        enabled=member.enabled,
        active=member.activated_at is not None,
        left_at=member.left_at,
    )

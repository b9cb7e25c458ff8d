"""Reading the directory: the snapshot that clients begin with, and looking people up.

A client loads `GET /api/directory`, then the pages of `GET /api/members`, and keeps the cursor of the
first answer: with the changes of the stream `directory` after it, what it holds stays true. An entry
names what changed by id, to be asked for again; `directory.changed` and `directory.reloaded` mean the
whole snapshot. Everybody sees what the visibility rules show them, and nothing tells of the rest.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from wecom.features import directory, settings
from wecom.features.accounts import Me
from wecom.features.directory.refusals import NoSuchDepartment, NoSuchTag
from wecom.foundation.db import Db
from wecom.foundation.http import Endpoints
from wecom.foundation.streams import DIRECTORY, heads
from wecom.services import Services

from .viewing import (
    DepartmentView,
    MemberView,
    departments_seen,
    member_seen,
    members_seen,
    sight_of,
)
from .wire import Id, OfMember, Text

endpoints = Endpoints("/api")

PAGE = Field(100, ge=1, le=1000, description="Members of one page.")


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Page(_Query):
    after: int = Field(0, ge=0, lt=2**63, description="The page before's `next`.")
    limit: int = PAGE


class DepartmentPage(_Query):
    after: Annotated[Text, Field(max_length=40, pattern=r"^([0-9]{1,10}-[0-9]{1,18})?$")] = Field(
        "", description="The page before's `next`."
    )
    limit: int = PAGE


class OfDepartment(BaseModel):
    department_id: Id


class OfTag(BaseModel):
    tag_id: int = Field(ge=0, lt=2**31)


class Lookup(_Query):
    id: Annotated[list[Id], BeforeValidator(lambda given: given if isinstance(given, list) else [given])] = Field(
        min_length=1, max_length=200, description="Whom; repeat it for several."
    )


class Search(_Query):
    q: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        description="Part of a name, alias, pinyin, its initials, userid, mobile number or e-mail address."
    )
    department_id: Id | None = Field(None, description="Only in this department and those under it.")
    limit: int = Field(20, ge=1, le=100)


class AttributeDefinitionView(BaseModel):
    name: str
    kind: str
    order: int


class TagView(BaseModel):
    id: int
    name: str


class Snapshot(BaseModel):
    """The directory without its members. `cursor`: where in the stream `directory` to go on from."""

    cursor: int
    epoch: str
    company: str
    everything: bool = Field(description="False: some of the directory is not shown to you.")
    departments: list[DepartmentView] = Field(description="Parents before children.")
    members: int = Field(description="How many there are that you see.")
    tags: list[TagView]
    attributes: list[AttributeDefinitionView]


class SizeView(BaseModel):
    department_id: int
    members: int = Field(description="With all departments under it, everybody once.")


class Sizes(BaseModel):
    sizes: list[SizeView] = Field(description="Departments with nobody are left out.")


class Members(BaseModel):
    members: list[MemberView]


class Reading(BaseModel):
    member_id: int
    syllables: list[str] = Field(description="Of the name, one for each of its characters.")


class FoundMembers(Members):
    readings: list[Reading] = Field(
        description="How names that are Chinese throughout are read in pinyin; some in more than one way."
    )


class MemberPage(BaseModel):
    members: list[MemberView]
    next: int | None = Field(description="Ask for what comes after it; null: that was all.")


class DepartmentMembers(BaseModel):
    members: list[MemberView]
    next: str | None = Field(description="Ask for what comes after it; null: that was all.")


class Tagged(BaseModel):
    id: int
    name: str
    member_ids: list[int]
    department_ids: list[int]


@endpoints.get("/directory")
async def read_directory(db: Db, me: Me, services: Services) -> Snapshot:
    """The departments, tags and attributes that you see, and the cursor that the changes go on from."""
    cursor = (await heads(db, [DIRECTORY])).get(DIRECTORY, 0)  # first: what changes meanwhile is told again
    sight = await sight_of(db, me)
    now = await settings.as_set(db, services.live.started_with)  # this process may not have heard of it yet
    return Snapshot(
        cursor=cursor,
        epoch=services.company.epoch,
        company=now.company_name,
        everything=sight.everything,
        departments=await departments_seen(db, sight, await directory.departments(db, seen_by=sight)),
        members=await directory.count_members(db, seen_by=sight),
        tags=[TagView(id=each.id, name=each.name) for each in await directory.tags(db)],
        attributes=[
            AttributeDefinitionView(name=each.name, kind=each.kind, order=each.sort_order)
            for each in await directory.attribute_definitions(db)
        ],
    )


@endpoints.get("/directory/sizes")
async def read_sizes(db: Db, me: Me) -> Sizes:
    """How many people each department has, of those that you see."""
    heads = await directory.heads_by_department(db, seen_by=await sight_of(db, me))
    return Sizes(sizes=[SizeView(department_id=id, members=everybody) for id, (_, everybody) in heads.items()])


@endpoints.get("/members")
async def read_members(db: Db, me: Me, query: Page) -> MemberPage:
    """Everybody you see, page by page, by id."""
    sight = await sight_of(db, me)
    found = await directory.members_after(db, query.after, query.limit, seen_by=sight)
    full = len(found) == query.limit
    return MemberPage(members=await members_seen(db, sight, found), next=found[-1].id if full else None)


@endpoints.get("/members/search")
async def search_members(db: Db, me: Me, query: Search) -> FoundMembers:
    """Members by any part of what they are called or reached by; the best matches first."""
    sight = await sight_of(db, me)
    found = await directory.search(db, query.q, seen_by=sight, department_id=query.department_id, limit=query.limit)
    readings = await directory.readings(db, found)
    return FoundMembers(
        members=await members_seen(db, sight, found),
        readings=[Reading(member_id=id, syllables=list(each)) for id, some in readings.items() for each in some],
    )


@endpoints.get("/members/lookup")
async def look_up_members(db: Db, me: Me, query: Lookup) -> Members:
    """Several members by their ids, those who left included; whom you do not see is left out."""
    sight = await sight_of(db, me)
    found = await directory.members_by_ids(db, query.id, seen_by=sight, with_leavers=True)
    return Members(members=await members_seen(db, sight, found))


@endpoints.get("/members/{member_id}")
async def read_member(db: Db, me: Me, path: OfMember) -> MemberView:
    """One member, if you see them."""
    return await member_seen(db, await sight_of(db, me), path.member_id)


@endpoints.get("/departments/{department_id}")
async def read_department(db: Db, me: Me, path: OfDepartment) -> DepartmentView:
    """One department, if you see it."""
    sight = await sight_of(db, me)
    found = await directory.department(db, path.department_id, seen_by=sight)
    if not found:
        raise NoSuchDepartment(department=path.department_id)
    return (await departments_seen(db, sight, [found]))[0]


@endpoints.get("/departments/{department_id}/members")
async def read_department_members(db: Db, me: Me, path: OfDepartment, query: DepartmentPage) -> DepartmentMembers:
    """A department's own members, page by page, the highest order first."""
    sight = await sight_of(db, me)
    if not await directory.department(db, path.department_id, seen_by=sight):
        raise NoSuchDepartment(department=path.department_id)
    order, _, id = query.after.partition("-")
    after = (int(order), int(id)) if query.after else None
    found = await directory.members_of_department(db, path.department_id, after, query.limit, seen_by=sight)
    following = None
    if len(found) == query.limit:
        last = next(each for each in found[-1].departments if each.department_id == path.department_id)
        following = f"{last.sort_order}-{found[-1].id}"
    return DepartmentMembers(members=await members_seen(db, sight, found), next=following)


@endpoints.get("/tags/{tag_id}")
async def read_tag(db: Db, me: Me, path: OfTag) -> Tagged:
    """A tag, and whom it is on, of those that you see."""
    tag = await directory.tag(db, path.tag_id)
    if not tag:
        raise NoSuchTag(tag=path.tag_id)
    on = await directory.tagged(db, tag.id, seen_by=await sight_of(db, me))
    return Tagged(id=tag.id, name=tag.name, member_ids=list(on.member_ids), department_ids=list(on.department_ids))

"""标签管理: tags on members and departments. An app changes its own; the contacts secret all of them."""

from pydantic import Field

from wecom.features import directory
from wecom.features.apps import App
from wecom.features.directory import Tag
from wecom.features.directory.refusals import NoSuchTag, TagOfAnother
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints

from .refusals import AllInvalid, TooManyNamed
from .seeing import sorted_out
from .wire import (
    Answer,
    Body,
    Created,
    Deleted,
    Number,
    Numbers,
    Query,
    QueryNumber,
    Text,
    Texts,
    Updated,
    WrongParameter,
    piped,
)

endpoints = Endpoints("/cgi-bin/tag")

MOST_USERS = 1000
MOST_PARTIES = 100


class NewTag(Body):
    tagname: Text = ""
    tagid: Number | None = None


class RenamedTag(Body):
    tagid: Number
    tagname: Text = ""


class OneTag(Query):
    tagid: QueryNumber


class Tagging(Body):
    tagid: Number
    userlist: Texts = Field(default_factory=list)
    partylist: Numbers = Field(default_factory=list)


class TagId(Created):
    tagid: int


class BriefTag(Answer):
    tagid: int
    tagname: str


class TagList(Answer):
    taglist: list[BriefTag]


class BriefMember(Answer):
    userid: str
    name: str


class TagMembers(Answer):
    tagname: str
    userlist: list[BriefMember]
    partylist: list[int]


class TaggingResult(Answer):
    invalidlist: str | None = None
    invalidparty: list[int] | None = None


@endpoints.post("/create", docs=(90210, 90346, 90829))
async def create_tag(tx: Tx, app: App, body: NewTag, caller: Caller) -> TagId:
    """创建标签: make a tag; an app's is its own."""
    owner = app.id if app.kind == "app" else None
    tag = await directory.add_tag(tx, app.id, body.tagname, id=body.tagid, app_id=owner, from_address=caller.address)
    return TagId(tagid=tag.id)


@endpoints.post("/update", docs=(90211, 90347, 90830))
async def update_tag(tx: Tx, app: App, body: RenamedTag, caller: Caller) -> Updated:
    """更新标签名字: rename a tag."""
    await _own_tag(tx, app, body.tagid)
    await directory.rename_tag(tx, app.id, body.tagid, body.tagname, from_address=caller.address)
    return Updated()


@endpoints.get("/delete", docs=(90212, 90348, 90831))
async def delete_tag(tx: Tx, app: App, query: OneTag, caller: Caller) -> Deleted:
    """删除标签: delete a tag."""
    await _own_tag(tx, app, query.tagid)
    await directory.delete_tag(tx, app.id, query.tagid, from_address=caller.address)
    return Deleted()


@endpoints.get("/list", docs=(90216, 90352, 90835))
async def list_tags(db: Db, app: App) -> TagList:
    """获取标签列表: all tags, whosever they are."""
    found = await directory.tags(db)
    return TagList(taglist=[BriefTag(tagid=each.id, tagname=each.name) for each in found])


@endpoints.get("/get", docs=(90213, 90349, 90832))
async def get_tag(db: Db, app: App, query: OneTag) -> TagMembers:
    """获取标签成员: whom a tag is on, of those that the app sees."""
    tag = await _known_tag(db, query.tagid)
    on = await directory.tagged(db, tag.id, seen_by=app.sight)
    members = await directory.members_by_ids(db, on.member_ids, seen_by=app.sight)
    return TagMembers(
        tagname=tag.name,
        userlist=[BriefMember(userid=each.userid, name=each.name) for each in members],
        partylist=list(on.department_ids),
    )


@endpoints.post("/addtagusers", docs=(90214, 90350, 90833))
async def add_tag_users(tx: Tx, app: App, body: Tagging, caller: Caller) -> TaggingResult:
    """增加标签成员: put a tag on members and departments."""
    tag = await _own_tag(tx, app, body.tagid)
    members, departments, result = await _named(tx, app, body)
    await directory.put_tag_on(
        tx, app.id, tag.id, member_ids=members, department_ids=departments, from_address=caller.address
    )
    return result


@endpoints.post("/deltagusers", docs=(90215, 90351, 90834))
async def del_tag_users(tx: Tx, app: App, body: Tagging, caller: Caller) -> TaggingResult:
    """删除标签成员: take a tag off members and departments."""
    tag = await _own_tag(tx, app, body.tagid)
    members, departments, result = await _named(tx, app, body)
    await directory.take_tag_off(
        tx, app.id, tag.id, member_ids=members, department_ids=departments, from_address=caller.address
    )
    return result


async def _named(db: Db, app: App, body: Tagging) -> tuple[list[int], list[int], TaggingResult]:
    if not body.userlist and not body.partylist:
        raise WrongParameter("userlist")
    if len(body.userlist) > MOST_USERS or len(body.partylist) > MOST_PARTIES:
        raise TooManyNamed
    members, departments, wrong_users, wrong_parties = await sorted_out(db, app, body.userlist, body.partylist)
    if not members and not departments:
        raise AllInvalid
    return members, departments, TaggingResult(invalidlist=piped(wrong_users), invalidparty=wrong_parties or None)


async def _known_tag(db: Db, id: int) -> Tag:
    tag = await directory.tag(db, id) if 0 <= id < 2**31 else None
    if not tag:
        raise NoSuchTag(tag=id)
    return tag


async def _own_tag(db: Db, app: App, id: int) -> Tag:
    """A tag that the app may change: its own; with the contacts secret, any."""
    tag = await _known_tag(db, id)
    if app.kind == "app" and tag.app_id != app.id:
        raise TagOfAnother
    return tag

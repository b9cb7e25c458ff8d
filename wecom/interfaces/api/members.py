"""Adding and changing members, for administrators and for those of departments within theirs."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import directory
from wecom.features.accounts import DirectoryAdmin, require_scope
from wecom.features.accounts.model import OutsideScope
from wecom.features.directory import EVERYTHING, Attribute, MemberFields, Place
from wecom.features.directory.refusals import NoSuchMember
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints

from .viewing import AttributeValue, MemberView, member_seen, require_departments, sight_of
from .wire import Id, OfMember, Text

endpoints = Endpoints("/api/members")

Line = Annotated[Text, Field(max_length=256)]
PLAIN = (
    "alias",
    "english_name",
    "mobile",
    "telephone",
    "email",
    "biz_mail",
    "gender",
    "position",
    "address",
    "avatar",
    "external_position",
)


class PlaceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    department_id: Id
    order: int = Field(0, ge=0, lt=2**32)
    is_leader: bool = False


class MemberBody(BaseModel):
    """What is said of a member; what is not said stays as it is."""

    model_config = ConfigDict(extra="forbid")
    name: Line | None = Field(None, description="1 to 64 characters.")
    alias: Line | None = None
    english_name: Line | None = None
    mobile: Line | None = Field(None, description="Outside China with + and the country code; empty: none.")
    telephone: Line | None = None
    email: Line | None = Field(None, description="Empty: none.")
    biz_mail: Line | None = Field(None, description="Empty: none.")
    gender: int | None = Field(None, ge=0, le=2)
    position: Line | None = None
    address: Line | None = None
    avatar: Line | None = None
    external_position: Line | None = None
    departments: list[PlaceBody] | None = Field(None, max_length=100)
    main_department_id: Id | None = None
    leader_ids: list[Id] | None = Field(None, max_length=5)
    attributes: list[AttributeValue] | None = Field(None, max_length=100)


class NewMember(MemberBody):
    """A new member; a mobile number or an e-mail address is needed."""

    userid: Annotated[Text, Field(max_length=64)] = Field("", description="Empty: one is made.")
    name: Line = Field(description="1 to 64 characters.")


class ChangedMember(MemberBody):
    userid: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="Another userid, once, for one that was made."
    )


@endpoints.post("")
async def create_member(tx: Tx, admin: DirectoryAdmin, body: NewMember, caller: Caller) -> MemberView:
    """Add a member. Department administrators add to their departments only."""
    fields = _fields(body)
    if "departments" not in fields and 1 not in admin.scopes:
        fields["departments"] = [Place(min(admin.scopes))]
    places = fields.get("departments", [Place(1)])
    await require_departments(tx, admin, [each.department_id for each in places])
    userid = body.userid or directory.generated_userid()
    member = await directory.add_member(tx, admin.id, userid, from_address=caller.address, **fields)
    return await member_seen(tx, await sight_of(tx, admin), member.id)


@endpoints.patch("/{member_id}")
async def update_member(
    tx: Tx, admin: DirectoryAdmin, path: OfMember, body: ChangedMember, caller: Caller
) -> MemberView:
    """Change a member. Department administrators change those in their departments, and move within these."""
    found = await directory.members_by_ids(tx, [path.member_id], seen_by=EVERYTHING)
    if not found:
        raise NoSuchMember
    await require_member(tx, admin, path.member_id)
    fields = _fields(body)
    if "departments" in fields:
        before, after = set(found[0].departments), set(fields["departments"])
        await require_departments(tx, admin, sorted({each.department_id for each in before ^ after}))
    await directory.change_member(
        tx, admin.id, path.member_id, userid=body.userid, from_address=caller.address, **fields
    )
    return await member_seen(tx, await sight_of(tx, admin), path.member_id)


async def require_member(db: Db, admin: DirectoryAdmin, member_id: int) -> None:
    """As for disabling; and whom the administrator does not even see is not there."""
    try:
        await require_scope(db, admin, member_id)
    except OutsideScope:
        if not await directory.members_by_ids(db, [member_id], seen_by=await sight_of(db, admin)):
            raise NoSuchMember from None
        raise


def _fields(body: MemberBody) -> MemberFields:
    fields: MemberFields = {}
    if body.name is not None:
        fields["name"] = body.name
    for name in PLAIN:
        if (value := getattr(body, name)) is not None:
            fields[name] = value  # type: ignore[literal-required]
    if body.departments is not None:
        fields["departments"] = [Place(each.department_id, each.order, each.is_leader) for each in body.departments]
    if body.main_department_id is not None:
        fields["main_department_id"] = body.main_department_id
    if body.leader_ids is not None:
        fields["leader_ids"] = body.leader_ids
    if body.attributes is not None:
        fields["attributes"] = [
            Attribute(each.name, "web" if each.kind == "web" else "text", each.value, each.title, each.url)
            for each in body.attributes
        ]
    return fields

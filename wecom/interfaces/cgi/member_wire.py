"""A member as WeCom spells one, in both directions."""

from typing import Any

from pydantic import Field

from wecom.features import directory, media
from wecom.features.apps import App
from wecom.features.directory import Attribute, Department, Member, MemberFields, Place
from wecom.features.directory import rules as directory_rules
from wecom.features.directory.refusals import InvalidAttribute, InvalidPlaces, NoSuchMember, TooManyDepartments
from wecom.features.lifecycle.faces import Faces, address_of
from wecom.features.media import Media
from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import Invalid, Missing
from wecom.foundation.http import Caller
from wecom.services import Services

from .refusals import InvalidAvatar
from .wire import Answer, Body, Flag, Number, Numbers, Text, Texts

TEXT, WEB = 0, 1
PLAIN = (
    "name",
    "alias",
    "english_name",
    "email",
    "biz_mail",
    "telephone",
    "gender",
    "address",
    "position",
    "external_position",
)


class TextValue(Body):
    value: Text = ""


class WebValue(Body):
    title: Text = ""
    url: Text = ""


class AttributeBody(Body):
    type: Number = TEXT
    name: Text = ""
    value: Text = ""
    """As it was spelt before there were types."""
    text: TextValue | None = None
    web: WebValue | None = None


class AttributesBody(Body):
    attrs: list[AttributeBody] = Field(default_factory=list)


class MemberBody(Body):
    """What `user/create` and `user/update` take; what is not given stays as it is."""

    userid: Text = Field(min_length=1)
    name: Text | None = None
    alias: Text | None = None
    english_name: Text | None = None
    email: Text | None = None
    biz_mail: Text | None = None
    mobile: Text | None = None
    telephone: Text | None = None
    gender: Number | None = None
    address: Text | None = None
    position: Text | None = None
    department: Numbers | None = None
    order: Numbers | None = None
    is_leader_in_dept: Numbers | None = None
    main_department: Number | None = None
    direct_leader: Texts | None = None
    avatar_mediaid: Text | None = None
    enable: Flag | None = None
    extattr: AttributesBody | None = None
    external_position: Text | None = None
    external_profile: dict[str, Any] | None = None


class AttributeView(Answer):
    type: int
    name: str
    text: TextValue | None = None
    web: WebValue | None = None


class AttributesView(Answer):
    attrs: list[AttributeView]


class MemberView(Answer):
    userid: str
    name: str
    english_name: str
    alias: str
    mobile: str
    department: list[int]
    order: list[int]
    position: str
    gender: str
    email: str
    biz_mail: str
    is_leader_in_dept: list[int]
    isleader: int
    direct_leader: list[str]
    avatar: str
    thumb_avatar: str
    telephone: str
    enable: int
    hide_mobile: int = 0
    status: int
    address: str
    main_department: int | None
    extattr: AttributesView
    external_position: str
    external_profile: dict[str, Any]


async def picture_of(db: Db, body: MemberBody) -> Media | None:
    """The picture that the body names."""
    if not body.avatar_mediaid:
        return None
    try:
        return await media.picture(db, body.avatar_mediaid)
    except (Invalid, Missing) as problem:
        raise InvalidAvatar(str(problem)) from None


async def fields_of(
    tx: Tx, app: App, body: MemberBody, caller_address: str, before: Member | None, picture: Media | None = None
) -> tuple[MemberFields, list[Department]]:
    """What the body says, and the departments that were made because nobody knew their ids."""
    fields: MemberFields = {}
    for name in PLAIN:
        if (value := getattr(body, name)) is not None:
            fields[name] = value  # type: ignore[literal-required]
    if body.mobile is not None and not (before and before.activated_at):
        fields["mobile"] = body.mobile  # once somebody has signed in, the number is theirs to change
    if body.enable is not None:
        fields["enabled"] = body.enable
    if picture:
        fields["avatar"] = address_of(picture.hash)
    if body.extattr is not None:
        fields["attributes"] = [_attribute(each) for each in body.extattr.attrs]
    if body.external_profile is not None:
        fields["external_profile"] = body.external_profile
    if body.direct_leader is not None:
        known = await directory.member_ids(tx, body.direct_leader)
        if unknown := [each for each in body.direct_leader if each.lower() not in known]:
            raise NoSuchMember(userid=unknown[0][:64])
        fields["leader_ids"] = sorted(known.values())
    made: list[Department] = []
    if body.department is not None or before is None:
        fields["departments"], made = await _places(tx, app, body, caller_address)
    elif body.order is not None or body.is_leader_in_dept is not None:
        fields["departments"] = _ordered(list(before.department_ids), body, before)
    if body.main_department:
        fields["main_department_id"] = body.main_department
    return fields, made


async def _places(tx: Tx, app: App, body: MemberBody, address: str) -> tuple[list[Place], list[Department]]:
    """Without departments, or in department 0, they wait to be assigned; so do departments nobody knows."""
    ids = [id for id in body.department or [] if id]
    if not ids:
        waiting = await directory.unassigned_department(tx, app.id, from_address=address)
        return [Place(waiting.id)], []
    if len(ids) > directory_rules.MOST_DEPARTMENTS:
        raise TooManyDepartments
    known = {each.id for each in await directory.departments_by_ids(tx, ids)}
    places = _ordered(ids, body, None)
    made: list[Department] = []
    if unknown := [id for id in dict.fromkeys(ids) if id not in known]:
        made = await directory.departments_to_assign(tx, app.id, unknown, from_address=address)
    return places, made


def _ordered(ids: list[int], body: MemberBody, before: Member | None) -> list[Place]:
    had = before.departments if before else ()
    orders = body.order or [each.sort_order for each in had] or [0] * len(ids)
    leads = body.is_leader_in_dept or [int(each.is_leader) for each in had] or [0] * len(ids)
    if not len(ids) == len(orders) == len(leads):
        raise InvalidPlaces
    return [Place(id, order, bool(lead)) for id, order, lead in zip(ids, orders, leads, strict=True)]


def _attribute(given: AttributeBody) -> Attribute:
    if given.type == TEXT:
        return Attribute(given.name, "text", value=given.text.value if given.text else given.value)
    if given.type == WEB and given.web:
        return Attribute(given.name, "web", title=given.web.title, url=given.web.url)
    raise InvalidAttribute(attribute=given.name)


def faces(services: Services, caller: Caller) -> Faces:
    """Where members' pictures are for the pages of whoever calls."""
    return Faces(services.key, caller.site(services.settings.public_url))


async def views(db: Db, app: App, faces: Faces, members: list[Member]) -> list[MemberView]:
    """Members as the app may see them: leaders and departments outside its sight are left out."""
    leaders = {id for member in members for id in member.leader_ids}
    userids = await directory.userids_of(db, sorted(leaders), seen_by=app.sight) if leaders else {}
    return [_view(member, userids, faces.at(member.avatar)) for member in members]


def _view(member: Member, userids: dict[int, str], face: str) -> MemberView:
    return MemberView(
        userid=member.userid,
        name=member.name,
        english_name=member.english_name,
        alias=member.alias,
        mobile=member.mobile or "",
        department=list(member.department_ids),
        order=[place.sort_order for place in member.departments],
        position=member.position,
        gender=str(member.gender),
        email=member.email or "",
        biz_mail=member.biz_mail or "",
        is_leader_in_dept=[int(place.is_leader) for place in member.departments],
        isleader=int(any(place.is_leader for place in member.departments)),
        direct_leader=[userids[id] for id in member.leader_ids if id in userids],
        avatar=face,
        thumb_avatar=face,
        telephone=member.telephone,
        enable=int(member.enabled),
        status=_status(member),
        address=member.address,
        main_department=member.main_department_id,
        extattr=AttributesView(attrs=[_attribute_view(each) for each in member.attributes]),
        external_position=member.external_position,
        external_profile=member.external_profile,
    )


def _attribute_view(each: Attribute) -> AttributeView:
    if each.kind == "web":
        return AttributeView(type=WEB, name=each.name, web=WebValue(title=each.title, url=each.url))
    return AttributeView(type=TEXT, name=each.name, text=TextValue(value=each.value))


def _status(member: Member) -> int:
    """1 active, 2 disabled, 4 not activated, 5 left."""
    if member.left_at:
        return 5
    if not member.enabled:
        return 2
    return 1 if member.activated_at else 4

"""Members: adding, changing, enabling, and marking those who left."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack, cast

from wecom.foundation import audit
from wecom.foundation.db import Tx, UniqueViolation
from wecom.foundation.errors import WecomError
from wecom.foundation.streams import DIRECTORY, tell

from . import queries, rules
from .maintained import refuse_change, refuse_leaving
from .model import EVERYTHING, Attribute, AttributeKind, Member, MemberChanged, MemberFields, MemberLeft, Place
from .refusals import (
    BizMailTaken,
    DepartmentFull,
    EmailTaken,
    InvalidAttribute,
    InvalidLeader,
    InvalidMainDepartment,
    MobileTaken,
    NoContact,
    NoSuchDepartment,
    NoSuchMember,
    TooManyLeaders,
    UseridFixed,
    UseridTaken,
)
from .searching import search_text
from .turns import keep_imports_away

TAKEN: dict[str, type[WecomError]] = {
    "userid": UseridTaken,
    "mobile": MobileTaken,
    "email": EmailTaken,
    "biz_mail": BizMailTaken,
}
CHECKS = {
    "name": rules.name,
    "alias": rules.alias,
    "english_name": rules.english_name,
    "mobile": rules.mobile,
    "telephone": rules.telephone,
    "email": rules.email,
    "biz_mail": rules.biz_mail,
    "gender": rules.gender,
    "position": rules.position,
    "address": rules.address,
    "avatar": rules.keepable,
    "external_position": rules.external_position,
    "external_profile": rules.external_profile,
    "attributes": rules.attributes,
    "departments": rules.places,
}
GENERATED = re.compile(r"m-[0-9a-f]{12}")
NOBODY = Member(
    id=0,
    ordinal=0,
    userid="",
    name="",
    alias="",
    english_name="",
    mobile=None,
    telephone="",
    email=None,
    biz_mail=None,
    gender=0,
    position="",
    address="",
    avatar="",
    main_department_id=None,
    external_position="",
    external_profile={},
    enabled=True,
    activated_at=None,
    left_at=None,
    departments=(),
    leader_ids=(),
    attributes=(),
)


def generated_userid() -> str:
    """For whom nobody chose one; it can be changed once."""
    return f"m-{secrets.token_hex(6)}"


async def add_member(
    tx: Tx, actor_id: int, userid: str, *, from_address: str = "", **fields: Unpack[MemberFields]
) -> Member:
    """Somebody begins to work here. Without departments they are in the root department."""
    await keep_imports_away(tx)
    fields.setdefault("name", "")
    fields.setdefault("departments", (Place(1),))
    member = await _described(tx, replace(NOBODY, userid=rules.userid(userid)), fields)
    if not member.mobile and not member.email and not member.biz_mail:
        raise NoContact
    await _hold_places(tx, member.departments, ())
    added = await queries.insert_member(tx, member, search_text(member))
    if not added:
        raise await _what_is_taken(tx, member)
    member = replace(member, id=added[0], ordinal=added[1])
    await queries.replace_places(tx, member.id, member.departments)
    await queries.replace_leaders(tx, member.id, member.leader_ids)
    await _record(tx, actor_id, "member.add", member, from_address, sorted(fields))
    return member


async def change_member(
    tx: Tx,
    actor_id: int,
    member_id: int,
    *,
    userid: str | None = None,
    from_address: str = "",
    **fields: Unpack[MemberFields],
) -> Member:
    """Say something else of a member; what is not said stays."""
    await keep_imports_away(tx)
    before = await queries.lock_member(tx, member_id)
    if not before:
        raise NoSuchMember
    renamed = before if userid in (None, before.userid) else _renamed(before, userid or "")
    member = await _described(tx, renamed, fields)
    await refuse_change(tx, before, member)
    if not (member.mobile or member.email or member.biz_mail) and (before.mobile or before.email or before.biz_mail):
        raise NoContact
    if member.departments != before.departments:
        await _hold_places(tx, member.departments, before.department_ids)
    try:
        await queries.update_member(tx, member, search_text(member))
    except UniqueViolation as problem:
        taken = (getattr(problem, "constraint_name", None) or "").removeprefix("members_")
        raise TAKEN.get(taken, UseridTaken) from None
    if member.departments != before.departments:
        await queries.replace_places(tx, member.id, member.departments)
    if member.leader_ids != before.leader_ids:
        await queries.replace_leaders(tx, member.id, member.leader_ids)
    changed = [name for name in (*fields, "userid") if getattr(member, name) != getattr(before, name)]
    if changed:
        await _record(tx, actor_id, "member.change", member, from_address, changed, before.department_ids)
    return member


async def set_enabled(tx: Tx, actor_id: int, member_id: int, enabled: bool, *, from_address: str = "") -> Member:
    """Bar a member from signing in, or let them in again; `lifecycle` ends what they have open."""
    return await change_member(tx, actor_id, member_id, enabled=enabled, from_address=from_address)


async def mark_left(tx: Tx, actor_id: int, member_id: int, *, from_address: str = "") -> Member:
    """Somebody works here no more: `lifecycle.leave` tells the whole story."""
    await keep_imports_away(tx)
    member = await queries.lock_member(tx, member_id)
    if not member:
        raise NoSuchMember
    await refuse_leaving(tx, member_id)
    await queries.mark_left(tx, member_id)
    await audit.record(tx, actor_id, "member.leave", f"member:{member.id}", address=from_address, userid=member.userid)
    tell(tx, DIRECTORY, MemberLeft(member_id=member.id, department_ids=member.department_ids))
    return member


async def let_join(tx: Tx, actor_id: int, member: Member, *, from_address: str = "") -> None:
    """Take somebody as having joined, on the word of who checked who they are."""
    if member.activated_at is None:
        await mark_activated(tx, member.id)
        await audit.record(tx, actor_id, "member.let_join", f"member:{member.id}", address=from_address)


async def mark_activated(tx: Tx, member_id: int) -> None:
    """They signed in for the first time."""
    if await queries.mark_activated(tx, member_id):
        member = await queries.lock_member(tx, member_id)
        if member:
            tell(tx, DIRECTORY, MemberChanged(member_id=member.id, department_ids=member.department_ids))


def _renamed(member: Member, userid: str) -> Member:
    if not GENERATED.fullmatch(member.userid) or GENERATED.fullmatch(userid):
        raise UseridFixed
    return replace(member, userid=rules.userid(userid))


async def _described(tx: Tx, member: Member, fields: MemberFields) -> Member:
    """The member with these fields, each checked."""
    given = cast("dict[str, Any]", fields)
    checked: dict[str, Any] = {}
    for name, value in given.items():
        check = CHECKS.get(name)
        checked[name] = check(value) if check else value  # type: ignore[operator]
    if "attributes" in checked:
        checked["attributes"] = await _merged(tx, member, checked["attributes"])
    if "leader_ids" in checked:
        checked["leader_ids"] = await _leaders(tx, member.id, checked["leader_ids"])
    described = replace(member, **checked)
    departments = described.department_ids
    if given.get("main_department_id") is not None:
        if described.main_department_id not in departments:
            raise InvalidMainDepartment
    elif described.main_department_id not in departments:
        described = replace(described, main_department_id=departments[0] if departments else None)
    return described


async def _merged(tx: Tx, member: Member, given: Sequence[Attribute]) -> tuple[Attribute, ...]:
    """The values a member has, with those given; names that nobody defined are ignored, as WeCom does."""
    return merged({each.name: each.kind for each in await queries.attribute_definitions(tx)}, member, given)


def merged(defined: Mapping[str, AttributeKind], member: Member, given: Sequence[Attribute]) -> tuple[Attribute, ...]:
    """The same, of what is defined."""
    values = {each.name: each for each in member.attributes}
    for each in given:
        if each.name in defined:
            if each.kind != defined[each.name]:
                raise InvalidAttribute(attribute=each.name)
            values[each.name] = each
    return tuple(values[name] for name in defined if name in values)


def written(name: str, kind: AttributeKind, text: str) -> Attribute:
    """An attribute as one piece of text says it: of the web kind, its address."""
    if kind == "text" or not text:
        return Attribute(name, kind, value=text)
    return Attribute(name, kind, title=name[:128], url=text)


async def _leaders(tx: Tx, member_id: int, given: Sequence[int]) -> tuple[int, ...]:
    leaders = tuple(sorted(set(given)))
    if len(leaders) > rules.MOST_LEADERS:
        raise TooManyLeaders
    found = await queries.members_by_ids(tx, leaders, seen_by=EVERYTHING) if leaders else []
    if len(found) < len(leaders) or member_id in leaders:
        raise InvalidLeader
    return leaders


async def _hold_places(tx: Tx, wanted: Sequence[Place], had: Sequence[int]) -> None:
    ids = [place.department_id for place in wanted]
    held = await queries.hold_departments(tx, ids)
    if unknown := [id for id in ids if id not in held]:
        raise NoSuchDepartment(department=unknown[0])
    new = [id for id in ids if id not in had]
    if full := await queries.full_departments(tx, new, rules.MOST_IN_DEPARTMENT):
        raise DepartmentFull(department=full[0])


async def _what_is_taken(tx: Tx, member: Member) -> WecomError:
    taken = await queries.taken(tx, member.userid, member.mobile, member.email, member.biz_mail, other_than=member.id)
    return TAKEN[taken or "userid"]()


async def _record(
    tx: Tx,
    actor_id: int,
    action: audit.Action,
    member: Member,
    from_address: str,
    fields: Sequence[str],
    before: Sequence[int] = (),
) -> None:
    await audit.record(
        tx,
        actor_id,
        action,
        f"member:{member.id}",
        address=from_address,
        userid=member.userid,
        fields=list(fields),
        departments=member.department_ids,
    )
    places = tuple(sorted({*member.department_ids, *before}))
    tell(tx, DIRECTORY, MemberChanged(member_id=member.id, department_ids=places))

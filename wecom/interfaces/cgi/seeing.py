"""Telling what an app may not see from what is not there: 60011 from 60111 and 60003."""

from collections.abc import Iterable, Sequence

from wecom.features import directory
from wecom.features.apps import App
from wecom.features.directory import EVERYTHING, Department, Member
from wecom.features.directory.refusals import NoSuchDepartment, NoSuchMember, OutsideSight
from wecom.foundation.db import Db


async def seen_member(db: Db, app: App, userid: str) -> Member:
    """The member, if the app may see them."""
    if member := await directory.member_by_userid(db, userid, seen_by=app.sight):
        return member
    if await directory.member_by_userid(db, userid, seen_by=EVERYTHING):
        raise OutsideSight
    raise NoSuchMember


async def seen_department(db: Db, app: App, id: int) -> Department:
    """The department, if the app may see it."""
    if department := await directory.department(db, id, seen_by=app.sight):
        return department
    if await directory.department(db, id, seen_by=EVERYTHING):
        raise OutsideSight
    raise NoSuchDepartment(department=id)


async def sorted_out(
    db: Db, app: App, userids: Sequence[str], department_ids: Sequence[int]
) -> tuple[list[int], list[int], list[str], list[int]]:
    """Ids of the members and departments that the app sees, then the userids and ids that it does not."""
    known = await directory.member_ids(db, userids)
    seen = {each.id for each in await directory.members_by_ids(db, list(known.values()), seen_by=app.sight)}
    good_members = {userid: known[userid.lower()] for userid in userids if known.get(userid.lower()) in seen}
    found = await directory.departments_by_ids(db, _possible(department_ids), seen_by=app.sight)
    good_departments = {each.id for each in found}
    return (
        list(dict.fromkeys(good_members.values())),
        [id for id in dict.fromkeys(department_ids) if id in good_departments],
        [userid for userid in dict.fromkeys(userids) if userid not in good_members],
        [id for id in dict.fromkeys(department_ids) if id not in good_departments],
    )


def _possible(ids: Iterable[int]) -> list[int]:
    return [id for id in ids if 0 < id < 2**31]

"""Loading a company, or what changed in one, from tables.

Rows say what is to be; what a table has no column for stays as it is, and nobody is removed. A row
that cannot be used is reported with its line and left out; the others go in, all in one transaction.
With `dry_run` the report is the same and nothing is written.

Who is disabled by it must also be signed out, which is not known here: `lifecycle.import_company`
tells the whole story.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.errors import WecomError
from wecom.foundation.streams import DIRECTORY, tell

from . import queries, rules
from .import_acts import acts_of
from .import_emptied import way
from .import_places import Ground, grown, inhabited, place
from .import_rows import ImportReport, MemberRow, TagRow, Wanted
from .import_tags import import_tags
from .import_tree import DepartmentRow, plan_departments
from .maintained import UNMAINTAINED, refuse
from .members import CHECKS, NOBODY, TAKEN, merged, written
from .model import EVERYTHING, AttributeKind, Department, DirectoryReloaded, Maintained, Member, Place
from .refusals import (
    DepartmentFull,
    InvalidLeader,
    InvalidMainDepartment,
    InvalidName,
    NoContact,
    NoSuchDepartment,
    UseridTaken,
)
from .rules import MOST_IN_DEPARTMENT
from .searching import search_text
from .turns import own_directory

CHUNK = 2_000

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is, and of how much."""

Keep = Callable[[Tx, Sequence[int]], Awaitable[tuple[int, WecomError] | None]]
"""Of members who would be disabled, in the table's order: one who must not be, and why."""


async def import_company(
    tx: Tx,
    actor_id: int,
    *,
    departments: Sequence[DepartmentRow] = (),
    members: Sequence[MemberRow] = (),
    tags: Sequence[TagRow] = (),
    dry_run: bool = False,
    from_address: str = "",
    keep: Keep | None = None,
    assign_unknown: bool = False,
    top: str = "",
    told: Progress | None = None,
) -> ImportReport:
    """Bring departments, members and tags to what the rows say."""
    await _begin(tx, dry_run)
    report = await bring(
        tx,
        departments=departments,
        members=members,
        tags=tags,
        dry_run=dry_run,
        keep=keep,
        maintained=await queries.maintained(tx),
        assign_unknown=assign_unknown,
        top=top,
        told=told,
    )
    if not dry_run:
        await audit.record(
            tx,
            actor_id,
            "directory.import",
            "directory:1",
            address=from_address,
            content={"userids": [each.userid for each in report.members]},
            departments_added=report.departments_added,
            departments_changed=report.departments_changed,
            members_added=report.members_added,
            members_changed=report.members_changed,
            tags_added=report.tags_added,
            problems=len(report.problems),
        )
        await audit.record_all(tx, actor_id, acts_of(report), address=from_address)
        tell(tx, DIRECTORY, DirectoryReloaded())
    return report


async def bring(
    tx: Tx,
    *,
    departments: Sequence[DepartmentRow] = (),
    members: Sequence[MemberRow] = (),
    tags: Sequence[TagRow] = (),
    dry_run: bool = False,
    keep: Keep | None = None,
    maintained: Maintained = UNMAINTAINED,
    needs_contact: bool = True,
    bounded: bool = True,
    assign_unknown: bool = False,
    top: str = "",
    told: Progress | None = None,
) -> ImportReport:
    """The same, for who records it and tells of it otherwise.

    `bounded`: whether departments hold no more than WeCom's, which bounds nothing else here. `assign_unknown`:
    make departments of the ids that nobody knows. `top`: what tables call the company.
    """
    report = ImportReport()
    if not dry_run:
        await own_directory(tx)
    before = {each.id: each for each in await queries.all_departments(tx)}
    planned = _planned(report, before, departments, maintained)
    placed = place(planned, members, assign_unknown=assign_unknown, top=top)
    for row, error in placed.refused:
        report.refuse("members", row.line, row.userid[:64], error)
    ground = grown(planned, placed.departments, maintained.departments) if placed.departments else Ground(planned)
    wanted = await _plan_members(
        tx, report, placed.members, ground, keep, maintained, needs_contact, bounded, told or _quietly
    )
    after = inhabited(planned, ground.tree, (each.member for each in wanted))
    report.made, report.top = [way(after, id) for id in after if id not in planned], placed.top
    await _write_departments(tx, report, before, after, dry_run)
    tree = set(after)
    ids = await _write_members(tx, wanted, dry_run, told or _quietly)
    await _import_leaders(tx, report, wanted, ids, dry_run)
    await import_tags(tx, report, tags, wanted, ids, tree, dry_run)
    report.members_added = sum(each.before is None for each in wanted)
    report.members_changed = sum(each.before not in (None, each.member) for each in wanted)
    report.disabled, report.enabled = _switched(wanted, False), _switched(wanted, True)
    report.members = [
        each.member if each.before else replace(each.member, id=ids[each.member.userid.lower()]) for each in wanted
    ]
    report.added = [] if dry_run else [ids[each.member.userid.lower()] for each in wanted if each.before is None]
    report.before = {each.before.id: each.before for each in wanted if each.before}
    report.lines = {each.row.line: ids[each.member.userid.lower()] for each in wanted}
    return report


async def _begin(tx: Tx, dry_run: bool) -> None:
    """Who only looks keeps nobody from changing anything meanwhile, and sees all of it as it is at one moment."""
    if dry_run:
        await queries.see_one_moment(tx)
    else:
        await own_directory(tx)


def _planned(
    report: ImportReport,
    before: Mapping[int, Department],
    rows: Sequence[DepartmentRow],
    maintained: Maintained,
) -> Mapping[int, Department]:
    """All departments as they then are."""
    if not rows:
        return before
    after, refused = plan_departments(before, rows, maintained.departments)
    for row, error in refused:
        report.refuse("departments", row.line, str(row.id), error)
    return after


async def _write_departments(
    tx: Tx, report: ImportReport, before: Mapping[int, Department], after: Mapping[int, Department], dry_run: bool
) -> None:
    changed = [each for id, each in after.items() if before.get(id) != each]
    report.departments_added = sum(each.id not in before for each in changed)
    said = [replace(each, path=before[each.id].path) for each in changed if each.id in before]
    said = [each for each in said if before[each.id] != each]  # not what only moved along
    report.departments_changed = len(said)
    report.departments = [(before.get(each.id), each) for each in changed if each.id not in before]
    report.departments += [(before[each.id], each) for each in said]
    if changed and not dry_run:
        await queries.set_aside_names(tx, [each.id for each in changed if each.id in before])
        await queries.put_departments(tx, sorted(changed, key=lambda each: len(each.path)))


def _quietly(what: str, done: int, of: int) -> None:
    """Nobody is told."""


async def _plan_members(
    tx: Tx,
    report: ImportReport,
    rows: Sequence[MemberRow],
    ground: Ground,
    keep: Keep | None,
    maintained: Maintained,
    needs_contact: bool,
    bounded: bool,
    told: Progress,
) -> list[Wanted]:
    if not rows:
        return []
    defined = await _defined(tx, report, rows)
    ids = await queries.member_ids(tx, [row.userid for row in rows])
    before: dict[int, Member] = {}
    existing = [id for row in rows if (id := row.id or ids.get(row.userid.lower()))]
    for start in range(0, len(existing), CHUNK):
        for member in await queries.members_by_ids(tx, existing[start : start + CHUNK], seen_by=EVERYTHING):
            before[member.id] = member
    sizes = await queries.department_sizes(tx)
    planned: list[Wanted] = []
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if number % CHUNK == 0:
            told("looked at", number, len(rows))
            await asyncio.sleep(0)  # so that whatever else runs here does so meanwhile
        known = before.get(row.id or ids.get(row.userid.lower(), 0))
        try:
            if row.userid.lower() in seen:
                raise UseridTaken
            seen.add(row.userid.lower())
            member = _described(row, known, ground, needs_contact, defined)
            refuse(maintained, known, member)
            for id in set(member.department_ids) - set(known.department_ids if known else ()):
                sizes[id] = sizes.get(id, 0) + 1
                if bounded and sizes[id] > MOST_IN_DEPARTMENT:
                    raise DepartmentFull(department=id)
        except WecomError as error:
            report.refuse("members", row.line, row.userid[:64], error)
        else:
            planned.append(Wanted(row, known, member))
    if keep and (kept := await keep(tx, _switched(planned, False))):
        id, refusal = kept
        [refused] = [each for each in planned if each.before and each.before.id == id]
        report.refuse("members", refused.row.line, refused.row.userid, refusal)
        planned.remove(refused)
    return _without_clashes(report, planned, await _contacts(tx, planned))


async def _contacts(tx: Tx, planned: Sequence[Wanted]) -> list[tuple[int, str, str | None, str | None, str | None]]:
    """Whoever may have what these want."""
    if len(planned) > CHUNK:
        return await queries.contacts(tx)
    members = [each.member for each in planned]
    addresses = {value.lower() for member in members for value in (member.email, member.biz_mail) if value}
    mobiles = [member.mobile for member in members if member.mobile]
    return await queries.contacts_with(tx, [each.userid.lower() for each in members], mobiles, list(addresses))


def _switched(wanted: Sequence[Wanted], enabled: bool) -> list[int]:
    """Members who become enabled, or disabled."""
    return [
        each.before.id
        for each in wanted
        if each.before and each.before.enabled is not enabled and each.member.enabled is enabled
    ]


async def _defined(tx: Tx, report: ImportReport, rows: Sequence[MemberRow]) -> dict[str, AttributeKind]:
    """The extended attributes, if any row may have one."""
    named = dict.fromkeys(name for row in rows for name in row.extra)
    if not named:
        return {}
    defined = {each.name: each.kind for each in await queries.attribute_definitions(tx)}
    report.unused = tuple(name for name in named if name not in defined)
    return defined


def _described(
    row: MemberRow, before: Member | None, ground: Ground, needs_contact: bool, defined: Mapping[str, AttributeKind]
) -> Member:
    said: dict[str, Any] = {}
    if before is None:
        said |= {"userid": rules.userid(row.userid), "departments": (Place(1),)}
    elif row.id is not None and row.userid.lower() != before.userid.lower():
        said["userid"] = rules.userid(row.userid)
    for name, value in row.fields.items():
        check: Any = CHECKS.get(name)
        said[name] = check(value) if check else value
    had = before or NOBODY
    if values := [written(name, defined[name], value) for name, value in row.extra.items() if name in defined]:
        said["attributes"] = merged(defined, had, rules.attributes(values))
    if not said.get("name", had.name):
        raise InvalidName
    departments = [place.department_id for place in said.get("departments", had.departments)]
    for id in departments:
        if id in ground.lost:
            raise ground.lost[id].with_traceback(None)
        if id not in ground.tree:
            raise NoSuchDepartment(f"There is no department {id}: check the department's id.", department=id)
    if said.get("main_department_id", had.main_department_id) not in departments:
        if said.get("main_department_id") is not None:
            raise InvalidMainDepartment
        said["main_department_id"] = departments[0]
    member = replace(had, **said)  # once: it costs more than all the rest
    if needs_contact and not (member.mobile or member.email or member.biz_mail):
        raise NoContact
    return member


def _without_clashes(
    report: ImportReport,
    planned: list[Wanted],
    contacts: Sequence[tuple[int, str, str | None, str | None, str | None]],
) -> list[Wanted]:
    """Without the rows that want what another member has; leaving one out may bring another to clash."""
    replaced = {each.before.id for each in planned if each.before}
    had = {key: -1 for each in contacts if each[0] not in replaced for key in _unique(*each[1:])}
    fallen: dict[int, tuple[str, str]] = {}
    for number, each in enumerate(planned):
        wants = _wants(each.member)
        if clash := wants & had.keys():
            fallen[number] = min(clash)
        else:
            had |= dict.fromkeys(wants, number)
    falling = list(fallen)
    for number in falling:  # who falls keeps what they had, and so whoever wants that falls too
        before = planned[number].before
        for key in _wants(before) if before else ():
            other = had.get(key, -1)
            if other >= 0 and other not in fallen:
                fallen[other] = key
                falling.append(other)
            had[key] = -1
    for number in falling:
        row = planned[number].row
        report.refuse("members", row.line, row.userid, TAKEN[fallen[number][0]]())
    return [each for number, each in enumerate(planned) if number not in fallen]


def _wants(member: Member) -> set[tuple[str, str]]:
    return _unique(member.userid, member.mobile, member.email, member.biz_mail)


def _unique(userid: str, mobile: str | None, email: str | None, biz_mail: str | None) -> set[tuple[str, str]]:
    given = {
        "userid": userid.lower(),
        "mobile": mobile,
        "email": email and email.lower(),
        "biz_mail": biz_mail and biz_mail.lower(),
    }
    return {(name, value) for name, value in given.items() if value}


async def _write_members(tx: Tx, wanted: list[Wanted], dry_run: bool, told: Progress) -> dict[str, int]:
    """Ids by userid in lower case of everybody the rows are about; a dry run's newcomers have none yet."""
    if dry_run:
        return {each.member.userid.lower(): each.before.id if each.before else 0 for each in wanted}
    fresh = iter(await queries.new_actors(tx, sum(each.before is None for each in wanted)))
    named = [each.member if each.before else replace(each.member, id=next(fresh)) for each in wanted]
    changed = [member for member, each in zip(named, wanted, strict=True) if member != each.before]
    await queries.free_contacts(tx, [member.id for member in changed])
    await queries.set_aside_userids(tx, [each.before.id for each in wanted if each.before and _is_renamed(each)])
    for start in range(0, len(changed), CHUNK):
        told("written", start, len(changed))
        chunk = changed[start : start + CHUNK]
        await queries.put_members(tx, [(member, search_text(member)) for member in chunk])
        await queries.put_places(tx, [(member.id, member.departments) for member in chunk])
    return {member.userid.lower(): member.id for member in named}


def _is_renamed(each: Wanted) -> bool:
    return each.before is not None and each.before.userid != each.member.userid


async def _import_leaders(
    tx: Tx, report: ImportReport, wanted: list[Wanted], ids: Mapping[str, int], dry_run: bool
) -> None:
    """Second pass: leaders may stand further down the table than those they lead."""
    named = {leader.lower() for each in wanted for leader in each.row.leaders or ()}
    known = {**await queries.member_ids(tx, sorted(named - set(ids))), **ids}
    about: dict[int, set[int]] = {}
    for each in wanted:
        if each.row.leaders is None:
            continue
        leaders = about.setdefault(ids[each.member.userid.lower()], set())
        for leader in each.row.leaders:
            if leader.lower() not in known or leader.lower() == each.member.userid.lower():
                report.lack("members", each.row.line, f"{each.row.userid}: {leader[:64]}", InvalidLeader())
            else:
                leaders.add(known[leader.lower()])
        if leaders != set(each.before.leader_ids if each.before else ()):
            report.led.add(ids[each.member.userid.lower()])
    if about and not dry_run:
        await queries.put_leaders(tx, list(about), [(id, leader) for id, given in about.items() for leader in given])

"""Doing what a plan says, in the transaction that it was made in.

The rows go in by the same engine as an import's. Who is barred comes first and apart from everything
else, so that nothing about an entry can keep somebody in.
"""

from dataclasses import dataclass, field

from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.errors import WecomError
from wecom.foundation.streams import DIRECTORY, Event, tell

from .. import queries as directory
from ..import_rows import ImportReport, MemberRow
from ..importing import Keep, bring
from ..model import (
    AttributesChanged,
    Department,
    DepartmentChanged,
    DepartmentRemoved,
    DirectoryReloaded,
    MemberChanged,
    Place,
)
from ..tree import HELD_BY
from . import queries
from .config import LdapConfig
from .model import Current, PersonChange, Plan, Problem
from .settle import Settled, settle
from .tags import apply_tags

MOST_TOLD = 100
"""Above so many changes clients load the directory anew."""


@dataclass(slots=True)
class Applied:
    """What was done."""

    ids: dict[str, int] = field(default_factory=dict)
    """Members by their entries, of those who were added or changed."""
    disabled: list[int] = field(default_factory=list)
    enabled: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    acts: list[audit.Act] = field(default_factory=list)
    """For the audit log."""
    events: list[Event] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """Of each kind of change how many were made, or in a dry run would be."""


async def apply(
    tx: Tx,
    actor_id: int,
    plan: Plan,
    current: Current,
    config: LdapConfig,
    *,
    keep: Keep,
    run_id: int,
    dry_run: bool = False,
) -> Applied:
    """Change what is to be changed; with `dry_run` only find out what of it could not be."""
    applied = Applied()
    await _switch(tx, plan, applied, keep, dry_run)
    if not dry_run:
        await _define_attributes(tx, config, applied)
    settled = settle(plan, current, config)
    if settled.fresh and not dry_run:
        settled = settled.numbered(await queries.new_department_ids(tx, len(settled.fresh)))
    rows = [_row(number, each, settled.ids, config) for number, each in enumerate(plan.people)]
    report = await bring(
        tx, departments=settled.rows, members=rows, dry_run=dry_run, keep=keep, needs_contact=False, bounded=False
    )
    _tell_problems(plan, settled, report, applied)
    applied.disabled += report.disabled
    applied.counts = _counts(plan, applied, report)
    if dry_run:
        return applied
    await _link(tx, plan, applied, report, settled)
    _note_departments(settled, applied)
    _note_people(plan, applied, report)
    await apply_tags(tx, plan, current, applied.ids, applied.acts, applied.events, applied.problems)
    applied.counts["departments_gone"] = await _remove_departments(tx, plan, current, applied)
    applied.counts["problems"] = len(plan.problems) + len(applied.problems)
    acts: list[audit.Act] = [(action, on, details | {"ldap_run": run_id}) for action, on, details in applied.acts]
    await audit.record_all(tx, actor_id, acts)
    for event in applied.events if len(applied.events) <= MOST_TOLD else [DirectoryReloaded()]:
        tell(tx, DIRECTORY, event)
    return applied


async def _switch(tx: Tx, plan: Plan, applied: Applied, keep: Keep, dry_run: bool) -> None:
    rows = [
        MemberRow(number, each.known.member.userid, {"enabled": each.because == "enabled"}, id=each.known.member.id)
        for number, each in enumerate([*plan.disable, *plan.enable])
    ]
    report = await bring(tx, members=rows, dry_run=dry_run, keep=keep, needs_contact=False)
    applied.problems += [Problem("person", each.what, each.message) for each in report.problems]
    applied.disabled, applied.enabled = report.disabled, report.enabled
    if not dry_run:
        await queries.mark_switched(tx, report.disabled, True)
        await queries.mark_switched(tx, report.enabled, False)
        await queries.mark_gone(tx, plan.gone)
        moved = {each.known.member.id: each.because for each in [*plan.disable, *plan.enable]}
        for member in report.members:
            details = {"userid": member.userid, "fields": ["enabled"], "because": moved[member.id]}
            applied.acts.append(("member.change", f"member:{member.id}", details))
            applied.events.append(MemberChanged(member_id=member.id, department_ids=member.department_ids))


async def _define_attributes(tx: Tx, config: LdapConfig, applied: Applied) -> None:
    defined = {each.name for each in await directory.attribute_definitions(tx)}
    for name in config.people.attributes:
        if name not in defined:
            await directory.insert_attribute(tx, name, "text", 0)
            applied.acts.append(("attribute.define", f"attribute:{name}", {"kind": "text"}))
            applied.events.append(AttributesChanged())


def _row(number: int, change: PersonChange, departments: dict[str, int], config: LdapConfig) -> MemberRow:
    fields = {name: value for name, value in change.fields.items() if name != "userid"}
    member = change.known.member if change.known else None
    userid = change.fields.get("userid", member.userid if member else change.person.userid)
    places = change.places if change.places is not None or member or change.adopted else ()
    if places is not None:
        had = {place.department_id: place for place in member.departments} if member else {}
        wanted = dict.fromkeys(departments[unit] for unit in places) or [config.departments.under]
        fields["departments"] = tuple(had.get(id, Place(id)) for id in wanted)
    leaders = None if change.leader is None else ((change.leader,) if change.leader else ())
    return MemberRow(number, userid, fields, leaders, id=member.id if member else change.adopted)


def _tell_problems(plan: Plan, settled: Settled, report: ImportReport, applied: Applied) -> None:
    applied.problems += settled.problems
    for each in report.problems:
        if each.table == "departments":
            applied.problems.append(Problem("department", settled.changes[each.line].unit.name, each.message))
        else:
            applied.problems.append(Problem("person", plan.people[each.line].person.dn, each.message))


async def _link(tx: Tx, plan: Plan, applied: Applied, report: ImportReport, settled: Settled) -> None:
    there = {each.id for each in await directory.all_departments(tx)}
    units = [(each.unit.id, settled.ids[each.unit.id], each.unit.key) for each in settled.changes]
    await queries.unlink_departments(tx, plan.departments_passed_on)
    await queries.link_departments(tx, [each for each in units + plan.moved_units if each[1] in there])
    people = []
    for number, change in enumerate(plan.people):
        if number in report.lines:
            applied.ids[change.person.id] = report.lines[number]
            people.append((change.person.id, report.lines[number], change.person.key))
    await queries.link_people(tx, list({each[0]: each for each in plan.moved + people}.values()))
    await queries.mark_switched(tx, report.disabled, True)


def _note_departments(settled: Settled, applied: Applied) -> None:
    for each in settled.changes:
        id, before = settled.ids[each.unit.id], each.before
        details = {"name": each.unit.name} | (
            {"old_name": before.name, "old_parent": before.parent_id} if before else {}
        )
        applied.acts.append(("department.change" if before else "department.add", f"department:{id}", details))
        path = before.path if before else (id,)
        applied.events.append(DepartmentChanged(department_id=id, department_ids=path))


def _note_people(plan: Plan, applied: Applied, report: ImportReport) -> None:
    changes = {report.lines[number]: each for number, each in enumerate(plan.people) if number in report.lines}
    for member in report.members:
        change = changes[member.id]
        if change.leader is None and change.known and member == change.known.member:
            continue  # what it was to be, it could not be
        fields = [*change.fields, *["departments"] * (change.places is not None)]
        fields += ["leader_ids"] * (change.leader is not None)
        before = change.known.member.department_ids if change.known else ()
        action: audit.Action = "member.add" if change.known is None and change.adopted is None else "member.change"
        details = {"userid": member.userid, "fields": fields, "departments": list(member.department_ids)}
        applied.acts.append((action, f"member:{member.id}", details))
        places = tuple(sorted({*member.department_ids, *before}))
        applied.events.append(MemberChanged(member_id=member.id, department_ids=places))


def _counts(plan: Plan, applied: Applied, report: ImportReport) -> dict[str, int]:
    """What was planned and could not be is a problem, and nothing that was done."""
    done = dict.fromkeys(("people_added", "people_adopted", "people_changed"), 0)
    for number, member in zip(report.lines, report.members, strict=True):
        change = plan.people[number]
        if change.known is None:
            done["people_added" if change.adopted is None else "people_adopted"] += 1
        elif change.leader is not None or member != change.known.member:
            done["people_changed"] += 1
    done |= {"people_disabled": len(applied.disabled), "people_enabled": len(applied.enabled)}
    done |= {"departments_added": report.departments_added, "departments_changed": report.departments_changed}
    return plan.counts | done | {"problems": len(plan.problems) + len(applied.problems)}


async def _remove_departments(tx: Tx, plan: Plan, current: Current, applied: Applied) -> int:
    """Those that hold nobody and nothing, the deepest first, and how many; others stay until they do."""
    removed = 0
    gone: list[tuple[str, Department]] = [(unit, current.departments[id]) for unit, id in plan.departments_gone]
    for unit, department in sorted(gone, key=lambda each: -len(each[1].path)):
        if held_by := await directory.hold_on_department(tx, department.id):
            problem: WecomError = HELD_BY[held_by]()
            applied.problems.append(
                Problem("department", department.name, f"its unit is gone, but it stays: {problem}")
            )
            continue
        await directory.forget_main_department(tx, department.id)
        await queries.unlink_departments(tx, [unit])
        await directory.delete_department(tx, department.id)
        removed += 1
        applied.acts.append(("department.delete", f"department:{department.id}", {"name": department.name}))
        applied.events.append(DepartmentRemoved(department_id=department.id, department_ids=department.path))
    return removed

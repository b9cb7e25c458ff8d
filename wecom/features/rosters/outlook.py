"""What applying a table would mean, line by line, or has meant: the same words for the look and for the deed.

Both are made into an `Outlook` by the same function, and the two are compared by its digest. Pure.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import orjson

from .. import directory
from ..directory import Department, DepartmentRow, ImportProblem, ImportReport, Member, TagRow
from .model import Change, Does, Line, Outlook, Refusal
from .reading import Tables

FIELDS = (
    "userid",
    "name",
    "alias",
    "english_name",
    "position",
    "gender",
    "mobile",
    "telephone",
    "email",
    "biz_mail",
    "address",
    "external_position",
    "enabled",
)
IN_EVERY_LINE = ("userid", "name")
"""What a line says beside its changes."""

PARTS = ("departments", "members", "tags")
MOST_NAMED = 200
LONGEST = 2048
"""Letters of a value that are shown."""

Problems = Mapping[int, Sequence[ImportProblem]]


def outlook(tables: Tables, report: ImportReport, before: Sequence[Department], had_tags: frozenset[str]) -> Outlook:
    """`before`: all departments as they were, and `had_tags`: the tags' names."""
    tree = {each.id: each for each in before}
    after = tree | {each.id: each for _, each in report.departments}
    problems: dict[str, dict[int, list[ImportProblem]]] = {part: {} for part in PARTS}
    for each in [*tables.problems, *report.problems]:
        problems[each.table].setdefault(each.line, []).append(each)
    lines = [
        *_departments(tables.departments, report, problems["departments"]),
        *_members(tables, report, after, problems["members"]),
        *_tags(tables.tags, had_tags, problems["tags"]),
    ]
    lines = [Line(n, *_facts(each)) for n, each in enumerate(lines, 1)]
    counts = {does: sum(each.does == does for each in lines) for does in ("added", "changed", "unchanged", "refused")}
    counts |= {
        "partly": sum(bool(each.refusals) for each in lines if each.does != "refused"),
        "members_added": report.members_added,
        "members_disabled": len(report.disabled),
        "members_enabled": len(report.enabled),
        "departments_added": report.departments_added,
        "departments_changed": report.departments_changed,
        "departments_deleted": len(report.deleted),
        "tags_added": report.tags_added,
    }
    about = {
        "made": report.made[:MOST_NAMED],
        "deleted": list(report.deleted.values())[:MOST_NAMED],
        "top": report.top,
        "unused": list(report.unused)[:MOST_NAMED],
    }
    said = [counts | {"departments_deleted": 0}, about | {"deleted": []}, sorted(report.disabled)]
    digest = hashlib.sha256(orjson.dumps([said, [_facts(each) for each in lines]]))
    return Outlook(lines, counts, about, digest.digest(), frozenset(report.deleted))


def _facts(each: Line) -> tuple[str, int, str, str, Does, Sequence[Change], Sequence[Refusal]]:
    return each.part, each.line, each.what, each.name, each.does, each.changes, each.refusals


def _departments(rows: Sequence[DepartmentRow], report: ImportReport, problems: Problems) -> Iterator[Line]:
    changed = {each.id: (had, each) for had, each in report.departments}
    named = {row.line: row for row in rows}
    for line in sorted({*named, *problems}):
        row, why = named.get(line), problems.get(line, ())
        had, now = changed.get(row.id, (None, None)) if row else (None, None)
        does: Does = "refused" if _is_out(why) or row is None else _does(had, now)
        changes = [
            Change(field, str(getattr(had, field, "") or ""), str(getattr(now, field) or ""))
            for field in ("name", "name_en", "parent_id", "sort_order")
            if now is not None and getattr(had, field, None) != getattr(now, field)
        ]
        yield Line(0, "departments", line, str(row.id) if row else why[0].what, row.name if row else "", does,
                   changes, _said(why))  # fmt: skip


def _does(had: object, now: object) -> Does:
    if now is None:
        return "unchanged"
    return "added" if had is None else "changed"


def _members(
    tables: Tables, report: ImportReport, tree: Mapping[int, Department], problems: Problems
) -> Iterator[Line]:
    now = dict(zip(report.lines, report.members, strict=True))
    rows = {row.line: row for row in tables.members}
    for line in sorted({*rows, *problems}):
        why, member, row = problems.get(line, ()), now.get(line), rows.get(line)
        if member is None or row is None:
            what = row.userid if row else next((each.what for each in why), "")
            name = str(row.fields.get("name", "")) if row else ""
            yield Line(0, "members", line, what[:LONGEST], name[:LONGEST], "refused", (), _said(why))
            continue
        had = report.before.get(member.id)
        changes = list(_changes(had, member, tree))
        if row.leaders is not None and (had is None or had.id in report.led):
            changes.append(Change("direct_leader", "", "; ".join(row.leaders)[:LONGEST]))
        does: Does = "added" if had is None else "changed" if changes else "unchanged"
        yield Line(0, "members", line, member.userid, member.name, does, changes, _said(why))


def _changes(had: Member | None, member: Member, tree: Mapping[int, Department]) -> Iterator[Change]:
    for field in FIELDS:
        before, after = getattr(had, field) if had else None, getattr(member, field)
        if before != after and (had or _is_worth_saying(field, after)):
            yield Change(field, _value(before), _value(after))
    if had is None or had.departments != member.departments:
        yield Change("departments", _places(had, tree), _places(member, tree))
    if had and had.main_department_id != member.main_department_id:
        yield Change("main_department", _way(had.main_department_id, tree), _way(member.main_department_id, tree))
    old = {each.name: each.value or each.url for each in had.attributes} if had else {}
    new = {each.name: each.value or each.url for each in member.attributes}
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield Change(name, old.get(name, "")[:LONGEST], new.get(name, "")[:LONGEST])


def _is_worth_saying(field: str, value: object) -> bool:
    """Of somebody new."""
    return not value if field == "enabled" else bool(value) and field not in IN_EVERY_LINE


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)[:LONGEST]


def _places(member: Member | None, tree: Mapping[int, Department]) -> str:
    if member is None:
        return ""
    return "; ".join(f"{_way(each.department_id, tree)}{' ★' if each.is_leader else ''}" for each in member.departments)


def _way(id: int | None, tree: Mapping[int, Department]) -> str:
    if id is None or id not in tree:
        return str(id or "")
    return directory.way(tree, id) or tree[id].name


def _tags(rows: Sequence[TagRow], had: frozenset[str], problems: Problems) -> Iterator[Line]:
    named = {row.line: row for row in rows}
    for line in sorted({*named, *problems}):
        row, why = named.get(line), problems.get(line, ())
        does: Does = "refused" if _is_out(why) or row is None else "changed" if row.name.strip() in had else "added"
        on = "; ".join([*(row.userids), *map(str, row.department_ids)])[:LONGEST] if row else ""
        what = row.name if row else why[0].what
        yield Line(0, "tags", line, what[:64], what[:64], does, [Change("on", "", on)] if on else (), _said(why))


def _is_out(why: Sequence[ImportProblem]) -> bool:
    return any(not each.partly for each in why)


def _said(why: Sequence[ImportProblem]) -> list[Refusal]:
    return [
        Refusal(each.refusal.__name__, each.what, f"{each.what}: {each.message}")
        if each.partly
        else Refusal(each.refusal.__name__, each.column, each.message)
        for each in why
    ]

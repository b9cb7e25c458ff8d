"""Bringing tags to what tables say, and whom they are on."""

from collections.abc import Mapping, Sequence

from wecom.foundation.db import Tx
from wecom.foundation.errors import WecomError

from . import queries
from .import_rows import ImportReport, TagRow, Wanted
from .model import Tag
from .refusals import NoSuchDepartment, NoSuchMember, NoSuchTag, TagExists
from .rules import LARGEST_ID, tag_name


async def import_tags(
    tx: Tx,
    report: ImportReport,
    rows: Sequence[TagRow],
    wanted: Sequence[Wanted],
    ids: Mapping[str, int],
    tree: set[int],
    dry_run: bool,
) -> None:
    there = {each.id: each for each in await queries.tags(tx)}
    by_name = {each.name: each.id for each in there.values()}
    named = {userid.lower() for row in rows for userid in row.userids}
    known = {**await queries.member_ids(tx, sorted(named - set(ids))), **ids}
    on: dict[int, tuple[set[int], set[int]]] = {}
    for row in rows:
        try:
            tag = _tag_of(row, there, by_name)
        except WecomError as error:
            report.refuse("tags", row.line, row.name[:32], error)
            continue
        if tag.id not in there:
            report.tags_added += 1
            there[tag.id], by_name[tag.name] = tag, tag.id
            if not dry_run:
                await queries.insert_tag(tx, tag)
        members, departments = on.setdefault(tag.id, (set(), set()))
        for each in row.userids:
            if each.lower() in known:
                members.add(known[each.lower()])
            else:
                report.lack("tags", row.line, f"{row.name}: {each[:64]}", NoSuchMember())
        for id in row.department_ids:
            if id in tree:
                departments.add(id)
            else:
                report.lack("tags", row.line, f"{row.name}: {id}", NoSuchDepartment())
    for one in wanted:
        for name in one.row.tags:
            if name in by_name:
                on.setdefault(by_name[name], (set(), set()))[0].add(ids[one.member.userid.lower()])
            else:
                report.lack("members", one.row.line, f"{one.row.userid}: {name[:32]}", NoSuchTag())
    if not dry_run:
        for id, (members, departments) in on.items():
            await queries.put_tag_on(tx, id, sorted(members), sorted(departments))


def _tag_of(row: TagRow, there: Mapping[int, Tag], by_name: Mapping[str, int]) -> Tag:
    """The tag that a row is about: by its id, or else by its name, or else a new one."""
    name = tag_name(row.name)
    id = row.id if row.id is not None else by_name.get(name)
    if id is None:
        id = max(there, default=0) + 1
    if not 0 <= id <= LARGEST_ID or by_name.get(name, id) != id:
        raise TagExists
    if id in there and there[id].name != name:
        raise TagExists
    return Tag(id, name, None)

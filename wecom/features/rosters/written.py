"""Everybody as a table, which `wecom import` and the console read again, and in which nothing is a formula.

Written as it is asked for, some members at a time: neither they nor the table are ever in memory as a whole.
"""

import csv
import io
from collections.abc import AsyncIterator, Sequence

from wecom.foundation.db import Db

from .. import directory
from ..directory import EVERYTHING, Department, Member

AT_ONCE = 500
MARK = "\ufeff".encode()
"""By which spreadsheets know UTF-8."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "userid",
    "name",
    "alias",
    "english_name",
    "position",
    "departments",
    "order",
    "is_leader",
    "main_department",
    "direct_leader",
    "gender",
    "mobile",
    "telephone",
    "email",
    "biz_mail",
    "address",
    "external_position",
    "tags",
    "enabled",
)
ILLEGAL_IN_WAYS = ("/", ";", "；")

Cell = str | int | float


def harmless(text: str) -> str:
    """Whatever a spreadsheet would take for a formula is text."""
    return f"'{text}" if text.startswith(FORMULAS) else text


async def everybody(db: Db) -> AsyncIterator[list[list[str]]]:
    """The columns' names, then all members, some at a time; each as they are when their turn comes."""
    names = [each.name for each in await directory.attribute_definitions(db)]
    ways = _ways(await directory.departments(db, seen_by=EVERYTHING))
    tags = await _tags(db)
    yield [[*COLUMNS, *names]]
    after = 0
    while page := await directory.members_after(db, after, AT_ONCE, seen_by=EVERYTHING):
        leaders = await directory.userids_of(
            db, sorted({id for each in page for id in each.leader_ids}), seen_by=EVERYTHING
        )
        yield [_row(each, names, ways, leaders, tags.get(each.id, ())) for each in page]
        after = page[-1].id


async def as_csv(db: Db) -> AsyncIterator[bytes]:
    yield MARK
    async for rows in everybody(db):
        yield csv_of([[harmless(cell) for cell in row] for row in rows])


def csv_of(rows: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(errors="replace")


def _row(
    member: Member, names: Sequence[str], ways: dict[int, str], leaders: dict[int, str], tags: Sequence[str]
) -> list[str]:
    places = member.departments
    values = {each.name: each.value or each.url for each in member.attributes}
    main = member.main_department_id
    return [
        member.userid,
        member.name,
        member.alias,
        member.english_name,
        member.position,
        ";".join(ways[each.department_id] for each in places),
        ";".join(str(each.sort_order) for each in places),
        ";".join(str(int(each.is_leader)) for each in places),
        ways.get(main, "") if main is not None else "",
        ";".join(leaders[id] for id in member.leader_ids if id in leaders),
        str(member.gender),
        member.mobile or "",
        member.telephone,
        member.email or "",
        member.biz_mail or "",
        member.address,
        member.external_position,
        ";".join(each for each in tags if not any(mark in each for mark in ";；")),
        str(int(member.enabled)),
        *(values.get(name, "") for name in names),
    ]


def _ways(found: Sequence[Department]) -> dict[int, str]:
    """How a table names departments: by the way from the top where that can be told from others, else by the id."""
    named = {each.id: each.name for each in found}
    top = named[directory.ROOT]
    plain = not any(each.parent_id == directory.ROOT and each.name == top for each in found)
    return {
        each.id: "/".join(named[id] for id in each.path)
        if plain and not any(mark in named[id] for id in each.path for mark in ILLEGAL_IN_WAYS)
        else str(each.id)
        for each in found
    }


async def _tags(db: Db) -> dict[int, list[str]]:
    """The company's own tags, by who has them themselves."""
    found: dict[int, list[str]] = {}
    for tag in await directory.tags(db):
        if tag.app_id is None:
            for id in (await directory.tagged(db, tag.id, seen_by=EVERYTHING)).member_ids:
                found.setdefault(id, []).append(tag.name)
    return found

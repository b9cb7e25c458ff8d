"""Plans as tables: a line for each person, a column for each date, in each cell what the shift is called.

What is written is read again as it was. An empty cell says nothing; rest is said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .rulebook import DAY
from .scheduling import Cell
from .tables import TITLES, Language

REST: dict[Language, str] = {"zh-CN": "休", "en": "Off", "de": "Frei"}
RESTS = {"休", "休息", "off", "rest", "frei", "-", "—", "/", "0"}
QUOTED = ("'=", "'+", "'-", "'@")
USERIDS = {"账号", "帐号", "成员账号", "userid", "user id", "user-id", "benutzer-id", "benutzerid"}
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
DAY_OF_MONTH = re.compile(r"(\d{1,2})日?")
Why = Literal["unknown_person", "unknown_shift", "twice", "not_under_rule", "overlap", "no_userids", "no_dates"]
Row = tuple[int, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """What of a table cannot be planned."""

    line: int
    """As a spreadsheet counts; 0: none in particular."""
    date: date | None
    text: str
    """What stands there."""
    why: Why


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """What a table says."""

    cells: list[Cell]
    lines: dict[int, tuple[int, str]]
    """By member: in which line, and as whom."""
    problems: list[PlanProblem]


def written_plan(
    people: Sequence[tuple[int, str, str]],
    days: Sequence[date],
    planned: Mapping[tuple[int, date], int],
    shifts: Mapping[int, str],
    language: Language,
) -> Iterator[list[str]]:
    """Lines, the heads first. `people`: of each their id, userid and name."""
    words = TITLES[language]
    yield [words["userid"], words["name"], *(on.isoformat() for on in days)]
    names = {**shifts, 0: REST[language]}
    for member_id, userid, name in people:
        cells = [planned.get((member_id, on)) for on in days]
        yield [userid, name, *("" if each is None else names.get(each, "") for each in cells)]


def userids_in(rows: Sequence[Row]) -> list[str]:
    place = _userids(rows)
    return [text for _, cells in rows[1:] if place is not None and (text := _at(cells, place))]


def read_plan(
    rows: Sequence[Row], members: Mapping[str, int], shifts: Mapping[str, int], first: date, last: date
) -> ReadPlan:
    """What a table says of the dates from one to another. `members`: by userid in lower case; `shifts`: by name."""
    place = _userids(rows)
    heads = rows[0][1] if rows else ()
    dates = {n: on for n in range(len(heads)) if (on := _date(_at(heads, n), first, last)) and first <= on <= last}
    if place is None or not dates:
        return ReadPlan([], {}, [PlanProblem(1, None, "", "no_dates" if place is not None else "no_userids")])
    known = {name.strip().casefold(): id for name, id in shifts.items()}
    cells: list[Cell] = []
    lines: dict[int, tuple[int, str]] = {}
    problems: list[PlanProblem] = []
    for line, values in rows[1:]:
        userid = _at(values, place)
        if not userid:
            continue
        member_id = members.get(userid.lower())
        if member_id is None or member_id in lines:
            problems.append(PlanProblem(line, None, userid, "twice" if member_id else "unknown_person"))
            continue
        lines[member_id] = (line, userid)
        for n, on in dates.items():
            text = _at(values, n)
            said = text.casefold()
            if said in known:
                cells.append((member_id, on, known[said]))
            elif said in RESTS:
                cells.append((member_id, on, 0))
            elif text:
                problems.append(PlanProblem(line, on, text[:64], "unknown_shift"))
    return ReadPlan(cells, lines, problems)


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first) // DAY + 1)]


def _userids(rows: Sequence[Row]) -> int | None:
    heads = rows[0][1] if rows else ()
    return next((n for n in range(len(heads)) if _at(heads, n).casefold() in USERIDS), None)


def _at(cells: Sequence[str | None], n: int) -> str:
    """What stands there; a mark before what would be a formula is no part of it."""
    text = (cells[n] or "").strip() if n < len(cells) else ""
    return text[1:] if text.startswith(QUOTED) else text


def _date(head: str, first: date, last: date) -> date | None:
    """Written out, or the day of the one month that is planned."""
    found = DATE.fullmatch(head)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if (day := DAY_OF_MONTH.fullmatch(head)) and (first.year, first.month) == (last.year, last.month):
            return first.replace(day=int(day[1]))
    except ValueError:
        return None
    return None

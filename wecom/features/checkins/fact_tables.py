"""What was approved as a table: a line for each leave, trip, work elsewhere or overtime. Times are those of the clock
where whoever it is for works; a date alone is a whole day."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from .approving import Asked
from .model import FactKind

COLUMNS: dict[str, set[str]] = {
    "userid": {"userid", "user id", "账号", "帐号", "成员账号", "benutzer-id", "benutzerid"},
    "kind": {"kind", "type", "类型", "种类", "art"},
    "starts": {"start", "starts", "from", "begin", "开始", "开始时间", "beginn", "von"},
    "ends": {"end", "ends", "to", "until", "结束", "结束时间", "ende", "bis"},
    "name": {"called", "leave", "名称", "假期类型", "bezeichnung"},
    "number": {"number", "no", "编号", "审批编号", "nummer"},
    "note": {"note", "reason", "备注", "事由", "notiz", "grund"},
}
KINDS: dict[str, FactKind] = {
    "leave": "leave",
    "请假": "leave",
    "休假": "leave",
    "urlaub": "leave",
    "abwesenheit": "leave",
    "trip": "trip",
    "出差": "trip",
    "dienstreise": "trip",
    "out": "out",
    "work elsewhere": "out",
    "外出": "out",
    "auswärts": "out",
    "overtime": "overtime",
    "加班": "overtime",
    "überstunden": "overtime",
}
NEEDED = ("userid", "kind", "starts", "ends")
AT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::\d{2})?)?")
LONGEST = timedelta(days=366)
LONGEST_TEXT = 128
FIRST_YEAR, LAST_YEAR = 2015, 2049
"""Within these zones' offsets are known."""
Why = Literal["unknown_person", "unknown_kind", "no_time", "not_after", "too_long", "text_too_long"]
Row = tuple[int, Sequence[str | None]]
QUOTED = ("'=", "'+", "'-", "'@")


@dataclass(frozen=True, slots=True)
class ReadFact:
    """A line: what it asks for, or why it cannot be read."""

    line: int
    userid: str
    asked: Asked | None
    why: Why | None = None
    text: str = ""
    zone: str = ""
    """In which its times are told."""


def missing_columns(rows: Sequence[Row]) -> list[str]:
    places = _places(rows)
    return [each for each in NEEDED if each not in places]


def userids_in(rows: Sequence[Row]) -> list[str]:
    places = _places(rows)
    return [text for _, cells in rows[1:] if (text := _at(cells, places.get("userid")))]


def dates_in(rows: Sequence[Row]) -> tuple[date, date] | None:
    """From the first date on which a line begins to the last; None: no line does."""
    place = _places(rows).get("starts")
    read = [_time(_at(cells, place)) for _, cells in rows[1:]]
    found = [each[0].date() for each in read if each and FIRST_YEAR <= each[0].year <= LAST_YEAR]
    return (min(found), max(found)) if found else None


def read_facts(rows: Sequence[Row], members: Mapping[str, int], zone_of: Callable[[int, date], str]) -> list[ReadFact]:
    """Line by line. `members`: by userid in lower case; `zone_of`: by member and date."""
    places = _places(rows)
    found = []
    for line, cells in rows[1:]:
        values = {name: _at(cells, places.get(name)) for name in COLUMNS}
        if values["userid"] or values["kind"]:
            found.append(_read(line, values, members.get(values["userid"].lower()), zone_of))
    return found


def _read(line: int, values: dict[str, str], member_id: int | None, zone_of: Callable[[int, date], str]) -> ReadFact:
    def refused(why: Why, text: str) -> ReadFact:
        return ReadFact(line, values["userid"], None, why, text[:64])

    if member_id is None:
        return refused("unknown_person", values["userid"])
    kind = KINDS.get(values["kind"].casefold())
    if kind is None:
        return refused("unknown_kind", values["kind"])
    starts, ends = _time(values["starts"]), _time(values["ends"])
    if starts is None or ends is None:
        return refused("no_time", values["ends"] if starts else values["starts"])
    (start, from_midnight), (end, whole) = starts, ends
    end += timedelta(days=1) if whole else timedelta()
    zone = ZoneInfo(zone_of(member_id, start.date()))
    starts_at, ends_at = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
    if ends_at <= starts_at:
        return refused("not_after", values["ends"])
    if ends_at > starts_at + LONGEST:
        return refused("too_long", values["ends"])
    if long := next((values[each] for each in ("name", "number", "note") if len(values[each]) > LONGEST_TEXT), None):
        return refused("text_too_long", long)
    number = values["number"] or _number(values["userid"], kind, starts_at, ends_at)
    asked = Asked(
        member_id,
        kind,
        starts_at,
        ends_at,
        number=number,
        name=values["name"],
        note=values["note"],
        by_day=from_midnight and whole,
    )
    return ReadFact(line, values["userid"], asked, zone=zone.key)


def _number(userid: str, kind: str, starts_at: datetime, ends_at: datetime) -> str:
    """The same line brought again counts once."""
    said = f"{userid.lower()} {kind} {starts_at.timestamp()} {ends_at.timestamp()}"
    return f"table-{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def _time(text: str) -> tuple[datetime, bool] | None:
    """What the clock shows, and whether only a date was said."""
    found = AT.fullmatch(text)
    if not found:
        return None
    try:
        on = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return datetime.combine(on, time()), True
        if found[4] == "24" and found[5] == "00":
            return datetime.combine(on + timedelta(days=1), time()), False
        return datetime.combine(on, time(int(found[4]), int(found[5]))), False
    except (ValueError, OverflowError):
        return None


def _places(rows: Sequence[Row]) -> dict[str, int]:
    heads = rows[0][1] if rows else ()
    places: dict[str, int] = {}
    for n in range(len(heads)):
        said = _at(heads, n).casefold()
        for name, called in COLUMNS.items():
            if said in called:
                places.setdefault(name, n)
    return places


def _at(cells: Sequence[str | None], n: int | None) -> str:
    text = (cells[n] or "").strip() if n is not None and n < len(cells) else ""
    return text[1:] if text.startswith(QUOTED) else text

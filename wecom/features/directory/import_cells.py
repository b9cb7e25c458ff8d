"""Tables as spreadsheets give them: the text in a file, its lines and cells, and what its columns are called.

The line that names the columns need not be the first: WeCom's own templates explain themselves above it. Names are
taken in our spelling and in those of WeCom's templates and exports; what stands in brackets or after a colon is no part
of them.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wecom.foundation.errors import Invalid

Line = tuple[int, Sequence[str | None]]
Sheet = Iterable[Line]
"""Lines by their numbers; of a cell that is None nothing is said, not even that it is empty."""
"""Lines by their numbers, as a spreadsheet counts them."""

Cells = Mapping[str, str]

MOST_LINES = 300_000
MOST_COLUMNS = 500
"""More than any company has; what has more is no such table, and would only fill the memory."""

MOST_ROWS = 1 << 20
"""Of lines and blank lines: as many as a spreadsheet has."""

HEADED_WITHIN = 30
"""Lines among which the one is that names the columns."""

CHINESE = 0.5
"""Of the letters that are not ASCII, how many must be common Chinese for a text to be taken as GB18030."""

DEPARTMENTS = {
    "name": ("部门名称", "部门", "名称"),
    "id": ("部门id", "partyid"),
    "parentid": ("父部门id", "上级部门id", "parent_id"),
    "order": ("排序", "部门排序"),
    "name_en": ("部门英文名称", "英文名称", "英文名"),
}
MEMBERS = {
    "userid": ("帐号", "账号", "成员帐号", "成员账号", "userid(帐号)"),
    "name": ("姓名", "名字", "成员名称"),
    "alias": ("别名",),
    "english_name": ("英文名",),
    "position": ("职务", "职位"),
    "departments": ("所在部门", "部门", "department", "部门id"),
    "order": ("排序", "部门内排序", "部门排序"),
    "is_leader": ("是否部门内领导", "是否部门负责人", "部门负责人", "isleader", "is_leader_in_dept"),
    "main_department": ("主部门",),
    "direct_leader": ("直属上级", "直接上级"),
    "gender": ("性别",),
    "mobile": ("手机号", "手机", "手机号码"),
    "telephone": ("座机", "座机号码", "固定电话"),
    "email": ("邮箱", "个人邮箱", "电子邮箱"),
    "biz_mail": ("企业邮箱", "工作邮箱"),
    "address": ("地址",),
    "external_position": ("对外职务",),
    "tags": ("标签",),
    "enabled": (),
    "disabled": ("禁用", "禁用状态"),
}
TAGS = {"id": ("标签id",), "name": ("标签名称", "标签"), "userids": ("成员", "帐号"), "partyids": ("部门", "部门id")}
TABLES = {"departments": DEPARTMENTS, "members": MEMBERS, "tags": TAGS}
NOT_OURS = {"微信号", "微信插件", "激活状态", "禁用项说明", "视频号", "个人微信", "序号", ""}
"""What WeCom's tables say besides, and what is not kept here."""


QUOTED = ("'=", "'+", "'-", "'@")

ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"))
"""What a spreadsheet shows, and saves, where a formula failed."""


class UnreadableTable(Invalid):
    """The table cannot be read: save it as CSV in UTF-8, with the columns' names in its first line."""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines whose cells are known by their columns' names; `extra` are columns that no table here has."""

    lines: Iterator[tuple[int, Cells]]
    extra: tuple[str, ...]


def decoded(data: bytes, table: str) -> str:
    """The text in a file: UTF-8, UTF-16 with its mark, or GB18030, as spreadsheets save it in China."""
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if data.startswith(mark):
            return _as(data, "utf-16", table)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _as(data, "gb18030", table)
    foreign = [each for each in text if ord(each) > 127]
    if sum(_is_common(each) for each in foreign) < CHINESE * len(foreign):
        raise _unreadable(table)
    return text


def sheet(text: str, table: str) -> Iterator[Line]:
    """The lines of a CSV, whose cells a comma, a tab or a semicolon parts."""
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, table), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as problem:
        raise UnreadableTable(f"The table of {table}, line {reader.line_num}: {problem}.", table=table) from None


def headed(table: str, lines: Sheet, needed: Sequence[str]) -> Table:
    """The lines below the one that names the columns."""
    given = iter(lines)
    missing = needed[0]
    for _, cells in zip(range(HEADED_WITHIN), given, strict=False):
        line, named = cells[0], [_column(table, name or "") for name in cells[1][:MOST_COLUMNS]]
        if found := [name for name in needed if name in named]:
            if twice := [name for name in named if name and named.count(name) > 1]:
                raise UnreadableTable(f"The table of {table}, line {line}, has two columns {twice[0]!r}.", table=table)
            if len(found) == len(needed):
                known = TABLES[table]
                extra = tuple(name for name in named if name not in known and name not in NOT_OURS)
                return Table(_below(table, given, named), extra)
            missing = next(name for name in needed if name not in named)
    spellings = " or ".join(repr(each) for each in (missing, *TABLES[table][missing][:1]))
    raise UnreadableTable(f"The table of {table} has no column {spellings}: add it.", table=table)


def _below(table: str, lines: Iterator[Line], names: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    filled = 0
    for row, (line, cells) in enumerate(lines):
        if any(cell and "\0" in cell for cell in cells):  # the database keeps none
            raise UnreadableTable(
                f"The table of {table}, line {line}, has a NUL in it: save it again, as CSV in UTF-8.", table=table
            )
        is_filled = any(cell and cell.strip() for cell in cells)
        filled += is_filled
        if filled > MOST_LINES or row > MOST_ROWS:
            raise UnreadableTable(f"A table has at most {MOST_LINES:,} lines: take it apart.")
        if is_filled:
            said = zip(names, cells, strict=False)
            yield line, {name: _plain(cell.strip()) for name, cell in said if name and cell is not None}


def _plain(cell: str) -> str:
    """Without the mark by which a table of ours keeps spreadsheets from taking text for a formula."""
    return cell[1:] if cell.startswith(QUOTED) else cell


def _column(table: str, name: str) -> str:
    """What a column is called here; else as it calls itself."""
    known = TABLES[table]
    own = name.strip().strip("*＊").strip()
    bare = re.split(r"[(（:：\[【\n]", own)[0].strip()
    for each in (own.lower(), bare.lower().replace(" ", "_"), bare.lower().replace(" ", "")):
        if each in known:
            return each
        for ours, theirs in known.items():
            if each in theirs:
                return ours
    return "" if bare in NOT_OURS else own


def _delimiter(text: str, table: str) -> str:
    """By the first line that names a column; of a table that is not known here, by the first with columns."""
    for line in text.splitlines()[:HEADED_WITHIN]:
        counts = {each: line.count(each) for each in ",\t;"}
        best = max(counts, key=lambda each: counts[each])
        if counts[best] and (table not in TABLES or _names_a_column(table, line.split(best))):
            return best
    return ","


def _names_a_column(table: str, cells: Sequence[str]) -> bool:
    return any(_column(table, each.strip(' "')) in TABLES[table] for each in cells)


def _as(data: bytes, encoding: str, table: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _unreadable(table) from None


def _unreadable(table: str) -> UnreadableTable:
    said = f"The table of {table} is text neither in UTF-8 nor in GB18030: save it again, as CSV in UTF-8."
    return UnreadableTable(said, table=table)


def _is_common(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

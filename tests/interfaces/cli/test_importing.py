"""`wecom import` with what HR has: WeCom's workbook, Excel's CSV; and what it tells of lines that did not go in."""

import csv
import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.interfaces.cli.operator import Wecom
from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, Member
from wecom.features.rosters.workbooks import Workbook
from wecom.foundation.db import Pool, transaction
from wecom.interfaces.cli.progress import Progress

HEADS = ["姓名", "帐号", "别名", "职务", "部门", "性别", "手机", "座机", "个人邮箱", "工号", "入职日期", "禁用状态"]


def workbook(path: Path, *rows: list[Any], formats: dict[str, str] | None = None) -> Path:
    """As WeCom's template is: what to fill in how, and only then the columns."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["填写须知：\n1、红色字段为必填"], [], HEADS, *rows):
        sheet.append(row)
    for cell, shown in (formats or {}).items():
        sheet[cell].number_format = shown
    book.create_sheet("hidden").sheet_state = "hidden"
    book.save(path)
    return path


async def member(pool: Pool, userid: str) -> Member:
    found = await directory.member_by_userid(pool, userid, seen_by=EVERYTHING)
    assert found
    return found


async def attributes(pool: Pool) -> None:
    async with transaction(pool) as tx:
        for name in ("工号", "入职日期"):
            await directory.define_attribute(tx, SYSTEM, name)


ZHAO = ["赵六", "zhaoliu", "六六", "经理", "wecom/技术部", "男", 13800000006, "010-1", "z@example.com", 42]
JOINED = datetime.date(2026, 1, 2)


@pytest.mark.parametrize("formats", [{}, {"J4": "00000"}], ids=["plain", "padded"])
async def test_wecoms_workbook_goes_in_as_it_is_seen(
    wecom: Wecom, pool: Pool, tmp_path: Path, formats: dict[str, str]
) -> None:
    await wecom("migrate")
    await attributes(pool)
    table = workbook(
        tmp_path / "通讯录.xlsx", [*ZHAO, JOINED, "未禁用"], ["钱七", 70007, *[""] * 4, 13800000007], formats=formats
    )
    told, _ = await wecom("import", str(table), "--dry-run")
    assert "members: 2 would be added" in told and "made for members: 技术部" in told
    told, _ = await wecom("import", str(table))
    assert "members: 2 added" in told
    zhao = await member(pool, "zhaoliu")
    assert (zhao.name, zhao.mobile, zhao.telephone, zhao.position) == ("赵六", "13800000006", "010-1", "经理")
    assert {each.value for each in zhao.attributes} == {"00042" if formats else "42", "2026-01-02"}
    assert (await member(pool, "70007")).mobile == "13800000007"


async def test_a_stray_cell_far_out_does_not_fill_the_memory(
    wecom: Wecom, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wecom("migrate")
    read, plain = [], Workbook._plain

    def noted(book: Workbook, title: str) -> Iterator[list[tuple[Any, str]]]:
        read.append(book.path.stem)
        assert book.path.stem == "Z9", "this would have to keep every cell that there could be"
        return plain(book, title)

    monkeypatch.setattr(Workbook, "_plain", noted)
    for cell in ("Z9", "XFD500", "CZ99999", "XFD1048576"):
        path = workbook(tmp_path / f"{cell}.xlsx", ZHAO)
        book = openpyxl.load_workbook(path)
        book.worksheets[0][cell] = " "
        book.save(path)
        told, _ = await wecom("import", str(path), "--dry-run")
        assert "members: 1 would be added" in told, cell
    assert read == ["Z9"]


async def test_a_number_that_lost_its_digits_is_not_believed(wecom: Wecom, pool: Pool, tmp_path: Path) -> None:
    await wecom("migrate")
    await attributes(pool)
    table = workbook(tmp_path / "a.xlsx", [*ZHAO[:9], 110101199003071234])
    told, complaint = await wecom("import", str(table), status=2)
    assert "a.xlsx line 4, J4: the line went in, but not this: So long a number" in complaint
    assert "0 lines left out, 1 not wholly in" in told
    assert (await member(pool, "zhaoliu")).attributes == ()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_a_formula_that_failed_clears_nothing(wecom: Wecom, pool: Pool, tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.csv").write_text("userid,name,mobile\nanna,安娜,13800000001\nboris,Boris,13800000002\n")
    await wecom("migrate")
    await wecom("import", str(tmp_path / "a.csv"))
    if kind == "csv":
        table = tmp_path / "b.csv"
        table.write_text("userid,name,mobile\nanna,安娜,#N/A\nboris,Boris B.,13800000002\n")
    else:
        table, book = tmp_path / "b.xlsx", openpyxl.Workbook()
        for row in (["userid", "name", "mobile"], ["anna", "安娜", "#N/A"], ["boris", "Boris B.", "13800000002"]):
            book.worksheets[0].append(row)
        book.worksheets[0]["C2"].data_type = "e"
        book.save(table)
    told, complaint = await wecom("import", str(table), "--blank-clears", status=2)
    assert f"{table.name} line 2, anna: mobile is #N/A" in complaint and "1 lines left out" in told
    assert (await member(pool, "anna")).mobile == "13800000001"
    assert (await member(pool, "boris")).name == "Boris B."


async def test_a_long_number_clears_nothing_either(wecom: Wecom, pool: Pool, tmp_path: Path) -> None:
    await wecom("migrate")
    await wecom("import", str(workbook(tmp_path / "a.xlsx", ZHAO)))
    before = (await member(pool, "zhaoliu")).mobile
    assert before
    row = [110101199003071234 if cell == ZHAO[HEADS.index("手机")] else cell for cell in ZHAO]
    await wecom("import", str(workbook(tmp_path / "b.xlsx", row)), "--blank-clears", status=2)
    assert (await member(pool, "zhaoliu")).mobile == before


async def test_lines_left_out_are_written_to_a_table(wecom: Wecom, pool: Pool, tmp_path: Path) -> None:
    table, report = tmp_path / "members.csv", tmp_path / "left-out.csv"
    table.write_bytes("姓名,帐号,手机号\n安娜,anna,13800000001\n坏人,=cmd|x,13800000002\n".encode("gb18030"))
    _, complaint = await wecom("import", str(table), "--report", str(report), "--dry-run", status=2)
    assert "members.csv line 3, =cmd|x:" in complaint
    await wecom("import", str(table), "--report", str(report), status=2)
    assert report.read_bytes().startswith(b"\xef\xbb\xbf")
    [heads, row] = csv.reader(io.StringIO(report.read_text("utf-8-sig"), newline=""))
    assert heads == ["table", "line", "what", "why"]
    assert row[:3] == ["members", "3", "'=cmd|x"]
    assert (await member(pool, "anna")).name == "安娜"
    _, complaint = await wecom("import", str(table), "--report", str(tmp_path / "no" / "x.csv"), status=1)
    assert complaint.startswith("wecom: ")


async def test_one_workbook_may_hold_all_tables(wecom: Wecom, pool: Pool, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    members, departments, tags = book.active, book.create_sheet("部门"), book.create_sheet("Tags")
    assert members is not None
    members.title = "成员"
    for sheet, rows in (
        (departments, (["部门名称", "部门ID", "父部门ID", "排序"], ["研发部", 2, 1, 5])),
        (members, (["帐号", "姓名", "手机", "所在部门", "标签"], ["anna", "安娜", 13800000001, 2, "值班"])),
        (tags, (["标签名称"], ["值班"])),
    ):
        for row in rows:
            sheet.append(row)
    path = tmp_path / "all.xlsx"
    book.save(path)
    told, _ = await wecom("import", str(path))
    assert told.startswith(
        "departments: 1 added, 0 changed; members: 1 added, 0 changed; tags: 1 added; 0 lines left out"
    )
    (tmp_path / "folder").mkdir()
    path.rename(tmp_path / "folder" / "members.xlsx")
    told, _ = await wecom("import", str(tmp_path / "folder"))
    assert "members: 0 added, 0 changed" in told


async def test_files_that_are_no_tables_are_refused_in_a_sentence(wecom: Wecom, tmp_path: Path) -> None:
    broken = workbook(tmp_path / "broken.xlsx", ZHAO)
    broken.write_bytes(broken.read_bytes()[:-200])
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (tmp_path / "zip.xlsx").write_bytes(b"PK\x03\x04" + bytes(60))
    (tmp_path / "empty.csv").write_bytes(b"")
    for name in ("broken.xlsx", "old.xls", "zip.xlsx", "empty.csv", "nothing.xlsx"):
        _, complaint = await wecom("import", str(tmp_path / name), status=1)
        assert complaint.startswith("wecom: ") and complaint.count("\n") == 1, name


def test_long_runs_say_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    for out in (io.StringIO(), Terminal()):
        clock[0] = 100.0
        progress = Progress(out)
        progress("read", 1, 0)
        assert out.getvalue() == "", "most runs are over by now"
        for clock[0], done in ((103.0, 1000), (103.1, 2000), (110.0, 40000)):
            progress("written", done, 50000)
        progress.end()
        assert "written: 1,000 of 50,000" in out.getvalue() and "2,000" not in out.getvalue()
        assert out.getvalue().endswith("\r" if out.isatty() else "written: 40,000 of 50,000\n")

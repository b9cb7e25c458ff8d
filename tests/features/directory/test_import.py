"""Importing a company from tables, as the demo and customers do."""

from pathlib import Path
from typing import Any

import pytest

import wecom
from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.features.directory import (
    EVERYTHING,
    DepartmentRow,
    ImportReport,
    MemberRow,
    Place,
    TagRow,
    import_company,
    importing,
    read_departments,
    read_members,
    read_tags,
)
from wecom.features.directory.import_files import UnreadableTable
from wecom.features.directory.refusals import MobileTaken
from wecom.foundation import streams
from wecom.foundation.db import Pool, transaction

DEMO = Path(wecom.__file__).parents[1] / "deploy" / "demo"


@pytest.fixture
async def founded(pool: Pool) -> Pool:
    async with transaction(pool) as tx:
        await directory.found_company(tx, name="海桥科技", timezone="Asia/Shanghai")
    return pool


async def load(pool: Pool, **tables: Any) -> ImportReport:
    async with transaction(pool) as tx:
        return await import_company(tx, SYSTEM, **tables)


def demo() -> dict[str, Any]:
    tables = {}
    for name, read in (("departments", read_departments), ("members", read_members), ("tags", read_tags)):
        tables[name], problems = read((DEMO / f"{name}.csv").read_text())  # type: ignore[operator]
        assert problems == []
    return tables


async def test_the_demo_company_goes_in_whole_and_once(founded: Pool) -> None:
    dry = await load(founded, **demo(), dry_run=True)
    assert (dry.problems, await directory.count_members(founded, seen_by=EVERYTHING)) == ([], 0)
    report = await load(founded, **demo())
    assert report == dry
    assert (report.members_added, report.departments_added, report.tags_added) == (320, 31, 6)
    assert await directory.count_members(founded, seen_by=EVERYTHING) == 320
    again = await load(founded, **demo())
    assert (again.members_added, again.members_changed, again.departments_changed) == (0, 0, 0)
    zhangsan = await directory.member_by_userid(founded, "zhangsan")
    assert zhangsan and zhangsan.main_department_id == 101
    assert zhangsan.departments == (Place(101, 980), Place(105, 300))
    assert list((await directory.userids_of(founded, zhangsan.leader_ids)).values()) == ["shanzhiyuan"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("shan zhi yuan", "单志远"),
        ("zengyaqin", "曾雅琴"),
        ("xiesiyuan", "解思源"),
        ("qiuguodong", "仇国栋"),
        ("qgd", "仇国栋"),
        ("ouyangjing", "欧阳静"),
        ("juergen gross", "Jürgen Groß"),
        ("jurgen", "Jürgen Groß"),
        ("GROSS", "Jürgen Groß"),
    ],
)
async def test_names_are_found_as_they_are_said(founded: Pool, words: str, name: str) -> None:
    tables = demo()
    await load(founded, departments=tables["departments"], members=tables["members"], tags=tables["tags"])
    found = await directory.search(founded, words, seen_by=EVERYTHING)
    assert name in [each.name for each in found[:3]]
    wrong = {"单志远": "danzhiyuan", "曾雅琴": "cengyaqin", "仇国栋": "chouguodong"}.get(name)
    if wrong:
        assert await directory.search(founded, wrong, seen_by=EVERYTHING) == []


def member(line: int, userid: str, leaders: tuple[str, ...] | None = None, **fields: Any) -> MemberRow:
    given = {"name": userid, "mobile": f"1380000{line:04}", "departments": [Place(1)]}
    return MemberRow(line, userid, given | fields, leaders)


async def test_a_bad_row_is_told_by_its_line_and_the_others_go_in(founded: Pool) -> None:
    rows = [
        member(2, "good"),
        member(3, "bad userid"),
        member(4, "GOOD"),
        member(5, "nowhere", departments=[Place(77)]),
        member(6, "nameless", name=""),
        member(7, "twin", mobile="13800000002"),
        member(8, "mute", mobile="", email=""),
        member(9, "elsewhere", main_department_id=5),
        member(10, "led", leaders=("good", "later", "nobody", "led")),
        member(11, "later"),
    ]
    report = await load(founded, members=rows)
    assert report.members_added == 3
    assert [(each.line, each.table) for each in report.problems] == [
        (3, "members"),
        (4, "members"),
        (5, "members"),
        (6, "members"),
        (8, "members"),
        (9, "members"),
        (7, "members"),
        (10, "members"),
        (10, "members"),
    ]
    led = await directory.member_by_userid(founded, "led")
    assert led
    assert sorted((await directory.userids_of(founded, led.leader_ids)).values()) == ["good", "later"]


async def test_what_a_table_does_not_say_stays(founded: Pool) -> None:
    await load(founded, members=[member(2, "a", position="工程师", alias="小甲")])
    report = await load(founded, members=[MemberRow(2, "A", {"alias": ""})])
    assert (report.members_added, report.members_changed) == (0, 1)
    a = await directory.member_by_userid(founded, "a")
    assert a and (a.position, a.alias, a.mobile) == ("工程师", "", "13800000002")
    assert await directory.search(founded, "小甲", seen_by=EVERYTHING) == []


async def test_the_same_table_again_takes_nothing_away(founded: Pool) -> None:
    rows = [member(2, "a", email="a@example.com"), member(3, "b")]
    await load(founded, members=rows)
    await load(founded, members=rows)
    a, b = [await directory.member_by_userid(founded, userid) for userid in ("a", "b")]
    assert a and b
    assert (a.mobile, a.email, b.mobile) == ("13800000002", "a@example.com", "13800000003")


async def test_two_may_swap_their_numbers(founded: Pool) -> None:
    await load(founded, members=[member(2, "a"), member(3, "b")])
    swapped = [MemberRow(2, "a", {"mobile": "13800000003"}), MemberRow(3, "b", {"mobile": "13800000002"})]
    assert (await load(founded, members=swapped)).problems == []
    a = await directory.member_by_userid(founded, "a")
    assert a and a.mobile == "13800000003"


async def test_a_column_that_slipped_by_a_row_is_looked_at_once(founded: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    many = range(2, 302)
    await load(founded, members=[member(n, f"m{n}") for n in many] + [member(900, "other")])
    looked, unique = [0], importing._unique

    def counted(*given: Any) -> set[tuple[str, str]]:
        looked[0] += 1
        return unique(*given)

    monkeypatch.setattr(importing, "_unique", counted)
    slipped = [MemberRow(n, f"m{n}", {"mobile": f"1380000{n + 1 if n < 301 else 900:04}"}) for n in many]
    report = await load(founded, members=slipped)
    assert (report.members_changed, len(report.problems)) == (0, 300), "each wants what the next one keeps"
    assert {each.refusal for each in report.problems} == {MobileTaken}
    assert looked[0] < 4 * 301
    kept = [MemberRow(2, "m2", {"mobile": "13800000900"}), MemberRow(3, "m3", {"mobile": "13800000004", "alias": "x"})]
    kept += [MemberRow(4, "m4", {"mobile": "13800009999"}), MemberRow(5, "m5", {"mobile": "13800000002"})]
    report = await load(founded, members=kept)
    assert sorted(each.line for each in report.problems) == [2, 5]
    assert report.members_changed == 2


async def test_a_tree_in_any_order_and_what_cannot_grow(founded: Pool) -> None:
    rows = [
        DepartmentRow(2, 30, "孙", 20),
        DepartmentRow(3, 20, "子", 10),
        DepartmentRow(4, 10, "父"),
        DepartmentRow(5, 40, "孤", 99),
        DepartmentRow(6, 50, "圈", 51),
        DepartmentRow(7, 51, "圈", 50),
        DepartmentRow(8, 60, "父"),
        DepartmentRow(9, 10, "再"),
        DepartmentRow(10, 70, "a/b:c"),
        DepartmentRow(11, 0, "零"),
    ]
    report = await load(founded, departments=rows)
    assert report.departments_added == 3
    assert sorted(each.line for each in report.problems) == [5, 6, 7, 8, 9, 10, 11]
    moved = await load(founded, departments=[DepartmentRow(2, 20, "子")])
    assert (moved.departments_changed, moved.problems) == (1, [])
    grandchild = await directory.department(founded, 30)
    assert grandchild and grandchild.path == (1, 20, 30)
    swap = [DepartmentRow(2, 10, "子"), DepartmentRow(3, 20, "父")]
    assert (await load(founded, departments=swap)).problems == []
    deep = [DepartmentRow(n, 100 + n, f"第{n}层", 99 + n if n > 1 else 1) for n in range(1, 20)]
    assert len((await load(founded, departments=deep)).problems) == 5


async def test_tags_by_number_or_name(founded: Pool) -> None:
    await load(founded, members=[member(2, "a"), member(3, "b")])
    rows = [
        TagRow(2, "值班", 7, ("a", "nobody"), (1, 99)),
        TagRow(3, "新人", None, ("b",)),
        TagRow(4, "别名", 7),
        TagRow(5, "长" * 33),
    ]
    report = await load(founded, tags=rows, members=[MemberRow(2, "b", {}, None, ("值班", "没有"))])
    assert report.tags_added == 2
    assert sorted((each.table, each.line) for each in report.problems) == [
        ("members", 2),
        ("tags", 2),
        ("tags", 2),
        ("tags", 4),
        ("tags", 5),
    ]
    on = await directory.tagged(founded, 7, seen_by=EVERYTHING)
    assert (len(on.member_ids), on.department_ids) == (2, (1,))
    assert [each.name for each in await directory.tags(founded)] == ["值班", "新人"]


async def test_an_import_is_one_change_to_clients(founded: Pool) -> None:
    before = (await streams.heads(founded, [streams.DIRECTORY]))[streams.DIRECTORY]
    await load(founded, members=[member(n, f"m{n}") for n in range(2, 60)])
    assert (await streams.heads(founded, [streams.DIRECTORY]))[streams.DIRECTORY] == before + 1


def test_tables_that_cannot_be_read() -> None:
    with pytest.raises(UnreadableTable):
        read_members("name\n张三\n")
    with pytest.raises(UnreadableTable):
        read_members('userid,name\n"a,b\n')
    with pytest.raises(UnreadableTable):
        read_departments("")
    rows, problems = read_members("\ufeffUserid,gender,departments,order\na,x,1,\nb,1,1;2,5\n\nc,2,1;2,5;6\n")
    assert [row.userid for row in rows] == ["c"]
    assert [each.line for each in problems] == [2, 3]
    assert rows[0].fields["departments"] == [Place(1, 5), Place(2, 6)]

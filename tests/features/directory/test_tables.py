"""Tables as people have them: WeCom's own columns, ways to departments, cells that say nothing."""

import time

import pytest

from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.features.directory import (
    EVERYTHING,
    Department,
    DepartmentRow,
    ImportReport,
    Place,
    UnreadableTable,
    check_tree,
    decoded,
    import_cells,
    import_company,
    import_tree,
    read_departments,
    read_members,
    rules,
)
from wecom.features.directory.import_tree import plan_departments
from wecom.features.directory.refusals import DepartmentTooDeep, DuplicateSibling, NotATree, TooManyInAll
from wecom.foundation.db import Pool, transaction

TEMPLATE = (
    "填写须知：\n1、红色字段为必填,黑色字段为选填,,\n\n"
    "姓名*,帐号（必填）,别名,职务,部门,性别,手机,座机,个人邮箱,企业邮箱,地址,对外职务,激活状态,禁用状态,微信插件\n"
)


@pytest.fixture
async def founded(pool: Pool) -> Pool:
    async with transaction(pool) as tx:
        await directory.found_company(tx, name="海桥科技", timezone="Asia/Shanghai")
    return pool


async def load(pool: Pool, table: str, *, top: str = "", dry_run: bool = False, clears: bool = False) -> ImportReport:
    rows, problems = read_members(table, blank_clears=clears)
    async with transaction(pool) as tx:
        report = await import_company(tx, SYSTEM, members=rows, top=top, dry_run=dry_run)
    report.problems += problems
    return report


def line(userid: str, place: str, mobile: str) -> str:
    return f"某人,{userid},,工程师,{place},男,{mobile},,,,,,已激活,未禁用,已关注\n"


async def ways(pool: Pool) -> dict[str, str]:
    found = {each.id: each for each in await directory.departments(pool, seen_by=EVERYTHING)}
    members = await directory.members_below(pool, 1, seen_by=EVERYTHING)
    return {
        each.userid: ";".join(
            "/".join(found[id].name for id in found[place.department_id].path) for place in each.departments
        )
        for each in members
    }


async def test_wecoms_own_template_goes_in_as_it_is(founded: Pool) -> None:
    table = TEMPLATE + line("a", "海桥科技/技术部/后端组", "13800000001") + line("b", "海桥科技/技术部", "13800000002")
    table += line("c", "海桥科技/市场部;海桥科技/技术部", "13800000003") + line("d", "海桥科技", "13800000004")
    dry = await load(founded, table, dry_run=True)
    assert await ways(founded) == {}
    report = await load(founded, table)
    assert report == dry
    assert (report.problems, report.unused, report.made) == ([], (), ["技术部", "技术部/后端组", "市场部"])
    assert await ways(founded) == {
        "a": "海桥科技/技术部/后端组",
        "b": "海桥科技/技术部",
        "c": "海桥科技/市场部;海桥科技/技术部",
        "d": "海桥科技",
    }
    again = await load(founded, table)
    assert (again.departments_added, again.members_changed) == (0, 0)
    b = await directory.member_by_userid(founded, "b", seen_by=EVERYTHING)
    assert b and (b.position, b.gender, b.enabled) == ("工程师", 1, True)


async def test_a_company_of_another_name_is_known_by_all_lying_under_it(founded: Pool) -> None:
    report = await load(
        founded, TEMPLATE + line("a", "旧公司/技术部", "13800000001") + line("b", "旧公司", "13800000002")
    )
    assert (report.top, report.made) == ("旧公司", ["技术部"])
    report = await load(founded, TEMPLATE + line("c", "技术部", "13800000003") + line("d", "技术部/组", "13800000004"))
    assert (report.top, report.made) == ("", ["技术部/组"])
    report = await load(founded, TEMPLATE + line("e", "另一家/技术部", "13800000005"), top="另一家")
    assert (report.top, report.made) == ("", [])
    assert set((await ways(founded)).values()) == {"海桥科技/技术部", "海桥科技", "海桥科技/技术部/组"}


async def test_a_way_that_cannot_be_is_a_problem_of_its_line(founded: Pool) -> None:
    deep = "/".join(f"第{n}层" for n in range(20))
    table = TEMPLATE + line("a", "技术:部", "13800000001") + line("b", deep, "13800000002")
    table += line("c", "x" * 65, "13800000003") + line("good", "技术部", "13800000004") + line("e", "//", "13800000005")
    report = await load(founded, table)
    assert {each.line for each in report.problems if each.table == "members"} == {5, 6, 7, 9}
    assert set(await ways(founded)) == {"good"}


async def test_a_department_that_cannot_be_is_told_by_its_reason_on_the_members_line(
    founded: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_IN_ALL", 3)
    report = await load(founded, TEMPLATE + line("a", "一/二/三/四", "13800000001") + line("b", "五", "13800000002"))
    assert {(each.table, each.line, each.refusal) for each in report.problems} == {
        ("members", 5, TooManyInAll),
        ("members", 6, TooManyInAll),
    }
    assert len(await directory.departments(founded, seen_by=EVERYTHING)) == 1


async def test_an_empty_cell_says_nothing_unless_the_table_is_taken_at_its_word(founded: Pool) -> None:
    table = "userid,name,mobile,alias,position,direct_leader\n"
    await load(founded, table + "a,甲,13800000001,小甲,工程师,\nb,乙,13800000002,,,a\n")
    await load(founded, table + "a,,,,,\nb,,,,,\n")
    a, b = [await directory.member_by_userid(founded, userid, seen_by=EVERYTHING) for userid in ("a", "b")]
    assert a and b and (a.name, a.alias, a.position, b.leader_ids) == ("甲", "小甲", "工程师", (a.id,))
    await load(founded, table + "a,甲,13800000001,,,\nb,乙,13800000002,,,\n", clears=True)
    a, b = [await directory.member_by_userid(founded, userid, seen_by=EVERYTHING) for userid in ("a", "b")]
    assert a and b and (a.name, a.alias, a.position, b.leader_ids) == ("甲", "", "", ())


async def test_extended_attributes_are_columns_of_their_names(founded: Pool) -> None:
    async with transaction(founded) as tx:
        await directory.define_attribute(tx, SYSTEM, "工号")
        await directory.define_attribute(tx, SYSTEM, "主页", kind="web", order=1)
    table = "userid,name,mobile,工号,主页,血型\na,甲,13800000001,007,https://a.example.com,A\n"
    report = await load(founded, table)
    assert (report.problems, report.unused) == ([], ("血型",))
    a = await directory.member_by_userid(founded, "a", seen_by=EVERYTHING)
    assert a and [(each.name, each.value or each.url) for each in a.attributes] == [
        ("工号", "007"),
        ("主页", "https://a.example.com"),
    ]
    assert len((await load(founded, table.replace("https:", "javascript:"))).problems) == 1
    await load(founded, "userid,工号\na,008\n")
    a = await directory.member_by_userid(founded, "a", seen_by=EVERYTHING)
    assert a and [each.value or each.url for each in a.attributes] == ["008", "https://a.example.com"]


async def test_a_department_keeps_what_its_line_does_not_say(founded: Pool) -> None:
    async with transaction(founded) as tx:
        await directory.add_department(tx, SYSTEM, "研发部", id=2, name_en="R&D", order=9)
        await import_company(tx, SYSTEM, departments=[DepartmentRow(2, 2, "研究院")])
    found = await directory.department(founded, 2, seen_by=EVERYTHING)
    assert found and (found.name, found.name_en, found.sort_order) == ("研究院", "R&D", 9)


def test_cells_are_read_as_people_write_them() -> None:
    heads = "帐号,性别,是否部门内领导,排序,所在部门,禁用,主部门\n"
    rows, problems = read_members(heads + "a,女,1;0,3;4,2；技术部,1,技术部\nb,male,是,,2,否,2\nc,,0,0,2;3,已禁用,\n")
    assert problems == []
    assert [(each.at, each.order, each.leads) for each in rows[0].spots] == [(2, 3, True), ("技术部", 4, False)]
    assert [row.fields.get("enabled") for row in rows] == [False, True, False]
    assert [row.fields.get("gender") for row in rows] == [2, 1, None]
    assert rows[1].fields["departments"] == [Place(2, 0, True)]
    assert rows[2].fields["departments"] == [Place(2), Place(3)]
    assert (rows[0].main, rows[1].fields["main_department_id"]) == ("技术部", 2)
    _, problems = read_members(heads + "a,?,,,,,\nb,,,,,maybe,\nc,,1;0,,2,,\nd,,,x,2,,\n")
    assert [each.line for each in problems] == [2, 3, 4, 5]
    departments, problems = read_departments("部门名称,部门ID,父部门ID,排序\n研发,2,,\n测试,x,1,\n市场,3,2,0\n")
    assert departments == [DepartmentRow(2, 2, "研发", 1), DepartmentRow(4, 3, "市场", 2)]
    assert [each.line for each in problems] == [3]


@pytest.mark.parametrize("table", ["姓名,手机\n甲,1\n", "帐号,userid\na,b\n", "\n" * 40 + "userid\na\n", ""])
def test_a_table_without_its_columns_is_refused(table: str) -> None:
    with pytest.raises(UnreadableTable):
        read_members(table)


def test_text_is_told_by_what_it_can_be() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decoded("姓名,帐号\n朱镕基,zrj\n".encode(encoding), "members").removeprefix("\ufeff")[:2] == "姓名"
    for data in ("userid,name\nj,Jürgen".encode("latin-1"), b"\x89PNG\xff\xfe\xff", b"\xff\xfe\x00", b"\x81"):
        with pytest.raises(UnreadableTable):
            decoded(data, "members")


def test_a_tree_is_looked_at_quickly_however_wrong_it_is() -> None:
    root = {1: Department(1, None, "海桥科技", "", 0, (1,))}
    chain = [DepartmentRow(n, n, f"d{n}", n - 1 if n > 2 else 1) for n in range(2, 6_000)]
    ring = [DepartmentRow(n, n, f"d{n}", n - 1 if n > 2 else 5_999) for n in range(2, 6_000)]
    broken = [DepartmentRow(2, 2, "a:b", 1)] + [DepartmentRow(n, n, f"d{n}", 2) for n in range(3, 6_000)]
    same = [DepartmentRow(n, n, "d", 1) for n in range(2, 6_000)]
    many = [DepartmentRow(n, n, f"d{n}", 1) for n in range(2, 31_000)]
    started = time.process_time()
    left = [len(plan_departments(root, rows)[0]) for rows in (chain, ring, broken, same, many)]
    assert left == [15, 1, 1, 2, 30_000]
    for rows, refusal in ((chain, DepartmentTooDeep), (ring, NotATree), (same, DuplicateSibling)):
        with pytest.raises(refusal):
            check_tree(rows)
    assert time.process_time() - started < 10


def test_names_that_slipped_by_a_row_are_looked_at_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {n: Department(n, 1, f"d{n}", "", 0, (1, n)) for n in range(2, 302)}
    before[1] = Department(1, None, "海桥科技", "", 0, (1,))
    before[900] = Department(900, 1, "other", "", 0, (1, 900))
    passes, paths = [0], import_tree._paths

    def counted(after: dict[int, Department]) -> dict[int, tuple[int, ...]]:
        passes[0] += 1
        return paths(after)

    monkeypatch.setattr(import_tree, "_paths", counted)
    slipped = [DepartmentRow(n, n, f"d{n + 1}" if n < 301 else "other") for n in range(2, 302)]
    after, refused = plan_departments(before, slipped)
    assert (after, len(refused), passes[0]) == (before, 300, 2)
    chains = {1: before[1], 2: Department(2, 1, "d", "", 0, (1, 2))}
    for top in range(10, 1000, 20):
        for n in range(top, top + 14):
            chains[n] = Department(n, n - 1 if n > top else 1, f"c{n}", "", 0, (1, *range(top, n + 1)))
    moved = [DepartmentRow(top, top, f"c{top}", 2) for top in range(10, 1000, 20)]
    passes[0] = 0
    after, refused = plan_departments(chains, moved)
    assert (after, len(refused), passes[0]) == (chains, 50, 2)


def test_rows_that_only_stand_near_a_cycle_are_used() -> None:
    before = {
        1: Department(1, None, "海桥科技", "", 0, (1,)),
        2: Department(2, 1, "父", "", 0, (1, 2)),
        3: Department(3, 2, "子", "", 0, (1, 2, 3)),
    }
    rows = [DepartmentRow(2, 4, "孙", 3), DepartmentRow(3, 2, "父", 3), DepartmentRow(4, 5, "圈", 5)]
    after, refused = plan_departments(before, rows)
    assert [row.line for row, _ in refused] == [3, 4]
    assert after[4].path == (1, 2, 3, 4)


def test_blank_lines_are_not_counted_and_a_nul_is_told_by_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cells, "MOST_LINES", 2)
    rows, _ = read_members("userid,name\n" + " ,\n" * 1000 + "a,甲\n,\nb,乙\n")
    assert [(row.line, row.userid) for row in rows] == [(1002, "a"), (1004, "b")]
    for table in ("userid,name\na,甲\na\0b,乙\n", "userid,name\na,甲\nb,乙,\0\n"):
        with pytest.raises(UnreadableTable, match="line 3, has a NUL"):
            read_members(table)
    monkeypatch.setattr(import_cells, "MOST_ROWS", 10)
    with pytest.raises(UnreadableTable):
        read_members("userid\n" + ",\n" * 20 + "a\n")


def test_tables_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cells, "MOST_LINES", 1000)
    with pytest.raises(UnreadableTable):
        read_members("userid\n" + "a\n" * 1001)
    rows, _ = read_members("userid," + ",".join(f"c{n}" for n in range(100_000)) + "\na,1\n")
    assert [row.userid for row in rows] == ["a"]

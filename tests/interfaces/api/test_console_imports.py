"""Tables of people in the console: looked at first, then applied as they were looked at; and everybody as a table."""

import asyncio
import csv
import io
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import aiohttp
import openpyxl
import pytest

from tests.world import Client, World
from wecom.features import accounts, directory, rosters
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, Attribute
from wecom.features.rosters import jobs
from wecom.features.rosters import run as running
from wecom.foundation.db import transaction
from wecom.foundation.jobs import work_one

IMPORTS = "/api/console/imports"
TABLE = """userid,name,mobile,departments,position
zhangsan,张三,13800000000,海桥科技/研发部,总工
zhaoliu,赵六,13800000066,海桥科技/研发部/测试组,
qianqi,钱七,13800000001,3,
,无名,13800000077,3,
"""


async def work(world: World) -> None:
    while await work_one(world.pool, world.services):
        pass


async def upload(client: Client, table: str | bytes, name: str = "员工.csv", **query: str) -> dict[str, Any]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", table.encode() if isinstance(table, str) else table, filename=name)
    answer = await client.post(IMPORTS, data=form, params=query)
    told: dict[str, Any] = await answer.json()
    return told | {"status": answer.status}


async def looked_at(world: World, client: Client, table: str | bytes, name: str = "员工.csv") -> dict[str, Any]:
    made = await upload(client, table, name)
    assert made["state"] == "reading", made
    await work(world)
    return await read(client, made["id"])


async def read(client: Client, id: int, **query: str) -> dict[str, Any]:
    answer = await client.get(f"{IMPORTS}/{id}", params=query)
    assert answer.status == 200, await answer.text()
    told: dict[str, Any] = await answer.json()
    return told


async def apply(world: World, client: Client, id: int) -> dict[str, Any]:
    answer = await client.post(f"{IMPORTS}/{id}/apply")
    assert answer.status == 200, await answer.text()
    await work(world)
    return await read(client, id)


async def names(world: World) -> dict[str, str]:
    found = await directory.members_after(world.pool, 0, 1000, seen_by=EVERYTHING)
    return {each.userid: each.position for each in found}


async def test_a_table_is_looked_at_and_then_exactly_that_is_done(world: World) -> None:
    admin = await world.client("admin")
    seen = await looked_at(world, admin, TABLE)
    assert (seen["state"], seen["name"], seen["departments_made"]) == ("ready", "员工.csv", ["研发部/测试组"])
    assert [(row["line"], row["userid"], row["does"]) for row in seen["rows"]] == [
        (2, "zhangsan", "changed"),
        (3, "zhaoliu", "added"),
        (4, "qianqi", "refused"),
        (5, "", "refused"),
    ]
    assert seen["rows"][0]["changes"] == [{"field": "position", "before": "", "after": "总工"}]
    [why] = seen["rows"][2]["refusals"]
    assert (why["error"], why["about"]) == ("MobileTaken", "") and "Another member" in why["message"]
    counts = {key: value for key, value in seen["counts"].items() if value}
    assert counts == {"added": 1, "changed": 1, "refused": 2, "members_added": 1, "departments_added": 1}
    assert "zhaoliu" not in await names(world), "looking changes nothing"
    done = await apply(world, admin, seen["id"])
    assert (done["state"], done["progress"]) == ("done", 100)
    assert (await names(world))["zhangsan"] == "总工" and "zhaoliu" in await names(world)
    acts = await world.pool.fetch(
        "SELECT action, actor_id FROM audit_records WHERE action ~ 'roster|import' ORDER BY id"
    )
    assert [row["action"] for row in acts] == ["roster.uploaded", "roster.applied", "directory.import"]
    assert {row["actor_id"] for row in acts} == {world["admin"].id}
    assert await world.pool.fetchval("SELECT count(*) FROM blob_refs WHERE owner_kind = 'roster'") == 0


async def test_what_has_changed_since_it_was_looked_at_is_looked_at_again(world: World) -> None:
    admin = await world.client("admin")
    seen = await looked_at(world, admin, TABLE)
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["zhangsan"].id, position="厂长")
    again = await apply(world, admin, seen["id"])
    assert again["state"] == "ready" and "has changed since" in again["message"]
    assert again["rows"][0]["changes"] == [{"field": "position", "before": "厂长", "after": "总工"}]
    assert (await names(world))["zhangsan"] == "厂长"
    assert (await apply(world, admin, seen["id"]))["state"] == "done"


async def test_applying_twice_or_at_once_does_it_once(world: World) -> None:
    admin = await world.client("admin")
    seen = await looked_at(world, admin, TABLE)
    answers = await asyncio.gather(*(admin.post(f"{IMPORTS}/{seen['id']}/apply") for _ in range(4)))
    assert {each.status for each in answers} == {200}
    await asyncio.gather(*(work(world) for _ in range(3)))
    assert (await read(admin, seen["id"]))["state"] == "done"
    assert await world.pool.fetchval("SELECT count(*) FROM audit_records WHERE action = 'directory.import'") == 1
    assert (await apply(world, admin, seen["id"]))["state"] == "done"


async def test_a_look_keeps_nobody_from_changing_the_directory(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await world.client("admin")
    made = await upload(admin, TABLE)
    import_company = running.lifecycle.import_company

    async def meanwhile(*given: Any, **named: Any) -> Any:
        async with transaction(world.pool) as tx:
            await directory.change_member(tx, SYSTEM, world["lisi"].id, position="现在")
        return await import_company(*given, **named)

    monkeypatch.setattr(running.lifecycle, "import_company", meanwhile)
    await work(world)
    assert (await read(admin, made["id"]))["state"] == "ready"
    assert (await names(world))["lisi"] == "现在"


async def test_a_worker_that_dies_leaves_it_to_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await world.client("admin")
    seen = await looked_at(world, admin, TABLE)
    await admin.post(f"{IMPORTS}/{seen['id']}/apply")
    end_roster = running.queries.end_roster

    async def dies(*given: Any, **named: Any) -> bool:
        raise asyncio.CancelledError

    monkeypatch.setattr(running.queries, "end_roster", dies)
    with pytest.raises(asyncio.CancelledError):
        await work(world)
    assert "zhaoliu" not in await names(world), "all of it or nothing"
    monkeypatch.setattr(running.queries, "end_roster", end_roster)
    await world.pool.execute("UPDATE jobs SET due_at = now()")
    await work(world)
    assert (await read(admin, seen["id"]))["state"] == "done"
    assert "zhaoliu" in await names(world)


async def test_what_one_worker_reads_no_other_reads_beside_it_until_that_one_is_gone(world: World) -> None:
    admin = await world.client("admin")
    made = await upload(admin, TABLE)
    assert await running.queries.own_roster(world.pool, made["id"], uuid4(), running.LEASE)
    await work(world)
    assert (await read(admin, made["id"]))["state"] == "reading"
    assert await world.pool.fetchval("SELECT count(*) FROM jobs WHERE kind = 'LookAtRoster'") == 1, "for later"
    await world.pool.execute("UPDATE jobs SET due_at = now()")
    await world.pool.execute("UPDATE rosters SET owned_until = now()")
    await work(world)
    assert (await read(admin, made["id"]))["state"] == "ready"


async def test_who_works_on_a_table_holds_no_connection_meanwhile(world: World) -> None:
    """As many tables at once as there are connections would else wait for each other for ever."""
    admin = await world.client("admin")
    made = await upload(admin, TABLE)
    connections = world.pool.connections
    async with AsyncExitStack() as held:
        for _ in range(connections.get_max_size() - 1):
            await held.enter_async_context(connections.acquire())
        await asyncio.wait_for(work(world), 30)
    assert (await read(admin, made["id"]))["state"] == "ready"


async def test_what_fails_each_time_is_given_up_with_a_word(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await world.client("admin")
    made = await upload(admin, TABLE)

    async def breaks(*given: Any, **named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(running.lifecycle, "import_company", breaks)
    for _ in range(running.ATTEMPTS):
        assert (await read(admin, made["id"]))["state"] == "reading"
        await world.pool.execute("UPDATE jobs SET due_at = now() WHERE kind = 'LookAtRoster'")
        await work(world)
    seen = await read(admin, made["id"])
    assert (seen["state"], seen["refusal"]) == ("refused", "RosterFailed")
    assert await world.pool.fetchval("SELECT count(*) FROM blob_refs WHERE owner_kind = 'roster'") == 0


async def test_hr_imports_people_and_nobody_who_holds_a_role(world: World) -> None:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["wangwu"].id, "hr")
    hr, admin = await world.client("wangwu"), await world.client("admin")
    table = "userid,name,mobile,enabled\nlisi,李四四,,\nadmin,新名,13811111111,0\nneu,新来,13822222222,\n"
    seen = await looked_at(world, hr, table)
    assert [row["does"] for row in seen["rows"]] == ["changed", "refused", "added"]
    assert "administrators only" in seen["rows"][1]["refusals"][0]["message"]
    assert (await apply(world, hr, seen["id"]))["state"] == "done"
    mine = await looked_at(world, admin, TABLE)
    assert (await hr.get(f"{IMPORTS}/{mine['id']}")).status == 404
    assert (await hr.post(f"{IMPORTS}/{mine['id']}/apply")).status == 404
    assert [each["id"] for each in (await (await hr.get(IMPORTS)).json())["imports"]] == [seen["id"]]
    ready = await looked_at(world, hr, TABLE)
    await hr.post(f"{IMPORTS}/{ready['id']}/apply")
    await world.pool.execute("DELETE FROM role_grants WHERE member_id = $1", world["wangwu"].id)
    await work(world)
    refused = await read(admin, ready["id"])
    assert (refused["state"], refused["refusal"]) == ("refused", "RoleMissing"), "by the rights that they have then"


async def test_auditors_department_administrators_and_members_import_nobody(world: World) -> None:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["lisi"].id, "department_administrator", 2)
    for userid in ("auditor", "lisi", "zhangsan"):
        client = await world.client(userid)
        assert (await upload(client, TABLE))["status"] == 403
        assert (await client.get("/api/console/members.csv")).status == 403
        assert (await client.get("/api/console/members.xlsx")).status == 403


@pytest.mark.parametrize(
    ("table", "name", "refusal"),
    [
        (b"\x00\x01\x02\xff" * 50, "x.csv", "UnreadableTable"),
        (b"PK\x03\x04 and no more", "leute.xlsx", "UnreadableWorkbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "alt.xls", "UnreadableWorkbook"),
        (b"some,other,table\n1,2,3\n", "x.csv", "UnreadableTable"),
        (b"userid,name\n", "x.csv", "InvalidTable"),
    ],
)
async def test_a_broken_file_is_refused_in_words(world: World, table: bytes, name: str, refusal: str) -> None:
    admin = await world.client("admin")
    seen = await looked_at(world, admin, table, name)
    assert (seen["state"], seen["refusal"], seen["rows"]) == ("refused", refusal, []), seen
    assert seen["message"].endswith(".") and "/tmp" not in seen["message"] and "/dev" not in seen["message"]
    again = await admin.post(f"{IMPORTS}/{seen['id']}/apply")
    assert (again.status, (await again.json())["error"]) == (409, "RosterNotReady")
    assert (await admin.delete(f"{IMPORTS}/{seen['id']}")).status == 200
    assert (await admin.get(f"{IMPORTS}/{seen['id']}")).status == 404


async def test_too_much_is_refused_before_it_is_kept(world: World) -> None:
    admin = await world.client("admin")
    assert (await upload(admin, b""))["error"] == "RosterEmpty"
    large = await upload(admin, b"x" * (rosters.LARGEST + 1))
    assert (large["status"], large["error"]) == (400, "RosterTooLarge")
    for _ in range(20):
        assert (await upload(admin, TABLE))["status"] == 200
    assert (await upload(admin, TABLE))["error"] == "TooManyRosters"
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["lisi"].id, "hr")
    assert (await upload(await world.client("lisi"), TABLE))["status"] == 200, "others are not kept from it"


async def test_what_nobody_applies_is_forgotten_with_its_file(world: World) -> None:
    admin = await world.client("admin")
    old, new = await looked_at(world, admin, TABLE), await looked_at(world, admin, TABLE)
    done = await looked_at(world, admin, TABLE.replace("zhaoliu", "sunba").replace("066", "088"))
    await apply(world, admin, done["id"])
    await world.pool.execute("UPDATE rosters SET made_at = now() - interval '25 hours' WHERE id <> $1", new["id"])
    await world.pool.execute("UPDATE rosters SET ended_at = now() - interval '25 hours' WHERE id = $1", done["id"])
    lost = await upload(admin, TABLE)
    await world.pool.execute("UPDATE rosters SET seen_at = now() - interval '2 hours' WHERE id = $1", lost["id"])
    await jobs.tidy_rosters(world.services, jobs.TidyRosters())
    assert (await admin.get(f"{IMPORTS}/{old['id']}")).status == 404
    assert (await read(admin, new["id"]))["rows"]
    assert (await read(admin, done["id"]))["rows"] == []
    assert (await read(admin, lost["id"]))["refusal"] == "RosterFailed"
    held = await world.pool.fetch("SELECT owner_id FROM blob_refs WHERE owner_kind = 'roster'")
    assert [row["owner_id"] for row in held] == [str(new["id"])]


async def test_rows_come_in_pages_and_by_what_becomes_of_them(world: World) -> None:
    admin = await world.client("admin")
    seen = await looked_at(world, admin, TABLE)
    first = await read(admin, seen["id"], limit="3")
    rest = await read(admin, seen["id"], limit="3", cursor=str(first["cursor"]))
    assert [row["line"] for row in first["rows"] + rest["rows"]] == [2, 3, 4, 5] and rest["cursor"] is None
    refused = await read(admin, seen["id"], does="refused")
    assert [row["line"] for row in refused["rows"]] == [4, 5]


async def test_everybody_as_a_table_is_read_again_and_changes_nothing(world: World) -> None:
    admin = await world.client("admin")
    async with transaction(world.pool) as tx:
        await directory.define_attribute(tx, SYSTEM, "工号")
        await directory.add_department(tx, SYSTEM, "甲/乙", under=2)
        tag = await directory.add_tag(tx, SYSTEM, "骨干")
        await directory.put_tag_on(tx, SYSTEM, tag.id, member_ids=[world["lisi"].id])
        await directory.change_member(
            tx,
            SYSTEM,
            world["lisi"].id,
            name='=HYPERLINK("http://x","李四")',
            mobile="+4917012345",
            position="-1+2",
            alias="@SUM(A1)",
            address='Straße 1, "Hof" 🏠',
            leader_ids=[world["zhangsan"].id],
            attributes=[Attribute("工号", "text", "0042")],
        )
    text = await (await admin.get("/api/console/members.csv")).text()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    lisi = dict(zip(rows[0], next(row for row in rows if row[0] == "lisi"), strict=True))
    assert (lisi["mobile"], lisi["position"], lisi["alias"]) == ("'+4917012345", "'-1+2", "'@SUM(A1)")
    assert lisi["departments"] == "海桥科技/研发部" and lisi["direct_leader"] == "zhangsan" and lisi["tags"] == "骨干"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    answer = await admin.get("/api/console/members.xlsx")
    book = await answer.read()
    cells = {cell.value: cell for row in openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows() for cell in row}
    assert cells["+4917012345"].data_type == "s" and cells["+4917012345"].quotePrefix
    assert cells['=HYPERLINK("http://x","李四")'].data_type == "s" and 'Straße 1, "Hof" 🏠' in cells
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="members.xlsx"')
    for table, name in ((text, "members.csv"), (book, "members.xlsx")):
        seen = await looked_at(world, admin, table, name)
        assert seen["state"] == "ready", seen
        assert {row["does"] for row in seen["rows"]} == {"unchanged"}, seen["rows"]
        assert seen["unused_columns"] == []
    exported = "SELECT count(*) FROM audit_records WHERE action = 'members.exported'"
    assert await world.pool.fetchval(exported) == 2


async def test_all_that_was_done_as_a_table_and_as_lines(world: World) -> None:
    auditor = await world.client("auditor")
    async with transaction(world.pool) as tx:
        await directory.add_tag(tx, SYSTEM, "骨干")
    text = await (await auditor.get("/api/console/audit.csv")).text()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows and [int(row["id"]) for row in rows] == sorted((int(row["id"]) for row in rows), reverse=True)
    only = await auditor.get("/api/console/audit.jsonl", params={"action": "audit.exported"})
    lines = (await only.text()).splitlines()
    assert len(lines) == 1 and '"action":"audit.exported"' in lines[0] and only.content_type == "application/x-ndjson"
    count = "SELECT count(*) FROM audit_records WHERE action = 'audit.exported'"
    assert await world.pool.fetchval(count) == 2
    for userid in ("zhangsan", "lisi"):
        assert (await (await world.client(userid)).get("/api/console/audit.csv")).status == 403

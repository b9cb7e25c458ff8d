"""Whom an import disables is out, whom it enables is in again, and somebody stays to administer the company."""

from datetime import timedelta

from tests.world import World
from wecom.features import accounts, directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import DepartmentRow, ImportReport, MemberRow, Place
from wecom.foundation.db import transaction


async def load(world: World, *, dry_run: bool = False, **enabled: bool) -> ImportReport:
    rows = [MemberRow(line, userid, {"enabled": on}) for line, (userid, on) in enumerate(enabled.items(), 2)]
    async with transaction(world.pool) as tx:
        return await lifecycle.import_company(tx, SYSTEM, members=rows, dry_run=dry_run)


async def actions(world: World, userid: str) -> list[str]:
    rows = await world.pool.fetch(
        "SELECT action FROM audit_records WHERE object = $1 AND action LIKE 'member.%able' ORDER BY id",
        f"member:{world[userid].id}",
    )
    return [row["action"] for row in rows]


async def live(world: World, userid: str) -> int:
    count: int = await world.pool.fetchval(
        "SELECT count(*) FROM sessions WHERE member_id = $1 AND ended_at IS NULL", world[userid].id
    )
    return count


async def test_whom_an_import_disables_is_signed_out_and_their_links_are_void(world: World) -> None:
    zhangsan, lisi = await world.client("zhangsan"), await world.client("lisi")
    async with transaction(world.pool) as tx:
        await tx.execute(
            """
            INSERT INTO invitations (token_hash, member_id, purpose, expires_at)
            VALUES ('x', $1, 'reset', now() + $2)
            """,
            world["lisi"].id,
            timedelta(days=1),
        )
    assert (await load(world, dry_run=True, lisi=False)).disabled == [world["lisi"].id]
    assert (await lisi.get("/api/me")).status == 200
    assert (await load(world, lisi=False, zhangsan=True)).problems == []
    assert (await lisi.get("/api/me")).status == 401
    assert (await zhangsan.get("/api/me")).status == 200
    assert await live(world, "lisi") == 0
    told = "SELECT count(*) FROM entries WHERE stream_id = $1 AND kind = 'member.sessions_ended'"
    assert await world.pool.fetchval(told, world["lisi"].id) == 1
    assert await world.pool.fetchval("SELECT count(*) FROM invitations WHERE expires_at > now()") == 0
    assert (await load(world, lisi=True)).enabled == [world["lisi"].id]
    assert (await load(world, lisi=True)).enabled == []
    assert (await lisi.get("/api/me")).status == 401
    assert await actions(world, "lisi") == ["member.disable", "member.enable"]


async def test_a_dry_run_says_which_departments_an_import_would_empty(world: World) -> None:
    async with transaction(world.pool) as tx:
        await directory.replace_departments(tx, SYSTEM, [DepartmentRow(2, 5, "新部")])
    rows = [MemberRow(2, "wangwu", {"departments": [Place(5)]}), MemberRow(3, "lisi", {"departments": [Place(2)]})]

    async def moved(rows: list[MemberRow], *, dry_run: bool) -> dict[int, str]:
        async with transaction(world.pool) as tx:
            return (await lifecycle.import_company(tx, SYSTEM, members=rows, dry_run=dry_run)).deleted

    stays = [*rows, MemberRow(4, "zhangsan", {"departments": [Place(3)]})]
    assert await moved(stays, dry_run=True) == {}
    assert await moved(rows, dry_run=True) == {3: "市场部"} == await moved(rows, dry_run=False)
    assert await moved(rows, dry_run=False) == {}


async def test_the_row_that_would_disable_the_last_administrator_is_left_out(world: World) -> None:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["lisi"].id, "administrator")
    await world.client("admin")
    report = await load(world, lisi=False, zhangsan=False, admin=False)
    [problem] = report.problems
    assert (problem.table, problem.line, problem.what) == ("members", 4, "admin")
    assert "last administrator" in problem.message
    assert report.disabled == [world["lisi"].id, world["zhangsan"].id]
    assert await world.pool.fetchval("SELECT enabled FROM members WHERE id = $1", world["admin"].id)
    assert await live(world, "admin") == 1

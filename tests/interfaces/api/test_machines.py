"""Attendance machines: HR adds them, and what they send comes in by their keys."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer

from tests.house.source import ROOT
from tests.interfaces.api.test_attendance import ask, ids
from tests.world import World
from wecom.interfaces.web import application

GUIDE = ROOT / "docs/attendance-machines.md"


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


async def test_a_machine_is_added_sends_is_looked_at_and_taken_out_of_use(world: World) -> None:
    hr, stranger = await world.client("admin"), await world.client("zhangsan")
    lisi, _ = await ids(world, "lisi", "zhangsan")
    made = await ask(hr, "POST", "machines", json={"name": "一楼", "place": "大门"})
    id, now = made["machine"]["id"], datetime.now(UTC)
    assert "key" not in str(await ask(hr, "GET", "machines"))
    punches = [
        {"record": "1", "userid": "lisi", "at": iso(now - timedelta(hours=2))},
        {"record": "2", "number": "17", "at": iso(now - timedelta(hours=1)), "way": "end"},
    ]
    body = {"now": iso(now + timedelta(minutes=3)), "punches": punches}
    bearer = {"Authorization": f"Bearer {made['key']}"}
    told = await ask(stranger, "POST", f"machines/{id}/punches", json=body, headers=bearer)
    assert [each["outcome"] for each in told["punches"]] == ["taken", "unknown_person"] and 175 < told["drift"] < 185
    [seen] = (await ask(hr, "GET", "machines"))["machines"]
    assert (seen["taken"], seen["left_out"], 175 < seen["drift"] < 185) == (1, 1, True) and seen["seen_at"]
    [out] = (await ask(hr, "GET", f"machines/{id}"))["left_out"]
    assert (out["record"], out["number"], out["why"]) == ("2", "17", "unknown_person")
    said = {"numbers": [{"number": "17", "userid": "LISI"}], "everywhere": True}
    assert await ask(hr, "PUT", f"machines/{id}/numbers", json=said) == {"taken": 1}
    behind = await ask(hr, "GET", f"machines/{id}")
    assert [(each["number"], each["person"]["id"], each["everywhere"]) for each in behind["numbers"]] == [
        ("17", lisi, True)
    ]
    nobody = {"numbers": [{"number": "18", "userid": "niemand"}]}
    assert (await ask(hr, "PUT", f"machines/{id}/numbers", 404, json=nobody))["facts"]["userid"] == "niemand"
    newer = await ask(hr, "POST", f"machines/{id}/key")
    assert (await ask(stranger, "POST", f"machines/{id}/punches", 401, json=body, headers=bearer))["error"] == (
        "MachineKeyWrong"
    )
    other = await ask(hr, "POST", "machines", json={"name": "二楼"})
    bearer = {"Authorization": f"Bearer {newer['key']}"}
    await ask(stranger, "POST", f"machines/{other['machine']['id']}/punches", 401, json=body, headers=bearer)
    await ask(stranger, "POST", f"machines/{id}/punches", 401, json=body)
    await ask(hr, "DELETE", f"machines/{id}")
    await ask(stranger, "POST", f"machines/{id}/punches", 401, json=body, headers=bearer)
    assert (await ask(stranger, "GET", "machines", 403))["error"] == "RoleMissing"


async def test_bad_batches_are_refused_whole_and_a_thousand_are_taken(world: World) -> None:
    hr = await world.client("admin")
    made = await ask(hr, "POST", "machines", json={"name": "一楼"})
    how: dict[str, Any] = {"headers": {"Authorization": f"Bearer {made['key']}"}}
    where, now = f"machines/{made['machine']['id']}/punches", datetime.now(UTC)
    one = {"userid": "lisi", "at": iso(now)}
    for bad in (
        {"at": iso(now)},
        one | {"number": "1"},
        one | {"at": "2026-03-01T09:00:00"},
        one | {"record": "x" * 49},
    ):
        await ask(hr, "POST", where, 400, json={"punches": [bad]}, **how)
    many = [{"userid": "lisi", "at": iso(now - timedelta(minutes=n))} for n in range(1001)]
    await ask(hr, "POST", where, 400, json={"punches": many}, **how)
    told = await ask(hr, "POST", where, json={"punches": many[:1000]}, **how)
    assert {each["outcome"] for each in told["punches"]} == {"taken"}


async def test_the_example_for_makers_of_adapters_works_as_it_is_written(world: World, tmp_path: Path) -> None:
    hr = await world.client("admin")
    made = await ask(hr, "POST", "machines", json={"name": "一楼"})
    found = re.search(r"```sh\n(curl .*?)```", GUIDE.read_text(), re.DOTALL)
    assert found
    server = TestServer(await application(world.services))
    await server.start_server()
    said = found[1].replace("https://wecom.example.com", str(server.make_url("/")).rstrip("/"))
    said = said.replace("machines/7/", f"machines/{made['machine']['id']}/").replace("$KEY", made["key"])
    yesterday = datetime.now(UTC) - timedelta(days=1)
    said = said.replace("2026-03-03", f"{yesterday:%Y-%m-%d}").replace("2026-03-04", f"{yesterday:%Y-%m-%d}")
    try:
        shell = await asyncio.create_subprocess_shell(said, stdout=asyncio.subprocess.PIPE, cwd=tmp_path)
        out, _ = await shell.communicate()
    finally:
        await server.close()
    assert shell.returncode == 0 and [word for word in re.findall(r'"outcome":"(\w+)"', out.decode())] == [
        "taken",
        "unknown_person",
    ]

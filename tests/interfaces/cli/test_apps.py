"""`wecom apps` and `wecom robots`, as an operator types them."""

from pathlib import Path

import pytest

from tests.interfaces.cli.operator import Wecom
from tests.world import CORPID, World
from wecom.features import apps
from wecom.features.apps.model import InvalidSecret, NoSuchRobot


@pytest.fixture
def command(
    world: World,
    database_url: str,
    owner_url: str,
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Wecom:
    command = Wecom(monkeypatch, capsys)
    command.set(database_url=database_url, database_owner_url=owner_url, redis_url=redis_url)
    command.set(data_dir=str(tmp_path / "data"))
    return command


def told(printed: str) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in printed.splitlines())


async def opens(world: World, secret: str) -> bool:
    try:
        await apps.issue_token(world.pool, world.services.key, secret, address="127.0.0.1", now=world.services.clock())
    except InvalidSecret:
        return False
    return True


async def test_apps_are_added_kept_and_removed(world: World, command: Wecom) -> None:
    made = told((await command("apps", "create", "报销", "--everyone"))[0])
    agentid = made["agentid"]
    assert made["corpid"] == CORPID
    assert await opens(world, made["secret"])
    assert (await command("apps", "list"))[0] == f"{agentid}\t报销\tsees everyone\n"
    printed, _ = await command("apps", "range", agentid, "--member", "ZhangSan", "--department", "3")
    assert printed == f"{agentid}\t报销\tsees 1 members, 1 departments\n"
    printed, _ = await command("apps", "set", agentid, "--redirect-domain", "OA.e.cn", "--redirect-domain", "e.cn:81")
    assert printed == f"{agentid}\t报销\tsees 1 members, 1 departments, signs in at oa.e.cn, e.cn:81\n"
    printed, _ = await command("apps", "set", agentid, "--name", "报销中心", "--home-url", "https://oa.e.cn/")
    assert printed.startswith(f"{agentid}\t报销中心\t") and "oa.e.cn, e.cn:81" in printed
    _, complaint = await command("apps", "set", agentid, "--redirect-domain", "*.e.cn", status=1)
    assert complaint.startswith("wecom: A trusted domain is a host's name")
    printed, _ = await command("apps", "set", agentid, "--description", "差旅报销", "--redirect-domain", "")
    assert "signs in" not in printed
    _, complaint = await command("apps", "range", agentid, "--member", "nobody", status=1)
    assert complaint == "wecom: There is no member nobody.\n"
    new = told((await command("apps", "secret", agentid))[0])["secret"]
    assert (await opens(world, made["secret"]), await opens(world, new)) == (False, True)
    assert (await command("apps", "disable", agentid))[0].endswith("(disabled)\n")
    await command("apps", "enable", agentid)
    await command("apps", "remove", agentid)
    assert not await opens(world, new)
    _, complaint = await command("apps", "secret", agentid, status=1)
    assert complaint.startswith("wecom: There is no such app")
    first, second = [told((await command("apps", "contacts"))[0])["secret"] for _ in range(2)]
    assert (await opens(world, first), await opens(world, second)) == (False, True)


async def test_robots_are_added_kept_and_removed(world: World, command: Wecom) -> None:
    chatid = await world.pool.fetchval("SELECT chatid FROM conversations WHERE id = $1", world.lunch)
    made = told((await command("robots", "create", chatid, "报警"))[0])
    assert (await apps.robot_with_key(world.pool, made["key"])).name == "报警"
    assert (await command("robots", "list"))[0] == f"{made['id']}\t{chatid}\t午饭\t报警\n"
    new = told((await command("robots", "key", made["id"]))[0])["key"]
    with pytest.raises(NoSuchRobot):
        await apps.robot_with_key(world.pool, made["key"])
    assert (await command("robots", "disable", made["id"]))[0] == "报警 is disabled\n"
    await command("robots", "enable", made["id"])
    assert (await apps.robot_with_key(world.pool, new)).enabled
    await command("robots", "remove", made["id"])
    assert (await command("robots", "list"))[0] == ""
    assert (await command("robots", "remove", made["id"], status=1))[1].startswith("wecom: There is no such robot")
    await command("robots", "create", "nowhere", "x", status=1)

"""Line mode, as a script uses it: another process, no terminal, one line for each thing."""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

from tests.features.messaging.searching.asking import index
from tests.pictures import picture
from tests.world import PASSWORD, World
from wecom.features import apps
from wecom.features.accounts import SYSTEM
from wecom.features.messaging import Draft, Text
from wecom.foundation.db import transaction
from wecom.interfaces.cli.chat.files import safe_name


class Shell:
    """`wecom chat --plain` with a home of its own."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.env = os.environ | {"XDG_STATE_HOME": str(home)}

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "wecom", "chat", "--plain", *words)
        return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, env=self.env)

    async def run(self, *words: str, typed: str = "") -> tuple[int | None, str, str]:
        process = await self.start(*words)
        out, err = await asyncio.wait_for(process.communicate(typed.encode()), 40)
        return process.returncode, out.decode(), err.decode()


async def test_a_script_signs_in_once_and_then_lists_sends_reads_and_follows(world: World, tmp_path: Path) -> None:
    url = str((await world.server()).make_url("/"))
    shell = Shell(url, tmp_path)
    await world.say("lisi", world.lunch, "第一行\n第二行")

    status, out, err = await shell.run(
        "--url", url, "--user", "zhangsan", "--password-stdin", "list", typed=PASSWORD + "\n"
    )
    assert (status, err) == (0, "")
    assert out.split("\t")[1:] == ["group", "1", "午饭", "第一行 第二行\n"]

    follower = await shell.start("--json", "follow", str(world.lunch))
    assert follower.stdout
    try:
        script = (
            f"send {world.lunch} '从脚本来 @李四'\nread {world.lunch}\nnonsense\nfind ls\nreaders {world.lunch} 4\n"
        )
        status, out, err = await shell.run(typed=script)
        sent, first, second, found, *readers = out.splitlines()
        assert sent.split("\t")[0] == str(world.lunch)
        assert first.endswith("李四\t第一行\\n第二行") and second.endswith("张三\t从脚本来 @李四")
        assert "lisi" in found and [line.split("\t")[0] for line in readers] == ["unread"]
        assert status == 1 and "There is no action 'nonsense'" in err
        assert await world.pool.fetchval("SELECT member_id FROM mentions") == world["lisi"].id

        async with transaction(world.pool) as tx:
            robot, _ = await apps.create_robot(tx, SYSTEM, world.lunch, "小助手")
        said = Draft(world.lunch, robot.id, "r", Text(msgtype="text", content="开饭"))
        await world.services.mailroom.post(said)
        _, out, _ = await shell.run("read", str(world.lunch))
        assert out.splitlines()[-1].endswith("小助手\t开饭")

        line = b""
        while not line:  # it hears what is said after it has come
            await world.say("lisi", world.lunch, "给后来的")
            with contextlib.suppress(TimeoutError):
                line = await asyncio.wait_for(follower.stdout.readline(), 1)
        assert json.loads(line)["conversation_id"] == world.lunch
    finally:
        follower.kill()
        await follower.wait()


async def test_a_wrong_password_and_no_password_are_told_in_a_sentence(world: World, tmp_path: Path) -> None:
    url = str((await world.server()).make_url("/"))
    shell = Shell(url, tmp_path)
    status, out, err = await shell.run("--url", url, "--user", "zhangsan", "--password-stdin", "list", typed="falsch\n")
    assert (status, out) == (1, "") and err.startswith("wecom: ") and err.count("\n") == 1
    status, out, err = await shell.run("--url", url, "--user", "zhangsan", "list")
    assert status == 1 and "--password-stdin" in err


async def test_messages_are_searched_with_what_was_found_in_brackets(world: World, tmp_path: Path) -> None:
    url = str((await world.server()).make_url("/"))
    shell = Shell(url, tmp_path)
    posted = await world.say("lisi", world.lunch, "🍜 午饭去上海饭店")
    await index(world.pool)
    status, out, err = await shell.run(
        "--url", url, "--user", "zhangsan", "--password-stdin", "search", "上海", typed=PASSWORD + "\n"
    )
    assert (status, err) == (0, "")
    columns = out.rstrip("\n").split("\t")
    assert columns[:2] == [str(world.lunch), str(posted.seq)] and columns[3:] == ["李四", "🍜 午饭去[上海]饭店"]
    status, out, err = await shell.run("search", "???")
    assert (status, out) == (1, "") and "There is nothing to look for" in err


async def test_files_are_sent_shown_and_saved(world: World, tmp_path: Path) -> None:
    url = str((await world.server()).make_url("/"))
    shell = Shell(url, tmp_path)
    plan, photo, there = tmp_path / "计划 1.txt", tmp_path / "a.jpg", tmp_path / "saved"
    plan.write_text("mytext")
    photo.write_bytes(picture())
    there.mkdir()
    script = f"file {world.lunch} '{plan}'\npicture {world.lunch} '{photo}'\npicture {world.lunch} '{plan}'\n"
    words = ("--url", url, "--user", "zhangsan", "--password-stdin")
    status, out, err = await shell.run(*words, typed=f"{PASSWORD}\n{script}read {world.lunch}\nfile 1 /nowhere\n")
    assert status == 1 and "No such file" in err and "send it as a file" in err, err
    sent, shown, first, second = out.splitlines()
    seqs = [line.split("\t")[1] for line in (sent, shown)]
    assert first.endswith(f"[file] 计划 1.txt (6 bytes)  /save {seqs[0]}")
    assert f"[picture] a.jpg (400 × 300, {len(picture()) / 1024:.1f} KB)  /save {seqs[1]}" in second
    saving = "".join(f"save {world.lunch} {seq} '{there}'\n" for seq in (*seqs, seqs[0], "9999"))
    status, out, err = await shell.run(typed=saving)
    assert status == 1 and len(out.splitlines()) == 3 and len(err.splitlines()) == 1
    assert (there / "计划 1.txt").read_text() == (there / "计划 1 (2).txt").read_text() == "mytext"
    assert (there / "a.jpg").read_bytes() == picture()


def test_what_others_call_a_file_does_not_decide_where_it_goes() -> None:
    for name, safe in (
        ("../../.bashrc", "bashrc"),
        ("/etc/passwd", "passwd"),
        ("\x1b[2Ja.txt", "[2Ja.txt"),
        ("..", "file"),
    ):
        assert safe_name(name) == safe
    assert len(safe_name("长" * 300).encode()) <= 200

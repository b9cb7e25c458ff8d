"""异步导出接口: everything an app sees, and nothing else, in files that only the holder of its key can read."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from aiohttp import ClientError
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.interfaces.cgi.conftest import CgiClient
from tests.world import World
from wecom.features import apps, directory, exports
from wecom.features.accounts import SYSTEM
from wecom.features.directory import Place
from wecom.features.exports import Export, RunExport, Spelt
from wecom.features.exports.jobs import SweepExports, sweep_exports
from wecom.features.exports.model import NoSuchFile
from wecom.foundation.blobs import collect
from wecom.foundation.db import Db, transaction
from wecom.foundation.http import files as http_files
from wecom.foundation.jobs import work_one
from wecom.interfaces.cgi.export_files import run_export

KEY = "IJUiXNpvGbODwKEBSEsAeOAPAhkqHqNCF6g19t9wfg2"


def decrypted(data: bytes, encoded: str = KEY) -> Any:
    """As Tencent documents it, by another hand than the one that wrote it."""
    key = base64.b64decode(encoded + "=")
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    assert len(plain) % 32 == 0 and 1 <= plain[-1] <= 32
    assert plain[-plain[-1] :] == bytes([plain[-1]]) * plain[-1]
    return orjson.loads(plain[: -plain[-1]])


async def work(world: World) -> None:
    while await work_one(world.pool, world.services):
        pass


async def begun(app: CgiClient, what: str, **also: object) -> str:
    answer = await app.post(f"export/{what}", **{"encoding_aeskey": KEY} | also)
    assert answer["errcode"] == 0, answer
    assert len(answer["jobid"]) <= 64
    return str(answer["jobid"])


async def number_of(world: World, jobid: str) -> int:
    id: int = await world.pool.fetchval("SELECT id FROM exports WHERE jobid = $1", jobid)
    return id


async def fetched(app: CgiClient, url: str, **headers: str) -> tuple[int, bytes, Any]:
    async with app.client.get(urlsplit(url).path, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers


async def files(app: CgiClient, jobid: str) -> list[Any]:
    """What stands in the files of an export that is done."""
    result = await app.get("export/get_result", jobid=jobid)
    assert (result["errcode"], result["status"]) == (0, 2), result
    found = []
    for each in result["data_list"]:
        status, data, headers = await fetched(app, each["url"])
        assert (status, len(data), headers["Content-Length"]) == (200, each["size"], str(each["size"]))
        assert hashlib.md5(data).hexdigest() == each["md5"]
        assert b"zhangsan" not in data
        found.append(decrypted(data))
    return found


async def exported(world: World, app: CgiClient, what: str, **also: object) -> Any:
    jobid = await begun(app, what, **also)
    await work(world)
    [file] = await files(app, jobid)
    return file


@pytest.fixture
async def tag(world: World) -> int:
    """On 张三, 王五 and 研发部."""
    async with transaction(world.pool) as tx:
        made = await directory.add_tag(tx, SYSTEM, "乒乓球协会")
        people = [world["zhangsan"].id, world["wangwu"].id]
        await directory.put_tag_on(tx, SYSTEM, made.id, member_ids=people, department_ids=[2])
    return made.id


async def test_an_export_holds_what_the_lists_say(
    world: World, contacts: CgiClient, everyone: CgiClient, market: CgiClient, tag: int
) -> None:
    async with transaction(world.pool) as tx:
        await directory.change_member(
            tx,
            SYSTEM,
            world["lisi"].id,
            name="李四 🦩",
            position='"{\\',
            email="lisi@example.com",
            departments=[Place(2, 7, True), Place(3)],
            leader_ids=[world["admin"].id],
        )
    shown = "UPDATE members SET avatar = '/api/avatars/' || repeat('ab', 32) WHERE userid = 'lisi'"
    await world.pool.execute(shown)
    for app in (contacts, everyone, market):
        tops = [1] if app is not market else [3]
        lists: dict[str, dict[str, Any]] = {"user/list": {}, "user/simplelist": {}}
        for path, seen in lists.items():
            for top in tops:
                answer = await app.get(path, department_id=top, fetch_child=1)
                seen |= {each["userid"]: each for each in answer["userlist"]}
        if app is market:
            seen = await market.get("user/get", userid="zhangsan")
            lists["user/list"]["zhangsan"] = {k: v for k, v in seen.items() if k not in ("errcode", "errmsg")}
            lists["user/simplelist"]["zhangsan"] = {k: seen[k] for k in ("userid", "name", "department")}
        users = await exported(world, app, "user")
        assert list(users) == ["userlist"]
        assert {each["userid"]: each for each in users["userlist"]} == lists["user/list"]
        brief = await exported(world, app, "simple_user")
        assert {each["userid"]: each for each in brief["userlist"]} == lists["user/simplelist"]
        departments = await app.get("department/list")
        assert await exported(world, app, "department") == {"department": departments["department"]}
        on = await app.get("tag/get", tagid=tag)
        expected = {name: on[name] for name in ("tagname", "userlist", "partylist")}
        assert await exported(world, app, "taguser", tagid=tag) == expected
    assert users["userlist"][1]["avatar"].startswith("http://"), "for pages elsewhere"
    assert len(users["userlist"]) == 3, "张三, whom the app sees alone, 王五, and 李四 in 市场部"
    assert users["userlist"][0]["department"] == [], "not the department that the app does not see"


async def test_whoever_sees_nobody_gets_an_empty_file(world: World, market: CgiClient) -> None:
    async with transaction(world.pool) as tx:
        await apps.set_visible_range(tx, SYSTEM, market.app_id, members=[], departments=[], tags=[])
    assert await exported(world, market, "user") == {"userlist": []}
    assert await exported(world, market, "department") == {"department": []}


async def test_a_block_is_a_file_of_so_many_entries(world: World, everyone: CgiClient, tag: int) -> None:
    async def cut(what: str, **also: object) -> list[Any]:
        jobid = await begun(everyone, what, **also)
        await world.pool.execute("UPDATE exports SET block_size = 2 WHERE jobid = $1", jobid)
        await work(world)
        return await files(everyone, jobid)

    users = await cut("simple_user")
    assert [len(each["userlist"]) for each in users] == [2, 2, 1]
    assert len({member["userid"] for each in users for member in each["userlist"]}) == 5
    assert await cut("taguser", tagid=tag) == [
        {"tagname": "乒乓球协会", "userlist": [_brief("zhangsan", "张三"), _brief("wangwu", "王五")], "partylist": []},
        {"tagname": "乒乓球协会", "userlist": [], "partylist": [2]},
    ]


def _brief(userid: str, name: str) -> dict[str, str]:
    return {"userid": userid, "name": name}


async def test_what_is_asked_for_wrongly_is_refused(world: World, everyone: CgiClient, nobody: CgiClient) -> None:
    for body in (
        {},
        {"encoding_aeskey": KEY[:-1]},
        {"encoding_aeskey": KEY + "="},
        {"encoding_aeskey": "+" * 43},
        {"encoding_aeskey": "键" * 43},
        {"encoding_aeskey": KEY, "block_size": 9_999},
        {"encoding_aeskey": KEY, "block_size": 1_000_001},
        {"encoding_aeskey": KEY, "block_size": "many"},
    ):
        answer = await everyone.post("export/user", **body)
        assert answer["errcode"] == 40058, body
        assert KEY[:10] not in answer["errmsg"]
    for tagid, number in ((77, 40068), (-1, 40068), (2**40, 40068), ("x", 40068)):
        assert (await everyone.post("export/taguser", encoding_aeskey=KEY, tagid=tagid))["errcode"] == number
    assert (await everyone.post("export/taguser", encoding_aeskey=KEY))["errcode"] == 41017
    for jobid in ("jobid_nobodys", "x" * 65, "喵"):
        assert (await everyone.get("export/get_result", jobid=jobid))["errcode"] == 40088
    assert (await everyone.get("export/get_result"))["errcode"] == 40058
    assert (await nobody.post("export/user", encoding_aeskey=KEY))["errcode"] == 41001
    assert await world.pool.fetchval("SELECT count(*) FROM exports") == 0


async def test_an_export_is_told_only_to_who_began_it(world: World, contacts: CgiClient, everyone: CgiClient) -> None:
    jobid = await begun(contacts, "user")
    assert (await everyone.get("export/get_result", jobid=jobid))["errcode"] == 40088
    assert (await contacts.get("export/get_result", jobid=jobid)) | {"errmsg": ""} == {
        "errcode": 0,
        "errmsg": "",
        "status": 0,
    }
    await work(world)
    assert (await everyone.get("export/get_result", jobid=jobid))["errcode"] == 40088
    assert len(await files(contacts, jobid)) == 1


async def test_no_more_than_five_are_waited_for_and_five_are_kept(world: World, everyone: CgiClient) -> None:
    answers = await asyncio.gather(
        *(everyone.post("export/simple_user", encoding_aeskey=KEY, block_size=10_000) for _ in range(8))
    )
    assert sorted(each["errcode"] for each in answers) == [*[0] * 5, *[45033] * 3]
    await work(world)
    jobids = [each["jobid"] for each in answers if each["errcode"] == 0]
    assert all([await files(everyone, jobid) for jobid in jobids])
    oldest = min([(await number_of(world, jobid), jobid) for jobid in jobids])[1]
    newest = await begun(everyone, "simple_user")
    await work(world)
    assert (await everyone.get("export/get_result", jobid=oldest))["errcode"] == 40089
    assert len(await files(everyone, newest)) == 1
    assert await world.pool.fetchval("SELECT count(*) FROM exports WHERE state = 'done'") == 5


async def test_part_of_a_file_is_fetched_alone(world: World, everyone: CgiClient) -> None:
    jobid = await begun(everyone, "user")
    await work(world)
    [told] = (await everyone.get("export/get_result", jobid=jobid))["data_list"]
    url, size = told["url"], told["size"]
    _, data, headers = await fetched(everyone, url)
    etag = headers["ETag"]
    for asked, part in (
        ("bytes=0-31", data[:32]),
        (f"bytes=32-{size * 2}", data[32:]),
        ("bytes=64-", data[64:]),
        ("bytes=-16", data[-16:]),
        (f"bytes=-{size * 2}", data),
    ):
        status, body, headers = await fetched(everyone, url, Range=asked)
        assert (status, body) == (206, part), asked
        begin = data.index(part)
        assert headers["Content-Range"] == f"bytes {begin}-{begin + len(part) - 1}/{size}"
    for asked in (f"bytes={size}-", "bytes=-0"):
        status, _, headers = await fetched(everyone, url, Range=asked)
        assert (status, headers["Content-Range"]) == (416, f"bytes */{size}"), asked
    for asked in ("bytes=0-1,4-5", "lines=0-1", "bytes=9-3", "bytes=-", "bytes=" + "9" * 100 + "-"):
        assert (await fetched(everyone, url, Range=asked))[:2] == (200, data), asked
    assert (await fetched(everyone, url, Range="bytes=0-1", **{"If-Range": etag}))[0] == 206
    assert (await fetched(everyone, url, Range="bytes=0-1", **{"If-Range": '"other"'}))[0] == 200
    async with everyone.client.head(urlsplit(url).path) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(size))


async def test_a_file_that_is_gone_is_said_to_be_gone_and_nobody_fetched_it(world: World, everyone: CgiClient) -> None:
    jobid = await begun(everyone, "user")
    await work(world)
    [told] = (await everyone.get("export/get_result", jobid=jobid))["data_list"]
    hash = await world.pool.fetchval("SELECT hash FROM export_files")
    for path in (world.services.settings.data_dir / "blobs").rglob(hash.hex()):
        path.unlink()
    assert await world.services.blobs.get(hash) is None
    status, body, _ = await asyncio.wait_for(fetched(everyone, told["url"]), 30)
    assert status == 404 and b"errcode" in body
    assert await world.pool.fetchval("SELECT count(*) FROM audit_records WHERE action = 'export.fetched'") == 0


async def test_whoever_takes_nothing_of_a_file_is_given_up(
    world: World, everyone: CgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_files, "STALLED", 0.2)
    jobid = await begun(everyone, "user")
    await work(world)
    [told] = (await everyone.get("export/get_result", jobid=jobid))["data_list"]
    size = 64 << 20
    large = await world.services.blobs.put(bytes(size))
    await world.pool.execute("INSERT INTO blobs (hash, size, media_type) VALUES ($1, $2, 'x')", large, size)
    await world.pool.execute("UPDATE export_files SET hash = $1, size = $2", large, size)
    async with everyone.client.get(urlsplit(told["url"]).path) as answer:
        assert answer.content_length == size
        await asyncio.sleep(1)
        with pytest.raises(ClientError):
            await answer.read()


async def test_a_link_is_good_for_two_hours_while_the_app_is(world: World, everyone: CgiClient) -> None:
    jobid = await begun(everyone, "user")
    await work(world)
    [told] = (await everyone.get("export/get_result", jobid=jobid))["data_list"]
    link, key, now = told["url"].rsplit("/", 1)[1], world.services.key, world.services.clock()
    assert (await exports.fetch(world.pool, key, link, now=now + timedelta(minutes=119))).file.size == told["size"]
    with pytest.raises(NoSuchFile):
        await exports.fetch(world.pool, key, link, now=now + timedelta(minutes=121))
    altered = link[:40] + ("A" if link[40] != "A" else "B") + link[41:]
    for wrong in (altered, link[:20], "x", "%00", "喵", link + "AAAA"):
        status, body, _ = await fetched(everyone, f"http://x/exports/{wrong}")
        assert status == 404 and b"errcode" in body, wrong
    async with transaction(world.pool) as tx:
        await apps.set_app_enabled(tx, SYSTEM, everyone.app_id, False)
    assert (await fetched(everyone, told["url"]))[0] == 404


async def test_who_exported_what_and_who_fetched_it_is_recorded(world: World, market: CgiClient) -> None:
    jobid = await begun(market, "user")
    id = await number_of(world, jobid)
    await work(world)
    await files(market, jobid)
    await files(market, jobid)
    rows = await world.pool.fetch(
        "SELECT actor_id, action, details FROM audit_records WHERE object = $1 ORDER BY id", f"export:{id}"
    )
    assert [row["action"] for row in rows] == ["export.begin", "export.done", "export.fetched"]
    assert rows[0]["actor_id"] == market.app_id
    told = rows[1]["details"]
    assert (told["entries"], told["departments"], told["members"]) == (2, [3], [world["zhangsan"].id])
    assert await world.pool.fetchval("SELECT key FROM exports WHERE id = $1", id) is None, "nobody needs it any more"
    assert KEY not in str([dict(row) for row in await world.pool.fetch("SELECT details FROM audit_records")])


async def test_a_worker_that_dies_is_followed_by_another(world: World, everyone: CgiClient) -> None:
    jobid = await begun(everyone, "simple_user")
    id = await number_of(world, jobid)

    async def dying(db: Db, app: apps.App, export: Export) -> Spelt:
        async def entries() -> AsyncIterator[tuple[str, list[bytes]]]:
            yield "userlist", [b'"half"']
            raise asyncio.CancelledError

        return Spelt({}, ("userlist",), entries())

    with pytest.raises(asyncio.CancelledError):
        await exports.write(world.pool, world.services.blobs, id, dying)
    assert (await everyone.get("export/get_result", jobid=jobid))["status"] == 1
    await asyncio.gather(*(run_export(world.services, RunExport(export_id=id)) for _ in range(3)))
    [file] = await files(everyone, jobid)
    assert len(file["userlist"]) == 5
    await work(world)
    assert len(await files(everyone, jobid)) == 1
    done = "SELECT count(*) FROM audit_records WHERE action = 'export.done'"
    assert await world.pool.fetchval(done) == 1


async def test_what_fails_again_and_again_has_failed(
    world: World, everyone: CgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobid = await begun(everyone, "simple_user")

    async def full(*_: object) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr(world.services.blobs, "put_file", full, raising=False)
    for attempt in range(exports.ATTEMPTS):
        assert (await everyone.get("export/get_result", jobid=jobid))["status"] == (1 if attempt else 0)
        await world.pool.execute("UPDATE jobs SET due_at = now() WHERE kind = 'RunExport'")
        await work(world)
    assert (await everyone.get("export/get_result", jobid=jobid)) | {"errmsg": ""} == {
        "errcode": 0,
        "errmsg": "",
        "status": 3,
    }


async def test_what_the_app_may_no_longer_see_is_no_longer_told(
    world: World, everyone: CgiClient, contacts: CgiClient, tag: int
) -> None:
    narrowed, gone = await begun(everyone, "simple_user"), await begun(contacts, "taguser", tagid=tag)
    async with transaction(world.pool) as tx:
        await apps.set_visible_range(tx, SYSTEM, everyone.app_id, members=[], departments=[3], tags=[])
        await directory.delete_tag(tx, SYSTEM, tag)
    await work(world)
    [file] = await files(everyone, narrowed)
    assert [each["userid"] for each in file["userlist"]] == ["wangwu"]
    assert (await contacts.get("export/get_result", jobid=gone))["status"] == 3
    disabled = await begun(everyone, "user")
    async with transaction(world.pool) as tx:
        await apps.set_app_enabled(tx, SYSTEM, everyone.app_id, False)
    await work(world)
    state = await world.pool.fetchval("SELECT state FROM exports WHERE jobid = $1", disabled)
    assert state == "failed"


async def test_files_are_forgotten_after_a_day_and_what_nobody_ends_is_given_up(
    world: World, everyone: CgiClient
) -> None:
    done, stuck = await begun(everyone, "user"), ""
    await work(world)
    hash = await world.pool.fetchval("SELECT hash FROM export_files")
    stuck = await begun(everyone, "user")
    await world.pool.execute("UPDATE exports SET ended_at = ended_at - interval '25 hours'")
    await world.pool.execute("UPDATE exports SET begun_at = begun_at - interval '7 hours'")
    await sweep_exports(world.services, SweepExports())
    assert (await everyone.get("export/get_result", jobid=done))["errcode"] == 40089
    assert (await everyone.get("export/get_result", jobid=stuck))["status"] == 3
    await work(world)
    assert (await everyone.get("export/get_result", jobid=stuck))["status"] == 3, "and stays so"
    await world.pool.execute("UPDATE blobs SET created_at = created_at - interval '2 days'")
    await collect(world.pool, world.services.blobs)
    assert await world.pool.fetchval("SELECT count(*) FROM blobs WHERE hash = $1", hash) == 0
    await world.pool.execute("UPDATE exports SET ended_at = ended_at - interval '40 days'")
    await sweep_exports(world.services, SweepExports())
    assert (await everyone.get("export/get_result", jobid=done))["errcode"] == 40088

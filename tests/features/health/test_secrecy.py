"""Somebody without both keys reads no answer: through no endpoint, stream, push, job, log or record."""

import logging
from typing import Any

import pytest

from tests.features.health.clinic import at, officer, running, send
from tests.features.health.test_erasing import MARK, with_photo
from tests.pictures import picture
from tests.world import Client, World
from wecom.features import accounts, apps
from wecom.features.accounts import SYSTEM
from wecom.features.health import Delegate, ReportJob, Value
from wecom.features.health.jobs import (
    OpenHealthReports,
    RemindOfHealthReports,
    open_health_reports,
    remind_of_health_reports,
)
from wecom.foundation.db import transaction
from wecom.foundation.http import Endpoint
from wecom.interfaces.api import GROUPS

SAID = {"date": "2026-03-02", "first": "2026-03-02", "last": "2026-03-02", "from": "2026-03-02", "to": "2026-03-02"}


def asked_with(each: Endpoint, about: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Where and with what it is asked: all that is known of the answer, and of its person."""
    path = each.path
    for name in each.parts["path"].model_fields if "path" in each.parts else ():
        path = path.replace("{" + name + "}", about.get(name, "1"))
    fields = each.parts["query"].model_fields if "query" in each.parts else {}
    named = {field.alias or name: field for name, field in fields.items()}
    return path, {name: about[name] for name in named if name in about}


async def leaks(client: Client, about: dict[str, str]) -> list[str]:
    """Every GET of our own API that tells any of it."""
    found, photo = [], picture()
    for group in GROUPS.values():
        for each in group:
            if each.method != "GET":
                continue
            path, query = asked_with(each, about)
            async with client.get(path, params=query) as answer:
                told = await answer.read()
                assert answer.status < 500, (path, told)
                if MARK.encode() in told or told == photo or b"38.44" in told:
                    found.append(path)
    return found


async def answered(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[ReportJob, dict[str, str]]:
    """李四 is asked by a report that 王五 reads, and has answered it; 张三 may answer for them."""
    await officer(world)
    await officer(world, "auditor")
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["admin"].id, "hr")
        await accounts.grant(tx, SYSTEM, world["admin"].id, "auditor")
    at(world, monkeypatch, "2026-03-02 09:30")
    zhangsan = Delegate(world["zhangsan"].id, departments=(2,))
    job = await running(world, delegates=(zhangsan,), leaders=True)
    token, _ = await with_photo(world, "lisi")
    said = (Value(1, option_ids=(1,)), Value(3, number=38.4), Value(4, text=MARK), Value(5, photos=(token,)))
    kept = await send(world, job, "lisi", "2026-03-02 09:00", said)
    lisi = f"{world['lisi'].id}"
    about = {"job_id": f"{job.id}", "answer_id": f"{kept.answer.id}", "n": "1", "member_id": lisi, "q": "lisi"}
    return job, SAID | about


async def test_no_endpoint_tells_an_answer_without_both_keys(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, about = await answered(world, monkeypatch)
    for userid in ("admin", "auditor", "zhangsan"):  # all roles but the one; the role alone; who answers for them
        client = await world.client(userid)
        assert await leaks(client, about) == [], userid
        marked = about | {"q": MARK}
        assert await leaks(client, marked) == [], userid
    reader = await leaks(await world.client("wangwu"), about)
    assert {path.rpartition("/")[2] for path in reader} == {"answers", "1", "answers.csv"}, "whom it is for, it tells"
    own = await leaks(await world.client("lisi"), about)
    assert {path.removeprefix("/api/health/reports") for path in own} >= {"/history"}


async def test_nothing_of_an_answer_is_told_or_noted_anywhere_else(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    job, _ = await answered(world, monkeypatch)
    lisi = await world.client("lisi")
    wrong: dict[str, Any] = {"client_id": "x", "date": "2026-03-02", "form_version": 1}
    for values in (
        [{"question_id": 1, "text": MARK}],
        [{"question_id": 3, "number": MARK}],
        [{"question_id": 4, "text": MARK, "more": MARK}],
        [{"question_id": 4, "text": MARK + "x" * 5000}],
        [{"question_id": 5, "photos": [MARK]}, {"question_id": 1, "option_ids": [1]}],
    ):
        async with lisi.post(f"/api/health/reports/{job.id}", json=wrong | {"values": values}) as answer:
            assert answer.status == 400 and MARK not in await answer.text()
    await open_health_reports(world.services, OpenHealthReports())
    await remind_of_health_reports(world.services, RemindOfHealthReports())
    for table in ("entries", "pushes", "jobs", "failed_jobs", "audit_records", "audit_contents", "streams"):
        if await world.pool.fetchval("SELECT to_regclass($1)", table):
            assert not await world.pool.fetchval(
                f"SELECT EXISTS (SELECT FROM {table} AS t WHERE strpos(t::text, $1) > 0)", MARK
            )
    assert MARK not in caplog.text


async def test_other_apps_are_told_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job, _ = await answered(world, monkeypatch)
    async with transaction(world.pool) as tx:
        _, secret = await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1])
    client = await world.client(None)
    async with client.get("/cgi-bin/gettoken", params={"corpid": "wwTestTestTest0001", "corpsecret": secret}) as answer:
        token = (await answer.json())["access_token"]
    body = {"jobid": job.jobid, "date": "2026-03-02", "offset": 0, "limit": 100}
    numbers = {}
    for name in ("get_report_jobids", "get_report_job_info", "get_report_answer", "get_health_report_stat"):
        url = f"/cgi-bin/health/{name}"
        async with client.post(url, params={"access_token": token}, json=body) as answer:
            told = await answer.text()
            assert MARK not in told and "每日健康" not in told
            numbers[name] = (await answer.json())["errcode"]
    assert numbers == {
        "get_report_jobids": 48002,
        "get_report_job_info": 40058,
        "get_report_answer": 40058,
        "get_health_report_stat": 48002,
    }

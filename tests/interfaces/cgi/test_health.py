"""健康上报: the documented requests and answers, pair by pair, with their 14 and 30 days."""

from dataclasses import replace

import pytest

from tests.features.health.clinic import at, local, officer, running, send
from tests.features.health.test_erasing import with_photo
from tests.interfaces.cgi.conftest import CgiClient
from tests.pictures import picture
from tests.world import World
from wecom.features import health
from wecom.features.health import Asked, Option, Question, ReportJob, Value
from wecom.foundation.db import transaction

FORM = (
    Question(1, "single", "请问你有任何身体不适吗?", options=(Option(1, "有"), Option(2, "没有"))),
    Question(2, "text", "常驻地址", required=False),
    Question(3, "multiple", "去过哪里?", required=False, options=(Option(1, "甲"), Option(2, "乙"), Option(3, "丙"))),
    Question(4, "photo", "健康码", required=False),
    Question(5, "number", "体温", required=False),
)


@pytest.fixture
async def job(world: World, everyone: CgiClient, monkeypatch: pytest.MonkeyPatch) -> ReportJob:
    """Read by 王五 and by the app that sees everybody."""
    await officer(world)
    at(world, monkeypatch, "2026-03-02 09:30")
    asked = Asked(members=(world["wangwu"].id,), departments=(2,))
    return await running(world, FORM, asked=asked, reader_apps=(everyone.app_id,), title="职工收集任务")


async def test_what_runs_is_listed_page_by_page(world: World, everyone: CgiClient, job: ReportJob) -> None:
    answer = await everyone.post("health/get_report_jobids", offset=0, limit=100)
    assert answer == {"errcode": 0, "errmsg": "ok", "ending": 1, "jobids": [job.jobid]}
    other = await running(world, FORM, reader_apps=(everyone.app_id,))
    first = await everyone.post("health/get_report_jobids", offset=0, limit=1)
    second = await everyone.post("health/get_report_jobids", offset=1, limit=1)
    assert (first["ending"], first["jobids"], second["ending"], second["jobids"]) == (0, [job.jobid], 1, [other.jobid])
    async with transaction(world.pool) as tx:
        await health.end_job(tx, world["wangwu"].id, job.id, now=local("2026-03-02 09:30"))
    assert (await everyone.post("health/get_report_jobids"))["jobids"] == [other.jobid]


async def test_a_job_is_told_with_its_questions(world: World, everyone: CgiClient, job: ReportJob) -> None:
    await send(world, job, "lisi", "2026-03-02 09:00", (Value(1, option_ids=(2,)),))
    answer = await everyone.post("health/get_report_job_info", jobid=job.jobid, date="2026-03-02")
    assert answer["errcode"] == 0
    told = answer["job_info"]
    assert told["question_templates"][:2] == [
        {
            "question_id": 1,
            "title": "请问你有任何身体不适吗?",
            "question_type": 2,
            "is_required": 1,
            "option_list": [{"option_id": 1, "option_text": "有"}, {"option_id": 2, "option_text": "没有"}],
        },
        {"question_id": 2, "title": "常驻地址", "question_type": 1, "is_required": 0},
    ]
    assert [each["question_type"] for each in told.pop("question_templates")] == [2, 1, 3, 4, 1]
    assert told == {
        "title": "职工收集任务",
        "creator": "wangwu",
        "type": 1,
        "apply_range": {"userids": ["wangwu"], "partyids": [2]},
        "report_to": {"userids": ["wangwu"]},
        "report_type": 2,
        "skip_weekend": 0,
        "finish_cnt": 1,
    }


async def test_answers_are_told_by_kind_and_photos_fetched(world: World, everyone: CgiClient, job: ReportJob) -> None:
    token, _ = await with_photo(world, "lisi")
    said = (
        Value(1, option_ids=(2,)),
        Value(2, text="广东省广州市"),
        Value(3, option_ids=(1, 3)),
        Value(4, photos=(token,)),
        Value(5, number=36.0),
    )
    await send(world, job, "lisi", "2026-03-02 09:00", said)
    answer = await everyone.post("health/get_report_answer", jobid=job.jobid, date="2026-03-02", offset=0, limit=100)
    [told] = answer["answers"]
    [fileid] = told["report_values"][3].pop("fileid")
    assert told == {
        "id_type": 1,
        "userid": "lisi",
        "report_time": int(local("2026-03-02 09:00").timestamp()),
        "report_values": [
            {"question_id": 1, "single_choice": 2},
            {"question_id": 2, "text": "广东省广州市"},
            {"question_id": 3, "multi_choice": [1, 3]},
            {"question_id": 4},
            {"question_id": 5, "text": "36"},
        ],
    }
    query = {"access_token": everyone.token, "media_id": fileid}
    async with everyone.client.get("/cgi-bin/media/get", params=query) as file:
        assert await file.read() == picture()
    acts = await world.pool.fetch(
        "SELECT action FROM audit_records WHERE actor_id = $1 AND action LIKE 'health%' ORDER BY id", everyone.app_id
    )
    assert [row["action"] for row in acts] == ["health_answers.read", "health_photo.see"]


async def test_an_app_is_told_only_of_those_whom_it_sees(
    world: World, market: CgiClient, everyone: CgiClient, job: ReportJob
) -> None:
    terms = replace(job.terms, reader_apps=(market.app_id,))
    async with transaction(world.pool) as tx:
        wangwu, now = world["wangwu"].id, local("2026-03-02 08:00")
        await health.change_job(tx, wangwu, job.id, terms, instead_of=job.version, now=now)
    for userid in ("lisi", "zhangsan", "wangwu"):
        await send(world, job, userid, "2026-03-02 09:00", (Value(1, option_ids=(2,)),))
    ask = {"jobid": job.jobid, "date": "2026-03-02"}
    told = (await market.post("health/get_report_answer", **ask))["answers"]
    assert [each["userid"] for each in told] == ["zhangsan", "wangwu"]
    page = (await market.post("health/get_report_answer", **ask, offset=1, limit=1))["answers"]
    assert [each["userid"] for each in page] == ["wangwu"]
    info = (await market.post("health/get_report_job_info", **ask))["job_info"]
    assert (info["finish_cnt"], info["apply_range"]) == (2, {"userids": ["wangwu"], "partyids": []})
    assert (await everyone.post("health/get_report_answer", **ask))["errcode"] == 40058


async def test_use_is_counted_by_day(world: World, everyone: CgiClient, job: ReportJob) -> None:
    for _ in range(2):
        async with transaction(world.pool) as tx:
            lisi, now = world["lisi"].id, local("2026-03-02 09:00")
            await health.open_form(tx, lisi, job.id, None, lisi, now=now, zone="Asia/Shanghai")
    answer = await everyone.post("health/get_health_report_stat", date="2026-03-02")
    assert answer == {"errcode": 0, "errmsg": "ok", "pv": 2, "uv": 1}
    assert (await everyone.post("health/get_health_report_stat", date="2026-01-31"))["pv"] == 0
    assert (await everyone.post("health/get_health_report_stat", date="2026-01-30"))["errcode"] == 40058


async def test_dates_and_pages_beyond_are_refused(everyone: CgiClient, contacts: CgiClient, job: ReportJob) -> None:
    async def number(path: str, **said: object) -> int:
        return int((await everyone.post(f"health/{path}", **said))["errcode"])

    for path in ("get_report_job_info", "get_report_answer"):
        assert await number(path, jobid=job.jobid, date="2026-02-16") == 0
        assert await number(path, jobid=job.jobid, date="2026-02-15") == 40058
        assert await number(path, jobid=job.jobid, date="2026-03-03") == 40058
        assert await number(path, jobid=job.jobid, date="2026-02-30") == 40058
        assert await number(path, jobid=job.jobid) == 40058
        assert await number(path, jobid="?", date="2026-03-02") == 40058
    for page in ({"limit": 101}, {"limit": 0}, {"offset": -1}):
        assert await number("get_report_answer", jobid=job.jobid, date="2026-03-02", **page) == 40058
        assert await number("get_report_jobids", **page) == 40058
    assert (await contacts.post("health/get_report_jobids"))["errcode"] == 48002

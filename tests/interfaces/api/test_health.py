"""Health reports over the API: made by an officer, answered on a phone, read, looked at and forgotten."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from aiohttp import FormData

from tests.features.health.clinic import at, local, officer
from tests.pictures import picture
from tests.world import Client, World
from wecom.features import accounts, health
from wecom.features.accounts import SYSTEM
from wecom.features.health.jobs import (
    CountHealthVisits,
    OpenHealthReports,
    count_health_visits,
    open_health_reports,
)
from wecom.foundation.db import transaction

Json = dict[str, Any]

QUESTIONS: list[Json] = [
    {"id": 1, "kind": "single", "title": "Ill?", "options": [{"id": 1, "text": "No"}, {"id": 2, "text": "Yes"}]},
    {
        "id": 2,
        "kind": "multiple",
        "title": "How?",
        "options": [{"id": 1, "text": "Fever"}, {"id": 2, "text": "Cough"}],
        "shown_if": {"question_id": 1, "any_of": [2]},
    },
    {"id": 3, "kind": "number", "title": "Temperature", "required": False, "bounds": {"min": 30, "max": 45}},
    {"id": 4, "kind": "photo", "title": "Test", "required": False},
    {"id": 5, "kind": "place", "title": "Where?", "required": False},
    {"id": 6, "kind": "date", "title": "Since?", "required": False, "bounds": {"latest": 0}},
]
WELL: list[Json] = [{"question_id": 1, "option_ids": [1]}, {"question_id": 3, "number": 36.5}]
ILL: list[Json] = [
    {"question_id": 1, "option_ids": [2]},
    {"question_id": 2, "option_ids": [1, 2]},
    {"question_id": 3, "number": 38.4},
    {"question_id": 5, "place": {"latitude": 53.5, "longitude": 9.9, "name": "Hafen"}},
    {"question_id": 6, "date": "2026-03-01"},
]


async def ask(client: Client, method: str, path: str, status: int = 200, **about: Any) -> Any:
    async with client.request(method, f"/api/health/{path}", **about) as answer:
        told = await answer.json() if answer.content_type == "application/json" else await answer.read()
        assert answer.status == status, told
        return told


def terms(**said: Any) -> Json:
    plain = {"title": "Daily", "asked": {"departments": [2]}, "opens": 28_800, "closes": 72_000}
    return plain | {"starts_on": "2026-03-02", "zone": "Asia/Shanghai"} | said


async def begun(client: Client, questions: list[Json] = QUESTIONS, **said: Any) -> Json:
    made: Json = await ask(client, "POST", "jobs", json={"terms": terms(**said), "questions": questions})
    begun: Json = await ask(client, "POST", f"jobs/{made['id']}/start")
    return begun


def answer(values: list[Json], client_id: str = "1", **said: Any) -> Json:
    return {"client_id": client_id, "date": "2026-03-02", "form_version": 1, "values": values} | said


@pytest.fixture
async def wangwu(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An officer, at nine on a Monday."""
    await officer(world)
    at(world, monkeypatch, "2026-03-02 09:00")
    return await world.client("wangwu")


async def test_a_report_is_made_answered_and_added_up(world: World, wangwu: Client) -> None:
    job = await begun(wangwu)
    lisi, zhangsan = await world.client("lisi"), await world.client("zhangsan")
    told = await ask(lisi, "GET", "reports")
    assert [(each["job_id"], each["date"], each["answered"]) for each in told["due"]] == [
        (job["id"], "2026-03-02", False)
    ]
    assert [each["date"] for each in told["coming"]] == ["2026-03-03"]
    form = await ask(lisi, "GET", f"reports/{job['id']}")
    assert [each["id"] for each in form["form"]["questions"]] == [1, 2, 3, 4, 5, 6]
    assert (form["readers"], form["retention_days"], form["answer"]) == (1, 30, None)

    taken = await ask(lisi, "POST", f"reports/{job['id']}", json=answer(ILL))
    assert [each["question_id"] for each in taken["answer"]["values"]] == [1, 2, 3, 5, 6]
    await ask(zhangsan, "POST", f"reports/{job['id']}", json=answer(WELL))
    assert [each["answered"] for each in (await ask(lisi, "GET", "reports"))["due"]] == [True]
    [own] = (await ask(lisi, "GET", "reports/history"))["answers"]
    assert (own["title"], own["values"]) == ("Daily", taken["answer"]["values"])

    await open_health_reports(world.services, OpenHealthReports())
    [period] = (await ask(wangwu, "GET", f"jobs/{job['id']}/periods"))["periods"]
    assert (period["date"], period["asked"], period["answered"]) == ("2026-03-02", 2, 2)
    page = await ask(wangwu, "GET", f"jobs/{job['id']}/answers", params={"date": "2026-03-02"})
    assert [each["member"]["userid"] for each in page["answers"]] == ["lisi", "zhangsan"] and page["total"] == 2
    ill = {"date": "2026-03-02", "question_id": "2", "option_id": "2"}
    assert (await ask(wangwu, "GET", f"jobs/{job['id']}/answers", params=ill))["total"] == 1
    assert (await ask(wangwu, "GET", f"jobs/{job['id']}/answers", params=ill | {"q": "zhang"}))["total"] == 0
    days = {"first": "2026-03-01", "last": "2026-03-02"}
    sums = await ask(wangwu, "GET", f"jobs/{job['id']}/statistics", params=days)
    assert sums["whole"] == {"asked": 2, "answered": 2, "late": 0}
    assert [(each["name"], each["asked"]) for each in sums["departments"]] == [("研发部", 2)]
    first, second, third = sums["questions"][:3]
    assert first["options"] == [{"option_id": 1, "count": 1}, {"option_id": 2, "count": 1}]
    assert (second["answered"], [each["count"] for each in second["options"]]) == (1, [1, 1])
    numbers = third["numbers"]
    assert (numbers["min"], numbers["max"], numbers["count"], sum(numbers["parts"])) == (36.5, 38.4, 2, 2)
    assert round(numbers["mean"], 6) == 37.45


async def test_who_has_not_answered_is_told_to_readers(world: World, wangwu: Client) -> None:
    job = await begun(wangwu)
    await open_health_reports(world.services, OpenHealthReports())
    lisi = await world.client("lisi")
    await ask(lisi, "POST", f"reports/{job['id']}", json=answer(WELL))
    missing = await ask(wangwu, "GET", f"jobs/{job['id']}/missing", params={"date": "2026-03-02"})
    assert [each["userid"] for each in missing["members"]] == ["zhangsan"] and missing["total"] == 1


async def test_a_photo_is_seen_by_readers_and_whoever_gave_it_and_goes_with_a_change(
    world: World, wangwu: Client
) -> None:
    job = await begun(wangwu)
    lisi, zhangsan = await world.client("lisi"), await world.client("zhangsan")
    form = FormData()
    form.add_field("media", picture(), filename="test.jpg")
    given = (await ask(lisi, "POST", "reports/photos", data=form))["photo"]
    said = [*WELL, {"question_id": 4, "photos": [given]}]
    foreign = await ask(zhangsan, "POST", f"reports/{job['id']}", 400, json=answer(said))
    assert foreign["facts"]["problems"] == [{"question_id": 0, "problem": "unknown_photo"}]
    taken = await ask(lisi, "POST", f"reports/{job['id']}", json=answer(said))
    [photo] = taken["answer"]["values"][-1]["photos"]
    assert photo == {"n": 1, "photo": given}
    seen = await ask(lisi, "GET", f"reports/{job['id']}/photos/1", params={"date": "2026-03-02"})
    [kept] = (await ask(wangwu, "GET", f"jobs/{job['id']}/answers", params={"date": "2026-03-02"}))["answers"]
    assert kept["values"][-1]["photos"] == [{"n": 1, "photo": None}]
    assert await ask(wangwu, "GET", f"jobs/{job['id']}/answers/{kept['id']}/photos/1") == seen
    mine = {"date": "2026-03-02", "member_id": f"{world['lisi'].id}"}
    await ask(zhangsan, "GET", f"reports/{job['id']}/photos/1", 404, params=mine)
    again = await ask(lisi, "POST", f"reports/{job['id']}", json=answer(said, "2"))
    assert again["answer"]["values"][-1]["photos"] == [{"n": 1, "photo": given}]
    await ask(lisi, "POST", f"reports/{job['id']}", json=answer(WELL, "3"))
    await ask(wangwu, "GET", f"jobs/{job['id']}/answers/{kept['id']}/photos/1", 404)
    assert not await world.pool.fetchval("SELECT count(*) FROM blob_refs WHERE owner_kind = 'health_photo'")


async def test_every_reading_leaves_a_record_that_says_how_much_and_not_what(world: World, wangwu: Client) -> None:
    job = await begun(wangwu)
    await ask(await world.client("lisi"), "POST", f"reports/{job['id']}", json=answer(ILL))
    query = {"date": "2026-03-02", "q": "lisi", "department_id": "2"}
    await ask(wangwu, "GET", f"jobs/{job['id']}/answers", params=query)
    await ask(wangwu, "GET", f"jobs/{job['id']}/statistics", params={"first": "2026-03-02", "last": "2026-03-02"})
    await ask(wangwu, "GET", f"jobs/{job['id']}/missing", params={"date": "2026-03-02"})
    rows = await world.pool.fetch(
        "SELECT actor_id, object, details FROM audit_records WHERE action = 'health_answers.read' ORDER BY id"
    )
    day = {"first": "2026-03-02", "last": "2026-03-02"}
    assert [dict(row) for row in rows] == [
        {"actor_id": world["wangwu"].id, "object": f"health_job:{job['id']}", "details": each | day}
        for each in (
            {"view": "answers", "many": 1, "department_id": 2},
            {"view": "statistics", "many": 1},
            {"view": "missing", "many": 0},
        )
    ]


async def test_two_keys_are_needed_and_losing_either_ends_it(world: World, wangwu: Client) -> None:
    job = await begun(wangwu)
    query = {"date": "2026-03-02"}
    await officer(world, "auditor")
    another = await world.client("auditor")
    await ask(another, "GET", f"jobs/{job['id']}/answers", 404, params=query)
    assert (await ask(another, "GET", "jobs"))["jobs"] == []
    changed = job["terms"] | {"readers": [world["wangwu"].id, world["auditor"].id]}
    job = await ask(wangwu, "PATCH", f"jobs/{job['id']}", json={"version": job["version"], "terms": changed})
    await ask(another, "GET", f"jobs/{job['id']}/answers", params=query)
    async with transaction(world.pool) as tx:
        [grant] = [each for each in await accounts.grants(tx, world["auditor"].id) if each.role == "health_reader"]
        await accounts.revoke(tx, SYSTEM, grant.id)
    await ask(another, "GET", f"jobs/{job['id']}/answers", 403, params=query)
    await officer(world, "auditor")
    changed = job["terms"] | {"readers": [world["auditor"].id]}
    job = await ask(wangwu, "PATCH", f"jobs/{job['id']}", json={"version": job["version"], "terms": changed})
    await ask(wangwu, "GET", f"jobs/{job['id']}/answers", 404, params=query)
    await ask(another, "GET", f"jobs/{job['id']}/answers", params=query)


async def test_what_cannot_be_is_refused_and_nothing_is_half_done(world: World, wangwu: Client) -> None:
    async def refused(status: int, questions: list[Json] = QUESTIONS, **said: Any) -> str:
        body = {"terms": terms(**said), "questions": questions}
        return str((await ask(wangwu, "POST", "jobs", status, json=body))["error"])

    assert await refused(400, []) == "FormUnfit"
    assert await refused(400, [QUESTIONS[1]]) == "FormUnfit"
    assert await refused(400, [QUESTIONS[0], QUESTIONS[0]]) == "FormUnfit"
    assert await refused(400, asked={}) == "NobodyAsked"
    assert await refused(400, zone="Mars/Olympus") == "HealthJobUnfit"
    assert await refused(400, ends_on="2026-03-01") == "HealthJobUnfit"
    assert await refused(400, readers=[world["lisi"].id]) == "ReaderUnfit"
    assert await refused(400, reader_apps=[world["lisi"].id]) == "ReaderUnfit"
    assert not await world.pool.fetchval("SELECT count(*) FROM health_jobs")
    job = await begun(wangwu)
    again = await ask(wangwu, "POST", f"jobs/{job['id']}/start", 409)
    assert again["error"] == "HealthJobStarted"
    stale = {"version": job["version"] - 1, "terms": job["terms"]}
    assert (await ask(wangwu, "PATCH", f"jobs/{job['id']}", 409, json=stale))["error"] == "HealthJobChangedMeanwhile"
    nobody = {"version": job["version"], "terms": job["terms"] | {"readers": []}}
    assert (await ask(wangwu, "PATCH", f"jobs/{job['id']}", 400, json=nobody))["error"] == "ReaderUnfit"


async def test_a_copy_is_a_draft_that_says_the_same(world: World, wangwu: Client) -> None:
    job = await begun(wangwu, reminders=[30])
    copy = await ask(wangwu, "POST", f"jobs/{job['id']}/copy", json={"title": "Next"})
    assert (copy["state"], copy["terms"]) == ("draft", job["terms"] | {"title": "Next"})
    whole = await ask(wangwu, "GET", f"jobs/{copy['id']}")
    assert [each["id"] for each in whole["forms"][0]["questions"]] == [1, 2, 3, 4, 5, 6]


async def test_uses_are_counted_and_people_forgotten(
    world: World, wangwu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await begun(wangwu)
    lisi = await world.client("lisi")
    for _ in range(3):
        await ask(lisi, "GET", f"reports/{job['id']}")
    await ask(await world.client("zhangsan"), "GET", f"reports/{job['id']}")
    assert await health.usage_on(world.pool, local("2026-03-02 12:00").date()) == (4, 2)
    at(world, monkeypatch, "2026-03-05 09:00")
    await count_health_visits(world.services, CountHealthVisits())
    assert not await world.pool.fetchval("SELECT count(*) FROM health_visits")
    assert await health.usage_on(world.pool, local("2026-03-02 12:00").date()) == (4, 2)


async def test_tables_say_what_was_answered_and_are_no_formulas(world: World, wangwu: Client) -> None:
    job = await begun(wangwu, [*QUESTIONS, {"id": 7, "kind": "text", "title": "=1+1", "required": False}])
    said = [*ILL, {"question_id": 7, "text": "=HYPERLINK(1)"}]
    await ask(await world.client("lisi"), "POST", f"reports/{job['id']}", json=answer(said))
    query = {"first": "2026-03-01", "last": "2026-03-31", "language": "en"}
    csv_bytes = await ask(wangwu, "GET", f"jobs/{job['id']}/exports/answers.csv", params=query)
    [heads, row] = list(csv.reader(io.StringIO(csv_bytes.decode("utf-8-sig"))))
    told = dict(zip(heads, row, strict=True))
    assert (told["Userid"], told["Department"], told["Late"]) == ("lisi", "研发部", "no")
    assert (told["Ill?"], told["How?"], told["Temperature"]) == ("Yes", "Fever; Cough", "38.4")
    assert (told["Where?"], told["Since?"]) == ("Hafen (53.500000,9.900000)", "2026-03-01")
    assert told["'=1+1"] == "'=HYPERLINK(1)"
    book = await ask(wangwu, "GET", f"jobs/{job['id']}/exports/answers.xlsx", params=query)
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    assert [each.value for each in sheet[2]][:3] == ["2026-03-02", "李四", "lisi"]
    assert sheet.cell(2, len(heads)).value == "=HYPERLINK(1)" and sheet.cell(2, len(heads)).data_type == "s"
    acts = await world.pool.fetch("SELECT details FROM audit_records WHERE action = 'health_answers.export'")
    assert [(row["details"]["kind"], row["details"]["answers"]) for row in acts] == [("csv", 1), ("xlsx", 1)]
    too_long = query | {"first": "2025-01-01"}
    assert (await ask(wangwu, "GET", f"jobs/{job['id']}/exports/answers.csv", 400, params=too_long))["error"] == (
        "TooManyHealthDays"
    )

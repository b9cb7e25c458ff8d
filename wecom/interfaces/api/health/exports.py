"""What was answered as a table, for a report's readers. Nothing of it is kept on the server."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from wecom.features import rosters
from wecom.features.accounts import HealthOfficer
from wecom.features.health import FormVersion, ReportJob, reading, tables
from wecom.features.health.tables import Cell, Language
from wecom.foundation.db import Pool, Tx
from wecom.foundation.http import Caller, Endpoints, StreamAnswer

from ..console.exports import CSV, XLSX
from .job_wire import OfHealthJob, OnDay

endpoints = Endpoints("/api/health/jobs", tag="Health: exports")

MARK = "\ufeff".encode()
Pages = AsyncIterator[list[list[Cell]]]


class WhichHealthTable(BaseModel):
    """Of which dates, 92 at most, and in which language the columns are called."""

    model_config = ConfigDict(extra="forbid")
    first: OnDay
    last: OnDay
    language: Language = "zh-CN"


@dataclass(frozen=True, slots=True)
class _Wanted:
    pool: Pool
    reader_id: int
    job: ReportJob
    forms: Sequence[FormVersion]
    first: date
    last: date
    language: Language

    def called(self, ending: str) -> str:
        return f"health-{self.job.id}-{self.first}-{self.last}.{ending}"


@endpoints.get("/{job_id}/exports/answers.csv")
async def export_health_answers_as_csv(
    tx: Tx, pool: Pool, me: HealthOfficer, caller: Caller, path: OfHealthJob, query: WhichHealthTable
) -> StreamAnswer:
    """What was answered, a row each. It leaves a record."""
    wanted = await _wanted(tx, pool, me, caller, path.job_id, query, "csv")
    return StreamAnswer.of_pieces(wanted.called("csv"), CSV, _csv(_rows(wanted)))


@endpoints.get("/{job_id}/exports/answers.xlsx")
async def export_health_answers_as_workbook(
    tx: Tx,
    pool: Pool,
    me: HealthOfficer,
    caller: Caller,
    path: OfHealthJob,
    query: WhichHealthTable,
) -> StreamAnswer:
    """The same as a workbook."""
    wanted = await _wanted(tx, pool, me, caller, path.job_id, query, "xlsx")
    pieces = rosters.as_workbook("answers", _rows(wanted))
    return StreamAnswer.of_pieces(wanted.called("xlsx"), XLSX, pieces)


async def _wanted(
    tx: Tx, pool: Pool, me: HealthOfficer, caller: Caller, job_id: int, query: WhichHealthTable, kind: str
) -> _Wanted:
    job, forms = await reading.begin_export(tx, me.id, job_id, query.first, query.last, kind, address=caller.address)
    return _Wanted(pool, me.id, job, forms, query.first, query.last, query.language)


async def _rows(wanted: _Wanted) -> Pages:
    questions = tables.questions_ever(wanted.forms)
    forms = {each.version: each for each in wanted.forms}
    zone = wanted.job.terms.zone
    yield [tables.heads(questions, wanted.language)]
    async for found in reading.answers_for_export(
        wanted.pool, wanted.reader_id, wanted.job.id, wanted.first, wanted.last
    ):
        who = await reading.people_of(wanted.pool, [id for each in found for id in (each.member_id, each.sent_by)])
        names = {id: (each.name, each.userid) for id, each in who.items()}
        departments = await reading.department_names(wanted.pool, [each.department_id for each in found])
        yield [tables.row(each, names, departments, forms, questions, zone, wanted.language) for each in found]


async def _csv(pages: Pages) -> AsyncIterator[bytes]:
    yield MARK
    async for rows in pages:
        yield rosters.csv_of([[rosters.harmless(c) if isinstance(c, str) else c for c in row] for row in rows])

"""Report jobs: made, changed, begun, ended, by those health officers who read them."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import health
from wecom.features.accounts import HealthOfficer
from wecom.features.health import reading, reminding
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from .job_wire import (
    ChangedHealthForm,
    ChangedHealthJob,
    CopiedHealthJob,
    HealthFormView,
    HealthJob,
    HealthJobWithForms,
    Listed,
    NewHealthJob,
    OfHealthJob,
)

endpoints = Endpoints("/api/health/jobs", tag="Health: reports")


class WhichHealthJobs(BaseModel):
    """Which of them."""

    model_config = ConfigDict(extra="forbid")
    state: Listed = "all"


class HealthJobs(BaseModel):
    """Reports that you read, the newest first."""

    jobs: list[HealthJob]


class HealthPeriodsPage(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(31, ge=1, le=100)


class HealthPeriodView(BaseModel):
    """A date on which a report was open."""

    date: date
    opens_at: Instant
    closes_at: Instant
    asked: int = Field(description="How many people.")
    answered: int = Field(description="How many of them, and of those who came to be asked later, have answered.")
    erased: bool = Field(description="What was answered has been erased since.")


class HealthPeriods(BaseModel):
    """Dates, the newest first."""

    periods: list[HealthPeriodView]


class HealthReminded(BaseModel):
    """Of which date."""

    date: date


@endpoints.get("")
async def list_health_jobs(db: Db, me: HealthOfficer, query: WhichHealthJobs) -> HealthJobs:
    """Reports whose answers you may see."""
    found = await reading.jobs_of(db, me.id)
    return HealthJobs(jobs=[HealthJob.of(each) for each in found if query.state in ("all", each.state)])


@endpoints.post("")
async def create_health_job(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, body: NewHealthJob
) -> HealthJob:
    """Make a report. It asks nobody before it is begun. You are its first reader."""
    form = [each.said() for each in body.questions]
    terms = body.terms.said()
    return HealthJob.of(await health.add_job(tx, me.id, terms, form, now=services.clock(), address=caller.address))


@endpoints.get("/{job_id}")
async def read_health_job(db: Db, me: HealthOfficer, path: OfHealthJob) -> HealthJobWithForms:
    """A report with all versions of its questions."""
    job = await reading.job_of(db, me.id, path.job_id)
    forms = await reading.forms_of(db, me.id, path.job_id)
    return HealthJobWithForms(**HealthJob.of(job).__dict__, forms=[HealthFormView.of(each) for each in forms])


@endpoints.patch("/{job_id}")
async def change_health_job(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthJob, body: ChangedHealthJob
) -> HealthJob:
    """Replace what a report says. Of one that has ended, only its readers and how long its answers are kept.

    Refused as HealthJobChangedMeanwhile (409)."""
    changed = await health.change_job(
        tx,
        me.id,
        path.job_id,
        body.terms.said(),
        instead_of=body.version,
        now=services.clock(),
        address=caller.address,
    )
    return HealthJob.of(changed)


@endpoints.put("/{job_id}/form")
async def change_health_form(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthJob, body: ChangedHealthForm
) -> HealthFormView:
    """Ask other questions: of a report that has begun, as a new version. What was answered stays as it was.

    Refused as FormUnfit (400), with `problems` of `{question_id, problem}`."""
    form = await health.set_form(
        tx,
        me.id,
        path.job_id,
        [each.said() for each in body.questions],
        instead_of=body.version,
        now=services.clock(),
        address=caller.address,
    )
    return HealthFormView.of(form)


@endpoints.post("/{job_id}/start")
async def start_health_job(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthJob
) -> HealthJob:
    """Begin to ask."""
    return HealthJob.of(await health.start_job(tx, me.id, path.job_id, now=services.clock(), address=caller.address))


@endpoints.post("/{job_id}/end")
async def end_health_job(tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthJob) -> HealthJob:
    """Ask no more, for good. What was answered stays for as long as the report says."""
    return HealthJob.of(await health.end_job(tx, me.id, path.job_id, now=services.clock(), address=caller.address))


@endpoints.post("/{job_id}/copy")
async def copy_health_job(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthJob, body: CopiedHealthJob
) -> HealthJob:
    """A new report that says and asks the same."""
    return HealthJob.of(
        await health.copy_job(tx, me.id, path.job_id, body.title, now=services.clock(), address=caller.address)
    )


@endpoints.get("/{job_id}/periods")
async def list_health_periods(
    db: Db, me: HealthOfficer, services: Services, path: OfHealthJob, query: HealthPeriodsPage
) -> HealthPeriods:
    """Dates on which the report was open, with how many answered."""
    found = await reading.periods_of(db, me.id, path.job_id, query.skip, query.limit, now=services.clock())
    return HealthPeriods(
        periods=[
            HealthPeriodView(
                date=each.date,
                opens_at=each.opens_at,
                closes_at=each.closes_at,
                asked=each.asked_count,
                answered=answered,
                erased=each.erased_at is not None,
            )
            for each, answered in found
        ]
    )


@endpoints.post("/{job_id}/remind")
async def remind_of_health_job(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthJob
) -> HealthReminded:
    """Remind those who have not answered, once in ten minutes however often it is asked for."""
    on = await reminding.remind_now(tx, me.id, path.job_id, now=services.clock(), address=caller.address)
    return HealthReminded(date=on)

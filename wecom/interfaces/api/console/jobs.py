"""Work for later: what waits, and what was given up."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.accounts import Admin
from wecom.foundation import audit, jobs
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.foundation.jobs import NoSuchFailedJob, WaitingJob

from ..wire import Id

endpoints = Endpoints("/api/console/jobs", tag="Console: jobs")


class JobsQuery(BaseModel):
    """Which jobs, newest first."""

    model_config = ConfigDict(extra="forbid")
    cursor: Id | None = None
    limit: int = Field(100, ge=1, le=500)
    failed: bool = Field(False, description="Only those that were given up.")


class JobView(BaseModel):
    """One piece of work."""

    id: int
    kind: str
    args: dict[str, Any]
    state: Literal["waiting", "begun", "failed"] = Field(
        description="begun: being done, or tried again at due_at; failed: given up."
    )
    attempt: int
    error: str | None = Field(description="Why the last attempt failed.")
    created_at: Instant
    due_at: Instant
    failed_at: Instant | None

    @classmethod
    def of(cls, each: WaitingJob) -> "JobView":
        return cls(
            id=each.id,
            kind=each.kind,
            args=each.args,
            state="failed" if each.failed_at else "begun" if each.attempt else "waiting",
            attempt=each.attempt,
            error=each.error,
            created_at=each.created_at,
            due_at=each.due_at,
            failed_at=each.failed_at,
        )


class JobList(BaseModel):
    """Jobs, newest first. What is done is not kept."""

    jobs: list[JobView]
    cursor: int | None = Field(description="What to give as `cursor` for older ones; null: there are none.")


class OfJob(BaseModel):
    """Which job."""

    job_id: Id = Field(description="The job's id.")


@endpoints.get("")
async def list_jobs(db: Db, admin: Admin, query: JobsQuery) -> JobList:
    """What waits to be done, is being done, or was given up."""
    found = await jobs.jobs_before(db, query.cursor, query.limit, failed=query.failed)
    more = len(found) == query.limit
    return JobList(jobs=[JobView.of(each) for each in found], cursor=found[-1].id if more else None)


@endpoints.post("/{job_id}/retry")
async def retry_job(tx: Tx, admin: Admin, caller: Caller, path: OfJob) -> None:
    """Try again what was given up. Refused as NoSuchFailedJob (404) where it was not."""
    if not await jobs.retry_failed(tx, path.job_id):
        raise NoSuchFailedJob
    await audit.record(tx, admin.id, "job.retried", f"job:{path.job_id}", address=caller.address)


@endpoints.delete("/{job_id}")
async def delete_job(tx: Tx, admin: Admin, caller: Caller, path: OfJob) -> None:
    """Forget what was given up: it is not done. Refused as NoSuchFailedJob (404) where it was not given up."""
    kind = await jobs.delete_failed(tx, path.job_id)
    if kind is None:
        raise NoSuchFailedJob
    await audit.record(tx, admin.id, "job.deleted", f"job:{path.job_id}", address=caller.address, kind=kind)

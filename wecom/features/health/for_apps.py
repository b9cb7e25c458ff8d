"""What apps read: only those that a job names, and only of whom they see. Each reading leaves a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wecom.features import directory
from wecom.features.directory import Sight
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .model import Answered, FormVersion, ReportJob
from .queries import answers as queries
from .queries import jobs as job_queries
from .queries import periods as period_queries
from .reading import note_reading


@dataclass(frozen=True, slots=True)
class ToldToApp:
    """A job on a date, as an app sees it."""

    job: ReportJob
    form: FormVersion
    finished: int
    """How many of those whom it sees have answered."""


async def reads_any(db: Db, app_id: int) -> bool:
    """Whether any job names the app."""
    return bool(await job_queries.jobs_read_by(db, app_id))


async def running_jobids(db: Db, app_id: int, skip: int, limit: int) -> tuple[list[str], bool]:
    """A page of what runs and names the app; and whether there is more."""
    found = await job_queries.running_jobids(db, app_id, skip, limit + 1)
    return found[:limit], len(found) > limit


async def job_on(tx: Tx, app_id: int, jobid: str, on: date, sight: Sight, *, address: str = "") -> ToldToApp | None:
    """A job with the questions of that date; None where there is none that names the app."""
    job = await job_queries.job_by_jobid(tx, jobid, app_id)
    if job is None:
        return None
    seen = await _who_answered(tx, job.id, on, sight)
    await note_reading(tx, app_id, job.id, "job", on, on, len(seen), address=address)
    return ToldToApp(job, await _form_on(tx, job, on), len(seen))


async def answers_on(
    tx: Tx, app_id: int, jobid: str, on: date, sight: Sight, skip: int, limit: int, *, address: str = ""
) -> tuple[FormVersion, list[Answered]] | None:
    """A page of what those answered whom the app sees, in the order in which it came."""
    job = await job_queries.job_by_jobid(tx, jobid, app_id)
    if job is None:
        return None
    seen = await _who_answered(tx, job.id, on, sight)
    found = await queries.answers_of_many(tx, job.id, on, seen, skip, limit)
    await note_reading(tx, app_id, job.id, "answers", on, on, len(found), address=address, skip=skip or None)
    return await _form_on(tx, job, on), found


async def forms_by_version(db: Db, job_id: int) -> dict[int, FormVersion]:
    return {each.version: each for each in await job_queries.forms(db, job_id)}


async def note_photo(tx: Tx, app_id: int, job_id: int, member_id: int, *, address: str = "") -> None:
    """That an app fetched a photo."""
    await audit.record(tx, app_id, "health_photo.see", f"health_job:{job_id}", address=address, member=member_id)


async def _who_answered(db: Db, job_id: int, on: date, sight: Sight) -> list[int]:
    ids = await queries.who_answered(db, job_id, on)
    if sight.everything:
        return ids
    return sorted(await directory.userids_of(db, ids, seen_by=sight))


async def _form_on(db: Db, job: ReportJob, on: date) -> FormVersion:
    """The questions as they were last asked on that date."""
    forms: Sequence[FormVersion] = await job_queries.forms(db, job.id)
    period = await period_queries.period(db, job.id, on)
    closed: datetime | None = period.closes_at if period else None
    return next((each for each in reversed(forms) if closed is None or each.made_at < closed), forms[0])

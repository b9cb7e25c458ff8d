"""Making report jobs, changing them, beginning and ending them; and their questions.

Whoever makes a job is its first reader. What was answered belongs to the version of the questions that it answers, so
once a job has begun its questions are never changed, only followed by others.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from wecom.features import checkins, directory
from wecom.features.directory import EVERYTHING
from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.streams import tell

from . import periods
from .events import HealthReportChanged
from .form import Form
from .form_fit import misfits
from .model import FormVersion, ReportJob, Terms, Window, as_body
from .queries import jobs as queries
from .queries import periods as period_queries
from .refusals import (
    FormUnfit,
    HealthJobChangedMeanwhile,
    HealthJobOver,
    HealthJobStarted,
    NoSuchHealthJob,
    ReaderUnfit,
    TooManyHealthJobs,
)
from .terms_fit import check

MOST_JOBS = 500
TOLD_EACH = 2000
NOTED_NAMES = 50
"""Whom a job asks and who reads it is written down up to so many; beyond, how many they are."""


async def add_job(
    tx: Tx, actor_id: int, terms: Terms, form: Form, *, now: datetime, address: str = "", copied_from: int | None = None
) -> ReportJob:
    """Make a job, which asks nobody anything until it is begun."""
    terms = _tidied(terms)
    terms = replace(terms, readers=tuple(dict.fromkeys((actor_id, *terms.readers))))
    check(terms)
    _must_fit(form)
    await _readers_fit(tx, terms, ())
    if await queries.count_jobs(tx) >= MOST_JOBS:
        raise TooManyHealthJobs(limit=MOST_JOBS)
    job_id = await queries.insert_job(tx, f"hr{secrets.token_urlsafe(18)}", as_body(terms), actor_id, now)
    await queries.put_form(tx, job_id, 1, as_body(form), actor_id, now)
    await _note_lists(tx, job_id, terms)
    about = {"copied_from": copied_from} if copied_from is not None else {}
    await audit.record(tx, actor_id, "health_job.add", f"health_job:{job_id}", address=address, **_told(terms), **about)
    return await read_job(tx, actor_id, job_id)


async def copy_job(tx: Tx, actor_id: int, job_id: int, title: str, *, now: datetime, address: str = "") -> ReportJob:
    """A job that says the same, to be changed and begun."""
    job = await read_job(tx, actor_id, job_id)
    held = await queries.officers_among(tx, job.terms.readers)
    apps = await queries.speaking_apps_among(tx, job.terms.reader_apps)
    terms = replace(
        job.terms,
        title=title or job.terms.title,
        readers=tuple(id for id in job.terms.readers if id in held),
        reader_apps=tuple(id for id in job.terms.reader_apps if id in apps),
    )
    form = (await read_form(tx, job_id, job.form_version)).form
    return await add_job(tx, actor_id, terms, form, now=now, address=address, copied_from=job_id)


async def change_job(
    tx: Tx, actor_id: int, job_id: int, terms: Terms, *, instead_of: int, now: datetime, address: str = ""
) -> ReportJob:
    """Replace what a job says. Of one that runs, periods to come follow it, and so does the close of an open one."""
    job = await _locked(tx, actor_id, job_id)
    if job.version != instead_of:
        raise HealthJobChangedMeanwhile(version=job.version)
    if job.state == "ended":
        return await _change_ended(tx, actor_id, job, terms, address)
    terms = _tidied(terms)
    check(terms)
    if not terms.readers:
        raise ReaderUnfit
    await _readers_fit(tx, terms, (*job.terms.readers, *job.terms.reader_apps))
    await queries.update_body(tx, job_id, as_body(terms))
    await _note_lists(tx, job_id, terms)
    await audit.record(
        tx,
        actor_id,
        "health_job.change",
        f"health_job:{job_id}",
        address=address,
        changed=sorted(name for name in Terms.__slots__ if getattr(terms, name) != getattr(job.terms, name)),
        **_told(terms),
    )
    if job.state == "running":
        await _follow(tx, replace(job, terms=terms), now)
    if actor_id not in terms.readers:  # whoever takes themselves out sees it for the last time
        found = await queries.job(tx, job_id)
        assert found
        return found
    return await read_job(tx, actor_id, job_id)


async def start_job(tx: Tx, actor_id: int, job_id: int, *, now: datetime, address: str = "") -> ReportJob:
    """Begin to ask."""
    job = await _locked(tx, actor_id, job_id)
    if job.state == "ended":
        raise HealthJobOver
    if job.state == "running":
        raise HealthJobStarted
    check(job.terms)
    await queries.set_started(tx, job_id, now)
    if job.terms.country:
        year = job.terms.starts_on.year
        years = sorted({max(year, now.year), max(year, now.year) + 1})
        await checkins.keep_years(tx, job.terms.country, years, bump=True)
    await _tell_asked(tx, job)
    await audit.record(
        tx, actor_id, "health_job.start", f"health_job:{job_id}", address=address, form_version=job.form_version
    )
    return await read_job(tx, actor_id, job_id)


async def end_job(tx: Tx, actor_id: int, job_id: int, *, now: datetime, address: str = "") -> ReportJob:
    """Ask no more. What was answered stays for as long as the job says."""
    job = await _locked(tx, actor_id, job_id)
    if job.state == "ended":
        raise HealthJobOver
    await end(tx, job, actor_id, now=now, address=address)
    return await read_job(tx, actor_id, job_id)


async def end(tx: Tx, job: ReportJob, actor_id: int, *, now: datetime, address: str = "") -> None:
    """End a job that is locked."""
    await queries.set_ended(tx, job.id, now)
    await period_queries.drop_unopened(tx, job.id, now)
    await period_queries.close_open(tx, job.id, now)
    await _tell_asked(tx, job)
    await audit.record(tx, actor_id, "health_job.end", f"health_job:{job.id}", address=address)


async def set_form(
    tx: Tx, actor_id: int, job_id: int, form: Form, *, instead_of: int, now: datetime, address: str = ""
) -> FormVersion:
    """Ask other questions: a draft's are replaced, those of a job that runs are followed by a new version."""
    job = await _locked(tx, actor_id, job_id)
    if job.version != instead_of:
        raise HealthJobChangedMeanwhile(version=job.version)
    if job.state == "ended":
        raise HealthJobOver
    _must_fit(form)
    version = job.form_version + (job.state == "running")
    await queries.put_form(tx, job_id, version, as_body(form), actor_id, now)
    await queries.set_form_version(tx, job_id, version)
    await audit.record(
        tx,
        actor_id,
        "health_form.change",
        f"health_job:{job_id}",
        address=address,
        form_version=version,
        questions=len(form),
    )
    return await read_form(tx, job_id, version)


async def read_job(tx: Tx, actor_id: int, job_id: int) -> ReportJob:
    """A job, for one of its readers."""
    if (job := await queries.job_read_by(tx, job_id, actor_id)) is None:
        raise NoSuchHealthJob
    return job


async def read_form(tx: Tx, job_id: int, version: int) -> FormVersion:
    if (form := await queries.form(tx, job_id, version)) is None:
        raise NoSuchHealthJob
    return form


async def _locked(tx: Tx, actor_id: int, job_id: int) -> ReportJob:
    if (job := await queries.lock_job(tx, job_id, actor_id)) is None:
        raise NoSuchHealthJob
    return job


async def _change_ended(tx: Tx, actor_id: int, job: ReportJob, terms: Terms, address: str) -> ReportJob:
    """Of a job that has ended, who reads it and for how long can still be said."""
    kept = replace(job.terms, readers=terms.readers, reader_apps=terms.reader_apps, retention_days=terms.retention_days)
    check(kept)
    if not kept.readers:
        raise ReaderUnfit
    await _readers_fit(tx, kept, (*job.terms.readers, *job.terms.reader_apps))
    await queries.update_body(tx, job.id, as_body(kept))
    await _note_lists(tx, job.id, kept)
    await audit.record(tx, actor_id, "health_job.change", f"health_job:{job.id}", address=address, **_told(kept))
    found = await queries.job(tx, job.id)
    assert found
    return found


async def _follow(tx: Tx, job: ReportJob, now: datetime) -> None:
    """Periods of a job that runs, as it now is: those that have not opened are made anew when their time comes."""
    await period_queries.drop_unopened(tx, job.id, now)
    days = periods.near(job.terms, now, back=1, ahead=0)
    known = {each.date: each for each in await period_queries.periods(tx, job.id, 0, 3, now)}
    window: Window
    for window in periods.windows(job.terms, *days, {on: True for on in known}):
        if window.date in known and known[window.date].closes_at > now:
            await period_queries.move_open(tx, job.id, replace(window, closes_at=max(window.closes_at, now)))


async def _tell_asked(tx: Tx, job: ReportJob) -> None:
    """Of more people than that, each is told when it opens, some at a time; and looks again when it is opened."""
    asked = job.terms.asked
    found = await directory.members_under(tx, asked.departments, asked.tags, asked.members, seen_by=EVERYTHING)
    if len(found.member_ids) <= TOLD_EACH:
        for member_id in found.member_ids:
            tell(tx, member_id, HealthReportChanged(job_id=job.id))


async def _readers_fit(tx: Tx, terms: Terms, known: Sequence[int]) -> None:
    """Who is named anew must be fit; who has left or lost the role since may stay named, and sees nothing."""
    wanted = set(terms.readers) - set(known)
    apps = set(terms.reader_apps) - set(known)
    unfit = wanted - await queries.officers_among(tx, sorted(wanted))
    unfit |= apps - await queries.speaking_apps_among(tx, sorted(apps))
    if unfit:
        raise ReaderUnfit(readers=sorted(unfit))


async def _note_lists(tx: Tx, job_id: int, terms: Terms) -> None:
    """What a job names, where it is looked up."""
    asked = terms.asked
    ranges = [("member", id) for id in asked.members] + [("department", id) for id in asked.departments]
    ranges += [("tag", id) for id in asked.tags]
    await queries.put_ranges(tx, job_id, [kind for kind, _ in ranges], [ref for _, ref in ranges])
    await queries.put_readers(tx, job_id, [*terms.readers, *terms.reader_apps])
    delegates = [(each.member_id, "member", id) for each in terms.delegates for id in each.members]
    delegates += [(each.member_id, "department", id) for each in terms.delegates for id in each.departments]
    await queries.put_delegates(
        tx, job_id, [id for id, _, _ in delegates], [kind for _, kind, _ in delegates], [ref for _, _, ref in delegates]
    )


def _must_fit(form: Form) -> None:
    if found := misfits(form):
        problems = [{"question_id": each.question_id, "problem": each.problem} for each in found]
        raise FormUnfit(problems=problems[:100])


def _tidied(terms: Terms) -> Terms:
    asked = terms.asked
    return replace(
        terms,
        title=terms.title.strip(),
        country=terms.country.upper(),
        asked=replace(
            asked,
            members=tuple(dict.fromkeys(asked.members)),
            departments=tuple(dict.fromkeys(asked.departments)),
            tags=tuple(dict.fromkeys(asked.tags)),
        ),
        readers=tuple(dict.fromkeys(terms.readers)),
        reader_apps=tuple(dict.fromkeys(terms.reader_apps)),
        reminders=tuple(sorted(set(terms.reminders), reverse=True)),
    )


def _told(terms: Terms) -> dict[str, object]:
    """What the log says of a job: who reads it, and for how long; not its questions."""
    return {
        "title": terms.title,
        "readers": list(terms.readers[:NOTED_NAMES]),
        "reader_apps": list(terms.reader_apps[:NOTED_NAMES]),
        "retention_days": terms.retention_days,
        "frequency": terms.frequency,
    }

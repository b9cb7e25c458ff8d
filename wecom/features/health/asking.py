"""Who is asked on a day: asked of the directory when a period opens, and again while it is open. What stands once it
has closed is who was asked then."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from wecom.features import checkins, directory
from wecom.features.apps.audience import as_bytes, bits_of, ordinals_of
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import Db, Tx

from . import periods
from .model import ReportJob, Terms, Window
from .periods import NONE, Workday
from .queries import jobs as job_queries
from .queries import people
from .queries import periods as queries

AGAIN = timedelta(minutes=10)


async def workdays_of(db: Db, terms: Terms, first: date, last: date) -> Workday:
    """Dates that are not as their day of the week is, by the holidays that are kept of the job's country."""
    if terms.frequency != "workdays" or not terms.country:
        return NONE
    found = await checkins.holidays_between(db, terms.country, first, last)
    return {on: each.kind == "workday" for on, each in found}


async def open_window(db: Db, terms: Terms, at: datetime) -> Window | None:
    """When it is to be answered, of the period that is open then."""
    first, last = periods.near(terms, at, back=1, ahead=0)
    return periods.window_at(terms, at, await workdays_of(db, terms, first, last))


async def next_window(db: Db, terms: Terms, at: datetime, within: int) -> Window | None:
    """The one that opens next, within so many days."""
    first, last = periods.near(terms, at, back=0, ahead=within)
    return periods.window_after(terms, at, within, await workdays_of(db, terms, first, last))


async def window_on(db: Db, terms: Terms, on: date) -> Window | None:
    return periods.window_on(terms, on, await workdays_of(db, terms, on, on))


async def open_periods(tx: Tx, job: ReportJob, *, now: datetime) -> list[date]:
    """Write down periods that have opened since it was looked at last; which."""
    first, last = periods.near(job.terms, now, back=2, ahead=0)
    workdays = await workdays_of(tx, job.terms, first, last)
    began = job.started_at or now
    found = [
        each
        for each in periods.windows(job.terms, first, last, workdays)
        if each.opens_at <= now and each.closes_at > began and (job.ended_at is None or each.opens_at < job.ended_at)
    ]
    new = await queries.insert_periods(tx, job.id, found)
    for each in found:
        await queries.insert_reminders(tx, job.id, each.date, list(_reminders(job.terms, each, began)))
    return new


async def ask_directory(tx: Tx, *, now: datetime) -> bool:
    """Look whom an open period asks; false where none has to be looked at."""
    if (due := await queries.to_be_looked_at(tx, now, now - AGAIN)) is None:
        return False
    job_id, on = due
    job = await job_queries.job(tx, job_id)
    assert job
    asked = job.terms.asked
    found = await directory.members_under(tx, asked.departments, asked.tags, asked.members, seen_by=EVERYTHING)
    departments, many = await people.by_department(tx, found.member_ids)
    bits = bits_of(found.ordinals)
    await queries.put_asked(tx, job_id, on, as_bytes(bits), len(found.ordinals), departments, many, now)
    return True


def ordinals_in(asked: bytes, past: int = -1) -> Iterator[int]:
    """Ordinals of a bitmap above one of them, ascending."""
    return (each for each in ordinals_of(int.from_bytes(asked, "little")) if each > past)


def _reminders(terms: Terms, window: Window, began: datetime) -> Iterator[datetime]:
    if terms.at_opening:
        yield max(window.opens_at, began)
    for minutes in terms.reminders:
        at = window.closes_at - timedelta(minutes=minutes)
        if at > max(window.opens_at, began):
            yield at

"""When a job is to be answered: windows by date, in the job's own zone. What was resolved once is stored with the
period, so that another edition of the zones moves nothing that was asked."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .model import ReportJob, Terms, Window

DAY = timedelta(days=1)
Workday = Mapping[date, bool]
"""Of dates that are not as their day of the week is, whether they are worked."""
NONE: Workday = {}


def window_on(terms: Terms, on: date, workdays: Workday = NONE) -> Window | None:
    """When it is to be answered for a date; None: not at all."""
    if on < terms.starts_on or (terms.ends_on is not None and on > terms.ends_on):
        return None
    if terms.frequency == "once" and on != terms.starts_on:
        return None
    if terms.frequency == "workdays" and not workdays.get(on, on.weekday() < 5):
        return None
    last = (terms.ends_on or on) if terms.frequency == "once" else on
    if terms.closes <= terms.opens:
        last += DAY
    return Window(on, _at(terms, on, terms.opens), _at(terms, last, terms.closes))


def windows(terms: Terms, first: date, last: date, workdays: Workday = NONE) -> Iterator[Window]:
    """Of all dates from one to another on which it is answered."""
    first = max(first, terms.starts_on)
    last = min(last, terms.ends_on or last)
    if terms.frequency == "once":
        last = min(last, terms.starts_on)
    on = first
    while on <= last:
        if window := window_on(terms, on, workdays):
            yield window
        on += DAY


def window_at(terms: Terms, at: datetime, workdays: Workday = NONE) -> Window | None:
    """The one that is open then."""
    for window in windows(terms, *near(terms, at, back=1, ahead=0), workdays):
        if window.opens_at <= at < window.closes_at:
            return window
    return None


def window_after(terms: Terms, at: datetime, within: int, workdays: Workday = NONE) -> Window | None:
    """The next one that opens after it, within so many days."""
    found = windows(terms, *near(terms, at, back=0, ahead=within), workdays)
    return next((each for each in found if each.opens_at > at), None)


def near(terms: Terms, at: datetime, *, back: int, ahead: int) -> tuple[date, date]:
    """Dates around a moment whose windows may hold it."""
    here = at.astimezone(ZoneInfo(terms.zone)).date()
    if terms.frequency == "once":
        return min(terms.starts_on, here), max(terms.starts_on, here)
    return here - back * DAY, here + ahead * DAY


def ended_at(job: ReportJob) -> datetime | None:
    """From when on nobody is asked any more; None: for as long as can be seen."""
    last = job.terms.starts_on if job.terms.frequency == "once" else job.terms.ends_on
    if job.ended_at or last is None:
        return job.ended_at
    window = window_on(job.terms, last, {last: True})  # a day off is over, too, when its window would have been
    return window.closes_at if window else None


def _at(terms: Terms, on: date, second: int) -> datetime:
    """By the clock there: at nine it is nine, also on days of 23 or 25 hours."""
    days, rest = divmod(second, 86_400)
    clock = time(rest // 3600, rest % 3600 // 60, rest % 60)
    return datetime.combine(on + days * DAY, clock, ZoneInfo(terms.zone)).astimezone(UTC)

"""What somebody is asked: now, soon, and what they answered."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from wecom.foundation.db import Db, Tx

from . import asking
from .model import Answered, FormVersion, ReportJob, Window
from .queries import answers as answer_queries
from .queries import jobs as job_queries
from .queries import people
from .queries import periods as queries
from .queries.people import Ward
from .refusals import NoSuchHealthJob, NotAsked, ReportNotOpen

SOON = 7
"""Days ahead in which the next period is told."""
FIRST_WARDS = 100


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is, or will be, open for somebody."""

    job: ReportJob
    window: Window
    asked: bool
    answered: bool
    wards: tuple[Ward, ...] = ()
    """The first of those for whom they may answer."""
    wards_total: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A form to be filled in."""

    job: ReportJob
    window: Window
    form: FormVersion
    answered: bool
    answer: Answered | None
    """As far as whoever asks may see it."""


async def reports(db: Db, member_id: int, *, now: datetime) -> tuple[list[Due], list[Due]]:
    """What is open for somebody, the first to close first; and what opens next."""
    open_now: list[tuple[people.Concern, Window]] = []
    coming: list[Due] = []
    for each in await people.concerning(db, member_id):
        if window := await asking.open_window(db, each.job.terms, now):
            open_now.append((each, window))
        if each.asked and (soon := await asking.next_window(db, each.job.terms, now, SOON)):
            coming.append(Due(each.job, soon, each.asked, False))
    answered = await answer_queries.answered_among(
        db, member_id, [each.job.id for each, _ in open_now], [window.date for _, window in open_now]
    )
    due = []
    for each, window in open_now:
        wards, total = await _wards(db, each, window, member_id)
        if each.asked or total:
            due.append(Due(each.job, window, each.asked, each.job.id in answered, tuple(wards), total))
    return (
        sorted(due, key=lambda each: (each.answered, each.window.closes_at, each.job.id)),
        sorted(coming, key=lambda each: (each.window.opens_at, each.job.id)),
    )


async def open_form(
    tx: Tx, member_id: int, job_id: int, on: date | None, of_id: int, *, now: datetime, zone: str
) -> Opened:
    """A form for somebody, of themselves or of whom they answer for. Opening one is counted."""
    job = await job_queries.job(tx, job_id)
    if job is None or job.state == "draft":
        raise NoSuchHealthJob
    window = await _window(tx, job, on, now)
    there = await people.standing(tx, job_id, window.date, job.form_version, of_id, member_id)
    if there is None or not (there.asked and there.may):
        raise NotAsked
    if there.opens_at is not None and there.closes_at is not None:
        window = Window(window.date, there.opens_at, there.closes_at)
    answer = await answer_queries.answer_seen_by(tx, job_id, window.date, of_id, member_id)
    answered = answer is not None or await answer_queries.is_answered(tx, job_id, window.date, of_id)
    version = answer.form_version if answer and not job.terms.changeable else job.form_version
    form = await job_queries.form(tx, job_id, version)
    if form is None:
        raise NoSuchHealthJob
    await queries.note_visit(tx, now.astimezone(ZoneInfo(zone)).date(), member_id)
    return Opened(job, window, form, answered, answer)


async def wards(
    db: Db, member_id: int, job_id: int, on: date | None, text: str, skip: int, limit: int, *, now: datetime
) -> tuple[list[Ward], int]:
    """For whom somebody may answer."""
    job = await job_queries.job(db, job_id)
    if job is None or job.state != "running":
        raise NoSuchHealthJob
    window = await _window(db, job, on, now)
    return await people.wards(db, job_id, window.date, member_id, text, skip, limit)


@dataclass(frozen=True, slots=True)
class Past:
    """An answer, and what was asked."""

    answer: Answered
    title: str


async def history(db: Db, member_id: int, skip: int, limit: int) -> tuple[list[Past], int]:
    """What was answered for somebody, by themselves or others, the newest first; and how much it is."""
    found, total = await answer_queries.history(db, member_id, skip, limit)
    return [Past(answer, title) for answer, title in found], total


async def _window(db: Db, job: ReportJob, on: date | None, now: datetime) -> Window:
    found = await (asking.window_on(db, job.terms, on) if on else asking.open_window(db, job.terms, now))
    if found is None:
        raise ReportNotOpen
    return found


async def _wards(db: Db, each: people.Concern, window: Window, member_id: int) -> tuple[list[Ward], int]:
    if not each.delegate:
        return [], 0
    return await people.wards(db, each.job.id, window.date, member_id, "", 0, FIRST_WARDS)

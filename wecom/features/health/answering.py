"""Answering: once for each person and period, by themselves or by somebody who answers for them.

The server's clock decides whether it is open. What was queued on a device without a network says when it was answered;
where that was in time it is kept for a day after, and marked as late. What is sent again with the same `client_id` is
answered as it is now, also where it was changed since: it never undoes the change.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from wecom.features.accounts import Limiter
from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.streams import tell

from . import asking, photos
from .events import HealthReportChanged
from .form import Form, Value, checked, numbers_of, photos_of, picks_of
from .model import Answered, ReportJob, Window, form_from, values_body
from .queries import answers as queries
from .queries import people
from .queries import periods as period_queries
from .queries.answers import NewAnswer
from .queries.people import Standing
from .refusals import (
    AnswerTimeUnfit,
    AnswerUnfit,
    FormChanged,
    NoSuchHealthJob,
    NotAsked,
    ReportAnswered,
    ReportClosed,
    ReportNotOpen,
    TooManyAnswers,
)

GRACE = timedelta(hours=24)
"""After the close, for what was answered in time on a device without a network."""
AHEAD_AT_MOST = timedelta(seconds=120)
MOST_PER_HOUR = 600
"""Of one sender: a delegate answers for many."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sends."""

    job_id: int
    date: date
    member_id: int
    """Of whom it tells."""
    sent_by: int
    client_id: str
    form_version: int
    values: tuple[Value, ...]
    claimed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it."""

    job: ReportJob
    answer: Answered
    form: Form
    """Of the version that it answers."""
    dropped: tuple[int, ...] = ()
    """Questions that were answered and are not asked."""
    again: bool = False
    """It was kept already."""


async def keep_within(limiter: Limiter, member_id: int) -> None:
    """Count an answer; raises `TooManyAnswers` for whoever sends them without end."""
    if (wait := await limiter.allow(f"health-answers:{member_id}", MOST_PER_HOUR, 3600)) is not None:
        raise TooManyAnswers(retry_after=wait)


async def answer(tx: Tx, sent: Sent, *, now: datetime, address: str = "") -> Taken:
    """Keep an answer, or put it in the place of an earlier one."""
    there = await people.standing(tx, sent.job_id, sent.date, sent.form_version, sent.member_id, sent.sent_by)
    if there is None:
        raise NoSuchHealthJob
    if not (there.asked and there.may):
        raise NotAsked
    job, form = there.job, form_from(there.questions) if there.questions is not None else ()
    if await queries.has_client_id(tx, sent.job_id, sent.date, sent.member_id, sent.sent_by, sent.client_id):
        return await _again(tx, sent, job, form)
    at, late = await _in_time(tx, sent, there, now)
    if not form:
        raise FormChanged(form_version=job.form_version)
    if sent.form_version != job.form_version and not (sent.claimed_at and there.replaced_at and at < there.replaced_at):
        raise FormChanged(form_version=job.form_version)
    found = checked(form, sent.values, at.astimezone(ZoneInfo(job.terms.zone)).date())
    if found.problems:
        raise AnswerUnfit(problems=[{"question_id": e.question_id, "problem": e.problem} for e in found.problems[:100]])
    named = await photos.named(tx, photos_of(found.values), sent.sent_by)
    values = tuple(_numbered(each, named) for each in found.values)
    numbered, numbers = numbers_of(values)
    put = await queries.put_answer(
        tx,
        NewAnswer(
            job_id=sent.job_id,
            date=sent.date,
            member_id=sent.member_id,
            sent_by=sent.sent_by,
            client_id=sent.client_id,
            form_version=sent.form_version,
            claimed_at=sent.claimed_at,
            received_at=now,
            late=late,
            department_id=there.department_id,
            picks=picks_of(values),
            number_questions=numbered,
            numbers=numbers,
            values=values_body(values),
        ),
        changeable=job.terms.changeable,
    )
    if put is None:  # meanwhile, or by another
        if await queries.has_client_id(tx, sent.job_id, sent.date, sent.member_id, sent.sent_by, sent.client_id):
            return await _again(tx, sent, job, form)
        raise ReportAnswered
    answer_id, first = put
    await photos.tie(tx, answer_id, photos_of(values), first=first)
    await _told(tx, sent, address)
    return Taken(job, await _kept(tx, sent), form, found.dropped)


async def _in_time(tx: Tx, sent: Sent, there: Standing, now: datetime) -> tuple[datetime, bool]:
    """When it counts as answered, and whether it came late."""
    if sent.claimed_at is not None and sent.claimed_at > now + AHEAD_AT_MOST:
        raise AnswerTimeUnfit
    at = min(sent.claimed_at or now, now)
    window = await _window(tx, sent, there, now)
    if window is None or at < window.opens_at:
        raise ReportNotOpen
    closes = window.closes_at
    if there.job.ended_at is not None:
        closes = min(closes, there.job.ended_at)
    if now < closes:
        return at, False
    if there.erased_at is not None or at >= closes or now >= closes + GRACE:
        raise ReportClosed
    return at, True


async def _window(tx: Tx, sent: Sent, there: Standing, now: datetime) -> Window | None:
    if there.opens_at is not None and there.closes_at is not None:
        return Window(sent.date, there.opens_at, there.closes_at)
    found = await asking.window_on(tx, there.job.terms, sent.date)
    began = there.job.started_at
    if found is None or began is None or found.closes_at <= began:
        return None
    if found.opens_at <= now:  # no answer without its period: by that it is erased
        await period_queries.insert_periods(tx, sent.job_id, [found])
    return found


async def _again(tx: Tx, sent: Sent, job: ReportJob, form: Form) -> Taken:
    return Taken(job, await _kept(tx, sent), form, again=True)


async def _kept(tx: Tx, sent: Sent) -> Answered:
    kept = await queries.answer_seen_by(tx, sent.job_id, sent.date, sent.member_id, sent.sent_by)
    if kept is None:
        raise ReportAnswered
    return kept


async def _told(tx: Tx, sent: Sent, address: str) -> None:
    for member_id in {sent.member_id, sent.sent_by}:
        tell(tx, member_id, HealthReportChanged(job_id=sent.job_id))
    if sent.sent_by != sent.member_id:
        await audit.record(
            tx,
            sent.sent_by,
            "health_answer.send_for",
            f"member:{sent.member_id}",
            address=address,
            job=sent.job_id,
            date=sent.date.isoformat(),
        )


def _numbered(value: Value, named: dict[str, int]) -> Value:
    """Photos by their numbers, as answers keep them."""
    if value.photos is None:
        return value
    return replace(value, photos=tuple(str(named[each]) for each in value.photos))

"""Reading what was answered: for a job's readers alone, and each reading is written down with how much it was."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wecom.features import directory
from wecom.features.directory import EVERYTHING, Member
from wecom.foundation import audit
from wecom.foundation.blobs import Held
from wecom.foundation.db import Db, Pool, Tx, transaction

from . import asking, photos
from .form import OPTIONS
from .model import Answered, FormVersion, Period, ReportJob
from .queries import answers as queries
from .queries import jobs as job_queries
from .queries import people
from .queries import periods as period_queries
from .refusals import NoSuchHealthJob, NoSuchHealthPhoto, TooManyHealthDays

MOST_DAYS = 92
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of a date's answers."""

    department_id: int | None = None
    """With all under it."""
    question_id: int | None = None
    option_id: int | None = None
    text: str = ""
    """Parts of names and userids."""


async def jobs_of(db: Db, actor_id: int) -> list[ReportJob]:
    """All jobs that somebody reads, the newest first."""
    return await job_queries.jobs_read_by(db, actor_id)


async def job_of(db: Db, actor_id: int, job_id: int) -> ReportJob:
    if (job := await job_queries.job_read_by(db, job_id, actor_id)) is None:
        raise NoSuchHealthJob
    return job


async def forms_of(db: Db, actor_id: int, job_id: int) -> list[FormVersion]:
    """All versions of a job's questions, for a reader of it."""
    await job_of(db, actor_id, job_id)
    return await job_queries.forms(db, job_id)


async def periods_of(
    db: Db, actor_id: int, job_id: int, skip: int, limit: int, *, now: datetime
) -> list[tuple[Period, int]]:
    """A job's periods, the newest first, each with how many answered."""
    await job_of(db, actor_id, job_id)
    found = await period_queries.periods(db, job_id, skip, limit, now)
    many = await queries.answered_by_date(db, job_id, [each.date for each in found])
    return [(each, many.get(each.date, 0) + (each.answered_once or 0)) for each in found]


async def read_answers(
    tx: Tx, actor_id: int, job_id: int, on: date, wanted: Filter, skip: int, limit: int, *, address: str = ""
) -> tuple[list[Answered], int]:
    """A page of a date's answers, in the order in which they came, and how many there are."""
    await job_of(tx, actor_id, job_id)
    departments = await departments_under(tx, wanted.department_id)
    pick = None
    if wanted.question_id is not None:
        pick = wanted.question_id * OPTIONS + (wanted.option_id or 0)
    found, total = await queries.answers_on(tx, job_id, on, departments, pick, wanted.text, skip, limit)
    await note_reading(
        tx,
        actor_id,
        job_id,
        "answers",
        on,
        on,
        len(found),
        address=address,
        text=wanted.text,
        department_id=wanted.department_id,
        question_id=wanted.question_id,
        option_id=wanted.option_id,
        skip=skip or None,
    )
    return found, total


async def read_missing(
    tx: Tx,
    actor_id: int,
    job_id: int,
    on: date,
    department_id: int | None,
    skip: int,
    limit: int,
    *,
    address: str = "",
) -> tuple[list[int], int]:
    """Of those who were asked, a page of those who have not answered, and how many they are."""
    await job_of(tx, actor_id, job_id)
    ordinals = list(asking.ordinals_in(await period_queries.asked_on(tx, job_id, on)))
    departments = await departments_under(tx, department_id)
    found, total = await period_queries.missing(tx, job_id, on, ordinals, departments, skip, limit)
    await note_reading(
        tx,
        actor_id,
        job_id,
        "missing",
        on,
        on,
        len(found),
        address=address,
        department_id=department_id,
        skip=skip or None,
    )
    return found, total


async def read_photo(tx: Tx, actor_id: int, job_id: int, answer_id: int, n: int, *, address: str = "") -> Held:
    """A photo of an answer, for a reader of its job; that it was looked at is written down."""
    await job_of(tx, actor_id, job_id)
    found = await queries.answer(tx, job_id, answer_id)
    if found is None:
        raise NoSuchHealthPhoto
    held = await photos.photo(tx, found, n)
    await audit.record(
        tx,
        actor_id,
        "health_photo.see",
        f"health_job:{job_id}",
        address=address,
        member=found.member_id,
        answer=answer_id,
    )
    return held


async def own_photo(db: Db, member_id: int, job_id: int, on: date, of_id: int, n: int) -> Held:
    """The same of one's own answer, or of one that one sent."""
    found = await queries.answer_seen_by(db, job_id, on, of_id, member_id)
    if found is None:
        raise NoSuchHealthPhoto
    return await photos.photo(db, found, n)


async def begin_export(
    tx: Tx, actor_id: int, job_id: int, first: date, last: date, kind: str, *, address: str = ""
) -> tuple[ReportJob, list[FormVersion]]:
    """A job and all its questions, for a table of what was answered; that it was asked for is written down."""
    within(first, last)
    job = await job_of(tx, actor_id, job_id)
    await audit.record(
        tx,
        actor_id,
        "health_answers.export",
        f"health_job:{job_id}",
        address=address,
        kind=kind,
        first=first.isoformat(),
        last=last.isoformat(),
        answers=await queries.count_answers(tx, job_id, first, last),
    )
    return job, await job_queries.forms(tx, job_id)


async def answers_for_export(
    pool: Pool, actor_id: int, job_id: int, first: date, last: date
) -> AsyncIterator[list[Answered]]:
    """What was answered from one date to another, some at a time; for as long as whoever asked is a reader."""
    after = (date.min, 0)
    while True:
        async with transaction(pool) as tx:
            if await job_queries.job_read_by(tx, job_id, actor_id) is None:
                return
            if not await job_queries.officers_among(tx, [actor_id]):
                return
            found = await queries.answers_after(tx, job_id, first, last, after, AT_ONCE)
        if not found:
            return
        yield found
        after = (found[-1].date, found[-1].member_id)


async def people_of(db: Db, member_ids: Sequence[int]) -> dict[int, Member]:
    """Whom answers are of, also those who have left."""
    ids = sorted(set(member_ids))
    found = await directory.members_by_ids(db, ids, seen_by=EVERYTHING, with_leavers=True) if ids else []
    return {each.id: each for each in found}


async def department_names(db: Db, ids: Sequence[int]) -> dict[int, str]:
    wanted = sorted(set(ids) - {0})
    return {each.id: each.name for each in await directory.departments_by_ids(db, wanted)} if wanted else {}


async def departments_under(db: Db, department_id: int | None) -> list[int] | None:
    return await people.under(db, department_id) if department_id is not None else None


def within(first: date, last: date) -> None:
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        raise TooManyHealthDays


async def note_reading(
    tx: Tx,
    actor_id: int,
    job_id: int,
    view: str,
    first: date,
    last: date,
    many: int,
    *,
    address: str = "",
    text: str = "",
    **wanted: Any,
) -> None:
    """Who looked at how much of what, and how it was narrowed; never what was seen."""
    await audit.record(
        tx,
        actor_id,
        "health_answers.read",
        f"health_job:{job_id}",
        address=address,
        content={"q": text} if text else None,
        view=view,
        first=first.isoformat(),
        last=last.isoformat(),
        many=many,
        **{name: each for name, each in wanted.items() if each is not None},
    )

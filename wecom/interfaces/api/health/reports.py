"""What you are asked of your health, your answers, and those that you give for others."""

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import health, health_codes, media
from wecom.features.accounts import Limiter, Me
from wecom.features.health import Due, Opened, Sent, Ward, answering, due, photos, reading
from wecom.features.health.form_fit import LARGEST_ID, MOST_QUESTIONS
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints, FileAnswer, Upload
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Id, Text, When
from .answers import photo_file
from .form_wire import HealthValue, HealthValueView, value_views
from .job_wire import HealthFormView, OfHealthJob, OnDay

endpoints = Endpoints("/api/health/reports", tag="Health: your reports")


class HealthWard(BaseModel):
    """Somebody for whom you may answer."""

    member_id: int
    userid: str
    name: str
    answered: bool

    @classmethod
    def of(cls, each: Ward) -> "HealthWard":
        return cls(member_id=each.id, userid=each.userid, name=each.name, answered=each.answered)


class HealthDue(BaseModel):
    """A report, and when it is open."""

    job_id: int
    title: str
    introduction: str
    date: datetime.date
    opens_at: Instant
    closes_at: Instant
    asked: bool = Field(description="False: you only answer for others.")
    answered: bool = Field(description="Whether you have answered it for yourself.")
    changeable: bool
    wards: list[HealthWard] = Field(description="The first of those for whom you may answer.")
    wards_total: int

    @classmethod
    def of(cls, each: Due) -> "HealthDue":
        terms = each.job.terms
        return cls(
            job_id=each.job.id,
            title=terms.title,
            introduction=terms.introduction,
            date=each.window.date,
            opens_at=each.window.opens_at,
            closes_at=each.window.closes_at,
            asked=each.asked,
            answered=each.answered,
            changeable=terms.changeable,
            wards=[HealthWard.of(ward) for ward in each.wards],
            wards_total=each.wards_total,
        )


class HealthReports(BaseModel):
    """What you are asked."""

    now: Instant = Field(description="By the server's clock.")
    due: list[HealthDue] = Field(description="What is open, the first to close first; what you have answered last.")
    coming: list[HealthDue] = Field(description="What opens next within a week.")


class WhichHealthForm(BaseModel):
    """Of which date, and of whom."""

    model_config = ConfigDict(extra="forbid")
    date: OnDay | None = Field(None, description="Null: what is open now.")
    member_id: Id | None = Field(None, description="For whom you answer; null: for yourself.")


class HealthAnswerOfOwn(BaseModel):
    """What you answered, or sent for somebody, or somebody sent for you."""

    date: datetime.date
    member_id: int
    sent_by: int
    form_version: int
    received_at: Instant
    changed_at: Instant | None
    late: bool
    values: list[HealthValueView]


class HealthFormToAnswer(BaseModel):
    """A report to be answered."""

    job_id: int
    title: str
    introduction: str
    date: datetime.date
    opens_at: Instant
    closes_at: Instant
    now: Instant
    changeable: bool
    readers: int = Field(description="How many people may see what you answer.")
    retention_days: int = Field(description="So many days after the close it is erased.")
    form: HealthFormView
    answered: bool
    answer: HealthAnswerOfOwn | None = Field(description="Null, too, where another answered than you.")


class NewHealthAnswer(BaseModel):
    """What you answer."""

    model_config = ConfigDict(extra="forbid")
    client_id: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        description="Sent again with the same one, it is answered as it is now, and nothing is changed."
    )
    date: OnDay
    member_id: Id | None = Field(None, description="For whom you answer; null: for yourself.")
    form_version: Annotated[int, Field(ge=1, lt=2**31)]
    values: Annotated[list[HealthValue], Field(max_length=2 * MOST_QUESTIONS)]
    claimed_at: When | None = Field(
        None, description="When it was answered, where it had to wait for a network: for at most a day after the close."
    )


class HealthAnswerTaken(BaseModel):
    """What became of it."""

    answer: HealthAnswerOfOwn
    dropped: list[int] = Field(description="Questions that were answered and, as the others were, are not asked.")
    again: bool = Field(description="It was kept already.")


class HealthPhotoGiven(BaseModel):
    photo: str = Field(description="To be named by an answer, within three days.")


class HealthPage(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=100)


class HealthHistoryEntry(HealthAnswerOfOwn):
    """An answer of yours, with what was asked."""

    job_id: int
    title: str


class HealthHistory(BaseModel):
    """What you answered, the newest first, for as long as it is kept."""

    answers: list[HealthHistoryEntry]
    total: int


class WhichHealthWards(HealthPage):
    """Of which date, and whom."""

    date: OnDay | None = Field(None, description="Null: what is open now.")
    q: Annotated[Text, Field(max_length=64)] = Field("", description="Parts of names and userids.")


class HealthWards(BaseModel):
    """A page of those for whom you may answer, by name."""

    wards: list[HealthWard]
    total: int


class OfOwnHealthPhoto(OfHealthJob):
    """Which photo."""

    n: int = Field(ge=1, le=LARGEST_ID)


class WhichHealthPhoto(BaseModel):
    """In whose answer."""

    model_config = ConfigDict(extra="forbid")
    date: OnDay
    member_id: Id | None = None


@endpoints.get("")
async def list_health_reports(db: Db, me: Me, services: Services) -> HealthReports:
    """What you are asked now, and next."""
    now = services.clock()
    found, coming = await health.reports(db, me.id, now=now)
    return HealthReports(
        now=now, due=[HealthDue.of(each) for each in found], coming=[HealthDue.of(each) for each in coming]
    )


@endpoints.post("/photos")
async def give_health_photo(pool: Pool, me: Me, services: Services, limiter: Limiter, file: Upload) -> HealthPhotoGiven:
    """Give a photo to be named by an answer: JPEG or PNG of at most 10 MB, without where it was taken."""
    await photos.keep_within(limiter, me.id)
    kept = await media.take_picture(
        services.blobs, services.decoder, me.id, file.name, file.chunks(), declared=file.declared
    )
    async with transaction(pool) as tx:
        return HealthPhotoGiven(photo=await photos.give_photo(tx, me.id, kept, now=services.clock()))


@endpoints.get("/history")
async def read_health_history(db: Db, me: Me, query: HealthPage) -> HealthHistory:
    """What you answered, or others for you."""
    found, total = await due.history(db, me.id, query.skip, query.limit)
    return HealthHistory(
        answers=[
            HealthHistoryEntry(**_own(each.answer).__dict__, job_id=each.answer.job_id, title=each.title)
            for each in found
        ],
        total=total,
    )


@endpoints.get("/{job_id}")
async def read_health_report(
    tx: Tx, me: Me, services: Services, path: OfHealthJob, query: WhichHealthForm
) -> HealthFormToAnswer:
    """The questions of a report, and your answer."""
    now, of_id = services.clock(), query.member_id or me.id
    opened = await health.open_form(tx, me.id, path.job_id, query.date, of_id, now=now, zone=services.company.timezone)
    return await _to_answer(tx, opened, now)


@endpoints.post("/{job_id}")
async def send_health_answer(
    pool: Pool, me: Me, services: Services, limiter: Limiter, caller: Caller, path: OfHealthJob, body: NewHealthAnswer
) -> HealthAnswerTaken:
    """Answer a report.

    Errors: 400 AnswerUnfit, with `problems` of `{question_id, problem}`; 403 where you are not asked; 409 where it is
    not open, was answered and may not be changed, or asks other questions by now (FormChanged).
    """
    await answering.keep_within(limiter, me.id)
    sent = Sent(
        job_id=path.job_id,
        date=body.date,
        member_id=body.member_id or me.id,
        sent_by=me.id,
        client_id=body.client_id,
        form_version=body.form_version,
        values=tuple(each.said() for each in body.values),
        claimed_at=body.claimed_at,
    )
    async with transaction(pool) as tx:
        taken, _ = await health_codes.report(tx, sent, now=services.clock(), address=caller.address)
        tokens = await photos.tokens_of(tx, taken.answer)
    return HealthAnswerTaken(answer=_own(taken.answer, tokens), dropped=list(taken.dropped), again=taken.again)


@endpoints.get("/{job_id}/people")
async def list_health_wards(
    db: Db, me: Me, services: Services, path: OfHealthJob, query: WhichHealthWards
) -> HealthWards:
    """For whom you may answer a report."""
    found, total = await health.wards(
        db, me.id, path.job_id, query.date, query.q, query.skip, query.limit, now=services.clock()
    )
    return HealthWards(wards=[HealthWard.of(each) for each in found], total=total)


@endpoints.get("/{job_id}/photos/{n}")
async def read_own_health_photo(
    db: Db, me: Me, services: Services, path: OfOwnHealthPhoto, query: WhichHealthPhoto
) -> FileAnswer:
    """A photo in your answer, or in one that you sent."""
    of_id = query.member_id or me.id
    held = await reading.own_photo(db, me.id, path.job_id, query.date, of_id, path.n)
    return await photo_file(services, held)


async def _to_answer(db: Db, opened: Opened, now: datetime.datetime) -> HealthFormToAnswer:
    terms, window = opened.job.terms, opened.window
    tokens = await photos.tokens_of(db, opened.answer) if opened.answer else {}
    return HealthFormToAnswer(
        job_id=opened.job.id,
        title=terms.title,
        introduction=terms.introduction,
        date=window.date,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        now=now,
        changeable=terms.changeable,
        readers=len(terms.readers),
        retention_days=terms.retention_days,
        form=HealthFormView.of(opened.form),
        answered=opened.answered,
        answer=_own(opened.answer, tokens) if opened.answer else None,
    )


NO_TOKENS: dict[str, str] = {}


def _own(each: health.Answered, tokens: dict[str, str] = NO_TOKENS) -> HealthAnswerOfOwn:
    return HealthAnswerOfOwn(
        date=each.date,
        member_id=each.member_id,
        sent_by=each.sent_by,
        form_version=each.form_version,
        received_at=each.received_at,
        changed_at=each.changed_at,
        late=each.late,
        values=value_views(each.values, tokens),
    )

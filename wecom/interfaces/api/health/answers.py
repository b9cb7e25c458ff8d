"""What was answered: for a report's readers. Each reading leaves a record."""

from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import health
from wecom.features.accounts import HealthOfficer
from wecom.features.health import Answered, Filter, reading
from wecom.features.health.form_fit import LARGEST_ID
from wecom.features.health.refusals import NoSuchHealthPhoto
from wecom.foundation.blobs import Held
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints, FileAnswer
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..attendance.day_wire import AttendancePerson
from ..wire import Id, Text
from .form_wire import HealthValueView, value_views
from .job_wire import OfHealthJob, OnDay

endpoints = Endpoints("/api/health/jobs", tag="Health: answers")


class WhichHealthAnswers(BaseModel):
    """Which of a date's answers."""

    model_config = ConfigDict(extra="forbid")
    date: OnDay
    department_id: Id | None = Field(None, description="Only of this department and those under it.")
    question_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = Field(
        None, description="Only those who answered this question."
    )
    option_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = Field(
        None, description="And picked this option of it."
    )
    q: Annotated[Text, Field(max_length=64)] = Field("", description="Parts of names and userids.")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=200)


class HealthAnswerView(BaseModel):
    """What one person answered."""

    id: int
    member: AttendancePerson
    department_id: int = Field(description="Their main one then; 0: none.")
    sent_by: int = Field(description="Another than the person: somebody answered for them.")
    form_version: int
    claimed_at: Instant | None = Field(description="When it was answered, where it had to wait for a network.")
    received_at: Instant
    changed_at: Instant | None
    late: bool = Field(description="It came once the time was over.")
    values: list[HealthValueView]

    @classmethod
    def of(cls, each: Answered, member: AttendancePerson) -> "HealthAnswerView":
        return cls(
            id=each.id,
            member=member,
            department_id=each.department_id,
            sent_by=each.sent_by,
            form_version=each.form_version,
            claimed_at=each.claimed_at,
            received_at=each.received_at,
            changed_at=each.changed_at,
            late=each.late,
            values=value_views(each.values),
        )


class HealthAnswers(BaseModel):
    """A page, in the order in which they came."""

    answers: list[HealthAnswerView]
    total: int


class WhoIsMissing(BaseModel):
    """Of which date."""

    model_config = ConfigDict(extra="forbid")
    date: OnDay
    department_id: Id | None = Field(None, description="Only of this department and those under it.")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=500)


class HealthMissing(BaseModel):
    """A page of those who were asked and have not answered, by name."""

    members: list[AttendancePerson]
    total: int


class HealthSumsOf(BaseModel):
    """Of which dates, 92 at most."""

    model_config = ConfigDict(extra="forbid")
    first: OnDay
    last: OnDay
    department_id: Id | None = Field(None, description="Only of this department and those under it.")


class HealthCounts(BaseModel):
    """People; of several dates, each once for each date."""

    asked: int
    answered: int
    late: int


class HealthDepartmentCounts(HealthCounts):
    """Of those whose main department it was."""

    department_id: int = Field(description="0: none.")
    name: str


class HealthOptionCount(BaseModel):
    """How many picked it."""

    option_id: int
    count: int


class HealthNumbers(BaseModel):
    """How numbers lie."""

    count: int
    min: float
    mean: float
    max: float
    parts: list[int] = Field(
        description="How many lie in each of so many equal parts from the least to the most; one part: all are equal."
    )


class HealthQuestionSums(BaseModel):
    """What was said to one question, added up."""

    question_id: int
    answered: int
    options: list[HealthOptionCount]
    numbers: HealthNumbers | None


class HealthStatistics(BaseModel):
    """Answers added up."""

    whole: HealthCounts
    departments: list[HealthDepartmentCounts]
    questions: list[HealthQuestionSums]


class OfHealthPhoto(OfHealthJob):
    """Which photo."""

    answer_id: Id
    n: int = Field(ge=1, le=600, description="1 is the answer's first.")


@endpoints.get("/{job_id}/answers")
async def list_health_answers(
    tx: Tx, me: HealthOfficer, caller: Caller, path: OfHealthJob, query: WhichHealthAnswers
) -> HealthAnswers:
    """What was answered on a date."""
    wanted = Filter(query.department_id, query.question_id, query.option_id, query.q)
    found, total = await reading.read_answers(
        tx, me.id, path.job_id, query.date, wanted, query.skip, query.limit, address=caller.address
    )
    who = await reading.people_of(tx, [each.member_id for each in found])
    return HealthAnswers(
        answers=[HealthAnswerView.of(each, AttendancePerson.of(who[each.member_id])) for each in found], total=total
    )


@endpoints.get("/{job_id}/missing")
async def list_health_missing(
    tx: Tx, me: HealthOfficer, caller: Caller, path: OfHealthJob, query: WhoIsMissing
) -> HealthMissing:
    """Who was asked on a date and has not answered."""
    found, total = await reading.read_missing(
        tx, me.id, path.job_id, query.date, query.department_id, query.skip, query.limit, address=caller.address
    )
    who = await reading.people_of(tx, found)
    return HealthMissing(members=[AttendancePerson.of(who[id]) for id in found if id in who], total=total)


@endpoints.get("/{job_id}/statistics")
async def read_health_statistics(
    tx: Tx, me: HealthOfficer, caller: Caller, path: OfHealthJob, query: HealthSumsOf
) -> HealthStatistics:
    """Answers of some dates added up, by question and by department."""
    sums = await health.sums(
        tx, me.id, path.job_id, query.first, query.last, query.department_id, address=caller.address
    )
    names = await reading.department_names(tx, list(sums.departments))
    whole = sums.whole
    return HealthStatistics(
        whole=HealthCounts(asked=whole.asked, answered=whole.answered, late=whole.late),
        departments=[
            HealthDepartmentCounts(
                department_id=id, name=names.get(id, ""), asked=each.asked, answered=each.answered, late=each.late
            )
            for id, each in sums.departments.items()
        ],
        questions=[_sums_of(id, sums) for id in sorted(sums.said)],
    )


@endpoints.get("/{job_id}/answers/{answer_id}/photos/{n}")
async def read_health_photo(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfHealthPhoto
) -> FileAnswer:
    """A photo in an answer."""
    held = await reading.read_photo(tx, me.id, path.job_id, path.answer_id, path.n, address=caller.address)
    return await photo_file(services, held)


async def photo_file(services: Services, held: Held) -> FileAnswer:
    """What its bytes are sent as."""
    if await services.blobs.read(held.hash, 0, 1) is None:  # let go of meanwhile
        raise NoSuchHealthPhoto
    name = "photo.png" if held.media_type == "image/png" else "photo.jpg"
    part = partial(services.blobs.read, held.hash)
    return FileAnswer.of(name, held.media_type, held.size, part, etag=held.hash.hex()[:32], inline=True)


def _sums_of(id: int, sums: health.Sums) -> HealthQuestionSums:
    spread = sums.numbers.get(id)
    return HealthQuestionSums(
        question_id=id,
        answered=sums.said[id],
        options=[HealthOptionCount(option_id=option, count=many) for option, many in sums.picks.get(id, {}).items()],
        numbers=HealthNumbers(
            count=spread.count, min=spread.least, mean=spread.mean, max=spread.most, parts=list(spread.parts)
        )
        if spread
        else None,
    )

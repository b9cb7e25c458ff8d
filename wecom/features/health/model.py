"""Report jobs, their periods, and what was answered."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter

from .form import Form, Question, Value

Frequency = Literal["once", "daily", "workdays"]
State = Literal["draft", "running", "ended"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a job asks: as the directory is on each day."""

    members: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    """With all under them."""
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody who answers for others, who are asked themselves."""

    member_id: int
    members: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a job says, but for its questions."""

    title: str
    introduction: str = ""
    asked: Asked = field(default_factory=Asked)
    frequency: Frequency = "daily"
    country: str = ""
    """Whose holidays are no workdays; empty: Monday to Friday always are."""
    zone: str = "Asia/Shanghai"
    opens: int = 0
    """Seconds after midnight there."""
    closes: int = 86_400
    """The same; not after `opens`: on the day after."""
    starts_on: date = date(2020, 1, 1)
    ends_on: date | None = None
    at_opening: bool = True
    """Whether those asked are told once it opens."""
    reminders: tuple[int, ...] = ()
    """Minutes before it closes."""
    delegates: tuple[Delegate, ...] = ()
    leaders: bool = False
    """Whether those who lead a department answer for its people."""
    changeable: bool = True
    """Whether an answer may be changed until it closes."""
    readers: tuple[int, ...] = ()
    reader_apps: tuple[int, ...] = ()
    retention_days: int = 30


_TERMS = TypeAdapter(Terms)
_FORM = TypeAdapter(tuple[Question, ...])
_VALUES = TypeAdapter(tuple[Value, ...])


@dataclass(frozen=True, slots=True)
class ReportJob:
    id: int
    jobid: str
    """What apps call it."""
    state: State
    version: int
    form_version: int
    terms: Terms
    made_by: int
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class FormVersion:
    job_id: int
    version: int
    form: Form
    made_by: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """When a job is to be answered for a date."""

    date: date
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """The same, and who was asked."""

    job_id: int
    date: date
    opens_at: datetime
    closes_at: datetime
    asked_count: int
    looked_at: datetime | None
    erased_at: datetime | None
    answered_once: int | None
    """How many answers it had before they were erased."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one person answered for a date."""

    id: int
    job_id: int
    date: date
    member_id: int
    sent_by: int
    form_version: int
    claimed_at: datetime | None
    received_at: datetime
    changed_at: datetime | None
    late: bool
    department_id: int
    values: tuple[Value, ...]


def terms_from(body: Any) -> Terms:
    return _TERMS.validate_python(body)


def form_from(questions: Any) -> tuple[Question, ...]:
    return _FORM.validate_python(questions)


def values_from(values: Any) -> tuple[Value, ...]:
    return _VALUES.validate_python(values)


def as_body(what: Any) -> Any:
    """As the database keeps it."""
    return orjson.loads(orjson.dumps(what))


def values_body(values: tuple[Value, ...]) -> list[dict[str, Any]]:
    """The same, without what was not said."""
    return [{name: said for name, said in each.items() if said is not None} for each in as_body(values)]

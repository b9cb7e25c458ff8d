"""A job's answers added up: how often each option was picked, how numbers spread, who has answered, by department."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wecom.foundation.db import Tx

from .form import OPTIONS
from .queries import periods as period_queries
from .queries import statistics as queries
from .reading import departments_under, job_of, note_reading, within

PARTS = 20


@dataclass(frozen=True, slots=True)
class Spread:
    """How numbers lie; of equal ones there is one part."""

    count: int
    least: float
    mean: float
    most: float
    parts: tuple[int, ...]
    """How many lie in each of so many equal parts from the least to the most."""


@dataclass(frozen=True, slots=True)
class Answering:
    """How many were asked and answered."""

    asked: int
    answered: int
    late: int


@dataclass(frozen=True, slots=True)
class Sums:
    """All of it; of several dates added up, each person once for each date."""

    whole: Answering
    departments: dict[int, Answering]
    """By the main department at the time; 0: none."""
    said: dict[int, int]
    """How many answered each question."""
    picks: dict[int, dict[int, int]]
    """By question and option."""
    numbers: dict[int, Spread]


async def sums(
    tx: Tx, actor_id: int, job_id: int, first: date, last: date, department_id: int | None, *, address: str = ""
) -> Sums:
    """For a reader of the job. That they were looked at is written down: of few answers, sums tell whose they are."""
    within(first, last)
    await job_of(tx, actor_id, job_id)
    departments = await departments_under(tx, department_id)
    answered = await queries.answered_by_department(tx, job_id, first, last, departments)
    asked = await period_queries.asked_by_department(tx, job_id, first, last)
    there = set(answered) | {id for id in asked if departments is None or id in set(departments)}
    by = {id: Answering(asked.get(id, 0), *answered.get(id, (0, 0))) for id in sorted(there)}
    said: dict[int, int] = {}
    picks: dict[int, dict[int, int]] = {}
    for pick, many in await queries.picked(tx, job_id, first, last, departments):
        question_id, option_id = divmod(pick, OPTIONS)
        if option_id:
            picks.setdefault(question_id, {})[option_id] = many
        else:
            said[question_id] = many
    whole = Answering(
        sum(each.asked for each in by.values()),
        sum(each.answered for each in by.values()),
        sum(each.late for each in by.values()),
    )
    many = whole.answered
    await note_reading(
        tx, actor_id, job_id, "statistics", first, last, many, address=address, department_id=department_id
    )
    return Sums(whole, by, said, picks, await _numbers(tx, job_id, first, last, departments))


async def _numbers(
    tx: Tx, job_id: int, first: date, last: date, departments: Sequence[int] | None
) -> dict[int, Spread]:
    found = await queries.numbers(tx, job_id, first, last, departments)
    wide = [each for each in found if each.least < each.most]
    parts = await queries.spread(tx, job_id, first, last, departments, wide, PARTS) if wide else {}
    return {
        each.question_id: Spread(
            each.count, each.least, each.mean, each.most, tuple(parts.get(each.question_id, [each.count]))
        )
        for each in found
    }

"""Rules and people, drawn at random; and an order of what is worse, written apart from what judges."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from wecom.features.health_codes.rules import (
    Concerned,
    DateWithin,
    Fact,
    Group,
    HasFact,
    Held,
    Inputs,
    NoReport,
    Number,
    Override,
    Part,
    Picked,
    Report,
    Rule,
    Rules,
    Source,
    faults_of,
)

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # the night in which Berlin's clocks go forward
JOBS, QUESTIONS, OPTIONS, FACTS = (1, 2), (1, 2), (1, 2, 3, 4), ("exposure", "diagnosis", "clearance")
ago = st.integers(0, 14 * 24 * 4).map(lambda quarters: NOW - timedelta(minutes=15 * quarters))
days = st.integers(-3, 20).map(lambda n: date(2026, 3, 29) - timedelta(days=n))
degrees = st.integers(30, 50).map(float)


def _leaf(absence: bool) -> st.SearchStrategy[Any]:
    where = {"job_id": st.sampled_from(JOBS), "question_id": st.sampled_from(QUESTIONS)}
    leaves: list[st.SearchStrategy[Any]] = [
        st.builds(Picked, any_of=st.sets(st.sampled_from(OPTIONS), min_size=1, max_size=2).map(tuple), **where),
        # In each job one question in which more is worse, and one in which less is.
        st.builds(Number, job_id=where["job_id"], question_id=st.just(1), at_least=degrees),
        st.builds(Number, job_id=where["job_id"], question_id=st.just(2), at_most=degrees),
        st.builds(DateWithin, days=st.integers(0, 10), **where),
        st.builds(HasFact, fact=st.sampled_from(FACTS[:2])),
    ]
    if absence:
        leaves.append(st.builds(NoReport, job_id=where["job_id"], hours=st.integers(1, 72)))
    return st.one_of(leaves)


def _some(of: st.SearchStrategy[Any], kind: type[Any]) -> st.SearchStrategy[Any]:
    kinds = st.sampled_from(("all", "any", "at_least"))
    return st.lists(of, min_size=1, max_size=3).flatmap(
        lambda each: st.builds(kind, of=st.just(tuple(each)), kind=kinds, count=st.integers(1, len(each)))
    )


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    made = []
    for id in range(1, draw(st.integers(1, 4)) + 1):
        lasts, until_cleared = draw(st.none() | st.integers(1, 96)), draw(st.booleans())
        leaf = _leaf(lasts is None and not until_cleared)
        rule = Rule(
            id=id,
            code=f"r{id}",
            when=draw(_some(leaf | _some(leaf, Part), Group)),
            gives=draw(st.sampled_from(("yellow", "red"))),
            concerned=draw(st.sampled_from((Concerned(), Concerned(departments=(2,)), Concerned(tags=(5, 6))))),
            lasts=lasts,
            until_cleared=until_cleared,
        )
        made.append(rule)
    sources = tuple(Source(job, draw(st.none() | st.integers(1, 72))) for job in JOBS)
    found = Rules(
        tuple(made),
        sources,
        draw(st.sampled_from(("green", "yellow", "red"))),
        draw(st.sampled_from(("UTC", "Asia/Shanghai", "Europe/Berlin"))),
    )
    assert faults_of(found) == []
    return found


reports = st.builds(
    Report,
    job_id=st.sampled_from(JOBS),
    at=ago,
    picks=st.dictionaries(st.sampled_from(QUESTIONS), st.frozensets(st.sampled_from(OPTIONS))),
    numbers=st.dictionaries(st.sampled_from(QUESTIONS), degrees),
    dates=st.dictionaries(st.sampled_from(QUESTIONS), days),
)
facts = st.builds(
    lambda kind, at, hours: Fact(kind, at, at + timedelta(hours=hours) if hours else None),
    st.sampled_from(FACTS),
    ago,
    st.none() | st.integers(1, 400),
)
overrides = st.builds(
    lambda level, at, hours: Override(level, at, at + timedelta(hours=hours)),
    st.sampled_from(("green", "yellow", "red")),
    ago,
    st.integers(1, 400),
)
people = st.builds(
    Inputs,
    reports=st.lists(reports, max_size=4).map(tuple),
    facts=st.lists(facts, max_size=3).map(tuple),
    overrides=st.lists(overrides, max_size=2).map(tuple),
    held=st.lists(st.builds(Held, rule_id=st.integers(1, 4), since=ago), max_size=3).map(tuple),
    departments=st.sampled_from((frozenset[int](), frozenset({1, 2}))),
    tags=st.sampled_from((frozenset[int](), frozenset({6}))),
)


@st.composite
def made_worse(draw: st.DrawFn, before: Inputs) -> Inputs:
    """The same person after worse answers, more facts against them, and fewer clearances."""
    answers = tuple(_worse_report(draw, each) for each in before.reports)
    kept = tuple(each for each in before.facts if each.kind != "clearance" or draw(st.booleans()))
    more = draw(st.lists(facts.filter(lambda each: each.kind != "clearance"), max_size=2))
    held = draw(st.lists(st.builds(Held, rule_id=st.integers(1, 4), since=ago), max_size=2))
    return replace(before, reports=answers, facts=(*kept, *more), held=(*before.held, *held))


def _worse_report(draw: st.DrawFn, each: Report) -> Report:
    return replace(
        each,
        picks={
            question: each.picks.get(question, frozenset()) | draw(st.frozensets(st.sampled_from(OPTIONS)))
            for question in QUESTIONS
        },
        numbers={q: n + draw(st.integers(0, 9)) * (1 if q == 1 else -1) for q, n in each.numbers.items()},
        dates={q: on + timedelta(days=draw(st.integers(0, 9))) for q, on in each.dates.items()},
    )


def is_no_better(before: Inputs, after: Inputs) -> bool:
    """Whether what is known afterwards is at least as bad, told from answers and facts alone."""

    def contains(more: Iterable[object], less: Iterable[object]) -> bool:
        return all(each in more for each in less)

    against = [each for each in before.facts if each.kind != "clearance"]
    for_them = [each for each in after.facts if each.kind == "clearance"]
    return (
        len(before.reports) == len(after.reports)
        and all(
            (old.job_id, old.at) == (new.job_id, new.at)
            and all(picked <= new.picks.get(question, frozenset()) for question, picked in old.picks.items())
            and old.numbers.keys() == new.numbers.keys()
            and all((new.numbers[q] - n) * (1 if q == 1 else -1) >= 0 for q, n in old.numbers.items())
            and old.dates.keys() == new.dates.keys()
            and all(new.dates[q] >= on for q, on in old.dates.items())
            for old, new in zip(before.reports, after.reports, strict=True)
        )
        and contains(after.facts, against)
        and contains(before.facts, for_them)
        and contains(after.held, before.held)
    )

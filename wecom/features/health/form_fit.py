"""What a form itself may be: whoever makes one is told what cannot be, question by question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from .form import FIELD, LONGEST_TEXT, MOST_PHOTOS, Bounds, Form, Kind, Question, Shown

MOST_QUESTIONS = 60
MOST_OPTIONS = 60
LARGEST_ID = 999
LONGEST_TITLE = 200
LONGEST_HELP = 1000
LONGEST_OPTION = 200
FARTHEST = 36_500
"""Days from today."""

Unfit = Literal[
    "no_questions",
    "too_many_questions",
    "id_out_of_range",
    "id_twice",
    "title_missing",
    "title_too_long",
    "help_too_long",
    "no_options",
    "options_not_asked_for",
    "option_out_of_range",
    "option_twice",
    "option_without_text",
    "bounds_of_another_kind",
    "bounds_crossed",
    "bounds_out_of_range",
    "shown_by_later",
    "shown_by_another_kind",
    "shown_by_unknown_option",
    "shown_never",
]


@dataclass(frozen=True, slots=True)
class Misfit:
    """What cannot be, and of which question; 0: of the whole form."""

    question_id: int
    problem: Unfit


BOUNDS: Mapping[Kind, frozenset[str]] = {
    "text": frozenset({"max_length"}),
    "number": frozenset({"min", "max", "decimals"}),
    "single": frozenset(),
    "multiple": frozenset({"min_picks", "max_picks"}),
    "date": frozenset({"earliest", "latest"}),
    "place": frozenset(),
    "photo": frozenset({"min_picks", "max_picks"}),
}


def misfits(form: Form) -> list[Misfit]:
    """All that keeps a form from being asked; none: it is fit."""
    if not form:
        return [Misfit(0, "no_questions")]
    if len(form) > MOST_QUESTIONS:
        return [Misfit(0, "too_many_questions")]
    found: list[Misfit] = []
    earlier: dict[int, Question] = {}
    for question in form:
        found += [Misfit(question.id, problem) for problem in _wrong(question, earlier)]
        earlier.setdefault(question.id, question)
    return found


def _wrong(question: Question, earlier: Mapping[int, Question]) -> Iterator[Unfit]:
    if not 1 <= question.id <= LARGEST_ID:
        yield "id_out_of_range"
    if question.id in earlier:
        yield "id_twice"
    if not question.title.strip():
        yield "title_missing"
    if len(question.title) > LONGEST_TITLE:
        yield "title_too_long"
    if len(question.help) > LONGEST_HELP:
        yield "help_too_long"
    yield from _wrong_options(question)
    yield from _wrong_bounds(question)
    if question.shown_if is not None:
        yield from _wrong_branch(question.shown_if, earlier.get(question.shown_if.question_id))


def _wrong_options(question: Question) -> Iterator[Unfit]:
    options = question.options
    if FIELD[question.kind] != "option_ids":
        if options:
            yield "options_not_asked_for"
        return
    if not 1 <= len(options) <= MOST_OPTIONS:
        yield "no_options"
    if any(not 1 <= each.id <= LARGEST_ID for each in options):
        yield "option_out_of_range"
    if len({each.id for each in options}) < len(options):
        yield "option_twice"
    if any(not 1 <= len(each.text.strip()) <= LONGEST_OPTION for each in options):
        yield "option_without_text"


def _wrong_bounds(question: Question) -> Iterator[Unfit]:
    bounds = question.bounds
    if {each.name for each in fields(Bounds) if getattr(bounds, each.name) is not None} - BOUNDS[question.kind]:
        yield "bounds_of_another_kind"
        return
    pairs: Sequence[tuple[float | None, float | None]] = (
        (bounds.min, bounds.max),
        (bounds.min_picks, bounds.max_picks),
        (bounds.earliest, bounds.latest),
    )
    if any(low is not None and high is not None and low > high for low, high in pairs):
        yield "bounds_crossed"
    most = MOST_PHOTOS if question.kind == "photo" else len(question.options)
    within = (
        -1e12 <= (bounds.min or 0) <= 1e12
        and -1e12 <= (bounds.max or 0) <= 1e12
        and 0 <= (bounds.decimals or 0) <= 6
        and (bounds.max_length is None or 1 <= bounds.max_length <= LONGEST_TEXT)
        and (bounds.min_picks is None or 0 <= bounds.min_picks <= most)
        and (bounds.max_picks is None or 1 <= bounds.max_picks <= most)
        and abs(bounds.earliest or 0) <= FARTHEST
        and abs(bounds.latest or 0) <= FARTHEST
    )
    if not within:
        yield "bounds_out_of_range"


def _wrong_branch(shown: Shown, by: Question | None) -> Iterator[Unfit]:
    if by is None:
        yield "shown_by_later"
        return
    within = shown.at_least is not None or shown.at_most is not None
    if shown.any_of:
        if FIELD[by.kind] != "option_ids" or within:
            yield "shown_by_another_kind"
        elif not set(shown.any_of) <= {each.id for each in by.options}:
            yield "shown_by_unknown_option"
    elif not within:
        yield "shown_never"
    elif by.kind != "number":
        yield "shown_by_another_kind"
    elif shown.at_least is not None and shown.at_most is not None and shown.at_least > shown.at_most:
        yield "shown_never"

"""Forms: questions, and what an answer to them may be. A function of what is handed in; the clients have the same in
TypeScript, so that somebody without a network is told what the server would tell.

A question with `shown_if` is asked where an earlier one was answered so. What is said to a question that is not asked
is dropped, and the answer says that it was: whoever goes back and answers an earlier one otherwise has done nothing
wrong.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "number", "single", "multiple", "date", "place", "photo"]
Problem = Literal[
    "missing",
    "unknown_question",
    "twice",
    "wrong_kind",
    "too_long",
    "too_small",
    "too_large",
    "too_many_decimals",
    "unknown_option",
    "too_few",
    "too_many",
    "too_early",
    "too_late",
    "unknown_photo",
]

LONGEST_TEXT = 2000
LONGEST_PLACE = 200
MOST_PHOTOS = 9
OPTIONS = 1000
"""A pick is its question's id times this, and the option's id; without an option, that the question was answered."""


@dataclass(frozen=True, slots=True)
class Option:
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of each kind of question its own; None: none."""

    min: float | None = None
    max: float | None = None
    decimals: int | None = None
    max_length: int | None = None
    min_picks: int | None = None
    max_picks: int | None = None
    """Of photos: how many."""
    earliest: int | None = None
    """Days from the day on which it is answered."""
    latest: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """When a question is asked: one of these options was picked, or the number is within these."""

    question_id: int
    any_of: tuple[int, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    id: int
    kind: Kind
    title: str
    help: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)
    shown_if: Shown | None = None


Form = Sequence[Question]


@dataclass(frozen=True, slots=True)
class Place:
    """In WGS-84 degrees, or in words, or both."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What was said to one question: of the fields, the one of its kind."""

    question_id: int
    text: str | None = None
    number: float | None = None
    option_ids: tuple[int, ...] | None = None
    date: datetime.date | None = None
    place: Place | None = None
    photos: tuple[str, ...] | None = None
    """As giving them answered; once kept, their numbers."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """What is wrong, and with which question: never what was said."""

    question_id: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Checked:
    values: tuple[Value, ...]
    """In the form's order, those of questions that are asked."""
    dropped: tuple[int, ...]
    """Questions that were answered and are not asked."""
    problems: tuple[Faulty, ...]
    """Where there are any, the answer cannot be kept."""


def checked(form: Form, values: Sequence[Value], today: date) -> Checked:
    """What an answer comes to. `today`: where it is answered."""
    known = {each.id for each in form}
    given: dict[int, Value] = {}
    problems: list[Faulty] = []
    for value in values:
        if value.question_id not in known:
            problems.append(Faulty(value.question_id, "unknown_question"))
        elif value.question_id in given:
            problems.append(Faulty(value.question_id, "twice"))
        else:
            given[value.question_id] = value
    kept: dict[int, Value] = {}
    dropped = []
    for question in form:
        said = given.get(question.id)
        if not is_asked(question, kept):
            if said is not None and not _is_empty(said):
                dropped.append(question.id)
            continue
        found = _judged(question, said, today)
        if isinstance(found, Value):
            kept[question.id] = found
        elif found is not None:
            problems.append(Faulty(question.id, found))
    return Checked(tuple(kept.values()), tuple(dropped), tuple(problems))


def is_asked(question: Question, kept: Mapping[int, Value]) -> bool:
    """Whether a question is asked, as what was said before it tells."""
    shown = question.shown_if
    if shown is None:
        return True
    earlier = kept.get(shown.question_id)
    if earlier is None:
        return False
    if shown.any_of:
        return bool(set(earlier.option_ids or ()) & set(shown.any_of))
    if earlier.number is None:
        return False
    at_least = shown.at_least is None or earlier.number >= shown.at_least
    return at_least and (shown.at_most is None or earlier.number <= shown.at_most)


def picks_of(values: Sequence[Value]) -> list[int]:
    return [each.question_id * OPTIONS + option for each in values for option in (0, *(each.option_ids or ()))]


def numbers_of(values: Sequence[Value]) -> tuple[list[int], list[float]]:
    numbers = [(each.question_id, each.number) for each in values if each.number is not None]
    return [id for id, _ in numbers], [number for _, number in numbers]


def photos_of(values: Sequence[Value]) -> list[str]:
    return [photo for each in values for photo in each.photos or ()]


def _judged(question: Question, said: Value | None, today: date) -> Value | Problem | None:
    """What is kept of it; None: nothing was said, and nothing had to be."""
    if said is None or _is_empty(said):
        return "missing" if question.required else None
    if _fields(said) != {FIELD[question.kind]}:
        return "wrong_kind"
    trimmed = replace(said, text=said.text.strip()) if said.text is not None else said
    return _wrong(question, trimmed, today) or trimmed


FIELD: Mapping[Kind, str] = {
    "text": "text",
    "number": "number",
    "single": "option_ids",
    "multiple": "option_ids",
    "date": "date",
    "place": "place",
    "photo": "photos",
}


def _fields(said: Value) -> set[str]:
    return {name for name in set(FIELD.values()) if getattr(said, name) is not None}


def _is_empty(said: Value) -> bool:
    """A field that was emptied again says nothing."""
    place = said.place
    nowhere = place is None or (place.latitude is None and not place.name.strip())
    text = not (said.text or "").strip()
    return text and nowhere and said.number is None and said.date is None and not said.option_ids and not said.photos


def _wrong(question: Question, said: Value, today: date) -> Problem | None:
    bounds = question.bounds
    match question.kind:
        case "text":
            return "too_long" if len(said.text or "") > (bounds.max_length or LONGEST_TEXT) else None
        case "number":
            return _wrong_number(bounds, said.number or 0.0)
        case "single" | "multiple":
            return _wrong_picks(question, said.option_ids or ())
        case "date":
            return _wrong_date(bounds, said.date or today, today)
        case "place":
            return _wrong_place(said.place or Place())
        case "photo":
            count, most = len(said.photos or ()), bounds.max_picks or MOST_PHOTOS
            if len(set(said.photos or ())) < count:
                return "twice"
            return _amount(count, bounds.min_picks or 0, most)


def _wrong_number(bounds: Bounds, number: float) -> Problem | None:
    if not -1e12 <= number <= 1e12:
        return "too_small" if number < 0 else "too_large"
    if bounds.min is not None and number < bounds.min:
        return "too_small"
    if bounds.max is not None and number > bounds.max:
        return "too_large"
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    if bounds.decimals is not None and isinstance(exponent, int) and -exponent > bounds.decimals:
        return "too_many_decimals"
    return None


def _wrong_picks(question: Question, picks: Sequence[int]) -> Problem | None:
    if not set(picks) <= {each.id for each in question.options}:
        return "unknown_option"
    if len(set(picks)) < len(picks):
        return "twice"
    if question.kind == "single":
        return "too_many" if len(picks) > 1 else None
    bounds = question.bounds
    return _amount(len(picks), bounds.min_picks or 0, bounds.max_picks or len(question.options))


def _amount(count: int, least: int, most: int) -> Problem | None:
    if count < least:
        return "too_few"
    return "too_many" if count > most else None


def _wrong_date(bounds: Bounds, on: date, today: date) -> Problem | None:
    if bounds.earliest is not None and on < today + timedelta(days=bounds.earliest):
        return "too_early"
    return "too_late" if bounds.latest is not None and on > today + timedelta(days=bounds.latest) else None


def _wrong_place(place: Place) -> Problem | None:
    if len(place.name) > LONGEST_PLACE:
        return "too_long"
    if (place.latitude is None) != (place.longitude is None):
        return "wrong_kind"
    within = -90 <= (place.latitude or 0) <= 90 and -180 <= (place.longitude or 0) <= 180
    return None if within else "wrong_kind"

"""How templates are written: every word in three languages, side by side."""

from dataclasses import dataclass
from typing import Any, Literal

from ..form import Bounds, Kind, Option, Question, Shown

Language = Literal["zh-CN", "en", "de"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en", "de")
Words = tuple[str, str, str]
"""In the order of `LANGUAGES`."""
Leaf = dict[str, Any]

NO_BOUNDS = Bounds()
NO, YES, UNSURE = ("没有", "No", "Nein"), ("有", "Yes", "Ja"), ("不确定", "Not sure", "Nicht sicher")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question."""

    id: int
    kind: Kind
    title: Words
    options: tuple[Words, ...] = ()
    required: bool = True
    bounds: Bounds = NO_BOUNDS
    shown_if: Shown | None = None
    help: Words = ("", "", "")

    def said(self, language: Language) -> Question:
        at = LANGUAGES.index(language)
        return Question(
            self.id,
            self.kind,
            self.title[at],
            self.help[at],
            self.required,
            tuple(Option(id, words[at]) for id, words in enumerate(self.options, 1)),
            self.bounds,
            self.shown_if,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes somebody yellow or red, and why, as a policy of health codes has it."""

    code: str
    gives: Literal["yellow", "red"]
    why: Words
    any_of: tuple[Leaf, ...]
    lasts: int | None = None
    until_cleared: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    title: Words
    introduction: Words
    frequency: Literal["once", "daily", "workdays"]
    questions: tuple[Ask, ...]
    rules: tuple[Rule, ...]
    life: int | None = 24
    """Hours for which a report counts; None: until there is another."""


def yes(question_id: int, *options: int) -> Leaf:
    """One of these options was picked; the second, unless said."""
    return {"kind": "picked", "job_id": 0, "question_id": question_id, "any_of": list(options or (2,))}


def at_least(question_id: int, number: float) -> Leaf:
    return {"kind": "number", "job_id": 0, "question_id": question_id, "at_least": number}


def within(question_id: int, days: int) -> Leaf:
    """The date is not longer ago."""
    return {"kind": "date_within", "job_id": 0, "question_id": question_id, "days": days}

"""Questions and what is said to them, on the wire."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.health import Bounds, Form, Option, Place, Question, Shown, Value
from wecom.features.health.form import LONGEST_PLACE, LONGEST_TEXT, MOST_PHOTOS, Kind
from wecom.features.health.form_fit import (
    FARTHEST,
    LARGEST_ID,
    LONGEST_HELP,
    LONGEST_OPTION,
    LONGEST_TITLE,
    MOST_OPTIONS,
    MOST_QUESTIONS,
)

from ..wire import Text

Of = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Amount = Annotated[float, Field(ge=-1e12, le=1e12)]
Days = Annotated[int, Field(ge=-FARTHEST, le=FARTHEST, description="From the day on which it is answered.")]
Picks = Annotated[int, Field(ge=0, le=MOST_OPTIONS)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class HealthOption(_Part):
    """One that can be picked."""

    id: Of = Field(description="Its own in the question, and kept when its words are changed.")
    text: Annotated[Text, Field(min_length=1, max_length=LONGEST_OPTION)]


class HealthBounds(_Part):
    """What may be answered; of each kind of question its own."""

    min: Amount | None = None
    max: Amount | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    max_length: Annotated[int, Field(ge=1, le=LONGEST_TEXT)] | None = None
    min_picks: Picks | None = Field(None, description="Of several choices, and of photos.")
    max_picks: Picks | None = None
    earliest: Days | None = None
    latest: Days | None = None


class HealthShown(_Part):
    """When a question is asked: an earlier one was answered by one of these options, or by a number within these."""

    question_id: Of
    any_of: list[Of] = Field(default_factory=list, max_length=MOST_OPTIONS)
    at_least: Amount | None = None
    at_most: Amount | None = None


class HealthQuestion(_Part):
    """One of a form's questions."""

    id: Of = Field(description="Its own in the form, and kept when its words are changed: statistics go by it.")
    kind: Kind
    title: Annotated[Text, Field(min_length=1, max_length=LONGEST_TITLE)]
    help: Annotated[Text, Field(max_length=LONGEST_HELP)] = ""
    required: bool = True
    options: list[HealthOption] = Field(default_factory=list, max_length=MOST_OPTIONS)
    bounds: HealthBounds = Field(default_factory=HealthBounds)
    shown_if: HealthShown | None = Field(None, description="Null: it is always asked.")

    @classmethod
    def of(cls, each: Question) -> Self:
        return cls.model_validate(each, from_attributes=True)

    def said(self) -> Question:
        shown = self.shown_if
        return Question(
            self.id,
            self.kind,
            self.title.strip(),
            self.help.strip(),
            self.required,
            tuple(Option(each.id, each.text.strip()) for each in self.options),
            Bounds(**self.bounds.model_dump()),
            Shown(shown.question_id, tuple(shown.any_of), shown.at_least, shown.at_most) if shown else None,
        )


Questions = Annotated[list[HealthQuestion], Field(max_length=MOST_QUESTIONS)]


class HealthPlace(_Part):
    """A place in WGS-84 degrees, in words, or both."""

    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1e7)] | None = None
    name: Annotated[Text, Field(max_length=LONGEST_PLACE)] = ""


class HealthValue(_Part):
    """What is said to one question: the one field of its kind."""

    question_id: Of
    text: Annotated[Text, Field(max_length=LONGEST_TEXT)] | None = None
    number: Amount | None = None
    option_ids: Annotated[list[Of], Field(max_length=MOST_OPTIONS)] | None = None
    date: Annotated[datetime.date, Field(ge=datetime.date(1900, 1, 1), le=datetime.date(2200, 1, 1))] | None = None
    place: HealthPlace | None = None
    photos: (
        Annotated[list[Annotated[Text, Field(min_length=1, max_length=64)]], Field(max_length=MOST_PHOTOS)] | None
    ) = Field(None, description="As giving each photo answered.")

    def said(self) -> Value:
        place = self.place
        return Value(
            self.question_id,
            self.text,
            self.number,
            tuple(self.option_ids) if self.option_ids is not None else None,
            self.date,
            Place(place.latitude, place.longitude, place.accuracy_m, place.name.strip()) if place else None,
            tuple(self.photos) if self.photos is not None else None,
        )


class HealthPhotoView(BaseModel):
    """A photo in an answer."""

    n: int = Field(description="By which it is fetched: 1 is the answer's first.")
    photo: str | None = Field(description="By which it is named again, where the answer is changed; null: not yours.")


class HealthValueView(BaseModel):
    """What was said to one question."""

    question_id: int
    text: str | None
    number: float | None
    option_ids: list[int] | None
    date: datetime.date | None
    place: HealthPlace | None
    photos: list[HealthPhotoView] | None


NO_TOKENS: Mapping[str, str] = {}


def value_views(values: Sequence[Value], tokens: Mapping[str, str] = NO_TOKENS) -> list[HealthValueView]:
    views, photos = [], 0
    for each in values:
        shown = None
        if each.photos is not None:
            shown = [HealthPhotoView(n=photos + n, photo=tokens.get(id)) for n, id in enumerate(each.photos, 1)]
            photos += len(shown)
        place = HealthPlace.model_validate(each.place, from_attributes=True) if each.place else None
        views.append(
            HealthValueView(
                question_id=each.question_id,
                text=each.text,
                number=each.number,
                option_ids=list(each.option_ids) if each.option_ids is not None else None,
                date=each.date,
                place=place,
                photos=shown,
            )
        )
    return views


def questions_of(form: Form) -> list[HealthQuestion]:
    return [HealthQuestion.of(each) for each in form]

"""Dates and stretches of them that something is asked for by."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

LONGEST = 62
Day = Annotated[date, Field(ge=date(2015, 1, 1), le=date(2049, 12, 31))]


class Stretch(BaseModel):
    """From one day to another, both within, 62 at most."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if not 0 <= (self.last - self.first).days < LONGEST:
            raise ValueError(f"from one day to a later one, {LONGEST} days at most")
        return self

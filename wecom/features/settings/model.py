"""Which settings may be changed, to what, and how each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

from wecom.settings import Settings, Source

CHANGEABLE = (
    "company_name",
    "session_days",
    "recall_minutes",
    "sign_in_per_account",
    "sign_in_by_strangers",
    "sign_in_per_address",
    "join_requests",
    "join_requests_per_address",
    "join_requests_per_address_day",
    "join_requests_per_day",
    "own_pictures",
    "push_text",
    "push_after_seconds",
    "message_rate",
    "search_rate",
    "upload_mb",
    "upload_waiting_mb",
    "account_cap",
    "app_message_per_account",
    "app_message_per_minute",
    "app_message_per_hour",
    "api_per_minute",
    "api_per_hour",
    "api_per_address",
    "api_per_address_hour",
    "page_tickets_per_hour",
    "page_tickets_per_app",
    "number_misses_per_day",
    "robot_per_minute",
    "pictures_per_day",
    "pictures_per_month",
    "appchat_create_per_day",
    "appchat_update_per_hour",
    "appchat_person_per_minute",
    "appchat_person_per_hour",
    "appchat_member_per_minute",
    "appchat_member_per_day",
)

Value = bool | int | float | str | None
"""A setting as it is shown and written down."""

Kind = Literal["boolean", "integer", "number", "text"]


def _may_change(given: Any) -> Any:
    """Says of a setting that cannot be changed what to do instead."""
    for name in given if isinstance(given, dict) else ():
        if name in Settings.model_fields and name not in CHANGEABLE:
            raise ValueError(f"{name} is read when the server starts: set WECOM_{name.upper()} and start it anew")
    return given


def _field(name: str) -> Any:
    """The setting's own type and bounds; null is taken too."""
    field = Settings.model_fields[name]
    described = Field(description=field.description)
    return Annotated[field.annotation, described, *field.metadata] | None, None


if TYPE_CHECKING:
    NewValues = BaseModel
else:
    NewValues = create_model(
        "NewValues",
        __config__=ConfigDict(extra="forbid", strict=True),
        __doc__="Settings and what they shall be; null: as the server was started. What is left out stays.",
        __validators__={"may_change": model_validator(mode="before")(_may_change)},
        **{name: _field(name) for name in CHANGEABLE},
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting that an administrator set."""

    name: str
    value: Any
    """As it was written down: another version may have done so."""
    changed_by: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting and how it stands."""

    name: str
    value: Value
    default: Value
    started_with: Value
    """What it is without the console."""
    source: Source
    description: str
    changeable: bool
    secret: bool
    kind: Kind
    minimum: float | None
    maximum: float | None
    changed_by: int | None
    changed_at: datetime | None


def accepted(kept: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Of what the database keeps: what this version accepts, and why not the rest."""
    values: dict[str, Any] = {}
    refused = []
    for name, value in kept.items():
        try:
            read = getattr(NewValues.model_validate({name: value}), name)
        except ValidationError as problem:
            refused.append(f"{name}: {problem.errors()[0]['msg']}")
            continue
        if read is None:
            refused.append(f"{name}: it has no value")
        else:
            values[name] = read
    return values, refused

"""Tencent's spellings: what bodies, queries and answers look like on the wire.

Real clients send numbers as strings, one value where a list is meant, form-encoded bodies, or no JSON
at all. WeCom reads what it can, takes the rest as not given, and says so: `Warning: wrong json format.`
So do these types. The warning is kept in a context variable that the door empties as a call begins.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Annotated, Any, ClassVar, Literal, Self

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from wecom.foundation.errors import Invalid

wrong_json: ContextVar[bool] = ContextVar("wrong_json", default=False)


class WrongParameter(Invalid):
    """A parameter is missing or is not what it should be: correct it and call again."""

    def __init__(self, parameter: str, *, missing: bool = False) -> None:
        super().__init__(f"{'missing' if missing else 'invalid'} parameter: {parameter}", parameter=parameter)
        self.parameter = parameter
        self.missing = missing


class IllegalCharacters(Invalid):
    """The text holds characters that cannot be kept: take out control characters."""


class Query(BaseModel):
    """Query parameters; whatever else a client adds is passed over."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _first_of_each(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        single = {name: value[0] if isinstance(value, list) else value for name, value in given.items()}
        return {name: _kept(value) for name, value in single.items() if value != ""}


class Body(BaseModel):
    """A JSON body. What is null is not given; what is not JSON gives nothing."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Self:
        wrong_json.set(False)
        try:
            given = orjson.loads(json_data)
        except orjson.JSONDecodeError:
            given = None
        if not isinstance(given, dict):
            wrong_json.set(True)
            given = {}
        return cls.model_validate(given)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            wrong_json.set(True)
            return {}
        return {name: value for name, value in given.items() if value is not None}


class Answer(BaseModel):
    """What is said beside errcode and errmsg; `said` is the errmsg."""

    said: ClassVar[str] = "ok"


class Created(Answer):
    said: ClassVar[str] = "created"


class Updated(Answer):
    said: ClassVar[str] = "updated"


class Deleted(Answer):
    said: ClassVar[str] = "deleted"


def _kept(text: str) -> str:
    """Postgres keeps no NUL, and nothing is found by one."""
    if "\0" in text:
        raise IllegalCharacters
    return text


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return _kept(value)
    wrong_json.set(True)
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int | float) else value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        wrong_json.set(True)
        return int(value)
    if isinstance(value, int):
        return value
    wrong_json.set(True)
    if isinstance(value, str) and not value.strip():
        return 0
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return bool(value)
    wrong_json.set(True)
    return value


def _listed(value: Any) -> Any:
    """One value is a list of one."""
    if isinstance(value, list):
        return value
    wrong_json.set(True)
    return [value] if value not in ("", None) else []


def _piped(value: Any) -> Any:
    if isinstance(value, list):
        wrong_json.set(True)
        return value
    text = _text(value)
    return [part.strip() for part in text.split("|") if part.strip()] if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[int, Field(ge=-(2**63), lt=2**63), BeforeValidator(_number)]
Flag = Annotated[bool, BeforeValidator(_flag, json_schema_input_type=Literal[0, 1]), PlainSerializer(int)]
Texts = Annotated[list[Text], BeforeValidator(_listed)]
Numbers = Annotated[list[Number], BeforeValidator(_listed)]
Pipes = Annotated[list[Text], BeforeValidator(_piped, json_schema_input_type=str)]
QueryNumber = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""A number in a query, where all are strings and none is a mistake."""


def piped(values: Iterable[object]) -> str | None:
    """`a|b`, or nothing at all."""
    return "|".join(map(str, values)) or None

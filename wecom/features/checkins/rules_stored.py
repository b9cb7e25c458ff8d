"""A rule as JSON and back: pydantic reads the plain dataclasses, and refuses what is not one."""

from typing import Any

import orjson
from pydantic import TypeAdapter

from .rules_model import Rule

_RULE = TypeAdapter(Rule)


def rule_from(body: dict[str, Any]) -> Rule:
    return _RULE.validate_python(body)


def rule_body(rule: Rule) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(orjson.dumps(rule))
    return body

"""One way of writing a result, so that the same result is the same bytes; and digests of what results are made of.

orjson writes dataclasses as objects, fields in their order, without blanks, and texts as they are.
"""

from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from .model import Applied, DayInputs, DayPlan, DayResult, ExceptionCount, OvertimeResult, Point


def result_json(result: DayResult) -> bytes:
    return orjson.dumps(result)


def result_from(written: bytes | str) -> DayResult:
    """What was written."""
    return result_of(orjson.loads(written))


def result_of(told: dict[str, Any]) -> DayResult:
    """What was written, once it has been read."""
    return DayResult(
        **told
        | {
            "date": date.fromisoformat(told["date"]),
            "points": tuple(Point(**each) for each in told["points"]),
            "exceptions": tuple(ExceptionCount(**each) for each in told["exceptions"]),
            "applied": tuple(Applied(**each) for each in told["applied"]),
            "overtime": OvertimeResult(**told["overtime"]),
        }
    )


def digest_of(inputs: DayInputs) -> bytes:
    """Of all that a result is made of."""
    punches = sorted(inputs.punches, key=lambda each: (each.at, each.id))
    facts = sorted(inputs.facts, key=lambda each: each.id)
    said = orjson.dumps((plan_digest(inputs.plan), punches, facts, inputs.left_late, inputs.as_of))
    return sha256(said).digest()[:16]


@lru_cache(maxsize=8192)
def plan_digest(plan: DayPlan) -> str:
    return sha256(orjson.dumps(plan)).hexdigest()[:32]

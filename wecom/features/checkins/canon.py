"""One way of writing a result, so that the same result is the same bytes; and digests of what results are made of.

orjson writes dataclasses as objects, fields in their order, without blanks, and texts as they are.
"""

from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from .model import (
    Applied,
    AppliedSum,
    DayInputs,
    DayPlan,
    DayResult,
    DaySum,
    ExceptionCount,
    MonthResult,
    MonthSum,
    OvertimeResult,
    Point,
)

NO_OVERTIME = OvertimeResult("none", 0, 0, None)
NOTHING = {"status": "none", "seconds": 0, "short": 0, "becomes": None}


def result_json(result: DayResult) -> bytes:
    return orjson.dumps(result)


def result_from(written: bytes | str) -> DayResult:
    """What was written."""
    return result_of(orjson.loads(written))


def result_of(told: dict[str, Any]) -> DayResult:
    """What was written, once it has been read."""
    told["date"] = date.fromisoformat(told["date"])
    told["points"] = tuple([Point(**each) for each in told["points"]])
    _sum_into(told)
    return DayResult(**told)


def sum_of(told: dict[str, Any]) -> DaySum:
    """The same, as far as it is added up."""
    _sum_into(told)
    return DaySum(
        told["rule_id"],
        told["rule_kind"],
        told["kind"],
        told["closed"],
        told["worked"],
        told["standard"],
        told["exceptions"],
        told["applied"],
        told["overtime"],
    )


def month_json(month: MonthSum) -> bytes:
    return orjson.dumps(month)


def month_from(told: dict[str, Any]) -> MonthSum:
    """What was written, once it has been read."""
    sums = told["sums"]
    sums["exceptions"] = tuple([ExceptionCount(**each) for each in sums["exceptions"]])
    sums["applied"] = tuple([AppliedSum(**each) for each in sums["applied"]])
    sums["overtime"] = tuple([tuple(each) for each in sums["overtime"]])
    return MonthSum(MonthResult(**sums), told["rule_id"], told["rule_kind"])


def _sum_into(told: dict[str, Any]) -> None:
    told["exceptions"] = tuple([ExceptionCount(**each) for each in told["exceptions"]]) if told["exceptions"] else ()
    told["applied"] = tuple([Applied(**each) for each in told["applied"]]) if told["applied"] else ()
    told["overtime"] = NO_OVERTIME if told["overtime"] == NOTHING else OvertimeResult(**told["overtime"])


def digest_of(inputs: DayInputs) -> bytes:
    """Of all that a result is made of."""
    punches, facts = inputs.punches, inputs.facts
    if len(punches) > 1:
        punches = tuple(sorted(punches, key=lambda each: (each.at, each.id)))
    if len(facts) > 1:
        facts = tuple(sorted(facts, key=lambda each: each.id))
    said = orjson.dumps((plan_digest(inputs.plan), punches, facts, inputs.left_late, inputs.as_of))
    return sha256(said).digest()[:16]


@lru_cache(maxsize=8192)
def plan_digest(plan: DayPlan) -> str:
    return sha256(orjson.dumps(plan)).hexdigest()[:32]

"""A month, or any stretch of days: results of days, added up. Nothing is judged here."""

from collections.abc import Iterable, Sequence

from ..model import (
    EXCEPTIONS,
    TOLD_ONLY,
    AppliedSum,
    DayKind,
    DayResult,
    DaySum,
    ExceptionCount,
    MonthResult,
    MonthSum,
)
from ..rules_model import Becomes

FORM = 3
"""Of how days are added up: what was kept by another is added up anew."""

Sums = dict[tuple[DayKind, Becomes | None], int]


def fold(days: Iterable[DayResult | DaySum]) -> MonthResult:
    """Of one person."""
    counts: dict[str, list[int]] = {}
    applied: dict[tuple[str, str, int, bool], list[int]] = {}
    overtime: Sums = {}
    total = work = wrong = rest = still_open = worked = standard = 0
    regular = 0
    for day in days:
        total += 1
        worked += day.worked
        standard += day.standard
        still_open += not day.closed
        irregular = any(each.kind not in TOLD_ONLY for each in day.exceptions) if day.exceptions else False
        if day.kind == "work":
            work += 1
            regular += day.closed and not irregular
        elif day.rule_kind is not None:
            rest += 1
        wrong += irregular
        for each in day.exceptions:
            _add(counts.setdefault(each.kind, [0, 0]), each.count, each.seconds)
        for one in day.applied:
            _add(applied.setdefault((one.kind, one.name, one.vacation, one.by_day), [0, 0]), 1, one.seconds)
        if day.overtime.seconds:
            key = (day.kind, day.overtime.becomes)
            overtime[key] = overtime.get(key, 0) + day.overtime.seconds
    return MonthResult(
        days=total,
        work_days=work,
        regular_days=regular,
        exception_days=wrong,
        rest_days=rest,
        open_days=still_open,
        worked=worked,
        standard=standard,
        exceptions=tuple(ExceptionCount(kind, *counts[kind]) for kind in EXCEPTIONS if kind in counts),
        applied=tuple(
            AppliedSum(kind, name, vacation, by_day, *applied[kind, name, vacation, by_day])  # type: ignore[arg-type]
            for kind, name, vacation, by_day in sorted(applied)
        ),
        overtime=tuple((kind, becomes, overtime[kind, becomes]) for kind, becomes in sorted(overtime, key=str)),
    )


def month_of(days: Sequence[DayResult | DaySum]) -> MonthSum:
    """Of one person, in the order of their dates."""
    newest = next((day for day in reversed(days) if day.rule_id is not None), None)
    return MonthSum(fold(days), newest.rule_id if newest else None, newest.rule_kind if newest else None)


def _add(sums: list[int], count: int, seconds: int) -> None:
    sums[0] += count
    sums[1] += seconds

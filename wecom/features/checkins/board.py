"""How somebody's day stands at a moment, in one word."""

from typing import Literal

from .model import DayResult

Stands = Literal["missing", "late", "expected", "in", "done", "away", "resting"]


def standing_of(day: DayResult, now: int) -> Stands:
    """What HR wants to know of a day that may still go on.

    A result calls nobody missing before its last window has closed; who should be there by now and is not, is missing
    here already.
    """
    if day.kind != "work" and not day.punches:
        return "resting"
    if not day.points:
        return "in" if day.punches and not day.closed else "done" if day.punches else "resting"
    if all(each.status == "covered" for each in day.points):
        return "away"
    wanted = [each for each in day.points if each.status not in ("covered", "not_needed")]
    if any(each.status in ("missing", "absent") and each.punched is None for each in wanted):
        return "missing"
    if any(each.punched is None and each.way == "start" and _due(each.expected, now) for each in wanted):
        return "missing"
    came = [each for each in wanted if each.way == "start" and each.punched is not None]
    waits = [each for each in wanted if each.punched is None]
    if not waits:
        return "done"
    if not came:
        return "expected" if any(each.way == "start" for each in waits) else "in"
    return "late" if any(each.status in ("late", "absent") for each in came) else "in"


def _due(expected: int | None, now: int) -> bool:
    return expected is not None and expected + 60 <= now

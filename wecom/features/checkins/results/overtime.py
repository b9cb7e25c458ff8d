"""What was worked on top: by punches, by approval, or where both agree."""

from ..model import OvertimeResult, PlannedOvertime, Span
from .match import length, without

NONE = OvertimeResult("none", 0, 0, None)


def overtime(planned: PlannedOvertime | None, present: Span | None, approved: list[Span]) -> OvertimeResult:
    """`present`: from the end of the day's work, or the first punch of a day off, until the last punch."""
    if planned is None:
        return NONE
    worked = _worked(planned, present, approved)
    if not worked:
        return NONE
    seconds = length(without(worked, list(planned.windows)))
    rest = max((tier.rest for tier in planned.tiers if seconds >= tier.worked), default=0)
    seconds = max(0, seconds - rest)
    if planned.basis == "approval":
        return OvertimeResult("ok", seconds, 0, planned.becomes) if seconds else NONE
    if seconds < max(1, planned.minimum):
        return OvertimeResult("short", 0, seconds, planned.becomes)
    return OvertimeResult("ok", min(seconds, planned.maximum), 0, planned.becomes)


def _worked(planned: PlannedOvertime, present: Span | None, approved: list[Span]) -> list[Span]:
    apart = union(approved)
    if planned.basis == "approval":
        return apart
    if present is None:
        return []
    start, end = present
    if planned.basis == "punches":
        start += planned.start_after
        return [(start, end)] if start < end else []
    return [(max(start, one), min(end, other)) for one, other in apart if max(start, one) < min(end, other)]


def union(spans: list[Span]) -> list[Span]:
    """The same stretches, apart from one another and in order."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        elif start < end:
            made.append((start, end))
    return made

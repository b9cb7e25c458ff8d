"""What was approved, laid on a day: what is of it, and which stretch of time it takes.

Whole days are of the dates that the calendar shows, and of the shifts that these have: a day's leave of somebody who
works by night is of the night that begins on that date. Hours are of whatever they fall into.
"""

from ..model import AWAY, DayPlan, Fact, Span


def concerns(fact: Fact, plan: DayPlan) -> bool:
    """Whether the day is judged by it."""
    if fact.kind in AWAY:
        return taken(fact, plan) is not None
    return plan.opens <= fact.start < plan.closes


def taken(fact: Fact, plan: DayPlan) -> Span | None:
    """From when until when somebody is away on that day's account."""
    start, end = fact.start, fact.end
    if start < plan.ends and end > plan.begins:
        if fact.by_day and plan.slots:
            start = start if start > plan.begins else min(start, plan.slots[0].start)
            end = end if end < plan.ends else max(end, plan.slots[-1].end)
        return start, end
    if fact.by_day or not any(start < slot.end and end > slot.start for slot in plan.slots):
        return None
    return start, end

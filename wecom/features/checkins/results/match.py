"""Which punch is about which point of a day.

A punch that says what it is, coming or going, is taken at its word: coming is about the first slot that is not over,
going about the last that has begun. One that says nothing is about the half of a slot in which it lies, or about what a
slot's windows leave to it. That depends on no other punch, so one more never moves another: of all that are about
coming the first counts, of all that are about going the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..model import DayPlan, PlannedSlot, Span, Way


@dataclass(frozen=True, slots=True)
class Bent:
    """A slot as leave has left it."""

    slot: PlannedSlot
    start: int
    end: int
    needed: int
    """Seconds of it that are left to be worked."""
    covered: bool
    latest_start: int | None
    """What a window says of coming at nine says nothing of coming at two."""
    earliest_end: int | None
    line: int
    """Between coming and going, for whoever does not say which: up to it, and not of it, is coming."""


def bent(plan: DayPlan, away: Sequence[Span]) -> tuple[Bent, ...]:
    """A day's slots with leave, trips and work elsewhere taken out."""
    return tuple(_bent(slot, away) for slot in plan.slots) if away else _straight(plan)


@lru_cache(maxsize=4096)
def _straight(plan: DayPlan) -> tuple[Bent, ...]:
    """As they are for all of whom nothing was approved."""
    return tuple(_as_left(slot, slot.start, slot.end, slot.length) for slot in plan.slots)


def _as_left(slot: PlannedSlot, start: int, end: int, needed: int) -> Bent:
    latest = slot.latest_start if start == slot.start else None
    earliest = slot.earliest_end if end == slot.end else None
    return Bent(slot, start, end, needed, not needed, latest, earliest, _line(start, end, latest, earliest))


def _bent(slot: PlannedSlot, away: Sequence[Span]) -> Bent:
    away = [(start, end) for start, end in away if start < slot.end and end > slot.start]
    if not away:
        return _as_left(slot, slot.start, slot.end, slot.length)
    left = without([(slot.start, slot.end)], [*away, *slot.rests])
    if not left:
        return _as_left(slot, slot.start, slot.end, 0)
    comes_later = any(start <= slot.start < end for start, end in away)
    goes_earlier = any(start < slot.end <= end for start, end in away)
    start, end = left[0][0] if comes_later else slot.start, left[-1][1] if goes_earlier else slot.end
    return _as_left(slot, start, end, length(left))


def without(spans: list[Span], taken: list[Span]) -> list[Span]:
    """What is left of stretches once others are taken out."""
    for start, end in taken:
        kept: list[Span] = []
        for one, other in spans:
            if one < min(other, start):
                kept.append((one, min(other, start)))
            if max(one, end) < other:
                kept.append((max(one, end, one), other))
        spans = kept
    return spans


def length(spans: list[Span]) -> int:
    return sum(end - start for start, end in spans)


def point_for(slots: Sequence[Bent], at: int, way: Way | None) -> tuple[int, Way] | None:
    """The slot and the point that a punch within the day is about; None: about none."""
    minute = at - at % 60
    n = _about(slots, at, minute, way)
    if n is None:
        return None
    one = slots[n]
    if way != "end" and (way or minute < one.line) and _within(one.slot.earliest_start, minute, one.latest_start):
        return n, "start"
    if way != "start" and (way or minute >= one.line) and _within(one.earliest_end, minute, one.slot.latest_end):
        return n, "end"
    return None


def _about(slots: Sequence[Bent], at: int, minute: int, way: Way | None) -> int | None:
    if way == "start":
        for n, each in enumerate(slots):
            if minute < each.end:
                return n
    elif way == "end":
        for n in range(len(slots) - 1, -1, -1):
            if slots[n].start <= minute:
                return n
    else:
        for n, each in enumerate(slots):
            if each.slot.opens <= at < each.slot.closes:
                return n
    return None


def _within(earliest: int | None, minute: int, latest: int | None) -> bool:
    return (earliest is None or minute >= earliest) and (latest is None or minute <= latest)


def _line(start: int, end: int, latest: int | None, earliest: int | None) -> int:
    """Half way, unless windows say otherwise."""
    if latest is None:
        return _half(start, end) if earliest is None else earliest
    if earliest is None or latest < earliest:
        return latest + 1
    return _half(earliest, latest)


def _half(one: int, other: int) -> int:
    middle = (one + other) // 2
    return middle - middle % 60

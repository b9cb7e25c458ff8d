"""Which punch is about which point of a day.

A punch that says what it is, coming or going, is taken at its word: coming is about the first slot that is not over,
going about the last that has begun. One that says nothing is about the half of a slot in which it lies, or about what a
slot's windows leave to it. That depends on no other punch, so one more never moves another: of all that are about
coming the first counts, of all that are about going the last.
"""

from dataclasses import dataclass

from ..model import AWAY, DayPlan, Fact, PlannedSlot, Span, Way


@dataclass(frozen=True, slots=True)
class Bent:
    """A slot as leave has left it."""

    slot: PlannedSlot
    start: int
    end: int
    needed: int
    """Seconds of it that are left to be worked."""

    @property
    def covered(self) -> bool:
        return not self.needed

    @property
    def latest_start(self) -> int | None:
        """What a window says of coming at nine says nothing of coming at two."""
        return self.slot.latest_start if self.start == self.slot.start else None

    @property
    def earliest_end(self) -> int | None:
        return self.slot.earliest_end if self.end == self.slot.end else None


def bent(plan: DayPlan, facts: tuple[Fact, ...]) -> list[Bent]:
    """A day's slots with leave, trips and work elsewhere taken out."""
    away = [(fact.start, fact.end) for fact in facts if fact.kind in AWAY]
    return [_bent(slot, away) if away else Bent(slot, slot.start, slot.end, slot.length) for slot in plan.slots]


def _bent(slot: PlannedSlot, away: list[Span]) -> Bent:
    away = [(start, end) for start, end in away if start < slot.end and end > slot.start]
    if not away:
        return Bent(slot, slot.start, slot.end, slot.length)
    left = without([(slot.start, slot.end)], [*away, *slot.rests])
    if not left:
        return Bent(slot, slot.start, slot.end, 0)
    comes_later = any(start <= slot.start < end for start, end in away)
    goes_earlier = any(start < slot.end <= end for start, end in away)
    start, end = left[0][0] if comes_later else slot.start, left[-1][1] if goes_earlier else slot.end
    return Bent(slot, start, end, length(left))


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


def point_for(slots: list[Bent], at: int, way: Way | None) -> tuple[int, Way] | None:
    """The slot and the point that a punch within the day is about; None: about none."""
    minute = at - at % 60
    if way == "start":
        n = next((n for n, each in enumerate(slots) if minute < each.end), None)
    elif way == "end":
        n = next((n for n in reversed(range(len(slots))) if slots[n].start <= minute), None)
    else:
        n = next((n for n, each in enumerate(slots) if each.slot.opens <= at < each.slot.closes), None)
    if n is None:
        return None
    one = slots[n]
    if way != "end" and _about_coming(one, minute, said=way is not None):
        return n, "start"
    if way != "start" and _about_going(one, minute, said=way is not None):
        return n, "end"
    return None


def _about_coming(one: Bent, minute: int, *, said: bool) -> bool:
    earliest, latest = one.slot.earliest_start, one.latest_start
    if (earliest is not None and minute < earliest) or (latest is not None and minute > latest):
        return False
    return said or _before_line(one, minute)


def _about_going(one: Bent, minute: int, *, said: bool) -> bool:
    earliest, latest = one.earliest_end, one.slot.latest_end
    if (earliest is not None and minute < earliest) or (latest is not None and minute > latest):
        return False
    return said or not _before_line(one, minute)


def _before_line(one: Bent, minute: int) -> bool:
    """Between coming and going, for whoever does not say which: half way, unless windows say otherwise."""
    latest, earliest = one.latest_start, one.earliest_end
    if latest is None:
        return minute < (_half(one.start, one.end) if earliest is None else earliest)
    if earliest is None or latest < earliest:
        return minute <= latest
    return minute < _half(earliest, latest)


def _half(one: int, other: int) -> int:
    middle = (one + other) // 2
    return middle - middle % 60

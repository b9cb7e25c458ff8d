"""Between instants and what a clock on the wall shows, by offsets that were stored."""

from bisect import bisect_right
from datetime import date

from ..model import Offsets
from ..rules_model import DAY

EPOCH = date(1970, 1, 1).toordinal()


def instant(offsets: Offsets, day: date, seconds: int) -> int:
    """The first moment at which the clock shows so many seconds after the date's midnight, or more.

    Where clocks are put forward that is the moment of doing so, for all that they leave out; where they are put back,
    the first of two. So a later time of day is never an earlier moment, and no stretch ends before it begins.
    """
    shown = (day.toordinal() - EPOCH) * DAY + seconds
    transitions = offsets.transitions
    if not transitions:
        return shown - offsets.first
    n = bisect_right(transitions, (shown - DAY, DAY))
    while True:
        begins, offset = transitions[n - 1] if n else (shown - DAY, offsets.first)
        found = max(begins, shown - offset)
        if n == len(transitions) or found < transitions[n][0]:
            return found
        n += 1


def wall(offsets: Offsets, at: int) -> tuple[date, int]:
    """What the clock shows: the date, and seconds after its midnight."""
    n = bisect_right(offsets.transitions, (at, DAY))
    shown = at + (offsets.transitions[n - 1][1] if n else offsets.first)
    return date.fromordinal(EPOCH + shown // DAY), shown % DAY

"""Zones' offsets, taken from the zone database once and stored: what is judged goes by what was stored."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from .model import Offsets

FIRST = datetime(2015, 1, 1, tzinfo=UTC)
LAST = datetime(2050, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=64)
def offsets_of(zone: str) -> Offsets:
    """A zone's offsets as this machine's zone database has them."""
    there = ZoneInfo(zone)
    offset = first = _offset(FIRST, there)
    transitions: list[tuple[int, int]] = []
    at = FIRST
    while at < LAST:
        following = at + timedelta(days=7)
        if _offset(following, there) != offset:
            moment = _turn(at, following, there)
            offset = _offset(moment, there)
            transitions.append((int(moment.timestamp()), offset))
            at = moment
        else:
            at = following
    return Offsets(zone, first, tuple(transitions))


def _turn(before: datetime, after: datetime, there: ZoneInfo) -> datetime:
    """The first second at which the offset is no longer what it was before."""
    offset = _offset(before, there)
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, UTC), there) == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _offset(at: datetime, there: ZoneInfo) -> int:
    offset = at.astimezone(there).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())

"""Whether it is somebody's quiet time."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .model import QuietHours


def is_quiet(hours: QuietHours | None, now: datetime, timezone: str) -> bool:
    """By the clock on the wall there: what summer time leaves out is not quiet, an hour that comes twice is twice."""
    if hours is None:
        return False
    local = now.astimezone(ZoneInfo(timezone))
    at, today = local.time(), local.isoweekday()
    yesterday = (local.date() - timedelta(days=1)).isoweekday()
    begins, ends = time.fromisoformat(hours.begins), time.fromisoformat(hours.ends)
    if begins < ends:
        return today in hours.days and begins <= at < ends
    return (today in hours.days and at >= begins) or (yesterday in hours.days and at < ends)

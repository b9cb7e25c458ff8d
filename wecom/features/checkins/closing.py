"""Closing a month: its results stay as they are, and what would change them becomes visible beside them."""

from datetime import date, datetime, timedelta

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import tell

from .assigning import TOLD_EACH, today_of
from .events import DayChanged
from .queries import assigning, closings, days
from .recompute import mark, refresh, there_are
from .records import Closing
from .refusals import AlreadyClosed, MonthNotOver, NotClosed

DAY = timedelta(days=1)


def last_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


async def must_be_over(db: Db, month: date, *, now: datetime) -> None:
    """Raises `MonthNotOver` for a month that the company's calendar still shows."""
    if await today_of(db, now) <= last_of(month):
        raise MonthNotOver


async def close_month(tx: Tx, actor_id: int, month: date, *, now: datetime, address: str = "") -> None:
    """Judge what of it is not judged yet, and keep it so. Its last day has to be over for everybody: when another month
    has begun for the company, night shifts go on, and zones in the west still come to it."""
    first, last = month.replace(day=1), last_of(month)
    await must_be_over(tx, month, now=now)
    await closings.lock_closings(tx)
    under = await assigning.members_between(tx, first, last)
    await refresh(tx, under, first - DAY, last, now=now)
    since, _ = await there_are(tx, first, last, now)
    over, until = await days.how_many_closed(tx, under, since, last)
    if over < len(under) * ((last - since).days + 1):
        raise MonthNotOver(until=until.isoformat() if until else None)
    if not await closings.insert_closing(tx, first, actor_id):
        raise AlreadyClosed
    await audit.record(tx, actor_id, "checkin_month.close", f"checkin_month:{first:%Y-%m}", address=address)


async def reopen_month(tx: Tx, actor_id: int, month: date, *, address: str = "") -> None:
    """Let its results follow what they are made of again; adjustments become results, once the days are judged or asked
    for: nobody waits for that here."""
    first, last = month.replace(day=1), last_of(month)
    await closings.lock_closings(tx)
    if not await closings.end_closing(tx, first, actor_id):
        raise NotClosed
    waiting = await closings.adjusted_days(tx, first, last)
    if waiting:
        await closings.delete_adjustments(tx, [member for member, _ in waiting], [on for _, on in waiting])
        await mark(tx, waiting)
        for member_id, on in waiting[:TOLD_EACH]:
            tell(tx, member_id, DayChanged(date=on))
    await audit.record(tx, actor_id, "checkin_month.reopen", f"checkin_month:{first:%Y-%m}", address=address)


async def closed_months(db: Db) -> list[Closing]:
    return await closings.closings(db)

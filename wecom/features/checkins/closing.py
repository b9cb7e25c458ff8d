"""Closing a month: its results stay as they are, and what would change them becomes visible beside them."""

from datetime import date, datetime, timedelta

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .assigning import today_of
from .queries import assigning, days
from .recompute import mark, refresh
from .records import Closing
from .refusals import AlreadyClosed, MonthNotOver, NotClosed


def last_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


async def close_month(tx: Tx, actor_id: int, month: date, *, now: datetime, address: str = "") -> None:
    """Judge what of it is not judged yet, and keep it so."""
    first, last = month.replace(day=1), last_of(month)
    if await today_of(tx, now) <= last:
        raise MonthNotOver
    await days.lock_closings(tx)
    under = await assigning.members_between(tx, first, last)
    await refresh(tx, under, first, last, now=now)
    if not await days.insert_closing(tx, first, actor_id):
        raise AlreadyClosed
    await audit.record(tx, actor_id, "checkin_month.close", f"checkin_month:{first:%Y-%m}", address=address)


async def reopen_month(tx: Tx, actor_id: int, month: date, *, now: datetime, address: str = "") -> None:
    """Let its results follow what they are made of again; adjustments become results."""
    first, last = month.replace(day=1), last_of(month)
    await days.lock_closings(tx)
    if not await days.end_closing(tx, first, actor_id):
        raise NotClosed
    waiting = [(each.member_id, each.date) for each in await days.adjustments(tx, first, last)]
    if waiting:
        await days.delete_adjustments(tx, [member for member, _ in waiting], [on for _, on in waiting])
        await mark(tx, waiting)
        await refresh(tx, sorted({member for member, _ in waiting}), first, last, now=now)
    await audit.record(tx, actor_id, "checkin_month.reopen", f"checkin_month:{first:%Y-%m}", address=address)


async def closed_months(db: Db) -> list[Closing]:
    return await days.closings(db)

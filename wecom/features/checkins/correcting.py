"""Putting a punch right: another one beside it, with a reason, which counts instead."""

import secrets
from datetime import date, datetime

from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.streams import tell

from .events import DayChanged
from .model import Aim, DayPlan, DayResult, Way
from .queries import days
from .queries import punches as queries
from .recompute import mark, refresh
from .refusals import InTheFuture, NoSuchCorrection, NoSuchPoint, PunchUnfit, TooFarFromDay
from .rulebook import rulebook
from .standing import standings

LONGEST_REASON = 512
"""Bytes."""


async def correct(
    tx: Tx,
    actor_id: int,
    member_id: int,
    on: date,
    at: datetime,
    reason: str,
    *,
    now: datetime,
    slot_id: int | None = None,
    way: Way | None = None,
    address: str = "",
) -> DayResult:
    """Let a point of a day count as punched at a time; without a slot, add a punch to a day that has none. The day as
    it is then."""
    _reasonable(reason)
    if at > now:
        raise InTheFuture
    book = await rulebook(tx)
    standing = (await standings(tx, book, [member_id], on, on))[member_id]
    plan = standing.plan(on)
    _fits(plan, int(at.timestamp()), slot_id, way)
    aim = Aim(on, slot_id, way, (plan.shift_id or 0) if slot_id is not None else None)
    client_id = f"correction-{secrets.token_hex(12)}"
    punch_id = await queries.insert_correction(tx, member_id, client_id, at, aim, reason, None, actor_id)
    await audit.record(
        tx,
        actor_id,
        "checkin_punch.correct",
        f"checkin_punch:{punch_id}",
        address=address,
        content={"reason": reason},
        member_id=member_id,
        date=on.isoformat(),
        at=at.isoformat(),
    )
    await mark(tx, [(member_id, on)])
    tell(tx, member_id, DayChanged(date=on))
    await refresh(tx, [member_id], on, on, now=now)
    [stored] = await days.stored_days(tx, [member_id], on, on)
    return stored.result


async def take_back(tx: Tx, actor_id: int, punch_id: int, reason: str, *, address: str = "") -> None:
    """Let a correction count no more, with a reason: its day is judged again without it."""
    _reasonable(reason)
    found = await queries.withdraw_correction(tx, punch_id, actor_id, reason)
    if found is None:
        raise NoSuchCorrection
    member_id, on = found
    await audit.record(
        tx,
        actor_id,
        "checkin_punch.take_back",
        f"checkin_punch:{punch_id}",
        address=address,
        content={"reason": reason},
        member_id=member_id,
        date=on.isoformat(),
    )
    await mark(tx, [(member_id, on)])
    tell(tx, member_id, DayChanged(date=on))


def _reasonable(reason: str) -> None:
    if len(reason.encode()) > LONGEST_REASON or "\x00" in reason:
        raise PunchUnfit(f"A reason has at most {LONGEST_REASON} bytes.")


def _fits(plan: DayPlan, at: int, slot_id: int | None, way: Way | None) -> None:
    if plan.slots:
        slot = next((each for each in plan.slots if each.id == slot_id), None)
        if slot is None or way is None:
            raise NoSuchPoint
    elif slot_id is not None:
        raise NoSuchPoint
    if not min(plan.begins, plan.opens) <= at < max(plan.ends, plan.closes):
        raise TooFarFromDay

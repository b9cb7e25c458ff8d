"""Forgetting what was answered, once it has been kept for as long as its job says.

Some at a time, photos before their answers. Who was asked is forgotten with them; that so and so many answers were
erased, and when, stays in the log.
"""

from datetime import datetime, timedelta

from wecom.features.accounts import SYSTEM
from wecom.foundation import audit, blobs
from wecom.foundation.db import Tx

from .photos import OWNER
from .queries import answers as answer_queries
from .queries import erasing as queries

AT_ONCE = 1000
UNUSED = timedelta(days=3)


async def erase_some(tx: Tx, *, now: datetime) -> bool:
    """Go on with one period whose time is over; false where there is none."""
    due = await queries.period_to_erase(tx, now)
    if due is None:
        return False
    job_id, on = due
    if gone := await queries.delete_photos(tx, job_id, on, AT_ONCE):
        await blobs.release(tx, OWNER, *(str(id) for id in gone))
        return True
    many = await queries.delete_answers(tx, job_id, on, AT_ONCE)
    done = many < AT_ONCE
    whole = await queries.add_erased(tx, job_id, on, many, now if done else None)
    if done and whole:
        await audit.record(
            tx, SYSTEM, "health_answers.erase", f"health_job:{job_id}", date=on.isoformat(), answers=whole
        )
    return True


async def forget_photos(tx: Tx, *, now: datetime) -> bool:
    """Let go of some photos that no answer has named in time; whether there may be more."""
    gone = await answer_queries.delete_unused_photos(tx, now - UNUSED, AT_ONCE)
    await blobs.release(tx, OWNER, *(str(id) for id in gone))
    return len(gone) == AT_ONCE

"""Pushes that remind, of checking in or out or of a health report: a device gets the newest, and soon, or none."""

from collections.abc import Sequence

from ...foundation.db import Tx
from . import queries
from .model import CHECKIN, REPORT


async def remind(tx: Tx, whom: Sequence[tuple[int, bool, int]]) -> None:
    """Of each member whether it is for going, and the second that it is about."""
    seqs = [2 * at + going for _, going, at in whom]
    await queries.insert_reminders(tx, CHECKIN, [member_id for member_id, _, _ in whom], seqs)


async def remind_of_report(tx: Tx, member_ids: Sequence[int], job_id: int) -> None:
    """That a health report is due. A push says no more than that: which one it is, is nobody's on the way."""
    await queries.insert_reminders(tx, REPORT, member_ids, [job_id] * len(member_ids))

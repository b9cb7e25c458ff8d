"""Pushes that remind of checking in or out: a device gets the newest, and soon, or none."""

from collections.abc import Sequence

from ...foundation.db import Tx
from . import queries


async def remind(tx: Tx, whom: Sequence[tuple[int, bool, int]]) -> None:
    """Of each member whether it is for going, and the second that it is about."""
    seqs = [2 * at + going for _, going, at in whom]
    await queries.insert_checkin_pushes(tx, [member_id for member_id, _, _ in whom], seqs)

"""Counting what is said, once, in the order of commits."""

from wecom.foundation.db import Pool, Tx
from wecom.foundation.streams import follow_transactions

from . import queries

FOLLOWER = "figures"
AT_ONCE = 20_000


async def count_next(pool: Pool) -> bool:
    """Count the next messages; whether there may be more at once."""
    return await follow_transactions(pool, FOLLOWER, _newest, queries.count_messages)


async def _newest(tx: Tx, after: int) -> int | None:
    return await queries.newest_countable(tx, after, AT_ONCE)

"""Judging what a long report is going to say, before it is read: in short transactions, several at once, so that nobody
whose day is among them waits for long."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from wecom.foundation.db import Pool, transaction

from . import judges
from .queries import days as queries
from .recompute import AT_ONCE, refresh, there_are

Part = list[int]


async def judge_beforehand(pool: Pool, member_ids: Sequence[int], first: date, last: date, *, now: datetime) -> None:
    """What of these members' days waits, or was not judged as it is now."""
    async with transaction(pool) as tx:
        since, last = await there_are(tx, first, last, now)
        lacking = await queries.members_lacking(tx, sorted(set(member_ids)), first, since, last, now)
    ids = [member_id for member_id, _ in lacking]
    parts = iter([ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)])
    async with judges.judges(sum(days for _, days in lacking)) as bench, asyncio.TaskGroup() as group:
        for _ in range(bench.width if bench else 1):
            group.create_task(_judge(pool, parts, first, last, now, bench))


async def _judge(
    pool: Pool, parts: Iterator[Part], first: date, last: date, now: datetime, bench: judges.Judges | None
) -> None:
    for part in parts:
        async with transaction(pool) as tx:
            await refresh(tx, part, first, last, now=now, bench=bench)

"""What health codes do by the clock: judging whom time or the directory makes another, changing keys, and erasing."""

import time
from datetime import timedelta
from itertools import groupby
from typing import Any

from pydantic import BaseModel

from wecom.foundation.db import transaction
from wecom.foundation.jobs import enqueue, every, job
from wecom.foundation.streams import DIRECTORY, heads

from .erasing import erase_some
from .jobs_named import JudgePolicy
from .judging import judge_members
from .keys import rotate_if_due
from .queries import judging, policies

STRETCH = 2.0
"""Seconds after which others have their turn."""
MEMBERS = 200


@every(timedelta(minutes=1))
class JudgeDueCodes(BaseModel):
    """Judge those whose code time has made another."""


@every(timedelta(minutes=5))
class FollowDirectoryWithCodes(BaseModel):
    """Judge everybody anew where the directory has changed: who comes, goes or moves."""


@every(timedelta(hours=12))
class ChangeHealthKeys(BaseModel):
    """Certify codes with another key, once the one in use is old."""


@every(timedelta(hours=1))
class EraseHealthCodes(BaseModel):
    """Erase what was kept for as long as its policy says."""


@job(JudgePolicy)
async def judge_policy(services: Any, args: JudgePolicy) -> None:
    async with transaction(services.pool) as tx:
        found = await policies.policies_in_force(tx, [args.policy_id])
        ids = await judging.members_to_judge(tx, args.policy_id, args.above, MEMBERS) if found else []
        if ids:
            await judge_members(tx, found[0], ids, now=services.clock())
        if len(ids) == MEMBERS:
            await enqueue(tx, JudgePolicy(policy_id=args.policy_id, above=ids[-1]))


@job(JudgeDueCodes)
async def judge_due_codes(services: Any, args: JudgeDueCodes) -> None:
    ends, more = time.monotonic() + STRETCH, True
    while more and time.monotonic() < ends:
        async with transaction(services.pool) as tx:
            due = sorted(await judging.codes_due(tx, services.clock(), MEMBERS))
            found = {each.id: each for each in await policies.policies_in_force(tx, [id for id, _ in due])}
            for policy_id, several in groupby(due, key=lambda each: each[0]):
                await judge_members(tx, found[policy_id], [member for _, member in several], now=services.clock())
            more = len(due) == MEMBERS
    if more:
        async with transaction(services.pool) as tx:
            await enqueue(tx, args)


@job(FollowDirectoryWithCodes)
async def follow_directory_with_codes(services: Any, _: FollowDirectoryWithCodes) -> None:
    async with transaction(services.pool) as tx:
        head = (await heads(tx, [DIRECTORY])).get(DIRECTORY, 0)
        if head == await policies.directory_head(tx):
            return
        await policies.put_directory_head(tx, head)
        for each in await policies.policies_in_force(tx):
            await enqueue(tx, JudgePolicy(policy_id=each.id))


@job(ChangeHealthKeys)
async def change_health_keys(services: Any, _: ChangeHealthKeys) -> None:
    async with transaction(services.pool) as tx:
        await rotate_if_due(tx, services.key, now=services.clock())


@job(EraseHealthCodes)
async def erase_health_codes(services: Any, args: EraseHealthCodes) -> None:
    ends, more = time.monotonic() + STRETCH, True
    while more and time.monotonic() < ends:
        async with transaction(services.pool) as tx:
            more = await erase_some(tx, now=services.clock())
    if more:
        async with transaction(services.pool) as tx:
            await enqueue(tx, args)

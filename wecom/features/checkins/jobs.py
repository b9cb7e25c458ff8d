"""What check-ins do by the clock: judging what waits, knowing who is under which rule, storing holidays."""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation.db import ConnectionLost, TryAgain, transaction
from wecom.foundation.jobs import enqueue, every, job, to_be_done

from .assigning import assign_if_moved, today_of
from .calendar import keep_years
from .queries import assigning, days
from .recompute import recompute_of, recompute_some, refresh
from .reminding import follow_rules, forget, remind_some
from .rulebook import DAY
from .rules import newest_rules
from .summaries import Due, due_summaries, make, members_told_of, nothing_to_tell, tell_managers
from .summary_words import Period

log = logging.getLogger(__name__)

STRETCH = 2.0
"""Seconds after which others have their turn."""
MEMBERS = 200
CLOSING = 5000
RUSH = 200
"""Punches within `CALM` for which judging is put off: whoever checks in comes first."""
CALM = timedelta(seconds=10)
PUT_OFF = timedelta(minutes=5)
"""After which it is judged all the same."""


@every(timedelta(minutes=1))
class JudgeDays(BaseModel):
    """Judge the days that wait, and those whose last window has closed."""


@every(timedelta(minutes=30))
class JudgeEverybody(BaseModel):
    """Judge yesterday and today of everybody under a rule: also of those of whom nothing came."""

    above: int = 0
    """Members up to this id have been looked at."""


@every(timedelta(minutes=1))
class AssignRules(BaseModel):
    """Write down who is under which rule, where the directory has changed."""


@every(timedelta(minutes=1))
class RemindOfCheckins(BaseModel):
    """Remind those whose time it is to check in or out."""


@every(timedelta(minutes=5))
class LookForSummaries(BaseModel):
    """Tell managers how the day, the week or the month before went, once it is time."""


class SendSummary(BaseModel):
    """Tell managers of one rule."""

    rule_id: int
    period: Period
    first: date
    last: date


@every(timedelta(hours=12))
class KeepHolidays(BaseModel):
    """Store this year's holidays and the next one's, once they are announced."""


@job(JudgeDays)
async def judge_days(services: Any, args: JudgeDays) -> None:
    now, ends = services.clock(), time.monotonic() + STRETCH
    async with transaction(services.pool) as tx:
        if await days.being_punched(tx, RUSH, CALM, PUT_OFF):
            return  # until the next minute
        await days.mark_closing_dirty(tx, now, CLOSING)
    done, unfit = 1, set[int]()
    while done and time.monotonic() < ends:
        done = await _judge_some(services, now, unfit)
    if done:
        async with transaction(services.pool) as tx:
            await enqueue(tx, args)


@job(JudgeEverybody)
async def judge_everybody(services: Any, args: JudgeEverybody) -> None:
    now = services.clock()
    async with transaction(services.pool) as tx:
        today = await today_of(tx, now)
        under = [id for id, _ in await assigning.members_under_rules(tx, today) if id > args.above]

    async def judge(members: list[int]) -> None:
        async with transaction(services.pool) as tx:
            await refresh(tx, members, today - DAY, today, now=now)

    try:
        await judge(under[:MEMBERS])
    except Exception as problem:
        _to_be_tried_again(problem)
        await _each_alone(under[:MEMBERS], judge)
    if len(under) > MEMBERS:
        async with transaction(services.pool) as tx:
            await enqueue(tx, JudgeEverybody(above=under[MEMBERS - 1]))


async def _judge_some(services: Any, now: datetime, unfit: set[int]) -> int:
    """Days of some members; whose cannot be judged joins `unfit`, and the others are all the same."""
    try:
        async with transaction(services.pool) as tx:
            return await recompute_some(tx, MEMBERS, now=now, but=sorted(unfit))
    except Exception as problem:
        _to_be_tried_again(problem)
        async with transaction(services.pool) as tx:
            waiting = await days.waiting_members(tx, MEMBERS, sorted(unfit))

    async def judge(members: list[int]) -> None:
        async with transaction(services.pool) as tx:
            await recompute_of(tx, members, now=now)

    unfit.update(await _each_alone(waiting, judge))
    return len(waiting)


async def _each_alone(members: list[int], judge: Callable[[list[int]], Awaitable[None]]) -> list[int]:
    """Of whom it failed: whoever is at fault harms nobody else."""
    failed = []
    for member_id in members:
        try:
            await judge([member_id])
        except Exception as problem:
            _to_be_tried_again(problem)
            log.exception("days cannot be judged", extra={"member": member_id})
            failed.append(member_id)
    return failed


def _to_be_tried_again(problem: Exception) -> None:
    """Raises what is nobody's fault: the job is done again later."""
    if isinstance(problem, (*ConnectionLost, *TryAgain)):
        raise problem


@job(AssignRules)
async def assign_rules(services: Any, _: AssignRules) -> None:
    async with transaction(services.pool) as tx:
        await assign_if_moved(tx, now=services.clock())


@job(RemindOfCheckins)
async def remind_of_checkins(services: Any, args: RemindOfCheckins) -> None:
    ends, done = time.monotonic() + STRETCH, 1
    async with transaction(services.pool) as tx:
        await follow_rules(tx, now=services.clock())
    while done and time.monotonic() < ends:
        async with transaction(services.pool) as tx:
            done = await remind_some(tx, MEMBERS, now=services.clock())
    if done:
        async with transaction(services.pool) as tx:
            await enqueue(tx, args)


@job(LookForSummaries)
async def look_for_summaries(services: Any, _: LookForSummaries) -> None:
    async with transaction(services.pool) as tx:
        waiting = await to_be_done(tx, SendSummary)
        for due in await due_summaries(tx, now=services.clock()):
            args = SendSummary(rule_id=due.rule_id, period=due.period, first=due.first, last=due.last)
            if args not in waiting:
                await enqueue(tx, args, lane="checkin-summaries")


@job(SendSummary, lease=timedelta(minutes=15))
async def send_summary(services: Any, args: SendSummary) -> None:
    now, due = services.clock(), Due(args.rule_id, args.period, args.first, args.last)
    async with transaction(services.pool) as tx:
        ids = await members_told_of(tx, due)
    for start in range(0, len(ids), MEMBERS):
        async with transaction(services.pool) as tx:
            await refresh(tx, ids[start : start + MEMBERS], due.first, due.last, now=now)
    async with transaction(services.pool) as tx:
        if made := await make(tx, due, now=now):
            await tell_managers(tx, made, public_url=services.settings.public_url, now=now)
        else:
            await nothing_to_tell(tx, due)


@job(KeepHolidays)
async def keep_holidays(services: Any, _: KeepHolidays) -> None:
    now = services.clock()
    async with transaction(services.pool) as tx:
        await forget(tx, now=now)
        today = await today_of(tx, now)
        for country in sorted({each.rule.country for each in await newest_rules(tx)}):
            await keep_years(tx, country, [today.year, today.year + 1])

"""Answering a health report: what follows from it for somebody's codes is judged in the same commit."""

from datetime import datetime

from wecom.features import health
from wecom.features.health import Sent, Taken
from wecom.foundation.db import Tx

from .judging import judge_members
from .model import Code
from .queries import policies as queries


async def report(tx: Tx, sent: Sent, *, now: datetime, address: str = "") -> tuple[Taken, list[Code]]:
    """Keep an answer, and judge whoever it is of by the policies that look at it; what they are by those then."""
    taken = await health.answer(tx, sent, now=now, address=address)
    codes = []
    for policy in await queries.policies_after_job(tx, sent.job_id):
        codes += await judge_members(tx, policy, [sent.member_id], now=now)
    return taken, codes

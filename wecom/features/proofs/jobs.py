"""Looking through the log: a stretch at a time, so that other work gets its turn and nothing is looked at twice."""

import time
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wecom.foundation import audit
from wecom.foundation.audit import Verdict
from wecom.foundation.db import transaction
from wecom.foundation.jobs import enqueue, every, job

from . import queries
from .model import State

STRETCH = 2.0
"""Seconds after which others have their turn."""

UNSEEN = timedelta(minutes=30)


class ProveLog(BaseModel):
    """Go on with a proof."""

    proof_id: int


@every(timedelta(minutes=10))
class GiveProofsUp(BaseModel):
    """End the proofs whose jobs were given up."""


@job(ProveLog)
async def prove_log(services: Any, args: ProveLog) -> None:
    proof = await queries.proof(services.pool, args.proof_id)
    if proof is None or proof.state != "running":
        return
    if not proof.position:  # what was done just now counts too
        while await audit.seal(services.pool):
            pass
    ends = time.monotonic() + STRETCH
    verdict, more = await audit.verify_on(services.pool, Verdict(proof.position, proof.chain, None), kept=proof.kept)
    while more and time.monotonic() < ends:
        verdict, more = await audit.verify_on(services.pool, verdict, kept=proof.kept)
    last = max(proof.last_position, verdict.sealed, await audit.newest_position(services.pool))
    state: State = "running" if more else "broken" if verdict.fault else "whole"
    async with transaction(services.pool) as tx:
        further = await queries.put_further(tx, proof, verdict.sealed, verdict.chain, last, state, verdict.fault)
        if further and more:
            await enqueue(tx, args)


@job(GiveProofsUp)
async def give_proofs_up(services: Any, _: GiveProofsUp) -> None:
    await queries.give_up(services.pool, UNSEEN)

"""Forgetting what made codes, and what gates saw, once it has been kept for as long as the policy says.

What somebody is now stays, with its reasons, for as long as it is so: a cause that holds until it is cleared is
forgotten once it is. Of a policy that has ended nothing stays. That so and so much was erased stays in the log.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from wecom.features.accounts import SYSTEM
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .queries import codes as queries

AT_ONCE = 1000
NOBODYS = timedelta(days=30)
"""How long it is kept what a gate saw that was no code of ours."""
SPENT = timedelta(days=14)
"""How long certificates are kept once they have ended: gates without a network tell later of what they saw."""

Step = Callable[[Db, int, datetime, int], Awaitable[int]]

STEPS: tuple[tuple[str, Step], ...] = (
    # Causes before the clearances that ended them: otherwise they would begin anew.
    ("causes", queries.delete_holds),
    ("facts", queries.delete_facts),
    ("notes", queries.forget_notes),
    ("changes", queries.delete_changes),
    ("overrides", queries.delete_overrides),
    ("appeals", queries.delete_appeals),
    ("passages", queries.delete_passages),
)


async def erase_some(tx: Tx, *, now: datetime) -> bool:
    """Of each policy some; whether there may be more."""
    more = False
    for policy_id, days, ended_at in await queries.retentions(tx):
        before = now - timedelta(days=days)
        gone = {name: await step(tx, policy_id, before, AT_ONCE) for name, step in STEPS}
        if ended_at is not None and ended_at < before:
            gone["codes"] = await queries.delete_codes_of(tx, policy_id, AT_ONCE)
        if any(gone.values()):
            erased = {name: many for name, many in gone.items() if many}
            await audit.record(tx, SYSTEM, "health_codes.erase", f"health_policy:{policy_id}", erased=erased)
        more = more or AT_ONCE in gone.values()
    more = await queries.delete_nobodys_passages(tx, now - NOBODYS, AT_ONCE) == AT_ONCE or more
    return await queries.delete_certificates(tx, now - SPENT, AT_ONCE) == AT_ONCE or more

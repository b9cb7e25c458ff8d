"""How the server stands, and what somebody should look at."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from wecom.foundation.db import Db

from ..directory.sync import Run
from . import queries
from .model import Lag, Notice, Standing

SLOW = 60.0
"""Seconds behind which work is called late."""

IDLE = timedelta(minutes=5)
LEAST_FREE = 1 << 30


async def standing(db: Db) -> tuple[Standing, list[Lag], bool]:
    """Counts, followers, and whether a worker runs."""
    due = await queries.worked_at(db)
    return await queries.standing(db), await queries.lags(db), due is None or datetime.now(UTC) - due < IDLE


def notices_of(
    each: Standing, lags: Sequence[Lag], *, works: bool, free: int, last_ldap: Run | None, public_url: str
) -> Iterator[Notice]:
    if not works:
        yield Notice("no_worker", "No worker runs, so imports, LDAP and pushes wait: look at `wecom run` and its log.")
    elif each.oldest_due_seconds > SLOW:
        waited = round(each.oldest_due_seconds)
        said = f"Work has waited for {waited} s: look at the jobs, and at how busy the machine is."
        yield Notice("jobs_late", said, {"seconds": waited})
    if each.jobs_failed:
        said = f"{each.jobs_failed} jobs were given up: look at why, and try them again."
        yield Notice("jobs_failed", said, {"count": each.jobs_failed})
    for lag in lags:
        if lag.seconds > SLOW:
            said = f"{lag.name} is {round(lag.seconds)} s behind: look at the worker's log."
            yield Notice("follower_late", said, {"name": lag.name, "seconds": round(lag.seconds)})
    if each.unsealed_seconds > 10 * SLOW:
        yield Notice("audit_unsealed", "The audit log has not been sealed for ten minutes: look at the worker's log.")
    if free < LEAST_FREE:
        said = f"Only {free >> 20} MiB are free where the data lies: make room."
        yield Notice("disk_full", said, {"bytes": free})
    if last_ldap and last_ldap.outcome in ("failed", "refused"):
        said = f"LDAP was not read the last time: {last_ldap.says}"
        yield Notice("ldap", said, {"run_id": last_ldap.id})
    if each.administrators < 2:
        yield Notice("one_administrator", "There is only one administrator: make somebody else one too.")
    if not public_url.startswith("https:"):
        yield Notice(
            "no_https",
            "People come here without HTTPS: set WECOM_PUBLIC_URL and a certificate, or notifications and the camera "
            "do not work.",
        )

"""Telling those who have not answered that a report is due: when it opens, before it closes, and when a reader says so.

A reminder is done some people at a time: their pushes stand in the commit that writes down how far it has come, so
nobody is reminded twice, whenever its process dies. What would come once the period has closed comes no more.
"""

from datetime import date, datetime, timedelta
from itertools import islice

from wecom.features import notify
from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.streams import tell

from . import asking
from .events import HealthReportChanged
from .queries import jobs as job_queries
from .queries import periods as queries
from .reading import job_of
from .refusals import HealthJobNotRunning, ReportNotOpen

AT_ONCE = 500
APART = timedelta(minutes=10)
"""Between two reminders that readers ask for."""


async def remind_some(tx: Tx, *, now: datetime) -> bool:
    """Go on with one reminder that is due; false where none is."""
    due = await queries.take_reminder(tx, now)
    if due is None:
        return False
    job = await job_queries.job(tx, due.job_id)
    if job is None or job.state != "running" or due.closes_at <= now:
        await queries.put_past(tx, due, due.past, now)
        return True
    ordinals = list(islice(asking.ordinals_in(due.asked, due.past), AT_ONCE))
    if not ordinals:
        await queries.put_past(tx, due, due.past, now)
        return True
    members = await queries.unanswered(tx, due.job_id, due.date, ordinals)
    for member_id in members:
        tell(tx, member_id, HealthReportChanged(job_id=due.job_id))
    await notify.remind_of_report(tx, members, due.job_id)
    await queries.put_past(tx, due, ordinals[-1], now if len(ordinals) < AT_ONCE else None)
    return True


async def remind_now(tx: Tx, actor_id: int, job_id: int, *, now: datetime, address: str = "") -> date:
    """Remind those who have not answered what is open now; of which date."""
    job = await job_of(tx, actor_id, job_id)
    if job.state != "running":
        raise HealthJobNotRunning
    window = await asking.open_window(tx, job.terms, now)
    if window is None:
        raise ReportNotOpen
    await asking.open_periods(tx, job, now=now)
    await queries.insert_reminders(tx, job_id, window.date, [_rounded(now)])
    await audit.record(
        tx, actor_id, "health_job.remind", f"health_job:{job_id}", address=address, date=window.date.isoformat()
    )
    return window.date


def _rounded(now: datetime) -> datetime:
    """Asked for twice within minutes, people are reminded once."""
    seconds = int(APART.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, now.tzinfo)

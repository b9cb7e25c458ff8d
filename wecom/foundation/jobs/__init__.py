"""Work for later, kept in Postgres so that it commits with the change that wants it.

A job runs at least once: handlers are safe to run twice. A worker claims a job by pushing its
`due_at` a lease ahead, so a dead worker's job comes back by itself and there is no reaper. Jobs of
one *lane* run one after the other. Schedules are rows too, so any number of workers may run.

Ours rather than a library: PgQueuer was the candidate. Its trigger notifies on each enqueue, which
takes an instance-wide lock at commit, and it has no lanes; what is left of a queue after those two
is this page.
"""

from .queries import WaitingJob, delete_failed, failed_jobs, jobs_before, retry_failed
from .queue import NoSuchFailedJob, enqueue, enqueue_once, every, job, run_due_schedules, to_be_done, work_one

__all__ = [
    "NoSuchFailedJob",
    "WaitingJob",
    "delete_failed",
    "enqueue",
    "enqueue_once",
    "every",
    "failed_jobs",
    "job",
    "jobs_before",
    "retry_failed",
    "run_due_schedules",
    "to_be_done",
    "work_one",
]

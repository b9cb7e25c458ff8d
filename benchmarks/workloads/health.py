"""Health reports: everybody answers in the same minute, and the officer looks at what it comes to.

Answers come over HTTP, from members who are signed in; afterwards they are counted. Statistics are asked for of 50,000
answers of one date, which the database itself writes: ten questions each, two of them numbers.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from wecom.features import accounts, health
from wecom.features.accounts import SYSTEM
from wecom.features.health import Asked, Option, Question, ReportJob, Terms
from wecom.foundation.db import Pool, transaction

from ..options import Options
from ..peers.peer import Peer
from ..peers.wecom import Wecom
from ..population import Employee
from ..report import Report
from ..usage import Facts, Usage, latencies
from ..wire import Http

AT_ONCE = 128
MANY = 50_000
LOOKS = 20
YES_NO = (Option(1, "no"), Option(2, "yes"))
FORM = (
    *(Question(n, "single", f"Question {n}?", options=YES_NO) for n in range(1, 8)),
    Question(8, "number", "Temperature"),
    Question(9, "number", "Contacts", required=False),
    Question(10, "text", "Anything else?", required=False),
)
VALUES: list[dict[str, Any]] = [
    *({"question_id": n, "option_ids": [1]} for n in range(1, 8)),
    {"question_id": 8, "number": 36.6},
    {"question_id": 9, "number": 4},
    {"question_id": 10, "text": "Nothing to speak of."},
]


async def measure(peer: Peer, options: Options, report: Report) -> None:
    assert isinstance(peer, Wecom)
    people = await peer.people.employees(options.staff)
    pool = peer.people.pool
    job = await _begun(pool, people[0])
    await peer.analyze()
    await _rush(peer, people, job, report)
    on = job.terms.starts_on - timedelta(days=1)
    await _answered(pool, job, on)
    await peer.analyze()
    officer = peer.http(people[0])
    await _look(peer, officer, job, on, report)
    await officer.close()


async def _begun(pool: Pool, officer: Employee) -> ReportJob:
    """One that asks everybody, open all day."""
    now = datetime.now(UTC)
    terms = Terms("Daily health", asked=Asked(departments=(1,)), zone="UTC", starts_on=now.date(), at_opening=False)
    async with transaction(pool) as tx:
        await accounts.grant(tx, SYSTEM, officer.id, "health_reader")
        made = await health.add_job(tx, officer.id, terms, FORM, now=now)
        return await health.start_job(tx, officer.id, made.id, now=now)


async def _rush(peer: Wecom, people: Sequence[Employee], job: ReportJob, report: Report) -> None:
    """Everybody once, so many at a time; none may be lost."""
    pool, waiting, took = peer.people.pool, iter(people), list[float]()
    usage, started = Usage(peer.groups), time.perf_counter()

    async def come() -> None:
        http = peer.http(people[0])
        for each in waiting:
            http.headers = f"Authorization: Bearer {each.token}\r\n"
            today = datetime.now(UTC).date().isoformat()
            body = {"client_id": f"{each.id}", "date": today, "form_version": 1, "values": VALUES}
            since = time.perf_counter()
            await http.call("POST", f"/api/health/reports/{job.id}", body)
            took.append(time.perf_counter() - since)
        await http.close()

    await asyncio.gather(*(come() for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - started
    used = usage.stop()
    kept = await pool.fetchval("SELECT count(*) FROM health_answers WHERE job_id = $1", job.id)
    facts: Facts = {"answers_per_s": len(people) / seconds, "lost": len(people) - kept}
    report.add(f"{len(people)} answer", facts | latencies("answer", took) | used)


async def _answered(pool: Pool, job: ReportJob, on: date) -> None:
    """A date of 50,000 answers, of as many people."""
    await pool.execute(
        """
        INSERT INTO health_periods (job_id, date, opens_at, closes_at, asked_count, looked_at)
        VALUES ($1, $2, $2::date, $2::date + 1, $3, now())
        """,
        job.id,
        on,
        MANY,
    )
    await pool.execute(
        """
        INSERT INTO actors (id, kind)
        SELECT 9000000 + n, 'member' FROM generate_series(1, $1::integer) AS n
        """,
        MANY,
    )
    await pool.execute(
        """
        INSERT INTO members (id, userid, name)
        SELECT 9000000 + n, 'extra' || n, 'extra ' || n FROM generate_series(1, $1::integer) AS n
        """,
        MANY,
    )
    await pool.execute(
        """
        INSERT INTO health_answers (job_id, date, member_id, sent_by, client_ids, form_version, received_at,
            department_id, picks, number_questions, numbers, values)
        SELECT $1, $2, 9000000 + n, 9000000 + n, ARRAY[n::text], 1, now(), n % 200,
               ARRAY(SELECT 1000 * q FROM generate_series(1, 10) AS q)
                   || ARRAY(SELECT 1000 * q + 1 + (n + q) % 2 FROM generate_series(1, 7) AS q),
               ARRAY[8, 9], ARRAY[35 + (n % 60) / 10.0, n % 30]::double precision[],
               $4::jsonb
        FROM generate_series(1, $3::integer) AS n
        """,
        job.id,
        on,
        MANY,
        VALUES,
    )


async def _look(peer: Wecom, officer: Http, job: ReportJob, on: date, report: Report) -> None:
    took = []
    usage = Usage(peer.groups)
    for _ in range(LOOKS):
        since = time.perf_counter()
        told = await officer.call("GET", f"/api/health/jobs/{job.id}/statistics?first={on}&last={on}")
        took.append(time.perf_counter() - since)
        if told["whole"]["answered"] != MANY or len(told["questions"]) != len(FORM):
            raise RuntimeError(f"other statistics than was answered: {told['whole']}")
    report.add(f"statistics of {MANY}", latencies("statistics", took) | usage.stop())

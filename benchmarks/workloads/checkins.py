"""Check-ins: all are reminded and come at nine, HR takes the month of ten thousand to payroll, puts one punch right.

Punches come over HTTP, from members who are signed in, and each is answered with what became of it; afterwards they are
counted. The punches of the month are written by the database itself; nothing of it has been judged when HR asks for its
table, which is how long it takes *from scratch*. Rows of judged days say when they were written: so those that one
correction had written again are counted.
"""

import asyncio
import csv
import io
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from wecom.features import accounts, checkins, directory
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Rule, reminding
from wecom.features.checkins.rules_model import Covered, Place, Rest, Slot, Timetable, Week
from wecom.foundation.db import Pool, transaction

from ..options import Options
from ..peers.peer import Peer
from ..peers.wecom import Wecom
from ..population import Employee
from ..report import Report
from ..usage import Facts, Usage, latencies
from ..wire import Http

AT_ONCE = 128
ALONE = 20
HOUR = 3600
NINE_TO_SIX = Timetable(
    (Slot(1, 9 * HOUR, 18 * HOUR, rests=(Rest(12 * HOUR, 13 * HOUR),), remind_start=9 * HOUR - 600),)
)
TOWER = Place("Tower", "Riverside 1", 31.2304, 121.4737, 300)
HERE = {"latitude": 31.2305, "longitude": 121.4738, "accuracy_m": 12}


async def measure(peer: Peer, options: Options, report: Report) -> None:
    assert isinstance(peer, Wecom)
    people, first = await peer.people.employees(options.staff), _last_month()
    half = people[: options.staff // 2]
    rule_id = await _rules(peer.people.pool, half, people[len(half) :], first)
    await peer.analyze()
    await _remind(peer, people, report)
    for _ in range(options.reps):
        await _rush(peer, people, report)
    await _punched(peer.people.pool, half, first)
    await peer.analyze()
    hr = peer.http(people[0])
    await _months(peer, hr, half, rule_id, first, report)
    await _correct(peer, hr, half[-1], first, report)
    await hr.close()


def _last_month() -> date:
    """The first of a month of 31 days that is over."""
    first = datetime.now(UTC).date().replace(day=1)
    while (first - timedelta(days=1)).day < 31:
        first = (first - timedelta(days=1)).replace(day=1)
    return (first - timedelta(days=1)).replace(day=1)


async def _rules(pool: Pool, half: Sequence[Employee], others: Sequence[Employee], first: date) -> int:
    """One for each half, by their departments, since the day before the month; the first one's id."""
    ids = []
    async with transaction(pool) as tx:
        await accounts.grant(tx, SYSTEM, half[0].id, "hr")
        for some in (half, others):
            rows = [each.id for each in some[:: len(some) // 200 or 1]]
            found = await directory.members_by_ids(tx, rows, seen_by=directory.EVERYTHING)
            rule = Rule(
                "fixed",
                "Nine to six",
                "UTC",
                covered=Covered(departments=tuple(sorted({id for each in found for id in each.department_ids}))),
                weeks=(Week(tuple(range(7)), NINE_TO_SIX),),
                places=(TOWER,),
                holidays=False,
            )
            since = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=12)
            ids.append((await checkins.add_rule(tx, SYSTEM, rule, now=since, effective_now=True)).rule_id)
    return ids[0]


async def _remind(peer: Wecom, people: Sequence[Employee], report: Report) -> None:
    """The minute in which all are to be reminded, and the one after it, in which nobody is: processor seconds."""
    pool = peer.people.pool
    at = (datetime.now(UTC) + timedelta(days=2)).replace(hour=8, minute=50, second=5)
    async with transaction(pool) as tx:
        await checkins.look_again(tx, [each.id for each in people], now=at)
    facts: Facts = {}
    for name, minute in (("all_due_s", at), ("none_due_s", at + timedelta(minutes=1))):
        usage, done = Usage(peer.groups), 1
        while done:
            async with transaction(pool) as tx:
                done = await reminding.remind_some(tx, 200, now=minute)
        facts[name] = sum(usage.seconds().values())
    facts["reminded"] = await pool.fetchval("SELECT count(*) FROM checkin_reminders")
    await pool.execute("DELETE FROM checkin_alarms")
    report.add("reminders", facts)


async def _rush(peer: Wecom, people: Sequence[Employee], report: Report) -> None:
    """Everybody once, so many at a time; none may be lost."""
    pool, waiting, took = peer.people.pool, iter(people), list[float]()
    before = await pool.fetchval("SELECT count(*) FROM checkin_punches")
    # As in the morning, when everybody's session was last used the day before.
    await pool.execute("UPDATE sessions SET seen_at = seen_at - interval '12 hours'")
    usage, started = Usage(peer.groups), time.perf_counter()

    async def come() -> None:
        http = peer.http(people[0])
        for each in waiting:
            http.headers = f"Authorization: Bearer {each.token}\r\n"
            device = {"id": f"phone-{each.id}", "name": "phone"}
            body = {"client_id": f"{started}-{each.id}", "place": HERE, "device": device}
            since = time.perf_counter()
            await http.call("POST", "/api/checkins", body)
            took.append(time.perf_counter() - since)
        await http.close()

    await asyncio.gather(*(come() for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - started
    used, spent = usage.stop(), usage.seconds()
    kept = await pool.fetchval("SELECT count(*) FROM checkin_punches") - before
    facts: Facts = {"punches_per_s": len(people) / seconds, "lost": len(people) - kept}
    facts |= {f"{name}_ms_each": each / len(people) * 1000 for name, each in spent.items()}
    report.add(f"{len(people)} punch", facts | latencies("punch", took) | used)


async def _punched(pool: Pool, people: Sequence[Employee], first: date) -> None:
    """Everybody's coming and going on 31 days, some minutes late."""
    await pool.execute(
        """
        INSERT INTO checkin_punches (member_id, client_id, at, received_at, source, made_by)
        SELECT m.id, 'month-' || n.day || '-' || n.half, n.at, n.at, 'phone', m.id FROM unnest($1::bigint[]) AS m (id)
        CROSS JOIN LATERAL (
            SELECT d AS day, h AS half,
                   $2::date::timestamp AT TIME ZONE 'UTC' + d * interval '1 day' + h * interval '9 hours'
                   + (m.id % 7) * interval '1 minute' AS at
            FROM generate_series(0, 30) AS d, generate_series(1, 2) AS h) AS n
        """,
        [each.id for each in people],
        first,
    )


async def _months(peer: Wecom, hr: Http, people: Sequence[Employee], rule_id: int, first: date, report: Report) -> None:
    case = f"month of {len(people)}"
    path = f"/api/attendance/exports/months/{first:%Y-%m}.csv?rule_id={rule_id}"
    one = f"/api/attendance/months/{first:%Y-%m}?q="
    took = []
    for each in people[-ALONE:]:
        since = time.perf_counter()
        answer = await hr.call("GET", one + each.userid)
        took.append(time.perf_counter() - since)
        if answer["people"][0]["sums"]["work_days"] != 31:
            raise RuntimeError(f"another month than was punched: {answer}")
    report.add("month of one, from scratch", latencies("one", took))
    for name in ("scratch_s", "again_s"):
        usage, since = Usage(peer.groups), time.perf_counter()
        written = await hr.read(path)
        facts: Facts = {name: time.perf_counter() - since}
        facts |= {f"{group}_s": spent for group, spent in usage.seconds().items()}
        if len(list(csv.reader(io.StringIO(written.decode())))) != len(people) + 1:
            raise RuntimeError("the month's table has not everybody's line")
        report.add(case, facts | usage.stop())


async def _correct(peer: Wecom, hr: Http, who: Employee, first: date, report: Report) -> None:
    """How many days are written again because of one correction."""
    pool = peer.people.pool
    since = await pool.fetchval("SELECT now()")
    at = datetime(first.year, first.month, first.day + 9, 9, tzinfo=UTC).isoformat()
    on = (first + timedelta(days=9)).isoformat()
    body = {"member_id": who.id, "date": on, "at": at, "reason": "The gate was broken.", "slot": 1, "way": "start"}
    began = time.perf_counter()
    await hr.call("POST", "/api/attendance/corrections", body)
    took = (time.perf_counter() - began) * 1000
    await hr.call("GET", f"/api/attendance/months/{first:%Y-%m}?q={who.userid}")
    rows = await pool.fetchval(
        "SELECT count(*) FROM checkin_days WHERE made_at >= $1 AND date < $2", since, first + timedelta(days=31)
    )
    report.add("one correction", {"rewritten_days": rows, "ms": took})

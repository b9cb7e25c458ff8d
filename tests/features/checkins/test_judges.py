"""Much to judge is judged by other processes too: the same comes of it, and nothing depends on them."""

import os
import signal
from datetime import date

import pytest

from tests.features.checkins.company import add, local, office, punch
from tests.features.checkins.year import read
from tests.world import World
from wecom.features import checkins
from wecom.features.checkins import judges
from wecom.features.checkins.judging import done
from wecom.features.checkins.rules_model import LateLeave, Slot, Timetable, Week
from wecom.foundation.db import transaction

HOUR = 3600


async def test_other_processes_judge_the_same_and_are_not_missed() -> None:
    year = read()
    book, work = year.book(), year.work(year.people[:4])
    here = done(book, work)
    async with judges.judges(judges.MANY) as bench:
        assert bench
        assert await (await bench.begin(book, work)) == here
        for process in bench.processes:
            os.killpg(process.pid, signal.SIGKILL)
        both = [await bench.begin(book, work) for _ in range(2)]
        assert [await each for each in both] == [here, here]
    assert all(process.returncode is not None for process in bench.processes)


async def test_months_that_others_judged_are_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two months: the first day of the second goes by how late the last one of the first was left."""
    late = Timetable((Slot(1, 9 * HOUR, 18 * HOUR),), late_leaves=(LateLeave(2 * HOUR, 2 * HOUR),))
    await add(world, office(world, "zhangsan", "lisi", "wangwu", weeks=(Week((0, 1, 2, 3, 4, 5, 6), late),)))
    for userid in ("zhangsan", "lisi", "wangwu"):
        for at in ("2026-03-31 09:00", "2026-03-31 21:00", "2026-04-01 10:30", "2026-04-01 18:00"):
            await punch(world, userid, at)
    ids = [world[userid].id for userid in ("zhangsan", "lisi", "wangwu")]

    first, last, now = date(2026, 3, 1), date(2026, 4, 30), local("2026-06-01 00:00")
    async with transaction(world.pool) as tx:
        alone = await checkins.month_reports(tx, ids, first, last, now=now)
        of_the_first = await checkins.day_reports(tx, ids, date(2026, 4, 1), date(2026, 4, 1), now=now)
        await tx.execute("DELETE FROM checkin_days")
        monkeypatch.setattr(judges, "MANY", 3 * 61)
        assert await checkins.month_reports(tx, ids, first, last, now=now) == alone
        assert await checkins.day_reports(tx, ids, date(2026, 4, 1), date(2026, 4, 1), now=now) == of_the_first
    assert all(day.points[0].status == "normal" for [day] in of_the_first.values())

"""The demo company's attendance: one department by shift, planned for weeks, with what weeks of work look like.

Most come in time. One is late, one forgets to go, one is on leave, one works elsewhere and says where: so that board,
plan and reports show something. Times follow from whose day it is, so that each demo of a day is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Claim, Evidence, Rule
from wecom.features.checkins.model import Way
from wecom.features.checkins.rules_model import Covered, Place, Rest, Shift, Slot, Timetable
from wecom.foundation.db import Tx

HOUR = 3600
DAY = timedelta(days=1)
BEFORE, COMING = 18, 13
"""Days that are planned, before today and after."""
SHIFTS = (
    ("Early", 7 * HOUR, 15 * HOUR),
    ("Late", 13 * HOUR, 21 * HOUR),
)


@dataclass(frozen=True, slots=True)
class _Worked:
    """One person's day: which of the two shifts, and minutes before it begins and after it ends."""

    nth: int
    on: date
    shift: int

    @property
    def came(self) -> int:
        drawn = (self.nth * 7 + self.on.toordinal() * 5) % 11
        return 17 if (self.nth + self.on.toordinal()) % 23 == 0 else drawn - 12

    @property
    def went(self) -> int | None:
        """None: forgotten."""
        return None if (self.nth * 3 + self.on.toordinal()) % 29 == 0 else (self.nth + self.on.toordinal() * 3) % 13


async def load(tx: Tx, told: dict[str, Any], members: Sequence[int], now: datetime) -> None:
    """For these members; `told` is what company.toml says of it."""
    zone = ZoneInfo(told["zone"])
    today = now.astimezone(zone).date()
    first = today - BEFORE * DAY
    began = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
    version = await checkins.add_rule(tx, SYSTEM, _rule(told, members), now=began, effective_now=True)
    shifts = [each.id for each in version.rule.shifts]
    days = [_Worked(n, on, _shift(n, on)) for n in range(len(members)) for on in _weekdays(first, today + COMING * DAY)]
    cells = [(members[each.nth], each.on, shifts[each.shift]) for each in days]
    await checkins.set_schedule(tx, SYSTEM, version.rule_id, cells, now=began, from_today=True)
    away = today - 4 * DAY, today - 2 * DAY
    start, end = (datetime.combine(on, datetime.min.time(), zone).astimezone(UTC) for on in away)
    await checkins.approve_fact(
        tx, SYSTEM, members[-1], "leave", start, end, source="hr", name=told["leave"], by_day=True, now=now
    )
    punches = [
        (at, claim)
        for each in days
        if not (each.nth == len(members) - 1 and away[0] <= each.on < away[1])
        for at, claim in _punches(each, members[each.nth], told, zone, today)
        if at <= now
    ]
    claims = sorted(punches, key=lambda each: each[0])
    await checkins.punch_batch(tx, [claim for _, claim in claims], [at for at, _ in claims])


def _rule(told: dict[str, Any], members: Sequence[int]) -> Rule:
    rest = 4 * HOUR
    return Rule(
        kind="shift",
        name=told["rule"],
        zone=told["zone"],
        covered=Covered(members=tuple(members)),
        shifts=tuple(
            Shift(0, name, Timetable((Slot(1, start, end, rests=(Rest(start + rest, start + rest + HOUR // 2),)),)))
            for name, start, end in SHIFTS
        ),
        places=(Place(told["place"], told["address"], told["latitude"], told["longitude"], 300),),
        out_of_range="outside",
        outside_counts=True,
    )


def _weekdays(first: date, last: date) -> list[date]:
    return [on for n in range((last - first).days + 1) if (on := first + n * DAY).isoweekday() <= 5]


def _shift(nth: int, on: date) -> int:
    """They take turns by the week."""
    return (nth + on.toordinal() // 7) % len(SHIFTS)


def _punches(
    worked: _Worked, member_id: int, told: dict[str, Any], zone: ZoneInfo, today: date
) -> list[tuple[datetime, Claim]]:
    _, start, end = SHIFTS[worked.shift]
    midnight = datetime.combine(worked.on, datetime.min.time(), zone)
    elsewhere = worked.nth == 1 and worked.on == _weekdays(today - 5 * DAY, today)[-2]
    found = []
    times: dict[Way, int] = {"start": start + worked.came * 60}
    if worked.went is not None:
        times["end"] = end + worked.went * 60
    for way, at in times.items():
        evidence = Evidence(
            latitude=told["latitude"] + (0.05 if elsewhere else 0.0002),
            longitude=told["longitude"],
            accuracy=15,
            device_id=f"demo-{worked.nth}",
            note=told["note"] if elsewhere else "",
        )
        claim = Claim(
            member_id,
            f"demo-{worked.on}-{way}",
            member_id,
            way=way,
            outside=elsewhere,
            evidence=evidence,
        )
        found.append(((midnight + timedelta(seconds=at)).astimezone(UTC), claim))
    return found

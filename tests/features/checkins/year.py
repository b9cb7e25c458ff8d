"""A year of a company, as it was kept: rules, plans, punches, corrections and what was approved.

`python -m tests.features.checkins.year` makes it anew, out of a seed, and prints what its results come to: for when the
company is to have something that it has not had, and never because results have changed.
"""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from wecom.features.checkins.judging import Work, judged
from wecom.features.checkins.model import Aim, CalendarDay, Offsets
from wecom.features.checkins.records import RuleVersion
from wecom.features.checkins.results import instant
from wecom.features.checkins.rulebook import Rulebook, Standing
from wecom.features.checkins.rules_model import (
    FreeHours,
    LateLeave,
    Overtime,
    OvertimePart,
    OvertimeRests,
    Rest,
    Rule,
    Shift,
    Slot,
    SpecialDays,
    Tier,
    Timetable,
    Week,
)
from wecom.features.checkins.rules_stored import rule_body, rule_from
from wecom.features.checkins.zones import offsets_of

KEPT = Path(__file__).parent / "year.json"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAY, HOUR = timedelta(days=1), 3600
NEVER = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Year:
    """All that its results are made of."""

    kept: dict[str, Any]

    def book(self) -> Rulebook:
        kept = self.kept
        return Rulebook(
            [
                RuleVersion(id, n, date.fromisoformat(since), False, rule_from(body), None, 1, 1, NEVER, NEVER)
                for id, n, since, body in kept["rules"]
            ],
            {zone: Offsets(zone, first, tuple(map(tuple, turns))) for zone, first, turns in kept["offsets"]},
            {("CN", date.fromisoformat(on)): CalendarDay(kind, name) for on, kind, name in kept["holidays"]},
            "Asia/Shanghai",
        )

    @property
    def people(self) -> list[int]:
        return [each["id"] for each in self.kept["people"]]

    def work(self, people: Sequence[int]) -> Work:
        """All days of these people, in this order."""
        dates = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
        mine = {each["id"]: each for each in self.kept["people"]}
        return Work(
            [(id, on) for id in people for on in dates],
            [(id, date.fromisoformat(since), rule_id) for id in people for since, rule_id in mine[id]["rules"]],
            [(id, date.fromisoformat(on), *planned) for id in people for on, planned in mine[id]["shifts"].items()],
            {id: _punches(mine[id]) for id in people},
            {
                id: [(n, kind, start, end, "hr", str(n), name) for n, kind, start, end, name in mine[id]["facts"]]
                for id in people
            },
            {},
            int(datetime(2027, 6, 1, tzinfo=UTC).timestamp()),
        )

    def results(self, people: Sequence[int]) -> dict[int, list[tuple[date, str]]]:
        """The bytes of everybody's days, by a book that has seen nothing yet."""
        rows, _, _ = judged(self.book(), self.work(people))
        return {id: [(row[1], row[3]) for row in rows if row[0] == id] for id in people}


def _punches(person: dict[str, Any]) -> list[tuple[Any, ...]]:
    made: list[tuple[Any, ...]] = []
    at = 0
    for n, (later, way, device) in enumerate(person["punches"]):
        at += later
        made.append((person["id"] * 10_000 + n, at, way, "phone", False, "normal", bool(device), None, None))
    for n, (at, on, slot_id, way) in enumerate(person["corrections"]):
        aim = Aim(date.fromisoformat(on), slot_id, way)
        made.append((person["id"] * 10_000 + 5_000 + n, at, way, "correction", False, "normal", False, aim, None))
    return made


def read() -> Year:
    return Year(orjson.loads(KEPT.read_bytes()))


def digests(results: dict[int, list[tuple[date, str]]]) -> dict[str, str]:
    """Of each month: so that it is seen where something is another."""
    months: dict[str, Any] = {}
    for id in sorted(results):
        for on, written in results[id]:
            month = months.setdefault(f"{on:%Y-%m}", hashlib.sha256())
            month.update(f"{id} {on} {written}\n".encode())
    return {month: each.hexdigest() for month, each in months.items()}


def _rules() -> list[tuple[int, int, date, Rule]]:
    paid = OvertimePart(True, "punches", 1800, 1800, 4 * HOUR, OvertimeRests(tiers=(Tier(2 * HOUR, 1800),)), "money")
    agreed = OvertimePart(True, "overlap", becomes="time_off")
    extra = Overtime(paid, agreed, OvertimePart(True, "approval"))
    office = Timetable(
        (Slot(1, 9 * HOUR, 18 * HOUR, rests=(Rest(12 * HOUR, 13 * HOUR),)),),
        late_grace=300,
        late_leaves=(LateLeave(2 * HOUR, HOUR), LateLeave(4 * HOUR, 2 * HOUR)),
        absent_if_late=2 * HOUR,
    )
    split = Timetable((Slot(1, 8 * HOUR, 12 * HOUR), Slot(2, 13 * HOUR, 17 * HOUR)), band_early=1800, band_late=1800)
    inventory = SpecialDays("day", date(2026, 6, 27), date(2026, 6, 27), "盘点", (Slot(1, 10 * HOUR, 16 * HOUR),))
    party = SpecialDays("day", date(2026, 9, 11), date(2026, 9, 11), "厂庆")
    shifts = (
        Shift(1, "早", Timetable((Slot(1, 6 * HOUR, 14 * HOUR),), ahead=HOUR, after=2 * HOUR)),
        Shift(2, "晚", Timetable((Slot(1, 14 * HOUR, 22 * HOUR),))),
        Shift(3, "夜", Timetable((Slot(1, 22 * HOUR, 30 * HOUR, rests=(Rest(26 * HOUR, 26 * HOUR + 1800),)),))),
    )
    weekdays = (1, 2, 3, 4, 5)
    fortnights = Week((), split, True, (*weekdays, 6), weekdays)
    berlin, china = "Europe/Berlin", "Asia/Shanghai"
    later = Rule("fixed", "总部", china, weeks=(Week(weekdays, split),), worked_days=(inventory,))
    head = Rule("fixed", "总部", china, weeks=(Week(weekdays, office),), overtime=extra, days_off=(party,))
    return [
        (1, 1, FIRST - 9 * DAY, head),
        (1, 2, date(2026, 6, 1), later),
        (2, 1, FIRST - 9 * DAY, Rule("shift", "Werk", berlin, shifts=shifts, overtime=extra, holidays=False)),
        (3, 1, FIRST - 9 * DAY, Rule("fixed", "Büro", berlin, weeks=(fortnights,), holidays=False)),
        (
            4,
            1,
            FIRST - 9 * DAY,
            Rule("free", "销售", china, weeks=(Week(weekdays),), free=FreeHours(HOUR, 7 * HOUR), overtime=extra),
        ),
    ]


HOLIDAYS = [
    ("2026-01-01", "holiday", "元旦"),
    ("2026-01-02", "off", "元旦"),
    ("2026-01-04", "workday", "元旦"),
    *((f"2026-02-{day}", "holiday", "春节") for day in range(16, 20)),
    ("2026-02-20", "off", "春节"),
    ("2026-02-28", "workday", "春节"),
    ("2026-05-01", "holiday", "劳动节"),
    ("2026-10-01", "holiday", "国庆节"),
    ("2026-10-10", "workday", "国庆节"),
]


def _person(drawn: random.Random, book: Rulebook, id: int) -> dict[str, Any]:
    rule_id = 1 + id % 4
    rules = [(FIRST - 9 * DAY, rule_id)]
    if id % 7 == 0:
        rules.append((date(2026, 8, 17), 1))
    person: dict[str, Any] = {
        "id": id,
        "rules": [(str(since), rule) for since, rule in rules],
        "shifts": {},
        "punches": [],
        "corrections": [],
        "facts": [],
    }
    standing = Standing(book)
    for each in rules:
        standing.add_assignment(*each)
    punches: list[tuple[int, str | None, int]] = []
    for n in range(-2, (LAST - FIRST).days + 3):
        on = FIRST + n * DAY
        if standing.rule_on(on) == 2 and (planned := (1, 1, 2, 2, 3, 3, 0, 0)[(n + 3 * (id // 4)) % 8]):
            person["shifts"][str(on)] = (2, planned)
            standing.add_shift(on, 2, planned)
        _work(drawn, standing, on, person, punches)
    before = 0
    for at, way, device in sorted(punches, key=lambda each: each[0]):
        person["punches"].append((at - before, way, device))
        before = at
    return person


def _work(
    drawn: random.Random,
    standing: Standing,
    on: date,
    person: dict[str, Any],
    punches: list[tuple[int, str | None, int]],
) -> None:
    rule_id = standing.rule_on(on)
    if rule_id == 2 and str(on) not in person["shifts"]:
        return
    plan, chance = standing.plan(on), drawn.random
    spans = [(slot.start, slot.end) for slot in plan.slots]
    if not spans:
        if plan.rule_kind == "free" or chance() < 0.03:
            midnight = instant(standing.book.zone_of(rule_id, on), on, 0)
            spans = [(midnight + 10 * HOUR, midnight + int((14 + 5 * chance()) * HOUR))]
        else:
            return
    if chance() < 0.04:
        away = plan.begins if chance() < 0.5 else spans[0][0]
        kind = ("leave", "leave", "trip", "out")[int(4 * chance())]
        person["facts"].append((len(person["facts"]), kind, away, away + (4 if chance() < 0.4 else 24) * HOUR, "年假"))
        if chance() < 0.8:
            return
    for start, end in spans:
        late = int(7200 * chance()) if chance() < 0.08 else -int(900 * chance())
        stays = int(5 * HOUR * chance()) if chance() < 0.1 else int(600 * chance()) - (60 if chance() < 0.05 else 0)
        way = chance() < 0.6
        if chance() < 0.98:
            punches.append((start + late, "start" if way else None, int(chance() < 0.01)))
        if chance() < 0.97:
            punches.append((end + stays, "end" if way else None, 0))
        elif plan.slots and chance() < 0.7:
            person["corrections"].append((end, str(on), plan.slots[spans.index((start, end))].id, "end"))
        if stays > HOUR and chance() < 0.6:
            person["facts"].append((len(person["facts"]), "overtime", end, end + 2 * HOUR, ""))


def _made() -> dict[str, Any]:
    drawn, rules = random.Random(2026), _rules()
    zones = [offsets_of(zone) for zone in ("Asia/Shanghai", "Europe/Berlin")]
    kept: dict[str, Any] = {
        "rules": [(id, n, str(since), rule_body(rule)) for id, n, since, rule in rules],
        "offsets": [(each.zone, each.first, each.transitions) for each in zones],
        "holidays": HOLIDAYS,
        "people": [],
    }
    kept = orjson.loads(orjson.dumps(kept))
    book = Year(kept).book()
    kept["people"] = [_person(drawn, book, id) for id in range(1, 21)]
    kept = orjson.loads(orjson.dumps(kept))
    kept["digests"] = digests(Year(kept).results(Year(kept).people))
    return kept


if __name__ == "__main__":
    KEPT.write_bytes(orjson.dumps(_made()) + b"\n")
    print(KEPT.stat().st_size, "bytes", read().kept["digests"])

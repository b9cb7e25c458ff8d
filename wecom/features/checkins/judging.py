"""Judging the days of members: what is handed in is all that it goes by, so that any process may do it."""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .canon import digest_of, month_json, result_json
from .model import DayInputs, DayPlan, DayResult, Fact, Punched
from .packing import packed
from .results import concerns, judge, month_of
from .rulebook import DAY, Rulebook, Standing

Wanted = tuple[int, date]
Known = dict[Wanted, tuple[bytes, int, bool, datetime]]
"""Of days that were judged before: what they were made of, how late their people left, whether they are for good, and
when they will be."""
Row = tuple[Any, ...]
"""A day as it is written."""
Month = tuple[int, date, str]
"""A member's month, added up, as it is written."""


@dataclass(frozen=True, slots=True)
class Work:
    """Days to judge, and what was read of their people: plain values, which other processes are handed in no time."""

    wanted: list[Wanted]
    assignments: list[tuple[int, date, int | None]]
    shifts: list[tuple[int, date, int, int]]
    punches: dict[int, list[tuple[Any, ...]]]
    facts: dict[int, list[tuple[Any, ...]]]
    known: Known
    now: int


@dataclass(frozen=True, slots=True)
class Done:
    """What is to be written of some work."""

    changed: list[Row]
    """Of days that are kept already, those that are made of other things than before."""
    new: list[Wanted]
    packed: bytes
    """These, as they are copied."""
    months: list[Month]
    """All of whose days are new."""
    followers: set[Wanted]


def done(book: Rulebook, work: Work) -> Done:
    """Judge, and make ready what is to be written."""
    rows, followers, months = judged(book, work)
    new = [row for row in rows if (row[0], row[1]) not in work.known] if work.known else rows
    changed = [row for row in rows if (row[0], row[1]) in work.known] if work.known else []
    return Done(changed, [(row[0], row[1]) for row in new], packed(new), months, followers)


def judged(book: Rulebook, work: Work) -> tuple[list[Row], set[Wanted], list[Month]]:
    """Rows for days that are made of other things than before, days that follow from these, and months that are new."""
    dates: dict[int, list[date]] = {}
    for member_id, on in work.wanted:
        dates.setdefault(member_id, []).append(on)
    there = {id: Standing(book) for id in dates}
    for member_id, from_date, rule_id in work.assignments:
        there[member_id].add_assignment(from_date, rule_id)
    for member_id, on, rule_id, shift_id in work.shifts:
        there[member_id].add_shift(on, rule_id, shift_id)
    rows: list[Row] = []
    months: list[Month] = []
    followers: set[Wanted] = set()
    for member_id, standing in there.items():
        punches = [Punched(*each) for each in work.punches.get(member_id, ())]
        facts = [Fact(*each) for each in work.facts.get(member_id, ())]
        mine = Days(standing, punches, facts)
        rows += mine.judged(member_id, dates[member_id], work.known, work.now)
        followers |= mine.followers
        months += [(member_id, *each) for each in mine.months()]
    return rows, followers, months


class Days:
    """One member's days."""

    def __init__(self, standing: Standing, punches: list[Punched], facts: list[Fact]) -> None:
        self.standing = standing
        self.punches = sorted((each for each in punches if each.aim is None), key=lambda each: (each.at, each.id))
        self.moments = [each.at for each in self.punches]
        self.aimed = [each for each in punches if each.aim]
        self.facts = facts
        self.followers: set[Wanted] = set()
        self._new: dict[date, list[DayResult]] = {}

    def judged(self, member_id: int, dates: Iterable[date], known: Known, now: int) -> list[Row]:
        """Rows for days that are made of other things than before."""
        rows = []
        left: dict[date, int] = {}
        waiting = set(dates)
        for on in sorted(waiting):
            plan = self.standing.plan(on)
            if now < min(plan.begins, plan.opens) and (member_id, on) not in known:
                continue  # it has not come
            left_late = 0
            if plan.late_leaves:
                before = known.get((member_id, on - DAY))
                left_late = left.get(on - DAY, before[1] if before else 0)
            inputs = self.inputs(plan, left_late, now)
            digest = digest_of(inputs)
            was = known.get((member_id, on))
            if was and was[0] == digest:
                continue
            result = judge(inputs)
            left[on] = result.left_late
            if result.left_late != (was[1] if was else 0) and on + DAY not in waiting:
                follows = (member_id, on + DAY)
                if follows in known and self.standing.plan(on + DAY).late_leaves:
                    self.followers.add(follows)
            rows.append(_row(member_id, digest, result))
            if was is None:
                self._new.setdefault(on.replace(day=1), []).append(result)
        return rows

    def months(self) -> Iterable[tuple[date, str]]:
        """Those all of whose days were judged here for the first time, added up."""
        for first, days in self._new.items():
            if len(days) == monthrange(first.year, first.month)[1]:
                yield first, month_json(month_of(days)).decode()

    def inputs(self, plan: DayPlan, left_late: int, now: int) -> DayInputs:
        punches = self.punches[bisect_left(self.moments, plan.opens) : bisect_left(self.moments, plan.closes)]
        if self.aimed:
            punches = punches + [each for each in self.aimed if each.aim and each.aim.date == plan.date]
        facts = [each for each in self.facts if concerns(each, plan)] if self.facts else []
        # Of a day that is not over the hour does not matter, so that it is judged again only where something came.
        as_of = None if now >= plan.closes else plan.opens
        return DayInputs(plan, tuple(punches), tuple(facts), left_late, as_of)


def _row(member_id: int, digest: bytes, result: DayResult) -> Row:
    return (
        member_id,
        result.date,
        digest,
        result_json(result).decode(),
        result.rule_id,
        result.kind,
        ",".join([each.kind for each in result.exceptions]),
        result.worked,
        result.standard,
        result.left_late,
        result.closed,
        result.closes,
    )

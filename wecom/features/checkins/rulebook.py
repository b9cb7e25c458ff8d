"""All rules with their versions, holidays and offsets, remembered for as long as none of them changes.

A process asks for the revision, one small statement, and reads the rest anew only where it is another. What a rule asks
of a date is the same for all who are under it, so plans are made once for them all.
"""

from bisect import bisect_right
from datetime import date, timedelta

from wecom.foundation.db import Db

from . import zones
from .model import CalendarDay, DayPlan, Offsets, Scheduled
from .queries import calendar as calendar_queries
from .queries import rules as queries
from .records import RuleVersion
from .results import Shape, plan, shape, wall

DAY = timedelta(days=1)
MOST_REMEMBERED = 100_000
ONE_REVISION_OR_TWO = 4

Key = tuple[int | None, int, date, int | None]
"""Rule, version, date and shift: what decides a date's shape."""


class Rulebook:
    """What holds on which date."""

    def __init__(
        self,
        versions: list[RuleVersion],
        offsets: dict[str, Offsets],
        holidays: dict[tuple[str, date], CalendarDay],
        zone: str,
    ) -> None:
        self.made_of = (versions, offsets, holidays, zone)
        """For another process to make the same."""
        self.zone = zone
        """The company's, by which the days of those are told who are under no rule."""
        self.holidays = holidays
        self._offsets = offsets
        self._versions: dict[int, list[RuleVersion]] = {}
        for each in versions:
            self._versions.setdefault(each.rule_id, []).append(each)
        self._numbers: dict[tuple[int, date], RuleVersion | None] = {}
        self._shapes: dict[Key, Shape] = {}
        self._plans: dict[tuple[Key, Key, Key], DayPlan] = {}
        self._steady: dict[tuple[int | None, date], DayPlan] = {}

    def in_force(self, rule_id: int, on: date) -> RuleVersion | None:
        """The version of a date; None before the first one, and once the rule has ended."""
        key = (rule_id, on)
        if key not in self._numbers:
            held = [each for each in self._versions.get(rule_id, ()) if each.effective_from <= on]
            self._numbers[key] = None if not held or held[-1].ends else held[-1]
        return self._numbers[key]

    def newest(self, rule_id: int) -> RuleVersion | None:
        """The version made last, whether it holds already or not."""
        held = self._versions.get(rule_id)
        return None if not held or held[-1].ends else held[-1]

    @property
    def begins(self) -> date | None:
        """The first date on which any rule held. Before it there is nothing to judge that nobody punched."""
        return min((held[0].effective_from for held in self._versions.values()), default=None)

    @property
    def rule_ids(self) -> list[int]:
        return sorted(self._versions)

    def offsets(self, zone: str) -> Offsets:
        return self._offsets.get(zone) or zones.offsets_of(zone)

    def zone_of(self, rule_id: int | None, on: date) -> Offsets:
        version = self.in_force(rule_id, on) if rule_id is not None else None
        return self.offsets(version.rule.zone if version else self.zone)

    def furthest(self, at: int) -> date:
        """What date it is then in the zone that is furthest ahead."""
        zones_there = [self.offsets(self.zone), *self._offsets.values()]
        return max(wall(each, at)[0] for each in zones_there)

    def key(self, rule_id: int | None, on: date, shift_id: int | None) -> Key:
        version = self.in_force(rule_id, on) if rule_id is not None else None
        if version is None:
            return (None, 0, on, None)
        return (rule_id, version.version, on, shift_id if version.rule.kind == "shift" else None)

    def shape(self, key: Key) -> Shape:
        made = self._shapes.get(key)
        if made is None:
            rule_id, _, on, shift_id = key
            version = self.in_force(rule_id, on) if rule_id is not None else None
            rule = version.rule if version else None
            made = shape(
                rule,
                self.offsets(rule.zone if rule else self.zone),
                on,
                self.holidays.get((rule.country, on)) if rule else None,
                Scheduled(shift_id) if shift_id is not None else None,
                rule_id=rule_id,
                rule_version=version.version if version else None,
            )
            self._shapes[key] = made
        return made

    def plan(self, before: Key, on: Key, after: Key) -> DayPlan:
        keys = (before, on, after)
        made = self._plans.get(keys)
        if made is None:
            if len(self._plans) > MOST_REMEMBERED:
                self._plans.clear()
                self._shapes.clear()
            made = self._plans[keys] = plan(self.shape(before), self.shape(on), self.shape(after))
        return made

    def steady_plan(self, rule_id: int | None, on: date) -> DayPlan:
        """Of who is under the same rule, and without a shift, on the dates before and after too."""
        key = (rule_id, on)
        made = self._steady.get(key)
        if made is None:
            if len(self._steady) > MOST_REMEMBERED:
                self._steady.clear()
            before, here, after = (self.key(rule_id, each, None) for each in (on - DAY, on, on + DAY))
            made = self._steady[key] = self.plan(before, here, after)
        return made


class Standing:
    """Under which rule one member is, and with which shifts, over some dates."""

    __slots__ = ("_dates", "_rules", "_shifts", "book")

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._dates: list[date] = []
        self._rules: list[int | None] = []
        self._shifts: dict[date, tuple[int, int]] = {}

    def add_assignment(self, from_date: date, rule_id: int | None) -> None:
        """In the order of their dates."""
        self._dates.append(from_date)
        self._rules.append(rule_id)

    def add_shift(self, on: date, rule_id: int, shift_id: int) -> None:
        self._shifts[on] = (rule_id, shift_id)

    def rule_on(self, on: date) -> int | None:
        n = bisect_right(self._dates, on)
        return self._rules[n - 1] if n else None

    def key(self, on: date) -> Key:
        rule_id = self.rule_on(on)
        planned = self._shifts.get(on)
        shift_id = planned[1] if planned and planned[0] == rule_id else None
        return self.book.key(rule_id, on, shift_id)

    def plan(self, on: date) -> DayPlan:
        if not self._shifts:
            n = bisect_right(self._dates, on)
            begins = n and self._dates[n - 1] == on
            ends = n < len(self._dates) and self._dates[n] <= on + DAY
            if not begins and not ends:
                return self.book.steady_plan(self._rules[n - 1] if n else None, on)
        return self.book.plan(self.key(on - DAY), self.key(on), self.key(on + DAY))

    def date_of(self, at: int) -> DayPlan:
        """The day that the calendar shows in that second, whether a punch then belongs to it or not."""
        return self.plan(wall(self.book.zone_of(self.rule_on(_utc_date(at)), _utc_date(at)), at)[0])

    def day_of(self, at: int) -> DayPlan:
        """The day to which a punch of that second belongs."""
        on = _utc_date(at)
        plans = [self.plan(on + n * DAY) for n in (-1, 0, 1, -2)]
        return next((each for each in plans if each.opens <= at < each.closes), plans[1])


def _utc_date(at: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + at // 86400)


_REMEMBERED: dict[object, Rulebook] = {}


async def rulebook(db: Db) -> Rulebook:
    """What holds now. Never changed: whoever changes something makes another."""
    revision, zone = await queries.revision(db)
    book = _REMEMBERED.get(revision)
    if book is None:
        book = Rulebook(
            await queries.versions(db),
            await calendar_queries.all_offsets(db),
            await calendar_queries.holidays(db),
            zone,
        )
        while len(_REMEMBERED) >= ONE_REVISION_OR_TWO:
            _REMEMBERED.pop(next(iter(_REMEMBERED)))
        _REMEMBERED[revision] = book
    return book

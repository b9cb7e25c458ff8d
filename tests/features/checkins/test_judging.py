"""Days are judged as docs/check-ins.md says: the judge that is used agrees with one that looks at every minute."""

import ast
import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.features.checkins.drawn import cases
from tests.features.checkins.reference import judged
from tests.features.checkins.reference_days import Case
from wecom.features import checkins
from wecom.features.checkins.canon import digest_of, result_from, result_json
from wecom.features.checkins.model import DayInputs, DayResult, Offsets
from wecom.features.checkins.results import fold, instant, judge, plan, shape, wall
from wecom.features.checkins.zones import offsets_of

MODELS = {"model", "rules_model"}
DEEP = int(os.environ.get("CHECKIN_EXAMPLES", "0"))
"""How many cases are drawn, for whoever has the time."""


def quick(examples: int) -> settings:
    return settings(
        max_examples=DEEP or examples,
        deadline=None,
        derandomize=not DEEP,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def result_of(case: Case) -> DayResult:
    return judge(inputs_of(case))


def inputs_of(case: Case) -> DayInputs:
    days = [case.day + timedelta(days=n) for n in (-1, 0, 1)]
    offsets = offsets_of(case.rule.zone)
    shapes = [
        shape(case.rule, offsets, *each, rule_id=1, rule_version=1)
        for each in zip(days, case.calendar, case.scheduled, strict=True)
    ]
    return DayInputs(plan(*shapes), case.punches, case.facts, case.left_late, case.as_of)


def told(result: DayResult) -> dict[str, object]:
    """As the other judge says it."""
    return {
        "kind": result.kind,
        "opens": result.opens,
        "closes": result.closes,
        "closed": result.closed,
        "punches": result.punches,
        "earliest": result.earliest,
        "latest": result.latest,
        "left_late": result.left_late,
        "points": [
            {
                "slot": point.slot_id,
                "way": point.way,
                "expected": point.expected,
                "punched": point.punched,
                "punch": point.punch_id,
                "status": point.status,
                "seconds": point.seconds,
                "where": point.where,
                "device": point.strange_device,
                "late_received": point.late_received,
            }
            for point in result.points
        ],
        "worked": result.worked,
        "standard": result.standard,
        "exceptions": [(each.kind, each.count, each.seconds) for each in result.exceptions],
        "overtime": (result.overtime.status, result.overtime.seconds, result.overtime.short),
    }


@quick(300)
@given(cases())
def test_both_judges_agree(case: Case) -> None:
    assert told(result_of(case)) == judged(case)


@quick(40)
@given(cases())
def test_the_same_inputs_give_the_same_bytes_whatever_order_they_come_in(case: Case) -> None:
    backwards = replace(case, punches=case.punches[::-1], facts=case.facts[::-1])
    first, second = result_of(case), result_of(backwards)
    assert result_json(first) == result_json(second)
    assert result_from(result_json(first)) == first
    assert digest_of(inputs_of(case)) == digest_of(inputs_of(backwards))


@quick(40)
@given(cases())
def test_each_moment_is_of_one_day(case: Case) -> None:
    """Nobody's night is counted twice, and none falls between two days."""
    days = [case.day + timedelta(days=n) for n in range(-1, 3)]
    calendar, scheduled = (*case.calendar, None), (*case.scheduled, None)
    offsets = offsets_of(case.rule.zone)
    shapes = [shape(case.rule, offsets, *each) for each in zip(days, calendar, scheduled, strict=True)]
    first, second = plan(*shapes[:3]), plan(*shapes[1:])
    assert first.closes >= first.opens
    if second.closes > second.opens and first.closes > first.opens:
        assert first.closes == second.opens


@quick(40)
@given(cases())
def test_what_is_for_good_stays_as_it_is(case: Case) -> None:
    for_good = result_of(replace(case, as_of=None))
    assert result_of(replace(case, as_of=for_good.closes)) == for_good
    before = result_of(replace(case, as_of=for_good.closes - 1))
    assert not before.closed
    assert {"missing", "absent"}.isdisjoint(point.status for point in before.points if point.punched is None)


@quick(40)
@given(cases())
def test_a_month_is_its_days_added_up(case: Case) -> None:
    days = [result_of(replace(case, as_of=None)), result_of(replace(case, facts=(), as_of=None))]
    month, backwards = fold(days), fold(days[::-1])
    assert month == backwards
    assert month.worked == sum(day.worked for day in days)
    ruled = [each for each in days if each.rule_kind]
    assert month.work_days + month.rest_days == len(ruled) and month.days == 2
    assert fold([replace(each, rule_kind=None, kind="rest") for each in days]).rest_days == 0
    assert sum(each.count for each in month.exceptions) == sum(e.count for day in days for e in day.exceptions)
    assert sum(seconds for _, _, seconds in month.overtime) == sum(day.overtime.seconds for day in days)
    assert month.regular_days == sum(
        day.kind == "work" and {each.kind for each in day.exceptions} <= {"late_received"} for day in days
    )


def test_clocks_that_are_put_forward_and_back() -> None:
    """What clocks leave out is the moment at which they are put forward; of what they show twice, the first counts."""
    berlin = offsets_of("Europe/Berlin")

    def utc(day: date, hours: float) -> datetime:
        return datetime.fromtimestamp(instant(berlin, day, int(hours * 3600)), UTC)

    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert utc(spring, 2.5) == utc(spring, 3) == utc(spring, 2) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert utc(spring - timedelta(1), 26.5) == utc(spring, 2.5)
    assert utc(autumn, 2.5) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert utc(autumn, 3) == datetime(2026, 10, 25, 2, tzinfo=UTC)
    assert wall(berlin, instant(berlin, autumn, 9000) + 3600) == (autumn, 9000)
    assert instant(berlin, autumn, 24 * 3600) - instant(berlin, autumn, 0) == 25 * 3600


def test_a_new_edition_of_the_zone_database_changes_nothing_that_was_judged() -> None:
    """Berlin gives up summer time: results go by the offsets that were stored."""
    stored = Offsets("Europe/Berlin", 3600, ((1774746000, 7200), (1792890000, 3600)))
    known = offsets_of("Europe/Berlin")
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25)):
        for seconds in range(0, 48 * 3600, 900):
            assert instant(stored, day, seconds) == instant(known, day, seconds)
    given_up = Offsets("Europe/Berlin", 3600)
    assert instant(given_up, date(2026, 7, 1), 0) != instant(stored, date(2026, 7, 1), 0)


def test_judging_goes_by_nothing_but_what_it_is_given() -> None:
    """No database, no clock, no library: the judge and the words it speaks import the standard library only."""
    here = Path(checkins.__file__).parent
    for path in (here / "model.py", here / "rules_model.py", *(here / "results").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                inner = {1: {"away", "clock", "day", "match", "month", "overtime", "plan", "rules_model"}, 2: MODELS}
                if node.level:
                    assert node.module in inner[node.level], (path.name, node.module)
                names = [node.module or ""] if not node.level else []
            else:
                continue
            assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names - {"time", "random", "zoneinfo"}

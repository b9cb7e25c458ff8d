"""Judging one day of one person."""

from collections.abc import Sequence
from functools import lru_cache

from ..model import (
    AWAY,
    EXCEPTIONS,
    Aim,
    Applied,
    DayInputs,
    DayPlan,
    DayResult,
    ExceptionCount,
    ExceptionKind,
    Fact,
    OvertimeResult,
    Point,
    Punched,
    Span,
    Status,
    Way,
)
from .away import concerns, taken
from .match import Bent, bent, length, point_for, without
from .overtime import NONE, overtime, union

Took = dict[tuple[int, Way], Punched]
Away = dict[int, Span]
"""What each approved absence takes of the day."""
NOT_AWAY: Away = {}
ABSENT_OR: dict[Status, ExceptionKind] = {"late": "late", "early": "early", "missing": "missing", "absent": "absent"}


def judge(inputs: DayInputs) -> DayResult:
    """What became of a day. Nobody is missing before its last window has closed."""
    plan = inputs.plan
    facts = inputs.facts
    if facts:
        concerned = (fact for fact in facts if concerns(fact, plan))
        facts = tuple(sorted(concerned, key=lambda fact: (fact.start, fact.id)))
    away = {fact.id: span for fact in facts if fact.kind in AWAY and (span := taken(fact, plan))} if facts else NOT_AWAY
    applied = tuple([_applied(fact, plan, away.get(fact.id)) for fact in facts]) if facts else ()
    mine = [each for each in inputs.punches if _is_of(each, plan)]
    if not plan.slots:
        mine = _last_said(mine)
    if len(mine) > 1:
        mine.sort(key=lambda each: (each.at, each.id))
    strays = [each for each in mine if each.aim and _is_stray(each.aim, plan)] if plan.slots else []
    closed = inputs.as_of is None or inputs.as_of >= plan.closes
    if plan.slots:
        counting = [each for each in mine if each not in strays] if strays else mine
        points, worked, present, left_late = _slots(plan, away, counting, inputs.left_late, closed)
    elif plan.rule_kind == "free" and plan.kind == "work":
        points, worked, present, left_late = _free(plan, away, mine, closed)
    else:
        points, present, left_late = [], _between_punches(mine), 0
        worked = present[1] - present[0] if present and plan.rule_kind else 0
    return DayResult(
        date=plan.date,
        rule_id=plan.rule_id,
        rule_version=plan.rule_version,
        rule_kind=plan.rule_kind,
        kind=plan.kind,
        name=plan.name,
        shift_id=plan.shift_id,
        shift_name=plan.shift_name,
        points=tuple(points),
        exceptions=_exceptions(points, len(strays)),
        punches=len(mine),
        earliest=mine[0].at if mine else None,
        latest=mine[-1].at if mine else None,
        worked=worked,
        standard=_standard(plan),
        applied=applied,
        overtime=_overtime(plan, facts, present),
        left_late=left_late,
        opens=plan.opens,
        closes=plan.closes,
        closed=closed,
    )


@lru_cache(maxsize=4096)
def _standard(plan: DayPlan) -> int:
    return sum(slot.length for slot in plan.slots) + plan.free_standard


def _is_of(punch: Punched, plan: DayPlan) -> bool:
    if punch.outside and not plan.outside_counts:
        return False
    if punch.aim is not None:
        return punch.aim.date == plan.date
    return plan.opens <= punch.at < plan.closes


def _last_said(mine: list[Punched]) -> list[Punched]:
    """Without slots a correction is of coming or of going: of several, the one made last."""
    last: dict[Way, int] = {}
    for each in mine:
        if each.aim and each.aim.way:
            last[each.aim.way] = max(each.id, last.get(each.aim.way, 0))
    if not last:
        return mine
    return [each for each in mine if not each.aim or not each.aim.way or last[each.aim.way] == each.id]


def _is_stray(aim: Aim, plan: DayPlan) -> bool:
    """A correction counts for the slot and the shift that it was made for, and for no other that is planned instead."""
    if aim.way is None or aim.slot_id is None:
        return False
    fits = aim.shift_id is None or aim.shift_id == (plan.shift_id or 0)
    return not fits or all(each.id != aim.slot_id for each in plan.slots)


def _slots(
    plan: DayPlan, away: Away, mine: list[Punched], left_late: int, closed: bool
) -> tuple[list[Point], int, Span | None, int]:
    absences = list(away.values()) if away else []
    slots = bent(plan, absences)
    took = _taken(slots, mine)
    allowance = 0
    if plan.late_leaves:
        allowance = max((later for after, later in plan.late_leaves if left_late >= after), default=0)
    points: list[Point] = []
    worked = 0
    for n, one in enumerate(slots):
        on, off = took.get((n, "start")), took.get((n, "end"))
        came = _came(plan, one, on, 0 if n else allowance)
        moved = _moved(plan, one, came)
        went = _went(plan, one, off, moved)
        points += _unpunched(one, [came, went], closed) if on is None or off is None else (came, went)
        worked += _worked_in(one, came, went, moved, absences) if closed or came.punched or went.punched else 0
    last, went = slots[-1], points[-1]
    ends = went.expected if went.expected is not None else last.end
    left = _minute(went.punched) if went.punched is not None else None
    present = (ends, left) if left is not None and left > ends else None
    return points, worked, present, max(0, left - ends) if left is not None else 0


def _taken(slots: Sequence[Bent], mine: list[Punched]) -> Took:
    """For each point the punch that counts: a correction, the last one made; or the first coming, the last going."""
    took: Took = {}
    corrected: Took = {}
    for punch in mine:
        if punch.aim and punch.aim.way and punch.aim.slot_id is not None:
            n = next(n for n, each in enumerate(slots) if each.slot.id == punch.aim.slot_id)
            before = corrected.get((n, punch.aim.way))
            if before is None or before.id < punch.id:
                corrected[n, punch.aim.way] = punch
            continue
        point = point_for(slots, punch.at, punch.way)
        if point and (point[1] == "end" or point not in took):
            took[point] = punch
    return took | corrected if corrected else took


def _came(plan: DayPlan, one: Bent, punch: Punched | None, allowance: int) -> Point:
    slot = one.slot
    expected = one.start + (max(allowance, plan.band_late) if one.start == slot.start else 0)
    at = punch.at if punch else None
    status: Status = "covered" if one.covered else "normal" if slot.needs_start else "not_needed"
    seconds = 0
    if at is not None and status == "normal":
        late = _minute(at) - expected
        if late > plan.late_grace:
            absent = plan.absent_if_late is not None and late > plan.absent_if_late
            status, seconds = "absent" if absent else "late", late
    return _point(slot.id, "start", expected, punch, status, seconds)


def _moved(plan: DayPlan, one: Bent, came: Point) -> int:
    """By how much a band moves the end: as much as one came later, or earlier."""
    whole = (one.start, one.end) == (one.slot.start, one.slot.end)
    if came.punched is None or came.status in ("not_needed", "covered") or not whole:
        return 0
    return max(-plan.band_early, min(plan.band_late, _minute(came.punched) - one.start))


def _went(plan: DayPlan, one: Bent, punch: Punched | None, moved: int) -> Point:
    slot = one.slot
    expected = one.end + moved
    at = punch.at if punch else None
    status: Status = "covered" if one.covered else "normal" if slot.needs_end else "not_needed"
    seconds = 0
    if at is not None and status == "normal":
        early = expected - _minute(at)
        if early > plan.early_grace:
            absent = plan.absent_if_early is not None and early > plan.absent_if_early
            status, seconds = "absent" if absent else "early", early
    return _point(slot.id, "end", expected, punch, status, seconds)


def _point(slot_id: int, way: Way, expected: int | None, punch: Punched | None, status: Status, seconds: int) -> Point:
    if punch is None:
        return Point(slot_id, way, expected, None, None, None, status, seconds, None, "normal", False)
    device = punch.strange_device
    return Point(
        slot_id,
        way,
        expected,
        punch.at,
        punch.id,
        punch.fact_id,
        status,
        seconds,
        punch.source,
        punch.where,
        device,
        punch.late_received,
    )


def _unpunched(one: Bent, pair: list[Point], closed: bool) -> list[Point]:
    """What is wrong with points that nobody punched: a slot of which none was, was not worked at all."""
    if one.covered:
        return pair
    wanted = [each for each in pair if each.status != "not_needed"]
    lacking = [each for each in wanted if each.punched is None]
    if not lacking:
        return pair
    absent = closed and len(lacking) == len(wanted)
    status: Status = "absent" if absent else "missing" if closed else "not_yet"
    seconds = one.needed if absent else 0
    made = []
    for each in pair:
        if each in lacking:
            each = _point(each.slot_id, each.way, each.expected, None, status, seconds)
            seconds = 0
        made.append(each)
    return made


def _worked_in(one: Bent, came: Point, went: Point, moved: int, absences: list[Span]) -> int:
    """From coming to going, without rests and what was approved. Where no punch is needed, the slot's own time stands
    for it."""
    slot = one.slot
    if came.punched is None and went.punched is None and (slot.needs_start or slot.needs_end or one.covered):
        return 0
    start = one.start if not slot.needs_start else came.punched
    end = one.end + moved if not slot.needs_end else went.punched
    if start is None or end is None or _minute(end) <= _minute(start):
        return 0
    came_at, went_at = _minute(start), _minute(end)
    if len(slot.rests) == 1 and not absences:
        [(rest, over)] = slot.rests
        return went_at - came_at - max(0, min(went_at, over) - max(came_at, rest))
    return length(without([(came_at, went_at)], [*slot.rests, *absences]))


def _free(plan: DayPlan, away: Away, mine: list[Punched], closed: bool) -> tuple[list[Point], int, Span | None, int]:
    """A day on which one comes and goes as one likes."""
    on = next((each for each in mine if each.way != "end"), None)
    off = None
    for each in mine:
        if each.way != "start" and each is not on and (on is None or each.at >= on.at + max(plan.free_apart, 60)):
            off = each
    absences = list(away.values()) if away else []
    of_day = union([(max(start, plan.begins), min(end, plan.ends)) for start, end in absences]) if away else []
    left = max(0, plan.free_standard - length(of_day))
    covered = length(of_day) >= plan.ends - plan.begins or (plan.free_standard > 0 and not left)
    wanted = [on, off] if plan.free_needs_end else [on]
    absent = closed and not any(wanted)
    points = []
    ways: tuple[Way, Way] = ("start", "end")
    for way, punch in zip(ways, (on, off), strict=True):
        status: Status = "normal"
        seconds = 0
        if covered:
            status = "covered"
        elif way == "end" and not plan.free_needs_end:
            status = "not_needed"
        elif punch is None:
            status = "absent" if absent else "missing" if closed else "not_yet"
            seconds = left if absent and way == "start" else 0
        points.append(_point(0, way, None, punch, status, seconds))
    worked = length(without([(_minute(on.at), _minute(off.at))], absences)) if on and off else 0
    present = None
    if on and off and plan.free_standard:
        present = (_minute(on.at) + plan.free_standard, _minute(off.at))
    return points, worked, present if present and present[0] < present[1] else None, 0


def _between_punches(mine: list[Punched]) -> Span | None:
    if len(mine) < 2 or _minute(mine[0].at) == _minute(mine[-1].at):
        return None
    return _minute(mine[0].at), _minute(mine[-1].at)


def _exceptions(points: list[Point], strays: int) -> tuple[ExceptionCount, ...]:
    counts: dict[ExceptionKind, list[int]] = {}
    for point in points:
        kind = ABSENT_OR.get(point.status)
        whole_day = point.expected is None and point.way == "start"  # of free hours, which need not say how many
        if kind and (kind != "absent" or point.seconds or whole_day or point.punched is not None):
            _count(counts, kind, 0 if kind == "missing" else point.seconds)
        if point.where == "place" or point.where == "wifi":
            _count(counts, "place", 0)
        if point.strange_device:
            _count(counts, "device", 0)
        if point.late_received:
            _count(counts, "late_received", 0)
    if strays:
        counts["stray"] = [strays, 0]
    return tuple([ExceptionCount(kind, *counts[kind]) for kind in EXCEPTIONS if kind in counts]) if counts else ()


def _count(counts: dict[ExceptionKind, list[int]], kind: ExceptionKind, seconds: int) -> None:
    count = counts.setdefault(kind, [0, 0])
    count[0] += 1
    count[1] += seconds


def _applied(fact: Fact, plan: DayPlan, away: Span | None) -> Applied:
    seconds = 0
    if away:
        for slot in plan.slots:
            within = (max(away[0], slot.start), min(away[1], slot.end))
            seconds += length(without([within], list(slot.rests))) if within[0] < within[1] else 0
        if not plan.slots and plan.rule_kind == "free" and plan.kind == "work":
            seconds = _of_free(away, plan)
    elif fact.kind == "overtime":
        seconds = fact.end - fact.start
    return Applied(fact.id, fact.kind, fact.name, fact.number, fact.vacation, fact.by_day, seconds)


def _of_free(away: Span, plan: DayPlan) -> int:
    """Of a day whose hours nobody lays down, no more than it has; and of one that says no number, hours only."""
    if away[0] <= plan.begins and away[1] >= plan.ends:
        return plan.free_standard
    within = min(away[1], plan.ends) - max(away[0], plan.begins)
    return min(within, plan.free_standard) if plan.free_standard else within


def _overtime(plan: DayPlan, facts: tuple[Fact, ...], present: Span | None) -> OvertimeResult:
    if plan.overtime is None:
        return NONE
    approved = union([(fact.start, fact.end) for fact in facts if fact.kind == "overtime"]) if facts else []
    return overtime(plan.overtime, present, approved)


def _minute(at: int) -> int:
    """What the clock shows: whoever comes at nine o'clock and fifty seconds comes at nine."""
    return at - at % 60

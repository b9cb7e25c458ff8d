"""A second judge of days, slow and obvious: minute by minute, from docs/check-ins.md.

It shares no code with the first.
"""

from datetime import timedelta

from tests.features.checkins.reference_days import (
    Case,
    Slotted,
    asked_of,
    away_in,
    belongs_to_later,
    clock_of,
    day_begins,
)
from wecom.features.checkins.rules_model import Timetable

EXCEPTION_ORDER = ["late", "early", "missing", "absent", "place", "device", "late_received"]  # and strays after them


def judged(case: Case) -> dict:
    """What became of the day."""
    rule, clock = case.rule, clock_of(case.rule.zone, case.day)
    days = [case.day + timedelta(days=n) for n in (-1, 0, 1)]
    asked = [asked_of(rule, *each) for each in zip(days, case.calendar, case.scheduled, strict=True)]
    slotted = [
        [Slotted(clock, day, slot, timetable) for slot in (slots if rule.kind != "free" else ())]
        for day, (_, timetable, slots) in zip(days, asked, strict=True)
    ]
    kind, timetable, _ = asked[1]
    begins = day_begins(clock, rule, days[1], slotted[0], slotted[1])
    ends = max(begins, day_begins(clock, rule, days[2], slotted[1], slotted[2]))
    midnights = range(clock.first(case.day, 0), clock.first(days[2], 0))
    away = away_in(case.facts, midnights, slotted[1])
    mine = [
        punch
        for punch in case.punches
        if (rule.outside_counts or not punch.outside)
        and (punch.aim.date == case.day if punch.aim else begins <= punch.at // 60 < ends)
    ]
    if not slotted[1]:
        for way in ("start", "end"):
            said = sorted(punch.id for punch in mine if punch.aim and punch.aim.way == way)
            mine = [punch for punch in mine if punch.id not in said[:-1]]
    mine.sort(key=lambda punch: (punch.at, punch.id))
    strays = []
    for punch in mine:
        if slotted[1] and punch.aim and punch.aim.way and punch.aim.slot_id is not None:
            there = [each.slot.id for each in slotted[1]]
            shift = case.scheduled[1].shift_id if rule.kind == "shift" else 0
            if punch.aim.slot_id not in there or punch.aim.shift_id not in (None, shift):
                strays.append(punch)
    closed = case.as_of is None or case.as_of >= ends * 60
    told = {
        "kind": kind,
        "opens": begins * 60,
        "closes": ends * 60,
        "closed": closed,
        "punches": len(mine),
        "earliest": mine[0].at if mine else None,
        "latest": mine[-1].at if mine else None,
        "left_late": 0,
        "points": [],
        "worked": 0,
        "standard": sum(60 * len(each.needed) for each in slotted[1]),
    }
    present = None
    if slotted[1]:
        counting = [punch for punch in mine if punch not in strays]
        present = _slots(case, timetable, slotted[1], away, counting, closed, (begins, ends), told)
    elif rule.kind == "free" and kind == "work":
        present = _free(case, midnights, away, mine, closed, told)
    elif mine and mine[0].at // 60 < mine[-1].at // 60:
        present = (mine[0].at // 60, mine[-1].at // 60)
        told["worked"] = 60 * (present[1] - present[0])
    told["exceptions"] = _exceptions(told["points"]) + ([("stray", len(strays), 0)] if strays else [])
    told["overtime"] = _overtime(case, clock, kind, present, begins, ends)
    return told


def _slots(case, timetable, slots, away, mine, closed, span, told):
    strict = timetable if timetable.flexible else Timetable()
    for each in slots:
        each.lessen(away)
    found = {}
    for punch in mine:
        if punch.aim and punch.aim.way and punch.aim.slot_id is not None:
            continue
        about = _about(slots, punch.at // 60, punch.way, span)
        if about is not None:
            found.setdefault(about, []).append(punch)
    corrected = {}
    for punch in sorted(mine, key=lambda punch: punch.id):
        if punch.aim and punch.aim.way and punch.aim.slot_id is not None:
            n = [each.slot.id for each in slots].index(punch.aim.slot_id)
            corrected[n, punch.aim.way] = punch
    later = 0
    if timetable.leaving_late_counts:
        for allowance in timetable.late_leaves:
            if case.left_late >= allowance.left_after:
                later = max(later, allowance.may_come_later // 60)
    for n, each in enumerate(slots):
        on = corrected.get((n, "start")) or next(iter(found.get((n, "start"), [])), None)
        off = corrected.get((n, "end")) or next(iter(reversed(found.get((n, "end"), []))), None)
        whole = (each.begins, each.goes) == (each.start, each.end)
        slack = 0
        if each.begins == each.start:
            slack = max(strict.band_late // 60, later if n == 0 else 0)
        moved = 0
        if whole and on and each.slot.needs_start and each.needed:
            moved = on.at // 60 - each.begins
            moved = min(moved, strict.band_late // 60) if moved > 0 else max(moved, -strict.band_early // 60)
        pair = [
            _point(each, "start", on, each.begins + slack, strict.late_grace, timetable.absent_if_late, closed),
            _point(each, "end", off, each.goes + moved, strict.early_grace, timetable.absent_if_early, closed),
        ]
        wanted = [p for p, needs in zip(pair, (each.slot.needs_start, each.slot.needs_end), strict=True) if needs]
        if each.needed and closed and wanted and all(p["punched"] is None for p in wanted):
            for p in wanted:
                p["status"] = "absent"
            wanted[0]["seconds"] = 60 * len(each.needed)
        told["points"] += pair
        start = (each.begins if not each.slot.needs_start else on.at // 60) if on or not each.slot.needs_start else None
        end = (
            (each.goes + moved if not each.slot.needs_end else off.at // 60) if off or not each.slot.needs_end else None
        )
        nobody = not on and not off and (each.slot.needs_start or each.slot.needs_end or not each.needed or not closed)
        if start is not None and end is not None and not nobody:
            told["worked"] += 60 * sum(1 for m in range(start, end) if m not in each.resting and m not in away)
    last = told["points"][-1]
    if last["punched"] is not None and last["punched"] // 60 > last["expected"] // 60:
        told["left_late"] = last["punched"] // 60 * 60 - last["expected"]
        return last["expected"] // 60, last["punched"] // 60
    return None


def _about(slots, minute, way, span):
    if way == "start":
        for n, each in enumerate(slots):
            if minute < each.goes:
                return (n, "start") if each.may_come(minute) else None
        return None
    if way == "end":
        for n in range(len(slots) - 1, -1, -1):
            if slots[n].begins <= minute:
                return (n, "end") if slots[n].may_go(minute) else None
        return None
    if not span[0] <= minute < span[1]:
        return None
    n = 0
    while n + 1 < len(slots) and belongs_to_later(minute, slots[n], slots[n + 1]):
        n += 1
    one = slots[n]
    if minute < one.half():
        return (n, "start") if one.may_come(minute) else None
    return (n, "end") if one.may_go(minute) else None


def _point(each, way, punch, expected, grace, absent_beyond, closed):
    needs = each.slot.needs_start if way == "start" else each.slot.needs_end
    seconds = 0
    if not each.needed:
        status = "covered"
    elif not needs:
        status = "not_needed"
    elif punch is None:
        status = "missing" if closed else "not_yet"
    else:
        status = "normal"
        off = 60 * (punch.at // 60 - expected) * (1 if way == "start" else -1)
        if off > grace:
            seconds = off
            status = "late" if way == "start" else "early"
            if absent_beyond is not None and off > absent_beyond:
                status = "absent"
    return {
        "slot": each.slot.id,
        "way": way,
        "expected": 60 * expected,
        "punched": punch.at if punch else None,
        "punch": punch.id if punch else None,
        "status": status,
        "seconds": seconds,
        "where": punch.where if punch else "normal",
        "device": punch.strange_device if punch else False,
        "late_received": punch.late_received if punch else False,
    }


def _free(case, midnights, away, mine, closed, told):
    free = case.rule.free
    on = next((punch for punch in mine if punch.way in (None, "start")), None)
    offs = [punch for punch in mine if punch.way in (None, "end") and punch is not on]
    if on:
        offs = [punch for punch in offs if punch.at - on.at >= max(free.apart, 60)]
    off = offs[-1] if offs else None
    of_day = away & set(midnights)
    owed = max(0, (free.standard or 0) - 60 * len(of_day))
    covered = len(of_day) == len(midnights) or (free.standard and not owed)
    nothing = on is None and (off is None or not free.needs_end)
    for way, punch in (("start", on), ("end", off)):
        seconds = 0
        if covered:
            status = "covered"
        elif way == "end" and not free.needs_end:
            status = "not_needed"
        elif punch:
            status = "normal"
        elif not closed:
            status = "not_yet"
        elif nothing:
            status, seconds = "absent", owed if way == "start" else 0
        else:
            status = "missing"
        told["points"].append(
            {
                "slot": 0,
                "way": way,
                "expected": None,
                "punched": punch.at if punch else None,
                "punch": punch.id if punch else None,
                "status": status,
                "seconds": seconds,
                "where": punch.where if punch else "normal",
                "device": punch.strange_device if punch else False,
                "late_received": punch.late_received if punch else False,
            }
        )
    told["standard"] = free.standard or 0
    if on and off:
        told["worked"] = 60 * sum(1 for m in range(on.at // 60, off.at // 60) if m not in away)
        if free.standard and on.at // 60 + free.standard // 60 < off.at // 60:
            return on.at // 60 + free.standard // 60, off.at // 60
    return None


def _exceptions(points):
    made = []
    for kind in EXCEPTION_ORDER:
        if kind == "place":
            hit = [0 for point in points if point["where"] in ("place", "wifi")]
        elif kind in ("device", "late_received"):
            hit = [0 for point in points if point[kind]]
        else:
            hit = [point["seconds"] for point in points if point["status"] == kind]
            if kind == "absent":  # once for a slot that was not worked at all, or for a day of free hours
                hit = []
                untouched = set()
                for point in points:
                    if point["status"] == kind and (point["punched"] is not None or point["slot"] not in untouched):
                        hit.append(point["seconds"])
                    if point["status"] == kind and point["punched"] is None:
                        untouched.add(point["slot"])
        if hit:
            made.append((kind, len(hit), sum(hit) if kind != "missing" else 0))
    return made


def _overtime(case, clock, kind, present, begins, ends):
    parts = case.rule.overtime
    part = {"work": parts.workday, "rest": parts.restday, "holiday": parts.holiday}[kind]
    if not part.allowed:
        return ("none", 0, 0)
    approved = {
        minute
        for fact in case.facts
        if fact.kind == "overtime" and begins <= fact.start // 60 < ends
        for minute in range(fact.start // 60, fact.end // 60)
    }
    there = set()
    if present:
        start = present[0]
        if part.basis == "punches" and kind == "work":
            start += part.start_after // 60
        there = set(range(start, present[1]))
    counted = approved if part.basis == "approval" else there if part.basis == "punches" else there & approved
    if not counted:
        return ("none", 0, 0)
    for window in part.rests.windows:
        counted = counted - set(
            range(clock.first(case.day, window.start // 60), clock.first(case.day, window.end // 60))
        )
    minutes = len(counted)
    minutes = max(0, minutes - max([tier.rest // 60 for tier in part.rests.tiers if minutes * 60 >= tier.worked] + [0]))
    if part.basis == "approval":
        return ("ok", 60 * minutes, 0) if minutes else ("none", 0, 0)
    if minutes == 0 or minutes * 60 < part.minimum:
        return ("short", 0, 60 * minutes)
    return ("ok", min(60 * minutes, part.maximum), 0)

"""From WeCom's rule object to ours. Whether the whole is fit to be kept is for the feature to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from wecom.features.checkins import places
from wecom.features.checkins.refusals import RuleUnfit
from wecom.features.checkins.rules_model import (
    Covered,
    FreeHours,
    Lapse,
    LateLeave,
    MakeUps,
    Means,
    OutOfRange,
    Overtime,
    OvertimeBasis,
    OvertimePart,
    OvertimeRests,
    OvertimeUnit,
    Place,
    Reporters,
    Rest,
    Rule,
    RuleKind,
    Shift,
    Slot,
    SpecialDays,
    Tier,
    Timetable,
    Week,
    Wifi,
)

from .checkin_rule_wire import (
    CountingBody,
    FlexBody,
    OvertimeBody,
    OvertimePartBody,
    PlaceBody,
    RuleBody,
    ShiftBody,
    SlotBody,
    SpecialDayBody,
    UnitBody,
    WeekBody,
)

T = TypeVar("T")

KINDS: dict[int, RuleKind] = {1: "fixed", 2: "shift", 3: "free"}
MEANS: dict[int, Means] = {0: "phone", 2: "machine", 3: "both"}
OUT_OF_RANGE: dict[int, OutOfRange] = {0: "flag", 1: "outside", 2: "refuse"}
LAPSES: tuple[Lapse, ...] = ("missing", "late", "early", "other")
"""By bit of `buka_restriction`."""
BASES: dict[int, OvertimeBasis] = {0: "overlap", 1: "punches", 2: "approval"}
EVERY: dict[int, Literal["day", "range", "fortnight"]] = {0: "day", 1: "range", 2: "fortnight"}
UNITS: dict[int, Literal["hour", "day"]] = {2: "hour", 3: "day"}
ROUNDING: dict[int, Literal["up", "down", "nearest"]] = {1: "up", 2: "down", 3: "nearest"}
MOST_FLEX = 360 * 60
BAND_STEP = 300
MOST_OVERTIME = 720 * 60
MILLION = 1_000_000


Dated = TypeVar("Dated", Week, Shift)


@dataclass(frozen=True, slots=True)
class Named:
    """Ids of the members whom a rule names; the app sees them all."""

    ids: Mapping[str, int]

    def members(self, userids: Sequence[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.ids[each.lower()] for each in userids))


def rule_from_wire(body: RuleBody, before: Rule | None, named: Named, zone: str) -> Rule:
    """The rule that a body makes of another, or of nothing."""
    kind = _one_of(KINDS, body.grouptype, "grouptype") if body.grouptype is not None else None
    if before is None:
        _must(kind is not None, "grouptype")
        _must(bool(body.groupname), "groupname")
        _must(body.range is not None, "range")
    rule = before or Rule(kind=kind or "fixed", name="", zone=zone)
    given: dict[str, Any] = {"kind": kind, "name": body.groupname}
    given |= _whom(body, named) | _hours(body, rule, zone) | _where(body) | _plain(body)
    given["make_ups"] = _make_ups(body, rule.make_ups)
    given["overtime"] = _overtime(body.ot_info_v2, rule.overtime) if body.ot_info_v2 else None
    return replace(rule, **{name: value for name, value in given.items() if value is not None})


def _whom(body: RuleBody, named: Named) -> dict[str, Any]:
    whom: dict[str, Any] = {}
    if body.range is not None:
        departments = body.range.party_id or body.range.partyid
        whom["covered"] = Covered(
            named.members(body.range.userid), tuple(dict.fromkeys(departments)), tuple(dict.fromkeys(body.range.tagid))
        )
    if body.white_users:
        whom["exempt"] = named.members(body.white_users)
    if body.reporterinfo is not None:
        told = body.reporterinfo.reporters
        whom["reporters"] = Reporters(
            named.members([each.userid for each in told if each.userid]),
            tuple(dict.fromkeys(each.tagid for each in told if each.tagid is not None)),
        )
    return whom


def _hours(body: RuleBody, rule: Rule, zone: str) -> dict[str, Any]:
    hours: dict[str, Any] = {}
    if body.checkindate:
        weeks = {_days_of(each): each.timetable for each in rule.weeks}
        made = [_week(each) for each in body.checkindate]
        hours["weeks"] = tuple(_as_strict(each, weeks.get(_days_of(each))) for each in made)
    if body.schedulelist:
        shifts = {each.id: each.timetable for each in rule.shifts}
        wanted = [_shift(each) for each in body.schedulelist if each.schedule_id != 0]
        hours["shifts"] = tuple(_as_strict(each, shifts.get(each.id)) for each in wanted)
        _must(all(not each.time_section for each in body.schedulelist if each.schedule_id == 0), "schedulelist")
    if body.spe_workdays:
        hours["worked_days"] = tuple(_special(each, zone) for each in body.spe_workdays)
    if body.spe_offdays:
        hours["days_off"] = tuple(_special(each, zone) for each in body.spe_offdays)
    hours["free"] = _free(body, rule.free)
    hours["day_turns"] = body.span_day_time
    return hours


def _days_of(week: Week) -> tuple[object, ...]:
    return (frozenset(week.weekdays), week.fortnightly, frozenset(week.odd_weekdays), frozenset(week.even_weekdays))


def _as_strict(made: Dated, before: Timetable | None) -> Dated:
    """What nobody can write by this way stays as it was set elsewhere: windows of the whole day, and how late or early
    is absent."""
    if before is None:
        return made
    kept = {name: getattr(before, name) for name in ("ahead", "after", "absent_if_late", "absent_if_early")}
    return replace(made, timetable=replace(made.timetable, **kept))


def _free(body: RuleBody, free: FreeHours) -> FreeHours:
    if body.offwork_interval_time is not None:
        free = replace(free, apart=body.offwork_interval_time)
    if body.standard_work_duration is not None:
        free = replace(free, standard=_unless_minus_one(body.standard_work_duration))
    return free


def _where(body: RuleBody) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if body.loc_infos:
        where["places"] = tuple(_place(each) for each in body.loc_infos)
    if body.wifimac_infos:
        where["wifi"] = tuple(Wifi(each.wifiname, each.wifimac.lower()) for each in body.wifimac_infos)
    if body.option_out_range is not None:
        where["out_of_range"] = _one_of(OUT_OF_RANGE, body.option_out_range, "option_out_range")
    if body.type is not None:
        where["means"] = _one_of(MEANS, body.type, "type")
    return where


def _plain(body: RuleBody) -> dict[str, Any]:
    if body.checkin_method_type is not None:
        _must(body.checkin_method_type in (0, 1, 2), "checkin_method_type")
    return {
        "holidays": body.sync_holidays,
        "needs_photo": body.need_photo,
        "album": body.note_can_use_local_pic,
        "face": body.use_face_detect,
        "liveness": body.open_face_live_detect,
        "on_rest_days": body.allow_checkin_offworkday,
        "outside_counts": body.sync_out_checkin,
        "approval_punches": body.open_sp_checkin,
        "method": body.checkin_method_type,
    }


def _week(body: WeekBody) -> Week:
    fortnight = body.biweekly
    return Week(
        weekdays=tuple(body.workdays),
        timetable=_timetable(body, body.checkintime),
        fortnightly=fortnight.enable_weekday_recurrence if fortnight else False,
        odd_weekdays=tuple(fortnight.odd_workdays) if fortnight else (),
        even_weekdays=tuple(fortnight.even_workdays) if fortnight else (),
    )


def _shift(body: ShiftBody) -> Shift:
    return Shift(id=body.schedule_id or 0, name=body.schedule_name, timetable=_timetable(body, body.time_section))


def _timetable(body: FlexBody, slots: list[SlotBody]) -> Timetable:
    grace = body.flex_on_duty_time or 0, body.flex_off_duty_time or 0
    band = body.max_allow_arrive_early or 0, body.max_allow_arrive_late or 0
    _must(all(0 <= each <= MOST_FLEX for each in grace), "flex_on_duty_time")
    _must(all(0 <= each <= MOST_FLEX and each % BAND_STEP == 0 for each in band), "max_allow_arrive_late")
    _must(not (any(grace) and any(band)), "max_allow_arrive_early")
    late = body.late_rule
    return Timetable(
        slots=_slots(slots),
        flexible=body.allow_flex,
        late_grace=grace[0],
        early_grace=grace[1],
        band_early=band[0],
        band_late=band[1],
        leaving_late_counts=late.allow_offwork_after_time if late else True,
        late_leaves=tuple(LateLeave(each.offwork_after_time, each.onwork_flex_time) for each in late.timerules)
        if late
        else (),
    )


def _slots(bodies: list[SlotBody]) -> tuple[Slot, ...]:
    """Those without a number get one that is free."""
    taken = {each.time_id for each in bodies}
    free = (number for number in range(1, 99_999) if number not in taken)
    return tuple(_slot(each, next(free) if each.time_id is None else each.time_id) for each in bodies)


def _slot(body: SlotBody, id: int) -> Slot:
    rests = [Rest(each.rest_begin_time, each.rest_end_time) for each in body.rest_times]
    if not rests and body.rest_begin_time is not None and body.rest_end_time is not None:
        rests = [Rest(body.rest_begin_time, body.rest_end_time)]
    return Slot(
        id=id,
        start=body.work_sec,
        end=body.off_work_sec,
        earliest_start=body.earliest_work_sec,
        latest_start=body.latest_work_sec,
        earliest_end=body.earliest_off_work_sec,
        latest_end=body.latest_off_work_sec,
        needs_start=not body.no_need_checkon,
        needs_end=not body.no_need_checkoff,
        rests=tuple(rests) if body.allow_rest else (),
        remind_start=body.remind_work_sec,
        remind_end=body.remind_off_work_sec,
    )


def _special(body: SpecialDayBody, zone: str) -> SpecialDays:
    every = _one_of(EVERY, body.type, "type")
    begins = body.timestamp if every == "day" else body.begtime or body.begintime or body.timestamp
    ends = begins if every == "day" else body.endtime
    if begins is None or ends is None:
        raise _unfit("timestamp")
    return SpecialDays(every, date_at(begins, zone), date_at(ends, zone), body.notes, _slots(body.checkintime))


def _place(body: PlaceBody) -> Place:
    _must(abs(body.lat) <= 90 * MILLION, "lat")
    _must(abs(body.lng) <= 180 * MILLION, "lng")
    latitude, longitude = places.wgs_from_gcj(body.lat / MILLION, body.lng / MILLION)
    return Place(body.loc_title, body.loc_detail, latitude, longitude, body.distance)


def _make_ups(body: RuleBody, ups: MakeUps) -> MakeUps:
    if body.allow_apply_offworkday is not None:
        ups = replace(ups, on_rest_days=body.allow_apply_offworkday)
    if body.allow_apply_bk_cnt is not None:
        ups = replace(ups, a_month=_unless_minus_one(body.allow_apply_bk_cnt))
    if body.allow_apply_bk_day_limit is not None:
        ups = replace(ups, within_days=_unless_minus_one(body.allow_apply_bk_day_limit))
    if body.buka_limit_next_month is not None:
        ups = replace(ups, until_next_month=_unless_minus_one(body.buka_limit_next_month))
    if body.buka_restriction is not None:
        bits = body.buka_restriction
        _must(0 <= bits < 1 << len(LAPSES), "buka_restriction")
        ups = replace(ups, not_for=tuple(lapse for n, lapse in enumerate(LAPSES) if bits >> n & 1))
    if reminder := body.buka_remind:
        _must(reminder.buka_remind_month in (0, 1), "buka_remind_month")
        ups = replace(
            ups,
            reminds=reminder.open_remind,
            remind_day=reminder.buka_remind_day,
            remind_next_month=bool(reminder.buka_remind_month),
        )
    return ups


def _overtime(body: OvertimeBody, before: Overtime) -> Overtime:
    return Overtime(
        workday=_overtime_part(body.workdayconf) if body.workdayconf else before.workday,
        restday=_overtime_part(body.restdayconf) if body.restdayconf else before.restday,
        holiday=_overtime_part(body.holidayconf) if body.holidayconf else before.holiday,
        unit=_unit(body.time_unit_config) if body.time_unit_config else before.unit,
    )


def _overtime_part(body: OvertimePartBody) -> OvertimePart:
    basis = _one_of(BASES, body.type, "ot_info_v2.type")
    of = {"overlap": body.applycheckin, "punches": body.checkin, "approval": body.apply}[basis] or CountingBody()
    lengths = of.ot_time_start, of.ot_time_min, of.ot_time_max
    _must(all(0 <= each <= MOST_OVERTIME for each in lengths), "ot_time_max")
    _must(not body.ot_trans_enable or body.ot_trans_type in (1, 2), "ot_trans_type")
    _must(body.ot_time_range in (0, 1, 2), "ot_time_range")
    vacation = body.vacation
    return OvertimePart(
        allowed=body.allow_ot,
        basis=basis,
        start_after=of.ot_time_start,
        minimum=of.ot_time_min,
        maximum=of.ot_time_max,
        rests=_overtime_rests(of),
        becomes=("time_off" if body.ot_trans_type == 1 else "money") if body.ot_trans_enable else None,
        ratio=vacation.trans_ratio if vacation else 100,
        into_balance=vacation.sync_vacation if vacation else False,
        stretch=body.ot_time_range,
    )


def _overtime_rests(body: CountingBody) -> OvertimeRests:
    rest = body.restinfo
    _must(rest.type in (0, 1, 2), "restinfo.type")
    if rest.type == 1:
        return OvertimeRests(
            windows=tuple(Rest(each.fix_time_begin_sec, each.fix_time_end_sec) for each in rest.fix_time_rule_list)
        )
    if rest.type == 2 and rest.cal_ottime_rule:
        return OvertimeRests(tiers=tuple(Tier(each.ot_time, each.rest_time) for each in rest.cal_ottime_rule.items))
    return OvertimeRests()


def _unit(body: UnitBody) -> OvertimeUnit:
    _must(3600 <= body.perday_duration_secs <= 86_400, "perday_duration_secs")
    _must(body.rounding_precision in (0, 1), "rounding_precision")
    return OvertimeUnit(
        unit=_one_of(UNITS, body.ot_time_unit, "ot_time_unit"),
        a_day=body.perday_duration_secs,
        rounding=_one_of(ROUNDING, body.rounding_method, "rounding_method"),
        decimals=body.rounding_precision,
        step=body.step_size,
    )


def date_at(stamp: int, zone: str) -> date:
    """The date of a midnight, or of any other second of the day."""
    if not 0 <= stamp < 2**32:
        raise _unfit("timestamp")
    return datetime.fromtimestamp(stamp, UTC).astimezone(ZoneInfo(zone)).date()


def _unless_minus_one(value: int) -> int | None:
    return None if value == -1 else value


def _one_of(known: Mapping[int, T], given: int | None, field: str) -> T:
    if given is None or given not in known:
        raise _unfit(field)
    return known[given]


def _must(holds: bool, field: str) -> None:
    if not holds:
        raise _unfit(field)


def _unfit(field: str) -> RuleUnfit:
    return RuleUnfit(f"invalid field: {field}")

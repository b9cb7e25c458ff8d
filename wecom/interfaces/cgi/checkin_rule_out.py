"""From our rules to what WeCom's callers read: what is written, and beside it what older pages had.

`flex_time` and `limit_aheadtime` are milliseconds; all other lengths are seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from wecom.features.checkins import places
from wecom.features.checkins.records import RuleVersion
from wecom.features.checkins.rules_model import (
    OvertimePart,
    OvertimeRests,
    Place,
    Rule,
    Shift,
    Slot,
    SpecialDays,
    Timetable,
    Week,
)

from .checkin_rule_in import BASES, EVERY, KINDS, LAPSES, MEANS, MILLION, OUT_OF_RANGE, ROUNDING, UNITS
from .checkin_rule_views import (
    CountingView,
    FortnightView,
    LateLeaveView,
    LateRuleView,
    OldOvertimeApplyView,
    OldOvertimePunchedView,
    OldOvertimeRestView,
    OldOvertimeView,
    OvertimePartView,
    OvertimeRestView,
    OvertimeView,
    PlaceView,
    RangeView,
    RemindView,
    ReportersView,
    ReporterView,
    RestView,
    RuleView,
    ShiftView,
    SlotView,
    SpecialDayView,
    TiersView,
    TierView,
    UnitView,
    VacationView,
    WeekView,
    WifiView,
    WindowView,
)

MILLISECONDS = 1000
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule's ids are called for the app that asks; whom it does not see is left out."""

    userids: Mapping[int, str]
    departments: frozenset[int]
    zone: str
    """The company's: midnights are its midnights."""

    def named(self, ids: tuple[int, ...]) -> list[str]:
        return [self.userids[id] for id in ids if id in self.userids]


def rule_view(version: RuleVersion, reading: Reading) -> RuleView:
    """A rule as it is read."""
    rule = version.rule
    ups = rule.make_ups
    return RuleView(
        groupid=version.rule_id,
        grouptype=_number(KINDS, rule.kind),
        groupname=rule.name,
        type=_number(MEANS, rule.means),
        checkindate=[_week(each, rule) for each in rule.weeks],
        schedulelist=[_shift(each) for each in rule.shifts],
        spe_workdays=[_special(each, reading.zone) for each in rule.worked_days],
        spe_offdays=[_special(each, reading.zone) for each in rule.days_off],
        sync_holidays=rule.holidays,
        need_photo=rule.needs_photo,
        note_can_use_local_pic=rule.album,
        use_face_detect=rule.face,
        open_face_live_detect=rule.liveness,
        allow_checkin_offworkday=rule.on_rest_days,
        allow_apply_offworkday=ups.on_rest_days,
        allow_apply_bk_cnt=_or_minus_one(ups.a_month),
        allow_apply_bk_day_limit=_or_minus_one(ups.within_days),
        buka_limit_next_month=_or_minus_one(ups.until_next_month),
        buka_restriction=sum(1 << n for n, lapse in enumerate(LAPSES) if lapse in ups.not_for),
        buka_remind=RemindView(
            open_remind=ups.reminds, buka_remind_day=ups.remind_day, buka_remind_month=int(ups.remind_next_month)
        ),
        loc_infos=[_place(each) for each in rule.places],
        wifimac_infos=[WifiView(wifiname=each.name, wifimac=each.mac) for each in rule.wifi],
        option_out_range=_number(OUT_OF_RANGE, rule.out_of_range),
        range=_range(rule, reading),
        white_users=reading.named(rule.exempt),
        reporterinfo=_reporters(version, reading),
        ot_info=_old_overtime(rule, version.updated_at),
        ot_info_v2=_overtime(rule),
        offwork_interval_time=rule.free.apart,
        span_day_time=rule.day_turns,
        standard_work_duration=_or_minus_one(rule.free.standard),
        sync_out_checkin=rule.outside_counts,
        open_sp_checkin=rule.approval_punches,
        checkin_method_type=rule.method,
        create_userid=reading.userids.get(version.made_by, ""),
        update_userid=reading.userids.get(version.updated_by, ""),
        create_time=int(version.made_at.timestamp()),
    )


def ids_named(version: RuleVersion) -> set[int]:
    """Members whom a rule's view may name."""
    rule = version.rule
    named = {*rule.covered.members, *rule.exempt, *rule.reporters.members}
    return named | {version.made_by, version.updated_by}


def slot_views(slots: tuple[Slot, ...]) -> list[SlotView]:
    return [_slot(each) for each in slots]


def midnight(on: date, zone: str) -> int:
    """The stamp by which WeCom's callers mean a date."""
    return int(datetime.combine(on, time(), ZoneInfo(zone)).timestamp())


def _range(rule: Rule, reading: Reading) -> RangeView:
    departments = [id for id in rule.covered.departments if id in reading.departments]
    return RangeView(
        userid=reading.named(rule.covered.members),
        party_id=departments,
        partyid=departments,
        tagid=list(rule.covered.tags),
    )


def _reporters(version: RuleVersion, reading: Reading) -> ReportersView:
    told = version.rule.reporters
    members = [ReporterView(userid=userid) for userid in reading.named(told.members)]
    tags = [ReporterView(tagid=id) for id in told.tags]
    return ReportersView(reporters=members + tags, updatetime=int(version.updated_at.timestamp()))


def _week(week: Week, rule: Rule) -> WeekView:
    table = week.timetable
    needs_end = rule.free.needs_end if rule.kind == "free" else any(each.needs_end for each in table.slots)
    return WeekView(
        workdays=list(week.weekdays),
        checkintime=slot_views(table.slots),
        noneed_offwork=not needs_end,
        limit_aheadtime=_or_zero(table.ahead) * MILLISECONDS,
        flex_time=table.late_grace * MILLISECONDS,
        allow_flex=table.flexible,
        flex_on_duty_time=table.late_grace,
        flex_off_duty_time=table.early_grace,
        max_allow_arrive_early=table.band_early,
        max_allow_arrive_late=table.band_late,
        late_rule=_late_rule(table),
        biweekly=FortnightView(
            enable_weekday_recurrence=week.fortnightly,
            odd_workdays=list(week.odd_weekdays),
            even_workdays=list(week.even_weekdays),
        ),
    )


def _shift(shift: Shift) -> ShiftView:
    table = shift.timetable
    return ShiftView(
        schedule_id=shift.id,
        schedule_name=shift.name,
        time_section=slot_views(table.slots),
        noneed_offwork=not any(each.needs_end for each in table.slots),
        limit_aheadtime=_or_zero(table.ahead) * MILLISECONDS,
        limit_offtime=_or_zero(table.after),
        allow_flex=table.flexible,
        flex_on_duty_time=table.late_grace,
        flex_off_duty_time=table.early_grace,
        max_allow_arrive_early=table.band_early,
        max_allow_arrive_late=table.band_late,
        late_rule=_late_rule(table),
    )


def _late_rule(table: Timetable) -> LateRuleView:
    return LateRuleView(
        allow_offwork_after_time=table.leaving_late_counts and bool(table.late_leaves),
        timerules=[
            LateLeaveView(offwork_after_time=each.left_after, onwork_flex_time=each.may_come_later)
            for each in table.late_leaves
        ],
    )


def _slot(slot: Slot) -> SlotView:
    rests = [RestView(rest_begin_time=each.start, rest_end_time=each.end) for each in slot.rests]
    return SlotView(
        time_id=slot.id,
        work_sec=slot.start,
        off_work_sec=slot.end,
        earliest_work_sec=slot.earliest_start,
        latest_work_sec=slot.latest_start,
        earliest_off_work_sec=slot.earliest_end,
        latest_off_work_sec=slot.latest_end,
        remind_work_sec=slot.start if slot.remind_start is None else slot.remind_start,
        remind_off_work_sec=slot.end if slot.remind_end is None else slot.remind_end,
        allow_rest=bool(rests),
        rest_begin_time=rests[0].rest_begin_time if rests else None,
        rest_end_time=rests[0].rest_end_time if rests else None,
        rest_times=rests or None,
        no_need_checkon=not slot.needs_start,
        no_need_checkoff=not slot.needs_end,
    )


def _special(days: SpecialDays, zone: str) -> SpecialDayView:
    return SpecialDayView(
        timestamp=midnight(days.first, zone),
        type=_number(EVERY, days.every),
        begtime=midnight(days.first, zone) if days.every != "day" else None,
        endtime=midnight(days.last, zone) if days.every != "day" else None,
        notes=days.note,
        checkintime=slot_views(days.slots),
    )


def _place(place: Place) -> PlaceView:
    latitude, longitude = places.gcj_from_wgs(place.latitude, place.longitude)
    return PlaceView(
        lat=round(latitude * MILLION),
        lng=round(longitude * MILLION),
        loc_title=place.title,
        loc_detail=place.detail,
        distance=place.radius,
    )


def _overtime(rule: Rule) -> OvertimeView:
    unit = rule.overtime.unit
    return OvertimeView(
        workdayconf=_overtime_part(rule.overtime.workday),
        restdayconf=_overtime_part(rule.overtime.restday),
        holidayconf=_overtime_part(rule.overtime.holiday),
        time_unit_config=UnitView(
            ot_time_unit=_number(UNITS, unit.unit),
            perday_duration_secs=unit.a_day,
            rounding_method=_number(ROUNDING, unit.rounding),
            rounding_precision=unit.decimals,
            step_size=unit.step,
        ),
    )


def _overtime_part(part: OvertimePart) -> OvertimePartView:
    counting = CountingView(
        ot_time_start=part.start_after,
        ot_time_min=part.minimum,
        ot_time_max=part.maximum,
        restinfo=OvertimeRestView(
            type=_rest_type(part.rests),
            fix_time_rule_list=[_window(part.rests, n) for n in range(len(part.rests.windows))],
            cal_ottime_rule=_tiers(part.rests),
        ),
    )
    return OvertimePartView(
        allow_ot=part.allowed,
        type=_number(BASES, part.basis),
        apply=counting if part.basis == "approval" else None,
        checkin=counting if part.basis == "punches" else None,
        applycheckin=counting if part.basis == "overlap" else None,
        ot_trans_enable=part.becomes is not None,
        ot_trans_type={"time_off": 1, "money": 2, None: 0}[part.becomes],
        vacation=VacationView(trans_ratio=part.ratio, sync_vacation=part.into_balance),
        ot_time_range=part.stretch,
    )


def _old_overtime(rule: Rule, updated_at: datetime) -> OldOvertimeView:
    work, rest = rule.overtime.workday, rule.overtime.restday
    at = int(updated_at.timestamp())
    return OldOvertimeView(
        type=_number(BASES, work.basis),
        allow_ot_workingday=work.allowed,
        allow_ot_nonworkingday=rest.allowed,
        otcheckinfo=OldOvertimePunchedView(
            ot_workingday_time_start=work.start_after,
            ot_workingday_time_min=work.minimum,
            ot_workingday_time_max=work.maximum,
            ot_workingday_restinfo=_old_rests(work.rests),
            ot_nonworkingday_time_min=rest.minimum,
            ot_nonworkingday_time_max=rest.maximum,
            ot_nonworkingday_spanday_time=rule.day_turns,
            ot_nonworkingday_restinfo=_old_rests(rest.rests),
        ),
        otapplyinfo=OldOvertimeApplyView(
            allow_ot_workingday=work.allowed,
            allow_ot_nonworkingday=rest.allowed,
            uptime=at,
            ot_workingday_restinfo=_old_rests(work.rests),
            ot_nonworkingday_spanday_time=rule.day_turns,
            ot_nonworkingday_restinfo=_old_rests(rest.rests),
        ),
        uptime=at,
    )


def _old_rests(rests: OvertimeRests) -> OldOvertimeRestView:
    return OldOvertimeRestView(
        type=_rest_type(rests),
        fix_time_rule=_window(rests, 0) if rests.windows else WindowView(fix_time_begin_sec=0, fix_time_end_sec=0),
        cal_ottime_rule=_tiers(rests),
    )


def _rest_type(rests: OvertimeRests) -> Literal[0, 1, 2]:
    return 1 if rests.windows else 2 if rests.tiers else 0


def _window(rests: OvertimeRests, n: int) -> WindowView:
    return WindowView(fix_time_begin_sec=rests.windows[n].start, fix_time_end_sec=rests.windows[n].end)


def _tiers(rests: OvertimeRests) -> TiersView:
    return TiersView(items=[TierView(ot_time=each.worked, rest_time=each.rest) for each in rests.tiers])


def _number(numbers: Mapping[int, object], wanted: object) -> int:
    return next(number for number, each in numbers.items() if each == wanted)


def _or_minus_one(value: int | None) -> int:
    return -1 if value is None else value


def _or_zero(value: int | None) -> int:
    return 0 if value is None else value

"""A check-in rule as WeCom's callers write one: `group`, and all that it is made of.

Times of day are seconds after midnight, lengths are seconds, degrees are multiplied by a million and counted in GCJ-02.
What older pages had and newer ones replaced is refused by its own number, so that nobody believes it was kept.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from .refusals import ObsoleteRuleField
from .wire import Body, Flag, Number, Numbers, Text, Texts

OBSOLETE = frozenset({"flex_time", "limit_aheadtime", "limit_offtime", "noneed_offwork", "ot_info"})


def _whole(value: Any) -> Any:
    return round(value) if isinstance(value, float) and abs(value) < 1e12 else value


Millionths = Annotated[Number, BeforeValidator(_whole)]
"""Degrees × 10⁶."""


class Part(Body):
    """A part of a rule."""

    @model_validator(mode="before")
    @classmethod
    def _without_obsolete(cls, given: Any) -> Any:
        if isinstance(given, dict) and (old := sorted(OBSOLETE & given.keys())):
            raise ObsoleteRuleField(f"invalid field: {old[0]} is read-only; write what replaced it", field=old[0])
        return given


class RestBody(Part):
    rest_begin_time: Number
    rest_end_time: Number


class SlotBody(Part):
    time_id: Number | None = None
    work_sec: Number
    off_work_sec: Number
    earliest_work_sec: Number | None = None
    latest_work_sec: Number | None = None
    earliest_off_work_sec: Number | None = None
    latest_off_work_sec: Number | None = None
    remind_work_sec: Number | None = None
    remind_off_work_sec: Number | None = None
    no_need_checkon: Flag = False
    no_need_checkoff: Flag = False
    allow_rest: Flag = False
    rest_begin_time: Number | None = None
    rest_end_time: Number | None = None
    rest_times: list[RestBody] = Field(default_factory=list)


class LateLeaveBody(Part):
    offwork_after_time: Number
    onwork_flex_time: Number


class LateRuleBody(Part):
    allow_offwork_after_time: Flag = False
    timerules: list[LateLeaveBody] = Field(default_factory=list)


class FlexBody(Part):
    """How strictly times are meant."""

    allow_flex: Flag = True
    flex_on_duty_time: Number | None = None
    flex_off_duty_time: Number | None = None
    max_allow_arrive_early: Number | None = None
    max_allow_arrive_late: Number | None = None
    late_rule: LateRuleBody | None = None


class FortnightBody(Part):
    enable_weekday_recurrence: Flag = False
    odd_workdays: Numbers = Field(default_factory=list)
    even_workdays: Numbers = Field(default_factory=list)


class WeekBody(FlexBody):
    workdays: Numbers = Field(default_factory=list)
    checkintime: list[SlotBody] = Field(default_factory=list)
    biweekly: FortnightBody | None = None


class ShiftBody(FlexBody):
    schedule_id: Number | None = None
    schedule_name: Text = ""
    time_section: list[SlotBody] = Field(default_factory=list)


class SpecialDayBody(Part):
    type: Number = 0
    timestamp: Number | None = None
    begtime: Number | None = None
    begintime: Number | None = None
    """As some clients spell it."""
    endtime: Number | None = None
    notes: Text = ""
    checkintime: list[SlotBody] = Field(default_factory=list)


class WifiBody(Part):
    wifiname: Text = ""
    wifimac: Text


class PlaceBody(Part):
    lat: Millionths
    lng: Millionths
    loc_title: Text = ""
    loc_detail: Text = ""
    distance: Number


class RangeBody(Part):
    userid: Texts = Field(default_factory=list)
    party_id: Numbers = Field(default_factory=list)
    partyid: Numbers = Field(default_factory=list)
    """As reading spells it."""
    tagid: Numbers = Field(default_factory=list)


class ReporterBody(Part):
    userid: Text | None = None
    tagid: Number | None = None


class ReportersBody(Part):
    reporters: list[ReporterBody] = Field(default_factory=list)


class RemindBody(Part):
    open_remind: Flag = False
    buka_remind_day: Number = 28
    buka_remind_month: Number = 0


class WindowBody(Part):
    fix_time_begin_sec: Number
    fix_time_end_sec: Number


class TierBody(Part):
    ot_time: Number
    rest_time: Number


class TiersBody(Part):
    items: list[TierBody] = Field(default_factory=list)


class OvertimeRestBody(Part):
    type: Number = 0
    fix_time_rule_list: list[WindowBody] = Field(default_factory=list)
    cal_ottime_rule: TiersBody | None = None


class CountingBody(Part):
    ot_time_start: Number = 1800
    ot_time_min: Number = 1800
    ot_time_max: Number = 14_400
    restinfo: OvertimeRestBody = Field(default_factory=OvertimeRestBody)


class VacationBody(Part):
    trans_ratio: Number = 100
    sync_vacation: Flag = False


class OvertimePartBody(Part):
    allow_ot: Flag = False
    type: Number = 0
    apply: CountingBody | None = None
    checkin: CountingBody | None = None
    applycheckin: CountingBody | None = None
    ot_trans_enable: Flag = False
    ot_trans_type: Number = 0
    vacation: VacationBody | None = None
    ot_time_range: Number = 0


class UnitBody(Part):
    ot_time_unit: Number = 2
    perday_duration_secs: Number = 28_800
    rounding_method: Number = 2
    rounding_precision: Number = 1
    step_size: Annotated[float, Field(ge=0, le=86_400)] = 0


class OvertimeBody(Part):
    workdayconf: OvertimePartBody | None = None
    restdayconf: OvertimePartBody | None = None
    holidayconf: OvertimePartBody | None = None
    time_unit_config: UnitBody | None = None


class RuleBody(Part):
    """A rule: what is not given stays as it is, or is as usual."""

    groupid: Number | None = None
    grouptype: Number | None = None
    groupname: Text | None = None
    type: Number | None = None
    range: RangeBody | None = None
    white_users: Texts | None = None
    reporterinfo: ReportersBody | None = None
    checkindate: list[WeekBody] | None = None
    schedulelist: list[ShiftBody] | None = None
    spe_workdays: list[SpecialDayBody] | None = None
    spe_offdays: list[SpecialDayBody] | None = None
    sync_holidays: Flag | None = None
    loc_infos: list[PlaceBody] | None = None
    wifimac_infos: list[WifiBody] | None = None
    option_out_range: Number | None = None
    need_photo: Flag | None = None
    note_can_use_local_pic: Flag | None = None
    use_face_detect: Flag | None = None
    open_face_live_detect: Flag | None = None
    allow_checkin_offworkday: Flag | None = None
    allow_apply_offworkday: Flag | None = None
    allow_apply_bk_cnt: Number | None = None
    allow_apply_bk_day_limit: Number | None = None
    buka_limit_next_month: Number | None = None
    buka_remind: RemindBody | None = None
    buka_restriction: Number | None = None
    ot_info_v2: OvertimeBody | None = None
    offwork_interval_time: Number | None = None
    span_day_time: Number | None = None
    standard_work_duration: Number | None = None
    sync_out_checkin: Flag | None = None
    open_sp_checkin: Flag | None = None
    checkin_method_type: Number | None = None


class WrittenRule(Body):
    group: RuleBody
    effective_now: Flag = False

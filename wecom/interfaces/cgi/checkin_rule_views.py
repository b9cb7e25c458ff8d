"""What WeCom's callers read of check-in rules, field by field."""

from .wire import Answer


class RestView(Answer):
    rest_begin_time: int
    rest_end_time: int


class SlotView(Answer):
    time_id: int
    work_sec: int
    off_work_sec: int
    earliest_work_sec: int | None
    latest_work_sec: int | None
    earliest_off_work_sec: int | None
    latest_off_work_sec: int | None
    remind_work_sec: int
    remind_off_work_sec: int
    allow_rest: bool
    rest_begin_time: int | None
    rest_end_time: int | None
    rest_times: list[RestView] | None
    no_need_checkon: bool
    no_need_checkoff: bool


class LateLeaveView(Answer):
    offwork_after_time: int
    onwork_flex_time: int


class LateRuleView(Answer):
    allow_offwork_after_time: bool
    timerules: list[LateLeaveView]


class FortnightView(Answer):
    enable_weekday_recurrence: bool
    odd_workdays: list[int]
    even_workdays: list[int]


class WeekView(Answer):
    workdays: list[int]
    checkintime: list[SlotView]
    noneed_offwork: bool
    limit_aheadtime: int
    """Milliseconds."""
    flex_time: int
    """Milliseconds."""
    allow_flex: bool
    flex_on_duty_time: int
    flex_off_duty_time: int
    max_allow_arrive_early: int
    max_allow_arrive_late: int
    late_rule: LateRuleView
    biweekly: FortnightView


class ShiftView(Answer):
    schedule_id: int
    schedule_name: str
    time_section: list[SlotView]
    noneed_offwork: bool
    limit_aheadtime: int
    """Milliseconds."""
    limit_offtime: int
    allow_flex: bool
    flex_on_duty_time: int
    flex_off_duty_time: int
    max_allow_arrive_early: int
    max_allow_arrive_late: int
    late_rule: LateRuleView


class SpecialDayView(Answer):
    timestamp: int
    type: int
    begtime: int | None
    endtime: int | None
    notes: str
    checkintime: list[SlotView]


class WifiView(Answer):
    wifiname: str
    wifimac: str


class PlaceView(Answer):
    lat: int
    """Degrees × 10⁶, GCJ-02."""
    lng: int
    loc_title: str
    loc_detail: str
    distance: int


class RangeView(Answer):
    userid: list[str]
    party_id: list[int]
    partyid: list[int]
    """The same: pages spell it either way."""
    tagid: list[int]


class ReporterView(Answer):
    userid: str | None = None
    tagid: int | None = None


class ReportersView(Answer):
    reporters: list[ReporterView]
    updatetime: int


class RemindView(Answer):
    open_remind: bool
    buka_remind_day: int
    buka_remind_month: int


class WindowView(Answer):
    fix_time_begin_sec: int
    fix_time_end_sec: int


class TierView(Answer):
    ot_time: int
    rest_time: int


class TiersView(Answer):
    items: list[TierView]


class OvertimeRestView(Answer):
    type: int
    fix_time_rule_list: list[WindowView]
    cal_ottime_rule: TiersView


class CountingView(Answer):
    ot_time_start: int
    ot_time_min: int
    ot_time_max: int
    restinfo: OvertimeRestView


class VacationView(Answer):
    trans_ratio: int
    sync_vacation: bool


class OvertimePartView(Answer):
    allow_ot: bool
    type: int
    apply: CountingView | None
    checkin: CountingView | None
    applycheckin: CountingView | None
    ot_trans_enable: bool
    ot_trans_type: int
    vacation: VacationView
    ot_time_range: int


class UnitView(Answer):
    ot_time_unit: int
    perday_duration_secs: int
    rounding_method: int
    rounding_precision: int
    step_size: float


class OvertimeView(Answer):
    workdayconf: OvertimePartView
    restdayconf: OvertimePartView
    holidayconf: OvertimePartView
    time_unit_config: UnitView


class OldOvertimeRestView(Answer):
    type: int
    fix_time_rule: WindowView
    cal_ottime_rule: TiersView


class OldOvertimePunchedView(Answer):
    ot_workingday_time_start: int
    ot_workingday_time_min: int
    ot_workingday_time_max: int
    ot_workingday_restinfo: OldOvertimeRestView
    ot_nonworkingday_time_min: int
    ot_nonworkingday_time_max: int
    ot_nonworkingday_spanday_time: int
    ot_nonworkingday_restinfo: OldOvertimeRestView


class OldOvertimeApplyView(Answer):
    allow_ot_workingday: bool
    allow_ot_nonworkingday: bool
    uptime: int
    ot_workingday_restinfo: OldOvertimeRestView
    ot_nonworkingday_spanday_time: int
    ot_nonworkingday_restinfo: OldOvertimeRestView


class OldOvertimeView(Answer):
    type: int
    allow_ot_workingday: bool
    allow_ot_nonworkingday: bool
    otcheckinfo: OldOvertimePunchedView
    otapplyinfo: OldOvertimeApplyView
    uptime: int


class RuleView(Answer):
    groupid: int
    grouptype: int
    groupname: str
    type: int
    checkindate: list[WeekView]
    schedulelist: list[ShiftView]
    spe_workdays: list[SpecialDayView]
    spe_offdays: list[SpecialDayView]
    sync_holidays: bool
    need_photo: bool
    note_can_use_local_pic: bool
    use_face_detect: bool
    open_face_live_detect: bool
    allow_checkin_offworkday: bool
    allow_apply_offworkday: bool
    allow_apply_bk_cnt: int
    allow_apply_bk_day_limit: int
    buka_limit_next_month: int
    buka_restriction: int
    buka_remind: RemindView
    loc_infos: list[PlaceView]
    wifimac_infos: list[WifiView]
    option_out_range: int
    range: RangeView
    white_users: list[str]
    reporterinfo: ReportersView
    ot_info: OldOvertimeView
    ot_info_v2: OvertimeView
    offwork_interval_time: int
    span_day_time: int
    standard_work_duration: int
    sync_out_checkin: bool
    open_sp_checkin: bool
    checkin_method_type: int
    create_userid: str
    update_userid: str
    create_time: int

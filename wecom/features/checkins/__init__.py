"""Check-ins: who was at work, when and where, and what a rule makes of it.

Two layers that are never mixed. Punches are facts, written once. Results are a pure function (`results/`) of punches,
rules by date, shifts, holidays, approved facts and corrections; a change of one of these has exactly the days
recomputed that it touches. docs/check-ins.md says how days are judged, and which operations there are.
"""

from . import jobs
from .assigning import assign, assign_if_moved, today_of
from .beforehand import judge_beforehand
from .board import Board
from .calendar import adopt_offsets, announced, holidays_between, keep_years, set_holiday
from .canon import digest_of, result_from, result_json
from .closing import close_month, closed_months, reopen_month
from .correcting import correct, take_back
from .devices import device_of, usual_device
from .expected import Expected, Screen, expected_next
from .facts import approve_fact, withdraw_fact
from .intake import Outcome, Seen, end_number, numbers_of, set_numbers, take_in
from .machines import (
    add_machine,
    change_machine,
    end_machine,
    left_out,
    machine,
    machine_with_key,
    machines,
    make_usual,
    rotate_key,
    set_usual_device,
)
from .make_ups import MakeUpsLeft, lapses_of, last_to_ask, make_ups_left, points_put_right
from .model import (
    Aim,
    AppliedSum,
    DayPlan,
    DayResult,
    ExceptionCount,
    MonthResult,
    OvertimeResult,
    Point,
)
from .places import gcj_from_wgs, metres, nearest, wgs_from_gcj, wifi_of
from .punching import Claim, Kept, punch, punch_batch
from .queries.assigning import lock_rules, members_between, members_of_rule, members_under_rules
from .queries.punches import facts_between, punches_by_ids
from .recompute import mark, recompute, recompute_some, refresh
from .records import (
    Adjustment,
    ApprovedFact,
    Evidence,
    LeftOut,
    Machine,
    MachineNumber,
    Punch,
    RuleVersion,
    ScheduledShift,
)
from .reminding import look_again
from .reports import (
    Months,
    adjustments,
    count_adjustments,
    day_reports,
    members_with_something_wrong,
    month_reports,
    punches_of,
)
from .rulebook import Rulebook, rulebook
from .rules import (
    add_rule,
    change_rule,
    clear_rule_lists,
    delete_rule,
    newest_rules,
    rule_versions,
    rules_on,
)
from .rules_model import Rule
from .scheduling import copy_schedule, rotate_schedule, schedules, set_schedule
from .standing import standings
from .turnstile import Turnstile

__all__ = [
    "Adjustment",
    "Aim",
    "AppliedSum",
    "ApprovedFact",
    "Board",
    "Claim",
    "DayPlan",
    "DayResult",
    "Evidence",
    "ExceptionCount",
    "Expected",
    "Kept",
    "LeftOut",
    "Machine",
    "MachineNumber",
    "MakeUpsLeft",
    "MonthResult",
    "Months",
    "Outcome",
    "OvertimeResult",
    "Point",
    "Punch",
    "Rule",
    "RuleVersion",
    "Rulebook",
    "ScheduledShift",
    "Screen",
    "Seen",
    "Turnstile",
    "add_machine",
    "add_rule",
    "adjustments",
    "adopt_offsets",
    "announced",
    "approve_fact",
    "assign",
    "assign_if_moved",
    "change_machine",
    "change_rule",
    "clear_rule_lists",
    "close_month",
    "closed_months",
    "copy_schedule",
    "correct",
    "count_adjustments",
    "day_reports",
    "delete_rule",
    "device_of",
    "digest_of",
    "end_machine",
    "end_number",
    "expected_next",
    "facts_between",
    "gcj_from_wgs",
    "holidays_between",
    "jobs",
    "judge_beforehand",
    "keep_years",
    "lapses_of",
    "last_to_ask",
    "left_out",
    "lock_rules",
    "look_again",
    "machine",
    "machine_with_key",
    "machines",
    "make_ups_left",
    "make_usual",
    "mark",
    "members_between",
    "members_of_rule",
    "members_under_rules",
    "members_with_something_wrong",
    "metres",
    "month_reports",
    "nearest",
    "newest_rules",
    "numbers_of",
    "points_put_right",
    "punch",
    "punch_batch",
    "punches_by_ids",
    "punches_of",
    "recompute",
    "recompute_some",
    "refresh",
    "reopen_month",
    "result_from",
    "result_json",
    "rotate_key",
    "rotate_schedule",
    "rule_versions",
    "rulebook",
    "rules_on",
    "schedules",
    "set_holiday",
    "set_numbers",
    "set_schedule",
    "set_usual_device",
    "standings",
    "take_back",
    "take_in",
    "today_of",
    "usual_device",
    "wgs_from_gcj",
    "wifi_of",
    "withdraw_fact",
]

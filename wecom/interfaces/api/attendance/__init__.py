"""HR's side of check-ins: rules, plans, who is in, days and months, what is put right."""

from . import board, decisions, exports, facts, holidays, machines, planning, reports, rules, schedules

__all__ = [
    "board",
    "decisions",
    "exports",
    "facts",
    "holidays",
    "machines",
    "planning",
    "reports",
    "rules",
    "schedules",
]

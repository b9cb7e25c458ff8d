"""Health: what officers ask and read, what everybody answers, codes, and gates."""

from . import answers, codes, exports, gate, gates, jobs, own_codes, policies, reports, templates

__all__ = [
    "answers",
    "codes",
    "exports",
    "gate",
    "gates",
    "jobs",
    "own_codes",
    "policies",
    "reports",
    "templates",
]

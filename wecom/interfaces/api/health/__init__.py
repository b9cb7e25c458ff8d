"""Health reports: what officers ask and read, and what everybody answers."""

from . import answers, jobs, reports

__all__ = ["answers", "jobs", "reports"]

"""Health reports: what officers ask and read, and what everybody answers."""

from . import answers, exports, jobs, reports, templates

__all__ = ["answers", "exports", "jobs", "reports", "templates"]
